/* The directory as it was put in: each entry in the fields of the request that would put it in again, so that whoever keeps it changes what
 * holds instead of writing it anew. */
#include "q_directory.h"
#include "referral.h"
#include "routes.h"

enum { ENTRIES_USUAL = 50, ENTRIES_BYTES = 120 << 10 };

/* How many of the rows one answer carries: always the first, and the others as far as they fit. */
static size_t fitting(const struct q_directory_entries_rows *rows, size_t most)
{
    size_t n = 0, bytes = 0;

    while (n < rows->n && n < most) {
        bytes += rows->v[n].id.n + rows->v[n].body.n;
        if (n && bytes > ENTRIES_BYTES)
            break;
        n++;
    }
    return n;
}

HANDLER(directory_entries, t, in)
{
    int64_t most = in->has_limit ? in->limit : ENTRIES_USUAL;
    struct q_directory_entries_rows rows;

    TRY(q_directory_entries(t->tx, &(struct q_directory_entries){
        .kind = span_str(words_at(words_directory_kind(), in->kind)), .of = in->has_of ? in->of : SPAN_LIT(""),
        .part = in->has_text ? in->text : SPAN_LIT(""), .after = in->has_after ? in->after : SPAN_LIT(""), .most = most + 1}, &rows));
    TRY(tx_flush(t->tx));
    struct directory_entry *entries = scope_alloc(t->s, (rows.n + 1) * sizeof *entries);
    if (!entries)
        return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    size_t n = fitting(&rows, (size_t)most);
    for (size_t i = 0; i < n; i++)
        entries[i] = (struct directory_entry){.id = rows.v[i].id, .body = rows.v[i].body};
    return ANSWER(t, directory_entries_are, .entries = {entries, n}, .more = n < rows.n);
}
