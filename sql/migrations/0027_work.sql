-- What waits for somebody, kept so that it is found at once however much has ended: an agency's open cases, what came back and nobody has
-- taken up, open cases that need more than one agency and have one. The marks follow from the rows beside them and are written with these, by
-- every writer; they are no states of their own and have no event. Null is no.
alter table intake.access add column received_at timestamptz; -- null: when the access began, as for whoever received the case
alter table referral.member add column is_closed boolean;     -- the case ended while the agency was on it
alter table referral.referral add column is_back boolean;     -- came back, and for a need of it nobody has been found since
alter table referral.case_file
    add column is_wide boolean,                               -- its needs were of two fields or more when it was taken on
    add column is_alone boolean;                              -- such a one is open; no other agency is on it or asked, no meeting called

-- look_again: both marks of a case anew. What came back is taken up when all its needs are in referrals that were sent or answered after it
-- was drafted and are on the way, accepted or done. That somebody was refused a case they had asked for, or information, leaves nothing to do.
create function referral.look_again(of_case uuid) returns void language plpgsql as $fn$
declare
    has_lead text := (select b.lead from referral.baton b where b.case_id = of_case and b.closed_at is null);
begin
    update referral.referral q
       set is_back = x.is_back
      from (select r.ref_id,
                   has_lead is not null and (r.kind not in ('pull_request', 'information') or r.state = 'expired')
                   and (cardinality(r.needs) = 0 or exists (
                       select from unnest(r.needs) as n
                        where not exists (select from referral.referral o
                                           where o.case_id = of_case and o.ref_id <> r.ref_id and n = any(o.needs) and o.lapsed_at is null
                                             and o.state in ('offered', 'accepted', 'in_service', 'on_hold', 'cancel_requested', 'completed')
                                             and (o.kind in ('transfer', 'added_support') or o.kind = r.kind)
                                             and (o.state = 'offered' or greatest(o.drafted_at, o.answered_at) >= r.drafted_at)))) as is_back
              from referral.referral r
             where r.case_id = of_case and r.state in ('declined', 'expired', 'failed')) x
     where q.ref_id = x.ref_id and coalesce(q.is_back, false) <> x.is_back;
    update referral.case_file f
       set is_alone = not f.is_alone
     where f.case_id = of_case and f.is_wide
       and f.is_alone <> (has_lead is not null and f.meeting_id is null
            and not exists (select from referral.member m where m.case_id = of_case and m.until is null and not m.is_lead)
            and not exists (select from referral.referral r
                             where r.case_id = of_case and r.receiver <> has_lead and r.kind <> 'information' and r.lapsed_at is null
                               and r.state in ('offered', 'accepted', 'in_service', 'on_hold', 'cancel_requested')));
end
$fn$;

-- Who is asked takes up what came back before; that is nearly always nothing, and found to be so by one look.
create function referral.asked() returns trigger language plpgsql as $fn$
begin
    if exists (select from referral.referral r where r.case_id = new.case_id and r.is_back) then
        perform referral.look_again(new.case_id);
    elsif new.kind in ('transfer', 'added_support', 'consult') then
        update referral.case_file set is_alone = false where case_id = new.case_id and is_alone;
    end if;
    return null;
end
$fn$;
create function referral.changed() returns trigger language plpgsql as $fn$
begin
    perform referral.look_again(new.case_id);
    return null;
end
$fn$;
-- Who is on the case counts only for one that needs more than one agency.
create function referral.moved() returns trigger language plpgsql as $fn$
begin
    if exists (select from referral.case_file f where f.case_id = new.case_id and f.is_wide) then
        perform referral.look_again(new.case_id);
    end if;
    return null;
end
$fn$;
create function referral.closed() returns trigger language plpgsql as $fn$
begin
    update referral.member set is_closed = true where case_id = new.case_id and until is null;
    perform referral.look_again(new.case_id);
    return null;
end
$fn$;
create function referral.taken_on() returns trigger language plpgsql as $fn$
begin
    new.is_wide := (select count(distinct n.field) > 1 from directory.need n where n.code = any(new.needs));
    new.is_alone := new.is_wide and new.meeting_id is null;
    return new;
end
$fn$;
create function referral.called() returns trigger language plpgsql as $fn$
begin
    new.is_alone := new.is_alone and false;
    return new;
end
$fn$;
revoke execute on function referral.look_again(uuid), referral.asked(), referral.changed(), referral.moved(), referral.closed(),
                           referral.taken_on(), referral.called() from public;
grant execute on function referral.look_again(uuid) to km_referral;

create trigger asked after insert on referral.referral for each row
    when (new.state in ('offered', 'accepted', 'in_service', 'on_hold', 'cancel_requested', 'completed')) execute function referral.asked();
create trigger sent after update of state on referral.referral for each row
    when (old.state = 'draft' and new.state = 'offered') execute function referral.asked();
create trigger came_back after update of state on referral.referral for each row
    when (old.state in ('offered', 'accepted', 'in_service', 'on_hold', 'cancel_requested')
          and new.state not in ('offered', 'accepted', 'in_service', 'on_hold', 'cancel_requested')) execute function referral.changed();
create trigger lapsed after update of lapsed_at on referral.referral for each row execute function referral.changed();
create trigger ended after update of until on referral.member for each row when (new.until is not null) execute function referral.moved();
create trigger moved after update of lead on referral.baton for each row execute function referral.moved();
create trigger closed after update of closed_at on referral.baton for each row when (new.closed_at is not null) execute function referral.closed();
create trigger taken_on before insert on referral.case_file for each row when (cardinality(new.needs) > 1) execute function referral.taken_on();
create trigger called before update of meeting_id on referral.case_file for each row when (new.meeting_id is not null)
    execute function referral.called();

-- ---- what is there already ------------------------------------------------------------------------------------------------------------
do $do$
declare
    t    text;
    those text[] := array['intake.access', 'intake.reception', 'referral.member', 'referral.referral', 'referral.case_file', 'referral.baton'];
begin
    foreach t in array those || array['directory.need'] loop
        execute format('alter table %s no force row level security', t::regclass);
    end loop;
    update intake.access a set received_at = r.received_at from intake.reception r where r.case_id = a.case_id and r.received_at <> a.since;
    update referral.member m set is_closed = true from referral.baton b
     where b.case_id = m.case_id and b.closed_at is not null and m.until is null;
    update referral.case_file f set is_wide = true, is_alone = false
     where cardinality(f.needs) > 1 and (select count(distinct n.field) > 1 from directory.need n where n.code = any(f.needs));
    perform referral.look_again(c.case_id)
       from (select case_id from referral.case_file where is_wide
              union
             select case_id from referral.referral where state in ('declined', 'expired', 'failed')) c;
    set constraints all immediate;
    foreach t in array those || array['directory.need'] loop
        execute format('alter table %s force row level security', t::regclass);
    end loop;
end
$do$;

-- ---- what the lists go by ---------------------------------------------------------------------------------------------------------------
drop index intake.access_agency;
create index access_received on intake.access (agency, (coalesce(received_at, since)) desc, case_id desc) where until is null;

create index member_work on referral.member (agency, since desc, case_id desc) where until is null and is_closed is null;
create index case_file_alone on referral.case_file (received_at, case_id) where is_alone;

-- Drafts are due to nobody and stand first.
create index referral_answer on referral.referral (receiver, due_at, ref_id) where state in ('offered', 'cancel_requested');
create index referral_awaited on referral.referral (sender, (coalesce(due_at, '1970-01-01 00:00Z'::timestamptz)), ref_id)
    where state in ('draft', 'offered', 'cancel_requested');
create index referral_running on referral.referral (sender, due_at, ref_id) where state in ('accepted', 'in_service', 'on_hold');
drop index referral.referral_returned;
create index referral_back on referral.referral ((coalesce(answered_at, drafted_at)), ref_id) where is_back;
create index referral_back_to on referral.referral (sender, (coalesce(answered_at, drafted_at)), ref_id) where is_back;
