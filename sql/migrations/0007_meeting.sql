-- かしまる meetings: who is invited, who can come when, what participants need, and the time that was fixed. Place and agenda are sealed.
create extension if not exists btree_gist;

create table meeting.meeting (
    meeting_id uuid        primary key,
    case_id    uuid        not null,
    kind       text        not null check (kind in ('small', 'area')),
    state      text        not null check (state in ('proposed', 'fixed', 'held', 'cancelled')),
    called_by  text        not null,
    called_at  timestamptz not null,
    needs      text[]      not null,
    area       text        not null,
    urgency    text        not null,
    basis      text        not null default 'none',
    starts     timestamptz,
    ends       timestamptz check (ends > starts),
    version    bigint      not null default 1,
    epoch      bigint,
    sealed     bytea       check (substring(sealed from 1 for 4) = '\x4b4d5231'),
    check (state <> 'fixed' or (starts is not null and sealed is not null))
);
create index meeting_case on meeting.meeting (case_id, called_at);

create table meeting.invitee (
    meeting_id  uuid    not null references meeting.meeting,
    agency      text    not null,
    invited_as  text    not null,
    is_required boolean not null,
    answered_at timestamptz,
    primary key (meeting_id, agency)
);
create index invitee_agency on meeting.invitee (agency, meeting_id);

-- One agency's windows for one meeting never overlap: what it says replaces what it said.
create table meeting.availability (
    meeting_id uuid      not null,
    agency     text      not null,
    during     tstzrange not null check (not isempty(during)),
    foreign key (meeting_id, agency) references meeting.invitee,
    constraint availability_once exclude using gist (meeting_id with =, agency with =, during with &&)
);

create table meeting.accommodation (
    meeting_id    uuid    not null references meeting.meeting,
    accommodation text    not null,
    is_arranged   boolean not null,
    primary key (meeting_id, accommodation)
);

-- A required agency sits in one fixed meeting at a time.
create table meeting.seat (
    meeting_id uuid      not null references meeting.meeting,
    agency     text      not null,
    during     tstzrange not null,
    primary key (meeting_id, agency),
    constraint seat_not_double_booked exclude using gist (agency with =, during with &&)
);

grant select, insert, update on meeting.meeting, meeting.invitee, meeting.accommodation to km_meeting;
grant select, insert, delete on meeting.availability, meeting.seat to km_meeting;
