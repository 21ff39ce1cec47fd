/* Traceparents: exactly version 00 of the W3C form is taken over; anything else is replaced by one that is valid itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "gateway/trace.h"

#include <cmocka.h> /* last: its fail() is a macro, ours a function that the headers declare */

static const struct {
    const char *text;
    bool is_valid;
} TRACES[] = {
    {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", true},
    {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", true},
    {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-ff", true},
    {"00-00000000000000000000000000000001-0000000000000001-00", true},
    {"00-00000000000000000000000000000000-b7ad6b7169203331-01", false},
    {"00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", false},
    {"00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", false},
    {"01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", false},
    {"ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", false},
    {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0", false},
    {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-011", false},
    {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-", false},
    {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0g", false},
    {"00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", false},
    {"00-0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331-01", false},
    {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331_01", false},
    {" 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0", false},
    {"", false},
};

static void test_valid(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(TRACES); i++)
        if (trace_is_valid(span_str(TRACES[i].text)) != TRACES[i].is_valid)
            fail_msg("%s", TRACES[i].text);
}

static void test_begin(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    char got[TRACE_MAX], again[TRACE_MAX];

    (void)state;
    for (size_t i = 0; i < COUNT(TRACES); i++) {
        trace_begin(s, span_str(TRACES[i].text), got);
        assert_true(trace_is_valid(span_str(got)));
        assert_int_equal(strcmp(got, TRACES[i].text) == 0, TRACES[i].is_valid);
    }
    trace_begin(s, (struct span){0}, again);
    assert_string_not_equal(got, again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_valid), cmocka_unit_test(test_begin)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
