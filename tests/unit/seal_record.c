/* A sealed record opens as itself, under its own key, unchanged; and in no other way. */
#include "seal_help.h"

#include <sodium.h>

#include "seal/hkdf.h"
#include "seal/seal.h"

/* The record below was put together byte by byte from the layout of seal.h with an independent implementation (Python: hmac; ChaCha20
 * and Poly1305 written out from RFC 8439): data key 00…1f, plaintext "架空 太郎". */
static const char KNOWN_RECORD[] =
    "4b4d523101010007101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f0000000301"
    "020304a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf50b58a66663c0b1e66cf"
    "81dbecbb8c52e4d0a7a87dfcb88140e813e24bdb7d6d0000011000000000105ca9239732b04e8697275c2e2480"
    "1c3ef45a21855b441b36cbe463b13f0f71e98a7296e9903ab4a2c4f561d54230098d1a69692e4bdf3e6ce8773c"
    "24e2c9809ec9f2d19dfdf99c15216b5e41a9c44d5af61b7923d09d4323deb953b390acdaf9c6c15cb001c16616"
    "1d741be7fe0f17c74cb5001c3443fd82d412fab3d17c0d2a77f126c975fd090a155f704063ad243e5d1cb8eef2"
    "102253648d83fdfe567f27e2f0019e9c5c8fc6c423e7a1e42f47136ce952db9795d1373d0762a2b4af572b58c1"
    "00ff7a6d7c4ae9d24e45e6c6d24950c3022067be36473eeb857199e22d1afe60739e30830db8cddda25870ff8a"
    "ab311bec8c88af06f27e8a9effd5befcd1e87af3cbef81172f6e65d2100a99e3";

/* Made on purpose so that its ciphertext and tag are genuine under two data keys (00…1f and 20…3f): Poly1305 does not bind its
 * key, so one block can be solved for. Only the commitment tells the two apart. */
static const char TWO_KEY_RECORD[] =
    "4b4d523101010007101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f0000000301"
    "0203048ec72c48c48a4999a6aa013e9cd653b1aee1054b3aaf940b59b59e75053b732fd4835eed325326234dba"
    "06eb68689778ad4a07ecb2d4ef5336b9ec018d67503d0000011000000000158a437e54ace1dd1a5931693dce3c"
    "a5d9e56343065e385d68a437f65681345408d2fdf8a92523fc33000d8c1b1ed352b40b943e1180d108e6ef35f7"
    "b737e4e15e883e4f980ec6376115495b1154d62e690d46008d5ed8550c48b2610ada7915b23e8279fae167474a"
    "24b5809ec9f0a7cc6d733359af883fcc5a3681ef89b7c62b704401940e4217068fa04367d029d12114fa169c58"
    "d424285d4666a792389681afaa0ad3c8db643f2dc205a79ab54cadf8e24d9d0b32a17068993baea8a0153ec9e8"
    "95c2b527f542f778878e6d6eda496e23c0b19abe2734c854a8029e8ee49b584bb7ffeab6c87d160ce1661cb898"
    "f559b76389e8a9c328917d532b4e7ef2fc84c732587756259657918b6e3260b8";

static struct record_id_fields known_id(void)
{
    struct record_id_fields id = {.type = 7, .epoch = 3, .version = 0x01020304};
    for (uint8_t i = 0; i < UUID_LEN; i++) {
        id.case_id.b[i] = (uint8_t)(0x10 + i);
        id.record_id.b[i] = (uint8_t)(0x20 + i);
    }
    return id;
}

static struct secret *known_key(struct scope *s, uint8_t from)
{
    return secret_from(counting(s, from, DATA_KEY_LEN));
}

static void known_record_opens(void **state)
{
    AUTO(scope) s = test_scope();
    AUTO(secret) key = known_key(s, 0);
    struct record_id_fields id = known_id();
    struct span plain;
    (void)state;
    assert_int_equal(unseal_record(s, key, &id, unhex(s, KNOWN_RECORD), &plain), OK);
    assert_span(plain, SPAN_LIT("架空 太郎"));
}

static void every_padding_step_comes_back(void **state)
{
    static const struct {
        size_t plain, padded;
    } CASES[] = {
        {0, 256},     {1, 256},      {255, 256},     {256, 1024},    {1023, 1024},   {1024, 4096},
        {4095, 4096}, {4096, 16384}, {16383, 16384}, {16384, 65536}, {65535, 65536},
    };
    AUTO(scope) s = test_scope();
    AUTO(secret) key = secret_random(DATA_KEY_LEN);
    struct record_id_fields id = known_id();
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct span plain = counting(s, 0x7f, CASES[i].plain);
        struct span sealed, back;
        assert_int_equal(seal_record(s, key, &id, plain, &sealed), OK);
        assert_int_equal(sealed.n, RECORD_HEADER_LEN + CASES[i].padded + RECORD_TAG_LEN);
        assert_int_equal(unseal_record(s, key, &id, sealed, &back), OK);
        assert_span(back, plain);
    }
}

static void text_that_looks_like_padding_comes_back(void **state)
{
    static const struct span CASES[] = {{(const uint8_t *)"\x80", 1},
                                        {(const uint8_t *)"\x80\0\0", 3},
                                        {(const uint8_t *)"\0\0", 2}};
    AUTO(scope) s = test_scope();
    AUTO(secret) key = secret_random(DATA_KEY_LEN);
    struct record_id_fields id = known_id();
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct span sealed, back;
        assert_int_equal(seal_record(s, key, &id, CASES[i], &sealed), OK);
        assert_int_equal(unseal_record(s, key, &id, sealed, &back), OK);
        assert_span(back, CASES[i]);
    }
}

static void what_does_not_fit_is_refused(void **state)
{
    AUTO(scope) s = test_scope();
    AUTO(scope) narrow = scope_new(300, entropy_system());
    AUTO(secret) key = secret_random(DATA_KEY_LEN);
    AUTO(secret) shorter = secret_random(DATA_KEY_LEN - 1);
    struct record_id_fields id = known_id();
    struct span out;
    (void)state;
    assert_int_equal(seal_record(s, key, &id, counting(s, 0, RECORD_PLAIN_MAX + 1), &out),
                     TOO_LARGE);
    assert_int_equal(seal_record(narrow, key, &id, SPAN_LIT("x"), &out), TOO_LARGE);
    assert_int_equal(seal_record(s, shorter, &id, SPAN_LIT("x"), &out), INVALID);
    assert_int_equal(unseal_record(s, shorter, &id, unhex(s, KNOWN_RECORD), &out), INVALID);
}

static void sealing_twice_gives_unrelated_records(void **state)
{
    AUTO(scope) s = test_scope();
    AUTO(secret) key = secret_random(DATA_KEY_LEN);
    struct record_id_fields id = known_id();
    struct record_parts a, b;
    struct span one, two;
    (void)state;
    assert_int_equal(seal_record(s, key, &id, SPAN_LIT("x"), &one), OK);
    assert_int_equal(seal_record(s, key, &id, SPAN_LIT("x"), &two), OK);
    assert_int_equal(record_parse(s, one, &a), OK);
    assert_int_equal(record_parse(s, two, &b), OK);
    assert_false(span_eq(a.salt, b.salt));
    assert_false(span_eq(a.commitment, b.commitment));
    assert_false(span_eq(a.cipher, b.cipher));
}

static void every_flipped_bit_is_noticed(void **state)
{
    AUTO(scope) s = test_scope();
    AUTO(scope) work = test_scope();
    AUTO(secret) key = known_key(s, 0);
    struct record_id_fields id = known_id();
    struct span record = unhex(s, KNOWN_RECORD);
    uint8_t *bytes = mutable_copy(s, record);
    struct span plain;
    (void)state;
    for (size_t bit = 0; bit < 8 * record.n; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        enum status st = unseal_record(work, key, &id, span_of(bytes, record.n), &plain);
        if (st != CORRUPT)
            print_error("bit %zu of byte %zu\n", bit % 8, bit / 8);
        assert_int_equal(st, CORRUPT);
        bytes[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        scope_reset(work);
    }
    assert_int_equal(unseal_record(work, key, &id, span_of(bytes, record.n), &plain), OK);
}

static void every_other_length_is_noticed(void **state)
{
    AUTO(scope) s = test_scope();
    struct record_parts parts;
    struct span record = unhex(s, KNOWN_RECORD);
    (void)state;
    for (size_t n = 0; n < record.n; n++) {
        uint8_t *exact = malloc(n > 0 ? n : 1); /* so that a read past the end is seen */
        assert_non_null(exact);
        memcpy(exact, record.p, n);
        assert_int_equal(record_parse(s, span_of(exact, n), &parts), CORRUPT);
        free(exact);
    }
    assert_int_equal(record_parse(s, span_of(record.p, record.n + 1), &parts), CORRUPT);
    assert_int_equal(record_parse(s, span_of(NULL, 0), &parts), CORRUPT);
}

/* What the parser must see by itself, before any key is at hand. */
static void the_parser_refuses_what_kmr1_forbids(void **state)
{
    static const struct {
        size_t from, to;
    } CASES[] = {
        {0, 4},     /* magic */
        {4, 5},     /* suite */
        {5, 6},     /* flags */
        {112, 116}, /* length */
        {116, 120}, /* zeros */
    };
    AUTO(scope) s = test_scope();
    struct record_parts parts;
    struct span record = unhex(s, KNOWN_RECORD);
    uint8_t *bytes = mutable_copy(s, record);
    (void)state;
    assert_int_equal(record_parse(s, record, &parts), OK);
    assert_int_equal(parts.id.epoch, 3);
    assert_int_equal(parts.id.type, 7);
    for (size_t i = 0; i < COUNT(CASES); i++)
        for (size_t at = CASES[i].from; at < CASES[i].to; at++)
            for (unsigned bit = 0; bit < 8; bit++) {
                bytes[at] ^= (uint8_t)(1u << bit);
                assert_int_equal(record_parse(s, span_of(bytes, record.n), &parts), CORRUPT);
                bytes[at] ^= (uint8_t)(1u << bit);
            }
}

static void only_the_expected_record_opens(void **state)
{
    struct record_id_fields type = known_id(), case_id = known_id(), record_id = known_id();
    struct record_id_fields epoch = known_id(), version = known_id();
    type.type++;
    case_id.case_id.b[15]++;
    record_id.record_id.b[0]++;
    epoch.epoch--;
    version.version++;
    const struct {
        const char *name;
        const struct record_id_fields *want;
    } cases[] = {{"type", &type},
                 {"case", &case_id},
                 {"record", &record_id},
                 {"epoch", &epoch},
                 {"version", &version}};
    AUTO(scope) s = test_scope();
    AUTO(secret) key = known_key(s, 0);
    struct span plain;
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        print_message("  another %s\n", cases[i].name);
        assert_int_equal(unseal_record(s, key, cases[i].want, unhex(s, KNOWN_RECORD), &plain),
                         CORRUPT);
    }
}

/* A header rewritten to name another case must not open either, though it then is "the expected record". */
static void a_record_cannot_be_moved_to_another_case(void **state)
{
    AUTO(scope) s = test_scope();
    AUTO(secret) key = known_key(s, 0);
    struct record_id_fields id = known_id();
    struct span record = unhex(s, KNOWN_RECORD);
    struct span plain;
    uint8_t *bytes = mutable_copy(s, record);
    (void)state;
    bytes[8] ^= 1;
    id.case_id.b[0] ^= 1;
    assert_int_equal(unseal_record(s, key, &id, span_of(bytes, record.n), &plain), CORRUPT);
}

/* Whether the bare cipher, without the commitment, would take the record under a key. */
static bool bare_cipher_accepts(struct scope *s, struct span record, const struct secret *key)
{
    struct record_parts p;
    uint8_t prk[HKDF_PRK_LEN];
    uint8_t okm[76];
    uint8_t info[52] = {'K', 'M', 'R', '1'};
    uint8_t plain[RECORD_PADDED_MIN];
    assert_int_equal(record_parse(s, record, &p), OK);
    memcpy(info + 4, record.p, 48);
    hkdf_extract(p.salt, secret_span(key), prk);
    assert_int_equal(hkdf_expand(prk, span_of(info, sizeof info), okm, sizeof okm), OK);
    assert_int_equal(p.cipher.n, sizeof plain);
    return crypto_aead_chacha20poly1305_ietf_decrypt_detached(plain, NULL, p.cipher.p, p.cipher.n,
                                                              p.tag.p, p.header.p, p.header.n,
                                                              okm + 32, okm) == 0 &&
           plain[sizeof plain - 1] == 0x80;
}

static void a_ciphertext_for_two_keys_opens_under_one(void **state)
{
    AUTO(scope) s = test_scope();
    AUTO(secret) first = known_key(s, 0);
    AUTO(secret) second = known_key(s, 32);
    struct record_id_fields id = known_id();
    struct span record = unhex(s, TWO_KEY_RECORD);
    struct span plain;
    (void)state;
    assert_true(bare_cipher_accepts(s, record, first));
    assert_true(bare_cipher_accepts(s, record, second));
    assert_int_equal(unseal_record(s, first, &id, record, &plain), OK);
    assert_int_equal(unseal_record(s, second, &id, record, &plain), CORRUPT);
    assert_string_equal(s->why.en, "the key commitment does not match");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_record_opens),
        cmocka_unit_test(every_padding_step_comes_back),
        cmocka_unit_test(text_that_looks_like_padding_comes_back),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(sealing_twice_gives_unrelated_records),
        cmocka_unit_test(every_flipped_bit_is_noticed),
        cmocka_unit_test(every_other_length_is_noticed),
        cmocka_unit_test(the_parser_refuses_what_kmr1_forbids),
        cmocka_unit_test(only_the_expected_record_opens),
        cmocka_unit_test(a_record_cannot_be_moved_to_another_case),
        cmocka_unit_test(a_ciphertext_for_two_keys_opens_under_one),
    };
    if (seal_init() != OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
