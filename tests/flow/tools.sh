#!/usr/bin/env bash
# The command line as operators use it: its exit codes, its reports, its refusals, and what becomes of a message that cannot be delivered.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

HOUSEHOLD=$FLOW_ROOT/tests/flow/households/01-8050.json

# run CODE NAME word…: a command, its exit code; sets OUT and ERR
run()
{
    local want=$1 name=$2 got
    shift 2
    ctl "$@" >"$FLOW_DIR/out" 2>"$FLOW_DIR/err"
    got=$?
    OUT=$(cat "$FLOW_DIR/out")
    ERR=$(cat "$FLOW_DIR/err")
    if [ "$got" = "$want" ]; then ok "$name"; else bad "$name" "wanted $want, got $got: $OUT $ERR"; fi
}

# says NAME PATTERN: what the last command said on stderr
says()
{
    yes "$1" grep -qE -- "$2" <<<"$ERR"
}

# shown NAME JQ: what the last command put out is JSON that makes the filter true
shown()
{
    BODY=$OUT
    holds "$1" "$2"
}

tools_codes()
{
    run 0 'version' --version
    run 0 'help' --help
    run 0 'help of a request' case open --help
    run 64 'a command nobody knows' case steal
    run 64 'an option nobody knows' case list --fast
    run 64 'queue status takes nothing' queue status intake
    run 65 'nobody asks' case list
    run 65 'a field nobody knows' case list wind=east --as w@A056:worker
    run 66 'a case there is not' case show "$(uuid)" --as w@A056:worker
    run 66 'a folder there is not' directory load /nowhere
    run 77 'a role that may not' case list --as w@A001:administrator
    run 0 'settings' settings
    printf '%s\n' "$(as_owner cat "$KM_CONF")" 'gateway.prot = 1' | put_file "$KM_STATE/wrong.conf" 0600
    as_owner "$KM_APP/bin/kashimaru" settings --config "$KM_STATE/wrong.conf" >"$FLOW_DIR/out" 2>"$FLOW_DIR/err"
    same 'a setting nobody knows: 78' 78 "$?"
    ERR=$(cat "$FLOW_DIR/err")
    says 'named with file and line' "wrong.conf:$(as_owner wc -l <"$KM_STATE/wrong.conf" | tr -d ' '): .*gateway\.prot"
}

tools_case()
{
    local case_id ref_id
    jq -c '{channel, area, age_band, needs, urgency, consent, sealed}' "$HOUSEHOLD" | put_file "$KM_STATE/case.json" 0600
    run 0 'a consultation by file' case open --file "$KM_STATE/case.json" --as w@A056:worker --json
    shown 'its answer is JSON' '.lead == "A056"'
    case_id=$(get .case_id)
    FLOW_CASE=$case_id
    drain
    run 0 'a referral' referral draft "$case_id" kind=transfer to=A062 needs=poverty items=narrative basis=consent send=true --as w@A056:worker --json
    ref_id=$(get .ref_id <<<"$OUT") && ref_id=$(jq -r .ref_id <<<"$OUT")
    run 0 'accepted' referral accept "$ref_id" --as w@A062:worker --json
    shown 'the baton moved' '.lead == "A062"'
    run 10 'accepted twice' referral accept "$ref_id" --as w@A062:worker
    says 'why, in both languages, with what it takes' 'accepted.*start'
    run 0 'who holds it' case custody "$case_id" --as w@A062:worker
    yes 'for people, too' grep -q A062 <<<"$OUT"
    run 65 'a slip of the pen costs no round trip' referral draft "$case_id" kind=gift --as w@A056:worker
}

tools_tables()
{
    run 0 'the transition table' rules
    yes 'has every row' test "$(grep -c 'offered' <<<"$OUT")" -ge 5
    run 0 'the schema' schema
    shown 'is JSON Schema' '."$schema" == "https://json-schema.org/draft/2020-12/schema" and (.components.schemas | length > 80 and has("case_open"))'
    run 0 'one message' schema case_open
    shown 'with its fields' '.properties | has("area") and has("sealed")'
    run 66 'a message there is not' schema case_steal
    run 0 'the frozen names' schema --frozen
    same 'are the ones of the tree' '' "$(diff <(printf '%s\n' "$OUT") <(grep -v '^#' "$FLOW_ROOT/tests/lint/frozen.txt") | head -n 5)"
    same 'the manual has every setting and its default' \
        "$(sed -nE 's/^(TEXT|NUM)_KEY\([a-z_]+, "([^"]+)", "?([^",]*)"?, .*/\2 \3/p' "$FLOW_ROOT/include/svc/settings.def" | sed 's/ $/ empty/' | sort)" \
        "$(sed -nE '/^\.Ss Settings/,/^\.Sh ENV/s/^\.It Cm ([a-z._]+) Pq (.*)/\1 \2/p' "$FLOW_ROOT/services/ctl/kashimaru.1" | sort)"
    run 0 'who runs' status --json
    shown 'everybody' '.children | length == 13 and all(.[]; .program == "kashimaru" or .pid > 0)'
    run 0 'the doctor' doctor --json
    shown 'finds nothing wrong' '.checks | length > 20 and all(.[]; .result != "不可")'
    if command -v mandoc >/dev/null; then
        yes 'the manual renders' sh -c 'mandoc -T utf8 -K utf-8 "$1" | grep -q kashimaru' sh "$FLOW_ROOT/services/ctl/kashimaru.1"
        same 'without a complaint' '' "$(mandoc -T lint -W error "$FLOW_ROOT/services/ctl/kashimaru.1" 2>&1)"
    fi
}

# loaded FILTER: of all files of the last load together
loaded()
{
    jq -s "map(.$1) | add" <<<"$OUT"
}

tools_catalogue()
{
    local seed=$FLOW_DIR/seed line
    run 0 'the catalogue again' directory load "$KM_APP/share/kashimaru/sql/seed" --json
    same 'adds nothing' 0 "$(loaded added)"
    same 'changes nothing' 0 "$(loaded changed)"
    same 'refuses nothing' 0 "$(loaded rejected)"
    cp -r "$FLOW_ROOT/sql/seed" "$seed"
    head -n 1 "$FLOW_ROOT/sql/seed/agencies.jsonl" | jq -c '.wind = "east"' >>"$seed/agencies.jsonl"
    line=$(wc -l <"$seed/agencies.jsonl")
    head -n 1 "$FLOW_ROOT/sql/seed/needs.jsonl" | sed 's/"field":"health"/"field":5/' >>"$seed/needs.jsonl"
    chmod -R a+rX "$seed"
    run 65 'a catalogue with bad lines' directory load "$seed" --json
    says 'names the first with its number and why' "^agencies\.jsonl:$line: .*wind"
    says 'and the second' "^needs\.jsonl:$(wc -l <"$seed/needs.jsonl"): .*field"
    same 'just these' 2 "$(loaded rejected)"
    same 'and changed nothing else' 0 "$(loaded changed)"
}

# A message the receiver refuses: a case that is opened there for the second time.
tools_queue()
{
    local id end
    id=$(uuid)
    sql "with s as (update intake.stream_out set last_seq = last_seq + 1 where dest = 'referral' and key = '$FLOW_CASE' returning last_seq)
        insert into intake.outbox (dest, key, seq, id, type, payload, actor, role, agency, trace, sent_at, next_try, attempts)
        select 'referral', '$FLOW_CASE', last_seq, '$id', 'case_opened', jsonb_build_object('case_id', '$FLOW_CASE', 'received_by', 'A056',
            'received_at', '2026-11-01T10:00:00Z', 'area', 'north', 'age_band', 'adult', 'needs', array['poverty'], 'urgency', 'routine',
            'consent', 'given')::text, 'worker', 'worker', 'A056', '', now(), now(), $1 from s"
    end=$((SECONDS + FLOW_AWAIT_SECONDS))
    run_quiet queue parked --json
    while [ "$(jq -r '.answer.messages[]?.id' <<<"$OUT")" != "$id" ] && [ "$SECONDS" -lt "$end" ]; do
        sleep 0.1
        run_quiet queue parked --json
    done
    same 'a message that is refused too often is parked' "$id" "$(jq -r '.answer.messages[]?.id' <<<"$OUT")"
    BODY=$(jq -c '.answer.messages[]?' <<<"$OUT")
    holds 'with its reason' '.why != "" and .to == "referral" and .type == "case_opened"'
    run 0 'the queues show it' queue status
    yes 'under its service' grep -qE '^intake +referral +1 +1 ' <<<"$OUT"
    run 66 'another cannot be sent again' queue retry intake "$(uuid)"
    run 65 'nothing is skipped without a reason' queue skip intake "$id"
    run 77 'not by a worker' queue skip intake "$id" reason=test --as w@A056:worker
    run 0 'sent again' queue retry intake "$id"
    sql "update intake.outbox set parked_at = now() where id = '$id'" # instead of the half minute its tries take
    run 0 'and skipped, with a reason' queue skip intake "$id" reason=二重の登録のため
    yes 'then nothing waits' drain
    api GET "/cases/$FLOW_CASE/history" as A001/auditor
    await_holds '[.events[].happened] | index("skipped")' GET "/cases/$FLOW_CASE/history" as A001/auditor
    holds 'and the history has the reason' 'any(.events[]; .happened == "skip_requested" and .reason == "二重の登録のため")'
    api GET "/cases/$FLOW_CASE/custody" as A062
    holds 'the case itself is as it was' '.lead == "A062" and .version == 2'
}

run_quiet()
{
    OUT=$(ctl "$@" 2>/dev/null)
}

# A database of another version than the programs: neither side touches it.
tools_versions()
{
    local now
    run 0 'the versions of the databases' db status
    now=$(sql 'select max(number) from kashimaru.migration')
    run 0 'brought up to date: nothing to do' db migrate
    sql "insert into kashimaru.migration select (jsonb_populate_record(m, jsonb_build_object('number', $now + 1))).*
        from kashimaru.migration m where number = $now"
    refuses newer $((now + 1)) "$now"
    sql "delete from kashimaru.migration where number = $now + 1;
        create table kashimaru.kept as select * from kashimaru.migration where number = $now; delete from kashimaru.migration where number = $now"
    refuses older $((now - 1)) "$now"
    sql 'insert into kashimaru.migration select * from kashimaru.kept; drop table kashimaru.kept'
    run 0 'and as it was' db status
}

# refuses WHAT DATABASE PROGRAM
refuses()
{
    run 1 "$1: db status sees it" db status
    yes "$1: and says both versions" grep -qE "版 $2.*版 $3" <<<"$OUT"
    as_owner "$KM_APP/bin/kashimaru-intake" --config "$KM_CONF" --instance 9 >"$FLOW_DIR/out" 2>&1
    same "$1: a service refuses to start" 78 "$?"
    yes "$1: saying both versions" grep -qE "at version $2, the program at $3" "$FLOW_DIR/out"
    [ "$1" != newer ] || run 76 'newer: nothing is migrated back' db migrate
}

flow_start
tools_codes
tools_case
tools_tables
tools_catalogue
tools_queue 20
tools_versions
as_owner "$KM_APP/bin/kashimaru" status --set "state=$KM_STATE/none" >/dev/null 2>&1
same 'where nothing runs' 75 "$?"
flow_end
