/* UTF-8 as RFC 3629 has it: the edges of every range, and each way to be malformed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/span.h"
#include "base/status.h"

static const struct {
    const char *name;
    struct span bytes;
    bool want;
} CASES[] = {
    {"empty", SPAN_LIT(""), true},
    {"ASCII", SPAN_LIT("case 12\n"), true},
    {"DEL", SPAN_LIT("\x7f"), true},
    {"Japanese", SPAN_LIT("架空 太郎"), true},
    {"least of two bytes", SPAN_LIT("\xc2\x80"), true},
    {"greatest of two bytes", SPAN_LIT("\xdf\xbf"), true},
    {"least of three bytes", SPAN_LIT("\xe0\xa0\x80"), true},
    {"last before the surrogates", SPAN_LIT("\xed\x9f\xbf"), true},
    {"first after the surrogates", SPAN_LIT("\xee\x80\x80"), true},
    {"U+FFFF", SPAN_LIT("\xef\xbf\xbf"), true},
    {"least of four bytes", SPAN_LIT("\xf0\x90\x80\x80"), true},
    {"U+10FFFF", SPAN_LIT("\xf4\x8f\xbf\xbf"), true},
    {"a name with an ideograph outside the first plane", SPAN_LIT("𠮷野"), true},
    {"NUL", SPAN_LIT("a\0b"), false},
    {"overlong NUL", SPAN_LIT("\xc0\x80"), false},
    {"overlong slash", SPAN_LIT("\xc1\xaf"), false},
    {"overlong in three", SPAN_LIT("\xe0\x9f\xbf"), false},
    {"overlong in four", SPAN_LIT("\xf0\x8f\xbf\xbf"), false},
    {"first surrogate", SPAN_LIT("\xed\xa0\x80"), false},
    {"last surrogate", SPAN_LIT("\xed\xbf\xbf"), false},
    {"U+110000", SPAN_LIT("\xf4\x90\x80\x80"), false},
    {"lead F5", SPAN_LIT("\xf5\x80\x80\x80"), false},
    {"FF", SPAN_LIT("\xff"), false},
    {"lone continuation", SPAN_LIT("a\x80"), false},
    {"cut after one of two", SPAN_LIT("a\xc2"), false},
    {"cut after two of three", SPAN_LIT("\xe6\x9e"), false},
    {"cut after three of four", SPAN_LIT("\xf0\xa0\xae"), false},
    {"third byte no continuation", SPAN_LIT("\xe6\x9e(\x80"), false},
    {"fourth byte no continuation", SPAN_LIT("\xf0\xa0\xae\xc0"), false},
};

static void text_is_strict_utf8(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++)
        if (span_is_utf8(CASES[i].bytes) != CASES[i].want)
            fail_msg("%s", CASES[i].name);
    assert_true(span_is_utf8((struct span){NULL, 0}));
}

/* every code point, encoded by the rule, is accepted exactly when it is a scalar value above zero */
static void every_code_point(void **state)
{
    (void)state;
    for (uint32_t c = 0; c < 0x120000; c++) {
        uint8_t b[4];
        size_t n;
        if (c < 0x80) {
            b[0] = (uint8_t)c;
            n = 1;
        } else if (c < 0x800) {
            b[0] = (uint8_t)(0xc0 | c >> 6);
            n = 2;
        } else if (c < 0x10000) {
            b[0] = (uint8_t)(0xe0 | c >> 12);
            n = 3;
        } else {
            b[0] = (uint8_t)(0xf0 | c >> 18);
            n = 4;
        }
        for (size_t k = 1; k < n; k++)
            b[k] = (uint8_t)(0x80 | (c >> (6 * (n - 1 - k)) & 0x3f));
        bool want = c > 0 && c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
        if (span_is_utf8(span_of(b, n)) != want)
            fail_msg("U+%04X", (unsigned)c);
    }
}

static void spans_compare_by_content(void **state)
{
    char copy[] = "A056";

    (void)state;
    assert_true(span_eq(SPAN_LIT("A056"), span_str(copy)));
    assert_false(span_eq(SPAN_LIT("A056"), SPAN_LIT("A05")));
    assert_false(span_eq(SPAN_LIT("A056"), SPAN_LIT("A057")));
    assert_true(span_eq((struct span){NULL, 0}, SPAN_LIT("")));
    assert_true(span_is(span_str(NULL), ""));
    assert_false(span_is(SPAN_LIT("a\0b"), "a"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_strict_utf8),
        cmocka_unit_test(every_code_point),
        cmocka_unit_test(spans_compare_by_content),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
