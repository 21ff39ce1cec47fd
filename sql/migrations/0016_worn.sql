-- What was proven once in a transaction is not proven again by each of its statements. wear (common/svc/batch.c) checks a ticket and leaves
-- two marks where only the owner of a sequence can leave them (see 0008):
--   worn    who wears it, hashed with the time the transaction began
--   worn_at the time the transaction began in which one was put on, hashed: somebody wears a true ticket
--   hand    the case that the wearer was last found to take part in, hashed with that time and with worn
-- Policies compare these first, which costs a tenth of asking; whoever they do not tell of is asked for as before, so they open nothing
-- that the questions after them would not. A mark of another transaction never fits, and the next wear replaces both. The setting
-- kashimaru.is_worn only says that there are marks to look at; said without, the look itself fails.
--
-- 64 bits, hashed fast: a mark fits a stranger's row by chance once in 10^19 looks. Who could choose ids of cases, hit a microsecond to begin
-- in and run any statement as the service might make one fit; who can do that holds the service's own ticket.
create unlogged sequence kashimaru.worn minvalue -9223372036854775808;
create unlogged sequence kashimaru.worn_at minvalue -9223372036854775808;
create unlogged sequence kashimaru.hand minvalue -9223372036854775808;

-- These are volatile, as currval is, so that the planner writes them into the policy; a call would cost more than they do.
-- wears_service: that service's own ticket. wears_agency: of a person of that agency who does casework (worker, team lead). wears_role: of a
-- person in another role, of whatever agency. wears_any: a true ticket.
create function kashimaru.wears_service(name text) returns boolean language sql volatile return
    coalesce(current_setting('kashimaru.is_worn', true), '') = 'yes'
    and currval('kashimaru.worn') = hashfloat8extended(date_part('epoch', now()), hashtextextended(name, 1));
create function kashimaru.wears_agency(code text) returns boolean language sql volatile return
    coalesce(current_setting('kashimaru.is_worn', true), '') = 'yes'
    and currval('kashimaru.worn') = hashfloat8extended(date_part('epoch', now()), hashtextextended(code, 2));
create function kashimaru.wears_role(role text) returns boolean language sql volatile return
    coalesce(current_setting('kashimaru.is_worn', true), '') = 'yes'
    and currval('kashimaru.worn') = hashfloat8extended(date_part('epoch', now()), hashtextextended(role, 3));
create function kashimaru.wears_any() returns boolean language sql volatile return
    coalesce(current_setting('kashimaru.is_worn', true), '') = 'yes'
    and currval('kashimaru.worn_at') = hashfloat8extended(date_part('epoch', now()), 0);
-- has_in_hand: who wears the ticket was found to take part in this case, in this transaction.
create function kashimaru.has_in_hand(of_case uuid) returns boolean language sql volatile return
    coalesce(current_setting('kashimaru.is_worn', true), '') = 'yes'
    and currval('kashimaru.hand') = uuid_hash_extended(of_case, hashfloat8extended(date_part('epoch', now()), currval('kashimaru.worn')));

-- take_in_hand: for the functions that look a part up, which run with their owner's rights; true. Nothing is marked for another agency than
-- the wearer's.
create function kashimaru.take_in_hand(of_case uuid, who text) returns boolean language sql volatile return
    case when kashimaru.wears_agency(who)
         then setval('kashimaru.hand', uuid_hash_extended(of_case, hashfloat8extended(date_part('epoch', now()), currval('kashimaru.worn'))))
              is not null
         else true end;

-- wear: puts a ticket on until the transaction ends, or refuses it and takes off what was worn.
create or replace function kashimaru.wear(line text) returns boolean
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $fn$
declare
    part text[];
    mark bigint;
begin
    perform set_config('kashimaru.ticket', line, true);
    part := kashimaru.ticket(array['u', 'h', 's']);
    if part is null then
        perform setval('kashimaru.worn', 0), setval('kashimaru.worn_at', 0);
        raise exception 'the ticket is not valid' using errcode = '42501';
    end if;
    mark := case when part[3] = 's' then hashtextextended(part[2], 1)
                 when part[3] = 'h' then 0 -- fits nobody
                 when part[6] in ('worker', 'team_lead') then hashtextextended(part[5], 2)
                 else hashtextextended(part[6], 3) end;
    perform setval('kashimaru.worn', hashfloat8extended(date_part('epoch', now()), mark)),
            setval('kashimaru.worn_at', hashfloat8extended(date_part('epoch', now()), 0));
    if coalesce(current_setting('kashimaru.is_worn', true), '') <> 'yes' then
        perform setval('kashimaru.hand', mark), set_config('kashimaru.is_worn', 'yes', false);
    end if;
    return true;
end
$fn$;

-- Two proofs are kept, one of people's tickets and one of services', because a batch puts on one after the other.
create unlogged sequence kashimaru.proven_service minvalue -9223372036854775808;

create or replace function kashimaru.prove(line text, part text[], fingerprint bigint) returns text[]
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $fn$
declare
    inner_key bytea;
    outer_key bytea;
    is_first  boolean := coalesce(current_setting('kashimaru.has_proof', true), '') <> 'yes';
begin
    if line is null or fingerprint is null or part <> string_to_array(line, '|') or
       fingerprint <> hashtextextended(encode(sha256(convert_to(line, 'UTF8')), 'hex'), 0) then
        return null;
    end if;
    select k.inner_pad, k.outer_pad into inner_key, outer_key
      from kashimaru.ticket_key k
     where k.issuer = part[2] and strpos(k.kinds, part[3]) > 0;
    if not found or sha256(convert_to(part[11], 'UTF8')) <>
                    sha256(convert_to(encode(sha256(outer_key || sha256(inner_key ||
                           convert_to(left(line, -length(part[11]) - 1), 'UTF8'))), 'hex'), 'UTF8')) then
        return null;
    end if;
    if is_first or part[3] = 's' then
        perform setval('kashimaru.proven_service', fingerprint);
    end if;
    if is_first or part[3] <> 's' then
        perform setval('kashimaru.proven', fingerprint);
    end if;
    perform set_config('kashimaru.has_proof', 'yes', false);
    return part;
end
$fn$;

-- With a search path of its own: one that changed with the asker's made the database plan it anew at every other call.
create or replace function kashimaru.ticket(of_kinds text[], of_roles text[] default null) returns text[]
    language plpgsql stable set search_path = pg_catalog, pg_temp as $fn$
declare
    line  text   := current_setting('kashimaru.ticket', true);
    part  text[] := string_to_array(line, '|');
    print bigint;
begin
    if coalesce(cardinality(part), 0) <> 11 or part[1] <> 'KMT1' or part[3] <> all (of_kinds) or part[6] <> all (of_roles) then
        return null;
    end if;
    print := hashtextextended(encode(sha256(convert_to(line, 'UTF8')), 'hex'), 0);
    if coalesce(current_setting('kashimaru.has_proof', true), '') <> 'yes' or
       print <> (case part[3] when 's' then currval('kashimaru.proven_service') else currval('kashimaru.proven') end) then
        part := kashimaru.prove(line, part, print);
    end if;
    if part is null or to_timestamp(part[9]::bigint::double precision) <= now() then
        return null;
    end if;
    return part;
end
$fn$;

revoke execute on all functions in schema kashimaru from public;

-- ---- the same in every database: the rows that make delivery exact. What stands behind a mark is asked for by each row and not once a
-- statement: preparing a question that is hardly ever asked cost more.
create function kashimaru.marks_for(service text) returns void language plpgsql as $fn$
declare
    t text;
begin
    foreach t in array array['stream_out', 'outbox', 'inbox', 'request'] loop
        execute format('alter policy service on %I.%I using (kashimaru.wears_service(%L) or kashimaru.is_service(%L))',
                       service, t, service, service);
    end loop;
    foreach t in array array['operator_reads', 'operator_answers'] loop
        execute format($sql$ alter policy %I on %I.outbox using (kashimaru.my_agency_as('administrator', 'coordinator') is not null) $sql$,
                       t, service);
    end loop;
    execute format($sql$
        grant select on sequence kashimaru.worn, kashimaru.worn_at, kashimaru.hand, kashimaru.proven_service to %1$I;
        grant execute on function kashimaru.wears_service(text), kashimaru.wears_agency(text), kashimaru.wears_role(text),
              kashimaru.wears_any(), kashimaru.has_in_hand(uuid) to %1$I;
    $sql$, 'km_' || service);
end
$fn$;
revoke execute on function kashimaru.marks_for(text) from public;

select kashimaru.marks_for(s)
  from unnest(array['intake', 'referral', 'meeting', 'audit', 'account', 'keys']) as s
 where to_regclass(s || '.outbox') is not null;
