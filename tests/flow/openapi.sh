#!/usr/bin/env bash
# The published document is OpenAPI 3.1, everything in it can be asked for, and what is asked and answered all through the story of a
# household is as it says. Validators come from the public registry into a folder of this run's own.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=tests/flow/lib_story.sh
. "$FLOW_ROOT/tests/flow/lib_story.sh"
# shellcheck source=tests/flow/lib_people.sh
. "$FLOW_ROOT/tests/flow/lib_people.sh"
# shellcheck source=tests/flow/lib_account.sh
. "$FLOW_ROOT/tests/flow/lib_account.sh"

VALIDATORS=(@seriousme/openapi-schema-validator=2.11.0 ajv=8.20.0 ajv-formats=3.0.1)

# probe OPERATION METHOD PATH ROLE: it is there; what it says to an almost empty request does not matter, nor that what it is about is not
probe()
{
    local body=''
    [ "$2" = GET ] || body='{}'
    api "$2" "$3" "$body" as "$4"
    if [ "$STATUS" = 405 ] || [ "$STATUS" = 000 ] || { [ "$STATUS" = 404 ] && [ "$(get .detail_en)" = 'no such path' ]; }; then
        bad "there is $1" "$STATUS ${BODY:0:300}"
    else
        ok "there is $1 ($STATUS)"
    fi
}

# who may ask: an account of the first role the document names; for a case, a member of it
account_for()
{
    case $1 in
    worker) printf 'A056' ;;
    '') printf 'nobody' ;; # anybody may ask
    *) printf 'A001/%s' "$1" ;;
    esac
}

# filled PATH: with ids there are
filled()
{
    sed -e "s/{case_id}/$CASE/; s/{ref_id}/$REF/; s/{meeting_id}/$MEETING/; s/{agency}/A056/; s/{service}/intake/; s/{event}/start/
        s/{message_id}/$(uuid)/; s/{action}/retry/; s/{user}/nobody/; s/{state}/open/; s/{[a-z_]*id}/$(uuid)/" <<<"$1"
}

# the_rest: what the story of a household has no part in
the_rest()
{
    local seed=$FLOW_ROOT/sql/seed file
    api GET /cases as A056
    api GET "/meetings" as A056
    api GET "/agencies?need=poverty" as A056
    api GET /agencies/A056 as A056
    api GET "/directory/entries?kind=agency&of=A056" as A001/administrator
    api GET /queues/intake as A001/administrator
    api GET /queues/intake/parked as A001/administrator
    for file in agencies:agencies programmes:programs needs:needs routing:routing; do
        api PUT "/directory/${file%:*}" "$(head -n 1 "$seed/${file#*:}.jsonl" | jq -c 'with_entries(select(.value != null))')" as A001/administrator
    done
    api PUT /directory/indicators "$(head -n 1 "$seed/indicators.jsonl" | jq -c '{id, body: tojson}')" as A001/administrator
    api PUT /directory/codes "$(jq -c '.targets[0] | {list: "targets", code: .code, "label": .label}' "$seed/vocab.json")" as A001/administrator
    park
    api POST "/queues/intake/parked/$PARKED/skip" '{"reason":"試験"}' as A001/administrator
}

# sealed NAME VALUE…: a body whose sealed part has these
sealed()
{
    jq -cn '[$ARGS.positional as $a | range(0; $a | length; 2) | {($a[.]): $a[. + 1]}] | add | {sealed: .}' --args "$@"
}

# a_person: from the invitation to the end of the session
a_person()
{
    local invite code pass='kawa wo nagareru momo 0042' next='oyama no ue no matsu 7391'
    api POST /users '{"user":"tanto","agency":"A056","roles":["worker"]}' as A001/administrator
    invite=$(get .sealed.token)
    api POST /enrolment "$(sealed token "$invite" password "$pass")" as nobody
    code=$(get .sealed.secret)
    api POST /enrolment/confirm "$(sealed token "$invite" code "$(totp "$code")")" as nobody
    forget_code tanto
    api POST /session "$(sealed user tanto password "$pass" code "$(totp "$code")")" as nobody
    forget_code tanto
    api POST /session "$(sealed user tanto password "$pass" code "$(totp "$code")")" as nobody with 'X-Kashimaru-Token: body'
    TOKEN=$(get .sealed.token)
    forget_code tanto
    api POST /session/fresh "$(sealed code "$(totp "$code")")" as "token:$TOKEN"
    forget_code tanto
    api POST /password "$(sealed old "$pass" new "$next" code "$(totp "$code")")" as "token:$TOKEN"
    api POST /session/end '{}' as "token:$TOKEN"
    api POST /users/tanto '{"state":"suspended"}' as A001/administrator
    api GET /users as A001/administrator
    api GET /sign-ins as A001/auditor
}

# an_audit: of the case there is, once the auditors' side knows it
an_audit()
{
    local report
    await 200 GET "/audit/cases/$CASE" as A001/auditor
    api GET '/audit/cases?limit=5' as A001/auditor
    for report in bounced late expired unreviewed without_consent without_lead; do
        api GET "/audit/reports/$report" as A001/auditor
    done
    api GET /audit/proofs as A001/auditor
    await_holds '.entries | length > 0' GET "/audit/cases/$CASE/evidence" as A001/auditor
    api POST "/audit/cases/$CASE/evidence/open" "$(get '{sealed: [.entries[0].sealed]}')" as A001/auditor
    api GET '/audit/signing-keys?agencies=A056,A062' as A001/auditor
    api GET /audit/flows as A001/coordinator
    api GET /audit/loads as A001/coordinator
}

# a_draft: of a form
a_draft()
{
    api POST /drafts/case_open '{"sealed":{"text":"架空"}}' as A056
    api GET /drafts/case_open as A056
    api GET /drafts as A056
    api POST /drafts/case_open/drop '{}' as A056
}

# park: a message that stands still, for the operation that lets it go
park()
{
    PARKED=$(uuid)
    sql "with s as (update intake.stream_out set last_seq = last_seq + 1 where dest = 'referral' and key = '$CASE' returning last_seq)
        insert into intake.outbox (dest, key, seq, id, type, payload, actor, role, agency, trace, sent_at, next_try, parked_at)
        select 'referral', '$CASE', last_seq, '$PARKED', 'case_opened', '{}', '', 'worker', 'A056', '', now(), now(), now() from s"
}

if ! command -v npm >/dev/null || ! command -v node >/dev/null; then
    skip 'npm がありません / there is no npm'
fi
modules=$(mktemp -d /tmp/kmnpm.XXXXXX)
trap 'rm -rf "$modules"' EXIT
timeout 240 npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$modules" "${VALIDATORS[@]/=/@}" >"$modules/npm.log" 2>&1 ||
    skip "検証器を入手できません / the validators cannot be fetched: $(tail -n 1 "$modules/npm.log")"

flow_start
trap 'flow_stop; rm -rf "$modules"' EXIT
FLOW_RECORD=$FLOW_DIR/record
story_all
the_rest
a_person
an_audit
a_draft
people_all
FLOW_RECORD=''
curl -fs -o "$FLOW_DIR/openapi.json" "$FLOW_URL/openapi.json"
yes 'the document is there without an account' test -s "$FLOW_DIR/openapi.json"
open_case "$HOUSEHOLD" A056
await 200 GET "/cases/$CASE/custody" as A056
draft "$CASE" transfer A001 narrative true as A056
api POST "/cases/$CASE/meetings" '{}' as A056
MEETING=$(get .id)
await 200 GET "/meetings/$MEETING" as A056
while IFS=$'\t' read -r operation method path role; do
    probe "$operation" "${method^^}" "$(filled "$path")" "$(account_for "$role")"
done < <(jq -r '.paths | to_entries[] | .key as $path | .value | to_entries[] | select(.value.responses["200"].content["text/event-stream"] | not)
    | [.value.operationId, .key, $path, .value["x-roles"][0]] | @tsv' "$FLOW_DIR/openapi.json")
while IFS= read -r line; do
    case $line in
    'ok '*) ok "${line#ok }" ;;
    *) bad "${line#FAIL }" ;;
    esac
done < <(node "$FLOW_ROOT/tests/flow/openapi.mjs" "$modules" "$FLOW_DIR/openapi.json" "$FLOW_DIR/record" 2>&1)
flow_end
