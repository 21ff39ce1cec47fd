/* Base 32 against the vectors of RFC 4648, there and back, and every text that is nobody's. */
#include "base/base32.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#undef fail
#include <cmocka.h>

enum { PLAIN_MAX = 32 };

/* RFC 4648 §10, without padding. */
static const struct {
    const char *plain, *text, *lower;
} VECTORS[] = {
    {"", "", ""},
    {"f", "MY", "my"},
    {"fo", "MZXQ", "mzxq"},
    {"foo", "MZXW6", "mzxw6"},
    {"foob", "MZXW6YQ", "mzxw6yq"},
    {"fooba", "MZXW6YTB", "mzxw6ytb"},
    {"foobar", "MZXW6YTBOI", "mzxw6ytboi"},
    {"12345678901234567890", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "gezdgnbvgy3tqojqgezdgnbvgy3tqojq"},
    {"\x01", "AE", "ae"},
    {"\x01\xff\xff\xff\xff", "AH777777", "ah777777"},
    {"\xff\xff\xff\xff\xff", "77777777", "77777777"},
    {"\xff\xff\xfe", "77774", "77774"},
};

static void there_and_back(void **state)
{
    AUTO(scope) s = scope_new(1 << 16, entropy_system());
    struct span text;
    uint8_t to[PLAIN_MAX];

    (void)state;
    for (size_t i = 0; i < COUNT(VECTORS); i++) {
        struct span plain = span_str(VECTORS[i].plain);
        assert_int_equal(base32_print(s, plain, &text), OK);
        if (!span_is(text, VECTORS[i].text))
            fail_msg("%s: %.*s", VECTORS[i].plain, (int)text.n, (const char *)text.p);
        assert_true(base32_to(span_str(VECTORS[i].text), to, plain.n));
        assert_true(span_eq(span_of(to, plain.n), plain));
        assert_true(base32_to(span_str(VECTORS[i].lower), to, plain.n));
        assert_true(span_eq(span_of(to, plain.n), plain));
    }
}

static const struct {
    const char *name, *text;
    size_t n;
} WRONG[] = {
    {"a digit too few", "MZXW6YT", 5},   {"a digit too many", "MZXW6YTBA", 5},  {"padding", "MY======", 1},
    {"bits beyond the end", "MZ", 1},    {"the last bit beyond", "MZXW7", 3},   {"a one", "M1", 1},
    {"an eight", "M8", 1},               {"a nought", "M0", 1},                 {"a hyphen", "MZ-W6YTB", 5},
    {"a blank", "MZ W6YTB", 5},          {"an at sign", "@Y", 1},               {"a bracket", "[Y", 1},
    {"a backquote", "`Y", 1},            {"a brace", "{Y", 1},                  {"full width", "Ｍ", 1},
    {"a byte for nothing", "AA", 0},     {"nothing for a byte", "", 1},
};

static void what_is_no_base32_is_refused(void **state)
{
    uint8_t to[PLAIN_MAX];

    (void)state;
    for (size_t i = 0; i < COUNT(WRONG); i++)
        if (base32_to(span_str(WRONG[i].text), to, WRONG[i].n))
            fail_msg("%s", WRONG[i].name);
    assert_false(base32_to(span_of("M\0", 2), to, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(there_and_back), cmocka_unit_test(what_is_no_base32_is_refused)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
