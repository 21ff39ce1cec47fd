# shellcheck shell=bash
# What the flows about the feed of hints have in common. Needs lib.sh.

# listen NAME TOKEN [LAST]: from now on, into $FLOW_DIR/feed-NAME and, its head, feed-NAME.head; again when it is refused for the moment.
# Until it is told where it stands; sets EAR_PID
listen()
{
    local end=$((SECONDS + FLOW_AWAIT_SECONDS)) last=() file=$FLOW_DIR/feed-$1
    [ -z "${3:-}" ] || last=(-H "Last-Event-ID: $3")
    while :; do
        : >"$file"
        curl -sN -o "$file" -D "$file.head" -H "Authorization: Bearer $2" "${last[@]}" "$FLOW_URL/feed" &
        EAR_PID=$!
        while ! grep -q '^id: ' "$file" && kill -0 "$EAR_PID" 2>/dev/null && [ "$SECONDS" -lt "$end" ]; do sleep 0.05; done
        ! grep -q '^id: ' "$file" || return 0
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.2
    done
}

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
