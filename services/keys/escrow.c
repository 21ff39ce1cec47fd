/* Every epoch comes to have a wrap for the city's escrow key: new ones get it when they are made, those from before the key was set get it
 * here, a few at a time, in the order of their cases. */
#include <string.h>

#include "q_keys.h"
#include "rules.h"

enum { STEP_MAX = 16, SETTLE_S = 10 };

/* The epochs of one step that have a wrap this service can open. */
static enum status fill(struct turn *t, const struct recipient *to, const struct q_escrow_next_rows *rows)
{
    struct wrapped have[STEP_MAX];
    struct uuid ids[STEP_MAX];
    int64_t epochs[STEP_MAX];
    struct wraps w;
    size_t n = 0;

    for (size_t i = 0; i < rows->n; i++) {
        const struct q_escrow_next_row *r = &rows->v[i];
        if (!r->has_wrap)
            continue; /* destroyed */
        ids[n] = r->case_id;
        epochs[n] = r->epoch;
        have[n++] = (struct wrapped){.epoch = r->epoch, .agency = r->agency, .key_id = r->key_id, .wrap = r->wrap};
    }
    if (!n)
        return OK;
    TRY(holder_ready(t, have, n));
    TRY(wraps_new(t, n, &w));
    for (size_t i = 0; i < n; i++) {
        enum status st = holder_open(t, ids[i], &have[i]);
        if (st == CORRUPT)
            continue; /* it has no key to give away; key_status goes on counting it */
        TRY(st);
        TRY(wraps_seal(t, &w, ids[i], epochs[i], to));
    }
    secret_wipe(keys_of(t)->scratch);
    TRY(q_escrow_drop(t->tx, &(struct q_escrow_drop){.ids = {w.ids, w.n}, .epochs = {w.epochs, w.n}}));
    return wraps_store(t, &w);
}

enum status escrow_fill(struct turn *t, bool *ret_more)
{
    struct q_escrow_todo_rows todo;
    struct q_escrow_next_rows next;
    struct recipient to = {.kind = KEYWRAP_ESCROW};

    *ret_more = false;
    TRY(q_escrow_todo(t->tx, &(struct q_escrow_todo){.before = t->s->now_us - SETTLE_S * (int64_t)US_PER_S}, &todo));
    TRY(tx_flush(t->tx));
    if (!todo.n)
        return OK;
    struct span id = todo.v[0].key_id, public_key = todo.v[0].public;
    if (id.n != KEY_ID_LEN || public_key.n != HPKE_KEY_LEN)
        return fail(t->s, CORRUPT, "公開鍵の長さが正しくありません", "a stored public key has another length");
    memcpy(to.key_id, id.p, KEY_ID_LEN);
    memcpy(to.public_key, public_key.p, HPKE_KEY_LEN);
    TRY(q_escrow_next(t->tx, &(struct q_escrow_next){.at_case = todo.v[0].at_case, .at_epoch = todo.v[0].at_epoch}, &next));
    TRY(tx_flush(t->tx));
    TRY(fill(t, &to, &next));
    *ret_more = next.n == STEP_MAX;
    return q_escrow_reached(t->tx, &(struct q_escrow_reached){
        .key_id = id, .at_case = next.n ? next.v[next.n - 1].case_id : todo.v[0].at_case,
        .at_epoch = next.n ? next.v[next.n - 1].epoch : todo.v[0].at_epoch, .full = !*ret_more});
}
