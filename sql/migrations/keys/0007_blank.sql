-- An erasure is asked for by one person and agreed to by another; here, beside the keys it destroys. The wishes of before (keys.erasure_wish)
-- stay as they are.
create table keys.erasure (
    id         uuid        primary key,
    case_id    uuid        not null,
    kind       text        not null check (kind in ('payload', 'full')),
    ground     text        not null check (ground in ('retention_over', 'subject_request', 'mistaken', 'court_order')),
    basis      text        not null check (length(basis) > 0),
    asked_by   text        not null check (asked_by <> ''),
    asked_role text        not null check (asked_role in ('administrator', 'coordinator')),
    asked_at   timestamptz not null,
    is_closed  boolean     not null default false, -- the case is, says audit
    agreed_by  text        check (agreed_by <> asked_by),
    agreed_role text       check (asked_role = 'administrator' or agreed_role = 'administrator'),
    agreed_at  timestamptz check (agreed_at >= asked_at),
    constraint erasure_agreed check ((agreed_by is null) = (agreed_at is null) and (agreed_by is null) = (agreed_role is null)
                                     and (agreed_by is null or is_closed))
);
create index erasure_case on keys.erasure (case_id, asked_at desc);
create function keys.erasure_stays() returns trigger language plpgsql as $fn$
begin
    if old.agreed_by is not null then
        raise exception 'an erasure two people agreed to stays as it is' using errcode = '42501';
    end if;
    return new;
end
$fn$;
create trigger stays before update on keys.erasure for each row execute function keys.erasure_stays();
grant select, insert on keys.erasure to km_keys;
grant update (is_closed, agreed_by, agreed_role, agreed_at) on keys.erasure to km_keys;
select kashimaru.secure('keys.erasure');
create policy the_service on keys.erasure to km_keys using (kashimaru.wears_service('keys') or kashimaru.is_service('keys'));

-- Where only payloads are erased a new log key follows, and the former is kept until every entry is sealed anew. It is not used for anything
-- else, follows no other while there is one, and does not come back.
alter table keys.log_key add column former bytea check (length(former) = 72);
alter table keys.log_key add constraint log_key_former check (former is null or sealed is not null);
create or replace function keys.log_key_ends() returns trigger language plpgsql as $fn$
begin
    if old.destroyed_at is null
       and (new.destroyed_at is not null
            or (old.former is null and new.former = old.sealed and new.sealed <> old.sealed
                and exists (select from keys.erasure e where e.case_id = old.case_id and e.kind = 'payload' and e.agreed_by is not null))
            or (old.former is not null and new.former is null and new.sealed = old.sealed)) then
        return new;
    end if;
    raise exception 'a log key is never replaced' using errcode = '42501';
end
$fn$;
grant update (former) on keys.log_key to km_keys;
