-- The marks that lists of work go by follow what happens to a case, whoever makes it happen: what came back and nobody has taken up, open cases
-- that need more than one agency and have one, and which cases ended under an agency.
begin;
select tap.events_aside();
select plan(25);
\getenv root KM_SOURCE_DIR
\set marks :root '/sql/migrations/0027_work.sql'

insert into directory.need values ('debt', 'debt', 'money', '{}', '\x00', '2020-01-01'), ('poverty', 'poverty', 'money', '{}', '\x00', '2020-01-01'),
    ('hikikomori', 'hikikomori', 'mind', '{}', '\x00', '2020-01-01') on conflict (code) do update set field = excluded.field;

create function pg_temp.c(n int) returns uuid language sql immutable as $fn$ select ('00000000-0000-4000-8000-0000000000e' || n)::uuid $fn$;
create function pg_temp.r(n int) returns uuid language sql immutable as $fn$ select ('00000000-0000-4000-8000-0000000000d' || n)::uuid $fn$;

-- does: as the person or the service would, with the policies that bind them; a word of why when it may not.
create function pg_temp.does(statement text, ticket text) returns void language plpgsql as $fn$
declare
    said text := outcome('km_referral', statement, ticket);
begin
    if said <> 'ok' then
        raise exception '%: %', said, statement;
    end if;
end
$fn$;
create function pg_temp.opens(n int, needs text[]) returns void language sql as $fn$
    select pg_temp.does(format($$
        insert into referral.case_file (case_id, received_at, received_by, area, age_band, needs, urgency, consent)
        values (%1$L, '2026-06-01', 'A001', 'north', 'adult', %2$L, 'routine', 'not_asked');
        insert into referral.member (case_id, agency, since, is_lead) values (%1$L, 'A001', '2026-06-01', true);
        insert into referral.baton (case_id, lead, lead_since, version, since) values (%1$L, 'A001', '2026-06-01', 1, '2026-06-01') $$,
        pg_temp.c($1), $2), service('referral'))
$fn$;
create function pg_temp.asks(k int, n int, who text, kind text, needs text[], at timestamptz, state text default 'offered') returns void language sql as $fn$
    select pg_temp.does(format($$
        insert into referral.referral (ref_id, case_id, kind, sender, receiver, state, needs, items, basis, urgency, drafted_at, due_at)
        values (%L, %L, %L, 'A001', %L, %L, %L, '{}', 'none', 'routine', %L, '2026-07-01') $$,
        pg_temp.r($1), pg_temp.c($2), $4, $3, $7, $5, $6), person('A001'))
$fn$;
create function pg_temp.becomes(k int, state text, at timestamptz, by text) returns void language sql as $fn$
    select pg_temp.does(format('update referral.referral set state = %L, answered_at = %L where ref_id = %L', $2, $3, pg_temp.r($1)), person($4))
$fn$;
create function pg_temp.back() returns text language sql as $fn$
    select coalesce(string_agg(right(ref_id::text, 1), ',' order by ref_id), 'none') from referral.referral where is_back and ref_id::text like '%d_'
$fn$;
create function pg_temp.alone(n int) returns boolean language sql as $fn$ select coalesce(is_alone, false) from referral.case_file where case_id = pg_temp.c($1) $fn$;

-- ---- who stands alone -------------------------------------------------------------------------
select pg_temp.opens(1, '{debt,hikikomori}'), pg_temp.opens(2, '{debt,poverty}'), pg_temp.opens(3, '{debt}');
select ok(pg_temp.alone(1), 'needs of two fields and one agency');
select ok(not pg_temp.alone(2), 'two needs of one field');
select ok(not pg_temp.alone(3), 'one need');
select pg_temp.asks(0, 1, 'A002', 'added_support', '{hikikomori}', '2026-06-02', 'draft');
select ok(pg_temp.alone(1), 'a draft asks nobody');
select pg_temp.does($$ update referral.referral set state = 'offered' where ref_id = '00000000-0000-4000-8000-0000000000d0' $$, person('A001'));
select ok(not pg_temp.alone(1), 'somebody is asked');
select pg_temp.becomes(0, 'declined', '2026-06-03', 'A002');
select ok(pg_temp.alone(1), 'and declined');
select is(pg_temp.back(), '0', 'which came back');

-- ---- what came back -----------------------------------------------------------------------------
select pg_temp.asks(1, 1, 'A003', 'consult', '{hikikomori}', '2026-06-04');
select is(pg_temp.back(), '0', 'advice takes nothing up');
select pg_temp.asks(2, 1, 'A004', 'added_support', '{debt}', '2026-06-04');
select is(pg_temp.back(), '0', 'nor does who is asked for another need');
select pg_temp.asks(3, 1, 'A005', 'added_support', '{debt,hikikomori}', '2026-06-05');
select is(pg_temp.back(), 'none', 'somebody else is asked for it');
select pg_temp.becomes(3, 'expired', '2026-06-06', 'A005');
select is(pg_temp.back(), '0,3', 'and does not answer: both wait again');
select pg_temp.asks(4, 1, 'A006', 'transfer', '{debt,hikikomori}', '2026-06-07');
select pg_temp.becomes(4, 'accepted', '2026-06-08', 'A006');
select is(pg_temp.back(), 'none', 'taken on');
select pg_temp.becomes(4, 'completed', '2026-06-09', 'A006');
select is(pg_temp.back(), 'none', 'and done');
select pg_temp.asks(5, 1, 'A007', 'added_support', '{hikikomori}', '2026-06-10');
select pg_temp.becomes(5, 'failed', '2026-06-11', 'A007');
select is(pg_temp.back(), '5', 'what was done before it was asked does not take it up');
select pg_temp.does($$ insert into referral.referral (ref_id, case_id, kind, sender, receiver, state, needs, items, basis, urgency, drafted_at, due_at)
    values ('00000000-0000-4000-8000-0000000000d6', '00000000-0000-4000-8000-0000000000e1', 'pull_request', 'A009', 'A001', 'offered', '{debt}', '{}', 'none',
            'routine', '2026-06-12', '2026-07-01') $$, person('A009'));
select pg_temp.becomes(6, 'declined', '2026-06-13', 'A001');
select is(pg_temp.back(), '5', 'nobody has anything to do when one who asked for the case does not get it');

-- ---- who is on it ----------------------------------------------------------------------------------
select ok(not pg_temp.alone(1), 'advice is asked for still');
select pg_temp.becomes(1, 'withdrawn', '2026-06-13', 'A001'), pg_temp.becomes(2, 'accepted', '2026-06-13', 'A004');
insert into referral.member (case_id, agency, since, is_lead) values (pg_temp.c(1), 'A004', '2026-06-13', false);
select ok(not pg_temp.alone(1), 'another supports it');
select pg_temp.becomes(2, 'completed', '2026-06-14', 'A004');
update referral.member set until = '2026-06-14' where case_id = pg_temp.c(1) and agency = 'A004';
select ok(pg_temp.alone(1), 'until it leaves');
select pg_temp.does(format('update referral.case_file set meeting_id = %L where case_id = %L', pg_temp.r(9), pg_temp.c(1)), person('A001'));
select ok(not pg_temp.alone(1), 'a meeting is called');

-- ---- the end -----------------------------------------------------------------------------------------
select pg_temp.opens(4, '{debt,hikikomori}');
select pg_temp.asks(7, 4, 'A002', 'added_support', '{debt}', '2026-06-02'), pg_temp.becomes(7, 'declined', '2026-06-03', 'A002');
select is(pg_temp.back(), '5,7', 'before it ends');
select pg_temp.does(format($$ update referral.baton set closed_at = now(), closed_reason = 'moved', evaluation = case_id, version = 2 where case_id = %L $$, pg_temp.c(4)),
                    person('A001'));
select is(pg_temp.back(), '5', 'nothing of what ended waits');
select ok(not pg_temp.alone(4), 'nor stands alone');
select is((select string_agg(agency, ',') from referral.member where is_closed), 'A001', 'and it is nobody''s work any more');

-- ---- cases from before the marks: the migration finds what the triggers would have set ---------------
\set told 'select \'back\' as mark, ref_id as id from referral.referral where is_back union all select \'wide\', case_id from referral.case_file where is_wide union all select \'alone\', case_id from referral.case_file where is_alone union all select \'closed \' || agency, case_id from referral.member where is_closed'
create temporary table was as :told;
set constraints all immediate;
drop function referral.asked() cascade;
drop function referral.changed() cascade;
drop function referral.moved() cascade;
drop function referral.closed() cascade;
drop function referral.taken_on() cascade;
drop function referral.called() cascade;
drop function referral.look_again(uuid);
alter table intake.access drop column received_at;
alter table referral.member drop column is_closed;
alter table referral.referral drop column is_back;
alter table referral.case_file drop column is_wide, drop column is_alone;
drop index referral.referral_answer, referral.referral_awaited, referral.referral_running;
create index access_agency on intake.access (agency);
create index referral_returned on referral.referral (answered_at);
\i :marks
select set_eq(:'told', 'table was', 'the same marks');
select is_empty($$ select oid::regclass from pg_class where relkind = 'r' and relrowsecurity and not relforcerowsecurity $$, 'and every row is guarded again');

select * from finish();
rollback;
