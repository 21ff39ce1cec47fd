#!/usr/bin/env bash
# Every shell program passes shellcheck, says which shell it is for, and stops at errors.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

command -v shellcheck >/dev/null || exit 77

# strict: programs (not the files others source) stop at errors and at unset names
strict()
{
    local path
    shells | while IFS= read -r path; do
        if head -n 1 "$path" | grep -q '^#!' && ! grep -qE '^set -[a-z]*u|lint/lib\.sh|/lib\.sh"$' "$path"; then
            printf '%s:1: lacks set -u\n' "$path"
        fi
    done
}

rule()
{
    shells | xargs -r -d '\n' shellcheck -x -P SCRIPTDIR:"$PWD" -e SC2016 -f gcc 2>&1 | sed -E 's/^([^:]+:[0-9]+):[0-9]+: /\1: /' || true
    strict
}

sample()
{
    printf '#!/bin/bash\nset -eu\nfor f in $(ls *.c); do\n    rm $f\ndone\n' >bad
    printf '#!/bin/bash\nset -eu\necho good\n' >good
    printf '#!/bin/sh\necho lax\n' >lax.sh
    printf '%s\n' bad:3 bad:4 lax.sh:1
}

lint_run
