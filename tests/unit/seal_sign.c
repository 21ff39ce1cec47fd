/* A signature holds for one key, one domain and these bytes; a blind index for one key, one rule and one compound. */
#include "seal_help.h"

#include <sodium.h>

#include "seal/blind.h"
#include "seal/sign.h"

static void a_signature_is_ed25519_over_domain_and_bytes(void **state)
{
    static const size_t SIZES[] = {0, 1, 224, 1014, 1015, 1016, 5000};
    static const char DOMAIN[] = "KME1/sig";
    AUTO(scope) s = test_scope();
    AUTO(secret) mine = NULL;
    uint8_t public[SIGN_PUBLIC_LEN], have[SIGN_LEN], want[SIGN_LEN];
    (void)state;
    assert_int_equal(sign_keypair(s, &mine, public), OK);
    assert_memory_equal(secret_span(mine).p + 32, public, sizeof public);
    for (size_t i = 0; i < COUNT(SIZES); i++) {
        struct span bytes = counting(s, 9, SIZES[i]);
        uint8_t *all = mutable_copy(s, counting(s, 0, sizeof DOMAIN + bytes.n));
        memcpy(all, DOMAIN, sizeof DOMAIN);
        memcpy(all + sizeof DOMAIN, bytes.p, bytes.n);
        crypto_sign_detached(want, NULL, all, sizeof DOMAIN + bytes.n, secret_span(mine).p);
        assert_int_equal(sign_make(s, mine, DOMAIN, bytes, have), OK);
        assert_memory_equal(have, want, sizeof want);
        assert_int_equal(sign_check(s, public, DOMAIN, bytes, span_of(have, sizeof have)), OK);
    }
}

static void a_signature_holds_for_nothing_else(void **state)
{
    static const struct {
        const char *name, *domain, *bytes;
        bool is_own_key;
        size_t cut;
        enum status want;
    } CASES[] = {
        {"as it was made", "KME1/sig", "bytes", true, 0, OK},
        {"another domain", "KME1/set", "bytes", true, 0, CORRUPT},
        {"a longer domain, fewer bytes", "KME1/sigb", "ytes", true, 0, CORRUPT},
        {"other bytes", "KME1/sig", "bytez", true, 0, CORRUPT},
        {"fewer bytes", "KME1/sig", "byte", true, 0, CORRUPT},
        {"another key", "KME1/sig", "bytes", false, 0, CORRUPT},
        {"cut short", "KME1/sig", "bytes", true, 1, CORRUPT},
        {"none", "KME1/sig", "bytes", true, SIGN_LEN, CORRUPT},
    };
    AUTO(scope) s = test_scope();
    AUTO(secret) mine = NULL;
    AUTO(secret) theirs = NULL;
    uint8_t public[SIGN_PUBLIC_LEN], other[SIGN_PUBLIC_LEN], made[SIGN_LEN];
    (void)state;
    assert_int_equal(sign_keypair(s, &mine, public), OK);
    assert_int_equal(sign_keypair(s, &theirs, other), OK);
    assert_int_equal(sign_make(s, mine, "KME1/sig", SPAN_LIT("bytes"), made), OK);
    for (size_t i = 0; i < COUNT(CASES); i++) {
        print_message("  %s\n", CASES[i].name);
        assert_int_equal(sign_check(s, CASES[i].is_own_key ? public : other, CASES[i].domain, span_str(CASES[i].bytes),
                                    span_of(made, sizeof made - CASES[i].cut)),
                         CASES[i].want);
    }
    for (size_t i = 0; i < sizeof made; i++) {
        made[i] ^= 0x10;
        assert_int_equal(sign_check(s, public, "KME1/sig", SPAN_LIT("bytes"), span_of(made, sizeof made)), CORRUPT);
        made[i] ^= 0x10;
    }
}

static void what_cannot_be_signed_is_refused(void **state)
{
    AUTO(scope) s = test_scope();
    AUTO(scope) small = scope_new(64, entropy_system());
    AUTO(secret) odd = secret_random(32);
    AUTO(secret) mine = NULL;
    uint8_t public[SIGN_PUBLIC_LEN], made[SIGN_LEN];
    struct span large = counting(s, 0, 5000);
    (void)state;
    assert_int_equal(sign_keypair(s, &mine, public), OK);
    assert_int_equal(sign_make(s, odd, "d", large, made), INVALID);
    assert_int_equal(sign_make(small, mine, "d", large, made), TOO_LARGE);
    assert_int_equal(sign_check(small, public, "d", large, span_of(made, sizeof made)), TOO_LARGE);
}

static void a_key_id_is_the_hash_of_the_key(void **state)
{
    AUTO(scope) s = test_scope();
    uint8_t id[8];
    (void)state;
    sign_key_id(counting(s, 0, SIGN_PUBLIC_LEN).p, id);
    assert_span(span_of(id, sizeof id), unhex(s, "e8b8b8a8f3b92909"));
}

/* HMAC-SHA-256 computed elsewhere, for the first; every other differs from it. */
static void a_blind_index_depends_on_key_rule_and_text(void **state)
{
    static const struct {
        uint8_t key;
        const char *rule, *text;
        bool is_same;
    } CASES[] = {
        {0, "kana+birth", "kakuu tarou|1950-01-02", true},   {1, "kana+birth", "kakuu tarou|1950-01-02", false},
        {0, "kana+phone", "kakuu tarou|1950-01-02", false},  {0, "kana+birth", "kakuu tarou|1950-01-03", false},
        {0, "kana+birthk", "akuu tarou|1950-01-02", false},  {0, "kana+birth", "", false},
    };
    AUTO(scope) s = test_scope();
    struct span want = unhex(s, "b1a3c2a004c12814");
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        AUTO(secret) key = secret_from(counting(s, CASES[i].key, 32));
        uint8_t index[BLIND_LEN];
        blind_index(key, CASES[i].rule, span_str(CASES[i].text), index);
        assert_int_equal(span_eq(span_of(index, sizeof index), want), CASES[i].is_same);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signature_is_ed25519_over_domain_and_bytes),
        cmocka_unit_test(a_signature_holds_for_nothing_else),
        cmocka_unit_test(what_cannot_be_signed_is_refused),
        cmocka_unit_test(a_key_id_is_the_hash_of_the_key),
        cmocka_unit_test(a_blind_index_depends_on_key_rule_and_text),
    };
    if (seal_init() != OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
