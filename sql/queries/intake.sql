-- name: reception_add :exec 1
-- in:   id uuid, at time, by agency, channel enum(intake_channel), area enum(area), age enum(age_band), needs enum(need)[], urgency enum(urgency), consent enum(consent_state), type i64, epoch i64, sealed bytes, items enum(item)[]
with r as (
    insert into intake.reception (case_id, received_at, received_by, channel, area, age_band, needs, urgency, consent)
    values ($id, $at, $by, $channel, $area, $age, $needs, $urgency, $consent)
), s as (
    insert into intake.record (case_id, record_id, version, type, epoch, sealed, written_at)
    values ($id, $id, 1, $type, $epoch, $sealed, $at)
)
insert into intake.access (case_id, agency, level, items, since)
values ($id, $by, 'member', $items, $at);

-- name: access_of :many 1
-- in:   id uuid, agency agency
-- out:  level enum(access_level), items enum(item)[], until time?
-- plan: access_pkey
select level, items, until
  from intake.access
 where case_id = $id and agency = $agency
 order by (until is null) desc, since desc
 limit 1;

-- name: reception_of :many 1
-- in:   id uuid
-- out:  received_at time, received_by agency, channel enum(intake_channel), area enum(area), age enum(age_band), needs enum(need)[], urgency enum(urgency), consent enum(consent_state)
-- plan: reception_pkey
select received_at, received_by, channel, area, age_band as age, needs, urgency, consent
  from intake.reception
 where case_id = $id;

-- name: case_record :many 1
-- in:   id uuid
-- out:  version i64, epoch i64, sealed bytes
-- plan: record_pkey
select version, epoch, sealed
  from intake.record
 where case_id = $id and record_id = $id
 order by version desc
 limit 1;

-- name: notes_of :many 100
-- in:   id uuid, until time
-- out:  note_id uuid, at time, by agency, kind enum(note_kind), corrects uuid?, version i64, epoch i64, sealed bytes
-- plan: note_at
select n.note_id, n.at, n.by, n.kind, n.corrects, r.version, r.epoch, r.sealed
  from (select * from intake.note where case_id = $id and at <= $until order by at desc limit 100) n
  join intake.record r on r.case_id = n.case_id and r.record_id = n.note_id and r.version = 1
 order by n.at, n.note_id;

-- name: note_put :exec 1
-- in:   id uuid, note_id uuid, at time, by agency, actor text, kind enum(note_kind), corrects uuid?, type i64, epoch i64, sealed bytes
with n as (
    insert into intake.note (case_id, note_id, at, by, actor, kind, corrects)
    values ($id, $note_id, $at, $by, $actor, $kind, $corrects)
)
insert into intake.record (case_id, record_id, version, type, epoch, sealed, written_at)
values ($id, $note_id, 1, $type, $epoch, $sealed, $at);

-- The agency's live cases first, then their order: walking all cases from the newest would be endless for an agency with few.
-- name: cases_of :many 100
-- in:   agency agency, before time, most i64
-- out:  id uuid, received_at time, area enum(area), needs enum(need)[], urgency enum(urgency), level enum(access_level)
-- plan: access_agency
with a as materialized (
    select case_id, level from intake.access where agency = $agency and until is null
)
select r.case_id as id, r.received_at, r.area, r.needs, r.urgency, a.level
  from a
  join intake.reception r on r.case_id = a.case_id
 where r.received_at < $before
 order by r.received_at desc, r.case_id
 limit $most;

-- name: access_end :exec
-- in:   id uuid, agency agency, at time
-- plan: access_live
update intake.access
   set until = greatest($at, since)
 where case_id = $id and agency = $agency and until is null;

-- name: access_begin :exec 1
-- in:   id uuid, agency agency, level enum(access_level), items enum(item)[], at time
insert into intake.access (case_id, agency, level, items, since)
values ($id, $agency, $level, $items,
        greatest($at, (select max(until) + interval '1 microsecond' from intake.access where case_id = $id and agency = $agency)));
