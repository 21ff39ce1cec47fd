/* Every message and record, by its shape alone: what is encoded decodes to the same values and encodes to the same bytes; each
 * bound holds at the bound and one past it, in both directions. */
#include "wire/codec.h"
#include "wire/message.h"
#include "wire_random.h"
#include "wire_shapes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { SEEDS = 24, AMPLE = 64 << 20 };

typedef void visit(struct scope *s, const struct shape *shape, uint64_t seed);

/* Messages, then records; each with a scope of its own. */
static void for_every_shape(visit *v, uint64_t seeds)
{
    AUTO(scope) s = scope_new(AMPLE, entropy_system());

    for (size_t i = 0; every_shape(i); i++)
        for (uint64_t seed = 0; seed < seeds; seed++) {
            scope_reset(s);
            v(s, every_shape(i), seed);
        }
}

static bool is_same(const struct shape *shape, const void *a, const void *b)
{
    for (size_t i = 0; i < shape->n; i++) {
        const struct field *f = &shape->field[i];
        const struct list *x = field_at(a, f), *y = field_at(b, f);
        size_t n = f->is_list ? x->n : 1, size = field_item_size(f);
        const uint8_t *v = f->is_list ? x->v : field_at(a, f),
                      *w = f->is_list ? y->v : field_at(b, f);
        if (*((const bool *)a + f->has_offset) != *((const bool *)b + f->has_offset))
            return false;
        if (!*((const bool *)a + f->has_offset))
            continue;
        if (f->is_list && x->n != y->n)
            return false;
        for (size_t k = 0; k < n * size; k += size)
            if (f->kind == K_TEXT || f->kind == K_BYTES
                    ? !span_eq(*(const struct span *)(v + k), *(const struct span *)(w + k))
                : f->kind == K_RECORD ? !is_same(f->shape(), v + k, w + k)
                                      : memcmp(v + k, w + k, size) != 0)
                return false;
    }
    return true;
}

static void decodes_back(struct scope *s, const struct shape *shape, const void *was)
{
    void *again = scope_alloc(s, shape->size);
    struct span json, json_again, sorted;

    if (codec_encode(s, shape, was, &json) != OK ||
        codec_decode(s, shape, json, SCHEMA_MINOR, again) != OK)
        fail_msg("%s: %s", shape->name, s->why.en);
    if (!is_same(shape, was, again))
        fail_msg("%s: other values came back", shape->name);
    assert_int_equal(codec_encode(s, shape, again, &json_again), OK);
    assert_true(span_eq(json, json_again));
    /* the library, told to sort and compact, would have written the same bytes */
    assert_int_equal(codec_merge(s, json, "none", span_of(NULL, 0), &sorted), OK);
    assert_true(span_eq(json, sorted));
}

static void one_round_trip(struct scope *s, const struct shape *shape, uint64_t seed)
{
    struct rnd r = {.s = s, .state = seed + 1, .wants_most = seed == 0};
    void *was = scope_alloc(s, shape->size);

    rnd_fill(&r, shape, was, 0);
    decodes_back(s, shape, was);
}

static void every_message_comes_back(void **state)
{
    (void)state;
    for_every_shape(one_round_trip, SEEDS);
}

/* The same shape with one field's row replaced. */
static struct shape with_field(struct scope *s, const struct shape *shape, size_t at,
                               struct field f)
{
    struct field *fields = scope_alloc(s, shape->n * sizeof *fields);
    struct shape other = *shape;

    memcpy(fields, shape->field, shape->n * sizeof *fields);
    fields[at] = f;
    other.field = fields;
    return other;
}

static void refused(struct scope *s, const struct shape *shape, const struct field *f,
                    struct span json)
{
    void *to = scope_alloc(s, shape->size);

    if (codec_decode(s, shape, json, SCHEMA_MINOR, to) != INVALID || !strstr(s->why.en, f->name) ||
        !strstr(s->why.ja, f->name))
        fail_msg("%s.%s past its bound: %s", shape->name, f->name, s->why.en);
}

/* `was` is right but for field f, which is right only for the wider row. */
static void is_past(struct scope *s, const struct shape *shape, size_t at, struct field wider,
                    const void *was)
{
    struct shape wide = with_field(s, shape, at, wider);
    struct span json;

    assert_int_equal(codec_encode(s, shape, was, &json), INVALID);
    assert_int_equal(codec_encode(s, &wide, was, &json), OK);
    refused(s, shape, &shape->field[at], json);
}

static void try_list(struct rnd *r, const struct shape *shape, size_t at, void *was)
{
    const struct field *f = &shape->field[at];
    struct field wider = *f;

    *(struct list *)field_mut(was, f) = rnd_list(r, f, f->most, 1);
    decodes_back(r->s, shape, was);
    wider.most++;
    *(struct list *)field_mut(was, f) = rnd_list(r, f, wider.most, 1);
    is_past(r->s, shape, at, wider, was);
}

static void try_text(struct rnd *r, const struct shape *shape, size_t at, void *was)
{
    const struct field *f = &shape->field[at];
    struct field wider = *f;

    *(struct span *)field_mut(was, f) = rnd_text(r, (size_t)f->limit);
    decodes_back(r->s, shape, was);
    wider.limit++;
    *(struct span *)field_mut(was, f) = rnd_text(r, (size_t)wider.limit);
    is_past(r->s, shape, at, wider, was);
}

static void try_number(struct rnd *r, const struct shape *shape, size_t at, void *was)
{
    const struct field *f = &shape->field[at];
    struct field wider = *f;
    int64_t *value = field_mut(was, f);
    struct span json;

    for (int64_t v = 0; v <= 1; v++) {
        *value = v ? f->limit : 0;
        decodes_back(r->s, shape, was);
    }
    if (f->limit < INT64_MAX) {
        *value = ++wider.limit;
        is_past(r->s, shape, at, wider, was);
    }
    *value = -1;
    assert_int_equal(codec_encode(r->s, shape, was, &json), INVALID);
}

static void try_missing(struct rnd *r, const struct shape *shape, size_t at, void *was)
{
    struct field loose = shape->field[at];
    struct span json;

    loose.is_optional = true;
    struct shape wide = with_field(r->s, shape, at, loose);
    *((bool *)((uint8_t *)was + loose.has_offset)) = false;
    assert_int_equal(codec_encode(r->s, &wide, was, &json), OK);
    refused(r->s, shape, &shape->field[at], json);
}

static void each_bound(struct scope *s, const struct shape *shape, uint64_t seed)
{
    for (size_t at = 0; at < shape->n; at++) {
        const struct field *f = &shape->field[at];
        struct rnd r = {.s = s, .state = seed + at};
        void *was = scope_alloc(s, shape->size);
        if (f->is_sealed)
            continue;
        rnd_fill(&r, shape, was, 0);
        *((bool *)((uint8_t *)was + f->has_offset)) = true;
        rnd_item(&r, f, f->is_list ? scope_alloc(s, field_item_size(f)) : field_mut(was, f), 1);
        if (f->is_list)
            try_list(&r, shape, at, was);
        else if (f->kind == K_TEXT)
            try_text(&r, shape, at, was);
        else if (f->kind == K_I64)
            try_number(&r, shape, at, was);
        if (!f->is_list && !f->is_optional)
            rnd_item(&r, f, memset(field_mut(was, f), 0, field_item_size(f)), 1);
        else if (f->is_list)
            *(struct list *)field_mut(was, f) = (struct list){NULL, 0};
        if (!f->is_optional)
            try_missing(&r, shape, at, was);
    }
}

static void bounds_hold_one_past_them(void **state)
{
    (void)state;
    for_every_shape(each_bound, 1);
}

static void a_full_scope_is_an_answer(void **state)
{
    AUTO(scope) big = scope_new(AMPLE, entropy_system());
    struct rnd r = {.s = big, .state = 7, .wants_most = true};
    struct case_view was, to;
    struct span json;

    (void)state;
    rnd_fill(&r, shape_case_view(), &was, 0);
    assert_int_equal(codec_encode(big, shape_case_view(), &was, &json), OK);
    for (size_t cap = 0; cap < 1024; cap += 64) {
        AUTO(scope) small = scope_new(cap, entropy_system());
        struct span out;
        assert_int_equal(codec_decode(small, shape_case_view(), json, SCHEMA_MINOR, &to),
                         TOO_LARGE);
        assert_int_equal(codec_encode(small, shape_case_view(), &was, &out), TOO_LARGE);
    }
}

static void instants_keep_their_microseconds(void **state)
{
    static const struct {
        int64_t us;
        const char *json;
    } CASES[] = {
        {0, "{\"at\":\"1970-01-01T09:00:00.000+09:00\"}"},
        {1, "{\"at\":\"1970-01-01T09:00:00.000001+09:00\"}"},
        {-1, "{\"at\":\"1970-01-01T08:59:59.999999+09:00\"}"},
        {-1000, "{\"at\":\"1970-01-01T08:59:59.999+09:00\"}"},
        {1763783438123450, "{\"at\":\"2025-11-22T12:50:38.123450+09:00\"}"},
    };
    struct at {
        bool has_at;
        int64_t at;
    } was = {.has_at = true}, again;
    const struct field field = {.name = "at", .kind = K_TIME, .offset = offsetof(struct at, at)};
    const struct shape shape = {
        .name = "at", .prose = "an instant", .size = sizeof was, .field = &field, .n = 1};
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    struct span json;

    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        was.at = CASES[i].us;
        assert_int_equal(codec_encode(s, &shape, &was, &json), OK);
        assert_true(span_is(json, CASES[i].json));
        assert_int_equal(codec_decode(s, &shape, json, SCHEMA_MINOR, &again), OK);
        assert_int_equal(again.at, was.at);
    }
    was.at = INT64_MAX;
    assert_int_equal(codec_encode(s, &shape, &was, &json), INVALID);
    was.at = INT64_MIN;
    assert_int_equal(codec_encode(s, &shape, &was, &json), INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_message_comes_back),
        cmocka_unit_test(bounds_hold_one_past_them),
        cmocka_unit_test(a_full_scope_is_an_answer),
        cmocka_unit_test(instants_keep_their_microseconds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
