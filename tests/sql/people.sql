-- Households, teams, emergencies, pairs: what the schema itself holds true, who sees which row, and that nothing in plain tells who is
-- protected.
begin;
\ir lib/fixtures.sql

create temporary table attempt (what text, who text, ticket text, statement text, want text);
create temporary table matrix (what text, who text, ticket text, thing text, want bigint);
select plan(120);

-- ---- nothing plain tells ---------------------------------------------------------------------------------
-- Every column there is; one that is added must be thought about here.
select is((select string_agg(attname || ' ' || format_type(atttypid, null), ', ' order by attnum)
             from pg_attribute where attrelid = t.name::regclass and attnum > 0 and not attisdropped), t.want, t.name || ' says no more')
  from (values ('intake.household', 'case_id uuid, version bigint'),
               ('intake.person', 'case_id uuid, person_id uuid, version bigint, relation text, at timestamp with time zone, by text, actor text'),
               ('intake.reminder', 'case_id uuid, person_id uuid, version bigint, due timestamp with time zone, done timestamp with time zone'),
               ('intake.record', 'case_id uuid, record_id uuid, version bigint, type bigint, epoch bigint, sealed bytea, written_at timestamp with time zone'),
               ('meeting.care', 'case_id uuid, epoch bigint, version bigint, sealed bytea')) as t(name, want);
select is_empty($$ select table_schema || '.' || table_name || '.' || column_name from information_schema.columns
                    where table_schema in ('intake', 'referral', 'meeting', 'audit', 'kashimaru')
                      and column_name ~* '(dv|protect|mask|hidden|shelter|notifier|address|phone|birth|kana)' $$,
                'no column is named for what must not be known');
-- Two members, one of them protected: the statement by which either record is written says the same.
create function pg_temp.version_of(person uuid, version bigint) returns text language sql as $fn$
    select outcome('km_intake', format($q$
        with h as (insert into intake.household as o values (%L, %s) on conflict (case_id) do update set version = excluded.version),
             r as (insert into intake.record values (%1$L, %3$L, %2$s, 3, 1, 'KMR1', now())),
             p as (insert into intake.person values (%1$L, %3$L, %2$s, case when %3$L = %1$L then 'self' else 'child' end, now(), 'A001', 'w'))
        insert into intake.reminder values (%1$L, %3$L, %2$s, now() + interval '11 months') $q$, pg_temp.c(1), version, person), person('A001'))
$fn$;
select is(pg_temp.version_of(pg_temp.c(1), 3), 'ok', 'a version of the person supported');
select is(pg_temp.version_of(pg_temp.r(8), 4), 'ok', 'a version of a child');
select is(pg_temp.version_of(pg_temp.r(8), 4), '23505', 'no version is written twice');
select is(pg_temp.version_of(pg_temp.c(1), 4), '23505', 'two members are not changed at once: the later one reads again');
select is(pg_temp.version_of(pg_temp.r(8), 5), 'ok', 'the next version');
select is((select count(*) from intake.reminder where case_id = pg_temp.c(1)), (select count(*) from intake.person where case_id = pg_temp.c(1)),
          'every version of everybody is looked at again');
select is((select count(distinct due - at) from intake.reminder join intake.person using (case_id, person_id, version) where at = now()), 1::bigint,
          'after the same time');

-- ---- what stays whole --------------------------------------------------------------------------------------
insert into attempt
select what, 'km_intake', person('A001'), statement, want
  from (values
    ('a member without a record', $$ insert into intake.person values (pg_temp.c(1), pg_temp.r(9), 9, 'child', now(), 'A001', 'w') $$, '23503'),
    ('another as self', $$ with r as (insert into intake.record values (pg_temp.c(1), pg_temp.r(9), 9, 3, 1, 'KMR1', now()))
                           insert into intake.person values (pg_temp.c(1), pg_temp.r(9), 9, 'self', now(), 'A001', 'w') $$, '23514'),
    ('the person supported as a child', $$ with r as (insert into intake.record values (pg_temp.c(1), pg_temp.c(1), 9, 3, 1, 'KMR1', now()))
                           insert into intake.person values (pg_temp.c(1), pg_temp.c(1), 9, 'child', now(), 'A001', 'w') $$, '23514'),
    ('in another agency''s name', $$ with r as (insert into intake.record values (pg_temp.c(1), pg_temp.r(9), 9, 3, 1, 'KMR1', now()))
                           insert into intake.person values (pg_temp.c(1), pg_temp.r(9), 9, 'child', now(), 'A002', 'w') $$, '42501'),
    ('a member is not rewritten', $$ update intake.person set relation = 'other' $$, '42501'),
    ('nor forgotten', $$ delete from intake.person $$, '42501'),
    ('a household of version one', $$ insert into intake.household values (pg_temp.c(1), 1) $$, '23514'),
    ('nobody settles a reminder but the clock', $$ with u as (update intake.reminder set done = now() returning 1) select 1 / (select count(*) from u) $$, '22012'),
    ('a nameless member of a team', $$ insert into intake.team values (pg_temp.c(1), 'A001', '', now()) $$, '23514'),
    ('on the team twice', $$ insert into intake.team values (pg_temp.c(1), 'A001', 'sample-worker', now()) $$, '23505'),
    ('on the team again after leaving', $$ update intake.team set until = now() where agency = 'A001'; insert into intake.team values (pg_temp.c(1), 'A001', 'sample-worker', now()) $$, 'ok'),
    ('off the team before being on it', $$ update intake.team set until = since - interval '1 second' where agency = 'A001' $$, '23514'),
    ('another agency''s team', $$ insert into intake.team values (pg_temp.c(1), 'A002', 'x', now()) $$, '42501'),
    ('a team of another''s case', $$ insert into intake.team values (pg_temp.c(2), 'A001', 'x', now()) $$, '42501'),
    ('an emergency of one''s own making', $$ insert into intake.emergency values (pg_temp.c(2), 'A001', 'sample-worker', now(), now() + interval '1 hour') $$, '42501'),
    ('a longer emergency', $$ update intake.emergency set until = now() + interval '1 day' $$, '42501'),
    ('a pair of a worker''s finding', $$ insert into intake.duplicate (duplicate_id, case_id, person_id, other_case, other_person, score, rules, state, found_at)
                                        values (pg_temp.r(9), pg_temp.c(1), pg_temp.c(1), pg_temp.c(1), pg_temp.r(8), 500, '{}', 'open', now()) $$, '42501'),
    ('a decision by a worker', $$ insert into intake.duplicate_decision values (pg_temp.r(1), 9, 'open', 1, 'x', 'sample-worker', 'A001', now()) $$, '42501')
  ) as t(what, statement, want);
insert into attempt
select what, 'km_intake', service('intake'), statement, want
  from (values
    ('the service finds a pair', $$ insert into intake.duplicate (duplicate_id, case_id, person_id, other_case, other_person, score, rules, state, found_at)
                                    values (pg_temp.r(9), pg_temp.c(1), pg_temp.c(1), pg_temp.c(1), pg_temp.r(8), 500, '{}', 'open', now()) $$, 'ok'),
    ('the same pair the other way round', $$ insert into intake.duplicate (duplicate_id, case_id, person_id, other_case, other_person, score, rules, state, found_at)
                                    values (pg_temp.r(7), pg_temp.c(1), pg_temp.r(8), pg_temp.c(1), pg_temp.c(1), 500, '{}', 'open', now()) $$, '23505'),
    ('a pair of one', $$ insert into intake.duplicate (duplicate_id, case_id, person_id, other_case, other_person, score, rules, state, found_at)
                         values (pg_temp.r(7), pg_temp.c(1), pg_temp.r(8), pg_temp.c(1), pg_temp.r(8), 500, '{}', 'open', now()) $$, '23514'),
    ('more than certain', $$ insert into intake.duplicate (duplicate_id, case_id, person_id, other_case, other_person, score, rules, state, found_at)
                         values (pg_temp.r(7), pg_temp.c(2), pg_temp.c(2), pg_temp.c(1), pg_temp.r(8), 1001, '{}', 'open', now()) $$, '23514'),
    ('merged by nobody', $$ update intake.duplicate set state = 'merged' where duplicate_id = pg_temp.r(9) $$, '23514'),
    ('decided by nobody', $$ update intake.duplicate set decided_at = now() where duplicate_id = pg_temp.r(9) $$, '23514'),
    ('a state there is not', $$ update intake.duplicate set state = 'perhaps' where duplicate_id = pg_temp.r(9) $$, '23514'),
    ('a pair becomes another', $$ update intake.duplicate set person_id = pg_temp.r(7) $$, '42501'),
    ('an emergency that has ended as it began', $$ insert into intake.emergency values (pg_temp.c(1), 'A007', 'x', now(), now()) $$, '23514'),
    ('an emergency, as keys says', $$ insert into intake.emergency values (pg_temp.c(1), 'A007', 'x', now(), now() + interval '1 hour') $$, 'ok'),
    ('the same told twice', $$ insert into intake.emergency values (pg_temp.c(1), 'A007', 'x', now(), now() + interval '1 hour') on conflict do nothing $$, 'ok'),
    ('the clock settles reminders', $$ with u as (update intake.reminder set done = now() returning 1) select 1 / (select count(*) from u) $$, 'ok'),
    ('but writes no member', $$ insert into intake.person values (pg_temp.c(1), pg_temp.r(8), 4, 'child', now(), 'A001', 'w') $$, '42501')
  ) as t(what, statement, want);
insert into attempt values
    ('a coordinator decides', 'km_intake', person('A009', 'coordinator', 'k'),
     $$ update intake.duplicate set state = 'not_a_duplicate', decided_at = now(), decided_by = 'k' where duplicate_id = pg_temp.r(9) $$, 'ok'),
    ('and says why', 'km_intake', person('A009', 'coordinator', 'k'),
     $$ insert into intake.duplicate_decision values (pg_temp.r(9), 2, 'not_a_duplicate', 500, 'x', 'k', 'A009', now()) $$, 'ok'),
    ('not in another''s name', 'km_intake', person('A009', 'coordinator', 'k'),
     $$ insert into intake.duplicate_decision values (pg_temp.r(9), 3, 'merged', 500, 'x', 'someone', 'A009', now()) $$, '42501'),
    ('a decision is not rewritten', 'km_intake', person('A009', 'coordinator', 'k'), $$ update intake.duplicate_decision set reason = 'y' $$, '42501'),
    ('not even by who owns it', 'kashimaru', null, $$ update intake.duplicate_decision set reason = 'y' $$, '42501'),
    ('nor is a member''s version', 'kashimaru', null, $$ update intake.person set by = 'A009' $$, '42501'),
    ('care that is not sealed', 'km_meeting', service('meeting'), $$ insert into meeting.care values (pg_temp.r(9), 1, 2, '架空'::text::bytea) $$, '23514'),
    ('care, sealed', 'km_meeting', service('meeting'), $$ insert into meeting.care values (pg_temp.r(9), 1, 2, 'KMR1') $$, 'ok'),
    ('care by a guest', 'km_meeting', person('A001'), $$ insert into meeting.care values (pg_temp.r(8), 1, 2, 'KMR1') $$, '42501');
select is(outcome(who, statement, ticket), want, what) from attempt;
select bag_eq($$ select case_id, person_id, other_case, other_person from intake.same_person $$,
                  $$ values (pg_temp.c(1), pg_temp.c(1), pg_temp.c(2), pg_temp.c(2)), (pg_temp.c(2), pg_temp.c(2), pg_temp.c(1), pg_temp.c(1)) $$,
                  'a merge is read from both sides, and only while it holds');

-- ---- who sees ------------------------------------------------------------------------------------------------
insert into matrix
select format('%s of %s', role, agency), 'km_intake', person(agency, role, name), thing, want
  from (values ('worker', 'A001', 'sample-worker', array[1, 4, 2, 0, 0]), ('team_lead', 'A001', 'lead', array[1, 4, 2, 0, 0]),
               ('worker', 'A002', 'sample-worker', array[1, 4, 0, 0, 0]), ('worker', 'A003', 'sample-worker', array[1, 4, 0, 0, 0]),
               ('worker', 'A008', 'sample-worker', array[0, 0, 0, 0, 0]), ('worker', 'A006', 'sample-worker', array[0, 0, 0, 0, 0]),
               ('worker', 'A007', 'sample-worker', array[0, 0, 0, 0, 0]), ('auditor', 'A001', 'sample-auditor', array[0, 0, 0, 0, 0]),
               ('administrator', 'A001', 'sample-admin', array[0, 0, 0, 0, 0]),
               ('coordinator', 'A006', 'sample-coordinator', array[0, 0, 0, 2, 2])) as t(role, agency, name, wants),
       unnest(array['intake.household', 'intake.person', 'intake.team', 'intake.duplicate', 'intake.duplicate_decision'], wants) as x(thing, want);
select is(seen(who, thing, ticket), want, what || ' and ' || thing) from matrix;
select is(seen('km_intake', 'intake.person', person('A009'), 'true'), 1::bigint, 'the other case is its own');
select is(seen('km_intake', 'intake.reminder', person('A001'), 'true'), 0::bigint, 'nobody looks at reminders');
select is(seen('km_intake', 'intake.same_person', person('A001')), 0::bigint, 'nor at who is whom');

-- ---- emergencies: one user, one case, one hour ------------------------------------------------------------------
select is(seen('km_intake', t.thing, person('A007', 'worker', t.name)), t.want::bigint, t.what)
  from (values ('intake.reception', 'sample-night', 1, 'who broke the glass sees the case'),
               ('intake.record', 'sample-night', 3, 'and its records'),
               ('intake.note', 'sample-night', 1, 'and its notes'),
               ('intake.person', 'sample-night', 1, 'and its household'),
               ('intake.reception', 'sample-worker', 0, 'a colleague does not'),
               ('intake.emergency', 'sample-worker', 0, 'nor that it was broken')) as t(thing, name, want, what);
select is(outcome('km_intake', $$ insert into intake.note values (pg_temp.c(2), gen_random_uuid(), now(), 'A007', 'sample-night', 'phone') $$,
                  person('A007', 'worker', 'sample-night')), '42501', 'and writes nothing');
update intake.emergency set at = now() - interval '2 hours', until = now() - interval '1 microsecond' where user_name = 'sample-night';
select is(seen('km_intake', 'intake.reception', person('A007', 'worker', 'sample-night')), 0::bigint, 'after its hour it is over');

-- ---- care: who sees the meeting -------------------------------------------------------------------------------
select is(seen('km_meeting', 'meeting.care', ticket), want::bigint, what || ' and how a meeting is to be handled')
  from (values ('an invited agency', person('A006'), 1), ('another', person('A002'), 0), ('a secretary not invited', person('A002', 'secretary'), 0),
               ('an auditor', person('A001', 'auditor'), 0), ('nobody', null, 0)) as t(what, ticket, want);

select * from finish();
rollback;
