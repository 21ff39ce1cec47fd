/* Hexadecimal text: whole pairs of digits or nothing. */
#include "base/hex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#undef fail
#include <cmocka.h>

static const struct {
    const char *name, *text;
    bool is_hex;
} CASES[] = {
    {"nothing", "", true},          {"one byte", "00", true},       {"lower case", "c0ffee", true}, {"upper case", "C0FFEE", true},
    {"odd", "abc", false},          {"a letter too far", "0g", false}, {"a space", "00 1", false},  {"a sign", "+1", false},
    {"full width", "０１", false},  {"an at sign", "@0", false},    {"a backquote", "`0", false},
};

static void test_parse(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        AUTO(scope) s = scope_new(1 << 16, entropy_system());
        struct span bytes, again;
        enum status st = hex_parse(s, span_str(CASES[i].text), &bytes);
        if ((st == OK) != CASES[i].is_hex)
            fail_msg("%s", CASES[i].name);
        if (st != OK)
            continue;
        assert_int_equal(hex_print(s, bytes, &again), OK);
        assert_int_equal(again.n, strlen(CASES[i].text));
        assert_int_equal(strncasecmp((const char *)again.p, CASES[i].text, again.n), 0);
    }
}

static void test_length(void **state)
{
    uint8_t to[2];

    (void)state;
    assert_true(hex_to(SPAN_LIT("beef"), to, 2));
    assert_int_equal(to[0], 0xbe);
    assert_int_equal(to[1], 0xef);
    assert_false(hex_to(SPAN_LIT("bee"), to, 2));
    assert_false(hex_to(SPAN_LIT("beefed"), to, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_parse), cmocka_unit_test(test_length)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
