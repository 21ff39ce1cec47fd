/* Every happening and every event of a referral has its event; a row gives the same event whenever it is read, and nothing of it is lost. */
#include "sequencer/take.h"

#include "base/clock.h"
#include "q_sequencer.h"
#include "sequencer/chain.h"
#include "sequencer/map.h"
#include "sequencer/sequencer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#undef fail /* ours is a function */

static const struct {
    const char *happened, *detail;
    enum event_type type;
} MAPPED[] = {
    {"case_opened", "phone_family", EVENT_OPEN}, {"referral", "send", EVENT_OFFER}, {"referral", "deliver", EVENT_DELIVER},
    {"referral", "accept", EVENT_ACCEPT}, {"referral", "decline", EVENT_DECLINE}, {"referral", "withdraw", EVENT_WITHDRAW},
    {"referral", "retract", EVENT_WITHDRAW}, {"referral", "confirm", EVENT_WITHDRAW}, {"referral", "due", EVENT_EXPIRE},
    {"referral", "complete", EVENT_OUTCOME}, {"referral", "fail", EVENT_OUTCOME}, {"referral", "draft", EVENT_OUTCOME},
    {"referral", "a word of tomorrow", EVENT_OUTCOME}, {"disclosed", "consent", EVENT_DISCLOSE}, {"break_glass", "", EVENT_BREAKGLASS},
    {"review", "justified", EVENT_REVIEW}, {"case_closed", "", EVENT_CLOSE}, {"case_read", "member", EVENT_READ},
    {"notifier_read", "", EVENT_READ}, {"key_read", "read", EVENT_READ}, {"key_rotated", "", EVENT_KEYROT}, {"case_erased", "", EVENT_ERASE}, {"meeting_proposed", "", EVENT_MEETING}, {"meeting_fixed", "", EVENT_MEETING},
    {"meeting_cancelled", "", EVENT_MEETING}, {"availability", "can", EVENT_MEETING}, {"baton_created", "", EVENT_GRANT},
    {"baton_moved", "", EVENT_GRANT}, {"member_added", "", EVENT_GRANT}, {"member_ended", "", EVENT_REVOKE},
    {"consent_given", "support", EVENT_GRANT}, {"consent_withdrawn", "", EVENT_REVOKE}, {"a word of tomorrow", "", EVENT_OUTCOME},
};

static void test_words(void **state)
{
    (void)state;
    for (int what = 0; what < happening_N_; what++)
        assert_in_range(happening_type(what, (struct span){0}), EVENT_OFFER, EVENT_TYPE_END - 1);
    for (int64_t of = 0; of < referral_event_N_; of++)
        assert_in_range(happening_type(HAPPENED_REFERRAL, span_str(words_at(words_referral_event(), of))), EVENT_OFFER, EVENT_TYPE_END - 1);
    for (size_t i = 0; i < COUNT(MAPPED); i++) {
        int what = words_find(words_happening(), span_str(MAPPED[i].happened));
        assert_string_equal(event_type_word(happening_type(what, span_str(MAPPED[i].detail))), event_type_word(MAPPED[i].type));
    }
    for (int type = EVENT_OFFER; type < EVENT_TYPE_END; type++)
        assert_int_equal(type_answers((enum event_type)type),
                         type == EVENT_ACCEPT || type == EVENT_DECLINE || type == EVENT_EXPIRE || type == EVENT_WITHDRAW);
}

static void test_reasons(void **state)
{
    (void)state;
    assert_int_equal(happening_reason(HAPPENED_REFERRAL, SPAN_LIT("")), 0);
    assert_int_equal(happening_reason(HAPPENED_REFERRAL, SPAN_LIT("not_our_target")), 1);
    assert_int_equal(happening_reason(HAPPENED_REFERRAL, SPAN_LIT("other")), REASON_OTHER + 1);
    assert_int_equal(happening_reason(HAPPENED_SKIPPED, SPAN_LIT("理由を書いた文")), 0);
    assert_int_equal(happening_reason(HAPPENED_BREAK_GLASS, span_str(words_at(words_emergency_reason(), 1))), 2);
}

static struct q_rows_new_row sample(void)
{
    return (struct q_rows_new_row){.tx = 7, .id = 258, .case_id = {{0xc1}}, .at = 1795348800123456, .happened = SPAN_LIT("referral"),
        .source = SPAN_LIT("referral"), .agency = SPAN_LIT("A062"), .actor = SPAN_LIT("sample-worker"), .counterpart = SPAN_LIT("A056"),
        .has_about = true, .about = {{0x0a}}, .detail = SPAN_LIT("decline"), .reason = SPAN_LIT("no_capacity"), .trace = SPAN_LIT("")};
}

static void test_row(void **state)
{
    static const char SAYS[] = "{\"about\":\"0a000000-0000-0000-0000-000000000000\",\"agency\":\"A062\",\"at_us\":1795348800123456,"
                               "\"counterpart\":\"A056\",\"detail\":\"decline\",\"happened\":\"referral\",\"reason\":\"no_capacity\","
                               "\"row\":258,\"source\":\"referral\"}";
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    struct q_rows_new_row row = sample();
    struct event_wanted e, again;

    (void)state;
    assert_int_equal(take_row(s, &row, &e), OK);
    assert_int_equal(e.type, EVENT_DECLINE);
    assert_int_equal(e.at_ms, 1795348800123);
    assert_int_equal(e.reason, REASON_NO_CAPACITY + 1);
    assert_true(e.has_agency && e.has_counterpart && e.has_actor && span_is(e.actor, "sample-worker"));
    assert_string_equal(e.agency.code, "A062");
    assert_string_equal(scope_print(s, "%.*s", (int)e.payload.n, (const char *)e.payload.p), SAYS);
    assert_int_equal(take_row(s, &row, &again), OK);
    assert_true(uuid_eq(e.id, again.id) && span_eq(e.payload, again.payload));
    row.id++;
    assert_int_equal(take_row(s, &row, &again), OK);
    assert_false(uuid_eq(e.id, again.id));
    assert_int_equal(e.id.b[6] >> 4, 8);
}

/* What a row says beyond that: until when an answer is due, and that an agency's own system asked, by the digest of what it signed. */
static void test_due_and_request(void **state)
{
    static const char DUE[] = "{\"about\":\"0a000000-0000-0000-0000-000000000000\",\"agency\":\"A062\",\"at_us\":1795348800123456,"
                              "\"counterpart\":\"A056\",\"detail\":\"decline\",\"due_us\":1795435200000001,\"happened\":\"referral\","
                              "\"reason\":\"no_capacity\",\"row\":258,\"source\":\"referral\"}";
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    struct q_rows_new_row row = sample();
    uint8_t digest[32] = {0xab, [31] = 0x01};
    struct event_wanted plain, e;

    (void)state;
    assert_int_equal(take_row(s, &row, &plain), OK);
    assert_false(plain.has_flags || plain.has_record);
    row.has_due = true;
    row.due = 1795435200000001;
    assert_int_equal(take_row(s, &row, &e), OK);
    assert_string_equal(scope_print(s, "%.*s", (int)e.payload.n, (const char *)e.payload.p), DUE);
    assert_false(e.has_flags || e.has_record);
    row.has_due = false;
    row.has_request = true;
    row.request = span_of(digest, sizeof digest);
    assert_int_equal(take_row(s, &row, &e), OK);
    assert_true(span_eq(e.payload, plain.payload) && uuid_eq(e.id, plain.id));
    assert_true(e.has_flags && e.flags == EVENT_HOST_REQUEST && e.has_record);
    assert_int_equal(e.record.n, 64);
    assert_memory_equal(e.record.p, "ab000000000000000000000000000000000000000000000000000000000000" "01", 64);
}

/* By a clock or a rule: the city's. Names that are none stay in the payload. */
static void test_nobody(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    struct q_rows_new_row row = sample();
    struct event_wanted e;

    (void)state;
    row.agency = row.actor = row.reason = (struct span){0};
    row.counterpart = SPAN_LIT("no \"agency\"\n\x01");
    row.has_about = false;
    assert_int_equal(take_row(s, &row, &e), OK);
    assert_false(e.has_agency || e.has_counterpart || e.has_actor || e.has_reason);
    assert_non_null(strstr((const char *)e.payload.p, "\"counterpart\":\"no \\\"agency\\\"\\n\\u0001\""));
}

static void test_long(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    struct q_rows_new_row row = sample();
    char text[5000];
    struct event_wanted e, other;

    (void)state;
    memset(text, 'x', sizeof text);
    row.detail = row.reason = row.trace = row.source = row.happened = row.counterpart = row.agency = span_of(text, sizeof text);
    assert_int_equal(take_row(s, &row, &e), OK);
    assert_in_range(e.payload.n, 1, PAYLOAD_TEXT_MAX);
    text[4999] = 'y';
    assert_int_equal(take_row(s, &row, &other), OK);
    assert_false(span_eq(e.payload, other.payload));
}

static void test_links(void **state)
{
    enum { MANY = 3000 };
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    struct links l;

    (void)state;
    assert_int_equal(links_new(s, MANY, &l), OK);
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < MANY; i++) {
            struct uuid id = {{(uint8_t)i, (uint8_t)(i >> 8)}};
            struct link *at = links_at(&l, id);
            assert_true(uuid_eq(at->id, id));
            assert_int_equal(at->seq, round ? i : 0);
            at->seq = i;
        }
}

static void test_fiscal_year(void **state)
{
    static const struct {
        const char *at;
        int year;
    } MOMENTS[] = {{"2026-03-31T14:59:59Z", 2025}, {"2026-03-31T15:00:00Z", 2026}, {"2026-12-31T23:59:59+09:00", 2026},
                   {"2027-01-01T00:00:00+09:00", 2026}, {"2027-03-31T23:59:59+09:00", 2026}, {"2027-04-01T00:00:00+09:00", 2027}};
    int64_t us;

    (void)state;
    for (size_t i = 0; i < COUNT(MOMENTS); i++) {
        assert_int_equal(time_parse(span_str(MOMENTS[i].at), &us), OK);
        assert_int_equal(fiscal_year(us), MOMENTS[i].year);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words), cmocka_unit_test(test_reasons), cmocka_unit_test(test_row), cmocka_unit_test(test_due_and_request),         cmocka_unit_test(test_nobody),
        cmocka_unit_test(test_long),  cmocka_unit_test(test_links),   cmocka_unit_test(test_fiscal_year),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
