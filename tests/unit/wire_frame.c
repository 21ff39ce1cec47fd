/* Frames: what is built is parsed back; every part is measured; only the header is read, and it alone says whether its
 * unknown fields are allowed. */
#include "wire/frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define ID "\"id\":\"f81d4fae-7dec-41d0-a765-00a0c91e6bf6\""
#define HEADER(more, minor)                                                                       \
    "{\"from\":\"intake\"," ID ",\"minor\":" minor ",\"sent\":1,\"to\":\"referral\",\"type\":\"case_opened\"" more "}"
#define MAGIC SPAN_LIT("KM1")

static const struct span GOOD = SPAN_LIT(HEADER("", "0"));

static const struct {
    const char *name;
    struct span magic, header;
    size_t parts, payload_n, body_n, tag_n;
    enum status want;
    const char *says;
} CASES[] = {
    {"smallest", MAGIC, SPAN_LIT(HEADER("", "0")), 5, 0, 0, 0, OK, ""},
    {"largest", MAGIC, SPAN_LIT(HEADER("", "0")), 5, PAYLOAD_MAX, BODY_MAX, TAG_LEN, OK, ""},
    {"payload past its limit", MAGIC, SPAN_LIT(HEADER("", "0")), 5, PAYLOAD_MAX + 1, 0, 0, TOO_LARGE, "payload"},
    {"body past its limit", MAGIC, SPAN_LIT(HEADER("", "0")), 5, 0, BODY_MAX + 1, 0, TOO_LARGE, "body"},
    {"tag past its limit", MAGIC, SPAN_LIT(HEADER("", "0")), 5, 0, 0, TAG_LEN + 1, TOO_LARGE, "tag"},
    {"no part", MAGIC, SPAN_LIT(HEADER("", "0")), 0, 0, 0, 0, INVALID, "not a KM1"},
    {"one part short", MAGIC, SPAN_LIT(HEADER("", "0")), 4, 0, 0, 0, INVALID, "not a KM1"},
    {"one part more", MAGIC, SPAN_LIT(HEADER("", "0")), 6, 0, 0, 0, INVALID, "not a KM1"},
    {"next version", SPAN_LIT("KM2"), SPAN_LIT(HEADER("", "0")), 5, 0, 0, 0, INVALID, "not a KM1"},
    {"magic cut", SPAN_LIT("KM"), SPAN_LIT(HEADER("", "0")), 5, 0, 0, 0, INVALID, "not a KM1"},
    {"magic longer", SPAN_LIT("KM1\0"), SPAN_LIT(HEADER("", "0")), 5, 0, 0, 0, INVALID, "not a KM1"},
    {"no header", MAGIC, {NULL, 0}, 5, 0, 0, 0, INVALID, "not readable"},
    {"header without sender", MAGIC, SPAN_LIT("{" ID ",\"minor\":0,\"sent\":1,\"to\":\"x\",\"type\":\"y\"}"), 5, 0, 0, 0, INVALID,
     "from is missing"},
    {"unknown field", MAGIC, SPAN_LIT(HEADER(",\"x\":1", "0")), 5, 0, 0, 0, INVALID, "unknown field"},
    {"unknown field, newer minor", MAGIC, SPAN_LIT(HEADER(",\"x\":1", "1")), 5, 0, 0, 0, OK, ""},
    {"newer minor, nothing unknown", MAGIC, SPAN_LIT(HEADER("", "1")), 5, 0, 0, 0, OK, ""},
    {"minor out of bounds", MAGIC, SPAN_LIT(HEADER("", "1001")), 5, 0, 0, 0, INVALID, "minor"},
    {"unknown role", MAGIC, SPAN_LIT(HEADER(",\"role\":\"king\"", "0")), 5, 0, 0, 0, INVALID, "role"},
};

static void each_frame_is_judged(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());

    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        scope_reset(s);
        uint8_t *junk = scope_alloc(s, BODY_MAX + 1); /* not JSON: these parts are not read */
        struct span parts[6] = {CASES[i].magic, CASES[i].header, span_of(junk, CASES[i].payload_n),
                                span_of(junk, CASES[i].body_n), span_of(junk, CASES[i].tag_n), MAGIC};
        struct frame f;
        enum status st = frame_parse(s, parts, CASES[i].parts, &f);
        if (st != CASES[i].want || !strstr(s->why.en, CASES[i].says))
            fail_msg("%s: status %d, %s", CASES[i].name, (int)st, s->why.en);
        if (st != OK)
            continue;
        assert_true(span_is(f.header.type, "case_opened"));
        for (size_t k = 0; k < FRAME_PARTS; k++) { /* the received bytes themselves */
            assert_ptr_equal(f.part[k].p, parts[k].p);
            assert_int_equal(f.part[k].n, parts[k].n);
        }
    }
}

static void a_header_ends_at_4_kib(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    char *header = scope_alloc(s, HEADER_MAX + 1);
    struct frame f;

    (void)state;
    memset(header, ' ', HEADER_MAX + 1);
    memcpy(header, GOOD.p, GOOD.n);
    for (size_t more = 0; more <= 1; more++) {
        struct span parts[FRAME_PARTS] = {[PART_MAGIC] = MAGIC, [PART_HEADER] = span_of(header, HEADER_MAX + more)};
        assert_int_equal(frame_parse(s, parts, FRAME_PARTS, &f), more ? TOO_LARGE : OK);
    }
}

static void what_is_built_is_parsed(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    uint8_t *junk = scope_alloc(s, BODY_MAX + 1);
    const struct header h = {.id = {{1, 2, 3}}, .type = SPAN_LIT("note_add"), .from = SPAN_LIT("gateway"),
                             .to = SPAN_LIT("intake"), .has_key = true, .key = {{9}}, .has_agency = true,
                             .agency = {"A056"}, .has_role = true, .role = ROLE_AUDITOR, .sent = INT64_MAX};
    struct frame built, parsed;

    (void)state;
    assert_int_equal(frame_build(s, &h, span_of(junk, PAYLOAD_MAX), span_of(junk, BODY_MAX), &built), OK);
    assert_int_equal(built.part[PART_TAG].n, 0);
    assert_int_equal(frame_parse(s, built.part, FRAME_PARTS, &parsed), OK);
    assert_true(uuid_eq(parsed.header.id, h.id) && uuid_eq(parsed.header.key, h.key));
    assert_true(agency_eq(parsed.header.agency, h.agency) && parsed.header.role == ROLE_AUDITOR);
    assert_true(parsed.header.sent == INT64_MAX && !parsed.header.has_seq && !parsed.header.has_re);
    assert_int_equal(frame_build(s, &h, span_of(junk, PAYLOAD_MAX + 1), span_of(NULL, 0), &built), TOO_LARGE);
    assert_int_equal(frame_build(s, &h, span_of(NULL, 0), span_of(junk, BODY_MAX + 1), &built), TOO_LARGE);
}

static void the_longest_header_fits(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    uint8_t *longest = memset(scope_alloc(s, 64), 1, 64); /* six bytes each when escaped */
    const struct header h = {.type = span_of(longest, 48), .from = span_of(longest, 16), .to = span_of(longest, 16),
                             .minor = 1000, .has_key = true, .has_seq = true, .seq = INT64_MAX, .has_actor = true,
                             .actor = span_of(longest, 64), .has_role = true, .has_agency = true, .agency = {"A123456"},
                             .has_trace = true, .trace = span_of(longest, 55), .sent = INT64_MAX, .has_reply_to = true,
                             .reply_to = span_of(longest, 24), .has_re = true};
    struct frame f;

    (void)state;
    assert_int_equal(frame_build(s, &h, span_of(NULL, 0), span_of(NULL, 0), &f), OK);
    assert_int_equal(frame_parse(s, f.part, FRAME_PARTS, &f), OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_frame_is_judged),
        cmocka_unit_test(a_header_ends_at_4_kib),
        cmocka_unit_test(what_is_built_is_parsed),
        cmocka_unit_test(the_longest_header_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
