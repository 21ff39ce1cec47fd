/* Private keys of hosted agencies leave the database only into locked memory, opened once a process; which key an agency has now is
 * read each time, because another worker may have made the next one. */
#include <string.h>

#include "ledger/event.h"
#include "q_keys.h"
#include "rules.h"
#include "seal/sign.h"
#include "seal/vault.h"

static const char *belongs_to(struct turn *t, struct agency_id agency, int64_t generation, const char *what)
{
    return scope_print(t->s, "agency-key %s %d %s", agency.code, (int)generation, what);
}

enum status pair_make(struct turn *t, struct agency_id agency, int64_t generation)
{
    const struct secret *master = keys_of(t)->master;
    uint8_t x25519[HPKE_KEY_LEN], ed25519[SIGN_PUBLIC_LEN], key_id[KEY_ID_LEN], sign_id[KEY_ID_LEN];
    AUTO(secret) opens = NULL;
    AUTO(secret) signs = NULL;
    struct q_agency_key_add row = {.agency = agency, .generation = generation, .at = t->s->now_us};

    TRY(hpke_keypair(t->s, &opens, x25519));
    TRY(sign_keypair(t->s, &signs, ed25519));
    keywrap_key_id(x25519, key_id);
    sign_key_id(ed25519, sign_id);
    row.key_id = span_of(key_id, sizeof key_id);
    row.sign_id = span_of(sign_id, sizeof sign_id);
    row.x25519 = span_of(x25519, sizeof x25519);
    row.ed25519 = span_of(ed25519, sizeof ed25519);
    TRY(vault_put(t->s, master, belongs_to(t, agency, generation, "x25519"), secret_span(opens), &row.opens));
    TRY(vault_put(t->s, master, belongs_to(t, agency, generation, "ed25519"), secret_span(signs), &row.signs));
    return q_agency_key_add(t->tx, &row);
}

static bool has_key(const struct q_recipients_rows *rows, struct agency_id agency)
{
    for (size_t i = 0; i < rows->n; i++)
        if (span_is(rows->v[i].agency, agency.code))
            return true;
    return false;
}

enum status recipient_take(struct turn *t, enum keywrap_kind kind, struct agency_id agency, struct span key_id,
                           struct span public_key, struct recipient *ret_to)
{
    if (key_id.n != KEY_ID_LEN || public_key.n != HPKE_KEY_LEN)
        return fail(t->s, CORRUPT, "公開鍵の長さが正しくありません", "a stored public key has another length");
    *ret_to = (struct recipient){.kind = kind, .agency = agency};
    memcpy(ret_to->key_id, key_id.p, KEY_ID_LEN);
    memcpy(ret_to->public_key, public_key.p, HPKE_KEY_LEN);
    return OK;
}

enum status recipients_of(struct turn *t, const struct agency_id *agencies, size_t agency_n, struct recipient *ret_list,
                          size_t *ret_n)
{
    struct q_recipients ask = {.agencies = {agencies, agency_n}};
    struct q_recipients_rows rows;
    bool made = false;

    TRY(q_recipients(t->tx, &ask, &rows));
    TRY(tx_flush(t->tx));
    for (size_t i = 0; i < agency_n; i++) {
        if (has_key(&rows, agencies[i]))
            continue;
        TRY(pair_make(t, agencies[i], 1));
        made = true;
    }
    if (made) {
        TRY(q_recipients(t->tx, &ask, &rows));
        TRY(tx_flush(t->tx));
    }
    if (rows.n < agency_n || rows.n > agency_n + 1)
        return fail(t->s, INTERNAL, "機関の鍵が作れません", "an agency has no key and none could be made");
    for (size_t i = 0; i < rows.n; i++) {
        const struct q_recipients_row *r = &rows.v[i];
        struct agency_id agency = {""};
        if (r->agency.n)
            TRY(agency_parse(r->agency, &agency));
        TRY(recipient_take(t, (enum keywrap_kind)r->kind, agency, r->key_id, r->public, &ret_list[i]));
    }
    *ret_n = rows.n;
    return OK;
}

static struct opened *opened_find(struct keys *k, struct agency_id agency, struct span key_id)
{
    for (size_t i = 0; i < k->opened_n; i++) {
        struct opened *o = &k->opened[i];
        if (agency_eq(o->agency, agency) && span_eq(span_of(o->key_id, KEY_ID_LEN), key_id)) {
            o->used = ++k->used;
            return o;
        }
    }
    return NULL;
}

/* A free place, or the place of the key that was not used for longest. */
static struct opened *opened_place(struct keys *k)
{
    struct opened *oldest = &k->opened[0];

    if (k->opened_n < OPENED_MAX)
        return &k->opened[k->opened_n++];
    for (size_t i = 1; i < OPENED_MAX; i++)
        if (k->opened[i].used < oldest->used)
            oldest = &k->opened[i];
    secret_free(oldest->secret);
    return oldest;
}

/* A private key as its row has it. */
struct stored {
    struct agency_id agency;
    int64_t generation;
    const char *what;
    struct span key_id, public_key, sealed;
};

static enum status opened_keep(struct turn *t, const struct stored *r, struct opened **ret_o)
{
    struct keys *k = keys_of(t);
    AUTO(secret) secret = NULL;

    if (r->key_id.n != KEY_ID_LEN || r->public_key.n != HPKE_KEY_LEN)
        return fail(t->s, CORRUPT, "公開鍵の長さが正しくありません", "a stored public key has another length");
    TRY(vault_take(t->s, k->master, belongs_to(t, r->agency, r->generation, r->what), r->sealed, &secret));
    struct opened *o = opened_place(k);
    *o = (struct opened){.agency = r->agency, .used = ++k->used};
    memcpy(o->key_id, r->key_id.p, KEY_ID_LEN);
    memcpy(o->public_key, r->public_key.p, HPKE_KEY_LEN);
    o->secret = take(&secret);
    *ret_o = o;
    return OK;
}

enum status holder_ready(struct turn *t, const struct wrapped *wraps, size_t n)
{
    size_t most = n < OPENED_MAX ? n : OPENED_MAX, missing = 0;
    struct agency_id *agencies = scope_alloc(t->s, (most + 1) * sizeof *agencies);
    struct span *ids = scope_alloc(t->s, (most + 1) * sizeof *ids);
    struct q_agency_secrets_rows rows;
    struct opened *kept;

    if (!agencies || !ids)
        return keys_no_room(t);
    for (size_t i = 0; i < n && missing < most; i++) {
        size_t seen = 0;
        if (opened_find(keys_of(t), wraps[i].agency, wraps[i].key_id))
            continue;
        while (seen < missing && !(agency_eq(agencies[seen], wraps[i].agency) && span_eq(ids[seen], wraps[i].key_id)))
            seen++;
        if (seen < missing)
            continue;
        agencies[missing] = wraps[i].agency;
        ids[missing++] = wraps[i].key_id;
    }
    if (!missing)
        return OK;
    TRY(q_agency_secrets(t->tx, &(struct q_agency_secrets){.agencies = {agencies, missing}, .key_ids = {ids, missing}}, &rows));
    TRY(tx_flush(t->tx));
    for (size_t i = 0; i < rows.n; i++) {
        const struct q_agency_secrets_row *r = &rows.v[i];
        struct stored row = {r->agency, r->generation, "x25519", r->key_id, r->x25519, r->opens};
        enum status st = opened_keep(t, &row, &kept);
        if (st == CORRUPT)
            continue; /* spoils what was wrapped for it, and nothing else of the message */
        TRY(st);
    }
    return OK;
}

enum status holder_open(struct turn *t, struct uuid case_id, const struct wrapped *w)
{
    struct keys *k = keys_of(t);
    const struct opened *o = opened_find(k, w->agency, w->key_id);
    struct keywrap want = {.kind = KEYWRAP_HOSTED, .case_id = case_id, .epoch = (uint32_t)w->epoch,
                           .agency = agency_number(w->agency)};

    if (!o)
        return fail(t->s, CORRUPT, "包まれた鍵の宛先の鍵がありません", "the wrap names a key its agency does not have");
    return keywrap_open(t->s, &want, o->secret, o->public_key, w->wrap, k->scratch);
}

static const struct q_signers_row *signer_row(const struct q_signers_rows *rows, struct agency_id agency)
{
    for (size_t i = 0; i < rows->n; i++)
        if (agency_eq(rows->v[i].agency, agency))
            return &rows->v[i];
    return NULL;
}

/* Signing keys lie with the opening ones: the ids of the two are made differently. */
enum status signers_now(struct turn *t, const struct agency_id *agencies, size_t n, const struct secret **ret_list)
{
    struct q_signers ask = {.agencies = {agencies, n}};
    struct q_signers_rows rows;
    bool made = false;

    TRY(q_signers(t->tx, &ask, &rows));
    TRY(tx_flush(t->tx));
    for (size_t i = 0; i < n; i++) {
        if (signer_row(&rows, agencies[i]))
            continue;
        TRY(pair_make(t, agencies[i], 1));
        made = true;
    }
    if (made) {
        TRY(q_signers(t->tx, &ask, &rows));
        TRY(tx_flush(t->tx));
    }
    for (size_t i = 0; i < n; i++) {
        const struct q_signers_row *r = signer_row(&rows, agencies[i]);
        if (!r)
            return fail(t->s, INTERNAL, "機関の鍵が作れません", "an agency has no key and none could be made");
        struct opened *o = opened_find(keys_of(t), r->agency, r->sign_id);
        struct stored row = {r->agency, r->generation, "ed25519", r->sign_id, r->ed25519, r->signs};
        if (!o)
            TRY(opened_keep(t, &row, &o));
        ret_list[i] = o->secret;
    }
    return OK;
}
