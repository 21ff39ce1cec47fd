-- Leaves that no head covers go from a closed log to the beginning of the open one, all of them and in their order, and nothing else of a log
-- is ever moved; a new year's log is the sequencer's to open; and after a dump was read in, rows are looked through once.
begin;
select plan(63);
set search_path = tap, public;

-- root: of leaves [lo, hi) of a log, as RFC 6962 §2.1 defines it: of the leaves alone, and recursively.
create function pg_temp.root(of_shard bigint, lo bigint, hi bigint) returns bytea language plpgsql as $fn$
declare
    k bigint := 1;
begin
    if hi = lo then
        return sha256('');
    elsif hi = lo + 1 then
        return (select sha256('\x00'::bytea || leaf) from ledger.entry where shard = of_shard and idx = lo);
    end if;
    while k * 2 < hi - lo loop
        k := k * 2;
    end loop;
    return sha256('\x01'::bytea || pg_temp.root(of_shard, lo, lo + k) || pg_temp.root(of_shard, lo + k, hi));
end
$fn$;
-- folded: the root that a log's frontier row makes.
create function pg_temp.folded(of_shard bigint) returns bytea language plpgsql as $fn$
declare
    f ledger.frontier := (select x from ledger.frontier x where x.shard = of_shard);
    r bytea := substring(f.hashes from length(f.hashes) - 31);
begin
    for i in reverse length(f.hashes) / 32 - 2..0 loop
        r := sha256('\x01'::bytea || substring(f.hashes from i * 32 + 1 for 32) || r);
    end loop;
    return r;
end
$fn$;
-- add: n entries at the end of a log, the nth of all being leaf n.
create function pg_temp.add(of_shard bigint, first bigint, n bigint) returns void language sql as $fn$
    insert into ledger.entry
    select of_shard, (select size from ledger.frontier where shard = of_shard) + i - first, gen_random_uuid(), '00000000-0000-4000-8000-0000000000c1', i, 15, 'A001',
           now(), decode(lpad(to_hex(i), 80, '0'), 'hex'), 'KMR1', now()
      from generate_series(first, first + n - 1) i
$fn$;
create function pg_temp.signs(of_shard bigint, size bigint) returns void language sql as $fn$
    insert into ledger.head values (of_shard, size, pg_temp.root(of_shard, 0, size), 'note', now())
$fn$;
create function pg_temp.numbers(of_shard bigint) returns text language sql as $fn$
    select md5(string_agg(('x' || right(encode(leaf, 'hex'), 8))::bit(32)::int::text, ' ' order by idx)) from ledger.entry where shard = of_shard
$fn$;
create function pg_temp.from_to(lo int, hi int) returns text language sql as $fn$ select md5(string_agg(i::text, ' ')) from generate_series(lo, hi) i $fn$;

insert into ledger.shard values (1, 'log.example/handoff/2025', '2025-04-01', null);
insert into ledger.frontier values (1, 0, '');
select pg_temp.add(1, 0, 600);
select ledger.grow(1);
select is(pg_temp.folded(1), pg_temp.root(1, 0, 600), 'a log of 600 leaves grows as RFC 6962 says');
select set_eq('select level::int, idx from ledger.node where shard = 1', $$ values (8, 0::bigint), (8, 1) $$, 'with its nodes');
select is(hash, pg_temp.root(1, idx * 256, idx * 256 + 256), 'each the root of its subtree') from ledger.node where shard = 1;
select pg_temp.signs(1, 517);

-- ---- an open log stays as it is ------------------------------------------------------------------------
select is(tap.outcome(who, statement), '42501', 'open: ' || who || ': ' || statement)
  from unnest(array['km_sequencer', 'km_audit', session_user::text]) as who,
       unnest(array['update ledger.entry set idx = idx - 517, shard = 2 where idx >= 517', 'delete from ledger.entry where idx >= 517']) as statement;
select is(tap.outcome(session_user, $$ update ledger.frontier set size = 517, hashes = substring(hashes for 96) $$), '23514', 'open: its end stays');

-- ---- the new year -----------------------------------------------------------------------------------------
select is(tap.outcome('km_sequencer', format('select ledger.year_next(%L)', name)), '42501', 'year: not ' || name)
  from unnest(array['log.example/handoff/2024', 'log.example/other/2026', 'log.example/handoff/2026-2', 'log.example/handoff/26']) as name;
select is(tap.outcome('km_audit', $$ select ledger.year_next('log.example/handoff/2026') $$), '42501', 'year: nobody but the sequencer');
select is(tap.outcome('km_sequencer', $$ select ledger.year_next('log.example/handoff/2026') $$, tap.service('audit')), '42501',
          'year: under its own ticket');
select is(tap.outcome('km_sequencer', $$ select ledger.shard_next('log.example/handoff/2026') $$), '42501', 'year: and only so');
select is(tap.outcome('km_sequencer', $$ select ledger.year_next('log.example/handoff/2026') $$), 'ok', 'year: the next is opened');
select is(tap.outcome('km_sequencer', $$ select ledger.year_next('log.example/handoff/2026') $$), 'ok', 'year: which may be said twice');
select results_eq('select shard, origin, closed_at is null from ledger.shard order by 1',
                  $$ values (1::bigint, 'log.example/handoff/2025', false), (2, 'log.example/handoff/2026', true) $$, 'year: one is open');

-- ---- what went over ------------------------------------------------------------------------------------------
select is(pg_temp.numbers(1), pg_temp.from_to(0, 516), 'what is signed stays');
select is(pg_temp.numbers(2), pg_temp.from_to(517, 599), 'the rest goes over, in its order');
select results_eq('select idx from ledger.entry where shard = 2 order by idx', 'select * from generate_series(0::bigint, 82)', 'numbered from 0');
select is((select size from ledger.frontier where shard = 1), 517::bigint, 'the closed log ends at its head');
select is(pg_temp.folded(1), (select root from ledger.head where shard = 1), 'with the root that was signed');
select is(pg_temp.folded(2), pg_temp.root(2, 0, 83), 'the new one is a tree');
select is((select count(*) from ledger.node where shard = 2), 0::bigint, 'of less than 256');

-- ---- and again, where nothing is signed, and from where all is ------------------------------------------------
select pg_temp.add(2, 600, 300);
do $do$
begin
    -- as the sequencer does: nodes and frontier with the entries
    insert into ledger.node values (2, 8, 0, pg_temp.root(2, 0, 256));
    update ledger.frontier set size = 383, hashes = ledger.frontier_at(2, 383) where shard = 2;
end
$do$;
select is(pg_temp.folded(2), pg_temp.root(2, 0, 383), 'a frontier from nodes and leaves');
select is(ledger.shard_next('log.example/handoff/2026-2'), 'log.example/handoff/2026-2', 'nothing signed: another is opened');
select is(pg_temp.numbers(2), null, 'nothing signed: nothing stays');
select is(pg_temp.numbers(3), pg_temp.from_to(517, 899), 'nothing signed: all goes over');
select is((select size || ':' || length(hashes) from ledger.frontier where shard = 2), '0:0', 'nothing signed: it ends empty');
select is((select string_agg(shard || ':' || level || ':' || idx, ' ' order by shard, level, idx) from ledger.node), '1:8:0 1:8:1 3:8:0',
          'nodes go with their leaves');
select is((select hash from ledger.node where shard = 3), pg_temp.root(3, 0, 256), 'and are made anew');
select pg_temp.signs(3, 383);
select is(ledger.shard_next('log.example/handoff/2026-3'), 'log.example/handoff/2026-3', 'all signed: another is opened');
select is(pg_temp.numbers(3), pg_temp.from_to(517, 899), 'all signed: all stays');
select is((select size from ledger.frontier where shard = 4), 0::bigint, 'all signed: the new one is empty');

-- ---- nothing but that ---------------------------------------------------------------------------------------------
select pg_temp.add(4, 900, 4);
update ledger.frontier set size = 4, hashes = ledger.frontier_at(4, 4) where shard = 4;
select pg_temp.signs(4, 1);
update ledger.shard set closed_at = now() where shard = 4;
insert into ledger.shard values (5, 'log.example/handoff/2026-4', now(), null);
insert into ledger.frontier values (5, 0, '');
select is(tap.outcome(session_user, 'update ledger.entry set ' || change), want, change)
  from (values ('shard = 5, idx = 0 where shard = 4 and idx = 0', '42501'),
               ('shard = 5, idx = 0 where shard = 4 and idx = 1', '23514'),
               ('shard = 5, idx = 3 - idx where shard = 4 and idx >= 1', '23514'),
               ('shard = 5 where shard = 4 and idx >= 1', '23514'),
               ('shard = 5, idx = 0 where shard = 4 and idx >= 1', '23505'),
               ('shard = 5, idx = idx - 1, seq = seq + 1 where shard = 4 and idx >= 1', '42501'),
               ('shard = 3, idx = idx - 1 where shard = 4 and idx >= 1', '42501'),
               ('shard = 5, idx = idx - 1 where shard = 4', '42501')) as t(change, want);
select is(tap.outcome('km_sequencer', 'update ledger.entry set shard = 5, idx = idx - 1 where shard = 4 and idx >= 1'), '42501', 'nor by the sequencer');
select is(tap.outcome('km_sequencer', 'select ledger.carry_over(4, 5)'), '42501', 'which may not ask for it either');
select is(tap.outcome(session_user, format('update ledger.frontier set size = 1, hashes = %L where shard = 4', decode(repeat('00', 32), 'hex'))), '23514',
          'no end before leaves that are there');
select is(tap.outcome(session_user, $$ update ledger.frontier set size = 0, hashes = '' where shard = 4 $$), '23514', 'nor before the last head');
select is(ledger.carry_over(4, 5), 3::bigint, 'but as it should be');

-- ---- a dump was read in ----------------------------------------------------------------------------------------------
select tap.events_aside();
insert into audit.event (case_id, at, happened) select '00000000-0000-4000-8000-0000000000c1', now(), 'note_added' from generate_series(1, 4);
create temporary table row_ids as select id, row_number() over (order by id) as n from audit.event;
grant select on row_ids to km_sequencer;
select is(tap.outcome(who, change), '42501', 'history: ' || who || ': ' || change)
  from unnest(array[session_user::text, 'km_sequencer']) as who, unnest(array[$$ update audit.event set tx = '3' $$]) as change;
select is(tap.outcome('km_audit', 'select ledger.history_again()'), '42501', 'history: nobody but the sequencer begins anew');
select is(tap.outcome('km_sequencer', 'select ledger.history_again()'), 'ok', 'history: which does');
select is(tap.outcome(session_user, change), '42501', 'history: ' || change)
  from unnest(array[$$ update audit.event set tx = '5' $$, $$ update audit.event set tx = '3', detail = 'x' $$, 'delete from audit.event']) as change;
insert into audit.event (case_id, at, happened) values ('00000000-0000-4000-8000-0000000000c1', now(), 'note_added');
select is(tap.outcome('km_sequencer', 'select ledger.history_looked((select id from row_ids where n = 2), array[(select id from row_ids where n = 1)])'), 'ok',
          'history: some are looked through');
select is((select again from ledger.position), (select id from row_ids where n = 2), 'history: so far');
select is(tap.outcome('km_sequencer', 'select ledger.history_looked(9223372036854775807, array[(select id from row_ids where n = 4)])'), 'ok',
          'history: and the rest');
select results_eq($$ select coalesce(n, 5), case when tx < '5' then tx::text else 'later' end from audit.event left join row_ids using (id) order by id $$,
                  $$ values (1::bigint, '4'), (2, '3'), (3, '3'), (4, '4'), (5, 'later') $$, 'history: the unread are read first, the read never again');
select is((select again || '' from ledger.position), null, 'history: that is done once');

select * from finish();
rollback;
