-- What the ledger keeps of a case is sealed under that case's log key and salted with it. Destroying the key (sealed becomes null, and
-- stays so) leaves of the case only leaves that nobody can tell from others; a destroyed one is never made anew.
create table keys.log_key (
    case_id      uuid        primary key,
    sealed       bytea       check (length(sealed) = 72),
    made_at      timestamptz not null,
    destroyed_at timestamptz,
    constraint log_key_ends check ((sealed is null) = (destroyed_at is not null))
);
create function keys.log_key_ends() returns trigger language plpgsql as $fn$
begin
    if old.destroyed_at is not null or new.destroyed_at is null then
        raise exception 'a log key is never replaced' using errcode = '42501';
    end if;
    return new;
end
$fn$;
create trigger ends before update on keys.log_key for each row execute function keys.log_key_ends();

grant select, insert on keys.log_key to km_keys;
grant update (sealed, destroyed_at) on keys.log_key to km_keys;
select kashimaru.secure('keys.log_key');
create policy the_service on keys.log_key to km_keys using (kashimaru.wears_service('keys') or kashimaru.is_service('keys'));
create policy administrator on keys.log_key to km_keys
 using (kashimaru.wears_role('administrator') or kashimaru.my_role() = 'administrator');

-- Whoever opens the sealed events of a case leaves a row of its own kind.
alter table keys.reading drop constraint reading_kind_check;
alter table keys.reading add constraint reading_kind_check check (kind in ('open', 'read', 'write', 'emergency', 'ledger'));
