/* Instants and dates convert without time-zone data and without the C library's global time-zone state: Asia/Tokyo is UTC+9
 * with no daylight saving for every year the system deals with, so the same input gives the same text on every machine.
 * Day arithmetic is the proleptic Gregorian calendar counted in eras of 400 years, with years starting in March so that the
 * leap day is a year's last. A leap second (":60") is refused: microseconds since 1970 cannot express it. */
#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define DAY_US (INT64_C(86400) * US_PER_S)
#define TOKYO_US (INT64_C(9) * 3600 * US_PER_S)

enum { ERA_DAYS = 146097, ERA_YEARS = 400, EPOCH_DAYS = 719468 /* from 0000-03-01 to 1970-01-01 */ };

static int64_t clock_read(clockid_t which)
{
    struct timespec t;

    /* cannot fail for these two clocks; if it ever did, every deadline of the process would be wrong */
    if (clock_gettime(which, &t) != 0)
        abort();
    return (int64_t)t.tv_sec * US_PER_S + t.tv_nsec / 1000;
}

int64_t clock_now_us(void)
{
    return clock_read(CLOCK_REALTIME);
}

int64_t clock_mono_us(void)
{
    return clock_read(CLOCK_MONOTONIC);
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

int64_t date_days(struct date d)
{
    int64_t year = (int64_t)d.year - (d.month <= 2);
    int64_t era = floor_div(year, ERA_YEARS);
    int64_t year_of_era = year - era * ERA_YEARS;
    int64_t month = d.month + (d.month > 2 ? -3 : 9);
    int64_t day_of_year = (153 * month + 2) / 5 + d.day - 1;

    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return era * ERA_DAYS + day_of_era - EPOCH_DAYS;
}

struct date date_from_days(int64_t days)
{
    /* the era is split off before anything is added: `days` may be near either end of int64 */
    int64_t rest = days % ERA_DAYS + (days % ERA_DAYS < 0 ? ERA_DAYS : 0) + EPOCH_DAYS;
    int64_t era = floor_div(days, ERA_DAYS) + rest / ERA_DAYS;

    rest %= ERA_DAYS;
    int64_t year = (rest - rest / 1460 + rest / 36524 - rest / 146096) / 365;
    int64_t day_of_year = rest - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * day_of_year + 2) / 153;
    int day = (int)(day_of_year - (153 * month + 2) / 5 + 1);
    int civil_month = (int)(month < 10 ? month + 3 : month - 9);

    return (struct date){(int)(year + era * ERA_YEARS + (civil_month <= 2)), civil_month, day};
}

int date_weekday(struct date d)
{
    int64_t days = date_days(d) + 4; /* 1970-01-01 was a Thursday */
    return (int)(days - floor_div(days, 7) * 7);
}

bool date_is_valid(struct date d)
{
    if (d.year < 0 || d.year > 9999 || d.month < 1 || d.month > 12 || d.day < 1 || d.day > 31)
        return false;
    struct date again = date_from_days(date_days(d));
    return again.month == d.month && again.day == d.day;
}

/* Days since the epoch and µs of that day, both in Asia/Tokyo; never overflows. */
static int64_t tokyo_split(int64_t us, int64_t *ret_of_day)
{
    int64_t of_day = us % DAY_US + TOKYO_US;

    if (us % DAY_US < 0)
        of_day += DAY_US;
    *ret_of_day = of_day % DAY_US;
    return floor_div(us, DAY_US) + of_day / DAY_US;
}

struct date date_of(int64_t us)
{
    int64_t of_day;
    return date_from_days(tokyo_split(us, &of_day));
}

int64_t date_start_us(struct date d)
{
    return date_days(d) * DAY_US - TOKYO_US;
}

char *time_print(int64_t us, char *to)
{
    int64_t of_day;
    struct date d = date_from_days(tokyo_split(us, &of_day));
    int ms = (int)(of_day / US_PER_MS);

    /* the remainders change no value; they show the compiler that TIME_TEXT_MAX is enough */
    snprintf(to, TIME_TEXT_MAX, "%04d-%02u-%02uT%02u:%02u:%02u.%03u+09:00", d.year,
             (unsigned)d.month % 100u, (unsigned)d.day % 100u, (unsigned)(ms / 3600000) % 100u,
             (unsigned)(ms / 60000) % 60u, (unsigned)(ms / 1000) % 60u, (unsigned)ms % 1000u);
    return to;
}

/* Takes exactly n digits off the front. */
static bool take_digits(struct span *text, size_t n, int *ret_value)
{
    int value = 0;

    if (text->n < n)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (text->p[i] < '0' || text->p[i] > '9')
            return false;
        value = value * 10 + (text->p[i] - '0');
    }
    *text = span_of(text->p + n, text->n - n);
    *ret_value = value;
    return true;
}

static bool take_char(struct span *text, char a, char b)
{
    if (text->n == 0 || (text->p[0] != (uint8_t)a && text->p[0] != (uint8_t)b))
        return false;
    *text = span_of(text->p + 1, text->n - 1);
    return true;
}

/* The mark that separates, then two digits not above `most`. */
static bool take_pair(struct span *text, char mark, int most, int *ret_value)
{
    return take_char(text, mark, mark) && take_digits(text, 2, ret_value) && *ret_value <= most;
}

static bool take_time(struct span *text, int64_t *ret_us)
{
    int hour, minute, second;

    if (!take_digits(text, 2, &hour) || hour > 23)
        return false;
    if (!take_pair(text, ':', 59, &minute) || !take_pair(text, ':', 59, &second))
        return false;
    *ret_us = (int64_t)(hour * 3600 + minute * 60 + second) * US_PER_S;
    if (!take_char(text, '.', '.'))
        return true;

    int digit, scale = US_PER_S / 10;
    if (!take_digits(text, 1, &digit))
        return false;
    do {
        *ret_us += (int64_t)digit * scale;
        scale /= 10;
    } while (scale > 0 && take_digits(text, 1, &digit));
    return true;
}

static bool take_offset(struct span *text, int64_t *ret_us)
{
    int hour, minute;
    int sign = 1;

    *ret_us = 0;
    if (take_char(text, 'Z', 'z'))
        return true;
    if (text->n > 0 && text->p[0] == '-')
        sign = -1;
    if (!take_pair(text, sign < 0 ? '-' : '+', 23, &hour) || !take_pair(text, ':', 59, &minute))
        return false;
    *ret_us = sign * (int64_t)(hour * 60 + minute) * 60 * US_PER_S;
    return true;
}

enum status time_parse(struct span text, int64_t *ret_us)
{
    struct date d;
    int64_t of_day, offset;

    if (!take_digits(&text, 4, &d.year) || !take_pair(&text, '-', 12, &d.month) ||
        !take_pair(&text, '-', 31, &d.day) || !date_is_valid(d))
        return INVALID;
    if (!take_char(&text, 'T', 't') || !take_time(&text, &of_day) ||
        !take_offset(&text, &offset) || text.n != 0)
        return INVALID;
    *ret_us = date_days(d) * DAY_US + of_day - offset;
    return OK;
}
