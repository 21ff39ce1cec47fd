#!/usr/bin/env bash
# Heads are cosigned before they are published: real witnesses of three legal bodies, one that does everything wrong, and a feeder that is
# killed again and again. Whatever happens, what is published has its quorum and goes on where the last one ended.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$(dirname "${BASH_SOURCE[0]}")/lib_story.sh"
# shellcheck source=tests/flow/lib_log.sh
. "$FLOW_ROOT/tests/flow/lib_log.sh"
# shellcheck source=tests/flow/lib_witness.sh
. "$FLOW_ROOT/tests/flow/lib_witness.sh"

KILLS=20

# ---- who lies ----

# liar_start: its key is a true one, so that only what it does is wrong
liar_start()
{
    local folder=$FLOW_DIR/liar
    mkdir "$folder" && echo 500 >"$folder/mode" && : >"$folder/asked"
    free_port && LIAR_PORT=$PORT
    free_port && MASKED_PORT=$PORT
    free_port && DOOR_PORT=$PORT
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 \
        -keyout "$folder/key" -out "$folder/certificate" 2>/dev/null || skip 'openssl がありません / there is no openssl'
    cat "$folder/key" "$folder/certificate" >"$folder/both"
    vouched "$folder"
    for name in liar masked; do
        WITNESS_VKEY[$name]=$(as_owner "$KM_APP/bin/kashimaru-witness" --state "$KM_STATE/$name" init --name "$name.example")
    done
    liar_line >"$folder/false"
    python3 "$FLOW_ROOT/tests/flow/liar.py" "$folder" "$LIAR_PORT" "$MASKED_PORT" "$folder/both" \
        "$DOOR_PORT" "$folder/door" "${WITNESS_PORT[npo]}" >"$folder/log" 2>&1 &
    LIAR_PID=$!
    until [ -e "$folder/ready" ]; do sleep 0.05; done
}

# vouched FOLDER: a certificate for 127.0.0.1, with its key, and whoever vouches for it
vouched()
{
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj '/CN=an authority' -keyout "$1/ca.key" -out "$1/ca" 2>/dev/null
    openssl req -newkey rsa:2048 -nodes -subj /CN=127.0.0.1 -keyout "$1/door.key" -out "$1/door.request" 2>/dev/null
    openssl x509 -req -in "$1/door.request" -CA "$1/ca" -CAkey "$1/ca.key" -CAcreateserial -days 2 -out "$1/door.certificate" \
        -extfile <(echo subjectAltName=IP:127.0.0.1) 2>/dev/null
    cat "$1/door.key" "$1/door.certificate" >"$1/door"
    put_file "$KM_STATE/ca" 0644 <"$1/ca"
}

# liar_line: a signature line of its name and key that is no signature
liar_line()
{
    printf '\xe2\x80\x94 liar.example %s\n' "$( (cut -d + -f 2 <<<"${WITNESS_VKEY[liar]}" | tr a-f A-F | basenc -d --base16 && head -c 72 /dev/zero) | base64 -w 0)"
}

# flow_stop of the library, and what was started here
# shellcheck disable=SC2317 # called by the trap
stop_all()
{
    witness_stop "${!WITNESS_PID[@]}"
    [ -z "${LIAR_PID:-}" ] || kill "$LIAR_PID" 2>/dev/null
    feeder_end
    [ -z "${WATCHER:-}" ] || kill "$WATCHER" 2>/dev/null
    flow_stop
}

# ---- the policy, the feeder ----

# policy_put: two voices of the city (which has two witnesses), the npo, and the liar's
policy_put()
{
    {
        printf 'log %s\n' "${LOG_VKEYS[@]}"
        for name in east west; do
            printf 'witness %s %s http://127.0.0.1:%s city\n' "$name" "${WITNESS_VKEY[$name]}" "${WITNESS_PORT[$name]}"
        done
        printf 'witness npo %s npo %s\n' "${WITNESS_VKEY[npo]}" "${NPO_URL:-http://127.0.0.1:${WITNESS_PORT[npo]}/}"
        printf 'witness liar %s http://127.0.0.1:%s/some/where liar\n' "${WITNESS_VKEY[liar]}" "$LIAR_PORT"
        printf 'witness masked %s https://127.0.0.1:%s masked\n' "${WITNESS_VKEY[masked]}" "$MASKED_PORT"
        printf 'group enough 2 east west npo liar masked\nquorum enough\n'
    } | put_file "$POLICY" 0644
    as_owner cat "$POLICY" >"$FLOW_DIR/policy"
}

feeder_pid()
{
    as_owner cat "$KM_STATE/run/supervisor.json" | jq -r '.children[] | select(.program == "kashimaru-feeder" and .pid > 0) | .pid'
}

# is_feeder pid
is_feeder()
{
    [ -n "$1" ] && tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline" | grep -q kashimaru-feeder
}

# feeder_end [signal]: of the one started here
feeder_end()
{
    is_feeder "${FEEDER_PID:-}" && kill "-${1:-TERM}" "$FEEDER_PID" 2>/dev/null || return 1
    while is_feeder "$FEEDER_PID"; do sleep 0.02; done
    FEEDER_PID=''
}

# feeder_again: another one, started here, for the supervisor waits longer each time; its own cannot work beside it
feeder_again()
{
    local pid line
    feeder_end
    until is_feeder "${FEEDER_PID:-}"; do
        pid=$(feeder_pid)
        ! is_feeder "$pid" || kill -TERM "$pid" 2>/dev/null
        line=$(($(log_lines) + 1))
        as_owner rm -f "$KM_STATE/feeder.pid"
        # shellcheck disable=SC2016 # for that shell
        as_owner sh -c 'echo $$ >"$2/feeder.pid" && SSL_CERT_FILE=$4 exec "$1/bin/kashimaru-feeder" --config "$3" --instance 7 >>"$2/log/feeder.log" 2>&1' \
            feeder "$KM_APP" "$KM_STATE" "$KM_CONF" "${TRUSTED:-}" </dev/null 2>/dev/null &
        disown
        until as_owner test -s "$KM_STATE/feeder.pid"; do sleep 0.02; done
        FEEDER_PID=$(as_owner cat "$KM_STATE/feeder.pid")
        until as_owner tail -n "+$line" "$KM_STATE/log/feeder.log" 2>/dev/null | grep -q '"event":"ready"'; do
            [ -e "/proc/$FEEDER_PID" ] || break # another one works
            sleep 0.02
        done
    done
}

log_lines()
{
    # shellcheck disable=SC2016 # for that shell
    as_owner sh -c 'cat "$1"/log/feeder.log 2>/dev/null | wc -l' lines "$KM_STATE"
}

size_of()
{
    as_owner sed -n 2p "$TREE/$1" 2>/dev/null || echo 0
}

# shellcheck disable=SC2317 # called by comes
verified()
{
    "$KM_BUILD_DIR/kashimaru" verify log "$TREE" --policy "$FLOW_DIR/policy" >"$FLOW_DIR/verify" 2>&1
}

# signed NAME…: the checkpoint has the cosignatures of these, and no others
# shellcheck disable=SC2317 # called by comes
signed()
{
    local want got
    want=$(printf '%s.example\n' "$@" | sort | tr '\n' ' ')
    got=$(as_owner sed -n '5,$s/^— \([a-z]*\.example\) .*/\1/p' "$TREE/checkpoint" | sort | tr '\n' ' ')
    [ "$want" = "$got" ]
}

# comes name command…: it becomes true
comes()
{
    local name=$1 end=$((SECONDS + FLOW_AWAIT_SECONDS))
    shift
    while ! "$@"; do
        if [ "$SECONDS" -ge "$end" ]; then
            bad "$name" "$(printf '%q ' "$@"); $(cat "$FLOW_DIR/verify" 2>/dev/null); $(as_owner cat "$TREE/checkpoint")"
            return 1
        fi
        sleep 0.1
    done
    ok "$name"
}

# shellcheck disable=SC2317 # called by comes
published()
{
    [ "$(size_of head)" = "$(size_of checkpoint)" ] && verified
}

# rests NAME: all that happened is published and nothing more comes, so that what stands there can be held against what stands there later
rests()
{
    yes "$1: nothing more comes" log_is_full
    comes "$1: all of it is published" published
}

# more_leaves: something happens, and the log's head shows it
more_leaves()
{
    local was end=$((SECONDS + FLOW_AWAIT_SECONDS))
    was=$(size_of head)
    open_case "$HOUSEHOLD" A056
    while [ "$(size_of head)" -le "$was" ] && [ "$SECONDS" -lt "$end" ]; do sleep 0.1; done
}

# doctor_says pattern
# shellcheck disable=SC2317 # called by comes
doctor_says()
{
    ctl doctor >"$FLOW_DIR/doctor" 2>&1
    grep -qE -- "$1" "$FLOW_DIR/doctor"
}

# waits_for NAMES: the doctor misses their cosignatures of the head there is
# shellcheck disable=SC2317 # called by comes
waits_for()
{
    doctor_says "head $(size_of head) .*waits for cosignatures of $1 since 20"
}

# asked mode count: the liar was asked so often in this mode
# shellcheck disable=SC2317 # called by comes
asked()
{
    [ "$(grep -c "^$1 /some/where/add-checkpoint old " "$FLOW_DIR/liar/asked")" -ge "$2" ]
}

# told_since line witness why: the log of the services says so
# shellcheck disable=SC2317 # called by comes
told_since()
{
    as_owner tail -n "+$1" "$KM_STATE/log/feeder.log" | grep -qF "\"event\":\"witness_failed\",\"log\":\"${TREE##*/}\",\"witness\":\"$2\",\"why\":\"$3\""
}

# ---- what the witnesses make of it ----

witnesses_quorum()
{
    comes 'the head that stood there alone is cosigned' published
    comes 'by all who are there' signed east west npo
    more_leaves
    comes 'the next one too' published
    comes 'by all again' signed east west npo
    comes 'the doctor finds it well' doctor_says "ok.*${TREE##*/}.*cosigned"
    same 'head and waiting are not served' '404 404 200' "$(for name in head waiting checkpoint; do
        curl -s -o /dev/null -w '%{http_code} ' "$(gateway_url)/log/${TREE##*/}/$name"; done | sed 's/ $//')"

    local was
    rests 'quorum'
    witness_stop npo
    was=$(size_of checkpoint)
    more_leaves
    comes 'two of one body are not enough: the doctor says who is missing' waits_for 'npo, liar, masked'
    yes 'what there is of it lies beside it' as_owner test -s "$TREE/waiting"
    same 'and nothing was published' "$was" "$(size_of checkpoint)"
    yes 'what stands there is good as before' verified
    yes 'the log says so' logged quorum_missing

    witness_stop west
    witness_start npo
    comes 'one is back: it goes on, though another is down' published
    yes 'and nothing lies beside it' as_owner test ! -e "$TREE/waiting"
    comes 'and the doctor is content' doctor_says "ok.*${TREE##*/}.*cosigned"
    more_leaves
    comes 'and on' published
    yes 'with these two' signed east npo

    rests 'with these two'
    witness_stop east npo
    was=$(size_of checkpoint)
    more_leaves
    comes 'nobody there: the doctor names all' doctor_says 'waits for cosignatures of east, west, npo, liar, masked since 20'
    same 'nobody there: nothing is published' "$was" "$(size_of checkpoint)"
    more_leaves
    witness_start east west npo
    comes 'all back: it goes on to the newest' published
    comes 'and all sign in the end' signed east west npo
}

# The liar's word would make the quorum full: so nothing may be published while only the city's two are there.
witnesses_liar()
{
    local mode why was line
    rests 'liar'
    witness_stop npo
    more_leaves
    was=$(size_of checkpoint)
    while read -r mode why; do
        echo "$mode" >"$FLOW_DIR/liar/mode"
        line=$(($(log_lines) + 1))
        feeder_again
        comes "liar, $mode: told of as $why" told_since "$line" liar "$why"
        yes "liar, $mode: it was asked" asked "$mode" 1
        same "liar, $mode: nothing is published" "$was" "$(size_of checkpoint)"
    done <<'END'
500 no_answer
false false_cosignature
junk false_cosignature
sizes other_size
ahead other_size
fork sees_another_log
unknown unknown_log
redirect no_answer
huge no_answer
hang no_answer
END
    yes 'liar: asked again at once from the size it named, but not for ever' grep -q "^sizes .* old $(($(grep -m 1 '^sizes' "$FLOW_DIR/liar/asked" | sed 's/.* //') + 1))$" "$FLOW_DIR/liar/asked"
    same 'liar: nobody was followed elsewhere' 0 "$(grep -c elsewhere "$FLOW_DIR/liar/asked")"
    same 'masked: no question goes to whom nobody vouches for' 0 "$(grep -c ' /add-checkpoint' "$FLOW_DIR/liar/asked")"
    witness_start npo
    comes 'liar: the others go on without it' published
    comes 'liar: and its word is nowhere' signed east west npo
}

# One of the city's is there and the npo, without whose word there is no quorum; it is reached by TLS alone. Whom nobody vouches for is told
# nothing, nor is one who is vouched for under another name.
witnesses_tls()
{
    local was line
    witness_stop west
    NPO_URL=https://127.0.0.1:$DOOR_PORT
    policy_put
    line=$(($(log_lines) + 1))
    feeder_again
    was=$(size_of checkpoint)
    more_leaves
    comes 'TLS: a certificate that nobody trusted here vouches for is refused' told_since "$line" npo no_answer
    NPO_URL=https://localhost:$DOOR_PORT
    TRUSTED=$KM_STATE/ca
    policy_put
    line=$(($(log_lines) + 1))
    feeder_again
    comes 'TLS: so is one that is vouched for under another name' told_since "$line" npo no_answer
    same 'TLS: no question went there' 0 "$(grep -c '^door ' "$FLOW_DIR/liar/asked")"
    same 'TLS: nothing is published' "$was" "$(size_of checkpoint)"
    NPO_URL=https://127.0.0.1:$DOOR_PORT
    policy_put
    feeder_again
    comes 'TLS: a good certificate is taken, and what is said there' published
    yes 'TLS: the cosignature came through there' grep -qx 'door /add-checkpoint' "$FLOW_DIR/liar/asked"
    comes 'TLS: and stands in the checkpoint' signed east npo
    unset NPO_URL TRUSTED
    witness_start west
    policy_put
    feeder_again
}

# An earlier head stands there again, and a feeder that remembers nothing comes: what is published stays.
witnesses_older()
{
    local was line
    as_owner cat "$TREE/head" >"$FLOW_DIR/older"
    more_leaves
    rests 'older: first there is a newer one'
    was=$(as_owner cat "$TREE/checkpoint")
    line=$(($(log_lines) + 1))
    put_file "$TREE/head" 0644 <"$FLOW_DIR/older"
    feeder_again
    comes 'older: it is not taken up' refused_since "$line"
    same 'older: what was published stays' "$was" "$(as_owner cat "$TREE/checkpoint")"
    more_leaves
    comes 'older: the next head goes on' published
}

# shellcheck disable=SC2317 # called by comes
refused_since()
{
    as_owner tail -n "+$1" "$KM_STATE/log/feeder.log" | grep -q '"event":"head_not_taken".*smaller than an earlier one'
}

# ---- killed under traffic ----

# watch: every checkpoint that stands there, by its size and number
# shellcheck disable=SC2317 # started below
watch()
{
    local n=0 last='' now
    while [ ! -e "$FLOW_DIR/seen_enough" ]; do
        now=$(cat "$TREE/checkpoint" 2>/dev/null)
        if [ -n "$now" ] && [ "$now" != "$last" ]; then
            n=$((n + 1))
            printf '%s\n' "$now" >"$(printf '%s/%05d' "$FLOW_DIR/seen" "$n")"
            last=$now
        fi
        sleep 0.02
    done
}

# shellcheck disable=SC2317 # started below
go_on()
{
    while [ ! -e "$FLOW_DIR/enough" ]; do
        open_case "$HOUSEHOLD" A056
        note '記録' A056
    done
}

witnesses_killed()
{
    local killed=0 end=$((SECONDS + 500)) worker old='' now wrong=0 n=0
    mkdir "$FLOW_DIR/seen"
    watch &
    WATCHER=$!
    go_on >/dev/null &
    worker=$!
    while [ "$killed" -lt "$KILLS" ] && [ "$SECONDS" -lt "$end" ]; do
        sleep "0.$((RANDOM % 90 + 10))"
        feeder_end KILL && killed=$((killed + 1))
        feeder_again
    done
    touch "$FLOW_DIR/enough"
    wait "$worker"
    yes "killed $killed times" test "$killed" -ge "$KILLS"
    comes 'killed: it goes on to the newest' published
    touch "$FLOW_DIR/seen_enough"
    wait "$WATCHER"
    unset WATCHER
    for now in "$FLOW_DIR"/seen/*; do
        n=$((n + 1))
        [ -z "$old" ] || "$KM_BUILD_DIR/kashimaru" verify heads "$old" "$now" "$TREE" --policy "$FLOW_DIR/policy" >>"$FLOW_DIR/heads" 2>&1 ||
            wrong=$((wrong + 1))
        old=$now
    done
    [ "$wrong" = 0 ] || sed '/good: /d' "$FLOW_DIR/heads"
    same "killed: each of $n checkpoints has its quorum and goes on where the one before ended" 0 "$wrong"
    yes 'killed: there were many' test "$n" -ge 5
}

# ---- another log ----

witnesses_reshard()
{
    local old=$TREE name year=${TREE##*/}
    witness_stop east west npo
    more_leaves
    ctl audit reshard --origin-year "$year-2" --reason 'an exercise' >"$FLOW_DIR/reshard" || bad 'another log' "$(cat "$FLOW_DIR/reshard")"
    LOG_VKEYS+=("$(sed -n 's/^検証鍵.* //p' "$FLOW_DIR/reshard")")
    for name in east west npo; do
        as_owner "$KM_APP/bin/kashimaru-witness" --state "$KM_STATE/$name" trust "${LOG_VKEYS[1]}"
    done
    policy_put
    feeder_end
    TREE=$KM_STATE/log-tree/$year-2
    more_leaves
    witness_start east west npo
    comes 'another log: its heads are cosigned' published
    TREE=$old
    comes 'another log: the last head of the old one is, too' published
}

# shellcheck disable=SC2034 # for lib.sh
FLOW_SETTINGS=('restart.most = 10000' 'log.origin = example.test/kashimaru/handoff')
[ -x "${KM_BUILD_DIR:-}/kashimaru-witness" ] || skip 'kashimaru-witness がありません / there is no kashimaru-witness'
command -v python3 >/dev/null || skip 'python3 がありません / there is no python3'
flow_start
trap stop_all EXIT
TREE=$KM_STATE/log-tree/$(TZ=Asia/Tokyo date -d '3 months ago' +%Y)
POLICY=$KM_STATE/policy
open_case "$HOUSEHOLD" A056
comes 'without a policy the sequencer publishes' test -s "$TREE/checkpoint"
LOG_VKEYS=("$(log_key)")
for name in east west npo; do
    witness_make "$name" "${LOG_VKEYS[0]}"
done
liar_start
policy_put
conf_set log.policy "$POLICY"
witness_start east west npo
supervisor_stop && flow_up
# shellcheck disable=SC2034 # for lib.sh
FLOW_URL=$(gateway_url)/api/v1
witnesses_quorum
witnesses_liar
witnesses_tls
witnesses_older
witnesses_killed
witnesses_reshard
flow_end
