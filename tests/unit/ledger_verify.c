/* What is good is taken whatever its shape, and what is not is refused with the place: heads, agencies' keys, proofs, logs. The many ways of
 * tampering with files stand in ctl_verify.c. */
#include "ledger_bundles.h"
#include "ledger_tiles.h"

#include "ledger/policy.h"

enum { ROOM = 64 << 20 };

static struct verify_trust trust_of(struct world *w, struct trusted_log *log)
{
    *log = (struct trusted_log){.key = &w->key};
    return (struct verify_trust){log, 1};
}

static void a_hundred_clean_logs_raise_no_alarm(void **state)
{
    enum { LOGS = 100, CASES_MOST = 4, MOST = 1200 };
    (void)state;
    for (uint64_t seed = 1; seed <= LOGS; seed++) {
        AUTO(scope) s = scope_new(ROOM, entropy_system());
        struct world *w = world_new(s, seed, MOST, "2026");
        struct trusted_log log;
        struct verify_trust trust = trust_of(w, &log);
        struct life life[CASES_MOST];
        struct verified_case v;
        struct verified_proof p;
        size_t cases = 1 + pick(w, CASES_MOST), steps = pick(w, seed % 10 == 0 ? 700 : 120);
        for (size_t i = 0; i < cases; i++)
            begin(w, &life[i]);
        for (size_t i = 0; i < steps; i++) {
            struct life *l = &life[pick(w, cases)];
            if (l->t->n + 3 < EVENTS_MOST)
                live(w, l);
        }
        uint64_t size = w->f.size, older = pick(w, size + 1);
        struct checkpoint head = world_head(w, size), old = world_head(w, older);
        MUST(verify_log(s, &head, world_file, w));
        MUST(verify_heads(s, &old, &head, world_file, w));
        for (size_t i = 0; i < cases; i++) {
            const struct tale *t = life[i].t;
            enum status st = verify_case(s, &trust, NULL, bundle_of(w, parts_of(w, t, size)), &v);
            if (st != OK)
                print_message("seed %d: %s\n", (int)seed, s->why.en);
            MUST(st);
            assert_int_equal(v.events, t->n);
            assert_int_equal(v.end.lead, life[i].lead);
            assert_int_equal(v.end.is_closed, life[i].is_closed);
            MUST(verify_proof(s, &trust, NULL, world_proof(w, &t->v[pick(w, t->n)], size), &p));
        }
        world_free(w);
    }
}

static void a_head_is_the_trusted_logs(void **state)
{
    AUTO(scope) s = scope_new(ROOM, entropy_system());
    struct world *w = world_new(s, 1, 64, "2026"), *other = world_new(s, 2, 64, "2027");
    struct trusted_log log;
    struct verify_trust trust = trust_of(w, &log), nobody = {NULL, 0};
    struct checkpoint head, renamed, ret;
    struct policy *policy;
    char vkey[VKEY_MAX], witness[VKEY_MAX];
    (void)state;

    (void)story(w);
    head = world_head(w, 9);
    struct span good = note_of(w, &head, w->log, &w->key);
    MUST(verify_head(s, &trust, good, &ret));
    assert_int_equal(ret.size, 9);
    assert_int_equal(verify_head(s, &nobody, good, &ret), NOT_FOUND);
    assert_non_null(strstr(s->why.en, "no key of log test.example/log/2026"));
    assert_int_equal(verify_head(s, &trust, note_of(w, &head, other->log, &other->key), &ret), CORRUPT);
    assert_non_null(strstr(s->why.en, "no signature"));
    renamed = head;
    renamed.origin = SPAN_LIT("test.example/log/2027");
    assert_int_equal(verify_head(s, &trust, note_of(w, &renamed, w->log, &w->key), &ret), NOT_FOUND);
    uint8_t *edited = scope_alloc(s, good.n);
    memcpy(edited, good.p, good.n);
    edited[strlen("test.example/log/2026") + 1]--; /* a smaller size */
    assert_int_equal(verify_head(s, &trust, span_of(edited, good.n), &ret), CORRUPT);
    assert_non_null(strstr(s->why.en, "is false"));

    vkey_write(&w->key, vkey);
    struct note_key key;
    MUST(note_key_make(s, "w.example", NOTE_COSIGNATURE, other->key.public_key, &key));
    vkey_write(&key, witness);
    const char *text = scope_print(s, "log %s\nwitness one %s body\nquorum one\n", vkey, witness);
    MUST(policy_read(s, span_str(text), &policy));
    log.policy = policy;
    assert_int_equal(verify_head(s, &trust, good, &ret), DENIED);
    struct span body, line[2], both;
    MUST(checkpoint_write(s, &head, &body));
    MUST(note_sign(s, &w->key, w->log, body, 0, &line[0]));
    MUST(note_sign(s, &key, other->log, body, 1793000000, &line[1]));
    MUST(note_join(s, body, line, 2, &both));
    MUST(verify_head(s, &trust, both, &ret));
    world_free(w);
    world_free(other);
}

static void agencies_sign_with_keys_that_are_valid(void **state)
{
    AUTO(scope) s = scope_new(ROOM, entropy_system());
    struct world *w = world_new(s, 3, 64, "2026");
    struct tale *t = story(w);
    const struct made *m = &t->v[3];
    struct agency_key key[AGENCIES];
    struct agency_signers keys;
    int64_t at_us = m->e.at_ms * 1000;
    (void)state;
    const struct {
        const char *name;
        int64_t from, until;
        const char *agency;
        enum status want;
        const char *en;
    } CASES[] = {
        {"valid", at_us - 1, at_us + 1, "A001", OK, ""},
        {"from that moment on", at_us, INT64_MAX, "A001", OK, ""},
        {"only later", at_us + 1, INT64_MAX, "A001", CORRUPT, "not valid at that time"},
        {"until that moment", at_us - 9, at_us, "A001", CORRUPT, "not valid at that time"},
        {"of another agency", at_us - 9, INT64_MAX, "A009", CORRUPT, "A001 acts, but the key that signs is of A009"},
        {"a span that ends first", at_us, at_us - 1, "A001", INVALID, "ends before it begins"},
    };
    for (size_t i = 0; i < COUNT(CASES); i++) {
        print_message("  %s\n", CASES[i].name);
        memcpy(key, world_keys(w), sizeof key);
        key[1].from = CASES[i].from;
        key[1].has_until = CASES[i].until != INT64_MAX;
        key[1].until = CASES[i].until;
        memcpy(key[1].agency.code, CASES[i].agency, 5);
        enum status st = signers_of(s, key, AGENCIES, &keys);
        if (st == OK)
            st = signers_check(s, &keys, &m->e, span_of(m->bytes, EVENT_LEN));
        assert_int_equal(st, CASES[i].want);
        if (st != OK)
            assert_non_null(strstr(s->why.en, CASES[i].en));
    }
    memcpy(key, world_keys(w), sizeof key);
    MUST(signers_of(s, key + 2, AGENCIES - 2, &keys));
    assert_int_equal(signers_check(s, &keys, &m->e, span_of(m->bytes, EVENT_LEN)), NOT_FOUND);
    key[2].key = key[1].key;
    assert_int_equal(signers_of(s, key, AGENCIES, &keys), INVALID);
    key[2].key = SPAN_LIT("00");
    assert_int_equal(signers_of(s, key, AGENCIES, &keys), INVALID);
    struct span json = span_str(scope_print(s, "{\"keys\":[{\"agency\":\"A001\",\"from\":\"2026-01-01T00:00:00Z\",\"key\":\"%.64s\"}]}",
                                            (const char *)key[1].key.p));
    MUST(signers_read(s, json, &keys));
    MUST(signers_check(s, &keys, &m->e, span_of(m->bytes, EVENT_LEN)));
    assert_int_equal(signers_read(s, SPAN_LIT("{}"), &keys), INVALID);
    world_free(w);
}

/* A reader that knows fewer files: partial tiles are gone, as a server may have it, and full ones have come in their place. */
static enum status only_full(void *own, const struct tile *t, struct span *ret_bytes)
{
    struct world *w = own;

    if (t->width < TILE_WIDTH && (t->index + 1) * TILE_WIDTH <= w->f.size >> (TILE_HEIGHT * t->level))
        return fail(w->s, NOT_FOUND, "ありません", "no such file");
    return world_file(own, t, ret_bytes);
}

static void a_full_tile_stands_for_the_partial_ones(void **state)
{
    AUTO(scope) s = scope_new(ROOM, entropy_system());
    struct world *w = world_new(s, 4, 1024, "2026");
    uint8_t leaf[LEAF_LEN] = {'K', 'M', 'L', '1', 1};
    (void)state;

    for (size_t i = 0; i < 1000; i++) {
        fill(w, leaf + 8, LEAF_LEN - 8);
        world_leaf(w, leaf);
    }
    static const uint64_t SIZES[] = {0, 1, 255, 256, 257, 300, 511, 512, 700, 999, 1000};
    for (size_t i = 0; i < COUNT(SIZES); i++) {
        struct checkpoint head = world_head(w, SIZES[i]);
        MUST(verify_log(s, &head, only_full, w));
        for (size_t k = 0; k <= i; k++) {
            struct checkpoint old = world_head(w, SIZES[k]);
            MUST(verify_heads(s, &old, &head, only_full, w));
            if (k < i)
                assert_int_equal(verify_heads(s, &head, &old, only_full, w), CORRUPT);
        }
        struct checkpoint elsewhere = head;
        elsewhere.origin = SPAN_LIT("test.example/log/2025");
        assert_int_equal(verify_heads(s, &elsewhere, &head, only_full, w), CORRUPT);
        assert_non_null(strstr(s->why.en, "of different logs"));
    }
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hundred_clean_logs_raise_no_alarm),
        cmocka_unit_test(a_head_is_the_trusted_logs),
        cmocka_unit_test(agencies_sign_with_keys_that_are_valid),
        cmocka_unit_test(a_full_tile_stands_for_the_partial_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
