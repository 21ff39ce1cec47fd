#!/usr/bin/env bash
# What an agency's own system asked for, outsiders can hold against the agency and against nobody else: the bundle of the case has the request
# as the system signed it, stock tools check that signature, the verifier holds it against the event, and no change of it goes unseen.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$(dirname "${BASH_SOURCE[0]}")/lib_console.sh"
# shellcheck source=tests/flow/lib_log.sh
. "$FLOW_ROOT/tests/flow/lib_log.sh"

HOUSEHOLD=$FLOW_ROOT/tests/flow/households/01-8050.json

FLOW_SETTINGS=("relay.endpoint = tcp://127.0.0.1:$(port_free)")

# host word…: the command line at the agency, which has no settings and no keys of the city
# shellcheck disable=SC2317 # called through says
host()
{
    as_owner env -u KASHIMARU_CONFIG "$KM_APP/bin/kashimaru" --host "$AGENCY" "$@"
}

# offline FILE [option…]: verify case, without settings
# shellcheck disable=SC2317 # called through says
offline()
{
    local file=$1
    shift
    env -i HOME=/nonexistent "$KM_BUILD_DIR/kashimaru" verify case "$file" --key "$VKEY" "$@"
}

# enrol: the agency's system, taken on by the city
enrol()
{
    local print
    says 0 '' 'the agency makes its keys' as_owner "$KM_APP/bin/kashimaru" host new --agency A059 --out "$AGENCY"
    NAME=$(head -n 1 "$FLOW_DIR/out")
    print=$(tail -n 1 "$FLOW_DIR/out" | tr -d ' ')
    as_owner cp "$AGENCY/enrolment.txt" "$KM_STATE/enrolment.txt"
    says 0 '' 'and is taken on' ctl host accept "$KM_STATE/enrolment.txt" --fingerprint "$print"
    says 0 '' 'it knows the city' ctl host server-file --out "$KM_STATE/server.pub"
    as_owner cp "$KM_STATE/server.pub" "$AGENCY/"
    OWN_KEY=$(as_owner sed -n 's/^sign //p' "$AGENCY/enrolment.txt")
}

# offer: a transfer of CASE to A059 from A056; sets REF
offer()
{
    REF=$(ctl referral draft "$CASE" kind=transfer to=A059 needs=poverty items=narrative basis=consent send=true --as w@A056:worker --json |
        jq -r .ref_id)
}

# bundle: of CASE, into FLOW_DIR/bundle; the events that were asked for into FLOW_DIR/asked, one a line
bundle()
{
    local path=$KM_STATE/bundle
    as_owner rm -f "$path"
    says 0 'bundle' "$1" ctl audit bundle "$CASE" --out "$path" --as kansa@A001:auditor
    as_owner cat "$path" >"$FLOW_DIR/bundle"
    jq -c '.events[] | select(has("request"))' "$FLOW_DIR/bundle" >"$FLOW_DIR/asked"
}

# bytes HEX FILE
bytes()
{
    printf '%s' "${1^^}" | basenc -d --base16 >"$2"
}

# changed CODE TEXT NAME sed…: the verdict on the bundle so changed
changed()
{
    local code=$1 text=$2 name=$3
    shift 3
    sed "$@" "$FLOW_DIR/bundle" >"$FLOW_DIR/changed"
    if cmp -s "$FLOW_DIR/bundle" "$FLOW_DIR/changed"; then
        bad "$name" 'nothing was changed'
    else
        says "$code" "$text" "$name" offline "$FLOW_DIR/changed"
    fi
}

# stock LINE: openssl alone finds the signature of that request good, and that of a changed one not
stock()
{
    local request
    request=$(jq -r .request <<<"$1")
    bytes "302a300506032b6570032100${request:8:64}" "$FLOW_DIR/key"
    bytes "${request:72:128}" "$FLOW_DIR/signature"
    bytes "${request:200}" "$FLOW_DIR/message"
    says 0 'Verified Successfully' 'openssl finds its signature good' \
        openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey "$FLOW_DIR/key" -in "$FLOW_DIR/message" -sigfile "$FLOW_DIR/signature"
    printf 'x' >>"$FLOW_DIR/message"
    says 1 'Failure' 'and of one byte more not' \
        openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey "$FLOW_DIR/key" -in "$FLOW_DIR/message" -sigfile "$FLOW_DIR/signature"
    same 'the key is the one the agency made' "$OWN_KEY" "${request:8:64}"
}

work()
{
    CASE=$(ctl case open --file "$KM_STATE/case.json" --as w@A056:worker --json | jq -r .case_id)
    drain
    offer
    says 0 '' 'the system reads what was offered' host referral show "$REF"
    says 0 'accepted' 'the system accepts for its agency' host referral accept "$REF" --json
    says 0 '' 'and records a visit' host referral visit "$REF" visit=visited --json
    says 0 '' 'a worker starts the service' ctl referral start "$REF" --as w@A059:worker
    drain
}

stored()
{
    local text
    same 'that it was read is in the history' A059 "$(sql "select agency from audit.event where detail = 'deliver'")"
    same 'two events keep a request: the acts themselves' 'accept visited' \
        "$(sql "select string_agg(detail, ' ' order by id) from audit.event where request is not null")"
    same 'each its own' 2 "$(sql 'select count(distinct request) from audit.event where request is not null')"
    text=$(sql "select string_agg(encode(request, 'escape'), '') from audit.event")
    yes 'it says what was asked and by whom' grep -qF "\"agency\":\"A059\"" <<<"$text"
    yes 'and about which referral' grep -qF "\"ref_id\":\"$REF\"" <<<"$text"
    jq -r '.sealed | .. | strings | select(length > 3)' "$HOUSEHOLD" | grep -vxE '[ -~]*' | while IFS= read -r text; do
        printf '%s' "$text" | od -An -v -tx1 | tr -d ' \n'
        printf '\n'
    done >"$FLOW_DIR/texts"
    yes 'the case has texts' test -s "$FLOW_DIR/texts"
    same 'none of which is in it' 0 "$(sql "select string_agg(encode(request, 'hex'), '') from audit.event" | grep -cFf "$FLOW_DIR/texts")"
}

verdicts()
{
    local line
    line=$(grep -n '"request"' "$FLOW_DIR/bundle" | head -n 1 | cut -d : -f 1)
    same 'the bundle has both' 2 "$(grep -c . "$FLOW_DIR/asked")"
    same "and the system's key, marked" "$OWN_KEY A059" "$(jq -r '.keys[] | select(.own) | "\(.key) \(.agency)"' "$FLOW_DIR/bundle")"
    says 0 "2 events under an agency's own signature" 'it verifies offline' offline "$FLOW_DIR/bundle"
    says 0 '1 handoffs accepted, lead A059' 'with the handoff' offline "$FLOW_DIR/bundle"
    stock "$(head -n 1 "$FLOW_DIR/asked")"
    changed 1 'ACCEPT): the request is not the one the event names' 'a byte of the request is changed' \
        "${line}s/\"request\":\"\\(.\\{500\\}\\)[0-9a-f]\\{2\\}/\"request\":\"\\100/"
    changed 2 'ACCEPT): the request of the agency'"'"'s own system is not in the bundle' 'the request is left out: incomplete' \
        "${line}s/,\"request\":\"[0-9a-f]*\"//"
    changed 2 'key of the system of A059' "the system's key is left out: incomplete" "1s/,{[^{}]*\"own\":true[^{}]*}//"
    changed 1 "not of an agency's own system" 'the key is called hosted' '1s/"own":true/"own":false/'
    says 2 'key of the system of A059' 'other keys than the bundle'"'"'s, without it: incomplete' \
        offline "$FLOW_DIR/bundle" --agency-keys <(jq -c '{keys: [.keys[] | select(.own | not)]}' "$FLOW_DIR/bundle")
    says 0 'under an agency' 'and with it: good' offline "$FLOW_DIR/bundle" --agency-keys <(jq -c '{keys}' "$FLOW_DIR/bundle")
}

command -v openssl >/dev/null || skip 'openssl がありません / there is no openssl'
flow_start
AGENCY=$KM_STATE/agency
jq -c '{channel, area, age_band, needs, urgency, consent, sealed}' "$HOUSEHOLD" | put_file "$KM_STATE/case.json" 0600
enrol
work
stored
VKEY=$(log_key)
bundle 'an auditor makes a bundle'
verdicts
if console_is_there && console_code; then
    yes 'the console makes one, too' test "$(console_makes "$CASE")" -gt 8
    says 0 "2 events under an agency's own signature" 'it verifies as well' offline "$FLOW_DIR/mine/bundle"
    same 'and has the same keys of systems' "$(jq -c '.keys[] | select(.own)' "$FLOW_DIR/bundle")" "$(jq -c '.keys[] | select(.own)' "$FLOW_DIR/mine/bundle")"
fi
says 0 '' 'the system is revoked' ctl host revoke "$NAME"
bundle 'and a bundle is made again'
says 0 "2 events under an agency's own signature" 'what it asked for before still stands' offline "$FLOW_DIR/bundle"
flow_end
