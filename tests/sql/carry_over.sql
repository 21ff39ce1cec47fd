-- 0015 and 0017: cases from before wraps and consents as rows. The migrations are played once more over rows as they were then.
begin;
select tap.events_aside();
select plan(6);
\getenv root KM_SOURCE_DIR
\set first :root '/sql/migrations/0015_carry_over.sql'
\set second :root '/sql/migrations/0017_carry_more.sql'

create temporary table c as select '00000000-0000-4000-8000-00000000c0c0'::uuid as id, '00000000-0000-4000-8000-00000000b0b0'::uuid as meeting;
insert into referral.case_file (case_id, received_at, received_by, area, age_band, needs, urgency, consent)
select id, '2026-05-01', 'A056', 'north', 'elder', '{debt}', 'routine', 'given' from c;
insert into referral.member (case_id, agency, since, until, is_lead)
select id, who, '2026-05-01', ended, ended is null from c, (values ('A056', null), ('A077', '2026-05-05'::timestamptz)) as t(who, ended);
insert into referral.baton (case_id, lead, lead_since, version, since) select id, 'A056', '2026-05-01', 1, '2026-05-01' from c;
insert into referral.referral (ref_id, case_id, kind, sender, receiver, state, needs, items, basis, urgency, drafted_at, due_at)
select gen_random_uuid(), id, 'transfer', 'A056', 'A062', 'offered', '{debt}', '{identity}', 'consent', 'routine', '2026-05-03', '2026-06-01' from c;
insert into meeting.meeting (meeting_id, case_id, kind, state, called_by, called_at, needs, area, urgency)
select meeting, id, 'small', 'proposed', 'requested', '2026-05-04', '{debt}', 'north', 'routine' from c;
insert into meeting.invitee select meeting, who, 'matches', true from c, unnest(array['A001', 'A056']) as who;
set constraints all immediate;
\i :first
\i :second

create temporary view told as
select o.type, o.payload::json ->> 'agency' as agency, o.payload::json ->> 'for_meeting' as guest, o.seq from referral.outbox o, c where o.key = c.id;
select set_eq($$ select type, agency, guest from told $$,
              $$ values ('key_share', 'A056', null), ('key_share', 'A062', null), ('key_share', 'A077', null), ('key_share', 'A001', 'true'),
                        ('key_unshare', 'A077', null) $$, 'keys hears of each who takes part, took part, or is invited');
select is((select array_agg(type order by seq) from told where agency = 'A077'), array['key_share', 'key_unshare'], 'and that who left was there before');
select is((select last_seq from referral.stream_out s, c where s.key = c.id and dest = 'keys'), 5::bigint, 'the stream goes on behind them');
select is((select count(*) from referral.consent s, c where s.case_id = c.id and until = given_at + interval '1 year'), 1::bigint, 'the consent is one');
select is((select count(*) from referral.disclosure d join referral.consent s using (consent_id), c where d.case_id = c.id and d.receiver = 'A062'),
          1::bigint, 'what was shared stands on it, so that its withdrawal is told there');
select is_empty($$ select oid::regclass from pg_class where relkind = 'r' and relrowsecurity and not relforcerowsecurity $$, 'and every row is guarded again');

select * from finish();
rollback;
