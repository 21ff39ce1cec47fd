-- Delivery rows of every service: outbox, stream counters, inbox, answered requests. Unqualified on purpose: each service's role has
-- its own schema as search_path.

-- The ticket under which what follows in the transaction sees and writes rows; one that is not true fails. The second is for a
-- handler that goes on as the service itself: it writes nothing, so a handler that then refuses has changed nothing.
-- name: ticket_wear :exec
-- in:   line text
select kashimaru.wear($line);

-- name: ticket_self :many 1
-- in:   line text
-- out:  worn bool
select kashimaru.wear($line) as worn;

-- name: inbox_marks :many 64
-- in:   sources text[], keys uuid[]
-- out:  source text, key uuid, last i64
-- plan: inbox_pkey
select i.source, i.key, i.last_seq as last
  from (select distinct source, key from unnest($sources::text[], $keys::uuid[]) as w(source, key) order by source, key) w
 cross join lateral (select source, key, last_seq from inbox where source = w.source and key = w.key for update) i;

-- A replay writes too: acknowledging without a write could acknowledge a commit that no standby has. A stream that another worker
-- moved in between breaks inbox_last_seq_check, so the whole transaction is played again.
-- name: inbox_advance :exec
-- in:   sources text[], keys uuid[], priors i64[], lasts i64[]
insert into inbox as i (source, key, prior_seq, last_seq)
select w.source, w.key, w.prior, w.last
  from unnest($sources::text[], $keys::uuid[], $priors::bigint[], $lasts::bigint[]) as w(source, key, prior, last)
 order by w.source, w.key
    on conflict (source, key) do update
   set prior_seq = excluded.prior_seq,
       last_seq = case when i.last_seq = excluded.prior_seq then excluded.last_seq else -1 end;

-- name: request_find :many 64
-- in:   ids uuid[]
-- out:  id uuid, digest bytes, type text, answer text
-- plan: request_pkey
select r.id, r.digest, r.type, r.answer
  from request r
 where r.id = any($ids::uuid[]);

-- name: request_store :exec
-- in:   ids uuid[], digests bytes[], types text[], answers text[], at time
insert into request (id, digest, type, answer, at)
select w.id, w.digest, w.type, w.answer, $at::timestamptz
  from unnest($ids::uuid[], $digests::bytea[], $types::text[], $answers::text[]) as w(id, digest, type, answer);

-- name: request_purge :exec
-- in:   before time
-- plan: request_at
delete from request
 where id in (select id from request where at < $before::timestamptz limit 1000);

-- The streams that grow, each once with how many it gets; then the messages, each with how many of its stream come behind it.
-- name: outbox_put :many 256
-- in:   stream_dests text[], stream_keys uuid[], counts i64[], dests text[], keys uuid[], behinds i64[], ids uuid[], types text[], payloads text[], actors text[], roles text[], agencies text[], traces text[], at time, next time
-- out:  id uuid, seq i64
with c as (
    insert into stream_out as s (dest, key, last_seq)
    select w.dest, w.key, w.n
      from unnest($stream_dests::text[], $stream_keys::uuid[], $counts::bigint[]) as w(dest, key, n)
     order by w.dest, w.key
        on conflict (dest, key) do update set last_seq = s.last_seq + excluded.last_seq
    returning s.dest, s.key, s.last_seq
)
insert into outbox (dest, key, seq, id, type, payload, actor, role, agency, trace, sent_at, next_try)
select m.dest, m.key, c.last_seq - m.behind, m.id, m.type, m.payload, m.actor, m.role, m.agency, m.trace, $at::timestamptz,
       $next::timestamptz
  from unnest($dests::text[], $keys::uuid[], $behinds::bigint[], $ids::uuid[], $types::text[], $payloads::text[], $actors::text[],
              $roles::text[], $agencies::text[], $traces::text[])
       as m(dest, key, behind, id, type, payload, actor, role, agency, trace)
  join c on c.dest = m.dest and c.key = m.key
returning id, seq;

-- name: outbox_close :exec
-- in:   dests text[], keys uuid[], seqs i64[]
-- plan: outbox_pkey
delete from outbox
 where ctid = any (array(
    select o.ctid
      from unnest($dests::text[], $keys::uuid[], $seqs::bigint[]) as a(dest, key, seq)
     cross join lateral (select ctid from outbox where dest = a.dest and key = a.key and seq <= a.seq offset 0) o));

-- Rows behind a parked one wait for the operator: sending them would only be answered with a gap.
-- name: outbox_due :many 64
-- in:   now time
-- out:  dest text, key uuid, seq i64, id uuid, type text, payload text, actor text, role text, agency text, trace text, sent_at time
-- plan: outbox_next_try
with due as (
    select o.dest, o.key, o.seq
      from outbox o
     where o.parked_at is null and o.next_try <= $now::timestamptz
       and not exists (select from outbox p
                        where p.dest = o.dest and p.key = o.key and p.seq < o.seq and p.parked_at is not null)
     order by o.next_try
     limit 64
       for update of o skip locked
), sent as (
    update outbox o
       set sends = o.sends + 1,
           next_try = $now::timestamptz + least(2 ^ least(o.sends, 6), 5) * interval '1 second'
      from due d
     where o.dest = d.dest and o.key = d.key and o.seq = d.seq
    returning o.dest, o.key, o.seq, o.id, o.type, o.payload, o.actor, o.role, o.agency, o.trace, o.sent_at
)
select * from sent order by dest, key, seq;

-- Writes too, for the same reason as a replay: a row that was only read could be one that no standby has yet.
-- name: outbox_from :many 64
-- in:   dest text, key uuid, seq i64
-- out:  dest text, key uuid, seq i64, id uuid, type text, payload text, actor text, role text, agency text, trace text, sent_at time
-- plan: outbox_pkey
with due as (
    select o.dest, o.key, o.seq
      from outbox o
     where o.dest = $dest and o.key = $key and o.seq >= $seq
       and o.parked_at is null
       and not exists (select from outbox p
                        where p.dest = o.dest and p.key = o.key and p.seq < o.seq and p.parked_at is not null)
     order by o.seq
     limit 64
       for update of o
), sent as (
    update outbox o
       set sends = o.sends + 1
      from due d
     where o.dest = d.dest and o.key = d.key and o.seq = d.seq
    returning o.dest, o.key, o.seq, o.id, o.type, o.payload, o.actor, o.role, o.agency, o.trace, o.sent_at
)
select * from sent order by seq;

-- name: outbox_fail :exec
-- in:   dest text, key uuid, seq i64, status text, why text, parks bool, most i64, at time
-- plan: outbox_pkey
update outbox
   set attempts = attempts + 1,
       last_status = $status,
       last_why = $why,
       next_try = $at::timestamptz + least(2 ^ least(attempts, 6), 30) * interval '1 second',
       parked_at = case when $parks and attempts + 1 >= $most then $at::timestamptz end
 where dest = $dest and key = $key and seq = $seq and parked_at is null;

-- name: queue_lines :many 16
-- in:   at time
-- out:  dest text, waiting i64, parked i64, oldest_ms i64
select dest, count(*) as waiting, count(parked_at) as parked,
       coalesce((extract(epoch from $at::timestamptz - min(sent_at)) * 1000)::bigint, 0) as oldest_ms
  from outbox
 group by dest
 order by dest;

-- name: queue_parked_rows :many 200
-- out:  id uuid, type text, dest text, key uuid, seq i64, attempts i64, parked_at time, status text, why text
select id, type, dest, key, seq, attempts, parked_at, coalesce(last_status, '') as status, coalesce(last_why, '') as why
  from outbox
 where parked_at is not null
 order by parked_at, dest, key, seq
 limit 200;

-- name: queue_parked_one :many 1
-- in:   id uuid
-- out:  type text, dest text, key uuid, seq i64
-- plan: outbox_parked
select type, dest, key, seq
  from outbox
 where id = $id and parked_at is not null
   for update;

-- name: queue_retry_row :exec 1
-- in:   id uuid, at time
-- plan: outbox_parked
update outbox
   set parked_at = null, attempts = 0, next_try = $at::timestamptz
 where id = $id and parked_at is not null;

-- The row stays as a tombstone with the same number, so that the stream goes on behind it.
-- name: queue_skip_row :exec 1
-- in:   id uuid, payload text, at time
-- plan: outbox_parked
update outbox
   set type = 'skipped', payload = $payload, parked_at = null, attempts = 0, next_try = $at::timestamptz
 where id = $id and parked_at is not null;
