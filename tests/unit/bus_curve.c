/* Who gets onto the bus, with real sockets: each way in that is not an active key of the keyring is tried and must bring
 * no frame in, and after each the hub must still serve those who may. */
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "../../common/bus/internal.h"
#include "bus_help.h"

struct world {
    struct home ours, theirs; /* theirs: another installation, whose keys we do not know */
    struct keyring *relay, *intake, *stranger;
    struct hub *hub;
};

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    home_open(&w->ours);
    home_open(&w->theirs);
    w->relay = home_ring(&w->ours, "relay");
    w->intake = home_ring(&w->ours, "intake");
    w->stranger = home_ring(&w->theirs, "intake");
    assert_int_equal(hub_open(w->ours.s, w->ours.endpoint, w->relay, &w->hub), OK);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    hub_free(w->hub);
    keyring_free(w->relay);
    keyring_free(w->intake);
    keyring_free(w->stranger);
    home_close(&w->ours);
    home_close(&w->theirs);
    free(w);
    return 0;
}

static bool hub_next(struct world *w, struct passing *f)
{
    bool got = false;
    hub_wait(w->hub, NULL, 0, 20);
    assert_int_equal(hub_receive(w->ours.s, w->hub, f, &got), OK);
    return got;
}

static void hub_expect(struct world *w, struct passing *f)
{
    int64_t since_us = clock_mono_us();
    while (!hub_next(w, f))
        assert_true(is_patient(since_us));
}

static struct bus *intake_line(struct world *w, const char *instance)
{
    struct bus *b = NULL;
    assert_int_equal(bus_open(w->ours.s, w->ours.endpoint, w->intake, instance, &b), OK);
    return b;
}

/* Whoever may speak is still heard, and what is heard first is what they said: nothing else got in before. */
static void assert_still_serving(struct world *w)
{
    struct passing f;
    AUTO(bus) b = intake_line(w, "intake.77");
    assert_int_equal(bus_hello(w->ours.s, b, false), OK);
    hub_expect(w, &f);
    assert_string_equal(f.peer, "intake");
    assert_int_equal(f.part_n, FRAME_PARTS);
    assert_non_null(memmem(f.part[PART_PAYLOAD].p, f.part[PART_PAYLOAD].n, "intake.77", 9));
}

static void right_key_talks_both_ways(void **state)
{
    struct world *w = *state;
    struct passing f;
    struct frame back;
    AUTO(bus) b = intake_line(w, "intake.0");

    assert_int_equal(bus_hello(w->ours.s, b, false), OK);
    hub_expect(w, &f);
    assert_string_equal(f.peer, "intake");
    assert_int_equal(f.part_n, FRAME_PARTS);
    assert_int_equal(f.route_n, ROUTE_LEN);
    assert_false(f.is_revoked);
    assert_int_equal(f.part[PART_TAG].n, 0);
    assert_int_equal(hub_send(w->ours.s, w->hub, f.route, f.route_n, f.part), OK);
    bus_expect(w->ours.s, b, &back);
    assert_true(span_is(back.header.type, "hello"));
    for (int i = 0; i < FRAME_PARTS; i++)
        assert_true(span_eq(back.part[i], f.part[i]));
    assert_int_equal(hub_refused(w->hub), 0); /* the self-test's own stranger is not counted */
}

static void largest_frame_passes_whole(void **state)
{
    struct world *w = *state;
    struct scope *s = w->ours.s;
    struct passing f;
    struct frame big, back;
    uint8_t *bytes = scope_alloc(s, BODY_MAX);
    AUTO(bus) b = intake_line(w, "intake.0");

    assert_non_null(bytes);
    for (size_t i = 0; i < BODY_MAX; i++)
        bytes[i] = (uint8_t)(i * 31 + i / 255);
    assert_int_equal(bus_hello(s, b, false), OK);
    hub_expect(w, &f);
    struct span header;
    assert_int_equal(scope_copy(s, f.part[PART_HEADER], &header), OK);
    big = (struct frame){.part = {SPAN_LIT("KM1"), header, span_of(bytes, PAYLOAD_MAX),
                                  span_of(bytes, BODY_MAX), span_of(bytes, TAG_LEN)}};
    assert_int_equal(bus_send(s, b, &big), OK);
    hub_expect(w, &f);
    assert_int_equal(hub_send(s, w->hub, f.route, f.route_n, f.part), OK);
    bus_expect(s, b, &back);
    for (int i = 0; i < FRAME_PARTS; i++)
        assert_true(span_eq(back.part[i], big.part[i]));
}

/* ---- who is refused ---- */

enum mechanism { BY_CURVE, BY_PLAIN, BY_NULL };

static const struct {
    const char *name;
    enum mechanism mechanism;
    bool is_known_key, is_right_server, is_revoked;
    const char *route; /* routing id it names itself, NULL = none */
} REFUSED[] = {
    {"unknown key", BY_CURVE, false, true, false, NULL},
    {"known key, another server's key", BY_CURVE, true, false, false, NULL},
    {"unknown key, another server's key", BY_CURVE, false, false, false, NULL},
    {"revoked key", BY_CURVE, true, true, true, NULL},
    {"known key that names its own route", BY_CURVE, true, true, false, "intake.0"},
    {"known key that names a route as long as ours", BY_CURVE, true, true, false, "abcde"},
    {"no security at all", BY_NULL, false, false, false, NULL},
    {"no security, naming itself", BY_NULL, false, false, false, "intake"},
    {"PLAIN", BY_PLAIN, false, false, false, NULL},
};

static void *raw_socket(void *ctx, struct world *w, enum mechanism mechanism,
                        const struct keyring *me, const struct keyring *server, const char *route)
{
    void *raw = zmq_socket(ctx, ZMQ_DEALER);
    int zero = 0;
    assert_non_null(raw);
    zmq_setsockopt(raw, ZMQ_LINGER, &zero, sizeof zero);
    if (mechanism == BY_CURVE) {
        struct span secret = secret_span(keyring_curve_secret(me));
        zmq_setsockopt(raw, ZMQ_CURVE_SERVERKEY, keyring_peer(server, "relay")->curve_public, KEY_LEN);
        zmq_setsockopt(raw, ZMQ_CURVE_PUBLICKEY, keyring_self(me)->curve_public, KEY_LEN);
        zmq_setsockopt(raw, ZMQ_CURVE_SECRETKEY, secret.p, secret.n);
    }
    if (mechanism == BY_PLAIN) {
        zmq_setsockopt(raw, ZMQ_PLAIN_USERNAME, "intake", 6);
        zmq_setsockopt(raw, ZMQ_PLAIN_PASSWORD, "intake", 6);
    }
    if (route)
        zmq_setsockopt(raw, ZMQ_ROUTING_ID, route, strlen(route));
    assert_int_equal(zmq_connect(raw, w->ours.endpoint), 0);
    return raw;
}

static void raw_frame(void *raw, size_t body_n)
{
    uint8_t *body = calloc(1, body_n + 1);
    assert_non_null(body);
    zmq_send(raw, "KM1", 3, ZMQ_SNDMORE);
    zmq_send(raw, "{}", 2, ZMQ_SNDMORE);
    zmq_send(raw, "{}", 2, ZMQ_SNDMORE);
    zmq_send(raw, body, body_n, ZMQ_SNDMORE);
    zmq_send(raw, "", 0, 0);
    free(body);
}

static void no_other_way_in(void **state)
{
    struct world *w = *state;
    struct passing f;

    for (size_t i = 0; i < COUNT(REFUSED); i++) {
        void *ctx = zmq_ctx_new();
        const struct keyring *me = REFUSED[i].is_known_key ? w->intake : w->stranger;
        const struct keyring *server = REFUSED[i].is_right_server ? w->intake : w->stranger;
        enum peer_status status = REFUSED[i].is_revoked ? PEER_REVOKED : PEER_ACTIVE;
        assert_int_equal(keyring_set_status(w->ours.s, w->ours.dir, "intake", status), OK);
        assert_int_equal(keyring_reload_status(w->ours.s, w->relay), OK);
        int64_t before = hub_refused(w->hub), since_us = clock_mono_us();
        void *raw = raw_socket(ctx, w, REFUSED[i].mechanism, me, server, REFUSED[i].route);
        raw_frame(raw, 10);
        while (hub_refused(w->hub) == before) {
            if (hub_next(w, &f))
                fail_msg("%s: a frame got in", REFUSED[i].name);
            if (!is_patient(since_us))
                fail_msg("%s: never refused", REFUSED[i].name);
        }
        assert_int_equal(keyring_set_status(w->ours.s, w->ours.dir, "intake", PEER_ACTIVE), OK);
        assert_int_equal(keyring_reload_status(w->ours.s, w->relay), OK);
        zmq_close(raw);
        zmq_ctx_term(ctx);
        assert_still_serving(w);
    }
}

static void revocation_reaches_open_connections(void **state)
{
    struct world *w = *state;
    static const struct {
        enum peer_status status;
        bool want;
    } STEPS[] = {{PEER_ACTIVE, false}, {PEER_REVOKED, true}, {PEER_ACTIVE, false}, {PEER_REVOKED, true}};
    struct passing f;
    AUTO(bus) b = intake_line(w, "intake.0");

    for (size_t i = 0; i < COUNT(STEPS); i++) {
        assert_int_equal(keyring_set_status(w->ours.s, w->ours.dir, "intake", STEPS[i].status), OK);
        assert_int_equal(keyring_reload_status(w->ours.s, w->relay), OK);
        assert_int_equal(bus_hello(w->ours.s, b, false), OK);
        hub_expect(w, &f);
        assert_string_equal(f.peer, "intake");
        assert_int_equal(f.is_revoked, STEPS[i].want);
    }
}

/* ---- what is too much, and what is no message ---- */

static void oversize_closes_the_connection(void **state)
{
    struct world *w = *state;
    struct passing f;
    uint32_t value;
    int64_t since_us = clock_mono_us();
    void *ctx = zmq_ctx_new(), *monitor = NULL;
    void *raw = raw_socket(ctx, w, BY_CURVE, w->intake, w->intake, NULL);

    assert_int_equal(monitor_open(w->ours.s, ctx, raw, "inproc://watch", ZMQ_EVENT_DISCONNECTED, &monitor), OK);
    raw_frame(raw, FRAME_MAX + 1);
    while (monitor_next(monitor, &value) != ZMQ_EVENT_DISCONNECTED) {
        assert_false(hub_next(w, &f));
        assert_true(is_patient(since_us));
    }
    zmq_socket_monitor(raw, NULL, 0);
    zmq_close(monitor);
    zmq_close(raw);
    zmq_ctx_term(ctx);
    assert_still_serving(w);
}

static void odd_part_counts_are_told(void **state)
{
    struct world *w = *state;
    void *ctx = zmq_ctx_new();
    void *raw = raw_socket(ctx, w, BY_CURVE, w->intake, w->intake, NULL);
    struct passing f;

    for (size_t n = 1; n <= 9; n++) {
        for (size_t i = 0; i < n; i++)
            zmq_send(raw, "x", 1, i + 1 < n ? ZMQ_SNDMORE : 0);
        hub_expect(w, &f);
        assert_int_equal(f.part_n, n);
        for (size_t i = 0; i < n && i < FRAME_PARTS; i++)
            assert_true(span_is(f.part[i], "x"));
    }
    zmq_close(raw);
    zmq_ctx_term(ctx);
    assert_still_serving(w);
}

#define GREETING "\xff\0\0\0\0\0\0\0\1\x7f"
#define ZEROS8 "\0\0\0\0\0\0\0\0"
#define ZEROS31 ZEROS8 ZEROS8 ZEROS8 "\0\0\0\0\0\0\0"

static const struct {
    const char *name;
    struct span bytes;
} GARBAGE[] = {
    {"nothing", {NULL, 0}},
    {"HTTP", SPAN_LIT("GET / HTTP/1.1\r\nHost: x\r\n\r\n")},
    {"zeros", SPAN_LIT(ZEROS31 ZEROS31 ZEROS31)},
    {"ZMTP 1.0, which knows no security", SPAN_LIT("\1\0\4\1KM1\2\0x\2\0x\2\0x\2\0x")},
    {"ZMTP 2.0, which knows no security", SPAN_LIT(GREETING "\1\5\0\0\1\3KM1\1\1x\1\1x\1\1x\0\1x")},
    {"ZMTP 3.0 without security", SPAN_LIT(GREETING "\3\0NULL" ZEROS8 ZEROS8 "\0" ZEROS31 "\0\3KM1")},
    {"CURVE greeting, then a message", SPAN_LIT(GREETING "\3\0CURVE" ZEROS8 ZEROS8 ZEROS31 "\0\3KM1")},
    {"CURVE greeting, then a broken HELLO", SPAN_LIT(GREETING "\3\0CURVE" ZEROS8 ZEROS8 ZEROS31 "\4\6\5HELLO")},
    {"CURVE greeting, then a huge length",
     SPAN_LIT(GREETING "\3\0CURVE" ZEROS8 ZEROS8 ZEROS31 "\6\x7f\xff\xff\xff\xff\xff\xff\xff\5HELLO")},
    {"half a greeting", SPAN_LIT("\xff\0\0\0")},
};

static int garbage_connect(const struct world *w)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    snprintf(to.sun_path, sizeof to.sun_path, "%s", w->ours.endpoint + 6);
    assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

/* All at once: each is closed by the hub, those that only wait by the limit of a handshake. */
static void garbage_does_not_end_the_hub(void **state)
{
    struct world *w = *state;
    struct passing f;
    struct pollfd open[COUNT(GARBAGE)];
    size_t left = COUNT(GARBAGE);
    int64_t since_us = clock_mono_us();

    for (size_t i = 0; i < COUNT(GARBAGE); i++) {
        open[i] = (struct pollfd){.fd = garbage_connect(w), .events = POLLIN};
        if (GARBAGE[i].bytes.n)
            assert_int_equal(send(open[i].fd, GARBAGE[i].bytes.p, GARBAGE[i].bytes.n, MSG_NOSIGNAL),
                             GARBAGE[i].bytes.n);
    }
    while (left > 0) {
        uint8_t sink[256];
        if (hub_next(w, &f))
            fail_msg("a frame got in as %s", f.peer);
        poll(open, COUNT(GARBAGE), 0);
        for (size_t i = 0; i < COUNT(GARBAGE); i++) {
            if (open[i].fd < 0 || !open[i].revents || recv(open[i].fd, sink, sizeof sink, 0) > 0)
                continue;
            close(open[i].fd);
            open[i].fd = -1;
            left--;
        }
        for (size_t i = 0; i < COUNT(GARBAGE); i++)
            if (open[i].fd >= 0 && !is_patient(since_us))
                fail_msg("still open: %s", GARBAGE[i].name);
    }
    assert_still_serving(w);
}

/* ---- the self-test ---- */

static void self_test_catches_a_missing_guard(void **state)
{
    struct world *w = *state;
    char endpoint[PATH_LEN];
    struct hub *hub = NULL;

    snprintf(endpoint, sizeof endpoint, "ipc://%.40s/hub", w->theirs.dir);
    assert_int_equal(hub_open_guarded(w->ours.s, endpoint, w->relay, GUARD_NONE, &hub), DENIED);
    assert_null(hub);
    assert_int_equal(hub_open_guarded(w->ours.s, endpoint, w->relay, GUARD_ZAP, &hub), OK);
    hub_free(hub);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(right_key_talks_both_ways, setup, teardown),
        cmocka_unit_test_setup_teardown(largest_frame_passes_whole, setup, teardown),
        cmocka_unit_test_setup_teardown(no_other_way_in, setup, teardown),
        cmocka_unit_test_setup_teardown(revocation_reaches_open_connections, setup, teardown),
        cmocka_unit_test_setup_teardown(oversize_closes_the_connection, setup, teardown),
        cmocka_unit_test_setup_teardown(odd_part_counts_are_told, setup, teardown),
        cmocka_unit_test_setup_teardown(garbage_does_not_end_the_hub, setup, teardown),
        cmocka_unit_test_setup_teardown(self_test_catches_a_missing_guard, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
