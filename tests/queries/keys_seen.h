#ifndef KM_TEST_KEYS_SEEN_H
#define KM_TEST_KEYS_SEEN_H

#include "base/base64.h"
#include "keys_events.h"
#include "seal/hkdf.h"
#include "seal/seal.h"
#include "seal/vault.h"

/* What came of an event that was asked for, worked out again from the formats: the keys come from the tables. */

struct seen {
    struct event e;
    uint8_t bytes[EVENT_LEN], r_event[SALT_LEN], r_payload[SALT_LEN], leaf[LEAF_LEN], leaf_hash[LEDGER_HASH_LEN];
    struct span payload;
};

/* From the row, opened with the master key; of a case that is erased, that of none. */
static inline struct secret *log_key_of(struct world *w, struct uuid case_id)
{
    static const struct uuid NOBODY;
    const char *hex = ask(w, "select encode(sealed, 'hex') from keys.log_key where case_id = $1::uuid", case_id);
    char id[UUID_TEXT_MAX];
    struct secret *key;
    struct span sealed;

    if (!hex[0] && !uuid_eq(case_id, NOBODY))
        return log_key_of(w, NOBODY);
    assert_ok(w->s, hex_parse(w->s, span_str(hex), &sealed));
    assert_ok(w->s, vault_take(w->s, w->own->master, scope_print(w->s, "log-key %s", uuid_print(case_id, id)), sealed, &key));
    return key;
}

/* HMAC-SHA-256 is the first step of HKDF. */
static inline void mac_of(struct world *w, struct span key, const char *label, struct span text, uint8_t ret_mac[32])
{
    uint8_t *all = scope_alloc(w->s, strlen(label) + text.n + 1);

    memcpy(all, label, strlen(label));
    memcpy(all + strlen(label), text.p, text.n);
    hkdf_extract(key, span_of(all, strlen(label) + text.n), ret_mac);
}

static inline struct seen see(struct world *w, const struct event_wanted *e, const struct event_signed *out)
{
    AUTO(secret) key = log_key_of(w, e->case_id);
    struct record_id_fields says = {.type = RECORD_EVENT, .case_id = e->case_id, .record_id = e->id, .epoch = 1, .version = 1};
    struct span sealed, plain;
    uint8_t data[1 + LEAF_LEN] = {0};
    struct seen seen;

    assert_true(uuid_eq(out->id, e->id));
    assert_ok(w->s, base64_parse(w->s, out->sealed, &sealed));
    assert_ok(w->s, unseal_record(w->s, key, &says, sealed, &plain));
    assert_true(plain.n >= EVENT_LEN + 2 * SALT_LEN);
    memcpy(seen.bytes, plain.p, EVENT_LEN);
    memcpy(seen.r_event, plain.p + EVENT_LEN, SALT_LEN);
    memcpy(seen.r_payload, plain.p + EVENT_LEN + SALT_LEN, SALT_LEN);
    seen.payload = span_of(plain.p + EVENT_LEN + 2 * SALT_LEN, plain.n - EVENT_LEN - 2 * SALT_LEN);
    assert_ok(w->s, event_read(w->s, span_of(seen.bytes, EVENT_LEN), &seen.e));
    assert_true(hex_to(out->leaf, seen.leaf, LEAF_LEN));
    memcpy(data + 1, seen.leaf, LEAF_LEN);
    sha256_of(span_of(data, sizeof data), seen.leaf_hash);
    return seen;
}

static inline enum status sign_and_see(struct world *w, const struct event_wanted *e, size_t n, struct seen *ret_seen)
{
    struct events_signed out;

    TRY(sign_events(w, FROM_SEQUENCER, e, n, &out));
    assert_int_equal(out.events.n, n);
    for (size_t i = 0; i < n; i++)
        ret_seen[i] = see(w, &e[i], &out.events.v[i]);
    return OK;
}

#endif
