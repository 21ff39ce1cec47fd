-- name: keys_find :many 64
-- in:   ids uuid[]
-- out:  case_id uuid, epoch i64, wrapped bytes
-- plan: case_key_pkey
select distinct on (k.case_id) k.case_id, k.epoch, k.wrapped
  from unnest($ids::uuid[]) as w(case_id)
  join keys.case_key k on k.case_id = w.case_id
 order by k.case_id, k.epoch desc;

-- Two workers that make a key for one case at once both get the one that was there first.
-- name: keys_make :many 64
-- in:   ids uuid[], wrapped bytes[], at time
-- out:  case_id uuid, epoch i64, wrapped bytes
insert into keys.case_key as k (case_id, epoch, wrapped, created_at)
select w.case_id, 1, w.wrapped, $at::timestamptz
  from unnest($ids::uuid[], $wrapped::bytea[]) as w(case_id, wrapped)
 order by w.case_id
    on conflict (case_id, epoch) do update set case_id = k.case_id
returning k.case_id, k.epoch, k.wrapped;
