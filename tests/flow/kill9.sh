#!/usr/bin/env bash
# While clients hand cases on, processes are killed without warning, one after another and PostgreSQL among them. What was acknowledged
# is there afterwards, once; nothing waits; every case is held by exactly one agency.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

KILLS=${FLOW_KILLS:-210}
EVERY=17         # each so-manieth kill is PostgreSQL's: a server that lives ten seconds is started again without delay
CLIENTS=6
MOST_SECONDS=600 # for the killing; only a machine that hardly goes on takes so long
EACH=3           # kills of each program, at least
PROGRAMS=(relay keys intake referral meeting audit account gateway)

compiler=${KM_CC:-cc}
command -v "$compiler" >/dev/null || skip "$compiler がありません / there is no $compiler"

# running pattern: program and pid of what runs now
running()
{
    as_owner cat "$KM_STATE/run/supervisor.json" |
        jq -r --arg pattern "$1" '.children[] | select(.pid > 0 and (.program | test($pattern))) | "\(.program) \(.pid)"'
}

# kill_one pattern: adds its name to the list of the killed; a number that is somebody else's by now is left alone
kill_one()
{
    local program pid
    read -r program pid < <(running "$1" | shuf -n 1) || return 0
    if tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -q "$program" && kill -KILL "$pid" 2>/dev/null; then
        printf '%s\n' "$program" >>"$FLOW_DIR/killed"
    fi
}

killed()
{
    grep -c "${1:-.}" "$FLOW_DIR/killed"
}

kill_many()
{
    local end=$((SECONDS + MOST_SECONDS)) n=0 program
    : >"$FLOW_DIR/killed"
    while [ "$n" -lt "$KILLS" ] && [ "$SECONDS" -lt "$end" ]; do
        if [ $((n % EVERY)) = 7 ]; then kill_one postgres; else kill_one kashimaru-; fi
        n=$(killed)
        sleep "0.$((RANDOM % 40 + 15))"
    done
    for program in "${PROGRAMS[@]}"; do # whom chance spared
        while [ "$(killed "kashimaru-$program")" -lt "$EACH" ] && [ "$SECONDS" -lt "$end" ]; do
            kill_one "^kashimaru-$program\$"
            sleep "0.$((RANDOM % 40 + 15))"
        done
    done
}

# count name want query: over the acknowledged handoffs, table acked, and everything stored
count()
{
    printf "select '%s' || chr(9) || (%s) || chr(9) || (%s);\n" "$1" "$2" "$3"
}

# claims: each line compares what must be with what is
claims()
{
    local n='select count(*) from acked' receptions='select count(*) from intake.reception'
    printf 'create temp table acked (case_id uuid, ref_id uuid);\ncopy acked from stdin;\n'
    cat "$FLOW_DIR"/load/acked.*
    printf '\\.\n'
    count 'acknowledged: every case and every referral once' "$n" \
        'select least(count(distinct case_id), count(distinct ref_id)) from acked'
    count 'acknowledged: the referral is there, accepted' "$n" \
        "select count(*) from acked a join referral.referral r using (ref_id, case_id) where r.state = 'accepted' and r.receiver = 'A062'"
    count 'acknowledged: it is the only one of its case' "$n" 'select count(*) from acked a join referral.referral r using (case_id)'
    count 'acknowledged: the baton moved once' "$n" \
        "select count(*) from acked a join referral.baton b using (case_id) where b.lead = 'A062' and b.version = 2"
    count 'acknowledged: and the history says so once' "$n" \
        "select count(*) from acked a join audit.event e on e.case_id = a.case_id and e.happened = 'baton_moved' where e.about = a.ref_id"
    count 'acknowledged: the receiver may read it' "$n" "select count(*) from acked a join intake.access x
        on x.case_id = a.case_id and x.agency = 'A062' and x.level = 'member' and x.until is null"
    count 'every case is known to both services' "$receptions" 'select count(*) from intake.reception join referral.case_file using (case_id)'
    count 'none is known to only one' "$receptions" 'select count(*) from referral.case_file'
    count 'every case has exactly one lead' "$receptions" 'select count(*) from (select case_id from referral.member where is_lead
        and until is null group by case_id having count(*) = 1) one'
    count 'and it is the one the baton names' "$receptions" 'select count(*) from referral.baton b join referral.member m
        on m.case_id = b.case_id and m.agency = b.lead and m.is_lead and m.until is null'
    count 'opened once each, as the history has it' "$receptions" "select count(*) from audit.event where happened = 'case_opened'"
    count 'batons moved as often as they were accepted' "select count(*) from referral.referral where state = 'accepted'" \
        "select count(*) from audit.event where happened = 'baton_moved'"
    count 'nothing waits in any outbox' 0 'select (select count(*) from intake.outbox) + (select count(*) from referral.outbox)
        + (select count(*) from meeting.outbox) + (select count(*) from audit.outbox)'
}

check_claims()
{
    local name want got
    while IFS=$'\t' read -r name want got; do
        same "$name" "$want" "$got"
    done < <(claims | as_owner "$(pg_bin "$KM_STATE/pg")/psql" -X -A -t -q -v ON_ERROR_STOP=1 -h "$KM_SOCKETS" -U km_admin -d kashimaru 2>&1)
}

# check_readable: what was told is still there, under its key
check_readable()
{
    local case_id n=0 whole=0
    for case_id in $(cat "$FLOW_DIR"/load/acked.* | cut -f 1 | shuf -n 20); do
        n=$((n + 1))
        await 200 GET "/cases/$case_id" as A062
        [ "$(get .sealed.name)" != '架空 太郎' ] || whole=$((whole + 1))
    done
    same 'what was told can be opened by the new lead' "$n" "$whole"
}

"$compiler" -std=gnu17 -D_GNU_SOURCE -O2 -o "${TMPDIR:-/tmp}/kmload.$$" "$FLOW_ROOT/tests/flow/load.c" || exit 1
FLOW_SETTINGS=(workers.{keys,intake,referral,meeting,audit,account}' = 4' 'restart.most = 10000' 'log.level = 2')
flow_start
mv "${TMPDIR:-/tmp}/kmload.$$" "$FLOW_DIR/load.bin"
mkdir "$FLOW_DIR/load"
supervisor=$(supervisor_pid)
same 'PostgreSQL syncs' on "$(sql 'show fsync')"
"$FLOW_DIR/load.bin" "$KM_STATE/run/gateway.port" "$FLOW_DIR/load" "$CLIENTS" "$(token_of A056 worker)" A062 "$(token_of A062 worker)" &
load=$!
kill_many
printf 'killed: %s\n' "$(sort "$FLOW_DIR/killed" | uniq -c | tr -s ' \n' ' ')"
touch "$FLOW_DIR/load/stop"
yes 'the clients end by themselves' wait "$load"
same 'no client got an answer that should not be' '' "$(cat "$FLOW_DIR"/load/wrong.*)"
printf 'handed on: %s, begun and asked again: %s\n' "$(cat "$FLOW_DIR"/load/acked.* | wc -l)" \
    "$(awk '{ b += $1; r += $2 } END { print b, r }' "$FLOW_DIR"/load/count.*)"

yes "at least $KILLS kills" test "$(killed)" -ge "$KILLS"
yes 'at least 10 of them PostgreSQL' test "$(killed postgres)" -ge 10
for program in "${PROGRAMS[@]}"; do
    yes "kashimaru-$program was among them" test "$(killed "kashimaru-$program")" -ge "$EACH"
done
yes 'and yet cases were handed on' test "$(cat "$FLOW_DIR"/load/acked.* | wc -l)" -ge 50
same 'the supervisor is the same' "$supervisor" "$(supervisor_pid)"
yes 'everything comes up again by itself' ready_wait "$FLOW_READY_SECONDS" "$supervisor"
FLOW_URL=$(gateway_url)/api/v1
yes 'every queue drains' drain_within 240
same 'no message is parked' '' "$(ctl queue parked --json | jq -c '.answer.messages[]? | {type, to, status, why}')"
check_claims
check_readable
flow_end
