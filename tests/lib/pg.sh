# shellcheck shell=sh
# A private, throw-away PostgreSQL cluster for one test: its own folder, a Unix socket in it and no network, page checksums on.
# To be sourced by sh. PostgreSQL refuses to run as root, so root starts it as the system user `postgres`.
#
#   pg_start [durable]   new cluster, running; without `durable` nothing is fsynced
#   pg_dsn               its connection string
#   pg_crash             ends it as a power cut would: no checkpoint, clients cut off (SIGKILL)
#   pg_resume            starts it again after pg_crash
#   pg_stop              stops it and deletes everything; safe to call twice
#
# PG_DIR names the folder; export it to call pg_crash and pg_resume from another process.

PG_LEAST=15
PG_SOCKET_MAX=107
PG_SOCKET_NAME=/.s.PGSQL.5432

# pg_bin: the newest PostgreSQL of this machine, at least PG_LEAST.
pg_bin() {
    pg_bin_best=0
    for pg_bin_dir in /usr/lib/postgresql/*/bin; do
        pg_bin_n=${pg_bin_dir#/usr/lib/postgresql/}
        pg_bin_n=${pg_bin_n%/bin}
        case $pg_bin_n in *[!0-9]*) continue ;; esac
        if [ -x "$pg_bin_dir/initdb" ] && [ "$pg_bin_n" -gt "$pg_bin_best" ]; then pg_bin_best=$pg_bin_n; fi
    done
    if [ "$pg_bin_best" -lt $PG_LEAST ]; then
        echo "pg.sh: PostgreSQL $PG_LEAST or newer is needed (package postgresql)" >&2
        return 1
    fi
    echo "/usr/lib/postgresql/$pg_bin_best/bin"
}

# pg_as: runs a command as the user the cluster belongs to, in a folder that user may enter.
pg_as() (
    cd / || exit 1
    if [ "$(id -u)" -ne 0 ]; then exec "$@"; fi
    exec setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"
)

pg_start() {
    PG_BIN=$(pg_bin) || return 1
    if [ "$(id -u)" -eq 0 ] && ! id postgres >/dev/null 2>&1; then
        echo "pg.sh: root needs a system user postgres" >&2
        return 1
    fi
    PG_DIR=$(mktemp -d "${TMPDIR:-/tmp}/kmpg.XXXXXX") || return 1
    if [ $((${#PG_DIR} + ${#PG_SOCKET_NAME})) -gt $PG_SOCKET_MAX ]; then
        rmdir "$PG_DIR"
        PG_DIR=$(mktemp -d /tmp/kmpg.XXXXXX) || return 1
    fi
    chmod 700 "$PG_DIR"
    if [ "$(id -u)" -eq 0 ]; then chown postgres: "$PG_DIR"; fi
    pg_as "$PG_BIN/initdb" -D "$PG_DIR/data" -U kashimaru --auth=trust --encoding=UTF8 --locale=C.UTF-8 \
        --data-checksums --no-sync >"$PG_DIR/initdb.log" 2>&1 || { cat "$PG_DIR/initdb.log" >&2; pg_stop; return 1; }
    pg_fsync=off
    if [ "${1:-}" = durable ]; then pg_fsync=on; fi
    {
        echo "listen_addresses = ''"
        echo "unix_socket_directories = '$PG_DIR'"
        echo "fsync = $pg_fsync"
        echo "full_page_writes = $pg_fsync"
        echo "max_connections = 50"
        echo "shared_buffers = '32MB'"
        echo "log_min_messages = warning"
    } >>"$PG_DIR/data/postgresql.conf"
    pg_resume
}

pg_resume() {
    PG_BIN=$(pg_bin) || return 1
    # a cluster that was killed may still be letting go of its shared memory
    for pg_resume_try in 1 2 3 4 5; do
        if pg_as "$PG_BIN/pg_ctl" -D "$PG_DIR/data" -l "$PG_DIR/server.log" -w -t 300 -s start </dev/null >/dev/null 2>&1; then
            return 0
        fi
        sleep "$pg_resume_try"
    done
    tail -n 20 "$PG_DIR/server.log" >&2
    return 1
}

pg_crash() {
    pg_crash_pid=$(head -n 1 "$PG_DIR/data/postmaster.pid") || return 1
    # the server processes are children of the first; all of them go at once
    pg_crash_all="$pg_crash_pid $(ps -o pid= --ppid "$pg_crash_pid")"
    # shellcheck disable=SC2086
    kill -KILL $pg_crash_all
    # its socket's lock goes with it; in a container without an init the dead may stay visible, so this does not ask for ever
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        if ! kill -0 "$pg_crash_pid" 2>/dev/null; then break; fi
        sleep 0.1
    done
}

pg_stop() {
    if [ -z "${PG_DIR:-}" ] || [ ! -d "$PG_DIR" ]; then return 0; fi
    if [ -f "$PG_DIR/data/postmaster.pid" ]; then
        # a test is not judged by how its server ended
        pg_as "$PG_BIN/pg_ctl" -D "$PG_DIR/data" -m immediate -w -t 300 -s stop >/dev/null 2>&1 || :
    fi
    rm -rf "$PG_DIR"
}

pg_dsn() {
    echo "host=$PG_DIR user=kashimaru dbname=postgres"
}
