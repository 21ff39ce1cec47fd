-- The directory as routing reads it and as the loader writes it.

-- name: directory_version :one
-- out:  version i64
select version from directory.version;

-- name: directory_touch :exec 1
update directory.version set version = version + 1;

-- name: code_label :many 1
-- in:   list text, label text
-- out:  code text
-- plan: code_list_label_key
select code from directory.code where list = $list and label = $label;

-- name: code_now :many 1
-- in:   list text, code text
-- out:  label text
-- plan: code_pkey
select label from directory.code where list = $list and code = $code;

-- name: code_set :exec 1
-- in:   list text, code text, label text
insert into directory.code (list, code, label) values ($list, $code, $label)
    on conflict (list, code) do update set label = excluded.label;

-- The latest, and what was put for that very day: a file that is put in again after somebody changed an agency changes nothing.
-- name: agency_now :many 1
-- in:   code text, valid_from text
-- out:  digest bytes, valid_from text, same_day bytes?
-- plan: agency_pkey
select a.digest, to_char(a.valid_from, 'YYYY-MM-DD') as valid_from,
       (select d.digest from directory.agency d where d.code = $code and d.valid_from = $valid_from::text::date) as same_day
  from directory.agency a
 where a.code = $code
 order by a.valid_from desc
 limit 1;

-- name: agency_end :exec
-- in:   code text, valid_from text
-- plan: agency_pkey
update directory.agency a
   set valid_to = $valid_from::text::date
 where a.code = $code and a.valid_from < $valid_from::text::date and (a.valid_to is null or a.valid_to > $valid_from::text::date);

-- name: agency_set :exec 1
-- in:   code text, name text, kind text, parent text?, areas text[], targets text[], target_words text[], can_receive bool, aliases text[], sources text[], programs text[], note text?, digest bytes, valid_from text, valid_to text?
insert into directory.agency as a (code, name, kind, parent, areas, targets, target_words, can_receive, aliases, sources, programs,
                                   note, digest, valid_from, valid_to)
values ($code, $name, $kind, $parent, $areas, $targets, $target_words, $can_receive, $aliases, $sources, $programs, $note, $digest,
        $valid_from::text::date, $valid_to::text::date)
    on conflict (code, valid_from) do update
   set name = excluded.name, kind = excluded.kind, parent = excluded.parent, areas = excluded.areas, targets = excluded.targets,
       target_words = excluded.target_words, can_receive = excluded.can_receive, aliases = excluded.aliases,
       sources = excluded.sources, programs = excluded.programs, note = excluded.note, digest = excluded.digest,
       valid_to = excluded.valid_to;

-- name: programme_now :many 1
-- in:   code text
-- out:  digest bytes
-- plan: programme_pkey
select digest from directory.programme where code = $code;

-- name: programme_set :exec 1
-- in:   code text, name text, kind text, mode text, targets text[], layered bool, body text, digest bytes
insert into directory.programme as p (code, name, kind, mode, targets, layered, body, digest)
values ($code, $name, $kind, $mode, $targets, $layered, $body::text::json, $digest)
    on conflict (code) do update
   set name = excluded.name, kind = excluded.kind, mode = excluded.mode, targets = excluded.targets, layered = excluded.layered,
       body = excluded.body, digest = excluded.digest;

-- name: need_now :many 1
-- in:   code enum(need)
-- out:  digest bytes
-- plan: need_pkey
select digest from directory.need where code = $code;

-- name: need_set :exec 1
-- in:   code enum(need), label text, field text, targets enum(target)[], digest bytes, valid_from text
insert into directory.need as n (code, label, field, targets, digest, valid_from)
values ($code, $label, $field, $targets, $digest, $valid_from::text::date)
    on conflict (code) do update
   set label = excluded.label, field = excluded.field, targets = excluded.targets, digest = excluded.digest,
       valid_from = excluded.valid_from;

-- name: duty_clear :exec
-- in:   need enum(need)
-- plan: duty_pkey
delete from directory.duty where need = $need;

-- name: duty_add :exec 1
-- in:   need enum(need), ord i64, ages enum(age_band)[], agency agency, law text
insert into directory.duty (need, ord, ages, agency, law) values ($need, $ord, $ages, $agency, $law);

-- name: routing_now :many 1
-- in:   agency agency
-- out:  digest bytes
-- plan: routing_pkey
select digest from directory.routing where agency = $agency;

-- name: routing_set :exec 1
-- in:   agency agency, specialises enum(need)[], emergency bool, regime enum(legal_regime), opens i64, closes i64, weekdays i64[], capacity i64?, ages enum(age_band)[]?, why text, digest bytes, valid_from text, valid_to text?
insert into directory.routing as r (agency, specialises, emergency, regime, opens_min, closes_min, weekdays, capacity, ages, why, digest,
                                    valid_from, valid_to)
values ($agency, $specialises, $emergency, $regime, $opens, $closes, $weekdays, $capacity, $ages, $why, $digest,
        $valid_from::text::date, $valid_to::text::date)
    on conflict (agency) do update
   set specialises = excluded.specialises, emergency = excluded.emergency, regime = excluded.regime, opens_min = excluded.opens_min,
       closes_min = excluded.closes_min, weekdays = excluded.weekdays, capacity = excluded.capacity, ages = excluded.ages,
       why = excluded.why, digest = excluded.digest, valid_from = excluded.valid_from, valid_to = excluded.valid_to;

-- name: indicator_now :many 1
-- in:   code text
-- out:  digest bytes
-- plan: indicator_pkey
select digest from directory.indicator where code = $code;

-- name: indicator_set :exec 1
-- in:   code text, body text, digest bytes
insert into directory.indicator (code, body, digest) values ($code, $body::text::json, $digest)
    on conflict (code) do update set body = excluded.body, digest = excluded.digest;

-- An agency counts as active from its own valid_from on; an overlay that starts later or ended does the same.
-- name: directory_agencies :many 4000
-- out:  code agency, name text, kind_no i64, parent text, areas enum(area)[], targets enum(target)[], accepts bool, is_named bool, since time, until time?, emergency bool, regime enum(legal_regime)?, opens i64, closes i64, weekdays i64[], capacity i64, ages enum(age_band)[], specialises enum(need)[], programs text[]
select a.code, a.name,
       coalesce(array_position(array['division', 'city_center', 'desk', 'site', 'provider', 'meeting_body', 'network',
                'community_group', 'school', 'person_role', 'external_public', 'system', 'shakyo', 'partner_business'],
                k.code), 0)::bigint - 1 as kind_no,
       coalesce((select p.code from directory.agency p
                  where p.name = a.parent or a.parent = any(p.aliases) order by p.name <> a.parent, p.code limit 1), '') as parent,
       a.areas, a.target_words as targets, a.can_receive as accepts, r.agency is not null as is_named,
       (greatest(a.valid_from, r.valid_from)::timestamp at time zone 'Asia/Tokyo') as since,
       (least(a.valid_to, r.valid_to)::timestamp at time zone 'Asia/Tokyo') as until,
       coalesce(r.emergency, false) as emergency, r.regime, coalesce(r.opens_min, 510) as opens,
       coalesce(r.closes_min, 1035) as closes, coalesce(r.weekdays, array[1, 2, 3, 4, 5]::bigint[]) as weekdays,
       coalesce(r.capacity, -1) as capacity, coalesce(r.ages, array[]::text[]) as ages,
       coalesce(r.specialises, array[]::text[]) as specialises, a.programs
  from directory.agency a
  left join directory.code k on k.list = 'agency_kinds' and k.label = a.kind
  left join directory.routing r on r.agency = a.code
 where a.valid_to is null or a.valid_to > current_date
 order by a.code, a.valid_from;

-- name: directory_needs :many 100
-- out:  code enum(need), label text, field text, targets enum(target)[]
select code, label, field, targets from directory.need order by code;

-- name: directory_duties :many 400
-- out:  need enum(need), ages enum(age_band)[], agency agency, law text
select need, ages, agency, law from directory.duty order by need, ord;

-- name: directory_programmes :many 4000
-- out:  code text, targets enum(target)[]
select code, targets from directory.programme where mode = 'person' order by code;

-- Open referrals of every agency, and its median time to answer as last computed.
-- name: directory_loads :many 4000
-- out:  agency agency, load i64, median_min i64
select coalesce(o.agency, t.agency) as agency, coalesce(o.n, 0) as load, coalesce(t.median_min, -1) as median_min
  from referral.open_load() o
  full join directory.answer_time t on t.agency = o.agency
 order by 1;

-- The median answer time of the last 90 days, a job of every ten minutes.
-- name: answer_times_update :exec
-- in:   at time
insert into directory.answer_time as t (agency, median_min)
select receiver, (percentile_disc(0.5) within group (order by extract(epoch from answered_at - drafted_at)::bigint) / 60)::bigint
  from referral.referral
 where answered_at > $at::timestamptz - interval '90 days'
 group by receiver
    on conflict (agency) do update set median_min = excluded.median_min;

-- name: agency_on :many 1
-- in:   code text, at time
-- out:  code agency, name text, kind text, parent text?, can_receive bool, areas enum(area)[], targets text[], aliases text[], programs text[], note text?, valid_from text, valid_to text?
-- plan: agency_pkey
select code, name, kind, parent, can_receive, areas, targets, aliases, programs, note, to_char(valid_from, 'YYYY-MM-DD') as valid_from,
       to_char(valid_to, 'YYYY-MM-DD') as valid_to
  from directory.agency a
 where code = $code and a.valid_from <= ($at::timestamptz at time zone 'Asia/Tokyo')::date
 order by a.valid_from desc
 limit 1;

-- name: programme_names :many 200
-- in:   codes text[]
-- out:  code text, name text
-- plan: programme_pkey
select code, name from directory.programme where code = any($codes::text[]) order by code;

-- name: agencies_like :many 200
-- in:   part text, need text, at time, most i64, area text, after text
-- out:  code agency, name text, kind text, can_receive bool, areas enum(area)[], targets text[]
select a.code, a.name, a.kind, a.can_receive, a.areas, a.targets
  from directory.agency a
  left join directory.need n on n.code = $need
  left join directory.routing r on r.agency = a.code
 where a.valid_from <= ($at::timestamptz at time zone 'Asia/Tokyo')::date
   and (a.valid_to is null or a.valid_to > ($at::timestamptz at time zone 'Asia/Tokyo')::date)
   and ($part = '' or position($part in a.name) > 0 or exists (select from unnest(a.aliases) x where position($part in x) > 0))
   and ($need = '' or $need = any(r.specialises) or a.target_words && n.targets)
   and ($area = '' or a.areas = '{}' or $area = any(a.areas))
   and a.code > $after
 order by a.code
 limit $most;

-- ---- the directory as it was put in ------------------------------------------------------------------------------------

-- Each in the fields of the request that puts it in. What is dated has a line for each of its versions.
-- name: directory_entries :many 201
-- in:   kind text, of text, part text, after text, most i64
-- out:  id text, body text
select e.id, e.body from (
    (select a.code as first, to_char(a.valid_from, 'YYYY-MM-DD') as second, a.code || '/' || to_char(a.valid_from, 'YYYY-MM-DD') as id,
            json_strip_nulls(json_build_object('id', a.code, 'name', a.name, 'kind', a.kind, 'parent', a.parent, 'areas',
                array(select coalesce(c.label, x.area)
                        from unnest(a.areas) with ordinality x (area, ord)
                        left join directory.code c on c.list = 'areas' and c.code = x.area
                       order by x.ord),
                'targets', a.targets, 'can_receive_referral', a.can_receive, 'aliases', a.aliases, 'sources', a.sources,
                'programs', a.programs, 'note', a.note, 'valid_from', to_char(a.valid_from, 'YYYY-MM-DD'),
                'valid_to', to_char(a.valid_to, 'YYYY-MM-DD')))::text as body
       from directory.agency a
      where $kind = 'agency' and ($of = '' or a.code = $of) and ($part = '' or position($part in a.code || ' ' || a.name) > 0)
        and (a.code, a.valid_from) > (split_part($after, '/', 1), coalesce(nullif(split_part($after, '/', 2), '')::date, '-infinity'))
      order by a.code, a.valid_from
      limit $most)
    union all
    (select p.code, '', p.code, p.body::text
       from directory.programme p
      where $kind = 'programme' and ($of = '' or p.code = $of) and ($part = '' or position($part in p.code || ' ' || p.name) > 0)
        and p.code > $after
      order by p.code
      limit $most)
    union all
    (select n.code, '', n.code,
            json_build_object('code', n.code, 'label', n.label, 'field', n.field, 'targets', n.targets, 'duty',
                coalesce((select json_agg(json_build_object('ages', d.ages, 'agency', d.agency, 'law', d.law) order by d.ord)
                            from directory.duty d where d.need = n.code), '[]'::json),
                'valid_from', to_char(n.valid_from, 'YYYY-MM-DD'))::text
       from directory.need n
      where $kind = 'need' and ($of = '' or n.code = $of) and ($part = '' or position($part in n.code || ' ' || n.label) > 0)
        and n.code > $after
      order by n.code
      limit $most)
    union all
    (select r.agency, '', r.agency,
            json_strip_nulls(json_build_object('agency', r.agency, 'specialises', r.specialises, 'emergency', r.emergency,
                'legal_regime', r.regime, 'opens_min', r.opens_min, 'closes_min', r.closes_min, 'open_weekdays', r.weekdays,
                'capacity', r.capacity, 'ages', r.ages, 'why', r.why, 'valid_from', to_char(r.valid_from, 'YYYY-MM-DD'),
                'valid_to', to_char(r.valid_to, 'YYYY-MM-DD')))::text
       from directory.routing r
      where $kind = 'routing' and ($of = '' or r.agency = $of) and ($part = '' or position($part in r.agency) > 0)
        and r.agency > $after
      order by r.agency
      limit $most)
    union all
    (select b.code, to_char(b.valid_from, 'YYYY-MM-DD'), b.code || '/' || to_char(b.valid_from, 'YYYY-MM-DD'),
            json_strip_nulls(json_build_object('code', b.code, 'law', b.law, 'needs_consent', b.needs_consent, 'is_meeting', b.is_meeting,
                'receivers', b.receivers, 'items', b.items, 'secrecy', b.secrecy, 'note', b.note,
                'valid_from', to_char(b.valid_from, 'YYYY-MM-DD'), 'valid_to', to_char(b.valid_to, 'YYYY-MM-DD')))::text
       from directory.basis b
      where $kind = 'basis' and ($of = '' or b.code = $of) and ($part = '' or position($part in b.code || ' ' || b.law) > 0)
        and (b.code, b.valid_from) > (split_part($after, '/', 1), coalesce(nullif(split_part($after, '/', 2), '')::date, '-infinity'))
      order by b.code, b.valid_from
      limit $most)
    union all
    (select i.code, '', i.code, json_build_object('id', i.code, 'body', i.body::text)::text
       from directory.indicator i
      where $kind = 'indicator' and ($of = '' or i.code = $of) and ($part = '' or position($part in i.code || ' ' || i.body::text) > 0)
        and i.code > $after
      order by i.code
      limit $most)
    union all
    (select c.list, c.code, c.list || '/' || c.code, json_build_object('list', c.list, 'code', c.code, 'label', c.label)::text
       from directory.code c
      where $kind = 'code' and ($of = '' or c.list = $of) and ($part = '' or position($part in c.code || ' ' || c.label) > 0)
        and (c.list, c.code) > (split_part($after, '/', 1), split_part($after, '/', 2))
      order by c.list, c.code
      limit $most)
) e
 order by e.first, e.second;

-- ---- grounds for sharing ---------------------------------------------------------------------------------------------

-- Lines of one ground are put one after the other: each must see where the others begin.
-- name: basis_turn :one
-- out:  version i64
select version from directory.version for update;

-- name: basis_now :many 1
-- in:   code enum(legal_basis), valid_from text
-- out:  digest bytes
-- plan: basis_pkey
select digest from directory.basis b where code = $code and b.valid_from = $valid_from::text::date;

-- name: basis_end :exec
-- in:   code enum(legal_basis), valid_from text
-- plan: basis_pkey
update directory.basis b
   set valid_to = $valid_from::text::date
 where b.code = $code and b.valid_from < $valid_from::text::date and (b.valid_to is null or b.valid_to > $valid_from::text::date);

-- A line without an end holds until the next one begins.
-- name: basis_set :exec 1
-- in:   code enum(legal_basis), law text, needs_consent bool, is_meeting bool, receivers enum(legal_regime)[], items enum(item)[], secrecy text?, note text?, digest bytes, valid_from text, valid_to text?
insert into directory.basis as b (code, law, needs_consent, is_meeting, receivers, items, secrecy, note, digest, valid_from, valid_to)
values ($code, $law, $needs_consent, $is_meeting, $receivers, $items, $secrecy, $note, $digest, $valid_from::text::date,
        least($valid_to::text::date,
              (select min(n.valid_from) from directory.basis n where n.code = $code and n.valid_from > $valid_from::text::date)))
    on conflict (code, valid_from) do update
   set law = excluded.law, needs_consent = excluded.needs_consent, is_meeting = excluded.is_meeting, receivers = excluded.receivers,
       items = excluded.items, secrecy = excluded.secrecy, note = excluded.note, digest = excluded.digest, valid_to = excluded.valid_to;

-- name: directory_bases :many 1000
-- out:  code enum(legal_basis), law text, needs_consent bool, is_meeting bool, receivers enum(legal_regime)[], items enum(item)[], since time, until time?
select code, law, needs_consent, is_meeting, receivers, items, (valid_from::timestamp at time zone 'Asia/Tokyo') as since,
       (valid_to::timestamp at time zone 'Asia/Tokyo') as until
  from directory.basis b
 order by b.code, b.valid_from;

-- name: bases_on :many 60
-- in:   at time
-- out:  code enum(legal_basis), law text, needs_consent bool, is_meeting bool, receivers enum(legal_regime)[], items enum(item)[], secrecy text?, valid_from text
select code, law, needs_consent, is_meeting, receivers, items, secrecy, to_char(valid_from, 'YYYY-MM-DD') as valid_from
  from directory.basis b
 where b.valid_from <= ($at::timestamptz at time zone 'Asia/Tokyo')::date
   and (b.valid_to is null or b.valid_to > ($at::timestamptz at time zone 'Asia/Tokyo')::date)
 order by b.code
 limit 60;

-- ---- all cases and their leads, for whoever compares ---------------------------------------------------------------

-- The open cases and their leads in one snapshot, once for each day that has ended, whichever worker comes first.
-- name: leads_count :many 1
-- in:   now time
-- out:  day text, snapshot text, open i64, digest text
with d as (
    insert into referral.leads_told (day, at)
    values (($now::timestamptz at time zone 'Asia/Tokyo')::date - 1, $now)
        on conflict (day) do nothing
    returning day
)
select to_char(d.day, 'YYYY-MM-DD') as day, pg_current_snapshot()::text as snapshot, n.open, n.digest
  from d
 cross join (select count(*) as open,
                    encode(int8send(coalesce(bit_xor(hashtextextended(b.case_id::text || ' ' || b.lead, 0)), 0)), 'hex') as digest
               from referral.baton b
              where b.closed_at is null) n;
