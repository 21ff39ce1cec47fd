-- The ledger: no gap, no second leaf, nothing taken back, whoever asks; the history read in the order of commits.
begin;
\ir lib/fixtures.sql
select plan(26);

create function pg_temp.add(first bigint, n bigint, who name default 'km_sequencer', at text default 'now()') returns text language sql as $fn$
    select tap.outcome($3, format($q$ insert into ledger.entry
        select 1, i, gen_random_uuid(), gen_random_uuid(), 0, 15, 'A001', now(), decode(repeat('01', 40), 'hex'), 'KMR1', %s
          from generate_series(%s, %s) i $q$, $4, $1, $1 + $2 - 1))
$fn$;
create function pg_temp.grow(size bigint) returns text language sql as $fn$
    select tap.outcome('km_sequencer', format($q$ update ledger.frontier set size = %s, hashes =
        decode(repeat('00', 32 * length(replace(%s::bit(64)::text, '0', ''))), 'hex') $q$, $1, $1))
$fn$;

-- ---- no gap ----------------------------------------------------------------------------------------
select is(pg_temp.add(2, 1), '23514', 'no entry behind a gap');
select is(pg_temp.add(0, 1), '23514', 'none in the place of another');
select is(pg_temp.grow(2), '23514', 'the log does not grow without entries');
select is(pg_temp.add(1, 3), 'ok', 'entries where the log ends');
select is(pg_temp.grow(3), '23514', 'the log ends not before its entries');
select is(pg_temp.grow(5), '23514', 'nor behind them');
select is(pg_temp.grow(4), 'ok', 'but where they end');
select is(pg_temp.add(4, 1, at => '$$2020-01-01$$'), 'ok', 'of a month that has no partition too');
select is(pg_temp.grow(5), 'ok', 'and the log goes on');
select is(pg_temp.grow(4), '23514', 'and never back');
select is(outcome('km_sequencer', $$ update ledger.frontier set hashes = '' $$), '23514', 'with as many hashes as its size asks for');
select results_eq('select idx from ledger.entry where shard = 1 order by idx', 'select * from generate_series(0::bigint, 4)', 'every leaf once');

-- ---- nothing is taken back ---------------------------------------------------------------------------
select is(outcome(who, statement), '42501', who || ': ' || statement)
  from unnest(array['km_sequencer', session_user::text]) as who,
       unnest(array['update ledger.entry set leaf = leaf', 'delete from ledger.entry', 'update ledger.head set root = root', 'delete from ledger.head']) as statement;
select is(outcome('km_audit', $$ insert into ledger.shard values (2, 'x', now()) $$), '42501', 'nobody but the sequencer writes here');
select is(outcome('km_sequencer', $$ insert into ledger.shard values (2, 'x', now()) $$), '23505', 'one log is open at a time');

-- ---- partitions ----------------------------------------------------------------------------------------
select is((select ledger.partitions_ahead()), 3::bigint, 'months are made ahead; the one that began without its partition goes without');
select is((select ledger.partitions_ahead()), 0::bigint, 'once');

-- ---- the order of commits --------------------------------------------------------------------------------
select is((select count(*) from audit.event where tx = pg_current_xact_id()), 4::bigint, 'rows carry the transaction that wrote them');
select is((select count(*) from audit.event where tx < pg_snapshot_xmin(pg_current_snapshot())), 0::bigint,
          'none of a transaction that has not ended is read');

select * from finish();
rollback;
