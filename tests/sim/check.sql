-- What the simulator holds the databases to. sim.often: between any two transactions. sim.rest: when everything is delivered, against
-- what the asking side was told. Both give one line per violation; a line that begins with ~ is only counted.
create schema sim;
set session_replication_role = replica; -- clearing needs no foreign keys
set statement_timeout = 0;

create function sim.clear() returns void language plpgsql as $fn$
declare
    t text;
begin
    foreach t in array array[
        'intake.duplicate_decision', 'intake.duplicate', 'intake.emergency', 'intake.team', 'intake.reminder', 'intake.person',
        'intake.household', 'meeting.care', 'audit.notice_seen', 'audit.notice', 'audit.hint', 'audit.emergency', 'audit.stream_out', 'audit.outbox',
        'audit.inbox', 'audit.request', 'intake.access', 'intake.note', 'intake.record', 'intake.reception',
        'referral.recall', 'referral.disclosure', 'referral.decline', 'referral.referral', 'referral.consent', 'referral.baton', 'referral.member', 'referral.case_file', 'directory.answer_time',
        'meeting.seat', 'meeting.availability', 'meeting.accommodation', 'meeting.invitee', 'meeting.meeting', 'audit.event',
        'audit.custody', 'audit.step', 'audit.dossier', 'audit.leads_counted', 'audit.lead_proof', 'referral.leads_told',
        'intake.stream_out', 'intake.outbox', 'intake.inbox', 'intake.request', 'referral.stream_out', 'referral.outbox',
        'referral.inbox', 'referral.request', 'meeting.stream_out', 'meeting.outbox', 'meeting.inbox', 'meeting.request']
    loop
        execute 'delete from ' || t;
    end loop;
end
$fn$;

create view sim.outbox as
    select 'intake' as src, dest, key, seq, id, type, parked_at, sends from intake.outbox union all
    select 'referral', dest, key, seq, id, type, parked_at, sends from referral.outbox union all
    select 'meeting', dest, key, seq, id, type, parked_at, sends from meeting.outbox union all
    select 'audit', dest, key, seq, id, type, parked_at, sends from audit.outbox;
create view sim.sent as with s as (
    select 'intake' as src, dest, key, last_seq from intake.stream_out union all
    select 'referral', dest, key, last_seq from referral.stream_out union all
    select 'meeting', dest, key, last_seq from meeting.stream_out)
    select * from s where dest <> 'keys'; -- what keys applied stands in its own database; it leaves the outbox as everything does
create view sim.taken as with t as (
    select source as src, 'intake' as dest, key, last_seq from intake.inbox union all
    select source, 'referral', key, last_seq from referral.inbox union all
    select source, 'meeting', key, last_seq from meeting.inbox union all
    select source, 'audit', key, last_seq from audit.inbox)
    select * from t where src <> 'keys'; -- what keys sent, it says itself: rest_keys
create view sim.answered as
    select * from (
        select 'intake' as svc, id, type, answer from intake.request union all
        select 'referral', id, type, answer from referral.request union all
        select 'meeting', id, type, answer from meeting.request) r
     where type <> 'refusal'; -- a stored refusal is an answer too, and has no effect

create function sim.often() returns text language plpgsql stable as $fn$ -- plpgsql keeps the plan
begin
    return (select coalesce(string_agg(p, E'\n'), '') from (
    select 'not exactly one holder: case ' || f.case_id as p
      from referral.case_file f
     where (select count(*) from referral.baton b
              join referral.member m on m.case_id = b.case_id and m.agency = b.lead and m.is_lead and m.until is null
             where b.case_id = f.case_id) <> 1
        or (select count(*) from referral.member m where m.case_id = f.case_id and m.is_lead) <> 1
        or (select count(*) from referral.baton b where b.case_id = f.case_id) <> 1
    union all
    select 'done twice: ' || min(happened) || ' ' || coalesce(min(detail), '') || ' in case ' || case_id
      from audit.event
     where happened <> 'case_read'
     group by trace, case_id, happened, about, detail, counterpart
    having count(*) > 1
    union all
    select 'baton version and history differ: case ' || b.case_id
      from referral.baton b
     where b.version <> 1 + (select count(*) from audit.event e
                              where e.case_id = b.case_id and e.happened in ('baton_moved', 'case_closed'))
        or (select count(*) from audit.event e where e.case_id = b.case_id and e.happened = 'baton_created') <> 1
    union all
    select 'referral version and history differ: ' || r.ref_id
      from referral.referral r
     where r.version <> (select count(*) from audit.event e where e.about = r.ref_id and e.happened in ('referral', 'visit'))
    union all
    select 'received ahead of what was sent: ' || t.src || ' → ' || t.dest || ' ' || t.key
      from sim.taken t left join sim.sent s using (src, dest, key)
     where t.last_seq > coalesce(s.last_seq, 0)
    union all
    select 'neither delivered nor on its way: ' || s.src || ' → ' || s.dest || ' ' || s.key
      from sim.sent s left join sim.taken t using (src, dest, key)
     where (select count(*) from sim.outbox o
             where o.src = s.src and o.dest = s.dest and o.key = s.key and o.seq > coalesce(t.last_seq, 0))
           <> s.last_seq - coalesce(t.last_seq, 0)
) x);
end
$fn$;

-- What each request that took effect must have written into the history, by its trace.
create function sim.expected(ops jsonb) returns table (t text, what text, n bigint) language sql stable as $fn$
with op as materialized (
    select o.t, o.type, o.ev, o.n, o.over, a.answer::jsonb as ans
      from jsonb_to_recordset(ops) as o(t text, id uuid, svc text, type text, ev text, n bigint, over boolean, query boolean)
      join sim.answered a on a.svc = o.svc and a.id = o.id
     where not o.query
), acted as (
    select op.*, r.kind from op left join referral.referral r on r.ref_id = (op.ans ->> 'ref_id')::uuid where op.type = 'referral_act'
)
select t, w, 1 from op, unnest(array['case_opened', 'baton_created']) as w where type = 'case_open'
union all select t, 'note_added', 1 from op where type = 'note_add'
union all select t, 'referral:' || case ans ->> 'state' when 'offered' then 'send' else 'draft' end, n from op where type = 'referral_draft'
union all select t, 'override', 1 from op where type = 'referral_draft' and over
union all select t, 'referral:' || ev, 1 from acted
union all select t, 'baton_moved', 1 from acted where ev = 'accept' and kind = 'transfer'
union all select t, 'member_added', 1 from acted where ev = 'accept' and kind = 'added_support'
union all select t, 'referral:send', 1 from acted where ev = 'accept' and kind = 'pull_request'
union all select t, 'meeting_proposed', 1 from acted where ans ? 'meeting_id'
union all select t, 'visit', 1 from op where type = 'referral_visit'
union all select t, 'case_closed', 1 from op where type = 'case_close'
union all select t, 'meeting_proposed', 1 from op where type = 'meeting_propose'
union all select t, 'availability', 1 from op where type = 'availability'
union all select t, 'meeting_fixed', 1 from op where type = 'meeting_fix'
union all select t, 'meeting_cancelled', 1 from op where type = 'meeting_cancel'
union all select t, 'skip_requested', 1 from op where type = 'queue_act' and ans ->> 'state' = 'skip'
$fn$;

create function sim.rest_requests(ops jsonb) returns setof text language sql stable as $fn$
with op as materialized (
    select * from jsonb_to_recordset(ops) as o(t text, id uuid, svc text, type text, ok boolean, refuse boolean, query boolean, ev text,
                                               n bigint, ans text)
), actual as (
    select e.trace as t, e.happened || case when e.happened = 'referral' then ':' || e.detail else '' end as what, count(*) as n
      from audit.event e left join op on op.t = e.trace
     where e.trace is not null and e.happened not in ('case_read', 'key_read', 'member_ended', 'skipped', 'consent_given', 'disclosed')
       and not (e.happened = 'referral' and e.detail = 'withdraw' and op.ev = 'accept') -- the rivals of a broadcast
     group by 1, 2
)
select 'acknowledged and lost: ' || op.type || ' ' || op.id
  from op left join sim.answered a using (svc, id) where op.ok and not op.query and a.id is null
union all
select 'told one thing and stored another: ' || op.type || ' ' || op.id
  from op join sim.answered a using (svc, id) where op.ok and not op.query and a.answer <> op.ans
union all
select 'took effect though nobody may: ' || op.type || ' ' || op.id
  from op join sim.answered a using (svc, id) where op.refuse
union all
select '~refused, and a copy took effect later: ' || op.type || ' ' || op.id
  from op join sim.answered a using (svc, id) where not op.ok and not op.refuse
union all
select 'answered what nobody asked: ' || a.type || ' ' || a.id
  from sim.answered a left join op using (svc, id) where op.id is null
union all
select format('history of a request: %s %s is %s, not %s', coalesce(op.type, 'unknown'), coalesce(x.what, y.what), coalesce(y.n, 0),
              coalesce(x.n, 0))
  from (select t, what, sum(n) as n from sim.expected(ops) group by 1, 2) x
  full join actual y on y.t = x.t and y.what = x.what
  left join op on op.t = coalesce(x.t, y.t)
 where coalesce(x.n, 0) <> coalesce(y.n, 0)
union all
select 'the clock did: ' || e.happened || ' ' || coalesce(e.detail, '')
  from audit.event e
 where e.trace is null and not (e.happened in ('meeting_proposed', 'key_read') or e.happened = 'referral' and e.detail = 'due'
                             or e.happened = 'leads_proven' and e.detail !~ 'same=no') -- that the history is right is proven, too
$fn$;

create function sim.rest_rows(ops jsonb) returns setof text language sql stable as $fn$
with op as materialized (
    select o.type, a.answer::jsonb as ans
      from jsonb_to_recordset(ops) as o(id uuid, svc text, type text) join sim.answered a using (svc, id)
), skipped as (
    select case_id, detail from audit.event where happened = 'skipped'
), implied (case_id, agency, level, items) as (
    select m.case_id, m.agency, 'member' as level, string_agg(distinct i, ',' order by i)
      from referral.member m
     cross join lateral (select unnest(m.items) as i
                          union select unnest(r.items) from referral.referral r
                                 where r.case_id = m.case_id and r.receiver = m.agency and r.kind <> 'pull_request'
                                   and r.state in ('offered', 'accepted', 'in_service', 'on_hold', 'cancel_requested')) x
     where m.until is null
     group by m.case_id, m.agency
    union all
    select r.case_id, r.receiver, 'offered', string_agg(distinct i, ',' order by i)
      from referral.referral r cross join unnest(r.items) as i
     where r.state in ('offered', 'accepted', 'in_service', 'on_hold', 'cancel_requested')
       and r.kind <> 'pull_request'
       and not exists (select from referral.member m where m.case_id = r.case_id and m.agency = r.receiver and m.until is null)
     group by r.case_id, r.receiver
), open as (
    select case_id, agency, level,
           (select string_agg(i, ',' order by i) from unnest(items) as i) as items
      from intake.access where until is null
)
select 'not the one consent that was told: case ' || f.case_id
  from referral.case_file f
 where (select count(*) from referral.consent c where c.case_id = f.case_id and c.person_id = f.case_id) <> 1
    or (select count(*) from audit.event e where e.case_id = f.case_id and e.happened = 'consent_given') <> 1
union all
select 'sent and not on record, or otherwise: ' || r.ref_id
  from referral.referral r
 cross join lateral (select count(*) as n, count(*) filter (where d.receiver = r.receiver and d.consent_id = r.consent_id) as alike,
                            count(*) filter (where d.items = r.items) as sent,
                            count(*) filter (where not d.items && r.items) as joined -- what accepting opened
                       from referral.disclosure d where d.ref_id = r.ref_id) d
 where d.n <> d.alike or d.n <> d.sent + d.joined
    or d.sent <> case when cardinality(r.items) > 0 and r.kind <> 'pull_request' and r.due_at is not null then 1 else 0 end
    or d.joined > case when r.kind in ('transfer', 'added_support') and r.answered_at is not null then d.sent else 0 end
    or d.n <> (select count(*) from audit.event e where e.about = r.ref_id and e.happened = 'disclosed')
union all
select 'cases differ: ' || coalesce(c.case_id::text, r.case_id::text, f.case_id::text)
  from (select (ans ->> 'case_id')::uuid as case_id from op where type = 'case_open') c
  full join intake.reception r using (case_id) full join referral.case_file f using (case_id)
 where c.case_id is null or r.case_id is null or f.case_id is null
union all
select 'notes differ: ' || coalesce(c.id::text, n.note_id::text)
  from (select (ans ->> 'id')::uuid as id from op where type = 'note_add') c full join intake.note n on n.note_id = c.id
 where c.id is null or n.note_id is null
union all
select 'sealed records differ from cases and notes'
 where (select count(*) from intake.record) <> (select count(*) from intake.reception) + (select count(*) from intake.note)
union all
select 'a drafted referral is missing: ' || d.id
  from (select ans ->> 'ref_id' as id from op where type = 'referral_draft'
        union all select jsonb_array_elements_text(ans -> 'also') from op where type = 'referral_draft') d
  left join referral.referral r on r.ref_id = d.id::uuid where r.ref_id is null
union all
select 'meetings differ: ' || coalesce(e.about::text, m.meeting_id::text)
  from (select case_id, about from audit.event where happened = 'meeting_proposed') e
  full join meeting.meeting m on m.meeting_id = e.about
 where (e.about is null or m.meeting_id is null)
   and not exists (select from skipped s where s.case_id = e.case_id and s.detail = 'meeting_wanted')
union all
select 'a meeting without its invited: ' || m.meeting_id
  from meeting.meeting m where (select count(*) from meeting.invitee i where i.meeting_id = m.meeting_id) < 2
union all
select format('access of %s to case %s is %s %s, implied %s %s', coalesce(a.agency, i.agency), coalesce(a.case_id, i.case_id),
              coalesce(a.level, 'none'), a.items, coalesce(i.level, 'none'), i.items)
  from implied i full join open a using (case_id, agency)
 where (i.level is distinct from a.level or i.items is distinct from a.items)
   and not exists (select from skipped s where s.case_id = coalesce(a.case_id, i.case_id) and s.detail = 'case_access')
$fn$;

create function sim.rest_streams() returns setof text language sql stable as $fn$
select format('still in the outbox: %s → %s %s seq %s%s', src, dest, type, seq, case when parked_at is not null then ', parked' else '' end)
  from sim.outbox
union all
select format('positions differ: %s → %s %s sent %s, applied %s', src, dest, key, s.last_seq, t.last_seq)
  from sim.sent s full join sim.taken t using (src, dest, key)
 where s.last_seq is distinct from t.last_seq
$fn$;

-- Every release of a key that is on record is in the history, once, and its message has arrived.
create function sim.rest_keys(keys jsonb) returns setof text language sql stable as $fn$
select format('readings told: of case %s %s, not %s', case_id, coalesce(e.n, 0), coalesce(r.n, 0))
  from (select key::uuid as case_id, value::bigint as n from jsonb_each_text(keys -> 'reads')) r
  full join (select case_id, count(distinct about) as n from audit.event where happened = 'key_read' group by case_id) e using (case_id)
 where r.n is distinct from e.n
union all
select format('positions differ: keys → audit %s sent %s, applied %s', key, s.last_seq, t.last_seq)
  from (select key::uuid as key, value::bigint as last_seq from jsonb_each_text(keys -> 'sent')) s
  full join (select key, last_seq from audit.inbox where source = 'keys') t using (key)
 where s.last_seq is distinct from t.last_seq
union all
select 'still in the outbox of keys: ' || (keys ->> 'left') where (keys ->> 'left')::bigint > 0
$fn$;

create function sim.rest(ops jsonb, keys jsonb) returns text language sql stable as $fn$
select coalesce(string_agg(p, E'\n' order by p), '') from (
    select sim.rest_requests(ops) union all select sim.rest_rows(ops) union all select sim.rest_streams()
    union all select sim.rest_keys(keys)
    union all select nullif(sim.often(), '')) as x(p)
$fn$;
