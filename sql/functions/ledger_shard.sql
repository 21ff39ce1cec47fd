-- shard_next: closes the open log and opens another that begins with the leaves no head of the old one covers, and goes on from where the
-- history was read to; what is open already stays as it is. For the owner of the schemas (kashimaru audit reshard), and for the sequencer by
-- ledger.year_next, after the signer agreed: heads of the old log are not signed any more.
create or replace function ledger.shard_next(new_origin text) returns text
    language plpgsql set search_path = pg_catalog, pg_temp as $fn$
declare
    was  bigint;
    next bigint;
begin
    perform pg_advisory_xact_lock(7884563411); -- the sequencer's turn
    if exists (select from ledger.shard where origin = new_origin and closed_at is null) then
        return new_origin;
    end if;
    update ledger.shard set closed_at = greatest(now(), opened_at) where closed_at is null returning shard into was;
    insert into ledger.shard (shard, origin, opened_at)
    select coalesce(max(shard), 0) + 1, new_origin, now() from ledger.shard returning shard into next;
    insert into ledger.frontier (shard, size, hashes) values (next, 0, '');
    perform ledger.carry_over(was, next);
    return new_origin;
end
$fn$;
revoke execute on function ledger.shard_next(text) from public;

do $do$
declare
    t text;
begin
    foreach t in array array['shard', 'frontier'] loop
        if not exists (select from pg_policies where schemaname = 'ledger' and tablename = t and policyname = 'owner') then
            execute format('create policy owner on ledger.%I to %I using (true)', t, current_user);
        end if;
    end loop;
end
$do$;
