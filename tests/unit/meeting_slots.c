/* When a meeting can be: every slot lies on the half hour within office hours of a business day, suits every required guest, and none
 * that suits more guests, or as many earlier, was left out. Tables for the edges; a search of another make for everything else. */
#include "meeting/meeting.h"

#include "base/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h> /* last: its fail() is a macro, ours a function that the headers declare */

#include <stdlib.h>
#include <string.h>

enum { JUNE = 6, MIN_PER_DAY = 1440 };

static const int64_t MINUTE = 60LL * US_PER_S;

/* Monday 1 June 2026 and the 20 days from it, in minutes from its midnight; no holiday among them. */
static int64_t june(int64_t minutes)
{
    return date_start_us((struct date){2026, JUNE, 1}) + minutes * MINUTE;
}

static struct stretch from_to(int64_t from, int64_t to)
{
    return (struct stretch){june(from), june(to)};
}

/* "0 09:30": day of the search's first Monday, hour and minute. */
static const char *print_slot(struct scope *s, const struct slot_found *slot)
{
    int64_t min = (slot->at.starts_us - june(0)) / MINUTE;

    return scope_print(s, "%d %02d:%02d/%d", (int)(min / MIN_PER_DAY), (int)(min % MIN_PER_DAY / 60), (int)(min % 60), slot->can_n);
}

/* Windows in minutes of Monday 1 June; a row of nought ends them. */
struct windows {
    int from, to;
};

/* ---- one day, up to three guests ------------------------------------------------ */
static const struct {
    const char *name;
    int minutes, from, to;
    struct {
        bool is_required;
        struct windows can[3], busy[2];
    } guest[3];
    const char *want; /* "day hh:mm/guests" of every slot, best first */
} DAYS[] = {
    {"a window that fits exactly", 60, 0, 1440, {{true, {{600, 660}}, {{0}}}}, "0 10:00/1"},
    {"a minute too short", 60, 0, 1440, {{true, {{600, 659}}, {{0}}}}, ""},
    {"a minute too late for the half hour", 60, 0, 1440, {{true, {{601, 660}}, {{0}}}}, ""},
    {"two windows that touch are not one", 60, 0, 1440, {{true, {{600, 630}, {630, 660}}, {{0}}}}, ""},
    {"begins on the half hour", 30, 0, 1440, {{true, {{605, 665}}, {{0}}}}, "0 10:30/1"},
    {"not before opening", 60, 0, 1440, {{true, {{450, 600}}, {{0}}}}, "0 08:30/1,0 09:00/1"},
    {"not after closing", 60, 0, 1440, {{true, {{940, 1200}}, {{0}}}}, "0 16:00/1"},
    {"ends at closing", 45, 0, 1440, {{true, {{990, 1035}}, {{0}}}}, "0 16:30/1"},
    {"a whole working day", 480, 0, 1440, {{true, {{0, 1440}}, {{0}}}}, "0 08:30/1,0 09:00/1"},
    {"only from the hour on that is searched", 60, 601, 1440, {{true, {{600, 690}}, {{0}}}}, "0 10:30/1"},
    {"only up to the minute that is searched", 60, 0, 689, {{true, {{600, 690}}, {{0}}}}, "0 10:00/1"},
    {"a search as long as the meeting", 60, 600, 660, {{true, {{0, 1440}}, {{0}}}}, "0 10:00/1"},
    {"a required guest cannot", 60, 0, 1440, {{true, {{600, 660}}, {{0}}}, {true, {{700, 800}}, {{0}}}}, ""},
    {"a required guest did not answer", 60, 0, 1440, {{true, {{600, 660}}, {{0}}}, {true, {{0}}, {{0}}}}, ""},
    {"another guest cannot", 60, 0, 1440, {{true, {{600, 660}}, {{0}}}, {false, {{700, 800}}, {{0}}}}, "0 10:00/1"},
    {"nobody must and one can", 60, 0, 1440, {{false, {{600, 660}}, {{0}}}, {false, {{0}}, {{0}}}}, "0 10:00/1"},
    {"nobody must and nobody can", 60, 0, 1440, {{false, {{0}}, {{0}}}, {false, {{0}}, {{0}}}}, ""},
    {"more guests before earlier ones", 60, 0, 1440,
     {{true, {{540, 780}}, {{0}}}, {false, {{660, 780}}, {{0}}}, {false, {{690, 750}}, {{0}}}},
     "0 11:30/3,0 11:00/2,0 12:00/2,0 09:00/1,0 09:30/1,0 10:00/1,0 10:30/1"},
    {"a required guest sits elsewhere", 60, 0, 1440, {{true, {{600, 720}}, {{640, 650}}}}, "0 11:00/1"},
    {"elsewhere up to the minute it begins", 60, 0, 1440, {{true, {{600, 660}}, {{540, 600}, {660, 700}}}}, "0 10:00/1"},
    {"elsewhere the whole time", 60, 0, 1440, {{true, {{600, 660}}, {{500, 800}}}}, ""},
    {"another guest sits elsewhere", 60, 0, 1440, {{true, {{600, 690}}, {{0}}}, {false, {{600, 690}}, {{600, 630}}}}, "0 10:30/2,0 10:00/1"},
};

struct party_of {
    struct guest guests[3];
    struct stretch can[3][3], busy[3][2];
    size_t n;
};

static void gather(size_t row, struct party_of *p)
{
    for (size_t g = 0; g < 3; g++) {
        struct guest *guest = &p->guests[g];
        *guest = (struct guest){.is_required = DAYS[row].guest[g].is_required, .can = p->can[g], .busy = p->busy[g]};
        for (size_t i = 0; i < 3 && DAYS[row].guest[g].can[i].to; i++)
            p->can[g][guest->can_n++] = from_to(DAYS[row].guest[g].can[i].from, DAYS[row].guest[g].can[i].to);
        for (size_t i = 0; i < 2 && DAYS[row].guest[g].busy[i].to; i++)
            p->busy[g][guest->busy_n++] = from_to(DAYS[row].guest[g].busy[i].from, DAYS[row].guest[g].busy[i].to);
        if (guest->can_n || guest->is_required)
            p->n = g + 1;
    }
}

static void test_one_day(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());

    (void)state;
    for (size_t row = 0; row < COUNT(DAYS); row++) {
        struct party_of p = {.n = 0};
        const struct slot_found *slots;
        const char *have = "";
        size_t n;
        gather(row, &p);
        assert_int_equal(slots_find(s, p.guests, p.n, june(DAYS[row].from), june(DAYS[row].to), DAYS[row].minutes, &slots, &n), OK);
        for (size_t i = 0; i < n; i++)
            have = scope_print(s, "%s%s%s", have, i ? "," : "", print_slot(s, &slots[i]));
        if (strcmp(have, DAYS[row].want) != 0)
            fail_msg("%s: %s", DAYS[row].name, have);
    }
}

/* ---- which days ------------------------------------------------------------------ */
static const struct {
    struct date day;
    bool is_found;
} CALENDAR[] = {
    {{2026, 6, 5}, true},    /* a Friday */
    {{2026, 6, 6}, false},   /* a Saturday */
    {{2026, 6, 7}, false},   /* a Sunday */
    {{2026, 5, 6}, false},   /* 振替休日 */
    {{2026, 9, 22}, false},  /* 国民の休日 */
    {{2026, 9, 24}, true},   /* the day after three holidays */
    {{2026, 12, 28}, true},  /* the last day of the year's work */
    {{2026, 12, 29}, false}, /* 年末 */
    {{2027, 1, 3}, false},   /* 年始 */
    {{2027, 1, 4}, true},    /* the first day of work */
};

static void test_days(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());

    (void)state;
    for (size_t i = 0; i < COUNT(CALENDAR); i++) {
        int64_t day = date_start_us(CALENDAR[i].day);
        const struct stretch always = {day - MIN_PER_DAY * MINUTE, day + 2 * MIN_PER_DAY * MINUTE};
        const struct guest guest = {.is_required = true, .can = &always, .can_n = 1};
        const struct slot_found *slots;
        size_t n;
        assert_int_equal(slots_find(s, &guest, 1, day, day + MIN_PER_DAY * MINUTE, 480, &slots, &n), OK);
        if (n != (CALENDAR[i].is_found ? 2U : 0U))
            fail_msg("%d-%d-%d: %zu slots", CALENDAR[i].day.year, CALENDAR[i].day.month, CALENDAR[i].day.day, n);
    }
}

/* ---- limits ---------------------------------------------------------------------- */
static const struct {
    const char *name;
    size_t guests;
    int64_t from, to, minutes;
    enum status want;
} LIMITS[] = {
    {"the longest search", 1, 0, 62 * MIN_PER_DAY, 60, OK},
    {"a minute longer", 1, 0, 62 * MIN_PER_DAY + 1, 60, INVALID},
    {"nothing to search", 1, 600, 600, 60, INVALID},
    {"backwards", 1, 600, 500, 60, INVALID},
    {"the shortest meeting", 1, 0, MIN_PER_DAY, 1, OK},
    {"no meeting", 1, 0, MIN_PER_DAY, 0, INVALID},
    {"a negative one", 1, 0, MIN_PER_DAY, -60, INVALID},
    {"the longest meeting", 1, 0, MIN_PER_DAY, 480, OK},
    {"a minute longer", 1, 0, MIN_PER_DAY, 481, INVALID},
    {"nobody invited", 0, 0, MIN_PER_DAY, 60, OK},
    {"a full table", INVITEES_MAX, 0, MIN_PER_DAY, 60, OK},
    {"one too many", INVITEES_MAX + 1, 0, MIN_PER_DAY, 60, INVALID},
};

static void test_limits(void **state)
{
    static const struct guest GUESTS[INVITEES_MAX + 1];
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());

    (void)state;
    for (size_t i = 0; i < COUNT(LIMITS); i++) {
        const struct slot_found *slots;
        size_t n = 99;
        enum status st = slots_find(s, GUESTS, LIMITS[i].guests, june(LIMITS[i].from), june(LIMITS[i].to), LIMITS[i].minutes, &slots, &n);
        if (st != LIMITS[i].want)
            fail_msg("%s: %s", LIMITS[i].name, status_trait(st)->word);
        assert_int_equal(n, st == OK ? 0 : 99);
    }
}

/* ---- against a search of another make ---------------------------------------------- */
struct random {
    uint64_t x;
};

static int draw(struct random *r, int n)
{
    r->x ^= r->x << 13;
    r->x ^= r->x >> 7;
    r->x ^= r->x << 17;
    return (int)(r->x % (uint64_t)n);
}

enum { DAYS_SEARCHED = 12, ALL_SLOTS = DAYS_SEARCHED * 48, WINDOWS_DRAWN = 6 };

struct crowd {
    struct guest guests[INVITEES_MAX];
    struct stretch can[INVITEES_MAX][WINDOWS_DRAWN], busy[INVITEES_MAX][2];
};

static struct stretch draw_window(struct random *r, int longest)
{
    int from = draw(r, DAYS_SEARCHED * 96) * 15;

    return from_to(from, from + 15 + draw(r, longest) * 15);
}

static void draw_crowd(struct random *r, struct crowd *c, size_t n)
{
    for (size_t g = 0; g < n; g++) {
        c->guests[g] = (struct guest){.is_required = draw(r, 8) == 0, .can = c->can[g], .busy = c->busy[g],
                                      .can_n = (size_t)draw(r, WINDOWS_DRAWN + 1), .busy_n = (size_t)draw(r, 3)};
        for (size_t i = 0; i < c->guests[g].can_n; i++)
            c->can[g][i] = draw_window(r, 200);
        for (size_t i = 0; i < c->guests[g].busy_n; i++)
            c->busy[g][i] = draw_window(r, 12);
    }
}

/* Minute by minute: there is one window the guest named in which every minute lies, and none of them is taken. */
static bool comes(const struct guest *g, struct stretch at)
{
    bool is_free = true, is_named = false;

    for (size_t i = 0; i < g->can_n; i++) {
        bool is_whole = true;
        for (int64_t t = at.starts_us; t < at.ends_us; t += MINUTE)
            is_whole = is_whole && t >= g->can[i].starts_us && t < g->can[i].ends_us;
        is_named = is_named || is_whole;
    }
    for (size_t i = 0; i < g->busy_n; i++)
        for (int64_t t = at.starts_us; t < at.ends_us; t += MINUTE)
            is_free = is_free && !(t >= g->busy[i].starts_us && t < g->busy[i].ends_us);
    return is_free && is_named;
}

static int by_worth(const void *a, const void *b)
{
    const struct slot_found *x = a, *y = b;

    if (x->can_n != y->can_n)
        return y->can_n - x->can_n;
    return x->at.starts_us < y->at.starts_us ? -1 : 1;
}

static size_t search_all(const struct crowd *c, size_t n, int minutes, struct slot_found all[ALL_SLOTS])
{
    size_t found = 0;

    for (int64_t min = 0; min < DAYS_SEARCHED * MIN_PER_DAY; min += 30) {
        struct slot_found slot = {.at = from_to(min, min + minutes)};
        bool is_short = min % MIN_PER_DAY < 510 || min % MIN_PER_DAY + minutes > 1035 || !is_business_day(date_of(june(min)));
        for (size_t g = 0; g < n && !is_short; g++) {
            bool is_coming = comes(&c->guests[g], slot.at);
            slot.can |= (uint32_t)is_coming << g;
            slot.can_n += is_coming;
            is_short = c->guests[g].is_required && !is_coming;
        }
        if (!is_short && slot.can_n)
            all[found++] = slot;
    }
    qsort(all, found, sizeof *all, by_worth);
    return found < SLOTS_MOST ? found : SLOTS_MOST;
}

static void test_against_search(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    struct random r = {.x = 0x6b61736869UL};
    size_t filled = 0, some = 0;

    (void)state;
    for (int round = 0; round < 120; round++) {
        struct slot_found all[ALL_SLOTS];
        const struct slot_found *slots;
        struct crowd c;
        size_t n = round % 4 ? 1 + (size_t)draw(&r, 8) : INVITEES_MAX, have, want;
        int minutes = 15 * (1 + draw(&r, 10));
        scope_reset(s);
        draw_crowd(&r, &c, n);
        want = search_all(&c, n, minutes, all);
        assert_int_equal(slots_find(s, c.guests, n, june(0), june(DAYS_SEARCHED * MIN_PER_DAY), minutes, &slots, &have), OK);
        assert_int_equal(have, want);
        for (size_t i = 0; i < want; i++)
            if (slots[i].at.starts_us != all[i].at.starts_us || slots[i].at.ends_us != all[i].at.ends_us || slots[i].can != all[i].can)
                fail_msg("round %d, place %zu: %s, not %s", round, i, print_slot(s, &slots[i]), print_slot(s, &all[i]));
        filled += want == SLOTS_MOST;
        some += want > 0 && want < SLOTS_MOST;
    }
    assert_true(filled > 10 && some > 10); /* the draws were worth searching */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_day), cmocka_unit_test(test_days),           cmocka_unit_test(test_limits),
        cmocka_unit_test(test_against_search),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
