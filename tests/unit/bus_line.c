/* One worker's line over its life: the limits it is opened with, full queues, endpoints that cannot be, a relay that
 * goes and comes back, a key that is refused and later let in again. */
#include "../../common/bus/internal.h"
#include "bus_help.h"

struct world {
    struct home home;
    struct keyring *relay, *intake;
};

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    home_open(&w->home);
    w->relay = home_ring(&w->home, "relay");
    w->intake = home_ring(&w->home, "intake");
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    keyring_free(w->relay);
    keyring_free(w->intake);
    home_close(&w->home);
    free(w);
    return 0;
}

static struct hub *hub_at(struct world *w, const char *endpoint)
{
    struct hub *hub = NULL;
    enum status st = hub_open(w->home.s, endpoint, w->relay, &hub);
    if (st != OK)
        fail_msg("hub_open: %s", w->home.s->why.en);
    return hub;
}

static bool hub_hears(struct world *w, struct hub *hub, struct passing *f)
{
    bool got = false;
    hub_wait(hub, NULL, 0, 20);
    assert_int_equal(hub_receive(w->home.s, hub, f, &got), OK);
    return got;
}

/* Says hello again and again, as a worker does, until the hub hears it. */
static void meet(struct world *w, struct hub *hub, struct bus *b, struct passing *f)
{
    int64_t since_us = clock_mono_us();
    do {
        assert_true(is_patient(since_us));
        enum status st = bus_hello(w->home.s, b, false);
        assert_true(st == OK || st == UNAVAILABLE);
    } while (!hub_hears(w, hub, f));
    assert_string_equal(f->peer, "intake");
}

/* ---- how lines are opened ---- */

static const struct {
    const char *name;
    int option;
    int64_t want;
} OPTIONS[] = {
    {"send queue", ZMQ_SNDHWM, 1000},          {"receive queue", ZMQ_RCVHWM, 1000},
    {"linger", ZMQ_LINGER, 200},               {"handshake", ZMQ_HANDSHAKE_IVL, 3000},
    {"heartbeat", ZMQ_HEARTBEAT_IVL, 1000},    {"heartbeat lost", ZMQ_HEARTBEAT_TIMEOUT, 5000},
    {"reconnect", ZMQ_RECONNECT_IVL, 50},      {"reconnect most", ZMQ_RECONNECT_IVL_MAX, 500},
    {"part size", ZMQ_MAXMSGSIZE, FRAME_MAX},  {"IPv6", ZMQ_IPV6, 1},
};

static void every_socket_has_the_limits(void **state)
{
    struct world *w = *state;
    static const int TYPES[] = {ZMQ_DEALER, ZMQ_ROUTER};
    void *ctx = zmq_ctx_new();

    for (size_t t = 0; t < COUNT(TYPES); t++) {
        void *socket = NULL;
        assert_int_equal(socket_open(w->home.s, ctx, TYPES[t], true, &socket), OK);
        for (size_t i = 0; i < COUNT(OPTIONS); i++) {
            int64_t have = 0; /* little-endian or not: an int is read as one */
            int small = 0;
            bool is_wide = OPTIONS[i].option == ZMQ_MAXMSGSIZE;
            size_t n = is_wide ? sizeof have : sizeof small;
            void *to = is_wide ? (void *)&have : (void *)&small;
            assert_int_equal(zmq_getsockopt(socket, OPTIONS[i].option, to, &n), 0);
            if ((is_wide ? have : small) != OPTIONS[i].want)
                fail_msg("%s", OPTIONS[i].name);
        }
        socket_close(socket);
    }
    context_close(ctx);
}

static const struct {
    const char *endpoint;
    enum status want;
} ENDPOINTS[] = {
    {"", INVALID},
    {"ipc", INVALID},
    {"ipc://", INVALID},
    {"ipc://@abstract", INVALID},
    {"ipc://*", INVALID},
    {"inproc://x", INVALID},
    {"udp://127.0.0.1:1", INVALID},
    {"tcp://", INVALID},
    {"tcp://nowhere", INVALID},
    {"tcp://127.0.0.1:notaport", INVALID},
    {"ipc:///tmp/"
     "012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789",
     INVALID},
    {"ipc:///nonexistent-folder/hub", UNAVAILABLE},
};

static void impossible_endpoints_are_refused(void **state)
{
    struct world *w = *state;
    struct hub *hub = NULL;
    struct bus *bus = NULL;

    for (size_t i = 0; i < COUNT(ENDPOINTS); i++) {
        enum status st = hub_open(w->home.s, ENDPOINTS[i].endpoint, w->relay, &hub);
        if (st != ENDPOINTS[i].want)
            fail_msg("hub at '%s': %s", ENDPOINTS[i].endpoint, status_trait(st)->word);
        if (ENDPOINTS[i].want != INVALID)
            continue; /* a worker keeps trying: the relay may come later */
        st = bus_open(w->home.s, ENDPOINTS[i].endpoint, w->intake, "intake.0", &bus);
        if (st != INVALID)
            fail_msg("bus at '%s': %s", ENDPOINTS[i].endpoint, status_trait(st)->word);
    }
    assert_null(hub);
    assert_null(bus);
}

static const char *const INSTANCES[] = {"", "intake", "intake.", "intake.x", "intake.0x", ".0", "meeting.0",
                                        "intakes.0", "intake.0.0", "intake.123456789012345678901"};

static void a_worker_is_named_after_its_key(void **state)
{
    struct world *w = *state;
    struct bus *b = NULL;

    for (size_t i = 0; i < COUNT(INSTANCES); i++)
        if (bus_open(w->home.s, w->home.endpoint, w->intake, INSTANCES[i], &b) != INVALID)
            fail_msg("%s", INSTANCES[i]);
    assert_null(b);
}

static void an_endpoint_has_one_hub(void **state)
{
    struct world *w = *state;
    struct hub *second = NULL;
    struct passing f;
    AUTO(hub) first = hub_at(w, w->home.endpoint);
    AUTO(bus) b = NULL;

    assert_int_equal(hub_open(w->home.s, w->home.endpoint, w->relay, &second), UNAVAILABLE);
    assert_null(second);
    assert_int_equal(bus_open(w->home.s, w->home.endpoint, w->intake, "intake.0", &b), OK);
    meet(w, first, b, &f);
}

static void tcp_carries_the_same(void **state)
{
    struct world *w = *state;
    struct passing f;
    char endpoint[PATH_LEN];
    AUTO(hub) hub = NULL;
    AUTO(bus) b = NULL;
    enum status st = UNAVAILABLE;

    for (int port = 20000 + (int)(getpid() % 10000); st == UNAVAILABLE && port < 60000; port += 97) {
        snprintf(endpoint, sizeof endpoint, "tcp://127.0.0.1:%d", port);
        st = hub_open(w->home.s, endpoint, w->relay, &hub);
    }
    assert_int_equal(st, OK);
    assert_int_equal(bus_open(w->home.s, endpoint, w->intake, "intake.0", &b), OK);
    meet(w, hub, b, &f);
}

/* ---- full queues ---- */

static void sending_never_blocks_and_never_halves(void **state)
{
    struct world *w = *state;
    struct passing f;
    size_t sent = 0;
    AUTO(hub) hub = NULL;
    AUTO(bus) b = NULL;

    assert_int_equal(bus_open(w->home.s, w->home.endpoint, w->intake, "intake.0", &b), OK);
    while (bus_hello(w->home.s, b, false) == OK)
        assert_true(++sent <= QUEUE_MAX);
    assert_true(sent > 0);
    hub = hub_at(w, w->home.endpoint);
    int64_t since_us = clock_mono_us();
    for (size_t i = 0; i < sent;) {
        assert_true(is_patient(since_us));
        if (!hub_hears(w, hub, &f))
            continue;
        assert_int_equal(f.part_n, FRAME_PARTS);
        i++;
    }
    assert_int_equal(bus_hello(w->home.s, b, false), OK);
}

static void a_full_or_lost_peer_is_told_apart(void **state)
{
    struct world *w = *state;
    struct passing f;
    struct span part[FRAME_PARTS] = {SPAN_LIT("KM1"), SPAN_LIT("{}"), SPAN_LIT("{}"), {NULL, 0}, {NULL, 0}};
    uint8_t *body = scope_alloc(w->home.s, BODY_MAX), nobody[ROUTE_LEN] = {0, 9, 9, 9, 9};
    enum status st = OK;
    AUTO(hub) hub = hub_at(w, w->home.endpoint);
    AUTO(bus) b = NULL;

    assert_non_null(body);
    part[PART_BODY] = span_of(body, 64 << 10);
    assert_int_equal(hub_send(w->home.s, hub, nobody, ROUTE_LEN, part), NOT_FOUND);
    assert_int_equal(bus_open(w->home.s, w->home.endpoint, w->intake, "intake.0", &b), OK);
    meet(w, hub, b, &f);
    for (int i = 0; st == OK && i < 100 * QUEUE_MAX; i++)
        st = hub_send(w->home.s, hub, f.route, f.route_n, part);
    assert_int_equal(st, UNAVAILABLE);
    bus_free(take(&b));
    int64_t since_us = clock_mono_us();
    while (st != NOT_FOUND) {
        struct passing late;
        assert_true(is_patient(since_us));
        hub_hears(w, hub, &late);
        st = hub_send(w->home.s, hub, f.route, f.route_n, part);
    }
}

static const struct {
    const char *name;
    struct span part[FRAME_PARTS];
} MALFORMED[] = {
    {"magic", {SPAN_LIT("KM2"), SPAN_LIT("{}"), SPAN_LIT("{}"), SPAN_LIT(""), SPAN_LIT("")}},
    {"no header", {SPAN_LIT("KM1"), SPAN_LIT(""), SPAN_LIT("{}"), SPAN_LIT(""), SPAN_LIT("")}},
    {"header of nothing", {SPAN_LIT("KM1"), SPAN_LIT("{}"), SPAN_LIT("{}"), SPAN_LIT(""), SPAN_LIT("")}},
    {"header no JSON", {SPAN_LIT("KM1"), SPAN_LIT("{\xff"), SPAN_LIT("{}"), SPAN_LIT(""), SPAN_LIT("")}},
};

static void malformed_frames_are_dropped_at_the_door(void **state)
{
    struct world *w = *state;
    struct passing f;
    struct frame in;
    AUTO(hub) hub = hub_at(w, w->home.endpoint);
    AUTO(bus) b = NULL;

    assert_int_equal(bus_open(w->home.s, w->home.endpoint, w->intake, "intake.0", &b), OK);
    meet(w, hub, b, &f);
    for (size_t i = 0; i < COUNT(MALFORMED); i++) {
        enum status st = OK;
        bool got = false;
        int64_t since_us = clock_mono_us();
        assert_int_equal(hub_send(w->home.s, hub, f.route, f.route_n, MALFORMED[i].part), OK);
        while (st == OK && is_patient(since_us)) {
            bus_wait(b, NULL, 0, 100);
            st = bus_receive(w->home.s, b, &in, &got);
            assert_false(got);
        }
        if (st != INVALID)
            fail_msg("%s", MALFORMED[i].name);
    }
    assert_int_equal(hub_send(w->home.s, hub, f.route, f.route_n, f.part), OK);
    bus_expect(w->home.s, b, &in);
    assert_true(span_is(in.header.type, "hello"));
}

static void waiting_sees_the_file_descriptors(void **state)
{
    struct world *w = *state;
    int quiet[2], loud[2];
    AUTO(hub) hub = hub_at(w, w->home.endpoint);
    AUTO(bus) b = NULL;

    assert_int_equal(bus_open(w->home.s, w->home.endpoint, w->intake, "intake.0", &b), OK);
    assert_int_equal(pipe(quiet), 0);
    assert_int_equal(pipe(loud), 0);
    assert_int_equal(write(loud[1], "x", 1), 1);
    const int fds[] = {quiet[0], loud[0]};
    assert_int_equal(bus_wait(b, fds, COUNT(fds), -1), 1u << 2);
    assert_int_equal(hub_wait(hub, fds, COUNT(fds), -1), 1u << 2);
    close(quiet[1]); /* a writer that is gone wakes too */
    assert_int_equal(bus_wait(b, fds, COUNT(fds), -1), 1u << 1 | 1u << 2);
    close(quiet[0]);
    close(loud[0]);
    close(loud[1]);
}

/* ---- over time ---- */

static void a_relay_that_comes_back_is_found_again(void **state)
{
    struct world *w = *state;
    struct passing f;
    AUTO(bus) b = NULL;

    assert_int_equal(bus_open(w->home.s, w->home.endpoint, w->intake, "intake.0", &b), OK);
    for (int life = 0; life < 3; life++) {
        AUTO(hub) hub = hub_at(w, w->home.endpoint);
        meet(w, hub, b, &f);
    }
}

static void a_refused_worker_gets_in_once_its_key_is_active(void **state)
{
    struct world *w = *state;
    struct passing f;
    AUTO(hub) hub = hub_at(w, w->home.endpoint);
    AUTO(bus) b = NULL;

    assert_int_equal(keyring_set_status(w->home.s, w->home.dir, "intake", PEER_REVOKED), OK);
    assert_int_equal(keyring_reload_status(w->home.s, w->relay), OK);
    assert_int_equal(bus_open(w->home.s, w->home.endpoint, w->intake, "intake.0", &b), OK);
    int64_t since_us = clock_mono_us();
    while (hub_refused(hub) < 2) { /* it keeps asking */
        enum status st = bus_hello(w->home.s, b, false);
        assert_true(st == OK || st == UNAVAILABLE);
        assert_true(is_patient(since_us));
        assert_false(hub_hears(w, hub, &f));
    }
    assert_int_equal(keyring_set_status(w->home.s, w->home.dir, "intake", PEER_ACTIVE), OK);
    assert_int_equal(keyring_reload_status(w->home.s, w->relay), OK);
    meet(w, hub, b, &f);
    assert_false(f.is_revoked);
    assert_true(bus_refused(b) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_socket_has_the_limits, setup, teardown),
        cmocka_unit_test_setup_teardown(impossible_endpoints_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(a_worker_is_named_after_its_key, setup, teardown),
        cmocka_unit_test_setup_teardown(an_endpoint_has_one_hub, setup, teardown),
        cmocka_unit_test_setup_teardown(tcp_carries_the_same, setup, teardown),
        cmocka_unit_test_setup_teardown(sending_never_blocks_and_never_halves, setup, teardown),
        cmocka_unit_test_setup_teardown(a_full_or_lost_peer_is_told_apart, setup, teardown),
        cmocka_unit_test_setup_teardown(malformed_frames_are_dropped_at_the_door, setup, teardown),
        cmocka_unit_test_setup_teardown(waiting_sees_the_file_descriptors, setup, teardown),
        cmocka_unit_test_setup_teardown(a_relay_that_comes_back_is_found_again, setup, teardown),
        cmocka_unit_test_setup_teardown(a_refused_worker_gets_in_once_its_key_is_active, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
