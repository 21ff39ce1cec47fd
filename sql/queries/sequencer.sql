-- The ledger: the history in, leaves and heads out. Only the sequencer runs these, all under its own ticket.

-- ---- the log and its turn -----------------------------------------------------

-- name: shard_first :exec
-- in:   origin text, at time
with made as (
    insert into ledger.shard (shard, origin, opened_at)
    select 1, $origin, $at::timestamptz
     where not exists (select from ledger.shard)
    returning shard
)
insert into ledger.frontier (shard, size, hashes)
select shard, 0, '' from made;

-- name: shard_now :many 1
-- out:  shard i64, origin text, size i64, hashes bytes
select s.shard, s.origin, f.size, f.hashes
  from ledger.shard s
  join ledger.frontier f on f.shard = s.shard
 where s.closed_at is null;

-- Whoever has the duty asks for heads and writes the files; it ends with the connection, also of a sequencer that was killed.
-- name: duty_take :one
-- out:  is_mine bool
select pg_try_advisory_lock(7884563412) as is_mine;

-- Whoever has the turn sequences, until the transaction ends. A position of another server says nothing about this one's transactions: a dump
-- was read in.
-- name: turn_take :one
-- out:  is_mine bool, is_elsewhere bool, is_looking bool
select pg_try_advisory_xact_lock(7884563411) as is_mine,
       p.cluster is distinct from c.system_identifier or pg_snapshot_xmax(pg_current_snapshot()) <= p.tx as is_elsewhere,
       p.again is not null as is_looking
  from ledger.position p, pg_control_system() c;

-- name: year_next :one
-- in:   origin text
-- out:  origin text
select ledger.year_next($origin) as origin;

-- Of a log that was closed since there is none: whoever closes it takes the turn first.
-- name: frontier_lock :one
-- in:   shard i64
-- out:  size i64, hashes bytes
-- plan: frontier_pkey
select f.size, f.hashes
  from ledger.frontier f
 where f.shard = $shard
   and exists (select from ledger.shard s where s.shard = f.shard and s.closed_at is null)
   for update;

-- name: partitions :one
-- out:  made i64
select ledger.partitions_ahead() as made;

-- ---- what happened --------------------------------------------------------------

-- Of a request of an agency's own system (ledger/request.h) only the digest is wanted.
-- name: rows_new :many 4000
-- in:   most i64
-- out:  tx i64, id i64, case_id uuid, at time, happened text, source text, agency text, actor text, counterpart text, about uuid?, detail text, reason text, trace text, due time?, request bytes?
-- plan: event_tx
select e.tx::text::bigint as tx, e.id, e.case_id, e.at, e.happened, regexp_replace(e.source, '^km_', '') as source,
       coalesce(e.agency, '') as agency, coalesce(e.actor, '') as actor, coalesce(e.counterpart, '') as counterpart, e.about,
       coalesce(e.detail, '') as detail, coalesce(e.reason, '') as reason, coalesce(e.trace, '') as trace, e.due, sha256(e.request) as request
  from audit.event e
 where (e.tx, e.id) > ((select p.tx from ledger.position p), (select p.id from ledger.position p))
   and e.tx < pg_snapshot_xmin(pg_current_snapshot())
 order by e.tx, e.id
 limit $most;

-- ---- after a dump was read in: which rows are leaves already ---------------------

-- name: look_begin :one
-- out:  last i64
select ledger.history_again() as last;

-- name: look_rows :many 2000
-- out:  id i64
-- plan: event_pkey
select e.id from audit.event e
 where e.id > (select p.again from ledger.position p) and e.id <= (select p.again_to from ledger.position p)
 order by e.id
 limit 2000;

-- name: look_known :many 4000
-- in:   ids uuid[]
-- out:  event_id uuid
select event_id from ledger.entry where event_id = any($ids::uuid[]);

-- name: look_done :one
-- in:   upto i64, unread i64[]
-- out:  is_more bool
select ledger.history_looked($upto, $unread::bigint[]) as is_more;

-- ---- what its events follow -------------------------------------------------------

-- name: chains_of :many 4000
-- in:   cases uuid[]
-- out:  case_id uuid, next_seq i64, leaf_hash bytes
-- plan: chain_pkey
select case_id, next_seq, leaf_hash from ledger.chain where case_id = any($cases::uuid[]);

-- name: offers_of :many 4000
-- in:   abouts uuid[]
-- out:  about uuid, leaf_hash bytes
-- plan: offer_pkey
select about, leaf_hash from ledger.offer where about = any($abouts::uuid[]);

-- ---- what becomes of it -----------------------------------------------------------

-- name: entries_put :exec
-- in:   shard i64, from i64, ids uuid[], cases uuid[], seqs i64[], types i64[], agencies text[], ats time[], leaves bytes[], sealeds bytes[], at time
insert into ledger.entry (shard, idx, event_id, case_id, seq, type, agency, at, leaf, sealed, sequenced_at)
select $shard::bigint, $from::bigint + w.n - 1, w.id, w.case_id, w.seq, w.type::smallint, w.agency, w.at, w.leaf, w.sealed,
       $at::timestamptz
  from unnest($ids::uuid[], $cases::uuid[], $seqs::bigint[], $types::bigint[], $agencies::text[], $ats::timestamptz[],
              $leaves::bytea[], $sealeds::bytea[])
       with ordinality as w(id, case_id, seq, type, agency, at, leaf, sealed, n);

-- name: nodes_put :exec
-- in:   shard i64, levels i64[], idxs i64[], hashes bytes[]
insert into ledger.node (shard, level, idx, hash)
select $shard::bigint, w.level::smallint, w.idx, w.hash
  from unnest($levels::bigint[], $idxs::bigint[], $hashes::bytea[]) as w(level, idx, hash);

-- name: chains_put :exec
-- in:   cases uuid[], seqs i64[], hashes bytes[]
insert into ledger.chain (case_id, next_seq, leaf_hash)
select w.case_id, w.seq, w.hash
  from unnest($cases::uuid[], $seqs::bigint[], $hashes::bytea[]) as w(case_id, seq, hash)
    on conflict (case_id) do update set next_seq = excluded.next_seq, leaf_hash = excluded.leaf_hash;

-- name: offers_put :exec
-- in:   abouts uuid[], hashes bytes[]
insert into ledger.offer (about, leaf_hash)
select w.about, w.hash
  from unnest($abouts::uuid[], $hashes::bytea[]) as w(about, hash)
    on conflict (about) do update set leaf_hash = excluded.leaf_hash;

-- name: frontier_put :exec 1
-- in:   shard i64, size i64, hashes bytes
-- plan: frontier_pkey
update ledger.frontier set size = $size, hashes = $hashes where shard = $shard;

-- name: position_put :exec 1
-- in:   tx i64, id i64
update ledger.position set tx = ($tx::bigint)::text::xid8, id = $id;

-- ---- heads, and what proofs and tiles are made of ----------------------------------

-- name: head_last :many 1
-- in:   shard i64
-- out:  size i64, root bytes, note text
-- plan: head_pkey
select size, root, note from ledger.head where shard = $shard order by size desc limit 1;

-- name: heads_closed :many 64
-- out:  shard i64, origin text, size i64, note text
select s.shard, s.origin, h.size, h.note
  from ledger.shard s
 cross join lateral (select h.size, h.note from ledger.head h where h.shard = s.shard order by h.size desc limit 1) h
 where s.closed_at is not null
 order by s.shard desc
 limit 64;

-- name: head_put :exec
-- in:   shard i64, size i64, root bytes, note text, at time
insert into ledger.head (shard, size, root, note, signed_at)
values ($shard, $size, $root, $note, $at)
    on conflict (shard, size) do nothing;

-- name: leaves_between :many 256
-- in:   shard i64, from i64, to i64
-- out:  leaf bytes
select leaf from ledger.entry where shard = $shard and idx >= $from and idx < $to order by idx;

-- name: nodes_between :many 256
-- in:   shard i64, level i64, from i64, to i64
-- out:  hash bytes
-- plan: node_pkey
select hash from ledger.node where shard = $shard and level = $level::bigint::smallint and idx >= $from and idx < $to order by idx;
