-- The second database holds wrapped keys, for the one service that may see them; a wrap is never replaced.
begin;
select plan(21);

select set_eq('select thing, who, may from privileges',
              $$ values ('kashimaru.migration', 'public', 'S'), ('keys.case_key', 'km_keys', 'SI'), ('keys.case_key(case_id)', 'km_keys', 'U') $$,
              'the privileges are these and no others');
select set_eq('select name from tables', $$ values ('kashimaru.migration'), ('keys.case_key') $$, 'there is nothing else');
select set_eq('select schema, who, privilege_type from usages',
              $$ values ('keys', 'km_keys', 'USAGE'), ('kashimaru', 'public', 'USAGE') $$, 'nor open to anyone else');

create function pg_temp.put(case_id text, epoch bigint, length int) returns text language sql as $fn$
    select outcome('km_keys', format('insert into keys.case_key values (%L, %s, decode(repeat(%L, %s), %L), now())', case_id, epoch, '00', length, 'hex'))
$fn$;
select is(pg_temp.put(case_id, epoch, length), want, what)
  from (values ('00000000-0000-4000-8000-0000000000c1', 1, 72, 'ok', 'a wrapped key'),
               ('00000000-0000-4000-8000-0000000000c1', 1, 72, '23505', 'a second one of the same epoch'),
               ('00000000-0000-4000-8000-0000000000c1', 2, 72, 'ok', 'one of the next'),
               ('00000000-0000-4000-8000-0000000000c2', 0, 72, '23514', 'epoch nought'),
               ('00000000-0000-4000-8000-0000000000c2', 1, 32, '23514', 'a key that is not wrapped'),
               ('00000000-0000-4000-8000-0000000000c2', 1, 73, '23514', 'a byte too many')) as t(case_id, epoch, length, want, what);
select is(outcome('km_keys', statement), '42501', statement)
  from unnest(array['update keys.case_key set wrapped = wrapped', 'update keys.case_key set epoch = epoch',
                    'update keys.case_key set created_at = now()', 'delete from keys.case_key', 'truncate keys.case_key',
                    'create table keys.mine (n int)', 'create table public.mine (n int)']) as statement;
select is(outcome('km_keys', $$ insert into keys.case_key as k (case_id, epoch, wrapped, created_at)
              select case_id, epoch, decode(repeat('ff', 72), 'hex'), now() from keys.case_key where epoch = 1
                  on conflict (case_id, epoch) do update set case_id = k.case_id $$), 'ok', 'who comes second');
select is((select count(*) from keys.case_key where wrapped <> decode(repeat('00', 72), 'hex')), 0::bigint, 'gets the key of who came first');
select is(outcome(who, 'select from keys.case_key'), '42501', who || ' sees no key')
  from unnest(array['km_intake', 'km_referral', 'km_meeting']) as who;

select * from finish();
rollback;
