/* The status table: every word has its row, its name reads back, and the promises other floors build on hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/span.h"
#include "base/status.h"

static const struct {
    enum status st;
    const char *word;
    int http, exit_code;
    bool is_retryable, parks;
} CASES[] = {
    {OK, "ok", 200, 0, false, false},
    {INVALID, "invalid", 422, 65, false, true},
    {DENIED, "denied", 403, 77, false, true},
    {NOT_FOUND, "not_found", 404, 66, false, true},
    {CONFLICT, "conflict", 409, 10, false, true},
    {EXPIRED, "expired", 410, 11, false, true},
    {TOO_LARGE, "too_large", 413, 12, false, true},
    {UNAVAILABLE, "unavailable", 503, 75, true, false},
    {CORRUPT, "corrupt", 500, 13, false, true},
    {UNSUPPORTED, "unsupported", 501, 76, false, true},
    {INTERNAL, "internal", 500, 70, false, true},
};

static void rows_are_as_promised(void **state)
{
    (void)state;
    assert_int_equal(COUNT(CASES), STATUS_N);
    for (size_t i = 0; i < COUNT(CASES); i++) {
        const struct status_trait *t = status_trait(CASES[i].st);
        assert_int_equal(CASES[i].st, i); /* stored answers hold these numbers */
        assert_string_equal(t->word, CASES[i].word);
        assert_int_equal(t->http, CASES[i].http);
        assert_int_equal(t->exit_code, CASES[i].exit_code);
        assert_int_equal(t->is_retryable, CASES[i].is_retryable);
        assert_int_equal(t->parks, CASES[i].parks);
        assert_true(span_is_utf8(span_str(t->title_ja)) && t->title_ja[0]);
        assert_true(span_is_utf8(span_str(t->title_en)) && t->title_en[0]);
        assert_int_equal(status_parse(t->word), CASES[i].st);
    }
}

static void words_and_exit_codes_are_distinct(void **state)
{
    (void)state;
    for (unsigned a = 0; a < STATUS_N; a++)
        for (unsigned b = 0; b < a; b++) {
            const struct status_trait *x = status_trait((enum status)a);
            const struct status_trait *y = status_trait((enum status)b);
            assert_string_not_equal(x->word, y->word);
            assert_int_not_equal(x->exit_code, y->exit_code);
        }
}

static void strangers_are_internal(void **state)
{
    (void)state;
    assert_ptr_equal(status_trait(STATUS_N), status_trait(INTERNAL));
    assert_ptr_equal(status_trait((enum status)9999), status_trait(INTERNAL));
    assert_int_equal(status_parse("Invalid"), INTERNAL);
    assert_int_equal(status_parse(""), INTERNAL);
    assert_int_equal(status_parse(NULL), INTERNAL);
}

static enum status step(enum status st, int *went_on)
{
    TRY(st);
    ++*went_on;
    return OK;
}

static void try_passes_the_first_failure_up(void **state)
{
    int went_on = 0;

    (void)state;
    assert_int_equal(step(OK, &went_on), OK);
    assert_int_equal(went_on, 1);
    assert_int_equal(step(EXPIRED, &went_on), EXPIRED);
    assert_int_equal(went_on, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_as_promised),
        cmocka_unit_test(words_and_exit_codes_are_distinct),
        cmocka_unit_test(strangers_are_internal),
        cmocka_unit_test(try_passes_the_first_failure_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
