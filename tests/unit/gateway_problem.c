/* Problem documents: every status word gives a whole RFC 9457 document, and a refused transition names what would be accepted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "gateway/problem.h"

#include <cmocka.h> /* last: its fail() is a macro, ours a function that the headers declare */

static const struct uuid ID = {{0xde, 0xad, 0, 0, 0, 0, 0x40, 0, 0x80, 0, 0, 0, 0, 0, 0, 1}};

static json_t *problem(struct scope *s, enum status st, unsigned http, const struct why *why)
{
    struct span json;

    assert_int_equal(problem_print(s, st, http, why, ID, &json), OK);
    json_t *p = json_loadb((const char *)json.p, json.n, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(p);
    return p;
}

static const char *text(const json_t *p, const char *name)
{
    const char *v = json_string_value(json_object_get(p, name));

    assert_non_null(v);
    return v;
}

static void test_every_word(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());

    (void)state;
    for (int st = INVALID; st < STATUS_N; st++) {
        const struct status_trait *trait = status_trait((enum status)st);
        struct why why = {.ja = "理由 \"1\"", .en = "reason \\ \n"};
        json_t *p = problem(s, (enum status)st, (unsigned)trait->http, &why);
        assert_int_equal(json_object_size(p), 7);
        assert_string_equal(text(p, "type"), scope_print(s, "urn:kashimaru:problem:%s", trait->word));
        assert_string_equal(text(p, "title"), trait->title_ja);
        assert_string_equal(text(p, "title_en"), trait->title_en);
        assert_int_equal(json_integer_value(json_object_get(p, "status")), trait->http);
        assert_string_equal(text(p, "detail"), why.ja);
        assert_string_equal(text(p, "detail_en"), why.en);
        assert_string_equal(text(p, "instance"), "urn:uuid:dead0000-0000-4000-8000-000000000001");
        json_decref(p);
    }
}

static const struct {
    const char *accepts;
    const char *want[3];
    size_t n;
} ACCEPTS[] = {
    {"accept,decline", {"accept", "decline"}, 2},
    {"start, hold, complete", {"start", "hold", "complete"}, 3},
    {"confirm", {"confirm"}, 1},
    {"", {0}, 0},
    {",, ,", {0}, 0},
};

static void test_accepts(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());

    (void)state;
    for (size_t i = 0; i < COUNT(ACCEPTS); i++) {
        struct why why = {.ja = "回答済み", .en = "answered", .state = "accepted"};
        memcpy(why.accepts, ACCEPTS[i].accepts, strlen(ACCEPTS[i].accepts));
        json_t *p = problem(s, CONFLICT, 409, &why);
        const json_t *list = json_object_get(p, "accepts");
        assert_string_equal(text(p, "state"), "accepted");
        assert_true(json_is_array(list));
        assert_int_equal(json_array_size(list), ACCEPTS[i].n);
        for (size_t k = 0; k < ACCEPTS[i].n; k++)
            assert_string_equal(json_string_value(json_array_get(list, k)), ACCEPTS[i].want[k]);
        json_decref(p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_word), cmocka_unit_test(test_accepts)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
