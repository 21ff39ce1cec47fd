-- On what ground whose data went to whom: grounds as dated data, consents of persons, what was disclosed, and what is called back. Codes
-- and ids only: who a person is stays sealed with the case.
create table directory.basis (
    code          text    not null check (code <> 'none'),
    law           text    not null check (law <> ''),
    needs_consent boolean not null,
    is_meeting    boolean not null,
    receivers     text[]  not null check (cardinality(receivers) > 0),
    items         text[]  not null check (cardinality(items) > 0),
    secrecy       text,
    note          text,
    digest        bytea   not null,
    valid_from    date    not null,
    valid_to      date    check (valid_to > valid_from),
    primary key (code, valid_from)
);
create unique index basis_live on directory.basis (code) where valid_to is null;

create table referral.consent (
    consent_id       uuid        primary key,
    case_id          uuid        not null references referral.case_file,
    person_id        uuid        not null, -- the case's own id is the person supported
    purpose          text        not null,
    items            text[]      not null check (cardinality(items) > 0),
    receivers        text[]      not null, -- none = every agency that supports the case
    given_at         timestamptz not null,
    until            timestamptz not null check (until > given_at),
    evidence         text        not null,
    evidence_note    uuid,
    recorded_by      text        not null,
    recorder         text        not null,
    withdrawn_at     timestamptz check (withdrawn_at >= given_at),
    withdrawn_by     text,
    withdrawer       text,
    withdrawn_reason text,
    check ((withdrawn_at is null) = (withdrawn_by is null) and (withdrawn_at is null) = (withdrawer is null))
);
create index consent_case on referral.consent (case_id, person_id);

alter table referral.referral
    add column consent_id uuid references referral.consent,
    add column purpose    text not null default 'referral',
    add column session    uuid;

-- One row for each receiver of each sending; never changed (functions/append_only.sql).
create table referral.disclosure (
    disclosure_id uuid        primary key,
    case_id       uuid        not null,
    ref_id        uuid        references referral.referral,
    at            timestamptz not null,
    sender        text        not null,
    receiver      text        not null check (receiver <> sender),
    items         text[]      not null check (cardinality(items) > 0),
    basis         text        not null check (basis <> 'none'),
    law           text        not null check (law <> ''),
    consent_id    uuid        references referral.consent,
    session       uuid,
    purpose       text        not null,
    approver      text        not null,
    check (basis <> 'consent' or consent_id is not null)
);
create index disclosure_case on referral.disclosure (case_id, at, disclosure_id);
create index disclosure_year on referral.disclosure (at, disclosure_id);
create index disclosure_sender on referral.disclosure (sender, at, disclosure_id);
create index disclosure_consent on referral.disclosure (consent_id) where consent_id is not null;

create table referral.recall (
    recall_id  uuid        primary key,
    consent_id uuid        not null references referral.consent,
    case_id    uuid        not null,
    agency     text        not null,
    items      text[]      not null check (cardinality(items) > 0),
    sent_at    timestamptz not null,
    done_at    timestamptz check (done_at >= sent_at),
    outcome    text,
    done_by    text,
    constraint recall_once unique (consent_id, agency),
    check ((done_at is null) = (outcome is null) and (done_at is null) = (done_by is null))
);
create index recall_agency on referral.recall (agency, sent_at, recall_id);

grant select, insert, update on directory.basis to km_referral;
grant select, insert on referral.consent, referral.disclosure, referral.recall to km_referral;
grant update (withdrawn_at, withdrawn_by, withdrawer, withdrawn_reason) on referral.consent to km_referral;
grant update (done_at, outcome, done_by) on referral.recall to km_referral;

-- ---- who sees which row ------------------------------------------------------------------------
select kashimaru.secure('directory.basis', 'referral.consent', 'referral.disclosure', 'referral.recall');

-- asked_of: what an agency that asks for a case must know of it, told only if it names the agency that leads it; nothing else of the case.
create function referral.asked_of(of_case uuid, of_lead text) returns table (urgency text, is_closed boolean)
    language plpgsql stable strict security definer set search_path = pg_catalog, pg_temp as $fn$
begin
    if not kashimaru.has_ticket() then
        return;
    end if;
    return query select f.urgency, b.closed_at is not null
                   from referral.baton b
                   join referral.case_file f on f.case_id = b.case_id
                  where b.case_id = of_case and b.lead = of_lead;
end
$fn$;
revoke execute on function referral.asked_of(uuid, text) from public;
grant execute on function referral.asked_of(uuid, text) to km_referral;
select kashimaru.open_to_owner('referral.baton'), kashimaru.open_to_owner('referral.case_file');

create policy look on directory.basis for select using ((select kashimaru.has_ticket()));
create policy put on directory.basis for insert
    with check ((select kashimaru.my_role()) = 'administrator' or (select kashimaru.is_service('referral')));
create policy change on directory.basis for update
    using ((select kashimaru.my_role()) = 'administrator' or (select kashimaru.is_service('referral')));

-- The agencies on the case now; what is cheap to know is asked first.
create policy look on referral.consent for select
    using (recorded_by = (select referral.asker()) or (select kashimaru.my_role()) in ('coordinator', 'auditor')
           or exists (select from referral.member m
                       where m.case_id = consent.case_id and m.agency = (select referral.asker()) and m.until is null)
           or (select kashimaru.is_service('referral')));
create policy put on referral.consent for insert
    with check ((select kashimaru.is_service('referral'))
                or (recorded_by = (select referral.asker())
                    and exists (select from referral.member m
                                 where m.case_id = consent.case_id and m.agency = (select referral.asker()) and m.until is null)));
create policy withdraw on referral.consent for update
    using ((select kashimaru.my_role()) = 'coordinator'
           or exists (select from referral.member m
                       where m.case_id = consent.case_id and m.agency = (select referral.asker()) and m.until is null))
    with check (withdrawn_by = (select referral.asker()) and withdrawer = (select kashimaru.my_user()));

create policy look on referral.disclosure for select
    using (sender = (select referral.asker()) or receiver = (select referral.asker())
           or (select kashimaru.my_role()) in ('coordinator', 'auditor')
           or exists (select from referral.member m
                       where m.case_id = disclosure.case_id and m.agency = (select referral.asker()) and m.until is null)
           or (select kashimaru.is_service('referral')));
create policy put on referral.disclosure for insert
    with check (sender = (select referral.asker()) or (select kashimaru.my_role()) = 'coordinator');

create policy look on referral.recall for select
    using (agency = (select referral.asker()) or (select kashimaru.my_role()) in ('coordinator', 'auditor')
           or exists (select from referral.member m
                       where m.case_id = recall.case_id and m.agency = (select referral.asker()) and m.until is null)
           or (select kashimaru.is_service('referral')));
create policy put on referral.recall for insert
    with check ((select kashimaru.my_role()) = 'coordinator'
                or exists (select from referral.member m
                            where m.case_id = recall.case_id and m.agency = (select referral.asker()) and m.until is null));
create policy acknowledge on referral.recall for update
    using (agency = (select referral.asker())) with check (agency = (select referral.asker()) and done_by = (select kashimaru.my_user()));
