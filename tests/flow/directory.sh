#!/usr/bin/env bash
# The directory is read back as it was put in, so that whoever keeps it changes what holds: every entry, put in again as it is read, changes
# nothing; what held before stays with its days; and nothing is written over from behind.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

SEED=$FLOW_ROOT/sql/seed
ADMIN=A001/administrator
TODAY=$(TZ=Asia/Tokyo date +%F)
LATER=$(TZ=Asia/Tokyo date -d '+2 days' +%F) # still to come, also when this day ends meanwhile

# entries KIND [MORE]: one answer
entries()
{
    api GET "/directory/entries?kind=$1${2:-}" as "$ADMIN"
}

# bodies: of the last answer, one on each line
bodies()
{
    jq -c '.entries[].body | fromjson' <<<"$BODY"
}

# whole KIND: over all pages, in the file «whole»
whole()
{
    local after=''
    : >"$FLOW_DIR/whole"
    while entries "$1" "&limit=200$after"; do
        bodies >>"$FLOW_DIR/whole"
        [ "$(get .more)" = true ] || break
        after="&after=$(jq -r '.entries[-1].id | @uri' <<<"$BODY")"
    done
}

# like_the_file KIND FILE: every line of a file comes back as it was put in
like_the_file()
{
    whole "$1"
    same "$1: all of $2 is there as it was put in" "$(jq -S -c 'with_entries(select(.value != null))' "$SEED/$2.jsonl" | sort | sha256sum)" \
        "$(jq -S -c 'with_entries(select(.value != null))' "$FLOW_DIR/whole" | sort | sha256sum)"
}

# again KIND PATH: the first entries, put in again as they are read, change nothing
again()
{
    local body
    entries "$1" '&limit=3'
    bodies >"$FLOW_DIR/first"
    while read -r body; do
        api PUT "/directory/$2" "$body" as "$ADMIN"
        holds "$1: put in again as it is read it is what it was" '.outcome == "unchanged"'
    done <"$FLOW_DIR/first"
    entries "$1" '&limit=3'
    same "$1: and reads as before" "$(cat "$FLOW_DIR/first")" "$(bodies)"
}

everything_reads_back()
{
    like_the_file programme programs
    like_the_file need needs
    like_the_file routing routing
    whole basis
    same 'basis: as many as there are lines' "$(wc -l <"$SEED/bases.jsonl")" "$(wc -l <"$FLOW_DIR/whole")"
    whole agency
    same 'agency: all of the file is there as it was put in' \
        "$(jq -S -c '. + {valid_from: (.valid_from // "2024-04-01")} | with_entries(select(.value != null))' "$SEED/agencies.jsonl" | sort | sha256sum)" \
        "$(jq -S -c . "$FLOW_DIR/whole" | sort | sha256sum)"
    whole indicator
    same 'indicator: the lines as they are printed' "$(jq -S -c . "$SEED/indicators.jsonl" | sha256sum)" "$(jq -S -c '.body | fromjson' "$FLOW_DIR/whole" | sha256sum)"
    whole code
    same 'code: the whole vocabulary' "$(jq -S -c 'to_entries[] | .key as $list | .value[] | {list: $list, code: .code, label: .label}' "$SEED/vocab.json" | sort | sha256sum)" \
        "$(jq -S -c . "$FLOW_DIR/whole" | sort | sha256sum)"
}

looked_for()
{
    entries code '&of=agency_kinds'
    holds 'of one vocabulary nothing else comes' '.entries | length == 14 and all(.[]; .id | startswith("agency_kinds/"))'
    entries programme '&text=P003'
    holds 'a programme by its code' '[.entries[].id] == ["P003"]'
    entries need '&of=poverty'
    holds 'one need' '[.entries[].id] == ["poverty"]'
    entries agency '&limit=2&after=A001/2024-04-01'
    holds 'the next page, and that there is more' '[.entries[].id[:4]] == ["A002", "A003"] and .more'
    api GET '/directory/entries?kind=agency&of=A999' as "$ADMIN"
    holds 'of none there is nothing' '.entries == [] and (.more | not)'
    for who in A056 A001/coordinator A001/auditor; do
        api GET '/directory/entries?kind=agency' as "$who"
        expect 403 "$who does not keep the directory"
    done
    api GET '/agencies?area=north&limit=200' as A056
    holds 'agencies of an area, and those of the whole city' '(.agencies | length) > 0 and all(.agencies[]; .areas == [] or (.areas | index("north")))'
    api GET '/agencies?after=A001&limit=2' as A056
    holds 'agencies after one' '[.agencies[].agency] == ["A002", "A003"]'
}

# put_agency CHANGE: the seed's A002 with a change
put_agency()
{
    api PUT /directory/agencies "$(sed -n 2p "$SEED/agencies.jsonl" | jq -c "with_entries(select(.value != null)) | $1")" as "$ADMIN"
}

what_held_stays()
{
    put_agency .
    holds 'a line of the file, over HTTP, is what was loaded' '.outcome == "unchanged"'
    put_agency ".note = \"架空の変更\" | .valid_from = \"$LATER\""
    holds 'an agency changes from a later day on' '.outcome == "changed"'
    entries agency '&of=A002'
    holds 'what held before stays until then' \
        "[.entries[].body | fromjson | [.valid_from, .valid_to]] == [[\"2024-04-01\", \"$LATER\"], [\"$LATER\", null]]"
    api GET /agencies/A002 as A056
    holds 'today it is what it was' '.note != "架空の変更"'
    put_agency .
    holds 'the same file again changes nothing' '.outcome == "unchanged"'
    put_agency ".note = \"うしろから\" | .valid_from = \"$TODAY\""
    expect 409 'what holds from a later day on is not written over from behind'
    holds 'and which day is in the way is said' '.detail | contains($day)' --arg day "$LATER"
    put_agency ".note = \"うしろから\""
    expect 409 'nor by another line of the first day'
    put_agency ".note = \"閉じる\" | .valid_from = \"$LATER\" | .valid_to = \"$LATER\""
    expect 422 'it ends after it begins'
    put_agency ".note = \"直した\" | .valid_from = \"$LATER\""
    holds 'the latest is put right' '.outcome == "changed"'
    entries agency '&of=A002'
    holds 'and is still one' '.entries | length == 2'
}

flow_start
everything_reads_back
looked_for
again agency agencies
again programme programmes
again need needs
again routing routing
again basis bases
again indicator indicators
again code codes
what_held_stays
flow_end
