#!/usr/bin/env bash
# The manual pages are well-formed.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

command -v mandoc >/dev/null || exit 77

rule()
{
    files '*.[1-8]' | xargs -r mandoc -T lint -W warning 2>&1 |
        sed -nE 's/^mandoc: ([^:]+:[0-9]+):[0-9]+: (.*)/\1: \2/p' || true
}

sample()
{
    printf '.Dd January 1, 2026\n.Dt GOOD 1\n.Os\n.Sh NAME\n.Nm good\n.Nd is well-formed\n' >good.1
    printf '.Dd January 1, 2026\n.Dt BAD 1\n.Os\n.Sh NAME\n.Nm bad\n.Nd is not\n.Bl -tag -width Ds\n.It x\n' >bad.1
    printf 'bad.1:7\n'
}

lint_run
