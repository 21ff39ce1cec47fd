/* Many agencies come to many cases in one batch: each is given what it would have been given alone, and one that cannot be given anything
 * keeps nothing from the others. */
#include "keys_setup.h"

static const struct who A = {"ada", "A056", ROLE_WORKER, -1}, B = {"cho", "A059", ROLE_WORKER, -1}, C = {"dai", "A0660", ROLE_WORKER, -1};
static const struct who ADMIN = {"kanri", "", ROLE_ADMINISTRATOR, -1}, ADMIN2 = {"kanri2", "", ROLE_ADMINISTRATOR, -1};

static int setup(void **state)
{
    *state = setup_world("keys_batch", 1000, 1000, 1000, NULL);
    return 0;
}

/* Taken in, but not worked on yet. */
static void put(struct world *w, struct uuid id, int64_t seq, const char *with, bool for_meeting)
{
    struct key_share msg = {.case_id = id, .agency = agency(with), .at = world_now(w), .has_for_meeting = for_meeting,
                            .for_meeting = for_meeting};
    struct header h = {.id = scope_uuid(w->s), .type = SPAN_LIT("key_share"), .minor = SCHEMA_MINOR, .from = SPAN_LIT("referral"),
                       .to = SPAN_LIT("keys"), .sent = world_now(w), .has_reply_to = true, .reply_to = SPAN_LIT("test.0"), .has_key = true,
                       .key = id, .has_seq = true, .seq = seq, .has_role = true, .role = ROLE_SERVICE};
    uint8_t tag[ENVELOPE_TAG_LEN];
    struct span payload;
    struct frame f, heard;

    assert_ok(w->s, codec_encode(w->s, shape_key_share(), &msg, &payload));
    assert_ok(w->s, frame_build(w->s, &h, payload, (struct span){0}, &f));
    assert_ok(w->s, envelope_tag(w->s, w->ring[FROM_REFERRAL], "keys", TO_PEER, f.part, PART_TAG, tag));
    f.part[PART_TAG] = span_of(tag, sizeof tag);
    assert_ok(w->s, frame_parse(worker_scope(w->worker), f.part, FRAME_PARTS, &heard));
    worker_take(w->worker, &heard);
}

/* How many came before their turn. */
static int64_t run(struct world *w)
{
    int64_t before = worker_counts_of(w->worker)->gaps;

    w->nack = (struct span){0};
    assert_ok(w->s, worker_run(w->worker));
    return worker_counts_of(w->worker)->gaps - before;
}

#define TEXT_OF_CASE "select string_agg(agency || ' ' || epoch, ',' order by agency, epoch) from keys.wrap where case_id = $1::uuid and kind = 3"

static void test_together(void **state)
{
    struct world *w = *state;
    struct span k1, k2, k3;
    struct uuid one = new_case(w, &A, &k1), two = new_case(w, &A, &k2), three = new_case(w, &C, &k3), gone = new_case(w, &A, &k3);
    struct done done;

    assert_int_equal(destroy(w, &ADMIN, gone, &done), OK);
    assert_int_equal(destroy(w, &ADMIN2, gone, &done), OK);
    put(w, one, 1, "A059", false);
    put(w, two, 1, "A059", false);
    put(w, one, 2, "A0660", false);
    put(w, one, 3, "A059", false); /* the same again */
    put(w, gone, 1, "A059", false);
    put(w, three, 1, "A059", true);
    put(w, three, 2, "A0660", false); /* it opened the case */
    put(w, two, 3, "A0660", false);   /* before the second of its stream */
    put(w, one, 3, "A059", false);    /* a copy */
    assert_int_equal(run(w), 1);
    assert_int_equal(w->nack.n, 0);
    assert_string_equal(ask(w, TEXT_OF_CASE, one), "A056 1,A059 1,A0660 1");
    assert_string_equal(ask(w, TEXT_OF_CASE, two), "A056 1,A059 1");
    assert_string_equal(ask(w, TEXT_OF_CASE, three), "A059 1,A0660 1");
    assert_string_equal(ask(w, "select count(*) from keys.wrap where case_id = $1::uuid", gone), "0");
    assert_string_equal(ask(w, "select string_agg(agency || ' ' || for_meeting, ',' order by agency, for_meeting) from keys.participant"
                               " where case_id = $1::uuid and until is null", three), "A059 true,A0660 false");
    assert_true(span_eq(RELEASE(w, one, READ, &B).key.key, k1) && span_eq(RELEASE(w, two, READ, &B).key.key, k2));
    assert_true(span_eq(RELEASE(w, one, READ, &C).key.key, k1));
    assert_int_equal(RELEASE(w, two, READ, &C).st, NOT_FOUND);
    assert_int_equal(RELEASE(w, three, READ, &B).st, NOT_FOUND);
    assert_int_equal(world_release(w, FROM_MEETING, three, READING_READ, &B).st, OK);
    assert_string_equal(ask(w, "select max(last_seq) from keys.inbox where key = $1::uuid", one), "3");
    assert_string_equal(ask(w, "select max(last_seq) from keys.inbox where key = $1::uuid", two), "1");
}

static void test_one_spoilt(void **state)
{
    struct world *w = *state;
    struct span k1, k2;
    struct uuid one = new_case(w, &A, &k1), bad = new_case(w, &A, &k2), two = new_case(w, &A, &k2);
    char text[UUID_TEXT_MAX];

    assert_ok(w->s, conn_script(w->s, w->admin, scope_print(w->s, "update keys.wrap set wrap = set_byte(wrap, 90, get_byte(wrap, 90) # 1)"
                                                                  " where case_id = '%s'", uuid_print(bad, text))));
    put(w, one, 1, "A059", false);
    put(w, bad, 1, "A059", false);
    put(w, two, 1, "A059", false);
    (void)run(w);
    assert_true(span_is(w->nack, "corrupt"));
    assert_true(span_eq(RELEASE(w, one, READ, &B).key.key, k1) && span_eq(RELEASE(w, two, READ, &B).key.key, k2));
    assert_string_equal(ask(w, "select count(*) from keys.participant where case_id = $1::uuid and agency = 'A059'", bad), "0");
    assert_string_equal(ask(w, "select count(*) from keys.inbox where key = $1::uuid", bad), "0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_together), cmocka_unit_test(test_one_spoilt)};

    return cmocka_run_group_tests(tests, setup, setup_end);
}
