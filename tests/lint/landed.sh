#!/usr/bin/env bash
# A migration that has landed is never changed: a database that ran it refuses another text of the same number. landed.txt has their digests;
# whoever lands migrations adds them: sha256sum sql/migrations/*.sql sql/migrations/keys/*.sql >tests/lint/landed.txt
# shellcheck source=tests/lint/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

rule()
{
    local digest path
    while read -r digest path; do
        if [ ! -e "$path" ]; then
            printf '%s:1: a landed migration is gone\n' "$path"
        elif [ "$(sha256sum <"$path")" != "$digest  -" ]; then
            printf '%s:1: a landed migration was changed\n' "$path"
        fi
    done <tests/lint/landed.txt
}

sample()
{
    mkdir -p sql/migrations tests/lint
    printf 'select 1;\n' >sql/migrations/0001_kept.sql
    printf 'select 1;\n' >sql/migrations/0002_changed.sql
    sha256sum sql/migrations/*.sql >tests/lint/landed.txt
    printf 'select 2;\n' >sql/migrations/0002_changed.sql
    printf '%064d  sql/migrations/0003_gone.sql\n' 0 >>tests/lint/landed.txt
    printf 'sql/migrations/0002_changed.sql:1\nsql/migrations/0003_gone.sql:1\n'
}

lint_run
