-- Who asks. The database lets no row be seen or written without a ticket (include/seal/ticket.h) in the setting kashimaru.ticket: signed
-- by `account` for a person or an agency host, by a service for itself. A setting is anybody's to write, so nothing is believed before
-- its signature was checked. Policies call these functions as (select kashimaru.…()), which runs them once a statement, and only when
-- what stands before them in an OR did not suffice.

-- The keys tickets are signed with, each as the two blocks with which HMAC-SHA-256 begins (RFC 2104). Nobody is granted anything here;
-- only the functions below read it, with their owner's rights.
create table kashimaru.ticket_key (
    issuer    text  not null,
    kinds     text  not null check (kinds in ('uh', 's')), -- of tickets it may sign: people's, or its own
    inner_pad bytea not null check (length(inner_pad) = 64),
    outer_pad bytea not null check (length(outer_pad) = 64),
    primary key (issuer, kinds)
);

-- The administrator who migrates says which keys hold; a key that is put again replaces the one before.
create function kashimaru.ticket_key_put(new_issuer text, new_kinds text, key bytea) returns void
    language plpgsql set search_path = pg_catalog, pg_temp as $fn$
declare
    inner_block bytea := key || decode(repeat('00', 32), 'hex');
    outer_block bytea := inner_block;
begin
    if length(key) is distinct from 32 then
        raise exception 'a ticket key has 32 bytes' using errcode = '22023';
    end if;
    for i in 0..63 loop
        inner_block := set_byte(inner_block, i, get_byte(inner_block, i) # 54);
        outer_block := set_byte(outer_block, i, get_byte(outer_block, i) # 92);
    end loop;
    insert into kashimaru.ticket_key as k (issuer, kinds, inner_pad, outer_pad)
    values (new_issuer, new_kinds, inner_block, outer_block)
        on conflict (issuer, kinds) do update
       set inner_pad = excluded.inner_pad, outer_pad = excluded.outer_pad;
end
$fn$;

-- What of a session only the owner of a sequence can set is the value it last gave there: others are granted to look (currval), not to
-- move it. proven holds the fingerprint of the ticket last checked in a session, so that the same ticket is not checked afresh by
-- every statement. It is a cache and no more: another ticket, another fingerprint, another check. The setting kashimaru.has_proof only
-- says that there is a value to look at; said without one, the look itself fails.
create unlogged sequence kashimaru.proven minvalue -9223372036854775808;

-- prove: the fields of a ticket that is signed as it should be, whatever its time; else null. Both macs are hashed once more before they
-- are compared, so that how long it takes says nothing about the right one.
create function kashimaru.prove(line text, part text[], fingerprint bigint) returns text[]
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $fn$
declare
    inner_key bytea;
    outer_key bytea;
begin
    if line is null or fingerprint is null or part <> string_to_array(line, '|') or
       fingerprint <> hashtextextended(encode(sha256(convert_to(line, 'UTF8')), 'hex'), 0) then
        return null;
    end if;
    select k.inner_pad, k.outer_pad into inner_key, outer_key
      from kashimaru.ticket_key k
     where k.issuer = part[2] and strpos(k.kinds, part[3]) > 0;
    if not found or sha256(convert_to(part[11], 'UTF8')) <>
                    sha256(convert_to(encode(sha256(outer_key || sha256(inner_key ||
                           convert_to(left(line, -length(part[11]) - 1), 'UTF8'))), 'hex'), 'UTF8')) then
        return null;
    end if;
    perform setval('kashimaru.proven', fingerprint), set_config('kashimaru.has_proof', 'yes', false);
    return part;
end
$fn$;

-- ticket: the eleven fields of the ticket in force if it is of one of these kinds and (where named) roles, true and not expired; else null.
-- It runs with the asker's rights and wherever the asker's names lead, so every name in it says where it belongs.
create function kashimaru.ticket(of_kinds pg_catalog.text[], of_roles pg_catalog.text[] default null) returns pg_catalog.text[]
    language plpgsql stable as $fn$
declare
    line  pg_catalog.text   := pg_catalog.current_setting('kashimaru.ticket', true);
    part  pg_catalog.text[] := pg_catalog.string_to_array(line, '|');
    print pg_catalog.int8;
begin
    if coalesce(pg_catalog.cardinality(part), 0) operator(pg_catalog.<>) 11 or part[1] operator(pg_catalog.<>) 'KMT1' or
       part[3] operator(pg_catalog.<>) all (of_kinds) or part[6] operator(pg_catalog.<>) all (of_roles) then
        return null;
    end if;
    print := pg_catalog.hashtextextended(pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(line, 'UTF8')), 'hex'), 0);
    if coalesce(pg_catalog.current_setting('kashimaru.has_proof', true), '') operator(pg_catalog.<>) 'yes' or
       pg_catalog.currval('kashimaru.proven') operator(pg_catalog.<>) print then
        part := kashimaru.prove(line, part, print);
    end if;
    if part is null or pg_catalog.to_timestamp(part[9]::pg_catalog.int8::pg_catalog.float8) operator(pg_catalog.<=) pg_catalog.now() then
        return null;
    end if;
    return part;
end
$fn$;

-- Of the person (or agency host) who asks; null when none does. my_agency_as: only in one of these roles. These are plain expressions
-- on purpose: the planner puts them into the policy, and one check of the ticket is all they cost.
create function kashimaru.my_agency() returns text language sql stable return (kashimaru.ticket(array['u', 'h']))[5];
create function kashimaru.my_agency_as(variadic roles text[]) returns text language sql stable
    return (kashimaru.ticket(array['u', 'h'], roles))[5];
create function kashimaru.my_user() returns text language sql stable return (kashimaru.ticket(array['u', 'h']))[4];
create function kashimaru.my_role() returns text language sql stable return (kashimaru.ticket(array['u', 'h']))[6];

-- me: the fields of whoever's ticket is in force: [2] issuer, [3] kind, [4] user, [5] agency, [6] role. Where a policy has several questions it
-- hands this, once, to a function that knows the answers: every (select …) of a policy is a check of its own.
create function kashimaru.me() returns text[] language sql stable return kashimaru.ticket(array['u', 'h', 's']);

-- said: the same unproven, at a tenth of the price. Only for the WITH CHECK of an UPDATE whose USING has asked me(): then the ticket in
-- force is a true one, and were it changed in the midst of the statement, the policy for reading refuses the new row.
create function kashimaru.said() returns text[] language sql stable
    return string_to_array(current_setting('kashimaru.ticket', true), '|');

-- is_service: the ticket in force is this service's own. has_ticket: there is a true one, whoever's.
create function kashimaru.is_service(name text) returns boolean language sql stable
    return coalesce((kashimaru.ticket(array['s']))[2] = name, false);
create function kashimaru.has_ticket() returns boolean language sql stable return kashimaru.ticket(array['u', 'h', 's']) is not null;

-- wear: puts a ticket on until the transaction ends, or refuses it.
create function kashimaru.wear(line text) returns boolean language plpgsql as $fn$
begin
    perform pg_catalog.set_config('kashimaru.ticket', line, true);
    if kashimaru.ticket(array['u', 'h', 's']) is null then
        raise exception 'the ticket is not valid' using errcode = '42501';
    end if;
    return true;
end
$fn$;

revoke execute on all functions in schema kashimaru from public;

-- open_to_owner: functions that run with their owner's rights look something up in a table whose rows are forced to obey policies; where
-- the owner is no superuser it needs one of its own. It reads only.
create function kashimaru.open_to_owner(of_table regclass) returns void language plpgsql as $fn$
begin
    execute format('create policy owner_reads on %s for select to %I using (true)', of_table, current_user);
end
$fn$;

-- secure: nothing of a table is seen or written but by a policy, not even by its owner. What it allows is written beside each call.
create function kashimaru.secure(variadic tables text[]) returns void language plpgsql as $fn$
declare
    name text;
begin
    foreach name in array tables loop
        execute format('alter table %s enable row level security', name::regclass);
        execute format('alter table %s force row level security', name::regclass);
    end loop;
end
$fn$;

select kashimaru.secure('kashimaru.ticket_key', 'kashimaru.migration');
do $do$
begin
    execute format('create policy owner on kashimaru.ticket_key to %I using (true)', current_user);
    execute format('create policy owner on kashimaru.migration to %I using (true)', current_user);
end
$do$;
-- A service compares the version before it starts.
create policy anyone on kashimaru.migration for select using ((select kashimaru.has_ticket()));

-- Delivery rows are the service's own: it moves them under its own ticket, never under a person's. Operators see what waits, and answer
-- for what is parked.
create function kashimaru.delivery_policies(service text) returns void language plpgsql as $fn$
declare
    t text;
begin
    foreach t in array array['stream_out', 'outbox', 'inbox', 'request'] loop
        perform kashimaru.secure(format('%I.%I', service, t));
        execute format('create policy service on %I.%I using ((select kashimaru.is_service(%L)))', service, t, service);
    end loop;
    execute format($sql$
        create policy operator_reads on %1$I.outbox for select
            using ((select kashimaru.my_agency_as('administrator', 'coordinator')) is not null);
        create policy operator_answers on %1$I.outbox for update
            using ((select kashimaru.my_agency_as('administrator', 'coordinator')) is not null);
        grant usage on schema kashimaru to %2$I;
        grant select on sequence kashimaru.proven to %2$I;
        grant execute on function kashimaru.ticket(text[], text[]), kashimaru.my_agency(), kashimaru.my_agency_as(text[]),
              kashimaru.my_user(), kashimaru.my_role(), kashimaru.is_service(text), kashimaru.has_ticket(), kashimaru.me(),
              kashimaru.said(), kashimaru.prove(text, text[], bigint), kashimaru.wear(text) to %2$I;
    $sql$, service, 'km_' || service);
end
$fn$;

-- The rows that make delivery exact, the same in every service's schema (README "How a message lives"), with their policies.
create or replace function kashimaru.delivery_tables(service text) returns void language plpgsql as $fn$
begin
    execute format($sql$
        create table %1$I.stream_out (
            dest     text   not null,
            key      uuid   not null,
            last_seq bigint not null check (last_seq > 0),
            primary key (dest, key)
        );
        create table %1$I.outbox (
            dest        text        not null,
            key         uuid        not null,
            seq         bigint      not null check (seq > 0),
            id          uuid        not null,
            type        text        not null,
            payload     text        not null,
            actor       text        not null,
            role        text        not null,
            agency      text        not null,
            trace       text        not null,
            sent_at     timestamptz not null,
            next_try    timestamptz not null,
            sends       integer     not null default 0,
            attempts    bigint      not null default 0,
            parked_at   timestamptz,
            last_status text,
            last_why    text,
            constraint outbox_pkey primary key (dest, key, seq)
        ) with (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);
        create index outbox_next_try on %1$I.outbox (next_try) where parked_at is null;
        create index outbox_parked on %1$I.outbox (id) where parked_at is not null;
        create table %1$I.inbox (
            source    text   not null,
            key       uuid   not null,
            prior_seq bigint not null,
            last_seq  bigint not null constraint inbox_last_seq_check check (last_seq >= prior_seq),
            primary key (source, key)
        ) with (fillfactor = 80);
        create table %1$I.request (
            id     uuid primary key,
            digest bytea       not null check (length(digest) = 16),
            type   text        not null,
            answer text        not null,
            at     timestamptz not null
        );
        create index request_at on %1$I.request using brin (at) with (autosummarize = on);
        grant select, insert, update, delete on %1$I.outbox, %1$I.request to %2$I;
        grant select, insert, update on %1$I.stream_out, %1$I.inbox to %2$I;
    $sql$, service, 'km_' || service);
    perform kashimaru.delivery_policies(service);
end
$fn$;
revoke execute on all functions in schema kashimaru from public;

-- The services that were there before; in the database of the keys there are none of them.
select kashimaru.delivery_policies(s) from unnest(array['intake', 'referral', 'meeting', 'audit']) as s where to_regnamespace(s) is not null;
