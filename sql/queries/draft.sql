-- What people are typing: each sees and changes only their own.
-- name: draft_count :one
-- in:   agency agency, user text, name text
-- out:  others i64
-- plan: draft_pkey
select count(*) as others from intake.draft where agency = $agency and user_name = $user and name <> $name;

-- name: draft_put :exec 1
-- in:   agency agency, user text, name text, sealed bytes, at time
insert into intake.draft (agency, user_name, name, sealed, at) values ($agency, $user, $name, $sealed, $at)
    on conflict (agency, user_name, name) do update set sealed = $sealed, at = $at;

-- name: draft_of :many 1
-- in:   agency agency, user text, name text
-- out:  sealed bytes, at time
-- plan: draft_pkey
select sealed, at from intake.draft where agency = $agency and user_name = $user and name = $name;

-- name: draft_drop :exec
-- in:   agency agency, user text, name text
-- plan: draft_pkey
delete from intake.draft where agency = $agency and user_name = $user and name = $name;

-- name: drafts_of :many 50
-- in:   agency agency, user text
-- out:  name text, at time
-- plan: draft_pkey
select name, at from intake.draft where agency = $agency and user_name = $user order by at desc limit 50;

-- name: drafts_forget :one
-- in:   before time
-- out:  n i64
-- plan: draft_at
with old as (select ctid from intake.draft where at < $before order by at limit 200),
     gone as (delete from intake.draft where ctid in (select ctid from old) returning 1)
select count(*) as n from gone;
