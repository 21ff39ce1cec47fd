#!/usr/bin/env bash
# A closed case is erased when two people ask for the same: in full, so that of it there is nothing but leaves nobody can tell from others, or
# in payload, so that who held it when is still to be seen. The log stays whole, what is missing is explained by the ledger itself, and a bundle
# verifies as before; take the explanation away, and it does not. One person alone erases nothing, and processes may be killed meanwhile.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$(dirname "${BASH_SOURCE[0]}")/lib_story.sh"
. "$(dirname "${BASH_SOURCE[0]}")/lib_console.sh"
# shellcheck source=tests/flow/lib_log.sh
. "$FLOW_ROOT/tests/flow/lib_log.sh"

# offline KIND FILE: verify, without settings
# shellcheck disable=SC2317 # called by says
offline()
{
    env -i HOME=/nonexistent "$KM_BUILD_DIR/kashimaru" verify "$@" --key "$VKEY"
}

# bundle NAME FILE: of the case, by an auditor
bundle()
{
    as_owner rm -f "$KM_STATE/bundle"
    says 0 'bundle' "$1" ctl audit bundle "$CASE" --out "$KM_STATE/bundle" --as kansa@A001:auditor
    as_owner cat "$KM_STATE/bundle" >"$2" 2>/dev/null
}

# erase CODE TEXT NAME USER ROLE [KIND [GROUND]]: one person's word
erase()
{
    says "$1" "$2" "$3" ctl case erase "$CASE" "kind=${6:-full}" "ground=${7:-retention_over}" basis='架空の決裁' --as "$4@A001:$5"
}

# state_is STATE: of the latest erasure of the case
# shellcheck disable=SC2317 # called by yes
state_is()
{
    local end=$((SECONDS + FLOW_AWAIT_SECONDS))
    until [ "$(sql "select state from audit.erasure where case_id = '$CASE' order by asked_at desc limit 1")" = "$1" ]; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.1
    done
}

# agreeable: keys was told that the case is closed
# shellcheck disable=SC2317 # called by yes
agreeable()
{
    local end=$((SECONDS + FLOW_AWAIT_SECONDS))
    until [ "$(sql "select is_closed from keys.erasure where case_id = '$CASE' order by asked_at desc limit 1" kashimaru_keys)" = t ]; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.1
    done
}

# live NAME: a case is opened, handed on, served and closed; sets CASE, and WORDS to what of it is nowhere else
live()
{
    taken "$1"
    draft "$CASE" transfer A062 narrative true as A056
    act accept as A062
    await_holds '.access == "member"' GET "/cases/$CASE" as A062
    note '架空の評価' A062
    close goal_reached "$(get .id)" A062
    holds "$1: closed" '.state == "closed"'
    yes "$1: all is told" drain
    WORDS=$(sql "select distinct split_part(trace, '-', 2) from audit.event where case_id = '$CASE' and trace is not null")
    yes "$1: it has words of its own" test "$(wc -l <<<"$WORDS")" -gt 3
}

# dump: both databases, as a backup has them; found: how many of the case's words are in it
dump()
{
    local name
    for name in kashimaru kashimaru_keys; do
        as_owner "$(pg_bin "$KM_STATE/pg")/pg_dump" -h "$KM_SOCKETS" -U km_admin -d "$name"
    done >"$FLOW_DIR/dump"
}

found()
{
    dump
    grep -oFf <(printf '%s\n' "$WORDS") "$FLOW_DIR/dump" | sort -u | wc -l
}

# pid_of program: of one of its processes
pid_of()
{
    as_owner cat "$KM_STATE/run/supervisor.json" | jq -r --arg name "$1" '[.children[] | select(.program == $name and .pid > 0) | .pid] | first // empty'
}

# kill_all: the two that erase are killed without warning, again and again, until it is over
kill_all()
{
    local n=0 program pid
    while [ "$n" -lt 12 ] && [ "$(sql "select count(*) from audit.erasure where case_id = '$CASE' and state <> 'done'")" = 1 ]; do
        for program in kashimaru-audit kashimaru-keys; do
            pid=$(pid_of "$program")
            if [ -n "$pid" ] && tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -q "$program"; then
                kill -KILL "$pid" 2>/dev/null && n=$((n + 1))
            fi
        done
        sleep "0.$((RANDOM % 50 + 15))"
    done
    KILLED=$n
}

# missing N: of what verify said last, the number of events erased (1) or without payload (2)
missing()
{
    sed -n "s/.*(\([0-9]*\) erased, \([0-9]*\) without payload).*/\\$1/p" "$FLOW_DIR/out"
}

# unexplained FILE happened: the bundle with the payload of each event that tells this blanked, as if it had never been explained
unexplained()
{
    sed "/\\\\\"happened\\\\\":\\\\\"$2\\\\\"/s/,\"payload\":\"[^}]*}\"\\(,\"proof\":\\[[^]]*\\]\\),\"r_event\":\\(\"[0-9a-f]*\"\\),\"r_payload\":\"[0-9a-f]*\"/\\1,\"r_event\":\\2/" "$1"
}

FLOW_SETTINGS=('restart.most = 10000')
flow_start

# ---- who may, and when ----
taken 'open'
erase 0 waiting 'one person asks' kanri1 administrator
erase 0 waiting 'the same person asks again' kanri1 administrator
erase 10 'only a closed case' 'a second does not erase an open case' kanri2 administrator
erase 10 'another kind or ground' 'nor by another kind' kanri2 administrator payload
erase 77 '' 'a worker cannot ask' madoguchi worker
await_holds '.erasures | length == 1 and .[0].state == "open_case"' GET "/erasures?case_id=$CASE" as A001/auditor
holds 'it is shown as waiting for the closing' '.erasures | length == 1 and .[0].state == "open_case" and .[0].asked_by == "kanri1"'
same 'nothing of it is gone' 2 "$(sql "select count(*) from keys.wrap where case_id = '$CASE' and until is null" kashimaru_keys | awk '{ print ($1 > 0) * 2 }')"

# ---- in full ----
live 'full'
bundle 'before: a bundle' "$FLOW_DIR/before"
VKEY=$(log_key)
says 0 'closed' 'before: it verifies' offline case "$FLOW_DIR/before"
same 'before: a backup has its words' "$(wc -l <<<"$WORDS")" "$(found)"
leaves=$(sql "select string_agg(encode(leaf, 'hex'), ' ' order by seq) from ledger.entry where case_id = '$CASE'")
erase 0 waiting 'full: one asks' kanri1 administrator
yes 'full: audit says it is closed' agreeable
await_holds "any(.notices[]; .kind == \"erasure\" and .case_id == \"$CASE\")" GET /notices as A001/administrator
holds 'full: administrators are told' "any(.notices[]; .kind == \"erasure\" and .case_id == \"$CASE\")"
erase 0 waiting 'full: one alone stays one' kanri1 administrator
erase 10 'another kind or ground' 'full: on another ground nobody agrees' kanri2 administrator full mistaken
erase 0 destroyed 'full: a coordinator agrees' kei coordinator
kill_all
yes "full: it ends, though $KILLED processes were killed" state_is 'done'
yes 'full: the killed are there again' drain
same 'full: it has no wrap and no index' 0 "$(sql "select (select count(*) from keys.wrap where case_id = '$CASE') + (select count(*) from keys.person_index where case_id = '$CASE')" kashimaru_keys)"
same 'full: no log key' 1 "$(sql "select count(*) from keys.log_key where case_id = '$CASE' and sealed is null and former is null" kashimaru_keys)"
same 'full: each leaf is where it was' t "$(sql "select string_agg(encode(leaf, 'hex'), ' ' order by seq) like '$leaves%' from ledger.entry where case_id = '$CASE'")"
same 'full: and explained once' t "$(sql "select leaves = (select count(*) from ledger.entry n where n.case_id = e.case_id and length(n.sealed) = 0) from audit.erasure e where case_id = '$CASE'")"
same 'full: a backup has none of its words' 0 "$(found)"
api GET "/cases/$CASE" as A062
expect 410 'full: who held it is told that it is erased'
holds 'full: on what ground' '.detail | contains("retention_over")'
api GET "/cases/$CASE" as A072
expect 404 'full: for others there never was one'
api GET "/cases/$CASE/history" as A001/auditor
holds 'full: its history is its erasure' '[.events[].happened] | unique == ["case_erased", "erasure_asked"]'
holds 'full: both people stand in it' '[.events[].actor] | unique == ["kanri1", "kei"]'
api GET "/erasures?all=true&case_id=$CASE" as A001/coordinator
holds 'full: it is shown as done' '.erasures[0] | .state == "done" and .agreed_by == "kei" and .leaves > 5'
bundle 'full: a bundle of it' "$FLOW_DIR/full"
says 0 'good' 'full: it verifies, and what is missing is explained' offline case "$FLOW_DIR/full"
same 'full: all of before is missing' t "$(sql "select leaves = $(missing 1) from audit.erasure where case_id = '$CASE'")"
console_verifies 'full'
unexplained "$FLOW_DIR/full" case_erased >"$FLOW_DIR/changed"
yes 'full: the explanation is taken away' test "$(cmp "$FLOW_DIR/full" "$FLOW_DIR/changed" 2>/dev/null | wc -l)" = 1
says 1 'no ERASE says so' 'full: without it the bundle is bad' offline case "$FLOW_DIR/changed"
says 11 'the event is erased' 'full: there is no proof of an erased event' ctl audit proof "$CASE" 1 --out "$KM_STATE/proof" --as kansa@A001:auditor
says 0 'good' 'full: the bundle of before still verifies' offline case "$FLOW_DIR/before"
erase 10 'erased already' 'full: it is not erased twice' kanri2 administrator

# ---- in payload, and then in full ----
live 'payload'
erase 0 waiting 'payload: a coordinator asks' kei coordinator payload court_order
yes 'payload: audit says it is closed' agreeable
erase 77 'an administrator' 'payload: two coordinators are not enough' mio coordinator payload court_order
erase 0 destroyed 'payload: an administrator agrees' kanri2 administrator payload court_order
kill_all
yes "payload: it ends, though $KILLED processes were killed" state_is 'done'
yes 'payload: the killed are there again' drain
same 'payload: the former log key is gone' t "$(sql "select sealed is not null and former is null from keys.log_key where case_id = '$CASE'" kashimaru_keys)"
same 'payload: a backup has none of its words' 0 "$(found)"
api GET "/cases/$CASE" as A062
expect 410 'payload: nobody reads it any more'
api GET "/cases/$CASE/history" as A001/auditor
holds 'payload: who held it when is still told' 'any(.events[]; .happened == "baton_moved" and .agency == "A062" and .counterpart == "A056")'
holds 'payload: and nothing else' 'all(.events[] | select(.happened != "payload_erased" and .happened != "erasure_asked"); (has("actor") or has("about") or has("reason")) | not)'
bundle 'payload: a bundle of it' "$FLOW_DIR/payload"
says 0 'good' 'payload: it verifies, and what is missing is explained' offline case "$FLOW_DIR/payload"
same 'payload: all of before is blank' t "$(sql "select leaves = $(missing 2) from audit.erasure where case_id = '$CASE'")"
console_verifies 'payload'
unexplained "$FLOW_DIR/payload" payload_erased >"$FLOW_DIR/changed"
yes 'payload: the explanation is taken away' test "$(cmp "$FLOW_DIR/payload" "$FLOW_DIR/changed" 2>/dev/null | wc -l)" = 1
says 1 'no ERASE says so' 'payload: without it the bundle is bad' offline case "$FLOW_DIR/changed"
erase 10 'erased already' 'payload: not twice' kanri1 administrator payload
erase 0 waiting 'then in full: one asks' kanri1 administrator
yes 'then in full: audit says it is closed' agreeable
erase 0 destroyed 'then in full: another agrees' kanri2 administrator
yes 'then in full: it ends' state_is 'done'
bundle 'then in full: a bundle of it' "$FLOW_DIR/both"
says 0 ', 0 without payload' 'then in full: it verifies' offline case "$FLOW_DIR/both"

# ---- the whole log ----
yes 'everything is told' drain
yes 'and published' published "$(TZ=Asia/Tokyo date -d '3 months ago' +%Y)"
says 0 'good' 'the whole log verifies' offline log "$KM_STATE/log-tree/$(TZ=Asia/Tokyo date -d '3 months ago' +%Y)"
flow_end
