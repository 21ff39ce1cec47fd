#!/usr/bin/env bash
# While clients hand cases on, the sequencer is killed hundreds of times, most often in the middle of its work: while events are being
# signed, after a commit before its head, after a head before its files. PostgreSQL is killed with all its sessions meanwhile, and the
# signer, keys and audit. Whoever watched the published log all that time saw one log: each head is the beginning of every later one; and in
# the end every event is one leaf, and all that was acknowledged is there.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=tests/flow/lib_log.sh
. "$FLOW_ROOT/tests/flow/lib_log.sh"

KILLS=${FLOW_KILLS:-250}
POSTGRES_KILLS=${FLOW_POSTGRES_KILLS:-10}
OTHER_KILLS=5     # of signer, keys and audit each
EVERY=4           # seconds; each kind is killed each fourth time: what lives ten seconds is started again without delay
CLIENTS=4
HEADS=100         # that are to be seen published, at least
HEADS_BETWEEN=3   # that may be signed in peace before each fifth kill
CLAIMS=14         # that are made of the database in the end
IN_THE_MIDDLE=5   # kills in each of the moments that are aimed at
MOST_SECONDS=${FLOW_MOST_SECONDS:-1200}

compiler=${KM_CC:-cc}
command -v "$compiler" >/dev/null || skip "$compiler がありません / there is no $compiler"

# faults_stop: whatever happened before, what this test started ends with it
# shellcheck disable=SC2317 # called by a trap
faults_stop()
{
    local pid
    trap '' TERM INT HUP PIPE
    touch "$FLOW_DIR/calm" "$FLOW_DIR/enough"
    for pid in ${load:+"$load"} ${killer:+"$killer"} ${collector:+"$collector"}; do
        pkill -KILL -P "$pid"
        kill -KILL "$pid"
    done 2>/dev/null
    [ -z "${VICTIM:-}" ] || ! is_program "$VICTIM" kashimaru-sequencer || kill -KILL "$VICTIM" 2>/dev/null
    flow_stop
}

# ---- who watches ----------------------------------------------------------------

# collect: each checkpoint that is published, as long as it is told to, under the number of its turn
collect()
{
    local n=0 was='' now
    while [ -d "$FLOW_DIR" ] && [ ! -e "$FLOW_DIR/enough" ]; do
        now=$(as_is "$TREE/checkpoint" 2>/dev/null)
        if [ -n "$now" ] && [ "$now" != "$was" ]; then
            was=$now
            printf '%s\n' "$now" >"$(printf '%s/heads/%06d' "$FLOW_DIR" "$n")"
            n=$((n + 1))
        fi
        sleep 0.02
    done
}

# as_is file: all of its lines, without another process
as_is()
{
    local lines
    mapfile lines <"$1" && printf '%s' "${lines[@]}"
}

# size_published: of the checkpoint
size_published()
{
    local lines
    mapfile -t lines <"$TREE/checkpoint" 2>/dev/null
    printf '%s' "${lines[1]:-0}"
}

# ---- questions to the database, over a connection that stays ---------------------

# asked statement: SAID is its one value; false when there was none, because the server was killed for example
asked()
{
    SAID=''
    if [ -z "${ASKING_PID:-}" ]; then
        coproc ASKING { as_owner "$(pg_bin "$KM_STATE/pg")/psql" -X -A -t -q -v ON_ERROR_STOP=1 -h "$KM_SOCKETS" -U km_admin \
            -d kashimaru 2>/dev/null; }
    fi
    { printf '%s;\n' "$1" >&"${ASKING[1]}"; } 2>/dev/null && IFS= read -r -t 10 SAID <&"${ASKING[0]}"
} 2>/dev/null

# soon condition [seconds]: waits until it holds, but not long; `was` is the size of the newest head, `size` what is committed, `heads` how
# many heads there are
soon()
{
    asked "do \$\$
        declare
            was   bigint := coalesce((select max(h.size) from ledger.head h), 0);
            heads bigint := (select count(*) from ledger.head);
            size  bigint := (select sum(f.size) from ledger.frontier f);
        begin
            loop
                perform pg_stat_clear_snapshot();
                exit when $1 or clock_timestamp() > now() + interval '${2:-0.7} s';
                perform pg_sleep(0.0005);
            end loop;
        end
        \$\$; select 1"
}

# ---- who kills -------------------------------------------------------------------

# running pattern: program and pid of what the supervisor runs now
running()
{
    as_owner cat "$KM_STATE/run/supervisor.json" |
        jq -r --arg pattern "$1" '.children[] | select(.pid > 0 and (.program | test($pattern))) | "\(.program) \(.pid)"'
}

# aim: waits for the next moment to kill in, one kind after the other; the first kind lets it work for a while
aim()
{
    case $((killed % 5)) in
    0) soon "(select count(*) from ledger.head) >= heads + $HEADS_BETWEEN" 4 && sleep "0.$((RANDOM % 40 + 10))" ;;
    1 | 2) soon "exists (select from pg_stat_activity a where a.usename = 'km_sequencer' and a.state = 'idle in transaction')" ;;
    3) soon '(select sum(f.size) from ledger.frontier f) > size'; [ $((RANDOM % 3)) != 0 ] || sleep "0.00$((RANDOM % 6))" ;;
    4) soon '(select max(h.size) from ledger.head h) > was' ;;
    esac
}

# tell_moment: into MOMENT, where the one that was just killed stopped
tell_moment()
{
    local aimed=$1
    MOMENT=elsewhere
    asked 'select f.size, coalesce(max(h.size), 0) from ledger.frontier f left join ledger.head h using (shard) group by f.shard' || return
    if [ "${SAID%|*}" -gt "${SAID#*|}" ]; then
        MOMENT='between commit and head'
    elif [ "${SAID#*|}" -gt "$(size_published)" ]; then
        MOMENT='between head and files'
    elif [ "$aimed" = 1 ] || [ "$aimed" = 2 ]; then
        MOMENT='in a transaction'
    fi
}

# kill_sequencer: the one that works; adds the moment to the list of the killed
kill_sequencer()
{
    local program aimed
    read -r program VICTIM < <(running kashimaru-sequencer)
    [ -n "$VICTIM" ] && is_program "$VICTIM" "$program" || another || return
    aimed=$((killed % 5))
    aim
    is_program "$VICTIM" kashimaru-sequencer && kill -KILL "$VICTIM" || return
    killed=$((killed + 1))
    tell_moment "$aimed"
    printf '%s\n' "$MOMENT" >>"$FLOW_DIR/killed.sequencer"
}

# kill_postgres: the server and all its sessions at once, as a machine would that loses its power
kill_postgres()
{
    local program pid sessions
    read -r program pid < <(running postgres)
    [ -n "$pid" ] && is_program "$pid" postgres || return
    sessions=$(pgrep -P "$pid")
    kill -KILL "$pid" && printf '%s\n' "$program" >>"$FLOW_DIR/killed.others"
    # shellcheck disable=SC2086
    kill -KILL $sessions
}

kill_other()
{
    local program pid
    read -r program pid < <(running "^kashimaru-$1\$")
    [ -n "$pid" ] && is_program "$pid" "$program" && kill -KILL "$pid" && printf '%s\n' "$program" >>"$FLOW_DIR/killed.others"
}

others_killed()
{
    grep -c "$1" "$FLOW_DIR/killed.others"
}

# kill_others: one kind after the other, until there were enough
kill_others()
{
    local program
    while [ -d "$FLOW_DIR" ] && [ ! -e "$FLOW_DIR/calm" ] && [ "$(others_killed postgres)" -lt "$POSTGRES_KILLS" ]; do
        for program in signer keys audit; do
            kill_other "$program"
            sleep "$EVERY.$((RANDOM % 50 + 10))"
        done
        kill_postgres
        sleep 1
    done
}

kill_many()
{
    local end=$((SECONDS + MOST_SECONDS))
    killed=0
    : >"$FLOW_DIR/killed.sequencer"
    : >"$FLOW_DIR/killed.others"
    trap : PIPE # whoever is asked may have been killed
    kill_others 2>/dev/null &
    killer=$!
    while [ "$killed" -lt "$KILLS" ] || [ "$(others_killed postgres)" -lt "$POSTGRES_KILLS" ]; do
        [ "$SECONDS" -lt "$end" ] || break
        kill_sequencer
    done 2>/dev/null
    touch "$FLOW_DIR/calm"
    wait "$killer"
    trap 'exit 1' PIPE
}

# ---- what must be --------------------------------------------------------------------

# all_seen: the newest head is published, and whoever watches has seen it
# shellcheck disable=SC2317 # called by yes
all_seen()
{
    local end=$((SECONDS + FLOW_AWAIT_SECONDS))
    until [ "$(size_published)" = "$(sql 'select max(size) from ledger.head')" ] &&
        cmp -s "$(find "$FLOW_DIR/heads" -type f | sort | tail -n 1)" "$TREE/checkpoint"; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.2
    done
}

# count name want query: over the acknowledged handoffs (acked), the ids of events that there must be (wanted) and what is stored
count()
{
    printf "select '%s' || chr(9) || (%s) || chr(9) || (%s);\n" "$1" "$2" "$3"
}

claims()
{
    local n='select count(*) from acked' rows='select count(*) from audit.event'
    printf 'create temp table acked (case_id uuid, ref_id uuid);\ncopy acked from stdin;\n'
    cat "$FLOW_DIR"/load/acked.*
    printf '\\.\ncreate temp table wanted (row bigint primary key, event_id uuid not null unique);\ncopy wanted from stdin;\n'
    sql 'select id from audit.event' | "$FLOW_DIR/event_ids"
    printf '\\.\n'
    count 'every event has its id' "$rows" 'select count(*) from audit.event e join wanted w on w.row = e.id'
    count 'and is one leaf' "$rows" 'select count(*) from wanted join ledger.entry using (event_id)'
    count 'of its own case' "$rows" 'select count(*) from audit.event e join wanted w on w.row = e.id join ledger.entry l
        on l.event_id = w.event_id and l.case_id = e.case_id'
    count 'no event is without leaf' 0 'select count(*) from wanted left join ledger.entry l using (event_id) where l.event_id is null'
    count 'no leaf is without event' 0 'select count(*) from ledger.entry left join wanted w using (event_id) where w.row is null'
    count 'no event is two leaves' 0 'select count(*) - count(distinct event_id) from ledger.entry'
    count 'leaves are numbered without a gap' true 'select min(idx) = 0 and count(*) = max(idx) + 1 and count(distinct idx) = count(*) from ledger.entry'
    count 'the log ends where they end' "$rows" 'select size from ledger.frontier'
    count 'every case is numbered without a gap' 0 'select count(*) from (select from ledger.entry group by case_id
        having min(seq) <> 0 or count(*) <> max(seq) + 1 or count(distinct seq) <> count(*)) x'
    count 'they stand in the order of commits' 0 'select count(*) from (select row_number() over (order by tx, id) - 1 as n, id from audit.event) e
        join wanted w on w.row = e.id join ledger.entry l using (event_id) where l.idx <> e.n'
    count 'acknowledged: each case and each referral once' "$n" 'select least(count(distinct case_id), count(distinct ref_id)) from acked'
    count 'acknowledged: it was handed on' "$n" "select count(*) from acked a join referral.referral r using (ref_id, case_id)
        join referral.baton b using (case_id) where r.state = 'accepted' and b.lead = 'A062' and b.version = 2"
    count 'acknowledged: it is in the log, opened, offered and accepted once' "$n" 'select count(*) from (select from acked
        join ledger.entry l using (case_id) where l.type in (15, 1, 3) group by case_id having count(*) = 3 and count(distinct l.type) = 3) x'
    count 'nothing waits in any outbox' 0 'select (select count(*) from intake.outbox) + (select count(*) from referral.outbox)
        + (select count(*) from meeting.outbox) + (select count(*) from audit.outbox)'
}

check_claims()
{
    local name want got n=0
    while IFS=$'\t' read -r name want got; do
        [ -n "$want" ] || got="no answer: $name"
        same "$name" "$want" "$got"
        n=$((n + 1))
    done < <(claims | as_owner "$(pg_bin "$KM_STATE/pg")/psql" -X -A -t -q -v ON_ERROR_STOP=1 -h "$KM_SOCKETS" -U km_admin -d kashimaru 2>&1)
    same 'all of that was asked' "$CLAIMS" "$n"
}

# verify word…: offline, with nothing but files and the key
verify()
{
    env -i HOME=/nonexistent "$KM_BUILD_DIR/kashimaru" verify "$@" --key "$VKEY"
}

# follows old new: one head is the beginning of the other
follows()
{
    verify heads "$1" "$2" "$FLOW_DIR/tree" >>"$FLOW_DIR/heads.out" 2>&1 || printf '%s %s: %s\n' "${1##*/}" "${2##*/}" "$(tail -n 1 "$FLOW_DIR/heads.out")"
}

# check_heads: each that was published follows from the one before it and leads to the last, and the signer's answer to it was kept
check_heads()
{
    local head was='' wrong='' last size most=-1
    as_owner tar -C "$TREE" -cf - . | tar -C "$FLOW_DIR/tree" -xf -
    last=$FLOW_DIR/tree/checkpoint
    VKEY=$(log_key)
    for head in "$FLOW_DIR"/heads/*; do
        size=$(sed -n 2p "$head")
        [ "$size" -gt "$most" ] || wrong+="${head##*/} is of $size, not more than $most; "
        most=$size
        [ -z "$was" ] || wrong+=$(follows "$was" "$head")
        wrong+=$(follows "$head" "$last")
        was=$head
    done
    same 'every head follows from the one before it and leads to the last' '' "$wrong"
    same 'the last one that was seen is the newest' "$(cat "$last")" "$(cat "$was")"
    same 'each is the one that was signed' "$(find "$FLOW_DIR/heads" -type f | wc -l)" "$(heads_kept)"
    yes 'the log verifies, every tile of it' verify log "$FLOW_DIR/tree"
    same 'it is of all leaves' "$(sql 'select count(*) from ledger.entry')" "$(sed -n 2p "$last")"
}

# heads_kept: how many of those seen stand in the database, byte by byte
heads_kept()
{
    sql 'select md5(note) from ledger.head' | sort >"$FLOW_DIR/kept"
    md5sum "$FLOW_DIR"/heads/* | cut -d ' ' -f 1 | sort | comm -12 - "$FLOW_DIR/kept" | wc -l
}

# ---- begin -----------------------------------------------------------------------------

"$compiler" -std=gnu17 -D_GNU_SOURCE -O2 -o "${TMPDIR:-/tmp}/kmload.$$" "$FLOW_ROOT/tests/flow/load.c" || exit 1
FLOW_SETTINGS=('restart.most = 10000' 'log.level = 2' 'log.origin = example.test/kashimaru/handoff')
flow_start
mv "${TMPDIR:-/tmp}/kmload.$$" "$FLOW_DIR/load.bin"
cp "$KM_BUILD_DIR/tests/flow_event_ids" "$FLOW_DIR/event_ids"
mkdir "$FLOW_DIR/load" "$FLOW_DIR/heads" "$FLOW_DIR/tree"
TREE=$KM_STATE/log-tree/$(TZ=Asia/Tokyo date -d '3 months ago' +%Y)
same 'PostgreSQL syncs' on "$(sql 'show fsync')"
trap faults_stop EXIT
collect &
collector=$!
"$FLOW_DIR/load.bin" "$KM_STATE/run/gateway.port" "$FLOW_DIR/load" "$CLIENTS" "$(token_of A056 worker)" A062 "$(token_of A062 worker)" &
load=$!
begun=$SECONDS
kill_many
printf 'killed in %d s: the sequencer %d times; %s\n' "$((SECONDS - begun))" "$killed" "$(sort "$FLOW_DIR/killed.others" | uniq -c | tr -s ' \n' ' ')"
printf 'the sequencer: %s\n' "$(sort "$FLOW_DIR/killed.sequencer" | uniq -c | tr -s ' \n' ' ')"
touch "$FLOW_DIR/load/stop"
yes 'the clients end by themselves' wait "$load"
same 'no client got an answer that should not be' '' "$(cat "$FLOW_DIR"/load/wrong.*)"

yes "the sequencer was killed at least $KILLS times" test "$killed" -ge "$KILLS"
yes "PostgreSQL at least $POSTGRES_KILLS times" test "$(others_killed postgres)" -ge "$POSTGRES_KILLS"
for program in signer keys audit; do
    yes "kashimaru-$program at least $OTHER_KILLS times" test "$(others_killed "kashimaru-$program")" -ge "$OTHER_KILLS"
done
for moment in 'in a transaction' 'between commit and head' 'between head and files'; do
    yes "the sequencer was killed $moment" test "$(grep -c "^$moment\$" "$FLOW_DIR/killed.sequencer")" -ge "$IN_THE_MIDDLE"
done

# ---- afterwards -------------------------------------------------------------------------
yes 'everything comes up again by itself' ready_wait "$FLOW_READY_SECONDS" "$(supervisor_pid)"
FLOW_URL=$(gateway_url)/api/v1
yes 'every queue drains' drain
yes 'the log catches up' log_is_full 240
yes 'its newest head is seen' all_seen
touch "$FLOW_DIR/enough"
wait "$collector"
printf 'handed on: %s, leaves: %s, heads signed: %s, seen published: %s\n' "$(cat "$FLOW_DIR"/load/acked.* | wc -l)" \
    "$(sql 'select count(*) from ledger.entry')" "$(sql 'select count(*) from ledger.head')" "$(find "$FLOW_DIR/heads" -type f | wc -l)"
yes "at least $HEADS heads were seen" test "$(find "$FLOW_DIR/heads" -type f | wc -l)" -ge "$HEADS"
yes 'and cases were handed on all the time' test "$(cat "$FLOW_DIR"/load/acked.* | wc -l)" -ge 100
same 'the signer stands ready' ready "$(ctl audit head --json | jq -r .state)"
same 'it never refused a head' 0 "$(as_owner grep -c head_refused "$KM_STATE/log/kashimaru.log")"
check_claims
check_heads
flow_end
