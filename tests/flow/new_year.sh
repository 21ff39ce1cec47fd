#!/usr/bin/env bash
# A fiscal year is over: the sequencer has all of the old log signed and published, has the signer open the new year's and goes on there, by
# itself, whoever dies in between. Here the log of last year is open when the programs first run, which is the same to them as 1 April.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$(dirname "${BASH_SOURCE[0]}")/lib_story.sh"
. "$(dirname "${BASH_SOURCE[0]}")/lib_log.sh"

LOG=example.test/kashimaru/handoff
FLOW_SETTINGS=('restart.most = 10000' "log.origin = $LOG")
NOW=$(TZ=Asia/Tokyo date -d '3 months ago' +%Y)
WAS=$((NOW - 1))

# Nobody signs yet.
flow_before()
{
    STATE=$(conf_get signer.state "$KM_STATE/signer")
    conf_set signer.state ''
}

# wait_for QUERY [seconds]: it is true
# shellcheck disable=SC2317 # called by yes
wait_for()
{
    local end=$((SECONDS + ${2:-$FLOW_AWAIT_SECONDS}))
    while [ "$(sql "$1")" != t ]; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.1
    done
}

flow_start
yes 'the sequencer has begun' wait_for 'select count(*) = 1 from ledger.shard'
sql "update ledger.shard set origin = '$LOG/$WAS'"
some_events 3
OLD=$CASE
yes 'without a signer events are leaves all the same' has_leaves
same_query 'in the log that is open' "$LOG/$WAS" 'select string_agg(distinct origin, chr(32)) from ledger.entry join ledger.shard using (shard)'
yes 'the doctor counts leaves without a head' grep -q 'leaves without a head: [1-9][0-9]* 件' <<<"$(ctl doctor)"
installation_stop
conf_set signer.state "$STATE"

# ---- a log of that name is out in the world already: the signer will not open it, and the year goes on ----
as_owner mkdir -p "$KM_STATE/log-tree/$NOW"
printf 'x\n' | put_file "$KM_STATE/log-tree/$NOW/checkpoint" 0644
installation_start
yes 'what is named already is not opened' head_becomes ".origin == \"$LOG/$WAS\" and .size > 0"
OLD_KEY=$(jq -r .vkey <<<"$BODY")
some_events 1
yes 'and the year that was goes on' log_is_full
yes 'the old log is published' published "$WAS"
log_verifies 'the old log verifies' "$WAS" "$OLD_KEY"

# ---- the signer is asked, and the sequencer dies before the database is told: who would close the log waits for this one ----
sql "begin; select from ledger.shard where closed_at is null for share; select pg_sleep(3000); commit" >/dev/null 2>&1 &
HOLDER=$!
yes 'somebody holds the database up' wait_for "select count(*) > 0 from pg_stat_activity where query like '%pg_sleep(3000)%' and wait_event = 'PgSleep'"
as_owner rm "$KM_STATE/log-tree/$NOW/checkpoint"
yes 'the signer opens the log of the year that is now' head_becomes ".origin == \"$LOG/$NOW\""
same 'by the clock, and closed the old one' "clock $LOG/$WAS" "$(jq -r '.closed[0] | .by + " " + .origin' <<<"$BODY")"
same 'with all leaves under its last head' "$(jq -r '.closed[0].size' <<<"$BODY")" "$(sql 'select max(size) from ledger.head where shard = 1')"
some_events 2
yes 'the sequencer is killed' kill_child kashimaru-sequencer
sql "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'km_sequencer' and wait_event_type = 'Lock'" >/dev/null
same_query 'killed: the database knows nothing of it' 1 'select count(*) from ledger.shard'
sql "select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'PgSleep'" >/dev/null
wait "$HOLDER"
yes 'killed: the next one finds out, and goes on' wait_for "select count(*) = 2 and min(origin) filter (where closed_at is null) = '$LOG/$NOW' from ledger.shard"
some_events 2
yes 'what happens afterwards is signed in the new log' log_is_full
each_in_one_log 'the years'
same_query 'both logs have leaves' 2 'select count(distinct shard) from ledger.entry'
same_query 'the old one ends at its last head' t 'select f.size = max(h.size) from ledger.frontier f join ledger.head h using (shard) where shard = 1 group by f.size'
yes 'the new log is published' published "$NOW"
yes 'a case goes on in it' head_becomes '.size > 0'
NEW_KEY=$(jq -r .vkey <<<"$BODY")
log_verifies 'the new log verifies' "$NOW" "$NEW_KEY"
CASE=$OLD
note '次の年度へ' A056
yes 'a case that began last year goes on' log_is_full

# ---- and it does so once ----
yes 'again: killed' kill_child kashimaru-sequencer
some_events 1
yes 'again: nothing more is opened' log_is_full
same_query 'again: there are two logs' 2 'select count(*) from ledger.shard'
same 'again: one is closed' 1 "$(ctl audit head --json | jq '.closed | length')"
yes 'the doctor finds the ledger up to date' grep -q 'ok.*history without a leaf' <<<"$(ctl doctor)"
case_verifies 'a case in both logs' "$OLD" "$OLD_KEY,$NEW_KEY"
flow_end
