#!/usr/bin/env bash
# Statements live in sql/ alone; C names them. The database floor itself (migrations, session settings) and tests may hold some.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

STATEMENT='(select[[:space:]].+[[:space:]]from[[:space:]]|insert[[:space:]]+into[[:space:]]|update[[:space:]].+[[:space:]]set[[:space:]]'
STATEMENT+='|delete[[:space:]]+from[[:space:]]|(create|alter|drop)[[:space:]]+(table|schema|role|index|function|view)[[:space:]])'

rule()
{
    local path
    files '*.c' '*.h' '*.def' | grep -vE '^(common/db|tests|sql)/' | while IFS= read -r path; do
        # only what stands inside quotes
        c_code "$path" keep | sed -E 's/^[^"]*$//; s/^[^"]*"//; s/"[^"]*$//' | grep -niE "$STATEMENT" |
            sed -E "s|^([0-9]+):(.*)|$path:\1: SQL in C: \2|" || true
    done
}

sample()
{
    mkdir -p services/intake common/db tests/unit
    cat >services/intake/store.c <<'END'
/* select a from b */
const char *A = "SELECT id FROM intake.household";
const char *B = "insert into x values (1)", *C = "update x set y = 1";
const char *D = "choose one of these from the list";
int update; /* update x set y */
const char *E = "delete from x";
END
    cp services/intake/store.c common/db/migrate.c
    cp services/intake/store.c tests/unit/x.c
    printf '%s\n' services/intake/store.c:2 services/intake/store.c:3 services/intake/store.c:6
}

lint_run
