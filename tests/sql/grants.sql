-- Who may do what to which table: exactly this, written by hand. Whatever a service holds beyond it, or lacks, fails.
begin;
select plan(14 + 2 * (select count(*) from (values (1), (2), (3), (4), (5)) as service, tap.tables)::int);

create temporary table service (who text, schema text);
insert into service values ('km_intake', 'intake'), ('km_referral', 'referral'), ('km_meeting', 'meeting'), ('km_audit', 'audit'),
                           ('km_account', 'account');

create temporary table promised as
select schema || '.' || t.name as thing, who, t.may
  from service, (values ('stream_out', 'SIU'), ('outbox', 'SIUD'), ('inbox', 'SIU'), ('request', 'SIUD')) as t(name, may)
union all
select 'kashimaru.migration', who, 'S' from service where who <> 'km_account'
union all
select 'kashimaru.' || mark, who, 'S' from service, unnest(array['proven', 'proven_service', 'worn', 'worn_at', 'hand']) as mark
union all
select 'audit.event(' || said || ')', who, 'I' -- id, source and tx are the database's to say (0021, 0022)
  from service, unnest(array['case_id', 'at', 'happened', 'agency', 'actor', 'counterpart', 'about', 'detail', 'reason', 'trace', 'due',
                                   'request']) as said
union all
values ('kashimaru.migration', 'public', 'S'),
       ('audit.event', 'km_audit', 'S'),
       ('audit.event(source)', 'km_audit', 'I'), -- keys', of what keys tells it
       ('intake.reception', 'km_intake', 'SI'),
       ('intake.record', 'km_intake', 'SI'),
       ('intake.note', 'km_intake', 'SI'),
       ('intake.access', 'km_intake', 'SI'),
       ('intake.access(until)', 'km_intake', 'U'),
       ('intake.draft', 'km_intake', 'SIUD'),
       ('directory.version', 'km_referral', 'SU'),
       ('directory.agency', 'km_referral', 'SIU'),
       ('directory.programme', 'km_referral', 'SIU'),
       ('directory.need', 'km_referral', 'SIU'),
       ('directory.duty', 'km_referral', 'SIUD'),
       ('directory.routing', 'km_referral', 'SIU'),
       ('directory.indicator', 'km_referral', 'SIU'),
       ('directory.code', 'km_referral', 'SIU'),
       ('directory.answer_time', 'km_referral', 'SIU'),
       ('referral.case_file', 'km_referral', 'SIU'),
       ('referral.member', 'km_referral', 'SIU'),
       ('referral.baton', 'km_referral', 'SIU'),
       ('referral.referral', 'km_referral', 'SIU'),
       ('referral.decline', 'km_referral', 'SIU'),
       ('meeting.meeting', 'km_meeting', 'SIU'),
       ('meeting.invitee', 'km_meeting', 'SIU'),
       ('meeting.accommodation', 'km_meeting', 'SIU'),
       ('meeting.availability', 'km_meeting', 'SID'),
       ('meeting.seat', 'km_meeting', 'SID'),
       -- people who use it (0009)
       ('account.person', 'km_account', 'SIU'),
       ('account.recovery', 'km_account', 'SIUD'),
       ('account.session', 'km_account', 'SIUD'),
       ('account.sign_in_log', 'km_account', 'SI'),
       -- the same attempt again (0029)
       ('account.sign_in_once', 'km_account', 'SID'),
       ('account.sign_in_once(is_passed)', 'km_account', 'U'),
       ('account.sign_in_once(has_session)', 'km_account', 'U'),
       ('account.sign_in_once(at)', 'km_account', 'U'),
       -- agencies' own systems (0014)
       ('account.host', 'km_account', 'SI'),
       ('account.host(valid_until)', 'km_account', 'U'),
       ('account.host(last_seen)', 'km_account', 'U'),
       ('account.host_log', 'km_account', 'SI'),
       -- grounds, consents, disclosures (0011)
       ('directory.basis', 'km_referral', 'SIU'),
       ('referral.consent', 'km_referral', 'SI'),
       ('referral.consent(withdrawn_at)', 'km_referral', 'U'),
       ('referral.consent(withdrawn_by)', 'km_referral', 'U'),
       ('referral.consent(withdrawer)', 'km_referral', 'U'),
       ('referral.consent(withdrawn_reason)', 'km_referral', 'U'),
       ('referral.disclosure', 'km_referral', 'SI'),
       ('referral.recall', 'km_referral', 'SI'),
       ('referral.recall(done_at)', 'km_referral', 'U'),
       ('referral.recall(outcome)', 'km_referral', 'U'),
       ('referral.recall(done_by)', 'km_referral', 'U'),
       -- households, teams, emergencies, pairs (0012)
       ('intake.household', 'km_intake', 'SI'),
       ('intake.household(version)', 'km_intake', 'U'),
       ('intake.person', 'km_intake', 'SI'),
       ('intake.reminder', 'km_intake', 'SI'),
       ('intake.reminder(done)', 'km_intake', 'U'),
       ('intake.team', 'km_intake', 'SI'),
       ('intake.team(until)', 'km_intake', 'U'),
       ('intake.emergency', 'km_intake', 'SI'),
       ('intake.duplicate', 'km_intake', 'SI'),
       ('intake.duplicate(score)', 'km_intake', 'U'),
       ('intake.duplicate(rules)', 'km_intake', 'U'),
       ('intake.duplicate(state)', 'km_intake', 'U'),
       ('intake.duplicate(version)', 'km_intake', 'U'),
       ('intake.duplicate(decided_at)', 'km_intake', 'U'),
       ('intake.duplicate(decided_by)', 'km_intake', 'U'),
       ('intake.duplicate_decision', 'km_intake', 'SI'),
       ('intake.same_person', 'km_intake', 'S'),
       ('meeting.care', 'km_meeting', 'SI'),
       ('meeting.care(epoch)', 'km_meeting', 'U'),
       ('meeting.care(version)', 'km_meeting', 'U'),
       ('meeting.care(sealed)', 'km_meeting', 'U'),
       -- notices and reviews (0013)
       ('audit.notice', 'km_audit', 'SI'),
       ('audit.notice_seen', 'km_audit', 'SI'),
       ('audit.emergency', 'km_audit', 'SI'),
       ('audit.emergency(reviewed_at)', 'km_audit', 'U'),
       ('audit.emergency(reviewed_by)', 'km_audit', 'U'),
       ('audit.emergency(outcome)', 'km_audit', 'U'),
       ('audit.emergency(finding)', 'km_audit', 'U'),
       ('audit.emergency(reminded_at)', 'km_audit', 'U'),
       -- what is only told (0028)
       ('audit.hint', 'km_audit', 'SD'),
       ('audit.hint(meeting_id)', 'km_audit', 'I'),
       ('audit.hint(agency)', 'km_audit', 'I'),
       ('audit.hint(at)', 'km_audit', 'I'),
       -- what auditors ask (0023)
       ('audit.custody', 'km_audit', 'SID'),
       ('audit.custody(ref_id)', 'km_audit', 'U'),
       ('audit.custody(reason)', 'km_audit', 'U'),
       ('audit.step', 'km_audit', 'SIUD'),
       ('audit.dossier', 'km_audit', 'SIU'),
       ('audit.position', 'km_audit', 'S'),
       ('audit.position(tx)', 'km_audit', 'U'),
       ('audit.position(id)', 'km_audit', 'U'),
       ('audit.position(cluster)', 'km_audit', 'U'),
       ('audit.leads_counted', 'km_audit', 'SID'),
       ('audit.lead_proof', 'km_audit', 'SI'),
       ('referral.leads_told', 'km_referral', 'SI'),
       -- the ledger (0020)
       ('audit.event', 'km_sequencer', 'S'),
       ('kashimaru.proven', 'km_sequencer', 'S'),
       ('kashimaru.proven_service', 'km_sequencer', 'S'),
       ('ledger.shard', 'km_sequencer', 'SI'),
       ('ledger.entry', 'km_sequencer', 'SI'),
       ('ledger.entry', 'km_audit', 'S'),
       -- erasing (0024)
       ('audit.erasure', 'km_audit', 'SI'),
       ('audit.erasure(state)', 'km_audit', 'U'),
       ('audit.erasure(agreed_by)', 'km_audit', 'U'),
       ('audit.erasure(agreed_agency)', 'km_audit', 'U'),
       ('audit.erasure(agreed_at)', 'km_audit', 'U'),
       ('audit.erasure(upto)', 'km_audit', 'U'),
       ('audit.erasure(leaves)', 'km_audit', 'U'),
       ('audit.erasure(last_seq)', 'km_audit', 'U'),
       ('audit.erasure(done_at)', 'km_audit', 'U'),
       ('ledger.shard', 'km_audit', 'S'),
       ('ledger.position', 'km_audit', 'S'),
       ('ledger.frontier', 'km_sequencer', 'SI'),
       ('ledger.frontier(size)', 'km_sequencer', 'U'),
       ('ledger.frontier(hashes)', 'km_sequencer', 'U'),
       ('ledger.node', 'km_sequencer', 'SI'),
       ('ledger.chain', 'km_sequencer', 'SIU'),
       ('ledger.offer', 'km_sequencer', 'SIU'),
       ('ledger.head', 'km_sequencer', 'SI'),
       ('ledger.position', 'km_sequencer', 'S'),
       ('ledger.position(tx)', 'km_sequencer', 'U'),
       ('ledger.position(id)', 'km_sequencer', 'U');

-- Functions that see with their owner's rights: each looks one thing up for a policy, or leaves a mark of what it found.
create temporary table lending (name text);
insert into lending values ('kashimaru.prove'), ('kashimaru.wear'), ('intake.may_read'), ('intake.may_write'), ('intake.is_opening'), ('referral.is_party'), ('referral.sees'), ('referral.knows'),
                           ('referral.open_load'), ('referral.asked_of'), ('meeting.is_invited'), ('audit.part_until'), ('ledger.partitions_ahead');

insert into lending select 'ledger.' || name from unnest(array['is_left', 'is_put_behind', 'history_again', 'history_looked', 'year_next']) as name; -- 0025

-- Those of 0021 look one event up for a row that changed.
insert into lending
select 'audit.' || name || '_has_event'
  from unnest(array['reception', 'note', 'person', 'team', 'merged', 'merged_other', 'unmerged', 'unmerged_other', 'baton', 'baton_moved',
                    'case_closed', 'member', 'member_ended', 'referral', 'visit', 'lapsed', 'consent_given', 'consent_withdrawn', 'disclosed',
                    'recall_sent', 'recall_done', 'meeting', 'meeting_state', 'availability', 'break_glass', 'review']) as name;

insert into lending select 'audit.' || name from unnest(array['is_erasing', 'erase', 'blank']) as name; -- 0024

select set_eq('select thing, who, may from tap.privileges', 'select thing, who, may from promised', 'the privileges are these and no others');
select set_eq('select name from tap.tables', $$ select distinct regexp_replace(thing, '\(.*', '') from promised
                                                where thing <> 'intake.same_person' and thing !~ '^kashimaru\.(proven|worn|hand)'
                                               union all values ('kashimaru.ticket_key') $$,
              'no table is forgotten here');

select set_eq('select schema, who, privilege_type from tap.usages',
              $$ select schema, who, 'USAGE' from service
                 union all select 'kashimaru', who, 'USAGE' from service
                 union all select 'audit', who, 'USAGE' from service where who <> 'km_audit'
                 union all values ('kashimaru', 'public', 'USAGE'), ('directory', 'km_referral', 'USAGE'), ('ledger', 'km_sequencer', 'USAGE'),
                                  ('ledger', 'km_audit', 'USAGE'), ('audit', 'km_sequencer', 'USAGE') $$,
              'the schemas are open to these and no others');

-- ---- the roles themselves ------------------------------------------------------
select set_eq($$ select rolname::text from pg_roles where rolname like 'km\_%' $$,
              $$ values ('km_intake'), ('km_referral'), ('km_meeting'), ('km_audit'), ('km_keys'), ('km_account'), ('km_sequencer') $$, 'one role a service');
select is_empty($$ select rolname from pg_roles where rolname like 'km\_%'
                    and (rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls or not rolcanlogin) $$,
                'none may more than log in');
select is_empty($$ select 1 from pg_auth_members where member::regrole::text like 'km\_%' or roleid::regrole::text like 'km\_%' $$,
                'none is another');
select is_empty($$ select relname from pg_class where relowner::regrole::text like 'km\_%' $$, 'none owns a table');
select is_empty($$ select nspname from pg_namespace where nspowner::regrole::text like 'km\_%' $$, 'none owns a schema');
select is_empty($$ select defaclobjtype from pg_default_acl $$, 'nothing is granted in advance');
select set_eq($$ select n.nspname || '.' || p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace
                  where p.prosecdef and n.nspname not in ('pg_catalog', 'information_schema', 'tap') $$, 'select name from lending',
              'these functions lend their owner''s rights and no others');
select is_empty($$ select p.proname from pg_proc p where p.prosecdef and p.pronamespace::regnamespace::text <> 'tap'
                    and (p.proconfig <> array['search_path=pg_catalog, pg_temp'] or p.proconfig is null
                         or has_function_privilege('public', p.oid, 'execute')) $$,
                'none of them looks names up in another''s schema, none is everybody''s');
select is(outcome('km_intake', $$ select kashimaru.delivery_tables('intake') $$), '42501', 'a service makes no tables, even through ours');
select is(outcome('km_intake', 'create table intake.mine (n int)'), '42501', 'nor in its own schema');
select is(outcome('km_intake', 'create table public.mine (n int)'), '42501', 'nor in public');

-- ---- and in practice: deleting, emptying, reading across -------------------------
select is(outcome(s.who, 'truncate ' || t.name), '42501', s.who || ' does not empty ' || t.name)
  from service s, tables t
 where t.schema = s.schema
 order by s.who, t.name;
select is(outcome(s.who, 'delete from ' || t.name),
          case when t.name in (s.schema || '.outbox', s.schema || '.request') then 'ok'
               when t.name in ('meeting.availability', 'meeting.seat', 'account.recovery', 'account.session', 'account.sign_in_once', 'audit.custody', 'audit.step',
                               'audit.leads_counted', 'audit.hint', 'intake.draft') then 'ok' else '42501' end,
          s.who || ' deletes from ' || t.name || ' only if it may')
  from service s, tables t
 where t.schema = s.schema
 order by s.who, t.name;
select is(outcome(s.who, 'delete from ' || t.name),
          case when s.who = 'km_referral' and t.name = 'directory.duty' then 'ok' else '42501' end,
          s.who || ' and ' || t.name)
  from service s, tables t
 where t.schema <> s.schema
 order by s.who, t.name;
select is(outcome(s.who, 'select from ' || t.name),
          case when t.name = 'kashimaru.migration' or (s.who = 'km_referral' and t.schema = 'directory')
               or (s.who = 'km_audit' and t.name in ('ledger.entry', 'ledger.shard', 'ledger.position')) then 'ok' else '42501' end,
          s.who || ' reads ' || t.name || ' only if it may')
  from service s, tables t
 where t.schema <> s.schema
 order by s.who, t.name;

select * from finish();
rollback;
