-- Nobody sees a row without a true ticket, and with one only the rows it opens. The first half walks the catalogue, so that a table that is
-- added is asked too; the second is the matrix of who sees what, written by hand.
begin;
\ir lib/fixtures.sql

create temporary table service (who text, name text);
insert into service values ('km_intake', 'intake'), ('km_referral', 'referral'), ('km_meeting', 'meeting'), ('km_audit', 'audit'), ('km_account', 'account'),
                           ('km_sequencer', 'sequencer');
create temporary table looks as
select s.who, s.name as service, t.schema, t.name as thing from service s, tables t where has_table_privilege(s.who, t.name, 'select');

-- Tickets that open nothing. The last two are right in all but one thing.
create temporary table useless (what text, ticket text);
insert into useless values
    ('no ticket', null), ('an empty one', ''), ('something else', 'administrator'), ('bars', '||||||||||'),
    ('one without a mac', 'KMT1|account|u|sample|A001|coordinator||1|9999999999|0|'),
    ('one with a mac of noughts', 'KMT1|account|u|sample|A001|coordinator||1|9999999999|0|' || repeat('0', 64)),
    ('an expired one', mint('account', 'u', 'sample', 'A001', 'coordinator', now() - interval '1 second')),
    ('one that expires now', mint('account', 'u', 'sample', 'A001', 'coordinator', date_trunc('second', now()))),
    ('one of another installation', mint('account', 'u', 'sample', 'A001', 'coordinator', key => key('another account'))),
    ('one of nobody known', mint('nobody', 'u', 'sample', 'A001', 'coordinator')),
    ('a person''s, signed by a service', mint('intake', 'u', 'sample', 'A001', 'coordinator')),
    ('a service''s, signed with the key of people', mint('intake', 's', 'intake', '', 'service', key => key('account'))),
    ('a service''s, signed by who signs people''s', mint('account', 's', 'intake', '', 'service', key => key('account'))),
    ('another version', replace(person('A001', 'coordinator'), 'KMT1', 'KMT2')),
    ('another agency than was signed', replace(person('A002', 'coordinator'), '|A002|', '|A001|')),
    ('another role than was signed', replace(person('A001', 'worker'), '|worker|', '|coordinator|')),
    ('a later end than was signed', replace(mint('account', 'u', 's', 'A001', 'coordinator', now() - interval '1 hour'),
                                            '|' || extract(epoch from now() - interval '1 hour')::bigint::text || '|', '|9999999999|')),
    ('one field more', person('A001', 'coordinator') || '|'),
    ('one field less', substr(person('A001', 'coordinator'), 6)),
    ('the mac in capitals', (select string_agg(case when n = 11 then upper(f) else f end, '|' order by n)
                               from unnest(string_to_array(person('A001', 'coordinator'), '|')) with ordinality as x(f, n)));

create temporary table matrix (what text, who text, ticket text, thing text, want bigint, condition text default 'true');

select plan((6 + (select count(*) from looks) + (select count(*) from useless) + 235 + 32 + 8)::int);

-- ---- every table -----------------------------------------------------------------------------------
select is_empty($$ select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
                    where n.nspname || '.' || c.relname in (select name from tables) and not (c.relrowsecurity and c.relforcerowsecurity) $$,
                'every table is closed by itself, to its owner too');
select is_empty($$ select name from tables t
                    where not exists (select from pg_policies p where p.schemaname || '.' || p.tablename = t.name) $$,
                'and has a policy');
create function pg_temp.is_empty_table(name text) returns boolean language plpgsql as $fn$
declare
    is_empty boolean;
begin
    execute format('select not exists (select from %s)', name) into is_empty;
    return is_empty;
end
$fn$;
select is_empty($$ select name from tables where name <> 'kashimaru.migration' and pg_temp.is_empty_table(name) $$,
                'and a row in lib/fixtures.sql');
select is_empty($$ select rolname from pg_roles where rolname like 'km\_%' and rolbypassrls $$, 'no role goes around them');
select is_empty($$ select schemaname || '.' || tablename || ' ' || policyname from pg_policies
                    where schemaname <> 'kashimaru' and roles <> array[session_user]::name[] and -- the owner's own
                          coalesce(qual, '') || coalesce(with_check, '') !~ 'kashimaru\.|asker\(|EXISTS' $$, 'no policy but asks for a ticket');
select is_empty($$ select viewname from pg_views v join pg_class c on c.oid = (v.schemaname || '.' || v.viewname)::regclass
                    where v.schemaname in (select schema from tables) and not coalesce(c.reloptions, '{}') @> '{security_invoker=true}' $$,
                'no view sees more than who looks through it');

-- Under each ticket that opens nothing, the sum over all that anybody may look at; and what each service sees without one.
select is((select sum(coalesce(seen(l.who, l.thing, u.ticket), 0)) from looks l), 0::numeric, u.what || ' opens nothing anywhere') from useless u;
select is(seen(l.who, l.thing, null), 0::bigint, l.who || ' sees nothing of ' || l.thing || ' without a ticket') from looks l order by l.who, l.thing;

-- ---- the matrix --------------------------------------------------------------------------------------
-- who, agency and role, and the number of rows of each table: of intake
insert into matrix (what, who, ticket, thing, want)
select format('%s of %s', role, agency), 'km_intake', person(agency, role), thing, want
  from (values ('worker', 'A001', array[1, 4, 2, 1]), ('team_lead', 'A001', array[1, 4, 2, 1]), ('coordinator', 'A001', array[1, 4, 2, 1]),
               ('worker', 'A002', array[1, 4, 2, 1]), ('worker', 'A003', array[1, 3, 1, 1]), ('worker', 'A004', array[1, 4, 2, 1]),
               ('worker', 'A008', array[0, 0, 0, 1]), ('worker', 'A005', array[0, 0, 0, 0]), ('worker', 'A006', array[0, 0, 0, 0]),
               ('auditor', 'A001', array[0, 0, 0, 0]), ('administrator', 'A001', array[0, 0, 0, 0]), ('secretary', 'A001', array[0, 0, 0, 0]),
               ('agency_host', 'A001', array[0, 0, 0, 0])) as t(role, agency, wants),
       unnest(array['intake.reception', 'intake.record', 'intake.note', 'intake.access'], wants) as x(thing, want);
insert into matrix (what, who, ticket, thing, want)
select 'the service intake', 'km_intake', service('intake'), thing, want
  from (values ('intake.reception', 0), ('intake.record', 0), ('intake.note', 0), ('intake.access', 6)) as t(thing, want);
-- of referral
insert into matrix (what, who, ticket, thing, want)
select format('%s of %s', role, agency), 'km_referral', person(agency, role), thing, want
  from (values ('worker', 'A001', array[1, 1, 3, 2, 0]), ('worker', 'A002', array[1, 1, 3, 2, 0]), ('worker', 'A003', array[1, 1, 3, 2, 0]),
               ('worker', 'A004', array[1, 1, 3, 2, 0]), ('agency_host', 'A004', array[1, 1, 3, 2, 0]), ('worker', 'A005', array[0, 0, 0, 1, 0]),
               ('worker', 'A006', array[0, 0, 0, 0, 0]), ('worker', 'A010', array[1, 1, 1, 1, 1]), ('coordinator', 'A006', array[2, 2, 4, 3, 1]),
               ('auditor', 'A006', array[2, 2, 4, 3, 1]), ('administrator', 'A001', array[0, 0, 0, 0, 0])) as t(role, agency, wants),
       unnest(array['referral.case_file', 'referral.baton', 'referral.member', 'referral.referral', 'referral.decline'], wants) as x(thing, want);
insert into matrix (what, who, ticket, thing, want)
select 'the service referral', 'km_referral', service('referral'), thing, want
  from (values ('referral.case_file', 2), ('referral.baton', 2), ('referral.member', 4), ('referral.referral', 3), ('referral.decline', 1)) as t(thing, want);
-- of meeting
insert into matrix (what, who, ticket, thing, want)
select format('%s of %s', role, agency), 'km_meeting', person(agency, role), thing, want
  from (values ('worker', 'A001', array[1, 2, 1, 1, 2]), ('worker', 'A006', array[1, 2, 1, 1, 2]), ('worker', 'A002', array[0, 0, 0, 0, 2]),
               ('coordinator', 'A002', array[0, 0, 0, 0, 2]), ('secretary', 'A002', array[0, 0, 0, 0, 2]), ('auditor', 'A001', array[0, 0, 0, 0, 0]),
               ('administrator', 'A001', array[0, 0, 0, 0, 0])) as t(role, agency, wants),
       unnest(array['meeting.meeting', 'meeting.invitee', 'meeting.availability', 'meeting.accommodation', 'meeting.seat'], wants) as x(thing, want);
insert into matrix (what, who, ticket, thing, want)
select 'the service meeting', 'km_meeting', service('meeting'), thing, 0
  from unnest(array['meeting.meeting', 'meeting.invitee', 'meeting.availability', 'meeting.accommodation', 'meeting.seat']) as thing;
-- of the history
insert into matrix (what, who, ticket, thing, want)
select format('%s of %s', role, agency), 'km_audit', person(agency, role), 'audit.event', want
  from (values ('worker', 'A001', 3), ('worker', 'A004', 3), ('worker', 'A006', 0), ('worker', 'A009', 1), ('coordinator', 'A006', 4),
               ('auditor', 'A006', 4), ('administrator', 'A001', 0), ('agency_host', 'A001', 0)) as t(role, agency, want);
insert into matrix (what, who, ticket, thing, want) values ('the service audit', 'km_audit', service('audit'), 'audit.event', 4);
-- of what is only told: audit hands it out
insert into matrix (what, who, ticket, thing, want)
select what, 'km_audit', ticket, 'audit.hint', want
  from (values ('the service audit', service('audit'), 1), ('auditor of A006', person('A006', 'auditor'), 0), ('who is called', person('A006'), 0),
               ('coordinator of A006', person('A006', 'coordinator'), 0), ('another service in its place', service('meeting'), 0)) as t(what, ticket, want);
-- of what auditors ask: audit writes it from the history, auditors read it, and nobody else does
insert into matrix (what, who, ticket, thing, want)
select what, 'km_audit', ticket, thing, want
  from (values ('the service audit', service('audit'), array[2, 1, 2, 1, 1, 1]), ('auditor of A006', person('A006', 'auditor'), array[2, 1, 2, 1, 0, 0]),
               ('coordinator of A001', person('A001', 'coordinator'), array[0, 0, 0, 0, 0, 0]),
               ('worker of A001', person('A001', 'worker'), array[0, 0, 0, 0, 0, 0]),
               ('another service in its place', service('referral'), array[0, 0, 0, 0, 0, 0])) as t(what, ticket, wants),
       unnest(array['audit.custody', 'audit.step', 'audit.dossier', 'audit.lead_proof', 'audit.leads_counted', 'audit.position'], wants) as x(thing, want);
insert into matrix (what, who, ticket, thing, want)
select what, 'km_referral', ticket, 'referral.leads_told', want
  from (values ('the service referral', service('referral'), 1), ('coordinator of A001', person('A001', 'coordinator'), 0)) as t(what, ticket, want);
-- of the ledger: the sequencer has all of it, and the whole history; auditors which events there are
insert into matrix (what, who, ticket, thing, want)
select 'the sequencer', 'km_sequencer', service('sequencer'), thing, want
  from (values ('audit.event', 4), ('ledger.shard', 1), ('ledger.entry', 1), ('ledger.frontier', 1), ('ledger.position', 1)) as t(thing, want);
insert into matrix (what, who, ticket, thing, want)
select what, who, ticket, thing, 0
  from (values ('another service in its place', 'km_sequencer', service('audit')), ('an auditor in its place', 'km_sequencer', person('A006', 'auditor'))) as t(what, who, ticket),
       unnest(array['ledger.entry', 'ledger.position']) as thing;
insert into matrix (what, who, ticket, thing, want)
select format('%s of A001', role), 'km_audit', person('A001', role), 'ledger.entry', want
  from (values ('auditor', 1), ('coordinator', 0), ('worker', 0), ('administrator', 0)) as t(role, want);
-- of delivery: the service's own, and the outbox for operators
insert into matrix (what, who, ticket, thing, want)
select what, 'km_intake', ticket, 'intake.' || thing, want
  from (values ('the service itself', service('intake'), array[1, 1, 1, 1]), ('another service', service('referral'), array[0, 0, 0, 0]),
               ('a worker', person('A001'), array[0, 0, 0, 0]), ('an administrator', person('A001', 'administrator'), array[1, 0, 0, 0]),
               ('a coordinator', person('A001', 'coordinator'), array[1, 0, 0, 0])) as t(what, ticket, wants),
       unnest(array['outbox', 'stream_out', 'inbox', 'request'], wants) as x(thing, want);

select is(seen(who, thing, ticket, condition), want, what || ' and ' || thing) from matrix;

-- ---- writing ------------------------------------------------------------------------------------------
create temporary table attempt (what text, who text, ticket text, statement text, want text);
insert into attempt values
    ('a case for another agency', 'km_intake', person('A001'), $$ insert into intake.reception values (gen_random_uuid(), now(), 'A002', 'other', 'north', 'adult', '{debt}', 'routine', 'given') $$, '42501'),
    ('a case by who does no casework', 'km_intake', person('A001', 'auditor'), $$ insert into intake.reception values (gen_random_uuid(), now(), 'A001', 'other', 'north', 'adult', '{debt}', 'routine', 'given') $$, '42501'),
    ('a record of a case of others', 'km_intake', person('A006'), $$ insert into intake.record values (pg_temp.c(1), gen_random_uuid(), 1, 2, 1, 'KMR1', now()) $$, '42501'),
    ('a record by who is only offered the case', 'km_intake', person('A004'), $$ insert into intake.record values (pg_temp.c(1), gen_random_uuid(), 1, 2, 1, 'KMR1', now()) $$, '42501'),
    ('a record by who left', 'km_intake', person('A003'), $$ insert into intake.record values (pg_temp.c(1), gen_random_uuid(), 1, 2, 1, 'KMR1', now()) $$, '42501'),
    ('a record by a member', 'km_intake', person('A002'), $$ insert into intake.record values (pg_temp.c(1), gen_random_uuid(), 1, 2, 1, 'KMR1', now()) $$, 'ok'),
    ('a note in another''s name', 'km_intake', person('A002'), $$ insert into intake.note values (pg_temp.c(1), gen_random_uuid(), now(), 'A001', 'w', 'visit') $$, '42501'),
    ('a note in one''s own', 'km_intake', person('A002'), $$ insert into intake.note values (pg_temp.c(1), gen_random_uuid(), now(), 'A002', 'w', 'visit') $$, 'ok'),
    ('access given to oneself', 'km_intake', person('A006'), $$ insert into intake.access values (pg_temp.c(1), 'A006', 'member', '{}', now()) $$, '42501'),
    ('access by a note of the service', 'km_intake', service('intake'), $$ insert into intake.access values (pg_temp.c(1), 'A006', 'member', '{}', now()) $$, 'ok'),
    ('joining a case uninvited', 'km_referral', person('A006'), $$ insert into referral.member values (pg_temp.c(1), 'A006', now(), null, false) $$, '42501'),
    ('joining by a draft nobody sent', 'km_referral', person('A005'), $$ insert into referral.member values (pg_temp.c(1), 'A005', now(), null, false) $$, '42501'),
    ('joining by an offer', 'km_referral', person('A004'), $$ insert into referral.member values (pg_temp.c(1), 'A004', now(), null, false) $$, 'ok'),
    ('making another join', 'km_referral', person('A001'), $$ insert into referral.member values (pg_temp.c(1), 'A006', now(), null, false) $$, '42501'),
    ('an auditor who moves the baton', 'km_referral', person('A006', 'auditor'), $$ update referral.baton set version = version + 1 $$, '42501'),
    ('an auditor who looks at it under lock', 'km_referral', person('A006', 'auditor'), $$ select from referral.baton for update $$, 'ok'),
    ('a referral of a case of others', 'km_referral', person('A006'), $$ insert into referral.referral select gen_random_uuid(), pg_temp.c(1), 'transfer', 'A006', 'A007', 'draft', '{debt}', '{}', 'none', 'routine', null, 'none', null, null, now() $$, '42501'),
    ('asking for a case of others', 'km_referral', person('A006'), $$ insert into referral.referral select gen_random_uuid(), pg_temp.c(1), 'pull_request', 'A006', 'A001', 'draft', '{debt}', '{}', 'none', 'routine', null, 'none', null, null, now() $$, 'ok'),
    ('a referral in the lead''s name', 'km_referral', person('A002'), $$ insert into referral.referral select gen_random_uuid(), pg_temp.c(1), 'transfer', 'A001', 'A007', 'draft', '{debt}', '{}', 'none', 'routine', null, 'none', null, null, now() $$, '42501'),
    ('a coordinator''s referral in the lead''s name', 'km_referral', person('A006', 'coordinator'), $$ insert into referral.referral select gen_random_uuid(), pg_temp.c(1), 'transfer', 'A001', 'A007', 'draft', '{debt}', '{}', 'none', 'routine', null, 'none', null, null, now() $$, 'ok'),
    ('a meeting of one''s own', 'km_meeting', person('A001', 'coordinator'), $$ insert into meeting.invitee values (pg_temp.r(1), 'A002', 'member', true) $$, '42501'),
    ('a window in another''s name', 'km_meeting', person('A006'), $$ insert into meeting.availability values (pg_temp.r(1), 'A001', '[2026-07-01, 2026-07-02)') $$, '42501'),
    ('the history without a ticket', 'km_intake', '', $$ insert into audit.event (case_id, at, happened) values (pg_temp.c(1), now(), 'x') $$, '42501'),
    ('a message put out by a person', 'km_intake', person('A001', 'administrator'), $$ insert into intake.outbox select 'x', key, 9, id, type, payload, actor, role, agency, trace, sent_at, next_try from intake.outbox $$, '42501'),
    ('a message put out by another service', 'km_intake', service('referral'), $$ insert into intake.stream_out values ('x', pg_temp.c(1), 1) $$, '42501'),
    ('the directory kept by a worker', 'km_referral', person('A001'), $$ insert into directory.code values ('x', 'x', 'x') $$, '42501'),
    ('the directory kept by an administrator', 'km_referral', person('A001', 'administrator'), $$ insert into directory.code values ('x', 'x', 'x') $$, 'ok'),
    ('the keys of tickets', 'km_audit', service('audit'), $$ select from kashimaru.ticket_key $$, '42501'),
    ('a key of one''s own', 'km_audit', service('audit'), $$ select kashimaru.ticket_key_put('x', 'uh', '\x00') $$, '42501'),
    ('a proof of one''s own', 'km_audit', service('audit'), $$ select setval('kashimaru.proven', 1) $$, '42501'),
    ('the next proof', 'km_audit', service('audit'), $$ select nextval('kashimaru.proven') $$, '42501'),
    ('policies turned off', 'km_audit', service('audit'), $$ set local row_security = off; select from audit.event $$, '42501');
grant execute on all functions in schema pg_temp to public;
select is(outcome(who, statement, ticket), want, what) from attempt;

-- ---- a proof holds for the ticket it was given for and for no other --------------------------------------
create function pg_temp.at_once(first text, second text) returns text language plpgsql as $fn$
declare
    a bigint;
    b bigint;
begin
    perform tap.put_on(first);
    set local role km_referral;
    select count(*) into a from referral.case_file;
    reset role;
    perform tap.put_on(second);
    set local role km_referral;
    select count(*) into b from referral.case_file;
    reset role;
    return a || ' ' || b;
end
$fn$;
select is(pg_temp.at_once(person('A001'), person('A006', 'coordinator')), '1 2', 'each of two true tickets is asked');
select is(pg_temp.at_once(person('A001'), u.ticket), '1 0', 'after a true ticket, ' || u.what)
  from useless u where what in ('another role than was signed', 'an expired one', 'one of another installation', 'the mac in capitals', 'bars');
select is(pg_temp.at_once(mint('account', 'u', 'sample', 'A001', 'coordinator', key => key('x')), person('A001')), '0 1', 'after a forged one, a true one');
select is(outcome('km_referral', format($$ select set_config('kashimaru.has_proof', 'yes', true); set local kashimaru.ticket = %L; select count(*) from referral.case_file $$,
                                        replace(person('A001', 'worker'), '|worker|', '|auditor|'))), 'ok', 'to say there is a proof is none');

select * from finish();
rollback;
