-- name: reception_add :exec 1
-- in:   id uuid, at time, by agency, channel enum(intake_channel), area enum(area), age enum(age_band), needs enum(need)[], urgency enum(urgency), consent enum(consent_state), type i64, epoch i64, sealed bytes, items enum(item)[], actor text
with r as (
    insert into intake.reception (case_id, received_at, received_by, channel, area, age_band, needs, urgency, consent)
    values ($id, $at, $by, $channel, $area, $age, $needs, $urgency, $consent)
), s as (
    insert into intake.record (case_id, record_id, version, type, epoch, sealed, written_at)
    values ($id, $id, 1, $type, $epoch, $sealed, $at)
), t as (
    insert into intake.team (case_id, agency, user_name, since)
    select $id, $by, $actor, $at where $actor <> ''
)
insert into intake.access (case_id, agency, level, items, since)
values ($id, $by, 'member', $items, $at);

-- All that decides how far somebody reads a case, in one row, also where the agency has no access at all.
-- name: reach_of :one
-- in:   id uuid, agency agency, actor text, now time
-- out:  level enum(access_level)?, items enum(item)[], until time?, has_team bool, on_team bool, emergency bool
-- plan: access_pkey
select a.level, coalesce(a.items, '{}') as items, a.until,
       exists (select from intake.team t where t.case_id = $id and t.agency = $agency and t.until is null) as has_team,
       exists (select from intake.team t
                where t.case_id = $id and t.agency = $agency and t.user_name = $actor and t.until is null) as on_team,
       exists (select from intake.emergency e
                where e.case_id = $id and e.agency = $agency and e.user_name = $actor and e.until > $now) as emergency
  from (values (1)) as one
  left join (select level, items, until
               from intake.access
              where case_id = $id and agency = $agency
              order by (until is null) desc, since desc
              limit 1) a on true;

-- name: reception_of :many 1
-- in:   id uuid
-- out:  received_at time, received_by agency, channel enum(intake_channel), area enum(area), age enum(age_band), needs enum(need)[], urgency enum(urgency), consent enum(consent_state)
-- plan: reception_pkey
select received_at, received_by, channel, area, age_band as age, needs, urgency, consent
  from intake.reception
 where case_id = $id;

-- name: case_record :many 1
-- in:   id uuid
-- out:  epoch i64, sealed bytes
-- plan: record_pkey
select epoch, sealed
  from intake.record
 where case_id = $id and record_id = $id and version = 1;

-- name: notes_of :many 100
-- in:   id uuid, until time, all bool, agency agency
-- out:  note_id uuid, at time, by agency, kind enum(note_kind), corrects uuid?, version i64, epoch i64, sealed bytes
-- plan: note_at
select n.note_id, n.at, n.by, n.kind, n.corrects, r.version, r.epoch, r.sealed
  from (select * from intake.note where case_id = $id and at <= $until and ($all or by = $agency) order by at desc limit 100) n
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

-- A page of an agency's cases, found by its own access, which carries when the case was received: it costs the same however many there are.
-- name: cases_of :many 100
-- in:   agency agency, before time, most i64
-- out:  id uuid, received_at time, area enum(area), needs enum(need)[], urgency enum(urgency), level enum(access_level)
-- plan: access_received
select r.case_id as id, r.received_at, r.area, r.needs, r.urgency, a.level
  from (select case_id, level, coalesce(received_at, since) as received
          from intake.access
         where agency = $agency and until is null and coalesce(received_at, since) < $before
         order by coalesce(received_at, since) desc, case_id desc
         limit $most) a
  join intake.reception r on r.case_id = a.case_id
 order by a.received desc, a.case_id desc
 limit 100;

-- name: access_end :exec
-- in:   id uuid, agency agency, at time
-- plan: access_live
update intake.access
   set until = greatest($at, since)
 where case_id = $id and agency = $agency and until is null;

-- name: access_begin :exec 1
-- in:   id uuid, agency agency, level enum(access_level), items enum(item)[], at time
insert into intake.access (case_id, agency, level, items, since, received_at)
values ($id, $agency, $level, $items,
        greatest($at, (select max(until) + interval '1 microsecond' from intake.access where case_id = $id and agency = $agency)),
        (select min(coalesce(received_at, since)) from intake.access where case_id = $id));

-- ---- the household ------------------------------------------------------------------------
-- Who changes anybody of a household changes it alone: what meetings must heed is worked out over all its members.
-- name: household_lock :many 1
-- in:   id uuid
-- out:  version i64
-- plan: household_pkey
select version from intake.household where case_id = $id for update;

-- The latest version of each member as of a time; has_newer: there is one after it, which somebody who left does not see.
-- name: people_of :many 24
-- in:   id uuid, until time
-- out:  person_id uuid, relation enum(relation), version i64, epoch i64, sealed bytes, has_newer bool
-- plan: person_one_change
select p.person_id, p.relation, p.version, r.epoch, r.sealed,
       exists (select from intake.person n
                where n.case_id = $id and n.person_id = p.person_id and n.version > p.version) as has_newer
  from (select distinct on (person_id) person_id, relation, version
          from intake.person
         where case_id = $id and at <= $until
         order by person_id, version desc) p
  join intake.record r on r.case_id = $id and r.record_id = p.person_id and r.version = p.version
 order by (p.person_id = $id) desc, p.person_id
 limit 24;

-- name: person_add :exec 1
-- in:   id uuid, person uuid, version i64, relation enum(relation), at time, by agency, actor text, type i64, epoch i64, sealed bytes, due time
with h as (
    insert into intake.household as o (case_id, version)
    values ($id, $version)
        on conflict (case_id) do update set version = excluded.version
), r as (
    insert into intake.record (case_id, record_id, version, type, epoch, sealed, written_at)
    values ($id, $person, $version, $type, $epoch, $sealed, $at)
), p as (
    insert into intake.person (case_id, person_id, version, relation, at, by, actor)
    values ($id, $person, $version, $relation, $at, $by, $actor)
)
insert into intake.reminder (case_id, person_id, version, due)
values ($id, $person, $version, $due);

-- name: reminders_due :many 50
-- in:   now time
-- out:  case_id uuid, by agency
-- plan: reminder_due
with d as (
    select case_id, person_id, version
      from intake.reminder
     where done is null and due <= $now
     order by due
     limit 50
       for update skip locked
), u as (
    update intake.reminder r
       set done = $now
      from d
     where r.case_id = d.case_id and r.person_id = d.person_id and r.version = d.version
    returning r.case_id, r.person_id, r.version
)
select distinct p.case_id, p.by
  from u
  join intake.person p on p.case_id = u.case_id and p.person_id = u.person_id and p.version = u.version
 limit 50;

-- name: notifiers_of :many 16
-- in:   id uuid, type i64
-- out:  record_id uuid, version i64, epoch i64, sealed bytes
-- plan: record_pkey
select record_id, version, epoch, sealed
  from (select distinct on (record_id) record_id, version, epoch, sealed, written_at
          from intake.record
         where case_id = $id and type = $type
         order by record_id, version desc) latest
 order by written_at desc, record_id
 limit 16;

-- name: notifier_add :exec 1
-- in:   id uuid, record uuid, version i64, type i64, epoch i64, sealed bytes, at time
insert into intake.record (case_id, record_id, version, type, epoch, sealed, written_at)
values ($id, $record, $version, $type, $epoch, $sealed, $at);

-- ---- the team -------------------------------------------------------------------------------
-- name: team_of :many 40
-- in:   id uuid, agency agency
-- out:  user text, since time
-- plan: team_live
select user_name as user, since
  from intake.team
 where case_id = $id and agency = $agency and until is null
 order by user_name
 limit 40;

-- name: team_add :exec
-- in:   id uuid, agency agency, user text, at time
insert into intake.team (case_id, agency, user_name, since)
values ($id, $agency, $user,
        greatest($at, (select max(until) + interval '1 microsecond'
                         from intake.team
                        where case_id = $id and agency = $agency and user_name = $user)))
    on conflict (case_id, agency, user_name) where until is null do nothing;

-- name: team_end :exec 1
-- in:   id uuid, agency agency, user text, at time
-- plan: team_live
update intake.team
   set until = greatest($at, since)
 where case_id = $id and agency = $agency and user_name = $user and until is null;

-- ---- emergencies ----------------------------------------------------------------------------
-- name: emergency_begin :exec
-- in:   id uuid, agency agency, user text, at time, until time
insert into intake.emergency (case_id, agency, user_name, at, until)
values ($id, $agency, $user, $at, $until)
    on conflict do nothing;

-- ---- one person in two cases ----------------------------------------------------------------
-- name: duplicate_of_pair :many 1
-- in:   a_case uuid, a_person uuid, b_case uuid, b_person uuid
-- out:  id uuid, state enum(duplicate_state), score i64, version i64
-- plan: duplicate_pair
select duplicate_id as id, state, score, version
  from intake.duplicate
 where pair = least($a_case::uuid::text || $a_person::uuid::text, $b_case::uuid::text || $b_person::uuid::text) ||
              greatest($a_case::uuid::text || $a_person::uuid::text, $b_case::uuid::text || $b_person::uuid::text)
   for update;

-- name: duplicate_lock :many 1
-- in:   id uuid
-- out:  case_id uuid, other_case uuid, state enum(duplicate_state), score i64, version i64
-- plan: duplicate_pkey
select case_id, other_case, state, score, version
  from intake.duplicate
 where duplicate_id = $id
   for update;

-- name: duplicate_add :exec 1
-- in:   id uuid, case_id uuid, person_id uuid, other_case uuid, other_person uuid, score i64, rules text[], at time
insert into intake.duplicate (duplicate_id, case_id, person_id, other_case, other_person, score, rules, state, found_at)
values ($id, $case_id, $person_id, $other_case, $other_person, $score, $rules, 'open', $at);

-- name: duplicate_raise :exec 1
-- in:   id uuid, was i64, score i64, rules text[], reopened bool
-- plan: duplicate_pkey
update intake.duplicate
   set score = $score, rules = $rules, version = version + 1,
       state = case when $reopened then 'open' else state end
 where duplicate_id = $id and version = $was;

-- name: duplicate_set :exec 1
-- in:   id uuid, was i64, state enum(duplicate_state), at time, by text
-- plan: duplicate_pkey
update intake.duplicate
   set state = $state, version = version + 1, decided_at = $at, decided_by = $by
 where duplicate_id = $id and version = $was;

-- name: decision_add :exec 1
-- in:   id uuid, version i64, state enum(duplicate_state), score i64, reason text, actor text, agency text, at time
insert into intake.duplicate_decision (duplicate_id, version, state, score, reason, actor, agency, at)
values ($id, $version, $state, $score, $reason, $actor, $agency, $at);

-- name: duplicates_of :many 100
-- in:   state enum(duplicate_state), before time, most i64
-- out:  id uuid, case_id uuid, person_id uuid, other_case uuid, other_person uuid, score i64, rules text[], state enum(duplicate_state), found_at time, decided_at time?, decided_by text?
-- plan: duplicate_queue
select duplicate_id as id, case_id, person_id, other_case, other_person, score, rules, state, found_at, decided_at, decided_by
  from intake.duplicate
 where state = $state and found_at < $before
 order by score desc, found_at desc
 limit $most;
