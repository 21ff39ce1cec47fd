-- Agencies' own systems as the city took them on. Whether one is let in is decided by peers.pub on every message; here is what was
-- decided when and by whom, so that a system may be asked about years later. A row's end is only ever brought nearer.
create table account.host (
    name        text        primary key check (name ~ '^host-[A-Z][0-9]{3,6}-[A-Za-z0-9_-]{1,10}$'),
    agency      text        not null check (starts_with(name, 'host-' || agency || '-')),
    curve       text        not null check (curve ~ '^[0-9a-f]{64}$'),
    sign        text        not null check (sign ~ '^[0-9a-f]{64}$'),
    valid_from  timestamptz not null,
    valid_until timestamptz not null check (valid_until >= valid_from),
    last_seen   timestamptz
);
create index host_agency on account.host (agency, name);

-- Every time something was said of one, for ever: sql/functions/append_only.sql guards it.
create table account.host_log (
    id          bigint      generated always as identity primary key,
    at          timestamptz not null,
    name        text        not null references account.host,
    valid_until timestamptz not null,
    said_by     text        not null
);

grant select, insert on account.host, account.host_log to km_account;
grant update (valid_until, last_seen) on account.host to km_account;

-- Administrators take systems on and end them, auditors look on; that one asked for a ticket the service notes by itself.
select kashimaru.secure('account.host', 'account.host_log');
create policy look on account.host for select
    using ((select kashimaru.is_service('account')) or (select kashimaru.my_role()) in ('auditor', 'administrator'));
create policy takes_on on account.host for insert with check ((select kashimaru.my_role()) = 'administrator');
create policy ends on account.host for update
    using ((select kashimaru.is_service('account')) or (select kashimaru.my_role()) = 'administrator');
create policy look on account.host_log for select using ((select kashimaru.my_role()) in ('auditor', 'administrator'));
create policy add on account.host_log for insert
    with check ((select kashimaru.my_role()) = 'administrator' and said_by = (select kashimaru.my_user()));
