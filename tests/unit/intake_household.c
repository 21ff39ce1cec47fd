/* What a reader sees of a household. A mother (0) and her child (1) fled from a spouse (2) who is in the same record; who is protected,
 * who reads, and what is the same in two records are rows. */
#include "intake/person.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h> /* last: its fail() is a macro, ours a function that the headers declare */

#include <string.h>

enum { MOTHER, CHILD, SPOUSE, MEMBERS };

#define A (1u << MASKED_ADDRESS)
#define P (1u << MASKED_PHONE)
#define W (1u << MASKED_WORKPLACE)
#define S (1u << MASKED_SCHOOL)
#define H (1u << MASKED_SHELTER)
#define C (1u << MASKED_SAFE_CONTACT)
#define EVERY (A | P | W | S | H | C)

static const struct span NAMED[] = {{(const uint8_t *)"a@A001", 6}, {(const uint8_t *)"b@A002", 6}};

static const struct {
    const char *name;
    unsigned is_protected, is_off, is_unknown; /* bit per member */
    const char *who;
    bool is_emergency;
    unsigned hidden[MEMBERS];
} CASES[] = {
    {"nobody is protected", 0, 0, 0, "x@A001", false, {0, 0, 0}},
    {"the mother, to a stranger: and the address the child shares", 1, 0, 0, "x@A001", false, {EVERY, A | H | C, P}},
    {"the mother, to one who is named", 1, 0, 0, "a@A001", false, {0, 0, 0}},
    {"the mother, to another who is named", 1, 0, 0, "b@A002", false, {0, 0, 0}},
    {"the same user of another agency", 1, 0, 0, "a@A002", false, {EVERY, A | H | C, P}},
    {"who is named, by breaking the glass", 1, 0, 0, "a@A001", true, {EVERY, A | H | C, P}},
    {"the spouse alone", 1 << SPOUSE, 0, 0, "x@A001", false, {P, 0, EVERY}},
    {"mother and child", 1 | 1 << CHILD, 0, 0, "x@A001", false, {EVERY, EVERY, P}},
    {"taken off by decision", 0, 1, 0, "x@A001", false, {0, 0, 0}},
    {"a member nobody can read of: everybody's", 0, 0, 1 << CHILD, "x@A001", false, {EVERY, EVERY, EVERY}},
    {"also for who is named", 1, 0, 1 << CHILD, "a@A001", false, {EVERY, EVERY, EVERY}},
};

static struct person_private person(const char *name, const char *address, const char *phone, const char *school, const char *shelter)
{
    return (struct person_private){
        .has_name = true, .name = span_str(name), .has_birth_date = true, .birth_date = SPAN_LIT("昭和55年5月5日"),
        .has_address = true, .address = span_str(address), .has_phone = true, .phone = span_str(phone), .has_school = school,
        .school = span_str(school), .has_shelter = shelter, .shelter = span_str(shelter), .has_workplace = false,
        .has_safe_contact = true, .safe_contact = SPAN_LIT("平日の昼、市役所とは名乗らない")};
}

static struct household household(unsigned is_protected, unsigned is_off, unsigned is_unknown)
{
    struct household h = {.n = MEMBERS};

    h.v[MOTHER].person = person("架空 花子", "架空町 1-2-3", "0400000001", NULL, "架空の家");
    h.v[CHILD].person = person("架空 次郎", "千葉県柏市架空町１丁目２番３号", "000-0000-0002", "架空小学校", "架空の家");
    h.v[SPOUSE].person = person("架空 太郎", "虚構町 9", "０４ ００００ ０００１", NULL, NULL);
    h.v[SPOUSE].person.safe_contact = SPAN_LIT("いつでも");
    for (size_t i = 0; i < MEMBERS; i++) {
        h.v[i].has_protection = (is_protected | is_off) & 1u << i;
        h.v[i].protection = (struct protection_private){.is_on = is_protected & 1u << i, .named = {NAMED, COUNT(NAMED)}};
        h.v[i].is_unknown = is_unknown & 1u << i;
    }
    return h;
}

static void test_hidden(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        AUTO(scope) s = scope_new(1 << 16, entropy_system());
        struct household h = household(CASES[i].is_protected, CASES[i].is_off, CASES[i].is_unknown);
        struct viewer v = {.who = span_str(CASES[i].who), .is_emergency = CASES[i].is_emergency};
        for (size_t k = 0; k < MEMBERS; k++)
            if (member_hidden(s, &h, k, &v) != CASES[i].hidden[k])
                fail_msg("%s: member %zu: %x", CASES[i].name, k, member_hidden(s, &h, k, &v));
    }
}

/* Items × hidden: each field is there exactly when its item is and it is not hidden. */
static void test_cut(void **state)
{
    struct person_private all = person("架空 花子", "架空町 1-2-3", "0400000001", "架空小学校", "架空の家");

    (void)state;
    all.has_kana = true;
    all.kana = SPAN_LIT("かくう はなこ");
    all.has_workplace = true;
    all.workplace = SPAN_LIT("架空商店");
    for (unsigned items = 0; items < 1u << item_N_; items++) {
        for (unsigned hidden = 0; hidden < 1u << masked_field_N_; hidden++) {
            struct person_contents c = {0};
            bool who = items & 1u << ITEM_IDENTITY, where = items & 1u << ITEM_CONTACT;
            person_cut(&all, items, hidden, &c);
            assert_int_equal(c.has_name, who);
            assert_int_equal(c.has_birth_date, who);
            assert_int_equal(c.has_kana, who);
            assert_false(c.has_alias || c.has_former_name); /* nobody said them */
            assert_int_equal(c.has_safe_contact, where && !(hidden & C));
            assert_int_equal(c.has_address, where && !(hidden & A));
            assert_int_equal(c.has_phone, where && !(hidden & P));
            assert_int_equal(c.has_workplace, where && !(hidden & W));
            assert_int_equal(c.has_school, where && !(hidden & S));
            assert_int_equal(c.has_shelter, where && !(hidden & H));
            if (c.has_address)
                assert_true(span_eq(c.address, all.address));
        }
    }
}

/* What stands in for a hidden part has its rule and its length, and is never the text; no two are the same. */
static void test_veil(void **state)
{
    const struct person_fields fields = {.name = SPAN_LIT("架空 花子"), .kana = SPAN_LIT("かくう はなこ"), .birth_date = SPAN_LIT("昭和55年5月5日"),
                                         .phone = SPAN_LIT("0400000001"), .address = SPAN_LIT("千葉県柏市架空町一丁目2-3")};
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    struct compound was[COMPOUNDS_MAX], got[2][COMPOUNDS_MAX];
    size_t n, by_phone = 0, by_place = 0;

    (void)state;
    assert_int_equal(people_compounds(s, &fields, was, &n), OK);
    for (unsigned hidden = 0; hidden < 1u << masked_field_N_; hidden++) {
        for (int k = 0; k < 2; k++) {
            memcpy(got[k], was, sizeof was);
            assert_int_equal(compounds_veil(s, got[k], n, hidden), OK);
        }
        by_phone = by_place = 0;
        for (size_t i = 0; i < n; i++) {
            bool phone = strstr(was[i].rule, "phone"), place = strstr(was[i].rule, "town") || strstr(was[i].rule, "block");
            bool veiled = (phone && hidden & P) || (place && hidden & A);
            assert_string_equal(got[0][i].rule, was[i].rule);
            assert_int_equal(got[0][i].text.n, was[i].text.n);
            assert_int_equal(span_eq(got[0][i].text, was[i].text), !veiled);
            assert_int_equal(span_eq(got[0][i].text, got[1][i].text), !veiled);
            by_phone += phone;
            by_place += place;
        }
    }
    assert_true(by_phone > 3 && by_place > 2 && n > by_phone + by_place);
}

/* Absent leaves, present replaces, empty takes away: also what was told at the opening. */
static void test_lay(void **state)
{
    struct case_private told = {.has_name = true, .name = SPAN_LIT("架空 花子"), .has_address = true, .address = SPAN_LIT("架空町 1"),
                                .has_phone = true, .phone = SPAN_LIT("000")};
    struct person_private p = person_told(&told), over = {.has_address = true, .address = SPAN_LIT("架空町 2"), .has_phone = true,
                                                          .has_school = true, .school = SPAN_LIT("架空中学校")};
    struct person_contents c = {0};

    (void)state;
    person_lay(&p, &over);
    person_cut(&p, ~0u, 0, &c);
    assert_true(c.has_name && span_is(c.name, "架空 花子"));
    assert_true(c.has_address && span_is(c.address, "架空町 2"));
    assert_false(c.has_phone);
    assert_true(c.has_school);
    assert_false(c.has_kana || c.has_shelter || c.has_workplace);
}

/* Of several protected members, the place is for those whom all of them name. */
static void test_care(void **state)
{
    static const struct span OTHER[] = {{(const uint8_t *)"b@A002", 6}, {(const uint8_t *)"c@A003", 6}};
    static const struct {
        unsigned is_protected;
        bool hides;
        const char *named;
    } CARES[] = {{0, false, ""}, {1, true, "a@A001 b@A002 "}, {2, true, "b@A002 c@A003 "}, {3, true, "b@A002 "}};
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());

    (void)state;
    for (size_t i = 0; i < COUNT(CARES); i++) {
        struct household h = household(CARES[i].is_protected, 4, 0);
        struct care_private care;
        const char *text = "";
        h.v[CHILD].protection.named.v = OTHER;
        assert_int_equal(household_care(s, &h, &care), OK);
        assert_int_equal(care.hides_place, CARES[i].hides);
        for (size_t k = 0; k < care.named.n; k++)
            text = scope_print(s, "%s%.*s ", text, (int)care.named.v[k].n, (const char *)care.named.v[k].p);
        assert_string_equal(text, CARES[i].named);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hidden),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_veil),
        cmocka_unit_test(test_lay),
        cmocka_unit_test(test_care),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
