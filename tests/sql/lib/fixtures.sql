-- A row or more in every table, for tests that ask who sees them. Three agencies hold case 1 (A001 leads, A002 is a member, A003 was one),
-- A004 is offered it, A005 has a draft nobody sent; A006 is invited to its meeting. Case 2 is all A009's. Whoever adds a table adds a row
-- here: row_security.sql asks for it. The caller's transaction takes it all back.
select tap.events_aside();
set constraints all deferred;
create function pg_temp.c(n int) returns uuid language sql immutable as $fn$ select ('00000000-0000-4000-8000-0000000000c' || n)::uuid $fn$;
create function pg_temp.r(n int) returns uuid language sql immutable as $fn$ select ('00000000-0000-4000-8000-0000000000f' || n)::uuid $fn$;

insert into intake.reception
select pg_temp.c(n), '2026-06-01', who, 'other', 'north', 'adult', '{debt}', 'routine', 'given' from (values (1, 'A001'), (2, 'A009')) as t(n, who);
insert into intake.record select pg_temp.c(n), pg_temp.c(n), 1, 1, 1, 'KMR1', '2026-06-01' from generate_series(1, 2) n;
-- the second note of case 1 is of a time when A003 had left
insert into intake.note
select pg_temp.c(n), pg_temp.r(k), at::timestamptz, who, 'sample-worker', 'visit'
  from (values (1, 1, '2026-06-02', 'A001'), (1, 2, '2026-06-05', 'A002'), (2, 3, '2026-06-02', 'A009')) as t(n, k, at, who);
insert into intake.record select case_id, note_id, 1, 2, 1, 'KMR1', at from intake.note;
insert into intake.access
select pg_temp.c(n), who, level, '{}', '2026-06-01', until::timestamptz
  from (values (1, 'A001', 'member', null), (1, 'A002', 'member', null), (1, 'A003', 'member', '2026-06-03'), (1, 'A004', 'offered', null),
               (1, 'A008', 'offered', '2026-06-03'), (2, 'A009', 'member', null)) as t(n, who, level, until);
insert into intake.household select pg_temp.c(n), 2 from generate_series(1, 2) n;
insert into intake.record select pg_temp.c(n), pg_temp.c(n), 2, 3, 1, 'KMR1', '2026-06-01' from generate_series(1, 2) n;
insert into intake.person select pg_temp.c(n), pg_temp.c(n), 2, 'self', '2026-06-01', who, 'sample-worker' from (values (1, 'A001'), (2, 'A009')) as t(n, who);
insert into intake.reminder select pg_temp.c(n), pg_temp.c(n), 2, '2027-05-01' from generate_series(1, 2) n;
insert into intake.team select pg_temp.c(n), who, 'sample-worker', '2026-06-01' from (values (1, 'A001'), (2, 'A009')) as t(n, who);
insert into intake.emergency values (pg_temp.c(2), 'A007', 'sample-night', now(), now() + interval '1 hour');
insert into intake.duplicate (duplicate_id, case_id, person_id, other_case, other_person, score, rules, state, found_at, decided_at, decided_by)
values (pg_temp.r(1), pg_temp.c(1), pg_temp.c(1), pg_temp.c(2), pg_temp.c(2), 900, '{}', 'merged', '2026-06-02', '2026-06-03', 'sample-coordinator');
insert into intake.duplicate_decision values (pg_temp.r(1), 2, 'merged', 900, 'same', 'sample-coordinator', 'A001', '2026-06-03');

insert into referral.case_file
select pg_temp.c(n), '2026-06-01', who, 'north', 'adult', '{debt}', 'routine', 'given' from (values (1, 'A001'), (2, 'A009')) as t(n, who);
insert into referral.member
select pg_temp.c(n), who, '2026-06-01', until::timestamptz, is_lead
  from (values (1, 'A001', null, true), (1, 'A002', null, false), (1, 'A003', '2026-06-03', false), (2, 'A009', null, true)) as t(n, who, until, is_lead);
insert into referral.baton (case_id, lead, lead_since, version, since)
select pg_temp.c(n), who, '2026-06-01', 1, '2026-06-01' from (values (1, 'A001'), (2, 'A009')) as t(n, who);
insert into referral.referral (ref_id, case_id, kind, sender, receiver, state, needs, items, basis, urgency, drafted_at, due_at)
select pg_temp.r(k), pg_temp.c(n), 'transfer', sender, receiver, state, '{debt}', '{}', 'none', 'routine', '2026-06-01', '2026-06-09'
  from (values (1, 1, 'A001', 'A004', 'offered'), (2, 1, 'A001', 'A005', 'draft'), (3, 2, 'A009', 'A010', 'declined')) as t(k, n, sender, receiver, state);
insert into referral.decline values (pg_temp.c(2), 'A010', 'debt', pg_temp.r(3), '2026-06-02');
insert into referral.consent (consent_id, case_id, person_id, purpose, items, receivers, given_at, until, evidence, recorded_by, recorder)
select pg_temp.c(n), pg_temp.c(n), pg_temp.c(n), 'support', '{identity}', '{}', '2026-06-01', '2027-06-01', 'oral', who, 'sample-worker'
  from (values (1, 'A001'), (2, 'A009')) as t(n, who);
insert into referral.disclosure (disclosure_id, case_id, ref_id, at, sender, receiver, items, basis, law, consent_id, purpose, approver)
select pg_temp.c(n), pg_temp.c(n), pg_temp.r(k), '2026-06-01', sender, receiver, '{identity}', 'consent', 'law', pg_temp.c(n), 'referral', 'sample-worker'
  from (values (1, 1, 'A001', 'A004'), (2, 3, 'A009', 'A010')) as t(n, k, sender, receiver);
insert into referral.recall (recall_id, consent_id, case_id, agency, items, sent_at)
select pg_temp.c(n), pg_temp.c(n), pg_temp.c(n), who, '{identity}', '2026-06-02' from (values (1, 'A004'), (2, 'A010')) as t(n, who);

insert into meeting.meeting (meeting_id, case_id, kind, state, called_by, called_at, needs, area, urgency)
select pg_temp.r(n), pg_temp.c(n), 'small', 'proposed', 'requested', '2026-06-02', '{debt}', 'north', 'routine' from generate_series(1, 2) n;
insert into meeting.invitee
select pg_temp.r(n), who, 'member', true from (values (1, 'A001'), (1, 'A006'), (2, 'A009')) as t(n, who);
insert into meeting.availability
select pg_temp.r(n), who, '[2026-06-10, 2026-06-11)' from (values (1, 'A001'), (2, 'A009')) as t(n, who);
insert into meeting.accommodation select pg_temp.r(n), 'interpreter', true from generate_series(1, 2) n;
insert into meeting.seat select pg_temp.r(n), who, '[2026-06-10, 2026-06-11)' from (values (1, 'A001'), (2, 'A009')) as t(n, who);
insert into meeting.care select pg_temp.c(n), 1, 2, 'KMR1' from generate_series(1, 2) n;

insert into audit.event (case_id, at, happened, agency, counterpart)
select pg_temp.c(n), '2026-06-01', what, who, other
  from (values (1, 'case_opened', 'A001', null), (1, 'member_added', 'A001', 'A004'), (1, 'note_added', null, null),
               (2, 'case_opened', 'A009', null)) as t(n, what, who, other);
insert into audit.custody (case_id, tx, event_id, at, cause, agency)
select pg_temp.c(n), '3', n, '2026-06-01', 'intake', who from (values (1, 'A001'), (2, 'A009')) as t(n, who);
insert into audit.step (ref_id, case_id, sender, receiver, drafted_at, tx, event_id)
values (pg_temp.r(1), pg_temp.c(1), 'A001', 'A004', '2026-06-01', '3', 1);
insert into audit.dossier (case_id, opened_at, opened_by, lead, last_at)
select pg_temp.c(n), '2026-06-01', who, who, '2026-06-01' from (values (1, 'A001'), (2, 'A009')) as t(n, who);
insert into audit.leads_counted values ('2026-06-01', '4:4:', 2, '\x0000000000000000', '2026-06-02');
insert into audit.lead_proof values ('2026-06-01', '2026-06-02', 2, 2, 0, '{}');
insert into referral.leads_told values ('2026-06-01', '2026-06-02');
insert into audit.notice values (pg_temp.r(1), 'break_glass', pg_temp.c(2), 'A007', 'sample-night', null, null, '2026-06-02');
insert into audit.erasure (id, case_id, kind, ground, basis, state, asked_by, asked_at)
select pg_temp.r(n), pg_temp.c(n), 'full', 'retention_over', 'law', 'waiting', 'sample-admin', '2026-06-02' from generate_series(1, 2) n;
insert into intake.draft values ('A001', 'sample-worker', 'case_open', '\x00', '2026-06-02');
insert into audit.hint values ('3', pg_temp.r(1), 'A006', '2026-06-02');
insert into audit.notice_seen values (pg_temp.r(1), 'sample-auditor', '2026-06-02');
insert into audit.emergency (id, case_id, agency, user_name, reason, words, at, until, due)
values (pg_temp.r(1), pg_temp.c(2), 'A007', 'sample-night', 'life', '\x00', '2026-06-02', '2026-06-03', '2026-06-04');

insert into directory.agency (code, name, kind, areas, targets, target_words, can_receive, aliases, sources, programs, digest, valid_from)
values ('A001', 'desk', 'desk', '{}', '{}', '{}', true, '{}', '{}', '{}', '\x00', '2020-01-01');
insert into directory.programme values ('P001', 'programme', 'k', 'person', '{}', false, '{}', '\x00');
insert into directory.need values ('debt', 'label', 'field', '{}', '\x00', '2020-01-01');
insert into directory.duty values ('debt', 1, '{}', 'A001', 'law');
insert into directory.routing values ('A001', '{}', false, 'public', 510, 1035, '{1}', null, null, 'why', '\x00', '2020-01-01', null);
insert into directory.indicator values ('I001', '{}', '\x00');
insert into directory.code values ('list', 'code', 'label');
insert into directory.answer_time values ('A001', 60);
insert into directory.basis (code, law, needs_consent, is_meeting, receivers, items, digest, valid_from)
values ('consent', 'law', true, false, '{public}', '{identity}', '\x00', '2020-01-01');

insert into account.person (user_name, agency, roles, state, made_at)
values ('sample-worker', 'A001', '{worker}', 'invited', '2026-06-01');
insert into account.recovery values ('sample-worker', decode(repeat('00', 16), 'hex'));
insert into account.session (digest, id, user_name, agency, role, is_demo, made_at, last_used, expires)
values (decode(repeat('00', 32), 'hex'), '0123456789abcdef', 'sample-worker', 'A001', 'worker', false, '2026-06-01', '2026-06-01', '2026-06-02');
insert into account.sign_in_log (at, user_name, outcome) values ('2026-06-01', 'sample-worker', 'signed_in');
insert into account.sign_in_once values (decode(repeat('00', 16), 'hex'), 'sample-worker', true, true, '2026-06-01');
insert into account.host (name, agency, curve, sign, valid_from, valid_until)
values ('host-A001-sample', 'A001', repeat('0', 64), repeat('0', 64), now(), now() + interval '1 year');
insert into account.host_log (at, name, valid_until, said_by) values (now(), 'host-A001-sample', now(), 'sample-admin');

insert into ledger.shard values (1, 'example.test/log/2026', '2026-06-01', null);
insert into ledger.frontier values (1, 0, '');
insert into ledger.entry values (1, 0, pg_temp.r(1), pg_temp.c(1), 0, 15, 'A001', '2026-06-01', decode(repeat('00', 40), 'hex'), 'KMR1', '2026-06-01');
update ledger.frontier set size = 1, hashes = decode(repeat('00', 32), 'hex');
insert into ledger.node values (1, 8, 0, decode(repeat('00', 32), 'hex'));
insert into ledger.chain values (pg_temp.c(1), 1, decode(repeat('00', 32), 'hex'));
insert into ledger.offer values (pg_temp.r(1), decode(repeat('00', 32), 'hex'));
insert into ledger.head values (1, 1, decode(repeat('00', 32), 'hex'), 'note', '2026-06-01');

do $do$
declare
    service text;
begin
    foreach service in array array['intake', 'referral', 'meeting', 'audit', 'account'] loop
        execute format($sql$
            insert into %1$I.outbox (dest, key, seq, id, type, payload, actor, role, agency, trace, sent_at, next_try)
            values ('intake', pg_temp.c(1), 1, pg_temp.c(1), 't', '{}', '', 'service', '', '', now(), now());
            insert into %1$I.stream_out values ('intake', pg_temp.c(1), 1);
            insert into %1$I.inbox values ('referral', pg_temp.c(1), 0, 1);
            insert into %1$I.request values (pg_temp.c(1), decode(repeat('00', 16), 'hex'), 't', '{}', now());
        $sql$, service);
    end loop;
end
$do$;
set constraints all immediate;
set constraints all deferred;
