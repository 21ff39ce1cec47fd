/* What the relay lets agencies' own systems do: ask a few things of a few services, as themselves, from their first day to their last, and
 * nothing else; revocation cuts a line that is open at its next message. */
#include "../../services/relay/router.h"
#include "seal/host.h"

#include "relay_frames.h"

/* ---- the map ---- */

static const struct {
    enum node to;
    const char *type;
    bool want;
} ASKS[] = {
    {NODE_ACCOUNT, "host_ticket", true},        {NODE_REFERRAL, "referral_list", true},
    {NODE_REFERRAL, "referral_show", true},     {NODE_REFERRAL, "referral_act", true},
    {NODE_REFERRAL, "referral_visit", true},    {NODE_REFERRAL, "recall_list", true},
    {NODE_REFERRAL, "recall_ack", true},        {NODE_REFERRAL, "agency_find", true},
    {NODE_REFERRAL, "agency_show", true},       {NODE_REFERRAL, "basis_list", true},
    {NODE_MEETING, "meeting_list", true},       {NODE_MEETING, "availability", true},
    {NODE_ACCOUNT, "sign_in", false},           {NODE_ACCOUNT, "session_use", false},
    {NODE_ACCOUNT, "ticket_open", false},       {NODE_ACCOUNT, "host_put", false},
    {NODE_ACCOUNT, "host_list", false},         {NODE_ACCOUNT, "user_list", false},
    {NODE_REFERRAL, "referral_draft", false},   {NODE_REFERRAL, "case_close", false},
    {NODE_REFERRAL, "case_opened", false},      {NODE_REFERRAL, "agency_put", false},
    {NODE_REFERRAL, "queue_status", false},     {NODE_REFERRAL, "queue_act", false},
    {NODE_REFERRAL, "referral_lis", false},     {NODE_REFERRAL, "referral_list,referral_show", false},
    {NODE_REFERRAL, "", false},                 {NODE_MEETING, "meeting_show", false},
    {NODE_MEETING, "meeting_fix", false},       {NODE_MEETING, "referral_list", false},
    {NODE_KEYS, "key_release", false},          {NODE_KEYS, "break_glass", false},
    {NODE_KEYS, "host_ticket", false},          {NODE_INTAKE, "case_list", false},
    {NODE_INTAKE, "case_show", false},          {NODE_AUDIT, "history_show", false},
    {NODE_GATEWAY, "referral_list", false},     {NODE_CTL, "referral_list", false},
    {NODE_HOST, "referral_list", false},        {NODE_HOST, "host_ticket", false},
};

static void a_host_may_ask_what_is_listed(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(ASKS); i++) {
        struct span type = span_str(ASKS[i].type);
        bool may = is_permitted(NODE_HOST, ASKS[i].to, TRAFFIC_REQUEST, type);
        if (may != ASKS[i].want || is_permitted(NODE_HOST, ASKS[i].to, TRAFFIC_STREAM, type) ||
            is_permitted(NODE_HOST, ASKS[i].to, TRAFFIC_ANSWER, type) || is_permitted(NODE_HOST, ASKS[i].to, TRAFFIC_RECEIPT, type))
            fail_msg("%s to %s", ASKS[i].type, node_name(ASKS[i].to));
    }
    for (int from = 0; from < NODE_N; from++) {
        bool answers = from == NODE_ACCOUNT || from == NODE_REFERRAL || from == NODE_MEETING;
        assert_int_equal(is_permitted((enum node)from, NODE_HOST, TRAFFIC_ANSWER, SPAN_LIT("done")), answers);
        assert_false(is_permitted((enum node)from, NODE_HOST, TRAFFIC_REQUEST, SPAN_LIT("host_ticket")));
        assert_false(is_permitted((enum node)from, NODE_HOST, TRAFFIC_STREAM, SPAN_LIT("case_opened")));
        assert_false(is_permitted((enum node)from, NODE_HOST, TRAFFIC_RECEIPT, SPAN_LIT("ack")));
    }
}

/* ---- the table of the living ---- */

static void hosts_share_a_pool_and_nothing_else(void **state)
{
    struct world *w = *state;
    struct scope *s = w->home.s;
    struct router *r = scope_alloc(s, sizeof *r);
    const uint8_t route[2][ROUTE_LEN] = {{0, 1}, {0, 2}};
    const struct span a = SPAN_LIT("host-A059-1"), b = SPAN_LIT("host-A059-12");
    struct header h = {.has_to = true, .to = a, .has_reply_to = true, .reply_to = SPAN_LIT("host-A059-1.7"), .has_re = true};

    assert_int_equal(router_hello(s, r, a, SPAN_LIT("host-A059-1.7"), false, route[0], 0), OK);
    assert_int_equal(router_hello(s, r, a, SPAN_LIT("host-A059-12.7"), false, route[0], 0), DENIED);
    assert_int_equal(router_hello(s, r, b, SPAN_LIT("host-A059-1.7"), false, route[1], 0), DENIED);
    assert_int_equal(router_hello(s, r, b, SPAN_LIT("referral.0"), false, route[1], 0), DENIED);
    assert_int_equal(router_hello(s, r, b, SPAN_LIT("host-A059-12.7"), false, route[1], 0), OK);
    assert_memory_equal(router_pick(r, NODE_HOST, TRAFFIC_ANSWER, &h)->route, route[0], ROUTE_LEN);
    for (int traffic = TRAFFIC_HELLO; traffic <= TRAFFIC_RECEIPT; traffic++)
        assert_int_equal(router_pick(r, NODE_HOST, (enum traffic)traffic, &h) != NULL, traffic == TRAFFIC_ANSWER);
    h.to = b; /* an answer to one is never handed to the other */
    assert_null(router_pick(r, NODE_HOST, TRAFFIC_ANSWER, &h));
    h.has_reply_to = false;
    assert_null(router_pick(r, NODE_HOST, TRAFFIC_ANSWER, &h));
    assert_int_equal(router_forget_all(r, a), 1);
    assert_int_equal(r->pool[NODE_HOST].n, 1);
    assert_string_equal(r->pool[NODE_HOST].worker[0].instance, "host-A059-12.7");
}

static void one_host_does_not_crowd_out_the_others(void **state)
{
    struct world *w = *state;
    struct scope *s = w->home.s;
    struct router *r = scope_alloc(s, sizeof *r);

    assert_non_null(r);
    for (int host = 0; r->pool[NODE_HOST].n < HOSTS_MAX; host++) {
        const char *name = scope_print(s, "host-A059-%d", host);
        for (int i = 0; i <= HOST_LINES_MAX; i++) {
            const uint8_t route[ROUTE_LEN] = {0, (uint8_t)host, (uint8_t)i};
            struct span instance = span_str(scope_print(s, "%s.%d", name, i));
            assert_int_equal(router_hello(s, r, span_str(name), instance, false, route, 0), i < HOST_LINES_MAX ? OK : TOO_LARGE);
        }
    }
    const uint8_t route[ROUTE_LEN] = {0, 9, 9, 9};
    assert_int_equal(router_hello(s, r, SPAN_LIT("host-A056-1"), SPAN_LIT("host-A056-1.0"), false, route, 0), TOO_LARGE);
    assert_int_equal(router_hello(s, r, SPAN_LIT("ctl"), SPAN_LIT("ctl.0"), false, route, 0), OK);
}

/* ---- real lines ---- */

struct agency {
    char dir[PATH_LEN + 8];
    struct enrolment e;
    struct keyring *ring;
    struct bus *line;
    const char *name;
    char instance[INSTANCE_TEXT_MAX];
};

/* Taken on while the relay runs. */
static void agency_open(struct world *w, struct agency *a, const char *folder, const char *code)
{
    struct scope *s = w->home.s;
    const struct peer *v;
    const char *endpoint;
    char fingerprint[FINGERPRINT_MAX];
    struct span text;
    size_t n;

    s->now_us = clock_now_us();
    snprintf(a->dir, sizeof a->dir, "%s/%s", w->home.dir, folder);
    struct agency_id id;
    assert_int_equal(agency_parse(span_str(code), &id), OK);
    assert_int_equal(host_new(s, a->dir, id, &a->e), OK);
    assert_int_equal(host_admit(s, w->home.dir, &a->e, false, &v, &n), OK);
    assert_int_equal(server_print(s, w->home.dir, w->home.endpoint, &text, fingerprint), OK);
    FILE *f = fopen(scope_print(s, "%s/server.pub", a->dir), "w");
    assert_non_null(f);
    assert_int_equal(fwrite(text.p, 1, text.n, f), text.n);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(keyring_open_host(s, a->dir, &a->ring, &endpoint), OK);
    a->name = a->e.peer.name;
    snprintf(a->instance, sizeof a->instance, "%.20s.1", a->name);
    assert_int_equal(bus_open(s, endpoint, a->ring, a->instance, &a->line), OK);
    w->lines[w->n++] = a->line;
    /* what is sent before the relay has read the list again is lost with the line it refused */
    struct header h = request(w, "meeting_list", a->name, "meeting", a->instance);
    int64_t since_us = clock_mono_us();
    struct frame back;
    do {
        assert_true(is_patient(since_us));
        beat(w);
        post(w, a->line, &h);
    } while (!peek(w, a->line, &back) || !is_refusal_of(&back, &h));
}

static void agency_close(struct world *w, struct agency *a)
{
    static const char *const FILES[] = {"host.key", "enrolment.txt", "server.pub"};
    cut(w, a->line);
    for (size_t i = 0; i < COUNT(FILES); i++)
        unlink(scope_print(w->home.s, "%s/%s", a->dir, FILES[i]));
    rmdir(a->dir);
    keyring_free(a->ring);
}

/* Everything this host sent before has been seen by the relay once this is refused: nobody answers for meeting. */
static void host_flush(struct world *w, struct agency *a)
{
    struct header h = request(w, "meeting_list", a->name, "meeting", a->instance);
    struct frame f;
    int64_t since_us = clock_mono_us();
    post(w, a->line, &h);
    while (!peek(w, a->line, &f) || !is_refusal_of(&f, &h))
        assert_true(is_patient(since_us));
}

static void a_host_is_let_in_without_a_restart_and_answered(void **state)
{
    struct world *w = *state;
    struct agency a;
    struct frame f;
    struct bus *referral = line(w, "referral.0");

    agency_open(w, &a, "a", "A059");
    struct header ask = request(w, "referral_list", a.name, "referral", a.instance);
    deliver(w, a.line, referral, &ask, &f);
    struct header answer = request(w, "referral_lines", "referral", a.name, a.instance);
    answer.has_re = true;
    answer.re = ask.id;
    struct frame sent = framed(w, &answer);
    assert_int_equal(bus_send(w->home.s, referral, &sent), OK);
    int64_t since_us = clock_mono_us();
    while (!peek(w, a.line, &f) || !span_is(f.header.type, "referral_lines"))
        assert_true(is_patient(since_us));
    assert_same(&f, &sent);
    agency_close(w, &a);
}

static void what_a_host_may_not_ask_is_not_heard(void **state)
{
    struct world *w = *state;
    struct agency a;
    struct bus *services[] = {line(w, "referral.0"), line(w, "intake.0"), line(w, "keys.0"), line(w, "audit.0")};
    static const struct {
        const char *type, *to;
    } BAD[] = {{"referral_draft", "referral"}, {"case_show", "intake"}, {"key_release", "keys"}, {"history_show", "audit"},
               {"queue_act", "referral"},      {"host_ticket", "keys"}, {"referral_list", "host-A059-none"}};
    struct frame f;

    agency_open(w, &a, "a", "A059");
    struct header ask = request(w, "referral_list", a.name, "referral", a.instance);
    deliver(w, a.line, services[0], &ask, &f);
    for (size_t i = 0; i < COUNT(BAD); i++) {
        struct header h = request(w, BAD[i].type, a.name, BAD[i].to, a.instance);
        post(w, a.line, &h);
    }
    struct header stream = head(w, "referral_act", a.name, "referral");
    stream.has_key = stream.has_seq = true;
    stream.seq = 1;
    post(w, a.line, &stream);
    host_flush(w, &a);
    for (size_t i = 0; i < COUNT(services); i++)
        assert_int_equal(bus_wait(services[i], NULL, 0, 0), 0);
    assert_int_equal(halt(w)->denied, COUNT(BAD) + 1);
    agency_close(w, &a);
}

static void a_host_speaks_as_itself_only(void **state)
{
    struct world *w = *state;
    struct agency a, b;
    struct bus *referral = line(w, "referral.0");
    struct frame f;

    agency_open(w, &a, "a", "A059");
    agency_open(w, &b, "b", "A056");
    struct header ask = request(w, "referral_list", a.name, "referral", a.instance);
    deliver(w, a.line, referral, &ask, &f);
    const char *const others[] = {b.name, "ctl", "gateway", "account", "relay", "host"};
    for (size_t i = 0; i < COUNT(others); i++) {
        struct header h = request(w, "referral_list", others[i], "referral", a.instance);
        post(w, a.line, &h);
    }
    struct header hello = head(w, "hello", a.name, "relay");
    assert_int_equal(frame_build(w->home.s, &hello, span_str(scope_print(w->home.s, "{\"instance\":\"%s\",\"leaving\":false}", b.instance)),
                                 (struct span){0}, &f), OK);
    assert_int_equal(bus_send(w->home.s, a.line, &f), OK);
    host_flush(w, &a);
    assert_int_equal(bus_wait(referral, NULL, 0, 0), 0);
    assert_int_equal(halt(w)->forged, COUNT(others) + 1);
    agency_close(w, &a);
    agency_close(w, &b);
}

/* Both ask again and again: from the relay's next look at the list on one is not heard any more, the other always. */
static void revocation_cuts_an_open_line(void **state)
{
    enum { ROUNDS = 60 }; /* of 50 ms at least where one is not heard: longer than the relay takes to look */
    struct world *w = *state;
    struct agency a, b;
    struct bus *referral = line(w, "referral.0");
    struct frame f;
    struct peer was;
    int64_t since_us = clock_mono_us();

    agency_open(w, &a, "a", "A059");
    agency_open(w, &b, "b", "A056");
    struct header ask = request(w, "referral_list", a.name, "referral", a.instance);
    deliver(w, a.line, referral, &ask, &f);
    ask = request(w, "referral_list", b.name, "referral", b.instance);
    deliver(w, b.line, referral, &ask, &f);
    assert_int_equal(host_revoke(w->home.s, w->home.dir, a.name, &was), OK);
    for (int unheard = 0; unheard < ROUNDS; unheard++) {
        struct header first = request(w, "referral_list", a.name, "referral", a.instance);
        struct header second = request(w, "referral_list", b.name, "referral", b.instance);
        assert_true(is_patient(since_us));
        beat(w);
        post(w, a.line, &first);
        post(w, b.line, &second);
        for (bool is_over = false; !is_over;) {
            assert_true(is_patient(since_us));
            if (!peek(w, referral, &f))
                continue;
            if (span_is(f.header.from, a.name))
                unheard = -1;
            is_over = uuid_eq(f.header.id, second.id);
        }
        while (peek(w, referral, &f)) /* the two lines do not wait for one another */
            if (span_is(f.header.from, a.name))
                unheard = -1;
        scope_reset(w->home.s);
    }
    assert_true(halt(w)->revoked > 0);
    agency_close(w, &a);
    agency_close(w, &b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_host_may_ask_what_is_listed),
        cmocka_unit_test_setup_teardown(hosts_share_a_pool_and_nothing_else, setup, teardown),
        cmocka_unit_test_setup_teardown(one_host_does_not_crowd_out_the_others, setup, teardown),
        cmocka_unit_test_setup_teardown(a_host_is_let_in_without_a_restart_and_answered, setup, teardown),
        cmocka_unit_test_setup_teardown(what_a_host_may_not_ask_is_not_heard, setup, teardown),
        cmocka_unit_test_setup_teardown(a_host_speaks_as_itself_only, setup, teardown),
        cmocka_unit_test_setup_teardown(revocation_cuts_an_open_line, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
