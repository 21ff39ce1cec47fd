-- People: who may sign in, what proves that it is them, where they are signed in, and every attempt. Nothing here opens anything by
-- itself: passwords are Argon2id, second factors are sealed under a key that is not in any database, tokens are kept as SHA-256.
do $do$
begin
    if not exists (select from pg_roles where rolname = 'km_account') then
        create role km_account login;
    end if;
    execute format('alter role km_account in database %I set search_path = account', current_database());
    execute format('alter role km_account in database %I set synchronous_commit = on', current_database());
    execute format('grant connect on database %I to km_account', current_database());
end
$do$;
create schema account;
grant usage on schema account to km_account;
select kashimaru.delivery_tables('account');
grant usage on schema audit to km_account;
grant insert on audit.event to km_account;

-- user_name is a pseudonym. An active account has both factors; an invitation ends when it is taken up.
create table account.person (
    user_name      text        primary key check (user_name ~ '^[a-z0-9._-]{1,63}$'),
    agency         text        not null,
    roles          text[]      not null check (cardinality(roles) between 1 and 8),
    state          text        not null check (state in ('invited', 'active', 'suspended')),
    password       text        check (password like '$argon2id$%'),
    totp           bytea,
    totp_last_step bigint      not null default 0, -- no time code works twice
    fails          bigint      not null default 0 check (fails >= 0),
    locked_until   timestamptz,
    invite         bytea       check (length(invite) = 32),
    invite_expires timestamptz,
    made_at        timestamptz not null,
    last_seen      timestamptz,
    constraint person_active_has_factors check (state <> 'active' or (password is not null and totp is not null)),
    constraint person_invite_expires check ((invite is null) = (invite_expires is null)),
    constraint person_invite_is_for_invited check (invite is null or state = 'invited')
);
create unique index person_invite on account.person (invite) where invite is not null;
create index person_administrators on account.person (user_name) where state = 'active' and roles @> array['administrator'];

create table account.recovery (
    user_name text        not null references account.person,
    digest    bytea       not null check (length(digest) = 16), -- keyed
    used_at   timestamptz,
    primary key (user_name, digest)
);

-- A session for trying out belongs to nobody in person and counts only while the setting demo is on.
create table account.session (
    digest    bytea       primary key check (length(digest) = 32), -- SHA-256 of the token
    id        text        not null check (id ~ '^[0-9a-f]{16}$'),
    user_name text        not null,
    agency    text        not null,
    role      text        not null,
    is_demo   boolean     not null,
    made_at   timestamptz not null,
    last_used timestamptz not null,
    expires   timestamptz not null check (expires > made_at),
    fresh_at  timestamptz,
    ended_at  timestamptz
);
create unique index session_of_user on account.session (user_name, id);
create index session_expires on account.session (expires);
create index session_ended on account.session (ended_at) where ended_at is not null;

-- Every attempt, for ever: sql/functions/append_only.sql guards it. Of an unknown name only that it was unknown is kept: it may be a
-- password typed into the wrong field.
create table account.sign_in_log (
    id        bigint      generated always as identity primary key,
    at        timestamptz not null,
    user_name text        not null check (length(user_name) between 1 and 63),
    outcome   text        not null
);
create index sign_in_log_at on account.sign_in_log (at desc, id desc);
create index sign_in_log_user on account.sign_in_log (user_name, at desc, id desc);

grant select, insert, update on account.person to km_account;
grant select, insert, update, delete on account.recovery, account.session to km_account;
grant select, insert on account.sign_in_log to km_account;

-- Before anybody is known the service acts by itself; afterwards people reach their own rows, administrators all, and of the log
-- nobody takes anything back.
do $do$
declare
    name text;
begin
    foreach name in array array['person', 'recovery', 'session', 'sign_in_log'] loop
        execute format('alter table account.%I enable row level security', name);
        execute format('alter table account.%I force row level security', name);
    end loop;
    foreach name in array array['person', 'recovery', 'session'] loop
        execute format($sql$
            create policy mine on account.%I to km_account
             using ((select kashimaru.is_service('account')) or (select kashimaru.my_role()) = 'administrator'
                    or user_name = (select kashimaru.my_user()))
            $sql$, name);
    end loop;
end
$do$;
create policy read on account.sign_in_log for select to km_account
 using ((select kashimaru.my_role()) in ('auditor', 'administrator'));
create policy add on account.sign_in_log for insert to km_account
  with check ((select kashimaru.is_service('account')) or (select kashimaru.my_role()) = 'administrator'
              or user_name = (select kashimaru.my_user()));
