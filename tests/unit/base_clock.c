/* Instants and dates: RFC 3339 in and out, the civil calendar against a day-by-day count, and the ends of the number range. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"

static const struct {
    const char *text;
    enum status want;
    int64_t us;
} PARSES[] = {
    {"1970-01-01T00:00:00Z", OK, 0},
    {"1970-01-01T09:00:00+09:00", OK, 0},
    {"1969-12-31T23:59:59.999999Z", OK, -1},
    {"2026-11-22T12:30:38.000+09:00", OK, INT64_C(1795318238000000)},
    {"2026-11-22T03:30:38Z", OK, INT64_C(1795318238000000)},
    {"2026-11-22t03:30:38z", OK, INT64_C(1795318238000000)},
    {"2026-11-21T22:00:38-05:30", OK, INT64_C(1795318238000000)},
    {"2026-11-22T03:30:38-00:00", OK, INT64_C(1795318238000000)},
    {"2026-11-22T03:30:38.1Z", OK, INT64_C(1795318238100000)},
    {"2026-11-22T03:30:38.012345Z", OK, INT64_C(1795318238012345)},
    {"2000-02-29T00:00:00Z", OK, INT64_C(951782400000000)},
    {"0000-01-01T00:00:00Z", OK, INT64_C(-62167219200000000)},
    {"9999-12-31T23:59:59.999999Z", OK, INT64_C(253402300799999999)},
    {"", INVALID, 0},
    {"2026-11-22", INVALID, 0},
    {"2026-11-22T12:30:38", INVALID, 0},
    {"2026-11-22 12:30:38Z", INVALID, 0},
    {"2026-11-22T12:30Z", INVALID, 0},
    {"2026-11-22T12:30:38.Z", INVALID, 0},
    {"2026-11-22T12:30:38.1234567Z", INVALID, 0},
    {"2026-11-22T12:30:38Z ", INVALID, 0},
    {" 2026-11-22T12:30:38Z", INVALID, 0},
    {"2026-11-22T12:30:38+0900", INVALID, 0},
    {"2026-11-22T12:30:38+9:00", INVALID, 0},
    {"2026-11-22T12:30:38+24:00", INVALID, 0},
    {"2026-11-22T12:30:38+09:60", INVALID, 0},
    {"2026-11-22T24:00:00Z", INVALID, 0},
    {"2026-11-22T12:60:00Z", INVALID, 0},
    {"2016-12-31T23:59:60Z", INVALID, 0},
    {"2026-02-29T00:00:00Z", INVALID, 0},
    {"1900-02-29T00:00:00Z", INVALID, 0},
    {"2026-04-31T00:00:00Z", INVALID, 0},
    {"2026-13-01T00:00:00Z", INVALID, 0},
    {"2026-00-01T00:00:00Z", INVALID, 0},
    {"2026-01-00T00:00:00Z", INVALID, 0},
    {"2026-1-01T00:00:00Z", INVALID, 0},
    {"12026-01-01T00:00:00Z", INVALID, 0},
    {"-026-01-01T00:00:00Z", INVALID, 0},
    {"２０２６-01-01T00:00:00Z", INVALID, 0},
};

static void times_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(PARSES); i++) {
        int64_t us = 42;
        if (time_parse(span_str(PARSES[i].text), &us) != PARSES[i].want)
            fail_msg("%s", PARSES[i].text);
        assert_int_equal(us, PARSES[i].want == OK ? PARSES[i].us : 42);
    }
}

static const struct {
    int64_t us;
    const char *text;
} PRINTS[] = {
    {0, "1970-01-01T09:00:00.000+09:00"},
    {-1, "1970-01-01T08:59:59.999+09:00"},
    {999, "1970-01-01T09:00:00.000+09:00"},
    {INT64_C(1795318238000000), "2026-11-22T12:30:38.000+09:00"},
    {INT64_C(1795318238012345), "2026-11-22T12:30:38.012+09:00"},
    {INT64_C(1798729199999999), "2026-12-31T23:59:59.999+09:00"},
    {INT64_C(1798729200000000), "2027-01-01T00:00:00.000+09:00"},
    {INT64_MAX, "294247-01-10T13:00:54.775+09:00"},
    {INT64_MIN, "-290308-12-22T04:59:05.224+09:00"},
};

static void times_are_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(PRINTS); i++) {
        char text[TIME_TEXT_MAX];
        assert_ptr_equal(time_print(PRINTS[i].us, text), text);
        assert_string_equal(text, PRINTS[i].text);
    }
}

static int month_days(int year, int month)
{
    static const int DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return DAYS[month - 1] + (month == 2 && is_leap);
}

/* counts every day of 800 years by hand, so the era arithmetic meets each kind of year twice */
static void the_calendar_is_gregorian(void **state)
{
    int64_t days = date_days((struct date){1600, 1, 1});
    int weekday = 6; /* 1600-01-01 was a Saturday */

    (void)state;
    assert_int_equal(days, -135140);
    for (int y = 1600; y < 2400; y++)
        for (int m = 1; m <= 12; m++) {
            for (int d = 1; d <= month_days(y, m); d++, days++, weekday = (weekday + 1) % 7) {
                struct date got = date_from_days(days);
                assert_true(got.year == y && got.month == m && got.day == d);
                assert_int_equal(date_days(got), days);
                assert_int_equal(date_weekday(got), weekday);
                assert_true(date_is_valid(got));
            }
            assert_false(date_is_valid((struct date){y, m, month_days(y, m) + 1}));
        }
    assert_false(date_is_valid((struct date){2026, 1, 0}));
    assert_false(date_is_valid((struct date){2026, 0, 1}));
    assert_false(date_is_valid((struct date){2026, 13, 1}));
    assert_false(date_is_valid((struct date){10000, 1, 1}));
    assert_false(date_is_valid((struct date){-1, 1, 1}));
}

/* the date in Tokyo changes at 15:00 UTC */
static void dates_are_tokyos(void **state)
{
    struct date d = {2026, 11, 22};
    int64_t start = date_start_us(d);
    int64_t utc;

    (void)state;
    assert_int_equal(time_parse(SPAN_LIT("2026-11-21T15:00:00Z"), &utc), OK);
    assert_int_equal(start, utc);
    assert_int_equal(date_of(start).day, 22);
    assert_int_equal(date_of(start - 1).day, 21);
    assert_int_equal(date_of(start + INT64_C(86400000000) - 1).day, 22);
    assert_int_equal(date_of(start + INT64_C(86400000000)).day, 23);
    assert_int_equal(date_of(-1).year, 1970);
    assert_int_equal(date_start_us((struct date){1970, 1, 1}), INT64_C(-32400000000));
    /* 2^31 mod 7 = 2, and day 0 is weekday 4 */
    assert_int_equal(date_weekday(date_from_days(INT32_MIN)), 2);
    assert_in_range(date_from_days(INT64_MIN).month, 1, 12); /* no overflow at either end */
    assert_in_range(date_from_days(INT64_MAX).month, 1, 12);
}

static void print_and_parse_agree(void **state)
{
    const int64_t first = INT64_C(-62167219200000000), last = INT64_C(253402200000000000);

    (void)state;
    for (int64_t us = first; us < last; us += INT64_C(86397654321000)) {
        char text[TIME_TEXT_MAX];
        int64_t back = 0;
        if (time_parse(span_str(time_print(us, text)), &back) != OK || back != us)
            fail_msg("%s", text);
    }
}

static void clocks_run(void **state)
{
    int64_t mono = clock_mono_us();

    (void)state;
    assert_true(clock_mono_us() >= mono);
    assert_true(date_of(clock_now_us()).year >= 2024);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_read),        cmocka_unit_test(times_are_written),
        cmocka_unit_test(the_calendar_is_gregorian), cmocka_unit_test(dates_are_tokyos),
        cmocka_unit_test(print_and_parse_agree), cmocka_unit_test(clocks_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
