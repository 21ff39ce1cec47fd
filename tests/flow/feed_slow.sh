#!/usr/bin/env bash
# Who listens to hints and takes none of them is cut, and nothing is kept for them: whoever listens beside them goes on hearing, the gateway does
# not grow, and the places are free again. Back, they are told that they missed something, and ask anew.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=tests/flow/lib_feed.sh
. "$FLOW_ROOT/tests/flow/lib_feed.sh"

DEAF=4 # of each of two sessions: as many as one may have
ALL=$((2 * DEAF))
GROWTH_KB=4096 # far less than would lie there if what they do not take were kept for them
CUT_SECONDS=400

# hear NAME ROLE [LAST]: listens from now on, into a file of that name
# shellcheck disable=SC2317 # called by yes
hear()
{
    local code
    listen "$1" "$(token_of A056 "$2")" "${3:-}"
    code=$?
    EAR+=("$EAR_PID")
    return "$code"
}

# much: what concerns A056, as if a service had told it, a little less a second than one hint can say
# shellcheck disable=SC2016 # the dollars are PostgreSQL's
much()
{
    sql 'do $$ begin for i in 1 .. 8000 loop
        insert into audit.event (case_id, about, at, happened, agency)
            select gen_random_uuid(), gen_random_uuid(), now(), $w$visit$w$, $w$A056$w$ from generate_series(1, 9);
        commit;
        perform pg_sleep(0.25);
    end loop; end $$'
}

# once CASE: one such thing
once()
{
    sql "insert into audit.event (case_id, at, happened, agency) values ('$1', now(), 'note_added', 'A056')"
}

# cuts: how many connections the gateway has ended so far because nothing went on
cuts()
{
    as_owner cat "$KM_STATE/log/kashimaru.log" | jq -R 'fromjson? | select(.event == "connections_cut") | .count' | jq -s 'add // 0'
}

# memory_kb: the gateway's
memory_kb()
{
    sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$GATEWAY/status"
}

# told: how many hints the one who listens was told
told()
{
    grep -c '^event:' "$FLOW_DIR/feed-ear"
}

command -v python3 >/dev/null || skip 'python3 がありません / there is no python3'
EAR=()
flow_start
GATEWAY=$(pids | sed -n 's/^kashimaru-gateway 0 //p')
PORT=$(gateway_url)
PORT=${PORT##*:}
yes 'somebody listens' hear ear team_lead
BEFORE=$(cuts)
for role in worker coordinator; do
    python3 "$FLOW_ROOT/tests/flow/deaf.py" "$PORT" "$(token_of A056 "$role")" "$DEAF" "$FLOW_DIR/deaf-$role" &
    EAR+=($!)
done
much >/dev/null 2>&1 &
MUCH=$!
EAR+=("$MUCH")
end=$((SECONDS + CUT_SECONDS))
until [ "$(told)" -ge 5 ] || [ "$SECONDS" -ge "$end" ]; do sleep 0.2; done
KB=$(memory_kb)

# ---- they are cut ---------------------------------------------------------------

end=$((SECONDS + CUT_SECONDS))
until [ "$(($(cuts) - BEFORE))" -ge "$ALL" ] || [ "$SECONDS" -ge "$end" ]; do sleep 0.5; done
yes 'who takes nothing is cut' test "$(($(cuts) - BEFORE))" -ge "$ALL"
until [ "$(told)" -ge 20 ] || [ "$SECONDS" -ge "$end" ]; do sleep 0.5; done
yes 'who listens beside them hears all the while' test "$(told)" -ge 20
yes 'the gateway has not grown for them' test "$(($(memory_kb) - KB))" -le "$GROWTH_KB"
same 'and has not died' "$GATEWAY" "$(pids | sed -n 's/^kashimaru-gateway 0 //p')"
kill "$MUCH"
CASE=$(uuid)
once "$CASE"
yes 'and hears what comes then' heard ear "case:$CASE"

# ---- and come back --------------------------------------------------------------

for role in worker coordinator; do
    touch "$FLOW_DIR/deaf-$role.read"
done
for role in worker coordinator; do
    end=$((SECONDS + FLOW_AWAIT_SECONDS + 5 * DEAF))
    until [ -s "$FLOW_DIR/deaf-$role" ] || [ "$SECONDS" -ge "$end" ]; do sleep 0.1; done
    same "$role: every one of the lines is ended" "$DEAF" "$(grep -c '^cut [0-9]' "$FLOW_DIR/deaf-$role")"
    for ((i = 1; i <= DEAF; i++)); do
        yes "$role $i: there is room to listen again" hear "back-$role-$i" "$role" "$(sed -n "${i}s/^cut //p" "$FLOW_DIR/deaf-$role")"
        yes "$role $i: it is told to ask anew" heard "back-$role-$i" '^event: missed'
    done
done
CASE=$(uuid)
once "$CASE"
yes 'and hears again' heard back-worker-1 "case:$CASE"
for pid in "${EAR[@]}"; do kill "$pid" 2>/dev/null; done
flow_end
