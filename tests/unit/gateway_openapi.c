/* The published contract, read as a client would: every row of the request table is there with its parameters and its answer, and
 * every reference leads somewhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "gateway/openapi.h"
#include "wire/message.h"

#include <cmocka.h> /* last: its fail() is a macro, ours a function that the headers declare */

static json_t *document(void)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    struct span json;

    assert_int_equal(openapi_print(s, &json), OK);
    json_t *doc = json_loadb((const char *)json.p, json.n, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(doc);
    return doc;
}

/* A JSON pointer of plain names. */
static const json_t *at(const json_t *v, const char *pointer)
{
    char name[80];

    while (v && *pointer == '/') {
        size_t n = strcspn(pointer + 1, "/");
        assert_true(n < sizeof name);
        memcpy(name, pointer + 1, n);
        name[n] = '\0';
        v = json_object_get(v, name);
        pointer += n + 1;
    }
    return v;
}

static size_t check_refs(const json_t *doc, json_t *v)
{
    const char *key;
    json_t *item;
    size_t i, n = 0;

    json_object_foreach(v, key, item) {
        if (strcmp(key, "$ref") == 0) {
            const char *ref = json_string_value(item);
            if (!ref || ref[0] != '#' || !at(doc, ref + 1))
                fail_msg("%s leads nowhere", ref ? ref : "a reference that is no text");
            n++;
        }
        n += check_refs(doc, item);
    }
    json_array_foreach(v, i, item)
        n += check_refs(doc, item);
    return n;
}

static void test_refs(void **state)
{
    json_t *doc = document();

    (void)state;
    assert_true(check_refs(doc, doc) > 100);
    json_decref(doc);
}

static const json_t *parameter(const json_t *operation, const char *in, const char *name)
{
    size_t i;
    json_t *p;

    json_array_foreach(json_object_get(operation, "parameters"), i, p) {
        const char *n = json_string_value(json_object_get(p, "name"));
        if (n && strcmp(n, name) == 0 && strcmp(json_string_value(json_object_get(p, "in")), in) == 0)
            return p;
    }
    return NULL;
}

/* Every field of the request is a path variable, a query parameter or part of the body: exactly one of them. */
static void check_fields(const json_t *doc, const json_t *operation, const struct api *api)
{
    const json_t *body = json_object_get(at(operation, "/requestBody/content"), "application/json");

    body = json_object_get(body, "schema");
    assert_int_equal(body == NULL, strcmp(api->method, "GET") == 0);
    const char *ref = json_string_value(json_object_get(body, "$ref"));
    if (ref)
        body = at(doc, ref + 1);
    for (size_t i = 0; i < api->request()->n; i++) {
        const struct field *f = &api->request()->field[i];
        int n = (parameter(operation, "path", f->name) != NULL) + (parameter(operation, "query", f->name) != NULL) +
                (json_object_get(json_object_get(body, "properties"), f->name) != NULL);
        if (n != 1)
            fail_msg("%s %s: %s is there %d times", api->method, api->path, f->name, n);
    }
}

/* What one needs to ask, and what one is told without it. */
static void check_access(const json_t *operation, const struct api *api)
{
    const bool is_anybodys = api->roles & API_ANYBODY, is_change = strcmp(api->method, "GET") != 0;
    const json_t *answers = json_object_get(operation, "responses"), *security = json_object_get(operation, "security");
    bool has_csrf = false, has_key = false, has_attempt = false;
    size_t i;
    json_t *p;

    json_array_foreach(json_object_get(operation, "parameters"), i, p) {
        const char *ref = json_string_value(json_object_get(p, "$ref"));
        has_csrf |= ref && strcmp(ref, "#/components/parameters/X-CSRF-Token") == 0;
        has_key |= ref && strcmp(ref, "#/components/parameters/Idempotency-Key") == 0;
        has_attempt |= ref && strcmp(ref, "#/components/parameters/Idempotency-Key-attempt") == 0;
    }
    assert_int_equal(has_csrf, is_change && !is_anybodys);
    assert_int_equal(has_key, api->kind == API_CHANGE && !is_anybodys);
    assert_int_equal(has_attempt, api->request == shape_sign_in || api->request == shape_enrol_confirm);
    assert_int_equal(json_is_array(security) && json_array_size(security) == 0, is_anybodys);
    assert_int_equal(json_object_get(answers, "401") != NULL, !is_anybodys);
    assert_int_equal(json_object_get(answers, "429") != NULL, is_anybodys);
    assert_non_null(json_object_get(answers, "403"));
}

/* No ticket is promised to those outside, and a token only to who asks for it. */
static void test_outward(void **state)
{
    json_t *doc = document();
    size_t i;
    json_t *name;

    (void)state;
    assert_null(at(doc, "/components/schemas/ticket_private"));
    assert_null(at(doc, "/components/schemas/ticket_grant/properties/sealed"));
    assert_non_null(at(doc, "/components/schemas/ticket_grant/properties/role"));
    assert_non_null(at(doc, "/components/schemas/session_private/properties/token"));
    json_array_foreach(at(doc, "/components/schemas/session_private/required"), i, name)
        assert_string_equal(json_string_value(name), "csrf");
    assert_string_equal(json_string_value(at(doc, "/components/securitySchemes/cookie/name")), "__Host-kashimaru");
    json_decref(doc);
}

static void test_rows(void **state)
{
    json_t *doc = document();
    size_t rows = 0, operations = 0;
    const char *path;
    json_t *item;

    (void)state;
    for (; api_at(rows); rows++) {
        const struct api *api = api_at(rows);
        const char *method = strcmp(api->method, "GET") == 0 ? "get" : strcmp(api->method, "POST") == 0 ? "post" : "put";
        const json_t *operation = json_object_get(json_object_get(json_object_get(doc, "paths"), api->path), method);
        if (!operation)
            fail_msg("%s %s is missing", api->method, api->path);
        const json_t *answers = json_object_get(operation, "responses");
        assert_non_null(json_object_get(answers, api_creates(api) ? "201" : "200"));
        assert_non_null(json_object_get(answers, "default"));
        assert_string_equal(json_string_value(json_object_get(operation, "summary")), api->ja);
        assert_string_equal(json_string_value(json_object_get(operation, "description")), api->en);
        assert_int_equal(json_array_size(json_object_get(operation, "x-roles")), __builtin_popcount(api->roles & ~(unsigned)API_ANYBODY));
        check_access(operation, api);
        check_fields(doc, operation, api);
    }
    json_object_foreach(json_object_get(doc, "paths"), path, item)
        operations += json_object_size(item);
    assert_int_equal(operations, rows + 1); /* the feed is no row: its answer is no message */
    assert_non_null(json_object_get(json_object_get(doc, "paths"), "/feed"));
    json_decref(doc);
}

static const struct {
    const char *noun, *verb;
    bool creates;
} CREATES[] = {
    {"case", "open", true},      {"case", "note", true},      {"referral", "draft", true}, {"meeting", "propose", true},
    {"case", "list", false},     {"case", "close", false},    {"referral", "act", false},  {"referral", "list", false},
    {"meeting", "fix", false},   {"queue", "act", false},     {"directory", "put-agency", false},
};

static void test_creates(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(CREATES); i++) {
        const struct api *api = api_find(CREATES[i].noun, CREATES[i].verb);
        assert_non_null(api);
        if (api_creates(api) != CREATES[i].creates)
            fail_msg("%s %s", CREATES[i].noun, CREATES[i].verb);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_refs), cmocka_unit_test(test_rows), cmocka_unit_test(test_outward),
                                       cmocka_unit_test(test_creates)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
