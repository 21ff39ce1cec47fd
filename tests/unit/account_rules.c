/* Every decision of account as a table: which passwords may be chosen, which attempts pass and count, how long a lock lasts, which
 * sessions live, which changes leave nobody in charge. */
#include "account/rules.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h> /* last: its fail() is a macro, ours a function that the headers declare */

#include <string.h>

#define COUNT_OF(a) (sizeof(a) / sizeof(*(a)))

/* ---- passwords ----------------------------------------------------------------------- */

static const struct {
    const char *password, *user;
    enum password_flaw want;
} PASSWORDS[] = {
    {"", "kanri", PASSWORD_SHORT},
    {"vK7-mugicha-ame", "kanri", PASSWORD_GOOD},   /* 15 */
    {"vK7-mugicha-am", "kanri", PASSWORD_SHORT},   /* 14 */
    {"あめのひはかさをわすれずにね", "kanri", PASSWORD_SHORT}, /* 14 characters, 42 bytes */
    {"あめのひはかさをわすれずにねえ", "kanri", PASSWORD_GOOD},
    {"passwordpassword", "kanri", PASSWORD_COMMON},
    {"PassWordPassWord", "kanri", PASSWORD_COMMON},
    {"password12345678", "kanri", PASSWORD_COMMON},
    {"Password20260401", "kanri", PASSWORD_COMMON},
    {"passwordpasswordpass", "kanri", PASSWORD_COMMON},
    {"password-but-longer", "kanri", PASSWORD_GOOD},
    {"123456789012345", "kanri", PASSWORD_COMMON},
    {"314159265358979", "kanri", PASSWORD_COMMON}, /* digits alone */
    {"aaaaaaaaaaaaaaa", "kanri", PASSWORD_COMMON},
    {"abcdabcdabcdabcd", "kanri", PASSWORD_COMMON},
    {"abcdeabcdeabcde", "kanri", PASSWORD_GOOD},   /* five characters, no listed word */
    {"qwertyuiopasdfghjkl", "kanri", PASSWORD_COMMON},
    {"CorrectHorseBatteryStaple", "kanri", PASSWORD_COMMON},
    {"arigatougozaimasu", "kanri", PASSWORD_COMMON},
    {"kashimarukashimaru1", "kanri", PASSWORD_COMMON},
    {"himawari2026himawari", "himawari", PASSWORD_HAS_NAME},
    {"xx-HimaWari-yy-zz", "himawari", PASSWORD_HAS_NAME},
    {"xx-himawar-yy-zzz", "himawari", PASSWORD_GOOD},
    {"xx-himawari-yy-zz", "hi", PASSWORD_GOOD},    /* too short a name to look for */
    {"xx-himawari-yy-zz", "him", PASSWORD_HAS_NAME},
    {"xx-himawari-yy-zz", "", PASSWORD_GOOD},
};

static void passwords_that_may_be_chosen(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(PASSWORDS); i++) {
        enum password_flaw got = password_flaw(span_str(PASSWORDS[i].password), span_str(PASSWORDS[i].user));
        if (got != PASSWORDS[i].want)
            fail_msg("%s for %s: %d", PASSWORDS[i].password, PASSWORDS[i].user, (int)got);
    }
}

static void a_password_has_an_end(void **state)
{
    char text[PASSWORD_MOST + 2];

    (void)state;
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)('!' + i * 7 % 90);
    assert_int_equal(password_flaw(span_of(text, PASSWORD_MOST), SPAN_LIT("kanri")), PASSWORD_GOOD);
    assert_int_equal(password_flaw(span_of(text, PASSWORD_MOST + 1), SPAN_LIT("kanri")), PASSWORD_LONG);
}

/* The list is in one spelling, or a word on it would never be found. */
static void every_listed_word_is_found(void **state)
{
    static const char *const LISTED[] = {
#include "account/common.txt"
    };
    char twice[128];

    (void)state;
    assert_true(COUNT_OF(LISTED) > 500);
    for (size_t i = 0; i < COUNT_OF(LISTED); i++) {
        size_t n = strlen(LISTED[i]);
        for (size_t k = 0; k < n; k++)
            assert_false(LISTED[i][k] >= 'A' && LISTED[i][k] <= 'Z');
        assert_true(n < 60);
        memcpy(twice, LISTED[i], n);
        memset(twice + n, '7', 16);
        if (password_flaw(span_of(twice, n + 16), SPAN_LIT("")) != PASSWORD_COMMON)
            fail_msg("%s", LISTED[i]);
    }
}

/* ---- attempts ------------------------------------------------------------------------- */

static const struct {
    int64_t fails, want_s;
} LOCKS[] = {
    {0, 0}, {1, 0}, {4, 0}, {5, 30}, {6, 60}, {7, 120}, {8, 240}, {9, 480}, {10, 960}, {11, 1920}, {12, 3600}, {13, 3600}, {1000000, 3600},
};

static void locks_grow_to_an_hour(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(LOCKS); i++)
        if (lockout_s(LOCKS[i].fails) != LOCKS[i].want_s)
            fail_msg("%lld: %lld", (long long)LOCKS[i].fails, (long long)lockout_s(LOCKS[i].fails));
}

enum { NOW = 1000 };
#define AT(s) ((s) * (int64_t)US_PER_S)

static const struct {
    const char *name;
    struct standing st;
    bool passes;
    enum sign_in_outcome outcome;
    int64_t fails, lock_s; /* seconds; 0 = none */
} ATTEMPTS[] = {
    {"right", {true, USER_ACTIVE, true, false, 7, 3, false, 0, ONCE_NEW}, true, SIGNED_IN, 0, 0},
    {"right with a recovery code", {true, USER_ACTIVE, true, true, 0, 3, false, 0, ONCE_NEW}, true, SIGNED_IN, 0, 0},
    {"unknown", {false, USER_ACTIVE, true, true, 7, 0, false, 0, ONCE_NEW}, false, SIGN_IN_WRONG, 0, 0},
    {"wrong password", {true, USER_ACTIVE, false, false, 7, 0, false, 0, ONCE_NEW}, false, SIGN_IN_WRONG, 1, 0},
    {"wrong password, recovery code", {true, USER_ACTIVE, false, true, 0, 0, false, 0, ONCE_NEW}, false, SIGN_IN_WRONG, 1, 0},
    {"wrong code", {true, USER_ACTIVE, true, false, 0, 1, false, 0, ONCE_NEW}, false, SIGN_IN_WRONG, 2, 0},
    {"fifth failure locks", {true, USER_ACTIVE, true, false, 0, 4, false, 0, ONCE_NEW}, false, SIGN_IN_WRONG, 5, NOW + 30},
    {"sixth after the lock", {true, USER_ACTIVE, true, false, 0, 5, true, AT(NOW), ONCE_NEW}, false, SIGN_IN_WRONG, 6, NOW + 60},
    {"locked, though right", {true, USER_ACTIVE, true, false, 7, 5, true, AT(NOW) + 1, ONCE_NEW}, false, SIGN_IN_LOCKED, 5, NOW},
    {"locked and wrong counts no more", {true, USER_ACTIVE, false, false, 0, 5, true, AT(NOW) + 1, ONCE_NEW}, false, SIGN_IN_LOCKED, 5, NOW},
    {"after the lock", {true, USER_ACTIVE, true, false, 7, 5, true, AT(NOW), ONCE_NEW}, true, SIGNED_IN, 0, 0},
    {"suspended, though right", {true, USER_SUSPENDED, true, false, 7, 2, false, 0, ONCE_NEW}, false, SIGN_IN_SUSPENDED, 2, 0},
    {"suspended and wrong", {true, USER_SUSPENDED, false, false, 0, 2, false, 0, ONCE_NEW}, false, SIGN_IN_SUSPENDED, 2, 0},
    {"invited, not enrolled", {true, USER_INVITED, true, false, 7, 0, false, 0, ONCE_NEW}, false, SIGN_IN_WRONG, 1, 0},
    {"again, its code used up", {true, USER_ACTIVE, true, false, 0, 3, false, 0, ONCE_OPEN}, true, SIGNED_IN, 0, 0},
    {"again, but the password was changed", {true, USER_ACTIVE, false, false, 0, 3, false, 0, ONCE_OPEN}, false, SIGN_IN_WRONG, 4, 0},
    {"again, but locked", {true, USER_ACTIVE, true, false, 0, 5, true, AT(NOW) + 1, ONCE_OPEN}, false, SIGN_IN_LOCKED, 5, NOW},
    {"again, but suspended", {true, USER_SUSPENDED, true, false, 0, 2, false, 0, ONCE_OPEN}, false, SIGN_IN_SUSPENDED, 2, 0},
    {"again, but invited anew", {true, USER_INVITED, true, false, 0, 0, false, 0, ONCE_OPEN}, false, SIGN_IN_WRONG, 1, 0},
    {"again, unknown", {false, USER_ACTIVE, true, false, 0, 0, false, 0, ONCE_OPEN}, false, SIGN_IN_WRONG, 0, 0},
    {"over, wrong as before", {true, USER_ACTIVE, false, false, 0, 1, false, 0, ONCE_OVER}, false, SIGN_IN_WRONG, 1, 0},
    {"over, though it would be right by now", {true, USER_ACTIVE, true, false, 7, 1, false, 0, ONCE_OVER}, false, SIGN_IN_WRONG, 1, 0},
    {"over, recovery code", {true, USER_ACTIVE, true, true, 0, 4, false, 0, ONCE_OVER}, false, SIGN_IN_WRONG, 4, 0},
    {"over, and the lock stays", {true, USER_ACTIVE, false, false, 0, 5, true, AT(NOW), ONCE_OVER}, false, SIGN_IN_WRONG, 5, NOW},
};

static void attempts_are_judged(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ATTEMPTS); i++) {
        struct verdict v = attempt_judge(&ATTEMPTS[i].st, AT(NOW));
        bool is_right = v.is_passed == ATTEMPTS[i].passes && v.outcome == ATTEMPTS[i].outcome && v.fails == ATTEMPTS[i].fails &&
                        v.has_lock == (ATTEMPTS[i].lock_s != 0) && v.is_counted == (v.fails > ATTEMPTS[i].st.fails) &&
                        (!v.has_lock || v.locked_until_us / US_PER_S == ATTEMPTS[i].lock_s);
        if (!is_right)
            fail_msg("%s: passed %d outcome %d fails %lld", ATTEMPTS[i].name, v.is_passed, (int)v.outcome, (long long)v.fails);
    }
}

static const struct {
    struct once_facts f; /* known, passed, has a session, which is unused */
    enum once_state want;
} ONCES[] = {
    {{false, false, false, false}, ONCE_NEW}, {{true, false, false, false}, ONCE_OVER}, {{true, true, false, false}, ONCE_OPEN},
    {{true, true, true, true}, ONCE_OPEN},    {{true, true, true, false}, ONCE_OVER},   {{true, false, true, true}, ONCE_OVER},
};

static void the_same_attempt_is_open_until_used(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ONCES); i++)
        if (once_judge(&ONCES[i].f) != ONCES[i].want)
            fail_msg("%zu: %d", i, (int)once_judge(&ONCES[i].f));
}

/* ---- sessions -------------------------------------------------------------------------- */

static const struct {
    const char *name;
    struct session_facts f; /* ended, demo, active, last used, expires, made */
    bool demo_on, lives;
} SESSIONS[] = {
    {"in use", {false, false, true, AT(990), AT(2000), 0}, false, true},
    {"ended", {true, false, true, AT(990), AT(2000), 0}, false, false},
    {"past its end", {false, false, true, AT(990), AT(1000), 0}, false, false},
    {"a moment before its end", {false, false, true, AT(990), AT(1000) + 1, 0}, false, true},
    {"idle as long as it may", {false, false, true, AT(100), AT(2000), 0}, false, true},
    {"idle longer", {false, false, true, AT(100) - 1, AT(2000), 0}, false, false},
    {"of an account that is not active", {false, false, false, AT(990), AT(2000), 0}, true, false},
    {"for trying out", {false, true, false, AT(990), AT(2000), 0}, true, true},
    {"for trying out, which is over", {false, true, false, AT(990), AT(2000), 0}, false, false},
    {"for trying out, of a real account, which is over", {false, true, true, AT(990), AT(2000), 0}, false, false},
};

static void sessions_end(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(SESSIONS); i++)
        if (session_is_live(&SESSIONS[i].f, SESSIONS[i].demo_on, AT(900), AT(NOW)) != SESSIONS[i].lives)
            fail_msg("%s", SESSIONS[i].name);
}

static void use_is_written_down_in_time(void **state)
{
    struct session_facts f = {.last_used_us = AT(NOW)};

    (void)state;
    assert_false(session_is_touched(&f, AT(900), AT(NOW + TOUCH_S) - 1));
    assert_true(session_is_touched(&f, AT(900), AT(NOW + TOUCH_S)));
    assert_false(session_is_touched(&f, AT(60), AT(NOW + 15) - 1)); /* well before it looks idle */
    assert_true(session_is_touched(&f, AT(60), AT(NOW + 15)));
    f.made_us = AT(NOW);
    assert_true(session_is_touched(&f, AT(900), AT(NOW) + 1)); /* the first, at once */
}

/* ---- accounts --------------------------------------------------------------------------- */

static void an_administrator_is_left(void **state)
{
    (void)state;
    for (int bits = 0; bits < 3 * 3 * 2 * 2 * 2 * 2; bits++) {
        struct account_change c = {.was = (enum user_state)(bits % 3), .will = (enum user_state)(bits / 3 % 3),
                                   .was_administrator = bits / 9 % 2, .will_administrator = bits / 18 % 2,
                                   .is_enrolled = bits / 36 % 2, .others = bits / 72 % 2};
        bool before = (c.was == USER_ACTIVE && c.was_administrator) || c.others > 0;
        bool after = (c.will == USER_ACTIVE && c.will_administrator) || c.others > 0;
        enum change_refusal want = c.will == USER_ACTIVE && !c.is_enrolled ? CHANGE_NOT_ENROLLED
                                   : before && !after                      ? CHANGE_LAST_ADMINISTRATOR
                                                                           : CHANGE_FINE;
        if (change_judge(&c) != want)
            fail_msg("%d: %d", bits, (int)change_judge(&c));
    }
}

static const struct {
    const char *name;
    bool is;
} NAMES[] = {
    {"kanri", true}, {"a", true}, {"a.b_c-9", true}, {"", false}, {"Kanri", false}, {"a b", false}, {"a|b", false}, {"管理", false},
    {"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk", true},
    {"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijkl", false},
};

static void names_and_roles(void **state)
{
    static const int64_t two[] = {ROLE_WORKER, ROLE_TEAM_LEAD}, twice[] = {ROLE_WORKER, ROLE_AUDITOR, ROLE_WORKER},
                         inside[] = {ROLE_WORKER, ROLE_SERVICE};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(NAMES); i++)
        if (user_name_is(span_str(NAMES[i].name)) != NAMES[i].is)
            fail_msg("%s", NAMES[i].name);
    assert_true(roles_are(two, 2));
    assert_false(roles_are(two, 0));
    assert_false(roles_are(twice, 3));
    assert_true(roles_are(twice, 2));
    assert_false(roles_are(inside, 2));
    assert_true(roles_have(two, 2, ROLE_TEAM_LEAD));
    assert_false(roles_have(two, 1, ROLE_TEAM_LEAD));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passwords_that_may_be_chosen), cmocka_unit_test(a_password_has_an_end),
        cmocka_unit_test(every_listed_word_is_found),   cmocka_unit_test(locks_grow_to_an_hour),
        cmocka_unit_test(attempts_are_judged),          cmocka_unit_test(the_same_attempt_is_open_until_used),
        cmocka_unit_test(sessions_end),
        cmocka_unit_test(use_is_written_down_in_time),  cmocka_unit_test(an_administrator_is_left),
        cmocka_unit_test(names_and_roles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
