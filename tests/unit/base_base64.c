/* Base 64 against the vectors of RFC 4648, there and back, and every text that is nobody's. */
#include "base/base64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#undef fail
#include <cmocka.h>

enum { PLAIN_MAX = 300 };

/* RFC 4648 §10, and the last digits of the alphabet. */
static const struct {
    const char *plain;
    size_t n;
    const char *text;
} VECTORS[] = {
    {"", 0, ""},
    {"f", 1, "Zg=="},
    {"fo", 2, "Zm8="},
    {"foo", 3, "Zm9v"},
    {"foob", 4, "Zm9vYg=="},
    {"fooba", 5, "Zm9vYmE="},
    {"foobar", 6, "Zm9vYmFy"},
    {"\x00", 1, "AA=="},
    {"\x00\x00\x00", 3, "AAAA"},
    {"\xff\xff\xff", 3, "////"},
    {"\xfb\xef\xbe", 3, "++++"},
    {"\xfb\xf0\x3f", 3, "+/A/"},
    {"\xff", 1, "/w=="},
    {"\xff\xfe", 2, "//4="},
};

static void there_and_back(void **state)
{
    AUTO(scope) s = scope_new(1 << 16, entropy_system());
    struct span text, back;
    uint8_t to[PLAIN_MAX];

    (void)state;
    for (size_t i = 0; i < COUNT(VECTORS); i++) {
        struct span plain = span_of(VECTORS[i].plain, VECTORS[i].n);
        assert_int_equal(base64_print(s, plain, &text), OK);
        if (!span_is(text, VECTORS[i].text) || text.n != BASE64_LEN(plain.n))
            fail_msg("%s: %.*s", VECTORS[i].text, (int)text.n, (const char *)text.p);
        assert_true(base64_to(text, to, plain.n));
        assert_true(span_eq(span_of(to, plain.n), plain));
        assert_int_equal(base64_parse(s, text, &back), OK);
        assert_true(span_eq(back, plain));
    }
}

static void every_byte_and_length_comes_back(void **state)
{
    AUTO(scope) s = scope_new(1 << 20, entropy_system());
    uint8_t plain[PLAIN_MAX], to[PLAIN_MAX];
    struct span text, back;

    (void)state;
    for (size_t i = 0; i < sizeof plain; i++)
        plain[i] = (uint8_t)(i * 167 + 13);
    for (size_t n = 0; n <= sizeof plain; n++) {
        assert_int_equal(base64_print(s, span_of(plain, n), &text), OK);
        assert_int_equal(base64_parse(s, text, &back), OK);
        assert_true(span_eq(back, span_of(plain, n)));
        assert_false(base64_to(text, to, n + 1));
        assert_false(n && base64_to(text, to, n - 1));
    }
}

static const struct {
    const char *name, *text;
} WRONG[] = {
    {"a digit too few", "Zm9"},      {"a digit too many", "Zm9vY"},  {"no padding", "Zg"},
    {"half the padding", "Zg="},     {"padding alone", "===="},      {"three pads", "Z==="},
    {"bits beyond, one pad", "Zm9="},{"bits beyond, two pads", "Zh=="}, {"pad before a digit", "Zg=v"},
    {"pads inside", "Zg==Zm9v"},     {"a line break", "Zm9v\n"},     {"a break inside", "Zm9v\nZm9"},
    {"a blank", "Zm9 "},             {"the URL's minus", "Zm9-"},    {"the URL's line", "Zm9_"},
    {"an at sign", "Zm9@"},          {"a bracket", "Zm9["},          {"a backquote", "Zm9`"},
    {"a brace", "Zm9{"},             {"a colon", "Zm9:"},            {"a dot", "Zm9."},
    {"a star", "Zm9*"},              {"full width", "Ｚm"},           {"a pad too many", "Zm9v="},
};

static void what_is_no_base64_is_refused(void **state)
{
    AUTO(scope) s = scope_new(1 << 16, entropy_system());
    struct span back;

    (void)state;
    for (size_t i = 0; i < COUNT(WRONG); i++)
        if (base64_parse(s, span_str(WRONG[i].text), &back) != INVALID)
            fail_msg("%s", WRONG[i].name);
    assert_int_equal(base64_parse(s, span_of("Zm\0v", 4), &back), INVALID);
}

static void a_full_scope_says_so(void **state)
{
    AUTO(scope) s = scope_new(64, entropy_system());
    uint8_t plain[PLAIN_MAX] = {0};
    char digits[BASE64_LEN(PLAIN_MAX)];
    struct span to;

    (void)state;
    assert_int_equal(base64_print(s, span_of(plain, sizeof plain), &to), TOO_LARGE);
    assert_int_equal(base64_put(span_of(plain, sizeof plain), digits), sizeof digits);
    assert_int_equal(base64_parse(s, span_of(digits, sizeof digits), &to), TOO_LARGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_and_back),
        cmocka_unit_test(every_byte_and_length_comes_back),
        cmocka_unit_test(what_is_no_base64_is_refused),
        cmocka_unit_test(a_full_scope_says_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
