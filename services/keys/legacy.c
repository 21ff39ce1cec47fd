/* A key that was stored before there were wraps becomes the case's first epochs: for the agency referral names first, and for the city's
 * escrow key. The old row goes in the same transaction; whoever else takes part gets a wrap as always. */
#include "q_keys.h"
#include "rules.h"
#include "seal/wrap.h"
#include "wraps.h"

enum status legacy_convert(struct turn *t, struct uuid case_id, struct agency_id to)
{
    struct keys *k = keys_of(t);
    struct q_legacy_take_rows old;
    struct recipient list[2];
    struct wraps w;
    size_t n;

    TRY(q_legacy_take(t->tx, &(struct q_legacy_take){.id = case_id}, &old));
    TRY(tx_flush(t->tx));
    if (!old.n)
        return OK; /* nothing was ever sealed for this case */
    TRY(recipients_of(t, &to, 1, list, &n));
    TRY(wraps_new(t, n * old.n, &w));
    for (size_t i = 0; i < old.n; i++) {
        AUTO(secret) key = NULL;
        TRY(unwrap_key(t->s, k->master, case_id, (uint32_t)old.v[i].epoch, old.v[i].wrapped, &key));
        if (!secret_set(k->scratch, secret_span(key)))
            return fail(t->s, INTERNAL, "鍵の長さが正しくありません", "a key of another length");
        TRY(q_epoch_add(t->tx, &(struct q_epoch_add){.id = case_id, .epoch = old.v[i].epoch, .why = SPAN_LIT("legacy"),
                                                     .at = t->s->now_us}));
        for (size_t r = 0; r < n; r++)
            TRY(wraps_seal(t, &w, case_id, old.v[i].epoch, &list[r]));
    }
    secret_wipe(k->scratch);
    return wraps_store(t, &w);
}
