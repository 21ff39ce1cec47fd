-- Households, case teams, emergency readings and pairs that may be one person.
--
-- How a person is to be handled (支援措置) is nowhere here: it lies inside the member's own sealed record, in one ciphertext with the
-- name and address, padded to one size. A protection put on, renewed or taken off is a new version of that record like any
-- correction, with the same rows, the same event and the same messages. What these tables tell is that somebody changed something
-- about a member, when and from which agency; not what. Every version, not only a protected person's, is looked at again after
-- eleven months. Who reported a case (通報者) is a sealed record of its own type: that there is one can be seen here, by nobody who asks
-- the service and is not named in it.

create table intake.household (
    case_id uuid   primary key references intake.reception,
    version bigint not null check (version > 1) -- of the latest change to anybody; version 1 is what was told at the opening
);

create table intake.person (
    case_id   uuid        not null,
    person_id uuid        not null,
    version   bigint      not null,
    relation  text        not null,
    at        timestamptz not null,
    by        text        not null,
    actor     text        not null,
    primary key (case_id, person_id, version),
    constraint person_one_change unique (case_id, version),
    constraint person_record foreign key (case_id, person_id, version) references intake.record (case_id, record_id, version),
    constraint person_self check ((relation = 'self') = (person_id = case_id))
);

create table intake.reminder (
    case_id   uuid        not null,
    person_id uuid        not null,
    version   bigint      not null,
    due       timestamptz not null,
    done      timestamptz,
    primary key (case_id, person_id, version),
    foreign key (case_id, person_id, version) references intake.person
);
create index reminder_due on intake.reminder (due) where done is null;

create table intake.team (
    case_id   uuid        not null references intake.reception,
    agency    text        not null,
    user_name text        not null check (user_name <> ''),
    since     timestamptz not null,
    until     timestamptz check (until >= since),
    primary key (case_id, agency, user_name, since)
);
create unique index team_live on intake.team (case_id, agency, user_name) where until is null;

create table intake.emergency (
    case_id   uuid        not null references intake.reception,
    agency    text        not null,
    user_name text        not null check (user_name <> ''),
    at        timestamptz not null,
    until     timestamptz not null check (until > at),
    primary key (case_id, agency, user_name, at)
);

-- A pair is stored once, whichever of the two cases came first.
create table intake.duplicate (
    duplicate_id uuid        primary key,
    case_id      uuid        not null references intake.reception,
    person_id    uuid        not null,
    other_case   uuid        not null references intake.reception,
    other_person uuid        not null,
    pair         text        not null generated always as
        (least(case_id::text || person_id::text, other_case::text || other_person::text) ||
         greatest(case_id::text || person_id::text, other_case::text || other_person::text)) stored,
    score        bigint      not null check (score between 0 and 1000),
    rules        text[]      not null,
    state        text        not null check (state in ('open', 'not_a_duplicate', 'merged')),
    version      bigint      not null default 1,
    found_at     timestamptz not null,
    decided_at   timestamptz,
    decided_by   text,
    constraint duplicate_pair unique (pair),
    constraint duplicate_of_two check (case_id <> other_case or person_id <> other_person),
    constraint duplicate_decided check ((decided_at is null) = (decided_by is null) and (state = 'open' or decided_at is not null))
);
create index duplicate_queue on intake.duplicate (state, score desc, found_at desc);

-- Every decision on a pair, and every return to the queue.
create table intake.duplicate_decision (
    duplicate_id uuid        not null references intake.duplicate,
    version      bigint      not null,
    state        text        not null check (state in ('open', 'not_a_duplicate', 'merged')),
    score        bigint      not null,
    reason       text        not null,
    actor        text        not null, -- '' = a higher score brought it back
    agency       text        not null,
    at           timestamptz not null,
    primary key (duplicate_id, version)
);

-- Who is one person with whom, as decided now; read both ways.
create view intake.same_person with (security_invoker = true) as
select case_id, person_id, other_case, other_person from intake.duplicate where state = 'merged'
union all
select other_case, other_person, case_id, person_id from intake.duplicate where state = 'merged';

-- How meetings of a case are to be handled, sealed under the case's key; for every household that was ever changed.
create table meeting.care (
    case_id uuid   primary key,
    epoch   bigint not null check (epoch > 0),
    version bigint not null check (version > 1),
    sealed  bytea  not null check (substring(sealed from 1 for 4) = '\x4b4d5231')
);

-- ---- who sees which row -------------------------------------------------------------------------
select kashimaru.secure('intake.household', 'intake.person', 'intake.reminder', 'intake.team', 'intake.emergency', 'intake.duplicate',
                        'intake.duplicate_decision', 'meeting.care');
select kashimaru.open_to_owner('intake.emergency');

-- One user who broke the glass reads one case for its hour, as a member does; nothing is written so (may_write knows no emergency).
create or replace function intake.may_read(of_case uuid, who text, written timestamptz) returns boolean
    language plpgsql stable strict security definer set search_path = pg_catalog, pg_temp as $fn$
begin
    return exists (select from intake.access a
                    where a.case_id = of_case and a.agency = who
                      and (a.until is null or (a.level = 'member' and written <= a.until)))
        or exists (select from intake.emergency e
                    where e.case_id = of_case and e.agency = who and e.user_name = kashimaru.my_user() and e.until > now());
end
$fn$;

-- That there is a later version must be seen by those who left, too: what they still read may be protected by now.
create policy party on intake.household for select using (intake.may_read(case_id, (select intake.asker()), '-infinity'));
create policy opens on intake.household for insert with check (intake.may_write(case_id, (select intake.asker())));
create policy counts on intake.household for update using (intake.may_write(case_id, (select intake.asker())));

create policy party on intake.person for select
    using (intake.may_read(case_id, (select intake.asker()), '-infinity') or (select kashimaru.is_service('intake')));
create policy writes on intake.person for insert
    with check (by = (select intake.asker()) and intake.may_write(case_id, (select intake.asker())));

create policy writes on intake.reminder for insert with check (intake.may_write(case_id, (select intake.asker())));
create policy service on intake.reminder using ((select kashimaru.is_service('intake')));

create policy own on intake.team for select using (agency = (select intake.asker()));
create policy names on intake.team for insert
    with check (agency = (select intake.asker()) and intake.may_write(case_id, (select intake.asker())));
create policy ends on intake.team for update
    using (agency = (select intake.asker()) and intake.may_write(case_id, (select intake.asker())));

create policy service on intake.emergency using ((select kashimaru.is_service('intake')));
create policy own on intake.emergency for select
    using (agency = (select intake.asker()) and user_name = (select kashimaru.my_user()));

create policy service on intake.duplicate using ((select kashimaru.is_service('intake')));
create policy looks on intake.duplicate for select using ((select kashimaru.my_role()) = 'coordinator');
create policy decides on intake.duplicate for update using ((select kashimaru.my_role()) = 'coordinator');
create policy service on intake.duplicate_decision using ((select kashimaru.is_service('intake')));
create policy looks on intake.duplicate_decision for select using ((select kashimaru.my_role()) = 'coordinator');
create policy decides on intake.duplicate_decision for insert
    with check ((select kashimaru.my_role()) = 'coordinator' and actor = (select kashimaru.my_user()));

create policy service on meeting.care using ((select kashimaru.is_service('meeting')));
create policy guest on meeting.care for select
    using (exists (select from meeting.meeting m where m.case_id = care.case_id));

grant select, insert on intake.household, intake.person, intake.reminder, intake.team, intake.emergency, intake.duplicate,
                        intake.duplicate_decision to km_intake;
grant update (version) on intake.household to km_intake;
grant update (done) on intake.reminder to km_intake;
grant update (until) on intake.team to km_intake;
grant update (score, rules, state, version, decided_at, decided_by) on intake.duplicate to km_intake;
grant select on intake.same_person to km_intake;
grant select, insert on meeting.care to km_meeting;
grant update (epoch, version, sealed) on meeting.care to km_meeting;
