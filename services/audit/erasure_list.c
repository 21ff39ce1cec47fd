/* Which erasures wait, run and were done: for whoever may agree to one, and for auditors. What was erased is not to be seen in it. */
#include "audit.h"

#include "q_erasure.h"
#include "svc/audited.h"

HANDLER(erasure_list, t, in)
{
    struct q_erasures_of_rows rows;
    struct erasure_lines out = {0};

    TRY(AUDITED(t, erasure_list, in));
    TRY(q_erasures_of(t->tx, &(struct q_erasures_of){.has_case_id = in->has_case_id, .case_id = in->case_id, .all = in->has_all && in->all,
                                                     .most = in->has_limit ? in->limit : 50}, &rows));
    TRY(tx_flush(t->tx));
    struct erasure_line *lines = scope_alloc(t->s, (rows.n + 1) * sizeof *lines);
    if (!lines)
        return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    for (size_t i = 0; i < rows.n; i++) {
        const struct q_erasures_of_row *r = &rows.v[i];
        lines[i] = (struct erasure_line){
            .id = r->id, .case_id = r->case_id, .kind = r->kind, .ground = r->ground, .basis = r->basis, .state = r->state,
            .asked_by = r->asked_by, .asked_at = r->asked_at, .has_agreed_by = r->has_agreed_by, .agreed_by = r->agreed_by,
            .has_agreed_at = r->has_agreed_at, .agreed_at = r->agreed_at, .has_done_at = r->has_done_at, .done_at = r->done_at,
            .has_leaves = r->has_leaves, .leaves = r->leaves};
    }
    out.erasures.v = lines;
    out.erasures.n = rows.n;
    return turn_answer(t, shape_erasure_lines(), &out);
}
