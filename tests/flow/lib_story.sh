# shellcheck shell=bash
# The life of cases as people at the desks see it, told over HTTP alone. Needs lib.sh and a started installation.

HOUSEHOLD=$FLOW_ROOT/tests/flow/households/01-8050.json
STORY_DAY=$(TZ=Asia/Tokyo date +%F) # in whose terms other days are told, also when it ends meanwhile
ONE_LEAD='([.members[] | select(.is_lead and (has("until") | not))] | length == 1)'

# draft CASE KIND TO[,TO] ITEMS SEND as AGENCY…: sets REF when it was taken
draft()
{
    local case_id=$1 kind=$2 to=$3 items=$4 send=$5 basis=consent
    shift 5
    [ -n "$items" ] || basis=none
    api POST "/cases/$case_id/referrals" "$(jq -cn --arg kind "$kind" --arg to "$to" --arg items "$items" --arg basis "$basis" \
        --argjson send "$send" '{kind: $kind, to: ($to | split(",")), needs: ["hikikomori"], basis: $basis, send: $send,
            items: ($items | split(",") | map(select(. != "")))}')" "$@"
    REF=$(get '.ref_id // empty')
}

# act EVENT [REASON] as AGENCY: on REF
act()
{
    local event=$1 body='{}'
    shift
    if [ "$1" != as ]; then
        body=$(jq -cn --arg reason "$1" '{reason: $reason}')
        shift
    fi
    api POST "/referrals/$REF/events/$event" "$body" "$@"
}

# taken NAME: a new case at A056 that referral knows of
taken()
{
    open_case "$HOUSEHOLD" A056
    await 200 GET "/cases/$CASE/custody" as A056
    holds "$1: opened, one lead" "$ONE_LEAD and .lead == \"A056\""
}

lead_is()
{
    api GET "/cases/$CASE/custody" as A056
    holds "$1: the lead is $2 and nobody else" "$ONE_LEAD and .lead == \"$2\""
}

note()
{
    api POST "/cases/$CASE/notes" "$(jq -cn --arg text "$1" '{kind: "phone", sealed: {text: $text}}')" as "$2"
}

story_candidates()
{
    local from=$1
    open_case "$HOUSEHOLD" "$from"
    expect 201 '8050: a family calls, the desk takes it on'
    holds '8050: the first desk holds it' ".lead == \"$from\""
    await 200 GET "/cases/$CASE/candidates" as "$from"
    holds '8050: candidates, each with a reason in both languages' \
        '(.candidates | length) > 2 and all(.candidates[]; (.reasons | length) > 0 and all(.reasons[]; .ja != "" and .en != ""))'
    holds '8050: the rejected say which filter refused them' '.rejected | length > 0 and all(.[]; .filter != "" and .ja != "" and .en != "")'
    holds '8050: who leads it already is no candidate, and the reason is told' \
        '(.candidates | all(.agency != $f)) and (.rejected | any(.agency == $f))' --arg f "$from"
    holds '8050: several fields of need are told as complex, with supporters' '.is_complex and (.supporters | length > 0)'
}

story_disclosed()
{
    draft "$CASE" transfer A062 narrative false as A056
    expect 201 '8050: drafted'
    holds '8050: a draft is a draft' '.state == "draft" and (has("due_at") | not) and (.accepts | contains(["send"]))'
    api GET /referrals as A062
    holds '8050: a draft is nobody else'"'"'s business' "all(.referrals[]; .ref_id != \"$REF\")"
    api GET "/cases/$CASE" as A062
    expect 404 '8050: a draft opens nothing'
    api GET '/referrals?box=awaited&limit=1' as A056
    holds '8050: for its writer it stands first' ".referrals[0].ref_id == \"$REF\""
    api GET /work as A056
    holds '8050: the case is among the open ones' "any(.cases[]; .case_id == \"$CASE\" and .is_lead)"
    act send as A056
    holds '8050: sent, with a deadline' '.state == "offered" and has("due_at") and .lead == "A056"'
    await 200 GET "/cases/$CASE" as A062
    holds '8050: the offered agency reads what was disclosed' '.access == "offered" and .items == ["narrative"] and .sealed.narrative != ""'
    holds '8050: and nothing else' '.sealed | (has("name") or has("kana") or has("birth_date") or has("address") or has("phone") or has("notes")) | not'
    note '打診中の機関からの記録' A062
    expect 403 '8050: the offered agency writes nothing'
}

story_accept()
{
    api GET /referrals as A062
    holds '8050: it is in the inbox, unread' "any(.referrals[]; .ref_id == \"$REF\" and (has(\"read_at\") | not))"
    api GET "/referrals/$REF" as A062
    holds '8050: the receiver opens it' '.referrals[0] | has("read_at")'
    api GET "/referrals/$REF" as A056
    holds '8050: the sender sees that it was read' '.referrals[0] | has("read_at") and .state == "offered"'
    lead_is '8050, read but not accepted' A056
    act accept as A062
    holds '8050: accepted, the baton moves' '.state == "accepted" and .lead == "A062"'
    api GET "/cases/$CASE/custody" as A062
    holds '8050: exactly one lead' "$ONE_LEAD and .lead == \"A062\" and .version == 2 and (.members | length) == 2"
    await_holds '.access == "member"' GET "/cases/$CASE" as A062
    holds '8050: the new lead reads everything' '.access == "member" and .sealed.phone != null and .sealed.name != null'
    act accept as A062
    expect 409 '8050: what is accepted is not accepted again'
    holds '8050: the refusal names state and events' '.state == "accepted" and (.accepts | contains(["start", "hold"]))'
}

story_service()
{
    act start as A062
    holds '8050: support begins' '.state == "in_service"'
    api POST "/referrals/$REF/visit" '{"visit":"scheduled","at":"2027-01-12T01:00:00Z"}' as A062
    expect 200 '8050: a visit is arranged'
    api POST "/referrals/$REF/visit" '{"visit":"visited"}' as A062
    expect 200 '8050: the visit took place'
    act hold as A062
    expect 422 '8050: a hold without a reason is refused'
    api POST "/referrals/$REF/events/hold" '{"reason":"awaiting_person","review_at":"2027-02-01T01:00:00Z"}' as A062
    holds '8050: on hold' '.state == "on_hold"'
    act resume as A062
    holds '8050: it goes on' '.state == "in_service"'
    note '姉に電話。本人は戸口まで出てきた。' A062
    expect 201 '8050: the lead writes a note'
    NOTE=$(get .id)
    api POST "/cases/$CASE/notes" "$(jq -cn --arg id "$NOTE" '{kind: "phone", corrects: $id, sealed: {text: "姉ではなく叔母だった。"}}')" as A062
    expect 201 '8050: a correction is a note of its own'
    api GET "/cases/$CASE" as A056
    holds '8050: the first desk reads both notes' '(.sealed.notes | length) == 2 and .notes[1].corrects == .notes[0].note_id'
    act complete goal_reached as A062
    holds '8050: completed, the baton stays' '.state == "completed" and .lead == "A062"'
}

story_history()
{
    local want='case_opened baton_created consent_given referral:draft referral:send disclosed referral:deliver referral:accept disclosed baton_moved referral:start '
    want+='visit:scheduled visit:visited referral:hold referral:resume note_added note_added referral:complete'
    await_holds '[.events[].happened] | index("baton_created") and ([.[] | select(. == "case_read")] | length >= 3)
        and ([.[] | select(. == "key_read")] | length >= 3)' GET "/cases/$CASE/history" as A001/auditor
    same '8050: the history tells it in order' "$want" "$(get '[.events[] | select(.happened != "case_read" and .happened != "key_read" and .happened != "audited")
        | .happened + (if .happened == "referral" or .happened == "visit" then ":" + .detail else "" end)] | join(" ")')"
    holds '8050: each reading is in it, too' '[.events[] | select(.happened == "case_read")] | length >= 3'
    holds '8050: and each key that was given' '[.events[] | select(.happened == "key_read")] | length >= 3 and all(.[]; .agency and .actor and .service == "keys")'
    holds '8050: in order of time' '[.events[].at] | . == sort'
    api GET "/cases/$CASE" as A001/auditor
    expect 403 '8050: an auditor opens no case'
    api GET "/cases/$CASE" as A001/administrator
    expect 403 '8050: nor does an administrator'
}

# For everybody else the case does not exist, however it is asked for.
story_outsider()
{
    local who=A072 method path body
    while read -r method path body; do
        api "$method" "$path" "$body" as "$who"
        expect 404 "outsider: $method ${path//[0-9a-f]????????????????????????????????[0-9a-f]/ID}"
    done <<END
GET /cases/$CASE
GET /cases/$CASE/custody
GET /cases/$CASE/history
GET /cases/$CASE/candidates
GET /referrals/$REF
GET /referrals?box=case&case_id=$CASE
POST /cases/$CASE/notes {"kind":"phone","sealed":{"text":"部外者"}}
POST /cases/$CASE/referrals {"kind":"transfer","to":["A059"],"needs":["poverty"],"items":[],"basis":"none","send":true}
POST /cases/$CASE/meetings {}
POST /cases/$CASE/close {"reason":"moved","evaluation_note":"$CASE"}
POST /referrals/$REF/events/accept {}
POST /referrals/$REF/events/retract {"reason":"mistake"}
POST /referrals/$REF/visit {"visit":"visited"}
END
    api GET /cases as "$who"
    holds 'outsider: the case is in no list' "all(.cases[]; .case_id != \"$CASE\")"
}

# ---- two declines -----------------------------------------------------------

story_declines()
{
    taken declines
    draft "$CASE" transfer A062 narrative,identity true as A056
    await 200 GET "/cases/$CASE" as A062
    act decline as A062
    expect 422 'declines: a reason is required'
    act decline no_capacity as A062
    holds 'declines: the first one leaves the lead' '.state == "declined" and .lead == "A056" and (has("meeting_id") | not)'
    await 404 GET "/cases/$CASE" as A062
    expect 404 'declines: access ends'
    draft "$CASE" transfer A062 narrative true as A056
    expect 409 'declines: nobody is sent back where they were declined'
    api GET "/cases/$CASE/candidates" as A056
    holds 'declines: nor proposed for that need again' 'all(.candidates[]; .agency != "A062" or (.covers | index("hikikomori") | not))'
    draft "$CASE" transfer A059 narrative true as A056
    act decline other_expertise as A059
    holds 'declines: the second one calls a 小会議' '.state == "declined" and .lead == "A056" and has("meeting_id")'
    MEETING=$(get .meeting_id)
    api GET "/referrals?box=returned" as A001/coordinator
    holds 'declines: the coordinator sees both' "[.referrals[] | select(.case_id == \"$CASE\")] | length == 2"
    api GET "/referrals?box=back" as A056
    holds 'declines: and so does who sent them' "[.referrals[] | select(.case_id == \"$CASE\")] | length == 2"
    draft "$CASE" transfer A062 narrative true as A001/coordinator
    expect 409 'declines: not even a coordinator without a reason'
    lead_is declines A056
}

# windows FROM TO: every day of the next twelve but the first ones, Japan time
windows()
{
    local day
    for day in 2 3 4 5 6 7 8 9 10 11; do
        printf '%s\n' "$(date -d "$STORY_DAY +$day days" +%F)"
    done | jq -Rnc --arg from "$1" --arg to "$2" '{windows: [inputs | {starts: "\(.)T\($from):00+09:00", ends: "\(.)T\($to):00+09:00"}]}'
}

# fix: MEETING at START until END
fix()
{
    api POST "/meetings/$MEETING/fix" "$(jq -cn --arg starts "$START" --arg ends "$END" '{starts: $starts, ends: $ends,
        basis: "swa_106_6", sealed: {place: "架空会議室3", agenda: "世帯の支え方"}}')" as "$1"
}

story_meeting()
{
    await 200 GET "/meetings/$MEETING" as A056
    holds 'meeting: proposed because it came back twice' '.state == "proposed" and .called_by == "second_return"'
    holds 'meeting: calls the lead, the coordinating body and both that returned it' '
        [.invitees[] | {key: .agency, value: .invited_as}] | from_entries
        | .A056 == "lead" and .A001 == "coordinator" and .A062 == "returned" and .A059 == "returned"'
    holds 'meeting: none without the lead and the coordinating body' '[.invitees[] | select(.is_required) | .agency] | sort == ["A001", "A056"]'
    holds 'meeting: and those that match' 'any(.invitees[]; .invited_as == "matches")'
    api GET /meetings as A062
    holds 'meeting: the invited find it in their list' "any(.meetings[]; .meeting_id == \"$MEETING\" and .state == \"proposed\")"
    api GET "/meetings/$MEETING" as A072
    expect 404 'meeting: for others it does not exist'
    api POST "/meetings/$MEETING/availability" "$(windows 10:00 12:00)" as A072
    expect 404 'meeting: nor can they answer'
    api POST "/meetings/$MEETING/availability" "$(windows 10:00 12:00)" as A056
    expect 200 'meeting: the lead says when it can'
    api GET "/meetings/$MEETING/slots" as A056
    holds 'meeting: no time while a required agency is silent' '(.slots | length) == 0 and (.silent | contains(["A001"]))'
    api POST "/meetings/$MEETING/availability" "$(windows 11:00 13:00)" as A001
    expect 200 'meeting: the coordinating body says when it can'
    api POST "/meetings/$MEETING/availability" "$(windows 09:00 17:00)" as A062
    api GET "/meetings/$MEETING/slots" as A056
    holds 'meeting: times that suit, with reasons' '(.slots | length) > 0 and all(.slots[]; .ja != "" and .en != "" and (.can | contains(["A001", "A056"])))'
    START=$(get .slots[0].starts)
    END=$(get .slots[0].ends)
    same 'meeting: eleven o'"'"'clock, when both can' 02:00 "$(TZ=UTC date -d "$START" +%H:%M)"
}

story_fix()
{
    api POST "/meetings/$MEETING/accommodations" '{"accommodation":"sign_language","is_arranged":false}' as A056
    expect 200 'fix: an interpreter is needed'
    fix A056
    expect 409 'fix: not before it is arranged'
    api POST "/meetings/$MEETING/accommodations" '{"accommodation":"sign_language","is_arranged":true}' as A001/secretary
    expect 200 'fix: the secretary arranged it'
    fix A072
    expect 404 'fix: not by an outsider'
    fix A056
    holds 'fix: time and place are settled' '.state == "fixed"'
    api GET "/meetings/$MEETING" as A062
    holds 'fix: the invited see the place' '.state == "fixed" and .sealed.place == "架空会議室3" and has("starts")'
    api GET "/meetings/$MEETING" as A072
    expect 404 'fix: nobody else does'
    api POST "/meetings/$MEETING/availability" "$(windows 09:00 10:00)" as A059
    expect 409 'fix: afterwards nobody changes when they can'
    api GET "/cases/$CASE/history" as A056
    holds 'fix: the history has it' '[.events[].happened] | index("meeting_proposed") < index("availability") and index("availability") < index("meeting_fixed")'
}

# A second meeting of the same agencies cannot take the same hour; called off, a meeting frees it.
story_double()
{
    local first=$MEETING
    taken double
    drain # meeting knows of the case, too
    api POST "/cases/$CASE/meetings" '{"also_invite":["A002"]}' as A056
    expect 201 'double: a member calls a meeting'
    MEETING=$(get .id)
    await 200 GET "/meetings/$MEETING" as A002
    expect 200 'double: who is asked along is invited'
    api POST "/meetings/$MEETING/availability" "$(windows 10:00 12:00)" as A056
    api POST "/meetings/$MEETING/availability" "$(windows 10:00 12:00)" as A001
    api GET "/meetings/$MEETING/slots" as A056
    holds 'double: the hour that is taken is not offered' "all(.slots[]; .starts != \"$START\")"
    fix A056
    expect 409 'double: nobody sits in two meetings'
    api POST "/meetings/$first/cancel" '{"reason":"no_longer_needed"}' as A056
    holds 'double: the first is called off' '.state == "cancelled"'
    fix A056
    holds 'double: now the hour is free' '.state == "fixed"'
    api POST "/meetings/$first/cancel" '{"reason":"mistake"}' as A056
    expect 409 'double: called off once'
}

# ---- the other kinds --------------------------------------------------------

story_consult()
{
    taken consult
    draft "$CASE" consult A059 narrative true as A056
    await 200 GET "/cases/$CASE" as A059
    act accept as A059
    holds 'consult: advice moves no baton' '.state == "accepted" and .lead == "A056"'
    api GET "/cases/$CASE" as A059
    holds 'consult: on the shared items only' '.access == "offered" and (.sealed | has("name") | not)'
    note '助言' A059
    expect 403 'consult: adviser writes nothing'
    act complete goal_reached as A059
    await 404 GET "/cases/$CASE" as A059
    expect 404 'consult: afterwards the case is closed to it'
    lead_is consult A056
}

story_support()
{
    taken support
    note '支援前の記録' A056
    draft "$CASE" added_support A059 narrative true as A056
    act accept as A059
    holds 'support: the baton stays' '.lead == "A056"'
    await_holds '.access == "member"' GET "/cases/$CASE" as A059
    holds 'support: the member reads the notes' '.sealed.notes | length == 1'
    note '支援機関の記録' A059
    expect 201 'support: and writes'
    act complete goal_reached as A059
    await 403 POST "/cases/$CASE/notes" '{"kind":"phone","sealed":{"text":"終了後の記録"}}' as A059
    expect 403 'support: membership ended, no more writing'
    note '支援終了後の記録' A056
    api GET "/cases/$CASE" as A059
    holds 'support: what is written later stays closed' 'all(.sealed.notes[]; .text != "支援終了後の記録") and any(.sealed.notes[]; .text == "支援前の記録")'
    api GET "/cases/$CASE/custody" as A059
    holds 'support: past members are kept' 'any(.members[]; .agency == "A059" and has("until"))'
    lead_is support A056
}

story_information()
{
    taken information
    draft "$CASE" information A059 narrative true as A056
    expect 422 'information: discloses nothing'
    draft "$CASE" information A059 '' true as A056
    expect 201 'information: the person is told where to go'
    act accept as A059
    api GET "/cases/$CASE" as A059
    expect 404 'information: opens nothing'
    lead_is information A056
}

story_pull()
{
    taken pull
    draft "$CASE" pull_request A056 narrative true as A059
    expect 201 'pull: an agency asks the lead for the case'
    api GET "/cases/$CASE" as A059
    expect 404 'pull: asking opens nothing'
    act accept as A056
    holds 'pull: agreed, and the baton has not moved yet' '.state == "accepted" and .lead == "A056"'
    api GET /referrals as A059
    REF=$(get "[.referrals[] | select(.case_id == \"$CASE\" and .kind == \"transfer\" and .state == \"offered\")][0].ref_id // empty")
    yes 'pull: a transfer waits for it' test -n "$REF"
    act accept as A059/agency_host
    holds 'pull: it takes the case over' '.lead == "A059"'
    lead_is pull A059
}

story_broadcast()
{
    taken broadcast
    draft "$CASE" transfer A062,A059 narrative true as A056
    holds 'broadcast: one for each' '.also | length == 1'
    local first=$REF second
    second=$(get .also[0])
    REF=$first
    act accept as A062
    holds 'broadcast: the first accept wins' '.lead == "A062"'
    REF=$second
    act accept as A059
    expect 409 'broadcast: the second comes too late'
    holds 'broadcast: and is told' '.state == "withdrawn" and .accepts == []'
    api GET "/referrals/$second" as A059
    holds 'broadcast: taken by another' '.referrals[0] | .state == "withdrawn" and .reason == "taken_by_another"'
    await 404 GET "/cases/$CASE" as A059
    expect 404 'broadcast: the loser'"'"'s access ends'
    lead_is broadcast A062
}

story_withdraw()
{
    taken withdraw
    draft "$CASE" transfer A059 narrative true as A056
    await 200 GET "/cases/$CASE" as A059
    act withdraw as A056
    expect 422 'withdraw: a reason is required'
    act withdraw person_declined as A059
    expect 403 'withdraw: not by the receiver'
    act withdraw person_declined as A056
    holds 'withdraw: taken back' '.state == "withdrawn"'
    await 404 GET "/cases/$CASE" as A059
    expect 404 'withdraw: access ends'
    act accept as A059
    expect 409 'withdraw: nothing left to accept'
    lead_is withdraw A056
}

story_cancel()
{
    taken cancel
    draft "$CASE" added_support A059 narrative true as A056
    act accept as A059
    act request_cancel no_longer_needed as A056
    holds 'cancel: asked for' '.state == "cancel_requested"'
    act refuse other as A059
    holds 'cancel: refused, it goes on' '.state == "in_service"'
    act request_cancel no_longer_needed as A056
    act confirm as A056
    expect 403 'cancel: only the receiver agrees'
    act confirm as A059
    holds 'cancel: agreed' '.state == "cancelled"'
    api GET "/cases/$CASE/custody" as A056
    holds 'cancel: membership ended' "$ONE_LEAD"' and any(.members[]; .agency == "A059" and has("until"))'
}

story_retract()
{
    taken retract
    draft "$CASE" transfer A059 narrative true as A056
    act retract as A056
    holds 'retract: never deleted' '.state == "entered_in_error"'
    draft "$CASE" transfer A059 narrative true as A056
    act accept as A059
    act retract mistake as A001/coordinator
    expect 409 'retract: a moved baton is handed on first'
    lead_is retract A059
}

story_close()
{
    taken close
    local note_id
    note '評価: 本人は就労訓練に通いはじめた。' A056
    note_id=$(get .id)
    draft "$CASE" added_support A059 narrative true as A056
    close no_longer_needed "$note_id" A056
    expect 409 'close: not while an offer waits'
    act accept as A059
    close no_longer_needed "$note_id" A059
    expect 403 'close: not by a supporter'
    close not_our_target "$note_id" A056
    expect 422 'close: «not ours» is no reason'
    close goal_reached "$note_id" A056
    holds 'close: closed with an evaluation' '.state == "closed"'
    close goal_reached "$note_id" A056
    expect 409 'close: once'
    draft "$CASE" transfer A062 narrative true as A056
    expect 409 'close: a closed case goes nowhere'
    api GET "/cases/$CASE/custody" as A056
    holds 'close: still exactly one lead' "$ONE_LEAD and .is_closed"
}

close()
{
    api POST "/cases/$CASE/close" "$(jq -cn --arg reason "$1" --arg note "$2" '{reason: $reason, evaluation_note: $note}')" as "$3"
}

story_all()
{
    story_candidates A056
    story_disclosed
    story_accept
    story_service
    story_history
    story_outsider
    story_declines
    story_meeting
    story_fix
    story_double
    story_consult
    story_support
    story_information
    story_pull
    story_broadcast
    story_withdraw
    story_cancel
    story_retract
    story_close
}
