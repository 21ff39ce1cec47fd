-- What somebody must look at, and the emergency readings that wait for their review. The words of an emergency are a person's own and
-- may name somebody: they rest sealed under audit's key.
create table audit.notice (
    notice_id uuid        primary key,
    kind      text        not null,
    case_id   uuid,
    agency    text,
    user_name text,
    detail    text,
    due       timestamptz,
    at        timestamptz not null
);
create index notice_at on audit.notice (at desc, notice_id);

create table audit.notice_seen (
    notice_id uuid        not null references audit.notice,
    user_name text        not null,
    at        timestamptz not null,
    primary key (notice_id, user_name)
);

create table audit.emergency (
    id          uuid        primary key,
    case_id     uuid        not null,
    agency      text        not null,
    user_name   text        not null,
    reason      text        not null,
    words       bytea       not null,
    at          timestamptz not null,
    until       timestamptz not null check (until > at),
    due         timestamptz not null,
    reminded_at timestamptz,
    reviewed_at timestamptz,
    reviewed_by text,
    outcome     text,
    finding     bytea,
    check ((reviewed_at is null) = (reviewed_by is null) and (reviewed_at is null) = (outcome is null)),
    constraint emergency_not_reviewed_by_itself check (reviewed_by is distinct from user_name)
);
create index emergency_due on audit.emergency (due) where reviewed_at is null;
create index emergency_waiting on audit.emergency (reviewed_at desc nulls first, due, id);

alter table audit.notice enable row level security;
alter table audit.notice force row level security;
alter table audit.notice_seen enable row level security;
alter table audit.notice_seen force row level security;
alter table audit.emergency enable row level security;
alter table audit.emergency force row level security;

-- Auditors see all; team leads what concerns their own agency; coordinators that too, what concerns no agency in particular, and every
-- emergency reading.
create policy service on audit.notice using ((select kashimaru.is_service('audit'))) with check ((select kashimaru.is_service('audit')));
create policy reader on audit.notice for select
    using ((select kashimaru.my_role()) = 'auditor'
           or ((select kashimaru.my_role()) in ('team_lead', 'coordinator') and agency = (select kashimaru.my_agency()))
           or ((select kashimaru.my_role()) = 'coordinator' and (agency is null or kind in ('break_glass', 'review_due'))));
create policy own on audit.notice_seen
    using (user_name = (select kashimaru.my_user()))
    with check (user_name = (select kashimaru.my_user())
                and exists (select from audit.notice n where n.notice_id = notice_seen.notice_id));
create policy service on audit.emergency using ((select kashimaru.is_service('audit'))) with check ((select kashimaru.is_service('audit')));
create policy reader on audit.emergency for select
    using ((select kashimaru.my_role()) in ('auditor', 'coordinator')
           or ((select kashimaru.my_role()) = 'team_lead' and agency = (select kashimaru.my_agency())));
create policy reviewer on audit.emergency for update
    using (reviewed_at is null and user_name <> (select kashimaru.my_user())
           and ((select kashimaru.my_role()) in ('auditor', 'coordinator')
                or ((select kashimaru.my_role()) = 'team_lead' and agency = (select kashimaru.my_agency()))))
    with check (reviewed_by = (select kashimaru.my_user()));

grant select, insert on audit.notice, audit.notice_seen, audit.emergency to km_audit;
grant update (reviewed_at, reviewed_by, outcome, finding, reminded_at) on audit.emergency to km_audit;
