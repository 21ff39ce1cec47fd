-- The database of the keys between two seeds: empty again, so that the same seed meets the same keys.
create schema sim;
set session_replication_role = replica; -- clearing needs no foreign keys
set statement_timeout = 0;

create function sim.clear() returns void language plpgsql as $fn$
declare
    t text;
begin
    for t in select quote_ident(tablename) from pg_tables where schemaname = 'keys' and tablename not in ('agency_key', 'escrow') loop
        execute 'delete from keys.' || t;
    end loop;
end
$fn$;
