-- name: history_of :many 300
-- in:   id uuid, after time
-- out:  at time, happened enum(happening), source text, agency agency?, actor text?, counterpart agency?, about uuid?, detail text?, reason text?
-- plan: event_case
select at, happened, regexp_replace(source, '^km_', '') as source, agency, actor, counterpart, about, detail, reason
  from audit.event
 where case_id = $id and at > $after
 order by at, id
 limit 300;
