/* Vector files in the Wycheproof layout, and HPKE ones in that of RFC 9180's test-vectors.json, put through what the seal floor runs:
 * those of tests/unit/vectors, which must cover every algorithm, and those of the folder $KM_VECTORS, if it is given. */
#include "seal_help.h"

#include <dirent.h>
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>

#include "seal/hkdf.h"
#include "seal/hpke.h"
#include "seal/secret.h"
#include "seal/sign.h"


/* What a vector says must come of it. */
enum verdict { VALID, ACCEPTABLE, REFUSED };

struct vector {
    struct scope *s;
    json_t *group;
    json_t *test;
    enum verdict want;
};

static struct span hex_of(struct scope *s, json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    if (!text)
        print_error("    no member \"%s\"\n", name);
    assert_non_null(text);
    return unhex(s, text);
}

static struct span member(struct vector *v, const char *name)
{
    return hex_of(v->s, v->test, name);
}

/* ---- one function per algorithm: true when everything is as the vector says ---- */

static bool aead_holds(struct vector *v)
{
    struct span key = member(v, "key"), iv = member(v, "iv"), ad = member(v, "aad"), plain = member(v, "msg");
    struct span cipher = member(v, "ct"), tag = member(v, "tag");
    uint8_t *out = scope_alloc(v->s, plain.n + cipher.n + 1);
    uint8_t made[crypto_aead_chacha20poly1305_ietf_ABYTES];

    if (key.n != crypto_aead_chacha20poly1305_ietf_KEYBYTES || iv.n != crypto_aead_chacha20poly1305_ietf_NPUBBYTES ||
        tag.n != sizeof made)
        return v->want == REFUSED; /* cannot even be asked */
    bool is_open = crypto_aead_chacha20poly1305_ietf_decrypt_detached(out, NULL, cipher.p, cipher.n, tag.p, ad.p, ad.n, iv.p,
                                                                      key.p) == 0;
    if (v->want == REFUSED)
        return !is_open;
    if (!is_open || !span_eq(span_of(out, cipher.n), plain))
        return false;
    crypto_aead_chacha20poly1305_ietf_encrypt_detached(out, made, NULL, plain.p, plain.n, ad.p, ad.n, NULL, iv.p, key.p);
    return span_eq(span_of(out, plain.n), cipher) && span_eq(span_of(made, sizeof made), tag);
}

/* A shared secret of zeros is one everybody knows: those are refused, whatever the vector allows. */
static bool xdh_holds(struct vector *v)
{
    struct span public = member(v, "public"), private = member(v, "private"), shared = member(v, "shared");
    uint8_t out[crypto_scalarmult_BYTES];

    if (public.n != crypto_scalarmult_BYTES || private.n != crypto_scalarmult_SCALARBYTES)
        return v->want != VALID;
    bool is_made = crypto_scalarmult(out, private.p, public.p) == 0;
    bool is_zero = shared.n > 0 && sodium_is_zero(shared.p, shared.n);
    if (v->want == REFUSED || is_zero)
        return !is_made;
    return is_made && span_eq(span_of(out, sizeof out), shared);
}

static bool hkdf_holds(struct vector *v)
{
    uint8_t prk[HKDF_PRK_LEN], okm[HKDF_OUT_MAX];
    size_t n = (size_t)json_integer_value(json_object_get(v->test, "size"));

    hkdf_extract(member(v, "salt"), member(v, "ikm"), prk);
    enum status st = hkdf_expand(prk, member(v, "info"), okm, n);
    if (v->want == REFUSED)
        return st == INVALID;
    return st == OK && span_eq(span_of(okm, n), member(v, "okm"));
}

static bool hmac_holds(struct vector *v)
{
    struct span key = member(v, "key"), msg = member(v, "msg"), tag = member(v, "tag");
    uint8_t mac[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256_state state;

    crypto_auth_hmacsha256_init(&state, key.p, key.n);
    crypto_auth_hmacsha256_update(&state, msg.p, msg.n);
    crypto_auth_hmacsha256_final(&state, mac);
    bool is_same = tag.n > 0 && tag.n <= sizeof mac && memcmp(mac, tag.p, tag.n) == 0;
    return is_same == (v->want != REFUSED);
}

/* The library's function for all; ours too for messages with a NUL in them, which is where a domain ends. */
static bool eddsa_holds(struct vector *v)
{
    json_t *key = json_object_get(v->group, "publicKey");
    struct span public = hex_of(v->s, key, "pk"), msg = member(v, "msg"), sig = member(v, "sig");

    if (public.n != SIGN_PUBLIC_LEN)
        return v->want == REFUSED;
    bool is_good = sig.n == SIGN_LEN && crypto_sign_verify_detached(sig.p, msg.p, msg.n, public.p) == 0;
    const uint8_t *nul = msg.n > 0 ? memchr(msg.p, 0, msg.n) : NULL;
    if (nul) {
        size_t head = (size_t)(nul - msg.p) + 1;
        enum status st = sign_check(v->s, public.p, (const char *)msg.p, span_of(msg.p + head, msg.n - head), sig);
        if (st != (v->want == REFUSED ? CORRUPT : OK))
            return false;
    }
    return is_good == (v->want != REFUSED);
}

static bool hpke_holds(struct vector *v)
{
    json_t *first = json_array_get(json_object_get(v->test, "encryptions"), 0);
    struct span public = member(v, "pkRm"), enc = member(v, "enc"), info = member(v, "info");
    struct span ad = hex_of(v->s, first, "aad"), plain = hex_of(v->s, first, "pt"), cipher = hex_of(v->s, first, "ct");
    uint8_t made_enc[HPKE_ENC_LEN], made_public[HPKE_KEY_LEN];
    uint8_t *out = scope_alloc(v->s, cipher.n + plain.n + HPKE_TAG_LEN);
    AUTO(secret) mine = secret_from(member(v, "skRm"));
    AUTO(secret) ephemeral = secret_from(member(v, "skEm"));

    assert_true(mine && ephemeral && public.n == HPKE_KEY_LEN && enc.n == HPKE_ENC_LEN);
    assert_true(span_eq(hex_of(v->s, first, "nonce"), member(v, "base_nonce")));
    if (hpke_public(v->s, mine, made_public) != OK || memcmp(made_public, public.p, public.n) != 0)
        return false;
    if (hpke_seal_with(v->s, ephemeral, public.p, info, ad, plain, made_enc, out) != OK ||
        !span_eq(span_of(made_enc, sizeof made_enc), enc) || !span_eq(span_of(out, plain.n + HPKE_TAG_LEN), cipher))
        return false;
    return hpke_open(v->s, mine, public.p, enc.p, info, ad, cipher, out) == OK &&
           span_eq(span_of(out, cipher.n - HPKE_TAG_LEN), plain);
}

static const struct algorithm {
    const char *name;
    bool (*holds)(struct vector *v);
} ALGORITHMS[] = {
    {"CHACHA20-POLY1305", aead_holds}, {"XDH", xdh_holds}, {"HKDF-SHA-256", hkdf_holds},
    {"HMACSHA256", hmac_holds},        {"EDDSA", eddsa_holds}, {"HPKE", hpke_holds},
};
enum { HPKE_AT = 5 };

/* ---- files ---- */

struct tally {
    size_t ran[COUNT(ALGORITHMS)], failed;
};

static void run(struct tally *t, size_t which, struct vector *v, const char *file, long long id)
{
    t->ran[which]++;
    if (!ALGORITHMS[which].holds(v)) {
        print_error("  %s: vector %lld (%s) does not hold\n", file, id,
                    v->want == VALID ? "valid" : v->want == REFUSED ? "invalid" : "acceptable");
        t->failed++;
    }
    scope_reset(v->s);
}

static long long integer(json_t *object, const char *name)
{
    return (long long)json_integer_value(json_object_get(object, name));
}

static void run_hpke(struct tally *t, struct scope *s, const char *file, json_t *all)
{
    for (size_t i = 0; i < json_array_size(all); i++) {
        json_t *test = json_array_get(all, i);
        struct vector v = {.s = s, .test = test, .want = VALID};
        if (integer(test, "mode") == 0 && integer(test, "kem_id") == 0x20 && integer(test, "kdf_id") == 1 &&
            integer(test, "aead_id") == 3)
            run(t, HPKE_AT, &v, file, (long long)i);
    }
}

static enum verdict verdict_of(json_t *test)
{
    const char *word = json_string_value(json_object_get(test, "result"));
    assert_non_null(word);
    if (strcmp(word, "valid") == 0)
        return VALID;
    return strcmp(word, "acceptable") == 0 ? ACCEPTABLE : REFUSED;
}

/* Files of one algorithm may hold groups for several curves. */
static bool is_ours(json_t *group)
{
    const char *curve = json_string_value(json_object_get(group, "curve"));
    const char *type = json_string_value(json_object_get(group, "type"));
    json_t *key = json_object_get(group, "publicKey");
    const char *key_curve = json_string_value(json_object_get(key, "curve"));

    return (!curve || strcmp(curve, "curve25519") == 0) && (!key_curve || strcmp(key_curve, "edwards25519") == 0) &&
           (!type || (strcmp(type, "XdhAsnComp") != 0 && strcmp(type, "XdhPemComp") != 0 && strcmp(type, "XdhJwkComp") != 0));
}

static void run_groups(struct tally *t, struct scope *s, const char *file, json_t *root)
{
    const char *name = json_string_value(json_object_get(root, "algorithm"));
    json_t *groups = json_object_get(root, "testGroups");
    size_t which = 0;

    while (which < COUNT(ALGORITHMS) && (!name || strcmp(name, ALGORITHMS[which].name) != 0))
        which++;
    if (which == COUNT(ALGORITHMS)) {
        print_message("  %s: not of this floor\n", file);
        return;
    }
    for (size_t g = 0; g < json_array_size(groups); g++) {
        json_t *group = json_array_get(groups, g);
        json_t *tests = json_object_get(group, "tests");
        for (size_t i = 0; is_ours(group) && i < json_array_size(tests); i++) {
            json_t *test = json_array_get(tests, i);
            struct vector v = {s, group, test, verdict_of(test)};
            run(t, which, &v, file, integer(test, "tcId"));
        }
    }
}

static void run_folder(struct tally *t, const char *dir)
{
    AUTO(scope) s = test_scope();
    struct dirent **found;
    int n = scandir(dir, &found, NULL, alphasort);

    if (n < 0)
        print_error("  %s cannot be read\n", dir);
    assert_true(n >= 0);
    for (int i = 0; i < n; i++) {
        char path[1024];
        size_t len = strlen(found[i]->d_name);
        snprintf(path, sizeof path, "%s/%s", dir, found[i]->d_name);
        if (len > 5 && strcmp(found[i]->d_name + len - 5, ".json") == 0) {
            json_error_t error;
            json_t *root = json_load_file(path, 0, &error);
            if (!root)
                print_error("  %s:%d: %s\n", path, error.line, error.text);
            assert_non_null(root);
            if (json_is_array(root))
                run_hpke(t, s, found[i]->d_name, root);
            else
                run_groups(t, s, found[i]->d_name, root);
            json_decref(root);
        }
        free(found[i]);
    }
    free(found);
}

static void report(const struct tally *t)
{
    for (size_t i = 0; i < COUNT(ALGORITHMS); i++)
        print_message("  %-18s %zu\n", ALGORITHMS[i].name, t->ran[i]);
}

static void every_published_vector_holds(void **state)
{
    struct tally t = {0};
    (void)state;
    run_folder(&t, KM_SOURCE_DIR "/tests/unit/vectors");
    report(&t);
    for (size_t i = 0; i < COUNT(ALGORITHMS); i++)
        assert_true(t.ran[i] > 0);
    assert_int_equal(t.failed, 0);
}

static void every_vector_given_from_outside_holds(void **state)
{
    struct tally t = {0};
    size_t all = 0;
    const char *dir = getenv("KM_VECTORS");
    (void)state;
    if (!dir || !*dir)
        skip();
    run_folder(&t, dir);
    report(&t);
    for (size_t i = 0; i < COUNT(ALGORITHMS); i++)
        all += t.ran[i];
    assert_true(all > 0);
    assert_int_equal(t.failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_published_vector_holds),
        cmocka_unit_test(every_vector_given_from_outside_holds),
    };
    if (seal_init() != OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
