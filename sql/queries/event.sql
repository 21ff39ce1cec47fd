-- The history: every service may add to it and none but audit may read it. The database stamps who wrote.

-- requests is empty when no row has one (nearly always), else as long as the others: unnest fills up with null.
-- name: event_put :exec
-- in:   cases uuid[], whats text[], agencies text[], actors text[], counterparts text[], abouts uuid[], details text[], reasons text[], traces text[], dues time[], ats time[], requests bytes[]
insert into audit.event (case_id, happened, agency, actor, counterpart, about, detail, reason, trace, due, at, request)
select w.case_id, w.happened, nullif(w.agency, ''), nullif(w.actor, ''), nullif(w.counterpart, ''),
       nullif(w.about, '00000000-0000-0000-0000-000000000000'), nullif(w.detail, ''), nullif(w.reason, ''),
       nullif(w.trace, ''), nullif(w.due, 'epoch'), w.at, nullif(w.request, '')
  from unnest($cases::uuid[], $whats::text[], $agencies::text[], $actors::text[], $counterparts::text[], $abouts::uuid[],
              $details::text[], $reasons::text[], $traces::text[], $dues::timestamptz[], $ats::timestamptz[], $requests::bytea[])
       as w(case_id, happened, agency, actor, counterpart, about, detail, reason, trace, due, at, request);
