-- Data keys of cases, wrapped; in a database of their own, so that a backup of the cases holds none of them.
do $do$
begin
    if not exists (select from pg_roles where rolname = 'km_keys') then
        create role km_keys login;
    end if;
    execute format('alter role km_keys in database %I set search_path = keys', current_database());
    execute format('alter role km_keys in database %I set synchronous_commit = on', current_database());
end
$do$;
revoke all on schema public from public;
do $do$
begin
    execute format('revoke connect, temporary on database %I from public', current_database());
    execute format('grant connect on database %I to km_keys', current_database());
end
$do$;
create schema keys;
grant usage on schema keys to km_keys;
create table keys.case_key (
    case_id    uuid        not null,
    epoch      bigint      not null check (epoch > 0),
    wrapped    bytea       not null check (length(wrapped) = 72),
    created_at timestamptz not null,
    primary key (case_id, epoch)
);
grant select, insert, update (case_id) on keys.case_key to km_keys;
