-- Never nobody, never two: whatever statements a program sends, a case has one lead at COMMIT, or there is no COMMIT.
begin;
select tap.events_aside();
select plan(39);

create function pg_temp.open_case(id uuid) returns void language sql as $fn$
    insert into referral.case_file (case_id, received_at, received_by, area, age_band, needs, urgency, consent)
    values (id, '2026-06-01', 'A001', 'north', 'adult', '{debt}', 'routine', 'given');
    insert into referral.member (case_id, agency, since, is_lead) values (id, 'A001', '2026-06-01', true);
    insert into referral.baton (case_id, lead, lead_since, version, since) values (id, 'A001', '2026-06-01', 1, '2026-06-01');
$fn$;
create temporary table c as select '00000000-0000-4000-8000-0000000000c1'::uuid as id, '00000000-0000-4000-8000-0000000000c2'::uuid as new;
select pg_temp.open_case(id) from c;
insert into referral.member (case_id, agency, since, until, is_lead)
select id, m.agency, m.since, m.until, false
  from c, (values ('A002', timestamptz '2026-06-02', null), ('A003', '2026-06-02', timestamptz '2026-06-03')) as m(agency, since, until);
set constraints all immediate;
set constraints all deferred;

-- ---- none -----------------------------------------------------------------------------
create temporary table opening as select
    $$ insert into referral.case_file (case_id, received_at, received_by, area, age_band, needs, urgency, consent)
       select new, now(), 'A001', 'north', 'adult', '{debt}', 'routine', 'given' from c; $$ as file,
    $$ insert into referral.member (case_id, agency, since, is_lead) select new, 'A001', '2026-06-01', true from c; $$ as lead,
    $$ insert into referral.member (case_id, agency, since, is_lead) select new, 'A001', '2026-06-01', false from c; $$ as member,
    $$ insert into referral.baton (case_id, lead, lead_since, version, since) select new, 'A001', '2026-06-01', 1, now() from c; $$ as baton;
grant select on c to public;

select is(outcome('km_referral', file), '23503', 'a case without a baton') from opening;
select is(outcome('km_referral', file || lead), '23503', 'a case with a lead and no baton') from opening;
select is(outcome('km_referral', file || baton), '23503', 'a baton at nobody on the case') from opening;
select is(outcome('km_referral', file || member || baton), '23503', 'a baton at a member that is not lead') from opening;
select is(outcome('km_referral', lead || baton), '23503', 'a baton of no case') from opening;
select is(outcome('km_referral', file || replace(lead, $$'2026-06-01'$$, $$'2026-06-05'$$) || baton), '23503', 'a baton at another membership') from opening;
select is(outcome('km_referral', baton || lead || file), '23503', 'members need their case first') from opening;
select is(outcome('km_referral', file || baton || lead), 'ok', 'the order within the transaction does not matter') from opening;
select is(outcome('km_referral', file), '23505', 'nor is a case opened twice') from opening;

create temporary table leaving (what text, statement text, want text);
insert into leaving values
    ('the lead stops', $$ update referral.member set is_lead = false where case_id = (select id from c) and is_lead $$, '23503'),
    ('the lead ends', $$ update referral.member set until = now() where case_id = (select id from c) and is_lead $$, '23514'),
    ('the lead stops and ends', $$ update referral.member set is_lead = false, until = now() where case_id = (select id from c) and is_lead $$, '23503'),
    ('the lead is renamed', $$ update referral.member set agency = 'A009' where case_id = (select id from c) and is_lead $$, '23503'),
    ('the baton to a member', $$ update referral.baton set lead = 'A002', lead_since = '2026-06-02' where case_id = (select id from c) $$, '23503'),
    ('the baton to a former member', $$ update referral.baton set lead = 'A003', lead_since = '2026-06-02' where case_id = (select id from c) $$, '23503'),
    ('the baton to a stranger', $$ update referral.baton set lead = 'A009' where case_id = (select id from c) $$, '23503'),
    ('the baton to nobody', $$ update referral.baton set lead = null where case_id = (select id from c) $$, '23502'),
    ('the baton to another case', $$ update referral.baton set case_id = gen_random_uuid() where case_id = (select id from c) $$, '23503'),
    ('a former member made lead', $$ update referral.member set is_lead = true where case_id = (select id from c) and agency = 'A003' $$, '23514'),
    ('the baton says who is lead', $$ update referral.baton set is_lead = false where case_id = (select id from c) $$, '428C9'),
    ('the baton goes back in time', $$ update referral.baton set version = 0 where case_id = (select id from c) $$, '23514');
select is(outcome('km_referral', statement), want, what) from leaving;

select is(outcome('km_referral', 'delete from ' || t), '42501', 'the service cannot delete from ' || t)
  from unnest(array['referral.case_file', 'referral.member', 'referral.baton']) as t;
select is(outcome('kashimaru', 'delete from referral.baton'), '23503', 'not even the administrator leaves a case without a baton');
select is(outcome('kashimaru', 'delete from referral.member where is_lead'), '23503', 'nor a baton without its lead');

-- ---- two ------------------------------------------------------------------------------
select is(outcome('km_referral', $$ update referral.member set is_lead = true where case_id = (select id from c) and agency = 'A002' $$),
          '23505', 'a second lead');
select is(outcome('km_referral', $$ insert into referral.member (case_id, agency, since, is_lead) select id, 'A004', now(), true from c $$),
          '23505', 'a second lead that is new');
select is(outcome('km_referral', $$ insert into referral.baton (case_id, lead, lead_since, version, since) select id, 'A001', '2026-06-01', 1, now() from c $$),
          '23505', 'a second baton');
select is(outcome('km_referral', $$ insert into referral.member (case_id, agency, since, is_lead) select id, 'A002', now(), false from c $$),
          '23505', 'on the case twice at once');
select is(outcome('km_referral', $$ insert into referral.member (case_id, agency, since, is_lead) select id, 'A003', now(), false from c $$),
          'ok', 'on the case again');

-- ---- moving ---------------------------------------------------------------------------
select is(outcome('km_referral', $$
              update referral.member set is_lead = false where case_id = (select id from c) and is_lead;
              update referral.member set is_lead = true where case_id = (select id from c) and agency = 'A002' and until is null;
              update referral.baton set lead = 'A002', lead_since = '2026-06-02', version = version + 1, since = now()
               where case_id = (select id from c) and version = 1; $$), 'ok', 'the baton moves in one transaction');
select results_eq($$ select m.agency, b.version from referral.member m join referral.baton b on b.case_id = m.case_id and b.lead = m.agency
                      where m.case_id = (select id from c) and m.is_lead $$, $$ values ('A002', 2::bigint) $$, 'to the one new lead');
select is(outcome('km_referral', $$ update referral.member set until = now() where case_id = (select id from c) and agency = 'A001' $$),
          'ok', 'who led before may leave');

-- ---- closing --------------------------------------------------------------------------
create temporary table closing (what text, columns text, want text);
insert into closing values
    ('without anything', $$ closed_at = now() $$, '23514'),
    ('without an evaluation', $$ closed_at = now(), closed_reason = 'goal_reached' $$, '23514'),
    ('without a reason', $$ closed_at = now(), evaluation = gen_random_uuid() $$, '23514'),
    ('a reason for what is open', $$ closed_reason = 'goal_reached' $$, '23514');
select is(outcome('km_referral', 'update referral.baton set ' || columns), want, 'closing ' || what) from closing;
select is(outcome('km_referral', $$ update referral.baton set closed_at = now(), closed_reason = 'goal_reached', evaluation = gen_random_uuid() $$),
          'ok', 'closing with both');

select * from finish();
rollback;
