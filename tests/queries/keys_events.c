/* Events signed, chained and sealed by keys as it runs on a real database; every event and leaf is worked out again here from the formats
 * alone. And who may open them afterwards. */
#include "keys_expect.h"

static const struct who A = {"ada", "A056", ROLE_WORKER, -1}, B = {"cho", "A059", ROLE_WORKER, -1};
static const struct who AUDITOR = {"kansa", "A001", ROLE_AUDITOR, -1}, COORDINATOR = {"eri", "A001", ROLE_COORDINATOR, -1};
static const struct who SECRETARY = {"fuji", "A056", ROLE_SECRETARY, -1};
static const struct who ADMIN = {"kanri", "", ROLE_ADMINISTRATOR, -1}, ADMIN2 = {"kanri2", "", ROLE_ADMINISTRATOR, -1};

static const uint8_t EIGHTS[LEDGER_HASH_LEN] = {8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8};

static int setup(void **state)
{
    *state = setup_world("keys_events", 1000, 1000, 1000, NULL);
    return 0;
}

static void test_chain(void **state)
{
    struct world *w = *state;
    struct uuid x = scope_uuid(w->s), y = scope_uuid(w->s), z = scope_uuid(w->s);
    struct event_wanted first[] = {happening(w, x, 0, EVENT_OFFER, "A056"), happening(w, y, 0, EVENT_OPEN, "A059"),
                                   happening(w, x, 1, EVENT_DELIVER, "A059"), happening(w, z, 0, EVENT_EXPIRE, ""),
                                   happening(w, x, 2, EVENT_ACCEPT, "A059"), happening(w, y, 1, EVENT_READ, "A0660")};
    struct seen seen[COUNT(first)], later[2];

    first[0].has_actor = first[2].has_actor = true;
    first[0].actor = SPAN_LIT("ada");
    first[2].actor = SPAN_LIT("cho");
    first[0].has_counterpart = true;
    first[0].counterpart = agency("A059");
    first[0].has_reason = true;
    first[0].reason = 4000000000;
    first[4].has_answers_id = true;
    first[4].answers_id = first[0].id;
    first[4].has_record = true;
    first[4].record = hash_text(w, 7);
    assert_ok(w->s, sign_and_see(w, first, COUNT(first), seen));
    expect(w, &first[0], &seen[0], NULL, NULL);
    expect(w, &first[1], &seen[1], NULL, NULL);
    expect(w, &first[2], &seen[2], seen[0].leaf_hash, NULL);
    expect(w, &first[3], &seen[3], NULL, NULL);
    expect(w, &first[4], &seen[4], seen[2].leaf_hash, seen[0].leaf_hash);
    expect(w, &first[5], &seen[5], seen[1].leaf_hash, NULL);
    struct event_wanted next[] = {happening(w, x, 3, EVENT_CLOSE, "A056"), happening(w, x, 4, EVENT_REVIEW, "")};
    next[0].has_prev = next[0].has_answers = true;
    assert_ok(w->s, hex_print(w->s, span_of(seen[4].leaf_hash, 32), &next[0].prev));
    assert_ok(w->s, hex_print(w->s, span_of(seen[2].leaf_hash, 32), &next[0].answers));
    assert_ok(w->s, sign_and_see(w, next, COUNT(next), later));
    expect(w, &next[0], &later[0], seen[4].leaf_hash, seen[2].leaf_hash);
    expect(w, &next[1], &later[1], later[0].leaf_hash, NULL);
}

/* The same leaves whoever is asked, and nothing that was sealed for one case opens under the key of another. */
static void test_again(void **state)
{
    struct world *w = *state;
    struct uuid x = scope_uuid(w->s), y = scope_uuid(w->s);
    struct event_wanted all[] = {happening(w, x, 0, EVENT_OPEN, "A056"), happening(w, y, 0, EVENT_OPEN, "A056"),
                                 happening(w, x, 1, EVENT_GRANT, "A059")};
    struct events_signed once, twice;

    all[0].has_actor = true;
    all[0].actor = SPAN_LIT("ada");
    assert_int_equal(sign_events(w, FROM_SEQUENCER, all, COUNT(all), &once), OK);
    for (size_t i = 0; i < w->own->opened_n; i++)
        secret_free(w->own->opened[i].secret);
    w->own->opened_n = 0; /* as another worker would be asked */
    assert_int_equal(sign_events(w, FROM_SEQUENCER, all, COUNT(all), &twice), OK);
    for (size_t i = 0; i < COUNT(all); i++) {
        struct seen a = see(w, &all[i], &once.events.v[i]), b = see(w, &all[i], &twice.events.v[i]);
        assert_true(span_eq(once.events.v[i].leaf, twice.events.v[i].leaf) && once.events.v[i].leaf.n == 2 * LEAF_LEN);
        assert_memory_equal(a.bytes, b.bytes, EVENT_LEN);
        assert_false(span_eq(once.events.v[i].sealed, twice.events.v[i].sealed));
    }
    AUTO(secret) of_x = log_key_of(w, x);
    AUTO(secret) of_y = log_key_of(w, y);
    assert_false(secret_eq(of_x, of_y));
}

/* What an agency has not yet is made; what it moves on to signs from then on. */
static void test_agencies(void **state)
{
    struct world *w = *state;
    static const char LIVE[] = "select count(*) from keys.agency_key where agency = 'A0777' and retired_at is null and $1::uuid is not null";
    struct uuid x = scope_uuid(w->s), y = scope_uuid(w->s);
    struct event_wanted one = happening(w, x, 0, EVENT_OPEN, "A0777"), other = happening(w, y, 0, EVENT_OPEN, "A0777");
    struct seen before, after;
    struct done done;

    assert_string_equal(ask(w, LIVE, x), "0");
    assert_ok(w->s, sign_and_see(w, &one, 1, &before));
    assert_string_equal(ask(w, LIVE, x), "1");
    expect(w, &one, &before, NULL, NULL);
    assert_int_equal(ASK(w, &ADMIN, key_rotate, done, &done, .has_agency = true, .agency = agency("A0777")), OK);
    assert_ok(w->s, sign_and_see(w, &other, 1, &after));
    expect(w, &other, &after, NULL, NULL); /* by the key that is the agency's now */
    assert_memory_not_equal(before.e.key_id, after.e.key_id, EVENT_KEY_ID_LEN);
}

/* Each of these spoils a message whose other events are right. */
enum spoil {
    NOT_SPOILED, PREV_OF_FIRST, PREV_MISSING, PREV_NOT_HEX, PREV_SHORT, PREV_ZERO, PREV_TAMPERED, GAP, TWICE_A_PLACE, FIRST_LATER, ID_TWICE,
    NO_TYPE, ANSWERS_TWO, ANSWERS_LATER, ANSWERS_ITSELF, ANSWERS_NOT_HEX, RECORD_NOT_HEX
};

static void spoil(struct world *w, enum spoil how, struct event_wanted e[4])
{
    switch (how) {
    case NOT_SPOILED: break;
    case PREV_OF_FIRST: e[0].has_prev = true; e[0].prev = hash_text(w, 3); break;
    case PREV_MISSING: e[3].has_prev = false; break;
    case PREV_NOT_HEX: e[3].prev = SPAN_LIT("zz00000000000000000000000000000000000000000000000000000000000000"); break;
    case PREV_SHORT: e[3].prev.n -= 2; break;
    case PREV_ZERO: e[3].prev = hash_text(w, 0); break;
    case PREV_TAMPERED: e[1].has_prev = true; e[1].prev = hash_text(w, 9); break;
    case GAP: e[1].seq = 2; break;
    case TWICE_A_PLACE: e[1].seq = 0; break;
    case FIRST_LATER: e[0].seq = 1; e[1].seq = 2; break;
    case ID_TWICE: e[2].id = e[0].id; break;
    case NO_TYPE: e[2].type = 0; break;
    case ANSWERS_TWO: e[1].has_answers = e[1].has_answers_id = true; e[1].answers = hash_text(w, 3); e[1].answers_id = e[0].id; break;
    case ANSWERS_LATER: e[1].has_answers_id = true; e[1].answers_id = e[2].id; break;
    case ANSWERS_ITSELF: e[1].has_answers_id = true; e[1].answers_id = e[1].id; break;
    case ANSWERS_NOT_HEX: e[1].has_answers = true; e[1].answers = SPAN_LIT("yes"); break;
    case RECORD_NOT_HEX: e[1].has_record = true; e[1].record = SPAN_LIT(""); break;
    }
}

static void test_refused(void **state)
{
    struct world *w = *state;
    static const char ROWS[] = "select (select count(*) from keys.log_key) + (select count(*) from keys.agency_key) where $1::uuid is not null";
    struct events_signed got;

    for (enum spoil how = RECORD_NOT_HEX; how > NOT_SPOILED; how--) {
        struct uuid x = scope_uuid(w->s), y = scope_uuid(w->s), z = scope_uuid(w->s);
        struct event_wanted e[] = {happening(w, x, 0, EVENT_OFFER, "A0888"), happening(w, x, 1, EVENT_ACCEPT, "A0889"),
                                   happening(w, y, 0, EVENT_OPEN, "A0888"), happening(w, z, 5, EVENT_CLOSE, "A0888")};
        const char *before = ask(w, ROWS, x);
        e[3].has_prev = true;
        e[3].prev = hash_text(w, 5);
        spoil(w, how, e);
        print_message("  %d\n", (int)how);
        assert_int_equal(sign_events(w, FROM_SEQUENCER, e, COUNT(e), &got), INVALID);
        assert_string_equal(ask(w, ROWS, x), before);
        assert_true(w->answer.why.why_ja.n > 0);
    }
    assert_int_equal(sign_events(w, FROM_SEQUENCER, NULL, 0, &got), INVALID);
}

/* 64 short ones fit; more text than an answer can carry is asked for in fewer. */
static void test_sizes(void **state)
{
    struct world *w = *state;
    struct event_wanted e[64];
    struct events_signed got;
    char *text = scope_alloc(w->s, 1025);

    memset(text, 'x', 1024);
    for (size_t i = 0; i < COUNT(e); i++) {
        e[i] = happening(w, scope_uuid(w->s), 0, EVENT_OPEN, "A056");
        e[i].payload = span_of(text, 1024);
    }
    assert_int_equal(sign_events(w, FROM_SEQUENCER, e, COUNT(e), &got), TOO_LARGE);
    assert_string_equal(ask(w, "select count(*) from keys.log_key where case_id = $1::uuid", e[0].case_id), "0");
    assert_int_equal(sign_events(w, FROM_SEQUENCER, e, COUNT(e) / 2, &got), OK);
    for (size_t i = 0; i < COUNT(e); i++)
        e[i].payload.n = 600;
    assert_int_equal(sign_events(w, FROM_SEQUENCER, e, COUNT(e), &got), OK);
    struct seen last = see(w, &e[63], &got.events.v[63]);
    expect(w, &e[63], &last, NULL, NULL);
}

static void test_senders(void **state)
{
    struct world *w = *state;
    struct event_wanted one = happening(w, scope_uuid(w->s), 0, EVENT_OPEN, "A056");
    struct events_sign msg = {.events = {&one, 1}};
    struct events_signed got;

    for (enum speaker from = FROM_GATEWAY; from < SPEAKERS; from++)
        assert_int_equal(sign_events(w, from, &one, 1, &got), from == FROM_SEQUENCER ? OK : DENIED);
    assert_int_equal(world_ask(w, &AUDITOR, shape_events_sign(), &msg, shape_events_signed(), &got), DENIED);
}

/* What happened to a case opens no more once it is erased, and no key of it comes back; that it was erased is an event like any other. */
static void test_destroyed(void **state)
{
    struct world *w = *state;
    struct span key;
    struct uuid id = new_case(w, &A, &key), never = new_case(w, &A, &key), old = new_case(w, &A, &key), near = scope_uuid(w->s);
    struct event_wanted before = happening(w, id, 0, EVENT_OPEN, "A056");
    struct events_signed got;
    struct events_opened open;
    struct done done;

    assert_int_equal(sign_events(w, FROM_SEQUENCER, &before, 1, &got), OK);
    struct span sealed = got.events.v[0].sealed;
    for (size_t i = 0; i < 3; i++) {
        struct uuid gone = i == 0 ? id : i == 1 ? never : old;
        struct event_wanted e[] = {happening(w, near, (int64_t)i, EVENT_OPEN, "A0991"), happening(w, gone, 7, EVENT_ERASE, "A056")};
        struct seen seen[COUNT(e)];
        assert_int_equal(destroy(w, &ADMIN, gone, &done), OK);
        assert_int_equal(destroy(w, &ADMIN2, gone, &done), OK);
        assert_true(span_is(done.state, "destroyed"));
        assert_string_equal(ask(w, "select count(*) from keys.log_key where case_id = $1::uuid and sealed is null", gone), "1");
        if (i == 2) /* as it was destroyed before there were log keys */
            assert_string_equal(ask(w, "with k as (delete from keys.log_key where case_id = $1::uuid returning case_id)"
                                       " insert into keys.erasure_wish select case_id, 'kanri', 'law', now(), now() from k returning 1", gone), "1");
        e[0].has_prev = i > 0;
        e[1].has_prev = true;
        e[0].prev = e[1].prev = hash_text(w, 8);
        assert_ok(w->s, sign_and_see(w, e, COUNT(e), seen));
        expect(w, &e[0], &seen[0], i ? EIGHTS : NULL, NULL);
        expect(w, &e[1], &seen[1], EIGHTS, NULL);
        assert_string_equal(ask(w, "select count(*) from keys.log_key where case_id = $1::uuid and sealed is not null", gone), "0");
        assert_int_equal(sign_events(w, FROM_SEQUENCER, &e[1], 1, &got), OK);
        assert_int_equal(ASK(w, &AUDITOR, events_open, events_opened, &open, .case_id = gone, .sealed = {&got.events.v[0].sealed, 1}), OK);
        assert_opened(w, &open.sealed.events.v[0], seen[1], e[1].payload);
    }
    assert_int_equal(ASK(w, &AUDITOR, events_open, events_opened, &open, .case_id = id, .sealed = {&sealed, 1}), CONFLICT);
}

static void test_open(void **state)
{
    struct world *w = *state;
    const struct {
        const struct who *who;
        enum status want;
    } CASES[] = {{&A, DENIED}, {&AUDITOR, OK}, {&COORDINATOR, DENIED}, {&B, DENIED}, {&SECRETARY, DENIED}, {&ADMIN, DENIED}};
    struct span key;
    struct uuid id = new_case(w, &A, &key);
    struct event_wanted e[] = {happening(w, id, 0, EVENT_OPEN, "A056"), happening(w, id, 1, EVENT_OFFER, "A056")};
    struct events_signed got;
    struct events_opened open;

    assert_int_equal(sign_events(w, FROM_SEQUENCER, e, COUNT(e), &got), OK);
    struct span sealed[] = {got.events.v[0].sealed, got.events.v[1].sealed};
    for (size_t i = 0; i < COUNT(CASES); i++) {
        print_message("  %s\n", CASES[i].who->user);
        assert_int_equal(ASK(w, CASES[i].who, events_open, events_opened, &open, .case_id = id, .sealed = {sealed, 2}), CASES[i].want);
        if (CASES[i].want != OK)
            continue;
        assert_int_equal(open.sealed.events.n, 2);
        for (size_t k = 0; k < 2; k++)
            assert_opened(w, &open.sealed.events.v[k], see(w, &e[k], &got.events.v[k]), e[k].payload);
        assert_null(memmem(w->answer.payload.p, w->answer.payload.n, "payload", 7)); /* only in the sealed part */
    }
    assert_string_equal(ask(w, "select string_agg(user_name || ' ' || kind || ' ' || service, ',' order by at) from keys.reading"
                               " where case_id = $1::uuid", id),
                        "ada open intake,kansa ledger keys");
}

/* A record that keys itself would not make: these bytes and so many zeros, under the id of an event. */
static void seal_as(struct world *w, const struct event_wanted *e, struct span bytes, size_t zeros, struct span *ret_text)
{
    AUTO(secret) key = log_key_of(w, e->case_id);
    struct record_id_fields says = {.type = RECORD_EVENT, .case_id = e->case_id, .record_id = e->id, .epoch = 1, .version = 1};
    uint8_t *plain = scope_alloc(w->s, bytes.n + zeros);
    struct span sealed;

    memcpy(plain, bytes.p, bytes.n);
    assert_ok(w->s, seal_record(w->s, key, &says, span_of(plain, bytes.n + zeros), &sealed));
    assert_ok(w->s, base64_print(w->s, sealed, ret_text));
}

static void test_open_spoiled(void **state)
{
    struct world *w = *state;
    struct uuid x = scope_uuid(w->s), y = scope_uuid(w->s);
    struct event_wanted e[] = {happening(w, x, 0, EVENT_OPEN, "A056"), happening(w, y, 0, EVENT_OPEN, "A056")};
    struct events_signed got;
    struct events_opened open;
    struct span none = SPAN_LIT("***"), bent, foreign, cut;

    assert_int_equal(sign_events(w, FROM_SEQUENCER, e, COUNT(e), &got), OK);
    struct span mine = got.events.v[0].sealed, other = got.events.v[1].sealed;
    assert_ok(w->s, scope_copy(w->s, mine, &bent));
    ((uint8_t *)(uintptr_t)bent.p)[400] = bent.p[400] == 'A' ? 'B' : 'A';
    struct seen theirs = see(w, &e[1], &got.events.v[1]);
    seal_as(w, &e[0], span_of(theirs.bytes, EVENT_LEN), 2 * SALT_LEN, &foreign); /* another event under this one's id */
    struct seen own = see(w, &e[0], &got.events.v[0]);
    seal_as(w, &e[0], span_of(own.bytes, EVENT_LEN), 2 * SALT_LEN - 1, &cut);
    const struct {
        struct span sealed;
        enum status want;
    } CASES[] = {{mine, OK}, {other, CORRUPT}, {bent, CORRUPT}, {none, INVALID}, {foreign, CORRUPT}, {cut, CORRUPT}};
    for (size_t i = 0; i < COUNT(CASES); i++)
        assert_int_equal(ASK(w, &AUDITOR, events_open, events_opened, &open, .case_id = x, .sealed = {&CASES[i].sealed, 1}), CASES[i].want);
    assert_int_equal(ASK(w, &AUDITOR, events_open, events_opened, &open, .case_id = x), INVALID);
    assert_int_equal(ASK(w, &AUDITOR, events_open, events_opened, &open, .case_id = scope_uuid(w->s), .sealed = {&mine, 1}), NOT_FOUND);
    assert_string_equal(ask(w, "select count(*) from keys.reading where case_id = $1::uuid", x), "1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chain),     cmocka_unit_test(test_again),     cmocka_unit_test(test_agencies),
        cmocka_unit_test(test_refused),   cmocka_unit_test(test_sizes),     cmocka_unit_test(test_senders),
        cmocka_unit_test(test_destroyed), cmocka_unit_test(test_open),      cmocka_unit_test(test_open_spoiled),
    };

    return cmocka_run_group_tests_name("keys.events", tests, setup, setup_end);
}
