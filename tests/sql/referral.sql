-- What no referral row may be, whatever a program writes: tables of single departures from a row that is good.
begin;
select tap.events_aside();
select plan(39);

insert into referral.case_file (case_id, received_at, received_by, area, age_band, needs, urgency, consent)
values ('00000000-0000-4000-8000-0000000000c1', '2026-06-01', 'A001', 'north', 'adult', '{debt}', 'routine', 'given');
insert into referral.member (case_id, agency, since, is_lead) values ('00000000-0000-4000-8000-0000000000c1', 'A001', '2026-06-01', true);
insert into referral.baton (case_id, lead, lead_since, version, since)
values ('00000000-0000-4000-8000-0000000000c1', 'A001', '2026-06-01', 1, '2026-06-01');

-- try: the good row with some columns changed, written as the service would
create function pg_temp.try(change jsonb) returns text language sql as $fn$
    select outcome('km_referral', format('insert into referral.referral select * from jsonb_populate_record(null::referral.referral, %L)',
        jsonb_build_object('ref_id', gen_random_uuid(), 'case_id', '00000000-0000-4000-8000-0000000000c1', 'kind', 'transfer',
            'sender', 'A001', 'receiver', 'A002', 'state', 'offered', 'needs', '["debt"]'::jsonb, 'items', '["identity"]'::jsonb,
            'basis', 'consent', 'urgency', 'routine', 'visit', 'none', 'purpose', 'referral', 'drafted_at', '2026-06-01', 'due_at', '2026-06-04', 'version', 1)
        || change));
$fn$;

create temporary table departure (what text, change jsonb, want text);
insert into departure values
    ('the good row', '{}', 'ok'),
    ('to itself', '{"receiver": "A001"}', '23514'),
    ('items on no basis', '{"basis": "none"}', '23514'),
    ('no items on no basis', '{"basis": "none", "items": []}', 'ok'),
    ('no items on consent', '{"items": []}', 'ok'),
    ('items nobody listed', '{"items": null}', '23502'),
    ('offered without a due time', '{"due_at": null}', '23514'),
    ('accepted without a due time', '{"state": "accepted", "due_at": null}', '23514'),
    ('a draft without a due time', '{"state": "draft", "due_at": null}', 'ok'),
    ('a draft taken back without a due time', '{"state": "entered_in_error", "due_at": null}', 'ok'),
    ('a state nobody knows', '{"state": "lost"}', '23514'),
    ('the state before the first', '{"state": "new"}', '23514'),
    ('a state in other letters', '{"state": "Offered"}', '23514'),
    ('no state', '{"state": null}', '23502'),
    ('no receiver', '{"receiver": null}', '23502'),
    ('no sender', '{"sender": null}', '23502'),
    ('no basis said', '{"basis": null}', '23502'),
    ('a case nobody opened', '{"case_id": "00000000-0000-4000-8000-0000000000ff"}', '23503'),
    ('in place of one that never was', '{"replaces": "00000000-0000-4000-8000-0000000000ff"}', '23503');
select is(pg_temp.try(change), want, what) from departure;
select is(pg_temp.try(jsonb_build_object('state', s)), 'ok', 'state ' || s)
  from unnest(array['draft', 'offered', 'accepted', 'in_service', 'on_hold', 'cancel_requested', 'completed', 'declined', 'withdrawn',
                    'expired', 'cancelled', 'failed', 'entered_in_error']) as s;

select is(outcome('km_referral', $$ insert into referral.referral select r.* from referral.referral r limit 1 $$), '23505', 'the same id twice');
select is(outcome('km_referral', $$ update referral.case_file set returns = -1 $$), '23514', 'returns below nought');

-- ---- declines: once for each referral and need, of referrals that are -------------------
select is(outcome('km_referral', $$ insert into referral.decline (case_id, agency, need, ref_id, at)
              select case_id, receiver, 'debt', ref_id, now() from referral.referral limit 1 $$), 'ok', 'a decline');
select is(outcome('km_referral', $$ insert into referral.decline (case_id, agency, need, ref_id, at)
              select case_id, agency, need, ref_id, now() from referral.decline $$), '23505', 'the same one twice');
select is(outcome('km_referral', $$ insert into referral.decline (case_id, agency, need, ref_id, at)
              select case_id, 'A002', 'debt', gen_random_uuid(), now() from referral.case_file $$), '23503', 'of no referral');
select is(outcome('km_referral', $$ update referral.decline set overridden_by = gen_random_uuid() $$,
                  person('A001', 'coordinator')), '23503', 'overridden by no referral');
select is(outcome('km_referral', $$ delete from referral.decline $$), '42501', 'and never forgotten');

select * from finish();
rollback;
