/* Bad JSON by class: each is refused with its own reason, which names the field and repeats nothing of the value. */
#include "wire/codec.h"
#include "wire/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define ID "f81d4fae-7dec-41d0-a765-00a0c91e6bf6"
#define MARK "{\"key\":\"" ID "\",\"seq\":1}"
/* uuid, agency, time, number, flag and a list of records in one message */
#define CUSTODY(lead, since, version, closed, members)                                            \
    "{\"case_id\":\"" ID "\",\"is_closed\":" closed ",\"lead\":" lead ",\"members\":" members ",\"returns\":0,\"since\":" since \
    ",\"version\":" version "}"
#define SINCE "\"2026-11-22T12:30:38.000+09:00\""
#define MEMBER "{\"agency\":\"A056\",\"is_lead\":true,\"since\":" SINCE "}"

static const struct {
    const char *name;
    const struct shape *(*shape)(void);
    struct span json;
    int64_t minor;
    enum status want;
    const char *says; /* part of the English reason */
} CASES[] = {
    {"whole", shape_custody, SPAN_LIT(CUSTODY("\"A056\"", SINCE, "1", "false", "[" MEMBER "]")), 0, OK, ""},
    {"spaces and order are free", shape_hello, SPAN_LIT(" {\n\"leaving\" : true ,\t\"instance\":\"a.1\"}\r\n"), 0, OK, ""},
    {"null is absent", shape_done, SPAN_LIT("{\"id\":null,\"state\":\"x\"}"), 0, OK, ""},
    {"null is missing when required", shape_hello, SPAN_LIT("{\"instance\":null,\"leaving\":true}"), 0, INVALID, "instance is missing"},
    {"null inside a list", shape_ack, SPAN_LIT("{\"marks\":[null]}"), 0, INVALID, "marks has a wrong"},
    /* not JSON */
    {"nothing", shape_done, {NULL, 0}, 0, INVALID, "not readable"},
    {"only space", shape_done, SPAN_LIT("  "), 0, INVALID, "not readable"},
    {"cut short", shape_done, SPAN_LIT("{\"state\":\"x\""), 0, INVALID, "not readable"},
    {"cut inside a text", shape_done, SPAN_LIT("{\"state\":\"x"), 0, INVALID, "not readable"},
    {"more after the end", shape_done, SPAN_LIT("{}{}"), 0, INVALID, "not readable"},
    {"comma at the end", shape_done, SPAN_LIT("{\"state\":\"x\",}"), 0, INVALID, "not readable"},
    {"comment", shape_done, SPAN_LIT("{/**/}"), 0, INVALID, "not readable"},
    {"single quotes", shape_done, SPAN_LIT("{'state':'x'}"), 0, INVALID, "not readable"},
    {"byte order mark", shape_done, SPAN_LIT("\xef\xbb\xbf{}"), 0, INVALID, "not readable"},
    {"NaN", shape_gap, SPAN_LIT("{\"marks\":NaN}"), 0, INVALID, "not readable"},
    {"leading zero", shape_stream_mark, SPAN_LIT("{\"key\":\"" ID "\",\"seq\":01}"), 0, INVALID, "not readable"},
    {"list at the root", shape_done, SPAN_LIT("[]"), 0, INVALID, "not a JSON object"},
    {"text at the root", shape_done, SPAN_LIT("\"x\""), 0, INVALID, "not readable"},
    {"raw control character", shape_done, SPAN_LIT("{\"state\":\"a\nb\"}"), 0, INVALID, "not readable"},
    /* names */
    {"name twice", shape_done, SPAN_LIT("{\"state\":\"x\",\"state\":\"x\"}"), 0, INVALID, "name twice"},
    {"name twice, once escaped", shape_done, SPAN_LIT("{\"state\":\"x\",\"st\\u0061te\":\"x\"}"), 0, INVALID, "name twice"},
    {"name twice inside", shape_ack, SPAN_LIT("{\"marks\":[{\"seq\":1,\"key\":\"" ID "\",\"seq\":1}]}"), 0, INVALID, "name twice"},
    {"unknown twice, newer minor", shape_done, SPAN_LIT("{\"q\":1,\"q\":1}"), SCHEMA_MINOR + 1, INVALID, "name twice"},
    {"unknown field", shape_done, SPAN_LIT("{\"colour\":\"red\"}"), 0, INVALID, "field colour is not part of done"},
    {"unknown null", shape_done, SPAN_LIT("{\"colour\":null}"), 0, INVALID, "colour"},
    {"unknown inside", shape_ack, SPAN_LIT("{\"marks\":[{\"key\":\"" ID "\",\"seq\":1,\"x\":1}]}"), 0, INVALID, "x is not part of stream_mark"},
    {"unknown, not an identifier", shape_done, SPAN_LIT("{\"\xe6\x9e\xb6\xe7\xa9\xba \xe5\xa4\xaa\xe9\x83\x8e\":1}"), 0, INVALID, "field ? is"},
    {"unknown, same minor", shape_done, SPAN_LIT("{\"colour\":1}"), SCHEMA_MINOR, INVALID, "colour"},
    {"unknown, newer minor", shape_done, SPAN_LIT("{\"colour\":[{}]}"), SCHEMA_MINOR + 1, OK, ""},
    {"unknown inside, newer minor", shape_ack, SPAN_LIT("{\"marks\":[{\"key\":\"" ID "\",\"seq\":1,\"x\":1}]}"), SCHEMA_MINOR + 1, OK, ""},
    {"capital letters are another name", shape_done, SPAN_LIT("{\"State\":\"x\"}"), 0, INVALID, "not part"},
    {"empty name", shape_done, SPAN_LIT("{\"\":1}"), 0, INVALID, "not part"},
    {"sealed in the open", shape_key_grant, SPAN_LIT("{\"sealed\":{\"keys\":[]}}"), 0, INVALID, "sealed may only travel sealed"},
    {"sealed in the open, newer minor", shape_key_grant, SPAN_LIT("{\"sealed\":{}}"), SCHEMA_MINOR + 1, INVALID, "travel sealed"},
    {"sealed left out", shape_key_grant, SPAN_LIT("{}"), 0, OK, ""},
    /* texts */
    {"NUL escaped", shape_done, SPAN_LIT("{\"state\":\"a\\u0000b\"}"), 0, INVALID, "NUL"},
    {"NUL escaped in a name", shape_done, SPAN_LIT("{\"sta\\u0000te\":\"a\"}"), 0, INVALID, "NUL"},
    {"NUL raw", shape_done, SPAN_LIT("{\"state\":\"a\0b\"}"), 0, INVALID, "not readable"},
    {"NUL after the end", shape_done, SPAN_LIT("{}\0"), 0, INVALID, "not readable"},
    {"lone continuation", shape_done, SPAN_LIT("{\"state\":\"\x80\"}"), 0, INVALID, "UTF-8"},
    {"overlong", shape_done, SPAN_LIT("{\"state\":\"\xc0\xaf\"}"), 0, INVALID, "UTF-8"},
    {"surrogate as UTF-8", shape_done, SPAN_LIT("{\"state\":\"\xed\xa0\x80\"}"), 0, INVALID, "UTF-8"},
    {"past U+10FFFF", shape_done, SPAN_LIT("{\"state\":\"\xf4\x90\x80\x80\"}"), 0, INVALID, "UTF-8"},
    {"cut character", shape_done, SPAN_LIT("{\"state\":\"\xe6\x9e\"}"), 0, INVALID, "UTF-8"},
    {"Latin-1", shape_done, SPAN_LIT("{\"state\":\"caf\xe9\"}"), 0, INVALID, "UTF-8"},
    {"lone surrogate escape", shape_done, SPAN_LIT("{\"state\":\"\\ud800\"}"), 0, INVALID, "not readable"},
    {"pair of escapes", shape_done, SPAN_LIT("{\"state\":\"\\ud867\\ude3d\"}"), 0, OK, ""},
    {"number for text", shape_done, SPAN_LIT("{\"state\":1}"), 0, INVALID, "state has a wrong"},
    {"one byte too long", shape_done, SPAN_LIT("{\"state\":\"1234567890123456789012345\"}"), 0, INVALID, "state is too long (at most 24"},
    {"bytes are counted, not characters", shape_done, SPAN_LIT("{\"state\":\"\xe3\x81\x82\xe3\x81\x82\xe3\x81\x82\xe3\x81\x82\xe3\x81\x82\xe3\x81\x82\xe3\x81\x82\xe3\x81\x82\xe3\x81\x82\"}"), 0, INVALID, "at most 24"},
    /* the other kinds */
    {"uuid without dashes", shape_done, SPAN_LIT("{\"id\":\"f81d4fae7dec41d0a76500a0c91e6bf6\"}"), 0, INVALID, "id has a wrong"},
    {"uuid as number", shape_done, SPAN_LIT("{\"id\":7}"), 0, INVALID, "id has a wrong"},
    {"agency in small letters", shape_agency_show, SPAN_LIT("{\"agency\":\"a056\"}"), 0, INVALID, "agency has a wrong"},
    {"agency as a list", shape_agency_show, SPAN_LIT("{\"agency\":[\"A056\"]}"), 0, INVALID, "agency has a wrong"},
    {"real for integer", shape_stream_mark, SPAN_LIT("{\"key\":\"" ID "\",\"seq\":1.0}"), 0, INVALID, "seq has a wrong"},
    {"exponent for integer", shape_stream_mark, SPAN_LIT("{\"key\":\"" ID "\",\"seq\":1e3}"), 0, INVALID, "seq has a wrong"},
    {"text for integer", shape_stream_mark, SPAN_LIT("{\"key\":\"" ID "\",\"seq\":\"1\"}"), 0, INVALID, "seq has a wrong"},
    {"negative", shape_stream_mark, SPAN_LIT("{\"key\":\"" ID "\",\"seq\":-1}"), 0, INVALID, "seq must be from 0"},
    {"greatest integer", shape_stream_mark, SPAN_LIT("{\"key\":\"" ID "\",\"seq\":9223372036854775807}"), 0, OK, ""},
    {"one more", shape_stream_mark, SPAN_LIT("{\"key\":\"" ID "\",\"seq\":9223372036854775808}"), 0, INVALID, "number is too large"},
    {"real past a double", shape_stream_mark, SPAN_LIT("{\"key\":\"" ID "\",\"seq\":1e999}"), 0, INVALID, "number is too large"},
    {"unknown word", shape_agency_find, SPAN_LIT("{\"need\":\"wealth\"}"), 0, INVALID, "need is not a word of the list need"},
    {"unknown word, newer minor", shape_agency_find, SPAN_LIT("{\"need\":\"wealth\"}"), SCHEMA_MINOR + 1, INVALID, "not a word"},
    {"word by number", shape_agency_find, SPAN_LIT("{\"need\":1}"), 0, INVALID, "not a word"},
    {"word in capitals", shape_agency_find, SPAN_LIT("{\"need\":\"Debt\"}"), 0, INVALID, "not a word"},
    {"number for flag", shape_hello, SPAN_LIT("{\"instance\":\"a\",\"leaving\":1}"), 0, INVALID, "leaving has a wrong"},
    {"text for flag", shape_hello, SPAN_LIT("{\"instance\":\"a\",\"leaving\":\"true\"}"), 0, INVALID, "leaving has a wrong"},
    {"time without offset", shape_case_list, SPAN_LIT("{\"before\":\"2026-11-22T12:30:38\"}"), 0, INVALID, "before is not an RFC 3339"},
    {"time as number", shape_case_list, SPAN_LIT("{\"before\":1795318238}"), 0, INVALID, "before is not"},
    {"day that does not exist", shape_case_list, SPAN_LIT("{\"before\":\"2026-02-30T00:00:00Z\"}"), 0, INVALID, "before is not"},
    {"before year 0 in Tokyo", shape_case_list, SPAN_LIT("{\"before\":\"0000-01-01T00:00:00+23:00\"}"), 0, INVALID, "before is not"},
    {"after year 9999 in Tokyo", shape_case_list, SPAN_LIT("{\"before\":\"9999-12-31T23:59:59Z\"}"), 0, INVALID, "before is not"},
    {"record as text", shape_ack, SPAN_LIT("{\"marks\":[\"x\"]}"), 0, INVALID, "marks has a wrong"},
    {"record as list", shape_ack, SPAN_LIT("{\"marks\":[[]]}"), 0, INVALID, "marks has a wrong"},
    {"object for list", shape_ack, SPAN_LIT("{\"marks\":" MARK "}"), 0, INVALID, "marks has a wrong"},
    {"missing inside", shape_ack, SPAN_LIT("{\"marks\":[{\"seq\":1}]}"), 0, INVALID, "key is missing"},
    {"wrong lead", shape_custody, SPAN_LIT(CUSTODY("\"none\"", SINCE, "1", "false", "[]")), 0, INVALID, "lead has a wrong"},
    {"wrong since", shape_custody, SPAN_LIT(CUSTODY("\"A056\"", "\"now\"", "1", "false", "[]")), 0, INVALID, "since is not"},
    {"wrong version", shape_custody, SPAN_LIT(CUSTODY("\"A056\"", SINCE, "null", "false", "[]")), 0, INVALID, "version is missing"},
    {"wrong flag", shape_custody, SPAN_LIT(CUSTODY("\"A056\"", SINCE, "1", "{}", "[]")), 0, INVALID, "is_closed has a wrong"},
};

static void each_is_answered_as_it_should(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());

    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        scope_reset(s);
        void *to = scope_alloc(s, CASES[i].shape()->size);
        enum status st = codec_decode(s, CASES[i].shape(), CASES[i].json, CASES[i].minor, to);
        if (st != CASES[i].want || !strstr(s->why.en, CASES[i].says) || (st != OK && s->why.ja[0] == '\0'))
            fail_msg("%s: status %d, %s", CASES[i].name, (int)st, s->why.en);
    }
}

/* `n` levels of the list inside an unknown field. */
static enum status decode_nested(struct scope *s, const char *before, size_t n, const char *middle, const char *after)
{
    char *json = scope_alloc(s, strlen(before) + 2 * n + strlen(middle) + strlen(after) + 1);
    char *at = stpcpy(json, before);
    struct done to;

    memset(at, '[', n);
    at = stpcpy(at + n, middle);
    memset(at, ']', n);
    stpcpy(at + n, after);
    return codec_decode(s, shape_done(), span_str(json), SCHEMA_MINOR + 1, &to);
}

static void nesting_ends_at_32(void **state)
{
    static const struct {
        const char *name, *before;
        size_t n;
        const char *middle, *after;
        enum status want;
        const char *says;
    } DEPTHS[] = {
        {"32", "{\"x\":", JSON_DEPTH_MAX - 1, "", "}", OK, ""},
        {"33", "{\"x\":", JSON_DEPTH_MAX, "", "}", INVALID, "too deeply (at most 32)"},
        {"2000, below the library's own bound", "{\"x\":", 2000, "", "}", INVALID, "too deeply"},
        {"many, side by side", "{\"x\":[[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],"
         "[],[],[],[],[],[]],\"y\":", 8, "", "}", OK, ""},
        {"brackets inside a text are text", "{\"x\":\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[[[[\",\"y\":", 8, "", "}", OK, ""},
        {"a text does not hide brackets", "{\"x\":\"\\\\\",\"y\":", JSON_DEPTH_MAX, "", "}", INVALID, "too deeply"},
        {"closing alone does not make room", "{\"x\":]]]]]]]]", 40, "", "}", INVALID, "too deeply"},
        {"objects count too", "{\"x\":", JSON_DEPTH_MAX - 1, "{\"y\":1}", "}", INVALID, "too deeply"},
    };
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());

    (void)state;
    for (size_t i = 0; i < COUNT(DEPTHS); i++) {
        scope_reset(s);
        enum status st = decode_nested(s, DEPTHS[i].before, DEPTHS[i].n, DEPTHS[i].middle, DEPTHS[i].after);
        if (st != DEPTHS[i].want || !strstr(s->why.en, DEPTHS[i].says))
            fail_msg("%s: status %d, %s", DEPTHS[i].name, (int)st, s->why.en);
    }
}

static void size_and_parts_are_asked_before_memory(void **state)
{
    enum { MANY = 10000, LONG = 1 << 20 };
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    char *json = scope_alloc(s, LONG + 16);
    char *at = stpcpy(json, "{\"x\":[[]");
    struct done to;

    (void)state;
    for (size_t i = 0; i < MANY - 3; i++)
        at = stpcpy(at, ",{}");
    stpcpy(at, "]}");
    assert_int_equal(codec_decode(s, shape_done(), span_str(json), SCHEMA_MINOR + 1, &to), OK);
    stpcpy(at, ",{}]}");
    assert_int_equal(codec_decode(s, shape_done(), span_str(json), SCHEMA_MINOR + 1, &to), TOO_LARGE);
    memset(json, ' ', LONG + 1);
    memcpy(json, "{}", 2);
    assert_int_equal(codec_decode(s, shape_done(), span_of(json, LONG), SCHEMA_MINOR, &to), OK);
    assert_int_equal(codec_decode(s, shape_done(), span_of(json, LONG + 1), SCHEMA_MINOR, &to), TOO_LARGE);
}

static void a_defect_of_ours_is_not_sent(void **state)
{
    static const struct header GOOD = {.type = SPAN_LIT("hello"), .from = SPAN_LIT("intake"), .to = SPAN_LIT("relay")};
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    struct span json;

    (void)state;
    assert_int_equal(codec_encode(s, shape_header(), &GOOD, &json), OK);
    struct header bad[6] = {GOOD, GOOD, GOOD, GOOD, GOOD, GOOD};
    bad[0].type = SPAN_LIT("a\0b");
    bad[1].type = SPAN_LIT("\xff");
    bad[2].has_role = true, bad[2].role = role_N_;
    bad[3].has_role = true, bad[3].role = -1;
    bad[4].has_agency = true; /* no code */
    bad[5].type = SPAN_LIT("\xe6\x9e");
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_int_equal(codec_encode(s, shape_header(), &bad[i], &json), INVALID);
}

static void a_text_owes_nothing_to_the_json(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    char json[] = "{\"state\":\"offered\"}";
    struct done to;

    (void)state;
    assert_int_equal(codec_decode(s, shape_done(), span_str(json), SCHEMA_MINOR, &to), OK);
    memset(json, 'x', sizeof json);
    assert_true(to.has_state && span_is(to.state, "offered"));
    assert_false(to.has_id);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_answered_as_it_should),
        cmocka_unit_test(nesting_ends_at_32),
        cmocka_unit_test(size_and_parts_are_asked_before_memory),
        cmocka_unit_test(a_defect_of_ours_is_not_sent),
        cmocka_unit_test(a_text_owes_nothing_to_the_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
