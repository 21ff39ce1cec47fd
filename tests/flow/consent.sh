#!/usr/bin/env bash
# On what ground personal data goes to another agency: on a consent, until it is withdrawn; on a clause of the law, as the directory has
# it that day; and nothing goes that is not on record afterwards. A056 is a public desk, A059 and A062 are private bodies.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=tests/flow/lib_story.sh
. "$FLOW_ROOT/tests/flow/lib_story.sh"

YEAR=$(TZ=Asia/Tokyo date -d '-3 months' +%Y)
MEMBER=$(uuid) # another member of the household

# offer BASIS TO ITEMS SEND [FIELD=VALUE] as AGENCY: like draft, on any ground; sets REF
offer()
{
    local basis=$1 to=$2 items=$3 send=$4 extra=''
    shift 4
    if [ "$1" != as ]; then
        extra=$1
        shift
    fi
    api POST "/cases/$CASE/referrals" "$(jq -cn --arg basis "$basis" --arg to "$to" --arg items "$items" --argjson send "$send" --arg extra "$extra" \
        '{kind: "consult", to: [$to], needs: ["hikikomori"], basis: $basis, send: $send, items: ($items | split(","))}
         + (if $extra == "" then {} else ($extra | split("=") | {(.[0]): .[1]}) end)')" "$@"
    REF=$(get '.ref_id // empty')
}

# give PERSON PURPOSE ITEMS RECEIVERS as AGENCY; sets CONSENT
give()
{
    local person=$1 purpose=$2 items=$3 receivers=$4
    shift 4
    api POST "/cases/$CASE/consents" "$(jq -cn --arg person "$person" --arg purpose "$purpose" --arg items "$items" --arg receivers "$receivers" \
        '{purpose: $purpose, evidence: "signed", items: ($items | split(",")), receivers: ($receivers | split(",") | map(select(. != "")))}
         + (if $person == "" then {} else {person_id: $person} end)')" "$@"
    CONSENT=$(get '.id // empty')
}

# names ITEM…: the refusal names these items and no others
names()
{
    local name=$1 word want=''
    shift
    expect 422 "$name"
    for word in identity contact narrative notes; do
        case " $* " in *" $word "*) want+="$word " ;; esac
    done
    same "$name: exactly these are named" "$want" "$(get '.detail_en | split(": ")[-1] | split(", ")
        | [("identity", "contact", "narrative", "notes") as $w | select(index($w)) | $w + " "] | add // ""')"
}

consent_at_intake()
{
    taken intake
    api GET "/cases/$CASE/consents" as A056
    holds 'intake: what the person said at the first call is a consent' "(.consents | length) == 1 and (.consents[0]
        | .person_id == \"$CASE\" and .purpose == \"support\" and .evidence == \"oral\" and .recorded_by == \"A056\"
          and (.items | length) == 4 and .receivers == [] and (has(\"withdrawn_at\") | not))"
    FIRST=$(get '.consents[0].consent_id')
    api GET "/cases/$CASE/consents" as A072
    expect 404 'intake: for others it does not exist'
    api GET "/cases/$CASE/consents" as A001/auditor
    expect 200 'intake: an auditor sees it'
    give '' support narrative '' as A072
    expect 404 'intake: nor do they record one'
    give "$MEMBER" support narrative,identity '' as A056
    expect 201 'intake: another of the household agrees, too'
    SECOND=$CONSENT
}

consent_sends()
{
    offer consent A062 narrative,identity true as A056
    expect 201 'send: to a private body on consent'
    PENDING=$REF
    await 200 GET "/cases/$CASE" as A062
    holds 'send: it reads what the person agreed to' '.sealed.narrative != null and .sealed.name != null and (.sealed | has("phone") | not)'
    offer consent A059 narrative true as A056
    TAKEN=$REF
    act accept as A059
    holds 'send: another one takes it on' '.state == "accepted"'
    offer consent A002 notes false as A056
    expect 201 'send: a draft waits'
    DRAFT=$REF
}

consent_ends()
{
    api POST "/consents/$FIRST/withdraw" '{}' as A072
    expect 404 'withdraw: not by an outsider'
    api POST "/consents/$FIRST/withdraw" '{"reason":"person_declined"}' as A056
    holds 'withdraw: recorded' '.state == "withdrawn"'
    api POST "/consents/$FIRST/withdraw" '{}' as A056
    expect 409 'withdraw: once'
    api GET "/referrals/$PENDING" as A056
    holds 'withdraw: the open offer is taken back' '.referrals[0] | .state == "withdrawn" and .reason == "person_declined"'
    await 404 GET "/cases/$CASE" as A062
    expect 404 'withdraw: and its access ends'
    api GET "/referrals/$TAKEN" as A056
    holds 'withdraw: what was accepted is still to be answered for' '.referrals[0].state == "accepted"'
    await 404 GET "/cases/$CASE" as A059
    expect 404 'withdraw: and shows nothing any more'
    REF=$DRAFT
    act send as A056
    names 'withdraw: the draft is not sent any more' notes
    offer consent A062 narrative,identity true as A056
    names 'withdraw: nothing new is sent, whatever another of the household said' narrative identity
    offer consent A062 narrative,identity true "consent_id=$SECOND" as A056
    names 'withdraw: nor on the other one by name' narrative identity
}

consent_recalls()
{
    api GET /recalls as A062
    holds 'recall: the holder finds it' "[.recalls[] | select(.consent_id == \"$FIRST\")] | length == 1 and .[0].items == [\"identity\", \"narrative\"]
        and (.[0] | has(\"done_at\") | not)"
    local recall
    recall=$(get "[.recalls[] | select(.consent_id == \"$FIRST\")][0].recall_id")
    api GET /recalls as A056
    holds 'recall: who took the consent keeps its own record' "all(.recalls[]; .consent_id != \"$FIRST\")"
    api GET "/cases/$CASE/consents" as A056
    holds 'recall: two have not answered' "any(.consents[]; .consent_id == \"$FIRST\" and .recalls_open == 2 and has(\"withdrawn_at\"))"
    await_holds 'any(.notices[]; .kind == "recall")' GET /notices as A062/team_lead
    holds 'recall: its supervisor is told' "any(.notices[]; .kind == \"recall\" and .case_id == \"$CASE\")"
    api POST "/recalls/$recall/ack" '{"outcome":"returned"}' as A059
    expect 404 'recall: nobody answers for another'
    api POST "/recalls/$recall/ack" '{"outcome":"returned"}' as A062
    holds 'recall: answered' '.state == "done"'
    api POST "/recalls/$recall/ack" '{"outcome":"stopped"}' as A062
    expect 409 'recall: once'
    api GET /recalls as A062
    holds 'recall: nothing more to do' "all(.recalls[]; .recall_id != \"$recall\")"
    api GET '/recalls?all=true' as A062
    holds 'recall: what was done stays' "any(.recalls[]; .recall_id == \"$recall\" and .outcome == \"returned\" and has(\"done_at\"))"
    api GET "/cases/$CASE/consents" as A056
    holds 'recall: one has not answered' "any(.consents[]; .consent_id == \"$FIRST\" and .recalls_open == 1)"
}

consent_covers()
{
    give '' support narrative A062 as A056
    expect 201 'cover: the person agrees to something smaller'
    offer consent A062 narrative,identity true as A056
    names 'cover: what it does not cover is named' identity
    offer consent A002 narrative true as A056
    names 'cover: nor does it cover another receiver' narrative
    offer consent A062 narrative true 'purpose=statistics' as A056
    names 'cover: nor another purpose' narrative
    offer consent A062 narrative true "consent_id=$CONSENT" as A056
    expect 201 'cover: this it does'
}

consent_pull()
{
    api POST "/cases/$CASE/referrals" '{"kind":"pull_request","to":["A056"],"needs":["hikikomori"],"basis":"consent","items":["narrative"],"send":true}' as A059
    expect 201 'pull: asking for the case shows nothing and asks nobody'
    REF=$(get .ref_id)
    act accept as A056
    names 'pull: the lead agrees only on what the person agreed to' narrative
    give '' referral narrative A059 as A056
    act accept as A056
    holds 'pull: now it may' '.state == "accepted"'
}

basis_private()
{
    offer ppa_69_2_4 A062 narrative,identity true as A056
    names 'basis: a private body needs consent or a meeting' narrative identity
    offer ppa_69_2_4 A002 narrative,identity true as A056
    expect 201 'basis: a public one may be told'
    offer ppa_69_2_4 A002 narrative true "session=$(uuid)" as A056
    expect 422 'basis: which is no meeting'
    SESSION=$(uuid)
    offer swa_106_6 A062 narrative,identity true "session=$SESSION" as A056
    expect 201 'basis: within a meeting the private body may'
    offer discrimination_17 A062 narrative,contact true as A056
    names 'basis: what the clause does not cover is named' contact
    offer none A002 narrative true as A056
    names 'basis: none is none' narrative
}

# basis_line CODE JQ: a line of bases.jsonl, changed
basis_line()
{
    jq -c "select(.code == \"$1\") | $2" "$FLOW_ROOT/sql/seed/bases.jsonl"
}

basis_dated()
{
    offer loneliness_15 A062 narrative true as A056
    expect 201 'dated: in force'
    api PUT /directory/bases "$(basis_line loneliness_15 '.valid_to = "2026-01-01"')" as A001/administrator
    holds 'dated: the law ended' '.outcome == "changed"'
    offer loneliness_15 A062 narrative true as A056
    names 'dated: no ground any more' narrative
    holds 'dated: and it is named' '(.detail_en | contains("loneliness_15")) and (.detail | contains("孤独・孤立対策推進法"))'
    api GET /bases as A056
    holds 'dated: the list of today lacks it' '(.bases | length) == 24 and all(.bases[]; .code != "loneliness_15")'
    api PUT /directory/bases "$(basis_line loneliness_15 '.law = "改正後の条項" | .valid_from = "2026-02-01"')" as A001/administrator
    holds 'dated: its successor is a line of its own' '.outcome == "added"'
    api PUT /directory/bases "$(basis_line loneliness_15 '.law = "改正後の条項" | .valid_from = "2026-02-01"')" as A001/administrator
    holds 'dated: the same again changes nothing' '.outcome == "unchanged"'
    offer loneliness_15 A062 narrative true as A056
    expect 201 'dated: in force again'
    api PUT /directory/bases "$(basis_line loneliness_15 '.code = "none"')" as A001/administrator
    expect 422 'dated: none is no ground'
    api PUT /directory/bases "$(basis_line loneliness_15 '.')" as A001/coordinator
    expect 403 'dated: only the administrator keeps the list'
}

disclosures()
{
    api GET "/disclosures?case_id=$CASE" as A056
    holds 'disclosed: one row for each sending to each receiver' "[.disclosures[] | [.basis, .receiver, (.items | join(\" \")), .purpose] | join(\"|\")] == [
        \"consent|A062|narrative identity|referral\", \"consent|A059|narrative|referral\", \"consent|A062|narrative|referral\",
        \"consent|A059|narrative|referral\", \"ppa_69_2_4|A002|narrative identity|referral\", \"swa_106_6|A062|narrative identity|referral\",
        \"loneliness_15|A062|narrative|referral\", \"loneliness_15|A062|narrative|referral\"]"
    holds 'disclosed: on what each stands' "(.disclosures[0].consent_id == \"$FIRST\") and (.disclosures[5].session == \"$SESSION\")
        and all(.disclosures[]; (.basis == \"consent\") == has(\"consent_id\") and .approver != \"\" and .from == \"A056\")"
    holds 'disclosed: the clause is that of its day' '.disclosures[6].law != .disclosures[7].law and .disclosures[7].law == "改正後の条項"'
    local all=$BODY
    api GET "/disclosures?case_id=$CASE" as A072
    expect 404 'disclosed: nobody else'"'"'s business'
    api GET "/disclosures?case_id=$CASE&without_consent=true" as A001/auditor
    holds 'disclosed: those on no consent' '(.disclosures | length) == 4'
    api GET "/disclosures?year=$YEAR" as A059
    holds 'disclosed: an agency lists its own' "all(.disclosures[]; .case_id != \"$CASE\")"
    api GET "/disclosures?year=$((YEAR + 1))" as A001/auditor
    holds 'disclosed: next year none yet' '.disclosures == []'
    FIRST_DISCLOSURE=$(jq -r '.disclosures[0].disclosure_id' <<<"$all")
    api GET "/disclosures?year=$YEAR&after=$FIRST_DISCLOSURE&limit=2" as A001/auditor
    same 'disclosed: the next page' "$(jq -r '[.disclosures[1:3][].disclosure_id] | join(" ")' <<<"$all")" \
        "$(get '[.disclosures[].disclosure_id] | join(" ")')"
}

disclosures_csv()
{
    local whole paged
    whole=$FLOW_DIR/whole.csv
    paged=$FLOW_DIR/paged.csv
    ctl disclosure list year="$YEAR" --csv --as kansa@A001:auditor >"$whole"
    ctl disclosure list year="$YEAR" limit=3 --csv --as kansa@A001:auditor >"$paged"
    same 'csv: Japanese labels, after the mark spreadsheets ask for' $'\xEF\xBB\xBF''提供記録,ケース,つなぎ,日時,つなぎ元,提供先,開示項目,根拠,条項,同意,会議,目的,承認者' "$(head -n 1 "$whole" | tr -d '\r')"
    yes 'csv: it contains what was disclosed' grep -q "^$FIRST_DISCLOSURE,$CASE,.*,A056,A062,相談内容、氏名・ふりがな・生年月日,本人同意," "$whole"
    same 'csv: every row' "$(sql 'select count(*) + 1 from referral.disclosure')" "$(wc -l <"$whole")"
    same 'csv: every line ends as RFC 4180 says' "$(wc -l <"$whole")" "$(grep -c $'\r$' "$whole")"
    yes 'csv: page by page it is the same' cmp "$whole" "$paged"
    yes 'csv: a refusal is no table' test "$(ctl disclosure list year=1 --csv --as kansa@A001:auditor 2>/dev/null | wc -c)" -eq 0
}

# support TO ITEMS FIELD=VALUE as AGENCY: added_support, sent; sets REF
support()
{
    api POST "/cases/$CASE/referrals" "$(jq -cn --arg to "$1" --arg items "$2" --arg extra "$3" \
        '{kind: "added_support", to: [$to], needs: ["hikikomori"], basis: "consent", send: true, items: ($items | split(","))}
         + ($extra | split("=") | {(.[0]): .[1]})')" as "$5"
    expect 201 "$1 is asked to support"
    REF=$(get .ref_id)
}

# shown NAME AGENCY ITEMS…: what the disclosures to an agency say, one word for each row, is what it reads in the end
shown()
{
    local name=$1 agency=$2
    shift 2
    api GET "/disclosures?case_id=$CASE" as A056
    same "$name: disclosed" "$*" "$(get "[.disclosures[] | select(.receiver == \"$agency\") | .items | join(\",\")] | join(\" \")")"
    holds "$name: in the sender's name, on one consent, as the sender approved" "[.disclosures[] | select(.receiver == \"$agency\")]
        | (map([.from, .basis, .consent_id, .approver]) | unique | length) == 1 and .[0].approver == \"worker-A056\""
}

joining()
{
    taken joining
    api GET "/cases/$CASE/consents" as A056
    FIRST=$(get '.consents[0].consent_id')
    note '加わる前の記録' A056
    support A059 identity "consent_id=$FIRST" as A056
    shown 'joining: before' A059 identity
    act accept as A059
    await_holds '.access == "member"' GET "/cases/$CASE" as A059
    holds 'joining: it reads what the consent covers' '(.items | length) == 4 and (.sealed.notes | length) == 1 and .sealed.phone != null'
    shown 'joining: which is all' A059 identity contact,narrative,notes
    give '' support identity,narrative A062 as A056
    support A062 identity "consent_id=$CONSENT" as A056
    act accept as A062
    await_holds '.access == "member"' GET "/cases/$CASE" as A062
    holds 'joining on less: it reads no more' '.items == ["identity", "narrative"] and .sealed.name != null and .sealed.narrative != ""
        and (.sealed | (has("phone") or has("address") or has("notes")) | not)'
    shown 'joining on less' A062 identity narrative
    note '加わった機関の記録' A062
    expect 201 'joining on less: it writes'
    await_holds '.sealed.notes' GET "/cases/$CASE" as A062
    holds 'joining on less: and reads what it wrote' '[.sealed.notes[].text] == ["加わった機関の記録"]'
    api POST "/cases/$CASE/people" '{"relation":"child","sealed":{"name":"架空 四郎"}}' as A062
    expect 403 'joining on less: who somebody is, it does not change'
    LESS=$REF
}

# A member on less is shown more by a further offer, for as long as that lasts.
joining_more()
{
    offer consent A062 notes true "consent_id=$FIRST" as A056
    await_holds '.items == ["identity", "narrative", "notes"]' GET "/cases/$CASE" as A062
    holds 'more: a member is shown what is offered' '(.sealed.notes | length) == 2 and .access == "member"'
    act withdraw mistake as A056
    await_holds '.items == ["identity", "narrative"]' GET "/cases/$CASE" as A062
    holds 'more: taken back' '(.sealed.notes | length) == 1 and .access == "member"'
}

# at_end NAME AGENCY: it left, keeps the past, and reads nothing later
at_end()
{
    await 403 POST "/cases/$CASE/notes" '{"kind":"phone","sealed":{"text":"撤回後"}}' as "$2"
    expect 403 "$1: $2 writes no more"
    note "$1 のあと" A056
    api GET "/cases/$CASE" as "$2"
    holds "$1: $2 keeps what it read and reads nothing later" '.sealed.name != null and all(.sealed.notes[]?; .text != $late)' --arg late "$1 のあと"
    api GET "/cases/$CASE/custody" as A056
    holds "$1: $2 is a member no more" "$ONE_LEAD and any(.members[]; .agency == \"$2\" and has(\"until\"))"
}

leaving()
{
    api POST "/consents/$CONSENT/withdraw" '{}' as A056
    expect 200 'leaving: the smaller consent is withdrawn'
    at_end leaving A062
    api GET "/cases/$CASE/custody" as A056
    holds 'leaving: who stands on another stays' 'any(.members[]; .agency == "A059" and (has("until") | not))'
    api POST "/consents/$FIRST/withdraw" '{}' as A059
    expect 200 'leaving: the other too, told to one who stands on it'
    at_end 'leaving, the last' A059
    api GET /recalls as A059
    holds 'leaving: and is asked what it did' "any(.recalls[]; .consent_id == \"$FIRST\")"
    REF=$LESS
    act complete person_declined as A062
    holds 'leaving: what it was asked is still answered' '.state == "completed"'
    drain
    same 'leaving: each leaves once' 2 "$(sql "select count(*) from audit.event where case_id = '$CASE' and happened = 'member_ended'")"
    lead_is leaving A056
}

# Who stands on two grounds loses what one of them opened.
narrowing()
{
    taken narrowing
    api GET "/cases/$CASE/consents" as A056
    FIRST=$(get '.consents[0].consent_id')
    give '' support narrative A062 as A056
    support A062 narrative "consent_id=$CONSENT" as A056
    act accept as A062
    local lasting=$REF
    support A062 identity "consent_id=$FIRST" as A056
    act accept as A062
    await_holds '(.items | length) == 4' GET "/cases/$CASE" as A062
    holds 'narrowing: two consents, all of it' '(.items | length) == 4'
    api POST "/consents/$FIRST/withdraw" '{}' as A056
    await_holds '.items == ["narrative"]' GET "/cases/$CASE" as A062
    holds 'narrowing: what the other covers stays' '.access == "member" and .items == ["narrative"] and (.sealed | has("name") | not)'
    REF=$lasting
    act complete goal_reached as A062
    api GET "/cases/$CASE/custody" as A056
    holds 'narrowing: with the other it leaves; what lapsed holds nobody' 'any(.members[]; .agency == "A062" and has("until"))'
}

# What a meeting's papers say of the case goes to whom it calls, and is on record with the session; not of those on the case.
meeting_shows()
{
    taken meeting
    drain # meeting knows of the case, too
    api POST "/cases/$CASE/meetings" '{"also_invite":["A002"]}' as A056
    MEETING=$(get .id)
    await 200 GET "/meetings/$MEETING" as A002
    local called
    called=$(get '[.invitees[].agency | select(. != "A056")] | sort | join(" ")')
    api POST "/meetings/$MEETING/availability" "$(windows 10:00 12:00)" as A056
    api POST "/meetings/$MEETING/availability" "$(windows 10:00 12:00)" as A001
    api GET "/meetings/$MEETING/slots" as A056
    START=$(get '.slots[0].starts')
    END=$(get '.slots[0].ends')
    fix A056
    expect 200 'meeting: fixed'
    await_holds "any(.disclosures[]; .session == \"$MEETING\")" GET "/disclosures?case_id=$CASE" as A056
    same 'meeting: one row for each who is called from outside' "$called" \
        "$(get "[.disclosures[] | select(.session == \"$MEETING\") | .receiver] | sort | join(\" \")")"
    holds 'meeting: on the clause, of the narrative, for the conference' "all(.disclosures[]; .session == \"$MEETING\" and .items == [\"narrative\"]
        and .basis == \"swa_106_6\" and .purpose == \"conference\" and .from == \"A056\" and .approver == \"worker-A056\" and .law != \"\"
        and (has(\"ref_id\") or has(\"consent_id\") | not))"
    api GET "/cases/$CASE" as A002
    expect 404 'meeting: and opens no more than its papers'
}

# A case is never with nobody.
lead_stays()
{
    taken lead
    api GET "/cases/$CASE/consents" as A056
    FIRST=$(get '.consents[0].consent_id')
    draft "$CASE" transfer A062 narrative true as A056
    act accept as A062
    await_holds '.access == "member"' GET "/cases/$CASE" as A062
    api POST "/consents/$FIRST/withdraw" '{}' as A056
    expect 200 'lead: what it stands on is withdrawn'
    lead_is 'lead, without a ground' A062
    await_holds "any(.notices[]; .kind == \"recall\" and .case_id == \"$CASE\")" GET /notices as A001/coordinator
    holds 'lead: the coordinators are told' "any(.notices[]; .kind == \"recall\" and .case_id == \"$CASE\" and (.detail | test(\"引継ぎ先\")))"
    note '同意撤回後の記録' A062
    expect 201 'lead: goes on until there is another'
    api POST "/cases/$CASE/referrals" "$(jq -cn --arg session "$(uuid)" '{kind: "transfer", to: ["A059"], needs: ["hikikomori"], items: ["narrative"],
        basis: "swa_106_6", session: $session, send: true}')" as A062
    expect 201 'lead: it offers the case on another ground'
    REF=$(get .ref_id)
    act accept as A059
    expect 200 'lead: which is accepted'
    api GET "/cases/$CASE/custody" as A056
    holds 'lead, handed on: to one and nobody else' "$ONE_LEAD and .lead == \"A059\""
    holds 'lead: who stood on the consent has left, the first desk has not' 'any(.members[]; .agency == "A062" and has("until"))
        and all(.members[]; .agency == "A062" or (has("until") | not))'
}

consent_history()
{
    api GET "/cases/$CASE/history" as A001/auditor
    holds 'history: it has all of it' '[.events[].happened] as $h
        | all(("consent_given", "disclosed", "consent_withdrawn", "recall_sent", "recall_done"); . as $e | $h | index($e))'
    holds 'history: in order' '[.events[] | select(.happened | test("^(consent|recall)_")) | .happened] | .[:6] == ["consent_given", "consent_given",
        "consent_withdrawn", "recall_sent", "recall_sent", "recall_done"]'
}

flow_start
consent_at_intake
consent_sends
consent_ends
consent_recalls
consent_covers
consent_pull
basis_private
basis_dated
disclosures
disclosures_csv
consent_history
joining
joining_more
leaving
narrowing
lead_stays
meeting_shows
yes 'at the end no message waits' drain
flow_end
