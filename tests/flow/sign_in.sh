#!/usr/bin/env bash
# Nobody is let in but by what they were given: from the first administrator's one-time token to the end of a worker's session, over the
# command line and over HTTP. What fails looks the same whatever was wrong, and nothing that opens a door is kept where it could be read.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=tests/flow/lib_account.sh
. "$FLOW_ROOT/tests/flow/lib_account.sh"

FLOW_DEMO=0
CASE_JSON=$(jq -c '{channel, area, age_band, needs, urgency, consent, sealed}' "$FLOW_ROOT/tests/flow/households/01-8050.json")
PASS_KANRI='oyama no ue no matsu 7391'
PASS_TANTO='kawa wo nagareru momo 0042'
SECRETS=("$PASS_KANRI" "$PASS_TANTO") # whatever must be found nowhere at the end

# run CODE NAME word…: a command and its exit code; sets OUT
run()
{
    local want=$1 name=$2 got
    shift 2
    OUT=$(ctl "$@" 2>"$FLOW_DIR/err")
    got=$?
    if [ "$got" = "$want" ]; then ok "$name"; else bad "$name" "wanted $want, got $got: $OUT $(cat "$FLOW_DIR/err")"; fi
}

# sign_in USER PASSWORD CODE [KEY]: over HTTP; sets TOKEN and CSRF
sign_in()
{
    local -a which=()
    [ -z "${4:-}" ] || which=(key "$4")
    from
    api POST /session "$(jq -cn --arg user "$1" --arg password "$2" --arg code "$3" '{sealed: $ARGS.named}')" as nobody with "$FROM" "${which[@]}"
    TOKEN=$(sed -n 's/^set-cookie: __Host-kashimaru=\([^;]*\);.*/\1/Ip' "$FLOW_HEAD" | tr -d '\r')
    CSRF=$(get '.sealed.csrf // empty' 2>/dev/null)
    [ -z "$TOKEN" ] || SECRETS+=("$TOKEN" "$CSRF")
}

# signed_in: tanto, with a code that was not used yet
signed_in()
{
    forget_code tanto
    sign_in tanto "$PASS_TANTO" "$(totp "$TOTP_TANTO")"
}

# ---- the first administrator, by command line -------------------------------

first_administrator()
{
    local token old
    run 77 'no demo: nobody acts as a worker' case list --as tanto@A056:worker
    run 77 'no demo: no session without a password' session open --as tanto@A056:worker
    run 0 'no demo: the operator of the server administers' user list --as operator@A001:administrator
    run 65 'who is not signed in is nobody' whoami
    run 0 'the first administrator is invited' account first --user kanri --json
    old=$(jq -r .sealed.token <<<"$OUT")
    run 0 'and again, while nobody took it up' account first --user kanri --json
    token=$(jq -r .sealed.token <<<"$OUT")
    SECRETS+=("$token" "$old")
    printf '%s\n' "$PASS_KANRI" | put_file "$KM_STATE/pass" 0600
    run 77 'the earlier token is void' enrol --token "$old" --password-file "$KM_STATE/pass" --json
    run 0 'the later one is taken up' enrol --token "$token" --password-file "$KM_STATE/pass" --json
    TOTP_KANRI=$(jq -r .sealed.secret <<<"$OUT")
    RECOVERY=$(jq -r '.sealed.recovery[0]' <<<"$OUT")
    SECRETS+=("$TOTP_KANRI" "$RECOVERY")
    yes 'with a QR code' grep -q '<svg' <<<"$(jq -r .sealed.qr <<<"$OUT")"
    yes 'that says what the address says' grep -q "secret=$TOTP_KANRI" <<<"$(jq -r .sealed.uri <<<"$OUT")"
    run 77 'not active before the first code' sign-in --user kanri --password-file "$KM_STATE/pass" --code "$(totp "$TOTP_KANRI")"
    run 0 'the first code' account confirm "sealed.token=$token" "sealed.code=$(totp "$TOTP_KANRI")"
    run 77 'the token works once' account confirm "sealed.token=$token" "sealed.code=$(totp "$TOTP_KANRI" 30)"
    forget_code kanri
    run 0 'the administrator signs in' sign-in --user kanri --password-file "$KM_STATE/pass" --code "$(totp "$TOTP_KANRI")"
    same 'the token is closed to others' 600 "$(as_owner stat -c %a "$KASHIMARU_SESSION")"
    SECRETS+=("$(as_owner cat "$KASHIMARU_SESSION")")
    run 0 'and is known' whoami
    same 'as who they are' kanri@A001:administrator "$OUT"
    run 10 'a second first administrator is refused' account first --user kanri2
    run 0 'a worker is invited' user invite user=tanto agency=A056 roles=worker --json
    INVITE=$(jq -r .sealed.token <<<"$OUT")
    SECRETS+=("$INVITE")
    as_owner rm "$KM_STATE/pass"
}

# ---- a worker enrols, over HTTP ----------------------------------------------

# enrol PATH TOKEN FIELD VALUE [KEY]
enrol()
{
    local -a which=()
    [ -z "${5:-}" ] || which=(key "$5")
    from
    api POST "$1" "$(jq -cn --arg token "$2" --arg "$3" "$4" '{sealed: $ARGS.named}')" as nobody with "$FROM" "${which[@]}"
}

worker_enrols()
{
    local forged expired key code
    enrol /enrolment "$INVITE" password 'short'
    expect 422 'enrol: a short password'
    enrol /enrolment "$INVITE" password 'passwordpasswordpassword'
    expect 422 'enrol: a common one'
    enrol /enrolment "$(printf '0%.0s' {1..64})" password "$PASS_TANTO"
    forged=$STATUS$(body_of)
    sql "update account.person set invite_expires = now() - interval '1 second' where user_name = 'tanto'"
    enrol /enrolment "$INVITE" password "$PASS_TANTO"
    expired=$STATUS$(body_of)
    same 'enrol: a forged invitation and an expired one are told the same' "$forged" "$expired"
    yes 'enrol: both are refused' test "${expired:0:3}" = 403
    sql "update account.person set invite_expires = now() + interval '1 hour' where user_name = 'tanto'"
    enrol /enrolment "$INVITE" password "$PASS_TANTO"
    expect 200 'enrol: the right one'
    TOTP_TANTO=$(get .sealed.secret)
    SECRETS+=("$TOTP_TANTO" "$(get '.sealed.recovery[3]')")
    enrol /enrolment/confirm "$INVITE" code "$(totp "$TOTP_TANTO" 3600)"
    yes 'enrol: a wrong first code' test "$STATUS" = 403 -o "$STATUS" = 422
    key=$(uuid)
    code=$(totp "$TOTP_TANTO")
    enrol /enrolment/confirm "$INVITE" code "$code" "$key"
    expect 200 'enrol: the right first code'
    enrol /enrolment/confirm "$INVITE" code "$code" "$key"
    expect 200 'enrol: the same again, as if its answer was lost'
    enrol /enrolment/confirm "$INVITE" code "$code" "$(uuid)"
    expect 403 'enrol: another attempt finds the invitation used up'
    enrol /enrolment/confirm "$INVITE" code "$code"
    expect 403 'enrol: and so does one that does not say which it is'
}

# ---- the same again, when an answer was lost ------------------------------------

# fails_are NAME COUNT: of tanto's attempts, so many count
fails_are()
{
    same "$1" "$2" "$(sql "select fails from account.person where user_name = 'tanto'")"
}

# at_once USER PASSWORD CODE KEY: two copies of one attempt, side by side
at_once()
{
    local i body
    local -a twins=()
    body=$(jq -cn --arg user "$1" --arg password "$2" --arg code "$3" '{sealed: $ARGS.named}')
    for i in 1 2; do
        from
        printf '%s' "$body" | curl -s -o /dev/null -w '%{http_code}' --max-time 30 -H "$FROM" -H "Idempotency-Key: $4" \
            -H 'Content-Type: application/json' --data-binary @- "$FLOW_URL/session" >"$FLOW_DIR/twin.$i" &
        twins+=($!)
    done
    wait "${twins[@]}"
}

again()
{
    local key code first second
    key=$(uuid)
    forget_code tanto
    code=$(totp "$TOTP_TANTO")
    sign_in tanto "$PASS_TANTO" "$code" "$key"
    expect 200 'again: signed in, and say the answer is lost'
    first=$TOKEN
    sign_in tanto "$PASS_TANTO" "$code" "$key"
    expect 200 'again: the same attempt, with the same code, ends as well'
    api GET /cases as "token:$TOKEN"
    expect 200 'again: its session is good'
    api GET /cases as "token:$first"
    expect 200 'again: and so is the first, should its answer arrive late'
    second=$TOKEN
    alike 'the same attempt, once somebody uses its session' tanto "$PASS_TANTO" "$code" "$key"
    fails_are 'again: which counts for nothing' 0
    api GET /cases as "token:$second"
    expect 200 'again: and ends nothing'
    alike 'its code with another key' tanto "$PASS_TANTO" "$code" "$(uuid)"
    alike 'its code without one' tanto "$PASS_TANTO" "$code"
    fails_are 'again: each an attempt of its own' 2
    for _ in 1 2 3; do
        alike 'wrong, three times the same' tanto wrong-wrong-wrong-wrong "$code" "$key"
    done
    fails_are 'again: which is one attempt' 3
    alike 'wrong in another way, same key' tanto wrong-wrong-wrong-other "$code" "$key"
    fails_are 'again: which is another' 4
    sql "update account.person set locked_until = null, fails = 0 where user_name = 'tanto'"
    forget_code tanto
    at_once tanto "$PASS_TANTO" "$(totp "$TOTP_TANTO")" "$(uuid)"
    same 'again: two copies at once are both let in' '200 200' "$(cat "$FLOW_DIR/twin.1") $(cat "$FLOW_DIR/twin.2")"
    fails_are 'again: and neither counts' 0
    same 'again: each to a session of its own' 2 "$(sql "select count(*) from account.session
        where user_name = 'tanto' and ended_at is null and last_used = made_at")"
    SECRETS+=("$key")
}

# ---- sessions, as a browser has them -----------------------------------------

browser()
{
    local cookie origin=${FLOW_URL%/api/v1}
    signed_in
    expect 200 'browser: signed in'
    yes 'browser: the cookie is out of reach of scripts and other sites' \
        grep -qi '^set-cookie: __Host-kashimaru=[0-9a-f]\{64\}; Path=/; Secure; HttpOnly; SameSite=Strict' "$FLOW_HEAD"
    holds 'browser: the body has no token' '(.sealed | keys) == ["csrf"] and .user == "tanto" and .agency == "A056" and .role == "worker"'
    cookie="Cookie: __Host-kashimaru=$TOKEN"
    api GET /cases as nobody with "$cookie"
    expect 200 'browser: the cookie is enough to read'
    api POST /cases "$CASE_JSON" as nobody with "$cookie"
    expect 403 'browser: not to change'
    api POST /cases "$CASE_JSON" as nobody with "$cookie" with "X-CSRF-Token: ${CSRF%?}x"
    expect 403 'browser: a wrong CSRF token'
    api POST /cases "$CASE_JSON" as nobody with "$cookie" with "X-CSRF-Token: $CSRF" with 'Origin: https://elsewhere.example'
    expect 403 'browser: from another site'
    api POST /cases "$CASE_JSON" as nobody with "$cookie" with "X-CSRF-Token: $CSRF" with "Origin: $origin"
    expect 201 'browser: from its own page'
    CASE=$(get .case_id)
    api GET "/cases/$CASE" as nobody with "$cookie"
    expect 200 'browser: and the case is there'
    api POST /users '{"user":"x","agency":"A056","roles":["administrator"]}' as "token:$TOKEN"
    expect 403 'browser: a worker invites nobody'
    api POST /session/end '{}' as nobody with "$cookie"
    expect 403 'browser: not even signed out from elsewhere'
    api POST /session/fresh "$(jq -cn --arg code "$(totp "$TOTP_TANTO" 30)" '{sealed: $ARGS.named}')" as nobody with "$cookie" with "X-CSRF-Token: $CSRF"
    expect 200 'browser: the second factor again'
    holds 'browser: no ticket is told' '(has("sealed") | not) and .role == "worker"'
    api POST /session/end '{}' as nobody with "$cookie" with "X-CSRF-Token: $CSRF"
    expect 200 'browser: signed out'
    yes 'browser: the cookie is taken back' grep -qi '^set-cookie: __Host-kashimaru=; .*Max-Age=0' "$FLOW_HEAD"
    api GET /cases as nobody with "$cookie"
    expect 401 'browser: and is worth nothing at once'
    yes 'browser: it is said how to come in' grep -qi '^www-authenticate: Bearer' "$FLOW_HEAD"
}

programs()
{
    forget_code tanto
    from
    api POST /session "$(jq -cn --arg user tanto --arg password "$PASS_TANTO" --arg code "$(totp "$TOTP_TANTO")" '{sealed: $ARGS.named}')" \
        as nobody with "$FROM" with 'X-Kashimaru-Token: body'
    expect 200 'program: signed in'
    TOKEN=$(get .sealed.token)
    SECRETS+=("$TOKEN")
    api GET /cases as "token:$TOKEN"
    expect 200 'program: the token in the body is one'
    api GET /cases as "token:$(tr '0-9a-f' '1-9a-f0' <<<"$TOKEN")"
    expect 401 'program: another is not'
    run 77 'program: a worker acts as nobody else' case list --as tanto@A056:worker
}

# ---- what fails ---------------------------------------------------------------

# body_of: of the last refusal, without what is another each time
body_of()
{
    sed 's/urn:uuid:[0-9a-f-]*/urn:uuid:-/' "$FLOW_OUT"
}

# alike NAME USER PASSWORD CODE [KEY]: refused as the first one was
alike()
{
    local heads
    sign_in "${@:2}"
    heads=$(cut -d: -f1 "$FLOW_HEAD" | sort)
    FIRST=${FIRST:-$STATUS$(body_of)$heads}
    same "refused: $1" "$FIRST" "$STATUS$(body_of)$heads"
}

refusals()
{
    local code
    FIRST=''
    forget_code tanto
    code=$(totp "$TOTP_TANTO")
    sign_in tanto "$PASS_TANTO" "$code"
    expect 200 'let in with this code'
    alike 'a name nobody has' nobody "$PASS_TANTO" "$code"
    expect 403 'refused: not permitted'
    alike 'a wrong password' tanto "$PASS_KANRI" "$(totp "$TOTP_TANTO" 30)"
    alike 'a wrong code' tanto "$PASS_TANTO" "$(totp "$TOTP_TANTO" 3600)"
    alike 'a code that was used' tanto "$PASS_TANTO" "$code"
    alike 'a code that is none' tanto "$PASS_TANTO" 'x'
    alike 'a name that could be none' 'Tanto <b>' "$PASS_TANTO" "$code"
    forget_code tanto
    sql "update account.person set locked_until = now() + interval '1 hour' where user_name = 'tanto'"
    alike 'everything right, but locked' tanto "$PASS_TANTO" "$(totp "$TOTP_TANTO")"
    sql "update account.person set locked_until = null, fails = 0 where user_name = 'tanto'"
    signed_in
    expect 200 'and let in when the lock is gone'
    for _ in 1 2 3 4 5 6; do
        sign_in tanto wrong-wrong-wrong-wrong 000000
    done
    forget_code tanto
    # however long this machine takes, the lock that these set is not over yet
    sql "update account.person set locked_until = locked_until + interval '1 hour' where user_name = 'tanto'"
    alike 'right after six wrong ones' tanto "$PASS_TANTO" "$(totp "$TOTP_TANTO")"
    sql "update account.person set locked_until = null, fails = 0 where user_name = 'tanto'"
    run 0 'the log' sign-in list limit=100 --json
    BODY=$OUT
    holds 'the log has what really happened' '[.attempts[] | select(.user == "tanto").outcome] as $o
        | ($o | index("wrong")) and ($o | index("locked")) and ($o | index("signed_in")) and any(.attempts[]; .user == "?")'
    eleven
    same 'ten attempts a minute' '403 403 403 403 403 403 403 403 403 403' "$TEN"
    expect 429 'and no more'
    yes 'it is said when again' grep -qiE '^retry-after: [1-9]' "$FLOW_HEAD"
}

# eleven: attempts by one address, of which TEN are told apart; from another address again where this machine did not make them in a minute
eleven()
{
    local try began address
    for try in 1 2 3 4 5; do
        address="X-Forwarded-For: 203.0.113.$try"
        began=$SECONDS
        TEN=$(for _ in $(seq 10); do
            api POST /session '{"sealed":{"user":"nobody","password":"x","code":"1"}}' as nobody with "$address"
            printf '%s ' "$STATUS"
        done | sed 's/ $//')
        api POST /enrolment '{"sealed":{"token":"x","password":"x"}}' as nobody with "$address"
        [ "$((SECONDS - began))" -ge 58 ] || return
    done
}

# ---- how sessions end -----------------------------------------------------------

ends()
{
    local end
    signed_in
    sql "update account.session set last_used = now() - interval '16 minutes' where user_name = 'tanto' and ended_at is null"
    api GET /cases as "token:$TOKEN"
    expect 401 'ends: unused for too long'
    signed_in
    sql "update account.session set made_at = now() - interval '9 hours', expires = now() - interval '1 second'
        where user_name = 'tanto' and ended_at is null"
    api GET /cases as "token:$TOKEN"
    expect 401 'ends: at its absolute end'
    signed_in
    api GET /cases as "token:$TOKEN"
    expect 200 'ends: a fresh one is good'
    run 0 'ends: the worker is suspended' user put tanto state=suspended
    end=$((SECONDS + 40))
    while [ "$STATUS" != 401 ] && [ "$SECONDS" -lt "$end" ]; do
        sleep 0.5
        api GET /cases as "token:$TOKEN"
    done
    expect 401 'ends: and is out within half a minute'
    forget_code tanto
    alike 'suspended' tanto "$PASS_TANTO" "$(totp "$TOTP_TANTO")"
    run 0 'ends: the administrator signs out' sign-out
    yes 'ends: and no token is left behind' test ! -e "$KASHIMARU_SESSION"
    run 65 'ends: then is nobody' whoami
    printf '%s\n' "$PASS_KANRI" | put_file "$KM_STATE/pass" 0600
    run 0 'a recovery code instead of a time code' sign-in --user kanri --code "$RECOVERY" --password-file "$KM_STATE/pass"
    run 0 'signed out' sign-out
    run 77 'it works once' sign-in --user kanri --code "$RECOVERY" --password-file "$KM_STATE/pass"
    as_owner rm "$KM_STATE/pass"
}

# ---- what is kept ----------------------------------------------------------------

kept()
{
    local secret name
    sql checkpoint
    for name in kashimaru kashimaru_keys; do
        as_owner "$(pg_bin "$KM_STATE/pg")/pg_dump" -h "$KM_SOCKETS" -U km_admin -d "$name" | put_file "$KM_STATE/$name.dump" 0600
    done
    yes 'kept: the search finds what is there' as_owner grep -rqaF "$CASE" "$KM_STATE/pg"
    yes 'kept: in the dump, too' as_owner grep -qF tanto "$KM_STATE/kashimaru.dump"
    for secret in "$TOTP_KANRI" "$TOTP_TANTO"; do # as bytes, which a dump writes in hex
        SECRETS+=("$(printf '%s' "$secret" | base32 -d | od -An -v -tx1 | tr -d ' \n')")
    done
    for secret in "${SECRETS[@]}"; do
        [ "${#secret}" -ge 12 ] || bad 'kept: a secret too short to look for' "$secret"
        printf '%s\n' "$secret"
    done >"$FLOW_DIR/secrets"
    printf 'x%s.' "$INVITE" | put_file "$KM_STATE/plain" 0600
    yes 'kept: the search finds a secret that is there' as_owner grep -qF -f - "$KM_STATE/plain" <"$FLOW_DIR/secrets"
    as_owner rm "$KM_STATE/plain"
    same 'kept: no token, password, code or secret anywhere' '' \
        "$(as_owner grep -rlaiFf - "$KM_STATE" <"$FLOW_DIR/secrets")"
}

# Compression would hide a word as well as sealing does.
flow_before()
{
    printf 'wal_compression = off\nautovacuum = off\n' | put_file "$KM_STATE/pg/kashimaru.local.conf" 0600
}

FLOW_SETTINGS=('log.level = 0')
flow_start
first_administrator
worker_enrols
browser
programs
again
refusals
ends
kept
flow_end
