-- The history and the notes only grow: who writes is stamped by the database, who wrote cannot take it back, only audit reads.
begin;
select tap.events_aside();
select plan(31);

select is(outcome(who, $$ insert into audit.event (case_id, at, happened) values ('00000000-0000-4000-8000-000000000001', now(), 'note_added') $$),
          'ok', who || ' adds to the history')
  from unnest(array['km_intake', 'km_referral', 'km_meeting', 'km_audit']) as who;
select results_eq('select source::text from audit.event order by id', $$ values ('km_intake'), ('km_referral'), ('km_meeting'), ('km_audit') $$,
                  'and is stamped as who it is');
select is(outcome('km_keys', $$ insert into audit.event (case_id, at, happened) values (gen_random_uuid(), now(), 'case_read') $$),
          '42501', 'km_keys is not part of it');
select is(outcome(who, statement), '42501', who || ': ' || statement)
  from unnest(array['km_intake', 'km_referral', 'km_meeting', 'km_audit']) as who,
       unnest(array['update audit.event set detail = null', 'delete from audit.event', 'truncate audit.event']) as statement;
select is(outcome(who, 'select happened from audit.event'), case who when 'km_audit' then 'ok' else '42501' end, who || ' and reading')
  from unnest(array['km_intake', 'km_referral', 'km_meeting', 'km_audit']) as who;
select is(outcome('km_audit', $$ insert into audit.event (id, case_id, at, happened) values (1, gen_random_uuid(), now(), 'x') $$), '428C9',
          'nobody chooses a place in it');

-- Not even the owner of the schemas, by mistake.
select ok(outcome('km_intake', $$
    with r as (insert into intake.reception values ('00000000-0000-4000-8000-000000000002', now(), 'A056', 'outreach', 'north', 'elder',
                                                    array['isolation'], 'routine', 'given')),
         n as (insert into intake.note values ('00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-000000000003', now(),
                                               'A056', 'someone', 'visit', null))
    insert into intake.record values ('00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-000000000003', 1, 2, 1,
                                      '\x4b4d5231', now()) $$, person('A056')) = 'ok', 'a case, its note and its record are there');
select is(outcome(session_user, statement), '42501', 'the owner: ' || statement)
  from unnest(array['update audit.event set detail = null', 'delete from audit.event', 'update intake.reception set area = $$south$$',
                    'delete from intake.note', 'update intake.note set kind = $$phone$$', 'update intake.record set version = 2',
                    'delete from intake.record']) as statement;

select * from finish();
rollback;
