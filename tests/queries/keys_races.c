/* Two workers of keys at once: what one has not committed yet the other neither counts without nor writes past. The second one waits only a
 * moment for the first (lock_timeout), so that waiting shows as a refusal. */
#include "keys_events.h"
#include "keys_person.h"

static const struct who A = {"ada", "A056", ROLE_WORKER, -1}, A2 = {"ben", "A056", ROLE_WORKER, -1};
static const struct who ADMIN = {"kanri", "", ROLE_ADMINISTRATOR, -1}, ADMIN2 = {"kanri2", "", ROLE_ADMINISTRATOR, -1};

enum { AGENCY_READS = 3 };

/* Acts once, when the first worker has come so far. */
struct rival {
    struct world other;
    enum step at;
    struct uuid case_id;
    enum status (*act)(struct rival *r);
    bool has_acted;
    enum status st;
};

static bool meddle(void *ctx, enum step at)
{
    struct rival *r = ((struct world *)ctx)->rival;

    if (r && at == r->at && !r->has_acted) {
        r->has_acted = true;
        r->st = r->act(r);
    }
    return false;
}

static enum status destroys(struct rival *r)
{
    struct done done;

    return destroy(&r->other, &ADMIN2, r->case_id, &done);
}

static enum status reads(struct rival *r)
{
    struct header h = {.id = scope_uuid(r->other.s), .has_role = true, .role = ROLE_SERVICE};
    struct key_want want = {.case_id = r->case_id, .has_nr = true, .has_kind = true, .kind = READING_READ, .has_ticket = true,
                            .ticket = world_ticket(&r->other, &A2)};
    struct key_grant grant;

    world_send(&r->other, FROM_INTAKE, &h, shape_key_release(), &(struct key_release){.cases = {&want, 1}});
    enum status st = world_answer(&r->other, shape_key_grant(), &grant);
    return st == OK ? world_got(&grant, 0).st : st;
}

static enum status signs(struct rival *r)
{
    struct event_wanted e = happening(&r->other, r->case_id, 0, EVENT_OPEN, "A056");
    struct events_signed got;

    return sign_events(&r->other, FROM_SEQUENCER, &e, 1, &got);
}

static void rival_begin(struct world *w, struct rival *r)
{
    r->other = *w;
    r->other.rival = NULL;
    r->other.db = w->second;
    assert_int_equal(worker_new(&(struct worker_setup){.svc = &KEYS, .instance = "keys.1", .ring = w->ring[FROM_KEYS], .db = w->second,
                                                       .own = w->own, .port = {world_take, &r->other}, .now_us = world_now,
                                                       .entropy = entropy_system(), .ctx = &r->other, .pass = &w->pass},
                                &r->other.worker), OK);
    w->rival = r;
}

static void rival_end(struct world *w, struct rival *r, enum status want)
{
    w->rival = NULL;
    worker_free(r->other.worker);
    assert_true(r->has_acted);
    assert_int_equal(r->st, want);
}

static int setup(void **state)
{
    struct world *w = setup_world("keys_races", 1000, 1000, AGENCY_READS, meddle);

    assert_ok(w->s, conn_script(w->s, w->second, "set lock_timeout = '100ms'"));
    *state = w;
    return 0;
}

/* The agency's last case of the hour is given once. */
static void test_limit(void **state)
{
    struct world *w = *state;
    struct uuid ids[AGENCY_READS + 1];
    struct span key;

    for (size_t i = 0; i < COUNT(ids); i++)
        ids[i] = new_case(w, &A, &key);
    w->ahead_us += 3700 * (int64_t)US_PER_S;
    for (size_t i = 0; i + 1 < AGENCY_READS; i++)
        assert_int_equal(RELEASE(w, ids[i], READ, &A).st, OK);
    struct rival r = {.at = STEP_HANDLED, .case_id = ids[AGENCY_READS], .act = reads};
    rival_begin(w, &r);
    assert_int_equal(RELEASE(w, ids[AGENCY_READS - 1], READ, &A).st, OK);
    rival_end(w, &r, UNAVAILABLE);
    assert_int_equal(RELEASE(w, ids[AGENCY_READS], READ, &A2).st, DENIED);
}

/* Of a case that is destroyed nothing comes back that was being written in the same moment: no index of its people … */
static void test_person(void **state)
{
    struct world *w = *state;
    struct span key;
    struct uuid id = new_case(w, &A, &key);
    struct done done;

    assert_int_equal(destroy(w, &ADMIN, id, &done), OK);
    struct rival r = {.at = STEP_HANDLED, .case_id = id, .act = destroys};
    rival_begin(w, &r);
    assert_int_equal(known(w, id, id, 1, &TARO, key), OK);
    rival_end(w, &r, UNAVAILABLE);
    assert_string_not_equal(ask(w, "select count(*) from keys.person_index where case_id = $1::uuid", id), "0");
    assert_int_equal(destroy(w, &ADMIN2, id, &done), OK);
    assert_true(span_is(done.state, "destroyed"));
    assert_string_equal(ask(w, "select count(*) from keys.person_index where case_id = $1::uuid", id), "0");
}

/* … no wrap for who comes to it … */
static void test_share(void **state)
{
    struct world *w = *state;
    struct span key;
    struct uuid id = new_case(w, &A, &key);
    struct done done;

    assert_int_equal(destroy(w, &ADMIN, id, &done), OK);
    struct rival r = {.at = STEP_HANDLED, .case_id = id, .act = destroys};
    rival_begin(w, &r);
    assert_int_equal(share(w, id, "A059"), OK);
    rival_end(w, &r, UNAVAILABLE);
    assert_string_equal(ask(w, "select count(*) from keys.wrap where case_id = $1::uuid", id), "2");
    assert_int_equal(destroy(w, &ADMIN2, id, &done), OK);
    assert_string_equal(ask(w, "select count(*) from keys.wrap where case_id = $1::uuid", id), "0");
}

/* … and no wrap for the city's escrow key. */
static void test_escrow(void **state)
{
    struct world *w = *state;
    struct span key, hex;
    struct uuid id = new_case(w, &A, &key);
    uint8_t public_key[HPKE_KEY_LEN];
    AUTO(secret) mine = NULL;
    struct done done;
    int wait_ms;

    assert_ok(w->s, hpke_keypair(w->s, &mine, public_key));
    assert_ok(w->s, hex_print(w->s, span_of(public_key, sizeof public_key), &hex));
    assert_int_equal(world_ask(w, &ADMIN, shape_escrow_put(), &(struct escrow_put){.public_key = hex}, shape_done(), &done), OK);
    assert_int_equal(destroy(w, &ADMIN, id, &done), OK);
    w->ahead_us += 60 * (int64_t)US_PER_S;
    struct rival r = {.at = STEP_BEFORE_COMMIT, .case_id = id, .act = destroys};
    rival_begin(w, &r);
    assert_ok(w->s, worker_tick(w->worker, &wait_ms));
    rival_end(w, &r, UNAVAILABLE);
    assert_string_equal(ask(w, "select count(*) from keys.wrap where case_id = $1::uuid and kind = 2", id), "1");
    assert_int_equal(destroy(w, &ADMIN2, id, &done), OK);
    assert_true(span_is(done.state, "destroyed"));
    assert_string_equal(ask(w, "select count(*) from keys.wrap where case_id = $1::uuid", id), "0");
}

/* … and no log key: whichever comes first, signing or destroying, none is there in the end. */
static void test_log_key(void **state)
{
    struct world *w = *state;
    static const char KEPT[] = "select count(*) from keys.log_key where case_id = $1::uuid and sealed is not null";
    struct span key;
    struct done done;

    for (int is_late = 0; is_late < 2; is_late++) {
        w->ahead_us += 3700 * (int64_t)US_PER_S;
        struct uuid id = new_case(w, &A, &key);
        struct event_wanted e = happening(w, id, 0, EVENT_OPEN, "A056");
        struct events_signed got;
        assert_int_equal(destroy(w, &ADMIN, id, &done), OK);
        struct rival r = {.at = STEP_HANDLED, .case_id = id, .act = is_late ? signs : destroys};
        rival_begin(w, &r);
        assert_int_equal(is_late ? destroy(w, &ADMIN2, id, &done) : sign_events(w, FROM_SEQUENCER, &e, 1, &got), OK);
        rival_end(w, &r, is_late ? OK : UNAVAILABLE);
        assert_string_equal(ask(w, KEPT, id), is_late ? "0" : "1");
        if (!is_late)
            assert_int_equal(destroy(w, &ADMIN2, id, &done), OK);
        assert_int_equal(sign_events(w, FROM_SEQUENCER, &e, 1, &got), OK); /* of an erased case: under the key of none */
        assert_string_equal(ask(w, KEPT, id), "0");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_limit), cmocka_unit_test(test_person), cmocka_unit_test(test_share),
                                       cmocka_unit_test(test_escrow), cmocka_unit_test(test_log_key)};

    return cmocka_run_group_tests(tests, setup, setup_end);
}
