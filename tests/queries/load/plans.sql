-- Rows enough that a plan has something to choose from: 20,000 cases and what hangs on them, in the proportions of a city in its
-- third year: most cases closed, few offers open, nearly all of the outbox sent.
create function pg_temp.id(n bigint) returns uuid language sql immutable as $fn$ select md5(n::text)::uuid $fn$;
create function pg_temp.agency(n bigint) returns text language sql immutable as $fn$ select 'A' || lpad((1 + n % 200)::text, 3, '0') $fn$;
create function pg_temp.at(n bigint) returns timestamptz language sql immutable as
$fn$ select timestamptz '2024-01-01 00:00Z' + n * interval '1 hour' $fn$;

-- They come without their history.
do $do$
declare
    t record;
begin
    for t in select tgrelid::regclass as name, tgname from pg_trigger where tgname like '%\_has\_event' loop
        execute format('alter table %s disable trigger %I', t.name, t.tgname);
    end loop;
end
$do$;
insert into intake.reception
select pg_temp.id(n), pg_temp.at(n), pg_temp.agency(n), 'other', 'north', 'adult', '{debt,poverty}', 'routine', 'given'
  from generate_series(1, 20000) n;
insert into intake.record
select pg_temp.id(n), pg_temp.id(n), 1, 1, 1, 'KMR1'::bytea || decode(repeat('00', 400), 'hex'), pg_temp.at(n) from generate_series(1, 20000) n;
insert into intake.note
select pg_temp.id(n), pg_temp.id(n * 10 + k), pg_temp.at(n + k), pg_temp.agency(n), 'w', 'phone' from generate_series(1, 20000) n, generate_series(1, 3) k;
insert into intake.record
select case_id, note_id, 1, 2, 1, 'KMR1'::bytea || decode(repeat('00', 400), 'hex'), at from intake.note;
insert into intake.access
select pg_temp.id(n), pg_temp.agency(n + k), 'member', '{}', pg_temp.at(n + k), case when k = 2 then pg_temp.at(n + 9) end
  from generate_series(1, 20000) n, generate_series(0, 2) k;
insert into intake.record
select pg_temp.id(n), case when k = 1 then pg_temp.id(n) else pg_temp.id(-n * 10 - k) end, k + 1, 3, 1, 'KMR1'::bytea || decode(repeat('00', 4096), 'hex'), pg_temp.at(n)
  from generate_series(1, 4000) n, generate_series(1, 3) k;
insert into intake.person
select case_id, record_id, version, case when case_id = record_id then 'self' else 'child' end, written_at, 'A001', 'w' from intake.record where type = 3;
insert into intake.household select pg_temp.id(n), 4 from generate_series(1, 4000) n;
insert into intake.reminder
select case_id, person_id, version, at + interval '11 months', case when at < '2024-05-01' then at end from intake.person;
insert into intake.team
select pg_temp.id(n), pg_temp.agency(n), 'w' || k, pg_temp.at(n), case when k = 2 then pg_temp.at(n + 9) end from generate_series(1, 20000) n, generate_series(1, 2) k;
insert into intake.emergency select pg_temp.id(n), pg_temp.agency(n + 7), 'w', pg_temp.at(n), pg_temp.at(n + 1) from generate_series(1, 300) n;
insert into intake.duplicate (duplicate_id, case_id, person_id, other_case, other_person, score, rules, state, found_at, decided_at, decided_by)
select pg_temp.id(n), pg_temp.id(n), pg_temp.id(n), pg_temp.id(n + 1), pg_temp.id(n + 1), n % 1000, '{}',
       case when n % 50 = 0 then 'open' else 'not_a_duplicate' end, pg_temp.at(n), pg_temp.at(n), 'w'
  from generate_series(1, 5000) n;
insert into meeting.care select pg_temp.id(n), 1, 4, 'KMR1'::bytea || decode(repeat('00', 4096), 'hex') from generate_series(1, 4000) n;

begin;
insert into referral.case_file
select pg_temp.id(n), pg_temp.at(n), pg_temp.agency(n), 'north', 'adult', '{debt,poverty}', 'routine', 'given', n % 3 from generate_series(1, 20000) n;
insert into referral.member
select pg_temp.id(n), pg_temp.agency(n + k), pg_temp.at(n), case when k = 2 then pg_temp.at(n + 9) end, k = 0
  from generate_series(1, 20000) n, generate_series(0, 2) k;
insert into referral.baton (case_id, lead, lead_since, version, since)
select pg_temp.id(n), pg_temp.agency(n), pg_temp.at(n), 1, pg_temp.at(n) from generate_series(1, 20000) n;
commit;
insert into referral.referral (ref_id, case_id, kind, sender, receiver, state, needs, items, basis, urgency, drafted_at, due_at, answered_at, broadcast)
select pg_temp.id(n * 4 + k), pg_temp.id(n), 'transfer', pg_temp.agency(n), pg_temp.agency(n + 1 + k),
       (array['completed', 'declined', 'withdrawn', 'completed', 'expired', 'completed', 'failed', 'completed', 'in_service', 'completed'])[1 + (n + k) % 10],
       '{debt}', '{}', 'none', 'routine', pg_temp.at(n), pg_temp.at(n + 72), pg_temp.at(n + 5), case when k = 1 then pg_temp.id(n) end
  from generate_series(1, 20000) n, generate_series(1, 2) k;
update referral.referral set state = 'offered', answered_at = null where drafted_at > pg_temp.at(19000);
update referral.referral set is_back = true where state in ('declined', 'expired', 'failed') and drafted_at > pg_temp.at(18000);
update referral.case_file set is_wide = true, is_alone = received_at > pg_temp.at(19000) where returns = 0;
update referral.member set is_closed = true where until is null and since < pg_temp.at(17000);
insert into referral.decline
select case_id, receiver, 'debt', ref_id, answered_at, null from referral.referral where state in ('declined', 'expired', 'failed');

insert into referral.consent
select pg_temp.id(n), pg_temp.id(n), pg_temp.id(n), 'support', '{identity}', '{}', pg_temp.at(n), pg_temp.at(n + 8760), 'oral', null, pg_temp.agency(n), 'w',
       case when n % 10 = 0 then pg_temp.at(n + 99) end, case when n % 10 = 0 then 'A001' end, case when n % 10 = 0 then 'w' end
  from generate_series(1, 20000) n;
insert into referral.disclosure
select ref_id, case_id, ref_id, drafted_at, sender, receiver, '{identity}', 'consent', 'law', case_id, null, 'referral', 'w' from referral.referral;
insert into referral.recall
select pg_temp.id(n), pg_temp.id(n), pg_temp.id(n), pg_temp.agency(n + 1), '{identity}', pg_temp.at(n + 99), null, null, null
  from generate_series(10, 20000, 10) n;

insert into directory.code select 'list' || n % 20, 'c' || n, 'label ' || n from generate_series(1, 4000) n;
insert into directory.agency
select pg_temp.agency(n), 'agency ' || n, 'desk', null, '{}', '{}', '{}', true, '{}', '{}', '{}', null, '\x00', date '2020-01-01' + (n / 200)::int,
       case when n < 3800 then date '2020-01-02' + (n / 200)::int end
  from generate_series(0, 3999) n;
insert into directory.programme select 'P' || n, 'programme ' || n, 'k', 'person', '{}', false, '{}', '\x00' from generate_series(1, 4000) n;
insert into directory.need select 'need' || n, 'label', 'field', '{}', '\x00', '2020-01-01' from generate_series(1, 4000) n;
insert into directory.duty select 'need' || n, k, '{}', 'A001', 'law' from generate_series(1, 4000) n, generate_series(1, 2) k;
insert into directory.routing
select 'R' || n, '{}', false, 'public', 510, 1035, '{1}', null, null, 'why', '\x00', '2020-01-01', null from generate_series(1, 4000) n;
insert into directory.basis
select 'b' || n % 400, 'law', false, true, '{public}', '{identity}', null, null, '\x00', date '2020-01-01' + n / 400,
       case when n < 3600 then date '2020-01-02' + n / 400 end
  from generate_series(0, 3999) n;
insert into directory.indicator select 'I' || n, '{}', '\x00' from generate_series(1, 4000) n;

insert into meeting.meeting (meeting_id, case_id, kind, state, called_by, called_at, needs, area, urgency)
select pg_temp.id(n), pg_temp.id(n), 'small', 'proposed', 'requested', pg_temp.at(n), '{debt}', 'north', 'routine' from generate_series(1, 20000) n;
insert into meeting.invitee
select pg_temp.id(n), pg_temp.agency(n + k), 'member', true, pg_temp.at(n) from generate_series(1, 20000) n, generate_series(0, 2) k;
insert into meeting.availability
select pg_temp.id(n), pg_temp.agency(n), tstzrange(pg_temp.at(n), pg_temp.at(n + 1)) from generate_series(1, 10000) n;
insert into meeting.accommodation select pg_temp.id(n), 'interpreter', true from generate_series(1, 20000) n;
insert into meeting.seat
select pg_temp.id(n), pg_temp.agency(n), tstzrange(pg_temp.at(n), pg_temp.at(n + 1)) from generate_series(1, 10000) n;

insert into audit.event (case_id, at, happened) select pg_temp.id(n), pg_temp.at(n + k), 'case_read' from generate_series(1, 20000) n, generate_series(0, 4) k;

insert into audit.event (case_id, at, happened, detail, about)
select case_id, drafted_at, 'disclosed', case when n % 3 = 0 then 'consent' else 'ppa_69_2_2' end, ref_id
  from (select *, row_number() over () as n from referral.referral) r;

insert into audit.custody (case_id, tx, event_id, at, cause, agency, given_by)
select pg_temp.id(n), '3', n * 10 + k, pg_temp.at(n + k), (array['intake', 'handoff', 'closed'])[1 + k],
       case when k < 2 then pg_temp.agency(n + k) end, case when k > 0 then pg_temp.agency(n + k - 1) end
  from generate_series(1, 20000) n, generate_series(0, 2) k
 where k = 0 or n % 10 > 0;
insert into audit.step (ref_id, case_id, sender, receiver, drafted_at, offered_at, due, answered_at, answer, tx, event_id)
select ref_id, case_id, sender, receiver, drafted_at, drafted_at, due_at, answered_at,
       case when answered_at is null then null when n % 20 = 0 then 'due' when n % 7 = 0 then 'decline' else 'accept' end, '3', n
  from (select *, row_number() over () as n from referral.referral) r;
insert into audit.dossier (case_id, opened_at, opened_by, closed_at, lead, last_at)
select pg_temp.id(n), pg_temp.at(n), pg_temp.agency(n), case when n % 10 > 0 then pg_temp.at(n + 2) end,
       case when n % 10 = 0 then pg_temp.agency(n) end, pg_temp.at(n + 2)
  from generate_series(1, 20000) n;
insert into audit.lead_proof (day, at, open, with_lead, without_lead, cases)
select date '2020-01-01' + n, now(), 1, 1, 0, '{}' from generate_series(1, 4000) n;

insert into audit.notice
select pg_temp.id(n), 'many_reads', pg_temp.id(n), pg_temp.agency(n), 'w', null, null, pg_temp.at(n) from generate_series(1, 20000) n;
insert into audit.hint select '3', pg_temp.id(n), pg_temp.agency(n + k), pg_temp.at(n) from generate_series(1, 10000) n, generate_series(0, 2) k;
insert into audit.notice_seen select pg_temp.id(n), 'w' || n % 20, pg_temp.at(n) from generate_series(1, 10000) n;
insert into audit.emergency (id, case_id, agency, user_name, reason, words, at, until, due, reviewed_at, reviewed_by, outcome)
select pg_temp.id(n), pg_temp.id(n), pg_temp.agency(n), 'w', 'life', '\x00', pg_temp.at(n), pg_temp.at(n + 1), pg_temp.at(n + 48),
       case when n % 50 > 0 then pg_temp.at(n + 20) end, case when n % 50 > 0 then 'r' end, case when n % 50 > 0 then 'justified' end
  from generate_series(1, 20000) n;

insert into audit.erasure (id, case_id, kind, ground, basis, state, asked_by, asked_at, agreed_by, agreed_at, upto, leaves, last_seq, done_at)
select pg_temp.id(n), pg_temp.id(n), 'full', 'retention_over', 'b', case when n % 50 = 0 then 'open_case' else 'done' end, 'a', pg_temp.at(n),
       case when n % 50 > 0 then 'b' end, case when n % 50 > 0 then pg_temp.at(n + 1) end, case when n % 50 > 0 then n end,
       case when n % 50 > 0 then 9 end, case when n % 50 > 0 then 8 end, case when n % 50 > 0 then pg_temp.at(n + 2) end
  from generate_series(1, 20000) n;

insert into account.person (user_name, agency, roles, state, made_at, invite, invite_expires)
select 'u' || n, pg_temp.agency(n), '{worker}', 'invited', pg_temp.at(n), case when n % 20 = 0 then sha256(n::text::bytea) end,
       case when n % 20 = 0 then pg_temp.at(n) end
  from generate_series(1, 20000) n;
insert into account.recovery
select 'u' || n, substr(sha256((n * 10 + k)::text::bytea), 1, 16) from generate_series(1, 20000) n, generate_series(1, 3) k;
insert into account.session (digest, id, user_name, agency, role, is_demo, made_at, last_used, expires, ended_at)
select sha256(n::text::bytea), substr(md5(n::text), 1, 16), 'u' || n % 20000, 'A001', 'worker', false, pg_temp.at(n), pg_temp.at(n), pg_temp.at(n + 8),
       case when n % 50 > 0 then pg_temp.at(n + 8) end
  from generate_series(1, 20000) n;
insert into account.sign_in_once
select substr(sha256(n::text::bytea), 1, 16), 'u' || n, true, true, pg_temp.at(n) from generate_series(1, 20000) n;
insert into account.sign_in_log (at, user_name, outcome) select pg_temp.at(n), 'u' || n % 20000, 'signed_in' from generate_series(1, 40000) n;
insert into account.host (name, agency, curve, sign, valid_from, valid_until)
select 'host-' || pg_temp.agency(n) || '-' || n, pg_temp.agency(n), repeat('0', 64), repeat('0', 64), pg_temp.at(n), pg_temp.at(n + 9000)
  from generate_series(1, 4000) n;
insert into account.host_log (at, name, valid_until, said_by) select valid_from, name, valid_until, 'w' from account.host;

do $do$
declare
    service text;
begin
    foreach service in array array['intake', 'referral', 'meeting', 'audit', 'account'] loop
        execute format($sql$
            insert into %1$I.outbox (dest, key, seq, id, type, payload, actor, role, agency, trace, sent_at, next_try, parked_at)
            select 'intake', pg_temp.id(n), 1 + n %% 3, pg_temp.id(n), 't', '{}', '', 'service', '', '', pg_temp.at(n), pg_temp.at(n),
                   case when n %% 50 = 0 then pg_temp.at(n) end
              from generate_series(1, 20000) n;
            insert into %1$I.stream_out select 'intake', pg_temp.id(n), 3 from generate_series(1, 20000) n;
            insert into %1$I.inbox select 'referral', pg_temp.id(n), 2, 3 from generate_series(1, 20000) n;
            insert into %1$I.request select pg_temp.id(n), decode(md5(n::text), 'hex'), 't', '{}', pg_temp.at(n) from generate_series(1, 20000) n;
        $sql$, service);
    end loop;
end
$do$;
analyze;
