-- What was written stays as it was, for every writer, the owner of the schemas too: a correction is a new row. Replayed after the
-- migrations, so that a table made anew has its guard again.
create or replace function kashimaru.append_only() returns trigger language plpgsql as $fn$
begin
    raise exception 'rows of %.% are never changed or deleted', tg_table_schema, tg_table_name using errcode = '42501';
end
$fn$;

-- The history and the ledger are append-only, too, but for an erasure two people agreed to (audit.erase, audit.blank); and then a leaf stays
-- what and where it is, and of a row of the history stays whose and when it was.
create or replace function kashimaru.append_only_but_erased() returns trigger language plpgsql as $fn$
begin
    if tg_relid = 'audit.event'::regclass then
        if tg_op = 'DELETE' then
            if audit.is_erasing(old.case_id, 'full') then
                return old;
            end if;
        elsif audit.is_erasing(old.case_id, 'payload')
              and to_jsonb(new) - array['actor', 'about', 'reason', 'trace', 'due', 'request', 'detail']
                = to_jsonb(old) - array['actor', 'about', 'reason', 'trace', 'due', 'request', 'detail']
              and num_nonnulls(new.actor, new.about, new.reason, new.trace, new.due, new.request) = 0
              and (new.detail is null or new.detail = old.detail) then
            return new;
        elsif new.tx in ('3', '4') and to_jsonb(new) - 'tx' = to_jsonb(old) - 'tx' and ledger.is_put_behind(old.id) then
            return new; -- a dump was read in
        end if;
    elsif tg_op = 'UPDATE' then
        if audit.is_erasing(old.case_id, 'payload') and to_jsonb(new) - 'sealed' = to_jsonb(old) - 'sealed'
           or audit.is_erasing(old.case_id, 'full') and length(new.sealed) = 0
              and (new.shard, new.idx, new.case_id, new.seq, new.leaf, new.sequenced_at)
                = (old.shard, old.idx, old.case_id, old.seq, old.leaf, old.sequenced_at) then
            return new;
        elsif new.shard > old.shard and to_jsonb(new) - array['shard', 'idx'] = to_jsonb(old) - array['shard', 'idx']
              and ledger.is_left(old.shard, old.idx) then
            return new; -- carried over; ledger.entries_carried looks at all of them
        end if;
    end if;
    raise exception 'rows of %.% are never changed or deleted', tg_table_schema, tg_table_name using errcode = '42501';
end
$fn$;

do $do$
declare
    t text;
begin
    foreach t in array array['intake.reception', 'intake.record', 'intake.note', 'intake.person', 'intake.duplicate_decision',
                             'referral.disclosure', 'account.sign_in_log', 'account.host_log', 'ledger.head',
                             'audit.lead_proof'] loop
        execute format('create or replace trigger append_only before update or delete on %s for each row execute function kashimaru.append_only()',
                       t::regclass);
    end loop;
    foreach t in array array['audit.event', 'ledger.entry'] loop
        execute format('create or replace trigger append_only before update or delete on %s for each row execute function kashimaru.append_only_but_erased()',
                       t::regclass);
    end loop;
end
$do$;
