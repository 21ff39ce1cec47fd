/* HKDF, digests and the library cipher give the published answers. */
#include "seal_help.h"

#include <sodium.h>

#include "seal/digest.h"
#include "seal/hkdf.h"
#include "seal/secret.h"

/* RFC 5869 appendix A.1–A.3 */
static const struct {
    const char *name, *ikm, *salt, *info, *prk, *okm;
} HKDF[] = {
    {"A.1 basic", "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "000102030405060708090a0b0c",
     "f0f1f2f3f4f5f6f7f8f9", "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
     "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"},
    {"A.2 longer",
     "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d"
     "2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f",
     "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d"
     "8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeaf",
     "b0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdd"
     "dedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
     "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244",
     "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e59"
     "0e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87"},
    {"A.3 no salt, no info", "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "", "",
     "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
     "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"},
};

static void hkdf_gives_rfc_5869(void **state)
{
    AUTO(scope) s = test_scope();
    (void)state;
    for (size_t i = 0; i < COUNT(HKDF); i++) {
        uint8_t prk[HKDF_PRK_LEN];
        uint8_t okm[128];
        struct span want = unhex(s, HKDF[i].okm);
        print_message("  %s\n", HKDF[i].name);
        hkdf_extract(unhex(s, HKDF[i].salt), unhex(s, HKDF[i].ikm), prk);
        assert_span(span_of(prk, sizeof prk), unhex(s, HKDF[i].prk));
        assert_int_equal(hkdf_expand(prk, unhex(s, HKDF[i].info), okm, want.n), OK);
        assert_span(span_of(okm, want.n), want);
    }
}

static void hkdf_lengths_are_bounded(void **state)
{
    static const struct {
        size_t n;
        enum status want;
    } CASES[] = {
        {0, INVALID}, {1, OK}, {32, OK}, {33, OK}, {HKDF_OUT_MAX, OK}, {HKDF_OUT_MAX + 1, INVALID}};
    static const uint8_t PRK[HKDF_PRK_LEN] = {1};
    uint8_t long_okm[HKDF_OUT_MAX];
    (void)state;
    assert_int_equal(hkdf_expand(PRK, SPAN_LIT("i"), long_okm, sizeof long_okm), OK);
    for (size_t i = 0; i < COUNT(CASES); i++) {
        uint8_t okm[HKDF_OUT_MAX];
        assert_int_equal(hkdf_expand(PRK, SPAN_LIT("i"), okm, CASES[i].n), CASES[i].want);
        if (CASES[i].want == OK)
            assert_memory_equal(okm, long_okm, CASES[i].n);
    }
}

/* RFC 8439 §2.8.2, on the very functions the record suite calls */
static void cipher_gives_rfc_8439(void **state)
{
    AUTO(scope) s = test_scope();
    struct span plain = SPAN_LIT("Ladies and Gentlemen of the class of '99: If I could offer you "
                                 "only one tip for the future, sunscreen would be it.");
    uint8_t cipher[128];
    uint8_t tag[16];
    (void)state;
    crypto_aead_chacha20poly1305_ietf_encrypt_detached(
        cipher, tag, NULL, plain.p, plain.n, unhex(s, "50515253c0c1c2c3c4c5c6c7").p, 12, NULL,
        unhex(s, "070000004041424344454647").p, counting(s, 0x80, 32).p);
    assert_memory_equal(cipher, unhex(s, "d31a8d34648e60db7b86afbc53ef7ec2").p, 16);
    assert_memory_equal(cipher + plain.n - 2, unhex(s, "6116").p, 2);
    assert_span(span_of(tag, 16), unhex(s, "1ae10b594f09e26a7e902ecbd0600691"));
}

/* Computed with Python's hashlib.blake2b over 8-byte length ‖ bytes of each part. */
static void digests_give_known_answers(void **state)
{
    static const struct {
        const char *name;
        struct span part[2];
        size_t n;
        const char *d16, *d32;
    } CASES[] = {
        {"ab, c",
         {{(const uint8_t *)"ab", 2}, {(const uint8_t *)"c", 1}},
         2,
         "d301c71d527a1a9ae0e1e1e5bee135f5",
         "9b29c83bca563845c8445a09a80da00b8193336d231891003eb004de0b9b1b5e"},
        {"a, bc",
         {{(const uint8_t *)"a", 1}, {(const uint8_t *)"bc", 2}},
         2,
         "f657d58ed59382298356d21c95353a31",
         "1a867ce4c94ebddb11f32a75b6ed9a72c33a73f0a935f03197c53360bb7e9a75"},
        {"one empty part",
         {{NULL, 0}},
         1,
         "c804ce198ec337e3dc762bdd1a09aece",
         "81e47a19e6b29b0a65b9591762ce5143ed30d0261e5d24a3201752506b20f15c"},
        {"no part",
         {{NULL, 0}},
         0,
         "cae66941d9efbd404e4d88758ea67670",
         "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        uint8_t d16[DIGEST16_LEN];
        uint8_t d32[DIGEST32_LEN];
        char hex[DIGEST_HEX_MAX];
        print_message("  %s\n", CASES[i].name);
        digest16(CASES[i].part, CASES[i].n, d16);
        digest32(CASES[i].part, CASES[i].n, d32);
        assert_string_equal(digest_hex(span_of(d16, sizeof d16), hex), CASES[i].d16);
        assert_string_equal(digest_hex(span_of(d32, sizeof d32), hex), CASES[i].d32);
    }
}

static void digest_eq_compares_length_and_bytes(void **state)
{
    static const struct {
        const char *a, *b;
        bool want;
    } CASES[] = {
        {"", "", true}, {"a", "a", true}, {"a", "b", false}, {"a", "ab", false}, {"", "a", false}};
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++)
        assert_true(digest_eq(span_str(CASES[i].a), span_str(CASES[i].b)) == CASES[i].want);
}

static void secrets_hold_what_they_were_given(void **state)
{
    AUTO(secret) zero = secret_new(33);
    AUTO(secret) a = secret_from(SPAN_LIT("0123456789"));
    AUTO(secret) same = secret_from(SPAN_LIT("0123456789"));
    AUTO(secret) longer = secret_from(SPAN_LIT("0123456789a"));
    AUTO(secret) r1 = secret_random(32);
    AUTO(secret) r2 = secret_random(32);
    static const uint8_t ZEROS[33];
    (void)state;
    assert_span(secret_span(zero), span_of(ZEROS, sizeof ZEROS));
    assert_span(secret_span(a), SPAN_LIT("0123456789"));
    assert_true(secret_eq(a, same));
    assert_false(secret_eq(a, longer));
    assert_false(secret_eq(r1, r2));
    assert_null(secret_new(0));
    assert_null(secret_new(SECRET_MAX + 1));
    assert_null(secret_from(span_of(NULL, 0)));
    secret_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hkdf_gives_rfc_5869),
        cmocka_unit_test(hkdf_lengths_are_bounded),
        cmocka_unit_test(cipher_gives_rfc_8439),
        cmocka_unit_test(digests_give_known_answers),
        cmocka_unit_test(digest_eq_compares_length_and_bytes),
        cmocka_unit_test(secrets_hold_what_they_were_given),
    };
    if (seal_init() != OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
