-- Who asked that a case be erased and who agreed, and what becomes of its log key where only payloads go.

-- The erasure of a case that was asked for since and has no second person yet; the latest where somebody asked anew.
-- name: erasure_open :many 1
-- in:   id uuid, since time
-- out:  id uuid, kind enum(erasure_kind), ground enum(erasure_ground), asked_by text, asked_role enum(role), is_closed bool
-- plan: erasure_case
select e.id, e.kind, e.ground, e.asked_by, e.asked_role, e.is_closed
  from (select x.* from keys.erasure x where x.case_id = $id order by x.asked_at desc limit 1) e
 where e.asked_at > $since and e.agreed_by is null;

-- What was agreed to, the most thorough first. is_under_way: entries are still being sealed anew.
-- name: erasures_agreed :many 2
-- in:   id uuid
-- out:  kind enum(erasure_kind), is_under_way bool
-- plan: erasure_case
select kind, bool_or(exists (select from keys.log_key k where k.case_id = $id and k.former is not null)) as is_under_way
  from keys.erasure
 where case_id = $id and agreed_by is not null
 group by kind
 order by kind;

-- name: erasure_ask :exec 1
-- in:   id uuid, case_id uuid, kind enum(erasure_kind), ground enum(erasure_ground), basis text, by text, role enum(role), at time
insert into keys.erasure (id, case_id, kind, ground, basis, asked_by, asked_role, asked_at)
values ($id, $case_id, $kind, $ground, $basis, $by, $role, $at);

-- name: erasure_closed :exec
-- in:   id uuid, case_id uuid
update keys.erasure set is_closed = true where id = $id and case_id = $case_id and agreed_by is null;

-- name: erasure_second :exec 1
-- in:   id uuid, by text, role enum(role), at time
update keys.erasure
   set agreed_by = $by, agreed_role = $role, agreed_at = greatest($at, asked_at)
 where id = $id and agreed_by is null;

-- Of cases that give no key: those that are erased, for agencies that had a part in them.
-- name: erased_of :many 64
-- in:   nrs i64[], ids uuid[], agencies agency[]
-- out:  nr i64, ground enum(erasure_ground), at time
-- plan: erasure_case
select w.nr, e.ground, e.agreed_at as at
  from unnest($nrs::bigint[], $ids::uuid[], $agencies::text[]) as w(nr, case_id, agency)
 cross join lateral (select x.ground, x.agreed_at from keys.erasure x
                      where x.case_id = w.case_id and x.agreed_by is not null
                      order by x.asked_at limit 1) e
 where exists (select from keys.participant p where p.case_id = w.case_id and p.agency = w.agency);

-- Another key for what comes; the former one for what is to be sealed anew.
-- name: log_key_replace :exec
-- in:   id uuid, sealed bytes
-- plan: log_key_pkey
update keys.log_key set former = sealed, sealed = $sealed where case_id = $id and sealed is not null;

-- The two of a case whose payloads two people agreed to erase.
-- name: log_key_pair :many 1
-- in:   id uuid, erasure uuid
-- out:  sealed bytes?, former bytes?
-- plan: log_key_pkey
select k.sealed, k.former
  from keys.log_key k
 where k.case_id = $id
   and exists (select from keys.erasure e where e.id = $erasure and e.case_id = $id and e.kind = 'payload' and e.agreed_by is not null);

-- name: log_key_forget :exec
-- in:   id uuid, erasure uuid
-- plan: log_key_pkey
update keys.log_key k
   set former = null
 where k.case_id = $id and k.former is not null
   and exists (select from keys.erasure e where e.id = $erasure and e.case_id = $id and e.kind = 'payload' and e.agreed_by is not null);
