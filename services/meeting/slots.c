/* When a meeting could be: a plain search over half hours. A time at which one required guest cannot come is no time at all. */
#include <string.h>

#include "base/calendar.h"
#include "meeting.h"

enum { OPENS_MIN = 510, CLOSES_MIN = 1035, DAYS_MOST = 62, DAY_MIN = 1440 };

#define MIN_US (60LL * US_PER_S)

bool slots_can(const struct guest *g, struct stretch at)
{
    for (size_t i = 0; i < g->busy_n; i++)
        if (g->busy[i].starts_us < at.ends_us && at.starts_us < g->busy[i].ends_us)
            return false;
    for (size_t i = 0; i < g->can_n; i++)
        if (g->can[i].starts_us <= at.starts_us && at.ends_us <= g->can[i].ends_us)
            return true;
    return false;
}

/* Who can come; false when a required guest cannot. */
static bool weigh(const struct guest *guests, size_t n, struct slot_found *slot)
{
    for (size_t i = 0; i < n; i++) {
        if (slots_can(&guests[i], slot->at)) {
            slot->can |= 1u << i;
            slot->can_n++;
        } else if (guests[i].is_required) {
            return false;
        }
    }
    return slot->can_n > 0;
}

static bool is_better(const struct slot_found *a, const struct slot_found *b)
{
    if (a->can_n != b->can_n)
        return a->can_n > b->can_n;
    return a->at.starts_us < b->at.starts_us;
}

static size_t keep_best(struct slot_found *best, size_t n, const struct slot_found *slot)
{
    size_t at = n;

    while (at > 0 && is_better(slot, &best[at - 1]))
        at--;
    if (at == SLOTS_MOST)
        return n;
    size_t kept = n < SLOTS_MOST ? n : SLOTS_MOST - 1;
    memmove(&best[at + 1], &best[at], (kept - at) * sizeof *best);
    best[at] = *slot;
    return kept + 1;
}

enum status slots_find(struct scope *s, const struct guest *guests, size_t n, int64_t from_us, int64_t to_us, int64_t minutes,
                       const struct slot_found **ret_slots, size_t *ret_n)
{
    struct slot_found *best = scope_alloc(s, SLOTS_MOST * sizeof *best);
    size_t found = 0;

    if (!best)
        return fail(s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    if (n > INVITEES_MAX || minutes < 1 || minutes > 480 || to_us <= from_us || to_us - from_us > DAYS_MOST * DAY_MIN * MIN_US)
        return fail(s, INVALID, "探す期間は %d 日以内、長さは480分以内です", "look within %d days, for at most 480 minutes", DAYS_MOST);
    for (int64_t day = date_days(date_of(from_us)); day <= date_days(date_of(to_us)); day++) {
        if (!is_business_day(date_from_days(day)))
            continue;
        int64_t start_us = date_start_us(date_from_days(day));
        for (int64_t min = OPENS_MIN; min + minutes <= CLOSES_MIN; min += SLOT_STEP_MIN) {
            struct slot_found slot = {.at = {start_us + min * MIN_US, start_us + (min + minutes) * MIN_US}};
            if (slot.at.starts_us >= from_us && slot.at.ends_us <= to_us && weigh(guests, n, &slot))
                found = keep_best(best, found, &slot);
        }
    }
    *ret_slots = best;
    *ret_n = found;
    return OK;
}
