-- Statements that exercise the database floor; their tables are made by db_test.h.

-- name: thing_put :exec 1           -- every kind, and a list of each
-- in:   id uuid, version i64, state enum(referral_state), by agency, at time,
-- in:   needs enum(need)[]?, note text?, body bytes?, flag bool?, seen time?, lead agency?, number i64?, kind enum(need)?
-- in:   ids uuid[]?, numbers i64[]?, times time[]?, flags bool[]?, bodies bytes[]?, agencies agency[]?, notes text[]?
insert into t.thing (id, version, state, by, at, needs, note, body, flag, seen, lead, number, kind, ids, numbers, times, flags,
                     bodies, agencies, notes)
values ($id, $version, $state, $by, $at, $needs, $note, $body, $flag, $seen, $lead, $number, $kind, $ids, $numbers, $times,
        $flags, $bodies, $agencies, $notes);

-- name: thing_get :one
-- in:   id uuid
-- out:  id uuid, version i64, state enum(referral_state), by agency, at time,
-- out:  needs enum(need)[]?, note text?, body bytes?, flag bool?, seen time?, lead agency?, number i64?, kind enum(need)?,
-- out:  ids uuid[]?, numbers i64[]?, times time[]?, flags bool[]?, bodies bytes[]?, agencies agency[]?, notes text[]?
-- plan: thing_pkey
select id, version, state, by, at, needs, note, body, flag, seen, lead, number, kind, ids, numbers, times, flags, bodies,
       agencies, notes
  from t.thing where id = $id;

-- name: thing_touch :exec 1
-- in:   id uuid, version i64
update t.thing set version = version + 1 where id = $id and version = $version;

-- name: thing_count :one
-- out:  n i64
select count(*) as n from t.thing;

-- name: series :many 3
-- in:   n i64
-- out:  v i64
select v from generate_series(1, $n::bigint) v;

-- name: bulk :exec 10000
-- in:   ids uuid[], notes text[], numbers i64[]
insert into t.bulk (id, note, number)
select * from unnest($ids::uuid[], $notes::text[], $numbers::bigint[]);

-- name: bulk_all :many 10000
-- out:  id uuid, note text, number i64
select id, note, number from t.bulk order by number;

-- name: echo :one
-- in:   body bytes
-- out:  body bytes
select $body as body;

-- name: child_put :exec 1
-- in:   thing_id uuid
insert into t.child (thing_id) values ($thing_id);

-- name: raise :exec
-- in:   state text
select t.raise($state);

-- name: hang :exec
select pg_sleep(600);

-- name: end_session :exec
select pg_terminate_backend(pg_backend_pid());

-- name: odd :one                      -- what only a damaged database would hold
-- in:   word text?, at text?
-- out:  state enum(referral_state), at time
select $word::text as state, $at::timestamptz as at;
