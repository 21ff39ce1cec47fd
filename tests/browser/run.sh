#!/usr/bin/env bash
# The console in a real browser against a real installation: nothing is played. Usage: run.sh STORY [keyboard], a file of this folder, by
# keyboard alone where its hands can. Who is in a story is enrolled before; first_hour begins with a one-time token and README.
#   KM_BUILD_DIR   the build, with its console made      KM_PICTURES   where pictures of the pages go (otherwise into the build)
# shellcheck source=tests/flow/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../flow/lib.sh"
# shellcheck source=tests/flow/lib_account.sh
. "$FLOW_ROOT/tests/flow/lib_account.sh"

STORY=$1
export KM_HANDS=${2:-$STORY} # the story of the keyboard knows no other
export KM_BUILD_DIR
PATH=$KM_BUILD_DIR/console/tools/node_modules/.bin:$PATH # where node had to be brought
PASSWORD='kawa wo nagareru momo 0042'
FLOW_DEMO=0
STORY_SECONDS=600 # most take a minute: only one that hangs takes so long

# enrolled USER TOKEN: takes the invitation up, again where the server took too long to answer; what was done all the same stays done
enrolled()
{
    local tries
    for tries in 1 2 3; do
        FLOW_ADDRESS=$((FLOW_ADDRESS + 9)) # an address of their own
        enrol_all "$2" "$PASSWORD"
        [ "$(sql "select state from account.person where user_name = '$1'")" != active ] || return 0
    done
    die "登録できません: $1 ($tries 回目: $STATUS)" 'somebody could not be enrolled'
}

# person NAME USER AGENCY ROLE: invited by the administrator and enrolled; a line for the file of people
person()
{
    await 200 POST /users "$(jq -cn --arg user "$2" --arg agency "$3" --arg role "$4" '{user: $user, agency: $agency, roles: [$role]}')" \
        as "token:$ADMIN" key "$(uuid)"
    enrolled "$2" "$(get .sealed.token)"
    jq -cn --arg name "$1" --arg user "$2" --arg password "$PASSWORD" --arg totp "$TOTP" '{($name): {user: $user, password: $password, totp: $totp}}'
}

first_administrator()
{
    local tries
    enrolled kanri "$(ctl account first --user kanri --json | jq -r .sealed.token)"
    jq -cn --arg password "$PASSWORD" --arg totp "$TOTP" '{administrator: {user: "kanri", password: $password, totp: $totp}}'
    for tries in 1 2 3; do
        forget_code kanri
        sign_in kanri "$PASSWORD" "$(totp "$TOTP")" administrator
        ADMIN=$TOKEN
        [ -z "$ADMIN" ] || return 0
    done
    die "サインインできません ($tries 回目: $STATUS)" 'the administrator is not let in'
}

# people_make: everybody whom stories are about, enrolled; the codes with which they enrolled count as used long ago
people_make()
{
    {
        first_administrator
        person sender madoguchi A056 worker
        person receiver seikatsu A062 worker
        person second eeru A077 worker
        person coordinator chosei A001 coordinator
        person auditor kansa A001 auditor
        person lead shocho A056 team_lead
        person colleague kohai A056 worker
        person secretary jimukyoku A001 secretary
    } >"$FLOW_DIR/people.jsonl"
    sql 'update account.person set totp_last_step = 0'
    jq -s add "$FLOW_DIR/people.jsonl" >"$FLOW_DIR/people.json"
}

# flow_before: a port that stays the same when the gateway is killed, for the page goes on asking there
flow_before()
{
    local port
    mkdir -p "$KM_BUILD_DIR/ports"
    for port in $(shuf -i 20000-32000 -n 50); do
        # nobody else's story takes it, also while nothing listens there: whatever this one starts holds the lock, to its end
        exec {PORT_LOCK}>"$KM_BUILD_DIR/ports/$port"
        if flock -n "$PORT_LOCK" && port_is_free "$port"; then
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
if [ "$STORY" = first_hour ]; then
    ctl account first --user kanri --json | jq -r .sealed.token >"$FLOW_DIR/token"
    printf '{}' >"$FLOW_DIR/people.json"
else
    people_make
fi
# a message that its receiver refuses, at the last of its tries: from then on it is parked
case $STORY in
    roles | administrator | directory)
        sql "with s as (insert into intake.stream_out (dest, key, last_seq) values ('referral', gen_random_uuid(), 1) returning dest, key)
            insert into intake.outbox (dest, key, seq, id, type, payload, actor, role, agency, trace, sent_at, next_try, attempts)
            select dest, key, 1, gen_random_uuid(), 'case_opened', '{}', 'madoguchi', 'worker', 'A056', '', now(), now(), 20 from s"
        ;;
esac
# rows of a story's own, written in bulk before it begins
if [ -e "$FLOW_ROOT/tests/browser/$STORY.sql" ]; then
    as_owner "$(pg_bin "$KM_STATE/pg")/psql" -X -q -h "$KM_SOCKETS" -U km_admin -d kashimaru <"$FLOW_ROOT/tests/browser/$STORY.sql" >"$FLOW_DIR/rows.log" 2>&1 ||
        die "行を書き込めません: $(tail -n 3 "$FLOW_DIR/rows.log")" 'the rows of the story were not written'
    printf 'the rows are there %s s after the start\n' "$SECONDS"
fi
{
    pids
    printf 'postgres 0 %s\n' "$(as_owner head -n 1 "$KM_STATE/pg/postmaster.pid")"
} >"$FLOW_DIR/pids"
# the log's key is there from the first event on, however long it is until then
while kill -0 "$$" 2>/dev/null; do
    VKEY=$(ctl audit head --json 2>/dev/null | jq -r '.vkey // empty')
    [ -z "$VKEY" ] || break
    sleep 0.3
done >/dev/null && printf '%s' "$VKEY" >"$FLOW_DIR/vkey.new" && mv "$FLOW_DIR/vkey.new" "$FLOW_DIR/vkey" &
WATCH=$!
KM_URL=$(gateway_url)/ KM_PIDS=$FLOW_DIR/pids KM_PEOPLE=$FLOW_DIR/people.json KM_CONSOLE=$KM_BUILD_DIR/console KM_PICTURES=${KM_PICTURES:-$KM_BUILD_DIR/pictures} \
    KM_VKEY=$FLOW_DIR/vkey KM_TOKEN=$FLOW_DIR/token KM_README=$FLOW_ROOT/README.md \
    timeout "$STORY_SECONDS" node "$FLOW_ROOT/tests/browser/$STORY.mjs"
code=$?
kill "$WATCH" 2>/dev/null
[ "$code" = 0 ] || as_owner tail -n 30 "$KM_STATE/log/kashimaru.log"
exit "$code"
