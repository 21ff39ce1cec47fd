#!/usr/bin/env bash
# The top of the tree is what the README's map says, nothing more and nothing less.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

LAYOUT='.ci .clang-format .editorconfig .gitignore CMakeLists.txt CMakePresets.json LICENSE README.md common docker include services sql tests'

rule()
{
    local name
    find . -mindepth 1 -maxdepth 1 -printf '%f\n' | sort | while IFS= read -r name; do
        case " $LAYOUT .git build .cache " in
        *" $name "*) ;;
        *) printf '%s:1: has no place at the top\n' "$name" ;;
        esac
    done
    for name in $LAYOUT; do
        [ -e "$name" ] || printf '%s:1: is missing\n' "$name"
    done
}

sample()
{
    local name
    for name in $LAYOUT; do
        [ "$name" = LICENSE ] || touch "$name"
    done
    mkdir build scripts
    touch notes.txt
    printf '%s\n' scripts:1 notes.txt:1 LICENSE:1
}

lint_run
