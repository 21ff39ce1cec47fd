#ifndef KM_BASE_CALENDAR_H
#define KM_BASE_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

/* holiday_name: the national holiday a date is, by statute and not by a list.
 *   in     d     1949–2150; equinoxes by the published approximation formula
 *   ret    its Japanese name ("振替休日", "国民の休日" included), NULL when it is none
 *   pure   yes                          source  国民の祝日に関する法律 and its amendments; Cabinet-law one-off days 1959–2021 */
const char *holiday_name(struct date d);

/* is_business_day: not Saturday, Sunday, a national holiday, or 29 December – 3 January.
 *   pure   yes                          source  行政機関の休日に関する法律 1条 */
bool is_business_day(struct date d);

/* business_due_us: the instant at which `days` business days have passed.
 *   in     from_us      UTC µs of receipt     days ≥ 1
 *   in     closes_min   closing time of the receiver, minutes after 00:00 Asia/Tokyo (e.g. 17:15 = 1035)
 *   ret    UTC µs: the closing time of the days-th business day after the day of receipt; a receipt on a business day after
 *          closing counts as received on the next day
 *   pure   yes                          source  this header; the days as is_business_day */
int64_t business_due_us(int64_t from_us, int days, int closes_min);

/* fiscal_year: in which a moment lies, 1 April to 31 March in Tokyo.
 *   pure   yes                          source  会計法 11条, 地方自治法 208条 */
int fiscal_year(int64_t us);

/* age_on: completed years by 年齢計算ニ関スル法律 (a year is complete at the end of the day before the birthday).
 *   ret    the age held from 00:00 of `on`, so it rises on the birthday; −1 when `on` is before birth. A law that counts from
 *          the day an age is *reached* (達した日, the day before) asks with the day after `on`.
 *   pure   yes */
int age_on(struct date birth, struct date on);

#endif
