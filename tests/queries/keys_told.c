/* What happens to a case's key is told to the history by the transaction in which it happens: one message for each reading on record, for a
 * rotation, for an auditor's question; none for what has its own event elsewhere, and none for what was refused. */
#include "keys_setup.h"

static const struct who A = {"ada", "A056", ROLE_WORKER, -1}, B = {"cho", "A059", ROLE_WORKER, -1}, SEES = {"kei", "A056", ROLE_WORKER, 0};
static const struct who ADMIN = {"kanri", "", ROLE_ADMINISTRATOR, -1}, OTHER = {"betsu", "", ROLE_ADMINISTRATOR, -1};

static void opens(struct world *w, struct uuid id)
{
    (void)RELEASE(w, id, OPEN, &A); /* it is there already: a writing */
}

static void reads(struct world *w, struct uuid id)
{
    assert_int_equal(RELEASE(w, id, READ, &A).st, OK);
}

static void writes(struct world *w, struct uuid id)
{
    assert_int_equal(RELEASE(w, id, WRITE, &A).st, OK);
}

static void is_refused(struct world *w, struct uuid id)
{
    assert_int_equal(RELEASE(w, id, READ, &B).st, NOT_FOUND);
}

static void reads_twice(struct world *w, struct uuid id)
{
    reads(w, id);
    reads(w, id);
}

static void breaks_glass(struct world *w, struct uuid id)
{
    struct break_glass in = {.case_id = id, .reason = EMERGENCY_LIFE, .text = SPAN_LIT("生命の危険があるため緊急に閲覧します。架空の理由です。")};
    struct emergency_open out;

    assert_int_equal(world_ask(w, &SEES, shape_break_glass(), &in, shape_emergency_open(), &out), OK);
}

static void rotates(struct world *w, struct uuid id)
{
    struct key_rotate in = {.has_case_id = true, .case_id = id};
    struct done out;

    assert_int_equal(world_ask(w, &ADMIN, shape_key_rotate(), &in, shape_done(), &out), OK);
}

static const struct who AUDITOR = {"kansa", "A001", ROLE_AUDITOR, -1}, LEAD = {"ben", "A056", ROLE_TEAM_LEAD, -1};

static void asks_who_read(struct world *w, const struct who *who, struct uuid id)
{
    struct reading_list in = {.case_id = id, .has_limit = true, .limit = 20, .has_before = true, .before = 1767225600 * (int64_t)US_PER_S};
    struct reading_lines out;

    assert_int_equal(world_ask(w, who, shape_reading_list(), &in, shape_reading_lines(), &out), OK);
}

static void is_audited(struct world *w, struct uuid id)
{
    asks_who_read(w, &AUDITOR, id);
}

static void a_lead_asks(struct world *w, struct uuid id)
{
    asks_who_read(w, &LEAD, id);
}

static void keys_are_audited(struct world *w, struct uuid id)
{
    struct key_status in = {};
    struct key_standing out;

    (void)id;
    assert_int_equal(world_ask(w, &AUDITOR, shape_key_status(), &in, shape_key_standing(), &out), OK);
    assert_int_equal(world_ask(w, &ADMIN, shape_key_status(), &in, shape_key_standing(), &out), OK);
}

static void wishes(struct world *w, struct uuid id)
{
    struct done out;

    assert_int_equal(destroy(w, &ADMIN, id, &out), OK);
}

static void erases(struct world *w, struct uuid id)
{
    struct done out;

    wishes(w, id);
    assert_int_equal(destroy(w, &OTHER, id, &out), OK);
}

static void a_member_leaves(struct world *w, struct uuid id)
{
    assert_int_equal(STREAM(w, FROM_REFERRAL, id, key_share, .case_id = id, .agency = agency("A059"), .at = world_now(w)), OK);
    assert_int_equal(STREAM(w, FROM_REFERRAL, id, key_unshare, .case_id = id, .agency = agency("A059"), .keeps_past = true,
                            .at = world_now(w)), OK);
}

/* What is told, in its order: who did it, what, and the detail. */
static const struct {
    const char *name;
    void (*happens)(struct world *w, struct uuid id);
    const char *told;
} CASES[] = {
    {"a case that is opened is told by intake", NULL, ""},
    {"a case that is opened again", opens, "A056 ada key_read write"},
    {"a reading", reads, "A056 ada key_read read"},
    {"a writing", writes, "A056 ada key_read write"},
    {"two readings are two", reads_twice, "A056 ada key_read read, A056 ada key_read read"},
    {"nothing is given, nothing told", is_refused, ""},
    {"broken glass is told by its own message", breaks_glass, ""},
    {"a rotation", rotates, "- kanri key_rotated epoch 2"},
    {"who leaves is told by referral", a_member_leaves, ""},
    {"one administrator's wish erases nothing", wishes, ""},
    {"nor does that of two: it is told by its own messages", erases, ""},
    {"an auditor's question", is_audited, "A001 kansa audited reading_list before=2026-01-01T09:00:00 limit=20"},
    {"the same of a team lead is no event", a_lead_asks, ""},
    {"an auditor's question about no case", keys_are_audited, "A001 kansa audited key_status"},
};

static void each_is_told_as_it_is(void **state)
{
    struct world *w = *state;

    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct span key;
        struct uuid id = new_case(w, &A, &key);
        if (CASES[i].happens)
            CASES[i].happens(w, id);
        const char *told = ask(w,
            "select coalesce(string_agg(concat_ws(' ', coalesce(p ->> 'agency', '-'), p ->> 'actor', p ->> 'happened',"
            " coalesce(p ->> 'detail', '-'), p ->> 'reason'), ', ' order by seq), '')"
            " from (select seq, payload::json as p from keys.outbox where dest = 'audit' and type = 'key_event'"
            " and key in ($1::uuid, '00000000-0000-0000-0000-000000000000')" /* no case has that one */
            " and payload::json ->> 'case_id' = key::text and payload::json ->> 'id' is not null) o", id);
        if (strcmp(told, CASES[i].told) != 0)
            fail_msg("%s: told \"%s\", not \"%s\"", CASES[i].name, told, CASES[i].told);
    }
}

static int setup(void **state)
{
    *state = setup_world("keys_told", 100, 1000, 1000, NULL);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_is_told_as_it_is)};

    return cmocka_run_group_tests(tests, setup, setup_end);
}
