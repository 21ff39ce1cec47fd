-- The keys' own rows are the service's to move, under its own ticket; with the mark of 0004 that is asked once in a transaction. Policies are
-- tried from the last name to the first: the one that nearly always suffices has the last.
do $do$
declare
    t text;
begin
    foreach t in array array['agency_key', 'escrow', 'epoch', 'wrap', 'participant', 'emergency', 'reading', 'tally', 'many_told',
                             'person_index', 'erasure_wish', 'case_key'] loop
        execute format('alter policy a_service on keys.%I rename to the_service', t);
        execute format($sql$ alter policy the_service on keys.%I
            using (kashimaru.wears_service('keys') or kashimaru.is_service('keys')) $sql$, t);
    end loop;
    foreach t in array array['agency_key', 'escrow', 'epoch', 'wrap', 'participant', 'erasure_wish'] loop
        execute format($sql$ alter policy administrator on keys.%I
            using (kashimaru.wears_role('administrator') or kashimaru.my_role() = 'administrator') $sql$, t);
    end loop;
    foreach t in array array['agency_key', 'escrow', 'epoch', 'wrap'] loop
        execute format($sql$ alter policy auditor on keys.%I
            using (kashimaru.wears_role('auditor') or kashimaru.my_role() = 'auditor') $sql$, t);
    end loop;
end
$do$;
alter policy case_exists on keys.epoch using (kashimaru.my_role() in ('worker', 'team_lead', 'coordinator'));
alter policy own_participation on keys.participant using (kashimaru.wears_agency(agency) or agency = kashimaru.my_agency());
alter policy own_reading on keys.reading
    with check (agency = kashimaru.my_agency() and user_name = kashimaru.my_user());

-- A case is locked by an advisory lock.
revoke update (why) on keys.epoch from km_keys;
