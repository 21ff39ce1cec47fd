-- outcome: what the database says to a statement of one role: 'ok', or the SQLSTATE. Deferred constraints are asked at once, as COMMIT
-- would. A statement that failed has changed nothing.
create function tap.outcome(who name, statement text) returns text language plpgsql as $fn$
begin
    execute format('set local role %I', who);
    execute statement;
    set constraints all immediate;
    set constraints all deferred;
    reset role;
    return 'ok';
exception when others then
    return sqlstate;
end
$fn$;

-- privileges: every privilege anyone but the owner holds on a table, view or sequence of ours, a letter each (S I U D, others spelt
-- out); privileges on single columns as table(column).
create view tap.privileges as
with held as (
    select n.nspname || '.' || c.relname as thing, a.grantee, a.privilege_type
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
     cross join aclexplode(c.relacl) a
     where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and a.grantee <> c.relowner
       and n.nspname !~ '^(pg_|information_schema$|tap$)'
    union all
    select n.nspname || '.' || c.relname || '(' || t.attname || ')', a.grantee, a.privilege_type
      from pg_attribute t
      join pg_class c on c.oid = t.attrelid
      join pg_namespace n on n.oid = c.relnamespace
     cross join aclexplode(t.attacl) a
     where a.grantee <> c.relowner and n.nspname !~ '^(pg_|information_schema$|tap$)'
)
select thing, coalesce(r.rolname, 'public')::text as who,
       string_agg(case h.privilege_type when 'SELECT' then 'S' when 'INSERT' then 'I' when 'UPDATE' then 'U' when 'DELETE' then 'D'
                                        else ' ' || h.privilege_type end, ''
                  order by array_position(array['SELECT', 'INSERT', 'UPDATE', 'DELETE'], h.privilege_type)) as may
  from held h
  left join pg_roles r on r.oid = h.grantee
 group by 1, 2;

-- usages: who but the owner may use which schema.
create view tap.usages as
select n.nspname::text as schema, coalesce(r.rolname, 'public')::text as who, a.privilege_type
  from pg_namespace n
 cross join aclexplode(n.nspacl) a
  left join pg_roles r on r.oid = a.grantee
 where a.grantee <> n.nspowner and n.nspname !~ '^(pg_|information_schema$|tap$)';

-- Every table of ours.
create view tap.tables as
select n.nspname::text as schema, n.nspname || '.' || c.relname as name
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p') and n.nspname in ('intake', 'referral', 'meeting', 'audit', 'directory', 'keys', 'kashimaru');
