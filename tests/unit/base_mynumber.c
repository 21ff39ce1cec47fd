/* A 個人番号 however it is typed, and what only looks like one. The numbers are made up: the check digit was computed by hand. */
#include "base/mynumber.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#define COUNT_OF(a) (sizeof(a) / sizeof(a)[0])

static const struct {
    const char *name, *text;
    bool want;
} CASES[] = {
    {"nothing", "", false},
    {"no digits", "本人の話では…", false},
    {"valid, in one piece", "123456789018", true},
    {"check digit one off", "123456789019", false},
    {"another one off", "123456789017", false},
    {"two digits changed about", "213456789018", false},
    {"remainder 0: check digit 0", "000000000000", true},
    {"remainder 1: check digit 0", "200000000000", true},
    {"remainder 1, check digit 1", "200000000001", false},
    {"remainder 2: check digit 9", "700000000029", true},
    {"remainder 2, check digit 0", "700000000020", false},
    {"remainder 6: check digit 5", "100000000005", true},
    {"in a sentence", "個人番号は123456789018です。", true},
    {"at the end", "番号 123456789018", true},
    {"at the end of a line", "123456789018\n次", true},
    {"in brackets", "(123456789018)", true},
    {"after a colon", "マイナンバー:123456789018", true},
    {"4-4-4, hyphen", "1234-5678-9018", true},
    {"4-4-4, space", "1234 5678 9018", true},
    {"4-4-4, full-width space", "1234　5678　9018", true},
    {"4-4-4, full-width hyphen", "1234－5678－9018", true},
    {"4-4-4, long vowel mark", "1234ー5678ー9018", true},
    {"4-4-4, half-width long vowel mark", "1234ｰ5678ｰ9018", true},
    {"4-4-4, minus sign", "1234−5678−9018", true},
    {"4-4-4, en dash", "1234–5678–9018", true},
    {"4-4-4, em dash", "1234—5678—9018", true},
    {"4-4-4, dot", "1234.5678.9018", true},
    {"4-4-4, full-width dot", "1234．5678．9018", true},
    {"4-4-4, middle dot", "1234・5678・9018", true},
    {"4-4-4, half-width middle dot", "1234･5678･9018", true},
    {"4-4-4, tab", "1234\t5678\t9018", true},
    {"4-4-4, no-break space", "1234\xc2\xa0" "5678\xc2\xa0" "9018", true},
    {"two kinds of separators", "1234-5678 9018", true},
    {"groups of three", "123-456-789-018", true},
    {"uneven groups", "12-3456-789018", true},
    {"each digit apart", "1 2 3 4 5 6 7 8 9 0 1 8", true},
    {"full width", "１２３４５６７８９０１８", true},
    {"full width in groups", "１２３４－５６７８－９０１８", true},
    {"half full, half not", "１２３４5678９０１８", true},
    {"grouped, check digit wrong", "1234-5678-9019", false},
    {"full width, check digit wrong", "１２３４５６７８９０１９", false},
    {"eleven digits", "12345678901", false},
    {"thirteen digits", "1234567890180", false},
    {"thirteen digits, valid at the end", "0123456789018", false},
    {"a corporate number", "4000012090001", false},
    {"sixteen digits of a card", "1234-5678-9018-1111", false},
    {"sixteen, valid at the end", "1111-1234-5678-9018", false},
    {"sixteen, spaces", "1234 5678 9018 1111", false},
    {"two separators between groups", "1234--5678--9018", false},
    {"separator and space", "1234- 5678- 9018", false},
    {"another separator", "1234/5678/9018", false},
    {"colons", "1234:5678:9018", false},
    {"lines", "1234\n5678\n9018", false},
    {"commas", "123,456,789,018", false},
    {"a phone number before it", "00-0000-1111 123456789018", true},
    {"a phone number before it, in groups", "0000001111 1234-5678-9018", true},
    {"a phone number after it", "123456789018 00-0000-1111", true},
    {"groups, then a phone number in one piece", "1234-5678-9018 0000001111", true},
    {"the second of two", "123456789019 123456789018", true},
    {"the second of two, other separator", "1234-5678-9019、1234-5678-9018", true},
    {"two phone numbers", "00-0000-1111 00-0000-2222", false},
    {"a phone number", "00-0000-1111", false},
    {"a mobile number", "000-1234-5678", false},
    {"a date and a time", "2026-11-22 10:30:12", false},
    {"a letter before", "A123456789018", false},
    {"a letter after", "123456789018A", false},
    {"an underscore before", "id_123456789018", false},
    {"a full-width letter before", "Ａ123456789018", false},
    {"a letter before the groups", "A1234-5678-9018", false},
    {"a letter after the groups", "1234-5678-9018x", false},
    {"a letter after a longer run", "123456789018 12A", true},
    {"in hexadecimal", "00ab123456789018ff", false},
    {"a letter and a separator before", "No-123456789018", true},
    {"Japanese before and after", "番号123456789018番", true},
    {"kanji digits are no digits", "一二三四五六七八九〇一八", false},
    {"bytes that are not UTF-8 around it", "\xff" "123456789018\xe3", true},
    {"a text cut within a character", "123456789018\xe3\x80", true},
};

static void test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++)
        if (mynumber_in(span_str(CASES[i].text)) != CASES[i].want)
            fail_msg("%s", CASES[i].name);
}

/* Of the ten numbers with the same first eleven digits, exactly one is taken for a 個人番号. */
static void test_one_of_ten(void **state)
{
    char text[16];

    (void)state;
    for (long long head = 10000000019; head < 99999999999; head += 987654321) {
        int hits = 0;
        for (int check = 0; check < 10; check++) {
            snprintf(text, sizeof text, "%011lld%d", head, check);
            hits += mynumber_in(span_str(text));
        }
        assert_int_equal(hits, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases), cmocka_unit_test(test_one_of_ten)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
