-- 0018: who joins may write down what joining opens, on the ground of the referral it accepted and on no other; what lapses names a consent;
-- and a place of which nothing else is said opens the whole case.
begin;
select tap.events_aside();
select plan(18);
\ir lib/fixtures.sql

-- A004 has accepted what it was asked on the consent of case 1.
update referral.referral set state = 'accepted', answered_at = now(), items = '{identity}', basis = 'consent', consent_id = pg_temp.c(1)
 where ref_id = pg_temp.r(1);

create function pg_temp.discloses(change jsonb, ticket text default person('A004')) returns text language sql as $fn$
    select outcome('km_referral', format('insert into referral.disclosure select * from jsonb_populate_record(null::referral.disclosure, %L)',
        jsonb_build_object('disclosure_id', gen_random_uuid(), 'case_id', pg_temp.c(1), 'ref_id', pg_temp.r(1), 'at', '2026-06-02',
            'sender', 'A001', 'receiver', 'A004', 'items', '["narrative"]'::jsonb, 'basis', 'consent', 'law', 'x',
            'consent_id', pg_temp.c(1), 'purpose', 'referral', 'approver', 'u') || change), ticket)
$fn$;
select is(pg_temp.discloses(change, ticket), want, 'written by who joins: ' || what)
  from (values ('its own', '{}'::jsonb, person('A004'), 'ok'),
               ('by its own system', '{}', mint('account', 'h', 'host', 'A004', 'agency_host'), 'ok'),
               ('by an auditor', '{}', person('A004', 'auditor'), '42501'),
               ('by another', '{}', person('A002'), '42501'),
               ('for another', '{"receiver": "A006"}', person('A004'), '42501'),
               ('in another''s name', '{"sender": "A002"}', person('A004'), '42501'),
               ('on another ground', '{"basis": "swa_106_6"}', person('A004'), '42501'),
               ('on another consent', jsonb_build_object('consent_id', pg_temp.c(2)), person('A004'), '42501'),
               ('in a session', jsonb_build_object('session', pg_temp.r(1)), person('A004'), '42501'),
               ('for another purpose', '{"purpose": "support"}', person('A004'), '42501'),
               ('of another case', jsonb_build_object('case_id', pg_temp.c(2)), person('A004'), '42501'),
               ('of a meeting', jsonb_build_object('ref_id', null, 'session', pg_temp.r(1)), person('A004'), '42501'),
               ('of a meeting, by the service', jsonb_build_object('ref_id', null, 'session', pg_temp.r(1), 'basis', 'swa_106_6'), service('referral'), 'ok'),
               ('of a meeting, by another service', jsonb_build_object('ref_id', null, 'session', pg_temp.r(1)), service('meeting'), '42501'))
       as t(what, change, ticket, want);
update referral.referral set state = 'offered' where ref_id = pg_temp.r(1);
select is(pg_temp.discloses('{}'), '42501', 'not before it is accepted');

select is(outcome('kashimaru', format('update referral.referral set lapsed_at = now() where ref_id = %L', pg_temp.r(n))), want, 'lapses: ' || what)
  from (values (1, 'on a consent', 'ok'), (3, 'on none', '23514')) as t(n, what, want);
select is((select array_agg(distinct items) from referral.member), array[array['identity', 'contact', 'narrative', 'notes']],
          'a place of which nothing else is said opens everything');
select * from finish();
rollback;
