-- Tickets for tests, signed with keys of the tests' own that both databases are told here. key: of an issuer. mint: a ticket as
-- include/seal/ticket.h says; service and person: the usual ones.
create function tap.key(issuer text) returns bytea language sql immutable as $fn$ select sha256(convert_to('test key of ' || issuer, 'UTF8')) $fn$;
create function tap.hmac(key bytea, said text) returns text language plpgsql immutable as $fn$
declare
    inner_block bytea := key || decode(repeat('00', 32), 'hex');
    outer_block bytea := inner_block;
begin
    for i in 0..63 loop
        inner_block := set_byte(inner_block, i, get_byte(inner_block, i) # x'36'::int);
        outer_block := set_byte(outer_block, i, get_byte(outer_block, i) # x'5c'::int);
    end loop;
    return encode(sha256(outer_block || sha256(inner_block || convert_to(said, 'UTF8'))), 'hex');
end
$fn$;
create function tap.mint(issuer text, kind text, user_name text, agency text, role text, expires timestamptz default '2100-01-01',
                         key bytea default null) returns text language sql stable as $fn$
    select said || '|' || tap.hmac(coalesce($7, tap.key(case when $2 = 's' then 'service ' else '' end || $1)), said)
      from format('KMT1|%s|%s|%s|%s|%s||%s|%s|0', $1, $2, $3, $4, $5, extract(epoch from now())::bigint - 60,
                  extract(epoch from $6)::bigint) as said
$fn$;
create function tap.service(name text) returns text language sql stable as $fn$ select tap.mint($1, 's', $1, '', 'service') $fn$;
create function tap.person(agency text, role text default 'worker', user_name text default 'sample-worker') returns text language sql stable as
$fn$ select tap.mint('account', 'u', $3, $1, $2) $fn$;
do $do$
begin
    perform kashimaru.ticket_key_put('account', 'uh', tap.key('account'));
    perform kashimaru.ticket_key_put(name, 's', tap.key('service ' || name))
       from unnest(array['intake', 'referral', 'meeting', 'audit', 'account', 'keys', 'sequencer']) as name;
end
$do$;

-- put_on: a ticket as a service puts it on, by wear; one that is refused only stands in the setting, as nothing is worn. take_off: none.
create function tap.take_off() returns void language sql as $fn$
    select set_config('kashimaru.ticket', '', true), setval('kashimaru.worn', 0), setval('kashimaru.worn_at', 0)
$fn$;
create function tap.put_on(ticket text) returns void language plpgsql as $fn$
begin
    perform kashimaru.wear(ticket);
exception when insufficient_privilege then
    perform tap.take_off(), set_config('kashimaru.ticket', coalesce(ticket, ''), true);
end
$fn$;

-- outcome: what the database says to a statement of one role: 'ok', or the SQLSTATE. Deferred constraints are asked at once, as COMMIT
-- would. A statement that failed has changed nothing. The ticket worn is the one given, else the one the test said last with
-- `select tap.wearing(…)`, else the service's own.
create function tap.wearing(ticket text) returns void language sql as $fn$ select set_config('tap.ticket', coalesce($1, ''), true) $fn$;
create function tap.outcome(who name, statement text, ticket text default null) returns text language plpgsql as $fn$
begin
    perform tap.put_on(coalesce(ticket, nullif(current_setting('tap.ticket', true), ''), tap.service(substr(who, 4))));
    execute format('set local role %I', who);
    execute statement;
    set constraints all immediate;
    set constraints all deferred;
    reset role;
    perform tap.take_off();
    return 'ok';
exception when others then
    return sqlstate;
end
$fn$;

-- seen: how many rows of a table one role sees under a ticket; null: it may not look.
create function tap.seen(who name, of_table text, ticket text, condition text default 'true') returns bigint language plpgsql as $fn$
declare
    n bigint;
begin
    perform tap.put_on(ticket);
    execute format('set local role %I', who);
    execute format('select count(*) from %s where %s', of_table, condition) into n;
    reset role;
    perform tap.take_off();
    return n;
exception when insufficient_privilege then
    return null;
end
$fn$;

-- The same two for a person by name; what this outcome did is taken back, also when it was good.
create function tap.outcome(who name, statement text, user_name text, agency text, role text) returns text language plpgsql as $fn$
declare
    said text;
begin
    said := tap.outcome(who, statement, tap.person(agency, role, user_name));
    raise exception '%', said using errcode = 'KM000';
exception when sqlstate 'KM000' then
    return said;
end
$fn$;
create function tap.seen(who name, user_name text, agency text, role text, query text) returns bigint language sql as $fn$
    select tap.seen($1, format('(%s) x', $5), tap.person($3, $4, $2))
$fn$;

-- privileges: every privilege anyone but the owner holds on a table, view or sequence of ours, a letter each (S I U D, others spelt
-- out); privileges on single columns as table(column).
create view tap.privileges as
with held as (
    select n.nspname || '.' || c.relname as thing, a.grantee, a.privilege_type
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
     cross join aclexplode(c.relacl) a
     where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and a.grantee <> c.relowner
       and n.nspname !~ '^(pg_|information_schema$|tap$)'
    union all
    select n.nspname || '.' || c.relname || '(' || t.attname || ')', a.grantee, a.privilege_type
      from pg_attribute t
      join pg_class c on c.oid = t.attrelid
      join pg_namespace n on n.oid = c.relnamespace
     cross join aclexplode(t.attacl) a
     where a.grantee <> c.relowner and n.nspname !~ '^(pg_|information_schema$|tap$)'
)
select thing, coalesce(r.rolname, 'public')::text as who,
       string_agg(case h.privilege_type when 'SELECT' then 'S' when 'INSERT' then 'I' when 'UPDATE' then 'U' when 'DELETE' then 'D'
                                        else ' ' || h.privilege_type end, ''
                  order by array_position(array['SELECT', 'INSERT', 'UPDATE', 'DELETE'], h.privilege_type)) as may
  from held h
  left join pg_roles r on r.oid = h.grantee
 group by 1, 2;

-- usages: who but the owner may use which schema.
create view tap.usages as
select n.nspname::text as schema, coalesce(r.rolname, 'public')::text as who, a.privilege_type
  from pg_namespace n
 cross join aclexplode(n.nspacl) a
  left join pg_roles r on r.oid = a.grantee
 where a.grantee <> n.nspowner and n.nspname !~ '^(pg_|information_schema$|tap$)';

-- Every table of ours.
create view tap.tables as
select n.nspname::text as schema, n.nspname || '.' || c.relname as name
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p') and not c.relispartition
   and n.nspname in ('intake', 'referral', 'meeting', 'audit', 'account', 'directory', 'ledger', 'keys', 'kashimaru');

-- events_aside: this test says what the rows themselves promise; that none changes without its event is completeness.sql's to say.
create function tap.events_asked(is_asked boolean) returns void language plpgsql as $fn$
declare
    t record;
begin
    for t in select tgrelid::regclass as name, tgname from pg_trigger where tgname like '%\_has\_event' loop
        execute format('alter table %s %s trigger %I', t.name, case when is_asked then 'enable' else 'disable' end, t.tgname);
    end loop;
end
$fn$;
create function tap.events_aside() returns void language sql as $fn$ select tap.events_asked(false) $fn$;
