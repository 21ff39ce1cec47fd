-- 相談受付: nothing personal in plain, nothing rewritten, one live reach of an agency into a case.
begin;
select tap.events_aside();
select plan(28);

create temporary table c as select '00000000-0000-4000-8000-0000000000c1'::uuid as id;
grant select on c to public;
select wearing(person('A001'));
select is(outcome('km_intake', $$ insert into intake.reception (case_id, received_at, received_by, channel, area, age_band, needs, urgency, consent)
              select id, now(), 'A001', 'other', 'north', 'adult', '{debt}', 'routine', 'given' from c $$), 'ok', 'a case');
select is(outcome('km_intake', format($$ insert into intake.reception (case_id, received_at, received_by, channel, area, age_band, needs, urgency, consent)
              values (gen_random_uuid(), now(), 'A001', 'other', 'north', 'adult', %L, 'routine', 'given') $$, needs)), want, what)
  from (values ('{}'::text[], '23514', 'of no need'),
               (array_fill('debt'::text, array[12]), 'ok', 'of twelve needs'),
               (array_fill('debt'::text, array[13]), '23514', 'of thirteen needs'),
               (null, '23502', 'of needs nobody asked')) as t(needs, want, what);

insert into intake.access select id, 'A001', 'member', '{}', now() from c;

-- ---- sealed is sealed: KMR1 or nothing ----------------------------------------------------
create function pg_temp.record(sealed bytea, version bigint default 1, epoch bigint default 1) returns text language sql as $fn$
    select outcome('km_intake', format('insert into intake.record select id, gen_random_uuid(), %s, 1, %s, %L, now() from c', version, epoch, sealed))
$fn$;
select is(pg_temp.record(sealed, version, epoch), want, what)
  from (values ('KMR1 and more'::bytea, 1, 1, 'ok', 'a sealed record'),
               ('架空 太郎'::text::bytea, 1, 1, '23514', 'a name in plain'),
               ('{"name":"x"}'::bytea, 1, 1, '23514', 'JSON in plain'),
               ('kmr1 and more'::bytea, 1, 1, '23514', 'other letters'),
               (' KMR1'::bytea, 1, 1, '23514', 'not at the start'),
               ('KMR'::bytea, 1, 1, '23514', 'cut short'),
               (''::bytea, 1, 1, '23514', 'nothing'),
               (null, 1, 1, '23502', 'not even nothing'),
               ('KMR1'::bytea, 0, 1, '23514', 'version nought'),
               ('KMR1'::bytea, 1, 0, '23514', 'epoch nought')) as t(sealed, version, epoch, want, what);
select is(outcome('km_intake', $$ insert into intake.record select gen_random_uuid(), gen_random_uuid(), 1, 1, 1, 'KMR1', now() $$), '23503',
          'a record of no case');
select is(outcome('km_intake', 'update intake.record set sealed = $$KMR1 other$$'), '42501', 'a record is not rewritten');
select is(outcome('km_intake', 'update intake.reception set consent = $$given$$'), '42501', 'nor a case');

-- ---- notes: a correction is a note of its own ---------------------------------------------
insert into intake.note select id, '00000000-0000-4000-8000-0000000000e1', now(), 'A001', 'w', 'phone' from c;
select is(outcome('km_intake', $$ insert into intake.note select id, gen_random_uuid(), now(), 'A001', 'w', 'phone', '00000000-0000-4000-8000-0000000000e1' from c $$),
          'ok', 'a note corrects one of its case');
select is(outcome('km_intake', $$ insert into intake.note select id, gen_random_uuid(), now(), 'A001', 'w', 'phone', gen_random_uuid() from c $$),
          '23503', 'a note corrects no stranger');
select is(outcome('km_intake', $$ insert into intake.note select * from intake.note limit 1 $$), '23505', 'a note is written once');
select is(outcome('km_intake', 'update intake.note set kind = $$visit$$'), '42501', 'and stays as it was');

delete from intake.access;
select wearing(service('intake'));

-- ---- reach --------------------------------------------------------------------------------
create function pg_temp.access(level text, since text) returns text language sql as $fn$
    select outcome('km_intake', format('insert into intake.access select id, $$A002$$, %L, $${}$$, %L from c', level, since))
$fn$;
select is(pg_temp.access('offered', '2026-06-01'), 'ok', 'an agency is shown something');
select is(pg_temp.access('member', '2026-06-02'), '23505', 'not two ways at once');
select is(outcome('km_intake', $$ update intake.access set until = '2026-06-02' $$), 'ok', 'one way ends');
select is(pg_temp.access('member', '2026-06-02'), 'ok', 'another begins');
select is(pg_temp.access('none', '2026-06-03'), '23514', 'no reach is no row');
select is(outcome('km_intake', $$ update intake.access set level = 'member' $$), '42501', 'a reach is not widened afterwards');

select * from finish();
rollback;
