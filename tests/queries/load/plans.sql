-- Rows enough that a plan has something to choose from: 20,000 cases and what hangs on them, in the proportions of a city in its
-- third year: most cases closed, few offers open, nearly all of the outbox sent.
create function pg_temp.id(n bigint) returns uuid language sql immutable as $fn$ select md5(n::text)::uuid $fn$;
create function pg_temp.agency(n bigint) returns text language sql immutable as $fn$ select 'A' || lpad((1 + n % 200)::text, 3, '0') $fn$;
create function pg_temp.at(n bigint) returns timestamptz language sql immutable as
$fn$ select timestamptz '2024-01-01 00:00Z' + n * interval '1 hour' $fn$;

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
update referral.referral set state = 'offered', answered_at = null where drafted_at > pg_temp.at(19900);
insert into referral.decline
select case_id, receiver, 'debt', ref_id, answered_at, null from referral.referral where state in ('declined', 'expired', 'failed');

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

do $do$
declare
    service text;
begin
    foreach service in array array['intake', 'referral', 'meeting', 'audit'] loop
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
