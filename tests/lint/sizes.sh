#!/usr/bin/env bash
# A .c has at most 400 lines, a header 120, every other source 500, a function 60. The schema (include/wire/*.def) and data may be
# longer: they are tables.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# whole_files: files over their limit
whole_files()
{
    local path limit lines
    { files '*.c' '*.h' '*.sql' '*.pml' '*.def' '*.js' '*.ts' '*.tsx' '*.css' '*.html' '*.1' CMakeLists.txt Dockerfile && shells; } |
        sort -u | while IFS= read -r path; do
        case $path in
        include/wire/*.def) continue ;;
        *.c) limit=400 ;;
        *.h) limit=120 ;;
        *) limit=500 ;;
        esac
        lines=$(wc -l <"$path")
        [ "$lines" -le "$limit" ] || printf '%s:%d: %d lines, at most %d\n' "$path" "$lines" "$lines" "$limit"
    done
}

# functions: from the brace that opens one in column 1 to the brace that closes it, in C and in shell alike
functions()
{
    { files '*.c' '*.h' && shells; } | sort -u | xargs -r awk '
        FNR == 1 { opened = 0 }
        /^\{[ \t]*$/ { opened = FNR }
        /^\}[ \t]*$/ && opened {
            if (FNR - opened - 1 > 60) printf "%s:%d: function of %d lines, at most 60\n", FILENAME, opened, FNR - opened - 1
            opened = 0
        }'
}

rule()
{
    whole_files
    functions
}

sample()
{
    mkdir -p include/wire
    repeat 401 'int x;' >long.c
    repeat 400 'int x;' >right.c
    repeat 121 'int x;' >long.h
    repeat 900 'WORD' >include/wire/messages.def
    repeat 501 'select 1;' >long.sql
    { printf '#!/bin/sh\n' && repeat 500 :; } >long
    { printf 'int f(void)\n{\n' && repeat 61 '    g();' && printf '}\n'; } >function.c
    { printf 'int f(void)\n{\n' && repeat 60 '    g();' && printf '}\n'; } >good.c
    { printf 'f()\n{\n' && repeat 61 '    g' && printf '}\n'; } >function.sh
    printf '%s\n' long.c:401 long.h:121 long.sql:501 long:501 function.c:2 function.sh:2
}

lint_run
