#!/usr/bin/env bash
# No state outlives a message but what main owns: the libraries of all floors and services hold no writable data. Read from the
# object files, so that no way of writing it escapes.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

command -v objdump >/dev/null || exit 77
BUILD=${KM_BUILD_DIR:-$LINT_ROOT/build/dev}

# writable archive…: objects that lie in .data or .bss (tables of pointers lie in .data.rel.ro, which is closed after loading)
writable()
{
    local archive
    for archive in "$@"; do
        objdump -t "$archive" | awk -v archive="$(basename "$archive")" '
            /file format/ { object = $1; sub(/:$/, "", object) }
            archive ~ /libkm_base/ && object == "log.c.o" && $NF == "self" { next } # the name on every line, set once by log_open
            / O +\.(data|bss)[ \t.]/ && !/\.data\.rel\.ro/ { printf "%s(%s):1: writable: %s\n", archive, object, $NF }'
    done
}

rule()
{
    if [ "$PWD" = "$LINT_ROOT" ]; then
        writable "$BUILD"/libkm_*.a
    else
        writable ./*.a
    fi
}

sample()
{
    cat >bad.c <<'END'
static int counter;
static int start = 5;
static const int TABLE[] = {1, 2};
static const char *const NAMES[] = {"a", "b"};
int use(int i) { static int inside; return counter++ + start++ + TABLE[i] + NAMES[i][0] + inside++; }
END
    "${KM_CC:-gcc}" -fPIE -c bad.c -o bad.o
    ar rcs bad.a bad.o
    printf 'bad.a(bad.o):1\n'
}

if ! ls "$BUILD"/libkm_*.a >/dev/null 2>&1; then
    printf 'nothing is built in %s\n' "$BUILD"
    exit 77
fi
lint_run
