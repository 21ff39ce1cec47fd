/* National holidays against lists written from the statutes, and the rules of the statutes against every day of 1970–2050. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "base/calendar.h"

/* Every holiday of a year as MMDD; s = 振替休日, c = 国民の休日. */
static const struct {
    int year;
    const char *days;
} YEARS[] = {
    {1970, "0101 0115 0211 0321 0429 0503 0505 0915 0923 1010 1103 1123"},
    {1973, "0101 0115 0211 0321 0429 0430s 0503 0505 0915 0923 0924s 1010 1103 1123"},
    {1985, "0101 0115 0211 0321 0429 0503 0505 0506s 0915 0916s 0923 1010 1103 1104s 1123"},
    {1986, "0101 0115 0211 0321 0429 0503 0505 0915 0923 1010 1103 1123 1124s"},
    {1987, "0101 0115 0211 0321 0429 0503 0504s 0505 0915 0923 1010 1103 1123"},
    {1988, "0101 0115 0211 0320 0321s 0429 0503 0504c 0505 0915 0923 1010 1103 1123"},
    {1989, "0101 0102s 0115 0116s 0211 0224 0321 0429 0503 0504c 0505 0915 0923 1010 1103 1123 1223"},
    {1990, "0101 0115 0211 0212s 0321 0429 0430s 0503 0504c 0505 0915 0923 0924s 1010 1103 1112 1123 1223 1224s"},
    {1993, "0101 0115 0211 0320 0429 0503 0504c 0505 0609 0915 0923 1010 1011s 1103 1123 1223"},
    {1996, "0101 0115 0211 0212s 0320 0429 0503 0504c 0505 0506s 0720 0915 0916s 0923 1010 1103 1104s 1123 1223"},
    {2000, "0101 0110 0211 0320 0429 0503 0504c 0505 0720 0915 0923 1009 1103 1123 1223"},
    {2003, "0101 0113 0211 0321 0429 0503 0505 0721 0915 0923 1013 1103 1123 1124s 1223"},
    {2007, "0101 0108 0211 0212s 0321 0429 0430s 0503 0504 0505 0716 0917 0923 0924s 1008 1103 1123 1223 1224s"},
    {2008, "0101 0114 0211 0320 0429 0503 0504 0505 0506s 0721 0915 0923 1013 1103 1123 1124s 1223"},
    {2009, "0101 0112 0211 0320 0429 0503 0504 0505 0506s 0720 0921 0922c 0923 1012 1103 1123 1223"},
    {2015, "0101 0112 0211 0321 0429 0503 0504 0505 0506s 0720 0921 0922c 0923 1012 1103 1123 1223"},
    {2016, "0101 0111 0211 0320 0321s 0429 0503 0504 0505 0718 0811 0919 0922 1010 1103 1123 1223"},
    {2018, "0101 0108 0211 0212s 0321 0429 0430s 0503 0504 0505 0716 0811 0917 0923 0924s 1008 1103 1123 1223 1224s"},
    {2019, "0101 0114 0211 0321 0429 0430c 0501 0502c 0503 0504 0505 0506s 0715 0811 0812s 0916 0923 1014 1022 1103 1104s "
           "1123"},
    {2020, "0101 0113 0211 0223 0224s 0320 0429 0503 0504 0505 0506s 0723 0724 0810 0921 0922 1103 1123"},
    {2021, "0101 0111 0211 0223 0320 0429 0503 0504 0505 0722 0723 0808 0809s 0920 0923 1103 1123"},
    {2022, "0101 0110 0211 0223 0321 0429 0503 0504 0505 0718 0811 0919 0923 1010 1103 1123"},
    {2023, "0101 0102s 0109 0211 0223 0321 0429 0503 0504 0505 0717 0811 0918 0923 1009 1103 1123"},
    {2024, "0101 0108 0211 0212s 0223 0320 0429 0503 0504 0505 0506s 0715 0811 0812s 0916 0922 0923s 1014 1103 1104s 1123"},
    {2025, "0101 0113 0211 0223 0224s 0320 0429 0503 0504 0505 0506s 0721 0811 0915 0923 1013 1103 1123 1124s"},
    {2026, "0101 0112 0211 0223 0320 0429 0503 0504 0505 0506s 0720 0811 0921 0922c 0923 1012 1103 1123"},
    {2032, "0101 0112 0211 0223 0320 0429 0503 0504 0505 0719 0811 0920 0921c 0922 1011 1103 1123"},
};

static bool name_is(struct date d, const char *name)
{
    const char *got = holiday_name(d);
    return got && name ? span_is(span_str(got), name) : !got && !name;
}

static struct date day_after(struct date d, int days)
{
    return date_from_days(date_days(d) + days);
}

static const char *mark_of(struct date d)
{
    return name_is(d, "振替休日") ? "s" : name_is(d, "国民の休日") ? "c" : "";
}

static void years_match_the_statutes(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(YEARS); i++) {
        char got[200];
        size_t n = 0;
        for (struct date d = {YEARS[i].year, 1, 1}; d.year == YEARS[i].year; d = day_after(d, 1))
            if (holiday_name(d))
                n += (size_t)snprintf(got + n, sizeof got - n, "%s%02d%02d%s", n ? " " : "",
                                      d.month, d.day, mark_of(d));
        assert_true(n < sizeof got);
        assert_string_equal(got, YEARS[i].days);
    }
}

static const struct {
    struct date d;
    const char *name;
} NAMES[] = {
    {{1948, 11, 3}, NULL}, /* before the range */
    {{1949, 1, 1}, "元日"},
    {{1959, 4, 10}, "皇太子明仁親王の結婚の儀"},
    {{1965, 9, 15}, NULL},
    {{1966, 2, 11}, NULL},
    {{1966, 9, 15}, "敬老の日"},
    {{1966, 10, 10}, "体育の日"},
    {{1967, 2, 11}, "建国記念の日"},
    {{1973, 2, 12}, NULL}, /* 2/11 was a Sunday, but 振替休日 began on 12 April */
    {{1985, 5, 4}, NULL},
    {{1986, 5, 4}, NULL},
    {{1988, 4, 29}, "天皇誕生日"},
    {{1989, 2, 24}, "昭和天皇の大喪の礼"},
    {{1989, 4, 29}, "みどりの日"},
    {{1989, 12, 23}, "天皇誕生日"},
    {{1990, 11, 12}, "即位礼正殿の儀"},
    {{1993, 6, 9}, "皇太子徳仁親王の結婚の儀"},
    {{1995, 7, 20}, NULL},
    {{1996, 7, 20}, "海の日"},
    {{1999, 1, 15}, "成人の日"},
    {{2000, 1, 15}, NULL},
    {{2000, 1, 10}, "成人の日"},
    {{2000, 10, 9}, "体育の日"},
    {{2003, 7, 21}, "海の日"},
    {{2003, 9, 15}, "敬老の日"},
    {{2006, 4, 29}, "みどりの日"},
    {{2007, 4, 29}, "昭和の日"},
    {{2007, 5, 4}, "みどりの日"},
    {{2015, 8, 11}, NULL},
    {{2016, 8, 11}, "山の日"},
    {{2019, 2, 23}, NULL},
    {{2019, 4, 30}, "国民の休日"},
    {{2019, 5, 1}, "天皇の即位の日"},
    {{2019, 10, 14}, "体育の日"},
    {{2019, 10, 22}, "即位礼正殿の儀の行われる日"},
    {{2019, 12, 23}, NULL},
    {{2020, 2, 23}, "天皇誕生日"},
    {{2020, 7, 20}, NULL},
    {{2020, 7, 23}, "海の日"},
    {{2020, 7, 24}, "スポーツの日"},
    {{2020, 8, 10}, "山の日"},
    {{2020, 8, 11}, NULL},
    {{2020, 10, 12}, NULL},
    {{2021, 7, 22}, "海の日"},
    {{2021, 7, 23}, "スポーツの日"},
    {{2021, 8, 8}, "山の日"},
    {{2021, 8, 9}, "振替休日"},
    {{2022, 10, 10}, "スポーツの日"},
    {{2026, 5, 3}, "憲法記念日"},
    {{2026, 5, 5}, "こどもの日"},
    {{2026, 9, 23}, "秋分の日"},
    {{2026, 11, 3}, "文化の日"},
    {{2026, 11, 23}, "勤労感謝の日"},
    {{2032, 9, 22}, "秋分の日"},
    {{2151, 1, 1}, NULL}, /* after the range */
};

static void days_have_their_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(NAMES); i++)
        if (!name_is(NAMES[i].d, NAMES[i].name))
            fail_msg("%d-%d-%d", NAMES[i].d.year, NAMES[i].d.month, NAMES[i].d.day);
}

static bool is_named(struct date d)
{
    return holiday_name(d) && !name_is(d, "振替休日") && !name_is(d, "国民の休日");
}

/* each 振替休日 ends a run of holidays that holds a Sunday, and no Sunday holiday is left without one */
static void check_substitute(struct date d)
{
    struct date from = day_after(d, -1);

    while (is_named(from) && date_weekday(from) != 0)
        from = day_after(from, -1);
    if (name_is(d, "振替休日")) {
        assert_int_not_equal(date_weekday(d), 0);
        assert_true(is_named(from));
        assert_int_equal(date_weekday(from), 0);
        assert_true(d.year >= 2007 || date_weekday(d) == 1);
    }
    bool is_in_force = date_days(d) >= date_days((struct date){1973, 4, 12});
    if (is_in_force && is_named(d) && date_weekday(d) == 0) {
        struct date next = day_after(d, 1);
        while (is_named(next))
            next = day_after(next, 1);
        assert_true(name_is(next, "振替休日"));
    }
}

static void every_day_obeys_the_law(void **state)
{
    (void)state;
    for (struct date d = {1970, 1, 1}; d.year <= 2050; d = day_after(d, 1)) {
        check_substitute(d);
        bool is_between = is_named(day_after(d, -1)) && is_named(day_after(d, 1));
        if (name_is(d, "国民の休日"))
            assert_true(is_between && d.year >= 1988);
        else if (is_between && d.year >= 2007)
            assert_non_null(holiday_name(d));
        if (name_is(d, "春分の日"))
            assert_true(d.month == 3 && (d.day == 20 || d.day == 21));
        if (name_is(d, "秋分の日"))
            assert_true(d.month == 9 && d.day >= 22 && d.day <= 24);
        if (name_is(d, "海の日") && d.year > 2021)
            assert_true(date_weekday(d) == 1 && d.day >= 15 && d.day <= 21);
    }
}

/* how many days the law itself names in a year: the count changes only when the law does */
static const struct {
    int first, last, named;
} COUNTS[] = {
    {1970, 1988, 12}, {1989, 1989, 14}, {1990, 1990, 14}, {1991, 1992, 13}, {1993, 1993, 14}, {1994, 1995, 13},
    {1996, 2006, 14}, {2007, 2015, 15}, {2016, 2018, 16}, {2019, 2019, 17}, {2020, 2050, 16},
};

static void every_year_has_its_count(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(COUNTS); i++)
        for (int year = COUNTS[i].first; year <= COUNTS[i].last; year++) {
            int named = 0, spring = 0, autumn = 0;
            for (struct date d = {year, 1, 1}; d.year == year; d = day_after(d, 1)) {
                named += is_named(d);
                spring += name_is(d, "春分の日");
                autumn += name_is(d, "秋分の日");
            }
            if (named != COUNTS[i].named || spring != 1 || autumn != 1)
                fail_msg("%d: %d named", year, named);
        }
}

/* Years whose equinox is not on its usual day, by the published tables; the rest of each span is 21 March, 23 September. */
static bool is_early(int year, bool is_spring)
{
    static const int SEPTEMBER_22[] = {2012, 2016, 2020, 2024, 2028, 2032, 2036, 2040, 2044, 2045, 2048, 2049};

    if (!is_spring) {
        for (size_t i = 0; i < COUNT(SEPTEMBER_22); i++)
            if (SEPTEMBER_22[i] == year)
                return true;
        return false;
    }
    int phase = year % 4;
    return phase == 0 ? year >= 1960 : phase == 1 ? year >= 1993 : phase == 2 && year >= 2026;
}

static void equinoxes_match_the_almanac(void **state)
{
    (void)state;
    for (int year = 1970; year <= 2050; year++) {
        int autumn = is_early(year, false) ? 22 : year % 4 == 3 && year <= 1979 ? 24 : 23;
        assert_true(name_is((struct date){year, 3, is_early(year, true) ? 20 : 21}, "春分の日"));
        assert_true(name_is((struct date){year, 9, autumn}, "秋分の日"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(years_match_the_statutes),    cmocka_unit_test(days_have_their_names),
        cmocka_unit_test(every_day_obeys_the_law),     cmocka_unit_test(every_year_has_its_count),
        cmocka_unit_test(equinoxes_match_the_almanac),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
