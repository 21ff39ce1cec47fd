-- The questions of 0010 and 0011 that a handoff asks most, with the marks of 0016 before them: what a mark tells is not looked up again. What
-- stands behind a mark is asked for by each row: preparing it as a part of every plan cost more than asking it where it is needed.

-- is_party: on the case now or once, or in a referral of it that was sent.
create or replace function referral.is_party(of_case uuid, who text) returns boolean
    language plpgsql stable strict security definer set search_path = pg_catalog, pg_temp as $fn$
begin
    return (exists (select from referral.member m where m.case_id = of_case and m.agency = who)
            or exists (select from referral.referral r
                        where r.case_id = of_case and (r.sender = who or (r.receiver = who and r.state <> 'draft'))))
        and kashimaru.take_in_hand(of_case, who);
end
$fn$;

-- sees, holds: the same questions as those of 0010 for whoever wears the ticket. Of who does casework it is looked up whether the agency
-- takes part before it is asked whether the row names it, so that the rows after this one need not ask. The agency is what the ticket
-- says it is: no other has this mark.
create function referral.sees(of_case uuid, one text, other text) returns boolean
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $fn$
declare
    who text := split_part(current_setting('kashimaru.ticket', true), '|', 5);
begin
    if kashimaru.wears_agency(who) then
        return coalesce(referral.is_party(of_case, who) or who in (one, other), false);
    end if;
    if kashimaru.wears_role('coordinator') or kashimaru.wears_role('auditor') or kashimaru.wears_service('referral') then
        return true;
    end if;
    return coalesce(referral.sees(kashimaru.me(), of_case, one, other), false);
end
$fn$;
create function referral.holds(of_case uuid, one text, other text) returns boolean
    language plpgsql stable set search_path = pg_catalog, pg_temp as $fn$
begin
    return referral.sees(of_case, one, other) and coalesce(kashimaru.my_role(), '') <> 'auditor';
end
$fn$;
-- knows: who reads the consents and disclosures of a case: whom the row names, who is on the case now, who oversees cases, the service.
create function referral.knows(of_case uuid, one text, other text) returns boolean
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $fn$
declare
    who text := split_part(current_setting('kashimaru.ticket', true), '|', 5);
begin
    if not kashimaru.wears_agency(who) then
        who := referral.asker();
        if coalesce(kashimaru.my_role() in ('coordinator', 'auditor'), false) or kashimaru.is_service('referral') then
            return true;
        end if;
    end if;
    return coalesce(who in (one, other), false)
        or exists (select from referral.member m where m.case_id = of_case and m.agency = who and m.until is null);
end
$fn$;
-- joins, sends: 0010 for whoever wears the ticket.
create function referral.joins(of_case uuid, who text) returns boolean
    language plpgsql stable set search_path = pg_catalog, pg_temp as $fn$
begin
    return kashimaru.wears_service('referral') or coalesce(referral.joins(kashimaru.me(), of_case, who), false);
end
$fn$;
create function referral.sends(of_case uuid, who text, as_kind text) returns boolean
    language plpgsql stable set search_path = pg_catalog, pg_temp as $fn$
begin
    return coalesce(referral.sends(kashimaru.me(), of_case, who, as_kind), false);
end
$fn$;
-- discloses: who sends writes down what sending discloses, and who joins what joining opens (0018).
create function referral.discloses(by text, to_whom text) returns boolean
    language plpgsql stable set search_path = pg_catalog, pg_temp as $fn$
begin
    return not kashimaru.wears_agency(to_whom)
       and (coalesce(by = referral.asker(), false) or coalesce(kashimaru.my_role() = 'coordinator', false));
end
$fn$;
do $do$
declare
    f regprocedure;
begin
    for f in select p.oid from pg_proc p
              where p.pronamespace = 'referral'::regnamespace and p.proname in ('sees', 'holds', 'knows', 'joins', 'sends', 'discloses') loop
        execute format('revoke execute on function %s from public', f);
        execute format('grant execute on function %s to km_referral', f);
    end loop;
end
$do$;

do $do$
declare
    of_table text;
    names    text;
    changes  text;
begin
    for of_table, names, changes in
        values ('case_file', 'received_by, received_by', 'counts'), ('baton', 'lead, lead', 'moves'), ('member', 'agency, agency', 'moves'),
               ('referral', 'sender, receiver', 'moves'), ('decline', 'agency, agency', null)
    loop
        execute format('alter policy party on referral.%I using (kashimaru.has_in_hand(case_id) or referral.sees(case_id, %s))',
                       of_table, names);
        if changes is not null then
            execute format('alter policy %I on referral.%I using (kashimaru.has_in_hand(case_id) or referral.sees(case_id, %s))
                            with check (kashimaru.has_in_hand(case_id) or referral.holds(case_id, %s))',
                           changes, of_table, names, names);
        end if;
    end loop;
    foreach of_table in array array['case_file', 'baton'] loop
        execute format($sql$ alter policy opens on referral.%I
            with check (kashimaru.wears_service('referral') or kashimaru.is_service('referral')) $sql$, of_table);
    end loop;
    -- Policies are tried from the last name to the first: the one that nearly always suffices has the last.
    foreach of_table in array array['version', 'agency', 'programme', 'need', 'duty', 'routing', 'indicator', 'code', 'answer_time'] loop
        execute format('alter policy anyone on directory.%I rename to whoever', of_table);
        execute format('alter policy whoever on directory.%I using (kashimaru.wears_any() or kashimaru.has_ticket())', of_table);
    end loop;
end
$do$;
alter policy look on directory.basis using (kashimaru.wears_any() or kashimaru.has_ticket());

alter policy joins on referral.member
    with check ((kashimaru.wears_agency(agency) and kashimaru.has_in_hand(case_id)) or referral.joins(case_id, agency));
alter policy sends on referral.referral
    with check ((kashimaru.wears_agency(sender) and kashimaru.has_in_hand(case_id)) or referral.sends(case_id, sender, kind));
alter policy look on referral.consent
    using (kashimaru.wears_agency(recorded_by) or referral.knows(case_id, recorded_by, recorded_by));
alter policy look on referral.disclosure using (kashimaru.wears_agency(sender) or referral.knows(case_id, sender, receiver));
alter policy put on referral.disclosure with check (kashimaru.wears_agency(sender) or referral.discloses(sender, receiver));

alter policy anyone on audit.event with check (kashimaru.wears_any() or kashimaru.has_ticket());

-- owns: the rows of intake's access an agency, or the service, sees. opens_access: 0010.
create function intake.owns(who text) returns boolean
    language plpgsql stable set search_path = pg_catalog, pg_temp as $fn$
begin
    return kashimaru.wears_agency(who) or coalesce(who = intake.asker(), false) or kashimaru.is_service('intake');
end
$fn$;
create function intake.opens_access(of_case uuid, who text) returns boolean
    language plpgsql stable set search_path = pg_catalog, pg_temp as $fn$
begin
    return kashimaru.is_service('intake') or (coalesce(who = intake.asker(), false) and intake.is_opening(of_case));
end
$fn$;
revoke execute on function intake.owns(text), intake.opens_access(uuid, text) from public;
grant execute on function intake.owns(text), intake.opens_access(uuid, text) to km_intake;
alter policy own on intake.access using (kashimaru.wears_service('intake') or intake.owns(agency));
alter policy opens on intake.access with check (kashimaru.wears_service('intake') or intake.opens_access(case_id, agency));
alter policy moves on intake.access using (kashimaru.wears_service('intake') or kashimaru.is_service('intake'));
