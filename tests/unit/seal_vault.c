/* What lies in the vault comes out only under its key, only as what it was put there for, and only unchanged. */
#include "seal_help.h"

#include "seal/vault.h"

static const char OWNER[] = "agency-key A056 x25519";

static void what_is_put_is_taken(void **state)
{
    static const size_t SIZES[] = {1, 20, 32, 64, 1000, VAULT_PLAIN_MAX};
    AUTO(scope) s = test_scope();
    AUTO(secret) key = secret_random(32);
    (void)state;
    for (size_t i = 0; i < COUNT(SIZES); i++) {
        AUTO(secret) plain = NULL;
        struct span sealed, again, given = counting(s, 7, SIZES[i]);
        assert_int_equal(vault_put(s, key, OWNER, given, &sealed), OK);
        assert_int_equal(vault_put(s, key, OWNER, given, &again), OK);
        assert_int_equal(sealed.n, SIZES[i] + VAULT_OVERHEAD);
        assert_false(span_eq(sealed, again));
        assert_int_equal(vault_take(s, key, OWNER, sealed, &plain), OK);
        assert_span(secret_span(plain), given);
        secret_wipe(plain);
        assert_int_equal(vault_fill(s, key, OWNER, again, plain), OK);
        assert_span(secret_span(plain), given);
    }
}

static void nothing_else_opens_it(void **state)
{
    static const struct {
        const char *name, *owner;
        bool is_own_key;
        size_t cut;
        enum status want;
    } CASES[] = {
        {"as it was put", OWNER, true, 0, OK},
        {"another owner", "agency-key A057 x25519", true, 0, CORRUPT},
        {"the beginning of the owner", "agency-key A056", true, 0, CORRUPT},
        {"no owner", "", true, 0, CORRUPT},
        {"another key", OWNER, false, 0, CORRUPT},
        {"a byte less", OWNER, true, 1, CORRUPT},
        {"nothing but nonce and tag", OWNER, true, 32, CORRUPT},
        {"nothing", OWNER, true, 32 + VAULT_OVERHEAD, CORRUPT},
    };
    AUTO(scope) s = test_scope();
    AUTO(secret) key = secret_random(32);
    AUTO(secret) other = secret_random(32);
    AUTO(secret) room = secret_new(32);
    struct span sealed;
    (void)state;
    assert_int_equal(vault_put(s, key, OWNER, counting(s, 0, 32), &sealed), OK);
    for (size_t i = 0; i < COUNT(CASES); i++) {
        AUTO(secret) plain = NULL;
        print_message("  %s\n", CASES[i].name);
        assert_int_equal(vault_take(s, CASES[i].is_own_key ? key : other, CASES[i].owner,
                                    span_of(sealed.p, sealed.n - CASES[i].cut), &plain),
                         CASES[i].want);
        assert_int_equal(plain != NULL, CASES[i].want == OK);
        assert_int_equal(vault_fill(s, CASES[i].is_own_key ? key : other, CASES[i].owner, span_of(sealed.p, sealed.n - CASES[i].cut), room),
                         CASES[i].want);
    }
}

static void a_changed_byte_is_told(void **state)
{
    AUTO(scope) s = test_scope();
    AUTO(secret) key = secret_random(32);
    struct span sealed;
    (void)state;
    assert_int_equal(vault_put(s, key, OWNER, counting(s, 0, 20), &sealed), OK);
    uint8_t *bytes = mutable_copy(s, sealed);
    for (size_t i = 0; i < sealed.n; i++) {
        AUTO(secret) plain = NULL;
        bytes[i] ^= (uint8_t)(1u << (i % 8));
        assert_int_equal(vault_take(s, key, OWNER, span_of(bytes, sealed.n), &plain), CORRUPT);
        bytes[i] = sealed.p[i];
    }
}

static void bounds_are_kept(void **state)
{
    AUTO(scope) s = test_scope();
    AUTO(scope) small = scope_new(64, entropy_system());
    AUTO(secret) key = secret_random(32);
    AUTO(secret) odd = secret_random(31);
    struct span sealed;
    struct secret *plain;
    struct span large = counting(s, 0, VAULT_PLAIN_MAX + 1);
    uint8_t *too_long = mutable_copy(s, counting(s, 0, VAULT_PLAIN_MAX + VAULT_OVERHEAD + 1));
    (void)state;
    assert_int_equal(vault_put(s, key, OWNER, large, &sealed), TOO_LARGE);
    assert_int_equal(vault_put(s, key, OWNER, (struct span){0}, &sealed), INVALID);
    assert_int_equal(vault_put(s, odd, OWNER, span_of(large.p, 32), &sealed), INVALID);
    assert_int_equal(vault_put(small, key, OWNER, span_of(large.p, 100), &sealed), TOO_LARGE);
    assert_int_equal(vault_take(s, key, OWNER, span_of(too_long, VAULT_PLAIN_MAX + VAULT_OVERHEAD + 1), &plain), CORRUPT);
    assert_int_equal(vault_put(s, key, OWNER, span_of(large.p, 32), &sealed), OK);
    assert_int_equal(vault_take(s, odd, OWNER, sealed, &plain), INVALID);
    assert_int_equal(vault_fill(s, odd, OWNER, sealed, key), INVALID);
    assert_int_equal(vault_fill(s, key, OWNER, sealed, odd), CORRUPT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_put_is_taken),
        cmocka_unit_test(nothing_else_opens_it),
        cmocka_unit_test(a_changed_byte_is_told),
        cmocka_unit_test(bounds_are_kept),
    };
    if (seal_init() != OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
