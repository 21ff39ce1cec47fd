/* The published schema says of each field what the decoder enforces. It is read back here with the decoder itself: a schema
 * is a JSON object like any other. */
#include "wire/codec.h"
#include "wire_shapes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static const struct {
    const struct shape *(*shape)(void);
    const char *part;
} SAYS[] = {
    {shape_done, "{\"additionalProperties\":false,\"description\":\"answer to a request that only needs a yes\",\"properties\":{"
                 "\"id\":{\"description\":\"of the thing made or changed\",\"format\":\"uuid\",\"type\":\"string\"},"
                 "\"state\":{\"description\":\"its state now\",\"maxLength\":24,\"type\":\"string\",\"x-max-bytes\":24}},"
                 "\"required\":[],\"title\":\"done\",\"type\":\"object\"}"},
    {shape_case_receipt, "\"lead\":{\"description\":\"who holds it now\",\"pattern\":\"^[A-Z][0-9]{3,6}$\",\"type\":\"string\"}"},
    {shape_case_receipt, "\"received_at\":{\"description\":\"when every clock started\",\"format\":\"date-time\",\"type\":\"string\"}"},
    {shape_case_receipt, "\"required\":[\"case_id\",\"lead\",\"received_at\"]"},
    {shape_stream_mark, "\"seq\":{\"description\":\"position\",\"format\":\"int64\",\"maximum\":9223372036854775807,\"minimum\":0,"
                        "\"type\":\"integer\"}"},
    {shape_hello, "\"leaving\":{\"description\":\"true: send nothing more\",\"type\":\"boolean\"}"},
    {shape_ack, "\"marks\":{\"description\":\"one per stream\",\"items\":{\"$ref\":\"#/components/schemas/stream_mark\"},"
                "\"maxItems\":64,\"type\":\"array\"}"},
    {shape_note_add, "\"sealed\":{\"$ref\":\"#/components/schemas/note_private\",\"description\":\"text\",\"x-sealed\":true}"},
    {shape_note_add, "\"required\":[\"case_id\",\"kind\",\"sealed\"]"},
    {shape_queue_act, "\"action\":{\"description\":\"retry or skip\",\"enum\":[\"retry\",\"skip\"],\"type\":\"string\","
                      "\"x-code-list\":\"queue_action\",\"x-label-ja\":[\"再送\",\"飛ばす\"]}"},
    {shape_referral_draft, "\"to\":{\"description\":\"receivers; several = broadcast, the first accept wins\",\"items\":{"
                           "\"pattern\":\"^[A-Z][0-9]{3,6}$\",\"type\":\"string\"},\"maxItems\":8,\"type\":\"array\"}"},
};

static void each_kind_says_its_bounds(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    struct span json;

    (void)state;
    for (size_t i = 0; i < COUNT(SAYS); i++) {
        assert_int_equal(codec_schema(s, SAYS[i].shape(), &json), OK);
        if (!memmem(json.p, json.n, SAYS[i].part, strlen(SAYS[i].part)))
            fail_msg("%s not in %.*s", SAYS[i].part, (int)json.n, (const char *)json.p);
    }
}

static void every_shape_has_a_schema(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());

    (void)state;
    for (size_t i = 0; every_shape(i); i++) {
        const struct shape *shape = every_shape(i);
        struct span json, same;
        scope_reset(s);
        assert_int_equal(codec_schema(s, shape, &json), OK);
        assert_int_equal(codec_merge(s, json, "none", span_of(NULL, 0), &same), OK);
        assert_true(span_eq(json, same)); /* sorted, compact, well formed */
        for (size_t k = 0; k < shape->n; k++) {
            const char *key = scope_print(s, "\"%s\":{", shape->field[k].name);
            assert_non_null(memmem(json.p, json.n, key, strlen(key)));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_says_its_bounds),
        cmocka_unit_test(every_shape_has_a_schema),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
