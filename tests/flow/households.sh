#!/usr/bin/env bash
# Every household of the catalogue from the first call to the agency that takes it on. Who must be among the first three candidates is
# said by the household's file; what comes back twice goes through a meeting first.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=tests/flow/lib_story.sh
. "$FLOW_ROOT/tests/flow/lib_story.sh"

# desk_for FILE: a first desk that is not itself one of the expected receivers
desk_for()
{
    jq -r '[["A056", "A072", "A114", "A002"] - .expected_first_three | .[]][0]' "$1"
}

# next_candidate NAME FILE DESK: the best one that is not the desk itself; sets TO
next_candidate()
{
    api GET "/cases/$CASE/candidates" as "$3"
    TO=$(get "[.candidates[].agency | select(. != \"$3\")][0] // empty")
    [ -n "$TO" ] || bad "$1" "no candidate: ${BODY:0:300}"
}

# hand FILE DESK BASIS: the whole case to TO; sets REF
hand()
{
    api POST "/cases/$CASE/referrals" "$(jq -c --arg to "$TO" --arg basis "$3" \
        '{kind: "transfer", to: [$to], needs, items: ["narrative", "identity"], basis: $basis, send: true}' "$1")" as "$2"
    REF=$(get '.ref_id // empty')
}

# meet NAME DESK: from the proposal to a fixed time
meet()
{
    local agency
    await 200 GET "/meetings/$MEETING" as "$2"
    for agency in $(get '.invitees[] | select(.is_required) | .agency'); do
        api POST "/meetings/$MEETING/availability" "$(windows "$(printf '%02d:00' "$HOUR")" "$(printf '%02d:45' "$HOUR")")" as "$agency"
    done
    api GET "/meetings/$MEETING/slots?minutes=30" as "$2"
    START=$(get '.slots[0].starts // empty')
    END=$(get '.slots[0].ends // empty')
    fix "$2"
    holds "$1: the meeting is fixed" '.state == "fixed"'
}

household()
{
    local file=$1 name desk declines basis i
    name=$(basename "$file" .json)
    desk=$(desk_for "$file")
    declines=$(jq .declines "$file")
    basis=$(jq -r 'if .consent == "given" then "consent" else "swa_106_6" end' "$file")
    open_case "$file" "$desk"
    expect 201 "$name: taken on"
    await 200 GET "/cases/$CASE/candidates" as "$desk"
    holds "$name: the expected are among the first three" '($want - [.candidates[:3][].agency]) == []' \
        --argjson want "$(jq -c .expected_first_three "$file")"
    MEETING=''
    for i in $(seq 1 "$declines"); do
        next_candidate "$name" "$file" "$desk"
        hand "$file" "$desk" "$basis"
        act decline no_capacity as "$TO"
        holds "$name: declined ($i), the desk still holds it" ".state == \"declined\" and .lead == \"$desk\""
        MEETING=$(get '.meeting_id // empty')
    done
    if [ "$declines" -ge 2 ]; then
        HOUR=$((HOUR + 1))
        yes "$name: the second decline called a meeting" test -n "$MEETING"
        meet "$name" "$desk"
        basis=swa_106_6
    fi
    next_candidate "$name" "$file" "$desk"
    hand "$file" "$desk" "$basis"
    await 200 GET "/cases/$CASE" as "$TO"
    holds "$name: the receiver reads what was disclosed" '.sealed.narrative == $told' --arg told "$(jq -r .sealed.narrative "$file")"
    act accept as "$TO"
    holds "$name: accepted" ".state == \"accepted\" and .lead == \"$TO\""
    api GET "/cases/$CASE/custody" as "$TO"
    holds "$name: exactly one lead" "$ONE_LEAD and .lead == \"$TO\" and .returns == $declines"
}

# always_open: a catalogue whose desks never close, so that a Sunday night's run expects what a weekday's does
always_open()
{
    local seed=$FLOW_DIR/seed
    cp -r "$FLOW_ROOT/sql/seed" "$seed"
    jq -c '.opens_min = 0 | .closes_min = 1440 | .open_weekdays = [1, 2, 3, 4, 5, 6, 7]' "$FLOW_ROOT/sql/seed/routing.jsonl" \
        >"$seed/routing.jsonl"
    chmod -R a+rX "$seed"
    ctl directory load "$seed" --json | jq -c 'select(.file == "routing.jsonl")'
}

flow_start
BODY=$(always_open)
holds 'a catalogue whose desks never close' '.added == 0 and .rejected == 0 and .changed > 50'
HOUR=8
for file in "$FLOW_ROOT"/tests/flow/households/*.json; do
    household "$file"
done
yes 'at the end no message waits' drain
same 'every case has exactly one lead' 0 "$(sql 'select count(*) from intake.reception r where 1 <>
    (select count(*) from referral.member m where m.case_id = r.case_id and m.is_lead)')"
flow_end
