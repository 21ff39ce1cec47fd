#!/usr/bin/env bash
# What the console makes in an auditor's browser is what `kashimaru audit bundle` and `audit proof` make: laid out to the byte the same, of the
# same events, and outsiders verify it offline; also when it lies in two logs.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=tests/flow/lib_story.sh
. "$FLOW_ROOT/tests/flow/lib_story.sh"
# shellcheck source=tests/flow/lib_log.sh
. "$FLOW_ROOT/tests/flow/lib_log.sh"
# shellcheck source=tests/flow/lib_console.sh
. "$FLOW_ROOT/tests/flow/lib_console.sh"

# shellcheck disable=SC2317 # called by says
offline()
{
    local kind=$1 file=$2
    env -i HOME=/nonexistent "$KM_BUILD_DIR/kashimaru-verify" "$kind" "$file" --key "$VKEY"
}

# made NAME: of CASE by the console, into FLOW_DIR/mine; sets N
# shellcheck disable=SC2153
made()
{
    N=$(console_makes "$CASE")
    yes "$1: it is made" test "${N:-0}" -gt 8
    says 0 "good: $N events" "$1: the bundle verifies offline" offline case "$FLOW_DIR/mine/bundle"
    says 0 "good: $N events, 0 erased" "$1: in the browser, too" console check "$FLOW_DIR/mine/bundle" "$VKEY"
    says 0 'good: leaf' "$1: so does the proof of one event" offline proof "$FLOW_DIR/mine/proof"
}

# events FILE: all that does not move as the log grows
events()
{
    jq -c '.events[] | del(.proof)' "$1" | head -n "$N"
}

# keys FILE: but the auditor's, whose agency is on the case only since the first bundle was made
keys()
{
    jq -cS '[.keys[] | select(.agency != "A001")]' "$1"
}

# as_ctl NAME: what the command makes afterwards has the same events, and is laid out as the console would
as_ctl()
{
    as_owner rm -f "$KM_STATE/bundle"
    says 0 'bundle' "$1: the command makes one" ctl audit bundle "$CASE" --out "$KM_STATE/bundle" --as kansa@A001:auditor
    as_owner cat "$KM_STATE/bundle" >"$FLOW_DIR/theirs"
    same "$1: of the same events" "$(events "$FLOW_DIR/theirs")" "$(events "$FLOW_DIR/mine/bundle")"
    same "$1: with the same keys" "$(keys "$FLOW_DIR/theirs")" "$(keys "$FLOW_DIR/mine/bundle")"
    console again "$FLOW_DIR/theirs" >"$FLOW_DIR/again"
    yes "$1: to the byte as the console lays it out" cmp -s "$FLOW_DIR/theirs" "$FLOW_DIR/again"
}

# changed NAME WORD sed…: the bundle so changed is found out in the browser, and where
changed()
{
    local name=$1 word=$2
    shift 2
    sed "$@" "$FLOW_DIR/mine/bundle" >"$FLOW_DIR/changed"
    if cmp -s "$FLOW_DIR/mine/bundle" "$FLOW_DIR/changed"; then
        bad "$name" 'nothing was changed'
    else
        says 1 "bad: $word" "$name" console check "$FLOW_DIR/changed" "$VKEY"
    fi
}

console_is_there || skip '画面が作られていません / the console is not built'
flow_start
console_code || exit 1
story_candidates A056
story_disclosed
story_accept
VKEY=$(log_key)
origin=$(ctl audit head --json | jq -r .origin)
made 'one log'
as_ctl 'one log'
api GET "/audit/cases/$CASE/evidence" as A001/auditor
asked=$(get '{sealed: [.entries[0].sealed]}')
api POST "/audit/cases/$CASE/evidence/open" '{"sealed":[]}' key same as A001/auditor
expect 422 'opening nothing is refused'
api POST "/audit/cases/$CASE/evidence/open" "$asked" key same as A001/auditor
expect 200 'and a question is no change: another under the same key has its own answer'
holds 'of one event' '.sealed.events | length == 1'
changed 'a byte of a payload' 'payload 4' '6s/\\"happened\\":\\"/&x/'
changed 'a byte of an event' 'agency 2' '4{s/\("event":"[0-9a-f]\{130\}\)0/\11/;t;s/\("event":"[0-9a-f]\{130\}\)./\10/}'
changed 'a byte of a chain' 'chain 2' '4{s/\("event":"[0-9a-f]\{162\}\)0/\11/;t;s/\("event":"[0-9a-f]\{162\}\)./\10/}'
changed 'a salt' 'tree 5' '7{s/"r_event":"0/"r_event":"1/;t;s/"r_event":"./"r_event":"0/}'
changed 'an event that is dropped' 'file' '5d'
changed 'two that change places' 'chain 3' -n '5{h;d};6{p;x};p'
changed 'a proof of another leaf' 'chain 5' '7s/"index":[0-9]*/"index":0/'
changed 'a key of an agency' 'agency 0' '1s/"key":"[0-9a-f]\{64\}"/"key":"0000000000000000000000000000000000000000000000000000000000000000"/g'
changed 'a head' 'signature' '1s/\(\\n\)[0-9][0-9]*\\n/\19\\n/'

for ((i = 0; i < 40; i++)); do
    note '記録' A062
done
yes 'the first log is signed to its end' log_is_full
ctl audit reshard --origin-year "${origin##*/}-2" --reason 'an exercise' >/dev/null
note '次のログへ' A062
VKEY=$VKEY,$(log_key_of "$origin-2")
made 'two logs'
says 1 'bad: log' 'two logs: with the key of one it is not taken for good' console check "$FLOW_DIR/mine/bundle" "${VKEY%%,*}"
yes 'two logs: it is long' test "$N" -gt 55
yes 'two logs: its last event is in the second' grep -q '"log":1' "$FLOW_DIR/mine/bundle"
as_ctl 'two logs'

flow_end
