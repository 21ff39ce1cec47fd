-- What no ground, consent, disclosure or recall may be, who sees which, and that none of them is forgotten or told otherwise.
begin;
select tap.events_aside();
select plan(92);

create temporary table c as select '00000000-0000-4000-8000-0000000000c1'::uuid as id, '00000000-0000-4000-8000-0000000000a1'::uuid as consent,
    '00000000-0000-4000-8000-0000000000f1'::uuid as ref, '00000000-0000-4000-8000-0000000000d1'::uuid as disclosed,
    '00000000-0000-4000-8000-0000000000e1'::uuid as recall;
grant select on c to public;

-- A001 leads, A002 supports, A003 did; A004 was told on the person's consent; A009 has no part.
insert into referral.case_file (case_id, received_at, received_by, area, age_band, needs, urgency, consent)
select id, '2026-06-01', 'A001', 'north', 'adult', '{debt}', 'routine', 'given' from c;
insert into referral.member (case_id, agency, since, until, is_lead)
select id, m.agency, '2026-06-01', m.until, m.agency = 'A001'
  from c, (values ('A001', null), ('A002', null), ('A003', timestamptz '2026-06-03')) as m(agency, until);
insert into referral.baton (case_id, lead, lead_since, version, since) select id, 'A001', '2026-06-01', 1, '2026-06-01' from c;
insert into referral.consent (consent_id, case_id, person_id, purpose, items, receivers, given_at, until, evidence, recorded_by, recorder)
select consent, id, id, 'support', '{identity}', '{}', '2026-06-01', '2027-06-01', 'oral', 'A001', 'u' from c;
insert into referral.referral (ref_id, case_id, kind, sender, receiver, state, needs, items, basis, urgency, drafted_at, due_at, consent_id)
select ref, id, 'consult', 'A001', 'A004', 'offered', '{debt}', '{identity}', 'consent', 'routine', '2026-06-01', '2026-06-04', consent from c;
insert into referral.disclosure (disclosure_id, case_id, ref_id, at, sender, receiver, items, basis, law, consent_id, purpose, approver)
select disclosed, id, ref, '2026-06-01', 'A001', 'A004', '{identity}', 'consent', 'x', consent, 'referral', 'u' from c;
insert into referral.recall (recall_id, consent_id, case_id, agency, items, sent_at)
select recall, consent, id, 'A004', '{identity}', '2026-06-02' from c;
insert into directory.basis (code, law, needs_consent, is_meeting, receivers, items, digest, valid_from, valid_to)
values ('ppa_69_1', 'x', false, false, '{public}', '{identity}', '\x00', '2024-04-01', '2025-04-01'),
       ('ppa_69_1', 'y', false, false, '{public}', '{identity}', '\x01', '2025-04-01', null);

-- try: a good row with some columns changed, written under a ticket
create function pg_temp.try(of_table text, good jsonb, change jsonb, ticket text) returns text language sql as $fn$
    select outcome('km_referral', format('insert into %1$s select * from jsonb_populate_record(null::%1$s, %2$L)', of_table, good || change), ticket)
$fn$;
create function pg_temp.basis(change jsonb, ticket text default person('A001', 'administrator')) returns text language sql as $fn$
    select pg_temp.try('directory.basis', '{"code": "swa_106_6", "law": "x", "needs_consent": false, "is_meeting": true, "receivers": ["public"],
        "items": ["identity"], "digest": "\\x00", "valid_from": "2024-04-01"}', change, ticket)
$fn$;
create function pg_temp.consent(change jsonb, ticket text default person('A002')) returns text language sql as $fn$
    select pg_temp.try('referral.consent', jsonb_build_object('consent_id', gen_random_uuid(), 'case_id', c.id, 'person_id', c.id,
        'purpose', 'support', 'items', '["identity"]'::jsonb, 'receivers', '[]'::jsonb, 'given_at', '2026-06-01', 'until', '2027-06-01',
        'evidence', 'signed', 'recorded_by', 'A002', 'recorder', 'u'), change, ticket) from c
$fn$;
create function pg_temp.disclosure(change jsonb, ticket text default person('A001')) returns text language sql as $fn$
    select pg_temp.try('referral.disclosure', jsonb_build_object('disclosure_id', gen_random_uuid(), 'case_id', c.id, 'ref_id', c.ref,
        'at', '2026-06-01', 'sender', 'A001', 'receiver', 'A004', 'items', '["identity"]'::jsonb, 'basis', 'swa_106_6', 'law', 'x',
        'purpose', 'referral', 'approver', 'u'), change, ticket) from c
$fn$;
create function pg_temp.recall(change jsonb, ticket text default person('A001')) returns text language sql as $fn$
    select pg_temp.try('referral.recall', jsonb_build_object('recall_id', gen_random_uuid(), 'consent_id', c.consent, 'case_id', c.id,
        'agency', 'A002', 'items', '["identity"]'::jsonb, 'sent_at', '2026-06-02'), change, ticket) from c
$fn$;

-- ---- what a row may be ---------------------------------------------------------------------
create temporary table departure (of_what text, what text, change jsonb, want text);
insert into departure values
    ('basis', 'the good one', '{}', 'ok'),
    ('basis', 'that is none', '{"code": "none"}', '23514'),
    ('basis', 'without its clause', '{"law": ""}', '23514'),
    ('basis', 'for nobody', '{"receivers": []}', '23514'),
    ('basis', 'of nothing', '{"items": []}', '23514'),
    ('basis', 'that ends before it begins', '{"valid_to": "2024-03-31"}', '23514'),
    ('basis', 'that is in force twice', '{"code": "ppa_69_1", "valid_from": "2026-04-01"}', '23505'),
    ('basis', 'that begins twice', '{"code": "ppa_69_1", "valid_from": "2025-04-01", "valid_to": "2026-04-01"}', '23505'),
    ('consent', 'the good one', '{}', 'ok'),
    ('consent', 'of another of the household', '{"person_id": "00000000-0000-4000-8000-0000000000b1"}', 'ok'),
    ('consent', 'to nothing', '{"items": []}', '23514'),
    ('consent', 'that ends before it begins', '{"until": "2026-05-31"}', '23514'),
    ('consent', 'withdrawn by nobody', '{"withdrawn_at": "2026-06-02"}', '23514'),
    ('consent', 'withdrawn before it was given', '{"withdrawn_at": "2026-05-02", "withdrawn_by": "A002", "withdrawer": "u"}', '23514'),
    ('consent', 'of no case', '{"case_id": "00000000-0000-4000-8000-0000000000ff"}', '42501'),
    ('disclosure', 'the good one', '{}', 'ok'),
    ('disclosure', 'of nothing', '{"items": []}', '23514'),
    ('disclosure', 'on no ground', '{"basis": "none"}', '23514'),
    ('disclosure', 'without the clause', '{"law": ""}', '23514'),
    ('disclosure', 'to oneself', '{"receiver": "A001"}', '23514'),
    ('disclosure', 'on a consent that is not said', '{"basis": "consent"}', '23514'),
    ('disclosure', 'on a consent that never was', '{"consent_id": "00000000-0000-4000-8000-0000000000ff"}', '23503'),
    ('disclosure', 'by a referral that never was', '{"ref_id": "00000000-0000-4000-8000-0000000000ff"}', '23503'),
    ('disclosure', 'that nobody approved', '{"approver": null}', '23502'),
    ('recall', 'the good one', '{}', 'ok'),
    ('recall', 'of one holder twice', '{"agency": "A004"}', '23505'),
    ('recall', 'of nothing', '{"items": []}', '23514'),
    ('recall', 'done without saying what', '{"agency": "A003", "done_at": "2026-06-03"}', '23514'),
    ('recall', 'done before it was sent', '{"agency": "A003", "done_at": "2026-06-01", "outcome": "stopped", "done_by": "u"}', '23514'),
    ('recall', 'of no consent', '{"agency": "A003", "consent_id": "00000000-0000-4000-8000-0000000000ff"}', '23503');
select is(case of_what when 'basis' then pg_temp.basis(change) when 'consent' then pg_temp.consent(change)
                       when 'disclosure' then pg_temp.disclosure(change) else pg_temp.recall(change) end, want, of_what || ' ' || what)
  from departure;

-- ---- who may write one ------------------------------------------------------------------------
select is(case of_what when 'basis' then pg_temp.basis('{"code": "youth_19"}', ticket)
                       when 'consent' then pg_temp.consent(change, ticket)
                       when 'disclosure' then pg_temp.disclosure(change, ticket)
                       else pg_temp.recall('{"agency": "A009"}', ticket) end, want, of_what || ' written by ' || who)
  from (values ('basis', 'a worker', '{}'::jsonb, person('A001'), '42501'),
               ('basis', 'a coordinator', '{}', person('A001', 'coordinator'), '42501'),
               ('basis', 'another service', '{}', service('intake'), '42501'),
               ('basis', 'nobody', '{}', 'none', '42501'),
               ('consent', 'an outsider', '{"recorded_by": "A009"}', person('A009'), '42501'),
               ('consent', 'a former member', '{"recorded_by": "A003"}', person('A003'), '42501'),
               ('consent', 'a member in another''s name', '{"recorded_by": "A001"}', person('A002'), '42501'),
               ('consent', 'an auditor', '{}', person('A002', 'auditor'), '42501'),
               ('consent', 'an administrator', '{}', person('A002', 'administrator'), '42501'),
               ('consent', 'the service itself', '{}', service('referral'), 'ok'),
               ('consent', 'nobody', '{}', 'none', '42501'),
               ('disclosure', 'a member in the lead''s name', '{}', person('A002'), '42501'),
               ('disclosure', 'a coordinator', '{}', person('A005', 'coordinator'), 'ok'),
               ('disclosure', 'an auditor', '{}', person('A001', 'auditor'), '42501'),
               ('disclosure', 'nobody', '{}', 'none', '42501'),
               ('recall', 'an outsider', '{}', person('A009'), '42501'),
               ('recall', 'nobody', '{}', 'none', '42501'),
               ('recall', 'a coordinator', '{}', person('A005', 'coordinator'), 'ok'))
       as t(of_what, who, change, ticket, want);

-- ---- who sees one -----------------------------------------------------------------------------------
select is(array[seen('km_referral', 'directory.basis', ticket, $$ code = 'ppa_69_1' $$),
                seen('km_referral', 'referral.consent', ticket, 'consent_id = (select consent from c)'),
                seen('km_referral', 'referral.disclosure', ticket, 'disclosure_id = (select disclosed from c)'),
                seen('km_referral', 'referral.recall', ticket, 'recall_id = (select recall from c)')], want::bigint[],
          'ground, consent, disclosure, recall: ' || who)
  from (values ('the lead', person('A001'), '{2,1,1,1}'), ('a member', person('A002'), '{2,1,1,1}'),
               ('a former member', person('A003'), '{2,0,0,0}'), ('the receiver', person('A004'), '{2,0,1,1}'),
               ('the receiver''s own system', mint('account', 'h', 'host', 'A004', 'agency_host'), '{2,0,1,1}'),
               ('an outsider', person('A009'), '{2,0,0,0}'), ('a coordinator', person('A009', 'coordinator'), '{2,1,1,1}'),
               ('an auditor', person('A009', 'auditor'), '{2,1,1,1}'), ('an administrator', person('A001', 'administrator'), '{2,0,0,0}'),
               ('the service', service('referral'), '{2,1,1,1}'), ('another service', service('intake'), '{2,0,0,0}'),
               ('nobody', '', '{0,0,0,0}'), ('one whose ticket has ended', mint('account', 'u', 'u', 'A001', 'worker', now() - interval '1 s'), '{0,0,0,0}'),
               ('one who signed it alone', mint('account', 'u', 'u', 'A001', 'worker', key => key('somebody')), '{0,0,0,0}'))
       as t(who, ticket, want);

select is(seen('km_referral', format('referral.asked_of((select id from c), %L)', lead), ticket), want::bigint, 'asking ' || lead || ' for the case: ' || who)
  from (values ('an outsider who names the lead', 'A001', person('A009'), 1), ('an outsider who does not', 'A002', person('A009'), 0),
               ('nobody', 'A001', '', 0), ('another''s signature', 'A001', mint('account', 'u', 'u', 'A009', 'worker', key => key('somebody')), 0))
       as t(who, lead, ticket, want);

-- ---- what changes, and what never does ----------------------------------------------------------------
-- changed: how many rows a change touched, or its SQLSTATE; undone again
create function pg_temp.changed(statement text, ticket text) returns text language sql as $fn$
    select outcome('km_referral', format('with u as (%s returning 1) select 1 / (count(*) - 1) from u', statement), ticket)
$fn$;
create temporary table change as select
    $$ update referral.consent set withdrawn_at = now(), withdrawn_by = '%s', withdrawer = 'sample-worker' where consent_id = (select consent from c) $$ as withdraw,
    $$ update referral.recall set done_at = now(), outcome = 'stopped', done_by = 'sample-worker' where recall_id = (select recall from c) $$ as done;
-- a change of one row divides by nought and so is undone
select is(pg_temp.changed(format(withdraw, who), person(who, role)), want, 'withdrawn by ' || role || ' of ' || who)
  from change, (values ('A001', 'worker', '22012'), ('A002', 'worker', '22012'), ('A009', 'coordinator', '22012'), ('A009', 'worker', 'ok'),
                       ('A003', 'worker', 'ok'), ('A004', 'worker', 'ok'), ('A001', 'auditor', 'ok')) as t(who, role, want);
select is(pg_temp.changed(format(withdraw, 'A002'), person('A001')), '42501', 'not withdrawn in another''s name') from change;
select is(pg_temp.changed(done, person(who, role)), want, 'acknowledged by ' || role || ' of ' || who)
  from change, (values ('A004', 'worker', '22012'), ('A004', 'agency_host', '22012'), ('A001', 'worker', 'ok'), ('A009', 'coordinator', 'ok'),
                       ('A004', 'auditor', 'ok')) as t(who, role, want);
select is(pg_temp.changed(replace(done, 'sample-worker', 'other'), person('A004')), '42501', 'not acknowledged in another''s name') from change;
select is(outcome('km_referral', statement, person('A001')), '42501', statement)
  from unnest(array[$$ update referral.consent set items = '{notes}' $$, $$ update referral.consent set until = now() $$,
                    'delete from referral.consent', 'delete from referral.disclosure', 'delete from referral.recall',
                    $$ update referral.disclosure set law = 'y' $$, $$ update referral.recall set items = '{notes}' $$,
                    'delete from directory.basis']) as statement;
select is(outcome('kashimaru', statement), '42501', 'not even the owner: ' || statement)
  from unnest(array[$$ update referral.disclosure set law = 'y' $$, 'delete from referral.disclosure']) as statement;
select is(outcome('km_' || who, 'select from referral.' || t), '42501', who || ' and ' || t)
  from unnest(array['intake']) as who, unnest(array['consent', 'disclosure']) as t;

select * from finish();
rollback;
