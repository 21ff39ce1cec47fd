/* Fictional households against the seed directory, joined as the database joins it: whom a specialist would expect is among
 * the first three; every agency is listed once; nobody private is offered a household that has not agreed, unless the law
 * names it; and no kind of need is left alone. */
#include "routing_seed.h"

#include <dirent.h>

static const char *const REGIMES[] = {"public", "private", "civic_officer"};
enum { OPENS = 510, CLOSES = 1035, MONDAY_TO_FRIDAY = 0x1f };

static const char *const AREAS[] = {"north", "central", "south", "east", "unknown"};
static const char *const URGENCIES[] = {"emergency", "urgent", "routine"};
static const char *const CHANNELS[] = {"visit_self", "phone_self", "visit_family", "phone_family",
                                       "outreach", "agency_referral", "other"};
static const char *const CONSENTS[] = {"given", "not_given", "not_asked"};
static const char *const SEALED[] = {"narrative", "name", "kana", "birth_date", "address", "phone"};
static const char *const FAMILY_NAMES[] = {"架空 ", "仮名 ", "見本 ", "例示 ", "試験 "};
static const char HOUSEHOLDS[] = KM_SOURCE_DIR "/tests/flow/households";
enum { HOUSEHOLDS_MIN = 22, FIRST = 3, REGIME_PRIVATE = 1 };
static const int64_t TUESDAY_TEN = INT64_C(1795482000000000); /* 2026-11-24T10:00+09:00 */

static struct agency_id agency_code(const char *code)
{
    struct agency_id id = {{0}};

    assert_int_equal(agency_parse(span_str(code), &id), OK);
    return id;
}

static int64_t day_us(const char *iso)
{
    struct date d = {0};

    assert_int_equal(sscanf(iso, "%4d-%2d-%2d", &d.year, &d.month, &d.day), 3);
    assert_true(date_is_valid(d));
    return date_start_us(d);
}

static void fill_needs(struct seed *s)
{
    const char *field[ROUTING_NEED_N];
    size_t field_n = 0, k;
    json_t *duty;

    assert_int_equal(s->need_n, ROUTING_NEED_N);
    for (size_t i = 0; i < s->need_n; i++) {
        const json_t *o = s->need[i], *list = json_object_get(o, "targets");
        struct routing_need *row = &s->need_row[i];
        int at = seed_word(field, field_n, text(o, "field"));
        if (at < 0) {
            at = (int)field_n;
            field[field_n++] = text(o, "field");
        }
        row->field = at;
        row->code = span_str(text(o, "code"));
        row->label = span_str(text(o, "label"));
        row->targets = targets(s, list, "code");
        row->first_target = vocab(s, "targets", "code", json_string_value(json_array_get(list, 0)));
        row->duty = s->duty[i];
        json_array_foreach(json_object_get(o, "duty"), k, duty) {
            assert_true(k < SEED_DUTIES_MAX);
            s->duty[i][k] = (struct routing_duty){agency_code(text(duty, "agency")),
                                                  ages(json_object_get(duty, "ages")),
                                                  span_str(text(duty, "law"))};
            row->duty_n = k + 1;
        }
    }
}

static size_t fill_programs(struct seed *s, const json_t *codes, uint64_t *to)
{
    size_t i, n = 0;
    json_t *code;

    json_array_foreach(codes, i, code)
        for (size_t k = 0; k < s->program_n; k++)
            if (strcmp(text(s->program[k], "id"), json_string_value(code)) == 0 &&
                strcmp(text(s->program[k], "referral_mode"), "person") == 0)
                to[n++] = targets(s, json_object_get(s->program[k], "targets"), "label");
    return n;
}

static const json_t *by_name(const struct seed *s, const char *name)
{
    for (size_t i = 0; i < s->agency_n; i++)
        if (strcmp(text(s->agency[i], "name"), name) == 0)
            return s->agency[i];
    return NULL;
}

static void lay_over(const struct seed *s, const json_t *o, struct routing_agency *row)
{
    size_t i;
    json_t *v;

    row->is_named_receiver = true;
    row->from_us = day_us(text(o, "valid_from"));
    row->is_emergency_capable = json_is_true(json_object_get(o, "emergency"));
    row->regime = seed_word(REGIMES, COUNT(REGIMES), text(o, "legal_regime"));
    assert_true(row->regime >= 0 && *text(o, "why"));
    row->opens_min = (int)json_integer_value(json_object_get(o, "opens_min"));
    row->closes_min = (int)json_integer_value(json_object_get(o, "closes_min"));
    row->ages = ages(json_object_get(o, "ages"));
    v = json_object_get(o, "capacity");
    row->capacity = json_is_integer(v) ? json_integer_value(v) : -1;
    row->weekdays = 0;
    json_array_foreach(json_object_get(o, "open_weekdays"), i, v) {
        assert_in_range(json_integer_value(v), 1, 7);
        row->weekdays |= 1U << (json_integer_value(v) - 1);
    }
    json_array_foreach(json_object_get(o, "specialises"), i, v) {
        int need = seed_need(s, json_string_value(v));
        assert_true(need >= 0);
        row->needs |= UINT64_C(1) << need;
    }
}

static void fill_agency(struct seed *s, size_t at)
{
    const json_t *o = s->agency[at], *parent = by_name(s, text(o, "parent"));
    struct routing_agency *row = &s->row[at];
    size_t i;
    json_t *area;

    row->id = agency_code(text(o, "id"));
    row->name = span_str(text(o, "name"));
    row->kind = vocab(s, "agency_kinds", "label", text(o, "kind"));
    assert_true(row->kind >= 0);
    row->regime = routing_kind_trait(row->kind)->regime;
    row->is_active = true;
    row->accepts = json_is_true(json_object_get(o, "can_receive_referral"));
    row->targets = targets(s, json_object_get(o, "targets"), "label");
    row->opens_min = OPENS;
    row->closes_min = CLOSES;
    row->weekdays = MONDAY_TO_FRIDAY;
    row->capacity = row->median_answer_min = -1;
    json_array_foreach(json_object_get(o, "areas"), i, area)
        row->areas |= 1U << vocab(s, "areas", "label", json_string_value(area));
    if (parent)
        row->parent = agency_code(text(parent, "id"));
    row->programs = s->programs[at];
    row->program_n = fill_programs(s, json_object_get(o, "programs"), s->programs[at]);
    if (row->program_n == 0 && parent)
        row->program_n = fill_programs(s, json_object_get(parent, "programs"), s->programs[at]);
    for (i = 0; i < s->routing_n; i++)
        if (strcmp(text(s->routing[i], "agency"), row->id.code) == 0)
            lay_over(s, s->routing[i], row);
}

static struct seed *seed_open(void)
{
    struct seed *s = calloc(1, sizeof(*s));

    assert_non_null(s);
    s->vocab = json_load_file(KM_SOURCE_DIR "/sql/seed/vocab.json", JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(s->vocab);
    s->agency_n = read_lines("agencies.jsonl", s->agency);
    s->program_n = read_lines("programs.jsonl", s->program);
    s->need_n = read_lines("needs.jsonl", s->need);
    s->routing_n = read_lines("routing.jsonl", s->routing);
    fill_needs(s);
    for (size_t i = 0; i < s->agency_n; i++)
        fill_agency(s, i);
    s->dir = (struct routing_directory){s->row, s->agency_n, s->need_row, s->need_n};
    return s;
}

static void seed_close(struct seed *s)
{
    json_t **list[] = {s->agency, s->program, s->need, s->routing};
    size_t n[] = {s->agency_n, s->program_n, s->need_n, s->routing_n};

    for (size_t k = 0; k < COUNT(list); k++)
        for (size_t i = 0; i < n[k]; i++)
            json_decref(list[k][i]);
    json_decref(s->vocab);
    free(s);
}

static int word(const json_t *h, const char *key, const char *const *list, size_t n)
{
    const char *w = json_string_value(json_object_get(h, key));
    int at = w ? seed_word(list, n, w) : -1;

    if (at < 0)
        fail_msg("%s: %s", key, w ? w : "missing");
    return at;
}

static struct routing_case case_of(const struct seed *seed, const json_t *h, int *needs)
{
    struct routing_case c = {.need = needs, .at_us = TUESDAY_TEN};
    size_t i;
    json_t *need;

    json_array_foreach(json_object_get(h, "needs"), i, need) {
        assert_true(i < ROUTING_CASE_NEEDS_MAX);
        needs[i] = seed_need(seed, json_string_value(need));
        assert_true(needs[i] >= 0);
        c.need_n = i + 1;
    }
    c.area = word(h, "area", AREAS, COUNT(AREAS));
    c.age = word(h, "age_band", AGES, COUNT(AGES));
    c.urgency = word(h, "urgency", URGENCIES, COUNT(URGENCIES));
    c.has_consent = word(h, "consent", CONSENTS, COUNT(CONSENTS)) == 0;
    return c;
}

static void is_plainly_fictional(const json_t *h)
{
    const json_t *sealed = json_object_get(h, "sealed");
    const char *name = json_string_value(json_object_get(sealed, "name"));
    const char *phone = json_string_value(json_object_get(sealed, "phone"));
    bool is_marked = false;

    for (size_t i = 0; i < COUNT(SEALED); i++)
        assert_true(json_string_length(json_object_get(sealed, SEALED[i])) > 0);
    for (size_t i = 0; i < COUNT(FAMILY_NAMES); i++)
        is_marked |= strncmp(name, FAMILY_NAMES[i], strlen(FAMILY_NAMES[i])) == 0;
    assert_true(is_marked);
    assert_int_equal(strncmp(phone, "000-", 4), 0);
}

static bool is_among_first(const struct routing_result *r, const char *code)
{
    for (size_t i = 0; i < r->candidate_n && i < FIRST; i++)
        if (strcmp(r->candidate[i].agency->id.code, code) == 0)
            return true;
    return false;
}

static void print_first(const char *file, const struct routing_result *r)
{
    print_message("%s:\n", file);
    for (size_t i = 0; i < r->candidate_n && i < 2 * FIRST; i++)
        print_message("  %zu %s %s · %s\n", i + 1, r->candidate[i].agency->id.code,
                      r->candidate[i].reason[0].ja, r->candidate[i].reason[1].ja);
}

static void routes_as_expected(const struct seed *seed, struct scope *s, const char *file,
                               const json_t *h)
{
    int needs[ROUTING_CASE_NEEDS_MAX];
    struct routing_case c = case_of(seed, h, needs);
    struct routing_result r;
    size_t i;
    json_t *code;
    bool is_met = true;

    assert_int_equal(routing_decide(s, &seed->dir, &c, &r), OK);
    json_array_foreach(json_object_get(h, "expected_first_three"), i, code)
        is_met &= is_among_first(&r, json_string_value(code));
    if (!is_met)
        print_first(file, &r);
    assert_in_range(i, 1, FIRST);
    assert_true(is_met);
    assert_int_equal(r.candidate_n + r.rejected_n, seed->dir.agency_n);
    for (i = 0; i < r.candidate_n; i++)
        if (!c.has_consent && !r.candidate[i].is_duty)
            assert_int_not_equal(r.candidate[i].agency->regime, REGIME_PRIVATE);
    assert_int_equal(r.is_complex, r.has_lead);
}

static void every_household_reaches_its_specialists(void **state)
{
    const struct seed *seed = *state;
    struct dirent **entry;
    int n = scandir(HOUSEHOLDS, &entry, NULL, alphasort), files = 0;
    struct scope *s = scope_new(SCOPE_CAP, entropy_system());

    for (int i = 0; i < n; i++) {
        if (strstr(entry[i]->d_name, ".json")) {
            const char *path = scope_print(s, "%s/%s", HOUSEHOLDS, entry[i]->d_name);
            json_t *h = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
            assert_non_null(h);
            word(h, "channel", CHANNELS, COUNT(CHANNELS));
            assert_true(json_string_length(json_object_get(h, "title")) > 0);
            assert_true(json_string_length(json_object_get(h, "why")) > 0);
            assert_true(json_integer_value(json_object_get(h, "declines")) % 2 == 0);
            is_plainly_fictional(h);
            routes_as_expected(seed, s, entry[i]->d_name, h);
            json_decref(h);
            files++;
            scope_reset(s);
        }
        free(entry[i]);
    }
    free(entry);
    scope_free(s);
    assert_true(files >= HOUSEHOLDS_MIN);
}

/* Whoever comes, with whatever single need, agreeing or not: in office hours there is always somebody to offer it to. */
static void no_need_is_left_alone(void **state)
{
    const struct seed *seed = *state;
    struct scope *s = scope_new(SCOPE_CAP, entropy_system());

    for (int need = 0; need < ROUTING_NEED_N; need++)
        for (int age = 0; age < (int)COUNT(AGES); age++)
            for (int k = 0; k < 2 * (int)COUNT(URGENCIES); k++) {
                struct routing_case c = {.need = &need, .need_n = 1, .area = 4, .age = age,
                                         .urgency = k / 2, .has_consent = k % 2,
                                         .at_us = TUESDAY_TEN};
                struct routing_result r;
                assert_int_equal(routing_decide(s, &seed->dir, &c, &r), OK);
                assert_true(r.candidate_n > 0);
                assert_true(!r.is_complex);
                scope_reset(s);
            }
    scope_free(s);
}

/* Each need has its specialists for people of unknown age, so that a complex case can be put together from them. */
static void every_need_has_a_specialist(void **state)
{
    const struct seed *seed = *state;
    struct scope *s = scope_new(SCOPE_CAP, entropy_system());

    for (int need = 0; need < ROUTING_NEED_N; need++) {
        struct routing_case c = {.need = &need, .need_n = 1, .area = 4, .age = 4, .urgency = 2,
                                 .has_consent = true, .at_us = TUESDAY_TEN};
        struct routing_result r;
        assert_int_equal(routing_decide(s, &seed->dir, &c, &r), OK);
        if (r.uncovered)
            print_message("%s\n", seed->need_row[need].code.p);
        assert_true(r.uncovered == 0);
        assert_true(r.candidate[0].covers == UINT64_C(1) << need);
        scope_reset(s);
    }
    scope_free(s);
}

static int open_seed(void **state)
{
    *state = seed_open();
    return 0;
}

static int close_seed(void **state)
{
    seed_close(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_household_reaches_its_specialists),
        cmocka_unit_test(no_need_is_left_alone),
        cmocka_unit_test(every_need_has_a_specialist),
    };

    return cmocka_run_group_tests(tests, open_seed, close_seed);
}
