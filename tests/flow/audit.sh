#!/usr/bin/env bash
# What an auditor learns of cases, and what it leaves behind: who held a case and why it moved, which cases came back or expired, what went
# without consent, which emergencies nobody reviewed; as text, CSV and JSON. Nobody else is told, each question is an event that has its
# leaf, and nothing of the person is in any answer.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$(dirname "${BASH_SOURCE[0]}")/lib_story.sh"

AUDITOR=kansa@A001:auditor
GLASS='{"reason":"life","text":"夜間に安否を確かめる必要があり、担当者と連絡がつかないため（架空）"}'
DAY=$(TZ=Asia/Tokyo date +%F) # on which all began, also when it ends meanwhile
ASKED=0 # questions of the auditor so far: each must be an event

# ask NAME word…: kashimaru as the auditor; the text stands in $OUT and in a file of its own; false when it is refused
ask()
{
    local name=$1
    shift
    OUT=$(ctl audit "$@" --as "$AUDITOR" 2>"$FLOW_DIR/err")
    local st=$?
    printf '%s\n' "$OUT" >"$ANSWERS/$name"
    [ "$st" != 0 ] || ASKED=$((ASKED + 1))
    # shellcheck disable=SC2034 # for holds
    BODY=$OUT
    STATUS=$st
    return "$st"
}

# ask_until FILTER NAME word…: as JSON, until it makes the filter true; what an auditor sees follows what happened by a moment
# shellcheck disable=SC2317 # called by yes
ask_until()
{
    local filter=$1 end=$((SECONDS + FLOW_AWAIT_SECONDS))
    shift
    while :; do
        ask "$@" --json && jq -e --arg case "$CASE" "$filter" >/dev/null 2>&1 <<<"$OUT" && return
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.2
    done
}

# row NAME FILTER…: a line of the printed answer has all these texts
row()
{
    local name=$1 lines=$OUT part
    shift
    for part; do
        lines=$(grep -F -- "$part" <<<"$lines")
    done
    if [ -n "$lines" ]; then ok "$name"; else bad "$name" "no line with «$*» in ${OUT:0:1200}"; fi
}

# ---- what happens ----

# Sent back twice, then taken on.
story_bounced()
{
    taken bounced
    BOUNCED=$CASE
    draft "$CASE" transfer A062 narrative true as A056
    await 200 GET "/cases/$CASE" as A062
    api GET "/referrals/$REF" as A062
    act decline no_capacity as A062
    expect 200 'bounced: declined once'
    draft "$CASE" transfer A059 narrative true as A056
    act decline other_expertise as A059
    expect 200 'bounced: declined twice'
    api GET "/cases/$CASE/candidates" as A056
    THIRD=$(get '[.candidates[].agency | select(IN("A056", "A062", "A059") | not)][0]')
    draft "$CASE" transfer "$THIRD" narrative true as A056
    expect 201 'bounced: offered to a third'
    LAST_REF=$REF
    act accept as "$THIRD"
    holds 'bounced: which takes it on' ".lead == \"$THIRD\""
}

# Nobody answers: the clock is put forward for this one offer.
story_expired()
{
    taken expired
    EXPIRED=$CASE
    draft "$CASE" transfer A062 narrative true as A056
    EXPIRED_REF=$REF
    sql "update referral.referral set due_at = now() - interval '1 minute' where ref_id = '$REF'"
    await_holds '.referrals[0].state == "expired"' GET "/referrals/$REF" as A056
    holds 'expired: nobody answered' '.referrals[0].state == "expired"'
}

story_bare()
{
    taken bare
    BARE=$CASE
    api POST "/cases/$CASE/referrals" '{"kind":"consult","to":["A002"],"needs":["hikikomori"],"basis":"ppa_69_2_4","send":true,
        "items":["narrative","identity"]}' as A056
    expect 201 'bare: told to a public body on the law alone'
}

story_glass()
{
    api POST "/cases/$BARE/break-glass" "$GLASS" as "token:$(ctl session open --as night@A072:worker)"
    expect 200 'glass: a case is opened in an emergency'
    await_holds ".reviews | length == 1" GET /reviews as A001/coordinator
    holds 'glass: which waits for its review' ".reviews[0].case_id == \"$BARE\""
}

# ---- what the auditor sees ----

timeline()
{
    CASE=$BOUNCED
    yes 'timeline: it comes to know of the acceptance' ask_until ".lead == \"$THIRD\" and .handoffs == 1" timeline-json timeline "$CASE"
    holds 'timeline: opened at A056' ".opened_by == \"A056\" and has(\"opened_at\") and (has(\"closed_at\") | not) and .is_cut == false"
    holds 'timeline: two stretches, one after the other' "[.custody[] | [.agency, .cause, .ended_by]] == [[\"A056\", \"intake\", \"handoff\"], [\"$THIRD\", \"handoff\", null]]
        and .custody[0].until == .custody[1].since and .custody[1].ref_id == \"$LAST_REF\" and (.custody[1] | has(\"until\") | not)"
    holds 'timeline: three steps in their order' "[.steps[] | [.sender, .receiver, .answer, .reason, .is_return]] == [
        [\"A056\", \"A062\", \"decline\", \"no_capacity\", true], [\"A056\", \"A059\", \"decline\", \"other_expertise\", true],
        [\"A056\", \"$THIRD\", \"accept\", null, false]] and .returns == 2"
    holds 'timeline: when it was offered, due, opened and answered' '.steps[0] | has("offered_at") and has("due_at") and has("opened_at") and has("answered_at")
        and .opened_after <= .answered_after and (.is_late | not)'
    holds 'timeline: who never opened it is not said to have' '.steps[1] | has("opened_at") | not'
    holds 'timeline: how long a stretch was follows from its ends' '.custody[0] | (.until[:19] + "Z" | fromdate) - (.since[:19] + "Z" | fromdate) - .seconds | -1 <= . and . <= 1'
    ask timeline-text timeline "$CASE"
    row 'timeline: text: the stretches' A056 受付 引継ぎ
    row 'timeline: text: the one that goes on' "$THIRD" 引継ぎ
    row 'timeline: text: why it came back' 理由 '(no_capacity)'
    row 'timeline: text: durations in words' 回答まで 秒
    same 'timeline: text: stretches before steps' '担当の移り変わり つなぎの経緯' \
        "$(grep -o '担当の移り変わり\|つなぎの経緯' <<<"$OUT" | paste -sd ' ')"
    yes 'timeline: text: no field without a Japanese name' test -z "$(grep -oE '^ *(■ )?[a-z_]+( |（)' <<<"$OUT")"
    ask timeline-csv timeline "$CASE" --csv
    same 'timeline: csv: spreadsheets read it as UTF-8' efbbbf "$(head -c 3 "$ANSWERS/timeline-csv" | od -An -tx1 | tr -d ' \n')"
    same 'timeline: csv: stretches, an empty line, steps' 'A056 - A062 A059' \
        "$(awk -F, -v RS='\r\n' 'NR == 2 { s = $1 } $0 == "" { s = s " -"; steps = 1; next } steps && ++n > 1 && n < 4 { s = s " " $3 } END { print s }' "$ANSWERS/timeline-csv")"
}

search()
{
    yes 'search: by agency and answer' ask_until '.cases | length == 1' search-declined search agency=A062 answer=decline reason=no_capacity
    holds 'search: the case that came back' ".cases[0] | .case_id == \"$BOUNCED\" and .returns == 2 and .lead == \"$THIRD\" and .opened_by == \"A056\""
    ask search-reason search reason=other_expertise agency=A062 --json
    holds 'search: agency and reason must be of one step' '.cases == []'
    yes 'search: every case that began there' \
        ask_until "[.cases[].case_id] | sort == ([\"$BOUNCED\", \"$EXPIRED\", \"$BARE\"] | sort)" search-agency search agency=A056
    ask search-period search agency=A056 "until=$DAY" --json
    holds 'search: until today there was none' '.cases == []'
    ask search-day search agency=A056 "since=$DAY" "until=$(date -d "$DAY +2 days" +%F)" --json
    holds 'search: today there were three' '.cases | length == 3'
    ask search-csv search agency=A056 limit=2 --csv
    ASKED=$((ASKED + 2)) # of three rows: two, one, and none
    same 'search: csv: page after page' "$(printf '%s\n' "$BOUNCED" "$EXPIRED" "$BARE" | sort | paste -sd ' ')" \
        "$(tail -n +2 "$ANSWERS/search-csv" | cut -d, -f1 | paste -sd ' ')"
}

# report NAME FILTER: as JSON, waited for, and as CSV the same lines
report()
{
    local name=$1 n
    CASE=$BARE
    yes "report: $name" ask_until "$2" "report-$name" report "$name"
    n=$(get '.lines | length')
    ask "report-$name-csv" report "$name" --csv
    [ "$n" = 0 ] || ASKED=$((ASKED + 1)) # the empty page after it
    same "report: $name: csv: as many lines, of the same cases" "$(get '.' >/dev/null 2>&1; jq -r '.lines[].case_id' "$ANSWERS/report-$name" | paste -sd ' ')" \
        "$(tail -n +2 "$ANSWERS/report-$name-csv" | cut -d, -f2 | paste -sd ' ')"
    yes "report: $name: csv: Japanese labels" grep -q 'ケース,日時' "$ANSWERS/report-$name-csv"
}

reports()
{
    report bounced ".lines | length == 1 and (.[0] | .case_id == \"$BOUNCED\" and .returns == 2 and .agency == \"$THIRD\")"
    report expired ".lines | length == 1 and (.[0] | .case_id == \"$EXPIRED\" and .ref_id == \"$EXPIRED_REF\" and .agency == \"A056\" and .counterpart == \"A062\")"
    report unreviewed ".lines | length == 1 and (.[0] | .case_id == \"$BARE\" and .agency == \"A072\" and .emergency == \"life\" and .user == \"night\")"
    report without_consent ".lines | length == 1 and (.[0] | .case_id == \"$BARE\" and .basis == \"ppa_69_2_4\" and .agency == \"A056\" and .counterpart == \"A002\")"
    report without_lead '.lines == []'
    report late '[.lines[] | select(.answer == "accept" or .answer == "decline")] == []'
    ask report-old report without_consent "until=$DAY" --json
    holds 'report: none before today' '.lines == []'
    ask report-text report unreviewed
    row 'report: text: who, and why' A072 生命・身体の危険 night
    api POST "/reviews/$(get_review)" '{"outcome":"justified"}' as A001/coordinator
    expect 200 'report: somebody reviews it'
    yes 'report: then it waits no more' ask_until '.lines == []' report-reviewed report unreviewed
    yes 'proofs: nothing is on its way' drain
    ask proofs proofs --json
    holds 'proofs: no day on which a case was without a lead' 'all(.days[]; .without_lead == 0 and .open == .with_lead)'
}

get_review()
{
    api GET /reviews as A001/coordinator
    get '.reviews[0].id'
}

# ---- who may, and what it leaves ----

refused()
{
    local role what n
    n=$(sql 'select count(*) from audit.event where happened = '"'audited'")
    for role in worker team_lead coordinator secretary administrator; do
        for what in "timeline $BOUNCED" 'search agency=A056' 'report bounced' 'report without_consent' 'proofs'; do
            # shellcheck disable=SC2086 # two words
            ctl audit $what --json --as "dareka@A056:$role" >"$FLOW_DIR/out" 2>&1
            same "refused: $role: $what" "77 0" "$? $(grep -c "$BOUNCED" "$FLOW_DIR/out")"
        done
    done
    ctl audit report nonsense --as "$AUDITOR" >/dev/null 2>&1
    yes 'refused: a report there is not' test "$?" != 0
    ask nowhere timeline "$(uuid)"
    yes 'refused: a case there is not' test "$STATUS" != 0
    same 'refused: what is refused is no question' "$n" "$(sql 'select count(*) from audit.event where happened = '"'audited'")"
}

# others: what the auditor asks of other services
others()
{
    local word n=0
    CASE=$BOUNCED
    for word in 'case readings' 'case custody' 'consent list' 'disclosure list' 'sign-in list' 'host list' 'keys status'; do
        case $word in
        'case readings') set -- "$CASE" limit=5 ;;
        case* | consent*) set -- "$CASE" ;;
        sign-in*) set -- user=madoguchi ;;
        *) set -- ;;
        esac
        # shellcheck disable=SC2086 # two words
        OUT=$(ctl $word "$@" --json --as "$AUDITOR")
        same "others: $word" 0 "$?"
        printf '%s\n' "$OUT" >"$ANSWERS/${word// /-}"
        n=$((n + 1))
    done
    ASKED=$((ASKED + n))
}

# A long history, as a spreadsheet: what happened in one moment is neither cut at the end of a page nor shown twice.
history()
{
    local n
    CASE=$EXPIRED
    yes 'history: nothing is on its way' drain
    sql "insert into audit.event (case_id, at, happened, source, agency, actor)
        select '$CASE', now() - (i / 7) * interval '1 ms', 'case_read', 'km_intake', 'A056', 'r' || i from generate_series(1, 640) i"
    n=$(sql "select count(*) from audit.event where case_id = '$CASE'")
    OUT=$(ctl case history "$CASE" --csv --as "$AUDITOR")
    ASKED=$((ASKED + n / 300 + 1))
    printf '%s\n' "$OUT" >"$ANSWERS/history-csv"
    same 'history: csv: each event once, and no more' "$((n + 1))" "$(grep -vc '監査の照会' "$ANSWERS/history-csv")"
    same 'history: csv: none is missing' 640 "$(cut -d, -f5 "$ANSWERS/history-csv" | grep '^r[0-9]' | sort -u | wc -l)"
    ctl case history "$CASE" --json --as "$AUDITOR" >"$ANSWERS/history"
    ASKED=$((ASKED + 1))
    same 'history: json: one page' 300 "$(jq '.events | length' "$ANSWERS/history")"
}

# quiet: the history is in the log, all of it
# shellcheck disable=SC2317 # called by yes
quiet()
{
    local end=$((SECONDS + FLOW_AWAIT_SECONDS))
    while [ "$(sql "select (select count(*) from audit.event) = (select count(*) from ledger.entry)
        and (select count(*) from audit.event where happened = 'audited' and actor = 'kansa') >= $ASKED")" != t ]; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.2
    done
}

# of DETAIL: how often that was asked, by the history
of()
{
    sql "select count(*) from audit.event where happened = 'audited' and detail = '$1'"
}

recorded()
{
    yes 'recorded: every question is an event, and the log has it' quiet
    same 'recorded: no question is two' "$ASKED" "$(sql "select count(*) from audit.event where happened = 'audited' and actor = 'kansa'")"
    same 'recorded: nobody else asked' "$ASKED" "$(sql "select count(*) from audit.event where happened = 'audited' and agency = 'A001'")"
    same 'recorded: as reading' 0 "$(sql "select count(*) from (select row_number() over (order by tx, id) - 1 as k, * from audit.event) a
        left join ledger.entry e on e.idx = a.k and e.case_id = a.case_id and e.type = 7 and e.agency = 'A001'
        where a.happened = 'audited' and e.idx is null")"
    for word in reading_list custody_show consent_list disclosure_list sign_in_list host_list key_status; do
        same "recorded: $word" 1 "$(of $word)"
    done
    same 'recorded: of which case, and what of it' "reading_list $BOUNCED limit=5" "$(sql "select detail || ' ' || case_id || ' ' || reason from audit.event where happened = 'audited' and detail = 'reading_list'")"
    same 'recorded: a question about no case is of none' '00000000-0000-0000-0000-000000000000' "$(sql "select distinct case_id from audit.event where detail = 'key_status'")"
    same 'recorded: not whose attempts were looked at' 'user' "$(sql "select reason from audit.event where detail = 'sign_in_list'")"
    same 'recorded: what was searched for' t "$(sql "select bool_or(reason like '%agency=A062%' and reason like '%decline%' and reason like '%no_capacity%')
        from audit.event where happened = 'audited' and detail = 'audit_search'")"
    same 'recorded: by whom it was recorded' 'km_account km_audit km_keys km_referral' "$(sql "select string_agg(distinct source, ' ' order by source) from audit.event where happened = 'audited'")"
    api GET "/cases/$BOUNCED/history" as A001/coordinator
    holds 'recorded: a coordinator sees that the case was audited' 'any(.events[]; .happened == "audited" and .detail == "audit_timeline")'
    api GET "/cases/$BOUNCED/history" as A056
    holds 'recorded: the agencies on the case do not' 'all(.events[]; .happened != "audited") and any(.events[]; .happened == "referral")'
}

# Nothing of the person, whatever was asked.
nameless()
{
    jq -r '.sealed[]' "$HOUSEHOLD" >"$FLOW_DIR/person"
    jq -r '.text' <<<"$GLASS" >>"$FLOW_DIR/person"
    yes 'nameless: there is something to look for' test "$(wc -l <"$FLOW_DIR/person")" -ge 6
    yes 'nameless: and something to look in' test "$(find "$ANSWERS" -type f -size +0 | wc -l)" -ge 25
    same 'nameless: nothing of the person' '' "$(grep -rlFf "$FLOW_DIR/person" "$ANSWERS")"
    same 'nameless: nor in what is recorded of it' 0 "$(sql "select count(*) from audit.event where happened = 'audited' and concat(detail, reason) ~ '仮名|ミドリ|架空'")"
}

flow_start
ANSWERS=$FLOW_DIR/answers
mkdir "$ANSWERS"
story_bounced
story_expired
story_bare
story_glass
timeline
search
reports
others
history
refused
recorded
nameless
flow_end
