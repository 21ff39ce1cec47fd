/* Case keys leave this process only sealed for the service that asked, and rest only wrapped under the master key. A release is not
 * stored as an answer: asked again, it is computed again. */
#include "keys.h"

#include <string.h>

#include "q_keys.h"
#include "seal/seal.h"
#include "seal/wrap.h"

static enum status no_room(struct turn *t)
{
    return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
}

static const char *hex(struct scope *s, struct span raw)
{
    static const char DIGITS[] = "0123456789abcdef";
    char *to = scope_alloc(s, 2 * raw.n + 1);

    for (size_t i = 0; to && i < raw.n; i++) {
        to[2 * i] = DIGITS[raw.p[i] >> 4];
        to[2 * i + 1] = DIGITS[raw.p[i] & 15];
    }
    return to;
}

static enum status release(struct turn *t, const struct q_keys_find_row *row, struct case_key *ret_key)
{
    struct secret *raw;

    TRY(unwrap_key(t->s, t->own, row->case_id, (uint32_t)row->epoch, row->wrapped, &raw));
    const char *text = hex(t->s, secret_span(raw));
    secret_free(raw);
    if (!text)
        return no_room(t);
    *ret_key = (struct case_key){.case_id = row->case_id, .epoch = row->epoch, .key = span_str(text)};
    return OK;
}

static bool is_found(const struct q_keys_find_rows *rows, struct uuid id)
{
    for (size_t i = 0; i < rows->n; i++)
        if (uuid_eq(rows->v[i].case_id, id))
            return true;
    return false;
}

/* New keys for the cases that are being opened and have none. */
static enum status make(struct turn *t, const struct key_release *in, const struct q_keys_find_rows *have,
                        struct q_keys_make_rows *ret_made)
{
    struct uuid ids[64];
    struct span wrapped[64];
    size_t n = 0;

    for (size_t i = 0; i < in->cases.n; i++) {
        if (!in->cases.v[i].create || is_found(have, in->cases.v[i].case_id))
            continue;
        bool is_repeated = false;
        for (size_t k = 0; k < n; k++)
            is_repeated = is_repeated || uuid_eq(ids[k], in->cases.v[i].case_id);
        if (is_repeated)
            continue;
        AUTO(secret) key = secret_random(DATA_KEY_LEN);
        if (!key)
            return fail(t->s, UNAVAILABLE, "鍵用のメモリを確保できません", "no lockable memory for a key");
        ids[n] = in->cases.v[i].case_id;
        TRY(wrap_key(t->s, t->own, ids[n], 1, key, &wrapped[n]));
        n++;
    }
    if (!n)
        return OK;
    TRY(q_keys_make(t->tx, &(struct q_keys_make){.ids = {ids, n}, .wrapped = {wrapped, n}, .at = t->s->now_us}, ret_made));
    return tx_flush(t->tx);
}

HANDLER(key_release, t, in)
{
    struct uuid ids[64];
    struct case_key *keys = scope_alloc(t->s, (in->cases.n + 1) * sizeof *keys);
    struct q_keys_find_rows have = {0};
    struct q_keys_make_rows made = {0};
    struct key_grant out = {0};

    if (!keys)
        return no_room(t);
    for (size_t i = 0; i < in->cases.n; i++)
        ids[i] = in->cases.v[i].case_id;
    TRY(q_keys_find(t->tx, &(struct q_keys_find){.ids = {ids, in->cases.n}}, &have));
    TRY(tx_flush(t->tx));
    TRY(make(t, in, &have, &made));
    for (size_t i = 0; i < have.n; i++)
        TRY(release(t, &have.v[i], &keys[out.sealed.keys.n++]));
    for (size_t i = 0; i < made.n; i++) {
        struct q_keys_find_row row = {.case_id = made.v[i].case_id, .epoch = made.v[i].epoch, .wrapped = made.v[i].wrapped};
        TRY(release(t, &row, &keys[out.sealed.keys.n++]));
    }
    out.sealed.keys.v = keys;
    return turn_answer(t, shape_key_grant(), &out);
}

static enum status start(struct scope *s, const struct settings *cfg, const struct keyring *ring, void **ret_own)
{
    struct secret *master;

    (void)ring;
    TRY(keyring_master_open(s, cfg->keys_dir, &master));
    *ret_own = master;
    return OK;
}

static const struct route ROUTES[] = {
    ROUTE(ROUTE_QUERY, key_release, ROLES_ANY, KEY_NONE, "intake,meeting"),
};

const struct service KEYS = {
    .name = "keys",
    .db_role = "km_keys",
    .uses_keys_database = true,
    .routes = ROUTES,
    .route_n = COUNT(ROUTES),
    .queries = QUERIES_keys,
    .start = start,
};
