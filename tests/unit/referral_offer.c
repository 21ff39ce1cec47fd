/* What may be disclosed to whom, enumerated over kind × basis × consent × regime × items against a matrix written by hand: the grounds as
 * sql/seed/bases.jsonl has them. And by when an offer must be answered, over holidays, weekends and closing times. */
#include "referral/offer.h"

#include "base/clock.h"
#include "wire/codec.h"
#include "wire/message.h"

#include "referral_items.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h> /* last: its fail() is a macro, ours a function that the headers declare */

#include <stdio.h>
#include <string.h>

enum { LINES_MAX = 64, LINE_MAX = 4096 };

static const char DAY[] = "2026-06-01T10:00:00+09:00";

/* May items be shown on this basis? A letter for each regime (public, private, civic officer), with the person's consent to everything
 * and without any. `items`: those the basis covers. */
static const struct {
    enum legal_basis basis;
    const char *given, *without, *items;
} MAY[] = {
    {BASIS_NONE, "---", "---", ""},
    {BASIS_CONSENT, "+++", "---", "ICNO"},
    {BASIS_SWA_106_6, "+++", "+++", "ICNO"},
    {BASIS_NEEDY_9, "+++", "+++", "ICNO"},
    {BASIS_CWA_25_2, "+++", "+++", "ICNO"},
    {BASIS_LTC_115_48, "+++", "+++", "ICNO"},
    {BASIS_DSA_89_3, "+++", "+++", "ICNO"},
    {BASIS_ABUSE_REPORT, "+-+", "+-+", "ICNO"},
    {BASIS_PPA_69, "+-+", "+-+", "ICNO"},
    {BASIS_LAW, "+-+", "+-+", "ICNO"},
    {BASIS_INTERNAL, "+-+", "+-+", "ICNO"},
    {BASIS_PUBLIC_BODY, "+-+", "+-+", "ICNO"},
    {BASIS_SPECIAL_REASON, "+-+", "+-+", "ICNO"},
    {BASIS_PPA_27, "+-+", "+-+", "ICN"},
    {BASIS_PUBLIC_ASSISTANCE_27_3, "+++", "+++", "ICNO"},
    {BASIS_WOMEN_15, "+++", "+++", "ICNO"},
    {BASIS_YOUTH_19, "+++", "+++", "ICNO"},
    {BASIS_LONELINESS_15, "+++", "+++", "ICNO"},
    {BASIS_CONSUMER_11_3, "+++", "+++", "ICN"},
    {BASIS_DISCRIMINATION_17, "+++", "+++", "IN"},
    {BASIS_DV_5_2, "+++", "+++", "ICNO"},
    {BASIS_DISASTER_49, "+++", "---", "IC"},
    {BASIS_CHILD_ABUSE_13_4, "+--", "+--", "ICNO"},
    {BASIS_CHILD_REPORT_6, "+-+", "+-+", "ICN"},
    {BASIS_ELDER_REPORT_7, "+--", "+--", "ICN"},
    {BASIS_DISABILITY_REPORT_7, "+--", "+--", "ICN"},
};

static unsigned covers(size_t row)
{
    unsigned set = 0;

    for (const char *at = MAY[row].items; *at; at++)
        set |= 1U << (strchr("ICNO", *at) - "ICNO");
    return set;
}

static int64_t instant(const char *text)
{
    int64_t us = 0;

    assert_int_equal(time_parse(span_str(text), &us), OK);
    return us;
}

/* The seed's grounds, as the directory keeps them. */
static size_t read_bases(struct scope *s, struct basis list[LINES_MAX])
{
    FILE *f = fopen(KM_SOURCE_DIR "/sql/seed/bases.jsonl", "re");
    char line[LINE_MAX];
    size_t n = 0;

    assert_non_null(f);
    while (fgets(line, sizeof line, f)) {
        struct basis_put put;
        struct span text;
        assert_true(n < LINES_MAX && strchr(line, '\n'));
        assert_int_equal(scope_copy(s, span_of(line, strlen(line) - 1), &text), OK);
        if (codec_decode(s, shape_basis_put(), text, SCHEMA_MINOR, &put) != OK)
            fail_msg("bases.jsonl:%zu: %s", n + 1, s->why.en);
        list[n] = (struct basis){.code = (enum legal_basis)put.code, .law = put.law, .needs_consent = put.needs_consent,
                                 .is_meeting = put.is_meeting,
                                 .from_us = instant(scope_print(s, "%.10sT00:00:00+09:00", (const char *)put.valid_from.p))};
        for (size_t i = 0; i < put.receivers.n; i++)
            list[n].receivers |= 1U << put.receivers.v[i];
        for (size_t i = 0; i < put.items.n; i++)
            list[n].items |= 1U << put.items.v[i];
        assert_false(put.has_valid_to);
        n++;
    }
    assert_int_equal(fclose(f), 0);
    return n;
}

static struct consent to_everything(int64_t at_us)
{
    return (struct consent){.id = {{1}}, .purpose = PURPOSE_SUPPORT, .items = (1U << item_N_) - 1, .from_us = at_us - 1,
                            .until_us = at_us + 1};
}

static void try_one(struct scope *s, const struct basis *row_basis, size_t row, int kind, bool has_consent, int regime, unsigned bits)
{
    int64_t items[item_N_];
    size_t n = items_of(bits, items);
    struct consent given = to_everything(s->now_us);
    const struct consent *on = NULL;
    bool is_named = MAY[row].basis != BASIS_NONE && !(bits & ~covers(row));
    bool opens = kind == KIND_TRANSFER || kind == KIND_ADDED_SUPPORT; /* who accepts it reads the case */
    bool may = n ? (kind == KIND_PULL_REQUEST ? is_named : kind != KIND_INFORMATION && is_named &&
                      (has_consent ? MAY[row].given : MAY[row].without)[regime] == '+') : !opens;
    struct offer offer = {.kind = (enum referral_kind)kind, .code = MAY[row].basis, .basis = row_basis, .consent = &given,
                          .consent_n = has_consent, .purpose = PURPOSE_REFERRAL, .receiver = {"A002"}, .regime = regime,
                          .items = items, .item_n = n};

    enum status st = offer_decide(s, &offer, &on);
    if (st != (may ? OK : INVALID))
        fail_msg("%s on %s, consent %d, regime %d, items %x: %s", words_at(words_referral_kind(), kind),
                 words_at(words_legal_basis(), (int64_t)MAY[row].basis), has_consent, regime, bits, status_trait(st)->word);
    if (st == OK && (on != NULL) != (n && row_basis && row_basis->needs_consent && kind != KIND_PULL_REQUEST))
        fail_msg("%s: stands on %s", words_at(words_legal_basis(), (int64_t)MAY[row].basis), on ? "a consent" : "none");
    /* the refusal names what is lacking: the items the basis has not, else all of them */
    bool is_ground = kind != KIND_INFORMATION && MAY[row].basis != BASIS_NONE;
    unsigned lacking = is_ground && (bits & ~covers(row)) ? bits & ~covers(row) : bits;
    for (size_t i = 0; st != OK && i < n; i++) {
        bool is_told = lacking & (1U << items[i]);
        assert_int_equal(strstr(s->why.en, words_at(words_item(), items[i])) != NULL, is_told);
        assert_int_equal(strstr(s->why.ja, words_item()->v[items[i]].label_ja) != NULL, is_told);
    }
}

static void test_disclosure(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    AUTO(scope) home = scope_new(SCOPE_CAP, entropy_system());
    struct basis list[LINES_MAX];
    size_t n = read_bases(home, list);

    (void)state;
    s->now_us = instant(DAY);
    assert_int_equal(COUNT(MAY), legal_basis_N_);
    assert_int_equal(n, legal_basis_N_ - 1);
    for (size_t row = 0; row < COUNT(MAY); row++) {
        const struct basis *basis = basis_on(list, n, MAY[row].basis, s->now_us);
        assert_int_equal(MAY[row].basis, row);
        assert_int_equal(basis != NULL, row != BASIS_NONE);
        for (int kind = 0; kind < referral_kind_N_; kind++)
            for (int consent = 0; consent < 2; consent++)
                for (int regime = 0; regime < legal_regime_N_; regime++)
                    for (unsigned bits = 0; bits < 1U << item_N_; bits++)
                        try_one(s, basis, row, kind, consent != 0, regime, bits);
        scope_reset(s);
    }
}

/* What a ground covers of all there is, whatever was offered on it; that the rest is not is no failure of anything. */
static void test_covers(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    struct basis list[LINES_MAX];
    size_t n = read_bases(s, list);

    (void)state;
    s->now_us = instant(DAY);
    struct consent given = to_everything(s->now_us);
    for (size_t row = 0; row < COUNT(MAY); row++)
        for (int has_consent = 0; has_consent < 2; has_consent++)
            for (int regime = 0; regime < legal_regime_N_; regime++) {
                struct offer offer = {.kind = KIND_TRANSFER, .code = MAY[row].basis, .basis = basis_on(list, n, MAY[row].basis, s->now_us),
                                      .consent = &given, .consent_n = (size_t)has_consent, .purpose = PURPOSE_REFERRAL,
                                      .receiver = {"A002"}, .regime = regime};
                bool may = (has_consent ? MAY[row].given : MAY[row].without)[regime] == '+';
                if (offer_covers(s, &offer) != (may ? covers(row) : 0))
                    fail_msg("%s, consent %d, regime %d: %x", words_at(words_legal_basis(), (int64_t)row), has_consent, regime,
                             offer_covers(s, &offer));
                assert_string_equal(s->why.en, "");
            }
    const struct uuid other = {{2}};
    struct offer named = {.kind = KIND_TRANSFER, .code = BASIS_CONSENT, .basis = basis_on(list, n, BASIS_CONSENT, s->now_us), .consent = &given,
                          .consent_n = 1, .named = &other, .purpose = PURPOSE_REFERRAL, .receiver = {"A002"}};
    assert_int_equal(offer_covers(s, &named), 0); /* another consent than the one it stands on */
    given.items = 1U << ITEM_NOTES;
    named.named = &given.id;
    assert_int_equal(offer_covers(s, &named), 1U << ITEM_NOTES);
}

/* The longest list a message may carry names its items without being cut inside a character. */
static void test_longest_reason(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    const int64_t longest[] = {ITEM_IDENTITY, ITEM_IDENTITY, ITEM_IDENTITY, ITEM_IDENTITY};
    const struct consent *on;

    (void)state;
    for (int code = 0; code < legal_basis_N_; code++) {
        struct offer offer = {.kind = KIND_CONSULT, .code = (enum legal_basis)code, .regime = REGIME_PUBLIC, .items = longest,
                              .item_n = COUNT(longest)};
        assert_int_equal(offer_decide(s, &offer, &on), INVALID);
        assert_true(span_is_utf8(span_str(s->why.ja)));
        assert_string_equal(s->why.ja + strlen(s->why.ja) - strlen("生年月日"), "生年月日");
        assert_int_equal(code != BASIS_NONE, strstr(s->why.en, words_at(words_legal_basis(), code)) != NULL);
    }
}

/* A ground is that of the day: rows of one law follow one another, and there is a day on which it is none. */
static const struct {
    const char *name, *at;
    int row; /* of DATED; −1 = none */
} ON[] = {
    {"before the law", "2024-03-31T23:59:59+09:00", -1}, {"its first instant", "2024-04-01T00:00:00+09:00", 0},
    {"its last instant", "2025-03-31T23:59:59+09:00", 0}, {"the amended law", "2025-04-01T00:00:00+09:00", 1},
    {"the day after it ended", "2026-04-01T00:00:00+09:00", -1},
};

static void test_dated(void **state)
{
    const struct basis DATED[] = {
        {.code = BASIS_NEEDY_9, .from_us = instant("2024-04-01T00:00:00+09:00"), .until_us = instant("2025-04-01T00:00:00+09:00")},
        {.code = BASIS_NEEDY_9, .from_us = instant("2025-04-01T00:00:00+09:00"), .until_us = instant("2026-04-01T00:00:00+09:00")},
        {.code = BASIS_LAW, .from_us = instant("2020-04-01T00:00:00+09:00")},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(ON); i++) {
        const struct basis *got = basis_on(DATED, COUNT(DATED), BASIS_NEEDY_9, instant(ON[i].at));
        if (got != (ON[i].row < 0 ? NULL : &DATED[ON[i].row]))
            fail_msg("%s", ON[i].name);
    }
    assert_ptr_equal(basis_on(DATED, COUNT(DATED), BASIS_LAW, instant(DAY)), &DATED[2]);
    assert_null(basis_on(DATED, COUNT(DATED), BASIS_CONSENT, instant(DAY)));
}

/* A session belongs to a meeting's basis. */
static void test_session(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    const int64_t items[] = {ITEM_NARRATIVE};
    const struct consent *on;

    (void)state;
    for (int is_meeting = 0; is_meeting < 2; is_meeting++)
        for (int has_session = 0; has_session < 2; has_session++) {
            const struct basis basis = {.code = BASIS_LAW, .is_meeting = is_meeting, .receivers = 1U << REGIME_PUBLIC,
                                        .items = 1U << ITEM_NARRATIVE};
            struct offer offer = {.code = BASIS_LAW, .basis = &basis, .has_session = has_session, .regime = REGIME_PUBLIC,
                                  .items = items, .item_n = 1};
            assert_int_equal(offer_decide(s, &offer, &on), has_session && !is_meeting ? INVALID : OK);
        }
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
        cmocka_unit_test(test_covers),
        cmocka_unit_test(test_longest_reason),
        cmocka_unit_test(test_dated),
        cmocka_unit_test(test_session),
        cmocka_unit_test(test_due),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
