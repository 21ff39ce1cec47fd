-- How much of a case a place on it opens. Whoever took the case on was told all of it; whoever joins by a referral reads what its ground
-- covers and a disclosure says, no more (access = membership ∧ the basis covers it). A referral whose consent was
-- withdrawn lapses: it opens nothing any more, and a place that stood on nothing else ends.
alter table referral.member
    add column items text[] not null default array['identity', 'contact', 'narrative', 'notes'];
alter table referral.referral
    add column lapsed_at timestamptz check (lapsed_at is null or consent_id is not null);

-- Until now members read everything, and their rows did not say so.
do $do$
declare
    t text;
begin
    foreach t in array array['intake.access', 'referral.outbox', 'referral.referral', 'referral.disclosure', 'referral.member'] loop
        execute format('alter table %s no force row level security', t::regclass);
    end loop;
end
$do$;
update intake.access
   set items = array['identity', 'contact', 'narrative', 'notes']
 where level = 'member' and cardinality(items) = 0;
update referral.outbox
   set payload = replace(payload, '"items":[]', '"items":["identity","contact","narrative","notes"]')
 where dest = 'intake' and type = 'case_access' and payload like '%"level":"member"%';

-- Nor did the disclosures: what a member that joined on a consent carried over by 0017 reads beyond what it was offered.
insert into referral.disclosure (disclosure_id, case_id, ref_id, at, sender, receiver, items, basis, law, consent_id, purpose, approver)
select gen_random_uuid(), r.case_id, r.ref_id, coalesce(r.answered_at, r.drafted_at), r.sender, r.receiver, more.items, r.basis, '本人同意',
       r.consent_id, r.purpose, 'migration'
  from referral.referral r
  join referral.member m on m.case_id = r.case_id and m.agency = r.receiver and m.until is null
 cross join lateral (select array(select unnest(m.items) except select unnest(r.items) order by 1) as items) more
 where r.kind in ('transfer', 'added_support') and r.state in ('accepted', 'in_service', 'on_hold', 'cancel_requested', 'completed')
   and cardinality(more.items) > 0
   and exists (select from referral.disclosure d where d.ref_id = r.ref_id and d.approver = 'migration')
   and not exists (select from referral.disclosure d where d.ref_id = r.ref_id and d.approver <> 'migration');
do $do$
declare
    t text;
begin
    set constraints all immediate;
    foreach t in array array['intake.access', 'referral.outbox', 'referral.referral', 'referral.disclosure', 'referral.member'] loop
        execute format('alter table %s force row level security', t::regclass);
    end loop;
end
$do$;

-- Who joins writes down what joining opens to it: on the very ground of the referral it has just accepted.
create policy joins on referral.disclosure for insert
    with check ((kashimaru.wears_agency(receiver) or receiver = referral.asker())
                and exists (select from referral.referral r
                             where r.ref_id = disclosure.ref_id and r.case_id = disclosure.case_id and r.state = 'accepted'
                               and r.kind in ('transfer', 'added_support') and r.sender = disclosure.sender
                               and r.receiver = disclosure.receiver and r.basis = disclosure.basis and r.purpose = disclosure.purpose
                               and r.consent_id is not distinct from disclosure.consent_id
                               and r.session is not distinct from disclosure.session));

-- What a meeting shows is told by the meeting service when the time is fixed.
create policy session on referral.disclosure for insert
    with check (session is not null and ref_id is null and kashimaru.is_service('referral'));
