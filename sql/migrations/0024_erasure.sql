-- Erasing a case. What is asked and agreed to is decided where the keys are; here is written down how far it is, and here alone is it said
-- what goes and what stays. The log stays whole: a leaf is never touched, and what the leaves meant is explained by events of their own.
--
-- Erased in full, the history of a case has no row any more and its entries hold nothing but their leaf. Erased in payload, the rows keep what
-- the events themselves have (who, when, which type, with whom), and the entries are sealed anew without payload and its salt.
create table audit.erasure (
    id            uuid        primary key,
    case_id       uuid        not null,
    kind          text        not null check (kind in ('payload', 'full')),
    ground        text        not null check (ground in ('retention_over', 'subject_request', 'mistaken', 'court_order')),
    basis         text        not null check (length(basis) > 0),
    state         text        not null default 'open_case' check (state in ('open_case', 'waiting', 'dropped', 'running', 'blanking', 'done')),
    asked_by      text        not null,
    asked_agency  text,
    asked_at      timestamptz not null,
    agreed_by     text        check (agreed_by <> asked_by),
    agreed_agency text,
    agreed_at     timestamptz,
    upto          bigint, -- audit.event.id: what of the case was there when the keys were gone
    leaves        bigint      check (leaves > 0),
    last_seq      bigint      check (last_seq >= 0), -- of the entries that are erased
    done_at       timestamptz,
    constraint erasure_agreed check ((state in ('running', 'blanking', 'done')) = (agreed_by is not null)
                                     and (agreed_by is null) = (agreed_at is null) and (agreed_by is null) = (upto is null)),
    constraint erasure_told check ((state in ('blanking', 'done')) = (last_seq is not null) and (leaves is null) = (last_seq is null)),
    constraint erasure_done check ((state = 'done') = (done_at is not null))
);
create index erasure_case on audit.erasure (case_id, asked_at);
create index erasure_open on audit.erasure (state, asked_at) where state not in ('done', 'dropped');
create index erasure_asked on audit.erasure (asked_at desc, id);
select kashimaru.secure('audit.erasure');
select kashimaru.open_to_owner('audit.erasure');
create policy service on audit.erasure using ((select kashimaru.is_service('audit'))) with check ((select kashimaru.is_service('audit')));
create policy reader on audit.erasure for select
    using ((select kashimaru.my_role()) in ('auditor', 'coordinator', 'administrator'));
grant select, insert on audit.erasure to km_audit;
grant update (state, agreed_by, agreed_agency, agreed_at, upto, leaves, last_seq, done_at) on audit.erasure to km_audit;

-- Who may agree is told, and those are administrators too.
create policy agrees on audit.notice for select using (kind = 'erasure' and (select kashimaru.my_role()) = 'administrator');

-- An erasure begins with what is leaf by then; the sequencer's turn is taken for it, so that nothing becomes one meanwhile.
create policy erases on ledger.entry for select to km_audit using ((select kashimaru.is_service('audit')));
create policy erases on ledger.shard for select to km_audit using ((select kashimaru.is_service('audit')));
create policy erases on ledger.position for select to km_audit using ((select kashimaru.is_service('audit')));
grant select on ledger.shard, ledger.position to km_audit;

-- ---- the one way ---------------------------------------------------------------------------------------
-- Of an erased entry there is nothing but the leaf; a type of 0 and no agency say that it is one.
alter table ledger.entry drop constraint entry_type_check;
alter table ledger.entry add constraint entry_type_check check (type > 0 or (length(sealed) = 0 and agency = ''));

-- is_erasing: a row of this case may be emptied now: the function below says so, and two people agreed to it.
create function audit.is_erasing(of_case uuid, how text) returns boolean
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $fn$
begin
    return exists (select from audit.erasure e
                    where e.case_id = of_case and e.kind = how and e.state in ('running', 'blanking')
                      and e.id::text = current_setting('kashimaru.erasing', true));
end
$fn$;
revoke execute on function audit.is_erasing(uuid, text) from public;

do $do$
declare
    t text;
begin
    execute format('create policy owner_erases on audit.event for update to %I using (audit.is_erasing(case_id, %L))', current_user, 'payload');
    execute format('create policy owner_removes on audit.event for delete to %I using (audit.is_erasing(case_id, %L))', current_user, 'full');
    execute format('create policy owner_reads on audit.emergency for select to %I using (true)', current_user);
    execute format('create policy owner_erases on audit.emergency for update to %I
                     using (audit.is_erasing(case_id, %L) or audit.is_erasing(case_id, %L))', current_user, 'full', 'payload');
    execute format('create policy owner_reads on ledger.entry for select to %I using (true)', current_user);
    execute format('create policy owner_reads on ledger.position for select to %I using (true)', current_user);
    execute format('create policy owner_empties on ledger.entry for update to %I
                     using (audit.is_erasing(case_id, %L) or audit.is_erasing(case_id, %L))', current_user, 'full', 'payload');
end
$do$;

-- erase: what of a case is leaf by now; last is the place of the last one, as it was told in the events that explain it. Refused unless two
-- people agreed to it, all that was there then is leaf, none became one meanwhile, and it is audit that asks, under its own ticket.
create function audit.erase(erasure uuid, last bigint) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $fn$
declare
    e audit.erasure;
begin
    select * into e from audit.erasure x where x.id = erasure and x.state = 'running';
    if not found or not kashimaru.is_service('audit') then
        raise exception 'nothing is erased but what two people agreed to' using errcode = '42501';
    end if;
    if exists (select from audit.event v, ledger.position p
                where v.case_id = e.case_id and v.id <= e.upto and (v.tx, v.id) > (p.tx, p.id))
       or last is distinct from (select max(n.seq) from ledger.entry n where n.case_id = e.case_id) then
        raise exception 'another leaf than was told' using errcode = '55P03';
    end if;
    perform set_config('kashimaru.erasing', erasure::text, true);
    -- what was said about an emergency is about the person, and not under the case's key
    update audit.emergency m set words = '', finding = null where m.case_id = e.case_id;
    if e.kind = 'full' then
        delete from audit.event v using ledger.position p where v.case_id = e.case_id and (v.tx, v.id) <= (p.tx, p.id);
        update ledger.entry n
           set sealed = '', type = 0, agency = '', event_id = '00000000-0000-0000-0000-000000000000', at = n.sequenced_at
         where n.case_id = e.case_id and length(n.sealed) > 0;
    else
        update audit.event v
           set actor = null, about = null, reason = null, trace = null, due = null, request = null,
               detail = case v.happened when 'referral' then v.detail end -- which kind of event it is
          from ledger.position p
         where v.case_id = e.case_id and (v.tx, v.id) <= (p.tx, p.id);
    end if;
    perform set_config('kashimaru.erasing', '', true);
end
$fn$;
revoke execute on function audit.erase(uuid, bigint) from public;
grant execute on function audit.erase(uuid, bigint) to km_audit;

-- blank: entries of a case whose payload is erased, sealed anew by keys.
create function audit.blank(erasure uuid, seqs bigint[], sealeds bytea[]) returns void
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $fn$
declare
    e audit.erasure;
begin
    select * into e from audit.erasure x where x.id = erasure and x.state = 'blanking' and x.kind = 'payload';
    if not found or not kashimaru.is_service('audit') then
        raise exception 'nothing is erased but what two people agreed to' using errcode = '42501';
    end if;
    perform set_config('kashimaru.erasing', erasure::text, true);
    update ledger.entry n
       set sealed = w.sealed
      from unnest(seqs, sealeds) as w(seq, sealed)
     where n.case_id = e.case_id and n.seq = w.seq and n.seq <= e.last_seq and length(n.sealed) > 0 and length(w.sealed) > 0;
    perform set_config('kashimaru.erasing', '', true);
end
$fn$;
revoke execute on function audit.blank(uuid, bigint[], bytea[]) from public;
grant execute on function audit.blank(uuid, bigint[], bytea[]) to km_audit;
