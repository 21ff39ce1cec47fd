# shellcheck shell=bash
# One installation: where its folder is, who owns it, what is inside, and its life. Needs common.sh and cluster.sh.
#   app/ programs   pg/ private PostgreSQL   keys/ identities   log/   run/ sockets and the supervisor's pid   kashimaru.conf

# state_choose: sets KM_STATE, KM_OWNER, KM_CONF, KM_APP, KM_SOCKETS; makes nothing.
state_choose()
{
    if is_root; then
        KM_OWNER=${KASHIMARU_USER:-kashimaru}
        KM_STATE=${KASHIMARU_STATE:-/var/lib/kashimaru}
    else
        KM_OWNER=$(id -un)
        KM_STATE=${KASHIMARU_STATE:-${XDG_STATE_HOME:-$HOME/.local/state}/kashimaru}
    fi
    KM_STATE=$(realpath -m -- "$KM_STATE")
    case $KM_STATE in
    *[!A-Za-z0-9/._-]*)
        die "状態フォルダの名前に使えるのは英数字と / . _ - だけです: $KM_STATE" "letters, digits and / . _ - only in the state folder's path"
        ;;
    esac
    KM_CONF=$KM_STATE/kashimaru.conf
    KM_APP=${KM_APP:-$KM_STATE/app}
    KM_SOCKETS=$(sockets_for "$KM_STATE")
}

# sockets_for state: its run/, or a short folder elsewhere when a socket's path would not fit the kernel's limit.
sockets_for()
{
    local mark
    if [ "$(printf '%s/run/.s.PGSQL.5432' "$1" | wc -c)" -le "$KM_SOCKET_MAX" ]; then
        printf '%s/run' "$1"
        return
    fi
    mark=$(printf '%s' "$1" | sha256sum | cut -c 1-12)
    if is_root; then
        printf '/run/kashimaru-%s' "$mark"
    else
        printf '/tmp/kashimaru-%s-%s' "$(id -u)" "$mark"
    fi
}

# state_make: the account and the folders; harmless when they exist.
state_make()
{
    local folder
    if is_root && ! id "$KM_OWNER" >/dev/null 2>&1; then
        useradd --system --user-group --no-create-home --home-dir "$KM_STATE" --shell /usr/sbin/nologin "$KM_OWNER"
    fi
    if [ ! -d "$KM_STATE" ]; then
        mkdir -p "$(dirname "$KM_STATE")"
        mkdir -m 0700 "$KM_STATE"
        ! is_root || chown "$KM_OWNER:" "$KM_STATE"
    fi
    if [ "$(stat -c %U "$KM_STATE")" != "$KM_OWNER" ] || ! as_owner test -w "$KM_STATE"; then
        die "$KM_STATE は $KM_OWNER のものでないか、$KM_OWNER が入れません" "$KM_STATE is not $KM_OWNER's, or $KM_OWNER cannot enter it"
    fi
    as_owner chmod 0700 "$KM_STATE"
    for folder in run log; do
        as_owner mkdir -p -m 0700 "$KM_STATE/$folder"
    done
    [ "$KM_SOCKETS" = "$KM_STATE/run" ] || sockets_make
}

# sockets_make: the short folder; it lies where others may write, so it must be ours, a folder and closed.
sockets_make()
{
    if [ ! -e "$KM_SOCKETS" ]; then
        mkdir -m 0700 "$KM_SOCKETS"
        ! is_root || chown "$KM_OWNER:" "$KM_SOCKETS"
    fi
    if [ -L "$KM_SOCKETS" ] || [ "$(stat -c '%F %U %a' "$KM_SOCKETS")" != "directory $KM_OWNER 700" ]; then
        die "$KM_SOCKETS は $KM_OWNER だけのフォルダではありません" "$KM_SOCKETS is not a folder of $KM_OWNER's alone"
    fi
}

# conf_get key default
conf_get()
{
    local value
    value=$(as_owner cat "$KM_CONF" 2>/dev/null |
        awk -v key="$1" '{ at = index($0, "="); k = substr($0, 1, at - 1); gsub(/[ \t]/, "", k) }
            at && k == key { v = substr($0, at + 1); sub(/^[ \t]+/, "", v); sub(/[ \t]+$/, "", v) } END { print v }')
    printf '%s' "${value:-$2}"
}

# conf_set key value: in the place of what was there, else at the end
conf_set()
{
    as_owner cat "$KM_CONF" | awk -v key="$1" -v value="$2" '
        { at = index($0, "="); k = substr($0, 1, at - 1); gsub(/[ \t]/, "", k) }
        at && k == key { if (!n++) print key " = " value; next }
        { print }
        END { if (!n) print key " = " value }' | put_file "$KM_CONF" 0600
}

port_is_free()
{
    ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# port_choose: the first free one from 8480 on.
port_choose()
{
    local port
    for port in $(seq 8480 8579); do
        if port_is_free "$port"; then
            printf '%s' "$port"
            return
        fi
    done
    die "8480〜8579 番のポートはすべて使用中です" "every port from 8480 to 8579 is taken"
}

# conf_create: the settings of this installation, once; later changes are the operator's.
conf_create()
{
    if as_owner test -f "$KM_CONF"; then
        return
    fi
    {
        printf '# かしまるの設定。一覧と説明は kashimaru(1) / settings of this installation; see kashimaru(1) for all of them\n'
        printf 'state = %s\n' "$KM_STATE"
        printf 'gateway.port = %s\n' "${KASHIMARU_GATEWAY_PORT:-$(port_choose)}"
        if [ -z "${KASHIMARU_DB_DSN:-}" ]; then
            printf 'postgres.bin = %s\n' "$(pg_bin "$KM_STATE/pg")"
        fi
        if [ "$KM_SOCKETS" != "$KM_STATE/run" ]; then
            printf 'relay.endpoint = ipc://%s/relay.sock\n' "$KM_SOCKETS"
            printf 'db.dsn = host=%s port=5432 dbname=kashimaru\n' "$KM_SOCKETS"
            printf 'db.keys_dsn = host=%s port=5432 dbname=kashimaru_keys\n' "$KM_SOCKETS"
        fi
    } | put_file "$KM_CONF" 0600
}

# database_make: the private cluster, unless the settings point to an outside server.
database_make()
{
    if [ "${KASHIMARU_POSTGRES:-$(conf_get postgres 1)}" = 1 ]; then
        # root may become the owner anyway, and the operator's doctor and migrations are run by it
        cluster_create "$KM_STATE/pg" "$KM_SOCKETS" "$KM_OWNER" root
    fi
}

# supervisor_pid: of the supervisor of this installation, or nothing. The pid file alone proves nothing: numbers are used again.
supervisor_pid()
{
    local pid words
    pid=$(as_owner cat "$KM_STATE/run/kashimaru.pid" 2>/dev/null || true)
    case $pid in
    '' | *[!0-9]*) return 0 ;;
    esac
    words=$(tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" || true)
    case $words in
    *"kashimaru up --config $KM_CONF "*) printf '%s' "$pid" ;;
    esac
}

# supervisor_start: in a session of its own; its log is log/kashimaru.log. Keys live in locked memory, so the limit is raised
# as far as this account may.
#   fails  1 when it ended before it was known by its pid
supervisor_start()
{
    local launcher
    ulimit -l "${KM_LOCKED_KB:-65536}" 2>/dev/null || ulimit -l "$(ulimit -H -l)" 2>/dev/null || true
    as_owner rm -f "$KM_STATE/run/kashimaru.pid"
    as_owner setsid sh -c 'umask 077 && echo $$ >"$1/run/kashimaru.pid" &&
        exec "$2/bin/kashimaru" up --config "$3" >>"$1/log/kashimaru.log" 2>&1' \
        supervisor_start "$KM_STATE" "$KM_APP" "$KM_CONF" </dev/null >/dev/null 2>&1 &
    launcher=$!
    while [ -z "$(supervisor_pid)" ]; do
        kill -0 "$launcher" 2>/dev/null || return 1
        sleep 0.05
    done
}

# supervisor_stop: SIGTERM, then waits; true when it is gone (or was not there).
supervisor_stop()
{
    local pid tries
    pid=$(supervisor_pid)
    [ -n "$pid" ] || return 0
    as_owner kill -TERM "$pid" 2>/dev/null || true
    for tries in $(seq 1 600); do
        if [ -z "$(supervisor_pid)" ]; then
            as_owner rm -f "$KM_STATE/run/kashimaru.pid"
            return 0
        fi
        sleep 0.1
    done
    warn "$((tries / 10)) 秒待っても止まりません (pid $pid)" "pid $pid did not stop within a minute"
    return 1
}

# leftovers_stop: a supervisor that was killed may have left its PostgreSQL behind.
leftovers_stop()
{
    local pid
    pid=$(as_owner head -n 1 "$KM_STATE/pg/postmaster.pid" 2>/dev/null || true)
    if [ -n "$pid" ] && tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF "$KM_STATE/pg"; then
        cluster_stop "$KM_STATE/pg"
    fi
}

# gateway_url: where the gateway of this installation listens; nothing while port 0 is not decided yet.
gateway_url()
{
    local host port
    host=${KASHIMARU_GATEWAY_LISTEN:-$(conf_get gateway.listen 127.0.0.1)}
    port=${KASHIMARU_GATEWAY_PORT:-$(conf_get gateway.port 8480)}
    if [ "$port" = 0 ]; then
        port=$(as_owner cat "$KM_STATE/run/gateway.port" 2>/dev/null || true)
        [ -n "$port" ] || return 0
    fi
    case $host in
    0.0.0.0 | ::) host=127.0.0.1 ;;
    *:*) host="[$host]" ;;
    esac
    printf 'http://%s:%s' "$host" "$port"
}

# ready_wait seconds pid: until /readyz answers; false when the process ends first or time is up.
ready_wait()
{
    local end=$((SECONDS + $1)) url
    while [ "$SECONDS" -lt "$end" ]; do
        url=$(gateway_url)
        if [ -n "$url" ] && curl -fs -o /dev/null --max-time 2 "$url/readyz" 2>/dev/null; then
            return 0
        fi
        [ -d "/proc/$2" ] || return 1
        sleep 0.2
    done
    return 1
}

# administrator_invite: while nobody administers this installation: the one-time token with which somebody begins to. Asked again before
# it is taken up, a new one takes its place.
administrator_invite()
{
    local token where='' status=0
    [ -z "${KASHIMARU_STATE:-}" ] || where=" --config $KM_CONF"
    token=$(as_owner "$KM_APP/bin/kashimaru" account first --user kanri --config "$KM_CONF" 2>&1) || status=$?
    case $status in
    0)
        printf '%s\n' "$token"
        cat <<END
  登録します。トークン、パスワード、認証アプリのコードを尋ねます / take it up; token, password and authenticator code are asked for:
    $KM_APP/bin/kashimaru enrol$where
  登録したら、利用者を招待できます / then sign in, and invite others:
    $KM_APP/bin/kashimaru sign-in$where --user kanri
    $KM_APP/bin/kashimaru user invite$where user=madoguchi agency=A056 roles=worker

END
        ;;
    10) ;; # there is an administrator
    *) warn "最初の管理者を招待できません: $token" "cannot invite the first administrator" ;;
    esac
}

# directory_load: agencies, programmes and routing through the running services, once for each edition of the catalogue.
directory_load()
{
    local seed=$KM_APP/share/kashimaru/sql/seed mark=$KM_STATE/directory.loaded digest
    digest=$(tree_digest "$seed")
    if [ "$(as_owner cat "$mark" 2>/dev/null || true)" = "$digest" ]; then
        return
    fi
    say "機関・制度の台帳を読み込みます" "loading the directory of agencies and programmes"
    as_owner "$KM_APP/bin/kashimaru" directory load "$seed" --config "$KM_CONF" | sed 's/^/    /'
    printf '%s\n' "$digest" | put_file "$mark" 0600
}
