/* Whose a request is, over real sockets: tokens and cookies, what account says of them, and what a browser's cookie alone may not do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/scope.h" /* its fail() before cmocka's */
#include "gateway/pending.h"
#include "svc/client.h"

#include <cmocka.h> /* last: its fail() is a macro, ours a function that the headers declare */

#include "gateway_world.h"

#define OPENED                                                                                    \
    "{\"channel\":\"visit_self\",\"area\":\"north\",\"age_band\":\"adult\",\"needs\":[\"debt\"]," \
    "\"urgency\":\"routine\",\"consent\":\"given\",\"sealed\":{\"narrative\":\"架空\"}}"

static const struct {
    const char *method, *path, *headers, *body;
    int code;
    const char *has, *has_too;
} ASKED[] = {
    {"GET", CASES, "Authorization: Bearer " TOKEN("d") "\r\n", NULL, 401, "WWW-Authenticate: Bearer", "a valid token is needed"},
    {"POST", CASES, "Authorization: Bearer " TOKEN("d") "\r\n" TYPE, OPENED, 401, NULL, "a valid token is needed"},
    {"GET", CASE, "Authorization: Bearer " TOKEN("c") "\r\n", NULL, 503, "Retry-After: 1\r\n", "cannot find out whose"},
    {"GET", CASE, "Authorization: Bearer " TOKEN("f") "\r\n", NULL, 503, "Retry-After: 1\r\n", "cannot find out whose"},
    {"GET", CASE, "Cookie: __Host-kashimaru=" TOKEN("d") "\r\n", NULL, 401, "WWW-Authenticate: Bearer", "a valid token is needed"},
    {"GET", CASE, "Cookie: kashimaru=" TOKEN("a") "\r\n", NULL, 401, NULL, NULL},
    {"GET", CASE, COOKIE, NULL, 200, "\"area\":\"north\"", NULL},
    {"GET", CASE, COOKIE "Authorization: Bearer " TOKEN("d") "\r\n", NULL, 401, NULL, NULL},
    {"POST", CASES, COOKIE TYPE, OPENED, 403, "X-CSRF-Token is missing", NULL},
    {"POST", CASES, COOKIE TYPE "X-CSRF-Token: c6\r\n", OPENED, 403, "X-CSRF-Token", NULL},
    {"POST", CASES, COOKIE TYPE "X-CSRF-Token: c5\r\n", OPENED, 201, "\"case_id\"", NULL},
    {"POST", CASES, COOKIE TYPE "X-CSRF-Token: c5\r\nOrigin: https://localhost\r\n", OPENED, 201,
     "\"case_id\"", NULL},
    {"POST", CASES, COOKIE TYPE "X-CSRF-Token: c5\r\nOrigin: https://elsewhere.example\r\n", OPENED,
     403, "another site", NULL},
    {"POST", CASES, COOKIE TYPE "X-CSRF-Token: c5\r\nOrigin: null\r\n", OPENED, 403,
     "another site", NULL},
    {"POST", CASES, JSON "Origin: https://elsewhere.example\r\n", OPENED, 201, "\"case_id\"", NULL},
    {"POST", "/api/v1/session", TYPE, SIGN_IN("nobody"), 403, "urn:kashimaru:problem:denied", NULL},
    {"POST", "/api/v1/session", TYPE "Origin: https://elsewhere.example\r\n", SIGN_IN("taro"), 403, "another site", NULL},
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

/* Which attempt it is: the same for the same key, and the request is another one each time. */
static void check_attempt(struct world *w)
{
    static const char *const HEADERS[] = {TYPE "Idempotency-Key: k1\r\n", TYPE "Idempotency-Key: k1\r\n", TYPE "Idempotency-Key: k2\r\n", TYPE};
    unsigned long long once[COUNT(HEADERS)];
    char *reply;

    for (size_t i = 0; i < COUNT(HEADERS); i++) {
        reply = ask(w->port, "POST", "/api/v1/session", HEADERS[i], SIGN_IN("taro"));
        assert_int_equal(code_of(reply), 200);
        free(reply);
        once[i] = w->once;
    }
    assert_true(once[0] && once[0] == once[1] && once[2] && once[2] != once[0] && !once[3]);
    reply = ask(w->port, "POST", "/api/v1/session", TYPE "Idempotency-Key: a b\r\n", SIGN_IN("taro"));
    assert_int_equal(code_of(reply), 422);
    free(reply);
}

/* Who is nobody yet has no key of its own: one that could be guessed never brings up what another was told. */
static void check_sign_in(const struct world *w)
{
    static const char SET[] = "Set-Cookie: __Host-kashimaru=" TOKEN("e") "; Path=/; Secure; HttpOnly; SameSite=Strict\r\n";
    char *plain = ask(w->port, "POST", "/api/v1/session", TYPE "Idempotency-Key: k1\r\n", SIGN_IN("taro"));
    char *body = ask(w->port, "POST", "/api/v1/session", TYPE "Idempotency-Key: k1\r\nX-Kashimaru-Token: body\r\n", SIGN_IN("taro"));

    assert_int_equal(code_of(plain), 200);
    assert_non_null(strstr(plain, SET));
    assert_non_null(strstr(plain, "\"sealed\":{\"csrf\":\"c5\"}"));
    assert_non_null(strstr(body, SET));
    assert_non_null(strstr(body, "\"sealed\":{\"csrf\":\"c5\",\"token\":\"" TOKEN("e") "\"}"));
    assert_string_not_equal(request_id(plain), request_id(body));
    free(plain);
    free(body);
}

/* One token is asked for once; what account gives anew takes the place of what was; signed out, it is asked for again. */
static void check_grants(struct world *w)
{
    int before = w->asked;
    char *reply = ask(w->port, "GET", CASE, AUTH, NULL);

    assert_int_equal(w->ticket, '1');
    free(reply);
    free(ask(w->port, "GET", CASE, COOKIE, NULL));
    assert_int_equal(w->asked, before);
    reply = ask(w->port, "POST", "/api/v1/session/fresh", JSON, "{\"sealed\":{\"code\":\"123456\"}}");
    assert_int_equal(code_of(reply), 200);
    assert_non_null(strstr(reply, "\"role\":\"worker\""));
    assert_null(strstr(reply, "KMT1"));
    assert_null(strstr(reply, "sealed"));
    free(reply);
    free(ask(w->port, "GET", CASE, AUTH, NULL));
    assert_int_equal(w->ticket, '4');
    reply = ask(w->port, "POST", "/api/v1/session/end", COOKIE TYPE "X-CSRF-Token: c5\r\n", "{}");
    assert_int_equal(code_of(reply), 200);
    assert_non_null(strstr(reply, "Set-Cookie: __Host-kashimaru=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0\r\n"));
    free(reply);
    assert_int_equal(w->asked, before);
    free(ask(w->port, "GET", CASE, AUTH, NULL));
    assert_int_equal(w->asked, before + 1);
    assert_int_equal(w->ticket, '1');
}

/* A token that is refused is told before the body is sent, and the same whatever is wrong with it. */
static void check_unknown(const struct world *w)
{
    static const char *const TOKENS[] = {TOKEN("d"), "short", TOKEN("A")};
    char *first = NULL;
    int fd = dial(w->port);

    assert_true(dprintf(fd, "POST " CASES " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " TOKEN("d") "\r\n" TYPE
                        "Expect: 100-continue\r\nContent-Length: 100\r\n\r\n") > 0);
    char *reply = hear(fd);
    assert_int_equal(code_of(reply), 401);
    free(reply);
    for (size_t i = 0; i < COUNT(TOKENS); i++) {
        reply = ask(w->port, "GET", CASE, scope_print(w->s, "Authorization: Bearer %s\r\n", TOKENS[i]), NULL);
        assert_int_equal(code_of(reply), 401);
        char *body = strstr(reply, "\"detail\""), *id = strstr(reply, "urn:uuid:");
        assert_true(body && id && id > body);
        memset(id, '-', strlen("urn:uuid:") + UUID_TEXT_MAX - 1);
        if (first)
            assert_string_equal(body, first);
        else
            first = strdup(body);
        free(reply);
    }
    free(first);
}

static void check_limit(const struct world *w)
{
    const char *from = TYPE "X-Forwarded-For: 10.0.0.1, 192.0.2.7\r\n", *other = TYPE "X-Forwarded-For: 192.0.2.7, 192.0.2.8\r\n";

    for (int i = 0; i < 10; i++) {
        char *reply = ask(w->port, "POST", "/api/v1/session", from, SIGN_IN("nobody"));
        assert_int_equal(code_of(reply), 403);
        free(reply);
    }
    char *reply = ask(w->port, "POST", "/api/v1/enrolment", from, SIGN_IN("nobody"));
    assert_int_equal(code_of(reply), 429);
    assert_non_null(strstr(reply, "Retry-After: "));
    free(reply);
    reply = ask(w->port, "POST", "/api/v1/session", TYPE "X-Forwarded-For: 198.51.100.1\r\nX-Forwarded-For: 192.0.2.7\r\n", SIGN_IN("nobody"));
    assert_int_equal(code_of(reply), 429); /* a line of one's own before the proxy's changes nothing */
    free(reply);
    reply = ask(w->port, "POST", "/api/v1/session", other, SIGN_IN("nobody"));
    assert_int_equal(code_of(reply), 403);
    free(reply);
}

/* Strangers' tokens, of which account says nothing at all: 40 of one caller and 20 of another at once, and each gets its answer. */
static void check_strangers(const struct world *w)
{
    enum { STRANGERS = 60, FIRST = 40 };
    int fd[STRANGERS];
    size_t busy = 0, busy_first = 0;
    int known = dial(w->port); /* and intake says nothing of this one, which takes no stranger's place */

    assert_true(dprintf(known, "GET " CASES " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" AUTH "\r\n") > 0);
    for (size_t i = 0; i < STRANGERS; i++) {
        fd[i] = dial(w->port);
        assert_true(dprintf(fd[i], "GET " CASE " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                            "X-Forwarded-For: 192.0.2.%d\r\nAuthorization: Bearer %064zx\r\n\r\n", i < FIRST ? 20 : 21, i) > 0);
    }
    char *reply = ask(w->port, "GET", CASE, AUTH, NULL);
    assert_int_equal(code_of(reply), 200); /* whoever is known goes on */
    free(reply);
    for (size_t i = 0; i < STRANGERS; i++) {
        reply = hear(fd[i]);
        assert_int_equal(code_of(reply), 503);
        bool is_busy = strstr(reply, "busy; try again shortly") != NULL;
        assert_true(is_busy || strstr(reply, "cannot find out whose"));
        busy += is_busy;
        busy_first += is_busy && i < FIRST;
        free(reply);
    }
    reply = hear(known);
    assert_int_equal(code_of(reply), 504);
    free(reply);
    assert_int_equal(busy, STRANGERS - NAMES_MAX);
    assert_true(busy_first >= FIRST - NAMES_PER_CALLER);
    reply = ask(w->port, "GET", CASE, ADMIN "X-Forwarded-For: 192.0.2.20\r\n", NULL);
    assert_int_not_equal(code_of(reply), 503); /* and the places are free again */
    free(reply);
}

static void test_sessions(void **state)
{
    struct world w;

    (void)state;
    world_open(&w);
    wait_for(&w, "kashimaru_up{service=\"intake\"} 1\n");
    wait_for(&w, "kashimaru_up{service=\"account\"} 1\n");
    check_asked(&w);
    check_sign_in(&w);
    check_attempt(&w);
    check_grants(&w);
    check_unknown(&w);
    check_limit(&w);
    check_strangers(&w);
    assert_int_equal(write(w.stop[1], "x", 1), 1);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_sessions)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
