#!/usr/bin/env bash
# The access matrix: every API row is asked by every role of every relation to one case, and by nobody. Who is let in and which class of
# field is in which answer must be what access.txt says; a row of the API that is not in access.txt fails.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=tests/flow/lib_access.sh
. "$FLOW_ROOT/tests/flow/lib_access.sh"

TABLE=$FLOW_ROOT/tests/flow/access.txt
SEED=$FLOW_ROOT/sql/seed
STREAMS=16 # at once: where nothing is found a service first waits a little, in case a message is still on its way
CELLS=0

# seed FILE: its first line, as it is loaded; putting it again changes nothing
seed()
{
    head -n 1 "$SEED/$1.jsonl" | jq -c 'with_entries(select(.value != null))'
}

# Questions: they change nothing but what is recorded of readings.
questions()
{
    local report
    ask_all 'case list' GET '/cases'
    ask_all 'case show' GET "/cases/$CASE"
    ask_all 'case custody' GET "/cases/$CASE/custody"
    ask_all 'case history' GET "/cases/$CASE/history"
    ask_all 'case readings' GET "/cases/$CASE/readings"
    ask_all 'team show' GET "/cases/$CASE/team"
    ask_all 'person list' GET "/cases/$CASE/people"
    ask_all 'notifier show' GET "/cases/$CASE/notifier"
    ask_all 'duplicate list' GET '/duplicates'
    ask_all 'referral candidates' GET "/cases/$CASE/candidates"
    ask_all 'referral list' GET '/referrals'
    ask_all 'referral list sent' GET '/referrals?box=sent'
    ask_all 'referral list returned' GET '/referrals?box=returned'
    ask_all 'referral list answer' GET '/referrals?box=answer'
    ask_all 'referral list awaited' GET '/referrals?box=awaited'
    ask_all 'referral list back' GET '/referrals?box=back'
    ask_all 'referral list expired' GET '/referrals?box=expired'
    ask_all 'referral list refused' GET '/referrals?box=refused'
    ask_all 'work list' GET '/work'
    ask_all 'work list alone' GET '/work?box=alone'
    ask_all 'referral list case' GET "/referrals?box=case&case_id=$CASE"
    ask_all 'referral show' GET "/referrals/$REF_OPEN"
    ask_all 'consent list' GET "/cases/$CASE/consents"
    ask_all 'recall list' GET '/recalls'
    ask_all 'disclosure list' GET '/disclosures'
    ask_all 'disclosure list case' GET "/disclosures?case_id=$CASE"
    ask_all 'basis list' GET '/bases'
    ask_all 'meeting list' GET '/meetings'
    ask_all 'meeting show' GET "/meetings/$MEETING"
    ask_all 'meeting slots' GET "/meetings/$MEETING/slots"
    ask_all 'notice list' GET '/notices'
    ask_all 'review list' GET '/reviews'
    ask_all 'audit search' GET '/audit/cases?limit=200'
    ask_all 'audit timeline' GET "/audit/cases/$CASE"
    for report in bounced late expired unreviewed without_consent without_lead; do
        ask_all "audit report $report" GET "/audit/reports/$report"
    done
    ask_all 'audit proofs' GET '/audit/proofs'
    ask_all 'audit evidence' GET "/audit/cases/$CASE/evidence"
    ask_all 'audit signing-keys' GET '/audit/signing-keys?agencies=A056'
    ask_all 'audit flows' GET '/audit/flows'
    ask_all 'audit loads' GET '/audit/loads'
    ask_all 'erasure list' GET '/erasures'
    ask_all 'draft list' GET /drafts
    ask_all 'draft show' GET /drafts/case_open
    ask_all 'user list' GET '/users'
    ask_all 'sign-in list' GET '/sign-ins'
    ask_all 'host list' GET '/hosts'
    ask_all 'keys status' GET '/keys'
    ask_all 'keys escrow-fetch' GET "/keys/escrow/$CASE"
    ask_all 'queue status' GET '/queues/intake'
    ask_all 'queue parked' GET '/queues/intake/parked'
    ask_all 'directory find' GET '/agencies?limit=5'
    ask_all 'directory show' GET '/agencies/A056'
    ask_all 'directory entries' GET '/directory/entries?kind=agency&limit=5'
}

protected_questions()
{
    ask_all 'case show protected' GET "/cases/$CASE"
    ask_all 'person list protected' GET "/cases/$CASE/people"
    ask_all 'meeting show protected' GET "/meetings/$MEETING"
}

# Changes, each such that it may be made again: many lack just what is looked at only when the asker is let in (422), others find the thing
# done (409).
changes()
{
    local day
    day=$(date -d '+7 days' +%F)
    ask_all 'case break-glass' POST "/cases/$CASE/break-glass" '{"reason":"life","text":"短い"}'
    ask_all 'audit open' POST "/audit/cases/$CASE/evidence/open" '{"sealed":[]}'
    ask_all 'case open' POST '/cases' '{"channel":"other","area":"north","age_band":"adult","needs":["other"],"urgency":"routine","consent":"given","sealed":{"narrative":"架空の相談"}}'
    ask_all 'case note' POST "/cases/$CASE/notes" '{"kind":"phone","sealed":{"text":"架空の記録"}}'
    ask_all 'person put' POST "/cases/$CASE/people" "{\"person_id\":\"$SIBLING\",\"relation\":\"sibling\",\"sealed\":{\"safe_contact\":\"朝\"}}"
    ask_all 'person protect' POST "/cases/$CASE/people/$SIBLING/protection" '{"sealed":{"is_on":true,"named":["だれか"]}}'
    ask_all 'notifier put' POST "/cases/$CASE/notifier" '{"sealed":{"name":"架空 別人","named":[]}}'
    ask_all 'duplicate decide' POST "/duplicates/$DUPLICATE/not_a_duplicate" '{"reason":"別人と確認"}'
    ask_all 'referral act decline' POST "/referrals/$REF_OPEN/events/decline" '{}'
    ask_all 'referral act withdraw' POST "/referrals/$REF_OPEN/events/withdraw" '{}'
    ask_all 'referral act retract' POST "/referrals/$REF_MEMBER/events/retract" '{}'
    ask_all 'referral visit' POST "/referrals/$REF_MEMBER/visit" '{"visit":"no_show"}'
    ask_all 'referral draft' POST "/cases/$CASE/referrals" '{"kind":"information","to":["A098"],"needs":["other"],"items":[],"basis":"none","send":false}'
    ask_all 'consent give' POST "/cases/$CASE/consents" '{"purpose":"support","items":[],"receivers":[],"evidence":"oral"}'
    ask_all 'recall ack' POST "/recalls/$RECALL/ack" '{"outcome":"stopped"}'
    ask_all 'meeting availability' POST "/meetings/$MEETING/availability" "{\"windows\":[{\"starts\":\"${day}T00:00:00Z\",\"ends\":\"${day}T01:00:00Z\"}]}"
    ask_all 'meeting accommodate' POST "/meetings/$MEETING/accommodations" '{"accommodation":"wheelchair","is_arranged":true}'
    ask_all 'meeting fix' POST "/meetings/$MEETING/fix" '{"starts":"2024-04-01T00:00:00Z","ends":"2024-04-01T01:00:00Z","basis":"swa_106_6","sealed":{"place":"架空"}}'
    ask_all 'notice seen' POST "/notices/$NOTICE/seen" '{}'
    ask_all 'notice seen erasure' POST "/notices/$ERASURE/seen" '{}'
    ask_all 'case erase' POST "/cases/$CASE/erase" '{"kind":"payload","ground":"mistaken","basis":""}'
    ask_all 'review do' POST "/reviews/$REVIEW" '{"outcome":"justified"}'
    ask_all 'queue act' POST "/queues/intake/parked/$PARKED/skip" '{}'
}

changes_of_machinery()
{
    ask_all 'draft put' POST /drafts/case_open '{"sealed":{"text":"架空"}}'
    ask_all 'draft drop' POST /drafts/case_open/drop '{}'
    ask_all 'session sign-in' POST /session '{}'
    ask_all 'account enrol' POST /enrolment '{}'
    ask_all 'account confirm' POST /enrolment/confirm '{}'
    ask_all 'session fresh' POST /session/fresh '{}'
    ask_all 'account password' POST /password '{}'
    ask_all 'user invite' POST /users '{"user":"shiken","agency":"A072","roles":["worker"]}'
    ask_all 'user put' POST /users/shiken '{"roles":["worker"]}'
    ask_all 'keys rotate' POST /keys/rotate "{\"case_id\":\"$CASE\"}"
    ask_all 'keys escrow-put' POST /keys/escrow "$ESCROW"
    ask_all 'directory put-agency' PUT /directory/agencies "$(seed agencies)"
    ask_all 'directory put-programme' PUT /directory/programmes "$(seed programs)"
    ask_all 'directory put-need' PUT /directory/needs "$(seed needs)"
    ask_all 'directory put-routing' PUT /directory/routing "$(seed routing)"
    ask_all 'directory put-basis' PUT /directory/bases "$(seed bases)"
    ask_all 'directory put-indicator' PUT /directory/indicators "$(head -n 1 "$SEED/indicators.jsonl" | jq -c '{id, body: tojson}')"
    ask_all 'directory put-code' PUT /directory/codes "$(jq -c '.targets[0] | {list: "targets", code: .code, "label": .label}' "$SEED/vocab.json")"
}

# endings: what ends something, last, and one after the other. In one stream for each relation, so that of one agency the worker asks first.
endings()
{
    end 'meeting propose' POST "/cases/$CASE/meetings" '{}'
    end 'team put' POST "/cases/$CASE/team/{me}/add" '{}'
    end 'consent withdraw' POST "/consents/$CONSENT/withdraw" '{}'
    end 'meeting cancel' POST "/meetings/$MEETING/cancel" '{"reason":"mistake"}'
    end 'referral draft pull' POST "/cases/$CASE/referrals" '{"kind":"pull_request","to":["A056"],"needs":["other"],"items":[],"basis":"none","send":false}'
    end 'case close' POST "/cases/$CASE/close" "{\"reason\":\"goal_reached\",\"evaluation_note\":\"$LATER\"}"
    end 'session sign-out' POST /session/end '{}'
}

end()
{
    ask_all "$@" >"$ASKED"
    ask_in "${#RELATIONS[@]}"
}

# judge: what was asked against what the table says
judge()
{
    local mark name why
    printf '%s\n' "${MARKS[@]}" "case=$CASE" >"$FLOW_DIR/marks"
    cut -d= -f2 "$FLOW_DIR/marks" >"$FLOW_DIR/words"
    (cd "$ANSWERS" && grep -roFf "$FLOW_DIR/words" . | sed 's|^\./||') >"$FLOW_DIR/found"
    curl -fs "$FLOW_URL/openapi.json" | jq -r '.paths[][] | select(.responses["200"].content["text/event-stream"] | not) | [(.operationId | sub("_"; " ")),
        (if .security == [] then "anybody" else (.["x-roles"] | join(" ")) end)] | @tsv' >"$FLOW_DIR/rows"
    awk -F'\t' -f "$FLOW_ROOT/tests/flow/access.awk" "$FLOW_DIR/marks" "$FLOW_DIR/rows" "$TABLE" "$FLOW_DIR/found" "$RESULTS" >"$FLOW_DIR/verdicts"
    same 'the matrix was judged to its end' 0 "$?"
    yes 'the API told its rows' test -s "$FLOW_DIR/rows"
    yes 'cells were counted' grep -q '^cells' "$FLOW_DIR/verdicts"
    while IFS=$'\t' read -r mark name why; do
        case $mark in
        ok) ok "$name" ;;
        FAIL) bad "$name" "$why" ;;
        *) printf '%s %s\n' "$mark" "$name" ;;
        esac
    done <"$FLOW_DIR/verdicts"
}

flow_start
ANSWERS=$FLOW_DIR/answers
RESULTS=$FLOW_DIR/results
ASKED=$FLOW_DIR/asked
ESCROW="{\"public_key\":\"$(head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n')\"}"
mkdir "$ANSWERS"
make_all
await 200 GET "/audit/cases/$CASE" as A072/auditor # it is made of the history a moment later
questions >"$ASKED"
ask_in "$STREAMS"
protect_all
protected_questions >"$ASKED"
ask_in "$STREAMS"
{ changes && changes_of_machinery; } >"$ASKED"
ask_in "$STREAMS"
endings
judge
flow_end
