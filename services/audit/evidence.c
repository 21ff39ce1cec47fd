/* The entries of a case as the sequencer wrote them, sealed as they are, empty where they were erased: what they say only keys can tell,
 * and that they are in the public log is seen in the log's files. Auditors alone are given them (row-level security of ledger.entry): a
 * whole history has readings in it that would tell who reported a case. */
#include "audit.h"

#include "base/base64.h"
#include "base/hex.h"
#include "ledger/event.h"
#include "q_audit.h"
#include "svc/audited.h"

static enum status no_room(struct turn *t)
{
    return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
}

/* The requests that these entries name, found by the ids that rows of the history have as events. */
static enum status requests_of(struct turn *t, struct uuid case_id, const struct q_evidence_of_rows *rows, struct span *ret_hex)
{
    int64_t *ats = scope_alloc(t->s, (rows->n + 1) * sizeof *ats);
    struct q_requests_of_rows asked;

    if (!ats)
        return no_room(t);
    for (size_t i = 0; i < rows->n; i++)
        ats[i] = rows->v[i].at;
    TRY(q_requests_of(t->tx, &(struct q_requests_of){.id = case_id, .ats = {ats, rows->n}}, &asked));
    TRY(tx_flush(t->tx));
    for (size_t k = 0; k < asked.n; k++)
        for (size_t i = 0; i < rows->n; i++)
            if (uuid_eq(rows->v[i].event_id, row_event_id(asked.v[k].id)))
                TRY(hex_print(t->s, asked.v[k].request, &ret_hex[i]));
    return OK;
}

/* As many as fit into one answer, the first in any case. */
HANDLER(evidence_list, t, in)
{
    enum { ROOM = PAYLOAD_MAX - 4096, ENTRY_MOST = 300 };
    struct evidence_is out = {.case_id = in->case_id};
    struct q_evidence_counts_row counts;
    struct q_evidence_of_rows rows;
    size_t bytes = 0, n = 0;

    TRY(q_evidence_counts(t->tx, &(struct q_evidence_counts){.id = in->case_id}, &counts));
    TRY(q_evidence_of(t->tx, &(struct q_evidence_of){.id = in->case_id, .from = in->has_from ? in->from : 0}, &rows));
    TRY(tx_flush(t->tx));
    if (!counts.events)
        return fail(t->s, NOT_FOUND, "該当するケースはありません", "no such case");
    struct evidence_entry *list = scope_alloc(t->s, (rows.n + 1) * sizeof *list);
    struct span *request = scope_alloc(t->s, (rows.n + 1) * sizeof *request);
    if (!list || !request)
        return no_room(t);
    TRY(requests_of(t, in->case_id, &rows, request));
    for (; n < rows.n; n++) {
        struct evidence_entry *e = &list[n];
        *e = (struct evidence_entry){.shard = rows.v[n].shard, .index = rows.v[n].idx, .seq = rows.v[n].seq,
                                     .has_request = request[n].n > 0 && rows.v[n].sealed.n > 0, .request = request[n]};
        TRY(hex_print(t->s, rows.v[n].leaf, &e->leaf));
        TRY(base64_print(t->s, rows.v[n].sealed, &e->sealed));
        bytes += e->leaf.n + e->sealed.n + e->request.n + ENTRY_MOST;
        if (n && bytes > ROOM)
            break;
    }
    if (!in->has_from || !in->from) /* the pages after the first are the same asking */
        TRY(AUDITED(t, evidence_list, in));
    out.events = counts.events;
    out.logged = counts.logged;
    out.entries.v = list;
    out.entries.n = n;
    return turn_answer(t, shape_evidence_is(), &out);
}
