-- People, sessions, the sign-in log.

-- First the password alone: what is compared with it takes long, and no row may stay locked meanwhile.
-- name: person_password :many 1
-- in:   user text
-- out:  password text?
-- plan: person_pkey
select password from account.person where user_name = $user;

-- name: person_lock :many 1
-- in:   user text
-- out:  agency agency, roles enum(role)[], state enum(user_state), password text?, totp bytes?, last_step i64, fails i64, locked_until time?
-- plan: person_pkey
select agency, roles, state, password, totp, totp_last_step as last_step, fails, locked_until
  from account.person
 where user_name = $user
   for update;

-- name: recovery_find :many 1
-- in:   user text, digest bytes
-- out:  digest bytes
-- plan: recovery_pkey
select digest from account.recovery where user_name = $user and digest = $digest and used_at is null;

-- name: recovery_use :exec 1
-- in:   user text, digest bytes, at time
-- plan: recovery_pkey
update account.recovery set used_at = $at where user_name = $user and digest = $digest and used_at is null;

-- An unknown name touches nothing.
-- name: person_failed :exec
-- in:   user text, fails i64, locked_until time?
-- plan: person_pkey
update account.person set fails = $fails, locked_until = $locked_until where user_name = $user;

-- name: person_passed :exec 1
-- in:   user text, step i64, at time
-- plan: person_pkey
update account.person
   set totp_last_step = greatest(totp_last_step, $step), fails = 0, locked_until = null, last_seen = $at
 where user_name = $user and state = 'active';

-- name: person_set_password :exec 1
-- in:   user text, password text
-- plan: person_pkey
update account.person set password = $password where user_name = $user and state = 'active';

-- ---- the same attempt again ------------------------------------------------------------------

-- While no session opened since was used, its token may have reached nobody.
-- name: once_find :many 1
-- in:   digest bytes, since time
-- out:  is_passed bool, has_session bool, at time, is_unused bool
-- plan: sign_in_once_pkey
select o.is_passed, o.has_session, o.at,
       not exists (select from account.session s
                    where s.user_name = o.user_name and s.made_at >= o.at and (s.ended_at is not null or s.last_used > s.made_at)) as is_unused
  from account.sign_in_once o
 where o.digest = $digest and o.at > $since;

-- Of an unknown name nothing is kept, nor of what did not count.
-- name: once_put :exec
-- in:   digest bytes, user text, is_passed bool, has_session bool, at time, is_kept bool
insert into account.sign_in_once (digest, user_name, is_passed, has_session, at)
select $digest, user_name, $is_passed, $has_session, $at from account.person where user_name = $user and $is_kept
    on conflict (digest) do update set is_passed = excluded.is_passed, has_session = excluded.has_session, at = excluded.at;

-- name: once_purge :many 500
-- in:   before time
-- out:  at time
delete from account.sign_in_once where digest in (select digest from account.sign_in_once where at <= $before limit 500) returning at;

-- name: log_add :exec 1
-- in:   at time, user text, outcome enum(sign_in_outcome)
insert into account.sign_in_log (at, user_name, outcome) values ($at, $user, $outcome);

-- name: log_list :many 200
-- in:   user text?, before time?, most i64
-- out:  at time, user text, outcome enum(sign_in_outcome)
-- plan: sign_in_log_at
select at, user_name as "user", outcome
  from account.sign_in_log
 where ($user::text is null or user_name = $user) and ($before::timestamptz is null or at < $before)
 order by at desc, id desc
 limit least($most, 200);

-- ---- sessions --------------------------------------------------------------------------------

-- name: session_add :exec 1
-- in:   digest bytes, id text, user text, agency agency, role enum(role), is_demo bool, at time, expires time, fresh_at time?
insert into account.session (digest, id, user_name, agency, role, is_demo, made_at, last_used, expires, fresh_at)
values ($digest, $id, $user, $agency, $role, $is_demo, $at, $at, $expires, $fresh_at);

-- name: session_find :many 1
-- in:   digest bytes
-- out:  id text, user text, agency agency, role enum(role), is_demo bool, is_active bool, is_ended bool, made_at time, last_used time, expires time, fresh_at time?
-- plan: session_pkey
select s.id, s.user_name as "user", s.agency, s.role, s.is_demo, coalesce(p.state = 'active', false) as is_active,
       s.ended_at is not null as is_ended, s.made_at, s.last_used, s.expires, s.fresh_at
  from account.session s
  left join account.person p on p.user_name = s.user_name
 where s.digest = $digest;

-- name: session_touch :exec
-- in:   digest bytes, at time
-- plan: session_pkey
update account.session set last_used = greatest(last_used, $at) where digest = $digest;

-- name: session_own :many 1
-- in:   id text, user text
-- out:  is_demo bool, is_ended bool, last_used time, expires time
-- plan: session_of_user
select is_demo, ended_at is not null as is_ended, last_used, expires
  from account.session
 where id = $id and user_name = $user;

-- name: session_refresh :exec 1
-- in:   id text, user text, at time
-- plan: session_of_user
update account.session set fresh_at = $at, last_used = $at where id = $id and user_name = $user and ended_at is null;

-- name: session_end :exec
-- in:   id text, user text, at time
-- plan: session_of_user
update account.session set ended_at = $at where id = $id and user_name = $user and ended_at is null;

-- All of a user's sessions but one, where a role is no longer theirs or, with no roles named, whatever the role.
-- name: sessions_end :exec
-- in:   user text, kept text, roles enum(role)[], at time
-- plan: session_of_user
update account.session
   set ended_at = $at
 where user_name = $user and id <> $kept and ended_at is null and role <> all($roles::text[]);

-- name: sessions_purge :many 500
-- in:   at time, idle time
-- out:  id text
-- plan: session_pkey
delete from account.session
 where digest in (select digest from account.session where expires <= $at union select digest from account.session where ended_at is not null
                  union select digest from account.session where last_used < $idle limit 500)
returning id;

-- ---- accounts --------------------------------------------------------------------------------

-- The account itself and every active administrator, locked in one order: two changes at once cannot both leave the last one to the
-- other.
-- name: people_lock :many 1000
-- in:   user text
-- out:  user text, agency agency, roles enum(role)[], state enum(user_state), is_enrolled bool
select user_name as "user", agency, roles, state, password is not null and totp is not null and totp_last_step > 0 as is_enrolled
  from account.person
 where user_name = $user or (state = 'active' and roles @> array['administrator'])
 order by user_name
 limit 1000
   for update;

-- name: person_invite :exec 1
-- in:   user text, agency agency, roles enum(role)[], invite bytes, expires time, at time
insert into account.person (user_name, agency, roles, state, invite, invite_expires, made_at)
values ($user, $agency, $roles, 'invited', $invite, $expires, $at)
    on conflict (user_name) do update
   set agency = excluded.agency, roles = excluded.roles, state = 'invited', invite = excluded.invite,
       invite_expires = excluded.invite_expires, password = null, totp = null, totp_last_step = 0, fails = 0, locked_until = null;

-- name: recovery_clear :exec
-- in:   user text
-- plan: recovery_pkey
delete from account.recovery where user_name = $user;

-- name: recovery_add :exec 10
-- in:   user text, digests bytes[]
insert into account.recovery (user_name, digest) select $user, d from unnest($digests::bytea[]) as d;

-- name: person_invited :many 1
-- in:   invite bytes
-- out:  user text, expires time, totp bytes?
-- plan: person_invite
select user_name as "user", invite_expires as expires, totp
  from account.person
 where invite = $invite and state = 'invited'
   for update;

-- name: person_enrol :exec 1
-- in:   user text, password text, totp bytes
-- plan: person_pkey
update account.person set password = $password, totp = $totp where user_name = $user and state = 'invited';

-- name: person_activate :exec 1
-- in:   user text, step i64
-- plan: person_pkey
update account.person
   set state = 'active', invite = null, invite_expires = null, totp_last_step = $step, fails = 0, locked_until = null
 where user_name = $user and state = 'invited';

-- name: person_put :exec 1
-- in:   user text, roles enum(role)[], state enum(user_state)
-- plan: person_pkey
update account.person
   set roles = $roles, state = $state,
       invite = case when $state = 'invited' then invite end,
       invite_expires = case when $state = 'invited' then invite_expires end
 where user_name = $user;

-- name: person_list :many 200
-- in:   agency agency?, after text, most i64
-- out:  user text, agency agency, roles enum(role)[], state enum(user_state), last_seen time?, locked_until time?
-- plan: person_pkey
select user_name as "user", agency, roles, state, last_seen, locked_until
  from account.person
 where user_name > $after and ($agency::text is null or agency = $agency)
 order by user_name
 limit least($most, 200);

-- name: invites_purge :many 500
-- in:   at time
-- out:  user text
update account.person
   set invite = null, invite_expires = null
 where user_name in (select user_name from account.person where invite is not null and invite_expires <= $at limit 500)
returning user_name as "user";

-- ---- agencies' own systems ---------------------------------------------------------------------

-- The same system again: its end may come nearer, nothing else changes.
-- name: host_put :exec 1
-- in:   name text, agency agency, curve text, sign text, valid_from time, valid_until time
insert into account.host as h (name, agency, curve, sign, valid_from, valid_until)
values ($name, $agency, $curve, $sign, $valid_from, $valid_until)
    on conflict (name) do update
   set valid_until = greatest(h.valid_from, least(h.valid_until, excluded.valid_until))
 where h.agency = excluded.agency and h.curve = excluded.curve and h.sign = excluded.sign;

-- name: host_log_add :exec 1
-- in:   at time, name text, valid_until time, said_by text
insert into account.host_log (at, name, valid_until, said_by) values ($at, $name, $valid_until, $said_by);

-- name: host_seen :many 1
-- in:   name text, agency agency, at time
-- out:  valid_until time
-- plan: host_pkey
update account.host
   set last_seen = $at
 where name = $name and agency = $agency and valid_from <= $at and valid_until > $at
returning valid_until;

-- name: host_list :many 200
-- in:   agency agency?
-- out:  name text, agency agency, sign text, valid_from time, valid_until time, last_seen time?
select name, agency, sign, valid_from, valid_until, last_seen
  from account.host
 where $agency::text is null or agency = $agency
 order by valid_until desc, name
 limit 200;
