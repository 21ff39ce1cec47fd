-- One schema and one login role per service; each sees its own schema and what it is granted elsewhere, nothing more.
do $do$
declare
    service text;
begin
    foreach service in array array['intake', 'referral', 'meeting', 'audit'] loop
        if not exists (select from pg_roles where rolname = 'km_' || service) then
            execute format('create role %I login', 'km_' || service);
        end if;
        execute format('create schema %I', service);
        execute format('grant usage on schema %I to %I', service, 'km_' || service);
        execute format('alter role %I in database %I set search_path = %I', 'km_' || service, current_database(), service);
        execute format('alter role %I in database %I set synchronous_commit = on', 'km_' || service, current_database());
    end loop;
end
$do$;
revoke all on schema public from public;
do $do$
begin
    execute format('revoke connect, temporary on database %I from public', current_database());
    execute format('grant connect on database %I to km_intake, km_referral, km_meeting, km_audit', current_database());
end
$do$;
