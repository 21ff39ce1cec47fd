-- Whom a data key is wrapped for: the agencies' live keys, and the city's escrow key if one is set.
-- name: recipients :many 257
-- in:   agencies agency[]
-- out:  kind i64, agency text, key_id bytes, public bytes
-- plan: agency_key_live
select 3::bigint as kind, agency, key_id, x25519 as public
  from keys.agency_key
 where agency = any($agencies::text[]) and retired_at is null
union all
select 2, '', key_id, public
  from keys.escrow
 where retired is null
 order by 1 desc, 2;

-- name: agency_secrets :many 512
-- in:   agencies agency[], key_ids bytes[]
-- out:  agency agency, generation i64, key_id bytes, x25519 bytes, opens bytes
-- plan: agency_key_id
select k.agency, k.generation, k.key_id, k.x25519, k.opens
  from unnest($agencies::text[], $key_ids::bytea[]) as w(agency, key_id)
  join keys.agency_key k on k.agency = w.agency and k.key_id = w.key_id;

-- The keys with which agencies sign now.
-- name: signers :many 64
-- in:   agencies agency[]
-- out:  agency agency, generation i64, sign_id bytes, ed25519 bytes, signs bytes
-- plan: agency_key_live
select agency, generation, sign_id, ed25519, signs
  from keys.agency_key
 where agency = any($agencies::text[]) and retired_at is null;

-- With which they signed whenever.
-- name: signing_keys :many 500
-- in:   agencies agency[]
-- out:  agency agency, generation i64, ed25519 bytes, made_at time, retired_at time?
-- plan: agency_key_id
select agency, generation, ed25519, made_at, retired_at
  from keys.agency_key
 where agency = any($agencies::text[])
 order by agency, generation;

-- Two workers that make the first key of one agency at once: both then read the one that was there first.
-- name: agency_key_add :exec
-- in:   agency agency, generation i64, key_id bytes, sign_id bytes, x25519 bytes, ed25519 bytes, opens bytes, signs bytes, at time
insert into keys.agency_key (agency, generation, key_id, sign_id, x25519, ed25519, opens, signs, made_at)
values ($agency, $generation, $key_id, $sign_id, $x25519, $ed25519, $opens, $signs, $at)
    on conflict do nothing;

-- name: agency_key_retire :many 1
-- in:   agency agency, at time
-- out:  generation i64
-- plan: agency_key_live
update keys.agency_key
   set retired_at = greatest($at, made_at)
 where agency = $agency and retired_at is null
returning generation;

-- A case that another worker opened in the same moment is left out: it is looked up with the known ones; and so is one whose key is still
-- stored as it was before there were wraps, for it has one.
-- name: case_make :many 64
-- in:   ids uuid[], agencies agency[], wrap_ids uuid[], kinds i64[], wrap_agencies text[], key_ids bytes[], wraps bytes[], at time
-- out:  case_id uuid
with e as (
    insert into keys.epoch (case_id, epoch, made_at, why)
    select w.case_id, 1, $at, 'open' from unnest($ids::uuid[]) as w(case_id)
     where not exists (select from keys.case_key o where o.case_id = w.case_id)
     order by w.case_id
        on conflict (case_id, epoch) do nothing
    returning case_id
), p as (
    insert into keys.participant (case_id, agency, since, for_meeting)
    select w.case_id, w.agency, $at, false
      from unnest($ids::uuid[], $agencies::text[]) as w(case_id, agency)
      join e using (case_id)
        on conflict do nothing
), k as (
    insert into keys.wrap (case_id, epoch, kind, agency, key_id, wrap, since)
    select w.case_id, 1, w.kind, w.agency, w.key_id, w.wrap, $at
      from unnest($wrap_ids::uuid[], $kinds::bigint[], $wrap_agencies::text[], $key_ids::bytea[], $wraps::bytea[])
           as w(case_id, kind, agency, key_id, wrap)
      join e using (case_id)
)
select case_id from e;

-- What each asker may open, newest epoch first: what is wrapped for the agency, or in a live emergency of that user anything.
-- is_again: the user had this case since that time.
-- name: release_of :many 4160
-- in:   nrs i64[], ids uuid[], agencies agency[], users text[], meeting bool, at time, since time
-- out:  nr i64, epoch i64, agency agency, key_id bytes, wrap bytes, is_own bool, is_again bool
-- plan: wrap_pkey
with w as materialized (
    select a.nr, a.case_id, a.agency,
           coalesce((select case when bool_or(p.until is null) then 2147483647
                                 else max(p.last_epoch) filter (where p.keeps_past) end
                       from keys.participant p
                      where p.case_id = a.case_id and p.agency = a.agency and (not p.for_meeting or $meeting)), 0) as upto,
           exists (select from keys.emergency e
                    where e.case_id = a.case_id and e.agency = a.agency and e.user_name = a.user_name
                      and e.until > $at) as has_glass,
           exists (select from keys.reading r
                    where r.case_id = a.case_id and r.at > $since and r.agency = a.agency
                      and r.user_name = a.user_name and r.service <> 'keys') as is_again -- breaking the glass gives no key yet
      from unnest($nrs::bigint[], $ids::uuid[], $agencies::text[], $users::text[]) as a(nr, case_id, agency, user_name)
)
select w.nr, k.epoch, k.agency, k.key_id, k.wrap, k.is_own, w.is_again
  from w
 cross join lateral (
    select distinct on (k.epoch) k.epoch, k.agency, k.key_id, k.wrap, k.agency = w.agency and k.epoch <= w.upto as is_own
      from keys.wrap k
     where k.case_id = w.case_id and k.kind = 3 and (w.has_glass or (k.agency = w.agency and k.epoch <= w.upto))
     order by k.epoch desc, (k.agency = w.agency) desc
     limit 65) k
 order by w.nr, k.epoch desc;

-- Whoever counts an agency's readings does so until its transaction ends: no two workers give away the last one of an hour.
-- name: readers_lock :many 64
-- in:   agencies agency[]
-- out:  is_locked bool
select true as is_locked
  from (select distinct w.agency from unnest($agencies::text[]) as w(agency) order by 1) a
 cross join lateral pg_advisory_xact_lock(hashtextextended(a.agency, 2));

-- name: reads_of :many 64
-- in:   agencies agency[], users text[], since time
-- out:  agency agency, user_name text, of_user i64, of_agency i64
-- plan: tally_pkey
with w as materialized (
    select * from unnest($agencies::text[], $users::text[]) as w(agency, user_name)
), t as (
    select a.agency, t.user_name, sum(t.cases)::bigint as n
      from (select distinct agency from w) a
      join keys.tally t on t.agency = a.agency and t.minute > $since
     group by a.agency, t.user_name
)
select w.agency, w.user_name, coalesce((select t.n from t where t.agency = w.agency and t.user_name = w.user_name), 0) as of_user,
       coalesce((select sum(t.n)::bigint from t where t.agency = w.agency), 0) as of_agency
  from w;

-- name: reading_add :exec
-- in:   ids uuid[], agencies text[], users text[], roles text[], kinds text[], service text, at time
insert into keys.reading (case_id, at, agency, user_name, role, kind, service)
select w.case_id, $at, w.agency, w.user_name, w.role, w.kind, $service
  from unnest($ids::uuid[], $agencies::text[], $users::text[], $roles::text[], $kinds::text[])
       as w(case_id, agency, user_name, role, kind);

-- name: tally_add :exec
-- in:   agencies text[], users text[], counts i64[], minute time
insert into keys.tally as t (agency, user_name, minute, cases)
select w.agency, w.user_name, $minute, w.n
  from unnest($agencies::text[], $users::text[], $counts::bigint[]) as w(agency, user_name, n)
 order by w.agency, w.user_name
    on conflict (agency, user_name, minute) do update set cases = t.cases + excluded.cases;

-- name: tally_purge :exec
-- in:   before time
delete from keys.tally where minute < $before;

-- Who was not told of within the hour, and is now.
-- name: many_tell :many 64
-- in:   agencies text[], users text[], at time
-- out:  agency agency, user_name text
insert into keys.many_told as m (agency, user_name, at)
select w.agency, w.user_name, $at from unnest($agencies::text[], $users::text[]) as w(agency, user_name)
 order by w.agency, w.user_name
    on conflict (agency, user_name) do update set at = excluded.at where m.at <= excluded.at - interval '1 hour'
returning agency, user_name;

-- Whoever changes who holds a case's keys, or what is kept of its people, comes one after the other. A lock of its own is sent before
-- anything is read: no statement sees what was committed while it waited itself. It needs no row, so it holds for any case.
-- name: keys_lock :many 64
-- in:   ids uuid[]
-- out:  is_locked bool
select true as is_locked
  from unnest($ids::uuid[]) as w(id)
 cross join lateral pg_advisory_xact_lock(hashtextextended(w.id::text, 1));

-- epoch: the newest, 0 = none; no wraps: destroyed. has_old_key: stored before there were wraps, and not converted yet.
-- name: case_state :one
-- in:   id uuid
-- out:  epoch i64, has_wraps bool, has_old_key bool
-- plan: epoch_pkey
select coalesce((select max(e.epoch) from keys.epoch e where e.case_id = $id), 0) as epoch,
       exists (select from keys.wrap w where w.case_id = $id) as has_wraps,
       exists (select from keys.case_key o where o.case_id = $id) as has_old_key;

-- name: epoch_add :exec 1
-- in:   id uuid, epoch i64, why text, at time
insert into keys.epoch (case_id, epoch, made_at, why) values ($id, $epoch, $at, $why);

-- One wrap of an epoch that this service can open, whosever it is.
-- name: wrap_of :many 1
-- in:   id uuid, epoch i64
-- out:  agency agency, key_id bytes, wrap bytes
-- plan: wrap_pkey
select agency, key_id, wrap from keys.wrap where case_id = $id and epoch = $epoch and kind = 3 order by agency limit 1;

-- All that giving agencies cases takes: of each epoch one wrap that this service can open, the agency's own where it has one, and the key
-- that is the agency's now.
-- name: share_load :many 4160
-- in:   nrs i64[], ids uuid[], agencies agency[]
-- out:  nr i64, epoch i64, agency agency, key_id bytes, wrap bytes, is_held bool, is_ended bool, to_key_id bytes?, to_public bytes?
-- plan: wrap_pkey
select w.nr, k.epoch, k.agency, k.key_id, k.wrap, k.is_held, k.is_ended, a.key_id as to_key_id, a.x25519 as to_public
  from unnest($nrs::bigint[], $ids::uuid[], $agencies::text[]) as w(nr, id, agency)
 cross join lateral (
    select distinct on (epoch) epoch, agency, key_id, wrap, agency = w.agency as is_held, until is not null as is_ended
      from keys.wrap
     where case_id = w.id and kind = 3
     order by epoch desc, agency <> w.agency, agency
     limit 65) k
  left join lateral (select key_id, x25519 from keys.agency_key where agency = w.agency and retired_at is null limit 1) a on true
 order by w.nr, k.epoch desc;

-- name: share_store :exec
-- in:   ids uuid[], agencies agency[], meetings bool[], ats time[], wrap_ids uuid[], epochs i64[], wrap_agencies text[], key_ids bytes[], wraps bytes[], at time
with p as (
    insert into keys.participant (case_id, agency, since, for_meeting)
    select w.case_id, w.agency, greatest(w.at, (select max(p.until) + interval '1 microsecond' from keys.participant p
                                                 where p.case_id = w.case_id and p.agency = w.agency and p.for_meeting = w.for_meeting)),
           w.for_meeting
      from unnest($ids::uuid[], $agencies::text[], $ats::timestamptz[], $meetings::boolean[]) as w(case_id, agency, at, for_meeting)
        on conflict (case_id, agency, for_meeting) where until is null do nothing
)
insert into keys.wrap (case_id, epoch, kind, agency, key_id, wrap, since)
select w.case_id, w.epoch, 3, w.agency, w.key_id, w.wrap, $at
  from unnest($wrap_ids::uuid[], $epochs::bigint[], $wrap_agencies::text[], $key_ids::bytea[], $wraps::bytea[])
       as w(case_id, epoch, agency, key_id, wrap);

-- name: wrap_add :exec
-- in:   ids uuid[], epochs i64[], kinds i64[], agencies text[], key_ids bytes[], wraps bytes[], at time
insert into keys.wrap (case_id, epoch, kind, agency, key_id, wrap, since)
select w.case_id, w.epoch, w.kind, w.agency, w.key_id, w.wrap, $at
  from unnest($ids::uuid[], $epochs::bigint[], $kinds::bigint[], $agencies::text[], $key_ids::bytea[], $wraps::bytea[])
       as w(case_id, epoch, kind, agency, key_id, wrap);

-- A former member's wraps count again.
-- name: wrap_revive :exec
-- in:   id uuid, agency agency
-- plan: wrap_pkey
update keys.wrap set until = null where case_id = $id and kind = 3 and agency = $agency and until is not null;

-- What was never a member's is deleted; what a former member could read stays.
-- name: wrap_drop :exec
-- in:   id uuid, agency agency
-- plan: wrap_pkey
delete from keys.wrap w
 where w.case_id = $id and w.kind = 3 and w.agency = $agency
   and w.epoch > coalesce((select max(p.last_epoch) from keys.participant p
                            where p.case_id = $id and p.agency = $agency and p.keeps_past and p.until is not null), 0)
   and not exists (select from keys.participant p where p.case_id = $id and p.agency = $agency and p.until is null);

-- name: wrap_end :exec
-- in:   id uuid, agency agency, at time
-- plan: wrap_pkey
update keys.wrap w
   set until = greatest($at, w.since)
 where w.case_id = $id and w.kind = 3 and w.agency = $agency and w.until is null
   and not exists (select from keys.participant p where p.case_id = $id and p.agency = $agency and p.until is null);

-- name: participants_live :many 256
-- in:   id uuid
-- out:  agency agency
-- plan: participant_live
select distinct agency from keys.participant where case_id = $id and until is null order by agency;

-- name: participant_end :many 1
-- in:   id uuid, agency agency, keeps bool, last i64, at time
-- out:  since time
-- plan: participant_live
update keys.participant
   set until = greatest($at, since), keeps_past = $keeps, last_epoch = $last
 where case_id = $id and agency = $agency and not for_meeting and until is null
returning since;

-- name: glass_add :exec 1
-- in:   id uuid, case_id uuid, agency agency, user text, reason enum(emergency_reason), since time, until time
insert into keys.emergency (id, case_id, agency, user_name, reason, since, until)
values ($id, $case_id, $agency, $user, $reason, $since, $until);

-- name: participates :one
-- in:   id uuid, agency text
-- out:  is_in bool
-- plan: participant_live
select exists (select from keys.participant
                where case_id = $id and agency = $agency and until is null and not for_meeting) as is_in;

-- name: readings_of :many 300
-- in:   id uuid, before time, most i64
-- out:  at time, agency text, user_name text, role enum(role), kind enum(reading_kind), service text
-- plan: reading_case
select at, agency, user_name, role, kind, service
  from keys.reading
 where case_id = $id and at < $before
 order by at desc
 limit $most;

-- name: key_counts :one
-- out:  cases i64, epochs i64, wraps i64, agencies i64, without_escrow i64, oldest time?, escrow_since time?
select (select count(distinct case_id) from keys.epoch) as cases,
       (select count(*) from keys.epoch) as epochs,
       (select count(*) from keys.wrap where until is null) as wraps,
       (select count(*) from keys.agency_key where retired_at is null) as agencies,
       (select count(*) from keys.epoch e
         where exists (select from keys.wrap w where w.case_id = e.case_id and w.epoch = e.epoch)
           and not exists (select from keys.wrap w join keys.escrow s on s.key_id = w.key_id and s.retired is null
                            where w.case_id = e.case_id and w.epoch = e.epoch and w.kind = 2)) as without_escrow,
       (select min(made_at) from keys.agency_key where retired_at is null) as oldest,
       (select since from keys.escrow where retired is null) as escrow_since;

-- name: escrow_retire :exec
-- in:   key_id bytes, at time
update keys.escrow set retired = greatest($at, since) where retired is null and key_id <> $key_id;

-- name: escrow_add :exec 1
-- in:   key_id bytes, public bytes, at time
insert into keys.escrow (key_id, public, since) values ($key_id, $public, $at);

-- name: escrow_wraps :many 65
-- in:   id uuid
-- out:  wrap bytes
-- plan: wrap_pkey
select wrap from keys.wrap where case_id = $id and kind = 2 order by epoch limit 65;

-- Which epochs were made before the escrow key was set; only one worker looks at a time. What was under way when it was set has been
-- committed by then.
-- name: escrow_due :many 1
-- in:   before time
-- out:  key_id bytes, public bytes, at_case uuid, at_epoch i64
select key_id, public, at_case, at_epoch
  from keys.escrow
 where retired is null and not is_full and since < $before
   for update skip locked;

-- name: escrow_next :many 16
-- in:   at_case uuid, at_epoch i64
-- out:  case_id uuid, epoch i64
-- plan: epoch_pkey
select case_id, epoch from keys.epoch where (case_id, epoch) > ($at_case, $at_epoch) order by case_id, epoch limit 16;

-- What of these can be opened: nothing of a destroyed case.
-- name: escrow_open :many 16
-- in:   ids uuid[], epochs i64[]
-- out:  case_id uuid, epoch i64, agency agency, key_id bytes, wrap bytes
-- plan: wrap_pkey
select e.case_id, e.epoch, k.agency, k.key_id, k.wrap
  from unnest($ids::uuid[], $epochs::bigint[]) as e(case_id, epoch)
 cross join lateral (select w.agency, w.key_id, w.wrap from keys.wrap w
                      where w.case_id = e.case_id and w.epoch = e.epoch and w.kind = 3 limit 1) k;

-- name: escrow_drop :exec
-- in:   ids uuid[], epochs i64[]
-- plan: wrap_pkey
delete from keys.wrap w
 using unnest($ids::uuid[], $epochs::bigint[]) as d(case_id, epoch)
 where w.case_id = d.case_id and w.epoch = d.epoch and w.kind = 2;

-- name: escrow_reached :exec 1
-- in:   key_id bytes, at_case uuid, at_epoch i64, full bool
update keys.escrow set at_case = $at_case, at_epoch = $at_epoch, is_full = $full where key_id = $key_id;

-- name: destroy_wraps :exec
-- in:   id uuid
-- plan: wrap_pkey
delete from keys.wrap where case_id = $id;

-- name: destroy_index :exec
-- in:   id uuid
-- plan: person_index_pkey
delete from keys.person_index where case_id = $id;

-- The key as it was stored before there were wraps.
-- name: legacy_take :many 64
-- in:   id uuid
-- out:  epoch i64, wrapped bytes
-- plan: case_key_pkey
delete from keys.case_key where case_id = $id
returning epoch, wrapped;

-- Destroyed; its epochs stay, as those of every destroyed case do.
-- name: legacy_destroy :exec
-- in:   id uuid, at time
-- plan: case_key_pkey
with o as (
    delete from keys.case_key where case_id = $id
    returning epoch
)
insert into keys.epoch (case_id, epoch, made_at, why)
select $id, e.epoch, $at, 'legacy' from (select epoch from o union select 1 from o) e
    on conflict do nothing;

-- name: blind_clear :exec
-- in:   id uuid, person uuid
-- plan: person_index_pkey
delete from keys.person_index where case_id = $id and person_id = $person;

-- name: blind_add :exec
-- in:   id uuid, person uuid, rules text[], blinds bytes[], version i64
insert into keys.person_index (case_id, person_id, rule, blind, version)
select $id, $person, w.rule, w.blind, $version from unnest($rules::text[], $blinds::bytea[]) as w(rule, blind)
    on conflict do nothing;

-- name: blind_version :many 1
-- in:   id uuid, person uuid
-- out:  version i64
-- plan: person_index_pkey
select version from keys.person_index where case_id = $id and person_id = $person limit 1;

-- All indexes of the people of other cases who share one with this person. An index that very many share is a value somebody typed for
-- want of a better, and says nothing.
-- name: blind_alike :many 10000
-- in:   id uuid, rules text[], blinds bytes[]
-- out:  case_id uuid, person_id uuid, rule text, blind bytes
-- plan: person_index_blind
with hits as (
    select h.case_id, h.person_id
      from unnest($rules::text[], $blinds::bytea[]) as w(rule, blind)
     cross join lateral (select i.case_id, i.person_id from keys.person_index i
                          where i.rule = w.rule and i.blind = w.blind and i.case_id <> $id limit 101) h
     where (select count(*) from (select from keys.person_index c where c.rule = w.rule and c.blind = w.blind limit 102) n) <= 101
), people as (
    select case_id, person_id from hits group by case_id, person_id order by count(*) desc, case_id, person_id limit 200
)
select i.case_id, i.person_id, i.rule, i.blind
  from people p
  join keys.person_index i on i.case_id = p.case_id and i.person_id = p.person_id
 order by i.case_id, i.person_id, i.rule, i.blind
 limit 10000;

-- Cases' log keys, a row for each in the order asked. One that was destroyed before there were log keys has no row, and gets none.
-- name: log_keys :many 65
-- in:   ids uuid[]
-- out:  sealed bytes?, is_destroyed bool, has_former bool
-- plan: log_key_pkey
select k.sealed, k.destroyed_at is not null
       or k.case_id is null and exists (select from keys.erasure_wish e where e.case_id = w.case_id and e.acted_at is not null)
       as is_destroyed, k.former is not null as has_former
  from unnest($ids::uuid[]) with ordinality as w(case_id, nr)
  left join lateral (select l.case_id, l.sealed, l.former, l.destroyed_at from keys.log_key l where l.case_id = w.case_id limit 1) k on true
 order by w.nr;

-- Two workers that make the first key of one case at once: both then read the one that was there first.
-- name: log_key_add :exec
-- in:   ids uuid[], sealeds bytes[], at time
insert into keys.log_key (case_id, sealed, made_at)
select w.case_id, w.sealed, $at from unnest($ids::uuid[], $sealeds::bytea[]) as w(case_id, sealed)
 order by w.case_id
    on conflict do nothing;

-- name: log_key_destroy :exec
-- in:   id uuid, at time
insert into keys.log_key as k (case_id, sealed, made_at, destroyed_at) values ($id, null, $at, $at)
    on conflict (case_id) do update set sealed = null, former = null, destroyed_at = $at where k.destroyed_at is null;
