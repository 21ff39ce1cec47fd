-- What was there before there were wraps and consents as rows goes on. A consent that was a word of the case becomes a consent of its
-- person for a year, and what was shared on it a disclosure that stands on it, so that its withdrawal is felt and told everywhere. keys
-- hears who takes part in each case, so that it wraps the keys it stored under its master key: members and those who were asked, former
-- members, who keep what they could read, and, for the meeting alone, who is invited to one.
-- The owner may be no superuser: for the length of this transaction rows are not kept from it.
do $do$
declare
    t text;
begin
    foreach t in array array['referral.outbox', 'referral.stream_out', 'referral.consent', 'referral.case_file', 'referral.referral',
                             'referral.disclosure', 'meeting.meeting'] loop
        execute format('alter table %s no force row level security', t::regclass);
    end loop;
end
$do$;

insert into referral.consent (consent_id, case_id, person_id, purpose, items, receivers, given_at, until, evidence, recorded_by, recorder)
select gen_random_uuid(), f.case_id, f.case_id, 'support', array['identity', 'contact', 'narrative', 'notes'], array[]::text[],
       f.received_at, f.received_at + interval '1 year', 'oral', f.received_by, 'migration'
  from referral.case_file f
 where f.consent = 'given' and not exists (select from referral.consent c where c.case_id = f.case_id);

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

-- One message for each who takes part; for who has left a second one, behind all the first.
with part as (
    select case_id, agency, min(since) as since, bool_and(is_guest) as is_guest, case when not bool_or(is_live) then max(ended) end as ended
      from (select case_id, agency, since, false as is_guest, until is null as is_live, until as ended from referral.member
            union all
            select r.case_id, r.receiver, r.drafted_at, false, true, null from referral.referral r
             where r.kind <> 'pull_request' and cardinality(r.items) > 0
               and r.state in ('offered', 'accepted', 'in_service', 'on_hold', 'cancel_requested')
            union all
            select m.case_id, i.agency, m.called_at, true, true, null
              from meeting.meeting m join meeting.invitee i using (meeting_id)
             where m.state in ('proposed', 'fixed')) x
     group by case_id, agency
), told as (
    select case_id, agency, 'key_share' as type,
           format('{"agency":"%s","at":"%s","case_id":"%s"%s}', agency,
                  to_char(since at time zone 'Asia/Tokyo', 'YYYY-MM-DD"T"HH24:MI:SS.US"+09:00"'), case_id,
                  case when is_guest then ',"for_meeting":true' else '' end) as payload
      from part
    union all
    select case_id, agency, 'key_unshare',
           format('{"agency":"%s","at":"%s","case_id":"%s","keeps_past":true}', agency,
                  to_char(ended at time zone 'Asia/Tokyo', 'YYYY-MM-DD"T"HH24:MI:SS.US"+09:00"'), case_id)
      from part
     where ended is not null
), n as (
    select *, row_number() over (partition by case_id order by type, agency) as seq from told
), s as (
    insert into referral.stream_out (dest, key, last_seq) select 'keys', case_id, max(seq) from n group by case_id
)
insert into referral.outbox (dest, key, seq, id, type, payload, actor, role, agency, trace, sent_at, next_try)
select 'keys', case_id, seq, gen_random_uuid(), type, payload, '', 'service', '', '', now(), now()
  from n;

do $do$
declare
    t text;
begin
    set constraints all immediate;
    foreach t in array array['referral.outbox', 'referral.stream_out', 'referral.consent', 'referral.case_file', 'referral.referral',
                             'referral.disclosure', 'meeting.meeting'] loop
        execute format('alter table %s force row level security', t::regclass);
    end loop;
end
$do$;
