-- かしまる meetings: nobody sits in two at once, what is fixed has a time and a sealed place, windows belong to who was invited.
begin;
select tap.events_aside();
select plan(34);

create temporary table m as select '00000000-0000-4000-8000-0000000000a1'::uuid as one, '00000000-0000-4000-8000-0000000000a2'::uuid as two;
grant select on m to public;
insert into meeting.meeting (meeting_id, case_id, kind, state, called_by, called_at, needs, area, urgency)
select id, gen_random_uuid(), 'small', 'proposed', 'requested', now(), '{debt}', 'north', 'routine' from m, unnest(array[one, two]) as id;
insert into meeting.invitee (meeting_id, agency, invited_as, is_required)
select id, agency, 'member', true from m, unnest(array[one, two]) as id, unnest(array['A001', 'A002']) as agency;

select wearing(person('A001', 'coordinator'));

-- ---- the meeting itself ---------------------------------------------------------------------
select is(outcome('km_meeting', 'update meeting.meeting set ' || change || ' where meeting_id = (select one from m)'), want, change)
  from (values ('state = $$fixed$$', '23514'),
               ('state = $$fixed$$, starts = now(), ends = now() + interval $$1 hour$$', '23514'),
               ('state = $$fixed$$, sealed = $$KMR1$$', '23514'),
               ('sealed = $$会議室$$::text::bytea', '23514'),
               ('starts = now(), ends = now()', '23514'),
               ('starts = now(), ends = now() - interval $$1 hour$$', '23514'),
               ('kind = $$large$$', '23514'),
               ('state = $$over$$', '23514'),
               ('state = $$fixed$$, sealed = $$KMR1$$, starts = now(), ends = now() + interval $$1 hour$$', 'ok'),
               ('state = $$held$$', 'ok'),
               ('state = $$cancelled$$', 'ok')) as t(change, want);
select is(outcome('km_meeting', 'delete from meeting.meeting'), '42501', 'a meeting is called off, not forgotten');
select is(outcome('km_meeting', 'delete from meeting.invitee'), '42501', 'nor are its guests');
select is(outcome('km_meeting', $$ insert into meeting.invitee select one, 'A001', 'lead', true from m $$, service('meeting')), '23505', 'invited once');
select is(outcome('km_meeting', $$ insert into meeting.invitee select gen_random_uuid(), 'A001', 'lead', true from m $$, service('meeting')), '23503', 'to a meeting that is');
select is(outcome('km_meeting', $$ insert into meeting.accommodation select one, 'interpreter', false from m $$), 'ok', 'a need of participants');
select is(outcome('km_meeting', $$ insert into meeting.accommodation select one, 'interpreter', true from m $$), '23505', 'is noted once');

-- ---- windows and seats ------------------------------------------------------------------------
create function pg_temp.put(what text, meeting text, agency text, during text) returns text language sql as $fn$
    select outcome('km_meeting', format('insert into meeting.%I (meeting_id, agency, during) select %I, %L, %L from m', what, meeting, agency, during),
                   person(agency, 'coordinator'))
$fn$;
create temporary table sitting (ord int, what text, meeting text, agency text, during text, want text, why text);
insert into sitting values
    (1, 'availability', 'one', 'A001', '[2026-06-01 10:00, 2026-06-01 12:00)', 'ok', 'a window'),
    (2, 'availability', 'one', 'A001', '[2026-06-01 11:00, 2026-06-01 13:00)', '23P01', 'one that overlaps'),
    (3, 'availability', 'one', 'A001', '[2026-06-01 10:00, 2026-06-01 12:00)', '23P01', 'the same again'),
    (4, 'availability', 'one', 'A001', '[2026-06-01 12:00, 2026-06-01 13:00)', 'ok', 'one that touches'),
    (5, 'availability', 'one', 'A002', '[2026-06-01 10:00, 2026-06-01 12:00)', 'ok', 'another guest''s'),
    (6, 'availability', 'two', 'A001', '[2026-06-01 10:00, 2026-06-01 12:00)', 'ok', 'for another meeting'),
    (7, 'availability', 'one', 'A003', '[2026-06-01 10:00, 2026-06-01 12:00)', '23503', 'of who is not invited'),
    (8, 'availability', 'one', 'A001', 'empty', '23514', 'an empty one'),
    (9, 'availability', 'one', 'A001', '[2026-06-01 14:00, 2026-06-01 14:00)', '23514', 'one of no length'),
    (10, 'seat', 'one', 'A001', '[2026-06-01 10:00, 2026-06-01 11:00)', 'ok', 'a seat'),
    (11, 'seat', 'two', 'A001', '[2026-06-01 10:30, 2026-06-01 11:30)', '23P01', 'another meeting at the same time'),
    (12, 'seat', 'two', 'A001', '[2026-06-01 09:00, 2026-06-01 12:00)', '23P01', 'around it'),
    (13, 'seat', 'two', 'A001', '[2026-06-01 10:15, 2026-06-01 10:30)', '23P01', 'inside it'),
    (14, 'seat', 'two', 'A002', '[2026-06-01 10:30, 2026-06-01 11:30)', 'ok', 'another agency'),
    (15, 'seat', 'two', 'A001', '[2026-06-01 11:00, 2026-06-01 12:00)', 'ok', 'straight after'),
    (16, 'seat', 'two', 'A001', '[2026-06-02 10:00, 2026-06-02 11:00)', '23505', 'two seats in one meeting');
select is(pg_temp.put(what, meeting, agency, during), want, what || ': ' || why) from (select * from sitting order by ord) s;
select is(outcome('km_meeting', $$ update meeting.seat set during = '[2026-06-01 10:00, 2026-06-01 11:00)' $$), '42501', 'a seat is taken anew, not moved');

select * from finish();
rollback;
