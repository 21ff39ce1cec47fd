/* A case bundle is good as it was made and bad after each way of tampering with it that we know, and the sentence names the event. The
 * tamperer may be the keeper of the history, who has the agencies' hosted keys, but not the log's past. */
#include "ledger_bundles.h"

#include <stdio.h>

enum { ROOM = 64 << 20, NO = -1 };

struct scene {
    struct world *w;
    struct tale *t, *other;
    struct parts *p;
};

/* Line i again, from an event that was changed and signed anew. */
static void again(struct scene *c, size_t i, uint32_t signer)
{
    uint8_t leaf[LEAF_LEN];

    made_seal(c->w, &c->t->v[i], signer, leaf);
    struct case_bundle_event was = c->p->v[i];
    part_of(c->w, &c->t->v[i], c->w->f.size, &c->p->v[i]);
    c->p->v[i].proof = was.proof;
    c->p->v[i].index = was.index;
}

static struct span with_byte(struct scene *c, struct span hex, size_t at)
{
    struct span copy;

    MUST(scope_copy(c->w->s, hex, &copy));
    uint8_t *p = (uint8_t *)(uintptr_t)copy.p + at;
    *p = *p == '0' ? '1' : '0';
    return copy;
}

static void drop(struct parts *p, size_t i)
{
    memmove(&p->v[i], &p->v[i + 1], (--p->n - i) * sizeof *p->v);
}

static void edit_agency(struct scene *c) { c->p->v[5].event = with_byte(c, c->p->v[5].event, 2 * 55 + 1); }
static void edit_time(struct scene *c) { c->p->v[9].event = with_byte(c, c->p->v[9].event, 2 * 15 + 1); }
static void edit_payload(struct scene *c) { c->p->v[6].payload = SPAN_LIT("{\"happened\":\"referral\",\"detail\":\"accept\"}"); }
static void edit_salt(struct scene *c) { c->p->v[2].r_event = with_byte(c, c->p->v[2].r_event, 9); }
static void edit_index(struct scene *c) { c->p->v[15].index++; }
static void edit_proof(struct scene *c)
{
    struct span *hash = (struct span *)(uintptr_t)c->p->v[8].proof.v;
    hash[1] = with_byte(c, hash[1], 0);
}
static void edit_and_sign(struct scene *c)
{
    c->t->v[6].payload = SPAN_LIT("{\"about\":\"ab000000-0000-0000-0000-000000000001\",\"agency\":\"A002\",\"counterpart\":\"A001\","
                                  "\"detail\":\"accept\",\"happened\":\"referral\"}");
    c->t->v[6].e.type = EVENT_ACCEPT;
    again(c, 6, 2);
}
static void drop_read(struct scene *c) { drop(c->p, 5); }
static void drop_read_and_close_ranks(struct scene *c)
{
    drop(c->p, 5);
    memmove(&c->t->v[5], &c->t->v[6], (--c->t->n - 5) * sizeof *c->t->v);
    for (size_t i = 5; i < c->t->n; i++) {
        c->t->v[i].e.seq--;
        memcpy(c->t->v[i].e.prev, c->t->v[i - 1].hash.b, LEDGER_HASH_LEN);
        again(c, i, c->t->v[i].e.agency);
    }
}
static void read_becomes_a_hole(struct scene *c)
{
    c->p->v[5] = (struct case_bundle_event){.seq = 5, .index = c->p->v[5].index, .proof = c->p->v[5].proof, .has_leaf = true,
                                            .leaf = c->p->v[5].leaf};
}
static void payload_goes(struct scene *c) { c->p->v[8].has_payload = c->p->v[8].has_r_payload = false; }
static void insert_copy(struct scene *c)
{
    memmove(&c->p->v[6], &c->p->v[5], (c->p->n++ - 5) * sizeof *c->p->v);
    for (size_t i = 6; i < c->p->n; i++)
        c->p->v[i].seq++;
}
static void reorder(struct scene *c)
{
    struct case_bundle_event was = c->p->v[4];
    c->p->v[4] = c->p->v[5];
    c->p->v[5] = was;
}
static void reorder_and_renumber(struct scene *c)
{
    reorder(c);
    c->p->v[4].seq = 4;
    c->p->v[5].seq = 5;
}
static void swap_signatures(struct scene *c)
{
    struct span *a = &c->p->v[4].event, *b = &c->p->v[5].event; /* both of agency 2 */
    struct span was = span_str(scope_print(c->w->s, "%.448s%.128s", (const char *)a->p, (const char *)b->p + 448));
    *b = span_str(scope_print(c->w->s, "%.448s%.128s", (const char *)b->p, (const char *)a->p + 448));
    *a = was;
}
static void sign_by_another(struct scene *c) { again(c, 10, 4); }
static void accept_of_another_case(struct scene *c)
{
    part_of(c->w, &c->other->v[10], c->w->f.size, &c->p->v[10]);
}
static void accept_moved_and_signed(struct scene *c)
{
    struct made m = c->other->v[10];
    m.e.case_id = c->t->id;
    memcpy(m.e.prev, c->t->v[9].hash.b, LEDGER_HASH_LEN);
    c->t->v[10] = m;
    again(c, 10, 3);
    c->p->v[10].index = (int64_t)m.index;
}
static void old_head(struct scene *c)
{
    uint64_t size = c->t->v[15].index;
    c->p->log.note = world_note(c->w, size);
    for (size_t i = 0; i < 15; i++)
        part_of(c->w, &c->t->v[i], size, &c->p->v[i]);
}
static void forked_head(struct scene *c)
{
    struct world *fork = world_new(c->w->s, 77, 64, "2026");
    (void)story(fork);
    (void)story(fork);
    struct checkpoint head = world_head(fork, fork->f.size);
    c->p->log.note = note_of(c->w, &head, c->w->log, &c->w->key);
    world_free(fork);
}
static void forged_head(struct scene *c)
{
    struct checkpoint head = world_head(c->w, c->w->f.size);
    struct note_key key;
    MUST(note_key_make(c->w->s, c->w->key.name, NOTE_ED25519, c->w->public_key[1], &key));
    c->p->log.note = note_of(c->w, &head, c->w->mine[1], &key);
}
static void head_of_another_log(struct scene *c) { c->p->log.origin = SPAN_LIT("test.example/log/2025"); }
static void another_case_id(struct scene *c) { c->p->head.case_id = c->other->id; }
static void late_key(struct scene *c) { c->p->key[3].from = c->t->v[9].e.at_ms * 1000 + 1; }
static void no_key(struct scene *c) { c->p->head.keys.n = 3; }
static void nothing(struct scene *c) { (void)c; }
static void no_event(struct scene *c) { c->p->n = 0; }

static const struct {
    const char *name;
    void (*tamper)(struct scene *);
    int place; /* the event that is named */
    enum status want;
    const char *en;
} WAYS[] = {
    {"left alone", nothing, NO, OK, ""},
    {"another agency acts in an event", edit_agency, 5, CORRUPT, "acts, but the key that signs is of A002"},
    {"another time in an event", edit_time, 9, CORRUPT, "signature of A003 is false"},
    {"another payload", edit_payload, 6, CORRUPT, "not the one the event commits to"},
    {"a declined offer is told and signed as accepted", edit_and_sign, 6, CORRUPT, "not this leaf"},
    {"another salt", edit_salt, 2, CORRUPT, "not this leaf"},
    {"another index", edit_index, 15, CORRUPT, "not this leaf"},
    {"another proof", edit_proof, 8, CORRUPT, "not this leaf"},
    {"a READ is dropped", drop_read, 6, CORRUPT, "event 5 should stand here"},
    {"a READ is dropped and all after it signed anew", drop_read_and_close_ranks, 5, CORRUPT, "not this leaf"},
    {"a READ becomes a hole that nothing explains", read_becomes_a_hole, 5, CORRUPT, "no ERASE says so"},
    {"a payload goes and nothing explains it", payload_goes, 8, CORRUPT, "no ERASE says so"},
    {"an event stands twice", insert_copy, 6, CORRUPT, "it is event 5"},
    {"two events change places", reorder, 5, CORRUPT, "event 4 should stand here"},
    {"two events change places and numbers", reorder_and_renumber, 4, CORRUPT, "it is event 5"},
    {"two signatures change places", swap_signatures, 4, CORRUPT, "signature of A002 is false"},
    {"another agency signs the ACCEPT", sign_by_another, 10, CORRUPT, "A003 acts, but the key that signs is of A004"},
    {"an ACCEPT of another case", accept_of_another_case, 10, CORRUPT, "of another case"},
    {"an ACCEPT of another case, signed for this one", accept_moved_and_signed, 10, CORRUPT, "before it"},
    {"an old head", old_head, 15, CORRUPT, "no leaf of the checkpoint"},
    {"the head of a fork", forked_head, 0, CORRUPT, "not this leaf"},
    {"a head signed by somebody else", forged_head, NO, CORRUPT, "no signature of the log's key"},
    {"a head said to be of another log", head_of_another_log, NO, CORRUPT, "checkpoint of log 1"},
    {"another case's name", another_case_id, 0, CORRUPT, "of another case"},
    {"a key that was not yet valid", late_key, 9, CORRUPT, "not valid at that time"},
    {"a key is missing", no_key, 8 + 1, NOT_FOUND, "key that A003 signed with"},
    {"no events", no_event, NO, INVALID, "no event"},
};

static void each_way_of_tampering_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(WAYS); i++) {
        AUTO(scope) s = scope_new(ROOM, entropy_system());
        struct scene c = {.w = world_new(s, i, 64, "2026")};
        struct trusted_log log = {.key = &c.w->key};
        struct verify_trust trust = {&log, 1};
        struct verified_case v;
        c.other = story(c.w);
        c.t = story(c.w);
        (void)story(c.w);
        c.p = parts_of(c.w, c.t, c.w->f.size);
        WAYS[i].tamper(&c);
        enum status st = verify_case(s, &trust, NULL, bundle_of(c.w, c.p), &v);
        print_message("  %s: %s\n", WAYS[i].name, st == OK ? "good" : s->why.en);
        assert_int_equal(st, WAYS[i].want);
        if (st != OK) {
            assert_non_null(strstr(s->why.en, WAYS[i].en));
            assert_true(s->why.ja[0]);
        }
        if (WAYS[i].place != NO)
            assert_non_null(strstr(s->why.en, scope_print(s, "event %d (leaf ", WAYS[i].place)));
        world_free(c.w);
    }
}

/* Erased: "h" a hole, "b" a blank, by their places; then an ERASE with this detail, in which %d is the leaf of event 5. */
static const struct {
    const char *name, *erased, *detail;
    enum status want;
    const char *en;
} ERASURES[] = {
    {"a hole is explained", "5h", "%d", OK, ""},
    {"a blank is explained", "8b", "1-%d,24", OK, ""},
    {"offer and accept are gone", "7h 10h", "23,26", OK, ""},
    {"all before is gone", "0h 1h 2h 3h 4h 5h 6h 7h 8h 9h 10h 11h 12h 13h 14h 15h", "16-31", OK, ""},
    {"the payloads of a handoff are gone", "7b 10b 11b", "23-27", OK, ""},
    {"the payload of an offer is gone", "7b", "23", OK, ""},
    {"by the name of its log", "5h", "2026/%d", OK, ""},
    {"by the name of another log", "5h", "2025/%d", CORRUPT, "event 5 (leaf 21) is erased and no ERASE"},
    {"another leaf is named", "5h", "22", CORRUPT, "event 5 (leaf 21) is erased and no ERASE"},
    {"only one of two is named", "5h 8b", "%d", CORRUPT, "event 8 (leaf 24) is erased and no ERASE"},
    {"leaves in no form", "5h", "%d;", CORRUPT, "does not say which leaves"},
    {"no leaves", "5h", "all", CORRUPT, "does not say which leaves"},
    {"a range that runs backwards", "5h", "30-20", CORRUPT, "does not say which leaves"},
};

static void a_hole_needs_an_erasure_that_names_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(ERASURES); i++) {
        AUTO(scope) s = scope_new(ROOM, entropy_system());
        struct world *w = world_new(s, i, 64, "2026");
        struct trusted_log log = {.key = &w->key};
        struct verify_trust trust = {&log, 1};
        struct verified_case v;
        char detail[80];
        (void)story(w);
        struct tale *t = story(w);
        const char *percent = strstr(ERASURES[i].detail, "%d");
        int before = percent ? (int)(percent - ERASURES[i].detail) : (int)strlen(ERASURES[i].detail);
        (void)snprintf(detail, sizeof detail, "%.*s%s%s", before, ERASURES[i].detail, percent ? "21" : "", percent ? percent + 2 : "");
        (void)tell(w, t, (struct fact){EVENT_ERASE, "erased", detail, 5, 0, 0, 0, NULL});
        for (const char *at = ERASURES[i].erased; at; at = strchr(at, ' ') ? strchr(at, ' ') + 1 : NULL) {
            char *end;
            struct made *m = &t->v[strtol(at, &end, 10)];
            m->is_hole = *end == 'h';
            m->is_blank = *end == 'b';
        }
        print_message("  %s\n", ERASURES[i].name);
        enum status st = verify_case(s, &trust, NULL, bundle_of(w, parts_of(w, t, w->f.size)), &v);
        if (st != OK)
            print_message("    %s\n", s->why.en);
        assert_int_equal(st, ERASURES[i].want);
        if (st != OK)
            assert_non_null(strstr(s->why.en, ERASURES[i].en));
        world_free(w);
    }
}

/* The keeper of the history signed it and put it into the log; that is not enough. */
static void what_an_event_says_agrees_with_itself(void **state)
{
    static const struct fact READ = {EVENT_READ, "case_read", NULL, 1, 2, 0, 0, NULL};
    static const struct {
        const char *payload;
        bool is_astray;
        enum status want;
        const char *en;
    } CASES[] = {
        {"{\"agency\":\"A001\",\"counterpart\":\"A002\",\"happened\":\"case_read\"}", false, OK, ""},
        {"{\"agency\":\"A001\",\"counterpart\":\"A002\",\"happened\":\"case_read\",\"reason\":{\"sha256\":"
         "\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"}}", false, OK, ""},
        {"{\"agency\":\"A003\",\"counterpart\":\"A002\",\"happened\":\"case_read\"}", false, CORRUPT, "other agencies"},
        {"{\"agency\":\"A001\",\"happened\":\"case_read\"}", false, CORRUPT, "other agencies"},
        {"{\"agency\":\"A001\",\"counterpart\":\"A002\"}", false, CORRUPT, "cannot be read"},
        {"", true, CORRUPT, "does not follow the event before it"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        AUTO(scope) s = scope_new(ROOM, entropy_system());
        struct world *w = world_new(s, i, 64, "2026");
        struct trusted_log log = {.key = &w->key};
        struct verify_trust trust = {&log, 1};
        struct verified_case v;
        struct tale *t = story(w);
        struct tree_hash *last = &t->v[t->n - 1].hash;
        last->b[0] ^= CASES[i].is_astray;
        (void)tell_as(w, t, READ, span_str(CASES[i].payload));
        last->b[0] ^= CASES[i].is_astray;
        assert_int_equal(verify_case(s, &trust, NULL, bundle_of(w, parts_of(w, t, w->f.size)), &v), CASES[i].want);
        if (CASES[i].want != OK)
            assert_non_null(strstr(s->why.en, CASES[i].en));
        world_free(w);
    }
}

static void a_case_may_span_two_logs(void **state)
{
    AUTO(scope) s = scope_new(ROOM, entropy_system());
    struct world *w = world_new(s, 1, 64, "2026"), *next = world_new(s, 2, 64, "2027");
    struct trusted_log log[2] = {{.key = &w->key}, {.key = &next->key}};
    struct verify_trust both = {log, 2}, one = {log, 1};
    struct agency_key key[2 * AGENCIES];
    struct agency_signers keys;
    struct verified_case v;
    (void)state;

    struct tale *t = story(w);
    struct parts *p = parts_of(w, t, w->f.size);
    next->at_ms = w->at_ms;
    (void)tell(next, t, (struct fact){EVENT_READ, "case_read", NULL, 2, 0, 0, 0, NULL});
    part_of(next, &t->v[p->n], next->f.size, &p->v[p->n]);
    p->v[p->n].has_log = true;
    p->v[p->n++].log = 1;
    const struct bundle_log logs[] = {p->log, {.origin = span_str(next->key.name), .note = world_note(next, next->f.size)}};
    p->head.logs.v = logs;
    p->head.logs.n = COUNT(logs);
    memcpy(key, world_keys(w), sizeof key / 2);
    memcpy(key + AGENCIES, world_keys(next), sizeof key / 2);
    MUST(signers_of(s, key, COUNT(key), &keys));
    MUST(verify_case(s, &both, &keys, bundle_of(w, p), &v));
    assert_int_equal(v.events, t->n);
    assert_int_equal(v.end.handoffs, 1);
    assert_int_equal(verify_case(s, &both, NULL, bundle_of(w, p), &v), NOT_FOUND); /* the bundle's own keys lack the new ones */
    assert_int_equal(verify_case(s, &one, &keys, bundle_of(w, p), &v), NOT_FOUND);
    assert_non_null(strstr(s->why.en, "no key of log test.example/log/2027"));
    (void)tell(w, t, (struct fact){EVENT_READ, "case_read", NULL, 2, 0, 0, 0, NULL});
    part_of(w, &t->v[p->n], w->f.size, &p->v[p->n]); /* back in the older log */
    p->n++;
    assert_int_equal(verify_case(s, &both, &keys, bundle_of(w, p), &v), CORRUPT);
    assert_non_null(strstr(s->why.en, "before that of the event before it"));
    p->v[p->n - 1].has_log = true;
    p->v[p->n - 1].log = 2;
    assert_int_equal(verify_case(s, &both, &keys, bundle_of(w, p), &v), INVALID);
    world_free(w);
    world_free(next);
}

static void a_file_is_a_bundle_or_is_refused(void **state)
{
    AUTO(scope) s = scope_new(ROOM, entropy_system());
    struct world *w = world_new(s, 1, 64, "2026");
    struct trusted_log log = {.key = &w->key};
    struct verify_trust trust = {&log, 1};
    struct verified_case v;
    struct tale *t = story(w);
    struct span good = bundle_of(w, parts_of(w, t, w->f.size));
    uint8_t *copy = scope_alloc(s, good.n + 8);
    (void)state;

    MUST(verify_case(s, &trust, NULL, good, &v));
    for (size_t n = 0; n < good.n; n++) /* a file that was cut short is never good, and never called bad for its last line missing */
        if (n % 97 == 0 || n + 4 > good.n)
            assert_int_equal(verify_case(s, &trust, NULL, span_of(good.p, n), &v), NOT_FOUND);
    const struct {
        const char *was, *is;
        enum status want;
    } EDITS[] = {
        {"kashimaru-case/1", "kashimaru-case/2", INVALID}, {"\"count\":16", "\"count\":15", INVALID}, {"\"count\":16", "\"count\":17", INVALID},
        {",\"events\":[", ",\"Events\":[", INVALID},   {"\"seq\":3}", "\"sec\":3}", INVALID},     {"},\n{", "} \n{", INVALID},
        {"\n]}", "\n]]", INVALID},
    };
    for (size_t i = 0; i < COUNT(EDITS); i++) {
        memcpy(copy, good.p, good.n + 1);
        char *at = strstr((char *)copy, EDITS[i].was);
        assert_non_null(at);
        memcpy(at, EDITS[i].is, strlen(EDITS[i].is));
        assert_int_equal(verify_case(s, &trust, NULL, span_of(copy, good.n), &v), EDITS[i].want);
        print_message("  %s\n", s->why.en);
    }
    memcpy(copy, good.p, good.n + 1); /* the lines agree with each other, and not with the count */
    memcpy(strstr((char *)copy, "\"count\":16"), "\"count\":15", 10);
    memcpy(strstr((char *)copy, "\"seq\":14},"), "\"seq\":14} ", 10);
    assert_int_equal(verify_case(s, &trust, NULL, span_of(copy, good.n), &v), INVALID);
    assert_non_null(strstr(s->why.en, "announces 15 events and holds more"));
    memcpy(copy, good.p, good.n + 1);
    memcpy(strstr((char *)copy, "\"count\":16"), "\"count\":17", 10);
    memcpy(copy + good.n - 4, ",\n]}\n", 6);
    assert_int_equal(verify_case(s, &trust, NULL, span_of(copy, good.n + 1), &v), INVALID);
    assert_non_null(strstr(s->why.en, "announces 17 events and holds 16"));
    memcpy(copy, good.p, good.n);
    copy[good.n] = ' ';
    assert_int_equal(verify_case(s, &trust, NULL, span_of(copy, good.n + 1), &v), INVALID);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_way_of_tampering_is_named),
        cmocka_unit_test(a_hole_needs_an_erasure_that_names_it),
        cmocka_unit_test(what_an_event_says_agrees_with_itself),
        cmocka_unit_test(a_case_may_span_two_logs),
        cmocka_unit_test(a_file_is_a_bundle_or_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
