/* What is sealed to a public key opens with its secret half alone, for the same purpose, unchanged; a key everybody could share is
 * refused on both sides. The published vectors run in seal_wycheproof.c. */
#include "seal_help.h"

#include "seal/hpke.h"

enum { PLAIN = 40 };

struct place {
    struct scope *s;
    struct secret *mine;
    uint8_t public[HPKE_KEY_LEN], enc[HPKE_ENC_LEN], sealed[PLAIN + HPKE_TAG_LEN];
    struct span plain;
};

static int place_make(void **state)
{
    struct place *p = calloc(1, sizeof *p);
    assert_non_null(p);
    p->s = test_scope();
    p->plain = counting(p->s, 3, PLAIN);
    assert_int_equal(hpke_keypair(p->s, &p->mine, p->public), OK);
    assert_int_equal(hpke_seal(p->s, p->public, SPAN_LIT("info"), SPAN_LIT("ad"), p->plain, p->enc, p->sealed), OK);
    *state = p;
    return 0;
}

static int place_remove(void **state)
{
    struct place *p = *state;
    secret_free(p->mine);
    scope_free(p->s);
    free(p);
    return 0;
}

/* Opens, and sees that nothing is left where it did not. */
static enum status open_as(struct place *p, const uint8_t *enc, struct span info, struct span ad, struct span sealed)
{
    static const uint8_t ZERO[PLAIN];
    uint8_t out[PLAIN];
    memset(out, 0xaa, sizeof out);
    enum status st = hpke_open(p->s, p->mine, p->public, enc, info, ad, sealed, out);
    if (st == OK)
        assert_span(span_of(out, sizeof out), p->plain);
    else if (sealed.n >= HPKE_TAG_LEN)
        assert_memory_equal(out, ZERO, sealed.n - HPKE_TAG_LEN);
    return st;
}

static void it_opens_for_its_purpose_only(void **state)
{
    static const struct {
        const char *info, *ad;
        enum status want;
    } CASES[] = {{"info", "ad", OK},   {"info2", "ad", CORRUPT}, {"", "ad", CORRUPT},
                 {"info", "", CORRUPT}, {"info", "AD", CORRUPT},  {"infoad", "", CORRUPT}};
    struct place *p = *state;
    for (size_t i = 0; i < COUNT(CASES); i++)
        assert_int_equal(open_as(p, p->enc, span_str(CASES[i].info), span_str(CASES[i].ad), span_of(p->sealed, sizeof p->sealed)),
                         CASES[i].want);
}

static void every_byte_counts(void **state)
{
    struct place *p = *state;
    uint8_t enc[HPKE_ENC_LEN], sealed[sizeof p->sealed];
    memcpy(enc, p->enc, sizeof enc);
    memcpy(sealed, p->sealed, sizeof sealed);
    for (size_t i = 0; i < sizeof sealed; i++) {
        sealed[i] ^= 0x40;
        assert_int_equal(open_as(p, enc, SPAN_LIT("info"), SPAN_LIT("ad"), span_of(sealed, sizeof sealed)), CORRUPT);
        sealed[i] ^= 0x40;
    }
    for (size_t i = 0; i < sizeof enc; i++) {
        enc[i] ^= 0x80; /* the last one is the bit the curve ignores */
        assert_int_equal(open_as(p, enc, SPAN_LIT("info"), SPAN_LIT("ad"), span_of(sealed, sizeof sealed)), CORRUPT);
        enc[i] ^= 0x80;
    }
    for (size_t n = 0; n < sizeof sealed; n++)
        assert_int_equal(open_as(p, enc, SPAN_LIT("info"), SPAN_LIT("ad"), span_of(sealed, n)), CORRUPT);
}

static void another_key_does_not_open(void **state)
{
    struct place *p = *state;
    AUTO(secret) other = NULL;
    uint8_t public[HPKE_KEY_LEN], out[PLAIN];
    struct span sealed = span_of(p->sealed, sizeof p->sealed), info = SPAN_LIT("info"), ad = SPAN_LIT("ad");
    assert_int_equal(hpke_keypair(p->s, &other, public), OK);
    assert_memory_not_equal(public, p->public, sizeof public);
    assert_int_equal(hpke_open(p->s, other, public, p->enc, info, ad, sealed, out), CORRUPT);
    assert_int_equal(hpke_open(p->s, other, p->public, p->enc, info, ad, sealed, out), CORRUPT);
    assert_int_equal(hpke_open(p->s, p->mine, public, p->enc, info, ad, sealed, out), CORRUPT);
}

static void the_public_half_follows_from_the_secret(void **state)
{
    struct place *p = *state;
    uint8_t public[HPKE_KEY_LEN];
    AUTO(secret) odd = secret_random(31);
    assert_int_equal(hpke_public(p->s, p->mine, public), OK);
    assert_memory_equal(public, p->public, sizeof public);
    assert_int_equal(hpke_public(p->s, odd, public), INVALID);
}

/* All seven encodings below 2^255, and with the bit the curve ignores. */
static void points_of_small_order_are_refused(void **state)
{
    static const char *const POINTS[] = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    };
    struct place *p = *state;
    uint8_t enc[HPKE_ENC_LEN], sealed[sizeof p->sealed];
    AUTO(secret) odd = secret_random(31);
    for (size_t i = 0; i < 2 * COUNT(POINTS); i++) {
        uint8_t *point = mutable_copy(p->s, unhex(p->s, POINTS[i / 2]));
        point[31] = (uint8_t)(point[31] | (i % 2 ? 0x80 : 0));
        assert_int_equal(hpke_seal(p->s, point, SPAN_LIT("info"), SPAN_LIT("ad"), p->plain, enc, sealed), INVALID);
        assert_int_equal(open_as(p, point, SPAN_LIT("info"), SPAN_LIT("ad"), span_of(p->sealed, sizeof p->sealed)), CORRUPT);
    }
    assert_int_equal(hpke_seal_with(p->s, odd, p->public, SPAN_LIT(""), SPAN_LIT(""), p->plain, enc, sealed), INVALID);
    assert_int_equal(hpke_open(p->s, odd, p->public, p->enc, SPAN_LIT("info"), SPAN_LIT("ad"),
                               span_of(p->sealed, sizeof p->sealed), sealed),
                     INVALID);
}

/* Made, elsewhere, by who has no key at all: the ephemeral key is the zero point, so the shared secret is 32 zeros whoever receives it.
 * The recipient is that of RFC 9180 A.2. */
static void what_anybody_could_have_sealed_does_not_open(void **state)
{
    static const uint8_t ZERO_POINT[HPKE_ENC_LEN];
    struct place *p = *state;
    struct span sealed = unhex(p->s, "692d83f5cca996212f397ac0663030bd5fe0f5a8d297");
    uint8_t public[HPKE_KEY_LEN], out[6];
    AUTO(secret) mine = secret_from(unhex(p->s, "8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb"));
    assert_int_equal(sealed.n, sizeof out + HPKE_TAG_LEN);
    assert_int_equal(hpke_public(p->s, mine, public), OK);
    assert_int_equal(hpke_open(p->s, mine, public, ZERO_POINT, SPAN_LIT("info"), SPAN_LIT("ad"), sealed, out), CORRUPT);
}

static void the_same_bytes_are_never_sealed_alike(void **state)
{
    struct place *p = *state;
    uint8_t enc[HPKE_ENC_LEN], sealed[sizeof p->sealed], none[HPKE_TAG_LEN], out[1];
    assert_int_equal(hpke_seal(p->s, p->public, SPAN_LIT("info"), SPAN_LIT("ad"), p->plain, enc, sealed), OK);
    assert_memory_not_equal(enc, p->enc, sizeof enc);
    assert_memory_not_equal(sealed, p->sealed, sizeof sealed);
    assert_int_equal(hpke_seal(p->s, p->public, SPAN_LIT(""), SPAN_LIT(""), (struct span){0}, enc, none), OK);
    assert_int_equal(hpke_open(p->s, p->mine, p->public, enc, (struct span){0}, (struct span){0}, span_of(none, sizeof none), out),
                     OK);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, place_make, place_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(it_opens_for_its_purpose_only),           TEST(every_byte_counts),
        TEST(another_key_does_not_open),               TEST(the_public_half_follows_from_the_secret),
        TEST(points_of_small_order_are_refused),       TEST(what_anybody_could_have_sealed_does_not_open),
        TEST(the_same_bytes_are_never_sealed_alike),
    };
    if (seal_init() != OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
