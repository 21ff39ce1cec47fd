-- What was written stays as it was, for every writer, the owner of the schemas too: a correction is a new row. Replayed after the
-- migrations, so that a table made anew has its guard again.
create or replace function kashimaru.append_only() returns trigger language plpgsql as $fn$
begin
    raise exception 'rows of %.% are never changed or deleted', tg_table_schema, tg_table_name using errcode = '42501';
end
$fn$;

create or replace trigger append_only before update or delete on audit.event
    for each row execute function kashimaru.append_only();
create or replace trigger append_only before update or delete on intake.reception
    for each row execute function kashimaru.append_only();
create or replace trigger append_only before update or delete on intake.record
    for each row execute function kashimaru.append_only();
create or replace trigger append_only before update or delete on intake.note
    for each row execute function kashimaru.append_only();
create or replace trigger append_only before update or delete on referral.disclosure
    for each row execute function kashimaru.append_only();
create or replace trigger append_only before update or delete on account.sign_in_log
    for each row execute function kashimaru.append_only();
create or replace trigger append_only before update or delete on intake.person
    for each row execute function kashimaru.append_only();
create or replace trigger append_only before update or delete on intake.duplicate_decision
    for each row execute function kashimaru.append_only();
create or replace trigger append_only before update or delete on account.host_log
    for each row execute function kashimaru.append_only();
