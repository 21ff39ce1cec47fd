#!/usr/bin/env bash
# An agency's own system over TCP: taken on under the fingerprint told by telephone, it works on its agency's inbox and nothing else, its
# successor overlaps it, and its dates and its revocation are felt by the next message even on a line that stays open.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

HOUSEHOLD=$FLOW_ROOT/tests/flow/households/01-8050.json

FLOW_SETTINGS=("relay.endpoint = tcp://127.0.0.1:$(port_free)")

# run CODE NAME command…: its exit code; sets OUT and ERR
run()
{
    local want=$1 name=$2 got
    shift 2
    "$@" >"$FLOW_DIR/out" 2>"$FLOW_DIR/err"
    got=$?
    OUT=$(cat "$FLOW_DIR/out")
    ERR=$(cat "$FLOW_DIR/err")
    if [ "$got" = "$want" ]; then ok "$name"; else bad "$name" "wanted $want, got $got: $OUT $ERR"; fi
}

# host FOLDER word…: the command line at an agency, which has no settings and no keys of the city
# shellcheck disable=SC2317 # called through run
host()
{
    local folder=$1
    shift
    as_owner env -u KASHIMARU_CONFIG "$KM_APP/bin/kashimaru" --host "$folder" "$@"
}

# shown NAME JQ: the last command put out JSON that makes the filter true
shown()
{
    BODY=$OUT
    holds "$1" "$2"
}

# dates NAME WORD TIME: another date in a host's line of peers.pub
dates()
{
    as_owner cat "$KM_STATE/keys/peers.pub" | sed -E "/^$1 /s/ $2=[^ ]+/ $2=$3/" >"$FLOW_DIR/peers"
    put_file "$KM_STATE/keys/peers.pub" 0644 <"$FLOW_DIR/peers"
}

# enrol FOLDER AGENCY: sets NAME and PRINT, the fingerprint
enrol()
{
    run 0 "$2: keys and enrolment are made" as_owner "$KM_APP/bin/kashimaru" host new --agency "$2" --out "$1"
    NAME=$(head -n 1 <<<"$OUT")
    PRINT=$(tail -n 1 <<<"$OUT" | tr -d ' ')
}

# offer CASE: a transfer to A059 from A056; sets REF
offer()
{
    REF=$(ctl referral draft "$1" kind=transfer to=A059 needs=poverty items=narrative basis=consent send=true --as w@A056:worker --json |
        jq -r .ref_id)
}

hosts_enrol()
{
    enrol "$FIRST" A059
    FIRST_NAME=$NAME
    same 'the secret keys are closed to others' 600 "$(as_owner stat -c %a "$FIRST/host.key")"
    run 10 'nothing is made over them' as_owner "$KM_APP/bin/kashimaru" host new --agency A059 --out "$FIRST"
    as_owner cp "$FIRST/enrolment.txt" "$KM_STATE/enrolment.txt"
    run 77 'a wrong fingerprint: refused' ctl host accept "$KM_STATE/enrolment.txt" --fingerprint "${PRINT:0:63}x"
    run 77 'half a fingerprint: refused' ctl host accept "$KM_STATE/enrolment.txt" --fingerprint "${PRINT:0:32}"
    run 64 'no fingerprint: refused' ctl host accept "$KM_STATE/enrolment.txt"
    as_owner sed 's/^agency .*/agency A056/; s/^name host-A059/name host-A056/' "$FIRST/enrolment.txt" | put_file "$KM_STATE/forged.txt" 0600
    run 13 'another agency written into it: refused' ctl host accept "$KM_STATE/forged.txt" --fingerprint "$PRINT"
    yes 'nobody was taken on' test "$(as_owner grep -c '^host-' "$KM_STATE/keys/peers.pub")" = 0
    run 0 'what the agency needs to connect' ctl host server-file --out "$KM_STATE/server.pub"
    same 'its fingerprint is what sha256sum shows' "$(as_owner sha256sum "$KM_STATE/server.pub" | cut -d ' ' -f 1)" \
        "$(tail -n 1 <<<"$OUT" | tr -d ' ')"
    as_owner cp "$KM_STATE/server.pub" "$FIRST/"
    run 77 'who was not taken on is not let in' host "$FIRST" referral list
    run 0 'the right fingerprint, as it is typed' ctl host accept "$KM_STATE/enrolment.txt" --fingerprint "${PRINT^^}"
    run 10 'not a second time' ctl host accept "$KM_STATE/enrolment.txt" --fingerprint "$PRINT"
    run 0 'the list of systems' ctl host list --as a@A001:administrator --json
    shown 'has it, for a year' ".hosts | length == 1 and .[0].name == \"$FIRST_NAME\" and .[0].agency == \"A059\" and (.[0] | has(\"last_seen\") | not)"
}

hosts_work()
{
    local other
    run 0 'without any restart it is let in' host "$FIRST" whoami
    same 'and is who it is' "$FIRST_NAME@A059:agency_host" "$OUT"
    CASE=$(ctl case open --file "$KM_STATE/case.json" --as w@A056:worker --json | jq -r .case_id)
    drain
    offer "$CASE"
    run 0 'it lists the inbox' host "$FIRST" referral list --json
    shown 'and finds what was offered' "any(.referrals[]; .ref_id == \"$REF\")"
    run 0 'it reads it' host "$FIRST" referral show "$REF" --json
    run 0 'it accepts for its agency' host "$FIRST" referral accept "$REF" --json
    shown 'the baton moves' '.state == "accepted" and .lead == "A059"'
    run 0 'and records a visit' host "$FIRST" referral visit "$REF" visit=visited --json
    run 0 'it finds agencies' host "$FIRST" directory find limit=1 --json
    run 0 'and meetings' host "$FIRST" meeting list --json
    run 77 'it opens no case' host "$FIRST" case show "$CASE"
    run 65 'nor speaks for a person' host "$FIRST" referral list --as w@A059:worker
    other=$(ctl case open --file "$KM_STATE/case.json" --as w@A056:worker --json | jq -r .case_id)
    drain
    other=$(ctl referral draft "$other" kind=transfer to=A062 \
        needs=poverty items=narrative basis=consent send=true --as w@A056:worker --json | jq -r .ref_id)
    yes 'another case was offered to another agency' test -n "$other"
    run 66 'which is not there for it' host "$FIRST" referral show "$other"
    run 66 'nor can it be accepted' host "$FIRST" referral accept "$other"
    drain
    run 0 'the history' ctl case history "$CASE" --as r@A001:auditor --json
    shown 'says which system accepted' "any(.events[]; .happened == \"referral\" and .detail == \"accept\" and .agency == \"A059\")"
    run 0 'it was seen' ctl host list --as a@A001:administrator --json
    shown 'by account' '.hosts[0] | has("last_seen")'
}

# tell COMMAND WORD NAME: one line to the system that stays connected, and what it answers
tell()
{
    local got
    printf '%s\n' "$1" >&"${LINE[1]}"
    read -r -t 60 got <&"${LINE[0]}"
    same "$3" "$2" "$got"
}

# until_said COMMAND WORD NAME: the same, asked again until it answers so: processes read the list once a second
until_said()
{
    local got='' end=$((SECONDS + FLOW_AWAIT_SECONDS))
    while [ "$got" != "$2" ] && [ "$SECONDS" -lt "$end" ]; do
        printf '%s\n' "$1" >&"${LINE[1]}"
        read -r -t 60 got <&"${LINE[0]}"
    done
    same "$3" "$2" "$got"
}

# hang_up: ends the system that stayed connected
hang_up()
{
    eval "exec ${LINE[1]}>&-"
    wait "$LINE_PID"
}

hosts_forge()
{
    coproc LINE { as_owner "$KM_APP/bin/hostline" "$FIRST" 2>>"$FLOW_DIR/hostline.err"; }
    tell ticket ok 'connected for long: a ticket'
    tell 'ticket A056' denied 'none for another agency'
    tell list ok 'and the inbox'
    tell 'as A056' denied 'another agency in the header: refused'
    tell "called host-A056-0000" denied 'another system in the header: refused'
    tell 'called madoguchi' denied 'a person in the header: refused'
    tell 'role coordinator' denied 'another role: refused'
    tell bare denied 'without a ticket: refused'
    tell draft unheard 'what no system may ask is not even passed on'
    tell list ok 'and the line goes on'
}

hosts_overlap()
{
    local last
    enrol "$SECOND" A059
    SECOND_NAME=$NAME
    as_owner cp "$SECOND/enrolment.txt" "$KM_STATE/enrolment.txt"
    as_owner cp "$KM_STATE/server.pub" "$SECOND/"
    last=$(TZ=Asia/Tokyo date -d '+30 days' +%F)
    run 0 'a successor is taken on' ctl host accept "$KM_STATE/enrolment.txt" --fingerprint "$PRINT"
    yes 'and the first ends in thirty days' grep -qE "$FIRST_NAME ($last|$(TZ=Asia/Tokyo date -d '+30 days' +%F))" <<<"$OUT"
    run 0 'the second works' host "$SECOND" referral list
    tell list ok 'the first still does'
    run 0 'the first by a new line, too' host "$FIRST" referral list
    dates "$FIRST_NAME" until "$(date -u -d '-1 minute' +%Y-%m-%dT%H:%M:%SZ)"
    until_said list unheard 'after its last day the open line is cut'
    run 77 'and no new one opens' host "$FIRST" referral list
    run 0 'the second goes on' host "$SECOND" referral list
    hang_up
}

hosts_revoke()
{
    coproc LINE { as_owner "$KM_APP/bin/hostline" "$SECOND" 2>>"$FLOW_DIR/hostline.err"; }
    tell ticket ok 'the second is connected for long'
    tell list ok 'and works'
    run 66 'a service is not revoked this way' ctl host revoke referral
    run 0 'it is revoked' ctl host revoke "$SECOND_NAME"
    until_said list unheard 'the open line is cut'
    tell ticket unheard 'no ticket either'
    run 77 'and no new line opens' host "$SECOND" referral list
    hang_up
    run 0 'the list' ctl host list agency=A059 --as a@A001:administrator --json
    shown 'keeps both, ended' '.hosts | length == 2 and (map(.name) | contains(["'"$FIRST_NAME"'", "'"$SECOND_NAME"'"]))'
    same 'what was said of them stays' 4 "$(sql 'select count(*) from account.host_log')"
    run 0 'people go on working' ctl referral list --as w@A059:worker
}

flow_start
FIRST=$KM_STATE/agency1
SECOND=$KM_STATE/agency2
jq -c '{channel, area, age_band, needs, urgency, consent, sealed}' "$HOUSEHOLD" | put_file "$KM_STATE/case.json" 0600
put_file "$KM_APP/bin/hostline" 0755 <"$KM_BUILD_DIR/tests/flow_hostline"
hosts_enrol
hosts_work
hosts_forge
hosts_overlap
hosts_revoke
flow_end
