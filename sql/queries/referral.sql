-- A consent told at the first call is one to support, of the person supported, for every supporting agency and a year.
-- name: file_open :exec 1
-- in:   id uuid, at time, by agency, area enum(area), age enum(age_band), needs enum(need)[], urgency enum(urgency), consent enum(consent_state), consent_id uuid, items enum(item)[], recorder text
with f as (
    insert into referral.case_file (case_id, received_at, received_by, area, age_band, needs, urgency, consent)
    values ($id, $at, $by, $area, $age, $needs, $urgency, $consent)
), m as (
    insert into referral.member (case_id, agency, since, is_lead) values ($id, $by, $at, true)
), c as (
    insert into referral.consent (consent_id, case_id, person_id, purpose, items, receivers, given_at, until, evidence, recorded_by, recorder)
    select $consent_id::uuid, $id::uuid, $id::uuid, 'support', $items::text[], array[]::text[], $at::timestamptz,
           $at::timestamptz + interval '1 year', 'oral', $by::text, $recorder::text
     where $consent::text = 'given'
)
insert into referral.baton (case_id, lead, lead_since, version, since) values ($id, $by, $at, 1, $at);

-- name: case_lock :many 1
-- in:   id uuid
-- out:  lead agency, version i64, since time, is_closed bool, area enum(area), age enum(age_band), needs enum(need)[], urgency enum(urgency), returns i64, meeting_id uuid?
-- plan: baton_pkey
select b.lead, b.version, b.since, b.closed_at is not null as is_closed, f.area, f.age_band as age, f.needs, f.urgency, f.returns,
       f.meeting_id
  from referral.baton b
  join referral.case_file f on f.case_id = b.case_id
 where b.case_id = $id
   for update of b;

-- An agency without a part in the case asks the one that leads it.
-- name: case_asked :many 1
-- in:   id uuid, lead agency
-- out:  urgency enum(urgency), is_closed bool
select urgency, is_closed from referral.asked_of($id, $lead);

-- name: referral_lock :many 1
-- in:   id uuid
-- out:  case_id uuid, kind enum(referral_kind), sender agency, receiver agency, state enum(referral_state), needs enum(need)[], items enum(item)[], basis enum(legal_basis), urgency enum(urgency), visit enum(visit), due_at time?, read_at time?, version i64, broadcast uuid?, lead agency, baton_version i64, is_closed bool, area enum(area), age enum(age_band), case_needs enum(need)[], consent_id uuid?, purpose enum(purpose), session uuid?, returns i64, meeting_id uuid?, is_member bool, has_other bool
-- plan: referral_pkey
select r.case_id, r.kind, r.sender, r.receiver, r.state, r.needs, r.items, r.basis, r.urgency, r.visit, r.due_at, r.read_at, r.version,
       r.broadcast, b.lead, b.version as baton_version, b.closed_at is not null as is_closed, f.area, f.age_band as age,
       f.needs as case_needs, r.consent_id, r.purpose, r.session, f.returns, f.meeting_id,
       exists (select from referral.member m
                where m.case_id = r.case_id and m.agency = r.receiver and m.until is null) as is_member,
       exists (select from referral.referral o
                where o.case_id = r.case_id and o.receiver = r.receiver and o.ref_id <> r.ref_id and o.kind = 'added_support'
                  and o.lapsed_at is null
                  and o.state in ('accepted', 'in_service', 'on_hold', 'cancel_requested')) as has_other
  from referral.referral r
  join referral.baton b on b.case_id = r.case_id
  join referral.case_file f on f.case_id = r.case_id
 where r.ref_id = $id
   for update of b, r;

-- What a sending discloses is written with it.
-- name: referral_add :exec 1
-- in:   id uuid, case_id uuid, kind enum(referral_kind), sender agency, receiver agency, state enum(referral_state), needs enum(need)[], items enum(item)[], basis enum(legal_basis), urgency enum(urgency), at time, due time?, broadcast uuid?, replaces uuid?, override text?, purpose enum(purpose), session uuid?, consent uuid?, discloses bool, disclosure uuid, law text, approver text
with d as (
    insert into referral.disclosure (disclosure_id, case_id, ref_id, at, sender, receiver, items, basis, law, consent_id, session, purpose,
                                     approver)
    select $disclosure::uuid, $case_id::uuid, $id::uuid, $at::timestamptz, $sender::text, $receiver::text, $items::text[], $basis::text,
           $law::text, $consent::uuid, $session::uuid, $purpose::text, $approver::text
     where $discloses::boolean
)
insert into referral.referral (ref_id, case_id, kind, sender, receiver, state, needs, items, basis, urgency, drafted_at, due_at,
                               broadcast, replaces, override, consent_id, purpose, session)
values ($id, $case_id, $kind, $sender, $receiver, $state, $needs, $items, $basis, $urgency, $at, $due, $broadcast, $replaces, $override,
        $consent, $purpose, $session);

-- name: referral_move :exec 1
-- in:   id uuid, was i64, state enum(referral_state), reason enum(reason)?, due time?, read time?, answered time?, review time?, consent uuid?
-- plan: referral_pkey
update referral.referral
   set state = $state, version = version + 1,
       reason = coalesce($reason, reason),
       due_at = coalesce($due, due_at),
       read_at = coalesce(read_at, $read),
       answered_at = coalesce(answered_at, $answered),
       review_at = coalesce($review, review_at),
       consent_id = coalesce($consent, consent_id)
 where ref_id = $id and version = $was;

-- name: referral_visited :exec 1
-- in:   id uuid, was i64, visit enum(visit), at time?
-- plan: referral_pkey
update referral.referral
   set visit = $visit, visit_at = coalesce($at, visit_at), version = version + 1
 where ref_id = $id and version = $was;

-- name: rivals_of :many 8
-- in:   broadcast uuid, id uuid
-- out:  id uuid, receiver agency, version i64
-- plan: referral_broadcast
select ref_id as id, receiver, version
  from referral.referral
 where broadcast = $broadcast and ref_id <> $id and state = 'offered'
 order by ref_id
   for update;

-- name: member_of :many 1
-- in:   id uuid, agency agency
-- out:  since time, is_lead bool
-- plan: member_live
select since, is_lead from referral.member where case_id = $id and agency = $agency and until is null;

-- What an agency may read of a case by the rows as they stand: what its place on the case opens, and what its open referrals disclose
-- to it. is_whole: its place alone opens everything.
-- name: reach_now :one
-- in:   id uuid, agency agency
-- out:  is_member bool, is_whole bool, items enum(item)[]
-- plan: referral_case
select m.items is not null as is_member, coalesce(cardinality(m.items) = 4, false) as is_whole,
       array(select unnest(m.items)
              union
             select i
               from referral.referral r
              cross join unnest(r.items) as i
              where r.case_id = $id and r.receiver = $agency and r.kind <> 'pull_request' and r.lapsed_at is null
                and r.state in ('offered', 'accepted', 'in_service', 'on_hold', 'cancel_requested')
              order by 1) as items
  from (values (1)) as one
  left join referral.member m on m.case_id = $id and m.agency = $agency and m.until is null;

-- What a member's place stands on: on having taken the case on, or on referrals it accepted since it joined, as long as they did not
-- lapse; and what those disclosed to it.
-- name: standing_of :one
-- in:   id uuid, agency agency
-- out:  is_member bool, is_lead bool, stands bool, items enum(item)[]
-- plan: referral_case
with m as (
    select p.agency, p.since, p.is_lead, f.received_by = p.agency and f.received_at = p.since as is_first
      from referral.member p
      join referral.case_file f on f.case_id = p.case_id
     where p.case_id = $id and p.agency = $agency and p.until is null
), g as (
    select r.ref_id
      from referral.referral r
      join m on m.agency = r.receiver and r.answered_at >= m.since
     where r.case_id = $id and r.lapsed_at is null
       and ((r.kind in ('transfer', 'added_support') and r.state in ('accepted', 'in_service', 'on_hold', 'cancel_requested'))
            or (r.kind = 'transfer' and r.state in ('completed', 'failed', 'cancelled')))
)
select exists (select from m) as is_member, exists (select from m where is_lead) as is_lead,
       exists (select from m where is_first) or exists (select from g) as stands,
       array(select unnest(p.items) from referral.member p join m on m.is_first and p.agency = m.agency and p.since = m.since
              where p.case_id = $id
              union
             select unnest(d.items) from referral.disclosure d join g on g.ref_id = d.ref_id where d.case_id = $id
              order by 1) as items;

-- What stood on a consent opens nothing from its withdrawal on.
-- name: referrals_lapse :many 100
-- in:   case_id uuid, consent uuid, at time
-- out:  agency agency
-- plan: referral_case
with l as (
    update referral.referral
       set lapsed_at = $at
     where case_id = $case_id and consent_id = $consent and lapsed_at is null
       and (state in ('accepted', 'in_service', 'on_hold', 'cancel_requested')
            or (kind = 'transfer' and state in ('completed', 'failed', 'cancelled')))
    returning receiver
)
select distinct receiver as agency from l order by 1 limit 100;

-- name: member_limit :exec 1
-- in:   id uuid, agency agency, items enum(item)[]
-- plan: member_live
update referral.member set items = $items where case_id = $id and agency = $agency and until is null;

-- name: member_end :exec
-- in:   id uuid, agency agency, at time
-- plan: member_live
update referral.member
   set until = greatest($at, since)
 where case_id = $id and agency = $agency and until is null and not is_lead;

-- Since of a returning member never equals the one before, also when both fall on the same microsecond. Who is on the case already keeps
-- what it reads and reads this too.
-- name: member_join :one
-- in:   id uuid, agency agency, at time, items enum(item)[]
-- out:  items enum(item)[]
insert into referral.member as m (case_id, agency, since, is_lead, items)
values ($id, $agency,
        greatest($at, (select max(until) + interval '1 microsecond' from referral.member where case_id = $id and agency = $agency)),
        false, $items)
    on conflict (case_id, agency) where until is null
    do update set items = array(select unnest(m.items) union select unnest(excluded.items) order by 1)
returning items;

-- The baton moves in one statement order: the old lead stops being lead, the new one starts, the baton points at it. The deferred
-- foreign key checks at COMMIT that it points at a live lead.
-- name: lead_stop :exec 1
-- in:   id uuid
-- plan: member_one_lead
update referral.member set is_lead = false where case_id = $id and is_lead;

-- name: lead_start :exec 1
-- in:   id uuid, agency agency
-- plan: member_live
update referral.member set is_lead = true where case_id = $id and agency = $agency and until is null;

-- name: baton_move :exec 1
-- in:   id uuid, lead agency, was i64, at time
-- plan: baton_pkey
update referral.baton b
   set lead = $lead, version = version + 1, since = $at,
       lead_since = (select m.since from referral.member m where m.case_id = $id and m.agency = $lead and m.until is null)
 where b.case_id = $id and b.version = $was and b.closed_at is null;

-- name: baton_close :exec 1
-- in:   id uuid, was i64, at time, reason enum(reason), successor agency?, evaluation uuid
-- plan: baton_pkey
update referral.baton
   set closed_at = $at, closed_reason = $reason, successor = $successor, evaluation = $evaluation, version = version + 1
 where case_id = $id and version = $was and closed_at is null;

-- name: open_referrals :one
-- in:   id uuid
-- out:  n i64
-- plan: referral_case
select count(*) as n
  from referral.referral
 where case_id = $id and state in ('offered', 'cancel_requested');

-- name: return_count :exec 1
-- in:   id uuid, meeting uuid?
-- plan: case_file_pkey
update referral.case_file
   set returns = returns + 1, meeting_id = coalesce($meeting, meeting_id)
 where case_id = $id;

-- name: meeting_note :exec 1
-- in:   id uuid, meeting uuid
-- plan: case_file_pkey
update referral.case_file set meeting_id = $meeting where case_id = $id;

-- name: decline_add :exec
-- in:   id uuid, agency agency, needs enum(need)[], ref_id uuid, at time
insert into referral.decline (case_id, agency, need, ref_id, at)
select $id, $agency, n, $ref_id, $at from unnest($needs::text[]) as n;

-- name: decline_override :exec
-- in:   id uuid, agencies agency[], ref_id uuid
-- plan: decline_pkey
update referral.decline
   set overridden_by = $ref_id
 where case_id = $id and agency = any($agencies::text[]) and overridden_by is null;

-- name: declines_of :many 500
-- in:   id uuid
-- out:  agency agency, need enum(need)
-- plan: decline_pkey
select distinct agency, need
  from referral.decline
 where case_id = $id and overridden_by is null
 order by agency, need;

-- name: returned_by :many 24
-- in:   id uuid
-- out:  agency agency
-- plan: referral_case
select distinct receiver as agency
  from referral.referral
 where case_id = $id and state in ('declined', 'expired', 'failed')
 order by receiver
 limit 24;

-- name: members_of :many 100
-- in:   id uuid
-- out:  agency agency, is_lead bool, since time, until time?
-- plan: member_pkey
select agency, is_lead, since, until
  from referral.member
 where case_id = $id
 order by since, agency
 limit 100;

-- name: referral_one :many 1
-- in:   id uuid
-- out:  ref_id uuid, case_id uuid, kind enum(referral_kind), sender agency, receiver agency, state enum(referral_state), needs enum(need)[], items enum(item)[], basis enum(legal_basis), urgency enum(urgency), reason enum(reason)?, visit enum(visit), drafted_at time, due_at time?, read_at time?, answered_at time?, version i64
-- plan: referral_pkey
select ref_id, case_id, kind, sender, receiver, state, needs, items, basis, urgency, reason, visit, drafted_at, due_at, read_at,
       answered_at, version
  from referral.referral
 where ref_id = $id;

-- name: referrals_of_case :many 200
-- in:   id uuid, most i64
-- out:  ref_id uuid, case_id uuid, kind enum(referral_kind), sender agency, receiver agency, state enum(referral_state), needs enum(need)[], items enum(item)[], basis enum(legal_basis), urgency enum(urgency), reason enum(reason)?, visit enum(visit), drafted_at time, due_at time?, read_at time?, answered_at time?, version i64
-- plan: referral_case
select ref_id, case_id, kind, sender, receiver, state, needs, items, basis, urgency, reason, visit, drafted_at, due_at, read_at,
       answered_at, version
  from referral.referral
 where case_id = $id
 order by drafted_at, ref_id
 limit $most;

-- The baton row is locked here too, in the same order as everywhere; rows others work on are left for the next round.
-- name: due_now :many 16
-- in:   now time
-- out:  id uuid
-- plan: referral_due
select ref_id as id
  from referral.referral
 where state = 'offered' and due_at <= $now
 order by due_at
 limit 16;

-- ---- consents, what is disclosed on them, what is called back -----------------------------------------------------

-- Those of the person supported that may still carry a disclosure.
-- name: consents_live :many 100
-- in:   id uuid, at time
-- out:  consent_id uuid, purpose enum(purpose), items enum(item)[], receivers agency[], given_at time, until time
-- plan: consent_case
select consent_id, purpose, items, receivers, given_at, until
  from referral.consent
 where case_id = $id and person_id = $id and withdrawn_at is null and until > $at
 order by given_at desc, consent_id
 limit 100;

-- name: consent_add :exec 1
-- in:   id uuid, case_id uuid, person uuid, purpose enum(purpose), items enum(item)[], receivers agency[], at time, until time, evidence enum(evidence), note uuid?, by agency, recorder text
insert into referral.consent (consent_id, case_id, person_id, purpose, items, receivers, given_at, until, evidence, evidence_note,
                              recorded_by, recorder)
values ($id, $case_id, $person, $purpose, $items, $receivers, $at, $until, $evidence, $note, $by, $recorder);

-- name: consents_of :many 100
-- in:   id uuid
-- out:  consent_id uuid, person_id uuid, purpose enum(purpose), items enum(item)[], receivers agency[], given_at time, until time, withdrawn_at time?, evidence enum(evidence), recorded_by agency, recalls_open i64
-- plan: consent_case
select consent_id, person_id, purpose, items, receivers, given_at, until, withdrawn_at, evidence, recorded_by,
       (select count(*) from referral.recall r where r.consent_id = c.consent_id and r.done_at is null) as recalls_open
  from referral.consent c
 where case_id = $id
 order by given_at desc, consent_id
 limit 100;

-- The baton is locked before the consent, as by everyone who sends: a sending is either seen here or sees the withdrawal.
-- name: consent_lock :many 1
-- in:   id uuid, agency agency
-- out:  case_id uuid, is_withdrawn bool, recorded_by agency, lead agency, is_member bool
-- plan: consent_pkey
select c.case_id, c.withdrawn_at is not null as is_withdrawn, c.recorded_by, b.lead,
       exists (select from referral.member m where m.case_id = c.case_id and m.agency = $agency and m.until is null) as is_member
  from referral.consent c
  join referral.baton b on b.case_id = c.case_id
 where c.consent_id = $id
   for update of b, c;

-- name: consent_end :exec 1
-- in:   id uuid, at time, by agency, withdrawer text, reason enum(reason)?
-- plan: consent_pkey
update referral.consent
   set withdrawn_at = greatest($at, given_at), withdrawn_by = $by, withdrawer = $withdrawer, withdrawn_reason = $reason
 where consent_id = $id and withdrawn_at is null;

-- name: offers_on :many 100
-- in:   case_id uuid, consent uuid
-- out:  id uuid
-- plan: referral_case
select ref_id as id
  from referral.referral
 where case_id = $case_id and consent_id = $consent and state = 'offered'
 order by ref_id
 limit 100;

-- Whoever took the consent keeps its own record.
-- name: holders_of :many 100
-- in:   consent uuid, recorder agency
-- out:  agency agency, items enum(item)[]
-- plan: disclosure_consent
select d.receiver as agency, array_agg(distinct i order by i) as items
  from referral.disclosure d
 cross join unnest(d.items) as i
 where d.consent_id = $consent and d.receiver <> $recorder
 group by d.receiver
 order by d.receiver
 limit 100;

-- name: recall_add :exec 1
-- in:   id uuid, consent uuid, case_id uuid, agency agency, items enum(item)[], at time
insert into referral.recall (recall_id, consent_id, case_id, agency, items, sent_at)
values ($id, $consent, $case_id, $agency, $items, $at);

-- name: recalls_of :many 200
-- in:   agency agency, closed bool
-- out:  recall_id uuid, case_id uuid, consent_id uuid, agency agency, items enum(item)[], sent_at time, done_at time?, outcome enum(recall_outcome)?
-- plan: recall_agency
select recall_id, case_id, consent_id, agency, items, sent_at, done_at, outcome
  from referral.recall
 where agency = $agency and ($closed or done_at is null)
 order by sent_at, recall_id
 limit 200;

-- name: recall_lock :many 1
-- in:   id uuid, agency agency
-- out:  case_id uuid, is_done bool
-- plan: recall_pkey
select case_id, done_at is not null as is_done
  from referral.recall
 where recall_id = $id and agency = $agency
   for update;

-- name: recall_end :exec 1
-- in:   id uuid, at time, outcome enum(recall_outcome), by text
-- plan: recall_pkey
update referral.recall
   set done_at = greatest($at, sent_at), outcome = $outcome, done_by = $by
 where recall_id = $id and done_at is null;

-- Of a referral, on its ground as it stands. Who approved its sending approved what accepting it opens.
-- name: disclosure_add :exec 1
-- in:   id uuid, ref_id uuid, at time, items enum(item)[], law text, by text
-- plan: referral_pkey
insert into referral.disclosure (disclosure_id, case_id, ref_id, at, sender, receiver, items, basis, law, consent_id, session, purpose,
                                 approver)
select $id, r.case_id, r.ref_id, $at, r.sender, r.receiver, $items, r.basis, $law, r.consent_id, r.session, r.purpose,
       coalesce((select d.approver from referral.disclosure d
                  where d.case_id = r.case_id and d.ref_id = r.ref_id order by d.at limit 1), $by)
  from referral.referral r
 where r.ref_id = $ref_id;

-- What a meeting's papers show to one whom it calls.
-- name: disclosure_of_session :exec 1
-- in:   id uuid, case_id uuid, at time, sender agency, receiver agency, items enum(item)[], basis enum(legal_basis), law text, consent uuid?, session uuid, purpose enum(purpose), approver text
insert into referral.disclosure (disclosure_id, case_id, at, sender, receiver, items, basis, law, consent_id, session, purpose, approver)
values ($id, $case_id, $at, $sender, $receiver, $items, $basis, $law, $consent, $session, $purpose, $approver);

-- name: disclosure_at :many 1
-- in:   id uuid
-- out:  at time
-- plan: disclosure_pkey
select at from referral.disclosure where disclosure_id = $id;

-- name: disclosures_of_case :many 200
-- in:   case_id uuid, after_at time, after uuid, bare bool, most i64
-- out:  disclosure_id uuid, case_id uuid, ref_id uuid?, at time, sender agency, receiver agency, items enum(item)[], basis enum(legal_basis), law text, consent_id uuid?, session uuid?, purpose enum(purpose), approver text
-- plan: disclosure_case
select disclosure_id, case_id, ref_id, at, sender, receiver, items, basis, law, consent_id, session, purpose, approver
  from referral.disclosure
 where case_id = $case_id and (at, disclosure_id) > ($after_at, $after) and (not $bare or consent_id is null)
 order by at, disclosure_id
 limit $most;

-- name: disclosures_of_year :many 200
-- in:   until time, after_at time, after uuid, bare bool, most i64
-- out:  disclosure_id uuid, case_id uuid, ref_id uuid?, at time, sender agency, receiver agency, items enum(item)[], basis enum(legal_basis), law text, consent_id uuid?, session uuid?, purpose enum(purpose), approver text
-- plan: disclosure_year
select disclosure_id, case_id, ref_id, at, sender, receiver, items, basis, law, consent_id, session, purpose, approver
  from referral.disclosure
 where at < $until and (at, disclosure_id) > ($after_at, $after) and (not $bare or consent_id is null)
 order by at, disclosure_id
 limit $most;

-- name: disclosures_of_agency :many 200
-- in:   agency agency, until time, after_at time, after uuid, bare bool, most i64
-- out:  disclosure_id uuid, case_id uuid, ref_id uuid?, at time, sender agency, receiver agency, items enum(item)[], basis enum(legal_basis), law text, consent_id uuid?, session uuid?, purpose enum(purpose), approver text
-- plan: disclosure_sender
select disclosure_id, case_id, ref_id, at, sender, receiver, items, basis, law, consent_id, session, purpose, approver
  from referral.disclosure
 where sender = $agency and at < $until and (at, disclosure_id) > ($after_at, $after) and (not $bare or consent_id is null)
 order by at, disclosure_id
 limit $most;
