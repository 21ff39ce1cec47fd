#!/usr/bin/env bash
# Hints: whom a referral concerns hears of it at once and nobody else does; whoever was away hears what was missed, also when audit or the
# gateway died in between; and who has signed out, or is suspended, hears nothing any more. What a meeting's change was told with is forgotten
# after a day.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=tests/flow/lib_feed.sh
. "$FLOW_ROOT/tests/flow/lib_feed.sh"
. "$(dirname "${BASH_SOURCE[0]}")/lib_story.sh"

HOUSEHOLD=$FLOW_ROOT/tests/flow/households/01-8050.json

# hear NAME AGENCY ROLE [LAST]: listens from now on, into a file of that name
hear()
{
    listen "$1" "$(token_of "$2" "$3")" "${4:-}" || bad 'somebody listens' "$1: $(head -c 400 "$FLOW_DIR/feed-$1")"
    EAR[$1]=$EAR_PID
}

# deaf NAME: listens no longer
deaf()
{
    kill "${EAR[$1]}" 2>/dev/null
    wait "${EAR[$1]}" 2>/dev/null
}

# news NAME PLACE PATTERN: waits until it is told something like that, or that it missed something, later than at that place
# shellcheck disable=SC2317 # called by yes
news()
{
    local end=$((SECONDS + FLOW_AWAIT_SECONDS))
    until awk -v stood="$2" -v like="$3" '/^id: / { at = $2 } /^data: / && at > stood && ($0 == "data: all" || $0 ~ like) { found = 1 }
        END { exit !found }' "$FLOW_DIR/feed-$1"; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.05
    done
}

# silent NAME PATTERN: there is no such line
# shellcheck disable=SC2317 # called by yes
silent()
{
    ! grep -q "$2" "$FLOW_DIR/feed-$1"
}

# place NAME: the last id it was told
place()
{
    sed -n 's/^id: //p' "$FLOW_DIR/feed-$1" | tail -n 1
}

# over NAME: waits until the server has ended it
# shellcheck disable=SC2317 # called by yes
over()
{
    local end=$((SECONDS + FLOW_AWAIT_SECONDS))
    while kill -0 "${EAR[$1]}" 2>/dev/null; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.1
    done
}

# murder PROGRAM: kills all of that name; until they are gone, and back
murder()
{
    local program pid before
    before=$(pids)
    while read -r program _ pid; do
        [ "$program" = "$1" ] || continue
        kill -KILL "$pid"
        while [ -e "/proc/$pid" ]; do sleep 0.02; done
    done <<<"$before"
    ready_wait "$FLOW_READY_SECONDS" "$(supervisor_pid)"
}

# forgotten AGENCY: waits until no other one's hints are there
# shellcheck disable=SC2317 # called by yes
forgotten()
{
    local end=$((SECONDS + FLOW_AWAIT_SECONDS))
    while [ "$(sql "select count(*) from audit.hint where agency <> '$1'")" != 0 ]; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.1
    done
}

# called_off MEETING: a meeting that is not needed
called_off()
{
    api POST "/meetings/$1/cancel" '{"reason":"no_longer_needed"}' as A001
    expect 200 'it is called off'
}

declare -A EAR
flow_start
open_case "$HOUSEHOLD" A056
await 200 GET "/cases/$CASE/custody" as A056
drain

# ---- who hears what ------------------------------------------------------------

hear sender A056 worker
hear receiver A001 worker
hear stranger A062 worker
hear coordinator A062 coordinator
hear auditor A001 auditor
yes 'it is a stream' grep -qi '^content-type: text/event-stream' "$FLOW_DIR/feed-sender.head"
draft "$CASE" transfer A001 narrative false as A056
DRAFT=$REF
yes 'a draft is told to who wrote it' heard sender "^data: .*referral:$DRAFT"
draft "$CASE" transfer A001 narrative true as A056
yes 'an offer is told to who is asked' heard receiver "^data: .*referral:$REF"
yes 'and to who asks' heard sender "^data: .*referral:$REF.*case:$CASE"
yes 'and to a coordinator of another agency' heard coordinator "^data: .*referral:$REF"
yes 'who is not asked yet hears nothing of a draft' silent receiver "$DRAFT"
yes 'a coordinator of another agency hears nothing of the case' silent coordinator "$CASE"
stood=$(place sender)
act accept as A001
yes 'an acceptance is told to who asked' news sender "$stood" "referral:$REF"
yes 'and to who accepted' news receiver "$stood" "referral:$REF"
await_holds '.lead == "A001"' GET "/cases/$CASE/custody" as A001
stood=$(place receiver)
api GET "/cases/$CASE" as A001
api POST "/cases/$CASE/notes" '{"kind":"phone","sealed":{"text":"架空の電話"}}' as A001
expect 201 'the receiver writes a note'
yes 'and hears of it' news receiver "$stood" "case:$CASE"
yes 'nobody else hears a thing' silent stranger '^event:'
yes 'an auditor neither' silent auditor '^event:'
yes 'nothing that was typed is in it' silent receiver '架空'

hear invited A071 worker
before=$(place invited)
api POST "/cases/$CASE/meetings" '{"also_invite":["A071"]}' as A001
MEETING=$(get .id)
yes 'a meeting is told to who holds the case' heard receiver "^data: .*meeting:$MEETING"
yes 'and to coordinators' heard coordinator "^data: .*meeting:$MEETING"
yes 'and to who has nothing to do with the case but is invited' heard invited "^data: .*meeting:$MEETING"
api GET "/meetings/$MEETING" as A071
expect 200 'by then the meeting is there'
yes 'of the case it hears nothing' silent invited "$CASE"
MATCH=$(get '[.invitees[] | select(.invited_as == "matches" and .agency != "A071")][0].agency')
hear match "$MATCH" worker "$before"
yes "so does who is invited because it matches the needs ($MATCH)" heard match "^data: .*meeting:$MEETING"
yes 'and hears as little of the case' silent match "$CASE"
same 'one agency is not invited' false "$(get '[.invitees[].agency] | any(. == "A099")')"
stood=$(place invited)
matched=$(place match)
called_off "$MEETING"
yes 'that it is called off is told to who is invited, too' news invited "$stood" "meeting:$MEETING"
yes 'also to the one that matches' news match "$matched" "meeting:$MEETING"
hear other A099 worker "$before"
yes 'nobody else hears of it' silent other '^event:'
same 'none of it lies among the notices' 0 "$(sql "select count(*) from audit.notice where kind = 'meeting'")"

# notice KIND AGENCY: as if a service had told it
notice()
{
    sql "insert into audit.notice (notice_id, kind, agency, at) values (gen_random_uuid(), '$1', nullif('$2', ''), now() - interval '3 hours')"
}

hear administrator A001 administrator
notice many_reads A056
yes 'a notice is told to auditors' heard auditor '^data: notice$'
notice erasure ''
yes 'and to administrators what is theirs to see' heard administrator '^data: notice$'
same 'once' 1 "$(grep -c '^data:' "$FLOW_DIR/feed-administrator")"
yes 'a coordinator of another agency hears of what is nobody'"'"'s' heard coordinator '^data: notice$'
yes 'a worker of none' silent sender 'notice'

# ---- away, and back ----------------------------------------------------------------

stood=$(place receiver)
deaf receiver
api POST "/cases/$CASE/notes" '{"kind":"phone","sealed":{"text":"架空の電話"}}' as A001
yes 'meanwhile others hear' heard sender "^id: "
hear receiver A001 worker "$stood"
yes 'who was away hears what was missed' heard receiver "^data: case case:$CASE\$"
yes 'and nothing is missing' silent receiver '^event: missed'
hear late A001 worker 1
yes 'who was away too long is told so' heard late '^event: missed'
deaf late

# ---- audit dies ---------------------------------------------------------------------

stood=$(place receiver)
api POST "/cases/$CASE/notes" '{"kind":"phone","sealed":{"text":"架空の電話"}}' as A001
sql "update audit.hint set at = now() - interval '25 hours' where agency <> 'A071'"
young=$(sql "select count(*) from audit.hint where agency = 'A071'")
yes 'there are hints of today' test "$young" -gt 0
yes 'and older ones' test "$(sql 'select count(*) from audit.hint')" -gt "$young"
murder kashimaru-audit
for name in receiver sender; do
    kill -0 "${EAR[$name]}" 2>/dev/null || hear "$name" "$([ "$name" = receiver ] && echo A001 || echo A056)" worker "$(place "$name")"
done
yes 'audit killed: no hint is lost' news receiver "$stood" "case:$CASE"
yes 'the older ones are forgotten' forgotten A071
same 'those of today are not' "$young" "$(sql "select count(*) from audit.hint where agency = 'A071'")"
stood=$(place receiver)
api POST "/cases/$CASE/notes" '{"kind":"phone","sealed":{"text":"架空の電話"}}' as A001
yes 'audit killed: and what comes then is told' news receiver "$stood" "case:$CASE"

# ---- the gateway dies -----------------------------------------------------------------

stood=$(place receiver)
api POST "/cases/$CASE/notes" '{"kind":"phone","sealed":{"text":"架空の電話"}}' as A001
murder kashimaru-gateway
FLOW_URL=$(gateway_url)/api/v1
yes 'gateway killed: the stream breaks' over receiver
api POST "/cases/$CASE/notes" '{"kind":"phone","sealed":{"text":"架空の電話"}}' as A001
hear receiver A001 worker "$stood"
yes 'gateway killed: what was missed is told, or that it was' news receiver "$stood" "case:$CASE"

# ---- the end ------------------------------------------------------------------------

sql "update account.session set last_used = now() - interval '10 minutes' where agency = 'A062' and role = 'worker'"
used=$(sql "select last_used from account.session where agency = 'A062' and role = 'worker'")
hear stranger A062 worker
yes 'listening begins' test -n "$(place stranger)"
api POST /session/end '{}' as A001
expect 200 'signed out'
yes 'who signs out hears no more' over receiver
api GET /feed as A001
expect 401 'and cannot listen again'
rm -f "$FLOW_DIR/token-A001-worker"
same 'listening is no use of a session' "$used" "$(sql "select last_used from account.session where agency = 'A062' and role = 'worker'")"
sql "update account.session set ended_at = now() where agency = 'A062' and role = 'worker'"
yes 'who is shut out hears no more' over stranger
for name in "${!EAR[@]}"; do deaf "$name"; done
flow_end
