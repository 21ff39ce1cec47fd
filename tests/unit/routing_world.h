#ifndef KM_TEST_ROUTING_WORLD_H
#define KM_TEST_ROUTING_WORLD_H

#include "referral/routing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/* Positions in the frozen lists. */
enum { NEED_POVERTY = 9, NEED_DEBT = 10, NEED_ISOLATION = 17, NEED_CHILD_REARING = 24 };
enum { NEED_LONG_TERM_CARE = 28, NEED_ABUSE = 32 };
enum { T_ELDERLY, T_DISABILITY, T_CHILD, T_POVERTY = 6, T_HEALTH = 25, T_ALL = 32 };
enum { KIND_DIVISION, KIND_DESK = 2, KIND_MEETING = 5 };
enum { F_POVERTY, F_ELDER, F_CHILD, F_RIGHTS, F_OTHER };
#define BIT(n) (UINT64_C(1) << (n))
static const int64_t TUESDAY_TEN = INT64_C(1795482000000000); /* 2026-11-24T10:00+09:00; Monday the 23rd is a holiday */

/* One case and a small directory; every test starts from the same and spoils one thing. */
struct world {
    struct scope *s;
    struct routing_need need[ROUTING_NEED_N];
    struct routing_agency a[3];
    size_t a_n;
    int wanted[4];
    struct routing_decline decline[2];
    struct routing_case c;
    struct routing_result r;
};

static const struct routing_duty DUTY[] = {{{"A901"}, 0x6, {(const uint8_t *)"法1条", 7}}};

static void begin(struct world *w, struct scope *s)
{
    scope_reset(s);
    *w = (struct world){.s = s, .a_n = 1, .wanted = {NEED_POVERTY}};
    for (int i = 0; i < ROUTING_NEED_N; i++)
        w->need[i] = (struct routing_need){
            .code = SPAN_LIT("need"), .label = SPAN_LIT("課題"), .field = F_OTHER,
            .targets = BIT(T_HEALTH), .first_target = T_HEALTH,
        };
    w->need[NEED_POVERTY].targets = w->need[NEED_DEBT].targets = BIT(T_POVERTY);
    w->need[NEED_POVERTY].first_target = w->need[NEED_DEBT].first_target = T_POVERTY;
    w->need[NEED_POVERTY].field = w->need[NEED_DEBT].field = F_POVERTY;
    w->need[NEED_LONG_TERM_CARE].targets = BIT(T_ELDERLY);
    w->need[NEED_LONG_TERM_CARE].field = F_ELDER;
    w->need[NEED_CHILD_REARING].targets = BIT(T_CHILD);
    w->need[NEED_CHILD_REARING].field = F_CHILD;
    w->need[NEED_ABUSE].targets = BIT(T_DISABILITY);
    w->need[NEED_ABUSE].field = F_RIGHTS;
    w->need[NEED_ABUSE].duty = DUTY;
    w->need[NEED_ABUSE].duty_n = COUNT(DUTY);
    for (size_t i = 0; i < COUNT(w->a); i++) {
        w->a[i] = (struct routing_agency){
            .name = SPAN_LIT("架空の窓口"), .kind = KIND_DESK, .is_active = true, .accepts = true,
            .targets = BIT(T_POVERTY), .needs = BIT(NEED_POVERTY), .opens_min = 510,
            .closes_min = 1035, .weekdays = 0x1f, .capacity = -1, .median_answer_min = -1,
        };
        memcpy(w->a[i].id.code, (const char *[]){"A901", "A902", "A903"}[i], 5);
    }
    w->c = (struct routing_case){.need = w->wanted, .need_n = 1, .area = 0, .age = 2, .urgency = 2,
                                 .at_us = TUESDAY_TEN, .declined = w->decline, .has_consent = true};
}

static enum status decide(struct world *w)
{
    struct routing_directory dir = {w->a, w->a_n, w->need, ROUTING_NEED_N};

    return routing_decide(w->s, &dir, &w->c, &w->r);
}

static int open_scope(void **state)
{
    *state = scope_new(SCOPE_CAP, entropy_system());
    return *state ? 0 : -1;
}

static int close_scope(void **state)
{
    scope_free(*state);
    return 0;
}

#endif
