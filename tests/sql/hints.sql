-- What is only told: nobody but audit sees it, its place in the order is the database's to say, and it is forgotten after a day and not before;
-- and the rows of notices that were it once (0028) are hints at the place they had.
begin;
select tap.events_aside();
select plan(22);
\getenv root KM_SOURCE_DIR
\set hints :root '/sql/migrations/0028_hints.sql'

create function pg_temp.m(n int) returns uuid language sql immutable as $fn$ select ('00000000-0000-4000-8000-0000000000a' || n)::uuid $fn$;
grant execute on all functions in schema pg_temp to public;

select is(outcome('km_audit', $$ insert into audit.hint (meeting_id, agency, at) values (pg_temp.m(1), 'A010', now()), (pg_temp.m(1), 'A013', now()) $$), 'ok',
          'audit writes whom a meeting calls');
select results_eq($$ select distinct tx from audit.hint $$, $$ select pg_current_xact_id() $$, 'and it stands where its transaction does');
select is(outcome('km_audit', $$ insert into audit.hint (meeting_id, agency, at) values (pg_temp.m(1), 'A010', now()) on conflict do nothing $$), 'ok',
          'the same of one transaction is one');
select is((select count(*) from audit.hint), 2::bigint, 'is one');
select is(outcome('km_audit', $$ insert into audit.hint (tx, meeting_id, agency, at) values ('9', pg_temp.m(1), 'A010', now()) $$), '42501', 'nobody chooses a place');
select is(outcome('km_audit', $$ update audit.hint set agency = 'A011' $$), '42501', 'nor tells it otherwise');
select is(outcome('km_audit', $$ insert into audit.hint (meeting_id, agency, at) values (pg_temp.m(2), 'A010', now()) $$, who, 'A010', role), '42501', 'one made by ' || role)
  from (values ('kansa', 'auditor'), ('chousei', 'coordinator'), ('madoguchi', 'worker')) as t(who, role);
select is(seen('km_audit', 'audit.hint', ticket), want, what)
  from (values ('no ticket', '', 0::bigint), ('who is called', person('A010'), 0), ('an auditor', person('A001', 'auditor'), 0),
               ('another service', service('meeting'), 0), ('audit', service('audit'), 2)) as t(what, ticket, want);

-- ---- forgetting ----------------------------------------------------------------------------
insert into audit.hint values ('3', pg_temp.m(3), 'A010', now() - interval '25 hours'), ('3', pg_temp.m(4), 'A010', now() - interval '23 hours');
select is(outcome('km_audit', 'delete from audit.hint', person('A001', 'auditor')), 'ok', 'to a person there is nothing to delete');
select is((select count(*) from audit.hint), 4::bigint, 'and nothing is gone');
select is(outcome('km_audit', 'delete from audit.hint'), 'ok', 'audit deletes');
select set_eq($$ select meeting_id, agency from audit.hint $$, $$ values (pg_temp.m(1), 'A010'), (pg_temp.m(1), 'A013'), (pg_temp.m(4), 'A010') $$,
              'what is older than a day, and nothing else');

-- ---- from before ----------------------------------------------------------------------------
drop table audit.hint;
insert into audit.notice (notice_id, kind, agency, detail, at)
select gen_random_uuid(), kind, agency, detail, now() - since
  from (values ('meeting', 'A010', pg_temp.m(5)::text, interval '1 hour'), ('meeting', 'A013', pg_temp.m(5)::text, interval '1 hour'),
               ('meeting', 'A010', pg_temp.m(6)::text, interval '2 days'), ('many_reads', 'A010', '61', interval '1 hour')) as t(kind, agency, detail, since);
insert into audit.notice_seen select notice_id, 'kansa', now() from audit.notice;
set constraints all immediate;
\i :hints
select set_eq($$ select tx, meeting_id, agency from audit.hint $$,
              $$ values (pg_current_xact_id(), pg_temp.m(5), 'A010'), (pg_current_xact_id(), pg_temp.m(5), 'A013') $$, 'those of a day, where they stood');
select results_eq($$ select kind from audit.notice $$, array['many_reads'], 'they are no notices any more, and all others are');
select is((select count(*) from audit.notice_seen), 1::bigint, 'whoever saw those saw them');
select is_empty($$ select oid::regclass from pg_class where relkind = 'r' and relrowsecurity and not relforcerowsecurity $$, 'and every row is guarded again');

select * from finish();
rollback;
