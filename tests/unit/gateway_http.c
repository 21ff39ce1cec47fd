/* The gateway over real sockets, with a real relay between it and a service that answers by heart: what each kind of request is
 * told, and that stopping leaves nobody without an answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <pthread.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "bus/bus.h"
#include "gateway/gateway.h"
#include "relay/relay.h"
#include "seal/digest.h"
#include "seal/envelope.h"
#include "svc/settings.h"
#include "wire/codec.h"

#include <cmocka.h> /* last: its fail() is a macro, ours a function that the headers declare */

#include "gateway_dial.h"

enum { TRIES = 300, TRY_MS = 100 };

/* Three threads beside the test: relay, intake, gateway; each with its own scope, keyring and sockets,
 * all stopped by one pipe. */
struct world {
    char dir[32], endpoint[64];
    struct scope *s;
    struct settings cfg;
    struct keyring *ring; /* the gateway's */
    struct gateway *g;
    int stop[2];
    int port;
    pthread_t relay, intake, gateway;
};

static struct keyring *ring_of(struct scope *s, const struct world *w, const char *name)
{
    struct keyring *ring = NULL;

    if (keyring_open(s, scope_print(s, "%s/keys", w->dir), name, &ring) != OK)
        abort();
    return ring;
}

static void *run_relay(void *arg)
{
    const struct world *w = arg;
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    AUTO(keyring) ring = ring_of(s, w, "relay");

    if (relay_run(s, w->endpoint, ring, &w->stop[0]) != OK)
        abort();
    return NULL;
}

/* What intake says by heart; a request of any other type stays without an answer. */
static const struct {
    const char *type, *answer, *payload, *sealed;
} LINES[] = {
    {"queue_status", "queue_state", "{\"lines\":[],\"service\":\"intake\"}", ""},
    {"case_open", "case_receipt",
     "{\"case_id\":\"00000000-0000-4000-8000-000000000001\",\"lead\":\"A001\","
     "\"received_at\":\"2026-11-22T12:30:38.000+09:00\"}", ""},
    {"case_show", "case_view", "{\"area\":\"north\"}", "{\"name\":\"架空 太郎\"}"},
    {"note_add", "refusal",
     "{\"accepts\":\"resume\",\"state\":\"on_hold\",\"status\":\"conflict\",\"why_en\":\"on hold\",\"why_ja\":\"保留中です\"}", ""},
    {"queue_parked", "done", "{}", ""},
};

static void say(struct scope *s, struct bus *bus, const struct keyring *ring, const struct frame *f, size_t line)
{
    struct header h = {.id = scope_uuid(s), .type = span_str(LINES[line].answer), .from = SPAN_LIT("intake"),
                       .to = f->header.from, .sent = clock_now_us(), .has_reply_to = true, .reply_to = f->header.reply_to,
                       .has_re = true, .re = f->header.id};
    struct span body = {0};
    struct frame out;
    uint8_t tag[ENVELOPE_TAG_LEN];

    struct span sealed = span_str(LINES[line].sealed);
    if (sealed.n && envelope_seal_body(s, ring, "gateway", span_of(h.id.b, UUID_LEN), sealed, &body) != OK)
        abort();
    if (frame_build(s, &h, span_str(LINES[line].payload), body, &out) != OK ||
        envelope_tag(s, ring, "gateway", TO_PEER, out.part, PART_TAG, tag) != OK)
        abort();
    out.part[PART_TAG] = span_of(tag, sizeof tag);
    if (bus_send(s, bus, &out) != OK)
        abort();
}

static void *run_intake(void *arg)
{
    const struct world *w = arg;
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    AUTO(keyring) ring = ring_of(s, w, "intake");
    AUTO(bus) bus = NULL;

    if (bus_open(s, w->endpoint, ring, "intake.0", &bus) != OK)
        abort();
    for (unsigned ready = 0; !(ready & 2u); ready = bus_wait(bus, &w->stop[0], 1, TRY_MS)) {
        struct frame f;
        bool got = true;
        scope_reset(s);
        if (bus_hello(s, bus, false) != OK)
            abort();
        while (bus_receive(s, bus, &f, &got) == OK && got)
            for (size_t i = 0; i < COUNT(LINES); i++)
                if (span_is(f.header.type, LINES[i].type))
                    say(s, bus, ring, &f, i);
    }
    return NULL;
}

static void *run_gateway(void *arg)
{
    struct world *w = arg;

    gateway_serve(w->g, w->stop[0]);
    return NULL;
}

static const char WORKER[] = "token-of-kaku-taro-1", ADMINISTRATOR[] = "token-of-kaku-hanako-2";

static void accounts_write(struct world *w)
{
    const char *const tokens[] = {WORKER, ADMINISTRATOR}, *const who[] = {"taro A001 worker", "hanako A002 administrator"};
    FILE *f = fopen(w->cfg.gateway_accounts, "w");

    assert_non_null(f);
    for (size_t i = 0; i < COUNT(tokens); i++) {
        uint8_t digest[DIGEST32_LEN];
        char hex[DIGEST_HEX_MAX];
        struct span part = span_str(tokens[i]);
        digest32(&part, 1, digest);
        assert_true(fprintf(f, "%s %s\n", who[i], digest_hex(span_of(digest, sizeof digest), hex)) > 0);
    }
    assert_int_equal(fclose(f), 0);
}

static int port_read(const struct world *w)
{
    FILE *f = fopen(scope_print(w->s, "%s/run/gateway.port", w->dir), "r");
    int port = 0;

    assert_non_null(f);
    assert_int_equal(fscanf(f, "%d", &port), 1);
    assert_int_equal(fclose(f), 0);
    return port;
}

static void world_open(struct world *w)
{
    static const char *const NAMES[] = {"relay", "gateway", "intake", "referral", "meeting", "audit"};

    *w = (struct world){.dir = "/tmp/km-gateway-XXXXXX", .s = scope_new(SCOPE_CAP, entropy_system())};
    assert_int_equal(seal_init(), OK);
    assert_non_null(mkdtemp(w->dir));
    assert_int_equal(pipe(w->stop), 0);
    assert_int_equal(mkdir(scope_print(w->s, "%s/run", w->dir), 0700), 0);
    assert_int_equal(keyring_create(w->s, scope_print(w->s, "%s/keys", w->dir), NAMES, COUNT(NAMES)), OK);
    snprintf(w->endpoint, sizeof w->endpoint, "ipc://%s/run/relay.sock", w->dir);
    const char *sets[] = {scope_print(w->s, "state=%s", w->dir), "gateway.port=0", "grace_ms=100", NULL};
    assert_int_equal(settings_load(w->s, NULL, sets, &w->cfg), OK);
    accounts_write(w);
    assert_int_equal(pthread_create(&w->relay, NULL, run_relay, w), 0);
    assert_int_equal(pthread_create(&w->intake, NULL, run_intake, w), 0);
    w->ring = ring_of(w->s, w, "gateway");
    if (gateway_open(w->s, &w->cfg, w->ring, "gateway.0", &w->g) != OK)
        fail_msg("%s", w->s->why.en);
    w->port = port_read(w);
    assert_int_equal(pthread_create(&w->gateway, NULL, run_gateway, w), 0);
}

static void world_close(struct world *w)
{
    pthread_join(w->gateway, NULL);
    pthread_join(w->intake, NULL);
    pthread_join(w->relay, NULL);
    gateway_free(w->g);
    keyring_free(w->ring);
    close(w->stop[0]);
    close(w->stop[1]);
    const char *rm = scope_print(w->s, "%s", w->dir);
    assert_int_equal(strncmp(rm, "/tmp/km-gateway-", 16), 0);
    static const char *const FILES[] = {"keys/relay.key", "keys/gateway.key", "keys/intake.key", "keys/referral.key",
                                        "keys/meeting.key", "keys/audit.key", "keys/peers.pub", "run/gateway.port",
                                        "run/relay.sock", "accounts.conf"};
    for (size_t i = 0; i < COUNT(FILES); i++)
        (void)unlink(scope_print(w->s, "%s/%s", w->dir, FILES[i]));
    (void)rmdir(scope_print(w->s, "%s/run", w->dir));
    (void)rmdir(scope_print(w->s, "%s/keys", w->dir));
    (void)rmdir(w->dir);
    scope_free(w->s);
}

#define AUTH "Authorization: Bearer token-of-kaku-taro-1\r\n"
#define ADMIN "Authorization: Bearer token-of-kaku-hanako-2\r\n"
#define JSON AUTH "Content-Type: application/json\r\n"
#define TRACE "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n"
#define CASES "/api/v1/cases"
#define CASE CASES "/00000000-0000-4000-8000-000000000001"
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
    {"GET", "/readyz", "", NULL, 503, "\"missing\":[\"referral\",\"meeting\",\"audit\"]", NULL},
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
    {"GET", "/api/v1/queues/keys", ADMIN, NULL, 404, "no such service", NULL},
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

/* The services are asked once a second: wait until the first answer is in. */
static void wait_for(const struct world *w, const char *line)
{
    for (int i = 0; i < TRIES; i++) {
        char *reply = ask(w->port, "GET", "/metrics", "", NULL);
        bool is_there = strstr(reply, line) != NULL;
        free(reply);
        if (is_there)
            return;
        usleep(TRY_MS * 1000);
    }
    fail_msg("never seen: %s", line);
}

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
    check_asked(&w);
    check_ids(&w);
    check_large(&w);
    /* nobody answers case_list: whoever waits for it when the gateway stops is told so */
    int fd = dial(w.port);
    assert_true(dprintf(fd, "GET " CASES " HTTP/1.1\r\nHost: localhost\r\n" AUTH "\r\n") > 0);
    wait_for(&w, "kashimaru_http_requests_waiting 1\n");
    assert_int_equal(write(w.stop[1], "x", 1), 1);
    char *reply = hear(fd);
    assert_int_equal(code_of(reply), 503);
    assert_non_null(strstr(reply, "the outcome is unknown"));
    free(reply);
    world_close(&w);
}

static void test_refuses_to_start(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    struct settings cfg;
    AUTO(gateway) g = NULL;
    char dir[] = "/tmp/km-gateway-XXXXXX";

    (void)state;
    assert_non_null(mkdtemp(dir));
    const char *sets[] = {scope_print(s, "state=%s", dir), NULL}, *file = scope_print(s, "%s/accounts.conf", dir);
    assert_int_equal(settings_load(s, NULL, sets, &cfg), OK);
    FILE *f = fopen(file, "w");
    assert_non_null(f);
    assert_true(fputs("# accounts\ntaro A001\n", f) >= 0);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(gateway_open(s, &cfg, NULL, "gateway.0", &g), INVALID);
    assert_non_null(strstr(s->why.en, "accounts.conf:2:"));
    assert_int_equal(unlink(file), 0);
    assert_int_equal(rmdir(dir), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_http), cmocka_unit_test(test_refuses_to_start)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
