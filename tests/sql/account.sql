-- Who people are: nothing is seen without a ticket, a person reaches only their own rows, administrators all, the log of attempts grows
-- and is read by auditors and administrators alone, and the rows themselves keep what the service promises.
begin;
select plan(54);

-- keys of the test's own, and tickets signed with them here
select kashimaru.ticket_key_put('account', 'uh', decode(repeat('a1', 32), 'hex'));
select kashimaru.ticket_key_put('account', 's', decode(repeat('a2', 32), 'hex'));
select kashimaru.ticket_key_put('intake', 's', decode(repeat('a3', 32), 'hex'));
create function pg_temp.ticket(issuer text, kind text, who text, agency text, role text, key text) returns text language plpgsql as $fn$
declare
    line  text  := format('KMT1|%s|%s|%s|%s|%s||%s|%s|0', issuer, kind, who, agency, role, extract(epoch from now())::bigint,
                          extract(epoch from now())::bigint + 300);
    block bytea := decode(repeat(key, 32) || repeat('00', 32), 'hex');
    inner_pad bytea := block;
    outer_pad bytea := block;
begin
    for i in 0..63 loop
        inner_pad := set_byte(inner_pad, i, get_byte(block, i) # 54);
        outer_pad := set_byte(outer_pad, i, get_byte(block, i) # 92);
    end loop;
    return line || '|' || encode(sha256(outer_pad || sha256(inner_pad || convert_to(line, 'UTF8'))), 'hex');
end
$fn$;
create temporary table holder (name text primary key, ticket text not null);
insert into holder values
    ('nobody', ''),
    ('itself', pg_temp.ticket('account', 's', 'account', '', 'service', 'a2')),
    ('intake', pg_temp.ticket('intake', 's', 'intake', '', 'service', 'a3')),
    ('forger', pg_temp.ticket('account', 's', 'account', '', 'service', 'a4')),
    ('kanri', pg_temp.ticket('account', 'u', 'kanri', 'A001', 'administrator', 'a1')),
    ('kansa', pg_temp.ticket('account', 'u', 'kansa', 'A001', 'auditor', 'a1')),
    ('hana', pg_temp.ticket('account', 'u', 'hana', 'A056', 'worker', 'a1'));
grant select on holder to public;

insert into account.person (user_name, agency, roles, state, password, totp, made_at) values
    ('kanri', 'A001', '{administrator}', 'active', '$argon2id$x', '\x01', now()),
    ('hana', 'A056', '{worker}', 'active', '$argon2id$x', '\x01', now());
insert into account.recovery values ('kanri', decode(repeat('01', 16), 'hex')), ('hana', decode(repeat('02', 16), 'hex'));
insert into account.session (digest, id, user_name, agency, role, is_demo, made_at, last_used, expires)
select decode(repeat(d, 32), 'hex'), repeat(d, 8), u, 'A001', 'worker', false, now(), now(), now() + interval '1 hour'
  from (values ('01', 'kanri'), ('02', 'hana')) as v(d, u);
insert into account.sign_in_log (at, user_name, outcome) values (now(), 'kanri', 'signed_in'), (now(), 'hana', 'wrong');
insert into account.sign_in_once values (decode(repeat('01', 16), 'hex'), 'kanri', true, true, now()),
                                        (decode(repeat('02', 16), 'hex'), 'hana', false, false, now());

-- count_as: how many rows of a statement km_account sees or changes with this ticket on; −1 = refused
create function pg_temp.count_as(whose text, statement text) returns bigint language plpgsql as $fn$
declare
    n bigint;
begin
    perform tap.put_on((select ticket from holder where name = whose));
    set local role km_account;
    execute statement;
    get diagnostics n = row_count;
    reset role;
    return n;
exception when insufficient_privilege then
    return -1;
end
$fn$;

-- ---- who sees what --------------------------------------------------------------------------
select is(pg_temp.count_as(h.name, format('select from account.%I', t.name)),
          (case when t.name = 'sign_in_log' then case when h.name in ('kanri', 'kansa') then 2 else 0 end
               when t.name = 'sign_in_once' then case when h.name = 'itself' then 2 else 0 end
               when h.name in ('itself', 'kanri') then 2
               when h.name = 'hana' then 1
               else 0 end)::bigint,
          h.name || ' and the rows of ' || t.name)
  from holder h, (values ('person'), ('recovery'), ('session'), ('sign_in_log'), ('sign_in_once')) as t(name)
 order by h.name, t.name;

-- ---- who changes what ------------------------------------------------------------------------
select is(pg_temp.count_as('hana', 'update account.person set fails = fails + 1'), 1::bigint, 'a person''s change reaches their own row');
select is(pg_temp.count_as('hana', 'delete from account.session'), 1::bigint, 'and session');
select is(pg_temp.count_as('hana', $$ update account.recovery set user_name = 'kanri' $$), -1::bigint, 'and gives none of it away');
select is(pg_temp.count_as('hana', $$ insert into account.sign_in_once values (decode(repeat('03', 16), 'hex'), 'hana', true, false, now()) $$), -1::bigint,
          'nor makes anybody an attempt that passed');
select is(pg_temp.count_as('nobody', $$ insert into account.session select decode(repeat('03', 32), 'hex'), repeat('0', 16), 'hana', 'A056',
          'worker', false, now(), now(), now() + interval '1 hour' $$), -1::bigint, 'without a ticket no session is made');
select is(pg_temp.count_as('hana', $$ insert into account.sign_in_log (at, user_name, outcome) values (now(), 'hana', 'fresh') $$), 1::bigint,
          'a person writes of themselves');
select is(pg_temp.count_as('hana', $$ insert into account.sign_in_log (at, user_name, outcome) values (now(), 'kanri', 'wrong') $$), -1::bigint,
          'and of nobody else');
select is(outcome(session_user, statement), '42501', 'not even the owner: ' || statement)
  from unnest(array['update account.sign_in_log set outcome = $$signed_in$$', 'delete from account.sign_in_log']) as statement;
select is(outcome('km_account', 'delete from account.person'), '42501', 'no account is ever deleted');

-- ---- what a row is -----------------------------------------------------------------------------
select is(outcome(session_user, statement), '23514', name)
  from (values
    ($$ insert into account.person (user_name, agency, roles, state, made_at) values ('x', 'A001', '{worker}', 'active', now()) $$,
     'nobody is active without both factors'),
    ($$ update account.person set invite = decode(repeat('00', 32), 'hex'), invite_expires = now() where user_name = 'hana' $$,
     'an active account has no invitation'),
    ($$ update account.person set password = 'in plain' where user_name = 'hana' $$, 'no password but as Argon2id'),
    ($$ update account.session set digest = '\x01' where user_name = 'kanri' $$, 'no token but as a digest'),
    ($$ update account.sign_in_once set digest = '\x01' where user_name = 'kanri' $$, 'nor an attempt'),
    ($$ update account.sign_in_once set is_passed = false where user_name = 'kanri' $$, 'what was refused gave no session'),
    ($$ update account.person set user_name = 'Hana' where user_name = 'kanri' $$, 'names are in one spelling')) as v(statement, name);
select throws_ok($$ insert into account.session (digest, id, user_name, agency, role, is_demo, made_at, last_used, expires)
                    select decode(repeat('04', 32), 'hex'), id, user_name, agency, role, is_demo, made_at, last_used, expires
                      from account.session where user_name = 'kanri' $$, '23505', null, 'a session''s short id is its own');
select is_empty($$ select relname from pg_class where relnamespace = 'account'::regnamespace and relkind = 'r'
                    and not (relrowsecurity and relforcerowsecurity) $$, 'row security holds on every table');

select * from finish();
rollback;
