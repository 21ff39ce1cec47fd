#!/usr/bin/env bash
# What people tell stays sealed: words that occur nowhere else are told at every place where one can tell something, on good ways and on
# bad ones, and are then looked for in every file the installation keeps: logs, dumps of the databases, the raw data and its WAL.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=tests/flow/lib_story.sh
. "$FLOW_ROOT/tests/flow/lib_story.sh"

CANARIES=(鴉太郎 カラスタロウ 鴉が三度鳴いた canary-narrative-9f3c 架空市鴉町七丁目 000-7391-0042 鴉の姉 1931-07-31 鴉は電話に出ない 鴉の間三番 鴉の議題)
TOLD=$(jq -cn '{channel: "phone_self", area: "north", age_band: "adult", needs: ["hikikomori"], urgency: "routine", consent: "given",
    sealed: {narrative: "鴉が三度鳴いた canary-narrative-9f3c", name: "架空 鴉太郎", kana: "カクウ カラスタロウ", birth_date: "1931-07-31",
             address: "架空市鴉町七丁目", phone: "000-7391-0042", visitor: "鴉の姉"}}')

# Compression would hide a word as well as sealing does.
flow_before()
{
    printf 'wal_compression = off\nautovacuum = off\n' | put_file "$KM_STATE/pg/kashimaru.local.conf" 0600
}

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

# tell_badly: refused for every kind of reason; no refusal repeats what was told
tell_badly()
{
    local body
    : >"$FLOW_DIR/refusals"
    for body in "${TOLD%?}" "$TOLD$TOLD" "$(jq -c '.sealed.phone = 7' <<<"$TOLD")" "$(jq -c '.sealed["鴉太郎"] = "鴉が三度鳴いた"' <<<"$TOLD")" \
        "$(jq -c '.area = "架空市鴉町七丁目"' <<<"$TOLD")" "$(jq -c '.sealed.name = "鴉太郎" * 100' <<<"$TOLD")" \
        "$(jq -c '.sealed.birth_date = "鴉太郎鴉太郎鴉太郎鴉太郎"' <<<"$TOLD")" "${TOLD/\"area\"/\"phone\":\"000-7391-0042\",\"area\"}"; do
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
    same 'each was refused' 0 "$(grep -cv '^4' "$FLOW_DIR/refusals")"
    same 'no refusal repeats what it refused' '' "$(grep -E '鴉|canary|7391' "$FLOW_DIR/refusals")"
    kill -KILL "$(pids | awk '$1 == "kashimaru-intake" { print $3 }')" # what died in the middle tells no more than what lived
    await 200 GET "/cases/$CASE" as A062
}

# bytes_of ENCODING WORD: as a pattern of bytes
bytes_of()
{
    case $1 in
    json) jq -rn --arg w "$2" '$w | explode | map("u" + ("000" + ([. / 4096, . / 256, . / 16, .] | map(floor % 16 | "0123456789abcdef"[.:. + 1]) | join("")))[-4:])
        | map("\\\\" + .) | join("")' ;;
    hex) printf '%s' "$2" | od -An -v -tx1 | tr -d ' \n' ;;
    *) printf '%s' "$2" | iconv -f UTF-8 -t "$1" | od -An -v -tx1 | tr -d '\n' | sed 's/ /\\x/g' ;;
    esac
}

# search FILE-OR-FOLDER: whatever file shows a canary in any dress
search()
{
    local word encoding pattern
    for encoding in UTF-8 UTF-16LE UTF-16BE json hex; do
        pattern=''
        for word in "${CANARIES[@]}"; do
            pattern+="|$(bytes_of "$encoding" "$word")"
        done
        as_owner env LC_ALL=C grep -raliP -- "${pattern#|}" "$1" | sed "s/^/$encoding: /"
    done
}

# found_plain FOLDER: what is not sealed is found there, so what is told would be, too
# shellcheck disable=SC2317 # called through yes
found_plain()
{
    as_owner grep -rqaF worker-A056 "$1"
}

# The search finds what it looks for.
search_finds()
{
    local folder=$KM_STATE/dress word n=0
    as_owner mkdir "$folder"
    for word in "${CANARIES[@]}"; do
        n=$((n + 1))
        {
            printf 'x%s.' "$word"
            printf 'y%s.' "$word" | iconv -f UTF-8 -t UTF-16LE
            printf '%s.' "$word" | iconv -f UTF-8 -t UTF-16BE
            printf '%s' "$word" | jq -Rr 'explode | map("\\u" + ("000" + ([. / 4096, . / 256, . / 16, .] | map(floor % 16 | "0123456789abcdef"[.:. + 1]) | join("")))[-4:]) | join("")'
            printf '%s' "$word" | od -An -v -tx1 | tr -d ' \n'
        } | put_file "$folder/$n" 0600
    done
    same 'the search finds every canary in every dress' $((${#CANARIES[@]} * 5)) "$(search "$folder" | wc -l)"
    as_owner rm -r "$folder"
}

FLOW_SETTINGS=('log.level = 0')
flow_start
tell_all
tell_badly
yes 'at the end no message waits' drain
search_finds
sql checkpoint
for name in kashimaru kashimaru_keys; do
    as_owner "$(pg_bin "$KM_STATE/pg")/pg_dump" -h "$KM_SOCKETS" -U km_admin -d "$name" | put_file "$KM_STATE/$name.dump" 0600
done
yes 'the dump holds the case' as_owner grep -q "$CASE" "$KM_STATE/kashimaru.dump"
yes 'the log holds its requests' as_owner grep -q '"verb":"open"' "$KM_STATE/log/kashimaru.log"
yes 'a plain word is found in the raw data, so a told one would be' found_plain "$KM_STATE/pg/base"
yes 'and in its WAL' found_plain "$KM_STATE/pg/pg_wal"
same 'what was told is nowhere: logs' '' "$(search "$KM_STATE/log")"
same 'what was told is nowhere: dump of the cases' '' "$(search "$KM_STATE/kashimaru.dump")"
same 'what was told is nowhere: dump of the keys' '' "$(search "$KM_STATE/kashimaru_keys.dump")"
same 'what was told is nowhere: raw data and WAL' '' "$(search "$KM_STATE/pg")"
same 'what was told is nowhere: anything else' '' "$(search "$KM_STATE/run")"
flow_end
