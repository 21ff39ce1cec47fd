/* The filters of routing, row by row: each stops alone and says so, its neighbour case passes, and a receiver named by law is
 * never below and hardly ever stopped. */
#include "routing_world.h"

#include "base/clock.h"

static const int64_t HOUR = INT64_C(3600000000);

/* ---- filters --------------------------------------------------------------- */
static void nothing(struct world *w) { (void)w; }
static void does_not_accept(struct world *w) { w->a[0].accepts = false; }
static void is_a_meeting(struct world *w) { w->a[0].kind = KIND_MEETING; }
static void is_a_named_meeting(struct world *w) { w->a[0].kind = KIND_MEETING, w->a[0].is_named_receiver = true; }
static void is_inactive(struct world *w) { w->a[0].is_active = false; }
static void begins_later(struct world *w) { w->a[0].from_us = TUESDAY_TEN + 1; }
static void begins_now(struct world *w) { w->a[0].from_us = TUESDAY_TEN; }
static void has_ended(struct world *w) { w->a[0].until_us = TUESDAY_TEN; }
static void has_other_targets(struct world *w) { w->a[0].targets = BIT(T_HEALTH), w->a[0].needs = 0; }
static void serves_all(struct world *w) { w->a[0].targets = BIT(T_ALL), w->a[0].needs = 0; }
static void serves_other_people(struct world *w) { w->a[0].targets |= BIT(T_DISABILITY); }
static void serves_elders(struct world *w) { w->a[0].targets |= BIT(T_ELDERLY); }
static void serves_elders_and_one_is_there(struct world *w)
{
    serves_elders(w);
    w->wanted[1] = NEED_LONG_TERM_CARE;
    w->c.need_n = 2;
    w->a[0].ages = 1U << 3;
}
static void serves_another_age(struct world *w) { w->a[0].ages = 0x1; }
static void age_is_unknown(struct world *w) { w->a[0].ages = 0x1, w->c.age = 4; }
static void is_elsewhere(struct world *w) { w->a[0].areas = 1U << 2; }
static void is_here(struct world *w) { w->a[0].areas = 1U << 0; }
static void area_is_unknown(struct world *w) { is_elsewhere(w), w->c.area = 4; }
static void is_night(struct world *w) { w->c.urgency = 0, w->c.at_us += 12 * HOUR; }
static void is_before_opening(struct world *w) { w->c.urgency = 0, w->c.at_us -= 2 * HOUR; }
static void is_night_but_reachable(struct world *w) { is_night(w), w->a[0].is_emergency_capable = true; }
static void is_evening_and_routine(struct world *w) { w->c.at_us += 12 * HOUR; }
static void is_urgent_and_tomorrow_shut(struct world *w) { w->c.urgency = 1, w->a[0].weekdays = 1U << 3; }
static void is_urgent_and_tomorrow_open(struct world *w) { w->c.urgency = 1, w->a[0].weekdays = 1U << 2; }
static void is_routine_and_friday_open(struct world *w) { w->a[0].weekdays = 1U << 4; }
static void is_routine_and_next_monday_open(struct world *w) { w->a[0].weekdays = 1U << 0; }
static void is_a_holiday(struct world *w) { w->c.urgency = 0, w->c.at_us -= 24 * HOUR; }
static void never_shuts(struct world *w) { is_a_holiday(w), w->a[0].weekdays = 0x7f; }
static void is_friday_night_and_monday_open(struct world *w)
{
    w->c.urgency = 1, w->c.at_us += 84 * HOUR, w->a[0].weekdays = 1U << 0;
}
static void is_saturday_at(struct world *w, int year, int month, int day)
{
    w->c.urgency = 0, w->a[0].weekdays = 1U << 5;
    w->c.at_us = date_start_us((struct date){year, month, day}) + 10 * HOUR;
}
static void is_a_working_saturday(struct world *w) { is_saturday_at(w, 2029, 12, 22); }
static void is_a_saturday_at_year_end(struct world *w) { is_saturday_at(w, 2029, 12, 29); }
static void is_a_saturday_at_new_year(struct world *w) { is_saturday_at(w, 2027, 1, 2); }
static void is_full(struct world *w) { w->a[0].capacity = w->a[0].load = 5; }
static void is_nearly_full(struct world *w) { w->a[0].capacity = 5, w->a[0].load = 4; }
static void is_closed(struct world *w) { w->a[0].capacity = 0; }
static void has_declined(struct world *w)
{
    w->decline[0] = (struct routing_decline){w->a[0].id, NEED_POVERTY};
    w->c.declined_n = 1;
}
static void has_declined_one_of_two(struct world *w) { has_declined(w), w->wanted[1] = NEED_DEBT, w->c.need_n = 2; }
static void another_declined(struct world *w) { has_declined(w), w->decline[0].agency = w->a[1].id; }
static void is_private_without_consent(struct world *w) { w->a[0].regime = 1, w->c.has_consent = false; }
static void is_public_without_consent(struct world *w) { w->c.has_consent = false; }
static void is_private_with_basis(struct world *w) { is_private_without_consent(w), w->c.has_basis = true; }

static const struct {
    void (*spoil)(struct world *w);
    const char *stopped_by; /* NULL: a candidate */
} FILTERS[] = {
    {nothing, NULL},
    {does_not_accept, "receives"},
    {is_a_meeting, "receives"},
    {is_a_named_meeting, NULL},
    {is_inactive, "validity"},
    {begins_later, "validity"},
    {begins_now, NULL},
    {has_ended, "validity"},
    {has_other_targets, "target"},
    {serves_all, NULL},
    {serves_other_people, "target"},
    {serves_elders, "target"},
    {serves_elders_and_one_is_there, NULL},
    {serves_another_age, "age"},
    {age_is_unknown, NULL},
    {is_elsewhere, "area"},
    {is_here, NULL},
    {area_is_unknown, NULL},
    {is_night, "open"},
    {is_before_opening, "open"},
    {is_night_but_reachable, NULL},
    {is_evening_and_routine, NULL},
    {is_urgent_and_tomorrow_shut, "open"},
    {is_urgent_and_tomorrow_open, NULL},
    {is_routine_and_friday_open, NULL},
    {is_routine_and_next_monday_open, "open"},
    {is_a_holiday, "open"},
    {never_shuts, NULL},
    {is_friday_night_and_monday_open, NULL},
    {is_a_working_saturday, NULL},
    {is_a_saturday_at_year_end, "open"},
    {is_a_saturday_at_new_year, "open"},
    {is_full, "capacity"},
    {is_nearly_full, NULL},
    {is_closed, "capacity"},
    {has_declined, "declined"},
    {has_declined_one_of_two, NULL},
    {another_declined, NULL},
    {is_private_without_consent, "lawful"},
    {is_public_without_consent, NULL},
    {is_private_with_basis, NULL},
};

/* A closed desk is stopped by an open one; where there is none, it is shown as the one that opens next. */
static void is_shut_only_while_another_is_open(struct world *w)
{
    assert_int_equal(w->r.candidate_n, 1);
    assert_true(w->r.is_after_hours);
    w->a_n = 2;
    w->a[1].is_emergency_capable = true;
    w->a[1].weekdays = 0x7f;
    assert_int_equal(decide(w), OK);
    assert_int_equal(w->r.candidate_n, 1);
    assert_false(w->r.is_after_hours);
}

static void each_filter_stops_alone(void **state)
{
    struct world w;

    for (size_t i = 0; i < COUNT(FILTERS); i++) {
        begin(&w, *state);
        FILTERS[i].spoil(&w);
        assert_int_equal(decide(&w), OK);
        if (!FILTERS[i].stopped_by) {
            assert_int_equal(w.r.candidate_n, 1);
            assert_int_equal(w.r.rejected_n, 0);
            continue;
        }
        if (strcmp(FILTERS[i].stopped_by, "open") == 0)
            is_shut_only_while_another_is_open(&w);
        else
            assert_int_equal(w.r.candidate_n, 0);
        assert_int_equal(w.r.rejected_n, 1);
        assert_string_equal(w.r.rejected[0].filter, FILTERS[i].stopped_by);
        assert_true(*w.r.rejected[0].ja && *w.r.rejected[0].en);
    }
}

/* What a duty overrides and what it does not. */
static const struct {
    void (*spoil)(struct world *w);
    bool is_candidate;
} DUTIES[] = {
    {nothing, true},
    {has_other_targets, true},
    {serves_another_age, true},
    {is_night, true},
    {is_closed, true},
    {is_private_without_consent, true},
    {does_not_accept, false},
    {is_inactive, false},
    {begins_later, false},
    {is_elsewhere, false},
};

static void the_law_is_first_and_hardly_stopped(void **state)
{
    struct world w;

    for (size_t i = 0; i < COUNT(DUTIES); i++) {
        begin(&w, *state);
        DUTIES[i].spoil(&w);
        w.a_n = 3;
        w.wanted[1] = NEED_DEBT;
        w.wanted[2] = NEED_ABUSE;
        w.c.need_n = 3;
        w.decline[0] = (struct routing_decline){w.a[0].id, NEED_ABUSE};
        w.c.declined_n = 1;
        w.a[1].needs |= BIT(NEED_DEBT) | BIT(NEED_ABUSE);
        w.a[1].is_emergency_capable = true;
        w.a[2].parent = w.a[0].id;
        assert_int_equal(decide(&w), OK);
        assert_true(w.r.candidate_n > 0);
        assert_int_equal(w.r.candidate[0].is_duty, DUTIES[i].is_candidate);
        assert_string_equal(w.r.candidate[0].agency->id.code,
                            DUTIES[i].is_candidate ? "A901" : "A902");
    }
    begin(&w, *state);
    w.a_n = 2;
    w.wanted[0] = NEED_ABUSE;
    w.a[1].targets = BIT(T_DISABILITY);
    w.a[1].needs = BIT(NEED_ABUSE);
    w.a[1].parent = w.a[0].id; /* a duty is not handed down to the desk */
    assert_int_equal(decide(&w), OK);
    assert_true(w.r.candidate[0].is_duty && !w.r.candidate[1].is_duty);
    assert_int_equal(w.r.candidate[0].reason[1].value, 1);
    begin(&w, *state);
    w.wanted[0] = NEED_ABUSE;
    w.c.age = 0; /* the clause does not name this age */
    w.a[0].targets = BIT(T_DISABILITY);
    assert_int_equal(decide(&w), OK);
    assert_int_equal(w.r.candidate_n, 1);
    assert_false(w.r.candidate[0].is_duty);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_filter_stops_alone),
        cmocka_unit_test(the_law_is_first_and_hardly_stopped),
    };

    return cmocka_run_group_tests(tests, open_scope, close_scope);
}
