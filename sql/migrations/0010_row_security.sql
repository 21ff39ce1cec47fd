-- Who sees and writes which row of the tables that were there before tickets. A person's ticket opens the cases the person's agency has or
-- had a part in; some roles see more of one service, or less; a service's own ticket opens what its streams and jobs need. In every OR
-- the cheapest question that suffices for most comes first. Functions that look a part up read with their owner's rights, because a
-- policy may not ask the table it guards.

-- ---- intake: only those who do casework, only cases their agency has access to -----------------------------------------------------
create function intake.asker() returns text language sql stable return kashimaru.my_agency_as('worker', 'team_lead', 'coordinator');

-- may_read: an agency that has access sees everything, one that was a member what was written until it left; an offer that ended leaves
-- nothing. Later migrations widen this in its place.
create function intake.may_read(of_case uuid, who text, written timestamptz) returns boolean
    language plpgsql stable strict security definer set search_path = pg_catalog, pg_temp as $fn$
begin
    return exists (select from intake.access a
                    where a.case_id = of_case and a.agency = who
                      and (a.until is null or (a.level = 'member' and written <= a.until)));
end
$fn$;

-- is_opening: there is no such case yet, so what is written belongs to the one that this very statement opens: its reception is checked by
-- itself, and without a reception no other row of a case can stay. may_write: a member of the case, or who opens it.
create function intake.is_opening(of_case uuid) returns boolean
    language plpgsql stable strict security definer set search_path = pg_catalog, pg_temp as $fn$
begin
    return not exists (select from intake.reception r where r.case_id = of_case);
end
$fn$;
create function intake.may_write(of_case uuid, who text) returns boolean
    language plpgsql stable strict security definer set search_path = pg_catalog, pg_temp as $fn$
begin
    return exists (select from intake.access a where a.case_id = of_case and a.agency = who and a.until is null and a.level = 'member')
        or intake.is_opening(of_case);
end
$fn$;

select kashimaru.secure('intake.reception', 'intake.record', 'intake.note', 'intake.access');
select kashimaru.open_to_owner('intake.access'), kashimaru.open_to_owner('intake.reception');

create policy party on intake.reception for select
    using (intake.may_read(case_id, (select intake.asker()), received_at));
create policy opens on intake.reception for insert
    with check (received_by = (select intake.asker()));

create policy party on intake.record for select
    using (intake.may_read(case_id, (select intake.asker()), written_at));
create policy writes on intake.record for insert
    with check (intake.may_write(case_id, (select intake.asker())));

create policy party on intake.note for select
    using (intake.may_read(case_id, (select intake.asker()), at));
create policy writes on intake.note for insert
    with check (by = (select intake.asker()) and intake.may_write(case_id, (select intake.asker())));

-- The service moves access by what referral tells it (case_access); of a case's contents its own ticket shows nothing.
create policy own on intake.access for select
    using (agency = (select intake.asker()) or (select kashimaru.is_service('intake')));
create policy opens on intake.access for insert
    with check ((select kashimaru.is_service('intake')) or (agency = (select intake.asker()) and intake.is_opening(case_id)));
create policy moves on intake.access for update using ((select kashimaru.is_service('intake')));

-- ---- referral: the agencies with a part in a case see how it is held; coordinators settle every case; auditors look on ----------------
create function referral.asker() returns text language sql stable
    return kashimaru.my_agency_as('worker', 'team_lead', 'coordinator', 'secretary', 'agency_host');

-- is_party: on the case now or once, or in a referral of it that was sent.
create function referral.is_party(of_case uuid, who text) returns boolean
    language plpgsql stable strict security definer set search_path = pg_catalog, pg_temp as $fn$
begin
    return exists (select from referral.member m where m.case_id = of_case and m.agency = who)
        or exists (select from referral.referral r
                    where r.case_id = of_case and (r.sender = who or (r.receiver = who and r.state <> 'draft')));
end
$fn$;

-- sees: a row of a case that names these agencies. The service's own ticket opens all of referral: cases are opened by what intake tells
-- it (case_opened), the clock lets offers of any case expire with all that follows (expire_due), and answer times are counted over
-- all (answer_times). holds: the same for who may also change it.
create function referral.sees(me text[], of_case uuid, one text, other text) returns boolean language plpgsql stable as $fn$
begin
    if me[3] = 's' then
        return me[2] = 'referral';
    end if;
    if me[5] in (one, other) and me[6] not in ('administrator', 'auditor') or me[6] in ('coordinator', 'auditor') then
        return true;
    end if;
    return me[6] <> 'administrator' and referral.is_party(of_case, me[5]);
end
$fn$;
create function referral.holds(me text[], of_case uuid, one text, other text) returns boolean language plpgsql stable as $fn$
begin
    return me[6] <> 'auditor' and referral.sees(me, of_case, one, other);
end
$fn$;

-- open_load: how many open referrals each agency has, for weighing candidates; a number that tells of no case.
create function referral.open_load() returns table (agency text, n bigint)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $fn$
begin
    if not kashimaru.has_ticket() then
        return;
    end if;
    return query select r.receiver, count(*) from referral.referral r
                  where r.state in ('offered', 'accepted', 'in_service', 'on_hold', 'cancel_requested')
                  group by r.receiver;
end
$fn$;

select kashimaru.secure('referral.case_file', 'referral.member', 'referral.baton', 'referral.referral', 'referral.decline');
select kashimaru.open_to_owner('referral.member'), kashimaru.open_to_owner('referral.referral');

create policy party on referral.case_file for select using (referral.sees((select kashimaru.me()), case_id, received_by, received_by));
create policy opens on referral.case_file for insert with check ((select kashimaru.is_service('referral')));
create policy counts on referral.case_file for update
    using (referral.sees((select kashimaru.me()), case_id, received_by, received_by))
    with check (referral.holds((select kashimaru.said()), case_id, received_by, received_by));

-- An auditor's reading locks the row like everybody's, and may not change it.
create policy party on referral.baton for select using (referral.sees((select kashimaru.me()), case_id, lead, lead));
create policy opens on referral.baton for insert with check ((select kashimaru.is_service('referral')));
create policy moves on referral.baton for update
    using (referral.sees((select kashimaru.me()), case_id, lead, lead))
    with check (referral.holds((select kashimaru.said()), case_id, lead, lead));

-- Nobody joins but by a referral: the agency itself, when it accepts one, or that accepted what it asked for. Who accepts a transfer
-- takes the lead from the agency that had it.
create function referral.joins(me text[], of_case uuid, who text) returns boolean language plpgsql stable as $fn$
begin
    return me[3] = 's' and me[2] = 'referral' or me[6] = 'coordinator'
        or (me[5] = who and me[6] not in ('administrator', 'auditor') and referral.is_party(of_case, who));
end
$fn$;
create policy party on referral.member for select using (referral.sees((select kashimaru.me()), case_id, agency, agency));
create policy joins on referral.member for insert with check (referral.joins((select kashimaru.me()), case_id, agency));
create policy moves on referral.member for update
    using (referral.sees((select kashimaru.me()), case_id, agency, agency))
    with check (referral.holds((select kashimaru.said()), case_id, agency, agency));

-- Who refers has a part in the case; only a request for it (pull_request) comes from outside. The first accept of a broadcast withdraws
-- the others.
create function referral.sends(me text[], of_case uuid, who text, as_kind text) returns boolean language plpgsql stable as $fn$
begin
    return me[3] = 's' and me[2] = 'referral' or me[6] = 'coordinator'
        or (me[5] = who and me[6] not in ('administrator', 'auditor') and (as_kind = 'pull_request' or referral.is_party(of_case, who)));
end
$fn$;
create policy party on referral.referral for select using (referral.sees((select kashimaru.me()), case_id, sender, receiver));
create policy sends on referral.referral for insert with check (referral.sends((select kashimaru.me()), case_id, sender, kind));
create policy moves on referral.referral for update
    using (referral.sees((select kashimaru.me()), case_id, sender, receiver))
    with check (referral.holds((select kashimaru.said()), case_id, sender, receiver));

create policy party on referral.decline for select using (referral.sees((select kashimaru.me()), case_id, agency, agency));
create policy declines on referral.decline for insert
    with check (agency = (select referral.asker())
                or (select kashimaru.is_service('referral')) or (select kashimaru.my_role()) = 'coordinator');
create policy overrides on referral.decline for update using ((select kashimaru.my_role()) = 'coordinator');

-- ---- meeting: who is invited, and nobody else (DR-06) -------------------------------------------------------
create function meeting.asker() returns text language sql stable
    return kashimaru.my_agency_as('worker', 'team_lead', 'coordinator', 'secretary', 'agency_host');
create function meeting.is_invited(to_meeting uuid, who text) returns boolean
    language plpgsql stable strict security definer set search_path = pg_catalog, pg_temp as $fn$
begin
    return exists (select from meeting.invitee i where i.meeting_id = to_meeting and i.agency = who);
end
$fn$;

select kashimaru.secure('meeting.meeting', 'meeting.invitee', 'meeting.availability', 'meeting.accommodation', 'meeting.seat');
select kashimaru.open_to_owner('meeting.invitee');

-- The service's own ticket makes what referral asks for (meeting_wanted) and sees no meeting.
create policy guest on meeting.meeting for select
    using (meeting.is_invited(meeting_id, (select meeting.asker())));
create policy proposes on meeting.meeting for insert with check ((select kashimaru.is_service('meeting')));
create policy arranges on meeting.meeting for update
    using (meeting.is_invited(meeting_id, (select meeting.asker())));

create policy guest on meeting.invitee for select
    using (agency = (select meeting.asker()) or meeting.is_invited(meeting_id, (select meeting.asker())));
create policy invites on meeting.invitee for insert with check ((select kashimaru.is_service('meeting')));
create policy answers on meeting.invitee for update using (agency = (select meeting.asker()));

create policy guest on meeting.availability for select
    using (agency = (select meeting.asker()) or meeting.is_invited(meeting_id, (select meeting.asker())));
create policy answers on meeting.availability for insert with check (agency = (select meeting.asker()));
create policy again on meeting.availability for delete using (agency = (select meeting.asker()));

create policy guest on meeting.accommodation
    using (meeting.is_invited(meeting_id, (select meeting.asker())));

-- Whether an agency sits somewhere at a time must be known to whoever looks for a time; a seat names no case.
create policy anyone on meeting.seat for select using ((select meeting.asker()) is not null);
create policy takes on meeting.seat for insert
    with check (meeting.is_invited(meeting_id, (select meeting.asker())));
create policy leaves on meeting.seat for delete
    using (meeting.is_invited(meeting_id, (select meeting.asker())));

-- ---- the history: anybody with a ticket adds to it; auditors and coordinators read all, casework the cases it stands in itself ---------
create function audit.asker() returns text language sql stable return kashimaru.my_agency_as('worker', 'team_lead');

-- part_until: until when an agency has had a part in a case, by the history itself: infinity while it has one, null if it never had.
-- Who was only asked, or only asks, has none.
create function audit.part_until(of_case uuid, who text) returns timestamptz
    language plpgsql stable strict security definer set search_path = pg_catalog, pg_temp as $fn$
begin
    return (select case e.happened when 'member_ended' then e.at else 'infinity' end
              from audit.event e
             where e.case_id = of_case
               and ((e.counterpart = who and e.happened in ('baton_created', 'member_added', 'member_ended'))
                    or (e.agency = who and e.happened in ('case_opened', 'baton_moved')))
             order by e.at desc, (e.happened = 'member_ended') desc
             limit 1);
end
$fn$;

select kashimaru.secure('audit.event');
select kashimaru.open_to_owner('audit.event');
create policy reader on audit.event for select
    using ((select kashimaru.my_role()) in ('auditor', 'coordinator') or at <= audit.part_until(case_id, (select audit.asker())));
create policy anyone on audit.event for insert with check ((select kashimaru.has_ticket()));

-- ---- the directory: whoever has a ticket looks agencies up; administrators keep it -------------------------------------------------
do $do$
declare
    t text;
begin
    foreach t in array array['version', 'agency', 'programme', 'need', 'duty', 'routing', 'indicator', 'code', 'answer_time'] loop
        perform kashimaru.secure('directory.' || t);
        execute format('create policy anyone on directory.%I for select using ((select kashimaru.has_ticket()))', t);
        if t <> 'answer_time' then
            execute format('create policy keeps on directory.%I using ((select kashimaru.my_role()) = %L)', t, 'administrator');
        end if;
    end loop;
end
$do$;
-- How fast an agency answers is counted by the service (answer_times).
create policy counted on directory.answer_time using ((select kashimaru.is_service('referral')));

-- ---- who may ask these questions -----------------------------------------------------------------------------------------------------
do $do$
declare
    s text;
begin
    foreach s in array array['intake', 'referral', 'meeting', 'audit'] loop
        execute format('revoke execute on all functions in schema %I from public', s);
        execute format('grant execute on all functions in schema %I to %I', s, 'km_' || s);
    end loop;
end
$do$;
