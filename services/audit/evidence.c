/* The entries of a case as the sequencer wrote them, sealed as they are: what they say only keys can tell, and that they are in the public
 * log is seen in the log's files. Auditors alone are given them (row-level security of ledger.entry): a whole history has readings in it
 * that would tell who reported a case. */
#include "audit.h"

#include "base/base64.h"
#include "base/hex.h"
#include "q_audit.h"

static enum status no_room(struct turn *t)
{
    return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
}

HANDLER(evidence_list, t, in)
{
    struct evidence_is out = {.case_id = in->case_id};
    struct q_evidence_counts_row counts;
    struct q_evidence_of_rows rows;

    TRY(q_evidence_counts(t->tx, &(struct q_evidence_counts){.id = in->case_id}, &counts));
    TRY(q_evidence_of(t->tx, &(struct q_evidence_of){.id = in->case_id, .from = in->has_from ? in->from : 0}, &rows));
    TRY(tx_flush(t->tx));
    if (!counts.events)
        return fail(t->s, NOT_FOUND, "該当するケースはありません", "no such case");
    struct evidence_entry *list = scope_alloc(t->s, (rows.n + 1) * sizeof *list);
    if (!list)
        return no_room(t);
    for (size_t i = 0; i < rows.n; i++) {
        list[i] = (struct evidence_entry){.shard = rows.v[i].shard, .index = rows.v[i].idx, .seq = rows.v[i].seq};
        TRY(hex_print(t->s, rows.v[i].leaf, &list[i].leaf));
        TRY(base64_print(t->s, rows.v[i].sealed, &list[i].sealed));
    }
    out.events = counts.events;
    out.logged = counts.logged;
    out.entries.v = list;
    out.entries.n = rows.n;
    return turn_answer(t, shape_evidence_is(), &out);
}
