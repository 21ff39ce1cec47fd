/* Taking part is a row, being able to read is a wrap, and both change in one transaction. Who leaves gets no wrap of what is written
 * from then on; who was only asked and did not take the case keeps none. Taking part for a meeting has no end: who was invited once
 * goes on reading what the meeting service keeps of the case, also under later epochs. The records themselves are not touched. */
#include <string.h>

#include "ledger/event.h"
#include "q_keys.h"
#include "rules.h"
#include "seal/seal.h"
#include "wire/message.h"
#include "wraps.h"

enum { HOLDERS_MAX = 256, SHARES_MOST = 64 };

enum status keys_lock(struct turn *t, const struct uuid *ids, size_t n)
{
    struct q_keys_lock_rows *locked = SCOPE_NEW(t->s, struct q_keys_lock_rows);

    return locked ? q_keys_lock(t->tx, &(struct q_keys_lock){.ids = {ids, n}}, locked) : keys_no_room(t);
}

enum status epochs_too_many(struct turn *t)
{
    return fail(t->s, TOO_LARGE, "このケースの鍵は%d世代を超えています", "the case has more than %d keys", EPOCHS_MOST);
}

enum status wraps_new(struct turn *t, size_t cap, struct wraps *ret_w)
{
    struct wraps w = {.cap = cap, .ids = scope_alloc(t->s, (cap + 1) * sizeof *w.ids),
                      .epochs = scope_alloc(t->s, (cap + 1) * sizeof *w.epochs),
                      .kinds = scope_alloc(t->s, (cap + 1) * sizeof *w.kinds),
                      .agencies = scope_alloc(t->s, (cap + 1) * sizeof *w.agencies),
                      .key_ids = scope_alloc(t->s, (cap + 1) * sizeof *w.key_ids),
                      .wraps = scope_alloc(t->s, (cap + 1) * sizeof *w.wraps)};

    if (!w.ids || !w.epochs || !w.kinds || !w.agencies || !w.key_ids || !w.wraps)
        return keys_no_room(t);
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

/* Of a case that has EPOCHS_MOST the next epoch is not made: everybody else could no longer be given all of them. */
enum status epoch_next(struct turn *t, struct uuid case_id, const struct q_case_state_row *now, const char *why, int64_t *ret_epoch)
{
    struct agency_id agencies[HOLDERS_MAX];
    struct recipient list[HOLDERS_MAX + 1];
    struct q_participants_live_rows in;
    struct wraps w;
    size_t n;

    TRY(q_participants_live(t->tx, &(struct q_participants_live){.id = case_id}, &in));
    TRY(tx_flush(t->tx));
    *ret_epoch = 0;
    if (!now->epoch || !now->has_wraps || now->epoch >= EPOCHS_MOST || !in.n)
        return OK; /* never opened, or destroyed, or full, or nobody is left */
    int64_t epoch = now->epoch + 1;
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

/* One key_share of several that are worked on together. */
struct share {
    struct turn *t;
    const struct key_share *in;
    const struct q_share_load_row *rows; /* newest epoch first */
    size_t n;
    bool is_twin; /* the same agency comes to the same case before it */
};

/* The agency's key as the rows have it; made where it has none yet. */
static enum status receiver_of(const struct share *p, struct recipient *ret_to)
{
    struct recipient list[2];
    size_t n;

    if (p->rows->has_to_key_id && p->rows->has_to_public)
        return recipient_take(p->t, KEYWRAP_HOSTED, p->in->agency, p->rows->to_key_id, p->rows->to_public, ret_to);
    TRY(recipients_of(p->t, &p->in->agency, 1, list, &n));
    *ret_to = list[0];
    return OK;
}

/* Every epoch of the case also for the agency, of which it has no wrap yet. */
static enum status rewrap(const struct share *p, struct wraps *w)
{
    struct turn *t = p->t;
    struct recipient to = {.kind = KEYWRAP_HOSTED};

    for (size_t i = 0; i < p->n && !p->is_twin; i++) {
        const struct q_share_load_row *r = &p->rows[i];
        struct wrapped have = {.epoch = r->epoch, .agency = r->agency, .key_id = r->key_id, .wrap = r->wrap};
        if (r->is_held)
            continue;
        if (!to.agency.code[0])
            TRY(receiver_of(p, &to));
        TRY(holder_ready(t, &have, 1));
        TRY(holder_open(t, p->in->case_id, &have));
        TRY(wraps_seal(t, w, p->in->case_id, r->epoch, &to));
    }
    secret_wipe(keys_of(t)->scratch);
    return OK;
}

static bool has_ended(const struct share *p)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->rows[i].is_held && p->rows[i].is_ended)
            return true;
    return false;
}

static bool for_meeting(const struct key_share *in)
{
    return in->has_for_meeting && in->for_meeting;
}

/* One round trip for all of them. */
static enum status shares_load(struct share *v, size_t n, size_t *ret_row_n)
{
    struct turn *t = v[0].t;
    int64_t nrs[SHARES_MOST];
    struct uuid ids[SHARES_MOST];
    struct agency_id agencies[SHARES_MOST];
    struct q_share_load_rows rows;

    for (size_t i = 0; i < n; i++) {
        nrs[i] = (int64_t)i;
        ids[i] = v[i].in->case_id;
        agencies[i] = v[i].in->agency;
        for (size_t k = 0; k < i && !v[i].is_twin; k++)
            v[i].is_twin = uuid_eq(ids[k], ids[i]) && agency_eq(agencies[k], agencies[i]);
    }
    TRY(keys_lock(t, ids, n));
    TRY(q_share_load(t->tx, &(struct q_share_load){.nrs = {nrs, n}, .ids = {ids, n}, .agencies = {agencies, n}}, &rows));
    TRY(tx_flush(t->tx));
    for (size_t i = 0; i < rows.n; i++) {
        struct share *p = &v[rows.v[i].nr];
        p->rows = p->n++ ? p->rows : &rows.v[i];
    }
    *ret_row_n = rows.n;
    return OK;
}

static enum status shares_store(const struct share *v, size_t n, const struct wraps *w)
{
    struct turn *t = v[0].t;
    struct uuid ids[SHARES_MOST];
    struct agency_id agencies[SHARES_MOST];
    bool meetings[SHARES_MOST];
    int64_t ats[SHARES_MOST];

    for (size_t i = 0; i < n; i++) {
        ids[i] = v[i].in->case_id;
        agencies[i] = v[i].in->agency;
        meetings[i] = for_meeting(v[i].in);
        ats[i] = v[i].in->at;
    }
    return q_share_store(t->tx, &(struct q_share_store){
        .ids = {ids, n}, .agencies = {agencies, n}, .meetings = {meetings, n}, .ats = {ats, n}, .wrap_ids = {w->ids, w->n},
        .epochs = {w->epochs, w->n}, .wrap_agencies = {w->agencies, w->n}, .key_ids = {w->key_ids, w->n}, .wraps = {w->wraps, w->n},
        .at = t->s->now_us});
}

/* Most messages of this service are these: what several take is read in one round trip and written in one statement. */
static enum status share_all(struct share *v, size_t n)
{
    struct wraps w;
    size_t row_n;

    TRY(shares_load(v, n, &row_n));
    TRY(wraps_new(v[0].t, row_n, &w));
    for (size_t i = 0; i < n; i++) {
        if (v[i].n > EPOCHS_MOST)
            return epochs_too_many(v[i].t);
        TRY(rewrap(&v[i], &w));
    }
    TRY(shares_store(v, n, &w));
    for (size_t i = 0; i < n; i++) {
        const struct key_share *in = v[i].in;
        if (!v[i].n) /* it may be of the old kind, or destroyed, or never have been opened */
            TRY(legacy_convert(v[i].t, in->case_id, in->agency));
        else if (!for_meeting(in) && has_ended(&v[i]))
            TRY(q_wrap_revive(v[i].t->tx, &(struct q_wrap_revive){.id = in->case_id, .agency = in->agency}));
    }
    return OK;
}

enum status keys_share_many(struct turn *const *turns, const void *const *in, size_t n)
{
    struct share v[SHARES_MOST] = {0};

    for (size_t i = 0; i < n; i++)
        v[i] = (struct share){.t = turns[i], .in = in[i]};
    return share_all(v, n);
}

HANDLER(key_share, t, in)
{
    struct share one = {.t = t, .in = in};

    return share_all(&one, 1);
}

/* Who leaves a case that can have no further epoch keeps all but the last, which the others go on with. */
static int64_t last_of(const struct key_unshare *in, const struct q_case_state_row *now)
{
    if (!in->keeps_past)
        return 0;
    return now->epoch >= EPOCHS_MOST ? now->epoch - 1 : now->epoch;
}

HANDLER(key_unshare, t, in)
{
    struct q_case_state_row now;
    struct q_participant_end_rows ended;
    int64_t epoch;

    TRY(keys_lock(t, &in->case_id, 1));
    TRY(q_case_state(t->tx, &(struct q_case_state){.id = in->case_id}, &now));
    TRY(tx_flush(t->tx));
    TRY(q_participant_end(t->tx, &(struct q_participant_end){.id = in->case_id, .agency = in->agency, .keeps = in->keeps_past,
                                                             .last = last_of(in, &now), .at = in->at}, &ended));
    TRY(tx_flush(t->tx));
    if (!ended.n)
        return OK; /* it had left already */
    TRY(q_wrap_drop(t->tx, &(struct q_wrap_drop){.id = in->case_id, .agency = in->agency}));
    TRY(q_wrap_end(t->tx, &(struct q_wrap_end){.id = in->case_id, .agency = in->agency, .at = in->at}));
    return in->keeps_past ? epoch_next(t, in->case_id, &now, "left", &epoch) : OK;
}
