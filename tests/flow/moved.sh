#!/usr/bin/env bash
# The databases move to another server, by dump and restore: its transactions count from lower numbers. What is leaf stays leaf, what is not
# yet becomes one, the log goes on as it was, and also when the new server's numbers pass the old ones nothing is read twice.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$(dirname "${BASH_SOURCE[0]}")/lib_story.sh"
. "$(dirname "${BASH_SOURCE[0]}")/lib_log.sh"

# pass N: so many transactions
pass()
{
    sql "do \$\$ begin for i in 1..$1 loop perform pg_current_xact_id(); commit; end loop; end \$\$"
}

# server start|stop: of the databases alone
server()
{
    as_owner "$(pg_bin "$KM_STATE/pg")/pg_ctl" -s -w -D "$KM_STATE/pg" -l "$KM_STATE/log/pg.log" -m fast "$1" >/dev/null
}

# tool NAME word…: of PostgreSQL
tool()
{
    local name=$1
    shift
    as_owner "$(pg_bin "$KM_STATE/pg")/$name" -h "$KM_SOCKETS" -U km_admin "$@"
}

flow_start
pass 20000
some_events 3
FIRST=$CASE
yes 'all is in the log' log_is_full
turn_held
some_events 2
WAITING=$CASE
same_query 'some of the history is not leaf yet' t 'select count(*) > (select count(*) from ledger.entry) from audit.event'
installation_stop
server start
READ=$(sql 'select tx from ledger.position')
tool pg_dumpall -g -f "$KM_STATE/roles.sql"
for name in kashimaru kashimaru_keys; do
    tool pg_dump -Fc -f "$KM_STATE/$name.dump" "$name"
done
server stop

# ---- another server ----
as_owner mv -T "$KM_STATE/pg" "$KM_STATE/pg.old"
cluster_create "$KM_STATE/pg" "$KM_SOCKETS" "$KM_OWNER"
server start
tool psql -X -q -d postgres -f "$KM_STATE/roles.sql" >/dev/null 2>&1
for name in kashimaru kashimaru_keys; do
    yes "$name is read in" tool pg_restore --clean --if-exists --create -d postgres "$KM_STATE/$name.dump"
done
same_query 'its transactions have lower numbers' t "select pg_current_xact_id() < '$READ'"
sql "insert into audit.event (case_id, at, happened, agency) values ('$FIRST', now(), 'note_added', 'A056')"
server stop
installation_start
some_events 2
yes 'it is noticed' logged history_on_another_server
yes 'all that waited becomes leaves' log_is_full
each_in_one_log moved
same_query 'in the one log there is' 1 'select count(*) from ledger.shard'
yes 'the case that waited too' test "$(sql "select count(*) from ledger.entry where case_id = '$WAITING'")" -gt 1
pass 30000
same_query 'the numbers pass those of the old server' t "select pg_current_xact_id() > '$READ'"
some_events 2
yes 'and the log goes on' log_is_full
each_in_one_log passed
VKEY=$(log_key)
YEAR=$(ctl audit head --json | jq -r .origin)
YEAR=${YEAR##*/}
yes 'the log is published' published "$YEAR"
log_verifies 'the log verifies' "$YEAR" "$VKEY"
case_verifies 'a case from before' "$FIRST" "$VKEY"
case_verifies 'one that waited' "$WAITING" "$VKEY"
case_verifies 'one from afterwards' "$CASE" "$VKEY"
same 'it is looked through once' 1 "$(as_owner grep -c '"event":"history_looked_through"' "$KM_STATE/log/kashimaru.log")"
flow_end
