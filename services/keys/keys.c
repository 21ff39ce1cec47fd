/* Case keys leave this process only sealed for the service that asked, and rest only wrapped under the master key. A release is not
 * stored as an answer: asked again, it is computed again. */
#include "keys.h"

#include <string.h>

#include "q_keys.h"
#include "seal/seal.h"
#include "seal/wrap.h"

enum { CASES_MOST = 64 }; /* of one request, as its shape says */

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

static enum status release(struct turn *t, struct uuid case_id, int64_t epoch, struct span wrapped, struct secret *key,
                           struct case_keys *out)
{
    TRY(unwrap_key_to(t->s, t->own, case_id, (uint32_t)epoch, wrapped, key));
    const char *text = hex(t->s, secret_span(key));
    if (!text)
        return no_room(t);
    ((struct case_key *)out->keys.v)[out->keys.n++] = (struct case_key){.case_id = case_id, .epoch = epoch, .key = span_str(text)};
    return OK;
}

/* What is asked, apart: cases that are being opened, each with a new key wrapped for it, and the others. */
struct asked {
    struct uuid fresh[CASES_MOST], known[CASES_MOST];
    struct span wrapped[CASES_MOST];
    size_t fresh_n, known_n;
};

static size_t find(const struct uuid *ids, size_t n, struct uuid id)
{
    size_t i = 0;

    while (i < n && !uuid_eq(ids[i], id))
        i++;
    return i;
}

static enum status sort_out(struct turn *t, const struct key_release *in, struct secret *key, struct asked *a)
{
    for (size_t i = 0; i < in->cases.n; i++) {
        struct uuid id = in->cases.v[i].case_id;
        if (!in->cases.v[i].create || find(a->fresh, a->fresh_n, id) < a->fresh_n)
            continue;
        secret_renew(key);
        TRY(wrap_key(t->s, t->own, id, 1, key, &a->wrapped[a->fresh_n]));
        a->fresh[a->fresh_n++] = id;
    }
    for (size_t i = 0; i < in->cases.n; i++)
        if (find(a->fresh, a->fresh_n, in->cases.v[i].case_id) == a->fresh_n)
            a->known[a->known_n++] = in->cases.v[i].case_id;
    return OK;
}

static enum status release_known(struct turn *t, const struct asked *a, struct secret *key, struct case_keys *out)
{
    struct q_keys_find_rows have;

    if (!a->known_n)
        return OK;
    TRY(q_keys_find(t->tx, &(struct q_keys_find){.ids = {a->known, a->known_n}}, &have));
    TRY(tx_flush(t->tx));
    for (size_t i = 0; i < have.n; i++)
        TRY(release(t, have.v[i].case_id, have.v[i].epoch, have.v[i].wrapped, key, out));
    return OK;
}

/* A case that had a key keeps it, and its newest may be of a later epoch: it is looked up with the others. */
static enum status release_fresh(struct turn *t, struct asked *a, struct secret *key, struct case_keys *out)
{
    struct q_keys_make_rows made;

    if (!a->fresh_n)
        return OK;
    TRY(q_keys_make(t->tx, &(struct q_keys_make){.ids = {a->fresh, a->fresh_n}, .wrapped = {a->wrapped, a->fresh_n},
                                                 .at = t->s->now_us}, &made));
    TRY(tx_flush(t->tx));
    for (size_t i = 0; i < made.n; i++) {
        const struct q_keys_make_row *row = &made.v[i];
        size_t k = find(a->fresh, a->fresh_n, row->case_id);
        if (k < a->fresh_n && span_eq(row->wrapped, a->wrapped[k]))
            TRY(release(t, row->case_id, row->epoch, row->wrapped, key, out));
        else
            a->known[a->known_n++] = row->case_id;
    }
    return OK;
}

/* One after the other, every key of a request passes through the same locked memory. */
HANDLER(key_release, t, in)
{
    struct asked a = {0};
    struct key_grant out = {0};
    AUTO(secret) key = secret_new(DATA_KEY_LEN);

    if (!key)
        return fail(t->s, UNAVAILABLE, "鍵用のメモリを確保できません", "no lockable memory for a key");
    out.sealed.keys.v = scope_alloc(t->s, (in->cases.n + 1) * sizeof(struct case_key));
    if (!out.sealed.keys.v)
        return no_room(t);
    TRY(sort_out(t, in, key, &a));
    TRY(release_fresh(t, &a, key, &out.sealed));
    TRY(release_known(t, &a, key, &out.sealed));
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
