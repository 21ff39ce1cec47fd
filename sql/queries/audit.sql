-- name: history_of :many 300
-- in:   id uuid, after time
-- out:  at time, happened enum(happening), source text, agency agency?, actor text?, counterpart agency?, about uuid?, detail text?, reason text?
-- plan: event_case
select at, happened, regexp_replace(source, '^km_', '') as source, agency, actor, counterpart, about, detail, reason
  from audit.event
 where case_id = $id and at > $after
 order by at, id
 limit 300;

-- name: key_event_add :exec 1
-- in:   id uuid, case_id uuid, happened enum(happening), agency agency?, actor text?, detail text?, trace text, at time
insert into audit.event (case_id, happened, source, agency, actor, about, detail, trace, at)
values ($case_id, $happened, 'km_keys', $agency, $actor, $id, $detail, nullif($trace, ''), $at);

-- name: notice_add :exec
-- in:   id uuid, kind enum(notice_kind), case_id uuid?, agency agency?, user text?, detail text?, due time?, at time
insert into audit.notice (notice_id, kind, case_id, agency, user_name, detail, due, at)
values ($id, $kind, $case_id, $agency, $user, $detail, $due, $at)
    on conflict (notice_id) do nothing;

-- Row-level security leaves each reader the notices that are meant for it.
-- name: notices_of :many 200
-- in:   user text, all bool, most i64
-- out:  notice_id uuid, kind enum(notice_kind), case_id uuid?, agency agency?, user_name text?, detail text?, at time, due time?, seen_at time?
-- plan: notice_at
select n.notice_id, n.kind, n.case_id, n.agency, n.user_name, n.detail, n.at, n.due, s.at as seen_at
  from audit.notice n
  left join audit.notice_seen s on s.notice_id = n.notice_id and s.user_name = $user
 where $all or s.notice_id is null
 order by n.at desc, n.notice_id
 limit $most;

-- name: notice_one :many 1
-- in:   id uuid
-- out:  kind enum(notice_kind)
-- plan: notice_pkey
select kind from audit.notice where notice_id = $id;

-- name: notice_mark :exec
-- in:   id uuid, user text, at time
insert into audit.notice_seen (notice_id, user_name, at)
values ($id, $user, $at)
    on conflict (notice_id, user_name) do nothing;

-- name: emergency_add :exec
-- in:   id uuid, case_id uuid, agency agency, user text, reason enum(emergency_reason), words bytes, at time, until time, due time
insert into audit.emergency (id, case_id, agency, user_name, reason, words, at, until, due)
values ($id, $case_id, $agency, $user, $reason, $words, $at, $until, $due);

-- Those that wait first, the one due first before all; then the others, reviewed last first.
-- name: emergencies_of :many 200
-- in:   all bool, most i64
-- out:  id uuid, case_id uuid, agency agency, user_name text, reason enum(emergency_reason), words bytes, at time, until time, due time, reviewed_at time?, reviewed_by text?, outcome enum(review_outcome)?, finding bytes?
-- plan: emergency_waiting
select id, case_id, agency, user_name, reason, words, at, until, due, reviewed_at, reviewed_by, outcome, finding
  from audit.emergency
 where $all or reviewed_at is null
 order by reviewed_at desc nulls first, due, id
 limit $most;

-- name: emergency_one :many 1
-- in:   id uuid
-- out:  case_id uuid, agency agency, user_name text, reviewed_at time?
-- plan: emergency_pkey
select case_id, agency, user_name, reviewed_at from audit.emergency where id = $id;

-- name: emergency_review :exec 1
-- in:   id uuid, by text, outcome enum(review_outcome), finding bytes?, at time
-- plan: emergency_pkey
update audit.emergency
   set reviewed_at = $at, reviewed_by = $by, outcome = $outcome, finding = $finding
 where id = $id and reviewed_at is null;

-- name: emergencies_late :many 16
-- in:   now time
-- out:  id uuid, case_id uuid, agency agency, user_name text, due time
-- plan: emergency_due
update audit.emergency e
   set reminded_at = $now
 where e.id in (select id from audit.emergency
                 where reviewed_at is null and reminded_at is null and due <= $now
                 order by due limit 16)
returning e.id, e.case_id, e.agency, e.user_name, e.due;

-- How much of a case's history is in the log by now.
-- name: evidence_counts :one
-- in:   id uuid
-- out:  events i64, logged i64
select (select count(*) from audit.event where case_id = $id) as events, (select count(*) from ledger.entry where case_id = $id) as logged;

-- name: evidence_of :many 32
-- in:   id uuid, from i64
-- out:  shard i64, idx i64, seq i64, leaf bytes, sealed bytes
select shard, idx, seq, leaf, sealed
  from ledger.entry
 where case_id = $id and seq >= $from
 order by seq
 limit 32;
