-- Data keys of cases are wrapped once for every agency that takes part and for the city's escrow key (formats.md §5), and every
-- release leaves a row. Nobody's rows are seen without a ticket: the service's own for its streams, jobs and releases, a person's for
-- what that person asks. Beside keys.reading nothing here says who did what to a case.
select kashimaru.delivery_tables('keys');

-- Pairs of keys this service holds for agencies that have no system of their own; private halves sealed under the master key.
create table keys.agency_key (
    agency     text        not null check (agency ~ '^[A-Z][0-9]{3,6}$'),
    generation bigint      not null check (generation > 0),
    key_id     bytea       not null check (length(key_id) = 8),
    sign_id    bytea       not null check (length(sign_id) = 8),
    x25519     bytea       not null check (length(x25519) = 32),
    ed25519    bytea       not null check (length(ed25519) = 32),
    opens      bytea       not null check (length(opens) = 72),
    signs      bytea       not null check (length(signs) = 104),
    made_at    timestamptz not null,
    retired_at timestamptz check (retired_at >= made_at),
    primary key (agency, generation)
);
create unique index agency_key_live on keys.agency_key (agency) where retired_at is null;
create unique index agency_key_id on keys.agency_key (agency, key_id);

-- The public half of the city's escrow key; the private half is in nobody's hands alone. at_case, at_epoch: how far the epochs that
-- were there before it have been wrapped for it.
create table keys.escrow (
    key_id   bytea       primary key check (length(key_id) = 8),
    public   bytea       not null check (length(public) = 32),
    since    timestamptz not null,
    retired  timestamptz check (retired >= since),
    at_case  uuid        not null default '00000000-0000-0000-0000-000000000000',
    at_epoch bigint      not null default 0,
    is_full  boolean     not null default false
);
create unique index escrow_live on keys.escrow ((true)) where retired is null;

create table keys.epoch (
    case_id uuid        not null,
    epoch   bigint      not null check (epoch between 1 and 2147483647),
    made_at timestamptz not null,
    why     text        not null check (why in ('open', 'left', 'rotated', 'legacy')),
    primary key (case_id, epoch)
);

-- agency is empty for escrow. What a wrap says of itself is what its row says.
create table keys.wrap (
    case_id uuid        not null,
    epoch   bigint      not null,
    kind    bigint      not null check (kind in (1, 2, 3)),
    agency  text        not null,
    key_id  bytea       not null,
    wrap    bytea       not null,
    since   timestamptz not null,
    until   timestamptz check (until >= since),
    primary key (case_id, epoch, kind, agency),
    foreign key (case_id, epoch) references keys.epoch,
    constraint wrap_recipient check ((kind = 2) = (agency = '')),
    constraint wrap_says check (length(wrap) = 128 and substr(wrap, 1, 5) = '\x4b4d573101' and get_byte(wrap, 5) = kind
        and substr(wrap, 9, 16) = uuid_send(case_id) and substr(wrap, 25, 4) = substr(int8send(epoch), 5)
        and substr(wrap, 33, 8) = key_id)
);

-- The grant. for_meeting: only what the meeting service keeps of the case. last_epoch: the newest one a former member may still open.
create table keys.participant (
    case_id     uuid        not null,
    agency      text        not null check (agency <> ''),
    since       timestamptz not null,
    until       timestamptz check (until >= since),
    for_meeting boolean     not null,
    keeps_past  boolean     not null default false,
    last_epoch  bigint      not null default 0,
    primary key (case_id, agency, for_meeting, since)
);
create unique index participant_live on keys.participant (case_id, agency, for_meeting) where until is null;

create table keys.emergency (
    id        uuid        primary key,
    case_id   uuid        not null,
    agency    text        not null,
    user_name text        not null,
    reason    text        not null,
    since     timestamptz not null,
    until     timestamptz not null check (until > since and until <= since + interval '60 minutes')
);
create index emergency_of on keys.emergency (case_id, agency, user_name, until);

create table keys.reading (
    case_id   uuid        not null,
    at        timestamptz not null,
    agency    text        not null,
    user_name text        not null,
    role      text        not null,
    kind      text        not null check (kind in ('open', 'read', 'write', 'emergency')),
    service   text        not null
);
create index reading_case on keys.reading (case_id, at desc);
create function keys.append_only() returns trigger language plpgsql as $fn$
begin
    raise exception 'rows of %.% are never changed or deleted', tg_table_schema, tg_table_name using errcode = '42501';
end
$fn$;
create trigger append_only before update or delete on keys.reading for each row execute function keys.append_only();

-- How many cases a user opened in a minute, each counted once an hour: what the limits are read from.
create table keys.tally (
    agency    text        not null,
    user_name text        not null,
    minute    timestamptz not null,
    cases     bigint      not null check (cases > 0),
    primary key (agency, user_name, minute)
);
create table keys.many_told (
    agency    text        not null,
    user_name text        not null,
    at        timestamptz not null,
    primary key (agency, user_name)
);

-- Blind indexes of people: of each rule eight keyed bytes, never a name.
create table keys.person_index (
    case_id   uuid  not null,
    person_id uuid  not null,
    rule      text  not null check (length(rule) between 1 and 24),
    blind     bytea not null check (length(blind) = 8),
    version   bigint not null,
    primary key (case_id, person_id, rule, blind)
);
create index person_index_blind on keys.person_index (rule, blind);

-- Two administrators, not one twice.
create table keys.erasure_wish (
    case_id  uuid        not null,
    by_user  text        not null,
    basis    text        not null check (length(basis) > 0),
    at       timestamptz not null,
    acted_at timestamptz,
    primary key (case_id, by_user, at)
);

grant select, insert on keys.agency_key, keys.escrow, keys.epoch, keys.participant, keys.emergency, keys.reading, keys.erasure_wish to km_keys;
grant update (retired_at) on keys.agency_key to km_keys;
grant update (retired, at_case, at_epoch, is_full) on keys.escrow to km_keys;
grant update (why) on keys.epoch to km_keys; -- to lock it
grant update (until, keeps_past, last_epoch) on keys.participant to km_keys;
grant update (acted_at) on keys.erasure_wish to km_keys;
grant select, insert, delete on keys.wrap, keys.person_index to km_keys;
grant update (until) on keys.wrap to km_keys;
grant select, insert, update, delete on keys.tally, keys.many_told to km_keys;
revoke insert, update (case_id) on keys.case_key from km_keys;
grant delete on keys.case_key to km_keys;

do $do$
declare
    t text;
begin
    foreach t in array array['agency_key', 'escrow', 'epoch', 'wrap', 'participant', 'emergency', 'reading', 'tally', 'many_told',
                             'person_index', 'erasure_wish', 'case_key'] loop
        perform kashimaru.secure('keys.' || t);
        execute format($sql$ create policy a_service on keys.%I to km_keys using ((select kashimaru.is_service('keys'))) $sql$, t);
    end loop;
    -- an administrator looks after keys, and sees wraps only
    foreach t in array array['agency_key', 'escrow', 'epoch', 'wrap', 'participant', 'erasure_wish'] loop
        execute format($sql$ create policy administrator on keys.%I to km_keys
                             using ((select kashimaru.my_role()) = 'administrator') $sql$, t);
    end loop;
    foreach t in array array['agency_key', 'escrow', 'epoch', 'wrap'] loop
        execute format($sql$ create policy auditor on keys.%I for select to km_keys
                             using ((select kashimaru.my_role()) = 'auditor') $sql$, t);
    end loop;
end
$do$;
create policy administrator_erases on keys.person_index for delete to km_keys
 using ((select kashimaru.my_role()) = 'administrator');
create policy administrator_finds on keys.person_index for select to km_keys
 using ((select kashimaru.my_role()) = 'administrator');
create policy administrator_old on keys.case_key to km_keys
 using ((select kashimaru.my_role()) = 'administrator');

-- Who breaks the glass does it for themselves, and what is read in a person's name is read by that person.
create policy own_emergency on keys.emergency to km_keys
 using (agency = (select kashimaru.my_agency()) and user_name = (select kashimaru.my_user()));
create policy case_exists on keys.epoch for select to km_keys
 using ((select kashimaru.my_role()) in ('worker', 'team_lead', 'coordinator'));
create policy own_reading on keys.reading for insert to km_keys
 with check (agency = (select kashimaru.my_agency()) and user_name = (select kashimaru.my_user()));
create policy own_participation on keys.participant for select to km_keys
 using (agency = (select kashimaru.my_agency()));
create policy supervisors on keys.reading for select to km_keys
 using ((select kashimaru.my_role()) in ('coordinator', 'auditor')
        or (select kashimaru.my_role()) = 'team_lead'
           and exists (select from keys.participant p
                        where p.case_id = reading.case_id and p.agency = (select kashimaru.my_agency())
                          and p.until is null and not p.for_meeting));
