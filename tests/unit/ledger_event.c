/* An event is the same bytes everywhere, signed by one key over all of them, and its leaf is bound to event and salt: against bytes that
 * were computed elsewhere. */
#include "seal_help.h"

#include "ledger/event.h"
#include "ledger/tree.h"

/* Computed in Python (hmac, hashlib, cryptography): seed 00…1f; r_payload 80…9f; r_event 40…5f. */
#define PUBLIC "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"
#define PAYLOAD "{\"kind\":\"transfer\"}"
static const char KNOWN[] =
    "4b4d453100030102000001a3185c507b101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f00000007000000380632e9fffedcba98"
    "303132333435363738393a3b3c3d3e3fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf0587637da3f253b18bf57dc1590b0766"
    "6e816deeb61527060ded2fe771a83a92c0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeef"
    "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff1ce230a74aca54670000000000000000ed85b40b3141d1d561a4dbdea34344a1093dc2f103c5dd98ab4211ecf1420571"
    "422422f640ce343e5cb3af56bfe9c74a37613bdb0f45fbe39516cde7240e9207";
static const char KNOWN_LEAF[] = "4b4d4c3101000000b4386d3db503415ca8fa97c57d53be9fc94190b8841c7686443411d1873a742e";
static const char KNOWN_LEAF_HASH[] = "dfb373e65e4c9a22b9620fb4ffedd9fb9b4f3ffe035349631f7f2ffd32407e14";

static struct secret *the_key(struct scope *s)
{
    uint8_t both[SIGN_SECRET_LEN];
    memcpy(both, counting(s, 0, 32).p, 32);
    memcpy(both + 32, unhex(s, PUBLIC).p, 32);
    struct secret *key = secret_from(span_of(both, sizeof both));
    assert_non_null(key);
    return key;
}

static struct event the_event(struct scope *s)
{
    struct event e = {.type = EVENT_ACCEPT, .flags = 0x0102, .at_ms = 1800000000123, .seq = 7, .agency = 56, .counterpart = 103999999,
                      .reason = 0xfedcba98};
    memcpy(e.id.b, counting(s, 0x10, 16).p, 16);
    memcpy(e.case_id.b, counting(s, 0x20, 16).p, 16);
    memcpy(e.pseudonym, counting(s, 0x30, 16).p, 16);
    memcpy(e.prev, counting(s, 0xa0, 32).p, 32);
    memcpy(e.record, counting(s, 0xc0, 32).p, 32);
    memcpy(e.answers, counting(s, 0xe0, 32).p, 32);
    payload_commit(counting(s, 0x80, 32).p, SPAN_LIT(PAYLOAD), e.payload);
    return e;
}

static void an_event_is_the_bytes_computed_elsewhere(void **state)
{
    AUTO(scope) s = test_scope();
    AUTO(secret) key = the_key(s);
    struct event e = the_event(s);
    uint8_t bytes[EVENT_LEN], again[EVENT_LEN], leaf[LEAF_LEN];
    struct tree_hash hash;
    (void)state;
    for (int i = 0; i < 3; i++) { /* signed again it is the same */
        assert_int_equal(event_sign(s, key, &e), OK);
        event_write(&e, bytes);
        assert_span(span_of(bytes, sizeof bytes), unhex(s, KNOWN));
    }
    assert_int_equal(event_check(s, unhex(s, PUBLIC).p, span_of(bytes, sizeof bytes)), OK);
    struct event read;
    assert_int_equal(event_read(s, span_of(bytes, sizeof bytes), &read), OK);
    event_write(&read, again);
    assert_memory_equal(again, bytes, sizeof bytes);
    leaf_make(counting(s, 0x40, 32).p, bytes, leaf);
    assert_span(span_of(leaf, sizeof leaf), unhex(s, KNOWN_LEAF));
    tree_leaf(span_of(leaf, sizeof leaf), &hash);
    assert_span(span_of(hash.b, sizeof hash.b), unhex(s, KNOWN_LEAF_HASH));
}

static void every_field_comes_back(void **state)
{
    AUTO(scope) s = test_scope();
    AUTO(secret) key = the_key(s);
    struct event want = the_event(s), e;
    uint8_t bytes[EVENT_LEN];
    (void)state;
    assert_int_equal(event_sign(s, key, &want), OK);
    for (enum event_type type = EVENT_OFFER; type < EVENT_TYPE_END; type++) {
        want.type = type;
        want.at_ms = type % 2 ? INT64_MAX : 0;
        event_write(&want, bytes);
        assert_int_equal(event_read(s, span_of(bytes, sizeof bytes), &e), OK);
        assert_true(e.type == want.type && e.flags == want.flags && e.at_ms == want.at_ms && e.seq == want.seq);
        assert_true(e.agency == want.agency && e.counterpart == want.counterpart && e.reason == want.reason);
        assert_true(uuid_eq(e.id, want.id) && uuid_eq(e.case_id, want.case_id));
        assert_memory_equal(e.pseudonym, want.pseudonym, sizeof e.pseudonym);
        assert_memory_equal(e.prev, want.prev, sizeof e.prev);
        assert_memory_equal(e.payload, want.payload, sizeof e.payload);
        assert_memory_equal(e.record, want.record, sizeof e.record);
        assert_memory_equal(e.answers, want.answers, sizeof e.answers);
        assert_memory_equal(e.key_id, want.key_id, sizeof e.key_id);
        assert_memory_equal(e.signature, want.signature, sizeof e.signature);
    }
}

static void what_is_no_event_is_refused(void **state)
{
    static const struct {
        const char *name;
        size_t at;
        uint8_t value;
        enum status want;
    } CASES[] = {
        {"nothing changed", 7, 0x02, OK},          {"magic 1", 0, 'k', CORRUPT},           {"magic 2", 1, 'N', CORRUPT},
        {"magic 3", 2, 'L', CORRUPT},              {"magic 4", 3, '2', CORRUPT},           {"type 0", 5, 0, CORRUPT},
        {"type 1", 5, EVENT_OFFER, OK},            {"the last type", 5, EVENT_DISCLOSE, OK}, {"one beyond", 5, EVENT_TYPE_END, CORRUPT},
        {"a type over 255", 4, 1, CORRUPT},        {"a type over 32767", 4, 0x80, CORRUPT}, {"before 1970", 8, 0x80, CORRUPT},
        {"as late as can be", 8, 0x7f, OK},        {"reserved 1", 216, 1, CORRUPT},        {"reserved 2", 217, 0x80, CORRUPT},
        {"reserved 3", 218, 0xff, CORRUPT},        {"reserved 4", 219, 2, CORRUPT},        {"reserved 5", 220, 4, CORRUPT},
        {"reserved 6", 221, 8, CORRUPT},           {"reserved 7", 222, 16, CORRUPT},       {"reserved 8", 223, 1, CORRUPT},
        {"before the reserved", 215, 0xff, OK},    {"behind the reserved", 224, 0xff, OK},
    };
    AUTO(scope) s = test_scope();
    struct span known = unhex(s, KNOWN);
    struct event e = {.seq = 77};
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        uint8_t *bytes = mutable_copy(s, known);
        print_message("  %s\n", CASES[i].name);
        bytes[CASES[i].at] = CASES[i].value;
        e.seq = 77;
        assert_int_equal(event_read(s, span_of(bytes, EVENT_LEN), &e), CASES[i].want);
        assert_int_equal(e.seq, CASES[i].want == OK ? 7 : 77);
    }
    for (size_t n = 0; n <= EVENT_LEN + 1; n++) {
        uint8_t *bytes = mutable_copy(s, known);
        bool is_whole = n == EVENT_LEN;
        assert_int_equal(event_read(s, span_of(bytes, n), &e), is_whole ? OK : CORRUPT);
        assert_int_equal(event_check(s, unhex(s, PUBLIC).p, span_of(bytes, n)), is_whole ? OK : CORRUPT);
    }
    assert_int_equal(event_read(s, (struct span){0}, &e), CORRUPT);
}

static void a_signature_binds_every_bit(void **state)
{
    AUTO(scope) s = test_scope();
    uint8_t *bytes = mutable_copy(s, unhex(s, KNOWN));
    struct span public = unhex(s, PUBLIC), all = span_of(bytes, EVENT_LEN);
    (void)state;
    for (size_t bit = 0; bit < 8 * EVENT_LEN; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_equal(event_check(s, public.p, all), CORRUPT);
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    assert_int_equal(event_check(s, public.p, all), OK);
}

/* Another's signature does not do, nor does another's key id above a true signature, nor a signature for another purpose. */
static void only_the_agency_s_own_key_does(void **state)
{
    AUTO(scope) s = test_scope();
    AUTO(secret) key = the_key(s);
    AUTO(secret) other = NULL;
    AUTO(secret) odd = secret_random(32);
    struct event e = the_event(s), was = e;
    uint8_t public[SIGN_PUBLIC_LEN], bytes[EVENT_LEN];
    (void)state;
    assert_int_equal(sign_keypair(s, &other, public), OK);
    assert_int_equal(event_sign(s, odd, &e), INVALID);
    assert_memory_equal(&e, &was, sizeof e);
    assert_int_equal(event_sign(s, other, &e), OK);
    event_write(&e, bytes);
    assert_int_equal(event_check(s, public, span_of(bytes, EVENT_LEN)), OK);
    assert_int_equal(event_check(s, unhex(s, PUBLIC).p, span_of(bytes, EVENT_LEN)), CORRUPT);
    sign_key_id(unhex(s, PUBLIC).p, bytes + 208); /* the other's signature under this agency's id, signed so */
    assert_int_equal(sign_make(s, other, "KME1/sig", span_of(bytes, 224), bytes + 224), OK);
    assert_int_equal(event_check(s, unhex(s, PUBLIC).p, span_of(bytes, EVENT_LEN)), CORRUPT);
    assert_int_equal(event_check(s, public, span_of(bytes, EVENT_LEN)), CORRUPT);
    assert_int_equal(sign_make(s, key, "KME1/sig", span_of(bytes, 224), bytes + 224), OK);
    assert_int_equal(event_check(s, unhex(s, PUBLIC).p, span_of(bytes, EVENT_LEN)), OK);
    assert_int_equal(sign_make(s, key, "KMR1/sig", span_of(bytes, 224), bytes + 224), OK);
    assert_int_equal(event_check(s, unhex(s, PUBLIC).p, span_of(bytes, EVENT_LEN)), CORRUPT);
}

static void a_commitment_depends_on_salt_and_bytes(void **state)
{
    AUTO(scope) s = test_scope();
    uint8_t *event = mutable_copy(s, unhex(s, KNOWN)), *salt = mutable_copy(s, counting(s, 0x40, SALT_LEN));
    uint8_t one[LEAF_LEN], two[LEAF_LEN], p[LEDGER_HASH_LEN], q[LEDGER_HASH_LEN];
    (void)state;
    leaf_make(salt, event, one);
    payload_commit(salt, span_of(event, EVENT_LEN), p);
    for (size_t i = 0; i < SALT_LEN + EVENT_LEN; i++) {
        uint8_t *at = i < SALT_LEN ? salt + i : event + i - SALT_LEN;
        *at ^= 1;
        leaf_make(salt, event, two);
        payload_commit(salt, span_of(event, EVENT_LEN), q);
        assert_memory_equal(one, two, 8);
        assert_memory_not_equal(one + 8, two + 8, LEDGER_HASH_LEN);
        assert_memory_not_equal(p, q, LEDGER_HASH_LEN);
        *at ^= 1;
    }
    assert_memory_not_equal(one + 8, p, LEDGER_HASH_LEN); /* one kind is never taken for the other */
    payload_commit(salt, (struct span){0}, q);
    payload_commit(salt, SPAN_LIT(""), p);
    assert_memory_equal(p, q, LEDGER_HASH_LEN);
}

static void words(void **state)
{
    static const char *const WANT[] = {"?",      "OFFER",   "DELIVER", "ACCEPT", "DECLINE", "EXPIRE", "CLOSE",    "READ",    "BREAKGLASS", "REVIEW",
                                       "ERASE",  "MEETING", "KEYROT",  "GRANT",  "REVOKE",  "OPEN",   "WITHDRAW", "OUTCOME", "DISCLOSE",   "?"};
    (void)state;
    assert_int_equal(COUNT(WANT), EVENT_TYPE_END + 1);
    for (size_t i = 0; i < COUNT(WANT); i++)
        assert_string_equal(event_type_word((enum event_type)i), WANT[i]);
    assert_string_equal(event_type_word((enum event_type)-1), "?");
    assert_string_equal(event_type_word((enum event_type)65535), "?");
}

static void numbers_of_agencies(void **state)
{
    static const struct {
        const char *code;
        uint32_t want;
    } CASES[] = {{"A056", 56}, {"A000", 0}, {"A999", 999}, {"A0056", 1000056}, {"A123456", 3123456}, {"B056", 4000056}, {"Z999999", 103999999}};
    static const char *const ODD[] = {"", "A", "A12", "a056", "056", "A05x", "[056", "A1234567"};
    static const uint32_t NOBODY[] = {1000, 999999, 1010000, 2100000, 103000000 - 1, 104000000, 4000000000, UINT32_MAX};
    AUTO(scope) s = test_scope();
    struct agency_id id, back = {"A777"};
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        assert_int_equal(agency_parse(span_str(CASES[i].code), &id), OK);
        assert_int_equal(agency_number(id), CASES[i].want);
        assert_int_equal(agency_of_number(s, CASES[i].want, &back), OK);
        assert_memory_equal(&back, &id, sizeof id);
    }
    for (size_t i = 0; i < COUNT(ODD); i++) {
        memset(&id, 0, sizeof id);
        memcpy(id.code, ODD[i], strlen(ODD[i]));
        assert_int_equal(agency_number(id), UINT32_MAX);
    }
    for (size_t i = 0; i < COUNT(NOBODY); i++)
        assert_int_equal(agency_of_number(s, NOBODY[i], &back), CORRUPT);
    assert_string_equal(back.code, "Z999999");
    for (uint32_t n = 0; n < 9000000; n += n % 1000000 < 1200 ? 1 : 997)
        if (agency_of_number(s, n, &back) == OK)
            assert_true(agency_number(back) == n && agency_parse(span_str(back.code), &id) == OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_is_the_bytes_computed_elsewhere),
        cmocka_unit_test(every_field_comes_back),
        cmocka_unit_test(what_is_no_event_is_refused),
        cmocka_unit_test(a_signature_binds_every_bit),
        cmocka_unit_test(only_the_agency_s_own_key_does),
        cmocka_unit_test(a_commitment_depends_on_salt_and_bytes),
        cmocka_unit_test(words),
        cmocka_unit_test(numbers_of_agencies),
    };
    if (seal_init() != OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
