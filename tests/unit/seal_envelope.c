/* Frames, bodies and wrapped keys count only between the two they were made for, and only unchanged. */
#include "seal_files.h"

#include "seal/envelope.h"
#include "seal/seal.h"
#include "seal/wrap.h"

static const char *const NAMES[] = {"intake", "relay", "referral"};

/* Three services of one installation. */
struct trio {
    struct scope *s;
    struct keyring *intake, *relay, *referral;
};

static int trio_make(void **state)
{
    char dir[FOLDER_MAX];
    struct trio *t = calloc(1, sizeof *t);
    assert_non_null(t);
    t->s = test_scope();
    folder_new(dir);
    assert_int_equal(keyring_create(t->s, dir, NAMES, COUNT(NAMES)), OK);
    assert_int_equal(keyring_open(t->s, dir, "intake", &t->intake), OK);
    assert_int_equal(keyring_open(t->s, dir, "relay", &t->relay), OK);
    assert_int_equal(keyring_open(t->s, dir, "referral", &t->referral), OK);
    folder_remove(dir);
    *state = t;
    return 0;
}

static int trio_remove(void **state)
{
    struct trio *t = *state;
    keyring_free(t->intake);
    keyring_free(t->relay);
    keyring_free(t->referral);
    scope_free(t->s);
    free(t);
    return 0;
}

static const struct span FRAME[] = {
    {(const uint8_t *)"KM1", 3}, {(const uint8_t *)"{\"id\":1}", 8}, {NULL, 0}};

/* A key file with given secrets, so that what follows from them can be known beforehand. */
static void key_file_write(struct scope *s, const char *dir, const char *name, const char *curve,
                           const char *kx)
{
    FILE *f = fopen(scope_print(s, "%s/%s.key", dir, name), "w");
    assert_non_null(f);
    assert_int_equal(fchmod(fileno(f), 0600), 0);
    fprintf(f, "kashimaru-key 1\nname %s\ncurve %s\nkx %s\n", name, curve, kx);
    assert_int_equal(fclose(f), 0);
}

/* Computed with an independent implementation (Python: hashlib.blake2b with key, salt and person; X25519 from RFC 7748, HChaCha20
 * and ChaCha20-Poly1305 written out), so that a frame of today still counts tomorrow. */
static const char KNOWN_TAG[] = "21102beb5d0057f5bf55dcfed2c89d5d3f350048065cedda0ac3baa67a27a254";
static const char KNOWN_BODY[] = "000102030405060708090a0b0c0d0e0f1011121314151617"
                                 "2f2eab284e519b8e8de99cfd6d94702feed2e23817427e58b4c52575c1";
static const char KNOWN_WRAP[] =
    "000102030405060708090a0b0c0d0e0f10111213141516171e438dfc14570b29"
    "bbcdac4547df2667dbd6ba3669438b7ce783a52da1306bc6a8d3346db7f5338eaf3b291d0444f815";

static void known_keys_give_known_frames(void **state)
{
    static const char *const PAIR[] = {"intake", "relay"};
    struct trio *t = *state;
    char dir[FOLDER_MAX];
    uint8_t tag[ENVELOPE_TAG_LEN] = {0};
    struct span plain;
    AUTO(keyring) intake = NULL;
    AUTO(keyring) relay = NULL;
    folder_new(dir);
    key_file_write(t->s, dir, "intake",
                   "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
                   "404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f");
    key_file_write(t->s, dir, "relay",
                   "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f",
                   "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f");
    assert_int_equal(keyring_create(t->s, dir, PAIR, COUNT(PAIR)), OK);
    assert_int_equal(keyring_open(t->s, dir, "intake", &intake), OK);
    assert_int_equal(keyring_open(t->s, dir, "relay", &relay), OK);
    folder_remove(dir);
    assert_span(span_of(keyring_self(intake)->curve_public, KEY_LEN),
                unhex(t->s, "8f40c5adb68f25624ae5b214ea767a6ec94d829d3d7b5e1ad1ba6f3e2138285f"));
    assert_int_equal(envelope_tag(t->s, intake, "relay", TO_PEER, FRAME, 3, tag), OK);
    assert_span(span_of(tag, sizeof tag), unhex(t->s, KNOWN_TAG));
    assert_int_equal(envelope_open_body(t->s, relay, "intake", counting(t->s, 1, 16),
                                        unhex(t->s, KNOWN_BODY), &plain),
                     OK);
    assert_span(plain, SPAN_LIT("架空 太郎"));
}

static void a_known_wrapped_key_opens(void **state)
{
    struct trio *t = *state;
    AUTO(secret) master = secret_from(counting(t->s, 0, KEY_LEN));
    AUTO(secret) key = NULL;
    struct uuid case_id;
    memcpy(case_id.b, counting(t->s, 0x10, UUID_LEN).p, UUID_LEN);
    assert_int_equal(unwrap_key(t->s, master, case_id, 3, unhex(t->s, KNOWN_WRAP), &key), OK);
    assert_span(secret_span(key), counting(t->s, 0x80, DATA_KEY_LEN));
}

/* The three keyrings seen through one table: who says it, who hears it. */
static void pair_keys_agree_and_differ_by_direction(void **state)
{
    struct trio *t = *state;
    const struct {
        const char *a, *b;
        struct keyring *ring_a, *ring_b;
    } cases[] = {{"intake", "relay", t->intake, t->relay},
                 {"relay", "intake", t->relay, t->intake},
                 {"relay", "referral", t->relay, t->referral},
                 {"intake", "referral", t->intake, t->referral}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        uint8_t out[ENVELOPE_TAG_LEN], in[ENVELOPE_TAG_LEN], back[ENVELOPE_TAG_LEN];
        assert_int_equal(envelope_tag(t->s, cases[i].ring_a, cases[i].b, TO_PEER, FRAME, 3, out),
                         OK);
        assert_int_equal(envelope_tag(t->s, cases[i].ring_b, cases[i].a, FROM_PEER, FRAME, 3, in),
                         OK);
        assert_int_equal(envelope_tag(t->s, cases[i].ring_b, cases[i].a, TO_PEER, FRAME, 3, back),
                         OK);
        assert_memory_equal(out, in, sizeof out);
        assert_memory_not_equal(out, back, sizeof out);
    }
}

static void a_tag_holds_for_its_frame_sender_receiver_and_way(void **state)
{
    struct trio *t = *state;
    static const struct span CHANGED[] = {
        {(const uint8_t *)"KM1", 3}, {(const uint8_t *)"{\"id\":2}", 8}, {NULL, 0}};
    static const struct span SHIFTED[] = {
        {(const uint8_t *)"KM1{", 4}, {(const uint8_t *)"\"id\":1}", 7}, {NULL, 0}};
    uint8_t tag[ENVELOPE_TAG_LEN] = {0};
    struct span good = span_of(tag, sizeof tag);
    const struct {
        const char *name;
        struct keyring *ring;
        const char *from;
        const struct span *parts;
        size_t n;
        struct span tag;
        enum status want;
    } cases[] = {
        {"as sent", t->relay, "intake", FRAME, 3, good, OK},
        {"changed part", t->relay, "intake", CHANGED, 3, good, CORRUPT},
        {"byte moved between parts", t->relay, "intake", SHIFTED, 3, good, CORRUPT},
        {"part dropped", t->relay, "intake", FRAME, 2, good, CORRUPT},
        {"claimed by another sender", t->relay, "referral", FRAME, 3, good, CORRUPT},
        {"delivered to another receiver", t->referral, "intake", FRAME, 3, good, CORRUPT},
        {"reflected to its sender", t->intake, "relay", FRAME, 3, good, CORRUPT},
        {"tag cut short", t->relay, "intake", FRAME, 3, span_of(tag, sizeof tag - 1), CORRUPT},
        {"no tag", t->relay, "intake", FRAME, 3, span_of(NULL, 0), CORRUPT},
        {"unknown sender", t->relay, "nobody", FRAME, 3, good, DENIED},
        {"from myself", t->relay, "relay", FRAME, 3, good, DENIED},
    };
    assert_int_equal(envelope_tag(t->s, t->intake, "relay", TO_PEER, FRAME, 3, tag), OK);
    for (size_t i = 0; i < COUNT(cases); i++) {
        print_message("  %s\n", cases[i].name);
        assert_int_equal(envelope_check(t->s, cases[i].ring, cases[i].from, cases[i].parts,
                                        cases[i].n, cases[i].tag),
                         cases[i].want);
    }
    for (size_t bit = 0; bit < 8 * sizeof tag; bit++) {
        tag[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        assert_int_equal(envelope_check(t->s, t->relay, "intake", FRAME, 3, good), CORRUPT);
        tag[bit / 8] ^= (uint8_t)(1u << (bit % 8));
    }
}

/* A scope that can give nothing still tags and checks. */
static void tags_take_nothing_from_the_scope(void **state)
{
    struct trio *t = *state;
    AUTO(scope) none = scope_new(1, entropy_system());
    uint8_t tag[ENVELOPE_TAG_LEN] = {0};
    assert_null(scope_alloc(none, 64));
    assert_int_equal(envelope_tag(none, t->intake, "relay", TO_PEER, FRAME, 3, tag), OK);
    assert_int_equal(envelope_check(none, t->relay, "intake", FRAME, 3, span_of(tag, sizeof tag)),
                     OK);
}

static void a_body_opens_for_its_receiver_only(void **state)
{
    struct trio *t = *state;
    struct span plain = SPAN_LIT("架空 太郎");
    struct span id = counting(t->s, 1, 16);
    struct span other_id = counting(t->s, 2, 16);
    struct span sealed;
    assert_int_equal(envelope_seal_body(t->s, t->intake, "relay", id, plain, &sealed), OK);
    assert_int_equal(sealed.n, plain.n + ENVELOPE_OVERHEAD);
    const struct {
        const char *name;
        struct keyring *ring;
        const char *from;
        struct span ad, sealed;
        enum status want;
    } cases[] = {
        {"as sent", t->relay, "intake", id, sealed, OK},
        {"other id", t->relay, "intake", other_id, sealed, CORRUPT},
        {"no id", t->relay, "intake", {NULL, 0}, sealed, CORRUPT},
        {"other sender", t->relay, "referral", id, sealed, CORRUPT},
        {"other receiver", t->referral, "intake", id, sealed, CORRUPT},
        {"reflected", t->intake, "relay", id, sealed, CORRUPT},
        {"cut", t->relay, "intake", id, span_of(sealed.p, sealed.n - 1), CORRUPT},
        {"shorter than a nonce", t->relay, "intake", id, span_of(sealed.p, 23), CORRUPT},
        {"nothing", t->relay, "intake", id, {NULL, 0}, CORRUPT},
        {"unknown sender", t->relay, "nobody", id, sealed, DENIED},
        {"myself", t->relay, "relay", id, sealed, DENIED},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct span back = {NULL, 0};
        print_message("  %s\n", cases[i].name);
        assert_int_equal(envelope_open_body(t->s, cases[i].ring, cases[i].from, cases[i].ad,
                                            cases[i].sealed, &back),
                         cases[i].want);
        assert_span(back, cases[i].want == OK ? plain : span_of(NULL, 0));
    }
    uint8_t *bytes = mutable_copy(t->s, sealed);
    for (size_t i = 0; i < sealed.n; i++) {
        struct span back;
        bytes[i] ^= 0x40;
        assert_int_equal(
            envelope_open_body(t->s, t->relay, "intake", id, span_of(bytes, sealed.n), &back),
            CORRUPT);
        bytes[i] ^= 0x40;
    }
}

static void body_sizes_are_bounded(void **state)
{
    struct trio *t = *state;
    static const struct {
        size_t n;
        enum status want;
    } CASES[] = {{0, OK}, {1, OK}, {ENVELOPE_PLAIN_MAX, OK}, {ENVELOPE_PLAIN_MAX + 1, TOO_LARGE}};
    struct span id = counting(t->s, 1, 16);
    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct span plain = counting(t->s, 9, CASES[i].n);
        struct span sealed, back;
        assert_int_equal(envelope_seal_body(t->s, t->intake, "relay", id, plain, &sealed),
                         CASES[i].want);
        if (CASES[i].want != OK)
            continue;
        assert_int_equal(envelope_open_body(t->s, t->relay, "intake", id, sealed, &back), OK);
        assert_span(back, plain);
    }
    struct span back;
    struct span huge = counting(t->s, 0, ENVELOPE_BODY_MAX + 1);
    assert_int_equal(envelope_open_body(t->s, t->relay, "intake", id, huge, &back), TOO_LARGE);
}

static void an_old_wrapped_key_opens_for_its_case_and_epoch_only(void **state)
{
    struct trio *t = *state;
    AUTO(secret) master = secret_from(counting(t->s, 0, KEY_LEN));
    AUTO(secret) other = secret_random(KEY_LEN);
    AUTO(secret) shorter = secret_random(KEY_LEN - 1);
    struct uuid a, b = {{2}};
    struct span wrapped = unhex(t->s, KNOWN_WRAP);
    memcpy(a.b, counting(t->s, 0x10, UUID_LEN).p, UUID_LEN);
    const struct {
        const char *name;
        const struct secret *master;
        struct uuid case_id;
        uint32_t epoch;
        struct span wrapped;
        enum status want;
    } cases[] = {
        {"as wrapped", master, a, 3, wrapped, OK},
        {"other master", other, a, 3, wrapped, CORRUPT},
        {"other case", master, b, 3, wrapped, CORRUPT},
        {"other epoch", master, a, 2, wrapped, CORRUPT},
        {"cut", master, a, 3, span_of(wrapped.p, 71), CORRUPT},
        {"nothing", master, a, 3, {NULL, 0}, CORRUPT},
        {"short master", shorter, a, 3, wrapped, INVALID},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(secret) back = NULL;
        print_message("  %s\n", cases[i].name);
        assert_int_equal(unwrap_key(t->s, cases[i].master, cases[i].case_id, cases[i].epoch,
                                    cases[i].wrapped, &back),
                         cases[i].want);
        assert_true((back != NULL) == (cases[i].want == OK));
    }
    uint8_t *bytes = mutable_copy(t->s, wrapped);
    for (size_t i = 0; i < wrapped.n; i++) {
        struct secret *back;
        bytes[i] ^= 1;
        assert_int_equal(unwrap_key(t->s, master, a, 3, span_of(bytes, wrapped.n), &back), CORRUPT);
        bytes[i] ^= 1;
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, trio_make, trio_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(known_keys_give_known_frames),
        TEST(a_known_wrapped_key_opens),
        TEST(pair_keys_agree_and_differ_by_direction),
        TEST(a_tag_holds_for_its_frame_sender_receiver_and_way),
        TEST(tags_take_nothing_from_the_scope),
        TEST(a_body_opens_for_its_receiver_only),
        TEST(body_sizes_are_bounded),
        TEST(an_old_wrapped_key_opens_for_its_case_and_epoch_only),
    };
    if (seal_init() != OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
