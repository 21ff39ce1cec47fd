-- Agencies' own systems as account keeps them: administrators take them on and end them, auditors look on, a system's end only comes nearer,
-- and what was said of one stays.
begin;
select plan(24);

create function pg_temp.host(name text, agency text default 'A059', curve text default repeat('a', 64), until interval default '1 year')
    returns text language sql as $fn$
    select format($$ insert into account.host as h (name, agency, curve, sign, valid_from, valid_until)
                     values (%L, %L, %L, repeat('b', 64), now(), now() + %L::interval) $$, name, agency, curve, until)
$fn$;

-- what may stand in it
select is(tap.outcome('km_account', pg_temp.host(name, agency, curve, until), 'sample-admin', 'A001', 'administrator'), wants, what)
  from (values ('host-A059-1a2b', 'A059', repeat('a', 64), '1 year'::interval, 'ok', 'a system of an agency'),
               ('host-A059-1a2b', 'A056', repeat('a', 64), '1 year', '23514', 'not under the name of another agency'),
               ('host-A0599-1a2b', 'A059', repeat('a', 64), '1 year', '23514', 'nor of one that begins alike'),
               ('referral', 'A059', repeat('a', 64), '1 year', '23514', 'nor of a service'),
               ('host-A059-', 'A059', repeat('a', 64), '1 year', '23514', 'nor half a name'),
               ('host-A059-1a2b', 'A059', repeat('g', 64), '1 year', '23514', 'a key is hex'),
               ('host-A059-1a2b', 'A059', repeat('a', 63), '1 year', '23514', 'and whole'),
               ('host-A059-1a2b', 'A059', repeat('a', 64), '-1 second', '23514', 'nothing ends before it begins'))
       as t(name, agency, curve, until, wants, what);

-- who may say so
select is(tap.outcome('km_account', pg_temp.host('host-A059-1a2b'), 'sample', agency, role), '42501', role || ' takes no system on')
  from (values ('worker', 'A059'), ('coordinator', 'A001'), ('auditor', 'A001'), ('agency_host', 'A059')) as t(role, agency);

insert into account.host (name, agency, curve, sign, valid_from, valid_until)
values ('host-A059-1a2b', 'A059', repeat('a', 64), repeat('b', 64), now(), now() + interval '1 year');
insert into account.host_log (at, name, valid_until, said_by) values (now(), 'host-A059-1a2b', now() + interval '1 year', 'sample-admin');

select is(tap.seen('km_account', 'sample', 'A059', role, 'select from account.host'), wants, role || ' sees as much')
  from (values ('administrator', 1::bigint), ('auditor', 1), ('worker', 0), ('coordinator', 0), ('agency_host', 0)) as t(role, wants);
select is(tap.seen('km_account', 'sample', 'A059', role, 'select from account.host_log'), wants, role || ' of what was said')
  from (values ('administrator', 1::bigint), ('auditor', 1), ('worker', 0), ('agency_host', 0)) as t(role, wants);

select is(tap.outcome('km_account', $$ insert into account.host_log (at, name, valid_until, said_by)
                                        values (now(), 'host-A059-1a2b', now(), 'somebody-else') $$, 'sample-admin', 'A001', 'administrator'),
          '42501', 'nobody speaks in another''s name');
select is(tap.outcome('km_account', 'update account.host set curve = sign', 'sample-admin', 'A001', 'administrator'), '42501',
          'a key is never exchanged');
select is(tap.outcome(session_user, 'delete from account.host_log'), '42501', 'not even the owner takes back what was said');

select * from finish();
rollback;
