#!/usr/bin/env bash
# Whatever is sent: the answer says what is wrong in both languages, nothing stored changes, and no process notices.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# What a refusal must look like.
PROBLEM='(.type | startswith("urn:kashimaru:problem:")) and (.instance | startswith("urn:uuid:")) and .status == $code
    and (.title | test("\\p{Han}|\\p{Hiragana}|\\p{Katakana}")) and (.title_en | test("^[ -~]+$"))
    and (.detail | test("\\p{Han}|\\p{Hiragana}|\\p{Katakana}")) and (.detail_en | length > 0)'

# rows: of every table; a refusal kept as the answer to its request changes nothing of the field, nor does what the history is told of every
# key that is given out, whatever the answer was. What audit reads out of the history follows it later, and the history itself is asked
rows()
{
    sql "select string_agg(t || '=' || n, ' ' order by t) from (select table_schema || '.' || table_name as t,
            (xpath('/row/c/text()', query_to_xml(format('select count(*) as c from %I.%I t where to_jsonb(t) ->> ''type'' is distinct from ''refusal''
                     and to_jsonb(t) ->> ''happened'' is distinct from ''key_read''', table_schema, table_name), false, true, '')))[1]::text as n
          from information_schema.tables where table_schema in ('intake', 'referral', 'meeting', 'audit', 'directory')
            and table_schema || '.' || table_name not in ('audit.inbox', 'audit.custody', 'audit.step', 'audit.dossier')) counted"
}

# remember: what must stay as it is
remember()
{
    drain || bad 'no message waits' 'one does'
    PIDS=$(pids)
    ROWS=$(rows)
}

# unharmed: nobody died and nothing changed; says what did
unharmed()
{
    local now
    now=$(pids)
    [ "$now" = "$PIDS" ] || { printf 'processes: %s' "$(diff <(printf '%s' "$PIDS") <(printf '%s' "$now") | tr '\n' ' ')" && return; }
    now=$(rows)
    [ "$now" = "$ROWS" ] || printf 'rows: %s' "$(diff <(tr ' ' '\n' <<<"$ROWS") <(tr ' ' '\n' <<<"$now") | tr '\n' ' ')"
}

# still NAME: nothing happened
still()
{
    same "$1: nothing happened" '' "$(unharmed)"
}

# refused CODE NAME METHOD PATH …: one request that is refused, says why, and leaves no trace
refused()
{
    local code=$1 name=$2 harm
    shift 2
    api "$@"
    harm=$(unharmed)
    if [ "$STATUS" != "$code" ]; then
        bad "$name" "wanted $code, got $STATUS ${BODY:0:400}"
    elif ! grep -qi '^content-type: application/problem+json' "$FLOW_HEAD"; then
        bad "$name" "no problem+json: $(grep -i '^content-type' "$FLOW_HEAD")"
    elif ! jq -e --argjson code "$code" "$PROBLEM" >/dev/null 2>&1 <<<"$BODY"; then
        bad "$name" "an unclear refusal: $BODY"
    elif [ -n "$harm" ]; then
        bad "$name" "$harm"
    else
        ok "$name ($code $(get .detail_en))"
    fi
}

# taking FILTER: the message of a consultation, changed
taking()
{
    jq -c "{channel, area, age_band, needs, urgency, consent, sealed} | $1" "$HOUSEHOLD"
}

# bytes NAME PRINTF-FORMAT: a file of raw bytes
bytes()
{
    # shellcheck disable=SC2059 # the format is the content
    printf "$2" >"$FLOW_DIR/$1"
    printf '%s' "$FLOW_DIR/$1"
}

bad_json()
{
    local whole
    whole=$(taking .)
    refused 400 'cut off' POST /cases "${whole%?}" as A056
    refused 400 'not JSON' POST /cases 'channel=phone_self' as A056
    refused 400 'more after the end' POST /cases "$whole{}" as A056
    refused 400 'the same name twice' POST /cases "{\"area\":\"north\",${whole#\{}" as A056
    refused 400 'the same name twice, deeper' POST /cases "${whole/\"name\":/\"narrative\":\"x\",\"name\":}" as A056
    refused 400 'too deep' POST /cases "$(printf '{"a":%.0s' {1..40})1$(printf '}%.0s' {1..40})" as A056
    refused 400 'ten thousand brackets' POST /cases "$(printf '[%.0s' {1..10000})" as A056
    refused 400 'a NUL' POST /cases as A056 file "$(bytes nul '{"area":"no\0rth"}')"
    refused 400 'a NUL in disguise' POST /cases "${whole/north/no\\u0000rth}" as A056
    refused 400 'half a character' POST /cases as A056 file "$(bytes half '{"area":"\xe3\x81"}')"
    refused 400 'an overlong character' POST /cases as A056 file "$(bytes overlong '{"area":"\xc0\xaf"}')"
    refused 400 'half a surrogate pair' POST /cases "${whole/north/\\ud800}" as A056
    refused 400 'a byte order mark' POST /cases as A056 file "$(bytes bom '\xef\xbb\xbf{}')"
    refused 400 'UTF-16' POST /cases as A056 file "$(bytes utf16 '{\0}\0')"
    refused 400 'a list' POST /cases '[]' as A056
    refused 400 'a word' POST /cases '"north"' as A056
    refused 400 'a number beyond all bounds' POST /cases "{\"area\":1e999999}" as A056
}

bad_content()
{
    local long
    long=$(printf 'x%.0s' {1..12001})
    refused 422 'nothing' POST /cases '{}' as A056
    refused 422 'no body at all' POST /cases as A056
    refused 422 'a number for a word' POST /cases "$(taking '.area = 5')" as A056
    refused 422 'null for a word' POST /cases "$(taking '.area = null')" as A056
    refused 422 'a list for a word' POST /cases "$(taking '.area = ["north"]')" as A056
    refused 422 'a word for a list' POST /cases "$(taking '.needs = "poverty"')" as A056
    refused 422 'a word nobody knows' POST /cases "$(taking '.area = "west"')" as A056
    refused 422 'a field nobody knows' POST /cases "$(taking '.agency = "A062"')" as A056
    refused 422 'a field nobody knows in the sealed part' POST /cases "$(taking '.sealed.income = "0"')" as A056
    refused 422 'no narrative' POST /cases "$(taking 'del(.sealed.narrative)')" as A056
    refused 422 'nothing sealed' POST /cases "$(taking 'del(.sealed)')" as A056
    refused 422 'no need' POST /cases "$(taking '.needs = []')" as A056
    refused 422 'more needs than there may be' POST /cases "$(taking '.needs = [range(13) | "poverty"]')" as A056
    refused 422 'a narrative too long' POST /cases "$(taking ".sealed.narrative = \"$long\"")" as A056
    refused 422 'an id that is none' POST /cases "$(taking '.case_id = "A056"')" as A056
    refused 413 'a body too large' POST /cases "{\"area\":\"$(printf 'x%.0s' {1..300000})\"}" as A056
    refused 422 'a limit that is no number' GET '/cases?limit=many' as A056
    refused 422 'a limit too large' GET '/cases?limit=100000' as A056
    refused 422 'a time that is none' GET '/cases?before=yesterday' as A056
    refused 422 'a parameter nobody knows' GET '/cases?agency=A062' as A056
    refused 400 'an escape that is none' GET '/cases?before=%zz' as A056
    refused 422 'a meeting that ends before it starts' POST "/meetings/$CASE/availability" \
        '{"windows":[{"starts":"2027-01-12T02:00:00Z","ends":"2027-01-12T01:00:00Z"}]}' as A056
}

bad_heads()
{
    local good
    good=$(taking .)
    refused 415 'plain text' POST /cases "$good" as A056 type text/plain
    refused 415 'a form' POST /cases "$good" as A056 type application/x-www-form-urlencoded
    refused 415 'JSON in another alphabet' POST /cases "$good" as A056 type 'application/json; charset=shift_jis'
    refused 401 'no token' POST /cases "$good" as nobody
    refused 401 'a token nobody has' POST /cases "$good" as token:flow-A056-worker-0123456789abcdeF
    refused 401 'a token too short' POST /cases "$good" as token:x
    refused 403 'an auditor takes no consultation on' POST /cases "$good" as A001/auditor
    refused 403 'an agency host neither' POST /cases "$good" as A001/agency_host
    refused 403 'a worker changes no catalogue' PUT /directory/codes '{"list":"areas","code":"x","label":"x"}' as A056
    refused 403 'a worker sees no queue' GET /queues/intake as A056
    refused 404 'a service there is not' GET /queues/relay as A001/administrator
    refused 404 'a path there is not' GET /secrets as A056
    refused 404 'a path that climbs' GET '/../../../etc/passwd' as A056
    refused 404 'a path that climbs in disguise' GET '/cases/%2e%2e%2f%2e%2e%2fetc%2fpasswd' as A056
    refused 405 'a method there is not' DELETE /cases as A056
    yes 'and the ones there are are named' grep -qi '^allow: .*POST' "$FLOW_HEAD"
    refused 405 'another' PATCH "/cases/$CASE" '{}' as A056
    refused 422 'an id in the path that is none' GET /cases/12345 as A056
    refused 404 'a case there is not' GET "/cases/$(uuid)" as A056
    refused 422 'fields in the URL of a change' POST '/cases?area=north' "$good" as A056
    refused 400 'a body where there is none' GET /cases '{}' as A056
    refused 422 'a key too long' POST /cases "$good" as A056 key "$(printf 'k%.0s' {1..201})"
    refused 422 'a key with a blank' POST /cases "$good" as A056 key 'two words'
}

# Out of order: the refusal says where the thing stands and what it takes.
bad_order()
{
    local path
    api POST "/cases/$CASE/referrals" '{"kind":"transfer","to":["A062"],"needs":["poverty"],"items":[],"basis":"none","send":false}' as A056
    expect 422 'a transfer of nothing on no ground'
    api POST "/cases/$CASE/referrals" '{"kind":"transfer","to":["A062"],"needs":["poverty"],"items":["narrative"],"basis":"consent","send":false}' as A056
    path=/referrals/$(get .ref_id)/events
    remember
    refused 409 'start before it was sent' POST "$path/start" '{}' as A056
    holds 'it says where it stands and what it takes' '.state == "draft" and (.accepts | sort) == ["retract", "send"]'
    refused 404 'accepted before it was sent: a draft is nobody else'"'"'s to see' POST "$path/accept" '{}' as A062
    refused 404 'nor to send' POST "$path/send" '{}' as A062
    refused 409 'the clock'"'"'s own event' POST "$path/due" '{}' as A056
    refused 422 'an event there is not' POST "$path/steal" '{}' as A056
    refused 422 'a reason there is not' POST "$path/send" '{"reason":"because"}' as A056
    api POST "$path/send" '{}' as A056
    remember
    refused 409 'sent twice' POST "$path/send" '{}' as A056
    holds 'and again' '.state == "offered" and (.accepts | contains(["accept", "decline", "withdraw"]))'
    refused 403 'accepted by the sender' POST "$path/accept" '{}' as A056
}

# One key, one thing.
bad_replay()
{
    local key first
    key=$(uuid)
    api POST /cases "$(taking .)" as A056 key "$key"
    first=$BODY
    remember
    api POST /cases "$(taking .)" as A056 key "$key"
    same 'the same again: the first answer' "201 $first" "$STATUS $BODY"
    still 'the same again'
    refused 409 'the same key for something else' POST /cases "$(taking '.area = "south"')" as A056 key "$key"
    refused 409 'the same key for another narrative' POST /cases "$(taking '.sealed.narrative = "別の相談（架空）"')" as A056 key "$key"
    api POST /cases "$(taking .)" as A062 key "$key"
    yes 'another account'"'"'s key is another key' test "$STATUS" = 201 -a "$BODY" != "$first"
}

# raw [seconds]: bytes to the HTTP port; what comes back. Its exit code is 124 when the other end keeps the line, however long one waits
raw()
{
    local port=${FLOW_URL#http://*:} code
    exec 9<>"/dev/tcp/127.0.0.1/${port%%/*}" && cat >&9 && timeout "${1:-15}" cat <&9
    code=$?
    exec 9>&-
    return "$code"
}

bad_http()
{
    local i answer code
    remember
    for i in 1 2 3 4 5; do
        head -c 20000 /dev/urandom | raw >"$FLOW_DIR/raw" 2>/dev/null
    done
    still 'random bytes to the HTTP port'
    printf 'GET / HTTP/9.9\r\n\r\n' | raw >"$FLOW_DIR/raw" 2>/dev/null
    printf 'POST /api/v1/cases HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n{}' | raw >"$FLOW_DIR/raw" 2>/dev/null
    printf 'POST /api/v1/cases HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n' | raw >"$FLOW_DIR/raw" 2>/dev/null
    still 'HTTP that is none'
    { printf 'GET / HTTP/1.1\r\nHost: x\r\nX: ' && head -c 100000 /dev/zero | tr '\0' x && printf '\r\n\r\n'; } | raw >"$FLOW_DIR/raw" 2>/dev/null
    still 'a head without end'
    { for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14; do printf 'X' && sleep 1; done; } | raw 60 >"$FLOW_DIR/raw" 2>/dev/null
    code=${PIPESTATUS[1]}
    answer=$(wc -c <"$FLOW_DIR/raw")
    api GET /cases as A056
    same 'a client that drips does not hold the others up' 200 "$STATUS"
    yes "and is cut off (answered $answer bytes)" test "$code" != 124
    still 'a client that drips'
    for i in {10..49}; do
        eval "exec $i<>/dev/tcp/127.0.0.1/$(cut -d: -f3 <<<"${FLOW_URL%/api/v1}")"
    done
    api GET /cases as A056
    same 'forty who say nothing do not hold the others up' 200 "$STATUS"
    for i in {10..49}; do
        eval "exec $i>&-"
    done
    still 'forty who say nothing'
}

# to_relay: bytes to the relay's socket
to_relay()
{
    as_owner perl -MIO::Socket::UNIX -e '
        my $s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or exit 1;
        $SIG{PIPE} = "IGNORE"; binmode STDIN; local $/; print $s scalar <STDIN>; $s->flush; alarm 2; sysread $s, my $b, 100;' "$KM_STATE/run/relay.sock"
}

# strange_keys: an identity of a stranger's, and one that has the right key for the line but a wrong one for what is said on it
strange_keys()
{
    local all=$KM_STATE/other half=$KM_STATE/half
    ctl setup --set "keys.dir=$all" >/dev/null
    as_owner cp -r "$all" "$half"
    { grep -v '^ctl ' "$KM_STATE/keys/peers.pub" && grep '^ctl ' "$all/peers.pub"; } | sort | put_file "$all/peers.pub" 0644
    awk 'NR == FNR { if ($1 == "curve") right = $0; next } $1 == "curve" { $0 = right } { print }' "$KM_STATE/keys/ctl.key" "$all/ctl.key" |
        put_file "$half/ctl.key" 0600
    awk 'NR == FNR { if ($1 == "ctl") { curve = $2 } else if ($1 != "#") line[$1] = $0; next }
        $1 == "ctl" { $2 = curve } $1 in line { $0 = line[$1] } { print }' "$KM_STATE/keys/peers.pub" "$half/peers.pub" | put_file "$half/peers.pub" 0644
}

# heard FOLDER: asks with the keys of that folder; its exit code
heard()
{
    ctl case list --as worker@A056:worker --set "keys.dir=$1" >/dev/null 2>&1
    printf '%d' "$?"
}

bad_frames()
{
    local i
    if command -v perl >/dev/null; then
        for i in 1 2 3; do
            head -c 5000 /dev/urandom | to_relay 2>/dev/null
            { printf '\xff\0\0\0\0\0\0\0\x01\x7f\x03\0NULL' && head -c 3000 /dev/zero; } | to_relay 2>/dev/null
            { printf '\xff\0\0\0\0\0\0\0\x01\x7f\x03\x01CURVE' && head -c 3000 /dev/urandom; } | to_relay 2>/dev/null
        done
        still 'garbage on the relay'"'"'s socket'
    fi
    strange_keys
    heard "$KM_STATE/half" >"$FLOW_DIR/half" &
    same 'a key nobody knows is not heard' 77 "$(heard "$KM_STATE/other")"
    wait "$!"
    same 'what a wrong key has sealed is not heard' 75 "$(cat "$FLOW_DIR/half")"
    still 'wrong keys'
    same 'the right key is heard' 0 "$(heard "$KM_STATE/keys")"
    ctl case list --as somebody@A056:auditor >/dev/null 2>&1
    same 'but not in every role' 77 "$?"
}

HOUSEHOLD=$FLOW_ROOT/tests/flow/households/01-8050.json
flow_start
open_case "$HOUSEHOLD" A056
await 200 GET "/cases/$CASE/custody" as A056
remember
bad_json
bad_content
bad_heads
bad_order
bad_replay
bad_http
bad_frames
flow_end
