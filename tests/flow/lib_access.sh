# shellcheck shell=bash disable=SC2034 # what is made here is for whoever sources this
# One case as eight agencies stand to it, and the asking of everything by everybody. Needs lib.sh and a started installation.

# Words that occur nowhere else, by class of field; a class may have several.
MARKS=(identity=蛍一郎 identity=ホタルイチロウ contact=蛍谷町三丁目 contact=000-5150-0731 narrative=蛍が窓を叩く visitor=蛍の伯母 notes=蛍は電話に出た
    later=蛍は引っ越した household=蛍二葉 shelter=蛍ヶ丘 notifier=蛍の隣人 place=蛍会館 agenda=蛍の議題
    named=hotaru-no-kakari named=蛍を守る)
ROLES=(worker team_lead coordinator secretary auditor administrator agency_host)
declare -A TOKEN_OF USER_OF
RELATIONS=(lead off member past offered invited asking stranger)
declare -A AGENCY_OF=([lead]=A056 [off]=A056 [member]=A062 [past]=A059 [offered]=A002 [invited]=A071 [asking]=A099 [stranger]=A072)

# people_sign_in: TOKEN_OF and USER_OF every relation/role
people_sign_in()
{
    local relation role who
    for role in "${ROLES[@]}"; do
        for relation in "${RELATIONS[@]}"; do
            who=$relation/$role
            if [ "$relation" = off ]; then
                USER_OF[$who]=off-$role
                TOKEN_OF[$who]=$(ctl session open --as "off-$role@A056:$role")
            else
                USER_OF[$who]=$role-${AGENCY_OF[$relation]}
                TOKEN_OF[$who]=$(token_of "${AGENCY_OF[$relation]}" "$role")
            fi
            [ -n "${TOKEN_OF[$who]}" ] || die "$who" 'a session could not be opened'
        done
    done
}

# give CODE NAME METHOD PATH BODY as WHO: a step of the making; nothing of the matrix is worth asking when one fails
give()
{
    local code=$1 name=$2
    shift 2
    api "$@" key "$(uuid)"
    [ "$STATUS" = "$code" ] || die "$name: $STATUS ${BODY:0:400}" 'the case could not be made'
}

# refer KIND BASIS-FIELDS TO as WHO: sets REF
refer()
{
    give 201 "$1" POST "/cases/$CASE/referrals" "$(jq -cn --arg kind "$1" --argjson more "$2" --arg to "$3" \
        '{kind: $kind, to: [$to], needs: ["consumer_trouble"], items: [], basis: "none", send: true} + $more')" as "$5"
    REF=$(get .ref_id)
}

consent()
{
    give 201 consent POST "/cases/$CASE/consents" "$(jq -cn --argjson more "$1" '{purpose: "support", items: ["narrative"], receivers: [],
        evidence: "signed"} + $more')" as A056
    CONSENT=$(get .id)
}

# case_made AGENCY: opened there; sets CASE
case_made()
{
    give 201 case POST /cases '{"channel":"visit_family","area":"north","age_band":"adult","needs":["consumer_trouble"],"urgency":"routine",
        "consent":"given","sealed":{"narrative":"蛍が窓を叩く","name":"蛍一郎","kana":"ホタルイチロウ","birth_date":"1961-07-31",
        "address":"蛍谷町三丁目","phone":"000-5150-0731","visitor":"蛍の伯母"}}' as "$1"
    CASE=$(get .case_id)
    await 200 GET "/cases/$CASE/custody" as "$1"
}

make_household()
{
    give 201 child POST "/cases/$CASE/people" '{"relation":"child","sealed":{"name":"蛍二葉","address":"蛍ヶ丘一番地","shelter":"蛍ヶ丘の家"}}' as A056
    CHILD=$(get .id)
    give 201 sibling POST "/cases/$CASE/people" '{"relation":"sibling","sealed":{"safe_contact":"夜"}}' as A056
    SIBLING=$(get .id)
    give 201 note POST "/cases/$CASE/notes" '{"kind":"phone","sealed":{"text":"蛍は電話に出た"}}' as A056
    give 200 notifier POST "/cases/$CASE/notifier" '{"sealed":{"name":"蛍の隣人","named":["team_lead-A056","coordinator-A056"]}}' as A056
}

# A member who was also asked something on a consent that is withdrawn later, and one that was a member before.
make_members()
{
    refer added_support '{"items":["narrative"],"basis":"consent"}' A062 as A056
    REF_MEMBER=$REF
    give 200 accept POST "/referrals/$REF/events/accept" '{}' as A062
    consent '{"receivers":["A062"]}'
    refer consult "{\"items\":[\"narrative\"],\"basis\":\"consent\",\"consent_id\":\"$CONSENT\"}" A062 as A056
    refer added_support '{"items":["narrative"],"basis":"consent"}' A059 as A056
    give 200 accept POST "/referrals/$REF/events/accept" '{}' as A059
    await_holds '.access == "member" and (.sealed.notes | length) == 1' GET "/cases/$CASE" as A059
    await_holds '.access == "member"' GET "/cases/$CASE" as A062
    give 200 complete POST "/referrals/$REF/events/complete" '{"reason":"goal_reached"}' as A059
    await 403 POST "/cases/$CASE/notes" '{"kind":"phone","sealed":{"text":"終了後"}}' as A059
    LATER=$(uuid)
    give 201 'a later note' POST "/cases/$CASE/notes" "{\"note_id\":\"$LATER\",\"kind\":\"phone\",\"sealed\":{\"text\":\"蛍は引っ越した\"}}" as A056
    MARKS+=("later=$LATER")
    give 200 withdraw POST "/consents/$CONSENT/withdraw" '{}' as A056
    api GET /recalls as A062
    RECALL=$(get '.recalls[0].recall_id')
    consent '{"purpose":"statistics"}'
}

make_offers()
{
    refer added_support '{"items":["narrative","identity"],"basis":"consent"}' A002 as A056
    await 200 GET "/cases/$CASE" as A002
    REF_OPEN=$REF
    refer pull_request '{}' A056 as A099
}

make_meeting()
{
    local day who
    drain # whom the case is with is known where meetings are called
    give 201 meeting POST "/cases/$CASE/meetings" '{"also_invite":["A071"]}' as A056
    MEETING=$(get .id)
    await 200 GET "/meetings/$MEETING" as A056
    day=$(TZ=Asia/Tokyo date -d '+7 days' +%F)
    for who in A056 A001; do
        give 200 availability POST "/meetings/$MEETING/availability" "{\"windows\":[{\"starts\":\"${day}T09:00:00+09:00\",\"ends\":\"${day}T17:00:00+09:00\"}]}" as "$who"
    done
    give 200 fix POST "/meetings/$MEETING/fix" "{\"starts\":\"${day}T10:00:00+09:00\",\"ends\":\"${day}T11:00:00+09:00\",\"basis\":\"swa_106_6\",
        \"sealed\":{\"place\":\"蛍会館三階\",\"agenda\":\"蛍の議題\"}}" as A056
    api GET "/meetings/$MEETING" as A056
    holds 'the meeting calls the lead, the member and the invited, and none of the others' \
        '[.invitees[].agency] | contains(["A056", "A062", "A071"]) and all(.[]; IN("A059", "A002", "A099", "A072") | not)'
}

# An emergency to review, notices, an erasure somebody asked for, a pair that may be one person, a message that stands still, an account.
make_rest()
{
    local first=$CASE night
    night=$(ctl session open --as night@A056:worker)
    give 200 glass POST "/cases/$CASE/break-glass" '{"reason":"life","text":"夜間に安否を確かめる必要があり、担当者と連絡がつかないため（架空）"}' as "token:$night"
    case_made A001
    give 200 erasure POST "/cases/$CASE/erase" '{"kind":"payload","ground":"mistaken","basis":"架空の決裁"}' as A072/administrator
    await_holds 'any(.notices[]; .kind == "erasure")' GET /notices as A072/administrator
    ERASURE=$(get '.notices[] | select(.kind == "erasure") | .notice_id')
    CASE=$first
    await_holds '.duplicates | length == 1' GET /duplicates as A072/coordinator
    DUPLICATE=$(get '.duplicates[0].duplicate_id')
    await_holds '.reviews | length == 1' GET /reviews as A072/auditor
    REVIEW=$(get '.reviews[0].id')
    await_holds 'any(.notices[]; .kind == "recall")' GET /notices as A062/team_lead
    NOTICE=$(get '.notices[] | select(.kind == "recall") | .notice_id')
    give 200 account POST /users '{"user":"shiken","agency":"A072","roles":["worker"]}' as A072/administrator
    PARKED=$(uuid)
    sql "with s as (update intake.stream_out set last_seq = last_seq + 1 where dest = 'referral' and key = '$CASE' returning last_seq)
        insert into intake.outbox (dest, key, seq, id, type, payload, actor, role, agency, trace, sent_at, next_try, parked_at)
        select 'referral', '$CASE', last_seq, '$PARKED', 'case_opened', '{}', '', 'worker', 'A056', '', now(), now(), now() from s"
}

make_all()
{
    people_sign_in
    give 200 escrow POST /keys/escrow "$ESCROW" as A072/administrator
    case_made A056
    make_household
    make_members
    make_offers
    make_meeting
    make_rest
}

protect_all()
{
    local who
    for who in "$CASE" "$CHILD"; do
        give 200 protection POST "/cases/$CASE/people/$who/protection" '{"sealed":{"is_on":true,"named":["hotaru-no-kakari@A072"],"reason":"蛍を守る"}}' as A056
    done
    await_holds '.sealed.is_hidden' GET "/meetings/$MEETING" as A062
}

# ---- asking ---------------------------------------------------------------------

# ask_cell CALL METHOD PATH BODY-FILE RELATION/ROLE: settings of one request; its answer goes to a file of its own
ask_cell()
{
    CELLS=$((CELLS + 1))
    printf 'url = "%s"\nrequest = %s\noutput = "%s/%d"\nsilent\nmax-time = 60\n' "$FLOW_URL${3//\{me\}/${USER_OF[$5]:-nobody}}" "$2" "$ANSWERS" "$CELLS"
    [ -z "${TOKEN_OF[$5]:-}" ] || printf 'header = "Authorization: Bearer %s"\n' "${TOKEN_OF[$5]}"
    [ -z "$4" ] || printf 'header = "Content-Type: application/json"\ndata-binary = "@%s"\n' "$4"
    printf 'header = "X-Forwarded-For: 203.0.113.%d"\n' $((CELLS % 250 + 1)) # what anybody may ask, an address may not ask often
    printf 'write-out = "%%{http_code}\\t%s\\t%s\\t%s\\t%d\\n"\nnext\n' "$1" "${5%/*}" "${5#*/}" "$CELLS"
}

# ask_all CALL METHOD PATH [BODY]: one call by everybody, onto standard output as curl's settings
ask_all()
{
    local call=$1 method=$2 path=$3 sent='' relation role
    if [ -n "${4:-}" ]; then
        sent=$ANSWERS.sent.$((CELLS + 1))
        printf '%s' "$4" >"$sent"
    fi
    for role in "${ROLES[@]}"; do
        for relation in "${RELATIONS[@]}"; do
            ask_cell "$call" "$method" "$path" "$sent" "$relation/$role"
        done
    done
    ask_cell "$call" "$method" "$path" "$sent" nobody/nobody
}

# ask_in STREAMS: what stands in the file ASKED, in so many streams at once, each over one connection; a request ends with «next»
ask_in()
{
    local streams=$1 i
    local -a asking=()
    rm -f "$ANSWERS".[qr].*
    awk -v n="$streams" -v to="$ANSWERS.q." '{ print > (to i % n) } $0 == "next" { i++ }' "$ASKED"
    for ((i = 0; i < streams; i++)); do
        curl -K <(sed '$d' "$ANSWERS.q.$i") >"$ANSWERS.r.$i" & # no «next» after the last
        asking+=($!)
    done
    wait "${asking[@]}"
    cat "$ANSWERS".r.* >>"$RESULTS"
}
