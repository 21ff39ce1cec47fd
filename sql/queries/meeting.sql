-- name: meeting_add :exec 1
-- in:   id uuid, case_id uuid, called_by enum(meeting_why), at time, needs enum(need)[], area enum(area), urgency enum(urgency)
insert into meeting.meeting (meeting_id, case_id, kind, state, called_by, called_at, needs, area, urgency)
values ($id, $case_id, 'small', 'proposed', $called_by, $at, $needs, $area, $urgency);

-- name: invitee_add :exec
-- in:   id uuid, agencies agency[], invited_as enum(invited_as)[], required bool[]
insert into meeting.invitee (meeting_id, agency, invited_as, is_required)
select $id, w.agency, w.invited_as, w.required
  from unnest($agencies::text[], $invited_as::text[], $required::boolean[]) as w(agency, invited_as, required);

-- name: meeting_lock :many 1
-- in:   id uuid
-- out:  case_id uuid, kind enum(meeting_kind), state enum(meeting_state), called_by enum(meeting_why), area enum(area), needs enum(need)[], basis enum(legal_basis), starts time?, ends time?, version i64, epoch i64?, sealed bytes?
-- plan: meeting_pkey
select case_id, kind, state, called_by, area, needs, basis, starts, ends, version, epoch, sealed
  from meeting.meeting
 where meeting_id = $id
   for update;

-- name: case_of_meeting :many 1
-- in:   id uuid
-- out:  case_id uuid
-- plan: meeting_pkey
select case_id from meeting.meeting where meeting_id = $id;

-- name: invitees_of :many 24
-- in:   id uuid
-- out:  agency agency, invited_as enum(invited_as), is_required bool, answered_at time?
-- plan: invitee_pkey
select agency, invited_as, is_required, answered_at
  from meeting.invitee
 where meeting_id = $id
 order by agency
 limit 24;

-- name: windows_of :many 1440
-- in:   id uuid
-- out:  agency agency, starts time, ends time
-- plan: availability_once
select agency, lower(during) as starts, upper(during) as ends
  from meeting.availability
 where meeting_id = $id
 order by agency, during
 limit 1440;

-- name: accommodations_of :many 8
-- in:   id uuid
-- out:  accommodation enum(accommodation), is_arranged bool
-- plan: accommodation_pkey
select accommodation, is_arranged
  from meeting.accommodation
 where meeting_id = $id
 order by accommodation
 limit 8;

-- name: availability_clear :exec
-- in:   id uuid, agency agency
-- plan: availability_once
delete from meeting.availability where meeting_id = $id and agency = $agency;

-- name: availability_add :exec
-- in:   id uuid, agency agency, starts time[], ends time[]
insert into meeting.availability (meeting_id, agency, during)
select $id, $agency, tstzrange(w.starts, w.ends)
  from unnest($starts::timestamptz[], $ends::timestamptz[]) as w(starts, ends);

-- name: invitee_answered :exec 1
-- in:   id uuid, agency agency, at time
-- plan: invitee_pkey
update meeting.invitee set answered_at = $at where meeting_id = $id and agency = $agency;

-- name: accommodation_set :exec 1
-- in:   id uuid, accommodation enum(accommodation), arranged bool
insert into meeting.accommodation as a (meeting_id, accommodation, is_arranged)
values ($id, $accommodation, $arranged)
    on conflict (meeting_id, accommodation) do update set is_arranged = excluded.is_arranged;

-- name: meeting_set_fixed :exec 1
-- in:   id uuid, was i64, starts time, ends time, basis enum(legal_basis), epoch i64, sealed bytes
-- plan: meeting_pkey
update meeting.meeting
   set state = 'fixed', starts = $starts, ends = $ends, basis = $basis, epoch = $epoch, sealed = $sealed, version = version + 1
 where meeting_id = $id and version = $was;

-- name: seats_clear :exec
-- in:   id uuid
-- plan: seat_pkey
delete from meeting.seat where meeting_id = $id;

-- name: seats_take :exec
-- in:   id uuid, agencies agency[], starts time, ends time
insert into meeting.seat (meeting_id, agency, during)
select $id, a, tstzrange($starts, $ends) from unnest($agencies::text[]) as a;

-- name: seats_taken :many 24
-- in:   id uuid, agencies agency[], starts time, ends time
-- out:  agency agency
-- plan: seat_not_double_booked
select distinct agency
  from meeting.seat
 where agency = any($agencies::text[]) and meeting_id <> $id and during && tstzrange($starts, $ends)
 order by agency
 limit 24;

-- name: meeting_set_cancelled :exec 1
-- in:   id uuid, was i64
-- plan: meeting_pkey
update meeting.meeting set state = 'cancelled', version = version + 1 where meeting_id = $id and version = $was;

-- name: meetings_of :many 200
-- in:   agency agency, most i64
-- out:  meeting_id uuid, case_id uuid, state enum(meeting_state), called_by enum(meeting_why), area enum(area), called_at time, starts time?, answered i64, invited i64
-- plan: invitee_agency
select m.meeting_id, m.case_id, m.state, m.called_by, m.area, m.called_at, m.starts,
       (select count(answered_at) from meeting.invitee i where i.meeting_id = m.meeting_id) as answered,
       (select count(*) from meeting.invitee i where i.meeting_id = m.meeting_id) as invited
  from meeting.invitee me
  join meeting.meeting m on m.meeting_id = me.meeting_id
 where me.agency = $agency
 order by m.called_at desc, m.meeting_id
 limit $most;

-- name: seats_busy :many 1000
-- in:   id uuid, agencies agency[], starts time, ends time
-- out:  agency agency, starts time, ends time
-- plan: seat_not_double_booked
select agency, lower(during) as starts, upper(during) as ends
  from meeting.seat
 where agency = any($agencies::text[]) and meeting_id <> $id and during && tstzrange($starts, $ends)
 order by agency, during
 limit 1000;

-- Streams come in their order; a copy that is older than what is there changes nothing.
-- name: care_put :exec
-- in:   case_id uuid, epoch i64, version i64, sealed bytes
insert into meeting.care as c (case_id, epoch, version, sealed)
values ($case_id, $epoch, $version, $sealed)
    on conflict (case_id) do update set epoch = excluded.epoch, version = excluded.version, sealed = excluded.sealed
 where c.version < excluded.version;

-- name: care_of :many 1
-- in:   id uuid
-- out:  epoch i64, version i64, sealed bytes
-- plan: care_pkey
select c.epoch, c.version, c.sealed
  from meeting.meeting m
  join meeting.care c on c.case_id = m.case_id
 where m.meeting_id = $id;
