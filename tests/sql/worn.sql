-- What wear leaves behind (0016) opens nothing that asking would not, and ends with the transaction and with the next ticket.

-- A transaction that is over: A001 wears a ticket and has case 1 in hand.
begin;
\ir lib/fixtures.sql
select kashimaru.wear(person('A001')) as is_worn, referral.is_party(pg_temp.c(1), 'A001') as is_party,
       kashimaru.wears_agency('A001') and kashimaru.has_in_hand(pg_temp.c(1)) as is_marked \gset before_
rollback;

begin;
\ir lib/fixtures.sql
create temporary table looks as
select s.who, t.name as thing
  from unnest(array['km_intake', 'km_referral', 'km_meeting', 'km_audit', 'km_account', 'km_sequencer']) as s(who), tables t
 where has_table_privilege(s.who, t.name, 'select');
-- Everybody who may come.
create temporary table comers as
select format('%s of %s', role, agency) as what, person(agency, role) as ticket
  from unnest(array['worker', 'team_lead', 'coordinator', 'secretary', 'auditor', 'administrator', 'agency_host']) as role,
       unnest(array['A001', 'A002', 'A003', 'A004', 'A005', 'A006', 'A009', 'A010']) as agency
union all
select 'the service ' || name, service(name) from unnest(array['intake', 'referral', 'meeting', 'audit', 'account', 'sequencer']) as name
union all
select 'a host of A001', mint('account', 'h', 'sample', 'A001', 'agency_host');

select plan((8 + 6 + (select count(*) from comers))::int);

-- ---- they end --------------------------------------------------------------------------------------
select is(:'before_is_worn' || :'before_is_party' || :'before_is_marked', 'ttt', 'in the transaction before there were marks');
select is(kashimaru.wears_agency('A001') or kashimaru.wears_any(), false, 'who wore a ticket there wears none here');
select is(kashimaru.has_in_hand(pg_temp.c(1)), false, 'and has nothing in hand');
select is((select kashimaru.wear(person('A001'))) and referral.is_party(pg_temp.c(1), 'A001') and kashimaru.has_in_hand(pg_temp.c(1)), true,
          'here it is found afresh');
select is(kashimaru.has_in_hand(pg_temp.c(2)), false, 'of that case and no other');
select is((select kashimaru.wear(person('A009'))) and kashimaru.has_in_hand(pg_temp.c(1)), false, 'the next ticket ends it');
select is((select kashimaru.wear(person('A009'))) and referral.is_party(pg_temp.c(1), 'A001') and kashimaru.has_in_hand(pg_temp.c(1)), false,
          'what is found of another agency marks nothing');
select throws_ok($$ select kashimaru.wear('KMT1|account|u|sample|A001|worker||1|9999999999|0|' || repeat('0', 64)) $$, '42501',
                 'the ticket is not valid', 'a forged one is refused');

-- ---- they tell who wears it, and no other ----------------------------------------------------------------
create function pg_temp.marks(ticket text) returns text language plpgsql as $fn$
begin
    perform tap.put_on(ticket);
    return concat_ws(' ', case when kashimaru.wears_agency('A001') then 'agency' end, case when kashimaru.wears_agency('A002') then 'other' end,
                     case when kashimaru.wears_role('coordinator') then 'coordinator' end, case when kashimaru.wears_role('worker') then 'role' end,
                     case when kashimaru.wears_service('intake') then 'service' end, case when kashimaru.wears_any() then 'any' end);
end
$fn$;
select is(pg_temp.marks(ticket), want, what)
  from (values ('a worker', person('A001'), 'agency any'), ('a coordinator', person('A001', 'coordinator'), 'coordinator any'),
               ('a host', mint('account', 'h', 'sample', 'A001', 'worker'), 'any'), ('the service', service('intake'), 'service any'),
               ('another service', service('audit'), 'any'), ('nobody', '', '')) as t(what, ticket, want);

-- ---- with them nobody sees a row more or less than without -------------------------------------------------
create function pg_temp.seen_unmarked(who name, thing text, ticket text) returns bigint language plpgsql as $fn$
declare
    n bigint;
begin
    perform tap.take_off(), set_config('kashimaru.ticket', ticket, true);
    execute format('set local role %I', who);
    execute format('select count(*) from %s', thing) into n;
    reset role;
    perform tap.take_off();
    return n;
end
$fn$;
select is((select string_agg(l.thing || ' ' || tap.seen(l.who, l.thing, c.ticket), ', ' order by l.who, l.thing) from looks l),
          (select string_agg(l.thing || ' ' || pg_temp.seen_unmarked(l.who, l.thing, c.ticket), ', ' order by l.who, l.thing) from looks l),
          c.what || ' sees the same')
  from comers c;

select * from finish();
rollback;
