/* The relay's decisions without any socket: who may send to whom, which worker a key meets, what a death changes and
 * what not. */
#include "../../services/relay/router.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { KEYS = 4000, WORKERS = 4 };

static const uint8_t ROUTE_A[ROUTE_LEN] = {0, 1, 1, 1, 1}, ROUTE_B[ROUTE_LEN] = {0, 2, 2, 2, 2};

struct world {
    struct scope *s;
    struct router r;
};

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    w->s = scope_new(SCOPE_CAP, entropy_system());
    assert_non_null(w->s);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    scope_free(w->s);
    free(w);
    return 0;
}

/* Worker `i` of a service, at a route of its own. */
static void join(struct world *w, enum node node, int i, int64_t now_us)
{
    const uint8_t route[ROUTE_LEN] = {0, 0, 0, (uint8_t)node, (uint8_t)i};
    const char *name = scope_print(w->s, "%s.%d", node_name(node), i);
    assert_int_equal(router_hello(w->s, &w->r, span_str(node_name(node)), span_str(name), false, route, now_us), OK);
}

static struct uuid key_of(uint32_t i)
{
    struct uuid k = {.b = {7}};
    for (int b = 0; b < 4; b++)
        k.b[12 + b] = (uint8_t)(i >> (8 * b));
    return k;
}

static struct header with_key(struct uuid key)
{
    return (struct header){.has_key = true, .key = key};
}

/* The number of the worker a frame goes to, −1 for none. */
static int picked(struct world *w, enum node to, enum traffic traffic, const struct header *h)
{
    const struct worker *x = router_pick(&w->r, to, traffic, h);
    return x ? (int)strtol(strchr(x->instance, '.') + 1, NULL, 10) : -1;
}

/* ---- what a frame is ---- */

static const struct {
    const char *type;
    bool has_re, has_seq;
    enum traffic want;
} TRAFFIC[] = {
    {"hello", false, false, TRAFFIC_HELLO},      {"ack", false, false, TRAFFIC_RECEIPT},
    {"ack", true, false, TRAFFIC_RECEIPT},       {"nack", false, true, TRAFFIC_RECEIPT},
    {"gap", false, false, TRAFFIC_RECEIPT},      {"case_receipt", true, false, TRAFFIC_ANSWER},
    {"refusal", true, false, TRAFFIC_ANSWER},    {"refusal", true, true, TRAFFIC_ANSWER},
    {"case_opened", false, true, TRAFFIC_STREAM}, {"case_show", false, false, TRAFFIC_REQUEST},
    {"acknowledge", false, false, TRAFFIC_REQUEST}, {"", false, false, TRAFFIC_REQUEST},
};

static void traffic_is_read_from_the_header(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(TRAFFIC); i++) {
        struct header h = {.type = span_str(TRAFFIC[i].type), .has_re = TRAFFIC[i].has_re, .has_seq = TRAFFIC[i].has_seq};
        if (traffic_of(&h) != TRAFFIC[i].want)
            fail_msg("%s (line %zu)", TRAFFIC[i].type, i);
    }
}

/* ---- who may ask whom ---- */

static const char *const MAP[NODE_HOST] = { /* hosts: relay_hosts.c */
    /* to              gateway ctl intake referral meeting audit keys account sequencer signer; e: what an erasure needs, and nothing else */
    [NODE_GATEWAY] = "..++++++..", [NODE_CTL] = "..++++++.+", [NODE_INTAKE] = "...++++...", [NODE_REFERRAL] = "..+.+++...",
    [NODE_MEETING] = "...+.++...", [NODE_AUDIT] = "......e...", [NODE_KEYS] = "..+..+....", [NODE_ACCOUNT] = "..........",
    [NODE_SEQUENCER] = "......+..+", [NODE_SIGNER] = "..........",
};

static void only_introduced_services_meet(void **state)
{
    (void)state;
    for (int from = 0; from < NODE_HOST; from++)
        for (int to = 0; to < NODE_HOST; to++) {
            char m = MAP[from][to];
            enum node f = (enum node)from, t = (enum node)to;
            bool ok = is_permitted(f, t, TRAFFIC_REQUEST, span_str("key_release")) == (m == '+') &&
                      is_permitted(f, t, TRAFFIC_STREAM, span_str("case_opened")) == (m == '+') &&
                      is_permitted(f, t, TRAFFIC_REQUEST, span_str("queue_status")) == (m == '+') &&
                      is_permitted(f, t, TRAFFIC_STREAM, span_str("events_blank")) == (m != '.') &&
                      !is_permitted(f, t, TRAFFIC_HELLO, span_str("hello")) &&
                      is_permitted(t, f, TRAFFIC_ANSWER, span_str("done")) == (m != '.') &&
                      is_permitted(t, f, TRAFFIC_RECEIPT, span_str("ack")) == (m != '.');
            if (!ok)
                fail_msg("%s to %s", node_name(f), node_name(t));
        }
}

static void services_have_names(void **state)
{
    (void)state;
    for (int i = 0; i < NODE_N; i++)
        assert_int_equal(node_find(span_str(node_name((enum node)i))), i);
    assert_int_equal(node_find(span_str("relay")), -1);
    assert_int_equal(node_find(span_str("")), -1);
    assert_int_equal(node_find(span_str("intakes")), -1);
}

/* ---- who is alive ---- */

static const struct {
    const char *peer;
    const char *instance;
    enum status want;
} HELLOS[] = {
    {"intake", "intake.0", OK},          {"intake", "intake.4294967296", OK},
    {"intake", "meeting.0", DENIED},     {"gateway", "intake.0", DENIED},
    {"intake", "intake", INVALID},       {"intake", "intake.", INVALID},
    {"intake", ".0", INVALID},           {"intake", "", INVALID},
    {"intake", "intake.x", INVALID},     {"intake", "intake.0 ", INVALID},
    {"intake", "intake.0.1", INVALID},   {"intake", "relay.0", INVALID},
    {"intake", "intake.12345678901234567", OK}, {"intake", "intake.123456789012345678", INVALID},
};

static void a_hello_names_its_own_service(void **state)
{
    struct world *w = *state;
    for (size_t i = 0; i < COUNT(HELLOS); i++) {
        enum status st = router_hello(w->s, &w->r, span_str(HELLOS[i].peer), span_str(HELLOS[i].instance), false, ROUTE_A, 0);
        if (st != HELLOS[i].want)
            fail_msg("%s: %s", HELLOS[i].instance, status_trait(st)->word);
    }
}

static void a_pool_is_bounded(void **state)
{
    struct world *w = *state;
    for (int i = 0; i < POOL_MAX; i++)
        join(w, NODE_CTL, i, 0);
    assert_int_equal(router_hello(w->s, &w->r, SPAN_LIT("ctl"), SPAN_LIT("ctl.999"), false, ROUTE_A, 0), TOO_LARGE);
    join(w, NODE_CTL, 5, 0); /* who is in may say so again */
    join(w, NODE_INTAKE, 0, 0);
    assert_int_equal(w->r.pool[NODE_CTL].n, POOL_MAX);
}

static void the_silent_are_forgotten(void **state)
{
    struct world *w = *state;
    join(w, NODE_INTAKE, 0, 0);
    join(w, NODE_INTAKE, 1, 1000000);
    assert_int_equal(router_expire(&w->r, SILENT_US), 0);
    assert_int_equal(router_expire(&w->r, SILENT_US + 1), 1);
    assert_string_equal(w->r.pool[NODE_INTAKE].worker[0].instance, "intake.1");
    router_heard(&w->r, NODE_INTAKE, w->r.pool[NODE_INTAKE].worker[0].route, 5000000);
    assert_int_equal(router_expire(&w->r, 8000000), 0);
    assert_int_equal(router_expire(&w->r, 8000001), 1);
    assert_int_equal(w->r.pool[NODE_INTAKE].n, 0);
}

static void a_restart_takes_the_route_over(void **state)
{
    struct world *w = *state;
    const struct header h = {.has_reply_to = true, .reply_to = SPAN_LIT("intake.0")};
    assert_int_equal(router_hello(w->s, &w->r, SPAN_LIT("intake"), h.reply_to, false, ROUTE_A, 0), OK);
    assert_int_equal(router_hello(w->s, &w->r, SPAN_LIT("intake"), h.reply_to, false, ROUTE_B, 1), OK);
    assert_int_equal(w->r.pool[NODE_INTAKE].n, 1);
    assert_memory_equal(router_pick(&w->r, NODE_INTAKE, TRAFFIC_ANSWER, &h)->route, ROUTE_B, ROUTE_LEN);
    /* the old process's good-bye comes late and must not end the new one */
    assert_int_equal(router_hello(w->s, &w->r, SPAN_LIT("intake"), h.reply_to, true, ROUTE_A, 2), OK);
    assert_int_equal(w->r.pool[NODE_INTAKE].n, 1);
    assert_int_equal(router_forget(&w->r, NODE_INTAKE, ROUTE_A), 0);
    assert_int_equal(router_hello(w->s, &w->r, SPAN_LIT("intake"), h.reply_to, true, ROUTE_B, 3), OK);
    assert_int_equal(w->r.pool[NODE_INTAKE].n, 0);
    assert_int_equal(router_hello(w->s, &w->r, SPAN_LIT("intake"), h.reply_to, true, ROUTE_B, 4), OK);
}

static void a_revoked_service_is_forgotten_whole(void **state)
{
    struct world *w = *state;
    for (int i = 0; i < WORKERS; i++) {
        join(w, NODE_INTAKE, i, 0);
        join(w, NODE_MEETING, i, 0);
    }
    assert_int_equal(router_forget_all(&w->r, SPAN_LIT("intake")), WORKERS);
    assert_int_equal(w->r.pool[NODE_INTAKE].n, 0);
    assert_int_equal(w->r.pool[NODE_MEETING].n, WORKERS);
}

/* ---- which worker ---- */

static void one_key_meets_one_worker(void **state)
{
    struct world *w = *state;
    int share[WORKERS] = {0};

    for (int i = 0; i < WORKERS; i++)
        join(w, NODE_REFERRAL, i, 0);
    for (uint32_t k = 0; k < KEYS; k++) {
        struct header h = with_key(key_of(k)), sibling = h;
        int first = picked(w, NODE_REFERRAL, TRAFFIC_STREAM, &h);
        memset(sibling.key.b, 0xa5, 12); /* only the last four bytes count */
        sibling.has_reply_to = true;
        sibling.reply_to = SPAN_LIT("gateway.0");
        assert_true(first >= 0);
        assert_int_equal(picked(w, NODE_REFERRAL, TRAFFIC_STREAM, &h), first);
        assert_int_equal(picked(w, NODE_REFERRAL, TRAFFIC_REQUEST, &h), first);
        assert_int_equal(picked(w, NODE_REFERRAL, TRAFFIC_REQUEST, &sibling), first);
        share[first]++;
    }
    for (int i = 0; i < WORKERS; i++)
        assert_in_range(share[i], KEYS / WORKERS * 8 / 10, KEYS / WORKERS * 12 / 10);
}

/* Another build, another machine, another order of arrival: the same worker. */
static void the_choice_is_the_same_everywhere(void **state)
{
    struct world *w = *state;
    static const struct {
        uint32_t key;
        int want;
    } PINNED[] = {
        {0u, 1}, {1u, 0}, {2u, 3}, {3u, 0}, {7u, 2}, {12u, 2},
        {255u, 2}, {256u, 1}, {65536u, 2}, {0xdeadbeefu, 2}, {0xffffffffu, 1}, {20260401u, 2},
    };

    for (int i = WORKERS; i-- > 0;)
        join(w, NODE_REFERRAL, i, 0);
    for (size_t i = 0; i < COUNT(PINNED); i++) {
        struct header h = with_key(key_of(PINNED[i].key));
        assert_int_equal(picked(w, NODE_REFERRAL, TRAFFIC_STREAM, &h), PINNED[i].want);
    }
}

static void a_death_moves_only_the_keys_of_the_dead(void **state)
{
    struct world *w = *state;
    static const char *const DEAD = "referral.2";
    int before[KEYS], moved = 0;

    for (int i = 0; i < WORKERS; i++)
        join(w, NODE_REFERRAL, i, 0);
    for (uint32_t k = 0; k < KEYS; k++) {
        struct header h = with_key(key_of(k));
        before[k] = picked(w, NODE_REFERRAL, TRAFFIC_STREAM, &h);
    }
    const uint8_t route[ROUTE_LEN] = {0, 0, 0, NODE_REFERRAL, 2};
    assert_int_equal(router_hello(w->s, &w->r, SPAN_LIT("referral"), span_str(DEAD), true, route, 1), OK);
    for (uint32_t k = 0; k < KEYS; k++) {
        struct header h = with_key(key_of(k));
        int now = picked(w, NODE_REFERRAL, TRAFFIC_STREAM, &h);
        assert_int_not_equal(now, 2);
        if (before[k] != 2)
            assert_int_equal(now, before[k]);
        moved += before[k] == 2;
    }
    assert_true(moved > 0);
    join(w, NODE_REFERRAL, 2, 2);
    for (uint32_t k = 0; k < KEYS; k++) {
        struct header h = with_key(key_of(k));
        assert_int_equal(picked(w, NODE_REFERRAL, TRAFFIC_STREAM, &h), before[k]);
    }
}

static void without_key_everyone_takes_a_turn(void **state)
{
    struct world *w = *state;
    const struct header h = {0};
    int share[WORKERS] = {0};

    assert_int_equal(picked(w, NODE_AUDIT, TRAFFIC_REQUEST, &h), -1);
    for (int i = 0; i < WORKERS; i++)
        join(w, NODE_AUDIT, i, 0);
    for (int i = 0; i < 10 * WORKERS; i++)
        share[picked(w, NODE_AUDIT, TRAFFIC_REQUEST, &h)]++;
    for (int i = 0; i < WORKERS; i++)
        assert_int_equal(share[i], 10);
}

static const struct {
    const char *name;
    enum traffic traffic;
    const char *reply_to; /* NULL = none */
    bool is_somebody;     /* any worker will do */
    int want;             /* else: this one, −1 = nobody */
} REPLIES[] = {
    {"answer to who asked", TRAFFIC_ANSWER, "intake.1", false, 1},
    {"answer to who is gone", TRAFFIC_ANSWER, "intake.9", false, -1},
    {"answer to another service's worker", TRAFFIC_ANSWER, "meeting.1", false, -1},
    {"answer to nobody", TRAFFIC_ANSWER, NULL, false, -1},
    {"receipt to who sent", TRAFFIC_RECEIPT, "intake.1", false, 1},
    {"receipt, sender gone", TRAFFIC_RECEIPT, "intake.9", true, 0},
    {"receipt, no sender named", TRAFFIC_RECEIPT, NULL, true, 0},
    {"request ignores where its answer goes", TRAFFIC_REQUEST, "intake.9", true, 0},
    {"hello goes nowhere", TRAFFIC_HELLO, "intake.1", false, -1},
};

static void replies_find_who_waits(void **state)
{
    struct world *w = *state;

    for (int i = 0; i < 3; i++) {
        join(w, NODE_INTAKE, i, 0);
        join(w, NODE_MEETING, i, 0);
    }
    for (size_t i = 0; i < COUNT(REPLIES); i++)
        for (uint32_t k = 0; k < 50; k++) {
            struct header h = k % 2 ? with_key(key_of(k)) : (struct header){0};
            h.has_reply_to = REPLIES[i].reply_to != NULL;
            h.reply_to = span_str(REPLIES[i].reply_to);
            int got = picked(w, NODE_INTAKE, REPLIES[i].traffic, &h);
            if (REPLIES[i].is_somebody ? got < 0 : got != REPLIES[i].want)
                fail_msg("%s: %d", REPLIES[i].name, got);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(traffic_is_read_from_the_header),
        cmocka_unit_test(only_introduced_services_meet),
        cmocka_unit_test(services_have_names),
        cmocka_unit_test_setup_teardown(a_hello_names_its_own_service, setup, teardown),
        cmocka_unit_test_setup_teardown(a_pool_is_bounded, setup, teardown),
        cmocka_unit_test_setup_teardown(the_silent_are_forgotten, setup, teardown),
        cmocka_unit_test_setup_teardown(a_restart_takes_the_route_over, setup, teardown),
        cmocka_unit_test_setup_teardown(a_revoked_service_is_forgotten_whole, setup, teardown),
        cmocka_unit_test_setup_teardown(one_key_meets_one_worker, setup, teardown),
        cmocka_unit_test_setup_teardown(the_choice_is_the_same_everywhere, setup, teardown),
        cmocka_unit_test_setup_teardown(a_death_moves_only_the_keys_of_the_dead, setup, teardown),
        cmocka_unit_test_setup_teardown(without_key_everyone_takes_a_turn, setup, teardown),
        cmocka_unit_test_setup_teardown(replies_find_who_waits, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
