/* How far somebody reads a case: a member or an offered agency what was disclosed to it, everyone else nothing; once an agency has
 * named a team, only that team and who leads; in an emergency everything and no writing. Enumerated over level × ended × team × role ×
 * emergency × items. And how a team may be changed without leaving nobody. */
#include "intake/intake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h> /* last: its fail() is a macro, ours a function that the headers declare */

enum { ALL = 0xf, ENDED = 1000, WHO = 1 << ITEM_IDENTITY | 1 << ITEM_CONTACT };

static const struct {
    enum access_level level;
    int64_t until_us;
    enum status access;     /* as far as the access rows go */
    unsigned offered_shows; /* of the items of the row itself; ~0: everything, whatever the row says */
    bool may_write;
} CASES[] = {
    {ACCESS_NONE, INT64_MAX, NOT_FOUND, 0, false},    {ACCESS_NONE, ENDED, NOT_FOUND, 0, false},
    {ACCESS_OFFERED, INT64_MAX, OK, ALL, false},      {ACCESS_OFFERED, ENDED, NOT_FOUND, ALL, false},
    {ACCESS_MEMBER, INT64_MAX, OK, ALL, true},        {ACCESS_MEMBER, ENDED, OK, ALL, false},
    {ACCESS_EMERGENCY, INT64_MAX, NOT_FOUND, ~0U, false},
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
            assert_int_equal(reach_may_change(&r), CASES[i].may_write && (bits & WHO) == WHO);
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

/* Whom a team does not keep out. */
static const bool LEADS[role_N_] = {[ROLE_TEAM_LEAD] = true, [ROLE_COORDINATOR] = true};

static void decide(struct scope *s, size_t row, int role, unsigned how)
{
    struct reach was = {.level = CASES[row].level, .until_us = CASES[row].until_us, .has_team = how & 1, .on_team = how & 2};
    bool is_emergency = how & 4, fits = !was.has_team || was.on_team || LEADS[role];
    enum status want = CASES[row].access != OK ? NOT_FOUND : fits ? OK : DENIED;
    struct reach got;

    if (is_emergency)
        want = OK;
    enum status st = reach_decide(s, &was, role, is_emergency, &got);
    if (st != want)
        fail_msg("row %zu, role %d, how %u: %s", row, role, how, status_trait(st)->word);
    if (st != OK)
        return;
    bool by_glass = is_emergency && (CASES[row].access != OK || !fits);
    assert_int_equal(got.level, by_glass ? ACCESS_EMERGENCY : CASES[row].level);
    assert_int_equal(reach_may_write(&got), !by_glass && CASES[row].may_write);
    if (by_glass)
        assert_int_equal(reach_items(&got), ALL);
}

static void test_decide(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());

    (void)state;
    for (size_t row = 0; row < COUNT(CASES); row++)
        for (int role = 0; role < role_N_; role++)
            for (unsigned how = 0; how < 8; how++)
                if ((how & 3) != 2) /* on a team that there is not */
                    decide(s, row, role, how);
}

static const struct {
    const char *name;
    bool has_team, on_team;
    int role;
    enum team_action action;
    bool is_on;
    size_t n;
    enum status want;
} TEAMS[] = {
    {"the first is named by any worker", false, false, ROLE_WORKER, TEAM_ADD, false, 0, OK},
    {"one of the team adds", true, true, ROLE_WORKER, TEAM_ADD, false, 3, OK},
    {"adding who is on it", true, true, ROLE_WORKER, TEAM_ADD, true, 3, OK},
    {"a stranger of the agency does not add", true, false, ROLE_WORKER, TEAM_ADD, false, 3, DENIED},
    {"the lead adds", true, false, ROLE_TEAM_LEAD, TEAM_ADD, false, 3, OK},
    {"the coordinator adds", true, false, ROLE_COORDINATOR, TEAM_ADD, false, 3, OK},
    {"up to forty", true, true, ROLE_WORKER, TEAM_ADD, false, TEAM_MAX - 1, OK},
    {"not one more", true, true, ROLE_WORKER, TEAM_ADD, false, TEAM_MAX, TOO_LARGE},
    {"not even for the lead", true, false, ROLE_TEAM_LEAD, TEAM_ADD, false, TEAM_MAX, TOO_LARGE},
    {"of forty, one again", true, true, ROLE_WORKER, TEAM_ADD, true, TEAM_MAX, OK},
    {"one of the team leaves", true, true, ROLE_WORKER, TEAM_REMOVE, true, 2, OK},
    {"the last does not", true, true, ROLE_WORKER, TEAM_REMOVE, true, 1, CONFLICT},
    {"the lead takes the last off", true, false, ROLE_TEAM_LEAD, TEAM_REMOVE, true, 1, OK},
    {"the coordinator takes the last off", true, true, ROLE_COORDINATOR, TEAM_REMOVE, true, 1, OK},
    {"a stranger of the agency removes nobody", true, false, ROLE_WORKER, TEAM_REMOVE, true, 3, DENIED},
    {"nobody removes who is not there", true, true, ROLE_WORKER, TEAM_REMOVE, false, 3, NOT_FOUND},
    {"of no team nobody is removed", false, false, ROLE_WORKER, TEAM_REMOVE, false, 0, NOT_FOUND},
};

static void test_team(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());

    (void)state;
    for (size_t i = 0; i < COUNT(TEAMS); i++) {
        struct reach by = {.level = ACCESS_MEMBER, .until_us = INT64_MAX, .has_team = TEAMS[i].has_team, .on_team = TEAMS[i].on_team};
        enum status st = team_decide(s, &by, TEAMS[i].role, TEAMS[i].action, TEAMS[i].is_on, TEAMS[i].n);
        if (st != TEAMS[i].want)
            fail_msg("%s: %s", TEAMS[i].name, status_trait(st)->word);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reach),
        cmocka_unit_test(test_repeated),
        cmocka_unit_test(test_decide),
        cmocka_unit_test(test_team),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
