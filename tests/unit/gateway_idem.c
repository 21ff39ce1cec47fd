/* Idempotency keys: which are keys at all, and that the id they stand for is one account's, one path's, and always the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "gateway/idem.h"

#include <cmocka.h> /* last: its fail() is a macro, ours a function that the headers declare */

static const struct {
    const char *user, *agency, *method, *path, *key;
} ASKED[] = {
    {"taro", "A001", "POST", "/api/v1/cases", "k1"},
    {"hanako", "A001", "POST", "/api/v1/cases", "k1"},
    {"taro", "A002", "POST", "/api/v1/cases", "k1"},
    {"taro", "A001", "PUT", "/api/v1/cases", "k1"},
    {"taro", "A001", "POST", "/api/v1/cases/1/notes", "k1"},
    {"taro", "A001", "POST", "/api/v1/cases", "k2"},
    {"taroA", "001", "POST", "/api/v1/cases", "k1"},
    {"taro", "A001", "POST", "/api/v1/case", "sk1"},
};

static struct uuid id_of(size_t i)
{
    struct actor who = {0};

    memcpy(who.user, ASKED[i].user, strlen(ASKED[i].user));
    memcpy(who.agency.code, ASKED[i].agency, strlen(ASKED[i].agency));
    return idem_id(&who, span_str(ASKED[i].method), span_str(ASKED[i].path), span_str(ASKED[i].key));
}

static void test_ids(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(ASKED); i++) {
        struct uuid id = id_of(i);
        assert_int_equal(id.b[6] >> 4, 8);
        assert_int_equal(id.b[8] >> 6, 2);
        for (size_t k = 0; k < COUNT(ASKED); k++)
            assert_int_equal(uuid_eq(id, id_of(k)), i == k);
    }
}

static const struct {
    const char *key;
    bool is_valid;
} KEYS[] = {{"a", true}, {"!~", true}, {"\"8e03978e-40d5-43e8-bc93-6894a57f9324\"", true}, {"", false}, {"a b", false},
            {"a\t", false}, {"鍵", false}, {"\x7f", false}};

static void test_keys(void **state)
{
    char longest[IDEM_KEY_MAX + 1];

    (void)state;
    for (size_t i = 0; i < COUNT(KEYS); i++)
        if (idem_key_is_valid(span_str(KEYS[i].key)) != KEYS[i].is_valid)
            fail_msg("%s", KEYS[i].key);
    memset(longest, 'x', sizeof longest);
    assert_true(idem_key_is_valid(span_of(longest, IDEM_KEY_MAX)));
    assert_false(idem_key_is_valid(span_of(longest, IDEM_KEY_MAX + 1)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_ids), cmocka_unit_test(test_keys)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
