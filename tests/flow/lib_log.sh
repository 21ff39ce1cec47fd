# shellcheck shell=bash
# What the flows about the life of the log have in common. Needs lib.sh and lib_story.sh.

# log_is_full [seconds]: no message waits that would become an event, every event of the history has its leaf and every leaf of the open log
# its head, and it stays so for a second
# shellcheck disable=SC2317 # called by yes
log_is_full()
{
    local end=$((SECONDS + ${1:-$FLOW_AWAIT_SECONDS})) still=0
    while [ "$still" -lt 4 ]; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.25
        if nothing_waits && [ "$(sql 'select (select count(*) from audit.event) = (select count(*) from ledger.entry) and not exists (select from ledger.shard s
            join ledger.frontier f using (shard) where f.size <> coalesce((select max(h.size) from ledger.head h where h.shard = s.shard), 0))')" = t ]; then
            still=$((still + 1))
        else
            still=0
        fi
    done
}

# has_leaves [seconds]: every event has its leaf
# shellcheck disable=SC2317 # called by yes
has_leaves()
{
    local end=$((SECONDS + ${1:-$FLOW_AWAIT_SECONDS}))
    while [ "$(sql 'select count(*) = (select count(*) from ledger.entry) from audit.event')" != t ]; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.2
    done
}

# head_becomes JQ [seconds]: what the signer signed last makes it true; sets BODY
# shellcheck disable=SC2317 # called by yes
head_becomes()
{
    local end=$((SECONDS + ${2:-$FLOW_AWAIT_SECONDS}))
    BODY=$(ctl audit head --json)
    while ! jq -e "$1" >/dev/null 2>&1 <<<"$BODY"; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.2
        BODY=$(ctl audit head --json)
    done
}

# log_key: of the open log, which there is from its first event on
log_key()
{
    head_becomes .vkey || return 1
    jq -r .vkey <<<"$BODY"
}

# log_key_of ORIGIN: of the log of that name, as soon as it is the open one
log_key_of()
{
    head_becomes ".vkey and .origin == \"$1\"" || return 1
    jq -r .vkey <<<"$BODY"
}

# published YEAR [seconds]: there is a checkpoint of that log, and it is the newest head the database has of it
# shellcheck disable=SC2317 # called by yes
published()
{
    local end=$((SECONDS + ${2:-$FLOW_AWAIT_SECONDS})) size
    until size=$(as_owner sed -n 2p "$KM_STATE/log-tree/$1/checkpoint" 2>/dev/null) && [ -n "$size" ] &&
        [ "$size" = "$(sql "select max(size) from ledger.head join ledger.shard using (shard) where origin like '%/$1'")" ]; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.2
    done
}

# same_query NAME WANT QUERY
same_query()
{
    same "$1" "$2" "$(sql "$3" 2>&1)"
}

# each_in_one_log NAME: of every event there is one leaf, in one log; logs and chains have no gap
each_in_one_log()
{
    same_query "$1: as many leaves as events" t 'select count(*) = (select count(*) from ledger.entry) from audit.event'
    same_query "$1: no event has two" 0 'select count(*) from (select event_id from ledger.entry group by 1 having count(*) > 1) x'
    same_query "$1: logs have no gap" 0 'select count(*) from (select shard from ledger.entry group by 1 having count(*) <> max(idx) + 1 or count(distinct idx) <> count(*)) x'
    same_query "$1: nor have cases" 0 'select count(*) from (select case_id from ledger.entry group by 1 having count(*) <> max(seq) + 1 or count(distinct seq) <> count(*)) x'
    same_query "$1: each case has as many as its history" 0 'select count(*) from (select case_id, count(*) from audit.event group by 1
        except select case_id, count(*) from ledger.entry group by 1) x'
    same_query "$1: every log ends where its leaves end" 0 'select count(*) from ledger.frontier f where size <> (select count(*) from ledger.entry e where e.shard = f.shard)'
    same_query "$1: chains go on from there" 0 'select count(*) from (select case_id, max(seq) + 1 from ledger.entry group by 1
        except select case_id, next_seq from ledger.chain) x'
}

# log_verifies NAME YEAR VKEY: the published files alone
log_verifies()
{
    local copy=$FLOW_DIR/copy
    rm -rf "$copy"
    mkdir "$copy"
    as_owner tar -C "$KM_STATE/log-tree/$2" -cf - . | tar -C "$copy" -xf -
    if env -i HOME=/nonexistent "$KM_BUILD_DIR/kashimaru" verify log "$copy" --key "$3" >"$FLOW_DIR/out" 2>&1; then
        ok "$1: $(cat "$FLOW_DIR/out")"
    else
        bad "$1" "$(cat "$FLOW_DIR/out")"
    fi
}

# case_verifies NAME CASE VKEY,…: a bundle of it, offline
case_verifies()
{
    as_owner rm -f "$KM_STATE/bundle"
    if ctl audit bundle "$2" --out "$KM_STATE/bundle" --as kansa@A001:auditor >"$FLOW_DIR/out" 2>&1 &&
        as_owner cat "$KM_STATE/bundle" >"$FLOW_DIR/bundle" &&
        env -i HOME=/nonexistent "$KM_BUILD_DIR/kashimaru" verify case "$FLOW_DIR/bundle" --key "$3" >"$FLOW_DIR/out" 2>&1; then
        ok "$1: $(cat "$FLOW_DIR/out")"
    else
        bad "$1" "$(head -c 600 "$FLOW_DIR/out")"
    fi
}

# child PROGRAM: its pid, of the one the supervisor started
child()
{
    as_owner cat "$KM_STATE/run/supervisor.json" | jq -r --arg p "$1" '.children[] | select(.program == $p and .pid > 0) | .pid'
}

# is_program pid program: a number that is somebody else's by now is left alone
is_program()
{
    local words
    IFS= read -r -d '' words 2>/dev/null <"/proc/$1/cmdline" && [[ $words == *"$2" ]]
}

# kill_child PROGRAM: without warning, the one the supervisor started, as soon as there is one
# shellcheck disable=SC2317 # called by yes
kill_child()
{
    local end=$((SECONDS + FLOW_AWAIT_SECONDS)) pid
    until pid=$(child "$1") && [ -n "$pid" ] && is_program "$pid" "$1" && kill -KILL "$pid" 2>/dev/null; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.05
    done
}

# another: a sequencer in the place of the one the supervisor will start again, but not at once; sets VICTIM
another()
{
    local end=$((SECONDS + FLOW_AWAIT_SECONDS))
    : >"$FLOW_DIR/another.pid"
    # shellcheck disable=SC2016
    as_owner sh -c 'echo $$ && exec "$@"' another "$KM_APP/bin/kashimaru-sequencer" --config "$KM_CONF" --instance 7 \
        >"$FLOW_DIR/another.pid" 2>>"$FLOW_DIR/another.log" &
    until read -r VICTIM <"$FLOW_DIR/another.pid" && is_program "$VICTIM" kashimaru-sequencer; do
        [ -z "$VICTIM" ] || [ -e "/proc/$VICTIM" ] || return 1
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.005
    done
}

# installation_stop, installation_start: all of it, the database too
installation_stop()
{
    supervisor_stop || bad 'it stops' "$(supervisor_pid)"
}

installation_start()
{
    flow_up
    # shellcheck disable=SC2034 # of lib.sh
    FLOW_URL=$(gateway_url)/api/v1
}

# some_events N: cases at A056 that go on; sets CASE
some_events()
{
    local i
    for ((i = 0; i < $1; i++)); do
        open_case "$HOUSEHOLD" A056
        note '記録' A056
    done
}

# turn_held: nothing becomes a leaf as long as the server runs
turn_held()
{
    local end=$((SECONDS + FLOW_AWAIT_SECONDS))
    sql 'select pg_advisory_lock(7884563411), pg_sleep(3000)' >/dev/null 2>&1 &
    until [ "$(sql "select count(*) from pg_stat_activity where query like 'select pg_advisory_lock%' and wait_event = 'PgSleep'")" = 1 ]; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.1
    done
}

# logged WORD [seconds]: the services' log has this event
# shellcheck disable=SC2317 # called by yes
logged()
{
    local end=$((SECONDS + ${2:-$FLOW_AWAIT_SECONDS}))
    until as_owner grep -q "\"event\":\"$1\"" "$KM_STATE/log/kashimaru.log"; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.2
    done
}
