#!/bin/sh
# shellcheck disable=SC2016,SC2015
# sqlgen_golden.sh [<sqlgen> <source folder>]: a good file gives exactly the C in sqlgen_golden.h.txt and .c.txt, which compiles
# without a warning; every kind of bad file is refused with exit 1, its name and line, and leaves nothing behind.
set -eu
sqlgen=${1:-$KM_BUILD_DIR/sqlgen}
root=${2:-$KM_SOURCE_DIR}
tmp=$(mktemp -d "${TMPDIR:-/tmp}/kmgen.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
failed=0

complain() {
    echo "sqlgen_golden: $*" >&2
    failed=1
}

# ---- good
cat >"$tmp/good.sql" <<'SQL'
-- A file's own words come first.

-- name: answer :exec 1           -- exactly one row
-- in:   id uuid, version i64, state enum(referral_state), by agency, at time,
-- in:   needs enum(need)[], note text?, body bytes, flag bool, ids uuid[]?
-- plan: answer_pkey
update r.answer set state = $state, by = $by, at = $at, needs = $needs, note = coalesce($note, '$state; it''s "?"'),
       body = $body, flag = $flag /* $nothing; /* nested */ here */, "odd;$col" = E'\'$x;' -- $nothing; either
 where id = $id::uuid and (version = $version or id = any($ids)) and $version > 0;

-- name: forget :exec
delete from r.answer; -- all of them

-- name: one_word :one
-- out:  word text?
select 'w' as word;
-- name: list :many 20
-- in: by agency
-- out: id uuid, at time, ids uuid[]
select id, at, ids
  from r.answer where by=$by limit 20
;
SQL
"$sqlgen" good "$tmp/good.sql" "$tmp/q_good.h" "$tmp/q_good.c" || complain "the good file was refused"
for ext in h c; do
    diff -u "$root/tests/unit/sqlgen_golden.$ext.txt" "$tmp/q_good.$ext" >&2 || complain "q_good.$ext is not what it was"
done
cat >"$tmp/use.c" <<'C'
#include "q_good.h"
int main(void)
{
    struct q_list_rows rows = {0};
    struct q_answer in = {.has_note = true, .needs = {.v = (const int64_t[]){1, 2}, .n = 2}};
    return rows.n + in.needs.n == 2 && QUERIES_good[0] == &QUERY_answer && !QUERIES_good[4] ? 0 : 1;
}
C
for cc in "${KM_CC:-cc}" gcc clang; do
    command -v "$cc" >/dev/null || continue
    for src in q_good use; do
        "$cc" -std=gnu17 -D_GNU_SOURCE -I"$root/include" -I"$tmp" -Wall -Wextra -Wshadow -Wconversion -Wswitch-enum \
            -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2 -Wpedantic -Werror -c "$tmp/$src.c" -o "$tmp/$src.o" ||
            complain "$cc does not take $src.c"
    done
done

# ---- an empty file is a service without queries
: >"$tmp/empty.sql"
"$sqlgen" empty "$tmp/empty.sql" "$tmp/q_empty.h" "$tmp/q_empty.c" || complain "the empty file was refused"
grep -q 'QUERIES_empty\[\]' "$tmp/q_empty.h" || complain "the empty file has no list"

# ---- bad: each file, the line it must name and a word of the reason
# refuse <line> <word> <text with \n>
refuse() {
    printf '%b' "$3" >"$tmp/bad.sql"
    rm -f "$tmp/bad.h" "$tmp/bad.c"
    st=0
    "$sqlgen" bad "$tmp/bad.sql" "$tmp/bad.h" "$tmp/bad.c" 2>"$tmp/err" || st=$?
    if [ "$st" -ne 1 ] || ! grep -q "bad.sql:$1: .*$2" "$tmp/err" || [ -e "$tmp/bad.h" ] || [ -e "$tmp/bad.c" ]; then
        complain "exit $st, expected line $1 and '$2' from: $3"
        cat "$tmp/err" >&2
    fi
}
refuse 1 'without a name' 'select 1;\n'
refuse 3 'without a name' '-- name: a :exec\nselect 1;\nselect 2;\n'
refuse 2 'follows the ;' '-- name: a :exec\nselect 1; select 2;\n'
refuse 1 'no ; at its end' '-- name: a :exec\nselect 1\n'
refuse 1 'has no SQL' '-- name: a :exec\n'
refuse 1 'has no SQL' '-- name: a :exec\n-- name: b :exec\nselect 1;\n'
refuse 2 'has no SQL' '-- name: a :exec\n;\n'
refuse 3 'exists already' '-- name: a :exec\nselect 1;\n-- name: a :exec\nselect 1;\n'
refuse 1 'no name of a query' '-- name: A :exec\nselect 1;\n'
refuse 3 'as its rows' '-- name: a :exec\nselect 1;\n-- name: a_rows :exec\nselect 1;\n'
refuse 3 'as its rows' '-- name: a_row :exec\nselect 1;\n-- name: a :exec\nselect 1;\n'
refuse 1 'transaction control' '-- name: commit :exec\nselect 1;\n'
refuse 1 'after the name' '-- name: a :all\nselect 1;\n'
refuse 1 'after the name' '-- name: a :many\n-- out: x i64\nselect 1 as x;\n'
refuse 1 'after the name' '-- name: a :many 0\n-- out: x i64\nselect 1 as x;\n'
refuse 1 'after the name' '-- name: a :exec one\nselect 1;\n'
refuse 1 'after the name' '-- name: a :many 99999999999999999999\n-- out: x i64\nselect 1 as x;\n'
refuse 1 'declares no columns' '-- name: a :one\nselect 1;\n'
refuse 1 'gives no columns' '-- name: a :exec\n-- out: x i64\nselect 1 as x;\n'
refuse 2 'unknown type' '-- name: a :exec\n-- in: id u32\nselect $id;\n'
refuse 2 'unknown type' '-- name: a :exec\n-- in: id uuid?[]\nselect $id;\n'
refuse 2 'unknown type' '-- name: a :exec\n-- in: id\nselect $id;\n'
refuse 2 'unknown code list' '-- name: a :exec\n-- in: id enum(colour)\nselect $id;\n'
refuse 3 'declared twice' '-- name: a :exec\n-- in: id uuid,\n-- in: id text\nselect $id;\n'
refuse 2 'no name of a field' '-- name: a :exec\n-- in: case uuid\nselect $case;\n'
refuse 2 'no name of a field' '-- name: a :exec\n-- in: id uuid,, b text\nselect $id, $b;\n'
refuse 3 'is not used' '-- name: a :exec\n-- in: id uuid,\n-- in: note text\nselect $id -- $note\n;\n'
refuse 4 'not declared' '-- name: a :exec\n-- in: id uuid\nselect $id,\n $note;\n'
refuse 2 'comes a parameter' '-- name: a :exec\nselect $1;\n'
refuse 2 'dollar quoting' '-- name: a :exec\nselect $$x$$;\n'
refuse 2 'dollar quoting' '-- name: a :exec\nselect $tag$x$tag$;\n'
refuse 2 'must not contain' '-- name: a :exec\nselect a$b;\n'
refuse 3 'quoted text does not end' "-- name: a :exec\\nselect 1,\\n'x;\\n"
refuse 3 'comment does not end' '-- name: a :exec\nselect 1,\n/* /* */ x;\n'
refuse 1 'belongs after' '-- in: id uuid\n'
refuse 2 'name of an index' '-- name: a :exec\n-- plan: the index\nselect 1;\n'

st=0
"$sqlgen" bad "$tmp/nowhere.sql" "$tmp/bad.h" "$tmp/bad.c" 2>"$tmp/err" || st=$?
[ "$st" -eq 1 ] && grep -q 'nowhere.sql:0: ' "$tmp/err" || complain "a missing file gives exit $st"
st=0
"$sqlgen" bad 2>/dev/null || st=$?
[ "$st" -eq 2 ] || complain "wrong use gives exit $st"
exit $failed
