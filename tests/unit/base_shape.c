/* Shapes and code lists: sizes by kind, look-up by name, and a list walked by item size alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/shape.h"

struct visit {
    bool has_at_us;
    int64_t at_us;
};

struct paper {
    bool has_id;
    struct uuid id;
    bool has_title;
    struct span title;
    bool has_visits;
    struct {
        const struct visit *v;
        size_t n;
    } visits;
};

static const struct field VISIT_FIELDS[] = {
    {.name = "at_us", .kind = K_TIME, .offset = offsetof(struct visit, at_us),
     .has_offset = offsetof(struct visit, has_at_us)},
};
static const struct shape VISIT = {"visit", "one visit", sizeof(struct visit), VISIT_FIELDS, COUNT(VISIT_FIELDS)};

static const struct shape *visit_shape(void)
{
    return &VISIT;
}

static const struct field PAPER_FIELDS[] = {
    {.name = "id", .kind = K_UUID, .offset = offsetof(struct paper, id), .has_offset = offsetof(struct paper, has_id)},
    {.name = "title", .kind = K_TEXT, .is_optional = true, .limit = 40, .offset = offsetof(struct paper, title),
     .has_offset = offsetof(struct paper, has_title)},
    {.name = "visits", .kind = K_RECORD, .is_list = true, .most = 4, .shape = visit_shape,
     .offset = offsetof(struct paper, visits), .has_offset = offsetof(struct paper, has_visits)},
};
static const struct shape PAPER = {"paper", "a paper", sizeof(struct paper), PAPER_FIELDS, COUNT(PAPER_FIELDS)};

static const struct word COLOURS[] = {{"red", "赤"}, {"green", "緑"}, {"red_light", "薄い赤"}};
static const struct words COLOUR = {"colour", COLOURS, COUNT(COLOURS)};

static const struct {
    enum kind kind;
    const char *word;
    size_t size;
} KINDS[] = {
    {K_UUID, "uuid", 16},  {K_AGENCY, "agency", 8}, {K_TEXT, "text", sizeof(struct span)},
    {K_BYTES, "bytes", sizeof(struct span)},        {K_I64, "i64", 8},
    {K_TIME, "time", 8},   {K_ENUM, "enum", 8},     {K_BOOL, "bool", sizeof(bool)},
    {K_RECORD, "record", sizeof(struct visit)},
};

static void kinds_have_size_and_name(void **state)
{
    (void)state;
    assert_int_equal(COUNT(KINDS), KIND_N);
    for (size_t i = 0; i < COUNT(KINDS); i++) {
        struct field f = {.kind = KINDS[i].kind, .shape = visit_shape};
        assert_int_equal(field_item_size(&f), KINDS[i].size);
        assert_string_equal(kind_word(KINDS[i].kind), KINDS[i].word);
    }
    assert_string_equal(kind_word(KIND_N), "?");
}

static void fields_are_found_by_whole_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < PAPER.n; i++)
        assert_ptr_equal(shape_field(&PAPER, span_str(PAPER.field[i].name)), &PAPER.field[i]);
    assert_null(shape_field(&PAPER, SPAN_LIT("tit")));
    assert_null(shape_field(&PAPER, SPAN_LIT("titles")));
    assert_null(shape_field(&PAPER, SPAN_LIT("id\0")));
    assert_null(shape_field(&PAPER, SPAN_LIT("")));
}

static void a_struct_is_walked_by_its_shape(void **state)
{
    static const struct visit VISITS[] = {{true, 11}, {true, 22}, {true, 33}};
    struct paper p = {.visits = {VISITS, COUNT(VISITS)}};
    const struct field *title = shape_field(&PAPER, SPAN_LIT("title"));
    const struct field *visits = shape_field(&PAPER, SPAN_LIT("visits"));
    const struct list *list = field_at(&p, visits);
    int64_t sum = 0;

    (void)state;
    assert_false(field_present(&p, title));
    *(struct span *)field_mut(&p, title) = SPAN_LIT("minutes");
    p.has_title = true;
    assert_true(field_present(&p, title));
    assert_true(span_is(p.title, "minutes"));
    assert_true(field_present(&p, visits)); /* required: presence is not asked */
    for (size_t i = 0; i < list->n; i++) {
        const uint8_t *item = (const uint8_t *)list->v + i * field_item_size(visits);
        sum += *(const int64_t *)field_at(item, &VISIT.field[0]);
    }
    assert_int_equal(sum, 66);
}

static void words_read_both_ways(void **state)
{
    (void)state;
    for (size_t i = 0; i < COLOUR.n; i++) {
        assert_int_equal(words_find(&COLOUR, span_str(COLOURS[i].word)), i);
        assert_string_equal(words_at(&COLOUR, (int64_t)i), COLOURS[i].word);
    }
    assert_int_equal(words_find(&COLOUR, SPAN_LIT("re")), -1);
    assert_int_equal(words_find(&COLOUR, SPAN_LIT("red_")), -1);
    assert_int_equal(words_find(&COLOUR, SPAN_LIT("RED")), -1);
    assert_int_equal(words_find(&COLOUR, SPAN_LIT("")), -1);
    assert_string_equal(words_at(&COLOUR, -1), "?");
    assert_string_equal(words_at(&COLOUR, 3), "?");
    assert_string_equal(words_at(&COLOUR, INT64_MAX), "?");
    assert_string_equal(words_at(&COLOUR, INT64_MIN), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_have_size_and_name),
        cmocka_unit_test(fields_are_found_by_whole_name),
        cmocka_unit_test(a_struct_is_walked_by_its_shape),
        cmocka_unit_test(words_read_both_ways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
