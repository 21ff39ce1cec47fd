#!/usr/bin/env bash
# An emergency at night: one user who proved again who they are, with words that say why, reads one case for an hour. Nobody can do it
# silently, nobody else gains by it, what is protected stays hidden, and somebody else has to say afterwards whether it was right. And
# who opens many cases in an hour is told on, then stopped.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=tests/flow/lib_account.sh
. "$FLOW_ROOT/tests/flow/lib_account.sh"

PASSWORD='yoru no machi no akari 1109'
WORDS='夜間に安否を確かめる必要があり、担当機関と連絡がつかないため（架空）'
GLASS=$(jq -cn --arg text "$WORDS" '{reason: "life", text: $text}')
MASKED='["address","phone","safe_contact","school","shelter","workplace"]'

# new_case: sets CASE, at A056
new_case()
{
    api POST /cases '{"channel":"other","area":"north","age_band":"adult","needs":["family_relations"],"urgency":"routine","consent":"given",
        "sealed":{"narrative":"架空の相談です。","name":"架空 花子","address":"架空町1-2-3","phone":"000-0000-0001"}}' as A056 key "$(uuid)"
    expect 201 'a case at A056'
    CASE=$(get .case_id)
    await 200 GET "/cases/$CASE/custody" as A056
}

# night ROLE: yakin signs in, with a code not used yet; sets NIGHT
night()
{
    forget_code yakin
    sign_in yakin "$PASSWORD" "$(totp "$TOTP")" "$1"
    NIGHT=token:$TOKEN
}

glass()
{
    api POST "/cases/$CASE/break-glass" "${2:-$GLASS}" as "$1" key "$(uuid)"
}

night_worker()
{
    api POST /users '{"user":"yakin","agency":"A072","roles":["worker","team_lead"]}' as A001/administrator key "$(uuid)"
    expect 200 'somebody is invited'
    enrol_all "$(get .sealed.token)" "$PASSWORD"
    expect 200 'and enrols'
    new_case
    api POST "/cases/$CASE/people/$CASE/protection" '{"sealed":{"is_on":true,"named":["yakin@A072"]}}' as A056 key "$(uuid)"
    expect 200 'the person is protected; who will break the glass is even named'
}

glass_refused()
{
    night worker
    expect 200 'signed in'
    sql "update account.session set fresh_at = now() - interval '6 minutes' where user_name = 'yakin'"
    api GET "/cases/$CASE" as "$NIGHT"
    expect 404 'the case does not exist for this user'
    glass "$NIGHT"
    expect 403 'not on a second factor of six minutes ago'
    holds 'which is said' '.detail | contains("第二要素")'
    forget_code yakin
    api POST /session/fresh "$(jq -cn --arg code "$(totp "$TOTP")" '{sealed: $ARGS.named}')" as "$NIGHT"
    expect 200 'the second factor again'
    glass "$NIGHT" '{"reason":"life","text":"安否の確認"}'
    expect 422 'not in five characters'
    glass "$NIGHT" '{"reason":"life","text":"                       安否の確認                       "}'
    expect 422 'nor with spaces around them'
    glass "$NIGHT" "$(jq -c '.reason = "curiosity"' <<<"$GLASS")"
    expect 422 'nor for a reason nobody knows'
    glass "$NIGHT" "$(jq -c '.text += "123456789018"' <<<"$GLASS")"
    expect 422 'nor with an individual number in the words'
    local role
    for role in auditor administrator secretary agency_host; do
        glass "A001/$role"
        expect 403 "not by: $role"
    done
    CASE=$(uuid) glass "$NIGHT"
    expect 404 'not on a case there is not'
    api GET "/cases/$CASE" as "$NIGHT"
    expect 404 'none of these opened anything'
    same 'nor left anything' '0 0 0' "$(sql 'select count(*) from keys.emergency' kashimaru_keys) $(sql 'select count(*) from audit.emergency') $(sql 'select count(*) from intake.emergency')"
}

glass_opens()
{
    glass "$NIGHT"
    expect 200 'with a fresh one'
    same 'for an hour' 60 "$((($(date -d "$(get .until)" +%s) - $(date +%s) + 30) / 60))"
    yes 'its review is due after it ends' test "$(date -d "$(get .review_by)" +%s)" -gt "$(date -d "$(get .until)" +%s)"
    await 200 GET "/cases/$CASE" as "$NIGHT"
    holds 'the case is read' '.access == "emergency" and .sealed.narrative == "架空の相談です。" and .sealed.name == "架空 花子"'
    holds 'what is protected is not' '.sealed | .is_protected and (has("address") or has("phone") | not)'
    api GET "/cases/$CASE/people" as "$NIGHT"
    holds 'in the household neither' ".sealed.people[0] | (.masked | sort) == $MASKED and (has(\"address\") or has(\"phone\") | not)"
    api POST "/cases/$CASE/notes" '{"kind":"phone","sealed":{"text":"架空"}}' as "$NIGHT" key "$(uuid)"
    expect 403 'nothing is written: a note'
    api POST "/cases/$CASE/people" '{"relation":"child","sealed":{"name":"架空 次郎"}}' as "$NIGHT" key "$(uuid)"
    expect 403 'nothing is written: a member of the household'
    api POST "/cases/$CASE/people/$CASE/protection" '{"sealed":{"is_on":true,"named":["yakin@A072"]}}' as "$NIGHT" key "$(uuid)"
    expect 403 'nothing is written: who may see what is protected'
    api POST "/cases/$CASE/referrals" '{"kind":"transfer","to":["A072"],"needs":["family_relations"],"items":[],"basis":"none","send":true}' as "$NIGHT" key "$(uuid)"
    expect 404 'nothing goes anywhere'
    api GET "/cases/$CASE/notifier" as "$NIGHT"
    expect 404 'nor is it told who reported'
    local who
    for who in A072 A072/team_lead A059; do
        api GET "/cases/$CASE" as "$who"
        expect 404 "nobody else reads it: $who"
    done
    local first=$CASE
    new_case
    api GET "/cases/$CASE" as "$NIGHT"
    expect 404 'and this user no other case'
    CASE=$first
}

glass_told()
{
    local who
    for who in A001/auditor A072/team_lead A001/coordinator; do
        await_holds "any(.notices[]; .case_id == \"$CASE\")" GET /notices as "$who"
        holds "told at once: $who" "[.notices[] | select(.case_id == \"$CASE\")] | length == 1 and (.[0]
            | .kind == \"break_glass\" and .agency == \"A072\" and .user == \"yakin\" and .detail == \"life\" and has(\"due\") and (has(\"seen_at\") | not))"
    done
    NOTICE=$(get ".notices[] | select(.case_id == \"$CASE\") | .notice_id")
    api GET /notices as A059/team_lead
    holds 'not told: the lead of another agency' '.notices == []'
    api POST "/notices/$NOTICE/seen" '{}' as A059/team_lead key "$(uuid)"
    expect 404 'who is not told has not seen it'
    api POST "/notices/$NOTICE/seen" '{}' as A001/auditor key "$(uuid)"
    expect 200 'the auditor has seen it'
    api POST "/notices/$NOTICE/seen" '{}' as A001/auditor key "$(uuid)"
    expect 200 'and says so again'
    api GET /notices as A001/auditor
    holds 'it is gone from the list' "all(.notices[]; .notice_id != \"$NOTICE\")"
    api GET '/notices?all=true' as A001/auditor
    holds 'not from the list of all' "any(.notices[]; .notice_id == \"$NOTICE\" and has(\"seen_at\"))"
    api GET /notices as A072/team_lead
    holds 'nor for others' "any(.notices[]; .notice_id == \"$NOTICE\")"
    api GET "/cases/$CASE/history" as A056
    holds 'the history has it, for who holds the case' '[.events[] | select(.happened == "break_glass")] | length == 1 and (.[0]
        | .agency == "A072" and .actor == "yakin" and .reason == "life")'
}

glass_logged()
{
    yes 'what was read is told' drain
    api GET "/cases/$CASE/readings" as A001/auditor
    holds 'the reading log has it' 'any(.readings[]; .kind == "emergency" and .service == "keys" and .user == "yakin" and .agency == "A072")
        and any(.readings[]; .kind == "emergency" and .service == "intake" and .user == "yakin") and .readings[0].at >= .readings[-1].at'
    api GET "/cases/$CASE/readings" as A056/team_lead
    holds 'for the lead of an agency that takes part, too' 'any(.readings[]; .kind == "emergency")'
    api GET "/cases/$CASE/readings" as A072/team_lead
    expect 404 'for no other'
    api GET "/cases/$CASE/readings" as A056
    expect 403 'nor for a worker'
    api GET "/cases/$CASE/readings" as "$NIGHT"
    expect 403 'nor for who read'
}

# aged DATABASE TABLE SINCE: the emergency reading as it is an hour later; called again, as it was
aged()
{
    sql "update $2 set $3 = $3 - ${4:-interval '61 minutes'}, until = until - ${4:-interval '61 minutes'} where user_name = 'yakin'" "$1"
}

glass_ends()
{
    aged kashimaru_keys keys.emergency since
    api GET "/cases/$CASE" as "$NIGHT"
    yes 'after an hour keys gives no key, whatever intake thinks' test "$STATUS" = 404 -o "$STATUS" = 403
    aged kashimaru_keys keys.emergency since "interval '-61 minutes'"
    api GET "/cases/$CASE" as "$NIGHT"
    expect 200 'within it, it does'
    aged kashimaru intake.emergency at
    api GET "/cases/$CASE" as "$NIGHT"
    expect 404 'after an hour intake shows nothing, whatever keys would give'
    aged kashimaru_keys keys.emergency since
    api GET "/cases/$CASE" as "$NIGHT"
    expect 404 'and the case does not exist any more'
}

review()
{
    api POST "/reviews/$REVIEW" "${2:-$(jq -cn '{outcome: "justified", text: "当日の記録と照らし、必要な閲覧であった（架空）"}')}" as "$1" key "$(uuid)"
}

glass_reviewed()
{
    api GET /reviews as A001/auditor
    holds 'the auditor reads the words' ".reviews | length == 1 and (.[0] | .case_id == \"$CASE\" and .text == \$words and .user == \"yakin\" and (has(\"outcome\") | not))" --arg words "$WORDS"
    REVIEW=$(get .reviews[0].id)
    local who
    for who in A056/team_lead A059/team_lead; do
        api GET /reviews as "$who"
        holds "for others there is nothing to review: $who" '.reviews == []'
        review "$who"
        expect 404 "nor do they: $who"
    done
    for who in A072 A056 A001/administrator A001/secretary "$NIGHT"; do
        api GET /reviews as "$who"
        expect 403 "nor are they asked: ${who%%:*}"
        review "$who"
        expect 403 "nor answer: ${who%%:*}"
    done
    night team_lead
    review "$NIGHT"
    expect 403 'nobody reviews themselves'
    review A001/auditor '{"outcome":"fine"}'
    expect 422 'an outcome nobody knows'
    review A072/team_lead
    expect 200 'the supervisor does'
    review A001/auditor
    expect 409 'once'
    api GET /reviews as A001/auditor
    holds 'nothing waits any more' '.reviews == []'
    api GET '/reviews?all=true' as A001/auditor
    holds 'what was found is kept' ".reviews[0] | .id == \"$REVIEW\" and .outcome == \"justified\" and .reviewed_by == \"team_lead-A072\" and .text == \$words
        and (.finding | contains(\"必要な閲覧\"))" --arg words "$WORDS"
    api GET "/cases/$CASE/history" as A001/auditor
    holds 'and in the history' "any(.events[]; .happened == \"review\" and .about == \"$REVIEW\" and .detail == \"justified\" and .actor == \"team_lead-A072\")"
}

# A second one that nobody looks at: the worker of audit is ended, because its clock rings when it starts.
glass_overdue()
{
    local n
    night worker
    glass "$NIGHT"
    expect 200 'a second time'
    await_holds '.reviews | length == 1' GET /reviews as A001/auditor
    holds 'waits for its review' ".reviews[0].id != \"$REVIEW\""
    sql 'update audit.emergency set due = now() - interval '"'1 minute'"' where reviewed_at is null'
    for n in 1 2; do
        kill -KILL "$(pids | awk '$1 == "kashimaru-audit" { print $3 }')"
        await_holds 'any(.notices[]; .kind == "review_due")' GET /notices as A001/auditor
    done
    holds 'overdue: the auditor is told' "[.notices[] | select(.kind == \"review_due\")] | length == 1 and .[0].case_id == \"$CASE\" and .[0].user == \"yakin\""
    api GET /notices as A072/team_lead
    holds 'overdue: the supervisor too, and once' '[.notices[] | select(.kind == "review_due")] | length == 1'
    await_holds '.reviews | length == 1' GET /reviews as A072/team_lead
    holds 'overdue: it can still be reviewed, and its words be read by another process of audit' '.reviews[0].text == $words' --arg words "$WORDS"
}

many_reads()
{
    local cases=() n
    for n in 1 2 3 4; do
        new_case
        cases+=("$CASE")
    done
    for n in 0 1; do
        api GET "/cases/${cases[n]}" as A056/team_lead
        expect 200 "many: case $n"
    done
    yes 'many: nobody is told of two' test "$(sql "select count(*) from audit.notice where kind = 'many_reads'")" = 0
    api GET "/cases/${cases[2]}" as A056/team_lead
    expect 200 'many: the third is read'
    await_holds 'any(.notices[]; .kind == "many_reads")' GET /notices as A001/auditor
    holds 'many: and the auditor told' '[.notices[] | select(.kind == "many_reads")] | length == 1 and (.[0]
        | .user == "team_lead-A056" and .agency == "A056" and .detail == "3" and (has("case_id") | not))'
    api GET "/cases/${cases[3]}" as A056/team_lead
    expect 403 'many: the fourth is not'
    holds 'many: and why' '(.detail | contains("1時間に開けるケースは1人3件まで")) and (.detail_en | contains("at most 3 cases in an hour"))'
    api GET "/cases/${cases[0]}" as A056/team_lead
    expect 200 'many: what was read is read again'
    api GET "/cases/${cases[3]}" as A056/coordinator
    expect 200 'many: others may'
    new_case
    api GET "/cases/${cases[3]}/readings" as A001/auditor
    holds 'many: what was not given is no reading' 'all(.readings[]; .user != "team_lead-A056")'
    sql "update keys.tally set minute = minute - interval '2 hours' where user_name = 'team_lead-A056'" kashimaru_keys
    api GET "/cases/${cases[3]}" as A056/team_lead
    expect 200 'many: an hour later it is'
    same 'many: told once' 1 "$(sql "select count(*) from audit.notice where kind = 'many_reads' and user_name = 'team_lead-A056'")"
}

FLOW_SETTINGS=('keys.user_soft = 2' 'keys.user_hard = 3')
flow_start
night_worker
glass_refused
glass_opens
glass_told
glass_logged
glass_ends
glass_reviewed
glass_overdue
many_reads
yes 'at the end no message waits' drain
flow_end
