-- 20,000 cases, some of them on their second key, each held by three agencies; most of the outbox sent.
create function pg_temp.id(n bigint) returns uuid language sql immutable as $fn$ select md5(n::text)::uuid $fn$;
create function pg_temp.agency(n bigint) returns text language sql immutable as $fn$ select 'A' || lpad((1 + n % 200)::text, 3, '0') $fn$;
create function pg_temp.at(n bigint) returns timestamptz language sql immutable as
$fn$ select timestamptz '2024-01-01 00:00Z' + n * interval '1 hour' $fn$;

insert into keys.case_key
select pg_temp.id(n), e, decode(repeat('00', 72), 'hex'), now() from generate_series(1, 20000) n, generate_series(1, 2) e where e = 1 or n % 10 = 0;
insert into keys.agency_key (agency, generation, key_id, sign_id, x25519, ed25519, opens, signs, made_at, retired_at)
select 'A' || lpad(a::text, 4, '0'), g, int8send(a * 10 + g), int8send(a * 10 + g), decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex'),
       decode(repeat('00', 72), 'hex'), decode(repeat('00', 104), 'hex'), pg_temp.at(g), case when g < 3 then pg_temp.at(g + 1) end
  from generate_series(1, 2000) a, generate_series(1, 3) g;
insert into keys.epoch
select pg_temp.id(n), e, pg_temp.at(n), 'open' from generate_series(1, 20000) n, generate_series(1, 2) e where e = 1 or n % 10 = 0;
insert into keys.wrap (case_id, epoch, kind, agency, key_id, wrap, since)
select e.case_id, e.epoch, 1, pg_temp.agency(k), int8send(k),
       '\x4b4d573101010000'::bytea || uuid_send(e.case_id) || int4send(e.epoch::int) || int4send(k) || int8send(k) || decode(repeat('00', 88), 'hex'), e.made_at
  from keys.epoch e, generate_series(1, 3) k;
insert into keys.participant (case_id, agency, since, until, for_meeting)
select pg_temp.id(n), pg_temp.agency(n + k), pg_temp.at(n), case when k = 2 then pg_temp.at(n + 9) end, false
  from generate_series(1, 20000) n, generate_series(0, 2) k;
insert into keys.reading select pg_temp.id(n), pg_temp.at(n + k), pg_temp.agency(n), 'w', 'worker', 'read', 'intake' from generate_series(1, 20000) n, generate_series(1, 3) k;
insert into keys.tally select pg_temp.agency(n), 'w' || n % 300, pg_temp.at(n), 1 from generate_series(1, 20000) n;
insert into keys.emergency select pg_temp.id(n), pg_temp.id(n), pg_temp.agency(n), 'w', 'life', pg_temp.at(n), pg_temp.at(n + 1) from generate_series(1, 20000) n;
insert into keys.person_index select pg_temp.id(n), pg_temp.id(n), 'phone', int8send(n), 1 from generate_series(1, 20000) n;
insert into keys.log_key (case_id, sealed, made_at) select pg_temp.id(n), decode(repeat('00', 72), 'hex'), pg_temp.at(n) from generate_series(1, 20000) n;
insert into keys.erasure (id, case_id, kind, ground, basis, asked_by, asked_role, asked_at)
select pg_temp.id(n), pg_temp.id(n), 'full', 'retention_over', 'b', 'a', 'administrator', pg_temp.at(n) from generate_series(1, 20000) n;
insert into keys.erasure_wish select pg_temp.id(n), 'w', 'law', pg_temp.at(n) from generate_series(1, 2000) n;

insert into keys.outbox (dest, key, seq, id, type, payload, actor, role, agency, trace, sent_at, next_try, parked_at)
select 'intake', pg_temp.id(n), 1 + n % 3, pg_temp.id(n), 't', '{}', '', 'service', '', '', pg_temp.at(n), pg_temp.at(n),
       case when n % 50 = 0 then pg_temp.at(n) end
  from generate_series(1, 20000) n;
insert into keys.stream_out select 'intake', pg_temp.id(n), 3 from generate_series(1, 20000) n;
insert into keys.inbox select 'referral', pg_temp.id(n), 2, 3 from generate_series(1, 20000) n;
insert into keys.request select pg_temp.id(n), decode(md5(n::text), 'hex'), 't', '{}', pg_temp.at(n) from generate_series(1, 20000) n;
analyze;
