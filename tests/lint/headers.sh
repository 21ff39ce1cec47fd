#!/usr/bin/env bash
# Every header compiles alone and twice; every function it declares is explained above it, or in the block it stands in; every .c
# opens with the paragraph that says what it keeps true.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# alone header: what the compiler says when a file holds nothing but this header, twice
alone()
{
    local -a paths=(-I include -I services -I "$(dirname "$1")")
    local folder library
    for library in libpq libzmq libsodium jansson libmicrohttpd libcurl; do
        # shellcheck disable=SC2207
        paths+=($(pkg-config --cflags "$library"))
    done
    for folder in "${KM_BUILD_DIR:-build/dev}"/gen/*/; do
        paths+=(-I "$folder")
    done
    printf '#include "%s"\n#include "%s"\n' "$PWD/$1" "$PWD/$1" |
        "${KM_CC:-gcc}" -std=gnu17 -D_GNU_SOURCE '-DKM_VERSION=""' -fsyntax-only "${paths[@]}" -x c - 2>&1 |
        grep -E 'error:' | head -n 1
}

# self_contained: undef.h and skip.h are lists of macros, included again and again on purpose
self_contained()
{
    local path first
    files '*.h' | grep -E '^(include|common|services)/' | grep -vE '^include/wire/(undef|skip)\.h$' |
        while IFS= read -r path; do
            first=$(alone "$path") || true
            [ -z "$first" ] || printf '%s:1: does not compile alone: %s\n' "$path" "$first"
        done
}

# explained: a declaration in column 1 whose block (lines without an empty one between) has no comment above it
explained()
{
    files '*.h' | grep -E '^include/' | xargs -r awk '
        FNR == 1 { covered = 0 }
        /^[ \t]*$/ { covered = 0; next }
        /\/\*/ || /^ \*/ { covered = 1; next }
        /^static inline / { next } # its body says it
        /^[a-z][A-Za-z0-9_ *]*\(/ && !/__attribute__\(\(packed/ {
            if (!covered) printf "%s:%d: no comment above: %s\n", FILENAME, FNR, $0
        }'
}

# opened: the first line of every .c begins a comment
opened()
{
    files '*.c' | grep -E '^(common|services|sql|tests)/' | while IFS= read -r path; do
        head -n 1 "$path" | grep -qE '^/\*' || printf '%s:1: does not open with a comment\n' "$path"
    done
}

rule()
{
    self_contained
    explained
    opened
}

sample()
{
    mkdir -p include/base common/base
    cat >include/base/good.h <<'END'
#ifndef GOOD_H
#define GOOD_H
#include <stddef.h>
/* good: what it does */
size_t good(void);
size_t good_too(void);

struct x {
    int y;
};
static const int Z = 1;
#endif
END
    cat >include/base/bad.h <<'END'
#ifndef BAD_H
#define BAD_H

int plain(void);

/* size_t needs stddef.h */
unknown_t bad(void);
#endif
END
    printf '/* twice: defined twice */\nstruct twice {\n    int x;\n};\n' >common/base/twice.h
    printf '#include "bad.h"\n' >common/base/bad.c
    printf '/* what it keeps true */\n' >common/base/good.c
    printf '%s\n' include/base/bad.h:1 include/base/bad.h:4 common/base/twice.h:1 common/base/bad.c:1
}

lint_run
