-- No change of state without its event: when a transaction ends the history must hold, of the same case and written in this very transaction,
-- an event that says what the row says, else nothing of the transaction stays. It is asked at COMMIT and of every writer, whatever the
-- program does; in which order a transaction writes does not matter.
--
-- What is no event of its own and is not asked for:
--   referral.case_file, referral.decline, intake.access; a referral's version, read_at, due_at and review_at, a place's items and is_lead: they
--     follow from the change beside them, or by message from one, and that one is asked;
--   intake.record, intake.household, meeting.care, directory.*: contents and settings, no states. The record of who reported something has
--     an event too, and nothing in plain says which record that is;
--   intake.emergency: begins by the word of keys, as audit.emergency does, which is asked;
--   intake.duplicate until it is merged: a suspicion is no part of a case;
--   meeting.accommodation, meeting.seat: parts of a proposal and of its time.
-- A meeting comes by message from whoever called for it: its event must be there, and is of that transaction.
--
-- The functions run with their owner's rights, because the services may not read the history, and find what a transaction wrote of a case
-- by an index of its own: in a batch of many messages there is much of other cases beside it.
create index event_told on audit.event (tx, case_id, id);
select kashimaru.open_to_owner('meeting.meeting');

-- In which transaction and by which service an event was written is for the database alone to say.
revoke insert on audit.event from km_intake, km_referral, km_meeting, km_audit, km_account;
grant insert (case_id, at, happened, agency, actor, counterpart, about, detail, reason, trace) on audit.event
   to km_intake, km_referral, km_meeting, km_audit, km_account;
grant insert (source) on audit.event to km_audit; -- for what keys tells it (key_event): that is of keys

create temporary table asked (
    name     text,
    of_table text,
    happens  text,
    only_if  text,
    fits     text,                                        -- what must be true of an event e
    of_case  text default 'new.case_id',
    written  text default 'e.tx = pg_current_xact_id()'
) on commit drop;
insert into asked (name, of_table, happens, only_if, fits) values
    ('reception', 'intake.reception', 'insert', null, $$ e.happened = 'case_opened' and e.agency = new.received_by $$),
    ('note', 'intake.note', 'insert', null, $$ e.happened = 'note_added' and e.about = new.note_id $$),
    ('person', 'intake.person', 'insert', null, $$ e.happened = 'person' and e.about = new.person_id $$),
    -- who opens a case is the first of its team
    ('team', 'intake.team', 'insert or update of until', null, $$ e.happened in ('team', 'case_opened') and e.agency = new.agency $$),
    ('baton', 'referral.baton', 'insert', null, $$ e.happened = 'baton_created' and e.counterpart = new.lead $$),
    ('baton_moved', 'referral.baton', 'update of lead', null,
     $$ e.happened = 'baton_moved' and e.agency = new.lead and e.counterpart = old.lead $$),
    ('case_closed', 'referral.baton', 'update of closed_at', null, $$ e.happened = 'case_closed' and e.about = new.evaluation $$),
    -- who joins as lead joins with a baton, which is asked; who takes the lead over joins by that
    ('member', 'referral.member', 'insert', 'not new.is_lead',
     $$ (e.happened = 'member_added' and e.counterpart = new.agency) or (e.happened = 'baton_moved' and e.agency = new.agency) $$),
    ('member_ended', 'referral.member', 'update of until', null, $$ e.happened = 'member_ended' and e.counterpart = new.agency $$),
    ('referral', 'referral.referral', 'insert or update of state', null, $$ e.happened = 'referral' and e.about = new.ref_id $$),
    ('visit', 'referral.referral', 'update of visit, visit_at', null, $$ e.happened = 'visit' and e.about = new.ref_id $$),
    ('lapsed', 'referral.referral', 'update of lapsed_at', null, $$ e.happened = 'consent_withdrawn' and e.about = new.consent_id $$),
    ('consent_given', 'referral.consent', 'insert', null, $$ e.happened = 'consent_given' and e.about = new.consent_id $$),
    ('consent_withdrawn', 'referral.consent', 'update of withdrawn_at', null,
     $$ e.happened = 'consent_withdrawn' and e.about = new.consent_id $$),
    ('disclosed', 'referral.disclosure', 'insert', null,
     $$ e.happened = 'disclosed' and e.about = coalesce(new.ref_id, new.session)
        and (e.counterpart = new.receiver or (e.counterpart = new.sender and e.agency = new.receiver)) $$),
    ('recall_sent', 'referral.recall', 'insert', null, $$ e.happened = 'recall_sent' and e.about = new.recall_id $$),
    ('recall_done', 'referral.recall', 'update of done_at', null, $$ e.happened = 'recall_done' and e.about = new.recall_id $$),
    ('meeting_state', 'meeting.meeting', 'update of state, starts, ends', null,
     $$ e.happened = 'meeting_' || new.state and e.about = new.meeting_id $$),
    ('break_glass', 'audit.emergency', 'insert', null, $$ e.happened = 'break_glass' and e.about = new.id $$),
    ('review', 'audit.emergency', 'update of reviewed_at', null, $$ e.happened = 'review' and e.about = new.id $$);
insert into asked (name, of_table, happens, only_if, fits, of_case)
select happened || part, 'intake.duplicate', 'update of state', happens,
       format('e.happened = %L and e.about = new.duplicate_id', happened), of_case
  from (values ('merged', $$ new.state = 'merged' and old.state <> 'merged' $$), ('unmerged', $$ new.state <> 'merged' and old.state = 'merged' $$))
       as x(happened, happens),
       (values ('', 'new.case_id'), ('_other', 'new.other_case')) as y(part, of_case);
insert into asked (name, of_table, happens, fits, of_case) values
    ('availability', 'meeting.invitee', 'update of answered_at',
     $$ e.happened = 'availability' and e.about = new.meeting_id and e.agency = new.agency $$,
     '(select m.case_id from meeting.meeting m where m.meeting_id = new.meeting_id)');
insert into asked (name, of_table, happens, fits, written) values
    ('meeting', 'meeting.meeting', 'insert', $$ e.happened = 'meeting_proposed' and e.about = new.meeting_id $$, 'true');

do $do$
declare
    a asked;
begin
    for a in select * from asked loop
        a.name := a.name || '_has_event';
        execute format($sql$
            create function audit.%1$I() returns trigger
                language plpgsql security definer set search_path = pg_catalog, pg_temp as $fn$
            begin
                perform from audit.event e where %2$s and e.case_id = %3$s and (%4$s);
                if not found then
                    raise exception '%5$s changed without its event (%1$s)' using errcode = '23514',
                          schema = tg_table_schema, table = tg_table_name, constraint = %1$L;
                end if;
                return null;
            end
            $fn$
        $sql$, a.name, a.written, a.of_case, a.fits, a.of_table);
        execute format('revoke execute on function audit.%I() from public', a.name);
        execute format('create constraint trigger %I after %s on %s deferrable initially deferred for each row %s execute function audit.%I()',
                       a.name, a.happens, a.of_table, 'when (' || a.only_if || ')', a.name);
    end loop;
end
$do$;
