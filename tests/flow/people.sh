#!/usr/bin/env bash
# Households as several agencies see them: a protected mother, the child who lives with her, who reported, who works on the case, an
# emergency at night, and the same person at two desks. And what the tables tell of it: nothing.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

MASKED='["address","phone","safe_contact","school","shelter","workplace"]'

# as_user USER AGENCY ROLE: «as» of a person who is not the usual one
as_user()
{
    local file=$FLOW_DIR/token-$1
    [ -s "$file" ] || ctl session open --as "$1@$2:$3" >"$file"
    printf 'token:%s' "$(cat "$file")"
}

# case_of NAME KANA BIRTH as AGENCY: sets CASE
case_of()
{
    api POST /cases "$(jq -cn --arg name "$1" --arg kana "$2" --arg birth "$3" '{channel: "other", area: "north", age_band: "adult",
        needs: ["family_relations"], urgency: "routine", consent: "given", sealed: {narrative: "架空の相談です。", name: $name, kana: $kana,
        birth_date: $birth, address: "架空町1-2-3", phone: "000-0000-0001"}}')" as "$5" key "$(uuid)"
    expect 201 "$1: a case at $5"
    CASE=$(get .case_id)
    await 200 GET "/cases/$CASE/custody" as "$5"
}

# person RELATION JSON [ID] as WHO: a member, or a new version of one
person()
{
    local id=''
    [ "$3" = as ] || { id=$3 && set -- "$1" "$2" "${@:4}"; }
    api POST "/cases/$CASE/people" "$(jq -cn --arg relation "$1" --argjson sealed "$2" --arg id "$id" \
        '{relation: $relation, sealed: $sealed} + if $id == "" then {} else {person_id: $id} end')" as "$4" key "$(uuid)"
}

# protect ID JSON as WHO
protect()
{
    api POST "/cases/$CASE/people/$1/protection" "$(jq -cn --argjson sealed "$2" '{sealed: $sealed}')" as "$4" key "$(uuid)"
}

# members NAME WHO FILTER: of the household as somebody sees it
members()
{
    api GET "/cases/$CASE/people" as "$2"
    holds "$1" ".sealed.people | $3"
}

people_household()
{
    case_of '架空 花子' 'かくう はなこ' '1985-03-04' as A056
    members 'the person supported, as told at the opening' A056 \
        'length == 1 and .[0].relation == "self" and .[0].name == "架空 花子" and .[0].phone == "000-0000-0001" and (.[0].is_protected | not)'
    person child '{"name":"架空 次郎","birth_date":"平成30年1月2日","address":"架空町 1-2-3","school":"架空小学校"}' as A056
    expect 201 'a child is recorded'
    CHILD=$(get .id)
    person child '{"phone":"000-0000-0002"}' "$CHILD" as A056
    expect 201 'and its telephone later'
    members 'what is not said again stays' A056 'length == 2 and .[1].school == "架空小学校" and .[1].phone == "000-0000-0002"'
    person spouse '{"name":"架空 太郎","address":"虚構町9"}' as A056
    expect 201 'the spouse'
    person self '{"workplace":"架空商店","phone":"","safe_contact":"平日の昼"}' "$CASE" as A056
    expect 201 'the person supported, in more words'
    members 'laid over what was told; an empty field takes it away' A056 \
        '.[0].workplace == "架空商店" and .[0].name == "架空 花子" and (.[0] | has("phone") | not)'
    api GET "/cases/$CASE" as A056
    holds 'the case shows the same' '.sealed.name == "架空 花子" and (.sealed | has("phone") | not)'
    person self '{"phone":"000-0000-0001"}' "$CASE" as A056
    person self '{"name":"架空"}' as A056
    expect 422 'nobody else is the person supported'
    person child '{"name":"架空"}' "$(uuid)" as A056
    expect 404 'a member there is not'
    person child '{"name":"架空"}' as A099
    expect 404 'another agency knows of no such case'
    same 'each change is a version of its own' 5 "$(sql "select count(*) from intake.person where case_id = '$CASE'")"
}

people_numbers()
{
    local body
    for body in '{"name":"架空 三郎","address":"123456789018"}' '{"safe_contact":"番号は１２３４－５６７８－９０１８"}' '{"alias":"1234 5678 9018"}'; do
        person other "$body" as A056
        expect 422 "no individual number: $(jq -r 'keys[-1]' <<<"$body")"
        holds 'the field is named, the digits are not' '(tostring | test("個人番号") and (test("5678|５６７８") | not)) and (tostring | test("address|safe_contact|alias"))'
    done
    person other '{"alias":"1234 5678 9019"}' as A056
    expect 201 'a number with another check digit is a number'
    api POST "/cases/$CASE/notes" '{"kind":"phone","sealed":{"text":"本人確認書類に 123456789018 とある。"}}' as A056 key "$(uuid)"
    expect 422 'nor in a note'
}

people_shared()
{
    api POST "/cases/$CASE/referrals" '{"kind":"added_support","to":["A062"],"needs":["family_relations"],"items":["identity","contact"],"basis":"consent","send":true}' as A056 key "$(uuid)"
    expect 201 'offered to another agency'
    REF=$(get .ref_id)
    await 200 GET "/cases/$CASE/people" as A062
    members 'an offer discloses the person supported alone' A062 'length == 1 and .[0].address == "架空町1-2-3"'
    api POST "/referrals/$REF/events/accept" '{}' as A062 key "$(uuid)"
    await_holds '.access == "member"' GET "/cases/$CASE" as A062
    members 'a member sees the household' A062 'length == 4 and all(.[]; .is_protected | not)'
}

people_protected()
{
    protect "$CASE" '{"is_on":true,"named":["worker-A056"]}' as A056
    expect 422 'who may see is written user@agency'
    protect "$CASE" '{"is_on":true,"named":[]}' as A056
    expect 200 'protected'
    members 'who asked sees everything, and until when' A056 '.[0] | .is_protected and .address == "架空町1-2-3" and .masked == [] and has("protected_until")'
    members 'and who is named, since when' A056 '.[0] | .named == ["worker-A056@A056"] and has("protected_since") and (has("protection_reason") | not)'
    members 'also a lead, who may change it' A056/team_lead '.[0] | .named == ["worker-A056@A056"]'
    members 'of nobody else is anybody named' A056 '[.[1:][] | has("named") or has("protected_since")] | any | not'
    members 'to who is not, there are no such people' A062 '[.[] | has("named") or has("protected_since") or has("protection_reason")] | any | not'
    members 'others see that it is hidden' A062 \
        ".[0] | .is_protected and (.masked | sort) == $MASKED and (has(\"address\") or has(\"phone\") or has(\"workplace\") or has(\"safe_contact\") | not) and .name == \"架空 花子\""
    members 'also the address the child shares' A062 "map(select(.person_id == \"$CHILD\"))[0] | (has(\"address\") | not) and .masked == [\"address\"] and .school == \"架空小学校\" and (.is_protected | not)"
    members 'not what the spouse has for itself' A062 'map(select(.relation == "spouse"))[0] | .address == "虚構町9" and .masked == []'
    api GET "/cases/$CASE" as A062
    holds 'the case hides the same' '.sealed | .is_protected and (has("address") or has("phone") | not) and .name == "架空 花子"'
    members 'a lead who is not named sees no more' A056/team_lead '.[0] | has("address") | not'
    person self '{"address":"架空町7"}' "$CASE" as A062
    expect 201 'who does not see may write'
    members 'and does not read it back' A062 '.[0] | has("address") | not'
    members 'it is there' A056 '.[0].address == "架空町7"'
    protect "$CASE" '{"is_on":true,"named":["worker-A062@A062"]}' as A062
    expect 403 'nobody names themselves'
    protect "$CASE" '{"is_on":false,"named":[],"reason":"架空"}' as A056
    expect 403 'a worker does not turn it off'
    protect "$CASE" '{"is_on":false,"named":[]}' as A056/team_lead
    expect 422 'nor a lead without a reason'
    protect "$CASE" '{"is_on":true,"named":["worker-A062@A062"]}' as A056
    expect 200 'who sees names another'
    members 'who then sees' A062 '.[0] | .address == "架空町7" and .is_protected and .masked == []'
    members 'and is told who else is named' A062 '.[0].named | sort == ["worker-A056@A056", "worker-A062@A062"]'
    protect "$CASE" '{"is_on":true,"named":["worker-A056@A056"],"reason":"指名の見直し（架空）"}' as A056/team_lead
    expect 200 'a lead changes who sees, with a reason'
    members 'who sees no more is told no more' A062 '.[0] | .is_protected and (has("named") or has("protection_reason") or has("address") | not)'
    members 'who sees is told why' A056 '.[0] | .protection_reason == "指名の見直し（架空）" and (.named | sort) == ["team_lead-A056@A056", "worker-A056@A056"]'
    protect "$CASE" '{"is_on":true,"named":[]}' as A056
}

# when HH:MM: in a week, a business day
when()
{
    printf '%sT%s:00+09:00' "$MEETING_DAY" "$1"
}
MEETING_DAY=$(TZ=Asia/Tokyo date -d '+7 days' +%F)
while [ "$(date -d "$MEETING_DAY" +%u)" -gt 5 ]; do MEETING_DAY=$(date -d "$MEETING_DAY +1 day" +%F); done

people_meeting()
{
    drain # whom the case is with is known where meetings are called
    api POST "/cases/$CASE/meetings" '{"also_invite":["A062"]}' as A056 key "$(uuid)"
    expect 201 'a meeting is called'
    MEETING=$(get .id)
    await 200 GET "/meetings/$MEETING" as A056
    local agency
    for agency in $(get '.invitees[] | select(.is_required) | .agency') A062; do
        api POST "/meetings/$MEETING/availability" "$(jq -cn --arg a "$(when 09:00)" --arg b "$(when 17:00)" '{windows: [{starts: $a, ends: $b}]}')" as "$agency" key "$(uuid)"
    done
    api POST "/meetings/$MEETING/fix" "$(jq -cn --arg a "$(when 10:00)" --arg b "$(when 11:00)" \
        '{starts: $a, ends: $b, basis: "swa_106_6", sealed: {place: "架空会館 3階", agenda: "支援の方針"}}')" as A062 key "$(uuid)"
    expect 200 'fixed, by one who is not named'
    drain
    api GET "/meetings/$MEETING" as A056
    holds 'who is named sees the place' '.sealed.place == "架空会館 3階" and (.sealed.is_hidden // false | not)'
    api GET "/meetings/$MEETING" as A062
    holds 'others do not, not even who set it' '.sealed | .is_hidden and .place == "" and .agenda == "支援の方針"'
    api GET "/meetings/$MEETING" as A001/coordinator
    yes 'nor a coordinator who is not named' test "$(get '.sealed.place // ""')" = ''
    protect "$CASE" '{"is_on":false,"named":[],"reason":"転居済み（架空）"}' as A056/team_lead
    expect 200 'a lead turns it off, with a reason'
    await_holds '.sealed.place == "架空会館 3階"' GET "/meetings/$MEETING" as A062
    holds 'and the place is shown' '.sealed.is_hidden // false | not'
    members 'as is the address' A062 '.[0] | .address == "架空町7" and (.is_protected | not)'
    protect "$CASE" '{"is_on":true,"named":[]}' as A056
    expect 200 'on again'
}

people_notifier()
{
    local none
    api GET "/cases/$CASE/notifier" as A056
    expect 404 'nobody is recorded as having reported'
    none=$(get '.title, .detail')
    api POST "/cases/$CASE/notifier" '{"sealed":{"name":"架空 隣人","contact":"000-0000-0009","named":[]}}' as A062 key "$(uuid)"
    expect 403 'only the desk that took it records it'
    api POST "/cases/$CASE/notifier" '{"sealed":{"name":"架空 隣人","contact":"000-0000-0009","named":[]}}' as A056 key "$(uuid)"
    expect 200 'the desk records who reported'
    api GET "/cases/$CASE/notifier" as A056
    holds 'who recorded it reads it' '.sealed.name == "架空 隣人" and .sealed.named == ["worker-A056"]'
    local who
    for who in A056/team_lead A062; do
        api GET "/cases/$CASE/notifier" as "$who"
        expect 404 "for $who there is none"
        same 'in the same words' "$none" "$(get '.title, .detail')"
    done
    api POST "/cases/$CASE/notifier" '{"sealed":{"name":"架空 別人","named":[]}}' as A056/team_lead key "$(uuid)"
    expect 200 'who does not see it writes beside it'
    api GET "/cases/$CASE/notifier" as A056
    holds 'and not over it' '.sealed.name == "架空 隣人"'
    api GET "/cases/$CASE/people" as A056
    yes 'it is in no household' test -z "$(grep 隣人 <<<"$BODY")"
    api GET "/cases/$CASE" as A056
    yes 'and in no case' test -z "$(grep 隣人 <<<"$BODY")"
    same 'the history tells of no change that others could not be' '' \
        "$(sql "select distinct happened from audit.event where case_id = '$CASE' and happened ~ 'settings|protect|notifier' and happened <> 'notifier_read'")"
    same 'each reading is an event' 2 "$(sql "select count(*) from audit.event where case_id = '$CASE' and happened = 'notifier_read'")"
}

people_team()
{
    local other
    other=$(as_user second-worker A056 worker)
    api GET "/cases/$CASE" as "$other"
    expect 403 'a colleague who is not on the team'
    holds 'is told so, and no more' 'tostring | test("担当者")'
    api POST "/cases/$CASE/team/second-worker/add" '{}' as "$other" key "$(uuid)"
    expect 403 'nobody puts themselves on it'
    api POST "/cases/$CASE/team/worker-A056/remove" '{}' as A056 key "$(uuid)"
    expect 409 'the last one does not leave'
    api POST "/cases/$CASE/team/second-worker/add" '{}' as A056 key "$(uuid)"
    expect 200 'one of the team adds a colleague'
    api GET "/cases/$CASE/team" as "$other"
    holds 'who sees the team' '[.team[].user] == ["second-worker", "worker-A056"]'
    members 'and the household, but nothing hidden' "$other" '.[0] | .name == "架空 花子" and (has("address") | not)'
    api POST "/cases/$CASE/team/second-worker/remove" '{}' as A056 key "$(uuid)"
    api GET "/cases/$CASE" as "$other"
    expect 403 'and no longer'
    api GET "/cases/$CASE" as "$(as_user third-worker A062 worker)"
    expect 200 'an agency that named nobody keeps it open to its workers'
}

people_emergency()
{
    local night
    night=$(as_user night-A099 A099 worker)
    api GET "/cases/$CASE/people" as "$night"
    expect 404 'an agency without a part in the case'
    api POST "/cases/$CASE/break-glass" '{"reason":"life","text":"夜間に安否を確かめる必要があり、担当者と連絡がつかないため（架空）"}' as "$night" key "$(uuid)"
    expect 200 'breaks the glass'
    await 200 GET "/cases/$CASE/people" as "$night"
    members 'and is told of nobody who is named' "$night" '[.[] | has("named") or has("protected_since") or has("protection_reason")] | any | not'
    members 'reads the household, and nothing that is protected' "$night" ".[0] | .name == \"架空 花子\" and .is_protected and (.masked | sort) == $MASKED and (has(\"address\") | not)"
    api GET "/cases/$CASE" as "$night"
    holds 'and the case' '.access == "emergency" and .sealed.narrative != ""'
    api POST "/cases/$CASE/notes" '{"kind":"phone","sealed":{"text":"架空"}}' as "$night" key "$(uuid)"
    expect 403 'writes nothing'
    person other '{"name":"架空"}' as "$night"
    expect 403 'in the household neither'
    api GET "/cases/$CASE/people" as A099
    expect 404 'a colleague reads nothing'
}

people_duplicate()
{
    local first=$CASE
    case_of '架空 花子' 'カクウ ハナコ' '昭和60年3月4日' as A071
    await_holds ".duplicates | any(.case_id == \"$CASE\" and .other_case == \"$first\")" GET /duplicates as A001/coordinator
    holds 'the same person at another desk is in the coordinator'"'"'s queue, with reasons' \
        '.duplicates[0] | .state == "open" and .score > 500 and (.reasons | length > 0 and all(.[]; .ja != "" and .en != ""))'
    holds 'of which none confirms a hidden telephone or address' 'all(.duplicates[0].reasons[]; .rule | test("phone|town|block") | not)'
    yes 'without a name' test -z "$(grep 架空 <<<"$BODY")"
    DUPLICATE=$(get ".duplicates[] | select(.case_id == \"$CASE\") | .duplicate_id")
    api GET /duplicates as A071
    expect 403 'the desk that asked learns nothing'
    api POST "/duplicates/$DUPLICATE/merged" '{"reason":"生年月日と氏名が一致"}' as A071 key "$(uuid)"
    expect 403 'and decides nothing'
    api POST "/duplicates/$DUPLICATE/merged" '{"reason":"生年月日と氏名が一致"}' as A001/coordinator key "$(uuid)"
    expect 200 'the coordinator decides that they are one'
    api POST "/duplicates/$DUPLICATE/merged" '{"reason":"生年月日と氏名が一致"}' as A001/coordinator key "$(uuid)"
    expect 409 'once'
    same 'both histories say so' 2 "$(sql "select count(*) from audit.event where happened = 'merged' and about = '$DUPLICATE'")"
    same 'it holds both ways' 2 "$(sql 'select count(*) from intake.same_person')"
    api POST "/duplicates/$DUPLICATE/not_a_duplicate" '{"reason":"別人と確認"}' as A001/coordinator key "$(uuid)"
    expect 200 'and takes it back'
    same 'both histories say that, too' 2 "$(sql "select count(*) from audit.event where happened = 'unmerged' and about = '$DUPLICATE'")"
    same 'nobody is anybody else' 0 "$(sql 'select count(*) from intake.same_person')"
    person self '{"workplace":"架空商店"}' "$CASE" as A071
    drain
    api GET /duplicates as A001/coordinator
    holds 'a pair decided on does not come back by itself' ".duplicates | all(.duplicate_id != \"$DUPLICATE\")"
    same 'one notice for the pair' 1 "$(sql "select count(*) from audit.notice where kind = 'duplicate'")"
    same 'every decision is kept' 2 "$(sql "select count(*) from intake.duplicate_decision where duplicate_id = '$DUPLICATE'")"
    CASE=$first
}

# What everybody's change and a protection leave behind is the same. Reminders are the same for all, too.
people_neutral()
{
    local before after plain
    trace_of()
    {
        sql "select string_agg(line, ' ; ' order by line) from (
             select 'event ' || happened || ' ' || coalesce(detail, '') || ' ' || coalesce(reason, '') as line from audit.event where case_id = '$CASE' and at > '$1'
             union all select 'record ' || type || ' ' || length(sealed) from intake.record where case_id = '$CASE' and written_at > '$1'
             union all select 'member ' || relation from intake.person where case_id = '$CASE' and at > '$1'
             union all select 'reminder ' || (due - '$1' > interval '300 days') from intake.reminder join intake.person using (case_id, person_id, version)
                        where case_id = '$CASE' and at > '$1'
             union all select 'care ' || length(sealed) from meeting.care where case_id = '$CASE'
             union all select 'answer ' || type from intake.request where at > '$1') as t(line)"
    }
    before=$(sql 'select clock_timestamp()')
    person spouse '{"phone":"000-0000-0003"}' "$SPOUSE" as A056
    drain
    plain=$(trace_of "$before")
    after=$(sql 'select clock_timestamp()')
    protect "$SPOUSE" '{"is_on":true,"named":["worker-A062@A062"],"reason":"架空の理由"}' as A056
    expect 200 'another member is protected'
    drain
    same 'a protection leaves the traces of a telephone number' "$plain" "$(trace_of "$after")"
    yes 'and there were some' grep -q 'event person spouse' <<<"$plain"
    same 'every version waits to be looked at again' "$(sql "select count(*) from intake.person where case_id = '$CASE'")" \
        "$(sql "select count(*) from intake.reminder where case_id = '$CASE' and done is null")"
}

# becomes NAME SQL: a statement answers t before long
becomes()
{
    local end=$((SECONDS + FLOW_AWAIT_SECONDS))
    while [ "$(sql "$2")" != t ] && [ "$SECONDS" -lt "$end" ]; do sleep 0.2; done
    same "$1" t "$(sql "$2")"
}

people_reminded()
{
    sql "update intake.reminder set due = now() - interval '1 day' where case_id = '$CASE'"
    becomes 'in eleven months every version is looked at again' "select count(*) = 0 from intake.reminder where case_id = '$CASE' and done is null"
    becomes 'each agency that wrote one is told once, the same for all' "select
        (select string_agg(agency, ' ' order by agency) from audit.notice where kind = 'settings_due' and case_id = '$CASE') =
        (select string_agg(distinct by, ' ' order by by) from intake.person where case_id = '$CASE')"
    same 'in no words of its own' 0 "$(sql "select count(*) from audit.notice where kind = 'settings_due' and coalesce(detail, user_name) is not null")"
    same 'other cases are not' 0 "$(sql "select count(*) from audit.notice where kind = 'settings_due' and case_id <> '$CASE'")"
}

flow_start
people_household
people_numbers
SPOUSE=$(sql "select person_id from intake.person where case_id = '$CASE' and relation = 'spouse' limit 1")
people_shared
people_protected
people_meeting
people_notifier
people_team
people_emergency
people_duplicate
people_neutral
people_reminded
yes 'no message waits or was parked' drain
flow_end
