/* Days on which an office is open, deadlines counted in them, and age in law. All of it depends on its arguments alone, so a
 * deadline computed again after a restart, or by another agency, is the same instant. */
#include "base/calendar.h"

#include <stddef.h>

#define MINUTE_US (INT64_C(60) * US_PER_S)

bool is_business_day(struct date d)
{
    int weekday = date_weekday(d);

    if (weekday == 0 || weekday == 6)
        return false;
    if ((d.month == 12 && d.day >= 29) || (d.month == 1 && d.day <= 3))
        return false;
    return holiday_name(d) == NULL;
}

int64_t business_due_us(int64_t from_us, int days, int closes_min)
{
    int64_t closes_us = closes_min * MINUTE_US;
    struct date d = date_of(from_us);
    int64_t at = date_days(d);

    if (is_business_day(d) && from_us > date_start_us(d) + closes_us)
        at++;
    for (int left = days; left > 0;) {
        at++;
        left -= is_business_day(date_from_days(at));
    }
    return date_start_us(date_from_days(at)) + closes_us;
}

int fiscal_year(int64_t us)
{
    struct date d = date_of(us);

    return d.month >= 4 ? d.year : d.year - 1;
}

int age_on(struct date birth, struct date on)
{
    if (date_days(on) < date_days(birth))
        return -1;
    /* Born 29 February: in a common year the year of age is complete when 28 February ends (民法143条2項ただし書), so
     * comparing month and day is right for that birthday too. */
    bool is_before_birthday = on.month != birth.month ? on.month < birth.month : on.day < birth.day;
    return on.year - birth.year - is_before_birthday;
}
