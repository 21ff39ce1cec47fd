# shellcheck shell=bash
# A private PostgreSQL: no network address, one socket folder only its owner may enter, system accounts mapped to roles by name,
# and a log that never shows what a row holds. Needs common.sh and packages.sh; KM_OWNER is the account it runs as.

KM_ROLES=(km_admin km_intake km_referral km_meeting km_audit km_account km_sequencer km_keys)
KM_SOCKET_MAX=107 # bytes a Unix socket's path may have

# pg_bin [data]: the folder of the server programs, of the version that made `data` if it exists.
pg_bin()
{
    local major=''
    if [ -n "${1:-}" ]; then
        major=$(as_owner cat "$1/PG_VERSION" 2>/dev/null || true)
    fi
    major=${major:-$(pg_installed)}
    if [ -n "$major" ] && [ -x "/usr/lib/postgresql/$major/bin/postgres" ]; then
        printf '/usr/lib/postgresql/%s/bin' "$major"
    elif [ -z "$major" ] && command -v pg_config >/dev/null && [ -x "$(pg_config --bindir)/initdb" ]; then
        pg_config --bindir
    else
        die "PostgreSQL ${major:-15 以上} のサーバがありません" "there is no PostgreSQL server ${major:-15 or newer}"
    fi
}

# buffers_mb: an eighth of the machine's memory for PostgreSQL's own buffers, from 64 to 512 MB; the system caches the rest.
buffers_mb()
{
    awk '$1 == "MemTotal:" { mb = int($2 / 8192) } END { print (mb < 64 ? 64 : mb > 512 ? 512 : mb) }' /proc/meminfo
}

# cluster_settings sockets: postgresql.conf, as far as it differs from the defaults. Sealed records do not compress, and full-page
# images are rare with checkpoints far apart: compressing the log would cost more than it saves.
cluster_settings()
{
    cat <<END
# written anew by the set-up script; put changes of your own into kashimaru.local.conf
listen_addresses = ''
port = 5432
unix_socket_directories = '$1'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = $(buffers_mb)MB
jit = off
lc_messages = 'C'
default_text_search_config = 'pg_catalog.simple'
timezone = 'UTC'
log_timezone = 'UTC'

# what was acknowledged survives the death of the machine
fsync = on
synchronous_commit = on
full_page_writes = on
wal_level = replica
wal_compression = off
max_wal_size = 4GB
min_wal_size = 1GB
checkpoint_timeout = 15min
checkpoint_completion_target = 0.9

# the log goes to whoever started the server and holds no row: neither statements nor parameters nor the DETAIL of an error
log_destination = 'stderr'
logging_collector = off
log_line_prefix = '%m [%p] %q%u@%d '
log_statement = 'none'
log_min_duration_statement = -1
log_min_error_statement = panic
log_error_verbosity = terse
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
idle_in_transaction_session_timeout = '60s'
END
}

# cluster_identity account…: pg_ident.conf: each of these system accounts may be every role of ours.
cluster_identity()
{
    local account role
    printf '# map       system account   role\n'
    for account in "$@"; do
        for role in "${KM_ROLES[@]}"; do
            printf 'kashimaru   %s   %s\n' "$account" "$role"
        done
    done
}

# cluster_configure data sockets account…: writes the settings; they hold from the next start.
cluster_configure()
{
    local data=$1 sockets=$2
    shift 2
    if [ "$(printf '%s/.s.PGSQL.5432' "$sockets" | wc -c)" -gt "$KM_SOCKET_MAX" ]; then
        die "ソケットの場所が長すぎます: $sockets" "too long a path for a socket: $sockets"
    fi
    cluster_settings "$sockets" | put_file "$data/kashimaru.conf" 0600
    cluster_identity "$@" | put_file "$data/pg_ident.conf" 0600
    printf 'local all all peer map=kashimaru\n' | put_file "$data/pg_hba.conf" 0600
    as_owner test -f "$data/kashimaru.local.conf" ||
        printf '# settings of your own; they win over kashimaru.conf\n' | put_file "$data/kashimaru.local.conf" 0600
    printf "include 'kashimaru.conf'\ninclude 'kashimaru.local.conf'\n" | put_file "$data/postgresql.conf" 0600
}

# database_create data bin name: without a server. A statement that fails does not show in the exit code, so the log is read.
database_create()
{
    local log
    log=$(printf 'create database %s\n' "$3" | as_owner "$2/postgres" --single -D "$1" -c log_checkpoints=off postgres 2>&1) ||
        log="FATAL: $log"
    case $log in
    *ERROR:* | *FATAL:* | *PANIC:*) die "データベース $3 を作れません: $log" "cannot create the database named above" ;;
    esac
}

# cluster_create data sockets account…: initdb with checksums and both databases, unless `data` is already one; then the settings.
# It is made beside its place and moved there last, so that an interrupted run leaves nothing half made.
cluster_create()
{
    local data=$1 bin name
    if ! as_owner test -f "$data/PG_VERSION"; then
        bin=$(pg_bin)
        as_owner rm -rf "$data.new"
        as_owner "$bin/initdb" -D "$data.new" -U km_admin --auth-local=peer --auth-host=reject --encoding=UTF8 \
            --locale=C.UTF-8 --data-checksums >/dev/null
        cluster_configure "$data.new" "${@:2}"
        for name in kashimaru kashimaru_keys; do
            database_create "$data.new" "$bin" "$name"
        done
        as_owner mv -T "$data.new" "$data"
    fi
    cluster_configure "$@"
}

# cluster_stop data: for a server whose supervisor is gone
cluster_stop()
{
    as_owner "$(pg_bin "$1")/pg_ctl" -s -w -t 60 -D "$1" -m fast stop
}
