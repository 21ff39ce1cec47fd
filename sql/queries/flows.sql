-- How much goes from whom to whom and how fast it is answered, and what lies on each agency's desk: sums over what auditors ask for, no case
-- and no referral by itself. Whoever is asked while it leads the case was asked for the case (pull_request), and nothing was handed to it.

-- name: flows_of :many 200
-- in:   since time, until time
-- out:  sender agency, receiver agency, sent i64, accepted i64, returned i64, waiting i64, median i64?, p90 i64?
select s.sender, s.receiver, count(*) as sent, count(*) filter (where s.answer = 'accept') as accepted,
       count(*) filter (where s.returned_at is not null) as returned, count(*) filter (where s.answer is null) as waiting,
       percentile_disc(0.5) within group (order by x.took) filter (where s.answer in ('accept', 'decline')) as median,
       percentile_disc(0.9) within group (order by x.took) filter (where s.answer in ('accept', 'decline')) as p90
  from audit.step s
 cross join lateral (select floor(extract(epoch from greatest(s.answered_at - s.offered_at, interval '0')))::bigint as took) x
 where s.offered_at >= $since and s.offered_at < $until
   and s.receiver is distinct from (select c.agency from audit.custody c
                                     where c.case_id = s.case_id and c.at <= s.drafted_at
                                     order by c.tx desc, c.event_id desc limit 1)
 group by s.sender, s.receiver
 order by sent desc, s.sender, s.receiver
 limit 200;

-- name: loads_of :many 500
-- in:   now time
-- out:  agency agency, leads i64, offers i64, offers_late i64, active i64
with l as (
    select d.lead as agency, count(*) as leads from audit.dossier d where d.closed_at is null and d.lead is not null group by d.lead
), o as (
    select s.receiver as agency, count(*) filter (where s.answer is null) as offers,
           count(*) filter (where s.answer is null and s.due < $now) as offers_late,
           count(*) filter (where s.answer = 'accept') as active
      from audit.step s
      join audit.dossier d on d.case_id = s.case_id and d.closed_at is null
     where s.offered_at is not null and s.outcome is null
       and (s.answer is null
            or (s.answer = 'accept' and s.receiver is distinct from (select c.agency from audit.custody c
                                                                      where c.case_id = s.case_id and c.at <= s.drafted_at
                                                                      order by c.tx desc, c.event_id desc limit 1)))
     group by s.receiver
)
select agency, coalesce(l.leads, 0) as leads, coalesce(o.offers, 0) as offers, coalesce(o.offers_late, 0) as offers_late,
       coalesce(o.active, 0) as active
  from l
  full join o using (agency)
 order by coalesce(l.leads, 0) + coalesce(o.offers, 0) + coalesce(o.active, 0) desc, agency
 limit 500;

-- ---- what is told at once, as hints ------------------------------------------------------------------------------------

-- Whatever was begun up to here has ended: nothing of it comes to light any more.
-- name: feed_end :one
-- out:  upto i64, server text
select pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1 as upto, c.system_identifier::text as server from pg_control_system() c;

-- Asked after feed_end. Readings are no news. A notice has no number of its own but the one PostgreSQL gave its row, of which the upper
-- half is left out; of notices a day is looked at. Whom a meeting calls is known to the meeting service alone: it says so in hints, one for
-- each agency, when the meeting is there and when it changes; the history of it tells those who have the case.
-- name: feed_since :many 500
-- in:   after i64, upto i64, since time
-- out:  tx i64, happened enum(happening)?, notice enum(notice_kind)?, is_draft bool, case_id uuid?, about uuid?, agency agency?, counterpart agency?, lead agency?, sender agency?, receiver agency?
-- plan: event_tx
select x.tx, x.happened, x.notice, x.is_draft, x.case_id, x.about, x.agency, x.counterpart, d.lead, s.sender, s.receiver
  from ((select e.tx::text::bigint as tx, e.id, e.happened, null::text as notice, e.happened = 'referral' and coalesce(e.detail = 'draft', false) as is_draft,
                e.case_id, e.about, e.agency, e.counterpart
           from audit.event e
          where e.tx > $after::bigint::text::xid8 and e.tx <= $upto::bigint::text::xid8
            and e.happened not in ('case_read', 'notifier_read', 'key_read', 'key_rotated', 'disclosed', 'audited', 'leads_proven', 'break_glass',
                                   'skip_requested', 'skipped')
          order by e.tx, e.id
          limit 500)
        union all
        (select n.tx, 0, null, n.kind, false, n.case_id, null, n.agency, null
           from (select o.kind, o.case_id, o.agency, case when o.tx > $upto then o.tx - 4294967296 else o.tx end as tx
                   from (select kind, case_id, agency, $upto::bigint / 4294967296 * 4294967296 + xmin::text::bigint as tx
                           from audit.notice where at > $since) o) n
          where n.tx > $after
          order by n.tx
          limit 500)
        union all
        (select h.tx::text::bigint, 0, null, 'meeting', false, null, h.meeting_id, h.agency, null
           from audit.hint h
          where h.tx > $after::bigint::text::xid8 and h.tx <= $upto::bigint::text::xid8
          order by h.tx
          limit 500)
          order by 1, 2
          limit 500) x
  left join audit.dossier d on d.case_id = x.case_id
  left join audit.step s on s.ref_id = x.about and x.happened = 'referral'
 order by x.tx, x.id, x.agency;

-- name: hints_put :exec
-- in:   meeting_id uuid, agencies agency[], at time
insert into audit.hint (meeting_id, agency, at)
select $meeting_id, w.agency, $at from unnest($agencies::text[]) as w(agency)
    on conflict do nothing;

-- name: hints_forget :one
-- in:   before time
-- out:  n i64
-- plan: hint_at
with old as (select ctid from audit.hint where at < $before order by at limit 500),
     gone as (delete from audit.hint where ctid in (select ctid from old) returning 1)
select count(*) as n from gone;
