/* The gateway over real sockets, with a real relay between it and two services that answer by heart: what each kind of request is
 * told, whose it is taken for, and that stopping leaves nobody without an answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/scope.h" /* its fail() before cmocka's */
#include "svc/client.h"

#include <cmocka.h> /* last: its fail() is a macro, ours a function that the headers declare */

#include "gateway_world.h"

#define TRACE "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n"
#define OPENED                                                                                    \
    "{\"channel\":\"visit_self\",\"area\":\"north\",\"age_band\":\"adult\",\"needs\":[\"debt\"]," \
    "\"urgency\":\"routine\",\"consent\":\"given\""

static const struct {
    const char *method, *path, *headers, *body;
    int code;
    const char *has, *has_too;
} ASKED[] = {
    {"GET", "/", "", NULL, 200, "lang=\"ja\"", "/api/v1/openapi.json"},
    {"HEAD", "/", "", NULL, 200, "text/html; charset=utf-8", NULL},
    {"GET", "/healthz", "", NULL, 200, "Cache-Control: no-store\r\n", "X-Content-Type-Options: nosniff\r\n"},
    {"GET", "/readyz", "", NULL, 503, "\"missing\":[\"referral\",\"meeting\",\"audit\"", NULL},
    {"GET", "/metrics", "", NULL, 200, "kashimaru_up{service=\"intake\"} 1\n", "kashimaru_up{service=\"relay\"} 1\n"},
    {"GET", "/api/v1/openapi.json", "", NULL, 200, "\"openapi\":\"3.1.0\"", NULL},
    {"POST", "/healthz", "", "", 405, "Allow: GET, HEAD\r\n", NULL},
    {"GET", "/nowhere", "", NULL, 404, "urn:kashimaru:problem:not_found", NULL},
    {"GET", "/api/v1", "", NULL, 404, NULL, NULL},
    {"GET", CASES "?LIMIT=1", AUTH, NULL, 400, NULL, NULL},
    {"DELETE", CASES, AUTH, NULL, 405, "Allow: POST, GET, HEAD\r\n", NULL},
    {"GET", CASES, "", NULL, 401, "WWW-Authenticate: Bearer", "a valid token is needed"},
    {"GET", CASES, "Authorization: Bearer token-of-nobody-0000\r\n", NULL, 401, "WWW-Authenticate: Bearer",
     "a valid token is needed"},
    {"GET", CASES, "Authorization: Basic dGFybzp0YXJv\r\n", NULL, 401, NULL, "a valid token is needed"},
    {"GET", CASES, ADMIN, NULL, 403, "urn:kashimaru:problem:denied", NULL},
    {"GET", "/api/v1/queues/intake", AUTH, NULL, 403, NULL, NULL},
    {"GET", "/api/v1/queues/intake", ADMIN, NULL, 200, "\"service\":\"intake\"", NULL},
    {"GET", "/api/v1/queues/relay", ADMIN, NULL, 404, "no such service", NULL},
    {"GET", "/api/v1/queues/referral", ADMIN, NULL, 503, "Retry-After: 1\r\n", NULL},
    {"GET", "/api/v1/queues/intake/parked", ADMIN, NULL, 502, "urn:kashimaru:problem:internal", NULL},
    {"POST", CASES, JSON, OPENED "}", 422, "field sealed is missing", NULL},
    {"POST", CASES, JSON, OPENED ",\"sealed\":{}}", 422, "field narrative is missing", NULL},
    {"POST", CASES, JSON, OPENED ",\"sealed\":{\"narrative\":\"架空\"},\"more\":1}", 422, NULL, NULL},
    {"POST", CASES, JSON, OPENED ",\"sealed\":{\"narrative\":\"架空の相談\"}}", 201, "\"case_id\":\"00000000-", "Request-Id: "},
    {"POST", CASES, JSON TRACE, OPENED ",\"sealed\":{\"narrative\":\"架空の相談\"}}", 201, TRACE, NULL},
    {"POST", CASES, JSON "Idempotency-Key: a b\r\n", "{}", 422, "Idempotency-Key", NULL},
    {"POST", CASES "?area=north", JSON, "{}", 422, NULL, NULL},
    {"POST", CASES, JSON, "{\"channel\"", 400, "not readable as JSON", NULL},
    {"POST", CASES, JSON, "[]", 400, NULL, NULL},
    {"POST", CASES, AUTH "Content-Type: text/plain\r\n", "{}", 415, NULL, NULL},
    {"POST", CASES, AUTH, "{}", 415, NULL, NULL},
    {"GET", CASES, JSON, "{}", 400, "GET takes no body", NULL},
    {"GET", CASES "/xyz", AUTH, NULL, 422, "case_id", NULL},
    {"GET", CASE, AUTH, NULL, 200, "{\"area\":\"north\",\"sealed\":{\"name\":\"架空 太郎\"}}", NULL},
    {"GET", CASE "?limit=1", AUTH, NULL, 422, "limit", NULL},
    {"POST", CASE "/notes", JSON, "{\"kind\":\"phone\",\"sealed\":{\"text\":\"架空\"}}", 409, "\"accepts\":[\"resume\"]",
     "\"state\":\"on_hold\""},
    {"GET", CASE "/custody", AUTH, NULL, 503, "Retry-After: 1\r\n", NULL},
};

static void check_asked(const struct world *w)
{
    for (size_t i = 0; i < COUNT(ASKED); i++) {
        char *reply = ask(w->port, ASKED[i].method, ASKED[i].path, ASKED[i].headers, ASKED[i].body);
        if (code_of(reply) != ASKED[i].code)
            fail_msg("%s %s: %d wanted\n%s", ASKED[i].method, ASKED[i].path, ASKED[i].code, reply);
        if ((ASKED[i].has && !strstr(reply, ASKED[i].has)) || (ASKED[i].has_too && !strstr(reply, ASKED[i].has_too)))
            fail_msg("%s %s:\n%s", ASKED[i].method, ASKED[i].path, reply);
        free(reply);
    }
}

static void check_ids(const struct world *w)
{
    const char *body = OPENED ",\"sealed\":{\"narrative\":\"架空の相談\"}}";
    char *one = ask(w->port, "POST", CASES, JSON "Idempotency-Key: k1\r\n", body);
    char *same = ask(w->port, "POST", CASES, JSON "Idempotency-Key: k1\r\n", body);
    char *other = ask(w->port, "POST", CASES, JSON "Idempotency-Key: k2\r\n", body);
    char *none = ask(w->port, "POST", CASES, JSON, body);
    char *again = ask(w->port, "POST", CASES, JSON, body);

    assert_string_equal(request_id(one), request_id(same));
    assert_string_not_equal(request_id(one), request_id(other));
    assert_string_not_equal(request_id(none), request_id(again));
    free(one);
    free(same);
    free(other);
    free(none);
    free(again);
}

/* One byte more than a payload may have, announced or in chunks. */
static void check_large(const struct world *w)
{
    char *body = malloc(PAYLOAD_MAX + 2);

    assert_non_null(body);
    memset(body, ' ', PAYLOAD_MAX + 1);
    body[PAYLOAD_MAX + 1] = '\0';
    char *reply = ask(w->port, "POST", CASES, JSON, body);
    assert_int_equal(code_of(reply), 413);
    assert_non_null(strstr(reply, "Connection: close\r\n"));
    free(reply);
    int fd = dial(w->port);
    assert_true(dprintf(fd, "POST " CASES " HTTP/1.1\r\nHost: localhost\r\n" JSON "Transfer-Encoding: chunked\r\n\r\n"
                        "%x\r\n%s\r\n0\r\n\r\n",
                        (unsigned)PAYLOAD_MAX + 1, body) > 0);
    reply = hear(fd); /* ends only because the gateway closes */
    assert_int_equal(code_of(reply), 413);
    free(reply);
    free(body);
}

static void test_http(void **state)
{
    struct world w;

    (void)state;
    world_open(&w);
    wait_for(&w, "kashimaru_up{service=\"intake\"} 1\n");
    wait_for(&w, "kashimaru_up{service=\"account\"} 1\n");
    check_asked(&w);
    check_ids(&w);
    check_large(&w);
    /* nobody answers case_list, nobody says whose this token is: whoever waits for it when the gateway stops is told so */
    int fd = dial(w.port), nameless = dial(w.port);
    assert_true(dprintf(fd, "GET " CASES " HTTP/1.1\r\nHost: localhost\r\n" AUTH "\r\n") > 0);
    assert_true(dprintf(nameless, "GET " CASES " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " TOKEN("0") "\r\n\r\n") > 0);
    wait_for(&w, "kashimaru_http_requests_waiting 2\n");
    assert_int_equal(write(w.stop[1], "x", 1), 1);
    char *reply = hear(fd);
    assert_int_equal(code_of(reply), 503);
    assert_non_null(strstr(reply, "the outcome is unknown"));
    free(reply);
    reply = hear(nameless);
    assert_int_equal(code_of(reply), 503);
    assert_non_null(strstr(reply, "cannot find out whose"));
    free(reply);
    world_close(&w);
}

static void test_refuses_to_start(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    static const char *const NAMES[] = {"gateway"};
    struct settings cfg;
    AUTO(keyring) ring = NULL;
    AUTO(gateway) g = NULL;
    char dir[] = "/tmp/km-gateway-XXXXXX";

    (void)state;
    assert_int_equal(seal_init(), OK);
    assert_non_null(mkdtemp(dir));
    const char *sets[] = {scope_print(s, "state=%s", dir), NULL}, *keys = scope_print(s, "%s/keys", dir);
    assert_int_equal(settings_load(s, NULL, sets, &cfg), OK);
    assert_int_equal(keyring_create(s, keys, NAMES, COUNT(NAMES)), OK);
    assert_int_equal(keyring_open(s, keys, "gateway", &ring), OK);
    assert_int_equal(gateway_open(s, &cfg, ring, "gateway.0", &g), NOT_FOUND); /* there is no relay to speak to */
    assert_null(g);
    assert_int_equal(unlink(scope_print(s, "%s/gateway.key", keys)), 0);
    assert_int_equal(unlink(scope_print(s, "%s/peers.pub", keys)), 0);
    assert_int_equal(rmdir(keys), 0);
    assert_int_equal(rmdir(dir), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_http), cmocka_unit_test(test_refuses_to_start)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
