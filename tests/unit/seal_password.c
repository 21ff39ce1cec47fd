/* A password is told by Argon2id of the stated costs, and the account that does not exist costs exactly as much: the library's own
 * function is counted here, because a clock would prove nothing. */
#include "seal_help.h"

#include <dlfcn.h>
#include <sodium.h>

#include "seal/password.h"
#include "seal/secret.h"

static const char COSTS[] = "$argon2id$v=19$m=65536,t=3,p=1$";

/* What password_is asked of the library since the count was last set to 0. */
static struct {
    int calls;
    char hash[crypto_pwhash_STRBYTES];
    unsigned long long password_n;
} asked;

/* Stands before the library's and calls it. */
int crypto_pwhash_str_verify(const char str[crypto_pwhash_STRBYTES], const char *const passwd, unsigned long long passwdlen)
{
    int (*real)(const char *, const char *, unsigned long long);
    *(void **)&real = dlsym(RTLD_NEXT, "crypto_pwhash_str_verify");
    assert_non_null((void *)(uintptr_t)real);
    asked.calls++;
    memcpy(asked.hash, str, sizeof asked.hash);
    asked.password_n = passwdlen;
    return real(str, passwd, passwdlen);
}

static void a_password_matches_its_own_hash_only(void **state)
{
    static const struct {
        const char *password;
        bool want;
    } CASES[] = {{"合言葉 pass", true}, {"合言葉 Pass", false}, {"合言葉 pas", false}, {"", false}, {"合言葉 pass ", false}};
    AUTO(scope) s = test_scope();
    struct span hash, again;
    (void)state;
    assert_int_equal(password_hash(s, span_str("合言葉 pass"), &hash), OK);
    assert_int_equal(password_hash(s, span_str("合言葉 pass"), &again), OK);
    assert_false(span_eq(hash, again));
    assert_true(hash.n < PASSWORD_HASH_MAX);
    assert_memory_equal(hash.p, COSTS, sizeof COSTS - 1);
    for (size_t i = 0; i < COUNT(CASES); i++)
        assert_int_equal(password_is(hash, span_str(CASES[i].password)), CASES[i].want);
}

static void nobody_costs_as_much_as_somebody(void **state)
{
    static char LONG[2 * PASSWORD_HASH_MAX];
    AUTO(scope) s = test_scope();
    struct span hash;
    (void)state;
    assert_int_equal(password_hash(s, span_str("p"), &hash), OK);
    memset(LONG, '$', sizeof LONG);
    const struct {
        const char *name;
        struct span hash, password;
        unsigned long long password_n;
        bool want;
    } CASES[] = {
        {"somebody, right", hash, span_str("p"), 1, true},
        {"somebody, wrong", hash, span_str("q"), 1, false},
        {"nobody", {0}, span_str("p"), 1, false},
        {"nobody, no password", {0}, {0}, 0, false},
        {"a hash that is too long", span_of(LONG, sizeof LONG), span_str("p"), 1, false},
        {"a password that is too long", hash, counting(s, 0, PASSPHRASE_MAX + 1), PASSPHRASE_MAX, false},
    };
    for (size_t i = 0; i < COUNT(CASES); i++) {
        print_message("  %s\n", CASES[i].name);
        asked.calls = 0;
        assert_int_equal(password_is(CASES[i].hash, CASES[i].password), CASES[i].want);
        assert_int_equal(asked.calls, 1);
        assert_memory_equal(asked.hash, COSTS, sizeof COSTS - 1);
        assert_int_equal(strlen(asked.hash), hash.n); /* whole, so that the library does not refuse it before the work */
        assert_true(asked.password_n == CASES[i].password_n);
    }
}

static void a_hash_of_other_costs_is_dated(void **state)
{
    AUTO(scope) s = test_scope();
    char weak[crypto_pwhash_STRBYTES];
    struct span hash;
    (void)state;
    assert_int_equal(password_hash(s, span_str("p"), &hash), OK);
    assert_int_equal(crypto_pwhash_str(weak, "p", 1, 1, 8 << 10), 0);
    assert_false(password_is_dated(hash));
    assert_true(password_is_dated(span_str(weak)));
    assert_true(password_is(span_str(weak), span_str("p")));
    assert_true(password_is_dated((struct span){0}));
    assert_true(password_is_dated(span_str("$2y$10$")));
    assert_false(password_is(span_str("$2y$10$"), span_str("p")));
}

static void bounds_are_kept(void **state)
{
    static const struct {
        size_t n;
        enum status hash, key;
    } CASES[] = {{0, OK, INVALID}, {1, OK, OK}, {PASSPHRASE_MAX, OK, OK}, {PASSPHRASE_MAX + 1, TOO_LARGE, TOO_LARGE}};
    static const uint8_t SALT[KDF_SALT_LEN] = {1};
    AUTO(scope) s = test_scope();
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        AUTO(secret) key = NULL;
        struct span hash, text = counting(s, 1, CASES[i].n);
        assert_int_equal(password_hash(s, text, &hash), CASES[i].hash);
        assert_int_equal(passphrase_key(s, text, SALT, &key), CASES[i].key);
    }
}

static void a_passphrase_key_is_argon2id(void **state)
{
    static const uint8_t SALT[KDF_SALT_LEN] = {1}, SALT2[KDF_SALT_LEN] = {2};
    AUTO(scope) s = test_scope();
    AUTO(secret) key = NULL;
    AUTO(secret) salted = NULL;
    AUTO(secret) other = NULL;
    uint8_t want[32];
    (void)state;
    assert_int_equal(crypto_pwhash(want, sizeof want, "phrase", 6, SALT, 3, 64 << 20, crypto_pwhash_ALG_ARGON2ID13), 0);
    assert_int_equal(passphrase_key(s, SPAN_LIT("phrase"), SALT, &key), OK);
    assert_span(secret_span(key), span_of(want, sizeof want));
    assert_int_equal(passphrase_key(s, SPAN_LIT("phrase"), SALT2, &salted), OK);
    assert_int_equal(passphrase_key(s, SPAN_LIT("phrase2"), SALT, &other), OK);
    assert_false(secret_eq(key, salted));
    assert_false(secret_eq(key, other));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_password_matches_its_own_hash_only), cmocka_unit_test(nobody_costs_as_much_as_somebody),
        cmocka_unit_test(a_hash_of_other_costs_is_dated),       cmocka_unit_test(bounds_are_kept),
        cmocka_unit_test(a_passphrase_key_is_argon2id),
    };
    if (seal_init() != OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
