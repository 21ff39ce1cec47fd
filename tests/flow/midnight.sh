#!/usr/bin/env bash
# 31 March ends in Tokyo while everything runs: nobody is told and nothing is restarted, and the log of the new fiscal year begins at midnight
# there, not before and not when the day ends elsewhere. All programs and the database see a moved clock; it is moved twice, to half an hour
# before midnight and to shortly before it, and goes on by itself.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$(dirname "${BASH_SOURCE[0]}")/lib_story.sh"
. "$(dirname "${BASH_SOURCE[0]}")/lib_log.sh"

LOG=example.test/kashimaru/handoff
FLOW_SETTINGS=("log.origin = $LOG")
NOW=$(TZ=Asia/Tokyo date -d '9 months 2 days' +%Y) # the year of the next 1 April that is at least a day away
WAS=$((NOW - 1))
MIDNIGHT=$(TZ=Asia/Tokyo date -d "$NOW-04-01" +%s)
CLOCK=''

# as_owner of the library; with the clock, once there is one
eval "plain_$(declare -f as_owner)"
as_owner()
{
    plain_as_owner ${CLOCK:+env "LD_PRELOAD=$CLOCK" "KM_TEST_CLOCK=$FLOW_DIR/clock"} "$@"
}

# clock_to SECONDS: so long before midnight
clock_to()
{
    echo $((MIDNIGHT - $1 - $(date +%s))) >"$FLOW_DIR/clock.new"
    mv "$FLOW_DIR/clock.new" "$FLOW_DIR/clock"
}

# shellcheck disable=SC2317 # called by the library
flow_before()
{
    "$COMPILER" -std=gnu17 -D_GNU_SOURCE -O2 -shared -fPIC -o "$FLOW_DIR/clock.so" "$FLOW_ROOT/tests/flow/clock.c" || exit 1
    chmod 0755 "$FLOW_DIR/clock.so"
    clock_to 1800
    CLOCK=$FLOW_DIR/clock.so
}

COMPILER=$(command -v gcc || command -v cc) || skip 'C コンパイラがありません / there is no C compiler'
flow_start
same_query 'half an hour before midnight: the database says so' "$WAS" "select extract(year from now() at time zone 'Asia/Tokyo' - interval '3 months')"
some_events 3
OLD=$CASE
yes 'the old log goes on' log_is_full
OLD_KEY=$(log_key_of "$LOG/$WAS")
yes 'and is published' published "$WAS"
same_query 'there is no other' 1 'select count(*) from ledger.shard'
RUNNING=$(pids)

clock_to 15
rm -f "$FLOW_DIR"/token-* # a session nobody used for so long has ended
note '日付が変わるころ' A056
yes 'after midnight the log of the new year is open' head_becomes ".origin == \"$LOG/$NOW\"" 180
same 'by the clock, and the old one is closed' "clock $LOG/$WAS" "$(jq -r '.closed[0] | .by + " " + .origin' <<<"$BODY")"
yes 'the database goes on in it' log_is_full
same_query 'it began when it was midnight in Tokyo' t \
    "select opened_at >= to_timestamp($MIDNIGHT) and opened_at < to_timestamp($MIDNIGHT + 3600) from ledger.shard where origin = '$LOG/$NOW'"
some_events 2
CASE=$OLD
note '新しい年度に' A056
expect 201 'a case of last year goes on'
yes 'what happens now is signed in the new log' log_is_full
same_query 'which has leaves' 2 'select count(distinct shard) from ledger.entry'
each_in_one_log 'the years'
same 'nobody was restarted for it' "$RUNNING" "$(pids)"
NEW_KEY=$(log_key_of "$LOG/$NOW")
yes 'the old log is published' published "$WAS"
yes 'and so is the new one' published "$NOW"
log_verifies 'the old log verifies' "$WAS" "$OLD_KEY"
log_verifies 'the new log verifies' "$NOW" "$NEW_KEY"
case_verifies 'a case in both logs' "$OLD" "$OLD_KEY,$NEW_KEY"
flow_end
