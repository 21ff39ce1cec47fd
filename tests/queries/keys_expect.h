#ifndef KM_TEST_KEYS_EXPECT_H
#define KM_TEST_KEYS_EXPECT_H

#include "keys_seen.h"

/* What an event that was asked for must have become. */

static inline void expect_hash(const uint8_t got[LEDGER_HASH_LEN], const uint8_t *want)
{
    static const uint8_t ZERO[LEDGER_HASH_LEN];

    assert_memory_equal(got, want ? want : ZERO, LEDGER_HASH_LEN);
}

static inline void expect_actor(struct world *w, const struct event_wanted *in, const struct event *e)
{
    uint8_t prk[HKDF_PRK_LEN], key[32], mac[32] = {0};

    hkdf_extract((struct span){0}, secret_span(w->own->master), prk);
    assert_int_equal(hkdf_expand(prk, SPAN_LIT("KM1/pseudonym"), key, sizeof key), OK);
    if (in->has_actor)
        mac_of(w, span_of(key, sizeof key), "", in->actor, mac);
    assert_memory_equal(e->pseudonym, mac, PSEUDONYM_LEN);
}

/* The agency's key now signed all that was asked for, and the leaf commits to it. */
static inline void expect(struct world *w, const struct event_wanted *in, const struct seen *seen, const uint8_t *prev,
                          const uint8_t *answers)
{
    const char *code = in->has_agency ? in->agency.code : "A000";
    uint8_t public_key[SIGN_PUBLIC_LEN], mac[32], record[32];
    AUTO(secret) log_key = log_key_of(w, in->case_id);
    const struct event *e = &seen->e;
    struct span id = span_of(in->id.b, UUID_LEN);
    const char *sql = scope_print(w->s, "select encode(ed25519, 'hex') from keys.agency_key where agency = '%s' and retired_at is null"
                                        " and $1::uuid is not null", code);

    assert_true(hex_to(span_str(ask(w, sql, in->case_id)), public_key, sizeof public_key));
    assert_ok(w->s, event_check(w->s, public_key, span_of(seen->bytes, EVENT_LEN)));
    assert_true((int64_t)e->type == in->type && e->flags == 0 && e->at_ms == in->at_ms && uuid_eq(e->id, in->id) &&
                uuid_eq(e->case_id, in->case_id) && (int64_t)e->seq == in->seq && e->agency == agency_number(agency(code)));
    assert_int_equal(e->counterpart, in->has_counterpart ? agency_number(in->counterpart) : 0);
    assert_int_equal(e->reason, in->has_reason ? in->reason : 0);
    expect_actor(w, in, e);
    expect_hash(e->prev, prev);
    expect_hash(e->answers, answers);
    assert_true(!in->has_record || hex_to(in->record, record, sizeof record));
    expect_hash(e->record, in->has_record ? record : NULL);
    mac_of(w, secret_span(log_key), "KME1/r_event", id, mac);
    assert_memory_equal(seen->r_event, mac, SALT_LEN);
    mac_of(w, secret_span(log_key), "KME1/r_payload", id, mac);
    assert_memory_equal(seen->r_payload, mac, SALT_LEN);
    assert_true(span_eq(seen->payload, in->payload));
    mac_of(w, span_of(seen->r_payload, SALT_LEN), "KME1/payload", in->payload, mac);
    assert_memory_equal(e->payload, mac, 32);
    mac_of(w, span_of(seen->r_event, SALT_LEN), "KME1/leaf", span_of(seen->bytes, EVENT_LEN), mac);
    assert_memory_equal(seen->leaf, "KML1\1\0\0\0", 8);
    assert_memory_equal(seen->leaf + 8, mac, 32);
}

static inline void assert_opened(struct world *w, const struct event_opened *got, struct seen want, struct span payload)
{
    struct span hex;

    assert_ok(w->s, hex_print(w->s, span_of(want.bytes, EVENT_LEN), &hex));
    assert_true(span_eq(got->event, hex));
    assert_ok(w->s, hex_print(w->s, span_of(want.r_event, SALT_LEN), &hex));
    assert_true(span_eq(got->r_event, hex));
    assert_ok(w->s, hex_print(w->s, span_of(want.r_payload, SALT_LEN), &hex));
    assert_true(span_eq(got->r_payload, hex));
    assert_true(span_eq(got->payload, payload));
}

#endif
