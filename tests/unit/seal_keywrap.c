/* A wrapped data key opens for its recipient, case, epoch and kind, and for nothing that was moved or changed. */
#include "seal_help.h"

#include "seal/hpke.h"
#include "seal/keywrap.h"

enum { AT_SUITE = 4, AT_KIND = 5, AT_ZERO = 6 };

/* One wrap and the two parties around it. */
struct place {
    struct scope *s;
    struct secret *mine, *others, *data, *to;
    uint8_t mine_public[HPKE_KEY_LEN], others_public[HPKE_KEY_LEN];
    struct keywrap w;
    struct span wrap;
};

static int place_make(void **state)
{
    struct place *p = calloc(1, sizeof *p);
    assert_non_null(p);
    p->s = test_scope();
    assert_int_equal(hpke_keypair(p->s, &p->mine, p->mine_public), OK);
    assert_int_equal(hpke_keypair(p->s, &p->others, p->others_public), OK);
    p->data = secret_random(32);
    p->to = secret_random(32);
    p->w = (struct keywrap){.kind = KEYWRAP_AGENCY, .case_id = {{1, 2, 3, 250}}, .epoch = 0x01020304, .agency = 56,
                            .created_s = 1800000000};
    assert_int_equal(keywrap_seal(p->s, &p->w, p->mine_public, p->data, &p->wrap), OK);
    *state = p;
    return 0;
}

static int place_remove(void **state)
{
    struct place *p = *state;
    secret_free(p->mine);
    secret_free(p->others);
    secret_free(p->data);
    secret_free(p->to);
    scope_free(p->s);
    free(p);
    return 0;
}

static enum status open_it(struct place *p, const struct keywrap *want, struct span wrap)
{
    return keywrap_open(p->s, want, p->mine, p->mine_public, wrap, p->to);
}

static bool is_wiped(const struct secret *x)
{
    static const uint8_t ZERO[32];
    return span_eq(secret_span(x), span_of(ZERO, sizeof ZERO));
}

static void a_wrap_says_what_it_is_and_opens(void **state)
{
    struct place *p = *state;
    struct keywrap read;
    struct span again;
    uint8_t id[KEY_ID_LEN];
    assert_int_equal(p->wrap.n, KEYWRAP_LEN);
    assert_int_equal(keywrap_parse(p->s, p->wrap, &read), OK);
    keywrap_key_id(p->mine_public, id);
    assert_memory_equal(read.key_id, id, sizeof id);
    assert_int_equal(read.kind, KEYWRAP_AGENCY);
    assert_true(uuid_eq(read.case_id, p->w.case_id));
    assert_int_equal(read.epoch, p->w.epoch);
    assert_int_equal(read.agency, 56);
    assert_int_equal(read.created_s, 1800000000);
    /* the layout of keywrap.h: header big-endian, at these places */
    assert_memory_equal(p->wrap.p, "KMW1\x01\x01\0\0\x01\x02\x03\xfa", 12);
    assert_memory_equal(p->wrap.p + 24, "\x01\x02\x03\x04\0\0\0\x38", 8);
    assert_int_equal(open_it(p, &p->w, p->wrap), OK);
    assert_true(secret_eq(p->to, p->data));
    assert_int_equal(keywrap_seal(p->s, &p->w, p->mine_public, p->data, &again), OK);
    assert_memory_not_equal(again.p + 48, p->wrap.p + 48, KEYWRAP_LEN - 48);
}

/* The layout is HPKE under info = "KMW1" ‖ the first 48 bytes, and nothing of our own. */
static void a_wrap_is_plain_hpke_inside(void **state)
{
    struct place *p = *state;
    uint8_t info[52], out[32];
    memcpy(info, "KMW1", 4);
    memcpy(info + 4, p->wrap.p, 48);
    assert_int_equal(hpke_open(p->s, p->mine, p->mine_public, p->wrap.p + 48, span_of(info, sizeof info), (struct span){0},
                               span_of(p->wrap.p + 80, 48), out),
                     OK);
    assert_span(span_of(out, sizeof out), secret_span(p->data));
}

static void a_moved_wrap_does_not_open(void **state)
{
    static const struct {
        const char *name;
        struct keywrap want;
        enum status status;
    } CASES[] = {
        {"its own", {.kind = KEYWRAP_AGENCY, .case_id = {{1, 2, 3, 250}}, .epoch = 0x01020304, .agency = 56}, OK},
        {"another case", {.kind = KEYWRAP_AGENCY, .case_id = {{1, 2, 3, 251}}, .epoch = 0x01020304, .agency = 56}, CORRUPT},
        {"another epoch", {.kind = KEYWRAP_AGENCY, .case_id = {{1, 2, 3, 250}}, .epoch = 0x01020305, .agency = 56}, CORRUPT},
        {"another agency", {.kind = KEYWRAP_AGENCY, .case_id = {{1, 2, 3, 250}}, .epoch = 0x01020304, .agency = 57}, CORRUPT},
        {"another kind", {.kind = KEYWRAP_ESCROW, .case_id = {{1, 2, 3, 250}}, .epoch = 0x01020304, .agency = 56}, CORRUPT},
    };
    struct place *p = *state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        print_message("  %s\n", CASES[i].name);
        secret_renew(p->to);
        assert_int_equal(open_it(p, &CASES[i].want, p->wrap), CASES[i].status);
        assert_int_equal(is_wiped(p->to), CASES[i].status != OK);
        if (CASES[i].status == OK)
            continue;
        /* the same with a header rewritten to say so: the derivation knows better */
        struct span other;
        assert_int_equal(keywrap_seal(p->s, &CASES[i].want, p->mine_public, p->data, &other), OK);
        uint8_t *moved = mutable_copy(p->s, p->wrap);
        memcpy(moved, other.p, 48);
        assert_int_equal(open_it(p, &CASES[i].want, span_of(moved, KEYWRAP_LEN)), CORRUPT);
        assert_true(is_wiped(p->to));
    }
}

static void another_recipient_cannot_open(void **state)
{
    struct place *p = *state;
    assert_int_equal(keywrap_open(p->s, &p->w, p->others, p->others_public, p->wrap, p->to), CORRUPT);
    assert_int_equal(keywrap_open(p->s, &p->w, p->others, p->mine_public, p->wrap, p->to), CORRUPT);
    assert_int_equal(keywrap_open(p->s, &p->w, p->mine, p->others_public, p->wrap, p->to), CORRUPT);
    assert_true(is_wiped(p->to));
}

static void every_byte_counts(void **state)
{
    struct place *p = *state;
    uint8_t *bytes = mutable_copy(p->s, p->wrap);
    for (size_t i = 0; i < KEYWRAP_LEN; i++)
        for (int bit = 0; bit < 8; bit += 7) {
            bytes[i] ^= (uint8_t)(1 << bit);
            secret_renew(p->to);
            /* RFC 7748 §5: the top bit of a public key is not part of it, but it is part of what the key is derived from */
            assert_int_equal(open_it(p, &p->w, span_of(bytes, KEYWRAP_LEN)), CORRUPT);
            assert_true(is_wiped(p->to));
            bytes[i] = p->wrap.p[i];
        }
    for (size_t n = 0; n < KEYWRAP_LEN; n++)
        assert_int_equal(open_it(p, &p->w, span_of(bytes, n)), CORRUPT);
    assert_int_equal(open_it(p, &p->w, span_of(bytes, KEYWRAP_LEN)), OK);
}

static void the_layout_is_read_strictly(void **state)
{
    static const struct {
        const char *name;
        size_t at;
        uint8_t byte;
        enum status want;
    } CASES[] = {
        {"as made", AT_KIND, 1, OK},       {"escrow", AT_KIND, 2, OK},          {"hosted", AT_KIND, 3, OK},
        {"user", AT_KIND, 4, OK},          {"no kind 0", AT_KIND, 0, CORRUPT},  {"no kind 5", AT_KIND, 5, CORRUPT},
        {"another magic", 3, '2', CORRUPT}, {"suite 2", AT_SUITE, 2, CORRUPT},   {"reserved", AT_ZERO, 1, CORRUPT},
        {"reserved too", AT_ZERO + 1, 1, CORRUPT},
    };
    struct place *p = *state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct keywrap w;
        uint8_t *bytes = mutable_copy(p->s, p->wrap);
        print_message("  %s\n", CASES[i].name);
        bytes[CASES[i].at] = CASES[i].byte;
        assert_int_equal(keywrap_parse(p->s, span_of(bytes, KEYWRAP_LEN), &w), CASES[i].want);
    }
}

static void what_cannot_be_wrapped_is_refused(void **state)
{
    struct place *p = *state;
    static const uint8_t SMALL_ORDER[32] = {1};
    struct keywrap odd = p->w;
    struct span wrap;
    AUTO(secret) short_key = secret_random(31);
    AUTO(scope) small = scope_new(64, entropy_system());
    odd.kind = (enum keywrap_kind)9;
    assert_int_equal(keywrap_seal(p->s, &p->w, p->mine_public, short_key, &wrap), INVALID);
    assert_int_equal(keywrap_seal(p->s, &p->w, SMALL_ORDER, p->data, &wrap), INVALID);
    assert_int_equal(keywrap_seal(p->s, &odd, p->mine_public, p->data, &wrap), INVALID);
    assert_int_equal(keywrap_seal(small, &p->w, p->mine_public, p->data, &wrap), TOO_LARGE);
    assert_int_equal(keywrap_open(p->s, &p->w, p->mine, p->mine_public, p->wrap, short_key), INVALID);
    assert_int_equal(keywrap_open(p->s, &p->w, short_key, p->mine_public, p->wrap, p->to), INVALID);
    assert_true(is_wiped(p->to));
}

static void a_key_id_is_the_hash_of_the_key(void **state)
{
    struct place *p = *state;
    uint8_t id[KEY_ID_LEN];
    keywrap_key_id(counting(p->s, 0, 32).p, id);
    assert_span(span_of(id, sizeof id), unhex(p->s, "9e893b49ff3d9f81"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, place_make, place_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_wrap_says_what_it_is_and_opens), TEST(a_wrap_is_plain_hpke_inside),  TEST(a_moved_wrap_does_not_open),
        TEST(another_recipient_cannot_open),    TEST(every_byte_counts),            TEST(the_layout_is_read_strictly),
        TEST(what_cannot_be_wrapped_is_refused), TEST(a_key_id_is_the_hash_of_the_key),
    };
    if (seal_init() != OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
