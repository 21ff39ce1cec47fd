-- The database of the keys keeps the same law: no row without a true ticket, and to a person only what that person may know of keys.
begin;
\ir ../lib/fixtures_keys.sql

create temporary table useless (what text, ticket text);
insert into useless values
    ('no ticket', null), ('an empty one', ''), ('bars', '||||||||||'),
    ('one with a mac of noughts', 'KMT1|keys|s|keys||service||1|9999999999|0|' || repeat('0', 64)),
    ('an expired one', mint('keys', 's', 'keys', '', 'service', now() - interval '1 second')),
    ('one of another installation', mint('keys', 's', 'keys', '', 'service', key => key('another'))),
    ('another service''s, signed by that one', mint('intake', 's', 'intake', '', 'service', key => key('service keys'))),
    ('a person''s, signed by this service', mint('keys', 'u', 'sample', 'A001', 'administrator'));
create temporary table looks as select name as thing from tables where has_table_privilege('km_keys', name, 'select');
create temporary table matrix (what text, ticket text, thing text, want bigint);
insert into matrix
select format('%s of %s', role, agency), person(agency, role), 'keys.' || thing, want
  from (values ('worker', 'A001', array[0, 0, 0, 1, 0, 0, 0, 0, 0]), ('worker', 'A006', array[0, 0, 0, 0, 0, 0, 0, 0, 0]),
               ('auditor', 'A006', array[2, 2, 1, 0, 2, 0, 0, 0, 0]), ('administrator', 'A006', array[2, 2, 1, 2, 0, 2, 2, 0, 2])) as t(role, agency, wants),
       unnest(array['wrap', 'agency_key', 'escrow', 'participant', 'reading', 'person_index', 'case_key', 'tally', 'log_key'], wants) as x(thing, want);
insert into matrix
select 'the service', service('keys'), 'keys.' || thing, want
  from (values ('wrap', 2), ('agency_key', 2), ('escrow', 1), ('participant', 2), ('reading', 2), ('person_index', 2), ('case_key', 2), ('tally', 2),
               ('log_key', 2), ('outbox', 1), ('request', 1)) as t(thing, want);
insert into matrix values ('the service referral', service('referral'), 'keys.outbox', 0), ('an administrator', person('A001', 'administrator'), 'keys.outbox', 1),
                          ('an administrator', person('A001', 'administrator'), 'keys.request', 0), ('a worker', person('A001'), 'keys.outbox', 0);

select plan((4 + (select count(*) from useless) + (select count(*) from looks) + 51)::int);

select is_empty($$ select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
                    where n.nspname || '.' || c.relname in (select name from tables) and not (c.relrowsecurity and c.relforcerowsecurity) $$,
                'every table is closed by itself, to its owner too');
select is_empty($$ select name from tables t where not exists (select from pg_policies p where p.schemaname || '.' || p.tablename = t.name) $$,
                'and has a policy');
create function pg_temp.is_empty_table(name text) returns boolean language plpgsql as $fn$
declare
    is_empty boolean;
begin
    execute format('select not exists (select from %s)', name) into is_empty;
    return is_empty;
end
$fn$;
select is_empty($$ select name from tables where name <> 'kashimaru.migration' and pg_temp.is_empty_table(name) $$,
                'and a row in lib/fixtures_keys.sql');
select is_empty($$ select rolname from pg_roles where rolname like 'km\_%' and rolbypassrls $$, 'no role goes around them');
select is((select sum(coalesce(seen('km_keys', l.thing, u.ticket), 0)) from looks l), 0::numeric, u.what || ' opens nothing anywhere') from useless u;
select is(seen('km_keys', thing, null), 0::bigint, thing || ' without a ticket') from looks order by thing;
select is(seen('km_keys', thing, ticket), want, what || ' and ' || thing) from matrix;

select * from finish();
rollback;
