-- The database of the keys: empty again between two seeds, so that the same seed meets the same keys; and what it says of itself for
-- check.sql, which compares.
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

create function sim.told() returns text language sql stable as $fn$
select jsonb_build_object(
    'reads', (select coalesce(jsonb_object_agg(case_id, n), '{}')
                from (select case_id, count(*) as n from keys.reading
                       where kind <> 'open' and not (kind = 'emergency' and service = 'keys') group by case_id) r),
    'sent', (select coalesce(jsonb_object_agg(key, last_seq), '{}') from keys.stream_out where dest = 'audit'),
    'left', (select count(*) from keys.outbox))::text
$fn$;
