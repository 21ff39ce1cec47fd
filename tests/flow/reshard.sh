#!/usr/bin/env bash
# A new log begins: only by an administrator who says year and reason; the old one is closed for good, and what happens afterwards is
# signed under the new name.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# head_is NAME JQ: what the signer signed last, as soon as it is so
head_is()
{
    local end=$((SECONDS + FLOW_AWAIT_SECONDS))
    while :; do
        BODY=$(ctl audit head --json)
        if jq -e "$2" >/dev/null 2>&1 <<<"$BODY"; then
            ok "$1"
            return
        fi
        if [ "$SECONDS" -ge "$end" ]; then
            bad "$1" "$BODY"
            return
        fi
        sleep 0.2
    done
}

# run CODE NAME word…
run()
{
    local want=$1 name=$2 got
    shift 2
    ctl "$@" >"$FLOW_DIR/out" 2>&1
    got=$?
    if [ "$got" = "$want" ]; then ok "$name"; else bad "$name" "wanted $want, got $got: $(cat "$FLOW_DIR/out")"; fi
}

HOUSEHOLD=$FLOW_ROOT/tests/flow/households/01-8050.json
flow_start
open_case "$HOUSEHOLD" A056
head_is 'a first log is signed' '.state == "ready" and .size > 0 and (.closed | length) == 0'
first=$(jq -r .origin <<<"$BODY")
year=${first##*/}
was=$(jq -r .vkey <<<"$BODY")
run 64 'a year alone does not do' audit reshard --origin-year "$year-2"
run 64 'nor does a reason' audit reshard --reason 'an exercise'
run 64 'nor what is no year' audit reshard --origin-year next --reason 'an exercise'
run 77 'nor who is no administrator' audit reshard --origin-year "$year-2" --reason 'an exercise' --as madoguchi@A056:worker
run 10 'the open log is not opened again' audit reshard --origin-year "$year" --reason 'an exercise'
run 0 'an administrator opens another' audit reshard --origin-year "$year-2" --reason 'an exercise'
run 10 'what is closed stays closed' audit reshard --origin-year "$year" --reason 'an exercise'
open_case "$HOUSEHOLD" A056
head_is 'what happens now is signed under the new name' ".origin == \"$first-2\" and .size > 0 and .closed[0].origin == \"$first\""
same 'of the closed log its verifier key is still shown' "$was" "$(jq -r '.closed[0].vkey' <<<"$BODY")"
yes 'the doctor finds the signer well' grep -q "ok.*signer: $first-2" <<<"$(ctl doctor)"
flow_end
