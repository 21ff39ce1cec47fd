/* How far an agency reads a case: a member everything, an offered one what was offered, everyone else nothing; and that only a
 * membership that lasts writes. Enumerated over level × items × ended. */
#include "intake/intake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h> /* last: its fail() is a macro, ours a function that the headers declare */

enum { ALL = 0xf, ENDED = 1000 };

static const struct {
    enum access_level level;
    int64_t until_us;
    unsigned offered_shows; /* of the items of the row itself; ~0: everything, whatever the row says */
    bool may_write;
} CASES[] = {
    {ACCESS_NONE, INT64_MAX, 0, false},     {ACCESS_NONE, ENDED, 0, false},
    {ACCESS_OFFERED, INT64_MAX, ALL, false}, {ACCESS_OFFERED, ENDED, ALL, false},
    {ACCESS_MEMBER, INT64_MAX, ~0U, true},  {ACCESS_MEMBER, ENDED, ~0U, false},
};

static void test_reach(void **state)
{
    (void)state;
    assert_int_equal(item_N_, 4);
    for (size_t i = 0; i < COUNT(CASES); i++) {
        for (unsigned bits = 0; bits <= ALL; bits++) {
            int64_t items[item_N_];
            size_t n = 0;
            for (int k = 0; k < item_N_; k++)
                if (bits & (1U << k))
                    items[n++] = k;
            struct reach r = {.level = CASES[i].level, .items = {items, n}, .until_us = CASES[i].until_us};
            unsigned want = CASES[i].offered_shows == ~0U ? ALL : bits & CASES[i].offered_shows;
            if (reach_items(&r) != want)
                fail_msg("row %zu, items %x: %x", i, bits, reach_items(&r));
            assert_int_equal(reach_may_write(&r), CASES[i].may_write);
        }
    }
}

/* An item disclosed twice is disclosed once. */
static void test_repeated(void **state)
{
    const int64_t items[] = {ITEM_CONTACT, ITEM_CONTACT, ITEM_NARRATIVE};
    struct reach r = {.level = ACCESS_OFFERED, .items = {items, COUNT(items)}, .until_us = INT64_MAX};

    (void)state;
    assert_int_equal(reach_items(&r), 1U << ITEM_CONTACT | 1U << ITEM_NARRATIVE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reach),
        cmocka_unit_test(test_repeated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
