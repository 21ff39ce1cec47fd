/* Deadlines in business days, and age in law, around every border that has ever moved one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/calendar.h"

enum { AT_1715 = 1035, AT_1200 = 720 };

static const struct {
    const char *name, *from;
    int days, closes_min;
    const char *due;
} DUES[] = {
    {"a plain weekday", "2026-11-17T10:00:00+09:00", 1, AT_1715, "2026-11-18T17:15:00+09:00"},
    {"three days", "2026-11-16T10:00:00+09:00", 3, AT_1715, "2026-11-19T17:15:00+09:00"},
    {"before opening is still that day", "2026-11-17T00:00:00+09:00", 1, AT_1715, "2026-11-18T17:15:00+09:00"},
    {"the date is Tokyo's, not UTC's", "2026-11-16T23:30:00Z", 1, AT_1715, "2026-11-18T17:15:00+09:00"},
    {"at closing is in time", "2026-11-17T17:15:00+09:00", 1, AT_1715, "2026-11-18T17:15:00+09:00"},
    {"just after closing is the next day", "2026-11-17T17:15:00.000001+09:00", 1, AT_1715, "2026-11-19T17:15:00+09:00"},
    {"last moment of the day", "2026-11-17T23:59:59.999999+09:00", 1, AT_1715, "2026-11-19T17:15:00+09:00"},
    {"another closing time", "2026-11-17T12:00:01+09:00", 1, AT_1200, "2026-11-19T12:00:00+09:00"},
    {"open to midnight", "2026-11-17T23:59:59+09:00", 1, 1440, "2026-11-19T00:00:00+09:00"},
    {"over a long weekend", "2026-11-20T10:00:00+09:00", 1, AT_1715, "2026-11-24T17:15:00+09:00"},
    {"after closing before a weekend", "2026-11-20T18:00:00+09:00", 1, AT_1715, "2026-11-24T17:15:00+09:00"},
    {"after closing the day before", "2026-11-19T18:00:00+09:00", 1, AT_1715, "2026-11-24T17:15:00+09:00"},
    {"on a Sunday", "2026-11-22T12:30:38+09:00", 1, AT_1715, "2026-11-24T17:15:00+09:00"},
    {"late on a Sunday", "2026-11-22T23:00:00+09:00", 1, AT_1715, "2026-11-24T17:15:00+09:00"},
    {"on a holiday", "2026-11-23T18:00:00+09:00", 1, AT_1715, "2026-11-24T17:15:00+09:00"},
    {"year end", "2026-12-28T09:00:00+09:00", 1, AT_1715, "2027-01-04T17:15:00+09:00"},
    {"year end, late", "2026-12-28T20:00:00+09:00", 1, AT_1715, "2027-01-04T17:15:00+09:00"},
    {"year end, three days", "2026-12-28T09:00:00+09:00", 3, AT_1715, "2027-01-06T17:15:00+09:00"},
    {"inside the year end", "2026-12-30T09:00:00+09:00", 2, AT_1715, "2027-01-05T17:15:00+09:00"},
    {"golden week", "2026-05-01T10:00:00+09:00", 1, AT_1715, "2026-05-07T17:15:00+09:00"},
    {"into golden week", "2026-04-28T10:00:00+09:00", 3, AT_1715, "2026-05-07T17:15:00+09:00"},
    {"late before golden week", "2026-04-30T17:30:00+09:00", 1, AT_1715, "2026-05-07T17:15:00+09:00"},
    {"the ten days of 2019", "2019-04-26T10:00:00+09:00", 1, AT_1715, "2019-05-07T17:15:00+09:00"},
    {"silver week", "2026-09-18T10:00:00+09:00", 1, AT_1715, "2026-09-24T17:15:00+09:00"},
    {"the holidays moved for the games", "2021-07-21T10:00:00+09:00", 1, AT_1715, "2021-07-26T17:15:00+09:00"},
};

static int64_t at(const char *text)
{
    int64_t us = 0;
    assert_int_equal(time_parse(span_str(text), &us), OK);
    return us;
}

static void deadlines_fall_on_open_days(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(DUES); i++) {
        int64_t due = business_due_us(at(DUES[i].from), DUES[i].days, DUES[i].closes_min);
        char text[TIME_TEXT_MAX];
        if (due != at(DUES[i].due))
            fail_msg("%s: %s", DUES[i].name, time_print(due, text));
    }
}

/* a later receipt is never due earlier; a deadline lies after its receipt, on an open day, one open day after the one before */
static void deadlines_never_run_backwards(void **state)
{
    const int64_t end = at("2021-01-10T00:00:00+09:00");
    int64_t last = 0;

    (void)state;
    for (int64_t us = at("2018-12-20T00:00:00+09:00"); us < end; us += INT64_C(2719) * US_PER_S) {
        int64_t one = business_due_us(us, 1, AT_1715);
        assert_true(one > us && one >= last);
        assert_true(is_business_day(date_of(one)));
        assert_int_equal(business_due_us(one, 1, AT_1715), business_due_us(us, 2, AT_1715));
        last = one;
    }
}

static const struct {
    struct date d;
    bool want;
} DAYS[] = {
    {{2026, 11, 20}, true},  {{2026, 11, 21}, false}, {{2026, 11, 22}, false}, {{2026, 11, 23}, false},
    {{2026, 11, 24}, true},  {{2026, 12, 28}, true},  {{2026, 12, 29}, false}, {{2026, 12, 31}, false},
    {{2027, 1, 1}, false},   {{2028, 1, 3}, false},   {{2027, 1, 4}, true},    {{2026, 5, 6}, false},
    {{2019, 4, 30}, false},  {{2019, 5, 7}, true},    {{2020, 10, 12}, true},  {{1985, 1, 2}, false},
};

static void open_days_are_known(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(DAYS); i++)
        if (is_business_day(DAYS[i].d) != DAYS[i].want)
            fail_msg("%d-%d-%d", DAYS[i].d.year, DAYS[i].d.month, DAYS[i].d.day);
}

static const struct {
    const char *name;
    struct date birth, on;
    int want;
} AGES[] = {
    {"before birth", {2000, 4, 2}, {2000, 4, 1}, -1},
    {"years before birth", {2000, 4, 2}, {1999, 12, 31}, -1},
    {"the day of birth", {2000, 4, 2}, {2000, 4, 2}, 0},
    {"the year is not over", {2000, 4, 2}, {2001, 4, 1}, 0},
    {"first birthday", {2000, 4, 2}, {2001, 4, 2}, 1},
    {"over the new year", {2000, 12, 31}, {2001, 1, 1}, 0},
    {"last day as a child", {2008, 11, 22}, {2026, 11, 21}, 17},
    {"first day as an adult", {2008, 11, 22}, {2026, 11, 22}, 18},
    {"last day before elder", {1961, 11, 22}, {2026, 11, 21}, 64},
    {"first day as elder", {1961, 11, 22}, {2026, 11, 22}, 65},
    {"born 29 February: 28 February of a common year", {2008, 2, 29}, {2026, 2, 28}, 17},
    {"born 29 February: 1 March of a common year", {2008, 2, 29}, {2026, 3, 1}, 18},
    {"born 29 February: 28 February of a leap year", {2008, 2, 29}, {2028, 2, 28}, 19},
    {"born 29 February: 29 February of a leap year", {2008, 2, 29}, {2028, 2, 29}, 20},
    {"born 28 February", {2008, 2, 28}, {2026, 2, 28}, 18},
    {"born 1 March: 29 February", {2007, 3, 1}, {2028, 2, 29}, 20},
    {"born 1 April: 31 March", {2020, 4, 1}, {2026, 3, 31}, 5},
    {"born 1 April: 1 April", {2020, 4, 1}, {2026, 4, 1}, 6},
    {"a hundred and ten", {1916, 1, 1}, {2026, 1, 1}, 110},
};

static void ages_are_complete_years(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(AGES); i++)
        if (age_on(AGES[i].birth, AGES[i].on) != AGES[i].want)
            fail_msg("%s: %d", AGES[i].name, age_on(AGES[i].birth, AGES[i].on));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deadlines_fall_on_open_days),
        cmocka_unit_test(deadlines_never_run_backwards),
        cmocka_unit_test(open_days_are_known),
        cmocka_unit_test(ages_are_complete_years),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
