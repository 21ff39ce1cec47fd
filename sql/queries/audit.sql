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
-- in:   id uuid, case_id uuid, happened enum(happening), agency agency?, actor text?, detail text?, reason text?, trace text, at time
insert into audit.event (case_id, happened, source, agency, actor, about, detail, reason, trace, at)
values ($case_id, $happened, 'km_keys', $agency, $actor, $id, $detail, $reason, nullif($trace, ''), $at);

-- name: notice_add :exec
-- in:   id uuid, kind enum(notice_kind), case_id uuid?, agency agency?, user text?, detail text?, due time?, at time
insert into audit.notice (notice_id, kind, case_id, agency, user_name, detail, due, at)
values ($id, $kind, $case_id, $agency, $user, $detail, $due, $at)
    on conflict (notice_id) do nothing;

-- Row-level security leaves each reader the notices that are meant for it. While services are being replaced one of before 0028 may still put
-- what is only a hint among them.
-- name: notices_of :many 200
-- in:   user text, all bool, most i64
-- out:  notice_id uuid, kind enum(notice_kind), case_id uuid?, agency agency?, user_name text?, detail text?, at time, due time?, seen_at time?
-- plan: notice_at
select n.notice_id, n.kind, n.case_id, n.agency, n.user_name, n.detail, n.at, n.due, s.at as seen_at
  from audit.notice n
  left join audit.notice_seen s on s.notice_id = n.notice_id and s.user_name = $user
 where n.kind <> 'meeting' and ($all or s.notice_id is null)
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

-- How much of a case's history is in the log by now; of what was erased there is only the entry.
-- name: evidence_counts :one
-- in:   id uuid
-- out:  events i64, logged i64
select (select count(*) from audit.event where case_id = $id)
       + (select count(*) from ledger.entry where case_id = $id and length(sealed) = 0) as events,
       (select count(*) from ledger.entry where case_id = $id) as logged;

-- name: evidence_of :many 32
-- in:   id uuid, from i64
-- out:  event_id uuid, at time, shard i64, idx i64, seq i64, leaf bytes, sealed bytes
select event_id, at, shard, idx, seq, leaf, sealed
  from ledger.entry
 where case_id = $id and seq >= $from
 order by seq
 limit 32;

-- What agencies' own systems asked for; the log keeps milliseconds.
-- name: requests_of :many 64
-- in:   id uuid, ats time[]
-- out:  id i64, request bytes
-- plan: event_case
select id, request
  from audit.event
 where case_id = $id and request is not null and date_trunc('milliseconds', at) = any($ats::timestamptz[])
 order by at, id
 limit 64;

-- ---- what auditors ask: a job reads the history in, in the order of its commits ------------------------------

-- One worker at a time, until its transaction ends. A position of another server says nothing about this one's transactions: a dump was read
-- in, and the history waits until the sequencer has looked it through (0025).
-- name: history_turn :one
-- out:  is_mine bool, is_elsewhere bool, is_settled bool
select pg_try_advisory_xact_lock(7884563414) as is_mine, p.cluster is distinct from c.system_identifier as is_elsewhere,
       l.cluster is not distinct from c.system_identifier and l.again is null as is_settled
  from audit.position p, ledger.position l, pg_control_system() c;

-- From the beginning. What the history does not have any more, because it was erased, stays as it is.
-- name: history_again :exec 1
with c as (
    delete from audit.custody c
     where exists (select from audit.event e where e.case_id = c.case_id and e.happened in ('baton_created', 'baton_moved'))
), s as (
    delete from audit.step s
     where exists (select from audit.event e
                    where e.case_id = s.case_id and e.about = s.ref_id and e.happened = 'referral' and e.detail in ('draft', 'send'))
), n as (
    delete from audit.leads_counted n where not exists (select from audit.lead_proof p where p.day = n.day)
)
update audit.position set tx = '0', id = 0, cluster = (select system_identifier from pg_control_system());

-- name: history_range :one
-- in:   most i64
-- out:  from_tx i64, from_id i64, to_tx i64, to_id i64, n i64
-- plan: event_tx
with b as (
    select e.tx, e.id
      from audit.event e
     where (e.tx, e.id) > ((select p.tx from audit.position p), (select p.id from audit.position p))
       and e.tx < pg_snapshot_xmin(pg_current_snapshot())
     order by e.tx, e.id
     limit $most
), l as (
    select tx, id from b order by tx desc, id desc limit 1
)
select p.tx::text::bigint as from_tx, p.id as from_id, coalesce(l.tx, p.tx)::text::bigint as to_tx, coalesce(l.id, p.id) as to_id,
       (select count(*) from b) as n
  from audit.position p
  left join l on true;

-- name: custody_read :exec
-- in:   from_tx i64, from_id i64, to_tx i64, to_id i64
-- plan: event_tx
insert into audit.custody (case_id, tx, event_id, at, cause, agency, given_by, ref_id, reason)
select e.case_id, e.tx, e.id, e.at,
       case e.happened when 'baton_created' then 'intake' when 'baton_moved' then 'handoff' when 'case_closed' then 'closed' else 'erased' end,
       case e.happened when 'baton_created' then e.counterpart when 'baton_moved' then e.agency end,
       case e.happened when 'baton_moved' then e.counterpart when 'case_closed' then e.agency end,
       case e.happened when 'baton_moved' then e.about end,
       case e.happened when 'case_closed' then e.reason end
  from audit.event e
 where (e.tx, e.id) > ($from_tx::bigint::text::xid8, $from_id::bigint) and (e.tx, e.id) <= ($to_tx::bigint::text::xid8, $to_id::bigint)
   and (e.happened in ('case_closed', 'case_erased') or (e.happened = 'baton_created' and e.counterpart is not null)
        or (e.happened = 'baton_moved' and e.agency is not null))
    on conflict do nothing;

-- After the custody. A case begins with what opens it or gives it a lead; what is read of it later, or asked about it, makes none.
-- name: dossiers_read :exec
-- in:   from_tx i64, from_id i64, to_tx i64, to_id i64
-- plan: event_tx
insert into audit.dossier as d (case_id, opened_at, opened_by, closed_at, lead, last_at)
select b.case_id, coalesce(b.begun_at, b.last_at), b.opened_by, z.at, l.agency, b.last_at
  from (select e.case_id, min(e.at) filter (where e.happened in ('case_opened', 'baton_created', 'baton_moved')) as begun_at,
               min(e.agency) filter (where e.happened = 'case_opened') as opened_by, max(e.at) as last_at
          from audit.event e
         where (e.tx, e.id) > ($from_tx::bigint::text::xid8, $from_id::bigint) and (e.tx, e.id) <= ($to_tx::bigint::text::xid8, $to_id::bigint)
           and e.happened <> 'audited'
         group by e.case_id) b
  left join lateral (select c.agency from audit.custody c
                      where c.case_id = b.case_id order by c.tx desc, c.event_id desc limit 1) l on true
  left join lateral (select c.at from audit.custody c
                      where c.case_id = b.case_id and c.agency is null order by c.tx, c.event_id limit 1) z on true
 where b.begun_at is not null or exists (select from audit.dossier was where was.case_id = b.case_id)
    on conflict (case_id) do update
   set opened_at = least(d.opened_at, excluded.opened_at), opened_by = coalesce(d.opened_by, excluded.opened_by),
       closed_at = excluded.closed_at, lead = excluded.lead, last_at = greatest(d.last_at, excluded.last_at);

-- After the custody: the sender is who leads the case at that moment, also where a coordinator acts for it. Who asks the lead itself asks
-- for the case (pull_request) and is the sender.
-- name: steps_new :exec
-- in:   from_tx i64, from_id i64, to_tx i64, to_id i64
-- plan: event_tx
insert into audit.step (ref_id, case_id, sender, receiver, drafted_at, tx, event_id)
select distinct on (e.about) e.about, e.case_id, x.sender, e.counterpart, e.at, '0', 0
  from audit.event e
  left join lateral (select c.agency from audit.custody c
                      where c.case_id = e.case_id and (c.tx, c.event_id) < (e.tx, e.id)
                      order by c.tx desc, c.event_id desc limit 1) l on true
 cross join lateral (select case when l.agency is null or e.counterpart = l.agency then e.agency else l.agency end as sender) x
 where (e.tx, e.id) > ($from_tx::bigint::text::xid8, $from_id::bigint) and (e.tx, e.id) <= ($to_tx::bigint::text::xid8, $to_id::bigint)
   and e.happened = 'referral' and e.detail in ('draft', 'send')
   and e.about is not null and e.counterpart is not null and x.sender is not null
 order by e.about, e.tx, e.id
    on conflict (ref_id) do nothing;

-- After steps_new. The first of what ends the asking is the answer, the next is how what was accepted ended.
-- name: steps_read :exec
-- in:   from_tx i64, from_id i64, to_tx i64, to_id i64
-- plan: event_tx
update audit.step s
   set offered_at = coalesce(s.offered_at, m.offered_at), due = coalesce(s.due, m.due), opened_at = coalesce(s.opened_at, m.opened_at),
       answered_at = coalesce(s.answered_at, m.ats[1]), answer = coalesce(s.answer, m.words[1]),
       reason = case when s.answer is null then m.reasons[1] else s.reason end,
       ended_at = coalesce(s.ended_at, m.ats[m.next]), outcome = coalesce(s.outcome, m.words[m.next]),
       outcome_reason = case when s.outcome is null then m.reasons[m.next] else s.outcome_reason end,
       tx = m.last_tx[1], event_id = m.last_id[1]
  from (select e.about, min(e.at) filter (where e.detail = 'send') as offered_at, min(e.due) filter (where e.detail = 'send') as due,
               min(e.at) filter (where e.detail = 'deliver') as opened_at,
               array_agg(e.at order by e.tx, e.id) filter (where x.ends) as ats,
               array_agg(e.detail order by e.tx, e.id) filter (where x.ends) as words,
               array_agg(e.reason order by e.tx, e.id) filter (where x.ends) as reasons,
               array_agg(e.tx order by e.tx desc, e.id desc) as last_tx, array_agg(e.id order by e.tx desc, e.id desc) as last_id,
               case when w.answer is null then 2 else 1 end as next
          from audit.event e
          join audit.step w on w.ref_id = e.about and w.case_id = e.case_id
         cross join lateral (select e.detail in ('accept', 'decline', 'withdraw', 'due', 'retract', 'complete', 'fail', 'confirm')) as x(ends)
         where (e.tx, e.id) > ($from_tx::bigint::text::xid8, $from_id::bigint)
           and (e.tx, e.id) <= ($to_tx::bigint::text::xid8, $to_id::bigint)
           and (e.tx, e.id) > (w.tx, w.event_id)
           and e.happened = 'referral'
         group by e.about, w.answer) m
 where s.ref_id = m.about;

-- After all of them. What was erased of the history is not kept here: of a whole case only who held it and when, for that no case was ever
-- without a lead; of its contents all that is no word of who did what.
-- name: erased_read :exec
-- in:   from_tx i64, from_id i64, to_tx i64, to_id i64
-- plan: event_tx
with e as (
    select e.case_id, bool_or(e.happened = 'case_erased') as is_whole
      from audit.event e
     where (e.tx, e.id) > ($from_tx::bigint::text::xid8, $from_id::bigint) and (e.tx, e.id) <= ($to_tx::bigint::text::xid8, $to_id::bigint)
       and e.happened in ('case_erased', 'payload_erased')
     group by e.case_id
), c as (
    update audit.custody c set reason = null, ref_id = null from e where c.case_id = e.case_id
), s as (
    update audit.step s set reason = null, outcome_reason = null, due = null from e where s.case_id = e.case_id and not e.is_whole
)
delete from audit.step s using e where s.case_id = e.case_id and e.is_whole;

-- name: history_put :exec 1
-- in:   to_tx i64, to_id i64
update audit.position set tx = $to_tx::bigint::text::xid8, id = $to_id;

-- ---- one case ------------------------------------------------------------------------------------------------------

-- name: dossier_one :many 1
-- in:   id uuid
-- out:  opened_at time, opened_by agency?, closed_at time?, lead agency?, last_at time, handoffs i64, returns i64
-- plan: dossier_pkey
select d.opened_at, d.opened_by, d.closed_at, d.lead, d.last_at,
       (select count(*) from audit.custody c where c.case_id = d.case_id and c.cause = 'handoff') as handoffs,
       (select count(*) from audit.step s where s.case_id = d.case_id and s.returned_at is not null) as returns
  from audit.dossier d
 where d.case_id = $id;

-- Whoever received a case holds it from then on, though it is told a moment later that it leads it.
-- name: custody_of :many 201
-- in:   id uuid
-- out:  agency agency, cause enum(custody_cause), ref_id uuid?, since time, until time?, ended_by enum(custody_cause)?, reason enum(reason)?
-- plan: custody_pkey
select x.agency, x.cause, x.ref_id, x.since, x.until, x.ended_by, x.reason
  from (select c.tx, c.event_id, c.agency, c.cause, c.ref_id,
               case when c.cause = 'intake' then least(c.at, d.opened_at) else c.at end as since,
               lead(c.at) over w as until, lead(c.cause) over w as ended_by, lead(c.reason) over w as reason
          from audit.custody c
          left join audit.dossier d on d.case_id = c.case_id
         where c.case_id = $id
        window w as (order by c.tx, c.event_id)) x
 where x.agency is not null
 order by x.tx, x.event_id
 limit 201;

-- name: steps_of :many 301
-- in:   id uuid
-- out:  ref_id uuid, sender agency, receiver agency, drafted_at time, offered_at time?, due time?, opened_at time?, answered_at time?, answer enum(referral_event)?, reason enum(reason)?, ended_at time?, outcome enum(referral_event)?, outcome_reason enum(reason)?, is_return bool
-- plan: step_case
select ref_id, sender, receiver, drafted_at, offered_at, due, opened_at, answered_at, answer, reason, ended_at, outcome, outcome_reason,
       returned_at is not null as is_return
  from audit.step
 where case_id = $id
 order by drafted_at, ref_id
 limit 301;

-- ---- cases and reports -----------------------------------------------------------------------------------------------

-- All that is given must be true of one step, or, where no answer and no reason is, of one stretch of custody or of the case.
-- name: cases_found :many 200
-- in:   agency agency?, since time?, until time?, answer enum(referral_event)?, reason enum(reason)?, after uuid, most i64
-- out:  case_id uuid, opened_at time, opened_by agency?, closed_at time?, lead agency?, last_at time, handoffs i64, returns i64
-- plan: dossier_pkey
select d.case_id, d.opened_at, d.opened_by, d.closed_at, d.lead, d.last_at,
       (select count(*) from audit.custody c where c.case_id = d.case_id and c.cause = 'handoff') as handoffs,
       (select count(*) from audit.step s where s.case_id = d.case_id and s.returned_at is not null) as returns
  from audit.dossier d
 cross join (select coalesce($since::timestamptz, '-infinity') as since, coalesce($until::timestamptz, 'infinity') as until,
                    $answer::text is null and $reason::text is null as is_any) p
 where d.case_id > $after
   and (exists (select from audit.step s
                 where s.case_id = d.case_id and ($agency::text is null or $agency::text in (s.sender, s.receiver))
                   and case when p.is_any
                            then s.drafted_at < p.until
                                 and coalesce(s.ended_at, case when s.answer <> 'accept' then s.answered_at end, 'infinity') >= p.since
                            else (s.answered_at >= p.since and s.answered_at < p.until and s.answer = coalesce($answer::text, s.answer)
                                  and ($reason::text is null or s.reason = $reason::text))
                              or (s.ended_at >= p.since and s.ended_at < p.until and s.outcome = coalesce($answer::text, s.outcome)
                                  and ($reason::text is null or s.outcome_reason = $reason::text)) end)
        or (p.is_any and exists (select from audit.custody c
                                  where c.case_id = d.case_id and c.agency = $agency::text and c.at < p.until
                                    and not exists (select from audit.custody n
                                                     where n.case_id = c.case_id and (n.tx, n.event_id) > (c.tx, c.event_id)
                                                       and n.at <= p.since)))
        or (p.is_any and $agency::text is null and d.opened_at < p.until and coalesce(d.closed_at, 'infinity') >= p.since))
 order by d.case_id
 limit $most;

-- name: report_bounced :many 200
-- in:   since time?, until time?, after uuid, most i64
-- out:  case_id uuid, at time, lead agency?, returns i64
-- plan: step_returned
select s.case_id, max(s.returned_at) as at, (select d.lead from audit.dossier d where d.case_id = s.case_id) as lead, count(*) as returns
  from audit.step s
 where s.returned_at is not null and s.case_id > $after
   and s.returned_at >= coalesce($since::timestamptz, '-infinity') and s.returned_at < coalesce($until::timestamptz, 'infinity')
 group by s.case_id
having count(*) >= 2
 order by s.case_id
 limit $most;

-- Answered after it was due, or not at all until it was.
-- name: report_steps :many 200
-- in:   is_expired bool, since time?, until time?, after uuid, most i64
-- out:  ref_id uuid, case_id uuid, sender agency, receiver agency, due time?, answered_at time, answer enum(referral_event), reason enum(reason)?
-- plan: step_pkey
select ref_id, case_id, sender, receiver, due, answered_at, answer, reason
  from audit.step
 where ref_id > $after
   and answered_at >= coalesce($since::timestamptz, '-infinity') and answered_at < coalesce($until::timestamptz, 'infinity')
   and case when $is_expired::boolean then answer = 'due' else answer in ('accept', 'decline') and answered_at > due end
 order by ref_id
 limit $most;

-- name: report_unreviewed :many 200
-- in:   since time?, until time?, after uuid, most i64
-- out:  id uuid, case_id uuid, agency agency, user_name text, reason enum(emergency_reason), at time, due time
select id, case_id, agency, user_name, reason, at, due
  from audit.emergency
 where reviewed_at is null and id > $after
   and at >= coalesce($since::timestamptz, '-infinity') and at < coalesce($until::timestamptz, 'infinity')
 order by id
 limit $most;

-- An event's number stands in the last eight bytes of its line's id.
-- name: report_without_consent :many 200
-- in:   since time?, until time?, after uuid, most i64
-- out:  id uuid, case_id uuid, at time, agency agency?, counterpart agency?, about uuid?, basis enum(legal_basis)?
-- plan: event_disclosed
select lpad(to_hex(e.id), 32, '0')::uuid as id, e.case_id, e.at, e.agency, e.counterpart, e.about, e.detail as basis
  from audit.event e
 where e.happened = 'disclosed' and e.detail is distinct from 'consent'
   and e.id > ('x' || right(replace($after::uuid::text, '-', ''), 16))::bit(64)::bigint
   and e.at >= coalesce($since::timestamptz, '-infinity') and e.at < coalesce($until::timestamptz, 'infinity')
 order by e.id
 limit $most;

-- name: report_without_lead :many 200
-- in:   since time?, until time?, after uuid, most i64
-- out:  case_id uuid, opened_at time, opened_by agency?
-- plan: dossier_open
select case_id, opened_at, opened_by
  from audit.dossier
 where closed_at is null and lead is null and case_id > $after
   and opened_at >= coalesce($since::timestamptz, '-infinity') and opened_at < coalesce($until::timestamptz, 'infinity')
 order by case_id
 limit $most;

-- ---- every day ---------------------------------------------------------------------------------------------------------

-- The first day that has ended and is not proven, once all that was written of it is read and referral's count of it is here and can be
-- compared: a count that has not come two hours after is not waited for.
-- name: proof_next :many 1
-- in:   now time
-- out:  day text, starts time, ends time, has_count bool
with n as (
    select coalesce((select max(day) + 1 from audit.lead_proof), ($now::timestamptz at time zone 'Asia/Tokyo')::date - 1) as day
), d as (
    select n.day, n.day::timestamp at time zone 'Asia/Tokyo' as starts, (n.day + 1)::timestamp at time zone 'Asia/Tokyo' as ends, c.snapshot
      from n
      left join audit.leads_counted c on c.day = n.day
)
select to_char(d.day, 'YYYY-MM-DD') as day, d.starts, d.ends, coalesce(x.can, false) as has_count
  from d
 cross join lateral (select pg_snapshot_xmax(d.snapshot) <= pg_snapshot_xmin(pg_current_snapshot())
                        and not exists (select from audit.event e
                                         where (e.tx, e.id) > ((select p.tx from audit.position p), (select p.id from audit.position p))
                                           and e.tx < pg_snapshot_xmax(d.snapshot)) as can) x
 where $now >= d.ends + interval '15 minutes'
   and (x.can or $now >= d.ends + interval '2 hours')
   and not exists (select from audit.event e
                    where (e.tx, e.id) > ((select p.tx from audit.position p), (select p.id from audit.position p)) and e.at < d.ends);

-- Who received a case holds it and must be told to lead it within a quarter of an hour; each handoff comes from whoever had it, and so does
-- the closing; nothing follows that. A gap counts on every day it touches.
-- name: proof_make :one
-- in:   starts time, ends time
-- out:  open i64, without_lead i64, cases uuid[]
with o as (
    select case_id, opened_at, opened_by
      from audit.dossier
     where opened_at < $ends and coalesce(closed_at, 'infinity') >= $starts
), c as (
    select k.case_id, k.at, k.cause, k.agency, k.given_by, o.opened_at, o.opened_by,
           lag(k.at) over w as before_at, lag(k.agency) over w as before, row_number() over w as n
      from o
      join audit.custody k on k.case_id = o.case_id
    window w as (partition by k.case_id order by k.tx, k.event_id)
), bad as (
    select case_id
      from c
     where at >= $starts and coalesce(before_at, opened_at) < $ends
       and case when n = 1 then cause <> 'intake' or at > opened_at + interval '15 minutes' or agency <> coalesce(opened_by, agency)
                when cause = 'erased' then false
                else given_by is distinct from before end
    union
    select case_id from o where not exists (select from audit.custody k where k.case_id = o.case_id)
)
select (select count(*) from o) as open, (select count(*) from bad) as without_lead,
       array(select case_id from bad order by case_id limit 200) as cases;

-- What the history says of the same snapshot. That a case was erased changes nothing about who leads it.
-- name: leads_compare :many 1
-- in:   day text
-- out:  is_same bool
select n.open = c.open and n.digest = c.digest as is_same
  from audit.leads_counted c
 cross join lateral (select count(*) as open, int8send(coalesce(bit_xor(hashtextextended(l.case_id::text || ' ' || l.agency, 0)), 0)) as digest
                       from (select distinct on (k.case_id) k.case_id, k.agency
                               from audit.custody k
                              where k.cause <> 'erased' and pg_visible_in_snapshot(k.tx, c.snapshot)
                              order by k.case_id, k.tx desc, k.event_id desc) l
                      where l.agency is not null) n
 where c.day = $day::text::date;

-- name: leads_counted_put :exec
-- in:   day text, snapshot text, open i64, digest bytes, at time
insert into audit.leads_counted (day, snapshot, open, digest, at)
values ($day::text::date, $snapshot::text::pg_snapshot, $open, $digest, $at)
    on conflict (day) do nothing;

-- name: proof_put :exec 1
-- in:   day text, at time, open i64, without_lead i64, cases uuid[], is_same bool?
insert into audit.lead_proof (day, at, open, with_lead, without_lead, cases, is_same)
values ($day::text::date, $at, $open, $open::bigint - $without_lead::bigint, $without_lead, ($cases::uuid[])[1:20], $is_same);

-- name: proofs_of :many 366
-- in:   since text?, until text?, most i64
-- out:  day text, at time, open i64, with_lead i64, without_lead i64, cases uuid[], is_same bool?
-- plan: lead_proof_pkey
select to_char(day, 'YYYY-MM-DD') as day, at, open, with_lead, without_lead, cases, is_same
  from audit.lead_proof
 where day >= coalesce($since::text::date, '-infinity') and day < coalesce($until::text::date, 'infinity')
 order by lead_proof.day desc
 limit $most;
