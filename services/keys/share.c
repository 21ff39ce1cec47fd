/* Taking part is a row, being able to read is a wrap, and both change in one transaction. Who leaves gets no wrap of what is written
 * from then on; who was only asked and did not take the case keeps none. The records themselves are not touched. */
#include <string.h>

#include "q_keys.h"
#include "rules.h"
#include "seal/seal.h"
#include "wire/message.h"

enum { HOLDERS_MAX = 256 };

enum status wraps_new(struct turn *t, size_t cap, struct wraps *ret_w)
{
    struct wraps w = {.cap = cap, .ids = scope_alloc(t->s, (cap + 1) * sizeof *w.ids),
                      .epochs = scope_alloc(t->s, (cap + 1) * sizeof *w.epochs),
                      .kinds = scope_alloc(t->s, (cap + 1) * sizeof *w.kinds),
                      .agencies = scope_alloc(t->s, (cap + 1) * sizeof *w.agencies),
                      .key_ids = scope_alloc(t->s, (cap + 1) * sizeof *w.key_ids),
                      .wraps = scope_alloc(t->s, (cap + 1) * sizeof *w.wraps)};

    if (!w.ids || !w.epochs || !w.kinds || !w.agencies || !w.key_ids || !w.wraps)
        return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    *ret_w = w;
    return OK;
}

enum status wraps_seal(struct turn *t, struct wraps *w, struct uuid case_id, int64_t epoch, const struct recipient *to)
{
    struct keywrap says = {.kind = to->kind, .case_id = case_id, .epoch = (uint32_t)epoch, .created_s = t->s->now_us / US_PER_S,
                           .agency = to->kind == KEYWRAP_ESCROW ? 0 : agency_number(to->agency)};
    struct span code, key_id;

    if (w->n == w->cap)
        return fail(t->s, INTERNAL, "包む鍵の数が合いません", "more wraps than there is room for");
    TRY(keywrap_seal(t->s, &says, to->public_key, keys_of(t)->scratch, &w->wraps[w->n]));
    TRY(scope_copy(t->s, span_str(to->agency.code), &code));
    TRY(scope_copy(t->s, span_of(to->key_id, KEY_ID_LEN), &key_id));
    w->ids[w->n] = case_id;
    w->epochs[w->n] = epoch;
    w->kinds[w->n] = to->kind;
    w->agencies[w->n] = code;
    w->key_ids[w->n++] = key_id;
    return OK;
}

enum status wraps_store(struct turn *t, const struct wraps *w)
{
    if (!w->n)
        return OK;
    return q_wrap_add(t->tx, &(struct q_wrap_add){.ids = {w->ids, w->n}, .epochs = {w->epochs, w->n}, .kinds = {w->kinds, w->n},
                                                  .agencies = {w->agencies, w->n}, .key_ids = {w->key_ids, w->n},
                                                  .wraps = {w->wraps, w->n}, .at = t->s->now_us});
}

enum status epoch_next(struct turn *t, struct uuid case_id, const char *why, int64_t *ret_epoch)
{
    struct agency_id agencies[HOLDERS_MAX];
    struct recipient list[HOLDERS_MAX + 1];
    struct q_participants_live_rows in;
    struct q_epoch_newest_rows newest;
    struct wraps w;
    size_t n;

    TRY(q_epoch_newest(t->tx, &(struct q_epoch_newest){.id = case_id}, &newest));
    TRY(q_participants_live(t->tx, &(struct q_participants_live){.id = case_id}, &in));
    TRY(tx_flush(t->tx));
    *ret_epoch = 0;
    if (!newest.n || !newest.v[0].has_wraps || !in.n)
        return OK; /* never opened, or destroyed, or nobody is left */
    int64_t epoch = newest.v[0].epoch + 1;
    for (size_t i = 0; i < in.n; i++)
        agencies[i] = in.v[i].agency;
    TRY(recipients_of(t, agencies, in.n, list, &n));
    TRY(wraps_new(t, n, &w));
    secret_renew(keys_of(t)->scratch);
    for (size_t i = 0; i < n; i++)
        TRY(wraps_seal(t, &w, case_id, epoch, &list[i]));
    secret_wipe(keys_of(t)->scratch);
    *ret_epoch = epoch;
    TRY(q_epoch_add(t->tx, &(struct q_epoch_add){.id = case_id, .epoch = epoch, .why = span_str(why), .at = t->s->now_us}));
    return wraps_store(t, &w);
}

static bool is_held(const struct q_wraps_held_rows *held, int64_t epoch)
{
    for (size_t i = 0; i < held->n; i++)
        if (held->v[i].epoch == epoch)
            return true;
    return false;
}

/* Every epoch of a case also for `agency`; `have` is one wrap of each that this service can open. */
static enum status rewrap(struct turn *t, struct uuid case_id, struct agency_id agency, const struct wrapped *have, size_t n,
                          const struct q_wraps_held_rows *held)
{
    struct recipient list[2];
    struct wraps w;
    size_t list_n;

    TRY(recipients_of(t, &agency, 1, list, &list_n));
    TRY(holder_ready(t, have, n));
    TRY(wraps_new(t, n, &w));
    for (size_t i = 0; i < n; i++) {
        if (is_held(held, have[i].epoch))
            continue;
        TRY(holder_open(t, case_id, &have[i]));
        TRY(wraps_seal(t, &w, case_id, have[i].epoch, &list[0]));
    }
    secret_wipe(keys_of(t)->scratch);
    return wraps_store(t, &w);
}

HANDLER(key_share, t, in)
{
    struct q_epoch_lock_rows lock;
    struct q_wraps_any_rows any;
    struct q_wraps_held_rows held;
    bool for_meeting = in->has_for_meeting && in->for_meeting;

    TRY(q_epoch_lock(t->tx, &(struct q_epoch_lock){.id = in->case_id}, &lock));
    TRY(q_wraps_any(t->tx, &(struct q_wraps_any){.id = in->case_id}, &any));
    TRY(q_wraps_held(t->tx, &(struct q_wraps_held){.id = in->case_id, .agency = in->agency}, &held));
    TRY(tx_flush(t->tx));
    TRY(q_participant_begin(t->tx, &(struct q_participant_begin){.id = in->case_id, .agency = in->agency, .meeting = for_meeting,
                                                                 .at = in->at}));
    if (!lock.n)
        return legacy_convert(t, in->case_id, in->agency);
    struct wrapped *have = scope_alloc(t->s, (any.n + 1) * sizeof *have);
    if (!have)
        return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    for (size_t i = 0; i < any.n; i++)
        have[i] = (struct wrapped){.epoch = any.v[i].epoch, .agency = any.v[i].agency, .key_id = any.v[i].key_id,
                                   .wrap = any.v[i].wrap};
    if (!for_meeting)
        TRY(q_wrap_revive(t->tx, &(struct q_wrap_revive){.id = in->case_id, .agency = in->agency}));
    return rewrap(t, in->case_id, in->agency, have, any.n, &held);
}

HANDLER(key_unshare, t, in)
{
    struct q_epoch_lock_rows lock;
    struct q_epoch_newest_rows newest;
    struct q_participant_end_rows ended;
    int64_t epoch;

    TRY(q_epoch_lock(t->tx, &(struct q_epoch_lock){.id = in->case_id}, &lock));
    TRY(q_epoch_newest(t->tx, &(struct q_epoch_newest){.id = in->case_id}, &newest));
    TRY(tx_flush(t->tx));
    TRY(q_participant_end(t->tx, &(struct q_participant_end){.id = in->case_id, .agency = in->agency, .keeps = in->keeps_past,
                                                             .last = newest.n && in->keeps_past ? newest.v[0].epoch : 0,
                                                             .at = in->at}, &ended));
    TRY(tx_flush(t->tx));
    if (!ended.n)
        return OK; /* it had left already */
    TRY(q_wrap_drop(t->tx, &(struct q_wrap_drop){.id = in->case_id, .agency = in->agency}));
    TRY(q_wrap_end(t->tx, &(struct q_wrap_end){.id = in->case_id, .agency = in->agency, .at = in->at}));
    return in->keeps_past ? epoch_next(t, in->case_id, "left", &epoch) : OK;
}
