/* Request targets and the paths of the request table: what fits, what it yields, and what is refused before
 * anything looks at it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "gateway/path.h"
#include "wire/api.h"

#include <cmocka.h> /* last: its fail() is a macro, ours a function that the headers declare */

static const struct {
    const char *pattern, *path;
    bool fits;
    const char *want[4]; /* name, value, name, value */
} PATHS[] = {
    {"/cases", "/cases", true, {0}},
    {"/cases", "/cases/", false, {0}},
    {"/cases", "/case", false, {0}},
    {"/cases", "/casesx", false, {0}},
    {"/cases", "", false, {0}},
    {"/cases", "//cases", false, {0}},
    {"/cases", "/%63ases", false, {0}},
    {"/cases/{case_id}", "/cases/1234", true, {"case_id", "1234"}},
    {"/cases/{case_id}", "/cases/", false, {0}},
    {"/cases/{case_id}", "/cases", false, {0}},
    {"/cases/{case_id}", "/cases/1/2", false, {0}},
    {"/cases/{case_id}", "/cases/a%20b", true, {"case_id", "a b"}},
    {"/cases/{case_id}", "/cases/a+b", true, {"case_id", "a+b"}},
    {"/cases/{case_id}", "/cases/%e6%a9%8b", true, {"case_id", "橋"}},
    {"/cases/{case_id}", "/cases/a%2Fb", false, {0}},
    {"/cases/{case_id}", "/cases/a%00b", false, {0}},
    {"/cases/{case_id}", "/cases/%ff", false, {0}},
    {"/cases/{case_id}", "/cases/%4", false, {0}},
    {"/cases/{case_id}", "/cases/%zz", false, {0}},
    {"/cases/{case_id}/notes", "/cases/1/notes", true, {"case_id", "1"}},
    {"/cases/{case_id}/notes", "/cases/1/note", false, {0}},
    {"/cases/{case_id}/notes", "/cases//notes", false, {0}},
    {"/cases/{case_id}/notes", "/cases/1/notes/", false, {0}},
    {"/referrals/{ref_id}/events/{event}", "/referrals/7/events/accept", true, {"ref_id", "7", "event", "accept"}},
};

static void test_paths(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());

    (void)state;
    for (size_t i = 0; i < COUNT(PATHS); i++) {
        struct pair vars[VARS_MAX];
        size_t n = 99;
        bool fits = path_match(s, PATHS[i].pattern, span_str(PATHS[i].path), vars, &n);
        if (fits != PATHS[i].fits)
            fail_msg("%s against %s", PATHS[i].path, PATHS[i].pattern);
        for (size_t k = 0; fits && k < 2; k++) {
            const char *name = PATHS[i].want[2 * k];
            assert_int_equal(k < n, name != NULL);
            if (name) {
                assert_string_equal(vars[k].name, name);
                assert_true(span_is(vars[k].value, PATHS[i].want[2 * k + 1]));
            }
        }
        assert_true(fits || n == 99);
        scope_reset(s);
    }
}

static const struct {
    const char *raw;
    enum status want;
    const char *path, *name, *value;
    size_t n;
} TARGETS[] = {
    {"/", OK, "/", NULL, NULL, 0},
    {"/a?", OK, "/a", NULL, NULL, 0},
    {"/a?limit=3", OK, "/a", "limit", "3", 1},
    {"/a?limit=3&before=x", OK, "/a", "before", "x", 2},
    {"/a?limit=", OK, "/a", "limit", "", 1},
    {"/a?limit", OK, "/a", "limit", "", 1},
    {"/a?&&limit=3&", OK, "/a", "limit", "3", 1},
    {"/a?text=a+b", OK, "/a", "text", "a b", 1},
    {"/a?text=a%2Bb", OK, "/a", "text", "a+b", 1},
    {"/a?text=a%26b%3Dc", OK, "/a", "text", "a&b=c", 1},
    {"/a?text=a=b", OK, "/a", "text", "a=b", 1},
    {"/a?text=%E6%A9%8B", OK, "/a", "text", "橋", 1},
    {"/a?Limit=3", INVALID, NULL, NULL, NULL, 0},
    {"/a?1x=3", INVALID, NULL, NULL, NULL, 0},
    {"/a?=3", INVALID, NULL, NULL, NULL, 0},
    {"/a?li%6Dit=3", INVALID, NULL, NULL, NULL, 0},
    {"/a?text=%", INVALID, NULL, NULL, NULL, 0},
    {"/a?text=%4", INVALID, NULL, NULL, NULL, 0},
    {"/a?text=%0a", INVALID, NULL, NULL, NULL, 0},
    {"/a?text=%7f", INVALID, NULL, NULL, NULL, 0},
    {"/a?text=%c3", INVALID, NULL, NULL, NULL, 0},
    {"/a#b", INVALID, NULL, NULL, NULL, 0},
    {"/a b", INVALID, NULL, NULL, NULL, 0},
    {"/a\x80", INVALID, NULL, NULL, NULL, 0},
    {"", INVALID, NULL, NULL, NULL, 0},
    {"*", INVALID, NULL, NULL, NULL, 0},
    {"http://x/a", INVALID, NULL, NULL, NULL, 0},
    {"/?a=&b=&c=&d=&e=&f=&g=&h=&i=&j=&k=&l=&m=&n=&o=&p=", OK, "/", "p", "", 16},
    {"/?a=&b=&c=&d=&e=&f=&g=&h=&i=&j=&k=&l=&m=&n=&o=&p=&q=", TOO_LARGE, NULL, NULL, NULL, 0},
};

static void test_targets(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());

    (void)state;
    for (size_t i = 0; i < COUNT(TARGETS); i++) {
        struct request_target t;
        enum status st = target_parse(s, span_str(TARGETS[i].raw), &t);
        if (st != TARGETS[i].want)
            fail_msg("%s: %s", TARGETS[i].raw, status_trait(st)->word);
        if (st != OK)
            continue;
        assert_true(span_is(t.path, TARGETS[i].path));
        assert_int_equal(t.query_n, TARGETS[i].n);
        if (TARGETS[i].name) {
            assert_string_equal(t.query[t.query_n - 1].name, TARGETS[i].name);
            assert_true(span_is(t.query[t.query_n - 1].value, TARGETS[i].value));
        }
    }
}

static void test_long_value(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    char raw[PAIR_VALUE_MAX + 32] = "/a?text=";
    size_t head = strlen(raw);
    struct request_target t;

    (void)state;
    memset(raw + head, 'x', PAIR_VALUE_MAX + 1);
    assert_int_equal(target_parse(s, span_of(raw, head + PAIR_VALUE_MAX), &t), OK);
    assert_int_equal(target_parse(s, span_of(raw, head + PAIR_VALUE_MAX + 1), &t), TOO_LARGE);
}

/* The same method never fits two rows, or which service is asked would depend on their order. */
static void test_rows_are_distinct(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());

    (void)state;
    for (size_t i = 0; api_at(i); i++)
        for (size_t k = 0; api_at(k); k++) {
            struct pair vars[VARS_MAX];
            const char *names[VARS_MAX];
            size_t n = 0;
            bool fits = path_match(s, api_at(k)->path, span_str(api_at(i)->path), vars, &n);
            if (fits && i != k && strcmp(api_at(i)->method, api_at(k)->method) == 0)
                fail_msg("%s and %s", api_at(i)->path, api_at(k)->path);
            if (i == k) {
                assert_true(fits);
                assert_int_equal(path_vars(s, api_at(i)->path, names), n);
                for (size_t v = 0; v < n; v++)
                    assert_string_equal(names[v], vars[v].name);
            }
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paths),
        cmocka_unit_test(test_targets),
        cmocka_unit_test(test_long_value),
        cmocka_unit_test(test_rows_are_distinct),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
