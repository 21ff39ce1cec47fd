-- 0024: the history and the ledger lose nothing but by an erasure two people agreed to, at the hands of audit alone, and then only what that
-- erasure names: never a leaf, and of a row whose payload goes never who, when and what it was.
begin;
\ir lib/fixtures.sql
insert into audit.event (case_id, at, happened, actor, about, detail, reason, trace)
values (pg_temp.c(1), '2026-06-01', 'note_added', 'sample-worker', pg_temp.r(1), 'phone', 'other', 'trace');
create function pg_temp.do(erasure int, last bigint default 0) returns text language sql as $fn$
    select format('select audit.erase(%L, %s)', pg_temp.r($1), $2)
$fn$;
create temporary table try (what text, who name, statement text, want text, ticket text);
-- agreed: erasure 1 of case 1, of this kind, by two people; row 1 of the ledger is of that case and all its history is in the log
create function pg_temp.agreed(of_kind text, upto bigint default 0) returns void language plpgsql as $fn$
begin
    update audit.erasure set kind = of_kind, state = 'running', agreed_by = 'other-admin', agreed_at = now(), upto = $2 where id = pg_temp.r(1);
    update ledger.position set tx = pg_current_xact_id(), id = (select max(v.id) from audit.event v);
end
$fn$;
-- done: the same, and whether what it left is what was said; taken back
create function pg_temp.done(of_kind text, of_case int, check_it text) returns boolean language plpgsql as $fn$
declare
    said boolean;
begin
    perform pg_temp.agreed(of_kind);
    if outcome('km_audit', pg_temp.do(of_case)) <> 'ok' then
        return null;
    end if;
    execute 'select ' || check_it into said;
    raise exception using errcode = 'KM000', message = said;
exception when sqlstate 'KM000' then
    return sqlerrm::boolean;
end
$fn$;
-- tried: an outcome once it is agreed to
create function pg_temp.tried(of_kind text, who name, statement text, ticket text default null, upto bigint default 0) returns text language plpgsql as $fn$
declare
    said text;
begin
    perform pg_temp.agreed(of_kind, upto);
    said := tap.outcome(who, statement, ticket);
    raise exception using errcode = 'KM000', message = said;
exception when sqlstate 'KM000' then
    return sqlerrm;
end
$fn$;
select plan(44);

-- ---- not before two agreed --------------------------------------------------------------------------------
select is(outcome('km_audit', pg_temp.do(1)), '42501', 'one person''s word erases nothing');
select is(outcome('km_audit', pg_temp.do(9)), '42501', 'nor does nobody''s');
select is(outcome('km_audit', format('select audit.blank(%L, array[0], array[''x''::bytea])', pg_temp.r(1))), '42501', 'nor blanks it');
select is(outcome('km_audit', format($$ update audit.erasure set state = 'running' where id = %L $$, pg_temp.r(1))), '23514', 'nobody runs it alone');
select is(outcome('km_audit', format($$ update audit.erasure set state = 'running', agreed_by = asked_by, agreed_at = now(), upto = 0 where id = %L $$,
                                     pg_temp.r(1))), '23514', 'or with themselves');
select is(outcome('km_audit', $$ update audit.erasure set kind = 'payload' $$), '42501', 'or another way than was asked');
select is(outcome('km_audit', $$ delete from audit.erasure $$), '42501', 'and it is never forgotten');

-- ---- nobody but audit, and nothing but by the function -------------------------------------------------------
select is(pg_temp.tried('full', who, pg_temp.do(1)), '42501', who || ' does not erase')
  from unnest(array['km_intake', 'km_referral', 'km_meeting', 'km_account', 'km_sequencer']) as who;
select is(pg_temp.tried('full', 'km_audit', pg_temp.do(1), ticket), '42501', what || ' does not erase')
  from (values ('an auditor', person('A001', 'auditor')), ('an administrator', person('A001', 'administrator')), ('another service', service('keys')),
               ('nobody', 'x')) as t(what, ticket);
select is(pg_temp.tried('full', who, statement), '42501', 'agreed or not, ' || who || ': ' || statement)
  from unnest(array['km_audit', 'km_sequencer', session_user::text]) as who,
       unnest(array['delete from audit.event', 'update ledger.entry set sealed = $$$$', 'update ledger.entry set leaf = leaf']) as statement;
select is(pg_temp.tried('full', session_user, $$ select set_config('kashimaru.erasing', pg_temp.r(1)::text, true); delete from audit.event
                                                  where case_id = pg_temp.c(2) $$), '42501', 'of another case nothing goes');
select is(pg_temp.tried('full', session_user, format($$ select set_config('kashimaru.erasing', %L, true); update ledger.entry
                                                  set leaf = decode(repeat('01', 40), 'hex'), sealed = '' $$, pg_temp.r(1))), '42501', 'a leaf never changes');
select is(pg_temp.tried('full', session_user, format($$ select set_config('kashimaru.erasing', %L, true); delete from ledger.entry $$, pg_temp.r(1))),
          '42501', 'nor goes');
select is(pg_temp.tried('payload', session_user, format($$ select set_config('kashimaru.erasing', %L, true); update audit.event
                                                  set agency = 'A999' where case_id = %L $$, pg_temp.r(1), pg_temp.c(1))), '42501', 'nor who did what');
select is(pg_temp.tried('payload', session_user, format($$ select set_config('kashimaru.erasing', %L, true); update audit.event
                                                  set detail = 'other' where case_id = %L $$, pg_temp.r(1), pg_temp.c(1))), '42501', 'nor is anything written there');
select is(pg_temp.tried('payload', session_user, format($$ select set_config('kashimaru.erasing', %L, true); delete from audit.event
                                                  where case_id = %L $$, pg_temp.r(1), pg_temp.c(1))), '42501', 'where payloads go no row does');

-- ---- what is agreed to ----------------------------------------------------------------------------------------
select is(pg_temp.tried('full', 'km_audit', pg_temp.do(1, 5)), '55P03', 'not while there are other leaves than were told');
update ledger.position set tx = '0', id = 0;
select is(outcome('km_audit', format($$ update audit.erasure set state = 'running', agreed_by = 'b', agreed_at = now(), upto = 1000000 where id = %L; %s $$,
                                     pg_temp.r(1), pg_temp.do(1))), '55P03', 'not before all of it is in the log');
select ok(pg_temp.done('full', 1, what), 'in full: ' || what)
  from unnest(array['not exists (select from audit.event where case_id = pg_temp.c(1))',
                    'exists (select from audit.event where case_id = pg_temp.c(2))',
                    'exists (select from ledger.entry where case_id = pg_temp.c(1) and length(sealed) = 0 and length(leaf) = 40 and type = 0 and agency = $$$$)']) as what;
select ok(pg_temp.done('payload', 1, what), 'payloads: ' || what)
  from unnest(array['(select count(*) = 4 and count(agency) = 2 and count(counterpart) = 1 and max(num_nonnulls(actor, about, detail, reason, trace)) = 0 from audit.event where case_id = pg_temp.c(1))',
                    '(select sealed = $$KMR1$$ from ledger.entry where case_id = pg_temp.c(1))']) as what;

-- ---- who sees it -----------------------------------------------------------------------------------------------
select is(seen('km_audit', 'audit.erasure', person('A006', role)), want::bigint, role || ' sees ' || want)
  from (values ('auditor', 2), ('coordinator', 2), ('administrator', 2), ('worker', 0), ('team_lead', 0), ('agency_host', 0)) as t(role, want);

select * from finish();
rollback;
