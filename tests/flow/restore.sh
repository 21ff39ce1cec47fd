#!/usr/bin/env bash
# The database is put back to yesterday, file by file, while the world has seen today's log. The signer refuses what contradicts it and says
# so, work goes on meanwhile, and another log is the way on: of all that the database knows nothing is without its place in one of the two.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$(dirname "${BASH_SOURCE[0]}")/lib_story.sh"
. "$(dirname "${BASH_SOURCE[0]}")/lib_log.sh"

flow_start
some_events 3
FIRST=$CASE
yes 'yesterday: all is in the log' log_is_full
OLD_KEY=$(log_key)
ORIGIN=$(ctl audit head --json | jq -r .origin)
YEAR=${ORIGIN##*/}
turn_held
some_events 1
WAITING=$CASE
same_query 'yesterday: some of the history is not leaf yet' t 'select count(*) > (select count(*) from ledger.entry) from audit.event'
installation_stop
as_owner cp -a "$KM_STATE/pg" "$KM_STATE/pg.yesterday"

installation_start
some_events 5
LOST=$CASE
yes 'today: all is in the log' log_is_full
yes 'today: and out in the world' published "$YEAR"
SIGNED=$(ctl audit head --json | jq .size)
installation_stop
out_there=$(as_owner cat "$KM_STATE/log-tree/$YEAR/checkpoint")
as_owner rm -rf "$KM_STATE/pg"
as_owner mv -T "$KM_STATE/pg.yesterday" "$KM_STATE/pg"

# ---- yesterday again ----
installation_start
some_events 1
yes 'restored: what happens becomes leaves' has_leaves
api GET "/cases/$LOST" as A056
expect 404 'restored: what happened since is not known'
yes 'restored: the signer refuses' logged head_refused
yes 'restored: and says why' as_owner grep -q 'the database was restored to an earlier time' "$KM_STATE/log/kashimaru.log"
same 'restored: it signs nothing' "$SIGNED" "$(ctl audit head --json | jq .size)"
yes 'restored: the doctor counts what waits' grep -q 'leaves without a head: [1-9][0-9]* 件' <<<"$(ctl doctor)"
same 'restored: what is out in the world stays as it is' "$out_there" "$(as_owner cat "$KM_STATE/log-tree/$YEAR/checkpoint")"
each_in_one_log restored

# ---- the way on ----
yes 'another log is opened' ctl audit reshard --origin-year "$YEAR-2" --reason 'restored from the copy of yesterday'
some_events 1
yes 'afterwards: all is signed' log_is_full
yes 'afterwards: the new log is published' published "$YEAR-2"
same 'afterwards: the old one stays as it was' "$out_there" "$(as_owner cat "$KM_STATE/log-tree/$YEAR/checkpoint")"
each_in_one_log afterwards
same_query 'afterwards: what waited went over' t "select count(*) > 0 and min(shard) = 2 from ledger.entry where case_id = '$WAITING'"
same_query 'afterwards: what was signed stayed' t "select count(*) > 0 and max(shard) = 1 from ledger.entry where case_id = '$FIRST'"
NEW_KEY=$(log_key_of "$ORIGIN-2")
log_verifies 'the old log verifies' "$YEAR" "$OLD_KEY"
log_verifies 'the new log verifies' "$YEAR-2" "$NEW_KEY"
case_verifies 'a case of yesterday' "$FIRST" "$OLD_KEY"
case_verifies 'one that waited' "$WAITING" "$NEW_KEY"
case_verifies 'one of today' "$CASE" "$NEW_KEY"
CASE=$FIRST
note '次の記録へ' A056
yes 'a case of yesterday goes on' log_is_full
case_verifies 'in both logs' "$FIRST" "$OLD_KEY,$NEW_KEY"

# ---- the last head of a log that is closed is published, be it later ----
as_owner rm -r "$KM_STATE/log-tree/$YEAR" "$KM_STATE/log-tree/$YEAR-2"
yes 'a third log is opened' ctl audit reshard --origin-year "$YEAR-3" --reason 'an exercise'
yes 'closed: its last head is published all the same' published "$YEAR-2"
log_verifies 'closed: it verifies' "$YEAR-2" "$NEW_KEY"
flow_end
