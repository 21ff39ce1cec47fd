/* What may be disclosed to whom, enumerated over kind × basis × consent × regime × items against a matrix written by hand; and by when
 * an offer must be answered, over holidays, weekends and closing times. */
#include "referral/offer.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h> /* last: its fail() is a macro, ours a function that the headers declare */

#include <string.h>

/* May items be shown on this basis? A letter for each consent state (given, not given, not asked) and in it each regime (public,
 * private, civic officer). */
static const struct {
    enum legal_basis basis;
    const char *given, *not_given, *not_asked;
} MAY[] = {
    {BASIS_NONE, "---", "---", "---"},         {BASIS_CONSENT, "+++", "---", "---"},
    {BASIS_SWA_106_6, "+++", "+++", "+++"},    {BASIS_NEEDY_9, "+++", "+++", "+++"},
    {BASIS_CWA_25_2, "+++", "+++", "+++"},     {BASIS_LTC_115_48, "+++", "+++", "+++"},
    {BASIS_DSA_89_3, "+++", "+++", "+++"},     {BASIS_ABUSE_REPORT, "+-+", "+-+", "+-+"},
    {BASIS_PPA_69, "+-+", "+-+", "+-+"},
};

/* Every set of items, by bits. */
static size_t items_of(unsigned bits, int64_t items[item_N_])
{
    size_t n = 0;

    for (int i = 0; i < item_N_; i++)
        if (bits & (1U << i))
            items[n++] = i;
    return n;
}

static void try_one(struct scope *s, size_t row, int kind, int consent, int regime, unsigned bits)
{
    const char *const by_consent[] = {MAY[row].given, MAY[row].not_given, MAY[row].not_asked};
    int64_t items[item_N_];
    size_t n = items_of(bits, items);
    bool may = !n || (kind != KIND_INFORMATION && by_consent[consent][regime] == '+');

    enum status st = offer_decide(s, (enum referral_kind)kind, MAY[row].basis, (enum consent_state)consent, regime, items, n);
    if (st != (may ? OK : INVALID))
        fail_msg("%s on %s, consent %d, regime %d, items %x: %s", words_at(words_referral_kind(), kind),
                 words_at(words_legal_basis(), (int64_t)MAY[row].basis), consent, regime, bits, status_trait(st)->word);
    for (size_t i = 0; st != OK && i < n; i++) {
        assert_non_null(strstr(s->why.en, words_at(words_item(), items[i])));
        assert_non_null(strstr(s->why.ja, words_item()->v[items[i]].label_ja));
    }
}

static void test_disclosure(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());

    (void)state;
    assert_int_equal(COUNT(MAY), legal_basis_N_);
    for (size_t row = 0; row < COUNT(MAY); row++) {
        assert_int_equal(MAY[row].basis, row);
        for (int kind = 0; kind < referral_kind_N_; kind++)
            for (int consent = 0; consent < consent_state_N_; consent++)
                for (int regime = 0; regime < legal_regime_N_; regime++)
                    for (unsigned bits = 0; bits < 1U << item_N_; bits++)
                        try_one(s, row, kind, consent, regime, bits);
    }
}

/* The longest list a message may carry names its items without being cut inside a character. */
static void test_longest_reason(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    const int64_t longest[] = {ITEM_IDENTITY, ITEM_IDENTITY, ITEM_IDENTITY, ITEM_IDENTITY};

    (void)state;
    assert_int_equal(offer_decide(s, KIND_CONSULT, BASIS_NONE, CONSENT_GIVEN, REGIME_PUBLIC, longest, COUNT(longest)), INVALID);
    assert_true(span_is_utf8(span_str(s->why.ja)));
    assert_string_equal(s->why.ja + strlen(s->why.ja) - strlen("生年月日"), "生年月日");
}

/* 2026: 29 April Wed, 3–6 May and 21–23 September are holidays (22 September lies between two). */
static const struct {
    const char *name, *at;
    enum urgency urgency;
    int closes_min;
    const char *due;
} DUE[] = {
    {"emergency by day", "2026-06-02T10:00:00+09:00", URGENCY_EMERGENCY, 1035, "2026-06-02T12:00:00+09:00"},
    {"emergency over midnight in the holidays", "2026-05-03T23:30:00+09:00", URGENCY_EMERGENCY, 1035, "2026-05-04T01:30:00+09:00"},
    {"urgent: tomorrow", "2026-06-02T10:00:00+09:00", URGENCY_URGENT, 1035, "2026-06-03T17:15:00+09:00"},
    {"urgent on Friday: Monday", "2026-06-05T10:00:00+09:00", URGENCY_URGENT, 1035, "2026-06-08T17:15:00+09:00"},
    {"urgent before a holiday", "2026-04-28T10:00:00+09:00", URGENCY_URGENT, 1035, "2026-04-30T17:15:00+09:00"},
    {"urgent after closing counts from the next day", "2026-04-27T17:16:00+09:00", URGENCY_URGENT, 1035, "2026-04-30T17:15:00+09:00"},
    {"urgent on a Saturday", "2026-06-06T12:00:00+09:00", URGENCY_URGENT, 1035, "2026-06-08T17:15:00+09:00"},
    {"urgent before five free days", "2026-09-18T10:00:00+09:00", URGENCY_URGENT, 1035, "2026-09-24T17:15:00+09:00"},
    {"the receiver's own closing time", "2026-06-02T10:00:00+09:00", URGENCY_URGENT, 720, "2026-06-03T12:00:00+09:00"},
    {"one that never closes", "2026-06-02T10:00:00+09:00", URGENCY_URGENT, 1440, "2026-06-04T00:00:00+09:00"},
    {"routine within a week", "2026-06-01T10:00:00+09:00", URGENCY_ROUTINE, 1035, "2026-06-04T17:15:00+09:00"},
    {"routine over a weekend", "2026-06-04T10:00:00+09:00", URGENCY_ROUTINE, 1035, "2026-06-09T17:15:00+09:00"},
    {"routine over the May holidays", "2026-04-30T09:00:00+09:00", URGENCY_ROUTINE, 1035, "2026-05-08T17:15:00+09:00"},
    {"routine over the turn of the year", "2026-12-25T10:00:00+09:00", URGENCY_ROUTINE, 1035, "2027-01-05T17:15:00+09:00"},
    {"the day is Tokyo's, not Greenwich's", "2026-06-01T16:00:00Z", URGENCY_URGENT, 1035, "2026-06-03T17:15:00+09:00"},
};

static void test_due(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(DUE); i++) {
        int64_t at, due;
        char have[TIME_TEXT_MAX];
        assert_int_equal(time_parse(span_str(DUE[i].at), &at), OK);
        assert_int_equal(time_parse(span_str(DUE[i].due), &due), OK);
        int64_t got = offer_due_us(at, DUE[i].urgency, DUE[i].closes_min);
        if (got != due)
            fail_msg("%s: %s", DUE[i].name, time_print(got, have));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_disclosure),
        cmocka_unit_test(test_longest_reason),
        cmocka_unit_test(test_due),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
