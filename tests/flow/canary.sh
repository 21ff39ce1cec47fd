#!/usr/bin/env bash
# What people tell stays sealed, and what opens a door is kept nowhere: words that occur nowhere else are told at every place where one
# can tell something, on good ways and on bad ones, through every story; every token, code and key that was given out is written down.
# Then all of it is looked for, byte by byte and in every dress, in whatever the installation leaves on a disk.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=tests/flow/lib_story.sh
. "$FLOW_ROOT/tests/flow/lib_story.sh"
# shellcheck source=tests/flow/lib_account.sh
. "$FLOW_ROOT/tests/flow/lib_account.sh"

PASSWORD='karasu ga sando naita 7391'
LATER='karasu ga yondo naita 7391'
GUESSED='karasu-guessed-password-7391'
CANARIES=(鴉太郎 カラスタロウ からすたろう ｶﾗｽﾀﾛｳ 鴉が三度鳴いた canary-narrative-9f3c 架空市鴉町七丁目 000-7391-0042 00073910042 鴉の姉 1931-07-31 19310731
    鴉次郎 カラスジロウ からすじろう 鴉の通称 旧姓鴉山 昭和6年8月13日 1931-08-13 19310813 架空市鴉町八丁目 000-7391-0099 00073910099 鴉印刷所 鴉小学校
    鴉の避難所 鴉が鳴く夜に架電 鴉に追われている 鴉の隣人 000-7391-0055 鴉を見た人 鴉は電話に出ない 鴉の間三番 鴉の議題 鴉の安否を今夜 鴉の件は必要な閲覧
    姉に電話。本人は戸口 姉ではなく叔母だった 打診中の機関からの記録 架空会議室3 世帯の支え方 本人は就労訓練に通い 支援終了後の記録)
SECRETS=("$PASSWORD" "$LATER" "$GUESSED" 'KMT1|account|u|' 'KMT1|'{intake,referral,meeting,audit,account,keys}'|s|')
TOLD=$(jq -c '{channel, area, age_band, needs, urgency, consent, sealed: {narrative: "鴉が三度鳴いた canary-narrative-9f3c", name: "架空 鴉太郎",
    kana: "カクウ カラスタロウ", birth_date: "1931-07-31", address: "架空市鴉町七丁目", phone: "000-7391-0042", visitor: "鴉の姉"}}' "$HOUSEHOLD")

# Compression would hide a word as well as sealing does.
flow_before()
{
    printf 'wal_compression = off\nautovacuum = off\n' | put_file "$KM_STATE/pg/kashimaru.local.conf" 0600
}

# ---- telling ------------------------------------------------------------------

# tell_all: the good ways
tell_all()
{
    api POST /cases "$TOLD" as A056 key canary-open
    CASE=$(get .case_id)
    api POST /cases "$TOLD" as A056 key canary-open
    await 200 GET "/cases/$CASE/custody" as A056
    draft "$CASE" transfer A062 narrative,identity,contact true as A056
    await 200 GET "/cases/$CASE" as A062
    holds 'told: the receiver reads it' '.sealed.name == "架空 鴉太郎" and .sealed.phone == "000-7391-0042"'
    act accept as A062
    note '鴉は電話に出ない' A056
    drain # whom the case is with now is known where meetings are called
    api POST "/cases/$CASE/meetings" '{}' as A056
    MEETING=$(get .id)
    await 200 GET "/meetings/$MEETING" as A056
    api POST "/meetings/$MEETING/availability" "$(windows 10:00 12:00)" as A062
    api POST "/meetings/$MEETING/availability" "$(windows 10:00 12:00)" as A001
    api GET "/meetings/$MEETING/slots" as A056
    api POST "/meetings/$MEETING/fix" "$(jq -c '{starts: .slots[0].starts, ends: .slots[0].ends, basis: "swa_106_6",
        sealed: {place: "鴉の間三番", agenda: "鴉の議題"}}' <<<"$BODY")" as A056
    holds 'told: the meeting is fixed' '.state == "fixed"'
    api GET "/meetings/$MEETING" as A062
    holds 'told: the place, too' '.sealed.place == "鴉の間三番"'
    await_holds '.sealed.notes | length == 1' GET "/cases/$CASE" as A062
    holds 'told: and the note' '.sealed.notes[0].text == "鴉は電話に出ない"'
    printf '%s' "$TOLD" | put_file "$FLOW_DIR/s/told.json" 0600
    ctl case open --file "$KM_STATE/told.json" --as w@A056:worker >/dev/null
    ctl case open --file "$KM_STATE/told.json" wind=east --as w@A056:worker >"$FLOW_DIR/err" 2>&1
    same 'told: what the command line refuses' 65 "$?"
    as_owner rm "$KM_STATE/told.json"
    yes 'what it says of that does not repeat it' sh -c '! grep -qE "鴉|canary" "$1"' sh "$FLOW_DIR/err"
}

# tell_household: who lives there, who is in danger, who reported
tell_household()
{
    local child
    api POST "/cases/$CASE/people" '{"relation":"child","sealed":{"name":"架空 鴉次郎","kana":"カクウ カラスジロウ","alias":"鴉の通称","former_name":"旧姓鴉山",
        "birth_date":"昭和6年8月13日","address":"架空市鴉町八丁目","phone":"000-7391-0099","workplace":"鴉印刷所","school":"鴉小学校","shelter":"鴉の避難所",
        "safe_contact":"鴉が鳴く夜に架電"}}' as A056 key "$(uuid)"
    expect 201 'told: a member of the household'
    child=$(get .id)
    api POST "/cases/$CASE/people/$child/protection" '{"sealed":{"is_on":true,"named":["worker-A062@A062"],"reason":"鴉に追われている"}}' as A056 key "$(uuid)"
    expect 200 'told: who is protected'
    api POST "/cases/$CASE/people/$child/protection" '{"sealed":{"is_on":true,"named":[],"reason":"鴉に追われている"}}' as A056 key "$(uuid)"
    expect 200 'told: and still'
    api POST "/cases/$CASE/notifier" '{"sealed":{"name":"鴉の隣人","contact":"000-7391-0055","relation":"鴉を見た人","named":[]}}' as A056 key "$(uuid)"
    expect 200 'told: who reported'
    api GET "/cases/$CASE/notifier" as A056
    api GET "/cases/$CASE/people" as A056
    holds 'told: it can be read' "any(.sealed.people[]; .person_id == \"$child\" and .shelter == \"鴉の避難所\")"
    await_holds '.duplicates | length > 0' GET /duplicates as A001/coordinator
    holds 'told: the same person is found in other cases' '.duplicates | length > 0'
    api POST "/duplicates/$(get '.duplicates[0].duplicate_id')/merged" '{"reason":"一致"}' as A001/coordinator key "$(uuid)"
    expect 200 'told: and taken for one'
}

# tell_withdrawn: a consent that ends, a recall that is answered
tell_withdrawn()
{
    api GET "/cases/$CASE/consents" as A056
    api POST "/consents/$(get '.consents[0].consent_id')/withdraw" '{"reason":"person_declined"}' as A056 key "$(uuid)"
    holds 'told: a consent is withdrawn' '.state == "withdrawn"'
    await_holds '.recalls | length > 0' GET /recalls as A062
    api POST "/recalls/$(get '.recalls[0].recall_id')/ack" '{"outcome":"returned"}' as A062 key "$(uuid)"
    holds 'told: its recall is answered' '.state == "done"'
}

# tell_emergency: words for it, and what its review found
tell_emergency()
{
    local id
    api POST "/cases/$CASE/break-glass" '{"reason":"life","text":"鴉の安否を今夜のうちに確かめる必要があるため"}' as A072 key "$(uuid)"
    expect 200 'told: why the glass was broken'
    await 200 GET "/cases/$CASE" as A072
    await_holds 'any(.reviews[]; .text | contains("鴉の安否を今夜"))' GET /reviews as A001/auditor
    holds 'told: the auditor reads it' "any(.reviews[]; .case_id == \"$CASE\" and (.text | contains(\"鴉の安否を今夜\")))"
    id=$(get ".reviews[] | select(.case_id == \"$CASE\") | .id")
    api POST "/reviews/$id" '{"outcome":"justified","text":"鴉の件は必要な閲覧"}' as A001/auditor key "$(uuid)"
    expect 200 'told: what the review found'
    api GET '/reviews?all=true' as A001/auditor
    holds 'told: and it can be read' 'any(.reviews[]; .finding == "鴉の件は必要な閲覧")'
    api GET "/cases/$CASE/readings" as A001/auditor
}

# tell_rotated: new epochs, new agency keys, an escrow key; all that was written before is still read
tell_rotated()
{
    local body
    for body in "{\"public_key\":\"$(head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n')\"}" "{\"case_id\":\"$CASE\"}" '{"agency":"A056"}' '{"agency":"A062"}' "{\"case_id\":\"$CASE\"}"; do
        api POST "/keys/$(jq -r 'if .public_key then "escrow" else "rotate" end' <<<"$body")" "$body" as A001/administrator key "$(uuid)"
        yes "rotated: $(jq -r 'keys[0]' <<<"$body")" test "${STATUS:0:2}" = 20
    done
    note '鴉は電話に出ない' A056
    await_holds '.sealed.notes | length == 2' GET "/cases/$CASE" as A062
    holds 'rotated: old and new are read' '(.sealed.notes | length) == 2 and .sealed.narrative == "鴉が三度鳴いた canary-narrative-9f3c"'
}

# tell_secrets: an account's whole life; whatever it was given is written down
tell_secrets()
{
    local word
    api POST /users '{"user":"yobune","agency":"A072","roles":["worker"]}' as A001/administrator key canary-invite
    SECRETS+=("$(get .sealed.token)")
    api POST /users '{"user":"yobune","agency":"A072","roles":["worker"]}' as A001/administrator key canary-invite
    api POST /users '{"user":"yobune","agency":"A072","roles":["worker"]}' as A001/administrator key "$(uuid)"
    SECRETS+=("$(get .sealed.token)")
    enrol_all "$(get .sealed.token)" "$PASSWORD"
    expect 200 'secrets: enrolled'
    SECRETS+=("$TOTP")
    # shellcheck disable=SC2206 # ten codes, without spaces
    SECRETS+=($RECOVERY)
    forget_code yobune
    sign_in yobune "$PASSWORD" "$(totp "$TOTP")" worker
    expect 200 'secrets: signed in'
    SECRETS+=("$TOKEN")
    api GET /cases as "token:$TOKEN"
    api POST /session/fresh "$(jq -cn --arg code "${RECOVERY%% *}" '{sealed: $ARGS.named}')" as "token:$TOKEN"
    expect 200 'secrets: a recovery code'
    forget_code yobune
    api POST /password "$(jq -cn --arg old "$PASSWORD" --arg new "$LATER" --arg code "$(totp "$TOTP")" '{sealed: $ARGS.named}')" as "token:$TOKEN" key "$(uuid)"
    expect 200 'secrets: another password'
    forget_code yobune
    from
    api POST /session "$(jq -cn --arg password "$LATER" --arg code "$(totp "$TOTP")" '{sealed: ({user: "yobune"} + $ARGS.named)}')" as nobody with "$FROM"
    expect 200 'secrets: signed in by browser'
    SECRETS+=("$(sed -n 's/^set-cookie: __Host-kashimaru=\([^;]*\);.*/\1/Ip' "$FLOW_HEAD" | tr -d '\r')" "$(get .sealed.csrf)")
    sign_in yobune "$GUESSED" 000000 worker
    expect 403 'secrets: a wrong password'
    sign_in "$GUESSED" "$LATER" 000000 worker
    expect 403 'secrets: a password in the place of the name'
    SECRETS+=("$(as_owner cat "$KM_STATE/passphrase")")
    for word in "$FLOW_DIR"/token-*; do
        SECRETS+=("$(cat "$word")")
    done
}

# tell_badly: refused for every kind of reason; no refusal repeats what was told
tell_badly()
{
    local body
    : >"$FLOW_DIR/refusals"
    for body in "${TOLD%?}" "$TOLD$TOLD" "$(jq -c '.sealed.phone = 7' <<<"$TOLD")" "$(jq -c '.sealed["鴉太郎"] = "鴉が三度鳴いた"' <<<"$TOLD")" \
        "$(jq -c '.area = "架空市鴉町七丁目"' <<<"$TOLD")" "$(jq -c '.sealed.name = "鴉太郎" * 100' <<<"$TOLD")" \
        "$(jq -c '.sealed.birth_date = "鴉太郎鴉太郎鴉太郎鴉太郎"' <<<"$TOLD")" "${TOLD/\"area\"/\"phone\":\"000-7391-0042\",\"area\"}" \
        "$(jq -c '.sealed.narrative += " 123456789018"' <<<"$TOLD")"; do
        api POST /cases "$body" as A056
        printf '%s %s\n' "$STATUS" "$BODY" >>"$FLOW_DIR/refusals"
    done
    api POST /cases "$TOLD" as nobody
    api POST /cases "$TOLD" as A001/auditor
    api POST /cases "$(jq -c '.area = "south"' <<<"$TOLD")" as A056 key canary-open
    printf '%s %s\n' "$STATUS" "$BODY" >>"$FLOW_DIR/refusals"
    api GET '/cases?before=%E9%B4%89%E5%A4%AA%E9%83%8E&name=000-7391-0042' as A056
    api GET "/agencies?text=%E9%B4%89%E5%A4%AA%E9%83%8E" as A056
    api GET '/%E9%B4%89%E5%A4%AA%E9%83%8E' as A056
    api POST "/cases/$CASE/notes" '{"kind":"鴉太郎","sealed":{"text":"鴉は電話に出ない"}}' as A056
    printf '%s %s\n' "$STATUS" "$BODY" >>"$FLOW_DIR/refusals"
    api POST "/cases/$CASE/people" '{"relation":"self","sealed":{"name":"架空 鴉次郎","shelter":"鴉の避難所"}}' as A056 key "$(uuid)"
    printf '%s %s\n' "$STATUS" "$BODY" >>"$FLOW_DIR/refusals"
    api POST "/cases/$CASE/people" '{"relation":"child","sealed":{"name":"架空 鴉次郎"}}' as A059 key "$(uuid)"
    printf '%s %s\n' "$STATUS" "$BODY" >>"$FLOW_DIR/refusals"
    api POST "/cases/$CASE/people/$CASE/protection" '{"sealed":{"is_on":true,"named":["鴉太郎"],"reason":"鴉に追われている"}}' as A056 key "$(uuid)"
    printf '%s %s\n' "$STATUS" "$BODY" >>"$FLOW_DIR/refusals"
    api POST "/cases/$CASE/break-glass" '{"reason":"鴉の安否を今夜","text":"鴉の安否を今夜のうちに確かめる必要があるため"}' as A072 key "$(uuid)"
    printf '%s %s\n' "$STATUS" "$BODY" >>"$FLOW_DIR/refusals"
    api POST /enrolment "{\"sealed\":{\"token\":\"鴉太郎\",\"password\":\"$GUESSED\"}}" as nobody
    printf '%s %s\n' "$STATUS" "$BODY" >>"$FLOW_DIR/refusals"
    same 'each was refused' 0 "$(grep -cv '^4' "$FLOW_DIR/refusals")"
    same 'no refusal repeats what it refused' '' "$(grep -E '鴉|canary|7391' "$FLOW_DIR/refusals")"
}

# ---- dying --------------------------------------------------------------------

# running: program and pid of every process that lives
running()
{
    pids | awk '$3 { print $1, $3 }'
}

# no_core: what dies in the middle tells no more than what lived. Pipes of core_pattern take a core whatever the limit is, so that
# services cannot be dumped at all is asked, too.
no_core()
{
    local program pid where backends
    while read -r program pid; do
        same "no core: limit of $program" '0 0' "$(awk '/^Max core file size/ { print $5, $6 }' "/proc/$pid/limits")"
        case $program in supervisor | postgres) continue ;; esac
        ! is_root || same "no core: $program cannot be dumped" root "$(stat -c %U "/proc/$pid/environ")"
    done < <(running)
    backends=$(sql "select pid from pg_stat_activity where usename in ('km_intake', 'km_referral', 'km_meeting')") # who stays
    yes 'no core: PostgreSQL serves somebody' test -n "$backends"
    for pid in $backends; do
        same 'no core: limit of PostgreSQL, where it serves somebody' '0 0' "$(awk '/^Max core file size/ { print $5, $6 }' "/proc/$pid/limits")"
    done
    where=$(dirname "$(sed 's/^|//; s/ .*//' /proc/sys/kernel/core_pattern)")
    pid=$(pids | awk '$1 == "kashimaru-intake" { print $3 }')
    where="$where $(is_root && readlink "/proc/$pid/cwd")"
    kill -SEGV "$pid"
    await 200 GET "/cases/$CASE" as A062
    # shellcheck disable=SC2086 # two folders
    same 'no core: none was written' '' "$(find $where "$KM_STATE" -maxdepth 1 -name '*core*' -newer "$FLOW_DIR/began" -type f 2>/dev/null)"
}

# said_to_all: what any process on the machine may ask about ours: command lines, and environments
said_to_all()
{
    local pid
    while read -r _ pid; do
        tr '\0' '\n' <"/proc/$pid/cmdline"
        ! is_root || tr '\0' '\n' <"/proc/$pid/environ"
    done < <(running)
}

# ---- looking ------------------------------------------------------------------

hex_of()
{
    od -An -v -tx1 | tr -d ' \n'
}

# words: what is looked for, as seek reads it; keys and tokens also as the bytes they stand for. The first is no secret: it shows that
# what is there is found.
words()
{
    local word
    printf 't %s\n' worker-A056 "${CANARIES[@]}" "${SECRETS[@]}"
    for word in "${SECRETS[@]}"; do
        [[ ! $word =~ ^([0-9a-f]{2}){16,}$ ]] || printf 'r %s\n' "$word"
    done
    printf 'r %s\n' "$(base32 -d <<<"$TOTP" | hex_of)"
    as_owner sh -c 'cat "$1"/*.key' sh "$KM_STATE/keys" | grep -v '^sealed\|^kdf' | grep -oE '\b[0-9a-f]{64}\b' | sed 's/^/r /'
}

# nowhere NAME WORDS PATH…: none of the words but the first is there; what was found of that one is in the file first
nowhere()
{
    local name=$1 code
    shift
    "$FLOW_DIR/seek" "$@" >"$FLOW_DIR/seen" 2>&1
    code=$?
    grep ': 1$' "$FLOW_DIR/seen" >"$FLOW_DIR/first"
    same "nowhere: $name" 0 "$code$(grep -v ': 1$' "$FLOW_DIR/seen")"
}

# wardrobe FOLDER: all words in each dress, a file for each, made by others than the searcher
wardrobe()
{
    local plain=$1/plain code digits json
    printf '%s\n' "${CANARIES[@]}" "${SECRETS[@]}" >"$plain"
    for code in UTF-16LE UTF-16BE SHIFT_JIS EUC-JP; do
        case $code in *JIS | EUC-*) iconv -f UTF-8 -t "$code" /dev/null 2>/dev/null || continue ;; esac # not every machine knows these
        iconv -f UTF-8 -t "$code" "$plain" >"$1/$code" || bad "dressed: $code" 'not every word can be written in it'
    done
    od -An -v -tx1 -w1 "$plain" | awk '$1 == "0a" { print line; line = ""; next } { line = line $1 }' >"$1/hex"
    tr a-f A-F <"$1/hex" >"$1/HEX"
    sed 's/../%&/g' "$1/hex" >"$1/percent"
    sed 's/../%&/g' "$1/HEX" >"$1/PERCENT"
    jq -Rr @uri "$plain" >"$1/uri"
    for code in '' x xy; do
        jq -Rr --arg before "$code" '$before + . + "~~~" | @base64' "$plain" >"$1/base64-${#code}"
        jq -Rr --arg before "$code" '$before + . + "~~~" | @base64 | gsub("[+]"; "-") | gsub("/"; "_")' "$plain" >"$1/base64url-${#code}"
    done
    # shellcheck disable=SC2016 # jq's
    json='explode | map(if $least < . then "\\u" + ([. / 4096, . / 256, . / 16, .] | map(floor % 16 | $digits[. : . + 1]) | join("")) else [.] | implode end) | join("")'
    for digits in 0123456789abcdef 0123456789ABCDEF; do
        for code in 0 127; do
            jq -Rr --arg digits "$digits" --argjson least "$code" "$json" "$plain" >"$1/json-$code-${digits: -1}"
        done
    done
}

# search_finds: the search finds every word in every dress
search_finds()
{
    local folder=$FLOW_DIR/dress dress n=$((${#CANARIES[@]} + ${#SECRETS[@]}))
    mkdir "$folder"
    wardrobe "$folder"
    "$FLOW_DIR/seek" "$FLOW_DIR/words" "$folder" | sed -E "s,^$folder/,,; s/: .*: / /" >"$FLOW_DIR/found"
    for dress in "$folder"/*; do
        dress=${dress##*/}
        same "the search finds every word in its dress: $dress" "$n" "$(awk -v dress="$dress" -v n="$n" '$1 == dress && $2 > 1 && $2 <= n + 1 { print $2 }' "$FLOW_DIR/found" | sort -u | wc -l)"
    done
    same 'nor what is not there' '' "$(awk '$2 == 1' "$FLOW_DIR/found")"
    printf 'x%s.' "$(base32 -d <<<"$TOTP" | base64)" >"$folder/plain"
    yes 'and keys by their bytes' grep -q 'base64' <("$FLOW_DIR/seek" "$FLOW_DIR/words" "$folder/plain")
    rm -r "$folder"
}

# left_over: files that the account of ours made in folders of everybody's since the test began, those of other tests left out
left_over()
{
    find "${TMPDIR:-/tmp}" /dev/shm /var/tmp -xdev \( -path '*/kmf.*' -o -path '*/kmpg.*' \) -prune -o \
        -type f -user "$KM_OWNER" -newer "$FLOW_DIR/began" -size -65536k -print0 2>/dev/null
}

search_all()
{
    local name at paths
    sql checkpoint
    for name in kashimaru kashimaru_keys; do
        as_owner "$(pg_bin "$KM_STATE/pg")/pg_dump" -h "$KM_SOCKETS" -U km_admin -d "$name" | put_file "$KM_STATE/$name.dump" 0600
    done
    yes 'the dump holds the case' as_owner grep -q "$CASE" "$KM_STATE/kashimaru.dump"
    yes 'the log holds its requests' as_owner grep -q '"verb":"open"' "$KM_STATE/log/kashimaru.log"
    # the key files, the passphrase and the bearer's own token are where they belong; the programs say nothing of anybody
    mapfile -d '' paths < <(find "$KM_STATE" -mindepth 1 -maxdepth 1 ! -name keys ! -name passphrase ! -name session ! -name app -print0)
    nowhere 'data, WAL, dumps, logs, sockets, all else' "$FLOW_DIR/words" "${paths[@]}"
    for at in pg/base/ pg/pg_wal/ kashimaru.dump kashimaru_keys.dump; do
        yes "what is plain is found there: $at" grep -qF "$KM_STATE/$at" "$FLOW_DIR/first"
    done
    printf 't %s\n' "$KM_OWNER-nobody" "${CANARIES[@]}" >"$FLOW_DIR/told"
    nowhere 'beside the keys' "$FLOW_DIR/told" "$KM_STATE/keys" "$KM_STATE/passphrase"
    said_to_all >"$FLOW_DIR/said"
    yes 'the processes were asked' test "$(wc -l <"$FLOW_DIR/said")" -gt 20
    nowhere 'what the machine tells of the processes' "$FLOW_DIR/words" "$FLOW_DIR/said"
    mapfile -d '' paths < <(left_over)
    grep -vF 'KMT1|' "$FLOW_DIR/words" >"$FLOW_DIR/own" # other tests have tickets, too
    nowhere "files left in temporary folders and in shared memory (${#paths[@]})" "$FLOW_DIR/own" "$FLOW_DIR/said" "${paths[@]}"
}

# stolen: the database holds the keys that tickets are checked with, as the two blocks an HMAC begins with; whoever has it has those.
# None of them opens anything that rests sealed, nor does what services derive from keys.
stolen()
{
    local keys sealed name
    keys=$(for name in kashimaru kashimaru_keys; do
        sql "select (select string_agg(lpad(to_hex(get_byte(inner_pad, i) # 54), 2, '0'), '' order by i) from generate_series(0, 31) i) from kashimaru.ticket_key" "$name"
    done | sort -u)
    yes 'stolen: the keys of tickets are there' grep -qxF "$(as_owner sed -n 's/^key //p' "$KM_STATE/keys/tickets.key")" <<<"$keys"
    sealed=$(sql "select 'totp ' || user_name, encode(totp, 'hex') from account.person where totp is not null
        union all select 'audit.emergency words ' || id, encode(words, 'hex') from audit.emergency
        union all select 'audit.emergency finding ' || id, encode(finding, 'hex') from audit.emergency where finding is not null" | tr '|' '\t')
    same 'stolen: and sealed secrets of each kind' 3 "$(cut -d ' ' -f 1,2 <<<"$sealed" | cut -f 1 | sed 's/^totp.*/totp/' | sort -u | wc -l)"
    tries "$keys" "$sealed" >"$FLOW_DIR/tries"
    same 'stolen: none opens any' '0' "$("$FLOW_DIR/thief" <"$FLOW_DIR/tries")$?"
    # shellcheck disable=SC2016 # awk's
    keys=$(as_owner awk '$1 == "curve" { print $2 }' "$KM_STATE/keys/account.key" "$KM_STATE/keys/audit.key")
    tries "$keys" "$sealed" >"$FLOW_DIR/tries"
    same 'stolen: the right ones, from the key files, open all' "$(wc -l <<<"$sealed")" "$("$FLOW_DIR/thief" <"$FLOW_DIR/tries" | wc -l)"
}

# tries KEYS SEALED: each with each, as they are and as services derive
tries()
{
    local key how
    for key in $1; do
        for how in $'\t' $'kashimaru account\tat rest' $'kashimaru audit\tat rest'; do
            awk -v key="$key" -v how="$how" '{ print key "\t" how "\t" $0 }' <<<"$2"
        done
    done
}

compiler=$(command -v cc || command -v gcc || command -v clang) || skip 'C コンパイラがありません / there is no C compiler'
"$compiler" -std=gnu17 -D_GNU_SOURCE -O2 -o "${TMPDIR:-/tmp}/kmseek.$$" "$FLOW_ROOT/tests/flow/seek.c" || exit 1
"$compiler" -std=gnu17 -D_GNU_SOURCE -O2 -o "${TMPDIR:-/tmp}/kmthief.$$" "$FLOW_ROOT/tests/flow/thief.c" -lsodium || exit 1
FLOW_SETTINGS=('log.level = 0')
flow_start
mv "${TMPDIR:-/tmp}/kmseek.$$" "$FLOW_DIR/seek"
mv "${TMPDIR:-/tmp}/kmthief.$$" "$FLOW_DIR/thief"
touch "$FLOW_DIR/began"
printf '%s' "$TOLD" >"$FLOW_DIR/household.json"
HOUSEHOLD=$FLOW_DIR/household.json
story_all
tell_all
tell_household
tell_rotated
tell_emergency
tell_withdrawn
tell_secrets
tell_badly
no_core
yes 'at the end no message waits' drain
for word in "${SECRETS[@]}"; do
    [ "${#word}" -ge 8 ] || bad 'a secret too short to look for' "$word"
done
words >"$FLOW_DIR/words"
search_finds
search_all
stolen
flow_end
