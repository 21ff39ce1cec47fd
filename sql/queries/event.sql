-- The history: every service may add to it and none but audit may read it. The database stamps who wrote.

-- name: event_put :exec
-- in:   cases uuid[], whats text[], agencies text[], actors text[], counterparts text[], abouts uuid[], details text[], reasons text[], traces text[], ats time[]
insert into audit.event (case_id, happened, agency, actor, counterpart, about, detail, reason, trace, at)
select w.case_id, w.happened, nullif(w.agency, ''), nullif(w.actor, ''), nullif(w.counterpart, ''),
       nullif(w.about, '00000000-0000-0000-0000-000000000000'), nullif(w.detail, ''), nullif(w.reason, ''),
       nullif(w.trace, ''), w.at
  from unnest($cases::uuid[], $whats::text[], $agencies::text[], $actors::text[], $counterparts::text[], $abouts::uuid[],
              $details::text[], $reasons::text[], $traces::text[], $ats::timestamptz[])
       as w(case_id, happened, agency, actor, counterpart, about, detail, reason, trace, at);
