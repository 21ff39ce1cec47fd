#!/usr/bin/env bash
# The console in a real browser against a real installation: nothing is played. Usage: run.sh STORY, a file of this folder.
#   KM_BUILD_DIR   the build, with its console made      KM_PICTURES   where pictures of the pages go (otherwise into the build)
# shellcheck source=tests/flow/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../flow/lib.sh"
# shellcheck source=tests/flow/lib_account.sh
. "$FLOW_ROOT/tests/flow/lib_account.sh"

STORY=$1
export KM_BUILD_DIR
PATH=$KM_BUILD_DIR/console/tools/node_modules/.bin:$PATH # where node had to be brought
PASSWORD='kawa wo nagareru momo 0042'
FLOW_DEMO=0

# person NAME USER AGENCY ROLE: invited by the administrator and enrolled; a line for the file of people
person()
{
    api POST /users "$(jq -cn --arg user "$2" --arg agency "$3" --arg role "$4" '{user: $user, agency: $agency, roles: [$role]}')" as "token:$ADMIN"
    FLOW_ADDRESS=$((FLOW_ADDRESS + 9)) # an address of their own
    enrol_all "$(get .sealed.token)" "$PASSWORD"
    jq -cn --arg name "$1" --arg user "$2" --arg password "$PASSWORD" --arg totp "$TOTP" '{($name): {user: $user, password: $password, totp: $totp}}'
}

first_administrator()
{
    local token
    token=$(ctl account first --user kanri --json | jq -r .sealed.token)
    enrol_all "$token" "$PASSWORD"
    jq -cn --arg password "$PASSWORD" --arg totp "$TOTP" '{administrator: {user: "kanri", password: $password, totp: $totp}}'
    forget_code kanri
    sign_in kanri "$PASSWORD" "$(totp "$TOTP")" administrator
    ADMIN=$TOKEN
}

# flow_before: a port that stays the same when the gateway is killed, for the page goes on asking there
flow_before()
{
    local port
    for port in $(shuf -i 20000-32000 -n 50); do
        if port_is_free "$port"; then
            conf_set gateway.port "$port"
            return
        fi
    done
    die '空いているポートがありません' 'no free port'
}

command -v node >/dev/null || skip 'node がありません / there is no node'
[ -x "${KM_CHROMIUM:-/usr/bin/chromium}" ] || skip 'Chromium がありません / there is no Chromium'
[ -d "$KM_BUILD_DIR/console/dist" ] || skip '画面が作られていません / the console is not built'
flow_start
{
    first_administrator
    person sender madoguchi A056 worker
    person receiver seikatsu A062 worker
    person second eeru A077 worker
    person coordinator chosei A001 coordinator
    person auditor kansa A001 auditor
} >"$FLOW_DIR/people.jsonl"
sql 'update account.person set totp_last_step = 0' # the codes with which they enrolled count as used long ago
jq -s add "$FLOW_DIR/people.jsonl" >"$FLOW_DIR/people.json"
{
    pids
    printf 'postgres 0 %s\n' "$(as_owner head -n 1 "$KM_STATE/pg/postmaster.pid")"
} >"$FLOW_DIR/pids"
# the log's key is there from the first event on
for _ in {1..200}; do
    VKEY=$(ctl audit head --json 2>/dev/null | jq -r '.vkey // empty')
    [ -z "$VKEY" ] || break
    sleep 0.3
done >/dev/null && printf '%s' "$VKEY" >"$FLOW_DIR/vkey.new" && mv "$FLOW_DIR/vkey.new" "$FLOW_DIR/vkey" &
WATCH=$!
KM_URL=$(gateway_url)/ KM_PIDS=$FLOW_DIR/pids KM_PEOPLE=$FLOW_DIR/people.json KM_CONSOLE=$KM_BUILD_DIR/console KM_PICTURES=${KM_PICTURES:-$KM_BUILD_DIR/pictures} \
    KM_VKEY=$FLOW_DIR/vkey \
    timeout 300 node "$FLOW_ROOT/tests/browser/$STORY.mjs"
code=$?
kill "$WATCH" 2>/dev/null
[ "$code" = 0 ] || as_owner tail -n 30 "$KM_STATE/log/kashimaru.log"
exit "$code"
