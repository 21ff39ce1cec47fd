-- The ledger: every row of the history becomes one event, signed, chained to its case, and one leaf of a log whose heads are published.
-- One process, the sequencer, reads the history in the order in which it was committed and writes here; nobody else does, and what is a
-- leaf is never changed.
do $do$
begin
    if not exists (select from pg_roles where rolname = 'km_sequencer') then
        create role km_sequencer login;
    end if;
    execute format('alter role km_sequencer in database %I set search_path = ledger', current_database());
    execute format('alter role km_sequencer in database %I set synchronous_commit = on', current_database());
    execute format('grant connect on database %I to km_sequencer', current_database());
end
$do$;

-- ---- the order of commits ----------------------------------------------------------------------------
-- id tells in which order rows were written, not committed: a row with a lower one can come to light later. All rows of transactions that
-- ended before the oldest that still runs began are there, so they are read by (tx, id) and only up to that one. Rows from before this
-- column keep the order of their ids.
alter table audit.event add column tx xid8 not null default '3';
alter table audit.event alter column tx set default pg_current_xact_id();
create index event_tx on audit.event (tx, id);

-- ---- tables ------------------------------------------------------------------------------------------
create schema ledger;
grant usage on schema ledger to km_sequencer;

-- A log of its own for each fiscal year; one is open.
create table ledger.shard (
    shard     bigint      primary key check (shard > 0),
    origin    text        not null unique,
    opened_at timestamptz not null,
    closed_at timestamptz check (closed_at >= opened_at)
);
create unique index shard_open on ledger.shard ((closed_at is null)) where closed_at is null;

-- A leaf. The event itself is sealed under its case's log key, which is not in this database.
create table ledger.entry (
    shard        bigint      not null references ledger.shard,
    idx          bigint      not null check (idx >= 0),
    event_id     uuid        not null,
    case_id      uuid        not null,
    seq          bigint      not null check (seq >= 0),
    type         smallint    not null check (type > 0),
    agency       text        not null,
    at           timestamptz not null,
    leaf         bytea       not null check (length(leaf) = 40),
    sealed       bytea       not null,
    sequenced_at timestamptz not null,
    primary key (shard, idx, sequenced_at)
) partition by range (sequenced_at);
create index entry_case on ledger.entry (case_id, seq);
create index entry_event on ledger.entry (event_id);
-- What falls into no month's partition is kept here: an entry is never refused for want of one.
create table ledger.entry_default partition of ledger.entry default;

-- The log as far as it goes: its size and the roots of the complete subtrees it is made of, the largest first.
create table ledger.frontier (
    shard  bigint primary key references ledger.shard,
    size   bigint not null check (size >= 0),
    hashes bytea  not null check (length(hashes) = 32 * length(replace(size::bit(64)::text, '0', '')))
);

-- Roots of complete subtrees eight, sixteen … levels high: with the leaves, all that a proof or a tile needs.
create table ledger.node (
    shard bigint   not null references ledger.shard,
    level smallint not null check (level > 0 and level % 8 = 0),
    idx   bigint   not null check (idx >= 0),
    hash  bytea    not null check (length(hash) = 32),
    primary key (shard, level, idx)
);

-- What the next event of a case follows, and what the answer to an offer answers.
create table ledger.chain (
    case_id   uuid   primary key,
    next_seq  bigint not null check (next_seq > 0),
    leaf_hash bytea  not null check (length(leaf_hash) = 32)
);
create table ledger.offer (
    about     uuid  primary key,
    leaf_hash bytea not null check (length(leaf_hash) = 32)
);

-- Heads as the signer signed them. The signer may have signed a later one whose answer nobody heard; it says so when it is asked again.
create table ledger.head (
    shard     bigint      not null references ledger.shard,
    size      bigint      not null check (size > 0),
    root      bytea       not null check (length(root) = 32),
    note      text        not null,
    signed_at timestamptz not null,
    primary key (shard, size)
);

-- How far the history was read.
create table ledger.position (
    is_one boolean primary key default true check (is_one),
    tx     xid8    not null,
    id     bigint  not null
);
insert into ledger.position (tx, id) values ('0', 0);

-- ---- no gap and no second leaf -------------------------------------------------------------------------
-- A partitioned table cannot say that (shard, idx) is unique. Entries come after one another, from where the log ends; and the log ends
-- where its entries end.
create function ledger.entries_follow() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $fn$
begin
    if exists (select from added a
                group by a.shard
               having count(*) <> max(a.idx) - min(a.idx) + 1 or count(distinct a.idx) <> count(*)
                   or min(a.idx) is distinct from (select f.size from ledger.frontier f where f.shard = a.shard)) then
        raise exception 'entries follow one another from where the log ends' using errcode = '23514';
    end if;
    return null;
end
$fn$;
create trigger follow after insert on ledger.entry
    referencing new table as added for each statement execute function ledger.entries_follow();

create function ledger.frontier_counts() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $fn$
begin
    if new.shard <> old.shard or new.size < old.size
       or new.size - old.size <> (select count(*) from ledger.entry e where e.shard = old.shard and e.idx >= old.size) then
        raise exception 'the log ends where its entries end' using errcode = '23514';
    end if;
    return new;
end
$fn$;
create trigger counts before update on ledger.frontier for each row execute function ledger.frontier_counts();

-- partitions_ahead: this month's partition and those of the next three; how many were made. A month whose entries are already in the
-- default partition goes without.
create function ledger.partitions_ahead() returns bigint
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $fn$
declare
    first timestamp := date_trunc('month', now() at time zone 'UTC');
    name  text;
    made  bigint := 0;
begin
    for n in 0..3 loop
        name := 'entry_' || to_char(first + n * interval '1 month', 'YYYYMM');
        if to_regclass('ledger.' || name) is not null then
            continue;
        end if;
        begin
            execute format('create table ledger.%I partition of ledger.entry for values from (%L) to (%L)', name,
                           (first + n * interval '1 month') at time zone 'UTC', (first + (n + 1) * interval '1 month') at time zone 'UTC');
            execute format('alter table ledger.%I enable row level security', name);
            execute format('alter table ledger.%I force row level security', name);
            made := made + 1;
        exception when check_violation then
            null;
        end;
    end loop;
    return made;
end
$fn$;
revoke execute on function ledger.partitions_ahead() from public;
grant execute on function ledger.partitions_ahead() to km_sequencer;

-- ---- who may -------------------------------------------------------------------------------------------
-- Only the sequencer under its own ticket; auditors see which events there are, and nothing of what they say.
select kashimaru.secure('ledger.shard', 'ledger.entry', 'ledger.entry_default', 'ledger.frontier', 'ledger.node', 'ledger.chain',
                        'ledger.offer', 'ledger.head', 'ledger.position');
do $do$
declare
    name text;
begin
    foreach name in array array['shard', 'entry', 'frontier', 'node', 'chain', 'offer', 'head', 'position'] loop
        execute format($sql$
            create policy service on ledger.%I
             using ((select kashimaru.is_service('sequencer'))) with check ((select kashimaru.is_service('sequencer')))
            $sql$, name);
    end loop;
end
$do$;
create policy auditor on ledger.entry for select to km_audit using ((select kashimaru.my_role()) = 'auditor');
grant usage on schema ledger to km_audit;
grant select on ledger.entry to km_audit;

grant select, insert on ledger.shard, ledger.entry, ledger.node, ledger.head to km_sequencer;
grant select, insert, update on ledger.chain, ledger.offer to km_sequencer;
grant select, insert on ledger.frontier to km_sequencer;
grant update (size, hashes) on ledger.frontier to km_sequencer;
grant select on ledger.position to km_sequencer;
grant update (tx, id) on ledger.position to km_sequencer;

-- It reads the whole history and adds nothing to it. What the readers' policy asks must be its to ask, though it never comes to that.
create policy sequencer on audit.event for select to km_sequencer using ((select kashimaru.is_service('sequencer')));
grant usage on schema audit to km_sequencer;
grant select on audit.event to km_sequencer;
grant execute on function audit.part_until(uuid, text), audit.asker() to km_sequencer;
grant select on sequence kashimaru.proven, kashimaru.proven_service to km_sequencer;
grant execute on function kashimaru.ticket(text[], text[]), kashimaru.is_service(text), kashimaru.has_ticket(), kashimaru.my_role(),
      kashimaru.my_agency_as(text[]), kashimaru.prove(text, text[], bigint) to km_sequencer;
