-- What was written stays as it was, for every writer, the owner of the schemas too: a correction is a new row. Replayed after the
-- migrations, so that a table made anew has its guard again.
create or replace function kashimaru.append_only() returns trigger language plpgsql as $fn$
begin
    raise exception 'rows of %.% are never changed or deleted', tg_table_schema, tg_table_name using errcode = '42501';
end
$fn$;

do $do$
declare
    t text;
begin
    foreach t in array array['audit.event', 'intake.reception', 'intake.record', 'intake.note', 'intake.person', 'intake.duplicate_decision',
                             'referral.disclosure', 'account.sign_in_log', 'account.host_log', 'ledger.entry', 'ledger.head'] loop
        execute format('create or replace trigger append_only before update or delete on %s for each row execute function kashimaru.append_only()',
                       t::regclass);
    end loop;
end
$do$;
