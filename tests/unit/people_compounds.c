/* Compounds: each rule gives what it says and nothing of one field alone; what is unknown or unreadable gives nothing; a name
 * is found under every name a person bears. */
#include "people/compound.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
#undef fail /* cmocka's; ours is meant */

#define SEP "\x1f"

struct asked {
    const char *name, *kana, *alias, *alias_kana, *former, *birth, *phone, *address;
};

static struct person_fields fields_of(const struct asked *p)
{
    return (struct person_fields){.name = span_str(p->name),
                                  .kana = span_str(p->kana),
                                  .alias = span_str(p->alias),
                                  .alias_kana = span_str(p->alias_kana),
                                  .former_name = span_str(p->former),
                                  .birth_date = span_str(p->birth),
                                  .phone = span_str(p->phone),
                                  .address = span_str(p->address)};
}

static const struct {
    const char *what;
    struct asked who;
    const char *want; /* rule=text, one a line, in order */
} CASES[] = {
    {"nothing known", {.name = ""}, ""},
    {"a name alone is never indexed", {.name = "架空 太郎", .kana = "かくう たろう"}, ""},
    {"a birth date alone is never indexed", {.birth = "1985-03-01"}, ""},
    {"a telephone and an address are no person", {.phone = "09000000001", .address = "柏市柏1"}, ""},
    {"name and birth",
     {.name = "架空 太郎", .birth = "昭和60年3月1日"},
     "name+birth=架空太郎" SEP "19850301\n"
     "given+birth=太郎" SEP "19850301\n"
     "name+month=架空太郎" SEP "1985-03\n"
     "name+digits=架空太郎" SEP "00113589\n"
     "name+month_day=架空太郎" SEP "03-01\n"},
    {"reading and unknown day", {.kana = "かくうたろう", .birth = "1985-03"}, "kana+month=カクウタロウ" SEP "1985-03\n"},
    {"an unreadable date is unknown", {.kana = "かくう たろう", .birth = "5年3月"}, ""},
    {"a year alone is too little", {.kana = "かくう たろう", .birth = "1985"}, ""},
    {"telephone and birth", {.phone = "09000000001", .birth = "1985-03-01"}, "phone+birth=9000000001" SEP "19850301\n"},
    {"everything of one name",
     {.name = "架空 太郎", .kana = "かくう たろう", .birth = "1985-03-01", .phone = "09000000001", .address = "柏市柏1-2-3"},
     "kana+birth=カクウタロウ" SEP "19850301\n"
     "name+birth=架空太郎" SEP "19850301\n"
     "sound+birth=カクタロ" SEP "19850301\n"
     "given_kana+birth=タロウ" SEP "19850301\n"
     "given+birth=太郎" SEP "19850301\n"
     "head+birth=カク" SEP "19850301\n"
     "kana+month=カクウタロウ" SEP "1985-03\n"
     "name+month=架空太郎" SEP "1985-03\n"
     "kana+digits=カクウタロウ" SEP "00113589\n"
     "name+digits=架空太郎" SEP "00113589\n"
     "kana+month_day=カクウタロウ" SEP "03-01\n"
     "name+month_day=架空太郎" SEP "03-01\n"
     "kana+year_day=カクウタロウ" SEP "1985--01\n"
     "phone+birth=9000000001" SEP "19850301\n"
     "phone+kana=9000000001" SEP "カクウタロウ\n"
     "phone+name=9000000001" SEP "架空太郎\n"
     "phone+sound=9000000001" SEP "カクタロ\n"
     "phone+given_kana=9000000001" SEP "タロウ\n"
     "phone+given=9000000001" SEP "太郎\n"
     "town+birth=柏" SEP "19850301\n"
     "town+kana=柏" SEP "カクウタロウ\n"
     "town+name=柏" SEP "架空太郎\n"
     "block+given_kana+month=柏1" SEP "タロウ" SEP "1985-03\n"},
    {"通称 comes under the same rules",
     {.name = "SAMPLE TARO", .alias = "架空 太郎", .birth = "1985-03"},
     "name+month=SAMPLE TARO" SEP "1985-03\nname+month=架空太郎" SEP "1985-03\n"},
    {"the reading of the 通称 too",
     {.kana = "さんぷる たろう", .alias_kana = "かくう たろう", .birth = "1985-03"},
     "kana+month=サンプルタロウ" SEP "1985-03\nkana+month=カクウタロウ" SEP "1985-03\n"},
    {"a former surname before today's given name",
     {.name = "見本 花子", .former = "架空", .birth = "1985-03"},
     "name+month=見本花子" SEP "1985-03\nname+month=架空花子" SEP "1985-03\n"},
    {"a whole former name",
     {.name = "見本 花子", .former = "架空 はな", .birth = "1985-03"},
     "name+month=見本花子" SEP "1985-03\nname+month=架空ハナ" SEP "1985-03\n"},
    {"a former surname in kana",
     {.kana = "みほん はなこ", .former = "かくう", .birth = "1985-03"},
     "kana+month=ミホンハナコ" SEP "1985-03\nkana+month=カクウハナコ" SEP "1985-03\n"},
    {"a former surname without a given name to stand before is unknown",
     {.name = "見本花子", .former = "架空", .birth = "1985-03"},
     "name+month=見本花子" SEP "1985-03\n"},
    {"a name in kana is its own reading",
     {.name = "かくう たろう", .birth = "1985-03"},
     "kana+month=カクウタロウ" SEP "1985-03\nname+month=カクウタロウ" SEP "1985-03\n"},
    {"equal values are indexed once",
     {.name = "架空 太郎", .alias = "架空　太郎", .birth = "1985-03"},
     "name+month=架空太郎" SEP "1985-03\n"},
};

static const char *printed(struct scope *s, const struct compound *list, size_t n)
{
    const char *text = "";

    for (size_t i = 0; i < n; i++)
        text = scope_print(s, "%s%s=%.*s\n", text, list[i].rule, (int)list[i].text.n, (const char *)list[i].text.p);
    return text;
}

static void compounds_are_as_the_rules_say(void **state)
{
    AUTO(scope) s = scope_new(1 << 20, entropy_system());
    struct compound list[COMPOUNDS_MAX];
    size_t n;

    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct person_fields fields = fields_of(&CASES[i].who);
        assert_int_equal(people_compounds(s, &fields, list, &n), OK);
        assert_string_equal(printed(s, list, n), CASES[i].want);
        scope_reset(s);
    }
}

/* Everything filled with names that all differ: the bound holds and nothing was cut. */
static void the_fullest_person_fits(void **state)
{
    AUTO(scope) s = scope_new(1 << 20, entropy_system());
    struct asked who = {"架空 太郎", "かくう たろう", "見本 次郎",   "みほん じろう",
                        "例 三郎",   "1985-03-01",    "09000000001", "柏市柏1-2-3"};
    struct person_fields fields = fields_of(&who);
    struct compound list[COMPOUNDS_MAX];
    size_t n;

    (void)state;
    assert_int_equal(people_compounds(s, &fields, list, &n), OK);
    assert_int_equal(n, 23 + 4 * 2 + 5); /* once for each rule; four take two written names more, five a reading */
    fields.former_name = span_str("れい さぶろう");
    assert_int_equal(people_compounds(s, &fields, list, &n), OK);
    assert_true(n < COMPOUNDS_MAX);
    assert_string_equal(list[n - 1].rule, "block+given_kana+month"); /* the last rule still had room */
}

static void bad_fields_are_refused(void **state)
{
    AUTO(scope) s = scope_new(1 << 20, entropy_system());
    char text[PERSON_FIELD_MAX + 1] = {0};
    struct person_fields fields = {.name = SPAN_LIT("\xff")};
    struct compound list[COMPOUNDS_MAX];
    size_t n = 99;

    (void)state;
    assert_int_equal(people_compounds(s, &fields, list, &n), INVALID);
    memset(text, 'A', sizeof text);
    fields.name = span_of(text, sizeof text);
    assert_int_equal(people_compounds(s, &fields, list, &n), TOO_LARGE);
    assert_int_equal(n, 99);
    fields.name.n--;
    fields.birth_date = SPAN_LIT("1985-03-01");
    assert_int_equal(people_compounds(s, &fields, list, &n), OK);
    assert_int_equal(n, 0); /* too long for a name */
    fields.name.n = COMPOUND_BYTES_MAX - 9;
    assert_int_equal(people_compounds(s, &fields, list, &n), OK);
    assert_int_equal(n, 4);
    assert_int_equal(list[0].text.n, COMPOUND_BYTES_MAX);
}

static void rules_are_compound_and_named_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < PEOPLE_RULE_N; i++) {
        const struct people_rule_row *row = people_rule_row(i);
        enum people_group first = people_part_row(row->part[0])->group;
        assert_true(row->part_n >= 2 && row->part_n <= RULE_PARTS_MAX);
        assert_int_equal(people_rule_find(row->name), i);
        assert_true(row->ja[0] && row->en[0]);
        assert_true(people_part_row(row->part[1])->group != first); /* of two kinds of fact, not one said twice */
    }
    assert_null(people_rule_row(PEOPLE_RULE_N));
    assert_int_equal(people_rule_find("kana"), -1);
}

static void tokens_are_sorted_and_keyed(void **state)
{
    AUTO(scope) s = scope_new(1 << 20, entropy_system());
    AUTO(secret) key = secret_random(32);
    AUTO(secret) other = secret_random(32);
    struct people_token a[COMPOUNDS_MAX], b[COMPOUNDS_MAX];
    struct compound list[COMPOUNDS_MAX];
    struct asked who = {"架空 太郎", "かくう たろう", "見本 次郎", "みほん じろう", "", "1985-03-01", "", ""};
    struct person_fields fields = fields_of(&who);
    size_t n;

    (void)state;
    assert_int_equal(people_compounds(s, &fields, list, &n), OK);
    people_tokens(key, list, n, a);
    people_tokens(key, list, n, b);
    assert_memory_equal(a, b, n * sizeof a[0]);
    for (size_t i = 1; i < n; i++)
        assert_true(memcmp(&a[i - 1], &a[i], sizeof a[0]) < 0);
    people_tokens(other, list, n, b);
    for (size_t i = 0; i < n; i++)
        assert_memory_not_equal(a[i].index, b[i].index, BLIND_LEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compounds_are_as_the_rules_say), cmocka_unit_test(the_fullest_person_fits),
        cmocka_unit_test(bad_fields_are_refused),         cmocka_unit_test(rules_are_compound_and_named_once),
        cmocka_unit_test(tokens_are_sorted_and_keyed),
    };

    if (seal_init() != OK)
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
