/* An answer's list as RFC 4180 has it: what must be quoted is, nothing else, and every kind of value is readable. */
#include "ctl/sheet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#undef fail /* cmocka's; ours is meant */

#include "base/clock.h"
#include "wire/message.h"

static const struct {
    const char *law, *want;
} CELLS[] = {
    {"条", "条"},
    {"", ""},
    {"a b;c'd", "a b;c'd"},
    {"a,b", "\"a,b\""},
    {"a\"b", "\"a\"\"b\""},
    {"\"", "\"\"\"\""},
    {"a\nb", "\"a\nb\""},
    {"a\tb", "a b"},
    {"\x1b[2J", "\xEF\xBF\xBD[2J"},
};

static const char *text_of(const struct page *to)
{
    return scope_print(to->s, "%.*s", (int)to->n, to->p ? to->p : "");
}

static struct disclosure_line line(struct scope *s)
{
    static const int64_t ITEMS[] = {ITEM_NARRATIVE, ITEM_NOTES};
    struct disclosure_line l = {.from = {"A056"}, .receiver = {"A062"}, .items = {ITEMS, COUNT(ITEMS)}, .basis = BASIS_SWA_106_6,
                                .purpose = PURPOSE_REFERRAL, .approver = SPAN_LIT("madoguchi")};

    (void)s;
    assert_int_equal(time_parse(SPAN_LIT("2026-06-01T00:30:00Z"), &l.at), OK);
    l.law = SPAN_LIT("条");
    return l;
}

#define NIL "00000000-0000-0000-0000-000000000000"

static void whole_list(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    struct disclosure_line two[] = {line(s), line(s)};
    struct list list = {two, COUNT(two)};
    struct page to = {.s = s};

    (void)state;
    two[1].has_consent_id = true;
    two[1].items.n = 0;
    sheet_head(&to, shape_disclosure_line());
    sheet_rows(&to, shape_disclosure_line(), &list);
    assert_false(to.has_failed);
    assert_string_equal(text_of(&to),
        "提供記録,ケース,つなぎ,日時,つなぎ元,提供先,開示項目,根拠,条項,同意,会議,目的,承認者\r\n"
        NIL "," NIL ",,2026-06-01 09:30:00,A056,A062,相談内容、支援経過記録,社会福祉法106条の6 支援会議,条,,,他機関へのつなぎ,madoguchi\r\n"
        NIL "," NIL ",,2026-06-01 09:30:00,A056,A062,,社会福祉法106条の6 支援会議,条," NIL ",,他機関へのつなぎ,madoguchi\r\n");
}

static void cells(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());

    (void)state;
    for (size_t i = 0; i < COUNT(CELLS); i++) {
        struct disclosure_line l = line(s);
        struct page to = {.s = s};
        l.law = span_str(CELLS[i].law);
        sheet_rows(&to, shape_disclosure_line(), &(struct list){&l, 1});
        assert_string_equal(strstr(text_of(&to), "支援会議,") + strlen("支援会議,"),
                            scope_print(s, "%s,,,他機関へのつなぎ,madoguchi\r\n", CELLS[i].want));
    }
}

/* Yes and no, numbers; a record within a record has no column. */
static void kinds(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    const struct case_member member = {.agency = {"A056"}, .is_lead = true, .since = 0};
    const struct queue_line queue = {.to = SPAN_LIT("intake"), .waiting = 3, .parked = 0, .oldest_ms = 1200};
    const struct candidate candidate = {.agency = {"A056"}, .name = SPAN_LIT("窓口")};
    struct page to = {.s = s};

    (void)state;
    sheet_rows(&to, shape_case_member(), &(struct list){&member, 1});
    sheet_rows(&to, shape_queue_line(), &(struct list){&queue, 1});
    sheet_head(&to, shape_candidate());
    sheet_rows(&to, shape_candidate(), &(struct list){&candidate, 1});
    assert_string_equal(text_of(&to), "A056,はい,1970-01-01 09:00:00,\r\nintake,3,0,1200\r\n機関,名前,対応する課題\r\nA056,窓口,\r\n");
}

/* A duration is a number to reckon with, and its column says of what. */
static void durations(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    const struct custody_stretch stretch = {.agency = {"A056"}, .cause = CUSTODY_INTAKE, .seconds = 183600};
    struct page to = {.s = s};

    (void)state;
    sheet_head(&to, shape_custody_stretch());
    sheet_rows(&to, shape_custody_stretch(), &(struct list){&stretch, 1});
    assert_string_equal(text_of(&to), "機関,担当のきっかけ,つなぎ,いつから,いつまで,担当期間（秒）,終わり方,理由\r\n"
                                      "A056,受付,,1970-01-01 09:00:00,,183600,,\r\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(whole_list), cmocka_unit_test(cells), cmocka_unit_test(kinds), cmocka_unit_test(durations)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
