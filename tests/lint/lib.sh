# shellcheck shell=bash
# How every lint runs. A lint defines
#   rule           prints one finding a line, `file:line: what is wrong`, about the tree it stands in (the current folder)
#   sample         writes a small bad tree into the current folder and prints the `file:line` of every finding it must provoke
# and calls lint_run. The sample comes first: a rule that misses one of them, or reports more, is broken and fails, so that no
# lint passes because it looks at nothing.
set -euo pipefail
export LC_ALL=C.UTF-8

LINT_ROOT=${KM_SOURCE_DIR:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)}
export LINT_ROOT

# files pattern…: paths below the current folder whose name matches one of the patterns, without builds and version control
files()
{
    local pattern
    local -a test=()
    for pattern in "$@"; do
        test+=(-o -name "$pattern")
    done
    find . \( -path ./.git -o -path ./build -o -name node_modules \) -prune -o -type f \( "${test[@]:1}" \) -print |
        sed 's,^\./,,' | sort
}

# texts: every file of the tree that is text
texts()
{
    files '*' | while IFS= read -r path; do
        if [ ! -s "$path" ] || grep -qI . "$path"; then
            printf '%s\n' "$path"
        fi
    done
}

# shells: every file bash or sh runs, whatever its name
shells()
{
    files '*' | while IFS= read -r path; do
        case $path in
        *.sh) printf '%s\n' "$path" ;;
        *) if head -c 64 "$path" | head -n 1 | grep -qaE '^#!.*\b(ba|da)?sh\b'; then printf '%s\n' "$path"; fi ;;
        esac
    done
}

# c_code file: the file with comments and the insides of literals blanked, line by line, so that words in prose do not count
c_code()
{
    awk -v keep_strings="${2:-}" '
    {
        out = ""
        n = length($0)
        for (i = 1; i <= n; i++) {
            c = substr($0, i, 1)
            two = substr($0, i, 2)
            if (in_comment) {
                if (two == "*/") { in_comment = 0; i++ }
            } else if (quote != "") {
                if (c == "\\") { if (keep_strings) out = out two; i++ }
                else if (c == quote) { out = out c; quote = "" }
                else if (keep_strings) out = out c
            } else if (two == "/*") { in_comment = 1; i++; out = out " " }
            else if (two == "//") break
            else { if (c == "\"" || c == "\047") quote = c; out = out c }
        }
        quote = ""
        print out
    }' "$1"
}

# repeat count text: that many lines, for samples
repeat()
{
    seq "$1" | sed "s/.*/$2/"
}

# lint_run: the self-check, then the tree; exit 1 with every finding shown, 0 when there is none
lint_run()
{
    local folder wanted got findings
    folder=$(mktemp -d)
    # shellcheck disable=SC2064
    trap "rm -rf '$folder'" EXIT
    wanted=$(cd "$folder" && sample | sort -u)
    findings=$(cd "$folder" && rule)
    got=$(sed -E 's/^([^:]+:[0-9]+):.*/\1/' <<<"$findings" | sort -u)
    if [ "$wanted" != "$got" ]; then
        printf 'the rule itself is broken; on its sample it should find < and found >\n'
        diff <(printf '%s\n' "$wanted") <(printf '%s\n' "$findings") || true
        exit 1
    fi
    cd "$LINT_ROOT"
    findings=$(rule)
    if [ -n "$findings" ]; then
        printf '%s\n' "$findings"
        printf '%d findings\n' "$(wc -l <<<"$findings")"
        exit 1
    fi
    printf 'clean (the rule found all %d of its sample)\n' "$(wc -l <<<"$wanted")"
}
