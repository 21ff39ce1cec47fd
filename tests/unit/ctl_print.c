/* What people read: every kind of value, widths that line up, and no byte that commands a terminal. */
#include "ctl/print.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#undef fail /* cmocka's; ours is meant */

#include "base/clock.h"
#include "ctl/shapes.h"
#include "wire/api.h"
#include "wire_shapes.h"

static const struct {
    const char *text;
    size_t width;
} WIDTHS[] = {
    {"", 0}, {"abc", 3}, {"漢字", 4}, {"かな", 4}, {"ﾊﾝｶｸ", 4}, {"Ａ", 2}, {"A056 柏", 7}, {"か\xE3\x82\x99", 2}, {"\xF0\xA0\xAE\x9F", 2},
    {"\xff", 1}, {"－", 2},
};

static void widths(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(WIDTHS); i++)
        assert_int_equal(print_width(span_str(WIDTHS[i].text)), WIDTHS[i].width);
}

#define R "\xEF\xBF\xBD"

static const struct {
    const char *in;
    int indent;
    const char *want;
} CLEAN[] = {
    {"静か", 0, "静か"},
    {"a\nb", 2, "a\n  b"},
    {"a\nb", 0, "a\nb"},
    {"a\nb\tc\rd", -1, "a b c d"},
    {"\x1b[31mred", 0, R "[31mred"},
    {"\x07\x7f", 0, R R},
    {"\xC2\x9B" "2J", 0, R "2J"},              /* CSI as one character */
    {"a\xE2\x80\xAE" "b", 0, "a" R "b"},       /* turns what follows around */
    {"a\xE2\x81\xA6" "b", 0, "a" R "b"},
    {"\xff\xfe", 0, R R},
    {"\xE3\x81", 0, R R},                      /* a character cut off */
};

static void nothing_commands_the_terminal(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());

    (void)state;
    for (size_t i = 0; i < COUNT(CLEAN); i++) {
        struct page to = {.s = s};
        page_clean(&to, span_str(CLEAN[i].in), CLEAN[i].indent);
        assert_false(to.has_failed);
        if (!span_is(span_of(to.p, to.n), CLEAN[i].want))
            print_error("case %zu\n", i);
        assert_true(span_is(span_of(to.p, to.n), CLEAN[i].want));
    }
}

static void assert_prints(struct scope *s, const struct shape *shape, const void *msg, const char *want)
{
    struct span text;

    assert_int_equal(print_shape(s, shape, msg, &text), OK);
    if (!span_is(text, want))
        print_error("%.*s\n--- wanted\n%s\n", (int)text.n, (const char *)text.p, want);
    assert_true(span_is(text, want));
}

static struct uuid some_id(void)
{
    struct uuid id;

    assert_int_equal(uuid_parse(SPAN_LIT("00000000-0000-4000-8000-000000000001"), &id), OK);
    return id;
}

static int64_t some_time(void)
{
    int64_t us;

    assert_int_equal(time_parse(SPAN_LIT("2026-11-22T03:30:38.5Z"), &us), OK);
    return us;
}

static void a_record_is_lines(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    static const int64_t ACCEPTS[] = {EV_START, EV_HOLD};
    struct referral_state_is r = {.ref_id = some_id(), .state = REF_ACCEPTED, .lead = {"A056"}, .version = 3, .has_due_at = true,
                                  .due_at = some_time(), .accepts = {ACCEPTS, 2}};

    (void)state;
    assert_prints(s, shape_referral_state_is(), &r,
                  "つなぎ        00000000-0000-4000-8000-000000000001\n"
                  "同時のつなぎ  －\n"
                  "状態          受入 (accepted)\n"
                  "主担当機関    A056\n"
                  "版            3\n"
                  "回答期限      2026-11-22 12:30:38\n"
                  "できること    支援開始、保留\n");
}

static void a_list_is_a_table(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    struct queue_line lines[] = {{.to = SPAN_LIT("referral"), .waiting = 12, .parked = 0, .oldest_ms = 40},
                                 {.to = SPAN_LIT("x\ny"), .waiting = 1, .parked = 1, .oldest_ms = 90000}};
    struct queue_state q = {.service = SPAN_LIT("intake"), .lines = {lines, 2}};
    struct queue_state none = {.service = SPAN_LIT("audit")};

    (void)state;
    assert_prints(s, shape_queue_state(), &q,
                  "サービス  intake\n"
                  "■ 一覧（2 件）\n"
                  "  宛先      送信待ち  停止  最古(ms)\n"
                  "  referral  12        0     40\n"
                  "  x y       1         1     90000\n");
    assert_prints(s, shape_queue_state(), &none, "サービス  audit\n■ 一覧（0 件）\n");
}

/* A sealed part is shown only when it was opened, whatever its shape demands; the English twin of a sentence never is. */
static void sealed_parts_and_twins(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    struct meeting_fix fix = {.meeting_id = some_id(), .starts = some_time(), .ends = some_time(), .basis = BASIS_NONE};
    struct criterion because = {.name = SPAN_LIT("duty"), .value = SPAN_LIT("1"), .ja = SPAN_LIT("法律の受け手"), .en = SPAN_LIT("by law")};

    (void)state;
    assert_prints(s, shape_meeting_fix(), &fix,
                  "会議  00000000-0000-4000-8000-000000000001\n"
                  "開始  2026-11-22 12:30:38\n"
                  "終了  2026-11-22 12:30:38\n"
                  "根拠  根拠なし (none)\n");
    fix.has_sealed = true;
    fix.sealed = (struct meeting_private){.place = SPAN_LIT("第1会議室\n3階")};
    assert_prints(s, shape_meeting_fix(), &fix,
                  "会議  00000000-0000-4000-8000-000000000001\n"
                  "開始  2026-11-22 12:30:38\n"
                  "終了  2026-11-22 12:30:38\n"
                  "根拠  根拠なし (none)\n"
                  "■ 本文（封印）\n"
                  "  場所  第1会議室\n"
                  "        3階\n");
    assert_prints(s, shape_criterion(), &because, "名前  duty\n値    1\n内容  法律の受け手\n");
    assert_prints(s, shape_done(), &(struct done){0}, "（なし）\n");
}

/* Every shape there is can be printed empty: no kind of field is unknown to the printer. */
static void every_shape_prints(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());

    (void)state;
    for (size_t i = 0; every_shape(i); i++) {
        struct span text;
        void *msg = scope_alloc(s, every_shape(i)->size + 1);
        assert_non_null(msg);
        assert_int_equal(print_shape(s, every_shape(i), msg, &text), OK);
        assert_true(text.n > 0 && text.p[text.n - 1] == '\n');
        scope_reset(s);
    }
}

/* The labels are found by bisection: each is where it is looked for. */
static void labels_are_found(void **state)
{
    static const char *const NAMES[] = {"accepts", "agency", "case_id", "happened", "lead", "narrative", "ref_id", "service",
                                        "state", "to", "version", "windows"};

    (void)state;
    for (size_t i = 0; i < COUNT(NAMES); i++)
        assert_string_not_equal(label_of(NAMES[i]), NAMES[i]);
    assert_string_equal(label_of("no_such_field"), "no_such_field");
}

/* Whatever may be asked for: each field of the answer has a name in Japanese. */
static void has_labels(const struct shape *shape, int depth)
{
    for (size_t i = 0; i < shape->n; i++) {
        const struct field *f = &shape->field[i];
        bool is_twin = strcmp(f->name, "en") == 0 || strcmp(f->name, "why_en") == 0; /* not shown */
        if (!is_twin && !f->is_sealed)
            assert_string_not_equal(label_of(f->name), f->name);
        if (f->kind == K_RECORD && depth < 6)
            has_labels(f->shape(), depth + 1);
    }
}

static void every_answer_has_labels(void **state)
{
    (void)state;
    for (size_t i = 0; api_at(i); i++)
        has_labels(api_at(i)->answer(), 0);
}

static const struct {
    int64_t seconds;
    const char *want;
} DURATIONS[] = {
    {0, "0秒"},         {59, "59秒"},       {60, "1分"},          {61, "1分1秒"},        {3599, "59分59秒"},     {3600, "1時間"},
    {3660, "1時間1分"}, {3601, "1時間"},    {86399, "23時間59分"}, {86400, "1日"},       {183600, "2日3時間"},   {34560000, "400日"},
};

/* A column nobody filled is none, so that a record of many optional fields is a table where few are given. */
static void empty_columns(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    const struct audit_line lines[] = {
        {.id = some_id(), .case_id = some_id(), .at = some_time(), .has_agency = true, .agency = {"A056"}, .has_returns = true, .returns = 3},
        {.id = some_id(), .case_id = some_id(), .at = some_time(), .has_returns = true, .returns = 12},
    };
    const struct audit_lines report = {.report = REPORT_BOUNCED, .lines = {lines, 2}};
    const struct audit_step step = {.ref_id = some_id(), .sender = {"A056"}, .receiver = {"A062"}, .drafted_at = some_time()};

    (void)state;
    assert_prints(s, shape_audit_lines(), &report,
                  "報告  差戻しの多いケース (bounced)\n"
                  "■ 一覧（2 件）\n"
                  "  ID                                    ケース                                日時                 機関  差戻し回数\n"
                  "  00000000-0000-4000-8000-000000000001  00000000-0000-4000-8000-000000000001  2026-11-22 12:30:38  A056  3\n"
                  "  00000000-0000-4000-8000-000000000001  00000000-0000-4000-8000-000000000001  2026-11-22 12:30:38        12\n");
    assert_prints(s, shape_audit_step(), &step,
                  "つなぎ    00000000-0000-4000-8000-000000000001\n"
                  "つなぎ元  A056\n"
                  "つなぎ先  A062\n"
                  "作成日時  2026-11-22 12:30:38\n"
                  "期限超過  いいえ\n"
                  "差戻し    いいえ\n");
}

static void durations_are_words(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    const struct custody_stretch stretch = {.agency = {"A056"}, .cause = CUSTODY_INTAKE, .seconds = 183600};
    struct span text;

    (void)state;
    for (size_t i = 0; i < COUNT(DURATIONS); i++)
        assert_string_equal(print_duration(s, DURATIONS[i].seconds), DURATIONS[i].want);
    assert_int_equal(print_shape(s, shape_custody_stretch(), &stretch, &text), OK);
    assert_non_null(memmem(text.p, text.n, "2日3時間", strlen("2日3時間")));
    assert_true(is_duration("late") && !is_duration("returns") && !is_duration("no_such_field"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(widths),         cmocka_unit_test(nothing_commands_the_terminal), cmocka_unit_test(a_record_is_lines),
        cmocka_unit_test(a_list_is_a_table), cmocka_unit_test(sealed_parts_and_twins),     cmocka_unit_test(every_shape_prints),
        cmocka_unit_test(labels_are_found), cmocka_unit_test(every_answer_has_labels), cmocka_unit_test(durations_are_words),
        cmocka_unit_test(empty_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
