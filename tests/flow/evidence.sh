#!/usr/bin/env bash
# What an auditor hands to outsiders is enough for them: the bundle of a case and the proof of one event verify offline, with nothing but the
# verifier key; a bundle in which anything was changed does not, and it is said where. Nobody but an auditor is given one.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$(dirname "${BASH_SOURCE[0]}")/lib_story.sh"
# shellcheck source=tests/flow/lib_log.sh
. "$FLOW_ROOT/tests/flow/lib_log.sh"

# offline word…: verify, without settings
# shellcheck disable=SC2317 # called by says
offline()
{
    local kind=$1 file=$2
    shift 2
    env -i HOME=/nonexistent "$KM_BUILD_DIR/kashimaru" verify "$kind" "$file" --key "$VKEY" "$@"
}

# changed NAME TEXT sed…: the bundle so changed is bad, and the sentence has the text
changed()
{
    local name=$1 text=$2
    shift 2
    sed "$@" "$FLOW_DIR/bundle" >"$FLOW_DIR/changed"
    if cmp -s "$FLOW_DIR/bundle" "$FLOW_DIR/changed"; then
        bad "$name" 'nothing was changed'
    else
        says 1 "$text" "$name" offline case "$FLOW_DIR/changed"
    fi
}

# bundle CODE TEXT NAME ASKER [option…]: of the case, into FLOW_DIR/bundle
bundle()
{
    local path=$KM_STATE/bundle
    as_owner rm -f "$path"
    says "$1" "$2" "$3" ctl audit bundle "$CASE" --out "$path" --as "$4" "${@:5}"
    as_owner cat "$path" >"$FLOW_DIR/bundle" 2>/dev/null
}

flow_start
story_candidates A056
story_disclosed
story_accept
bundle 0 'bundle' 'an auditor makes a bundle' kansa@A001:auditor
VKEY=$(log_key)
says 0 '1 handoffs accepted, lead A062' 'it tells the handoff, and verifies offline' offline case "$FLOW_DIR/bundle"
n=$(head -n 1 "$FLOW_DIR/bundle" | grep -o '"count":[0-9]*' | cut -d : -f 2)
yes 'it has the events' test "$n" -gt 8
same 'it can be read by its owner alone' 600 "$(as_owner stat -c %a "$KM_STATE/bundle")"
says 0 "good: $n events" 'with keys from elsewhere, too' \
    offline case "$FLOW_DIR/bundle" --agency-keys <(head -n 1 "$FLOW_DIR/bundle" | sed 's/,"events":\[$/}/' | jq -c '{keys}')

# ---- anything that is changed is found ----
changed 'a byte of a payload' 'event 4' '6s/\\"happened\\":\\"/&x/'
changed 'a byte of an event' 'event 2' '4{s/\("event":"[0-9a-f]\{130\}\)0/\11/;t;s/\("event":"[0-9a-f]\{130\}\)./\10/}'
changed 'an event that is dropped' 'event 3' '5d'
changed 'two that change places' 'event 3' -n '5{h;d};6{p;x};p'
changed 'a proof of another leaf' 'event 5' '7s/"index":[0-9]*/"index":0/'
changed 'the last that is dropped' 'the bundle announces' "$((n + 1))d"

# ---- one event ----
says 0 'proof' 'the proof of one event' ctl audit proof "$CASE" 3 --out "$KM_STATE/proof" --as kansa@A001:auditor
as_owner cat "$KM_STATE/proof" >"$FLOW_DIR/proof"
says 0 'good: leaf' 'verifies offline' offline proof "$FLOW_DIR/proof"
sed 's/^\(extra .\{120\}\)A/\1B/;t;s/^\(extra .\{120\}\)./\1A/' "$FLOW_DIR/proof" >"$FLOW_DIR/changed"
yes 'a proof is changed' test "$(cmp "$FLOW_DIR/proof" "$FLOW_DIR/changed" | wc -l)" = 1
says 1 '' 'and is good no more' offline proof "$FLOW_DIR/changed"
says 66 'no event 9999' 'an event there is not' ctl audit proof "$CASE" 9999 --out "$KM_STATE/proof" --as kansa@A001:auditor

# ---- who may ----
bundle 77 '' 'a worker of an agency that has no part is refused' madoguchi@A072:worker
yes 'and nothing is written' test ! -s "$FLOW_DIR/bundle"
bundle 77 '' 'so is one of an agency on the case, whose history hides who read what' madoguchi@A056:worker
same 'that the events were opened is a reading' t "$(sql "select count(*) > 0 from keys.reading where kind = 'ledger' and case_id = '$CASE'" kashimaru_keys)"

# ---- a long case, in two logs ----
origin=$(ctl audit head --json | jq -r .origin)
for ((i = 0; i < 40; i++)); do
    note '記録' A062
done
bundle 0 'events are in' 'a bundle of several pages' kansa@A001:auditor
n=$(head -n 1 "$FLOW_DIR/bundle" | grep -o '"count":[0-9]*' | cut -d : -f 2)
yes 'it is long' test "$n" -gt 55
says 0 "good: $n events" 'and verifies' offline case "$FLOW_DIR/bundle"
yes 'the first log is signed to its end' log_is_full
ctl audit reshard --origin-year "${origin##*/}-2" --reason 'an exercise' >/dev/null
ctl keys rotate agency=A062 --as kanri1@A001:administrator >/dev/null
note '次のログへ' A062
bundle 0 'events are in' 'a bundle of two logs' kansa@A001:auditor
same 'it names both keys of the agency that changed its own' 2 "$(head -n 1 "$FLOW_DIR/bundle" | grep -o '"agency":"A062"' | wc -l)"
yes 'its last event is in the second' grep -q "\"log\":1" "$FLOW_DIR/bundle"
says 2 '' 'with the key of one it cannot be judged' offline case "$FLOW_DIR/bundle"
VKEY=$VKEY,$(log_key_of "$origin-2")
says 0 'lead A062' 'with both it verifies' offline case "$FLOW_DIR/bundle"

# ---- without the published log ----
bundle 75 'nowhere' 'no bundle without the published log' kansa@A001:auditor --set log.dir="$KM_STATE/nowhere"
yes 'and nothing is written then, either' test ! -s "$FLOW_DIR/bundle"

flow_end
