-- What was there before there were wraps and consents as rows goes on: keys hears who takes part in each case, so that it wraps the
-- keys it stored under its master key, and a consent that was a word of the case becomes a consent of its person for a year.
-- The owner may be no superuser: for the length of this transaction its rows are not kept from it.
alter table referral.outbox no force row level security;
alter table referral.stream_out no force row level security;
alter table referral.consent no force row level security;
alter table referral.case_file no force row level security;

insert into referral.consent (consent_id, case_id, person_id, purpose, items, receivers, given_at, until, evidence, recorded_by, recorder)
select gen_random_uuid(), f.case_id, f.case_id, 'support', array['identity', 'contact', 'narrative', 'notes'], array[]::text[],
       f.received_at, f.received_at + interval '1 year', 'oral', f.received_by, 'migration'
  from referral.case_file f
 where f.consent = 'given' and not exists (select from referral.consent c where c.case_id = f.case_id);

with part as (
    select case_id, agency, min(since) as since
      from (select case_id, agency, since from referral.member where until is null
            union all
            select r.case_id, r.receiver, r.drafted_at from referral.referral r
             where r.kind <> 'pull_request' and cardinality(r.items) > 0
               and r.state in ('offered', 'accepted', 'in_service', 'on_hold', 'cancel_requested')) x
     group by case_id, agency
), n as (
    select *, row_number() over (partition by case_id order by agency) as seq from part
), s as (
    insert into referral.stream_out (dest, key, last_seq) select 'keys', case_id, max(seq) from n group by case_id
)
insert into referral.outbox (dest, key, seq, id, type, payload, actor, role, agency, trace, sent_at, next_try)
select 'keys', case_id, seq, gen_random_uuid(), 'key_share',
       format('{"agency":"%s","at":"%s","case_id":"%s"}', agency,
              to_char(since at time zone 'Asia/Tokyo', 'YYYY-MM-DD"T"HH24:MI:SS.MS"+09:00"'), case_id),
       '', 'service', '', '', now(), now()
  from n;

alter table referral.outbox force row level security;
alter table referral.stream_out force row level security;
alter table referral.consent force row level security;
alter table referral.case_file force row level security;
