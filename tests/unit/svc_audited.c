/* What an auditor asked, as the history says it: values of every kind but text, whole words, and never more than there is room for. */
#include "svc/audited.h"

#include "wire/message.h"

/* after our own headers: it makes a macro of the name `fail` */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static const int64_t NEEDS[] = {0, 1, 2}, ROLES[] = {ROLE_AUDITOR};
static const struct uuid CASE = {.b = {0x11}}, NIL = {.b = {0}};
static const struct disclosure_list NOTHING = {.has_case_id = false};
static const struct disclosure_list A_YEAR = {.has_year = true, .year = 2026, .has_without_consent = true, .without_consent = true};
static const struct disclosure_list A_PAGE = {.has_case_id = true, .case_id = {.b = {0x11}}, .has_after = true, .after = {.b = {0x22}},
                                              .has_limit = true, .limit = 50};
static const struct sign_in_list A_NAME = {.has_user = true, .user = SPAN_LIT("架空 太郎"), .has_before = true, .before = 1767225600000000};
static const struct host_list AN_AGENCY = {.has_agency = true, .agency = {"A056"}};
static const struct key_status EMPTY = {};
static const struct reading_list OF_A_CASE = {.case_id = {.b = {0x11}}};
static const struct referral_draft LISTS = {.case_id = {.b = {0x11}}, .needs = {NEEDS, 3}, .kind = KIND_TRANSFER, .send = false};
static const struct user_put ONE = {.user = SPAN_LIT("架空"), .has_roles = true, .roles = {ROLES, 1}};

static const struct {
    const char *name;
    const struct shape *(*shape)(void);
    const void *msg;
    const char *want;
    const struct uuid *of;
} CASES[] = {
    {"nothing was said", shape_disclosure_list, &NOTHING, "", &NIL},
    {"a year and a flag", shape_disclosure_list, &A_YEAR, "year=2026 without_consent=true", &NIL},
    {"the case is not repeated", shape_disclosure_list, &A_PAGE, "after=22000000-0000-0000-0000-000000000000 limit=50", &CASE},
    {"of a text the name alone", shape_sign_in_list, &A_NAME, "user before=2026-01-01T09:00:00", &NIL},
    {"an agency", shape_host_list, &AN_AGENCY, "agency=A056", &NIL},
    {"a request without fields", shape_key_status, &EMPTY, "", &NIL},
    {"a case alone", shape_reading_list, &OF_A_CASE, "", &CASE},
    {"of a list the first, and how many", shape_user_put, &ONE, "user roles=auditor", &NIL},
};

static void each_is_told_as_it_is(void **state)
{
    struct scope *s = *state;

    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct span text;
        assert_int_equal(audited_text(s, CASES[i].shape(), CASES[i].msg, &text), OK);
        if (strcmp((const char *)text.p, CASES[i].want) != 0)
            fail_msg("%s: \"%s\", not \"%s\"", CASES[i].name, (const char *)text.p, CASES[i].want);
        if (!uuid_eq(audited_case(CASES[i].shape(), CASES[i].msg), *CASES[i].of))
            fail_msg("%s: of another case", CASES[i].name);
    }
}

static void a_list_says_how_many(void **state)
{
    struct scope *s = *state;
    struct span text;

    assert_int_equal(audited_text(s, shape_referral_draft(), &LISTS, &text), OK);
    assert_non_null(strstr((const char *)text.p, scope_print(s, "needs=%s(3)", words_at(words_need(), 0))));
}

/* Whatever there is to say, and wherever a word ends: whole words, and the sign that there was more. */
static void what_does_not_fit(void **state)
{
    static const char LONG[] = "a_name_that_may_be_as_long_as_this";
    struct field fields[12];
    struct span text;
    struct {
        struct uuid id;
    } msg = {CASE};
    const struct shape shape = {.name = "wide", .size = sizeof msg, .field = fields, .n = COUNT(fields)};

    for (size_t i = 0; i < COUNT(fields); i++)
        fields[i] = (struct field){.name = "after", .kind = K_UUID, .offset = 0};
    for (size_t k = 1; k < sizeof LONG; k++) {
        fields[0].name = LONG + sizeof LONG - 1 - k;
        assert_int_equal(audited_text(*state, &shape, &msg, &text), OK);
        assert_in_range(text.n, 100, ASKED_TEXT_MAX);
        assert_true(span_is_utf8(text));
        assert_memory_equal(text.p + text.n - 4, " …", 4);
        assert_int_equal((text.n - 4 - (k + 1 + 36)) % (1 + strlen("after=") + 36), 0);
    }
}

static int setup(void **state)
{
    *state = scope_new(1 << 20, entropy_system());
    return *state ? 0 : -1;
}

static int teardown(void **state)
{
    scope_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_told_as_it_is),
        cmocka_unit_test(a_list_says_how_many),
        cmocka_unit_test(what_does_not_fit),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
