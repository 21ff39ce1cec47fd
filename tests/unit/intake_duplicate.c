/* What becomes of a pair of records that may be one person: state × state, and found again × score. */
#include "intake/duplicate.h"

#include "base/span.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h> /* last: its fail() is a macro, ours a function that the headers declare */

enum { NOTHING = -1, REFUSED = -2 };

/* from × to: what the histories of both cases are told. */
static const int MOVES[duplicate_state_N_][duplicate_state_N_] = {
    [DUPLICATE_OPEN] = {[DUPLICATE_OPEN] = REFUSED, [DUPLICATE_NOT] = NOTHING, [DUPLICATE_MERGED] = HAPPENED_MERGED},
    [DUPLICATE_NOT] = {[DUPLICATE_OPEN] = NOTHING, [DUPLICATE_NOT] = REFUSED, [DUPLICATE_MERGED] = HAPPENED_MERGED},
    [DUPLICATE_MERGED] = {[DUPLICATE_OPEN] = HAPPENED_UNMERGED, [DUPLICATE_NOT] = HAPPENED_UNMERGED, [DUPLICATE_MERGED] = REFUSED},
};

static void test_moves(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());

    (void)state;
    for (int was = 0; was < duplicate_state_N_; was++) {
        for (int next = 0; next < duplicate_state_N_; next++) {
            int happened = REFUSED;
            enum status st = duplicate_decide_state(s, (enum duplicate_state)was, (enum duplicate_state)next, SPAN_LIT("x"), &happened);
            assert_int_equal(st, MOVES[was][next] == REFUSED ? CONFLICT : OK);
            assert_int_equal(happened, MOVES[was][next]);
            st = duplicate_decide_state(s, (enum duplicate_state)was, (enum duplicate_state)next, SPAN_LIT(""), &happened);
            assert_int_equal(st, MOVES[was][next] == REFUSED ? CONFLICT : INVALID);
        }
    }
}

static void test_found(void **state)
{
    static const struct {
        enum duplicate_state was;
        int64_t was_score, score;
        enum found_effect want;
    } FOUND[] = {
        {DUPLICATE_OPEN, 500, 499, FOUND_UPDATE},    {DUPLICATE_OPEN, 500, 500, FOUND_NOTHING},
        {DUPLICATE_OPEN, 500, 501, FOUND_UPDATE},    {DUPLICATE_NOT, 500, 499, FOUND_NOTHING},
        {DUPLICATE_NOT, 500, 500, FOUND_NOTHING},    {DUPLICATE_NOT, 500, 501, FOUND_REOPEN},
        {DUPLICATE_MERGED, 500, 400, FOUND_UPDATE},  {DUPLICATE_MERGED, 500, 900, FOUND_UPDATE},
        {DUPLICATE_MERGED, 500, 500, FOUND_NOTHING},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(FOUND); i++)
        if (duplicate_decide_found(FOUND[i].was, FOUND[i].was_score, FOUND[i].score) != FOUND[i].want)
            fail_msg("row %zu", i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_moves), cmocka_unit_test(test_found)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
