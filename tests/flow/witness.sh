#!/usr/bin/env bash
# A witness that has nothing of the installation but its log's verifier key cosigns the log as it grows; what it cosigned passes `verify`
# under a policy that asks for it; and a log that goes back, forks or is unknown, and whatever else is sent, gets no cosignature.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=tests/flow/lib_log.sh
. "$FLOW_ROOT/tests/flow/lib_log.sh"

WITNESS=$KM_BUILD_DIR/kashimaru-witness
SUBMIT=$KM_BUILD_DIR/tests/witness_submit
shopt -s lastpipe # what is piped into add sets CODE here
DRIP_SECONDS=60 # until a sender that drips is cut off; far more than it should take

# witness_up: starts it; sets PID and ADDRESS
witness_up()
{
    local end=$((SECONDS + FLOW_AWAIT_SECONDS)) port='' before
    before=$(grep -c '"event":"ready"' witness.log)
    "$WITNESS" --state w --listen 127.0.0.1:0 >/dev/null 2>>witness.log &
    PID=$!
    while [ -z "$port" ]; do
        [ "$SECONDS" -lt "$end" ] || die "$(cat witness.log)" 'the witness did not start'
        sleep 0.05
        port=$(sed -nE 's/.*"event":"ready".*"port":([0-9]+)\}$/\1/p' witness.log | sed -n "$((before + 1))p")
    done
    ADDRESS=http://127.0.0.1:$port
}

# stop_all: whatever happened before
# shellcheck disable=SC2317 # called by the trap
stop_all()
{
    [ -z "$PID" ] || kill -KILL "$PID" 2>/dev/null
    flow_stop
}

# witness_down: ends it; its exit code
# shellcheck disable=SC2317 # called by yes
witness_down()
{
    kill -TERM "$PID"
    wait "$PID"
}
PID=''


# add: sends stdin; sets CODE, TYPE and the file answer
add()
{
    read -r CODE TYPE < <(curl -s -o answer -w '%{http_code} %{content_type}\n' --max-time 30 -H 'Expect:' --data-binary @- "$ADDRESS/add-checkpoint")
}

# sent code name: of the last one
sent()
{
    if [ "$CODE" = "$1" ]; then ok "$2"; else bad "$2" "wanted $1, got $CODE $(cat answer)"; fi
}

# size_told name want: the refusal says what was cosigned last
size_told()
{
    sent 409 "$1"
    same "$1: the size" "$2" "$(cat answer)"
    same "$1: its type" text/x.tlog.size "$TYPE"
}

# cut_off: a byte a second goes into the connection 5 until its end is there to be read, or nothing takes what is written
# shellcheck disable=SC2317 # called by yes
cut_off()
{
    (
        trap '' PIPE
        end=$((SECONDS + DRIP_SECONDS))
        while printf x >&5; do
            read -r -t 1 -u 5 _
            [ "$?" -gt 128 ] || exit 0
            [ "$SECONDS" -lt "$end" ] || exit 1
        done 2>/dev/null
    )
}

# log_copy folder: the published log as it is now
log_copy()
{
    mkdir "$1"
    as_owner tar -C "$TREE" -cf - . | tar -C "$1" -xf -
}

size_of()
{
    sed -n 2p "$1/checkpoint"
}

# grow: cases until the published log has all the leaves of them, and stays as it is while it is copied
grow()
{
    for _ in 1 2 3; do
        open_case "$FLOW_ROOT/tests/flow/households/01-8050.json" A056
        expect 201 'a case is opened'
    done
    yes 'they are in the log' log_is_full
    yes 'and published' published "${TREE##*/}"
}

# verify code name words…: kashimaru verify
verify()
{
    local want=$1 name=$2 got=0
    shift 2
    "$KM_BUILD_DIR/kashimaru" verify "$@" --policy policy >verdict 2>&1 || got=$?
    if [ "$got" = "$want" ]; then ok "$name: $(cat verdict)"; else bad "$name" "wanted $want, got $got: $(cat verdict)"; fi
}

FLOW_SETTINGS=('log.origin = example.test/kashimaru/handoff')
flow_start
trap stop_all EXIT
cd "$FLOW_DIR" || exit 1
umask 077
touch witness.log
TREE=$KM_STATE/log-tree/$(TZ=Asia/Tokyo date -d '3 months ago' +%Y)
grow
vkey=$(log_key)
own=$("$WITNESS" --state w init --name witness.example/w1)
yes 'its key is its own' test "$(stat -c %a w/key)" = 600
yes 'the log is trusted' "$WITNESS" --state w trust "$vkey"
printf 'log %s\nwitness w1 %s\nquorum w1\n' "$vkey" "$own" >policy

# ---- the log grows ----
log_copy first
verify 2 'before it is cosigned' log first
witness_up
same 'who it is' "$own" "$(curl -s "$ADDRESS/" | sed 's/.*: //')"
"$SUBMIT" first 0 | add
sent 200 'the first head is cosigned'
cat answer >>first/checkpoint
verify 0 'the cosigned log' log first
grow
log_copy second
"$SUBMIT" second 0 | add
size_told 'a proof from nowhere' "$(size_of first)"
yes 'it is stopped' witness_down
witness_up
"$SUBMIT" second "$(size_of first)" | add
sent 200 'the second head is cosigned, by another process'
cat answer >>second/checkpoint
verify 0 'the cosigned log, grown' log second
verify 0 'from the one to the other' heads first/checkpoint second/checkpoint second
"$SUBMIT" first 0 | add
size_told 'the log goes back' "$(size_of second)"
"$SUBMIT" first "$(size_of first)" | add
size_told 'the log goes back, and says so' "$(size_of second)"
"$SUBMIT" second "$(size_of second)" | add
sent 200 'the same head again'
yes 'show tells' grep -qx "件数 / size: $(size_of second)" <("$WITNESS" --state w show)

# ---- a log that signs anything ----
forged=$("$SUBMIT" forge . forged.example/2026)
"$SUBMIT" forged . 1 0 20 | add
sent 404 'an unknown log'
"$WITNESS" --state w trust "$forged" 2>/dev/null
same 'a witness that runs is not meddled with' 10 "$?"
yes 'stopped again' witness_down
printf 'log %s https://forged.example/\n' "$forged" >>w/logs
witness_up
"$SUBMIT" forged . 1 0 20 | add
sent 503 'a log that was only written into the list'
yes 'stopped to trust it' witness_down
sed -i '$d' w/logs
yes 'it is trusted' "$WITNESS" --state w trust "$forged"
witness_up
"$SUBMIT" forged . 1 0 20 | add
sent 200 'it is cosigned'
"$SUBMIT" forged . 2 20 20 | add
sent 409 'forked at the same size'
yes 'no size is told for that' grep -q forked answer
"$SUBMIT" forged . 2 20 30 | add
sent 422 'forked, and grown'
"$SUBMIT" forged . 1 20 19 | add
sent 400 'from more than there is'
"$SUBMIT" forged . 1 0 19 | add
size_told 'rolled back' 20
"$SUBMIT" forged . 1 20 30 | sed 's/^30$/31/' | add
sent 403 'changed after it was signed'
"$SUBMIT" forged . 1 20 30 | add
sent 200 'the log that was cosigned goes on'
yes 'the fork is kept' grep -qx 20 w/fork-*

# ---- anything ----
head -c 60000 /dev/urandom | add
sent 400 'garbage'
head -c 70000 /dev/zero | add
sent 413 'too much'
"$SUBMIT" forged . 1 30 40 | sed '1s/.*/old 030/' | add
sent 400 'a nought before'
exec 5<>"/dev/tcp/127.0.0.1/${ADDRESS##*:}"
printf 'POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: 600\r\n\r\n' >&5
yes 'a sender that drips is cut off' cut_off
exec 5>&-
"$SUBMIT" forged . 1 30 40 | add
sent 200 'others are served all the while'

# ---- its memory is lost ----
yes 'stopped' witness_down
rm w/head-*
witness_up
"$SUBMIT" second 0 | add
sent 503 'what is not known is not taken for nothing'
yes 'it says why' grep -q 'its memory is missing' answer
yes 'and in its log' grep -q '"event":"witness_memory_lost"' witness.log
yes 'no secret in its log' test "$(grep -c "$(sed -n 's/^secret //p' w/key)" witness.log)" = 0
yes 'it ends cleanly' witness_down
flow_end
