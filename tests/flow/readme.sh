#!/usr/bin/env bash
# The README's walk through one case, command by command: what it shows is what happens. Ids and times are masked on both sides.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# settled: until no message waits that what is asked next might need; part of the script below
# shellcheck disable=SC2317 # called there
settled()
{
    local still=0
    for _ in $(seq 900); do
        still=$((still + 1))
        [ "$(kashimaru queue status --json 2>/dev/null | jq -s 'if length < 6 then 1 else [.[].answer.lines[]? | .waiting] | add // 0 end')" = 0 ] || still=0
        [ "$still" -lt 2 ] || return
        sleep 0.1
    done
}

# walk_of README: its console blocks as a shell script that prints a mark before the output of each command
walk_of()
{
    declare -f settled
    awk '/^```console$/ { on = 1; next } /^```$/ { on = 0 }
         on && /^\$ / { print "settled </dev/null; printf \"%s\\n\" --next--"; print "{ " substr($0, 3) "; } </dev/null" }' "$1"
}

# shown_in README: what it claims, with the same marks
shown_in()
{
    awk '/^```console$/ { on = 1; next } /^```$/ { on = 0 }
         on && /^\$ / { print "--next--"; next }
         on { print }' "$1"
}

mask()
{
    sed -E -e 's/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/ID/g' -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}/TIME/g' -e 's/ +$//'
}

flow_start
walk_of "$FLOW_ROOT/README.md" >"$FLOW_DIR/walk"
shown_in "$FLOW_ROOT/README.md" | mask >"$FLOW_DIR/shown"
as_owner env PATH="$KM_APP/bin:$PATH" KASHIMARU_CONFIG="$KM_CONF" bash --norc -s <"$FLOW_DIR/walk" 2>&1 | mask >"$FLOW_DIR/seen"
yes 'the README walks through a case' test "$(grep -c -e --next-- "$FLOW_DIR/shown")" -ge 8
if diff -u "$FLOW_DIR/shown" "$FLOW_DIR/seen" >"$FLOW_DIR/differs"; then
    ok 'and every command of it shows what the README shows'
else
    bad 'and every command of it shows what the README shows' "$(cat "$FLOW_DIR/differs")"
fi
flow_end
