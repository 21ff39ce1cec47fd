-- The log over the years: another one begins each fiscal year, or after a disaster, and no leaf is left behind; and the history is read on
-- where it was, on whatever server it is read in.

-- ---- whose transactions the history counts --------------------------------------------------------------
-- A dump that is read in somewhere else brings rows with the numbers of another server's transactions. They are looked through once by their
-- ids: what is a leaf already is put behind the position, what is none before everything that comes (again, again_to: how far, until where).
alter table ledger.position add column cluster bigint;
alter table ledger.position add column again bigint;
alter table ledger.position add column again_to bigint;
alter table ledger.position add constraint position_again check ((again is null) = (again_to is null) and again <= again_to);

-- is_put_behind: a row of the history with this id may be given a place before all transactions.
create function ledger.is_put_behind(of_id bigint) returns boolean
    language sql stable security definer set search_path = pg_catalog, pg_temp as $fn$
    select exists (select from ledger.position p where of_id > p.again and of_id <= p.again_to)
$fn$;

-- is_left: a leaf of a closed log that no head of it covers. Such a one goes into the open log.
create function ledger.is_left(of_shard bigint, of_idx bigint) returns boolean
    language sql stable security definer set search_path = pg_catalog, pg_temp as $fn$
    select exists (select from ledger.shard s where s.shard = of_shard and s.closed_at is not null)
       and of_idx >= coalesce((select max(h.size) from ledger.head h where h.shard = of_shard), 0)
$fn$;

-- The owner of the schemas may be no superuser: what the functions below do, and no more.
do $do$
begin
    execute format('create policy owner_resumes on ledger.position to %I using (true)', current_user);
    execute format('create policy owner_puts_behind on audit.event for update to %I using (ledger.is_put_behind(id))', current_user);
    execute format('create policy owner_carries on ledger.entry for update to %I using (ledger.is_left(shard, idx)) with check (true)',
                   current_user);
    execute format('create policy owner_carries on ledger.node to %I using (true)', current_user);
    if not exists (select from pg_policies where schemaname = 'ledger' and tablename = 'entry' and policyname = 'owner_reads') then
        perform kashimaru.open_to_owner('ledger.entry');
    end if;
end
$do$;
select kashimaru.open_to_owner('ledger.head');
update ledger.position set cluster = (select c.system_identifier from pg_control_system() c) where tx < pg_snapshot_xmax(pg_current_snapshot());

create function ledger.sequencer_only() returns void language plpgsql set search_path = pg_catalog, pg_temp as $fn$
begin
    if not kashimaru.is_service('sequencer') then
        raise exception 'only the sequencer may do this' using errcode = '42501';
    end if;
end
$fn$;

-- history_again: this server's transactions from now on; the id of the last row. Who writes is waited for, so that every row up to it is
-- there.
create function ledger.history_again() returns bigint
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $fn$
declare
    last bigint;
begin
    perform ledger.sequencer_only();
    perform set_config('lock_timeout', '10s', true);
    lock table audit.event in share mode;
    update ledger.position
       set tx = '3', id = 9223372036854775807, cluster = (select c.system_identifier from pg_control_system() c), again = 0,
           again_to = (select coalesce(max(e.id), 0) from audit.event e)
    returning again_to into last;
    return last;
end
$fn$;

-- history_looked: all rows up to this id are leaves, but for the unread; whether more are to be looked at.
create function ledger.history_looked(upto bigint, unread bigint[]) returns boolean
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $fn$
declare
    is_more boolean;
begin
    perform ledger.sequencer_only();
    update audit.event e
       set tx = case when e.id = any(unread) then '4'::xid8 else '3'::xid8 end
      from ledger.position p
     where e.id > p.again and e.id <= least(upto, p.again_to);
    update ledger.position
       set again = case when upto < again_to then upto end, again_to = case when upto < again_to then again_to end
     where again is not null
    returning again is not null into is_more;
    return coalesce(is_more, false);
end
$fn$;

-- ---- no leaf is left behind -------------------------------------------------------------------------------
-- What may be changed of an entry is asked of each row (kashimaru.append_only_but_erased); that a log has no gap, of all of them.
create function ledger.entries_carried() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $fn$
begin
    if not exists (select from added a join gone g using (case_id, seq) where (a.shard, a.idx) <> (g.shard, g.idx)) then
        return null;
    end if;
    if (select count(*) from added) <> (select count(*) from added a join gone g using (case_id, seq)) -- a leaf is nobody else's
       or exists (select from added a join gone g using (case_id, seq)
                   where not exists (select from ledger.shard s where s.shard = a.shard and s.closed_at is null)
                      or a.idx <> g.idx - coalesce((select max(h.size) from ledger.head h where h.shard = g.shard), 0)
                      or exists (select from ledger.entry e where e.shard = g.shard and ledger.is_left(e.shard, e.idx)))
       or exists (select from added a group by a.shard
                  having count(*) <> max(a.idx) + 1 or count(distinct a.idx) <> count(*)
                      or 0 is distinct from (select f.size from ledger.frontier f where f.shard = a.shard)) then
        raise exception 'leaves are carried over all at once, in their order, to the beginning of the open log' using errcode = '23514';
    end if;
    return null;
end
$fn$;
create trigger carried after update on ledger.entry
    referencing old table as gone new table as added for each statement execute function ledger.entries_carried();

-- A log ends where its entries end; a closed one may go back to its last head, when what was beyond it is not there any more.
create or replace function ledger.frontier_counts() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $fn$
declare
    is_back boolean := new.size < old.size and ledger.is_left(old.shard, new.size)
                       and new.size = coalesce((select max(h.size) from ledger.head h where h.shard = old.shard), 0);
begin
    if new.shard <> old.shard or (new.size < old.size and not is_back)
       or (select count(*) from ledger.entry e where e.shard = old.shard and e.idx >= least(old.size, new.size))
          <> greatest(new.size - old.size, 0) then
        raise exception 'the log ends where its entries end' using errcode = '23514';
    end if;
    return new;
end
$fn$;

-- subtree: the root of a complete subtree (RFC 6962), as leaves and nodes have it. frontier_at: of the first `size` leaves.
create function ledger.subtree(of_shard bigint, of_level int, of_idx bigint) returns bytea
    language plpgsql stable set search_path = pg_catalog, pg_temp as $fn$
declare
    n bigint := 1::bigint << (of_level % 8);
    v bytea[];
begin
    if of_level < 8 then
        v := array(select sha256('\x00'::bytea || e.leaf) from ledger.entry e
                    where e.shard = of_shard and e.idx >= of_idx * n and e.idx < (of_idx + 1) * n order by e.idx);
    else
        v := array(select x.hash from ledger.node x
                    where x.shard = of_shard and x.level = of_level - of_level % 8 and x.idx >= of_idx * n and x.idx < (of_idx + 1) * n
                    order by x.idx);
    end if;
    if cardinality(v) <> n then
        raise exception 'log % lacks a leaf or a node', of_shard using errcode = 'XX001';
    end if;
    while n > 1 loop
        n := n / 2;
        for i in 1..n loop
            v[i] := sha256('\x01'::bytea || v[2 * i - 1] || v[2 * i]);
        end loop;
    end loop;
    return v[1];
end
$fn$;

create function ledger.frontier_at(of_shard bigint, size bigint) returns bytea
    language plpgsql stable set search_path = pg_catalog, pg_temp as $fn$
declare
    done   bigint := 0;
    hashes bytea  := '';
begin
    for level in reverse 62..0 loop
        if size & (1::bigint << level) <> 0 then
            hashes := hashes || ledger.subtree(of_shard, level, done >> level);
            done := done + (1::bigint << level);
        end if;
    end loop;
    return hashes;
end
$fn$;

-- grow: the frontier and the nodes of a log that has entries, but none counted yet.
create function ledger.grow(of_shard bigint) returns void language plpgsql set search_path = pg_catalog, pg_temp as $fn$
declare
    v     bytea[] := '{}';
    n     bigint  := 0;
    hash  bytea;
    level int;
    leaf  bytea;
begin
    for leaf in select e.leaf from ledger.entry e where e.shard = of_shard order by e.idx loop
        hash := sha256('\x00'::bytea || leaf);
        level := 0;
        while n & (1::bigint << level) <> 0 loop
            hash := sha256('\x01'::bytea || v[cardinality(v)] || hash);
            v := v[:cardinality(v) - 1];
            level := level + 1;
            if level % 8 = 0 then
                insert into ledger.node (shard, level, idx, hash) values (of_shard, level, n >> level, hash);
            end if;
        end loop;
        v := v || hash;
        n := n + 1;
    end loop;
    update ledger.frontier f set size = n, hashes = coalesce((select string_agg(h, ''::bytea order by i) from unnest(v) with ordinality as x(h, i)), '')
     where f.shard = of_shard;
end
$fn$;

-- carry_over: the leaves of a closed log that no head of it covers become the first of the open one, in their order; how many.
create function ledger.carry_over(from_shard bigint, to_shard bigint) returns bigint
    language plpgsql set search_path = pg_catalog, pg_temp as $fn$
declare
    covered bigint := coalesce((select max(h.size) from ledger.head h where h.shard = from_shard), 0);
    there   bigint := (select f.size from ledger.frontier f where f.shard = from_shard);
    ends    bytea;
begin
    if there <= covered then
        return 0;
    end if;
    ends := ledger.frontier_at(from_shard, covered);
    delete from ledger.node x where x.shard = from_shard and ((x.idx + 1) << x.level) > covered;
    update ledger.entry e set shard = to_shard, idx = e.idx - covered where e.shard = from_shard and e.idx >= covered;
    update ledger.frontier f set size = covered, hashes = ends where f.shard = from_shard;
    perform ledger.grow(to_shard);
    return there - covered;
end
$fn$;

-- year_next: the log of a later fiscal year, after the signer opened it.
create function ledger.year_next(new_origin text) returns text
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $fn$
declare
    was text := (select s.origin from ledger.shard s where s.closed_at is null);
begin
    perform ledger.sequencer_only();
    if was = new_origin then
        return was;
    end if;
    if new_origin !~ '/[0-9]{4}$' or was !~ '/[0-9]{4}(-[0-9]+)?$'
       or regexp_replace(was, '/[0-9]{4}(-[0-9]+)?$', '') <> regexp_replace(new_origin, '/[0-9]{4}$', '')
       or substring(was from '/([0-9]{4})(?:-[0-9]+)?$') >= substring(new_origin from '/([0-9]{4})$') then
        raise exception 'the log of a later year follows' using errcode = '42501';
    end if;
    return ledger.shard_next(new_origin);
end
$fn$;

-- lag: rows of the history that are no leaf yet and leaves without a head, each: how many, and how many seconds the oldest waits.
create function ledger.lag() returns text language sql stable set search_path = pg_catalog, pg_temp as $fn$
    select concat_ws(' ', r.n, r.s, l.n, l.s)
      from (select count(*) as n, coalesce(greatest(extract(epoch from now() - min(e.at)), 0), 0)::bigint as s
              from audit.event e, ledger.position p
             where (e.tx, e.id) > (p.tx, p.id)) r,
           (select count(*) as n, coalesce(greatest(extract(epoch from now() - min(e.sequenced_at)), 0), 0)::bigint as s
              from ledger.shard s
              join ledger.entry e on e.shard = s.shard and e.idx >= coalesce((select max(h.size) from ledger.head h where h.shard = s.shard), 0)
             where s.closed_at is null) l
$fn$;

do $do$
declare
    f text;
begin
    foreach f in array array['is_put_behind(bigint)', 'is_left(bigint, bigint)', 'sequencer_only()', 'history_again()',
                             'history_looked(bigint, bigint[])', 'entries_carried()', 'subtree(bigint, int, bigint)',
                             'frontier_at(bigint, bigint)', 'grow(bigint)', 'carry_over(bigint, bigint)', 'year_next(text)', 'lag()'] loop
        execute format('revoke execute on function ledger.%s from public', f);
    end loop;
end
$do$;
grant execute on function ledger.history_again(), ledger.history_looked(bigint, bigint[]), ledger.year_next(text), ledger.is_left(bigint, bigint) to km_sequencer;
