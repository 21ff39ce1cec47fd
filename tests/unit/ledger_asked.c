/* What an agency's own system asked for is proof only of that: kept whole, under its own signature, for the one event that names it. The
 * tamperer may be the keeper of the history, who has the agencies' hosted keys and writes the log, but not the systems' keys. */
#include "base/clock.h"
#include "ledger_systems.h"

enum { ROOM = 64 << 20, OFFER_AT = 2, ACCEPT_AT = 4 };

struct scene {
    struct world *w;
    struct systems h;
    struct tale *t;
    struct parts *p;
    struct agency_key key[AGENCIES + SYSTEMS];
};

/* Agency 1 opens a case and offers it to RECEIVER, whose system asks as `a` says; then it holds, resumes and holds again. */
static void scene_new(struct scene *c, struct scope *s, uint64_t seed, const struct asked *a, enum event_type type, const char *detail,
                      const char *reason)
{
    static const struct fact BEFORE[] = {
        {EVENT_OPEN, "case_opened", NULL, 1, 0, 0, 0, NULL}, {EVENT_GRANT, "baton_created", NULL, 1, 1, 0, 0, NULL},
        {EVENT_OFFER, "referral", "send", 1, RECEIVER, 1, 0, NULL}, {EVENT_DELIVER, "referral", "deliver", RECEIVER, 1, 1, 0, NULL},
    };
    struct world *w = c->w = world_new(s, seed, 64, "2026");

    systems_new(s, &c->h);
    c->t = tale_new(w);
    for (size_t i = 0; i < COUNT(BEFORE); i++)
        (void)tell(w, c->t, BEFORE[i]);
    struct span request = a ? request_of(&c->h, (w->at_ms + 1000) * 1000, a) : (struct span){0};
    (void)tell_asked(w, c->t, (struct fact){type, "referral", detail, RECEIVER, 1, 1, OFFER_AT, reason}, (struct span){0}, request);
}

static void scene_parts(struct scene *c)
{
    c->p = parts_of(c->w, c->t, c->w->f.size);
    memcpy(c->key, world_keys(c->w), AGENCIES * sizeof *c->key);
    for (unsigned i = 0; i < SYSTEMS; i++) {
        struct agency_key *k = &c->key[AGENCIES + i];
        *k = (struct agency_key){.key = hex_of(c->w->s, c->h.public_key[i], SIGN_PUBLIC_LEN), .from = 1790000000000000, .has_own = true,
                                 .own = true};
        MUST(agency_of_number(c->w->s, i ? OTHER : RECEIVER, &k->agency));
    }
    c->p->head.keys.v = c->key;
    c->p->head.keys.n = AGENCIES + SYSTEMS;
}

static void scene_free(struct scene *c)
{
    systems_free(&c->h);
    world_free(c->w);
}

static enum status judge(struct scene *c, struct verified_case *ret_v)
{
    struct trusted_log log = {.key = &c->w->key};
    struct verify_trust trust = {&log, 1};

    return verify_case(c->w->s, &trust, NULL, bundle_of(c->w, c->p), ret_v);
}

static int64_t accepted_us(const struct scene *c) { return c->t->v[ACCEPT_AT].e.at_ms * 1000; }
static void nothing(struct scene *c) { (void)c; }
static void request_goes(struct scene *c) { c->p->v[ACCEPT_AT].has_request = false; }
static void byte_of_it(struct scene *c)
{
    struct span copy;
    MUST(scope_copy(c->w->s, c->p->v[ACCEPT_AT].request, &copy));
    uint8_t *p = (uint8_t *)(uintptr_t)copy.p + copy.n / 2;
    *p = *p == '0' ? '1' : '0';
    c->p->v[ACCEPT_AT].request = copy;
}
static void no_hex(struct scene *c) { c->p->v[ACCEPT_AT].request = SPAN_LIT("zz"); }
static void later_request(struct scene *c) /* a good one of the same system, which the event does not name */
{
    struct span r = request_of(&c->h, accepted_us(c), &(struct asked){.id = 9});
    c->p->v[ACCEPT_AT].request = hex_of(c->w->s, r.p, r.n);
}
static void with_an_event_without(struct scene *c)
{
    c->p->v[3].has_request = true;
    c->p->v[3].request = c->p->v[ACCEPT_AT].request;
}
static void with_a_hole(struct scene *c)
{
    c->t->v[3].is_hole = true;
    part_of(c->w, &c->t->v[3], c->w->f.size, &c->p->v[3]);
    with_an_event_without(c);
}
static void key_is_hosted(struct scene *c) { c->key[AGENCIES].own = false; }
static void key_is_missing(struct scene *c) { c->p->head.keys.n = AGENCIES; }
static void key_of_other(struct scene *c) { c->key[AGENCIES].agency = c->key[OTHER].agency; }
static void key_not_yet(struct scene *c) { c->key[AGENCIES].from = accepted_us(c) + 6 * US_PER_S; }
static void key_ended(struct scene *c)
{
    c->key[AGENCIES].has_until = true;
    c->key[AGENCIES].until = accepted_us(c) - 6 * US_PER_S;
}
static void key_ended_just_now(struct scene *c)
{
    c->key[AGENCIES].has_until = true;
    c->key[AGENCIES].until = accepted_us(c) - 2 * US_PER_S;
}
static void event_under_own_key(struct scene *c) { c->key[RECEIVER].has_own = c->key[RECEIVER].own = true; }

static const struct {
    const char *name;
    struct asked asked;
    void (*tamper)(struct scene *);
    enum status want;
    const char *en;
} WAYS[] = {
    {"left alone", {0}, nothing, OK, ""},
    {"the request goes", {0}, request_goes, NOT_FOUND, "is not in the bundle"},
    {"a byte of it is another", {0}, byte_of_it, CORRUPT, "not the one the event names"},
    {"it is no hex", {0}, no_hex, INVALID, "field request"},
    {"another request of the same system", {0}, later_request, CORRUPT, "not the one the event names"},
    {"it stands with another event", {0}, with_an_event_without, CORRUPT, "not the one the event names"},
    {"it stands with a hole", {0}, with_a_hole, INVALID, "field event"},
    {"signed with a hosted key", {0}, key_is_hosted, CORRUPT, "not of an agency's own system"},
    {"the system's key is not there", {0}, key_is_missing, NOT_FOUND, "key of the system of A003"},
    {"the key is of another agency", {0}, key_of_other, CORRUPT, "request is of a system of A004"},
    {"the key came later", {0}, key_not_yet, CORRUPT, "system of A003 was not valid at that time"},
    {"the key had ended", {0}, key_ended, CORRUPT, "system of A003 was not valid at that time"},
    {"the key ended a moment before", {0}, key_ended_just_now, OK, ""},
    {"a system's key signs events", {0}, event_under_own_key, NOT_FOUND, "the key that A003 signed with"},
    {"another agency's system asked", {.is_by_other = true}, nothing, CORRUPT, "request is of a system of A004"},
    {"the header names another agency", {.agency = OTHER}, nothing, CORRUPT, "not made as a system of A003"},
    {"the header names another role", {.role = ROLE_COORDINATOR}, nothing, CORRUPT, "not made as a system of A003"},
    {"about another referral", {.payload = "{\"event\":\"accept\",\"ref_id\":\"" ANOTHER_REF "\"}"}, nothing, CORRUPT, "another referral"},
    {"another act", {.payload = "{\"event\":\"decline\",\"ref_id\":\"" REF "\"}"}, nothing, CORRUPT, "another act (referral decline)"},
    {"another reason", {.payload = "{\"event\":\"accept\",\"reason\":\"no_capacity\",\"ref_id\":\"" REF "\"}"}, nothing, CORRUPT, "another act"},
    {"another kind of act", {.type = "referral_visit", .payload = "{\"ref_id\":\"" REF "\",\"visit\":\"visited\"}"}, nothing, CORRUPT,
     "another act (visit visited)"},
    {"a reading", {.type = "referral_show", .payload = "{\"ref_id\":\"" REF "\"}"}, nothing, CORRUPT, "no act of the history"},
    {"a payload that is none", {.payload = "{}"}, nothing, CORRUPT, "cannot be read"},
    {"six minutes before", {.later_us = -360 * US_PER_S}, nothing, CORRUPT, "made at another time"},
    {"six minutes after", {.later_us = 360 * US_PER_S}, nothing, CORRUPT, "made at another time"},
    {"four minutes before", {.later_us = -240 * US_PER_S}, nothing, OK, ""},
};

static void each_way_of_tampering_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(WAYS); i++) {
        AUTO(scope) s = scope_new(ROOM, entropy_system());
        struct verified_case v;
        struct scene c;
        scene_new(&c, s, i, &WAYS[i].asked, EVENT_ACCEPT, "accept", NULL);
        scene_parts(&c);
        WAYS[i].tamper(&c);
        enum status st = judge(&c, &v);
        print_message("  %s: %s\n", WAYS[i].name, st == OK ? "good" : s->why.en);
        assert_int_equal(st, WAYS[i].want);
        if (st == OK)
            assert_int_equal(v.requests, 1);
        else
            assert_true(strstr(s->why.en, WAYS[i].en) && s->why.ja[0]);
        scene_free(&c);
    }
}

/* A record is a request only where the flag says so. */
static void an_event_must_say_that_it_names_a_request(void **state)
{
    AUTO(scope) s = scope_new(ROOM, entropy_system());
    struct agency_signers keys;
    struct scene c;
    struct uuid id;
    (void)state;

    scene_new(&c, s, 1, &(struct asked){.id = 5}, EVENT_ACCEPT, "accept", NULL);
    scene_parts(&c);
    struct made *m = &c.t->v[ACCEPT_AT];
    MUST(signers_of(s, c.key, COUNT(c.key), &keys));
    MUST(request_check(s, &keys, &m->e, NULL, m->request, &id));
    assert_int_equal(id.b[15], 5);
    m->e.flags = 0xfffe;
    assert_int_equal(request_check(s, &keys, &m->e, NULL, m->request, &id), CORRUPT);
    scene_free(&c);
}

/* A request that was made once stands for one event: the keeper cannot say with it that the agency did the same again. */
static void a_request_stands_for_one_event(void **state)
{
    static const struct asked HOLD = {.payload = "{\"event\":\"hold\",\"ref_id\":\"" REF "\",\"review_at\":\"2026-12-01T00:00:00Z\"}", .id = 1};
    static const unsigned SECOND[] = {1, 2}; /* its id */
    (void)state;
    for (size_t i = 0; i < COUNT(SECOND); i++) {
        AUTO(scope) s = scope_new(ROOM, entropy_system());
        struct asked second = HOLD;
        struct verified_case v;
        struct scene c;
        second.id = SECOND[i];
        scene_new(&c, s, i, &(struct asked){.id = 5}, EVENT_ACCEPT, "accept", NULL);
        const struct fact hold = {EVENT_OUTCOME, "referral", "hold", RECEIVER, 1, 1, 0, NULL};
        (void)tell_asked(c.w, c.t, hold, (struct span){0}, request_of(&c.h, c.w->at_ms * 1000, &HOLD));
        (void)tell(c.w, c.t, (struct fact){EVENT_OUTCOME, "referral", "resume", RECEIVER, 1, 1, 0, NULL});
        (void)tell_asked(c.w, c.t, hold, (struct span){0}, request_of(&c.h, c.w->at_ms * 1000, &second));
        scene_parts(&c);
        enum status st = judge(&c, &v);
        assert_int_equal(st, i == 0 ? CORRUPT : OK);
        if (st == OK)
            assert_int_equal(v.requests, 3);
        else
            assert_true(strstr(s->why.en, "same request") && strstr(s->why.en, "event 7 (leaf"));
        scene_free(&c);
    }
}

/* The other acts, each told as its service tells it. */
static void every_act_of_a_system_is_told(void **state)
{
    static const struct {
        const char *type, *payload, *happened, *detail;
        enum event_type as;
        enum status want;
    } CASES[] = {
        {"referral_visit", "{\"ref_id\":\"" REF "\",\"visit\":\"visited\"}", "visit", "visited", EVENT_OUTCOME, OK},
        {"referral_visit", "{\"ref_id\":\"" REF "\",\"visit\":\"visited\"}", "visit", "no_show", EVENT_OUTCOME, CORRUPT},
        {"referral_visit", "{\"ref_id\":\"" REF "\",\"visit\":\"visited\"}", "recall_done", "visited", EVENT_REVOKE, CORRUPT},
        {"availability", "{\"meeting_id\":\"" REF "\",\"windows\":[]}", "availability", "cannot", EVENT_MEETING, OK},
        {"availability", "{\"meeting_id\":\"" REF "\",\"windows\":[]}", "availability", "can", EVENT_MEETING, CORRUPT},
        {"recall_ack", "{\"outcome\":\"returned\",\"recall_id\":\"" REF "\"}", "recall_done", "returned", EVENT_REVOKE, OK},
        {"recall_ack", "{\"outcome\":\"returned\",\"recall_id\":\"" REF "\"}", "recall_done", "stopped", EVENT_REVOKE, CORRUPT},
        {"recall_ack", "{\"outcome\":\"returned\",\"recall_id\":\"" ANOTHER_REF "\"}", "recall_done", "returned", EVENT_REVOKE, CORRUPT},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        AUTO(scope) s = scope_new(ROOM, entropy_system());
        struct verified_case v;
        struct scene c;
        scene_new(&c, s, i, NULL, EVENT_ACCEPT, "accept", NULL);
        struct span r = request_of(&c.h, c.w->at_ms * 1000, &(struct asked){.type = CASES[i].type, .payload = CASES[i].payload});
        (void)tell_asked(c.w, c.t, (struct fact){CASES[i].as, CASES[i].happened, CASES[i].detail, RECEIVER, 0, 1, 0, NULL}, (struct span){0}, r);
        scene_parts(&c);
        print_message("  %s %s\n", CASES[i].happened, CASES[i].detail);
        enum status st = judge(&c, &v);
        if (st != OK)
            print_message("    %s\n", s->why.en);
        assert_int_equal(st, CASES[i].want);
        scene_free(&c);
    }
}

/* Where the payload was erased the request may be gone, too, or be there: then it is still the event's own and its agency's. */
static void an_erased_payload_may_keep_its_request(void **state)
{
    (void)state;
    for (int has = 0; has < 3; has++) {
        AUTO(scope) s = scope_new(ROOM, entropy_system());
        struct verified_case v;
        struct scene c;
        scene_new(&c, s, 1, &(struct asked){.is_by_other = has == 2}, EVENT_ACCEPT, "accept", NULL);
        (void)tell(c.w, c.t, (struct fact){EVENT_ERASE, "erased", "4", 1, 0, 0, 0, NULL});
        c.t->v[ACCEPT_AT].is_blank = true;
        scene_parts(&c);
        c.p->v[ACCEPT_AT].has_request = has > 0;
        assert_int_equal(judge(&c, &v), has == 2 ? CORRUPT : OK);
        if (has < 2)
            assert_int_equal(v.requests, has);
        scene_free(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_way_of_tampering_is_named),         cmocka_unit_test(an_event_must_say_that_it_names_a_request),
        cmocka_unit_test(a_request_stands_for_one_event),         cmocka_unit_test(every_act_of_a_system_is_told),
        cmocka_unit_test(an_erased_payload_may_keep_its_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
