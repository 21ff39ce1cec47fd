/* Every epoch comes to have a wrap for the city's escrow key: new ones get it when they are made, those from before the key was set get it
 * here, a few at a time, in the order of their cases. What is destroyed meanwhile gets none: the cases of a step are locked before
 * their wraps are read. */
#include <string.h>

#include "q_keys.h"
#include "rules.h"
#include "wraps.h"

enum { STEP_MAX = 16, SETTLE_S = 10 };

static enum status lock_step(struct turn *t, const struct q_escrow_next_rows *step, struct q_escrow_open_rows *ret_rows)
{
    struct uuid ids[STEP_MAX];
    int64_t epochs[STEP_MAX];

    for (size_t i = 0; i < step->n; i++) {
        ids[i] = step->v[i].case_id;
        epochs[i] = step->v[i].epoch;
    }
    TRY(keys_lock(t, ids, step->n));
    TRY(q_escrow_open(t->tx, &(struct q_escrow_open){.ids = {ids, step->n}, .epochs = {epochs, step->n}}, ret_rows));
    return tx_flush(t->tx);
}

/* The epochs of one step that have a wrap this service can open. */
static enum status fill(struct turn *t, const struct recipient *to, const struct q_escrow_next_rows *step)
{
    struct wrapped have[STEP_MAX];
    struct q_escrow_open_rows rows;
    struct wraps w;

    TRY(lock_step(t, step, &rows));
    if (!rows.n)
        return OK;
    for (size_t i = 0; i < rows.n; i++) {
        const struct q_escrow_open_row *r = &rows.v[i];
        have[i] = (struct wrapped){.epoch = r->epoch, .agency = r->agency, .key_id = r->key_id, .wrap = r->wrap};
    }
    TRY(holder_ready(t, have, rows.n));
    TRY(wraps_new(t, rows.n, &w));
    for (size_t i = 0; i < rows.n; i++) {
        enum status st = holder_open(t, rows.v[i].case_id, &have[i]);
        if (st == CORRUPT)
            continue; /* it has no key to give away; key_status goes on counting it */
        TRY(st);
        TRY(wraps_seal(t, &w, rows.v[i].case_id, have[i].epoch, to));
    }
    secret_wipe(keys_of(t)->scratch);
    TRY(q_escrow_drop(t->tx, &(struct q_escrow_drop){.ids = {w.ids, w.n}, .epochs = {w.epochs, w.n}}));
    return wraps_store(t, &w);
}

enum status escrow_fill(struct turn *t, bool *ret_more)
{
    struct q_escrow_due_rows due;
    struct q_escrow_next_rows next;
    struct recipient to;

    *ret_more = false;
    TRY(q_escrow_due(t->tx, &(struct q_escrow_due){.before = t->s->now_us - SETTLE_S * (int64_t)US_PER_S}, &due));
    TRY(tx_flush(t->tx));
    if (!due.n)
        return OK;
    struct span id = due.v[0].key_id, public_key = due.v[0].public;
    TRY(recipient_take(t, KEYWRAP_ESCROW, (struct agency_id){""}, id, public_key, &to));
    TRY(q_escrow_next(t->tx, &(struct q_escrow_next){.at_case = due.v[0].at_case, .at_epoch = due.v[0].at_epoch}, &next));
    TRY(tx_flush(t->tx));
    if (next.n)
        TRY(fill(t, &to, &next));
    *ret_more = next.n == STEP_MAX;
    return q_escrow_reached(t->tx, &(struct q_escrow_reached){
        .key_id = id, .at_case = next.n ? next.v[next.n - 1].case_id : due.v[0].at_case,
        .at_epoch = next.n ? next.v[next.n - 1].epoch : due.v[0].at_epoch, .full = !*ret_more});
}
