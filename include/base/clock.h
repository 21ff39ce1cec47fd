#ifndef KM_BASE_CLOCK_H
#define KM_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "base/status.h"

/* Time is int64 microseconds since 1970-01-01T00:00:00Z wherever it is stored or sent; Asia/Tokyo (UTC+9, no DST) only
 * where people read it and where business days are counted. */

enum { US_PER_MS = 1000, US_PER_S = 1000000, TIME_TEXT_MAX = 40 };

/* A civil date of the proleptic Gregorian calendar; month 1–12, day 1–31. */
struct date {
    int year, month, day;
};

/* clock_now_us: the wall clock, UTC µs. clock_mono_us: monotonic µs for time-outs. Only floors 3–5 call these. */
int64_t clock_now_us(void);
int64_t clock_mono_us(void);

/* time_print: RFC 3339 with offset +09:00 and ms ("2026-11-22T12:30:38.000+09:00"), into TIME_TEXT_MAX bytes; returns `to`. */
char *time_print(int64_t us, char *to);

/* time_parse: RFC 3339 date-time with Z or a numeric offset, up to 6 fraction digits.
 *   fails  INVALID anything else, or a date that does not exist */
enum status time_parse(struct span text, int64_t *ret_us) MUST_CHECK;

/* date_of: the civil date in Asia/Tokyo at an instant. date_start_us: 00:00 Asia/Tokyo of a date, UTC µs. */
struct date date_of(int64_t us);
int64_t date_start_us(struct date d);

/* date_days: days since 1970-01-01 (may be negative); date_from_days: its inverse; date_weekday: 0 = Sunday. */
int64_t date_days(struct date d);
struct date date_from_days(int64_t days);
int date_weekday(struct date d);
bool date_is_valid(struct date d);

#endif
