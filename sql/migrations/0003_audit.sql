-- The history of cases. Services add to it in the very transaction that changes state; nobody changes or deletes; only audit reads.
create table audit.event (
    id          bigint      generated always as identity primary key,
    case_id     uuid        not null,
    at          timestamptz not null,
    happened    text        not null,
    source      text        not null default current_user,
    agency      text,
    actor       text,
    counterpart text,
    about       uuid,
    detail      text,
    reason      text,
    trace       text
);
create index event_case on audit.event (case_id, at, id);
grant usage on schema audit to km_intake, km_referral, km_meeting;
grant insert on audit.event to km_intake, km_referral, km_meeting, km_audit;
grant select on audit.event to km_audit;
