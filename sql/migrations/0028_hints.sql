-- Whom a meeting calls hears that it changed: nobody must look at that, it is in no list, and after a day nobody asks for it any more. It stands
-- in the order of the commits, as the history does, so that both are told by one position.
create table audit.hint (
    tx         xid8        not null default pg_current_xact_id(),
    meeting_id uuid        not null,
    agency     text        not null,
    at         timestamptz not null,
    primary key (tx, meeting_id, agency)
);
create index hint_at on audit.hint (at);

-- Until now they were notices. Those of a day keep the number PostgreSQL gave their row, of which the upper half is left out.
alter table audit.notice no force row level security;
alter table audit.notice_seen no force row level security;
insert into audit.hint (tx, meeting_id, agency, at)
select (case when o.tx <= s.last then o.tx else o.tx - 4294967296 end)::text::xid8, n.detail::uuid, n.agency, n.at
  from audit.notice n
 cross join (select greatest(pg_current_xact_id(), pg_snapshot_xmax(pg_current_snapshot()))::text::bigint as last) s
 cross join lateral (select s.last / 4294967296 * 4294967296 + n.xmin::text::bigint as tx) o
 where n.kind = 'meeting' and n.at > now() - interval '1 day'
    on conflict do nothing;
delete from audit.notice_seen s using audit.notice n where n.notice_id = s.notice_id and n.kind = 'meeting';
delete from audit.notice where kind = 'meeting';
alter table audit.notice force row level security;
alter table audit.notice_seen force row level security;

select kashimaru.secure('audit.hint');
create policy service on audit.hint for select using ((select kashimaru.is_service('audit')));
create policy tells on audit.hint for insert with check ((select kashimaru.is_service('audit')));
create policy forgets on audit.hint for delete using ((select kashimaru.is_service('audit')) and at < now() - interval '1 day');
grant select, delete on audit.hint to km_audit;
grant insert (meeting_id, agency, at) on audit.hint to km_audit;
