/* Which consent carries a disclosure, and what a refusal says where none does: tables of consents and what is asked of them. */
#include "referral/offer.h"

#include "referral_items.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h> /* last: its fail() is a macro, ours a function that the headers declare */

#include <string.h>

enum { NOW = 1000, CONSENTS_MOST = 3 };

#define I (1U << ITEM_IDENTITY)
#define C (1U << ITEM_CONTACT)
#define N (1U << ITEM_NARRATIVE)
#define O (1U << ITEM_NOTES)

static const struct agency_id NAMED[] = {{"A002"}, {"A003"}};
static const struct basis CONSENT = {.code = BASIS_CONSENT, .needs_consent = true, .receivers = 7, .items = I | C | N | O};

/* A consent in force, of which single things differ. */
#define BETWEEN(purpose_, items_, from, until) {.purpose = PURPOSE_##purpose_, .items = (items_), .from_us = (from), .until_us = (until)}
#define GIVEN(purpose_, items_) BETWEEN(purpose_, items_, 0, 2000)
#define TO_NAMED(purpose_, items_) {.purpose = PURPOSE_##purpose_, .items = (items_), .receiver = NAMED, .receiver_n = COUNT(NAMED), .until_us = 2000}

static const struct {
    const char *name;
    struct consent given[CONSENTS_MOST]; /* numbered 1, 2, 3; one without items ends the list */
    enum purpose purpose;
    const char *receiver;
    unsigned items;
    uint8_t named; /* the consent the sender means; 0 = any */
    uint8_t want;  /* the one it stands on; 0 = refused */
    unsigned told; /* items a refusal names */
    const char *why;
} CASES[] = {
    {"all of it", {GIVEN(SUPPORT, I | N)}, PURPOSE_REFERRAL, "A002", I | N, 0, 1, 0, NULL},
    {"less than all of it", {GIVEN(SUPPORT, I | N)}, PURPOSE_REFERRAL, "A002", N, 0, 1, 0, NULL},
    {"one item too many", {GIVEN(SUPPORT, I | N)}, PURPOSE_REFERRAL, "A002", I | N | O, 0, 0, O, "does not cover"},
    {"nobody agreed", {{.items = 0}}, PURPOSE_REFERRAL, "A002", I | N, 0, 0, I | N, "has not consented"},
    {"to the referral itself", {GIVEN(REFERRAL, N)}, PURPOSE_REFERRAL, "A002", N, 0, 1, 0, NULL},
    {"for support, asked for support", {GIVEN(SUPPORT, N)}, PURPOSE_SUPPORT, "A002", N, 0, 1, 0, NULL},
    {"for a referral, asked for support", {GIVEN(REFERRAL, N)}, PURPOSE_SUPPORT, "A002", N, 0, 0, N, "another purpose"},
    {"for support, asked for a conference", {GIVEN(SUPPORT, N)}, PURPOSE_CONFERENCE, "A002", N, 0, 0, N, "another purpose"},
    {"for statistics", {GIVEN(STATISTICS, N)}, PURPOSE_REFERRAL, "A002", N, 0, 0, N, "another purpose"},
    {"to a named agency", {TO_NAMED(SUPPORT, N)}, PURPOSE_REFERRAL, "A003", N, 0, 1, 0, NULL},
    {"to another", {TO_NAMED(SUPPORT, N)}, PURPOSE_REFERRAL, "A004", N, 0, 0, N, "does not name this receiver"},
    {"over", {BETWEEN(SUPPORT, N, 0, NOW)}, PURPOSE_REFERRAL, "A002", N, 0, 0, N, "has not consented"},
    {"its last instant", {BETWEEN(SUPPORT, N, 0, NOW + 1)}, PURPOSE_REFERRAL, "A002", N, 0, 1, 0, NULL},
    {"not yet", {BETWEEN(SUPPORT, N, NOW + 1, 2000)}, PURPOSE_REFERRAL, "A002", N, 0, 0, N, "has not consented"},
    {"its first instant", {BETWEEN(SUPPORT, N, NOW, 2000)}, PURPOSE_REFERRAL, "A002", N, 0, 1, 0, NULL},
    {"the second one covers it", {GIVEN(SUPPORT, I), GIVEN(SUPPORT, N)}, PURPOSE_REFERRAL, "A002", N, 0, 2, 0, NULL},
    {"two halves are no whole", {GIVEN(SUPPORT, I), GIVEN(SUPPORT, N | O)}, PURPOSE_REFERRAL, "A002", I | N | O, 0, 0, I, "does not cover"},
    {"the one meant", {GIVEN(SUPPORT, N), GIVEN(REFERRAL, N)}, PURPOSE_REFERRAL, "A002", N, 2, 2, 0, NULL},
    {"the one meant lacks it, another has it", {GIVEN(SUPPORT, N), GIVEN(SUPPORT, I)}, PURPOSE_REFERRAL, "A002", N, 2, 0, N, "does not cover"},
    {"one that is none", {GIVEN(SUPPORT, N)}, PURPOSE_REFERRAL, "A002", N, 3, 0, N, "has not consented"},
    {"the nearest one speaks",
     {GIVEN(STATISTICS, I | C | N | O), TO_NAMED(SUPPORT, I | C | N | O), GIVEN(SUPPORT, I | C)},
     PURPOSE_REFERRAL, "A004", I | N, 0, 0, N, "does not cover"},
};

static void try_one(struct scope *s, size_t row)
{
    struct consent given[CONSENTS_MOST];
    struct uuid named = {{CASES[row].named}};
    const struct consent *on = NULL;
    int64_t items[item_N_];
    struct offer offer = {.kind = KIND_TRANSFER, .code = BASIS_CONSENT, .basis = &CONSENT, .consent = given,
                          .named = CASES[row].named ? &named : NULL, .purpose = CASES[row].purpose, .regime = REGIME_PRIVATE,
                          .items = items};

    memcpy(offer.receiver.code, CASES[row].receiver, strlen(CASES[row].receiver) + 1);
    offer.item_n = items_of(CASES[row].items, items);
    for (; offer.consent_n < CONSENTS_MOST && CASES[row].given[offer.consent_n].items; offer.consent_n++) {
        given[offer.consent_n] = CASES[row].given[offer.consent_n];
        given[offer.consent_n].id.b[0] = (uint8_t)(offer.consent_n + 1);
    }
    enum status st = offer_decide(s, &offer, &on);
    if (st != (CASES[row].want ? OK : INVALID) || (st == OK && (!on || on->id.b[0] != CASES[row].want)))
        fail_msg("%s: %s, stands on %d (%s)", CASES[row].name, status_trait(st)->word, on ? on->id.b[0] : 0, s->why.en);
    if (st == OK)
        return;
    if (!strstr(s->why.en, CASES[row].why))
        fail_msg("%s: %s", CASES[row].name, s->why.en);
    for (int i = 0; i < item_N_; i++)
        if ((strstr(s->why.en, words_at(words_item(), i)) != NULL) != ((CASES[row].told >> i & 1) != 0))
            fail_msg("%s: %s", CASES[row].name, s->why.en);
}

static void test_coverage(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());

    (void)state;
    s->now_us = NOW;
    for (size_t i = 0; i < COUNT(CASES); i++)
        try_one(s, i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_coverage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
