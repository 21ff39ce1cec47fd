/* A case has one log key, made when its first event is signed: what the ledger keeps of the case is sealed under it and salted with it, so
 * that destroying it leaves nothing that could be opened or proven. A destroyed one is not made anew: what happens to an erased case from
 * then on, the erasure first of all, goes under the key of no case, because the log may not stop and has to show it. Another follows only
 * when the payloads of a case are erased; the former then opens what is to be sealed anew, and nothing else. */
#include "log_key.h"

#include <string.h>

#include "q_keys.h"
#include "q_keys_erasure.h"
#include "seal/digest.h"
#include "seal/seal.h"
#include "seal/vault.h"

void log_salt(const struct secret *log_key, const char *label, struct uuid event, uint8_t ret_salt[SALT_LEN])
{
    const struct span parts[] = {span_str(label), span_of(event.b, UUID_LEN)};

    hmac256_of_parts(secret_span(log_key), parts, COUNT(parts), ret_salt);
}

static const char *belongs_to(struct turn *t, struct uuid case_id)
{
    char id[UUID_TEXT_MAX];

    return scope_print(t->s, "log-key %s", uuid_print(case_id, id));
}

/* Of the cases, and at the end of none. */
struct asked {
    struct uuid ids[LOG_KEYS_MAX + 1];
    size_t n;
    struct q_log_keys_rows rows;
};

static enum status load(struct turn *t, struct asked *a)
{
    TRY(q_log_keys(t->tx, &(struct q_log_keys){.ids = {a->ids, a->n}}, &a->rows));
    TRY(tx_flush(t->tx));
    if (a->rows.n != a->n)
        return fail(t->s, INTERNAL, "記録鍵の数が合いません", "not a log key for every case asked for");
    return OK;
}

static enum status seal_fresh(struct turn *t, struct uuid case_id, struct span *ret_sealed)
{
    struct secret *fresh = keys_of(t)->scratch;

    secret_renew(fresh);
    enum status st = vault_put(t->s, keys_of(t)->master, belongs_to(t, case_id), secret_span(fresh), ret_sealed);
    secret_wipe(fresh);
    return st;
}

/* What is missing is queued; another worker may be doing the same. */
static enum status make(struct turn *t, const struct asked *a, size_t *ret_n)
{
    struct uuid missing[LOG_KEYS_MAX + 1];
    struct span sealed[LOG_KEYS_MAX + 1];
    size_t n = 0;

    for (size_t i = 0; i < a->n; i++) {
        if (a->rows.v[i].has_sealed || a->rows.v[i].is_destroyed)
            continue;
        missing[n] = a->ids[i];
        TRY(seal_fresh(t, a->ids[i], &sealed[n++]));
    }
    *ret_n = n;
    return n ? q_log_key_add(t->tx, &(struct q_log_key_add){.ids = {missing, n}, .sealeds = {sealed, n}, .at = t->s->now_us}) : OK;
}

enum status log_keys_load(struct turn *t, const struct uuid *ids, size_t n, bool is_made, struct log_keys *ret_keys)
{
    struct asked a = {.n = n + 1};
    size_t made = 0;

    if (n > LOG_KEYS_MAX)
        return fail(t->s, TOO_LARGE, "一度に扱えるのは%dケースまでです", "at most %d cases at a time", LOG_KEYS_MAX);
    memcpy(a.ids, ids, n * sizeof *ids);
    TRY(load(t, &a));
    if (is_made)
        TRY(make(t, &a, &made));
    if (made)
        TRY(load(t, &a));
    for (size_t i = 0; i < n; i++) {
        struct log_key *k = &ret_keys->v[i];
        k->is_destroyed = a.rows.v[i].is_destroyed;
        k->has_former = a.rows.v[i].has_former;
        size_t from = k->is_destroyed ? n : i;
        if (!a.rows.v[from].has_sealed)
            return fail(t->s, NOT_FOUND, "該当するケースの記録はありません", "the ledger has nothing of such a case");
        k->of = a.ids[from];
        k->sealed = a.rows.v[from].sealed;
    }
    ret_keys->in_hand = LOG_KEYS_MAX;
    return OK;
}

enum status log_key_use(struct turn *t, struct log_keys *keys, size_t i)
{
    if (keys->in_hand == i)
        return OK;
    keys->in_hand = LOG_KEYS_MAX;
    TRY(log_key_open(t, keys->v[i].of, keys->v[i].sealed));
    keys->in_hand = i;
    return OK;
}

enum status log_key_open(struct turn *t, struct uuid case_id, struct span sealed)
{
    return vault_fill(t->s, keys_of(t)->master, belongs_to(t, case_id), sealed, keys_of(t)->scratch);
}

enum status log_key_replace(struct turn *t, struct uuid case_id)
{
    struct span sealed;

    TRY(seal_fresh(t, case_id, &sealed));
    return q_log_key_replace(t->tx, &(struct q_log_key_replace){.id = case_id, .sealed = sealed});
}
