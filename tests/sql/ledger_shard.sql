-- One log is open; another takes its place for good, empty, and names are not used twice.
begin;
select plan(9);

insert into ledger.shard (shard, origin, opened_at) values (1, 'log.example/handoff/2026', '2026-04-01T00:00:00Z');
insert into ledger.frontier (shard, size, hashes) values (1, 0, '');

select is(ledger.shard_next('log.example/handoff/2026'), 'log.example/handoff/2026', 'the open one stays open');
select is((select count(*) from ledger.shard), 1::bigint, 'and nothing is added');
select is(ledger.shard_next('log.example/handoff/2026-2'), 'log.example/handoff/2026-2', 'another is opened');
select results_eq($$ select shard, origin, closed_at is null from ledger.shard order by shard $$,
                  $$ values (1::bigint, 'log.example/handoff/2026', false), (2::bigint, 'log.example/handoff/2026-2', true) $$,
                  'and the one before is closed');
select is((select size from ledger.frontier where shard = 2), 0::bigint, 'it begins empty');
select throws_ok($$ select ledger.shard_next('log.example/handoff/2026') $$, '23505', null, 'a closed one is not opened again');
select ok(not has_function_privilege('km_sequencer', 'ledger.shard_next(text)', 'execute'), 'the sequencer may not open one');
select ok(not has_function_privilege('km_audit', 'ledger.shard_next(text)', 'execute'), 'nor any other service');
select set_eq($$ select tablename::text from pg_policies where schemaname = 'ledger' and policyname = 'owner' $$,
              array['shard', 'frontier'], 'the owner sees these rows');

select * from finish();
rollback;
