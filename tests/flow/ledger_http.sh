#!/usr/bin/env bash
# What the gateway serves of the public log is the whole of it: whoever has nothing but HTTP and the log's key can check every leaf. It asks
# for no token, and nothing else of the machine is to be had that way.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=tests/flow/lib_log.sh
. "$FLOW_ROOT/tests/flow/lib_log.sh"

# fetch path file: sets CODE; headers in FLOW_HEAD
fetch()
{
    CODE=$(curl -s --path-as-is -o "$2" -D "$FLOW_HEAD" -w '%{http_code}' --max-time 30 "$LOG/$1")
}

# tiles size: the paths of a log's tiles and bundles
tiles()
{
    local level n=$1 i
    for level in entries 0 1 2; do
        for ((i = 0; i * 256 < n; i++)); do
            if ((n - i * 256 < 256)); then
                printf 'tile/%s/%03d.p/%d\n' "$level" "$i" $((n - i * 256))
            else
                printf 'tile/%s/%03d\n' "$level" "$i"
            fi
        done
        [ "$level" = entries ] || n=$((n / 256))
    done
}

# mirror: the log as it is now, into the folder copy; false when it grew meanwhile, or has nothing yet
# shellcheck disable=SC2317 # called by yes
mirror()
{
    local path
    rm -rf copy
    mkdir copy
    fetch checkpoint copy/checkpoint
    [ "$CODE" = 200 ] || return
    for path in $(tiles "$(sed -n 2p copy/checkpoint)"); do
        mkdir -p "copy/${path%/*}"
        fetch "$path" "copy/$path"
        [ "$CODE" = 200 ] || return
    done
}

# mirror_all: the same, of at least the leaves of the history
# shellcheck disable=SC2317 # called by yes
mirror_all()
{
    local end=$((SECONDS + FLOW_AWAIT_SECONDS)) n
    n=$(sql 'select count(*) from audit.event')
    until mirror && [ "$(sed -n 2p copy/checkpoint)" -ge "$n" ]; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.2
    done
}

# header NAME WANT: of the last answer, once
header()
{
    same "$path: $1" "$2" "$(sed -nE "s/^$1: (.*)\r$/\1/Ip" "$FLOW_HEAD")"
}

# verify code name: of the copy
verify()
{
    local got=0
    "$KM_BUILD_DIR/kashimaru" verify log copy --key "$key" >verdict 2>&1 || got=$?
    if [ "$got" = "$1" ]; then ok "$2: $(cat verdict)"; else bad "$2" "wanted $1, got $got: $(cat verdict)"; fi
}

flow_start
cd "$FLOW_DIR" || exit 1
SITE=${FLOW_URL%/api/v1}
LOG=$SITE/log/$(TZ=Asia/Tokyo date -d '3 months ago' +%Y)
for _ in 1 2 3; do
    open_case "$FLOW_ROOT/tests/flow/households/01-8050.json" A056
    expect 201 'a case is opened'
done
yes 'nothing more comes' log_is_full
yes 'the whole log comes over HTTP' mirror_all
ctl audit head --json >shown
key=$(jq -r .vkey shown)
same 'its name is the one the signer tells' "$(jq -r .origin shown)" "$(head -n 1 copy/checkpoint)"
same 'its name ends as its folder' "${LOG##*/}" "$(head -n 1 copy/checkpoint | sed 's,.*/,,')"
yes 'every case has its leaves' test "$(sed -n 2p copy/checkpoint)" -ge 3
verify 0 'what came over HTTP is good'

# ---- headers ----
path=checkpoint
fetch "$path" got
header Content-Type 'text/plain; charset=utf-8'
header Cache-Control no-cache
for path in $(tiles "$(sed -n 2p copy/checkpoint)"); do
    fetch "$path" got
    header Content-Type application/octet-stream
    header Cache-Control 'public, max-age=31536000, immutable'
    yes "$path: always the same" cmp -s got "copy/$path"
done
path=tile/0/000.p/255
fetch "$path" got
same 'a tile that is not there' 404 "$CODE"
header Cache-Control no-store
same 'nothing is taken' 405 "$(curl -s -o got -w '%{http_code}' -X PUT --data x "$LOG/checkpoint")"
same 'the size alone' "$(wc -c <copy/checkpoint)" "$(curl -sI "$LOG/checkpoint" | sed -nE 's/^Content-Length: ([0-9]+)\r$/\1/Ip')"

# ---- nothing else ----
as_owner cp "$KM_STATE/keys/tickets.key" "$KM_STATE/log-tree/${LOG##*/}/tickets.key"
for path in tickets.key ../../keys/tickets.key ..%2f..%2fkeys/tickets.key .new tile tile/0/../../checkpoint %63heckpoint; do
    fetch "$path" got
    same "$path is not served" 404 "$CODE"
    same "$path: nor a word of it" urn:kashimaru:problem:not_found "$(jq -r .type got)"
done
as_owner ln -s "${LOG##*/}" "$KM_STATE/log-tree/2099"
same 'a link is not followed' 404 "$(curl -s -o got -w '%{http_code}' "$SITE/log/2099/checkpoint")"

# ---- a byte changed on the way ----
entries=$(tiles "$(sed -n 2p copy/checkpoint)" | head -n 1)
was=$(od -An -tu1 -j10 -N1 "copy/$entries")
# shellcheck disable=SC2059 # the format is the byte
printf "\\x$(printf %02x $((was ^ 1)))" | dd of="copy/$entries" bs=1 seek=10 conv=notrunc status=none
verify 1 'one bit of a leaf changed'
flow_end
