-- 0021: no change of state without its event. Of every change that is asked for: without an event, with one of another case, of another
-- transaction, of another sort or about something else nothing of it stays; with its own it does.
begin;
\ir lib/fixtures.sql
insert into intake.duplicate (duplicate_id, case_id, person_id, other_case, other_person, score, rules, state, found_at)
values (pg_temp.r(2), pg_temp.c(1), pg_temp.r(1), pg_temp.c(2), pg_temp.r(2), 900, '{}', 'open', '2026-06-02');
update referral.referral set consent_id = pg_temp.c(1) where ref_id = pg_temp.r(1);
insert into intake.team select pg_temp.c(1), 'A002', 'sample-worker', '2026-06-01';
set constraints all immediate;
set constraints all deferred;
select tap.events_asked(true);

-- told: what stays of changes and events: 'ok', or the name of what refused. Nothing of it is kept.
create function pg_temp.told(change text, event text) returns text language plpgsql as $fn$
declare
    found text;
begin
    execute change;
    execute event;
    set constraints all immediate;
    raise exception using errcode = 'KM000';
exception
    when sqlstate 'KM000' then
        set constraints all deferred;
        return 'ok';
    when others then
        get stacked diagnostics found = constraint_name;
        return sqlstate || ' ' || found;
end
$fn$;
create function pg_temp.event(of_case uuid, happened text, agency text, counterpart text, about uuid, tx text default null) returns text
    language sql as $fn$
    select format('insert into audit.event (case_id, at, happened, agency, counterpart, about%s) values (%L, now(), %L, %L, %L, %L%s);',
                  case when tx is not null then ', tx' else '' end, of_case, happened, agency, counterpart, about, ', ' || quote_literal(tx))
$fn$;

create temporary table changes (
    name        text,
    what        text,
    of_case     uuid,
    change      text, -- and what else it needs
    happened    text,
    agency      text,
    counterpart text,
    about       uuid
);
insert into changes values
    ('reception', 'a case is taken on', pg_temp.c(9), $$ insert into intake.reception select pg_temp.c(9), now(), 'A001', 'other', 'north', 'adult', '{debt}', 'routine', 'given' $$,
     'case_opened', 'A001', null, null),
    ('note', 'a note', pg_temp.c(1), $$ insert into intake.note select pg_temp.c(1), pg_temp.r(9), now(), 'A001', 'sample-worker', 'visit' $$,
     'note_added', null, null, pg_temp.r(9)),
    ('person', 'somebody of a household', pg_temp.c(1), $$ insert into intake.record select pg_temp.c(1), pg_temp.r(9), 3, 4, 1, 'KMR1', now();
     insert into intake.person select pg_temp.c(1), pg_temp.r(9), 3, 'child', now(), 'A001', 'sample-worker' $$,
     'person', null, null, pg_temp.r(9)),
    ('team', 'somebody joins a team', pg_temp.c(1), $$ insert into intake.team select pg_temp.c(1), 'A002', 'sample-other', now() $$, 'team', 'A002', null, null),
    ('team', 'somebody leaves a team', pg_temp.c(1), $$ update intake.team set until = now() where case_id = pg_temp.c(1) and agency = 'A002' $$, 'team', 'A002', null, null),
    ('merged', 'two are one', pg_temp.c(1), $$ update intake.duplicate set state = 'merged', decided_at = now(), decided_by = 'sample-coordinator' where duplicate_id = pg_temp.r(2); $$
     || pg_temp.event(pg_temp.c(2), 'merged', null, null, pg_temp.r(2)), 'merged', null, null, pg_temp.r(2)),
    ('merged_other', 'two are one, told of the other case', pg_temp.c(2), $$ update intake.duplicate set state = 'merged', decided_at = now(), decided_by = 'sample-coordinator' where duplicate_id = pg_temp.r(2); $$
     || pg_temp.event(pg_temp.c(1), 'merged', null, null, pg_temp.r(2)), 'merged', null, null, pg_temp.r(2)),
    ('unmerged', 'they are two', pg_temp.c(1), $$ update intake.duplicate set state = 'not_a_duplicate' where duplicate_id = pg_temp.r(1); $$
     || pg_temp.event(pg_temp.c(2), 'unmerged', null, null, pg_temp.r(1)), 'unmerged', null, null, pg_temp.r(1)),
    ('unmerged_other', 'they are two, told of the other case', pg_temp.c(2), $$ update intake.duplicate set state = 'open' where duplicate_id = pg_temp.r(1); $$
     || pg_temp.event(pg_temp.c(1), 'unmerged', null, null, pg_temp.r(1)), 'unmerged', null, null, pg_temp.r(1)),
    ('baton', 'a case is somebody''s', pg_temp.c(9), $$ insert into referral.case_file select pg_temp.c(9), now(), 'A001', 'north', 'adult', '{debt}', 'routine', 'not_asked';
     insert into referral.member select pg_temp.c(9), 'A001', '2026-06-01', null, true;
     insert into referral.baton (case_id, lead, lead_since, version, since) select pg_temp.c(9), 'A001', '2026-06-01', 1, '2026-06-01' $$, 'baton_created', null, 'A001', null),
    ('baton_moved', 'another leads', pg_temp.c(1), $$ update referral.member set is_lead = false where case_id = pg_temp.c(1) and is_lead;
     update referral.member set is_lead = true where case_id = pg_temp.c(1) and agency = 'A002';
     update referral.baton set lead = 'A002', version = 2 where case_id = pg_temp.c(1) $$, 'baton_moved', 'A002', 'A001', null),
    ('case_closed', 'a case ends', pg_temp.c(1), $$ update referral.baton set closed_at = now(), closed_reason = 'moved', evaluation = pg_temp.r(1) where case_id = pg_temp.c(1) $$,
     'case_closed', null, null, pg_temp.r(1)),
    ('member', 'an agency joins', pg_temp.c(1), $$ insert into referral.member select pg_temp.c(1), 'A007', now(), null, false $$, 'member_added', null, 'A007', null),
    ('member', 'an agency joins to lead', pg_temp.c(1), $$ insert into referral.member select pg_temp.c(1), 'A007', now(), null, false $$, 'baton_moved', 'A007', null, null),
    ('member_ended', 'an agency leaves', pg_temp.c(1), $$ update referral.member set until = now() where case_id = pg_temp.c(1) and agency = 'A002' $$, 'member_ended', null, 'A002', null),
    ('referral', 'a referral', pg_temp.c(1), $$ insert into referral.referral (ref_id, case_id, kind, sender, receiver, state, needs, items, basis, urgency, drafted_at)
     select pg_temp.r(9), pg_temp.c(1), 'consult', 'A001', 'A008', 'draft', '{debt}', '{}', 'none', 'routine', now() $$, 'referral', null, null, pg_temp.r(9)),
    ('referral', 'an answer', pg_temp.c(1), $$ update referral.referral set state = 'accepted' where ref_id = pg_temp.r(1) $$, 'referral', null, null, pg_temp.r(1)),
    ('referral', 'a referral is opened and stays what it was', pg_temp.c(1), $$ update referral.referral set state = state, read_at = now() where ref_id = pg_temp.r(1) $$,
     'referral', null, null, pg_temp.r(1)),
    ('visit', 'a visit', pg_temp.c(1), $$ update referral.referral set visit = 'visited' where ref_id = pg_temp.r(1) $$, 'visit', null, null, pg_temp.r(1)),
    ('lapsed', 'a referral lapses', pg_temp.c(1), $$ update referral.referral set lapsed_at = now() where ref_id = pg_temp.r(1) $$, 'consent_withdrawn', null, null, pg_temp.c(1)),
    ('consent_given', 'a consent', pg_temp.c(1), $$ insert into referral.consent (consent_id, case_id, person_id, purpose, items, receivers, given_at, until, evidence, recorded_by, recorder)
     select pg_temp.r(9), pg_temp.c(1), pg_temp.c(1), 'support', '{identity}', '{}', now(), '2100-01-01', 'oral', 'A001', 'sample-worker' $$, 'consent_given', null, null, pg_temp.r(9)),
    ('consent_withdrawn', 'a consent is withdrawn', pg_temp.c(1), $$ update referral.consent set withdrawn_at = now(), withdrawn_by = 'A001', withdrawer = 'sample-worker'
     where consent_id = pg_temp.c(1) $$, 'consent_withdrawn', null, null, pg_temp.c(1)),
    ('disclosed', 'a disclosure by who sends', pg_temp.c(1), $$ insert into referral.disclosure (disclosure_id, case_id, ref_id, at, sender, receiver, items, basis, law, purpose, approver)
     select pg_temp.r(9), pg_temp.c(1), pg_temp.r(1), now(), 'A001', 'A004', '{contact}', 'ppa_27', 'law', 'referral', 'sample-worker' $$, 'disclosed', 'A001', 'A004', pg_temp.r(1)),
    ('disclosed', 'a disclosure by who joins', pg_temp.c(1), $$ insert into referral.disclosure (disclosure_id, case_id, ref_id, at, sender, receiver, items, basis, law, purpose, approver)
     select pg_temp.r(9), pg_temp.c(1), pg_temp.r(1), now(), 'A001', 'A004', '{contact}', 'ppa_27', 'law', 'referral', 'sample-worker' $$, 'disclosed', 'A004', 'A001', pg_temp.r(1)),
    ('disclosed', 'a disclosure of a meeting', pg_temp.c(1), $$ insert into referral.disclosure (disclosure_id, case_id, at, sender, receiver, items, basis, law, session, purpose, approver)
     select pg_temp.r(9), pg_temp.c(1), now(), 'A001', 'A006', '{narrative}', 'ppa_27', 'law', pg_temp.r(8), 'conference', 'sample-worker' $$, 'disclosed', null, 'A006', pg_temp.r(8)),
    ('recall_sent', 'a recall', pg_temp.c(1), $$ insert into referral.recall (recall_id, consent_id, case_id, agency, items, sent_at)
     select pg_temp.r(9), pg_temp.c(1), pg_temp.c(1), 'A008', '{identity}', now() $$, 'recall_sent', null, null, pg_temp.r(9)),
    ('recall_done', 'a recall is answered', pg_temp.c(1), $$ update referral.recall set done_at = now(), outcome = 'stopped', done_by = 'sample-worker' where recall_id = pg_temp.c(1) $$,
     'recall_done', null, null, pg_temp.c(1)),
    ('meeting', 'a meeting', pg_temp.c(1), $$ insert into meeting.meeting (meeting_id, case_id, kind, state, called_by, called_at, needs, area, urgency)
     select pg_temp.r(9), pg_temp.c(1), 'small', 'proposed', 'requested', now(), '{debt}', 'north', 'routine' $$, 'meeting_proposed', null, null, pg_temp.r(9)),
    ('meeting_state', 'a meeting is off', pg_temp.c(1), $$ update meeting.meeting set state = 'cancelled' where meeting_id = pg_temp.r(1) $$, 'meeting_cancelled', null, null, pg_temp.r(1)),
    ('meeting_state', 'a meeting has a time', pg_temp.c(1), $$ update meeting.meeting set state = 'fixed', starts = now(), ends = '2100-01-01', sealed = 'KMR1' where meeting_id = pg_temp.r(1) $$,
     'meeting_fixed', null, null, pg_temp.r(1)),
    ('availability', 'who can come says so', pg_temp.c(1), $$ update meeting.invitee set answered_at = now() where meeting_id = pg_temp.r(1) and agency = 'A006' $$,
     'availability', 'A006', null, pg_temp.r(1)),
    ('break_glass', 'broken glass', pg_temp.c(1), $$ insert into audit.emergency (id, case_id, agency, user_name, reason, words, at, until, due)
     select pg_temp.r(9), pg_temp.c(1), 'A007', 'sample-night', 'life', '\x00', now(), '2100-01-01', '2100-01-01' $$, 'break_glass', null, null, pg_temp.r(9)),
    ('review', 'its review', pg_temp.c(2), $$ update audit.emergency set reviewed_at = now(), reviewed_by = 'sample-auditor', outcome = 'justified' where id = pg_temp.r(1) $$,
     'review', null, null, pg_temp.r(1));

select plan(12 + 5 * (select count(*) from changes)::int);
select set_eq($$ select tgname::text from pg_trigger where tgdeferrable and tginitdeferred and not tgisinternal $$, $$ select name || '_has_event' from changes $$,
              'every change that is asked for is asked for here');
select is_empty($$ select tgname from pg_trigger where tgname like '%\_has\_event' and (tgenabled <> 'O' or not tgdeferrable or not tginitdeferred) $$,
                'at COMMIT, and of everybody');

select is(pg_temp.told(change, ''), '23514 ' || name || '_has_event', what || ': not without an event') from changes;
select is(pg_temp.told(change, pg_temp.event(pg_temp.c(7), happened, agency, counterpart, about)), '23514 ' || name || '_has_event', what || ': nor with one of another case')
  from changes;
-- a meeting is the other half of a transaction that told of it
select is(pg_temp.told(change, pg_temp.event(of_case, happened, agency, counterpart, about, '3')),
          case when name = 'meeting' then 'ok' else '23514 ' || name || '_has_event' end, what || ': nor with one of an earlier transaction')
  from changes;
select is(pg_temp.told(change, pg_temp.event(of_case, 'case_read', agency, counterpart, about)
                               || case when coalesce(agency, counterpart, about::text) is null then '' else
                                      pg_temp.event(of_case, happened, 'A099', 'A099', pg_temp.r(7)) end),
          '23514 ' || name || '_has_event', what || ': nor with one of another sort, or that says something else')
  from changes;
select is(pg_temp.told(change, pg_temp.event(of_case, happened, agency, counterpart, about)), 'ok', what || ': with its own it stays') from changes;

-- ---- what is no change of its own ------------------------------------------------------------------
select is(pg_temp.told(statement, ''), 'ok', what || ' needs no event')
  from (values ('a version', $$ update referral.referral set version = version + 1, review_at = now() where ref_id = pg_temp.r(1) $$),
               ('what a place opens', $$ update referral.member set items = '{identity}' where case_id = pg_temp.c(1) and agency = 'A002' $$),
               ('a suspicion', $$ update intake.duplicate set score = 950, state = 'not_a_duplicate', decided_at = now(), decided_by = 'x' where duplicate_id = pg_temp.r(2) $$),
               ('what access follows', $$ insert into intake.access select pg_temp.c(1), 'A099', 'offered', '{}', now(), null $$)) as t(what, statement);

-- ---- the services themselves -----------------------------------------------------------------------
create temporary table opening as select change from changes where name = 'baton';
select is(outcome('km_referral', change), '23514', 'a service opens no case untold') from opening;
select is(outcome('km_referral', change || ';' || pg_temp.event(pg_temp.c(9), 'baton_created', 'A001', 'A001', null)), 'ok',
          'the history, which it may not read, is looked at for it') from opening;
select is(outcome('km_referral', $$ select from audit.event $$), '42501', 'and not for its own eyes');
select is(outcome('km_referral', pg_temp.event(pg_temp.c(1), 'visit', 'A001', null, pg_temp.r(1), '3')), '42501', 'in which transaction it writes is not its to say');
select is(outcome('km_referral', $$ insert into audit.event (case_id, at, happened, source) values (gen_random_uuid(), now(), 'visit', 'km_intake') $$), '42501',
          'nor which service it is');

-- ---- one batch, many messages: each is asked for its own --------------------------------------------
select is(pg_temp.told($$ update referral.referral set state = 'withdrawn' where case_id = pg_temp.c(1) $$, pg_temp.event(pg_temp.c(1), 'referral', null, null, pg_temp.r(1))),
          '23514 referral_has_event', 'one event does not tell of two referrals');

select * from finish();
rollback;
