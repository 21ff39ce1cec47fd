/* What administrators do with keys: they move them on, and never see one. An erased case (erasure.c) keeps its epochs, so that no new key
 * can ever be made for it under the same number. */
#include <string.h>

#include "base/hex.h"
#include "q_keys.h"
#include "rules.h"
#include "seal/seal.h"
#include "wire/message.h"
#include "wire/words.h"
#include "wraps.h"

enum status handle_key_status(struct turn *t, const void *in)
{
    struct q_key_counts_row n;

    TRY(key_audited(t, shape_key_status(), in));
    TRY(q_key_counts(t->tx, &n));
    TRY(tx_flush(t->tx));
    return ANSWER(t, key_standing, .cases = n.cases, .epochs = n.epochs, .wraps = n.wraps, .agencies = n.agencies,
                  .has_escrow = n.has_escrow_since, .has_escrow_since = n.has_escrow_since, .escrow_since = n.escrow_since,
                  .without_escrow = n.without_escrow, .has_oldest_agency_key = n.has_oldest, .oldest_agency_key = n.oldest);
}

static enum status no_case(struct turn *t)
{
    return fail(t->s, NOT_FOUND, "該当するケースはありません", "no such case");
}

static enum status rotate_case(struct turn *t, struct uuid case_id)
{
    struct q_case_state_row now;
    int64_t epoch;

    TRY(keys_lock(t, &case_id, 1));
    TRY(q_case_state(t->tx, &(struct q_case_state){.id = case_id}, &now));
    TRY(tx_flush(t->tx));
    if (!now.epoch)
        return no_case(t);
    if (now.epoch >= EPOCHS_MOST)
        return fail(t->s, CONFLICT, "このケースの鍵は%d世代あり、これ以上は作れません", "the case has %d keys already and can have no more",
                    EPOCHS_MOST);
    TRY(epoch_next(t, case_id, &now, "rotated", &epoch));
    if (!epoch)
        return fail(t->s, CONFLICT, "このケースの鍵は破棄されたか、参加機関がありません",
                    "the case's keys are destroyed, or no agency takes part in it");
    struct span state = span_str(scope_print(t->s, "epoch %d", (int)epoch));
    TRY(key_told(t, case_id, HAPPENED_KEY_ROTATED, t->s->actor.agency, t->s->actor.user, state));
    return ANSWER(t, done, .has_id = true, .id = case_id, .has_state = true, .state = state);
}

/* What was wrapped for the key before is still opened by it. */
static enum status rotate_agency(struct turn *t, struct agency_id agency)
{
    struct q_agency_key_retire_rows was;

    TRY(q_agency_key_retire(t->tx, &(struct q_agency_key_retire){.agency = agency, .at = t->s->now_us}, &was));
    TRY(tx_flush(t->tx));
    if (!was.n)
        return fail(t->s, NOT_FOUND, "この機関の鍵はありません", "the agency has no key here, or it is being rotated just now");
    int64_t next = was.v[0].generation + 1;
    TRY(pair_make(t, agency, next));
    return ANSWER(t, done, .has_state = true, .state = span_str(scope_print(t->s, "generation %d", (int)next)));
}

HANDLER(key_rotate, t, in)
{
    if (in->has_case_id == in->has_agency)
        return fail(t->s, INVALID, "ケースか機関のどちらか一方を指定してください", "give either a case or an agency");
    return in->has_case_id ? rotate_case(t, in->case_id) : rotate_agency(t, in->agency);
}

/* A key nothing can be sealed for is found out now and not when it is needed. */
static enum status try_seal(struct turn *t, const struct recipient *to)
{
    struct keywrap says = {.kind = KEYWRAP_ESCROW, .case_id = scope_uuid(t->s), .epoch = 1};
    struct secret *scratch = keys_of(t)->scratch;
    struct span wrap;

    secret_renew(scratch);
    enum status st = keywrap_seal(t->s, &says, to->public_key, scratch, &wrap);
    secret_wipe(scratch);
    return st;
}

HANDLER(escrow_put, t, in)
{
    struct recipient to = {.kind = KEYWRAP_ESCROW};
    struct recipient now;
    size_t n;

    if (!hex_to(in->public_key, to.public_key, sizeof to.public_key))
        return fail(t->s, INVALID, "公開鍵は16進64文字です", "the public key is 64 hex digits");
    TRY(try_seal(t, &to));
    keywrap_key_id(to.public_key, to.key_id);
    struct span id = span_of(to.key_id, sizeof to.key_id);
    TRY(recipients_of(t, NULL, 0, &now, &n));
    if (n && span_eq(span_of(now.key_id, KEY_ID_LEN), id))
        return ANSWER(t, done, .has_state = true, .state = SPAN_LIT("unchanged"));
    TRY(q_escrow_retire(t->tx, &(struct q_escrow_retire){.key_id = id, .at = t->s->now_us}));
    TRY(q_escrow_add(t->tx, &(struct q_escrow_add){.key_id = id, .public = span_of(to.public_key, sizeof to.public_key),
                                                   .at = t->s->now_us}));
    return ANSWER(t, done, .has_state = true, .state = SPAN_LIT("set"));
}

HANDLER(escrow_fetch, t, in)
{
    struct q_escrow_wraps_rows rows;
    struct escrow_wrap out = {.case_id = in->case_id};

    TRY(q_escrow_wraps(t->tx, &(struct q_escrow_wraps){.id = in->case_id}, &rows));
    TRY(tx_flush(t->tx));
    if (!rows.n)
        return fail(t->s, NOT_FOUND, "このケースに預託された鍵はありません", "no key of this case is in escrow");
    if (rows.n > EPOCHS_MOST)
        return epochs_too_many(t);
    struct wrap_private *list = scope_alloc(t->s, rows.n * sizeof *list);
    if (!list)
        return keys_no_room(t);
    for (size_t i = 0; i < rows.n; i++)
        TRY(hex_print(t->s, rows.v[i].wrap, &list[i].wrap));
    out.sealed.wraps.v = list;
    out.sealed.wraps.n = rows.n;
    TRY(reading_add(t, in->case_id, READING_READ, "escrow"));
    return turn_answer(t, shape_escrow_wrap(), &out);
}
