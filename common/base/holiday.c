/* National holidays as the statute books state them, row by row with the years each rule was in force, so that a holiday of
 * the past stays one and next year needs no list from anyone. Only the two equinoxes are not in the statute: the law leaves
 * them to the official almanac, whose dates the published approximation gives exactly for every year announced so far. */
#include "base/calendar.h"

#include <stddef.h>

enum { FIRST_YEAR = 1949, LAST_YEAR = 2150, SUNDAY = 0, MONDAY = 1, FOREVER = LAST_YEAR };

/* day > 0: that day of the month; else the nth Monday. */
struct rule {
    int month, day, nth_monday;
    int first, last;
    const char *name;
};

static const struct rule RULE[] = {
    /* 国民の祝日に関する法律（昭和23年法律第178号）第2条 and its amendments */
    {1, 1, 0, 1949, FOREVER, "元日"},
    {1, 15, 0, 1949, 1999, "成人の日"},
    {1, 0, 2, 2000, FOREVER, "成人の日"},
    {2, 11, 0, 1967, FOREVER, "建国記念の日"},
    {4, 29, 0, 1949, 1988, "天皇誕生日"},
    {12, 23, 0, 1989, 2018, "天皇誕生日"}, /* none in 2019: the accession fell between the two birthdays */
    {2, 23, 0, 2020, FOREVER, "天皇誕生日"},
    {4, 29, 0, 1989, 2006, "みどりの日"},
    {5, 4, 0, 2007, FOREVER, "みどりの日"},
    {4, 29, 0, 2007, FOREVER, "昭和の日"},
    {5, 3, 0, 1949, FOREVER, "憲法記念日"},
    {5, 5, 0, 1949, FOREVER, "こどもの日"},
    {7, 20, 0, 1996, 2002, "海の日"},
    {7, 0, 3, 2003, 2019, "海の日"},
    {7, 23, 0, 2020, 2020, "海の日"}, /* 2020, 2021: 東京オリンピック競技大会特別措置法 */
    {7, 22, 0, 2021, 2021, "海の日"},
    {7, 0, 3, 2022, FOREVER, "海の日"},
    {8, 11, 0, 2016, 2019, "山の日"},
    {8, 10, 0, 2020, 2020, "山の日"},
    {8, 8, 0, 2021, 2021, "山の日"},
    {8, 11, 0, 2022, FOREVER, "山の日"},
    {9, 15, 0, 1966, 2002, "敬老の日"},
    {9, 0, 3, 2003, FOREVER, "敬老の日"},
    {10, 10, 0, 1966, 1999, "体育の日"},
    {10, 0, 2, 2000, 2019, "体育の日"},
    {7, 24, 0, 2020, 2020, "スポーツの日"},
    {7, 23, 0, 2021, 2021, "スポーツの日"},
    {10, 0, 2, 2022, FOREVER, "スポーツの日"},
    {11, 3, 0, 1949, FOREVER, "文化の日"},
    {11, 23, 0, 1949, FOREVER, "勤労感謝の日"},
    /* days made holidays once, by a law of their own: 昭和34年16号, 平成元年4号, 平成2年24号, 平成5年32号, 平成30年99号 */
    {4, 10, 0, 1959, 1959, "皇太子明仁親王の結婚の儀"},
    {2, 24, 0, 1989, 1989, "昭和天皇の大喪の礼"},
    {11, 12, 0, 1990, 1990, "即位礼正殿の儀"},
    {6, 9, 0, 1993, 1993, "皇太子徳仁親王の結婚の儀"},
    {5, 1, 0, 2019, 2019, "天皇の即位の日"},
    {10, 22, 0, 2019, 2019, "即位礼正殿の儀の行われる日"},
};

/* The day of an equinox by the approximation of 新こよみ便利帳 (暦計算研究会編, 恒星社厚生閣), in millionths of a day; the
 * division is meant to cut towards zero, before 1980 too. */
static int equinox_day(int year, bool is_spring)
{
    int64_t base = is_spring ? 20835700 : 23258800;
    int leap_from = 1983;

    if (year >= 1980) {
        base = is_spring ? 20843100 : 23248800;
        leap_from = 1980;
    }
    if (year >= 2100)
        base = is_spring ? 21851000 : 24248800;
    return (int)((base + INT64_C(242194) * (year - 1980)) / 1000000) - (year - leap_from) / 4;
}

/* A 国民の祝日 proper: the days the law names, before the days it derives from them. */
static const char *named_holiday(struct date d)
{
    if (d.year < FIRST_YEAR || d.year > LAST_YEAR)
        return NULL;
    for (size_t i = 0; i < COUNT(RULE); i++) {
        const struct rule *r = &RULE[i];
        if (r->month != d.month || d.year < r->first || d.year > r->last)
            continue;
        bool is_nth_monday = (d.day + 6) / 7 == r->nth_monday && date_weekday(d) == MONDAY;
        if (r->day ? r->day == d.day : is_nth_monday)
            return r->name;
    }
    if (d.month == 3 && d.day == equinox_day(d.year, true))
        return "春分の日";
    if (d.month == 9 && d.day == equinox_day(d.year, false))
        return "秋分の日";
    return NULL;
}

static struct date near_day(struct date d, int days)
{
    return date_from_days(date_days(d) + days);
}

/* 第3条第2項. From 1973-04-12: the day after a holiday that is a Sunday. From 2007: the nearest later day that is no holiday
 * itself, so a run of holidays with a Sunday in it is followed by one. */
static bool is_substitute(struct date d)
{
    if (date_days(d) < date_days((struct date){1973, 4, 12}))
        return false;
    struct date before = near_day(d, -1);
    while (d.year >= 2007 && named_holiday(before) && date_weekday(before) != SUNDAY)
        before = near_day(before, -1);
    return date_weekday(before) == SUNDAY && named_holiday(before);
}

/* 第3条第3項, from 1985-12-27: a day between two holidays. Until 2006 a Sunday was left out. */
static bool is_between_holidays(struct date d)
{
    if (date_days(d) < date_days((struct date){1985, 12, 27}))
        return false;
    if (d.year < 2007 && date_weekday(d) == SUNDAY)
        return false;
    return named_holiday(near_day(d, -1)) && named_holiday(near_day(d, 1));
}

const char *holiday_name(struct date d)
{
    const char *name = named_holiday(d);

    if (name)
        return name;
    if (is_substitute(d))
        return "振替休日";
    return is_between_holidays(d) ? "国民の休日" : NULL;
}
