-- A city in its sixth year: 1,000,000 cases as intake and referral keep them, one each 158 seconds up to now, taken on by every agency of the
-- directory, a thirty-third of them by the desk A056. A tenth or so are open: those of the last months, and here and there an old one. A quarter
-- were handed over, a tenth asked for further support, and the last ones wait for answers. Written in bulk without triggers and without the
-- history; what they would have said is checked at the end.
\set ON_ERROR_STOP on
set synchronous_commit = off;
set work_mem = '256MB';
set maintenance_work_mem = '512MB';
begin;
set local session_replication_role = replica;

create temporary table agencies as
select (row_number() over (order by code))::int as i, code from (select distinct code from directory.agency) a;
create temporary table needs as
select (row_number() over (order by code))::int as i, code, field from directory.need;

-- who: the desk each case began at (a), the one it was handed to (b), the one asked for more (c)
create temporary table city as
select n, (lpad(to_hex(n), 8, '0') || '-0000-7000-8000-000000000001')::uuid as case_id,
       now() - (1000000 - n) * interval '158 seconds' as at,
       case when n % 33 = 0 then 'A056' else a.code end as a,
       case when n % 40 = 0 then 'A056' else b.code end as b,
       case when n % 30 = 3 then 'A056' else c.code end as c,
       case when n % 3 = 0 then array[x.code] else array[x.code, y.code] end as needs,
       n % 3 <> 0 and x.field <> y.field as is_wide,
       (array['north', 'central', 'south', 'east'])[1 + n % 4] as area,
       (array['child', 'youth', 'adult', 'elder'])[1 + n / 7 % 4] as age,
       (array['routine', 'routine', 'routine', 'routine', 'routine', 'routine', 'urgent', 'urgent', 'emergency'])[1 + n % 9] as urgency,
       n > 950000 or n % 50 = 0 as is_open,
       n % 4 = 0 as is_handed, -- accepted two days after
       n % 10 = 3 as is_asked,
       n > 985000 and n % 7 = 1 and n % 4 > 0 as is_new -- offered and not answered
  from generate_series(1, 1000000::bigint) n
  join agencies a on a.i = 1 + n * 7919 % (select count(*) from agencies)
  join agencies b on b.i = 1 + (n * 7919 + 1 + n % 150) % (select count(*) from agencies)
  join agencies c on c.i = 1 + (n * 7919 + 151 + n % 40) % (select count(*) from agencies)
  join needs x on x.i = 1 + n % (select count(*) from needs)
  join needs y on y.i = 1 + (n + 1 + n % 11) % (select count(*) from needs)
 order by n;
-- nobody hands anything to itself
update city set b = case when a = 'A062' then 'A077' else 'A062' end where a = b;
update city set c = case when 'A077' in (a, b) then case when 'A059' in (a, b) then 'A080' else 'A059' end else 'A077' end where c in (a, b);
analyze city;

insert into intake.reception
select case_id, at, a, 'phone_family', area, age, needs, urgency, 'not_asked' from city;
insert into intake.record
select case_id, case_id, 1, 1, 1, '\x4b4d5231'::bytea || decode(repeat(md5(n::text), 9), 'hex'), at from city;
insert into intake.team (case_id, agency, user_name, since) select case_id, a, case when a = 'A056' then 'madoguchi' else 'tantou' end, at from city;
insert into intake.access (case_id, agency, level, items, since, until)
select case_id, a, 'member', '{identity,contact,narrative,notes}', at, case when is_handed then least(at + interval '2 days', now()) end from city;
insert into intake.access (case_id, agency, level, items, since, received_at)
select case_id, b, 'member', '{}', least(at + interval '2 days', now()), at from city where is_handed;

insert into referral.case_file (case_id, received_at, received_by, area, age_band, needs, urgency, consent, returns, is_wide, is_alone)
select case_id, at, a, area, age, needs, urgency, 'not_asked', (is_asked and n % 40 in (3, 13, 23))::int, is_wide,
       is_wide and is_open and not (is_new and n % 91 <> 1) and not (is_asked and n % 40 = 33)
  from city;
insert into referral.member (case_id, agency, since, until, is_lead, is_closed)
select case_id, a, at, case when is_handed then least(at + interval '2 days', now()) end, not is_handed, case when not is_open and not is_handed then true end
  from city;
insert into referral.member (case_id, agency, since, is_lead, is_closed)
select case_id, b, least(at + interval '2 days', now()), true, case when not is_open then true end from city where is_handed;
insert into referral.member (case_id, agency, since, is_lead, is_closed, items)
select case_id, c, at + interval '3 days', false, case when not is_open then true end, '{}' from city where is_asked and n % 40 = 33 and n < 980000;
insert into referral.baton (case_id, lead, lead_since, version, since, closed_at, closed_reason, evaluation)
select case_id, case when is_handed then b else a end, case when is_handed then least(at + interval '2 days', now()) else at end,
       case when is_handed then 2 else 1 end, case when is_handed then least(at + interval '2 days', now()) else at end,
       case when not is_open then at + interval '80 days' end, case when not is_open then 'goal_reached' end, case when not is_open then case_id end
  from city;

create temporary table sent as
select (lpad(to_hex(n), 8, '0') || '-0000-7000-8000-000000000002')::uuid as ref_id, case_id, 'transfer' as kind, a as sender, b as receiver,
       case when is_open then 'in_service' else 'completed' end as state, needs, urgency, at as drafted_at, at + interval '3 days' as due_at,
       at + interval '1 day' as read_at, least(at + interval '2 days', now()) as answered_at, false as is_back
  from city where is_handed
union all
select (lpad(to_hex(n), 8, '0') || '-0000-7000-8000-000000000003')::uuid, case_id, 'added_support', a, c,
       case when n % 40 = 33 then case when not is_open then 'completed' when n < 980000 then 'in_service' else 'offered' end
            else (array['declined', 'expired', 'failed'])[1 + n / 40 % 3] end, needs, urgency, at + interval '1 hour',
       case when n % 40 = 33 and is_open and n >= 980000 then now() + (1000000 - n) * interval '15 seconds' + interval '1 hour' else at + interval '3 days' end, null,
       case when n % 40 <> 33 or n < 980000 then least(at + interval '2 days', now()) end,
       n % 40 <> 33 and is_open and not (is_new and n % 91 <> 1)
  from city where is_asked
union all
select (lpad(to_hex(n), 8, '0') || '-0000-7000-8000-000000000004')::uuid, case_id, case when n % 2 = 0 then 'consult' else 'transfer' end,
       a, case when n % 14 = 1 and a <> 'A056' then 'A056' else b end, case when n % 91 = 1 then 'draft' else 'offered' end, needs, urgency, now() - interval '1 hour',
       case when n % 91 <> 1 then now() + (n % 4000) * interval '1 minute' + interval '2 hours' end, null, null, false
  from city where is_new;
insert into referral.referral (ref_id, case_id, kind, sender, receiver, state, needs, items, basis, urgency, drafted_at, due_at, read_at, answered_at, is_back)
select ref_id, case_id, kind, sender, receiver, state, needs, '{}', 'none', urgency, drafted_at, due_at, read_at, answered_at, is_back from sent;
commit;

analyze intake.reception, intake.record, intake.team, intake.access, referral.case_file, referral.member, referral.baton, referral.referral;

-- Nothing stands here that the schema would not have taken, and no mark that its triggers would not have set.
do $do$
declare
    bad bigint;
begin
    select (select count(*) from referral.baton b where not exists (select from referral.member m where m.case_id = b.case_id and m.agency = b.lead
                                                                      and m.since = b.lead_since and m.is_lead))
         + (select count(*) from referral.referral where sender = receiver or (state <> 'draft' and due_at is null))
         + (select count(*) from (select case_id from referral.member where is_lead group by case_id having count(*) > 1) x)
      into bad;
    if bad > 0 or (select count(*) from referral.case_file) < 1000000 or (select count(*) from intake.reception) < 1000000 then
        raise exception '% rows are not as the schema has them', bad;
    end if;
end
$do$;
create temporary table sample as
select case_id from referral.case_file f where is_alone or exists (select from referral.referral r where r.case_id = f.case_id and r.state in ('declined', 'expired', 'failed'))
 order by received_at desc limit 3000;
create temporary table was as
select case_id, (select is_alone from referral.case_file f where f.case_id = s.case_id) as alone,
       (select count(*) from referral.referral r where r.case_id = s.case_id and r.is_back) as back from sample s;
do $do$
begin
    perform referral.look_again(case_id) from sample;
    if exists (select from was w join referral.case_file f using (case_id)
                where f.is_alone is distinct from w.alone
                   or (select count(*) from referral.referral r where r.case_id = w.case_id and r.is_back) <> w.back) then
        raise exception 'the marks are not those the triggers would have set';
    end if;
end
$do$;

-- What the database of a city did long ago does not go on beside what is measured.
vacuum (analyze) intake.reception, intake.record, intake.team, intake.access, referral.case_file, referral.member, referral.baton, referral.referral;
checkpoint;
