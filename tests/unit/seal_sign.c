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

/* RFC 8032 §7.1, its short ones. */
static const struct {
    const char *name, *seed, *public, *message, *signature;
} RFC8032[] = {
    {"TEST 1", "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
    {"TEST 2", "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"TEST 3", "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"},
    {"TEST SHA(abc)", "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
     "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
     "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"},
};

static void a_signature_without_domain_is_that_of_rfc_8032(void **state)
{
    AUTO(scope) s = test_scope();
    (void)state;
    for (size_t i = 0; i < COUNT(RFC8032); i++) {
        print_message("  %s\n", RFC8032[i].name);
        struct span message = unhex(s, RFC8032[i].message), public = unhex(s, RFC8032[i].public);
        uint8_t both[SIGN_SECRET_LEN], have[SIGN_LEN];
        memcpy(both, unhex(s, RFC8032[i].seed).p, 32);
        memcpy(both + 32, public.p, public.n);
        AUTO(secret) mine = secret_from(span_of(both, sizeof both));
        assert_int_equal(sign_make_raw(s, mine, message, have), OK);
        assert_span(span_of(have, sizeof have), unhex(s, RFC8032[i].signature));
        assert_int_equal(sign_check_raw(s, public.p, message, span_of(have, sizeof have)), OK);
        assert_int_equal(sign_check_raw(s, public.p, message, span_of(have, sizeof have - 1)), CORRUPT);
        assert_int_equal(sign_check_raw(s, public.p, SPAN_LIT("else"), span_of(have, sizeof have)), CORRUPT);
        have[i] ^= 1;
        assert_int_equal(sign_check_raw(s, public.p, message, span_of(have, sizeof have)), CORRUPT);
    }
}

/* The bytes of a signature with a domain, domain and NUL included, are no bytes that are signed or accepted without one. */
static void with_and_without_domain_are_never_the_same(void **state)
{
    static const char ALL[] = "KME1/sig\0bytes";
    AUTO(scope) s = test_scope();
    AUTO(secret) mine = NULL;
    AUTO(secret) odd = secret_random(32);
    uint8_t public[SIGN_PUBLIC_LEN], made[SIGN_LEN], raw[SIGN_LEN];
    struct span all = span_of(ALL, sizeof ALL - 1);
    (void)state;
    assert_int_equal(sign_keypair(s, &mine, public), OK);
    assert_int_equal(sign_make(s, mine, "KME1/sig", SPAN_LIT("bytes"), made), OK);
    assert_int_equal(crypto_sign_verify_detached(made, all.p, all.n, public), 0);
    assert_int_equal(sign_check_raw(s, public, all, span_of(made, sizeof made)), CORRUPT);
    assert_int_equal(sign_make_raw(s, mine, all, raw), INVALID);
    assert_int_equal(sign_make_raw(s, odd, SPAN_LIT("bytes"), raw), INVALID);
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
        cmocka_unit_test(a_signature_without_domain_is_that_of_rfc_8032),
        cmocka_unit_test(with_and_without_domain_are_never_the_same),
        cmocka_unit_test(a_key_id_is_the_hash_of_the_key),
        cmocka_unit_test(a_blind_index_depends_on_key_rule_and_text),
    };
    if (seal_init() != OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
