#!/usr/bin/env bash
# Everything that happens becomes one leaf of the public log, in order and once: heads signed, tiles on disk. While cases go on, the
# sequencer is killed again and again without warning; afterwards every event has its one leaf.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$(dirname "${BASH_SOURCE[0]}")/lib_story.sh"
. "$(dirname "${BASH_SOURCE[0]}")/lib_log.sh"

KILLS=${FLOW_KILLS:-55}
MOST_SECONDS=500

# log_caught_up [seconds]: every event has its leaf, the newest head is of all of them, and it is published; nothing more is on its way
# shellcheck disable=SC2317 # called by yes
log_caught_up()
{
    log_is_full "$@" && published "${TREE##*/}"
}

check_log()
{
    same_query "$1: every event has one leaf" t "select count(*) = (select count(*) from ledger.entry) from audit.event"
    same_query "$1: none has two" 0 'select count(*) from (select event_id from ledger.entry group by 1 having count(*) > 1) x'
    same_query "$1: leaves are numbered without a gap" t "select count(*) = max(idx) + 1 and count(distinct idx) = count(*) from ledger.entry"
    same_query "$1: events are numbered without a gap in every case" 0 'select count(*) from (select case_id from ledger.entry group by 1
        having count(*) <> max(seq) + 1 or count(distinct seq) <> count(*)) x'
    same_query "$1: each case has as many as its history" 0 'select count(*) from (select case_id, count(*) from audit.event group by 1
        except select case_id, count(*) from ledger.entry group by 1) x'
    same_query "$1: in the order in which they were committed" 0 'select count(*) from (select e.idx, row_number() over (order by a.tx, a.id) - 1 as n, e.case_id, a.case_id as other
        from ledger.entry e join (select row_number() over (order by tx, id) - 1 as k, * from audit.event) a on a.k = e.idx) x where case_id <> other'
    same_query "$1: the frontier is the end" t 'select size = (select count(*) from ledger.entry) from ledger.frontier'
    same_query "$1: chains go on from there" 0 'select count(*) from (select case_id, max(seq) + 1 from ledger.entry group by 1
        except select case_id, next_seq from ledger.chain) x'
}

# check_tiles name: the bundles of entries hold the leaves of the database, and the tiles their hashes
check_tiles()
{
    local n size
    size=$(as_owner sed -n 2p "$TREE/checkpoint")
    same "$1: the checkpoint is the newest head" "$(sql 'select note from ledger.head order by size desc limit 1')" "$(as_owner cat "$TREE/checkpoint")"
    n=$(as_owner find "$TREE/tile" -type f | awk -v size="$size" -v tree="$TREE/tile" '
        { p = substr($0, length(tree) + 2); split(p, part, "/"); if (part[1] != "entries" && part[1] != "0") next
          gsub(/x/, ""); w = 256; if (match(p, /\.p\/[0-9]+$/)) w = substr(p, RSTART + 3)
          sub(/\.p\/.*$/, "", p); sub(/^[^\/]*\//, "", p); gsub(/[x\/]/, "", p); end = p * 256 + w; if (end > most[part[1]]) most[part[1]] = end }
        END { print most["entries"] == size && most["0"] == size }')
    same "$1: bundles and tiles reach as far" 1 "$n"
    same "$1: the bundles hold the leaves" "$(sql "select encode(sha256(string_agg('\\x0028'::bytea || leaf, ''::bytea order by idx)), 'hex') from ledger.entry")" \
        "$(bundles "$size" | sha256sum | cut -d ' ' -f 1)"
    same "$1: the tiles hold their hashes" "$(sql "select encode(sha256(string_agg(sha256('\\x00'::bytea || leaf), ''::bytea order by idx)), 'hex') from ledger.entry")" \
        "$(tiles "$size" 0 | sha256sum | cut -d ' ' -f 1)"
}

# tiles size level: all tiles of a level, one after the other; bundles size: of the entries
tiles()
{
    local i path
    for ((i = 0; i < $1 / 256; i++)); do
        path=$(printf '%s/tile/%s/%03d' "$TREE" "$2" "$i")
        as_owner cat "$path"
    done
    [ $(($1 % 256)) = 0 ] || as_owner cat "$(printf '%s/tile/%s/%03d.p/%d' "$TREE" "$2" $(($1 / 256)) $(($1 % 256)))"
}

bundles()
{
    tiles "$1" entries
}

# kill_supervised: the one the supervisor started; it starts another, but not at once when that happens often
kill_supervised()
{
    local pid
    pid=$(child kashimaru-sequencer)
    if [ -n "$pid" ] && is_program "$pid" kashimaru-sequencer && kill -KILL "$pid" 2>/dev/null; then
        killed=$((killed + 1))
    fi
}

# kill_another: one in its place, at no particular moment of its life
kill_another()
{
    another || return
    sleep "0.$((RANDOM % 40 + 10))"
    if is_program "$VICTIM" kashimaru-sequencer && kill -KILL "$VICTIM" 2>/dev/null; then
        killed=$((killed + 1))
    fi
}

# go_on: cases are opened and handed on until told to stop
go_on()
{
    while [ ! -e "$FLOW_DIR/enough" ]; do
        open_case "$HOUSEHOLD" A056
        note '記録' A056
        draft "$CASE" transfer A059 narrative true as A056
        act accept as A059
    done
}

FLOW_SETTINGS=('restart.most = 10000' 'log.origin = example.test/kashimaru/handoff')
flow_start
TREE=$KM_STATE/log-tree/$(TZ=Asia/Tokyo date -d '3 months ago' +%Y)

# ---- a story ----
story_candidates A056
story_disclosed
story_accept
story_declines
story_withdraw
story_close
yes 'the log catches up' log_caught_up
check_log story
check_tiles story
same_query 'story: its kinds are there' 't' "select array[1, 2, 3, 4, 6, 7, 13, 15, 16, 17, 18] <@ array_agg(distinct type::int) from ledger.entry"
same_query 'story: what nobody did the city signs' 0 "select count(*) from ledger.entry e where agency = 'A000' and not exists
    (select from audit.event a where a.case_id = e.case_id and a.agency is null)"
same_query 'story: nothing in plain' 0 "select count(*) from ledger.entry where sealed like '%referral%' or sealed not like 'KMR1%'"
same 'story: the name of the log' "example.test/kashimaru/handoff/${TREE##*/}" "$(as_owner head -n 1 "$TREE/checkpoint")"

# ---- what may not be written may be looked like ----
sql "insert into audit.event (case_id, at, happened, agency, trace) values ('$CASE', now(), 'note_added', 'A056', '123456789018')"
yes 'like: an id that looks like an individual number holds nothing up' log_caught_up

# ---- killed ----
killed=0
go_on >/dev/null &
worker=$!
end=$((SECONDS + MOST_SECONDS))
while [ "$killed" -lt "$KILLS" ] && [ "$SECONDS" -lt "$end" ]; do
    kill_supervised
    kill_another
done 2>/dev/null
touch "$FLOW_DIR/enough"
wait "$worker"
yes "killed $killed times" test "$killed" -ge "$KILLS"
yes 'killed: the log catches up' log_caught_up 240
printf 'leaves: %s, heads: %s\n' "$(sql 'select count(*) from ledger.entry')" "$(sql 'select count(*) from ledger.head')"
check_log killed
check_tiles killed

# ---- the files are lost: they come back the same ----
before=$(as_owner sha256sum "$TREE/checkpoint" | cut -d ' ' -f 1)
as_owner rm -rf "$TREE"
yes 'lost: who writes them is killed' kill_child kashimaru-sequencer
yes 'lost: the files come back' published "${TREE##*/}"
check_tiles lost
same 'lost: the same checkpoint' "$before" "$(as_owner sha256sum "$TREE/checkpoint" | cut -d ' ' -f 1)"
flow_end
