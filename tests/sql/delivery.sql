-- The rows that make delivery exact, in every service's schema: a stream only goes forward, one step known to the writer at a time.
begin;
select plan(4 * 17);

create temporary table step (ord int, what text, statement text, want text);
-- advance: as the named query does, for one stream
create function pg_temp.advance(prior bigint, last bigint) returns text language sql as $fn$
    select format($q$ insert into %%1$I.inbox as i (source, key, prior_seq, last_seq)
                      values ('referral', '00000000-0000-4000-8000-0000000000c1', %s, %s)
                          on conflict (source, key) do update
                         set prior_seq = excluded.prior_seq,
                             last_seq = case when i.last_seq = excluded.prior_seq then excluded.last_seq else -1 end $q$, prior, last)
$fn$;
insert into step values
    (1, 'the first message', pg_temp.advance(0, 1), 'ok'),
    (2, 'three at once', pg_temp.advance(1, 4), 'ok'),
    (3, 'one that came again writes too', pg_temp.advance(4, 4), 'ok'),
    (4, 'on what another worker moved', pg_temp.advance(1, 5), '23514'),
    (5, 'ahead of what is known', pg_temp.advance(7, 8), '23514'),
    (6, 'backwards', pg_temp.advance(4, 3), '23514'),
    (7, 'a new stream that begins backwards', $$ insert into %1$I.inbox values ('meeting', gen_random_uuid(), 2, 1) $$, '23514'),
    (8, 'a message in the outbox', $$ insert into %1$I.outbox (dest, key, seq, id, type, payload, actor, role, agency, trace, sent_at, next_try)
         values ('intake', '00000000-0000-4000-8000-0000000000c1', 1, gen_random_uuid(), 't', '{}', '', 'service', '', '', now(), now()) $$, 'ok'),
    (9, 'another one of the same number', $$ insert into %1$I.outbox select * from %1$I.outbox $$, '23505'),
    (10, 'a message number nought', $$ update %1$I.outbox set seq = 0 $$, '23514'),
    (11, 'a message for nobody', $$ update %1$I.outbox set dest = null $$, '23502'),
    (12, 'a counter at nought', $$ insert into %1$I.stream_out values ('intake', gen_random_uuid(), 0) $$, '23514'),
    (13, 'a counter', $$ insert into %1$I.stream_out values ('intake', '00000000-0000-4000-8000-0000000000c1', 1) $$, 'ok'),
    (14, 'a second counter of one stream', $$ insert into %1$I.stream_out values ('intake', '00000000-0000-4000-8000-0000000000c1', 2) $$, '23505'),
    (15, 'an answered request', $$ insert into %1$I.request values ('00000000-0000-4000-8000-0000000000d1', '\x00112233445566778899aabbccddeeff', 't', '{}', now()) $$, 'ok'),
    (16, 'the same request answered again', $$ insert into %1$I.request select * from %1$I.request $$, '23505'),
    (17, 'a request with half a digest', $$ insert into %1$I.request values (gen_random_uuid(), '\x0011', 't', '{}', now()) $$, '23514');

select is(outcome('km_' || service, format(statement, service)), want, service || ': ' || what)
  from unnest(array['intake', 'referral', 'meeting', 'audit']) as service, step
 order by service, ord;

select * from finish();
rollback;
