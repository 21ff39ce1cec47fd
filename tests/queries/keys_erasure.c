/* A case is erased by two people who ask for the same, one of them an administrator, and only when it is closed; by any other pair nothing is.
 * Where only payloads are erased, what keys seals anew is the same event without payload and salt, and the former log key opens nothing. */
#include "keys_seen.h"

static const struct who A = {"ada", "A056", ROLE_WORKER, -1}, LEAD = {"ben", "A056", ROLE_TEAM_LEAD, -1};
static const struct who KEI = {"kei", "A001", ROLE_COORDINATOR, -1}, MIO = {"mio", "A001", ROLE_COORDINATOR, -1};
static const struct who KANRI = {"kanri", "", ROLE_ADMINISTRATOR, -1}, BETSU = {"betsu", "", ROLE_ADMINISTRATOR, -1};
static const struct who KANRI_TOO = {"kanri", "", ROLE_COORDINATOR, -1}, AUDITOR = {"kansa", "A001", ROLE_AUDITOR, -1};

enum { P = ERASURE_PAYLOAD, F = ERASURE_FULL, OVER = ERASURE_RETENTION_OVER, COURT = ERASURE_COURT_ORDER };
static const char WRAPS[] = "select count(*) from keys.wrap where case_id = $1::uuid";

struct wanted {
    const struct who *who;
    int64_t kind, ground;
    enum status want;
};

static const struct {
    const char *name;
    struct wanted asking[3];
    bool is_open, is_erased;
} PAIRS[] = {
    {"two administrators", {{&KANRI, F, OVER, OK}, {&BETSU, F, OVER, OK}}, false, true},
    {"a coordinator asks, an administrator agrees", {{&KEI, P, COURT, OK}, {&BETSU, P, COURT, OK}}, false, true},
    {"an administrator asks, a coordinator agrees", {{&KANRI, F, OVER, OK}, {&KEI, F, OVER, OK}}, false, true},
    {"two coordinators", {{&KEI, F, OVER, OK}, {&MIO, F, OVER, DENIED}}, false, false},
    {"one alone", {{&KANRI, F, OVER, OK}, {&KANRI, F, OVER, OK}, {&KANRI, F, OVER, OK}}, false, false},
    {"one in two roles", {{&KANRI, F, OVER, OK}, {&KANRI_TOO, F, OVER, OK}}, false, false},
    {"another kind", {{&KANRI, P, OVER, OK}, {&BETSU, F, OVER, CONFLICT}}, false, false},
    {"another ground", {{&KANRI, F, OVER, OK}, {&BETSU, F, COURT, CONFLICT}}, false, false},
    {"who asked first thinks better of it", {{&KANRI, P, OVER, OK}, {&KANRI, F, OVER, OK}, {&BETSU, F, OVER, OK}}, false, true},
    {"what is taken back is not agreed to", {{&KANRI, P, OVER, OK}, {&KANRI, F, OVER, OK}, {&BETSU, P, OVER, CONFLICT}}, false, false},
    {"an open case", {{&KANRI, F, OVER, OK}, {&BETSU, F, OVER, CONFLICT}}, true, false},
    {"once in full is all there is", {{&KANRI, F, OVER, OK}, {&BETSU, F, OVER, OK}, {&KANRI, P, OVER, CONFLICT}}, false, true},
    {"a worker", {{&A, F, OVER, DENIED}, {&LEAD, F, OVER, DENIED}, {&AUDITOR, F, OVER, DENIED}}, false, false},
};

static void test_pairs(void **state)
{
    struct world *w = *state;
    struct done done;
    struct span key;

    for (size_t i = 0; i < COUNT(PAIRS); i++) {
        struct uuid id = new_case(w, &A, &key);
        for (size_t k = 0; k < COUNT(PAIRS[i].asking) && PAIRS[i].asking[k].who; k++) {
            const struct wanted *a = &PAIRS[i].asking[k];
            enum status st = erase(w, a->who, id, a->kind, a->ground, &done);
            if (st != a->want)
                fail_msg("%s, asking %zu: %s, not %s", PAIRS[i].name, k, status_trait(st)->word, status_trait(a->want)->word);
            if (!PAIRS[i].is_open)
                assert_int_equal(say_closed(w, id), OK);
        }
        if ((strcmp(ask(w, WRAPS, id), "0") == 0) != PAIRS[i].is_erased)
            fail_msg("%s: %s wraps", PAIRS[i].name, ask(w, WRAPS, id));
    }
    assert_int_equal(erase(w, &KANRI, scope_uuid(w->s), F, OVER, &done), NOT_FOUND);
    w->emit_n = 0;
}

static enum status blank(struct world *w, struct uuid id, struct uuid erasure, const struct blank_entry *list, size_t n)
{
    return STREAM(w, AUDIT_HEARS, id, events_blank, .id = erasure, .case_id = id, .entries = {list, n});
}

static enum status open_one(struct world *w, struct uuid id, struct span sealed, struct events_opened *ret_open)
{
    return ASK(w, &AUDITOR, events_open, events_opened, ret_open, .case_id = id, .sealed = {&sealed, 1});
}

/* One event before the erasure, one after it, under the new log key. */
static void test_blank(void **state)
{
    static const char FORMER[] = "select count(*) from keys.log_key where case_id = $1::uuid and former is not null";
    struct world *w = *state;
    struct span key, hex;
    struct uuid id = new_case(w, &A, &key);
    struct event_wanted e[] = {happening(w, id, 0, EVENT_OPEN, "A056"), happening(w, id, 1, EVENT_READ, "A056")};
    struct events_signed first, second;
    struct events_blanked got;
    struct events_opened open;
    struct done done;

    w->emit_n = 0;
    assert_int_equal(sign_events(w, FROM_SEQUENCER, e, 1, &first), OK);
    struct seen seen = see(w, &e[0], &first.events.v[0]);
    struct blank_entry list[2] = {{.seq = 0, .sealed = first.events.v[0].sealed}};
    assert_int_equal(erase(w, &KANRI, id, P, OVER, &done), OK);
    assert_int_equal(say_closed(w, id), OK);
    assert_int_equal(blank(w, id, erasure_of(w, id), list, 1), DENIED); /* not agreed to */
    assert_int_equal(erase(w, &BETSU, id, P, OVER, &done), OK);
    assert_string_equal(ask(w, FORMER, id), "1");
    assert_int_equal(erase(w, &KANRI, id, F, OVER, &done), CONFLICT); /* not while it is under way */
    assert_int_equal(open_one(w, id, list[0].sealed, &open), UNAVAILABLE);
    e[1].has_prev = true;
    e[1].prev = hash_text(w, 8);
    assert_int_equal(sign_events(w, FROM_SEQUENCER, &e[1], 1, &second), OK);
    list[1] = (struct blank_entry){.seq = 1, .sealed = second.events.v[0].sealed};
    w->emit_n = 0;
    assert_int_equal(blank(w, id, erasure_of(w, id), list, 2), OK);
    assert_int_equal(w->emit_n, 1);
    assert_true(span_is(w->emits[0].type, "events_blanked") && span_is(w->emits[0].to, "audit"));
    assert_ok(w->s, codec_decode(w->s, shape_events_blanked(), w->emits[0].payload, SCHEMA_MINOR, &got));
    assert_int_equal(got.entries.n, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(open_one(w, id, got.entries.v[i].sealed, &open), OK);
        assert_true(open.sealed.events.v[0].payload.n == 0 && open.sealed.events.v[0].r_payload.n == 0);
        struct span sealed, plain;
        AUTO(secret) now = log_key_of(w, id);
        struct record_id_fields says = {.type = RECORD_EVENT, .case_id = id, .record_id = e[i].id, .epoch = 1, .version = 1};
        assert_ok(w->s, base64_parse(w->s, got.entries.v[i].sealed, &sealed));
        assert_ok(w->s, unseal_record(w->s, now, &says, sealed, &plain));
        assert_int_equal(plain.n, EVENT_LEN + SALT_LEN); /* and not a byte more */
        assert_true(i == 1 || (memcmp(plain.p, seen.bytes, EVENT_LEN) == 0 && memcmp(plain.p + EVENT_LEN, seen.r_event, SALT_LEN) == 0));
    }
    assert_ok(w->s, hex_print(w->s, span_of(seen.r_event, SALT_LEN), &hex));
    assert_int_equal(open_one(w, id, got.entries.v[0].sealed, &open), OK);
    assert_true(span_eq(open.sealed.events.v[0].r_event, hex));
    assert_int_equal(STREAM(w, AUDIT_HEARS, id, blanking_done, .id = erasure_of(w, id), .case_id = id), OK);
    assert_string_equal(ask(w, FORMER, id), "0");
    assert_int_equal(open_one(w, id, list[0].sealed, &open), CORRUPT); /* no key of it is left */
    assert_int_equal(erase(w, &KANRI, id, P, OVER, &done), CONFLICT);
    assert_int_equal(destroy(w, &KANRI, id, &done), OK); /* but in full it can still be erased */
    assert_int_equal(destroy(w, &BETSU, id, &done), OK);
    assert_int_equal(open_one(w, id, got.entries.v[0].sealed, &open), CONFLICT);
}

static int setup(void **state)
{
    *state = setup_world("keys_erasure", 1000, 1000, 1000, NULL);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_pairs), cmocka_unit_test(test_blank)};

    return cmocka_run_group_tests(tests, setup, setup_end);
}
