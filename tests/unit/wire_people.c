/* Requests as people write them: parameters become fields by the field's kind, the sealed part is split off and put back, and
 * what results is what the wire would carry. */
#include "wire/codec.h"
#include "wire/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define ID "f81d4fae-7dec-41d0-a765-00a0c91e6bf6"

static const struct {
    const char *name;
    const struct shape *(*shape)(void);
    struct span json;
    struct pair extra[2];
    size_t n;
    enum status want;
    const char *payload, *sealed, *says;
} SPLITS[] = {
    {"no body is an empty object", shape_done, {NULL, 0}, {{0}}, 0, OK, "{}", "", ""},
    {"sorted and compact", shape_done, SPAN_LIT("{ \"state\":\"x\", \"id\":null }"), {{0}}, 0, OK, "{\"id\":null,\"state\":\"x\"}", "", ""},
    {"path id", shape_case_show, {NULL, 0}, {{"case_id", SPAN_LIT(ID)}}, 1, OK, "{\"case_id\":\"" ID "\"}", "", ""},
    {"path wins over body", shape_case_show, SPAN_LIT("{\"case_id\":\"other\"}"), {{"case_id", SPAN_LIT(ID)}}, 1, OK,
     "{\"case_id\":\"" ID "\"}", "", ""},
    {"number and word", shape_agency_find, {NULL, 0}, {{"limit", SPAN_LIT("20")}, {"need", SPAN_LIT("debt")}}, 2, OK,
     "{\"limit\":20,\"need\":\"debt\"}", "", ""},
    {"text that looks like a number", shape_agency_find, {NULL, 0}, {{"text", SPAN_LIT("20")}}, 1, OK, "{\"text\":\"20\"}", "", ""},
    {"text to be escaped", shape_agency_find, {NULL, 0}, {{"text", SPAN_LIT("\"\\\x01")}}, 1, OK, "{\"text\":\"\\\"\\\\\\u0001\"}", "", ""},
    {"empty text", shape_agency_find, {NULL, 0}, {{"text", SPAN_LIT("")}}, 1, OK, "{\"text\":\"\"}", "", ""},
    {"flag", shape_hello, {NULL, 0}, {{"leaving", SPAN_LIT("false")}, {"instance", SPAN_LIT("a")}}, 2, OK,
     "{\"instance\":\"a\",\"leaving\":false}", "", ""},
    {"list of words", shape_case_open, {NULL, 0}, {{"needs", SPAN_LIT("debt,food")}}, 1, OK, "{\"needs\":[\"debt\",\"food\"]}", "", ""},
    {"list of one", shape_referral_draft, {NULL, 0}, {{"to", SPAN_LIT("A056")}}, 1, OK, "{\"to\":[\"A056\"]}", "", ""},
    {"list of none", shape_referral_draft, {NULL, 0}, {{"to", SPAN_LIT("")}}, 1, OK, "{\"to\":[]}", "", ""},
    {"list of numbers", shape_routing_put, {NULL, 0}, {{"open_weekdays", SPAN_LIT("1,2,7")}}, 1, OK, "{\"open_weekdays\":[1,2,7]}", "", ""},
    {"greatest number", shape_stream_mark, {NULL, 0}, {{"seq", SPAN_LIT("9223372036854775807")}}, 1, OK, "{\"seq\":9223372036854775807}", "", ""},
    {"sealed part", shape_note_add, SPAN_LIT("{\"sealed\":{\"text\":\"t\"},\"kind\":\"phone\"}"), {{"case_id", SPAN_LIT(ID)}}, 1, OK,
     "{\"case_id\":\"" ID "\",\"kind\":\"phone\"}", "{\"text\":\"t\"}", ""},
    {"sealed null is absent", shape_note_add, SPAN_LIT("{\"sealed\":null}"), {{0}}, 0, OK, "{}", "", ""},
    {"sealed of another kind", shape_note_add, SPAN_LIT("{\"sealed\":\"t\"}"), {{0}}, 0, INVALID, NULL, NULL, "sealed has a wrong"},
    {"sealed as parameter", shape_note_add, {NULL, 0}, {{"sealed", SPAN_LIT("{}")}}, 1, INVALID, NULL, NULL, "sealed is not part"},
    {"unknown parameter", shape_case_show, {NULL, 0}, {{"colour", SPAN_LIT("red")}}, 1, INVALID, NULL, NULL, "colour is not part of case_show"},
    {"parameter twice", shape_case_show, {NULL, 0}, {{"case_id", SPAN_LIT(ID)}, {"case_id", SPAN_LIT(ID)}}, 2, INVALID, NULL, NULL, "there twice"},
    {"not a number", shape_agency_find, {NULL, 0}, {{"limit", SPAN_LIT("2O")}}, 1, INVALID, NULL, NULL, "limit has a wrong"},
    {"empty number", shape_agency_find, {NULL, 0}, {{"limit", SPAN_LIT("")}}, 1, INVALID, NULL, NULL, "limit has a wrong"},
    {"signed number", shape_agency_find, {NULL, 0}, {{"limit", SPAN_LIT("-1")}}, 1, INVALID, NULL, NULL, "limit has a wrong"},
    {"number past int64", shape_stream_mark, {NULL, 0}, {{"seq", SPAN_LIT("9223372036854775808")}}, 1, INVALID, NULL, NULL, "seq has a wrong"},
    {"not a flag", shape_hello, {NULL, 0}, {{"leaving", SPAN_LIT("1")}}, 1, INVALID, NULL, NULL, "leaving has a wrong"},
    {"NUL", shape_agency_find, {NULL, 0}, {{"text", SPAN_LIT("a\0b")}}, 1, INVALID, NULL, NULL, "text has a wrong"},
    {"not UTF-8", shape_agency_find, {NULL, 0}, {{"text", SPAN_LIT("\xff")}}, 1, INVALID, NULL, NULL, "text has a wrong"},
    {"comma at the end", shape_referral_draft, {NULL, 0}, {{"to", SPAN_LIT("A056,")}}, 1, INVALID, NULL, NULL, "to has a wrong"},
    {"more than the list may hold", shape_referral_draft, {NULL, 0},
     {{"to", SPAN_LIT("A001,A002,A003,A004,A005,A006,A007,A008,A009")}}, 1, INVALID, NULL, NULL, "to has a wrong"},
    {"records are not for parameters", shape_ack, {NULL, 0}, {{"marks", SPAN_LIT("x")}}, 1, INVALID, NULL, NULL, "marks has a wrong"},
    {"not an object", shape_done, SPAN_LIT("[]"), {{0}}, 0, INVALID, NULL, NULL, "not a JSON object"},
    {"not JSON", shape_done, SPAN_LIT("x"), {{0}}, 0, INVALID, NULL, NULL, "not readable"},
    {"name twice", shape_done, SPAN_LIT("{\"state\":1,\"state\":1}"), {{0}}, 0, INVALID, NULL, NULL, "name twice"},
};

static void requests_are_split(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());

    (void)state;
    for (size_t i = 0; i < COUNT(SPLITS); i++) {
        struct span payload = {NULL, 0}, sealed = {NULL, 0};
        scope_reset(s);
        enum status st = codec_split(s, SPLITS[i].shape(), SPLITS[i].json, SPLITS[i].extra, SPLITS[i].n, &payload, &sealed);
        if (st != SPLITS[i].want || !strstr(s->why.en, SPLITS[i].says) || !span_is(payload, SPLITS[i].payload) ||
            !span_is(sealed, SPLITS[i].sealed))
            fail_msg("%s: status %d, %s, %.*s", SPLITS[i].name, (int)st, s->why.en, (int)payload.n, (const char *)payload.p);
    }
}

static const struct {
    const char *name;
    struct span payload, sealed;
    enum status want;
    const char *json;
} MERGES[] = {
    {"put in its place", SPAN_LIT("{\"a\":1,\"z\":2}"), SPAN_LIT("{\"text\":\"t\"}"), OK, "{\"a\":1,\"sealed\":{\"text\":\"t\"},\"z\":2}"},
    {"none", SPAN_LIT("{\"z\":2,\"a\":1}"), {NULL, 0}, OK, "{\"a\":1,\"z\":2}"},
    {"alone", SPAN_LIT("{}"), SPAN_LIT("{}"), OK, "{\"sealed\":{}}"},
    {"there already", SPAN_LIT("{\"sealed\":1}"), SPAN_LIT("{}"), INVALID, NULL},
    {"payload not JSON", SPAN_LIT(""), SPAN_LIT("{}"), INVALID, NULL},
    {"sealed not JSON", SPAN_LIT("{}"), SPAN_LIT("{"), INVALID, NULL},
    {"sealed not an object", SPAN_LIT("{}"), SPAN_LIT("[]"), INVALID, NULL},
};

static void answers_are_merged(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());

    (void)state;
    for (size_t i = 0; i < COUNT(MERGES); i++) {
        struct span json = {NULL, 0};
        enum status st = codec_merge(s, MERGES[i].payload, "sealed", MERGES[i].sealed, &json);
        if (st != MERGES[i].want || !span_is(json, MERGES[i].json))
            fail_msg("%s: status %d, %.*s", MERGES[i].name, (int)st, (int)json.n, (const char *)json.p);
    }
}

static void a_merged_message_splits_again(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    struct span payload = SPAN_LIT("{\"case_id\":\"" ID "\",\"kind\":\"phone\"}"), sealed = SPAN_LIT("{\"text\":\"t\"}");
    struct span json, payload_again, sealed_again;

    (void)state;
    assert_int_equal(codec_merge(s, payload, "sealed", sealed, &json), OK);
    assert_int_equal(codec_split(s, shape_note_add(), json, NULL, 0, &payload_again, &sealed_again), OK);
    assert_true(span_eq(payload, payload_again) && span_eq(sealed, sealed_again));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_split),
        cmocka_unit_test(answers_are_merged),
        cmocka_unit_test(a_merged_message_splits_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
