-- What auditors ask: who held a case and since when, how each referral was answered, and whether any case was ever without a lead. audit
-- alone keeps it, and fills it from the history, in the order of commits, after those who work have gone on; nobody works on these rows, and
-- none of them says more than the history does: whoever doubts them sets the position's cluster to null, and they are made again.

-- Every change of lead, in its order. An agency holds a case from its row to the next one's, so no stretch is ever ended by changing a row.
create table audit.custody (
    case_id  uuid        not null,
    tx       xid8        not null,
    event_id bigint      not null,
    at       timestamptz not null,
    cause    text        not null check (cause in ('intake', 'handoff', 'closed', 'erased')),
    agency   text,
    given_by text,
    ref_id   uuid,
    reason   text,
    primary key (case_id, tx, event_id),
    check ((agency is null) = (cause in ('closed', 'erased')))
);
create index custody_agency on audit.custody (agency, case_id);

-- One row for each referral: the first answer, and how what was accepted ended. tx and event_id: the last event taken into it, so that the
-- same event read again changes nothing.
create table audit.step (
    ref_id         uuid        primary key,
    case_id        uuid        not null,
    sender         text        not null,
    receiver       text        not null,
    drafted_at     timestamptz not null,
    offered_at     timestamptz,
    due            timestamptz,
    opened_at      timestamptz,
    answered_at    timestamptz,
    answer         text,
    reason         text,
    ended_at       timestamptz,
    outcome        text,
    outcome_reason text,
    returned_at    timestamptz generated always as (case when answer in ('decline', 'due') then answered_at
                                                         when outcome in ('decline', 'fail') then ended_at end) stored,
    tx             xid8        not null,
    event_id       bigint      not null,
    check ((answer is null) = (answered_at is null) and (outcome is null) = (ended_at is null)),
    check (outcome is null or answer is not null)
);
create index step_case on audit.step (case_id, drafted_at, ref_id);
create index step_sender on audit.step (sender, case_id);
create index step_receiver on audit.step (receiver, case_id);
create index step_returned on audit.step (case_id, returned_at) where returned_at is not null;

-- One row for each case.
create table audit.dossier (
    case_id   uuid        primary key,
    opened_at timestamptz,
    opened_by text,
    closed_at timestamptz,
    lead      text,
    last_at   timestamptz not null
);
create index dossier_open on audit.dossier (case_id) where closed_at is null and lead is null;

-- How far the history was read, and in whose transactions that is counted (pg_control_system): null, in nobody's yet.
create table audit.position (
    is_one  boolean primary key default true check (is_one),
    tx      xid8    not null,
    id      bigint  not null,
    cluster bigint
);
insert into audit.position (tx, id) values ('0', 0);

-- ---- every day: no case without a lead --------------------------------------------------------------------
-- Who leads which case as referral has it, counted in one snapshot: what the history says of the same snapshot must be the same.
create table audit.leads_counted (
    day      date        primary key,
    snapshot pg_snapshot not null,
    open     bigint      not null check (open >= 0),
    digest   bytea       not null check (length(digest) = 8),
    at       timestamptz not null
);
create table audit.lead_proof (
    day          date        primary key,
    at           timestamptz not null,
    open         bigint      not null check (open >= 0),
    with_lead    bigint      not null check (with_lead >= 0),
    without_lead bigint      not null check (without_lead >= 0),
    cases        uuid[]      not null check (cardinality(cases) <= 20),
    is_same      boolean,
    check (open = with_lead + without_lead and (without_lead = 0) = (cardinality(cases) = 0))
);

-- referral tells once for each day.
create table referral.leads_told (
    day date        primary key,
    at  timestamptz not null
);

-- ---- what the reports read besides -------------------------------------------------------------------------
create index event_disclosed on audit.event (id) where happened = 'disclosed';

-- ---- who may -------------------------------------------------------------------------------------------------
select kashimaru.secure('audit.custody', 'audit.step', 'audit.dossier', 'audit.position', 'audit.leads_counted', 'audit.lead_proof',
                        'referral.leads_told');
do $do$
declare
    name text;
begin
    foreach name in array array['custody', 'step', 'dossier', 'position', 'leads_counted', 'lead_proof'] loop
        execute format($sql$
            create policy service on audit.%I
             using ((select kashimaru.is_service('audit'))) with check ((select kashimaru.is_service('audit')))
            $sql$, name);
    end loop;
    foreach name in array array['custody', 'step', 'dossier', 'lead_proof'] loop
        execute format('create policy auditor on audit.%I for select using ((select kashimaru.my_role()) = %L)', name, 'auditor');
    end loop;
end
$do$;
create policy service on referral.leads_told
    using ((select kashimaru.is_service('referral'))) with check ((select kashimaru.is_service('referral')));
create policy service on audit.event for select to km_audit using ((select kashimaru.is_service('audit')));

grant select, insert on audit.custody, audit.leads_counted, audit.lead_proof to km_audit;
grant update (ref_id, reason) on audit.custody to km_audit;
grant select, insert, update on audit.step, audit.dossier to km_audit;
grant delete on audit.custody, audit.step, audit.leads_counted to km_audit; -- to read all of it again
grant select on audit.position to km_audit;
grant update (tx, id, cluster) on audit.position to km_audit;
grant select, insert on referral.leads_told to km_referral;
