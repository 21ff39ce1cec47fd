/* What keys decides without a row: every role through every service, the limits at their edges, the glass, and an agency's number. */
#include "keys/rules.h"
#include "wire/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#undef fail /* cmocka's; ours is meant */

#include <stdio.h>

static struct scope *fresh(void)
{
    struct scope *s = scope_new(SCOPE_CAP, entropy_system());

    assert_non_null(s);
    return s;
}

static void roles(void **state)
{
    static const char *const SERVICES[] = {"intake", "meeting", "referral"};
    AUTO(scope) s = fresh();

    (void)state;
    for (int role = -1; role <= role_N_; role++) {
        bool is_work = role == ROLE_WORKER || role == ROLE_TEAM_LEAD || role == ROLE_COORDINATOR;
        for (size_t i = 0; i < COUNT(SERVICES); i++) {
            bool may = is_work || (role == ROLE_SECRETARY && i == 1);
            assert_int_equal(rule_role(s, role, span_str(SERVICES[i])), may ? OK : DENIED);
        }
    }
}

static void limits(void **state)
{
    static const struct {
        int64_t user, agency;
        enum status want;
    } CASES[] = {{1, 1, OK}, {200, 2000, OK}, {201, 201, DENIED}, {200, 2001, DENIED}, {201, 2001, DENIED}};
    struct keys keys = {.reads_soft = 60, .reads_hard = 200, .reads_agency = 2000};
    AUTO(scope) s = fresh();

    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++)
        assert_int_equal(rule_reads(s, &keys, CASES[i].user, CASES[i].agency), CASES[i].want);
}

static void glass(void **state)
{
    static const char TWENTY[] = "あいうえおかきくけこさしすせそたちつてと", NINETEEN[] = "あいうえおかきくけこさしすせそたちつて";
    static const struct {
        const char *name;
        int64_t fresh_ago_s;
        const char *text;
        enum status want;
    } CASES[] = {
        {"at once", 0, TWENTY, OK},
        {"five minutes ago", 300, TWENTY, OK},
        {"a second too long ago", 301, TWENTY, DENIED},
        {"never", -1, TWENTY, DENIED},
        {"a character too few", 10, NINETEEN, INVALID},
        {"blanks do not count", 10, "  あいうえおかきくけこさしすせそたちつて   \n", INVALID},
        {"bytes do not count", 10, "あいうえおかき", INVALID},
        {"plain letters", 10, "no answer since 9:00", OK},
        {"nothing", 10, "", INVALID},
    };
    const int64_t now_s = 1800000000;
    AUTO(scope) s = fresh();

    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct ticket who = {.fresh_s = CASES[i].fresh_ago_s < 0 ? 0 : now_s - CASES[i].fresh_ago_s};
        print_message("  %s\n", CASES[i].name);
        assert_int_equal(rule_glass(s, &who, now_s * US_PER_S + 999999, span_str(CASES[i].text)), CASES[i].want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(roles), cmocka_unit_test(limits), cmocka_unit_test(glass)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
