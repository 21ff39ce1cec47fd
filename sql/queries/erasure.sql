-- Erasures: who asked, who agreed, how far each is. What goes and what stays is said by audit.erase and audit.blank (0024).

-- Whoever asks anew takes back what was asked of the case before and not agreed to.
-- name: erasure_drop :exec
-- in:   case_id uuid
-- plan: erasure_case
update audit.erasure set state = 'dropped' where case_id = $case_id and state in ('open_case', 'waiting');

-- name: erasure_add :exec 1
-- in:   id uuid, case_id uuid, kind enum(erasure_kind), ground enum(erasure_ground), basis text, by text, agency agency?, at time
insert into audit.erasure (id, case_id, kind, ground, basis, asked_by, asked_agency, asked_at)
values ($id, $case_id, $kind, $ground, $basis, $by, $agency, $at);

-- name: erasure_told :exec 1
-- in:   id uuid, case_id uuid, happened enum(happening), agency agency?, actor text, detail text, reason text, at time
insert into audit.event (case_id, happened, agency, actor, about, detail, reason, at)
values ($case_id, $happened, $agency, $actor, $id, $detail, $reason, $at);

-- Those whose case was closed by now.
-- name: erasures_closed :many 16
-- out:  id uuid, case_id uuid
-- plan: erasure_open
update audit.erasure e
   set state = 'waiting'
 where e.id in (select x.id from audit.erasure x
                 where x.state = 'open_case'
                   and exists (select from audit.event v where v.case_id = x.case_id and v.happened = 'case_closed')
                 order by x.asked_at limit 16 for update skip locked)
returning e.id, e.case_id;

-- name: erasure_agree :exec 1
-- in:   id uuid, case_id uuid, by text, agency agency?, at time
update audit.erasure e
   set state = 'running', agreed_by = $by, agreed_agency = $agency, agreed_at = $at,
       upto = coalesce((select max(v.id) from audit.event v where v.case_id = $case_id), 0)
 where e.id = $id and e.case_id = $case_id and e.state in ('open_case', 'waiting');

-- One of which everything that was there when its keys went is in the log, and has been taken into what auditors ask; then the turn of the
-- sequencer, which waits.
-- name: erasure_next :many 1
-- out:  id uuid, case_id uuid, kind enum(erasure_kind), ground enum(erasure_ground), asked_by text, asked_agency agency?, agreed_by text, agreed_agency agency?
-- plan: erasure_open
select e.id, e.case_id, e.kind, e.ground, e.asked_by, e.asked_agency, e.agreed_by, e.agreed_agency
  from audit.erasure e
 where e.state = 'running'
   and not exists (select from audit.event v, ledger.position p, audit.position a
                    where v.case_id = e.case_id and v.id <= e.upto and ((v.tx, v.id) > (p.tx, p.id) or (v.tx, v.id) > (a.tx, a.id)))
 order by e.agreed_at
 limit 1
   for update of e skip locked;

-- name: turn_wait :one
-- out:  is_mine bool
select true as is_mine from pg_advisory_xact_lock(7884563411);

-- The leaves of a case in stretches, in their order: in which log, from which to which.
-- name: erasure_leaves :many 4000
-- in:   case_id uuid, after i64
-- out:  log text, first i64, last i64, seq i64, leaves i64
select regexp_replace(max(s.origin), '^.*/', '') as log, min(e.idx) as first, max(e.idx) as last, max(e.seq) as seq, count(*) as leaves
  from (select x.shard, x.idx, x.seq, x.idx - row_number() over (partition by x.shard order by x.idx) as stretch
          from ledger.entry x
         where x.case_id = $case_id and x.seq > $after) e
  join ledger.shard s on s.shard = e.shard
 group by e.shard, e.stretch
 order by min(e.seq)
 limit 4000;

-- name: erasure_do :exec
-- in:   id uuid, last i64
select audit.erase($id, $last);

-- name: erasure_at :exec 1
-- in:   id uuid, state enum(erasure_state), leaves i64, last i64, at time?
update audit.erasure set state = $state, leaves = $leaves, last_seq = $last, done_at = $at where id = $id and state = 'running';

-- name: erasure_one :many 1
-- in:   id uuid
-- out:  case_id uuid, last i64
select case_id, last_seq as last from audit.erasure where id = $id and state = 'blanking' for update;

-- Entries whose payload is still there.
-- name: blank_next :many 40
-- in:   case_id uuid, after i64, last i64
-- out:  seq i64, sealed bytes
select seq, sealed
  from ledger.entry
 where case_id = $case_id and seq > $after and seq <= $last and length(sealed) > 0
 order by seq
 limit 40;

-- name: blank_put :exec
-- in:   id uuid, seqs i64[], sealeds bytes[]
select audit.blank($id, $seqs::bigint[], $sealeds::bytea[]);

-- name: erasure_end :exec 1
-- in:   id uuid, at time
update audit.erasure set state = 'done', done_at = $at where id = $id and state = 'blanking';

-- name: erasures_of :many 200
-- in:   case_id uuid?, all bool, most i64
-- out:  id uuid, case_id uuid, kind enum(erasure_kind), ground enum(erasure_ground), basis text, state enum(erasure_state), asked_by text, asked_at time, agreed_by text?, agreed_at time?, done_at time?, leaves i64?
-- plan: erasure_asked
select id, case_id, kind, ground, basis, state, asked_by, asked_at, agreed_by, agreed_at, done_at, leaves
  from audit.erasure
 where ($case_id::uuid is null or case_id = $case_id) and ($all or state not in ('done', 'dropped'))
 order by asked_at desc, id
 limit $most;
