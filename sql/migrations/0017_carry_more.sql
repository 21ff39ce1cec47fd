-- What 0015 left behind. What was shared on a consent that it carried over becomes a disclosure that stands on it, so that its withdrawal is
-- felt and told everywhere. And keys hears of those it was not told of: former members, who keep what they could read, and, for the meeting
-- alone, who is invited to one. That only where what 0015 tells still waits, which is where no service ran since: a case that has gone on
-- has epochs that were written after they left.
-- The owner may be no superuser: for the length of this transaction rows are not kept from it.
do $do$
declare
    t text;
begin
    foreach t in array array['referral.outbox', 'referral.stream_out', 'referral.consent', 'referral.referral', 'referral.disclosure',
                             'meeting.meeting'] loop
        execute format('alter table %s no force row level security', t::regclass);
    end loop;
end
$do$;

update referral.referral r
   set consent_id = c.consent_id
  from referral.consent c
 where c.case_id = r.case_id and c.person_id = r.case_id and c.recorder = 'migration'
   and r.basis = 'consent' and r.consent_id is null and r.state <> 'draft';
insert into referral.disclosure (disclosure_id, case_id, ref_id, at, sender, receiver, items, basis, law, consent_id, purpose, approver)
select gen_random_uuid(), r.case_id, r.ref_id, r.drafted_at, r.sender, r.receiver, r.items, r.basis, '本人同意', r.consent_id, r.purpose,
       'migration'
  from referral.referral r
 where r.consent_id is not null and r.state not in ('draft', 'entered_in_error') and cardinality(r.items) > 0
   and r.kind <> 'pull_request' and not exists (select from referral.disclosure d where d.ref_id = r.ref_id);

with waiting as (
    select key as case_id, array_agg(payload::json ->> 'agency') as agencies
      from referral.outbox
     where dest = 'keys' and type = 'key_share' and trace = ''
     group by key
    having min(seq) = 1
), former as (
    select m.case_id, m.agency, min(m.since) as since, max(m.until) as until
      from referral.member m
      join waiting w on w.case_id = m.case_id and m.agency <> all (w.agencies)
     group by m.case_id, m.agency
), told as (
    select case_id, agency, 1 as nth, 'key_share' as type, since as at, '' as more from former
    union all
    select case_id, agency, 2, 'key_unshare', until, ',"keeps_past":true' from former
    union all
    select m.case_id, i.agency, 3, 'key_share', min(m.called_at), ',"for_meeting":true'
      from meeting.meeting m
      join meeting.invitee i using (meeting_id)
      join waiting w on w.case_id = m.case_id and i.agency <> all (w.agencies)
     where m.state in ('proposed', 'fixed')
     group by m.case_id, i.agency
), n as (
    select told.*, s.last_seq + row_number() over (partition by case_id order by nth, agency) as seq
      from told
      join referral.stream_out s on s.dest = 'keys' and s.key = told.case_id
), s as (
    update referral.stream_out s
       set last_seq = x.last_seq
      from (select case_id, max(seq) as last_seq from n group by case_id) x
     where s.dest = 'keys' and s.key = x.case_id
)
insert into referral.outbox (dest, key, seq, id, type, payload, actor, role, agency, trace, sent_at, next_try)
select 'keys', case_id, seq, gen_random_uuid(), type,
       format('{"agency":"%s","at":"%s","case_id":"%s"%s}', agency,
              to_char(at at time zone 'Asia/Tokyo', 'YYYY-MM-DD"T"HH24:MI:SS.US"+09:00"'), case_id, more),
       '', 'service', '', '', now(), now()
  from n;

do $do$
declare
    t text;
begin
    set constraints all immediate;
    foreach t in array array['referral.outbox', 'referral.stream_out', 'referral.consent', 'referral.referral', 'referral.disclosure',
                             'meeting.meeting'] loop
        execute format('alter table %s force row level security', t::regclass);
    end loop;
end
$do$;
