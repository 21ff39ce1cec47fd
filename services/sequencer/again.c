/* A row that is a leaf is never made one again, whatever became of the numbers of transactions: a row's event has always the same id, and
 * by that it is known. What is found out is kept in steps, each with how far it goes, so that an end at any moment costs one step. */
#include "sequencer.h"

#include <stdlib.h>

#include "base/log.h"
#include "ledger/event.h"
#include "q_sequencer.h"

enum { IDS_MOST = 2000 }; /* of look_rows */

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct uuid));
}

/* Those that are no leaves. */
static enum status unread_of(struct scope *s, struct tx *tx, const struct q_look_rows_rows *rows, int64_t **ret_ids, size_t *ret_n)
{
    struct uuid *events = scope_alloc(s, (rows->n + 1) * sizeof *events), *known;
    int64_t *ids = scope_alloc(s, (rows->n + 1) * sizeof *ids);
    struct q_look_known_rows are;
    size_t n = 0;

    if (!events || !ids)
        return fail(s, TOO_LARGE, "処理領域が不足しました", "no room for a part of the history");
    for (size_t i = 0; i < rows->n; i++)
        events[i] = row_event_id(rows->v[i].id);
    TRY(q_look_known(tx, &(struct q_look_known){.ids = {events, rows->n}}, &are));
    TRY(tx_flush(tx));
    known = scope_alloc(s, (are.n + 1) * sizeof *known);
    if (!known)
        return fail(s, TOO_LARGE, "処理領域が不足しました", "no room for a part of the history");
    for (size_t i = 0; i < are.n; i++)
        known[i] = are.v[i].event_id;
    qsort(known, are.n, sizeof *known, compare);
    for (size_t i = 0; i < rows->n; i++)
        if (!bsearch(&events[i], known, are.n, sizeof *known, compare))
            ids[n++] = rows->v[i].id;
    *ret_ids = ids;
    *ret_n = n;
    return OK;
}

enum status look_again(struct scope *s, struct tx *tx, bool is_elsewhere)
{
    struct q_look_begin_row all;
    struct q_look_done_row looked;
    struct q_look_rows_rows rows;
    int64_t *ids = NULL;
    size_t n = 0;

    if (is_elsewhere) {
        TRY(q_look_begin(tx, &all));
        TRY(tx_flush(tx));
        LOG(LOG_NOTICE, "history_on_another_server", LOG_NUM("last", all.last));
        return OK;
    }
    TRY(q_look_rows(tx, &rows));
    TRY(tx_flush(tx));
    TRY(unread_of(s, tx, &rows, &ids, &n));
    TRY(q_look_done(tx, &(struct q_look_done){.upto = rows.n < IDS_MOST ? INT64_MAX : rows.v[rows.n - 1].id,
                                                       .unread = {ids, n}}, &looked));
    TRY(tx_flush(tx));
    if (n)
        LOG(LOG_NOTICE, "history_unread", LOG_NUM("rows", (int64_t)n));
    if (!looked.is_more)
        LOG(LOG_NOTICE, "history_looked_through");
    return OK;
}
