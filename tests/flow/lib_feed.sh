# shellcheck shell=bash
# What the flows about the feed of hints have in common. Needs lib.sh.

# heard NAME PATTERN: waits until a line is like that in what that listener writes down, $FLOW_DIR/feed-NAME
# shellcheck disable=SC2317 # called by yes
heard()
{
    local end=$((SECONDS + FLOW_AWAIT_SECONDS))
    until grep -q "$2" "$FLOW_DIR/feed-$1"; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.05
    done
}
