# shellcheck shell=bash
# What every shell program here shares: how it speaks, and how it becomes the account that owns an installation. As root nothing
# is ever written into an installation's folder with root's rights: the folder belongs to an account that input reaches.

# say 日本語 English: one step of progress, on stdout.
say()
{
    printf '▸ %s\n  %s\n' "$1" "$2"
}

# warn 日本語 English: goes on, but the reader should know.
warn()
{
    printf '! %s\n  %s\n' "$1" "$2" >&2
}

# die 日本語 English: the end, with exit code 1.
die()
{
    printf '✗ %s\n  %s\n' "$1" "$2" >&2
    exit 1
}

is_root()
{
    [ "$(id -u)" -eq 0 ]
}

# as_root command…: by itself when root, through sudo otherwise; 126 when neither is possible.
as_root()
{
    if is_root; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        return 126
    fi
}

# as_owner command…: as KM_OWNER when root, as oneself otherwise. Starts in / because the owner may not be allowed to read the
# folder the script was called in.
as_owner()
{
    if is_root && [ "$KM_OWNER" != root ]; then
        (cd / && exec setpriv --reuid "$KM_OWNER" --regid "$(id -gn "$KM_OWNER")" --init-groups -- \
            env HOME=/ USER="$KM_OWNER" LOGNAME="$KM_OWNER" "$@")
    else
        (cd / && exec "$@")
    fi
}

# put_file path mode: stdin becomes the file, whole or not at all, owned by the owner.
put_file()
{
    as_owner sh -c 'umask 077 && cat >"$1.new" && chmod "$2" "$1.new" && mv -f "$1.new" "$1"' put_file "$1" "$2"
}

# tree_digest folder: one word that changes when any file below it changes.
tree_digest()
{
    as_owner sh -c 'cd "$1" && find . -type f -exec sha256sum {} + | LC_ALL=C sort' tree_digest "$1" |
        sha256sum | cut -d ' ' -f 1
}

# log_tail file lines: the end of a log, indented, on stderr.
log_tail()
{
    as_owner tail -n "$2" "$1" 2>/dev/null | sed 's/^/    /' >&2 || true
}
