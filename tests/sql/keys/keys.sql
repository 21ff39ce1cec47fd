-- The second database holds wrapped keys, for the one service that may see them. A wrap is what its row says it is, and is never replaced;
-- an agency has one live key, a city one live escrow key, an agency one live part in a case; a reading stays written.
begin;
create function pg_temp.c(n int) returns uuid language sql immutable as $fn$ select ('00000000-0000-4000-8000-0000000000c' || n)::uuid $fn$;
create function pg_temp.zeros(n int) returns bytea language sql immutable as $fn$ select decode(repeat('00', n), 'hex') $fn$;
-- a wrap of this case, epoch, kind and key
create function pg_temp.w(case_n int, epoch int, kind int, key_n int) returns bytea language sql immutable as $fn$
    select '\x4b4d573101'::bytea || set_byte('\x00'::bytea, 0, kind) || '\x0000'::bytea || uuid_send(pg_temp.c(case_n)) || int4send(epoch)
           || int4send(1) || int8send(key_n) || pg_temp.zeros(88)
$fn$;
create temporary table try (what text, statement text, want text);

insert into try values
    ('a key of an agency', $$ insert into keys.agency_key values ('A056', 1, int8send(1), int8send(2), pg_temp.zeros(32), pg_temp.zeros(32), pg_temp.zeros(72), pg_temp.zeros(104), now()) $$, 'ok'),
    ('a second live one', $$ insert into keys.agency_key values ('A056', 2, int8send(3), int8send(4), pg_temp.zeros(32), pg_temp.zeros(32), pg_temp.zeros(72), pg_temp.zeros(104), now()) $$, '23505'),
    ('a private half that is not sealed', $$ insert into keys.agency_key values ('A057', 1, int8send(3), int8send(4), pg_temp.zeros(32), pg_temp.zeros(32), pg_temp.zeros(32), pg_temp.zeros(104), now()) $$, '23514'),
    ('a signing half that is not sealed', $$ insert into keys.agency_key values ('A057', 1, int8send(3), int8send(4), pg_temp.zeros(32), pg_temp.zeros(32), pg_temp.zeros(72), pg_temp.zeros(64), now()) $$, '23514'),
    ('a key of no agency', $$ insert into keys.agency_key values ('', 1, int8send(3), int8send(4), pg_temp.zeros(32), pg_temp.zeros(32), pg_temp.zeros(72), pg_temp.zeros(104), now()) $$, '23514'),
    ('the next one of an agency', $$ update keys.agency_key set retired_at = now() where agency = 'A056';
       insert into keys.agency_key values ('A056', 2, int8send(3), int8send(4), pg_temp.zeros(32), pg_temp.zeros(32), pg_temp.zeros(72), pg_temp.zeros(104), now()) $$, 'ok'),
    ('another private half', $$ update keys.agency_key set opens = opens $$, '42501'),
    ('an escrow key', $$ insert into keys.escrow (key_id, public, since) values (int8send(9), pg_temp.zeros(32), now()) $$, 'ok'),
    ('a second live one', $$ insert into keys.escrow (key_id, public, since) values (int8send(8), pg_temp.zeros(32), now()) $$, '23505'),
    ('another public half', $$ update keys.escrow set public = public $$, '42501'),
    ('an epoch', $$ insert into keys.epoch values (pg_temp.c(1), 1, now(), 'open') $$, 'ok'),
    ('the same again', $$ insert into keys.epoch values (pg_temp.c(1), 1, now(), 'open') $$, '23505'),
    ('epoch nought', $$ insert into keys.epoch values (pg_temp.c(1), 0, now(), 'open') $$, '23514'),
    ('for no known reason', $$ insert into keys.epoch values (pg_temp.c(1), 2, now(), 'x') $$, '23514'),
    ('an epoch that goes', $$ delete from keys.epoch $$, '42501'),
    ('a wrap', $$ insert into keys.wrap values (pg_temp.c(1), 1, 3, 'A056', int8send(1), pg_temp.w(1, 1, 3, 1), now()) $$, 'ok'),
    ('a wrap for escrow', $$ insert into keys.wrap values (pg_temp.c(1), 1, 2, '', int8send(9), pg_temp.w(1, 1, 2, 9), now()) $$, 'ok'),
    ('of another case', $$ insert into keys.wrap values (pg_temp.c(1), 1, 3, 'A057', int8send(1), pg_temp.w(2, 1, 3, 1), now()) $$, '23514'),
    ('of another epoch', $$ insert into keys.wrap values (pg_temp.c(1), 1, 3, 'A057', int8send(1), pg_temp.w(1, 2, 3, 1), now()) $$, '23514'),
    ('of another kind', $$ insert into keys.wrap values (pg_temp.c(1), 1, 3, 'A057', int8send(1), pg_temp.w(1, 1, 1, 1), now()) $$, '23514'),
    ('for another key', $$ insert into keys.wrap values (pg_temp.c(1), 1, 3, 'A057', int8send(1), pg_temp.w(1, 1, 3, 2), now()) $$, '23514'),
    ('too short', $$ insert into keys.wrap values (pg_temp.c(1), 1, 3, 'A057', int8send(1), substr(pg_temp.w(1, 1, 3, 1), 1, 127), now()) $$, '23514'),
    ('too long', $$ insert into keys.wrap values (pg_temp.c(1), 1, 3, 'A057', int8send(1), pg_temp.w(1, 1, 3, 1) || '\x00'::bytea, now()) $$, '23514'),
    ('of another format', $$ insert into keys.wrap values (pg_temp.c(1), 1, 3, 'A057', int8send(1), set_byte(pg_temp.w(1, 1, 3, 1), 3, 50), now()) $$, '23514'),
    ('escrow of an agency', $$ insert into keys.wrap values (pg_temp.c(1), 1, 2, 'A057', int8send(9), pg_temp.w(1, 1, 2, 9), now()) $$, '23514'),
    ('hosted for nobody', $$ insert into keys.wrap values (pg_temp.c(1), 1, 3, '', int8send(1), pg_temp.w(1, 1, 3, 1), now()) $$, '23514'),
    ('of an epoch that is not', $$ insert into keys.wrap values (pg_temp.c(1), 7, 3, 'A057', int8send(1), pg_temp.w(1, 7, 3, 1), now()) $$, '23503'),
    ('a wrap that is replaced', $$ update keys.wrap set wrap = wrap $$, '42501'),
    ('a wrap that moves', $$ update keys.wrap set case_id = case_id $$, '42501'),
    ('an agency takes part', $$ insert into keys.participant (case_id, agency, since, for_meeting) values (pg_temp.c(1), 'A056', now(), false) $$, 'ok'),
    ('twice at once', $$ insert into keys.participant (case_id, agency, since, for_meeting) values (pg_temp.c(1), 'A056', now() + interval '1 s', false) $$, '23505'),
    ('and is invited to a meeting', $$ insert into keys.participant (case_id, agency, since, for_meeting) values (pg_temp.c(1), 'A056', now(), true) $$, 'ok'),
    ('leaves before it came', $$ update keys.participant set until = since - interval '1 s' $$, '23514'),
    ('another agency instead', $$ update keys.participant set agency = 'A057' $$, '42501'),
    ('a part that is forgotten', $$ delete from keys.participant $$, '42501'),
    ('an hour', $$ insert into keys.emergency values (pg_temp.c(1), pg_temp.c(1), 'A059', 'u', 'life', now(), now() + interval '1 hour') $$, 'ok'),
    ('more than an hour', $$ insert into keys.emergency values (pg_temp.c(2), pg_temp.c(1), 'A059', 'u', 'life', now(), now() + interval '61 min') $$, '23514'),
    ('an emergency made longer', $$ update keys.emergency set until = until + interval '1 s' $$, '42501'),
    ('a reading', $$ insert into keys.reading values (pg_temp.c(1), now(), 'A056', 'u', 'worker', 'read', 'intake') $$, 'ok'),
    ('for no known reason', $$ insert into keys.reading values (pg_temp.c(1), now(), 'A056', 'u', 'worker', 'x', 'intake') $$, '23514'),
    ('a reading that changes', $$ update keys.reading set at = at $$, '42501'),
    ('a reading that goes', $$ delete from keys.reading $$, '42501'),
    ('eight blind bytes', $$ insert into keys.person_index values (pg_temp.c(1), pg_temp.c(1), 'phone', int8send(1), 1) $$, 'ok'),
    ('a name', $$ insert into keys.person_index values (pg_temp.c(1), pg_temp.c(1), 'phone', convert_to('架空太郎', 'UTF8'), 1) $$, '23514'),
    ('a wish without a basis', $$ insert into keys.erasure_wish values (pg_temp.c(1), 'u', '', now()) $$, '23514'),
    ('a wish', $$ insert into keys.erasure_wish values (pg_temp.c(1), 'u', 'law', now()) $$, 'ok'),
    ('somebody else''s wish', $$ update keys.erasure_wish set by_user = 'v' $$, '42501'),
    ('an erasure', $$ insert into keys.erasure (id, case_id, kind, ground, basis, asked_by, asked_role, asked_at)
       values (pg_temp.c(1), pg_temp.c(1), 'payload', 'court_order', 'law', 'u', 'coordinator', now()) $$, 'ok'),
    ('one on no ground', $$ insert into keys.erasure (id, case_id, kind, ground, basis, asked_by, asked_role, asked_at)
       values (pg_temp.c(2), pg_temp.c(1), 'full', 'x', 'law', 'u', 'coordinator', now()) $$, '23514'),
    ('one a worker asks for', $$ insert into keys.erasure (id, case_id, kind, ground, basis, asked_by, asked_role, asked_at)
       values (pg_temp.c(2), pg_temp.c(1), 'full', 'mistaken', 'law', 'u', 'worker', now()) $$, '23514'),
    ('agreed to while the case is open', $$ update keys.erasure set agreed_by = 'v', agreed_role = 'administrator', agreed_at = now() + interval '1 s' $$, '23514'),
    ('that the case is closed', $$ update keys.erasure set is_closed = true $$, 'ok'),
    ('agreed to by the same person', $$ update keys.erasure set agreed_by = 'u', agreed_role = 'administrator', agreed_at = now() + interval '1 s' $$, '23514'),
    ('agreed to by a second coordinator', $$ update keys.erasure set agreed_by = 'v', agreed_role = 'coordinator', agreed_at = now() + interval '1 s' $$, '23514'),
    ('another kind than was asked for', $$ update keys.erasure set kind = 'full' $$, '42501'),
    ('a log key', $$ insert into keys.log_key (case_id, sealed, made_at) values (pg_temp.c(1), pg_temp.zeros(72), now()) $$, 'ok'),
    ('a second one of the case', $$ insert into keys.log_key (case_id, sealed, made_at) values (pg_temp.c(1), pg_temp.zeros(72), now()) $$, '23505'),
    ('one that is not sealed', $$ insert into keys.log_key (case_id, sealed, made_at) values (pg_temp.c(2), pg_temp.zeros(32), now()) $$, '23514'),
    ('one that is neither there nor destroyed', $$ insert into keys.log_key (case_id, made_at) values (pg_temp.c(2), now()) $$, '23514'),
    ('another log key instead', $$ update keys.log_key set sealed = substr(sealed, 2) || '\x01'::bytea $$, '42501'),
    ('another beside the former', $$ update keys.log_key set former = sealed, sealed = substr(sealed, 2) || '\x01'::bytea $$, '42501'),
    ('agreed to by an administrator', $$ update keys.erasure set agreed_by = 'v', agreed_role = 'administrator', agreed_at = now() + interval '1 s' $$, 'ok'),
    ('and by one more', $$ update keys.erasure set agreed_by = 'w' $$, '42501'),
    ('then another beside the former', $$ update keys.log_key set former = sealed, sealed = substr(sealed, 2) || '\x01'::bytea $$, 'ok'),
    ('and one more', $$ update keys.log_key set former = sealed, sealed = substr(sealed, 2) || '\x02'::bytea $$, '42501'),
    ('the former forgotten', $$ update keys.log_key set former = null $$, 'ok'),
    ('one that goes to another case', $$ update keys.log_key set case_id = pg_temp.c(2) $$, '42501'),
    ('one that is forgotten', $$ delete from keys.log_key $$, '42501'),
    ('a log key that is destroyed', $$ update keys.log_key set sealed = null, destroyed_at = now() $$, 'ok'),
    ('and comes back', $$ update keys.log_key set sealed = pg_temp.zeros(72), destroyed_at = null $$, '42501'),
    ('or is destroyed again', $$ update keys.log_key set destroyed_at = now() $$, '42501'),
    ('a reading of the ledger', $$ insert into keys.reading values (pg_temp.c(1), now(), 'A056', 'u', 'worker', 'ledger', 'keys') $$, 'ok'),
    ('a key of the old kind', $$ insert into keys.case_key values (pg_temp.c(1), 1, pg_temp.zeros(72), now()) $$, '42501'),
    ('a table', $$ create table keys.mine (n int) $$, '42501');

select plan((4 + (select count(*) from try) + 3)::int);

select set_eq($$ select thing, may from privileges where who = 'km_keys' and thing like 'keys.%' $$,
    $$ values ('keys.agency_key', 'SI'), ('keys.agency_key(retired_at)', 'U'), ('keys.case_key', 'SD'), ('keys.emergency', 'SI'),
              ('keys.epoch', 'SI'), ('keys.erasure', 'SI'), ('keys.erasure(is_closed)', 'U'), ('keys.erasure(agreed_by)', 'U'),
              ('keys.erasure(agreed_role)', 'U'), ('keys.erasure(agreed_at)', 'U'), ('keys.erasure_wish', 'SI'), ('keys.erasure_wish(acted_at)', 'U'),
              ('keys.escrow', 'SI'), ('keys.escrow(retired)', 'U'), ('keys.escrow(at_case)', 'U'), ('keys.escrow(at_epoch)', 'U'),
              ('keys.escrow(is_full)', 'U'), ('keys.inbox', 'SIU'), ('keys.log_key', 'SI'), ('keys.log_key(sealed)', 'U'), ('keys.log_key(former)', 'U'),
              ('keys.log_key(destroyed_at)', 'U'), ('keys.many_told', 'SIUD'), ('keys.outbox', 'SIUD'),
              ('keys.participant', 'SI'), ('keys.participant(until)', 'U'), ('keys.participant(keeps_past)', 'U'),
              ('keys.participant(last_epoch)', 'U'), ('keys.person_index', 'SID'), ('keys.reading', 'SI'), ('keys.request', 'SIUD'),
              ('keys.stream_out', 'SIU'), ('keys.tally', 'SIUD'), ('keys.wrap', 'SID'), ('keys.wrap(until)', 'U') $$,
    'the privileges are these and no others');
select is_empty($$ select thing, who from privileges where thing like 'keys.%' and who <> 'km_keys' $$, 'and nobody else''s');
select is_empty($$ select schema, who from usages where schema = 'keys' and who <> 'km_keys' $$, 'nor does anybody enter');
select is_empty($$ select name from tables where schema = 'keys' and name not in
                   (select 'keys.' || t from unnest(array['agency_key', 'escrow', 'epoch', 'wrap', 'participant', 'emergency', 'reading', 'tally',
                     'many_told', 'person_index', 'erasure', 'erasure_wish', 'case_key', 'log_key', 'outbox', 'stream_out', 'inbox', 'request']) as t) $$,
                'there is nothing else');

select is(outcome('km_keys', statement), want, what) from try;

select is(outcome('kashimaru', 'update keys.reading set user_name = $$other$$'), '42501', 'not even its owner changes a reading');
select is(outcome('kashimaru', 'delete from keys.reading'), '42501', 'or deletes one');
select is(outcome('km_keys', 'delete from keys.wrap'), 'ok', 'a wrap is destroyed for good');

select * from finish();
rollback;
