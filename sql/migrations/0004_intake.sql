-- 相談受付: what the router must see in plain, and the sealed records. Names, addresses, birth dates and narratives exist here only
-- inside intake.record.sealed (KMR1).
grant usage on schema kashimaru to km_intake, km_referral, km_meeting, km_audit;
grant select on kashimaru.migration to km_intake, km_referral, km_meeting, km_audit;

create table intake.reception (
    case_id     uuid        primary key,
    received_at timestamptz not null,
    received_by text        not null,
    channel     text        not null,
    area        text        not null,
    age_band    text        not null,
    needs       text[]      not null check (cardinality(needs) between 1 and 12),
    urgency     text        not null,
    consent     text        not null
);

create table intake.record (
    case_id    uuid        not null references intake.reception,
    record_id  uuid        not null,
    version    bigint      not null check (version > 0),
    type       bigint      not null,
    epoch      bigint      not null check (epoch > 0),
    sealed     bytea       not null check (substring(sealed from 1 for 4) = '\x4b4d5231'),
    written_at timestamptz not null,
    primary key (case_id, record_id, version)
);

create table intake.note (
    case_id  uuid        not null references intake.reception,
    note_id  uuid        not null,
    at       timestamptz not null,
    by       text        not null,
    actor    text        not null,
    kind     text        not null,
    corrects uuid,
    primary key (case_id, note_id),
    foreign key (case_id, corrects) references intake.note (case_id, note_id)
);
create index note_at on intake.note (case_id, at);

-- Who may read a case, since when, how far. Ended rows stay: what was seen was seen.
create table intake.access (
    case_id uuid        not null references intake.reception,
    agency  text        not null,
    level   text        not null check (level in ('offered', 'member')),
    items   text[]      not null,
    since   timestamptz not null,
    until   timestamptz,
    primary key (case_id, agency, since)
);
create unique index access_live on intake.access (case_id, agency) where until is null;
create index access_agency on intake.access (agency, since desc) where until is null;

grant select, insert on intake.reception, intake.record, intake.note, intake.access to km_intake;
grant update (until) on intake.access to km_intake;
