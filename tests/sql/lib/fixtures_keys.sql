-- A row or more in every table of the keys' database, for keys/row_security.sql: A001 takes part in case 1, A009 in case 2. Whoever adds a
-- table adds a row here. The caller's transaction takes it all back.
create function pg_temp.c(n int) returns uuid language sql immutable as $fn$ select ('00000000-0000-4000-8000-0000000000c' || n)::uuid $fn$;
create temporary table part (n int, agency text);
insert into part values (1, 'A001'), (2, 'A009');

insert into keys.agency_key (agency, generation, key_id, sign_id, x25519, ed25519, opens, signs, made_at)
select agency, 1, int8send(n), int8send(n), decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex'), decode(repeat('00', 72), 'hex'),
       decode(repeat('00', 104), 'hex'), now() from part;
insert into keys.escrow (key_id, public, since) values (int8send(9), decode(repeat('00', 32), 'hex'), now());
insert into keys.epoch select pg_temp.c(n), 1, now(), 'open' from part;
insert into keys.wrap (case_id, epoch, kind, agency, key_id, wrap, since)
select pg_temp.c(n), 1, 1, agency, int8send(n),
       '\x4b4d573101010000'::bytea || uuid_send(pg_temp.c(n)) || int4send(1) || int4send(n) || int8send(n) || decode(repeat('00', 88), 'hex'), now()
  from part;
insert into keys.participant (case_id, agency, since, for_meeting) select pg_temp.c(n), agency, now(), false from part;
insert into keys.emergency values (pg_temp.c(2), pg_temp.c(2), 'A007', 'sample-night', 'life', now(), now() + interval '1 hour');
insert into keys.reading select pg_temp.c(n), now(), agency, 'sample-worker', 'worker', 'read', 'intake' from part;
insert into keys.tally select agency, 'sample-worker', now(), 1 from part;
insert into keys.many_told select agency, 'sample-worker', now() from part;
insert into keys.person_index select pg_temp.c(n), pg_temp.c(n), 'phone', int8send(n), 1 from part;
insert into keys.erasure (id, case_id, kind, ground, basis, asked_by, asked_role, asked_at)
select pg_temp.c(n), pg_temp.c(n), 'full', 'retention_over', 'law', 'sample-admin', 'administrator', now() from part;
insert into keys.erasure_wish select pg_temp.c(n), 'sample-admin', 'law', now() from part;
insert into keys.log_key (case_id, sealed, made_at) select pg_temp.c(n), decode(repeat('00', 72), 'hex'), now() from part;
insert into keys.case_key select pg_temp.c(n), 1, decode(repeat('00', 72), 'hex'), now() from part;

insert into keys.outbox (dest, key, seq, id, type, payload, actor, role, agency, trace, sent_at, next_try)
values ('audit', pg_temp.c(1), 1, pg_temp.c(1), 't', '{}', '', 'service', '', '', now(), now());
insert into keys.stream_out values ('audit', pg_temp.c(1), 1);
insert into keys.inbox values ('referral', pg_temp.c(1), 0, 1);
insert into keys.request values (pg_temp.c(1), decode(repeat('00', 16), 'hex'), 't', '{}', now());
