/* The rank of routing: each criterion beats every later one, needs are weighed as written, complex cases get a lead and
 * supporters, no order of the directory changes the answer, and limits are asked before work is done. */
#include "routing_world.h"

static const uint64_t POVERTY_PROGRAM[] = {BIT(T_POVERTY)};

/* ---- criteria -------------------------------------------------------------- */
static void more_duty(struct routing_agency *a) { memcpy(a->id.code, "A901", 5); }
static void more_needs(struct routing_agency *a) { a->needs |= BIT(NEED_DEBT); }
static void more_area(struct routing_agency *a) { a->areas = 1U; }
static void more_program(struct routing_agency *a) { a->programs = POVERTY_PROGRAM, a->program_n = 1; }
static void less_load(struct routing_agency *a) { a->load = 1; }
static void less_answer(struct routing_agency *a) { a->median_answer_min = 30; }
static void (*const BETTER[])(struct routing_agency *a) = {
    more_duty, more_needs, more_area, more_program, less_load, less_answer,
};

static void each_criterion_beats_all_later_ones(void **state)
{
    struct world w;

    for (size_t i = 0; i < COUNT(BETTER); i++)
        for (size_t k = i + 1; k <= COUNT(BETTER); k++) {
            begin(&w, *state);
            w.a_n = 2;
            w.wanted[1] = NEED_DEBT;
            w.wanted[2] = NEED_ABUSE;
            w.c.need_n = 3;
            memcpy(w.a[0].id.code, "A905", 5);
            memcpy(w.a[1].id.code, "A904", 5); /* the code alone would put the loser first */
            w.a[0].capacity = w.a[1].capacity = 10;
            w.a[0].load = w.a[1].load = 2;
            BETTER[i](&w.a[0]);
            for (size_t m = k; m < COUNT(BETTER); m++)
                BETTER[m](&w.a[1]);
            assert_int_equal(decide(&w), OK);
            assert_int_equal(w.r.candidate_n, 2);
            assert_ptr_equal(w.r.candidate[0].agency, &w.a[0]);
            for (size_t m = 0; m < ROUTING_CRITERION_N; m++)
                assert_true(*w.r.candidate[0].reason[m].ja && *w.r.candidate[0].reason[m].en);
        }
}

static const struct {
    const char *name;
    uint64_t needs[2]; /* of A901 and A902 */
    const char *parent; /* of A902 */
    int urgency;
    const char *first;
} ORDERS[] = {
    {"the same goes by code", {BIT(NEED_POVERTY), BIT(NEED_POVERTY)}, "", 2, "A901"},
    {"a division stands behind its own desk", {BIT(NEED_POVERTY), BIT(NEED_POVERTY)}, "A901", 2, "A902"},
    {"but not for what the desk does not do", {BIT(NEED_POVERTY) | BIT(NEED_DEBT), BIT(NEED_DEBT)}, "A901", 2, "A901"},
    {"the need named first decides among equals", {BIT(NEED_DEBT), BIT(NEED_POVERTY)}, "", 2, "A902"},
    {"more needs outweigh the first", {BIT(NEED_DEBT) | BIT(NEED_ISOLATION), BIT(NEED_POVERTY)}, "", 1, "A901"},
    {"in an emergency the first outweighs more", {BIT(NEED_DEBT) | BIT(NEED_ISOLATION), BIT(NEED_POVERTY)}, "", 0, "A902"},
};

static void needs_are_weighed(void **state)
{
    struct world w;

    for (size_t i = 0; i < COUNT(ORDERS); i++) {
        begin(&w, *state);
        w.a_n = 2;
        w.a[0].kind = KIND_DIVISION;
        w.wanted[1] = NEED_DEBT;
        w.wanted[2] = NEED_ISOLATION;
        w.c.need_n = 3;
        w.c.urgency = ORDERS[i].urgency;
        w.a[0].needs = ORDERS[i].needs[0];
        w.a[1].needs = ORDERS[i].needs[1];
        memcpy(w.a[1].parent.code, ORDERS[i].parent, strlen(ORDERS[i].parent) + 1);
        assert_int_equal(decide(&w), OK);
        if (strcmp(w.r.candidate[0].agency->id.code, ORDERS[i].first) != 0)
            fail_msg("%s", ORDERS[i].name);
    }
}

/* ---- complex cases --------------------------------------------------------- */
static const struct {
    uint64_t needs[3];
    bool is_complex;
    const char *lead;
    size_t supporters;
    uint64_t uncovered;
} COMPLEX[] = {
    {{BIT(NEED_POVERTY), BIT(NEED_LONG_TERM_CARE), BIT(NEED_CHILD_REARING)}, true, "A901", 2, 0},
    {{BIT(NEED_POVERTY), BIT(NEED_LONG_TERM_CARE) | BIT(NEED_CHILD_REARING), 0}, true, "A902", 1, 0},
    {{BIT(NEED_POVERTY), BIT(NEED_LONG_TERM_CARE), 0}, true, "A901", 1, BIT(NEED_CHILD_REARING)},
    {{BIT(NEED_POVERTY) | BIT(NEED_LONG_TERM_CARE) | BIT(NEED_CHILD_REARING), 0, 0}, false, "", 0, 0},
};

static void a_complex_case_gets_a_lead_and_supporters(void **state)
{
    struct world w;

    for (size_t i = 0; i < COUNT(COMPLEX); i++) {
        begin(&w, *state);
        w.a_n = 3;
        w.wanted[1] = NEED_LONG_TERM_CARE;
        w.wanted[2] = NEED_CHILD_REARING;
        w.wanted[3] = NEED_POVERTY;
        w.c.need_n = 4;
        for (size_t k = 0; k < 3; k++)
            w.a[k].needs = COMPLEX[i].needs[k];
        assert_int_equal(decide(&w), OK);
        assert_int_equal(w.r.is_complex, COMPLEX[i].is_complex);
        assert_string_equal(w.r.lead.agency.code, COMPLEX[i].lead);
        assert_int_equal(w.r.supporter_n, COMPLEX[i].supporters);
        assert_true(w.r.uncovered == COMPLEX[i].uncovered);
        for (size_t k = 0; k < w.r.supporter_n; k++)
            assert_true((w.r.supporter[k].needs & w.r.lead.needs) == 0 && w.r.supporter[k].needs);
    }
    begin(&w, *state);
    w.a_n = 0;
    w.wanted[1] = NEED_LONG_TERM_CARE;
    w.c.need_n = 2;
    assert_int_equal(decide(&w), OK);
    assert_true(w.r.is_complex && !w.r.has_lead);
}

static void two_needs_of_one_field_are_not_complex(void **state)
{
    struct world w;

    begin(&w, *state);
    w.a_n = 2;
    w.a[1].needs = BIT(NEED_DEBT);
    w.wanted[1] = NEED_DEBT;
    w.c.need_n = 2;
    assert_int_equal(decide(&w), OK);
    assert_false(w.r.is_complex);
}

/* A near miss helps whoever must look elsewhere; an agency for other people does not. */
static void near_misses_are_listed_first(void **state)
{
    struct world w;

    begin(&w, *state);
    w.a_n = 3;
    w.a[0].targets = BIT(T_HEALTH);
    w.a[0].needs = 0;
    w.a[1].capacity = w.a[2].capacity = 0;
    assert_int_equal(decide(&w), OK);
    assert_int_equal(w.r.rejected_n, 3);
    assert_string_equal(w.r.rejected[0].agency->id.code, "A902");
    assert_string_equal(w.r.rejected[1].agency->id.code, "A903");
    assert_string_equal(w.r.rejected[2].filter, "target");
}

/* ---- determinism and limits ------------------------------------------------ */
enum { MANY = 60, SHUFFLES = 50 };

static void no_order_changes_the_answer(void **state)
{
    struct world w;
    struct routing_agency many[MANY];
    char first[MANY][AGENCY_CODE_MAX];
    uint32_t seed = 2026;

    begin(&w, *state);
    for (uint32_t i = 0; i < MANY; i++) {
        many[i] = w.a[0];
        scope_reset(w.s);
        memcpy(many[i].id.code, scope_print(w.s, "A%03u", i), 5);
        many[i].needs = i % 3 ? BIT(NEED_POVERTY) : 0;
        many[i].load = i % 5;
        many[i].capacity = i % 7 ? 4 : -1;
        many[i].areas = i % 4;
    }
    struct routing_directory dir = {many, MANY, w.need, ROUTING_NEED_N};
    for (int turn = 0; turn < SHUFFLES; turn++) {
        scope_reset(w.s);
        assert_int_equal(routing_decide(w.s, &dir, &w.c, &w.r), OK);
        assert_int_equal(w.r.candidate_n + w.r.rejected_n, MANY);
        for (size_t i = 0; i < MANY; i++) {
            const struct routing_agency *a = i < w.r.candidate_n
                                                 ? w.r.candidate[i].agency
                                                 : w.r.rejected[i - w.r.candidate_n].agency;
            if (turn == 0)
                memcpy(first[i], a->id.code, AGENCY_CODE_MAX);
            assert_string_equal(first[i], a->id.code);
        }
        for (size_t i = MANY - 1; i > 0; i--) {
            seed = seed * 1664525U + 1013904223U;
            size_t k = (seed >> 16) % (i + 1);
            struct routing_agency was = many[i];
            many[i] = many[k];
            many[k] = was;
        }
    }
}

static void no_need(struct world *w) { w->c.need_n = 0; }
static void too_many_needs(struct world *w) { w->c.need_n = ROUTING_CASE_NEEDS_MAX + 1; }
static void unknown_need(struct world *w) { w->wanted[0] = ROUTING_NEED_N; }
static void negative_need(struct world *w) { w->wanted[0] = -1; }
static void unknown_area(struct world *w) { w->c.area = 5; }
static void unknown_age(struct world *w) { w->c.age = 5; }
static void unknown_urgency(struct world *w) { w->c.urgency = 3; }
static void unknown_target(struct world *w) { w->need[3].first_target = ROUTING_TARGET_N; }
static void unknown_field(struct world *w) { w->need[3].field = 64; }
static void too_many_agencies(struct world *w) { w->a_n = ROUTING_AGENCIES_MAX + 1; }
static void the_same_need_twice(struct world *w) { w->wanted[1] = NEED_POVERTY, w->c.need_n = 2; }

static const struct {
    void (*spoil)(struct world *w);
    enum status want;
} LIMITS[] = {
    {no_need, INVALID},         {too_many_needs, INVALID}, {unknown_need, INVALID},   {negative_need, INVALID},
    {unknown_area, INVALID},    {unknown_age, INVALID},    {unknown_urgency, INVALID}, {unknown_target, INVALID},
    {unknown_field, INVALID},   {too_many_agencies, TOO_LARGE}, {the_same_need_twice, OK},
};

static void limits_are_asked_first(void **state)
{
    struct world w;

    for (size_t i = 0; i < COUNT(LIMITS); i++) {
        begin(&w, *state);
        LIMITS[i].spoil(&w);
        assert_int_equal(decide(&w), LIMITS[i].want);
    }
    begin(&w, *state);
    w.s = scope_new(1 << 10, entropy_system());
    w.a_n = 3;
    assert_int_equal(decide(&w), TOO_LARGE);
    assert_null(w.r.rules);
    scope_free(w.s);
}

static void the_rules_can_be_printed(void **state)
{
    static const char *const NAMES[] = {
        "receives", "validity", "target", "age",     "area", "open",   "capacity", "declined",
        "lawful",   "duty",     "needs",  "area",    "program", "load", "answer",   "code",
    };
    struct routing_rule rule;
    size_t i;

    (void)state;
    for (i = 0; routing_rule_at(i, &rule); i++) {
        assert_true(i < COUNT(NAMES));
        assert_string_equal(rule.name, NAMES[i]);
        assert_int_equal(rule.is_filter, i < COUNT(NAMES) - ROUTING_CRITERION_N);
    }
    assert_int_equal(i, COUNT(NAMES));
    for (int kind = -1; kind <= ROUTING_KIND_N; kind++)
        assert_true(routing_kind_trait(kind)->regime == 0 || routing_kind_trait(kind)->regime == 1);
    assert_false(routing_kind_trait(ROUTING_KIND_N)->takes_people);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_criterion_beats_all_later_ones),
        cmocka_unit_test(needs_are_weighed),
        cmocka_unit_test(a_complex_case_gets_a_lead_and_supporters),
        cmocka_unit_test(two_needs_of_one_field_are_not_complex),
        cmocka_unit_test(near_misses_are_listed_first),
        cmocka_unit_test(no_order_changes_the_answer),
        cmocka_unit_test(limits_are_asked_first),
        cmocka_unit_test(the_rules_can_be_printed),
    };

    return cmocka_run_group_tests(tests, open_scope, close_scope);
}
