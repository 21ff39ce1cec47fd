/* The relay as it runs between services that are real lines under CURVE: what passes unchanged, what is answered for
 * those who are not there, and what happens when workers and the relay itself come and go. */
#include "wire/codec.h"

#include "relay_frames.h"

/* ---- what passes ---- */

static void a_request_and_its_answer_travel_unchanged(void **state)
{
    struct world *w = *state;
    struct bus *gateway = line(w, "gateway.0"), *other = line(w, "gateway.1"), *intake = line(w, "intake.0");
    struct header ask = request(w, "case_show", "gateway", "intake", "gateway.0");
    struct frame f;

    flush(w, other, "gateway", "audit", "gateway.1");
    deliver(w, gateway, intake, &ask, &f);
    struct header answer = request(w, "case_view", "intake", "gateway", "gateway.0");
    answer.has_re = true;
    answer.re = ask.id;
    struct frame sent = framed(w, &answer);
    assert_int_equal(bus_send(w->home.s, intake, &sent), OK);
    bus_expect(w->home.s, gateway, &f);
    assert_same(&f, &sent);
    flush(w, other, "gateway", "audit", "gateway.1"); /* the sibling got nothing but this refusal */
}

static void a_stream_meets_one_worker_and_its_receipts_come_back(void **state)
{
    struct world *w = *state;
    struct bus *intake[2] = {line(w, "intake.0"), line(w, "intake.1")};
    struct bus *referral[2] = {line(w, "referral.0"), line(w, "referral.1")};
    struct header ask = request(w, "case_opened", "intake", "referral", "intake.0");
    struct frame f;
    int first = -1;

    for (int i = 0; i < 2; i++) { /* both workers of both services are known from here on */
        beat(w);
        flush(w, intake[i], "intake", "keys", i ? "intake.1" : "intake.0");
        flush(w, referral[i], "referral", "meeting", i ? "referral.1" : "referral.0");
    }
    ask.has_key = ask.has_seq = true;
    ask.key = scope_uuid(w->home.s);
    for (ask.seq = 1; ask.seq <= 20; ask.seq++) {
        int64_t since_us = clock_mono_us();
        post(w, intake[0], &ask);
        int at = 0;
        for (; !peek(w, referral[at], &f); at = !at) {
            assert_true(is_patient(since_us));
            beat(w);
        }
        first = first < 0 ? at : first;
        assert_int_equal(at, first);
        assert_int_equal(f.header.seq, ask.seq);
        assert_int_equal(bus_wait(referral[!at], NULL, 0, 0), 0); /* nobody else has a copy */
    }
    struct header ack = request(w, "ack", "referral", "intake", "intake.0");
    post(w, referral[0], &ack);
    bus_expect(w->home.s, intake[0], &f);
    assert_true(span_is(f.header.type, "ack"));
    cut(w, intake[0]); /* its sibling can close the outbox row as well */
    int64_t since_us = clock_mono_us();
    while (!peek(w, intake[1], &f) || !span_is(f.header.type, "ack")) {
        assert_true(is_patient(since_us));
        beat(w);
        post(w, referral[0], &ack);
    }
}

/* ---- who is not there ---- */

static void the_absent_are_answered_for(void **state)
{
    struct world *w = *state;
    struct bus *gateway = line(w, "gateway.0");
    struct header ask = request(w, "history_show", "gateway", "audit", "gateway.0");
    struct frame f;
    struct refusal no;

    post(w, gateway, &ask);
    bus_expect(w->home.s, gateway, &f);
    assert_true(is_refusal_of(&f, &ask));
    assert_true(span_is(f.header.from, "relay"));
    assert_true(span_is(f.header.to, "gateway"));
    assert_true(span_is(f.header.reply_to, "gateway.0"));
    assert_int_equal(f.part[PART_TAG].n, 0);
    assert_int_equal(f.part[PART_BODY].n, 0);
    assert_int_equal(codec_decode(w->home.s, shape_refusal(), f.part[PART_PAYLOAD], f.header.minor, &no), OK);
    assert_true(span_is(no.status, status_trait(UNAVAILABLE)->word));
    assert_true(no.why_ja.n > 0 && no.why_en.n > 0);
    assert_int_equal(halt(w)->busy, 1);
}

static void streams_and_answers_to_the_absent_are_only_counted(void **state)
{
    struct world *w = *state;
    struct bus *intake = line(w, "intake.0");
    struct header stream = head(w, "case_opened", "intake", "referral");
    struct header answer = request(w, "case_view", "intake", "gateway", "gateway.7");
    struct header ack = request(w, "ack", "intake", "referral", "referral.0");

    stream.has_key = stream.has_seq = true;
    stream.seq = 1;
    answer.has_re = true;
    post(w, intake, &stream);
    post(w, intake, &answer);
    post(w, intake, &ack);
    flush(w, intake, "intake", "keys", "intake.0"); /* the first thing back is the refusal of this */
    assert_int_equal(halt(w)->undelivered, 2);
    assert_int_equal(relay_counters(w->relay)->lost_answers, 1);
    assert_int_equal(relay_counters(w->relay)->busy, 1);
    assert_int_equal(relay_counters(w->relay)->passed, 0);
}

static void who_leaves_dies_or_falls_silent_is_not_counted_on(void **state)
{
    struct world *w = *state;
    struct bus *gateway = line(w, "gateway.0");
    struct frame f;

    for (int way = 0; way < 3; way++) {
        struct bus *intake = line(w, "intake.0");
        struct header h = request(w, "case_show", "gateway", "intake", "gateway.0");
        deliver(w, gateway, intake, &h, &f);
        if (way == 2) {
            cut(w, intake);
        } else {
            hush(w, intake);
            if (way == 0)
                assert_int_equal(bus_hello(w->home.s, intake, true), OK);
        }
        ask_until_refused(w, gateway, "intake");
        if (way != 2)
            bus_free(intake);
    }
}

/* Requests may be lost with the worker that died, but while it has a sibling nobody is told that the service is not there. */
static void a_dead_worker_s_sibling_steps_in(void **state)
{
    struct world *w = *state;
    struct bus *gateway = line(w, "gateway.0"), *intake[2] = {line(w, "intake.0"), line(w, "intake.1")};
    struct frame f;
    int64_t since_us = clock_mono_us();

    for (int i = 0; i < 2; i++) {
        beat(w);
        flush(w, intake[i], "intake", "keys", i ? "intake.1" : "intake.0");
    }
    cut(w, intake[0]);
    for (int served = 0; served < 20;) {
        struct header h = request(w, "case_show", "gateway", "intake", "gateway.0");
        assert_true(is_patient(since_us));
        beat(w);
        post(w, gateway, &h);
        served += peek(w, intake[1], &f);
    }
    flush(w, gateway, "gateway", "audit", "gateway.0");
    assert_int_equal(halt(w)->busy, 3); /* the three flushes, nothing else */
}

static void a_restarted_worker_replaces_the_old_one(void **state)
{
    struct world *w = *state;
    struct bus *gateway = line(w, "gateway.0"), *old = line(w, "intake.0"), *young;
    struct frame f;

    for (int i = 0; i < 3; i++) {
        struct header h = request(w, "case_show", "gateway", "intake", "gateway.0");
        deliver(w, gateway, old, &h, &f);
        hush(w, old); /* hangs, still connected; its successor says hello by the same name */
        young = line(w, "intake.0");
        beat(w);
        flush(w, young, "intake", "keys", "intake.0");
        struct header next = request(w, "case_show", "gateway", "intake", "gateway.0");
        deliver(w, gateway, young, &next, &f);
        assert_int_equal(bus_wait(old, NULL, 0, 0), 0);
        bus_free(old);
        old = young;
    }
}

/* ---- its life ---- */

static void *run(void *arg)
{
    struct world *w = arg;
    w->ended = relay_run(w->relay_scope, w->home.endpoint, w->relay_ring, &w->stop);
    return NULL;
}

static void relay_run_opens_serves_and_stops(void **state)
{
    struct world *w = *state;
    struct frame f;
    struct bus *gateway = line(w, "gateway.0"), *intake = line(w, "intake.0");
    uint64_t told;

    assert_int_equal(relay_run(w->home.s, w->home.endpoint, w->relay_ring, &w->stop), UNAVAILABLE);
    halt(w);
    relay_free(take(&w->relay));
    assert_int_equal(eventfd_read(w->stop, &told), 0);
    assert_int_equal(pthread_create(&w->thread, NULL, run, w), 0);
    struct header h = request(w, "case_show", "gateway", "intake", "gateway.0");
    deliver(w, gateway, intake, &h, &f); /* both lines find the new relay by themselves */
    assert_int_equal(eventfd_write(w->stop, 1), 0);
    assert_int_equal(pthread_join(w->thread, NULL), 0);
    assert_int_equal(w->ended, OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_request_and_its_answer_travel_unchanged, setup, teardown),
        cmocka_unit_test_setup_teardown(a_stream_meets_one_worker_and_its_receipts_come_back, setup, teardown),
        cmocka_unit_test_setup_teardown(the_absent_are_answered_for, setup, teardown),
        cmocka_unit_test_setup_teardown(streams_and_answers_to_the_absent_are_only_counted, setup, teardown),
        cmocka_unit_test_setup_teardown(who_leaves_dies_or_falls_silent_is_not_counted_on, setup, teardown),
        cmocka_unit_test_setup_teardown(a_dead_worker_s_sibling_steps_in, setup, teardown),
        cmocka_unit_test_setup_teardown(a_restarted_worker_replaces_the_old_one, setup, teardown),
        cmocka_unit_test_setup_teardown(relay_run_opens_serves_and_stops, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
