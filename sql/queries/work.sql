-- What waits for whom: the lists people begin their day with. Every one is found by an index of its own that holds only what is in it, so that
-- what ended costs nothing, and comes in pages that begin after the last line of the one before.

-- What must be answered comes first, so that what goes on for long never hides it.
-- name: referrals_in :many 200
-- in:   agency agency, most i64
-- out:  ref_id uuid, case_id uuid, kind enum(referral_kind), sender agency, receiver agency, state enum(referral_state), needs enum(need)[], items enum(item)[], basis enum(legal_basis), urgency enum(urgency), reason enum(reason)?, visit enum(visit), drafted_at time, due_at time?, read_at time?, answered_at time?, version i64
-- plan: referral_answer
select ref_id, case_id, kind, sender, receiver, state, needs, items, basis, urgency, reason, visit, drafted_at, due_at, read_at,
       answered_at, version
  from ((select * from referral.referral
          where receiver = $agency and state in ('offered', 'cancel_requested')
          order by due_at, ref_id limit $most)
        union all
        (select * from referral.referral
          where receiver = $agency and state in ('accepted', 'in_service', 'on_hold')
          order by due_at, ref_id limit $most)) r
 order by state in ('accepted', 'in_service', 'on_hold'), due_at, ref_id
 limit $most;

-- name: referrals_to_answer :many 200
-- in:   agency agency, after time, after_ref uuid, most i64
-- out:  ref_id uuid, case_id uuid, kind enum(referral_kind), sender agency, receiver agency, state enum(referral_state), needs enum(need)[], items enum(item)[], basis enum(legal_basis), urgency enum(urgency), reason enum(reason)?, visit enum(visit), drafted_at time, due_at time?, read_at time?, answered_at time?, version i64
-- plan: referral_answer
select ref_id, case_id, kind, sender, receiver, state, needs, items, basis, urgency, reason, visit, drafted_at, due_at, read_at,
       answered_at, version
  from referral.referral
 where receiver = $agency and state in ('offered', 'cancel_requested') and (due_at, ref_id) > ($after, $after_ref)
 order by due_at, ref_id
 limit $most;

-- name: referrals_active :many 200
-- in:   agency agency, after time, after_ref uuid, most i64
-- out:  ref_id uuid, case_id uuid, kind enum(referral_kind), sender agency, receiver agency, state enum(referral_state), needs enum(need)[], items enum(item)[], basis enum(legal_basis), urgency enum(urgency), reason enum(reason)?, visit enum(visit), drafted_at time, due_at time?, read_at time?, answered_at time?, version i64
-- plan: referral_inbox
select ref_id, case_id, kind, sender, receiver, state, needs, items, basis, urgency, reason, visit, drafted_at, due_at, read_at,
       answered_at, version
  from referral.referral
 where receiver = $agency and state in ('accepted', 'in_service', 'on_hold') and (due_at, ref_id) < ($after, $after_ref)
 order by due_at desc, ref_id desc
 limit $most;

-- What is still open first; what ended comes after it.
-- name: referrals_sent :many 200
-- in:   agency agency, most i64
-- out:  ref_id uuid, case_id uuid, kind enum(referral_kind), sender agency, receiver agency, state enum(referral_state), needs enum(need)[], items enum(item)[], basis enum(legal_basis), urgency enum(urgency), reason enum(reason)?, visit enum(visit), drafted_at time, due_at time?, read_at time?, answered_at time?, version i64
-- plan: referral_awaited
select ref_id, case_id, kind, sender, receiver, state, needs, items, basis, urgency, reason, visit, drafted_at, due_at, read_at,
       answered_at, version
  from ((select *, 1 as part from referral.referral
          where sender = $agency and state in ('draft', 'offered', 'cancel_requested')
          order by coalesce(due_at, '1970-01-01 00:00Z'::timestamptz), ref_id limit $most)
        union all
        (select *, 2 from referral.referral
          where sender = $agency and state in ('accepted', 'in_service', 'on_hold')
          order by due_at desc, ref_id desc limit $most)
        union all
        (select *, 3 from referral.referral
          where sender = $agency and state not in ('draft', 'offered', 'cancel_requested') and state not in ('accepted', 'in_service', 'on_hold')
          order by drafted_at desc, ref_id limit $most)) r
 order by part, case when part = 1 then coalesce(due_at, '1970-01-01 00:00Z'::timestamptz) end, drafted_at desc, ref_id
 limit $most;

-- name: referrals_awaited :many 200
-- in:   agency agency, after time, after_ref uuid, most i64
-- out:  ref_id uuid, case_id uuid, kind enum(referral_kind), sender agency, receiver agency, state enum(referral_state), needs enum(need)[], items enum(item)[], basis enum(legal_basis), urgency enum(urgency), reason enum(reason)?, visit enum(visit), drafted_at time, due_at time?, read_at time?, answered_at time?, version i64
-- plan: referral_awaited
select ref_id, case_id, kind, sender, receiver, state, needs, items, basis, urgency, reason, visit, drafted_at, due_at, read_at,
       answered_at, version
  from referral.referral
 where sender = $agency and state in ('draft', 'offered', 'cancel_requested')
   and (coalesce(due_at, '1970-01-01 00:00Z'::timestamptz), ref_id) > ($after, $after_ref)
 order by coalesce(due_at, '1970-01-01 00:00Z'::timestamptz), ref_id
 limit $most;

-- name: referrals_running :many 200
-- in:   agency agency, after time, after_ref uuid, most i64
-- out:  ref_id uuid, case_id uuid, kind enum(referral_kind), sender agency, receiver agency, state enum(referral_state), needs enum(need)[], items enum(item)[], basis enum(legal_basis), urgency enum(urgency), reason enum(reason)?, visit enum(visit), drafted_at time, due_at time?, read_at time?, answered_at time?, version i64
-- plan: referral_running
select ref_id, case_id, kind, sender, receiver, state, needs, items, basis, urgency, reason, visit, drafted_at, due_at, read_at,
       answered_at, version
  from referral.referral
 where sender = $agency and state in ('accepted', 'in_service', 'on_hold') and (due_at, ref_id) < ($after, $after_ref)
 order by due_at desc, ref_id desc
 limit $most;

-- name: referrals_back :many 200
-- in:   agency agency, after time, after_ref uuid, most i64
-- out:  ref_id uuid, case_id uuid, kind enum(referral_kind), sender agency, receiver agency, state enum(referral_state), needs enum(need)[], items enum(item)[], basis enum(legal_basis), urgency enum(urgency), reason enum(reason)?, visit enum(visit), drafted_at time, due_at time?, read_at time?, answered_at time?, version i64
-- plan: referral_back_to
select ref_id, case_id, kind, sender, receiver, state, needs, items, basis, urgency, reason, visit, drafted_at, due_at, read_at,
       answered_at, version
  from referral.referral
 where sender = $agency and is_back and (coalesce(answered_at, drafted_at), ref_id) > ($after, $after_ref)
 order by coalesce(answered_at, drafted_at), ref_id
 limit $most;

-- What came back and still needs somebody (see 0027), longest waiting first.
-- name: referrals_returned :many 200
-- in:   after time, after_ref uuid, most i64
-- out:  ref_id uuid, case_id uuid, kind enum(referral_kind), sender agency, receiver agency, state enum(referral_state), needs enum(need)[], items enum(item)[], basis enum(legal_basis), urgency enum(urgency), reason enum(reason)?, visit enum(visit), drafted_at time, due_at time?, read_at time?, answered_at time?, version i64
-- plan: referral_back
select ref_id, case_id, kind, sender, receiver, state, needs, items, basis, urgency, reason, visit, drafted_at, due_at, read_at,
       answered_at, version
  from referral.referral
 where is_back and (coalesce(answered_at, drafted_at), ref_id) > ($after, $after_ref)
 order by coalesce(answered_at, drafted_at), ref_id
 limit $most;

-- One half of it: what nobody answered, or what was answered and came back.
-- name: referrals_lost :many 200
-- in:   expired bool, after time, after_ref uuid, most i64
-- out:  ref_id uuid, case_id uuid, kind enum(referral_kind), sender agency, receiver agency, state enum(referral_state), needs enum(need)[], items enum(item)[], basis enum(legal_basis), urgency enum(urgency), reason enum(reason)?, visit enum(visit), drafted_at time, due_at time?, read_at time?, answered_at time?, version i64
-- plan: referral_back
select ref_id, case_id, kind, sender, receiver, state, needs, items, basis, urgency, reason, visit, drafted_at, due_at, read_at,
       answered_at, version
  from referral.referral
 where is_back and (state = 'expired') = $expired and (coalesce(answered_at, drafted_at), ref_id) > ($after, $after_ref)
 order by coalesce(answered_at, drafted_at), ref_id
 limit $most;

-- How many a list has, up to a thousand.
-- name: referrals_count :one
-- in:   box text, agency agency
-- out:  n i64
-- plan: referral_answer
select case $box::text
       when 'answer' then (select count(*) from (select from referral.referral
                                                  where receiver = $agency and state in ('offered', 'cancel_requested') limit 1000) x)
       when 'active' then (select count(*) from (select from referral.referral
                                                  where receiver = $agency and state in ('accepted', 'in_service', 'on_hold') limit 1000) x)
       when 'awaited' then (select count(*) from (select from referral.referral
                                                   where sender = $agency and state in ('draft', 'offered', 'cancel_requested') limit 1000) x)
       when 'running' then (select count(*) from (select from referral.referral
                                                   where sender = $agency and state in ('accepted', 'in_service', 'on_hold') limit 1000) x)
       when 'expired' then (select count(*) from (select from referral.referral where is_back and state = 'expired' limit 1000) x)
       when 'refused' then (select count(*) from (select from referral.referral where is_back and state <> 'expired' limit 1000) x)
       when 'back' then (select count(*) from (select from referral.referral where sender = $agency and is_back limit 1000) x)
       else (select count(*) from (select from referral.referral where is_back limit 1000) x)
       end as n;

-- ---- lists of cases -----------------------------------------------------------------------------------------------------------
-- Those an agency is on and that are open, the last that came to it first.
-- name: cases_held :many 100
-- in:   agency agency, after time, after_case uuid, most i64
-- out:  case_id uuid, since time, is_lead bool, lead agency, received_at time, area enum(area), age enum(age_band), needs enum(need)[], urgency enum(urgency), returns i64
-- plan: member_work
select m.case_id, m.since, m.is_lead, b.lead, f.received_at, f.area, f.age_band as age, f.needs, f.urgency, f.returns
  from (select case_id, since, is_lead
          from referral.member
         where agency = $agency and until is null and is_closed is null and (since, case_id) < ($after, $after_case)
         order by since desc, case_id desc
         limit $most) m
  join referral.case_file f on f.case_id = m.case_id
  join referral.baton b on b.case_id = m.case_id
 order by m.since desc, m.case_id desc
 limit 100;

-- Open ones that need more than one agency and have one (0027), longest waiting first.
-- name: cases_alone :many 100
-- in:   after time, after_case uuid, most i64
-- out:  case_id uuid, since time, is_lead bool, lead agency, received_at time, area enum(area), age enum(age_band), needs enum(need)[], urgency enum(urgency), returns i64
-- plan: case_file_alone
select f.case_id, b.since, false as is_lead, b.lead, f.received_at, f.area, f.age_band as age, f.needs, f.urgency, f.returns
  from (select case_id, received_at, area, age_band, needs, urgency, returns
          from referral.case_file
         where is_alone and (received_at, case_id) > ($after, $after_case)
         order by received_at, case_id
         limit $most) f
  join referral.baton b on b.case_id = f.case_id
 order by f.received_at, f.case_id
 limit 100;

-- name: cases_count :one
-- in:   alone bool, agency agency
-- out:  n i64
-- plan: member_work
select case when $alone then (select count(*) from (select from referral.case_file where is_alone limit 1000) x)
            else (select count(*) from (select from referral.member
                                         where agency = $agency and until is null and is_closed is null limit 1000) x)
       end as n;
