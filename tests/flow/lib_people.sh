# shellcheck shell=bash
# One of everything that is done about people, their consent and their keys, for whoever wants to see each request answered well.

# people_household: its members, who is protected, who reported, who works on it
people_household()
{
    local person
    open_case "$HOUSEHOLD" A056
    await 200 GET "/cases/$CASE/custody" as A056
    api POST "/cases/$CASE/people" '{"relation":"child","sealed":{"name":"架空 次郎","kana":"かくう じろう","birth_date":"1976-05-01"}}' as A056
    person=$(get .id)
    api GET "/cases/$CASE/people" as A056
    api POST "/cases/$CASE/people/$person/protection" '{"sealed":{"is_on":true,"named":[]}}' as A056
    api POST "/cases/$CASE/notifier" '{"sealed":{"name":"架空 花子","named":[]}}' as A056
    api GET "/cases/$CASE/notifier" as A056
    api POST "/cases/$CASE/team/worker-A056/add" '{}' as A056
    api GET "/cases/$CASE/team" as A056
}

# people_emergency: somebody reads without being a member, and it is looked at
people_emergency()
{
    api POST "/cases/$CASE/break-glass" '{"reason":"life","text":"架空の緊急事態です。今夜のうちに安否を確かめる必要があります。"}' as A062
    api GET "/cases/$CASE/readings" as A001/auditor
    await_holds '.reviews | length > 0' GET /reviews as A001/auditor
    api POST "/reviews/$(get '.reviews[0].id')" '{"outcome":"justified"}' as A001/auditor
    await_holds '.notices | length > 0' GET /notices as A001/auditor
    api POST "/notices/$(get '.notices[0].notice_id')/seen" '{}' as A001/auditor
}

# people_consent: given, used, withdrawn, acknowledged
people_consent()
{
    local consent
    open_case "$HOUSEHOLD" A056
    await 200 GET "/cases/$CASE/custody" as A056
    api POST "/cases/$CASE/consents" '{"purpose":"referral","items":["narrative","identity"],"receivers":["A062"],"evidence":"signed"}' as A056
    consent=$(get .id)
    api GET "/cases/$CASE/consents" as A056
    api POST "/cases/$CASE/referrals" '{"kind":"transfer","to":["A062"],"needs":["poverty"],"items":["narrative"],"basis":"consent","send":true}' as A056
    api POST "/referrals/$(get .ref_id)/events/accept" '{}' as A062
    api GET "/disclosures?case_id=$CASE" as A056
    await 200 GET "/cases/$CASE" as A062
    api GET "/cases/$CASE/consents" as A062
    api POST "/consents/$consent/withdraw" '{}' as A062
    for consent in $(get '.consents[]?.consent_id'); do
        api POST "/consents/$consent/withdraw" '{}' as A062
    done
    await_holds '.recalls | length > 0' GET /recalls as A062
    api POST "/recalls/$(get '.recalls[0].recall_id')/ack" '{"outcome":"stopped"}' as A062
    api GET /bases as A056
    api PUT /directory/bases "$(head -n 1 "$FLOW_ROOT/sql/seed/bases.jsonl" | jq -c 'with_entries(select(.value != null))')" as A001/administrator
}

# people_duplicate: the household has come to two desks
people_duplicate()
{
    open_case "$HOUSEHOLD" A059
    await_holds '.duplicates | length > 0' GET /duplicates as A001/coordinator
    api POST "/duplicates/$(get '.duplicates[0].duplicate_id')/not_a_duplicate" '{"reason":"架空の別人"}' as A001/coordinator
}

# people_keys: what administrators do with keys
people_keys()
{
    api GET /keys as A001/administrator
    api POST /keys/escrow "{\"public_key\":\"$(printf '9%.0s' $(seq 62))59\"}" as A001/administrator
    api POST /keys/rotate "{\"case_id\":\"$CASE\"}" as A001/administrator
    api GET "/keys/escrow/$CASE" as A001/administrator
    api POST "/cases/$CASE/erase" '{"kind":"full","ground":"mistaken","basis":"架空の消去請求"}' as A001/administrator
    await_holds '.erasures | length > 0' GET /erasures as A001/auditor
    api GET /hosts as A001/administrator
}

people_all()
{
    people_household
    people_emergency
    people_consent
    people_duplicate
    people_keys
}
