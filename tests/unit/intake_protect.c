/* 支援措置: who may put it on, renew it, change who sees, take it off, and when; and that its end in time changes nothing. */
#include "intake/person.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h> /* last: its fail() is a macro, ours a function that the headers declare */

#include <string.h>

enum { NEVER, ON, OFF };

/* The protection of the cases below began on 2026-04-15 and ends on 2027-04-15. */
static const struct {
    const char *name;
    int was;
    const char *day;
    const char *who;
    int role;
    bool is_on;
    const char *reason;
    enum status want;
    const char *until; /* of what follows */
} CASES[] = {
    {"on", NEVER, "2026-04-15", "a@A001", ROLE_WORKER, true, NULL, OK, "2027-04-15"},
    {"on in a leap year's February", NEVER, "2028-02-29", "a@A001", ROLE_WORKER, true, NULL, OK, "2029-02-28"},
    {"on again after it was off", OFF, "2026-09-01", "b@A001", ROLE_WORKER, true, NULL, OK, "2027-09-01"},
    {"other names, by one who sees", ON, "2026-09-01", "a@A001", ROLE_WORKER, true, NULL, OK, "2027-04-15"},
    {"other names, by one who does not", ON, "2026-09-01", "b@A001", ROLE_WORKER, true, NULL, DENIED, NULL},
    {"other names, by the same user elsewhere", ON, "2026-09-01", "a@A002", ROLE_WORKER, true, NULL, DENIED, NULL},
    {"other names, by a lead who gives no reason", ON, "2026-09-01", "b@A001", ROLE_TEAM_LEAD, true, NULL, INVALID, NULL},
    {"other names, by a lead", ON, "2026-09-01", "b@A001", ROLE_TEAM_LEAD, true, "the staff changed", OK, "2027-04-15"},
    {"other names, by a coordinator", ON, "2026-09-01", "b@A001", ROLE_COORDINATOR, true, "the staff changed", OK, "2027-04-15"},
    {"a day before it may be renewed", ON, "2027-03-14", "a@A001", ROLE_WORKER, true, "still needed", OK, "2027-04-15"},
    {"renewed a month before", ON, "2027-03-15", "a@A001", ROLE_WORKER, true, "still needed", OK, "2028-04-15"},
    {"renewed without a reason", ON, "2027-03-15", "a@A001", ROLE_WORKER, true, NULL, INVALID, NULL},
    {"renewed with an empty reason", ON, "2027-03-15", "a@A001", ROLE_WORKER, true, "", INVALID, NULL},
    {"renewed by one who does not see", ON, "2027-03-15", "b@A001", ROLE_WORKER, true, "still needed", DENIED, NULL},
    {"renewed long after its end", ON, "2027-08-01", "a@A001", ROLE_WORKER, true, "still needed", OK, "2028-08-01"},
    {"off by a worker who sees", ON, "2026-09-01", "a@A001", ROLE_WORKER, false, "moved away", DENIED, NULL},
    {"off by a worker after its end", ON, "2027-08-01", "a@A001", ROLE_WORKER, false, "moved away", DENIED, NULL},
    {"off by a lead", ON, "2026-09-01", "b@A001", ROLE_TEAM_LEAD, false, "moved away", OK, "2027-04-15"},
    {"off by a coordinator", ON, "2026-09-01", "b@A001", ROLE_COORDINATOR, false, "moved away", OK, "2027-04-15"},
    {"off without a reason", ON, "2026-09-01", "b@A001", ROLE_TEAM_LEAD, false, NULL, INVALID, NULL},
    {"off twice", OFF, "2026-09-01", "b@A001", ROLE_TEAM_LEAD, false, "moved away", CONFLICT, NULL},
    {"off what never was", NEVER, "2026-09-01", "b@A001", ROLE_TEAM_LEAD, false, "moved away", CONFLICT, NULL},
};

static int64_t day(const char *text)
{
    char full[32];
    int64_t us;

    assert_true(strlen(text) == 10);
    memcpy(full, text, 10);
    memcpy(full + 10, "T12:00:00+09:00", 16);
    assert_int_equal(time_parse(span_str(full), &us), OK);
    return us;
}

static struct protection_private protection(int was)
{
    static const struct span NAMED[] = {{(const uint8_t *)"a@A001", 6}};

    return (struct protection_private){.is_on = was == ON, .since = day("2026-04-15"),
                                       .until = date_start_us((struct date){2027, 4, 15}), .named = {NAMED, COUNT(NAMED)}};
}

static void test_decide(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    const struct span wanted[] = {SPAN_LIT("c@A003")};

    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct protection_private was = protection(CASES[i].was), next = {0};
        struct protection_wish wish = {.is_on = CASES[i].is_on, .has_reason = CASES[i].reason, .named = {wanted, COUNT(wanted)},
                                       .reason = span_str(CASES[i].reason)};
        struct uuid person = {{7}};
        enum status st = protection_decide(s, CASES[i].was == NEVER ? NULL : &was, &wish, person, span_str(CASES[i].who), CASES[i].role,
                                           day(CASES[i].day), &next);
        if (st != CASES[i].want)
            fail_msg("%s: %s", CASES[i].name, status_trait(st)->word);
        if (st != OK)
            continue;
        if (date_of(next.until).year * 10000 + date_of(next.until).month * 100 + date_of(next.until).day !=
            date_of(day(CASES[i].until)).year * 10000 + date_of(day(CASES[i].until)).month * 100 + date_of(day(CASES[i].until)).day)
            fail_msg("%s: another end", CASES[i].name);
        assert_int_equal(next.is_on, CASES[i].is_on);
        if (CASES[i].is_on) { /* whoever asks sees as well */
            assert_int_equal(next.named.n, 2);
            assert_true(names_viewer(next.named.v, next.named.n, span_str(CASES[i].who)));
            assert_true(names_viewer(next.named.v, next.named.n, wanted[0]));
        }
        if (CASES[i].was == ON && CASES[i].is_on)
            assert_int_equal(next.since, was.since);
    }
}

/* The month of renewal begins on the microsecond. */
static void test_edge(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    struct protection_private was = protection(ON), next;
    struct protection_wish wish = {.is_on = true};
    int64_t begins = date_start_us((struct date){2027, 3, 15});

    (void)state;
    for (int early = 0; early < 2; early++)
        assert_int_equal(protection_decide(s, &was, &wish, (struct uuid){{7}}, SPAN_LIT("a@A001"), ROLE_WORKER, begins - early, &next),
                         early ? OK : INVALID); /* a renewal needs a reason */
}

static const struct {
    const char *name;
    bool is_good;
} NAMES[] = {
    {"a@A001", true},  {"架空@A001", true}, {"a.b-c@B123456", true}, {"a", false},      {"@A001", false}, {"a@", false},
    {"a@001", false},  {"a@a001", false},   {"a@A001 ", false},      {"a@@A001", false}, {"", false},
};

static void test_names(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());

    (void)state;
    for (size_t i = 0; i < COUNT(NAMES); i++) {
        const struct span named[] = {span_str(NAMES[i].name)};
        struct protection_wish wish = {.is_on = true, .named = {named, 1}};
        struct protection_private next;
        enum status st = protection_decide(s, NULL, &wish, (struct uuid){{7}}, SPAN_LIT("b@A001"), ROLE_WORKER, day("2026-04-15"), &next);
        if ((st == OK) != NAMES[i].is_good)
            fail_msg("«%s»: %s", NAMES[i].name, status_trait(st)->word);
    }
}

/* Sixteen see at most, the asker among them; a name said twice counts once. */
static void test_many_names(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    struct span named[17];
    struct protection_private next;

    (void)state;
    for (int i = 0; i < 17; i++)
        named[i] = span_str(scope_print(s, "u%d@A001", i));
    static const struct {
        size_t n;
        const char *who;
        enum status want;
        size_t got;
    } MANY[] = {{15, "x@A001", OK, 16}, {16, "x@A001", INVALID, 0}, {16, "u3@A001", OK, 16}, {0, "x@A001", OK, 1}};
    for (size_t i = 0; i < COUNT(MANY); i++) {
        struct protection_wish wish = {.is_on = true, .named = {named, MANY[i].n}};
        enum status st = protection_decide(s, NULL, &wish, (struct uuid){{7}}, span_str(MANY[i].who), ROLE_WORKER, 0, &next);
        assert_int_equal(st, MANY[i].want);
        if (st == OK)
            assert_int_equal(next.named.n, MANY[i].got);
    }
    named[1] = named[0];
    struct protection_wish twice = {.is_on = true, .named = {named, 2}};
    assert_int_equal(protection_decide(s, NULL, &twice, (struct uuid){{7}}, named[0], ROLE_WORKER, 0, &next), OK);
    assert_int_equal(next.named.n, 1);
}

static const struct {
    const char *from;
    int months;
    struct date want;
} MONTHS[] = {
    {"2026-01-31", 1, {2026, 2, 28}},  {"2028-01-31", 1, {2028, 2, 29}},  {"2026-12-31", 2, {2027, 2, 28}},
    {"2026-11-22", 11, {2027, 10, 22}}, {"2026-11-22", 12, {2027, 11, 22}}, {"2027-03-31", -1, {2027, 2, 28}},
    {"2027-01-15", -1, {2026, 12, 15}}, {"2026-12-05", 1, {2027, 1, 5}},
};

static void test_months(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(MONTHS); i++)
        if (months_later(day(MONTHS[i].from), MONTHS[i].months) != date_start_us(MONTHS[i].want))
            fail_msg("%s and %d months", MONTHS[i].from, MONTHS[i].months);
}

/* Who is told who is named: who sees, or leads, and may change it. To everybody else it is as if there were none. */
static const struct {
    const char *name;
    int was;
    const char *who;
    int role;
    bool may_change, is_unknown, is_told;
} TELLS[] = {
    {"who is named", ON, "a@A001", ROLE_WORKER, true, false, true},
    {"who is not", ON, "b@A001", ROLE_WORKER, true, false, false},
    {"the same user elsewhere", ON, "a@A002", ROLE_WORKER, true, false, false},
    {"a lead who is not named", ON, "b@A001", ROLE_TEAM_LEAD, true, false, true},
    {"a coordinator who is not named", ON, "b@A001", ROLE_COORDINATOR, true, false, true},
    {"a secretary", ON, "b@A001", ROLE_SECRETARY, true, false, false},
    {"an administrator", ON, "b@A001", ROLE_ADMINISTRATOR, true, false, false},
    {"who is named, and has left or breaks the glass", ON, "a@A001", ROLE_WORKER, false, false, false},
    {"a lead who has left or breaks the glass", ON, "b@A001", ROLE_TEAM_LEAD, false, false, false},
    {"of a record that is not known", ON, "a@A001", ROLE_TEAM_LEAD, true, true, false},
    {"of one that was turned off", OFF, "a@A001", ROLE_TEAM_LEAD, true, false, false},
    {"of none", NEVER, "a@A001", ROLE_TEAM_LEAD, true, false, false},
};

static void test_tell(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(TELLS); i++) {
        struct member m = {.has_protection = TELLS[i].was != NEVER, .protection = protection(TELLS[i].was), .is_unknown = TELLS[i].is_unknown};
        struct viewer v = {.who = span_str(TELLS[i].who), .may_change = TELLS[i].may_change, .role = TELLS[i].role};
        struct person_contents c = {0};
        m.protection.has_reason = true;
        m.protection.reason = SPAN_LIT("架空の理由");
        protection_tell(&m, &v, &c);
        if (c.has_named != TELLS[i].is_told || c.has_protected_since != TELLS[i].is_told || c.has_protection_reason != TELLS[i].is_told)
            fail_msg("%s: %d", TELLS[i].name, c.has_named);
        if (!TELLS[i].is_told)
            continue;
        assert_int_equal(c.named.n, 1);
        assert_true(span_is(c.named.v[0], "a@A001"));
        assert_int_equal(c.protected_since, m.protection.since);
        assert_true(span_is(c.protection_reason, "架空の理由"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decide),
        cmocka_unit_test(test_edge),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_many_names),
        cmocka_unit_test(test_tell),
        cmocka_unit_test(test_months),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
