# shellcheck shell=bash
# One private, whole installation for one test: real programs, real PostgreSQL that syncs, real CURVE, reached over HTTP and over its
# own command line. Everything lies in one short folder of its own, runs as an account that is not root, and is gone at the end.
#
#   flow_start               makes it and starts it, the catalogue loaded       flow_end     summary and exit code
#   Sessions are opened without password (demo = 1), unless the test sets FLOW_DEMO=0 and signs in itself.
#   api METHOD PATH [JSON] as AGENCY[/ROLE] [key KEY]   one request; sets STATUS, BODY and FLOW_HEAD (file of headers)
#   await CODE METHOD PATH … the same, asked again until it answers CODE: messages between services take a moment
#   ok NAME · bad NAME WHY · expect CODE NAME · holds NAME JQ [jq options] · same NAME WANT GOT · yes NAME command…

set -uo pipefail

FLOW_ROOT=${KM_SOURCE_DIR:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)}
unset "${!KASHIMARU_@}"
# shellcheck source=services/lib/common.sh
. "$FLOW_ROOT/services/lib/common.sh"
# shellcheck source=services/lib/packages.sh
. "$FLOW_ROOT/services/lib/packages.sh"
# shellcheck source=services/lib/cluster.sh
. "$FLOW_ROOT/services/lib/cluster.sh"
# shellcheck source=services/lib/state.sh
. "$FLOW_ROOT/services/lib/state.sh"

FLOW_READY_SECONDS=180 # until all services answer; only a broken start takes so long
FLOW_AWAIT_SECONDS=90  # until a message has gone round; only a lost one takes so long
export LC_ALL=C.UTF-8
FLOW_SETTINGS=()
FLOW_DEMO=1
FLOW_PASSED=0
FLOW_FAILED=0
STATUS=''
BODY=''

# ---- results ----------------------------------------------------------------

ok()
{
    FLOW_PASSED=$((FLOW_PASSED + 1))
    printf 'ok %s\n' "$1"
}

bad()
{
    FLOW_FAILED=$((FLOW_FAILED + 1))
    printf 'FAIL %s: %s\n' "$1" "${2:-}"
}

# yes name command…: the command succeeds
yes()
{
    local name=$1
    shift
    if "$@"; then ok "$name"; else bad "$name" "$(printf '%q ' "$@")"; fi
}

# same name want got
same()
{
    if [ "$2" = "$3" ]; then ok "$1"; else bad "$1" "wanted «$2», got «$3»"; fi
}

# expect code name: of the last request
expect()
{
    if [ "$STATUS" = "$1" ]; then ok "$2"; else bad "$2" "wanted $1, got $STATUS ${BODY:0:600}"; fi
}

# holds name filter [jq options]: the last answer makes the filter true
holds()
{
    local name=$1 filter=$2
    shift 2
    if [ -n "$BODY" ] && jq -e "$@" "$filter" >/dev/null 2>&1 <<<"$BODY"; then ok "$name"; else bad "$name" "$filter of $STATUS ${BODY:0:600}"; fi
}

# says CODE TEXT NAME word…: a command ends with this code and says this text
says()
{
    local want=$1 text=$2 name=$3 got
    shift 3
    "$@" >"$FLOW_DIR/out" 2>&1
    got=$?
    if [ "$got" = "$want" ] && grep -qF -- "$text" "$FLOW_DIR/out"; then
        ok "$name"
    else
        bad "$name" "exit $got, wanted $want with «$text»: $(head -c 600 "$FLOW_DIR/out")"
    fi
}

# get filter: a value of the last answer
get()
{
    jq -r "$1" <<<"$BODY"
}

# flow_end: the last line and the exit code
flow_end()
{
    printf '%d passed, %d failed\n' "$FLOW_PASSED" "$FLOW_FAILED"
    if [ "$FLOW_FAILED" -gt 0 ] && [ -n "${KM_STATE:-}" ]; then
        printf -- '---- log, its end\n'
        as_owner tail -n 30 "$KM_STATE/log/kashimaru.log" 2>/dev/null
    fi
    [ "$FLOW_FAILED" = 0 ] && [ "$FLOW_PASSED" -gt 0 ]
    exit
}

# skip why: what the test needs is not on this machine
skip()
{
    printf 'skipped: %s\n' "$1"
    exit 77
}

# ---- the installation -------------------------------------------------------

# token_of agency role: of a session of such a person, opened when it is first asked for
token_of()
{
    local file=$FLOW_DIR/token-$1-$2
    [ -s "$file" ] || { ctl session open --as "$2-$1@$1:$2" >"$file.new" && mv "$file.new" "$file"; }
    cat "$file"
}

# flow_install: programs of the build under test, laid out as they are installed; the build itself is left as it is
flow_install()
{
    local stage=$FLOW_DIR/stage
    mkdir -p "$stage/bin" "$stage/share/kashimaru/sql" "$stage/share/man/man1"
    find "$KM_BUILD_DIR" -maxdepth 1 -type f -perm -u+x -name 'kashimaru*' -exec cp {} "$stage/bin/" \;
    cp -r "$FLOW_ROOT/sql/migrations" "$FLOW_ROOT/sql/seed" "$stage/share/kashimaru/sql/"
    [ ! -d "$FLOW_ROOT/sql/functions" ] || cp -r "$FLOW_ROOT/sql/functions" "$stage/share/kashimaru/sql/"
    cp "$FLOW_ROOT/services/ctl/kashimaru.1" "$stage/share/man/man1/"
    if [ -d "$KM_BUILD_DIR/console/dist" ]; then
        mkdir -p "$stage/share/kashimaru/console" && cp -r "$KM_BUILD_DIR/console/dist/." "$stage/share/kashimaru/console/"
    fi
    chmod -R a+rX "$stage"
    as_owner mkdir -m 0755 "$KM_APP"
    tar -C "$stage" -cf - . | as_owner tar -C "$KM_APP" --no-same-owner -xf -
    rm -rf "$stage"
}

# flow_make: everything but the start; array FLOW_SETTINGS has lines to add to the settings
flow_make()
{
    local tool
    for tool in curl jq; do
        command -v "$tool" >/dev/null || skip "$tool がありません / there is no $tool"
    done
    [ -n "$(pg_installed)" ] || skip 'PostgreSQL がありません / there is no PostgreSQL'
    [ -x "${KM_BUILD_DIR:-}/kashimaru" ] || die 'KM_BUILD_DIR にビルドがありません' 'KM_BUILD_DIR names no build'
    ! is_root || export KASHIMARU_USER=postgres
    FLOW_DIR=$(mktemp -d /tmp/kmf.XXXXXX) || exit 1
    trap flow_stop EXIT
    trap 'exit 1' TERM INT HUP PIPE
    chmod 0711 "$FLOW_DIR"
    FLOW_OUT=$FLOW_DIR/body
    FLOW_HEAD=$FLOW_DIR/head
    KASHIMARU_STATE=$FLOW_DIR/s
    export KASHIMARU_SESSION=$KASHIMARU_STATE/session # not the one of whoever runs the test
    KASHIMARU_GATEWAY_PORT=0
    state_choose
    state_make
    flow_install
    conf_create
    printf '%s\n' "$(as_owner cat "$KM_CONF")" "demo = $FLOW_DEMO" "${FLOW_SETTINGS[@]}" | put_file "$KM_CONF" 0600
    database_make
    ctl setup >"$FLOW_DIR/setup.log" || die "用意できません: $(cat "$FLOW_DIR/setup.log")" 'kashimaru setup failed'
}

# flow_up: starts the supervisor and waits until every service answers
flow_up()
{
    supervisor_start && ready_wait "$FLOW_READY_SECONDS" "$(supervisor_pid)" && return
    log_tail "$KM_STATE/log/kashimaru.log" 60
    die '起動できません' 'it did not start'
}

flow_start()
{
    flow_make
    ! declare -F flow_before >/dev/null || flow_before # the test's own, before anything runs
    flow_up
    directory_load >"$FLOW_DIR/load.log" 2>&1 || die "台帳: $(cat "$FLOW_DIR/load.log")" 'the catalogue was not loaded'
    FLOW_URL=$(gateway_url)/api/v1
}

# flow_stop: whatever happened before; ends only what flow_up started, by its pid
flow_stop()
{
    local pid
    trap '' TERM INT HUP PIPE
    [ -n "${FLOW_DIR:-}" ] || return 0
    if [ -n "${KM_STATE:-}" ] && [ -d "$KM_STATE" ]; then
        if ! supervisor_stop; then
            pid=$(supervisor_pid)
            [ -z "$pid" ] || as_owner kill -KILL "$pid"
        fi
        leftovers_stop >/dev/null 2>&1
    fi
    if [ -n "${FLOW_KEEP:-}" ]; then
        printf 'kept: %s\n' "$FLOW_DIR"
    else
        rm -rf "$FLOW_DIR"
    fi
}

# ctl word…: the command line of this installation
ctl()
{
    as_owner "$KM_APP/bin/kashimaru" "$@" --config "$KM_CONF"
}

# sql statement [database]: as the owner of the schemas, over the private socket
sql()
{
    as_owner "$(pg_bin "$KM_STATE/pg")/psql" -X -A -t -q -v ON_ERROR_STOP=1 -h "$KM_SOCKETS" -U km_admin -d "${2:-kashimaru}" -c "$1"
}

# pids: program, number and pid of every process, one a line
pids()
{
    ctl status --json | jq -r '"supervisor 0 \(.pid)", (.children[] | "\(.program) \(.instance) \(.pid)")' | sort
}

# ---- requests ---------------------------------------------------------------

# api METHOD PATH [JSON] as AGENCY[/ROLE] [key KEY] [type CONTENT-TYPE] [file BODY] [with HEADER]…; «as nobody» sends no token,
# «as token:X» sends X
api()
{
    local method=$1 path=$2 body='' who='' token='' type='application/json' file=''
    local -a args=()
    shift 2
    while [ "$#" -gt 0 ]; do
        case $1 in
        as) who=$2 && shift 2 ;;
        key) args+=(-H "Idempotency-Key: $2") && shift 2 ;;
        type) type=$2 && shift 2 ;;
        file) file=$2 && shift 2 ;;
        with) args+=(-H "$2") && shift 2 ;;
        *) body=$1 && shift ;;
        esac
    done
    case $who in
    nobody | '') ;;
    token:*) token=${who#token:} ;;
    */*) token=$(token_of "${who%%/*}" "${who#*/}") ;;
    *) token=$(token_of "$who" worker) ;;
    esac
    [ -z "$token" ] || args+=(-H "Authorization: Bearer $token")
    [ -z "$body$file" ] || args+=(-H "Content-Type: $type" --data-binary "@${file:--}")
    : >"$FLOW_OUT" # of a request that is not answered nothing is left of the one before
    : >"$FLOW_HEAD"
    STATUS=$(printf '%s' "$body" | curl -s --path-as-is -o "$FLOW_OUT" -D "$FLOW_HEAD" -w '%{http_code}' --max-time 120 \
        -X "$method" "${args[@]}" "$FLOW_URL$path")
    BODY=$(cat "$FLOW_OUT" 2>/dev/null)
    [ -z "${FLOW_RECORD:-}" ] || jq -cn --arg method "$method" --arg path "$path" --arg status "$STATUS" --arg body "$BODY" \
        --arg sent "$body" '$ARGS.named' >>"$FLOW_RECORD"
}

# await CODE METHOD PATH …
await()
{
    local code=$1 end=$((SECONDS + FLOW_AWAIT_SECONDS))
    shift
    api "$@"
    while [ "$STATUS" != "$code" ] && [ "$SECONDS" -lt "$end" ]; do
        sleep 0.05
        api "$@"
    done
}

# await_holds FILTER METHOD PATH …: asked again until the answer makes the filter true
await_holds()
{
    local filter=$1 end=$((SECONDS + FLOW_AWAIT_SECONDS))
    shift
    api "$@"
    while ! jq -e "$filter" >/dev/null 2>&1 <<<"$BODY" && [ "$SECONDS" -lt "$end" ]; do
        sleep 0.05
        api "$@"
    done
}

# port_free: a TCP port nobody listens on, and below those the system gives to whoever asks for any
port_free()
{
    local port
    while :; do
        port=$((20000 + RANDOM % 12000))
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
    done
    printf '%s' "$port"
}

uuid()
{
    cat /proc/sys/kernel/random/uuid
}

# open_case FILE AGENCY: the household of a file comes to a desk; sets CASE when it was taken on
open_case()
{
    api POST /cases "$(jq -c '{channel, area, age_band, needs, urgency, consent, sealed}' "$1")" as "$2" key "$(uuid)"
    # shellcheck disable=SC2034 # for whoever sources this
    CASE=$(get '.case_id // empty')
}

# nothing_waits: all queues looked at as one. One by one, a message that goes from a queue not looked at yet to one that was is seen in neither
nothing_waits()
{
    local all='select count(*) from (select from intake.outbox union all select from referral.outbox union all select from meeting.outbox
        union all select from audit.outbox union all select from account.outbox) one'
    [ "$(sql "$all" 2>/dev/null) $(sql 'select count(*) from keys.outbox' kashimaru_keys 2>/dev/null) $(sql "$all" 2>/dev/null)" = '0 0 0' ]
}

# drain: until no message waits in any queue; false when some still do
drain()
{
    drain_within "$FLOW_AWAIT_SECONDS"
}

drain_within()
{
    local end=$((SECONDS + $1)) waiting
    while :; do
        waiting=$(ctl queue status --json 2>/dev/null | jq -s 'if length < 6 then 1 else [.[].answer.lines[]? | .waiting] | add // 0 end')
        [ "$waiting" != 0 ] || ! nothing_waits || return 0
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.1
    done
}
