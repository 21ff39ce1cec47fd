-- Who sees a notice, who may review an emergency reading, and that neither can be undone.
begin;
select tap.events_aside();
select plan(51);

insert into audit.notice (notice_id, kind, case_id, agency, user_name, at)
values ('00000000-0000-4000-8000-0000000000d1', 'break_glass', gen_random_uuid(), 'A056', 'madoguchi', now()),
       ('00000000-0000-4000-8000-0000000000d2', 'many_reads', null, 'A059', 'houkatsu', now()),
       ('00000000-0000-4000-8000-0000000000d3', 'duplicate', null, null, null, now());
insert into audit.emergency (id, case_id, agency, user_name, reason, words, at, until, due)
values ('00000000-0000-4000-8000-0000000000e1', gen_random_uuid(), 'A056', 'madoguchi', 'life', '\x00', now(), now() + interval '1 hour', now());

create function pg_temp.seen(who text, agency text, role text) returns bigint language sql as $fn$
    select seen('km_audit', who, agency, role, 'select 1 from audit.notice')
$fn$;
select is(pg_temp.seen(who, agency, role), want::bigint, who || ' as ' || role || ' of ' || agency)
  from (values ('kansa', 'A001', 'auditor', 3), ('shunin', 'A056', 'team_lead', 1), ('shunin', 'A059', 'team_lead', 1),
               ('shunin', 'A062', 'team_lead', 0), ('chousei', 'A001', 'coordinator', 2), ('chousei', 'A059', 'coordinator', 3),
               ('madoguchi', 'A056', 'worker', 0), ('kanri', 'A001', 'administrator', 0), ('jimu', 'A001', 'secretary', 0),
               ('shisutemu', 'A056', 'agency_host', 0))
       as t(who, agency, role, want);
select is(seen('km_audit', who, agency, role, 'select 1 from audit.emergency'), want::bigint, 'emergencies: ' || who || ' as ' || role || ' of ' || agency)
  from (values ('kansa', 'A001', 'auditor', 1), ('shunin', 'A056', 'team_lead', 1), ('shunin', 'A059', 'team_lead', 0),
               ('chousei', 'A001', 'coordinator', 1), ('madoguchi', 'A056', 'worker', 0), ('kanri', 'A001', 'administrator', 0))
       as t(who, agency, role, want);
select is(seen('km_audit', 'audit.' || thing, ticket), want, thing || ' under ' || what)
  from (values ('no ticket', ''), ('another service''s', service('keys')), ('an expired one', mint('account', 'u', 'kansa', 'A001', 'auditor', now() - interval '1 second')),
               ('a forged one', mint('account', 'u', 'kansa', 'A001', 'auditor', key => sha256('x'))))
       as t(what, ticket),
       (values ('notice', 0::bigint), ('notice_seen', 0), ('emergency', 0)) as x(thing, want);
select is(seen('km_audit', 'audit.' || thing, service('audit')), want, thing || ' and the service itself')
  from (values ('notice', 3::bigint), ('notice_seen', 0), ('emergency', 1)) as x(thing, want);

-- ---- nobody makes one up ---------------------------------------------------------------------
select is(outcome('km_audit', $$ insert into audit.notice (notice_id, kind, at) values (gen_random_uuid(), 'many_reads', now()) $$, 'kansa', 'A001', role), '42501',
          'a notice made by ' || role)
  from unnest(array['auditor', 'team_lead', 'coordinator', 'worker', 'administrator']) as role;
select is(outcome('km_audit', $$ insert into audit.emergency (id, case_id, agency, user_name, reason, words, at, until, due)
          values (gen_random_uuid(), gen_random_uuid(), 'A056', 'shunin', 'life', '\x00', now(), now() + interval '1 hour', now()) $$, 'shunin', 'A056', 'team_lead'), '42501',
          'an emergency reading made by a person');

-- ---- seeing is each reader's own -------------------------------------------------------------
create function pg_temp.mark(who text, agency text, role text, as_whom text) returns text language sql as $fn$
    select outcome('km_audit', format('insert into audit.notice_seen values ($$00000000-0000-4000-8000-0000000000d1$$, %L, now())', as_whom), who, agency, role)
$fn$;
select is(pg_temp.mark('kansa', 'A001', 'auditor', 'kansa'), 'ok', 'an auditor has seen one');
select is(pg_temp.mark('kansa', 'A001', 'auditor', 'shunin'), '42501', 'not for another');
select is(pg_temp.mark('shunin', 'A059', 'team_lead', 'shunin'), '42501', 'not what is not theirs to see');

-- ---- reviewing -------------------------------------------------------------------------------
create function pg_temp.review(who text, agency text, role text, by text) returns text language sql as $fn$
    select outcome('km_audit', format('with u as (update audit.emergency set reviewed_at = now(), reviewed_by = %L, outcome = $$justified$$ returning 1) select 1 / count(*) from u', by), who, agency, role)
$fn$;
select is(pg_temp.review('madoguchi', 'A056', 'team_lead', 'madoguchi'), '22012', 'nobody reviews themselves');
select is(pg_temp.review('shunin', 'A059', 'team_lead', 'shunin'), '22012', 'nor another agency''s');
select is(pg_temp.review('shunin', 'A056', 'team_lead', 'kansa'), '42501', 'nor in another''s name');
select is(pg_temp.review('shunin', 'A056', 'team_lead', 'shunin'), 'ok', 'the supervisor does');
select is(pg_temp.review('kansa', 'A001', 'auditor', 'kansa'), 'ok', 'or the auditor (each of these is rolled back)');
update audit.emergency set reviewed_at = now(), reviewed_by = 'shunin', outcome = 'justified';
select is(pg_temp.review('kansa', 'A001', 'auditor', 'kansa'), '22012', 'not a second time');
select throws_ok($$ update audit.emergency set reviewed_by = 'madoguchi' $$, '23514', null, 'not even by the owner: nobody reviews themselves');
select throws_ok($$ update audit.emergency set outcome = null $$, '23514', null, 'a review has an outcome');
select is(outcome('km_audit', 'delete from audit.emergency'), '42501', 'no emergency is forgotten');
select is(outcome('km_audit', 'update audit.emergency set reason = $$other$$'), '42501', 'nor told otherwise');
select is(outcome('km_audit', 'delete from audit.notice'), '42501', 'no notice either');

select * from finish();
rollback;
