/* What the signer decides, every rule of it, and the text of what it remembers: nothing that was not printed by it is believed. */
#include "signer_tree.h"

#include "signer/head.h"

#define LOG "log.example/handoff"
#define OPEN LOG "/2026"

/* ---- heads ---- */

static const struct {
    const char *name;
    const char *was; /* origin that is open; "" = none yet */
    uint64_t signed_size;
    const char *origin;
    uint64_t old, size;
    struct grove tree;     /* that is asked about */
    bool proof_of_another; /* between other sizes than those named */
    enum status want;
    const char *state; /* why.state of the refusal */
} HEADS[] = {
    {"the first head ever", "", 0, OPEN, 0, 5, {.fork = 0}, false, OK, ""},
    {"the first head ever, of nothing", "", 0, OPEN, 0, 0, {.fork = 0}, false, OK, ""},
    {"a second log of a year", "", 0, OPEN "-2", 0, 5, {.fork = 0}, false, OK, ""},
    {"a log of another name", "", 0, "log.example/other/2026", 0, 5, {.fork = 0}, false, DENIED, ""},
    {"a name that only begins so", "", 0, "log.example/handoff2/2026", 0, 5, {.fork = 0}, false, DENIED, ""},
    {"no year", "", 0, LOG, 0, 5, {.fork = 0}, false, DENIED, ""},
    {"a year and more", "", 0, OPEN "x", 0, 5, {.fork = 0}, false, DENIED, ""},
    {"first, but the asker knows of an earlier one", "", 0, OPEN, 3, 5, {.fork = 0}, false, CONFLICT, ""},
    {"one more", OPEN, 5, OPEN, 5, 6, {.fork = 0}, false, OK, ""},
    {"many more", OPEN, 5, OPEN, 5, 1000, {.fork = 0}, false, OK, ""},
    {"the first of an opened log", OPEN, 0, OPEN, 0, 7, {.fork = 0}, false, OK, ""},
    {"the same again", OPEN, 5, OPEN, 5, 5, {.fork = 0}, false, OK, ""},
    {"the same again, by an asker that did not hear the answer", OPEN, 5, OPEN, 3, 5, {.fork = 0}, false, OK, ""},
    {"the same size, another root", OPEN, 5, OPEN, 5, 5, {.fork = 4, .salt = 1}, false, CORRUPT, ""},
    {"nothing, again", OPEN, 0, OPEN, 0, 0, {.fork = 0}, false, OK, ""},
    {"shorter: restored to yesterday", OPEN, 5, OPEN, 3, 4, {.fork = 0}, false, CONFLICT, ""},
    {"empty: restored to the beginning", OPEN, 5, OPEN, 0, 0, {.fork = 0}, false, CONFLICT, ""},
    {"restored to yesterday and grown past it", OPEN, 5, OPEN, 5, 9, {.fork = 3, .salt = 1}, false, CORRUPT, ""},
    {"the proof of another growth", OPEN, 5, OPEN, 5, 9, {.fork = 0}, true, CORRUPT, ""},
    {"a proof from where the signer is not: the asker lags", OPEN, 5, OPEN, 3, 9, {.fork = 0}, false, CONFLICT, "5"},
    {"a proof from where the signer is not: the signer was restored", OPEN, 5, OPEN, 7, 9, {.fork = 0}, false, CONFLICT, ""},
    {"another log than the open one", OPEN, 5, OPEN "-2", 0, 1, {.fork = 0}, false, DENIED, ""},
    {"a log that is closed", OPEN, 5, LOG "/2025", 3, 9, {.fork = 0}, false, DENIED, ""},
};

/* As after signing: a head of 3 leaves of 2025 closed, then OPEN. */
static struct head *remembered(struct scope *s, const char *origin, uint64_t size)
{
    struct head *h = SCOPE_NEW(s, struct head);
    struct grove tree = {.fork = 0};

    snprintf(h->key, sizeof h->key, "0123456789abcdef");
    snprintf(h->origin, sizeof h->origin, "%s", origin);
    h->size = size;
    grove_root(s, &tree, size, &h->root);
    h->signed_s = size ? 1780000000 : 0;
    if (*origin) {
        struct closed *c = &h->closed[h->closed_n++];
        *c = (struct closed){.size = 3, .at_s = 1770000000};
        snprintf(c->origin, sizeof c->origin, "%s/2025", LOG);
        snprintf(c->by, sizeof c->by, "kanri@A001");
        snprintf(c->reason, sizeof c->reason, "新しい年度 / a new fiscal year");
        grove_root(s, &tree, 3, &c->root);
    }
    return h;
}

static void a_head_follows_from_the_last(void **state)
{
    struct scope *s = *state;

    for (size_t i = 0; i < COUNT(HEADS); i++) {
        const struct head *was = remembered(s, HEADS[i].was, HEADS[i].signed_size);
        struct head *next = SCOPE_NEW(s, struct head);
        struct grove tree = HEADS[i].tree;
        struct wanted w = {.origin = span_str(HEADS[i].origin), .old_size = HEADS[i].old, .size = HEADS[i].size};
        grove_root(s, &tree, w.size, &w.root);
        grove_proof(s, &tree, HEADS[i].proof_of_another ? w.old_size - 1 : w.old_size, w.size, &w.proof);
        s->why = (struct why){.ja = ""};
        enum status st = head_decide(s, was, SPAN_LIT(LOG), &w, next);
        bool is_right = st == HEADS[i].want && strcmp(s->why.state, HEADS[i].state) == 0;
        if (st == OK)
            is_right = is_right && next->size == w.size && memcmp(next->root.b, w.root.b, TREE_HASH_LEN) == 0 &&
                       span_is(w.origin, next->origin) && next->closed_n == was->closed_n;
        if (!is_right)
            fail_msg("%s: %s (%s)", HEADS[i].name, status_trait(st)->word, s->why.en);
        scope_reset(s);
    }
}

/* ---- logs ---- */

static const struct {
    const char *name, *was;
    uint64_t signed_size;
    bool is_lost, is_same_request;
    const char *origin, *reason;
    enum status want;
    size_t closed; /* afterwards */
} SHARDS[] = {
    {"the next year", OPEN, 5, false, false, LOG "/2027", "a new fiscal year", OK, 2},
    {"a second one of the year", OPEN, 5, false, false, OPEN "-2", "the database was restored", OK, 2},
    {"before anything was signed", "", 0, false, false, OPEN, "by hand", OK, 0},
    {"what is not known any more is closed too", "", 0, true, false, OPEN "-2", "the memory was lost", OK, 1},
    {"the same request, heard twice", OPEN, 0, false, true, OPEN, "a new fiscal year", OK, 1},
    {"the open one", OPEN, 5, false, false, OPEN, "again", CONFLICT, 0},
    {"the open one, by the request that opened it, after its first head", OPEN, 5, false, true, OPEN, "again", CONFLICT, 0},
    {"the open one, whose memory is lost", OPEN, 0, true, true, OPEN, "again", CONFLICT, 0},
    {"one that was closed", OPEN, 5, false, false, LOG "/2025", "again", CONFLICT, 0},
    {"of another log", OPEN, 5, false, false, "log.example/2027", "why", INVALID, 0},
    {"a year that is none", OPEN, 5, false, false, LOG "/26", "why", INVALID, 0},
    {"a folder", OPEN, 5, false, false, LOG "/../2027", "why", INVALID, 0},
    {"a number that is none", OPEN, 5, false, false, LOG "/2027-", "why", INVALID, 0},
    {"a number with a zero before it", OPEN, 5, false, false, LOG "/2027-02", "why", INVALID, 0},
    {"a number that is long", OPEN, 5, false, false, LOG "/2027-1234", "why", INVALID, 0},
    {"no reason", OPEN, 5, false, false, LOG "/2027", "", INVALID, 0},
    {"a reason that forges a line", OPEN, 5, false, false, LOG "/2027", "why\nclosed x", INVALID, 0},
};

static void a_log_is_opened_once(void **state)
{
    struct scope *s = *state;
    const struct uuid mine = {.b = {1}}, other = {.b = {2}};

    for (size_t i = 0; i < COUNT(SHARDS); i++) {
        struct head *was = remembered(s, SHARDS[i].was, SHARDS[i].signed_size), *next = SCOPE_NEW(s, struct head);
        struct opening o = {.id = SHARDS[i].is_same_request ? mine : other, .origin = span_str(SHARDS[i].origin),
                            .by = SPAN_LIT("kanri@A001"), .reason = span_str(SHARDS[i].reason), .at_s = 1790000000};
        was->opened = mine;
        enum status st = shard_decide(s, was, SHARDS[i].is_lost, SPAN_LIT(LOG), &o, next);
        bool is_right = st == SHARDS[i].want;
        if (st == OK) {
            const struct closed *c = next->closed_n ? &next->closed[next->closed_n - 1] : NULL;
            is_right = is_right && next->closed_n == SHARDS[i].closed && next->size == 0 && span_is(o.origin, next->origin) &&
                       (next->closed_n == was->closed_n || (c->size == was->size && span_is(o.reason, c->reason) && c->at_s == o.at_s &&
                                                            strcmp(c->origin, *was->origin ? was->origin : "?") == 0));
        }
        if (!is_right)
            fail_msg("%s: %s (%s)", SHARDS[i].name, status_trait(st)->word, s->why.en);
        scope_reset(s);
    }
}

static const struct {
    const char *name, *was;
    uint64_t signed_size;
    bool is_lost;
    const char *origin;
    int year; /* by the signer's clock */
    enum status want;
    size_t closed; /* afterwards */
} YEARS[] = {
    {"the year that began", OPEN, 5, false, LOG "/2027", 2027, OK, 2},
    {"years later", OPEN, 5, false, LOG "/2031", 2031, OK, 2},
    {"after the second log of a year", OPEN "-2", 5, false, LOG "/2027", 2027, OK, 2},
    {"before anything was signed", "", 0, false, LOG "/2027", 2027, OK, 0},
    {"asked again before the first head", OPEN, 0, false, OPEN, 2026, OK, 1},
    {"asked again after it", OPEN, 5, false, OPEN, 2026, DENIED, 0},
    {"too early", OPEN, 5, false, LOG "/2027", 2026, DENIED, 0},
    {"a year that is over", OPEN, 5, false, LOG "/2027", 2028, DENIED, 0},
    {"a further log of this year", OPEN, 5, false, OPEN "-2", 2026, DENIED, 0},
    {"a further log of the next", OPEN, 5, false, LOG "/2027-2", 2027, DENIED, 0},
    {"an earlier year, by a clock that goes wrong", OPEN, 5, false, LOG "/2024", 2024, DENIED, 0},
    {"a year whose log was closed before", OPEN, 5, false, LOG "/2025", 2025, DENIED, 0},
    {"the open one is of the year already", LOG "/2027-2", 5, false, LOG "/2027", 2027, DENIED, 0},
    {"a log of another name is open", "log.example/other/2026", 5, false, LOG "/2027", 2027, DENIED, 0},
    {"a name of another log", OPEN, 5, false, "log.example/other/2027", 2027, DENIED, 0},
    {"what was signed last is not known", OPEN, 5, true, LOG "/2027", 2027, CONFLICT, 0},
    {"not even that it is asked again", OPEN, 0, true, OPEN, 2026, CONFLICT, 0},
};

static void a_year_begins_by_the_clock(void **state)
{
    struct scope *s = *state;

    for (size_t i = 0; i < COUNT(YEARS); i++) {
        struct head *was = remembered(s, YEARS[i].was, YEARS[i].signed_size), *next = SCOPE_NEW(s, struct head);
        struct opening o = {.id = {.b = {2}}, .origin = span_str(YEARS[i].origin), .by = SPAN_LIT("clock"),
                            .reason = SPAN_LIT("a new fiscal year"), .at_s = 1790000000};
        enum status st = year_decide(s, was, YEARS[i].is_lost, SPAN_LIT(LOG), &o, YEARS[i].year, next);
        bool is_right = st == YEARS[i].want;
        if (st == OK)
            is_right = is_right && next->closed_n == YEARS[i].closed && next->size == 0 && next->signed_s == 0 &&
                       span_is(o.origin, next->origin) &&
                       (next->closed_n == was->closed_n || strcmp(next->closed[next->closed_n - 1].by, "clock") == 0);
        if (!is_right)
            fail_msg("%s: %s (%s)", YEARS[i].name, status_trait(st)->word, s->why.en);
        scope_reset(s);
    }
}

static void the_history_has_an_end(void **state)
{
    struct scope *s = *state;
    struct head *was = remembered(s, OPEN, 5), *next = SCOPE_NEW(s, struct head);
    struct opening o = {.origin = SPAN_LIT(LOG "/2027"), .by = SPAN_LIT("kanri@A001"), .reason = SPAN_LIT("why")};

    was->closed_n = CLOSED_MOST;
    assert_int_equal(shard_decide(s, was, false, SPAN_LIT(LOG), &o, next), TOO_LARGE);
    was->closed_n = CLOSED_MOST - 1;
    assert_int_equal(shard_decide(s, was, false, SPAN_LIT(LOG), &o, next), OK);
    assert_int_equal(next->closed_n, CLOSED_MOST);
}

/* ---- text ---- */

static void what_is_remembered_reads_back(void **state)
{
    struct scope *s = *state;
    AUTO(secret) key = secret_random(32);
    AUTO(secret) other = secret_random(32);
    static const struct {
        const char *was, *vkey[2]; /* of two closed logs, the later one last */
    } TEXTS[] = {{"", {"", ""}}, {OPEN, {"", ""}}, {OPEN, {LOG "/2025+01020304+AQ==", ""}}, {OPEN, {"", LOG "/2025-2+01020304+AQ=="}}};

    for (size_t i = 0; i < COUNT(TEXTS); i++) {
        struct head *h = remembered(s, TEXTS[i].was, 5);
        struct head *back = SCOPE_NEW(s, struct head);
        struct span text;
        if (*TEXTS[i].was)
            h->closed[h->closed_n++] = h->closed[0];
        for (size_t k = 0; k < h->closed_n; k++)
            snprintf(h->closed[k].vkey, sizeof h->closed[k].vkey, "%s", TEXTS[i].vkey[k]);
        assert_int_equal(head_print(s, h, key, &text), OK);
        assert_int_equal(head_parse(s, text, back), OK);
        assert_memory_equal(back, h, sizeof *h);
        assert_true(head_is_true(text, key));
        assert_false(head_is_true(text, other));
        scope_reset(s);
    }
}

/* Whatever byte is changed, left out or put in, the text is not read or not believed. */
static void what_was_edited_is_noticed(void **state)
{
    struct scope *s = *state;
    AUTO(secret) key = secret_random(32);
    AUTO(scope) own = scope_new(SCOPE_CAP, entropy_system());
    struct span text;

    assert_int_equal(head_print(own, remembered(own, OPEN, 5), key, &text), OK);
    uint8_t *bytes = scope_alloc(own, text.n + 1);
    for (size_t i = 0; i < text.n; i++)
        for (int way = 0; way < 4; way++) {
            size_t n = way < 2 ? text.n : way == 2 ? text.n - 1 : text.n + 1;
            memcpy(bytes, text.p, i);
            bytes[i] = (uint8_t)(way == 3 ? '1' : text.p[i] ^ (way == 0 ? 1 : 0x80));
            if (way < 2)
                memcpy(bytes + i + 1, text.p + i + 1, text.n - i - 1);
            else if (way == 2)
                memcpy(bytes + i, text.p + i + 1, text.n - i - 1);
            else
                memcpy(bytes + i + 1, text.p + i, text.n - i);
            struct span edited = span_of(bytes, n);
            struct head *h = SCOPE_NEW(s, struct head);
            if (head_parse(s, edited, h) == OK && head_is_true(edited, key))
                fail_msg("byte %zu, way %d", i, way);
            scope_reset(s);
        }
}

int main(void)
{
    struct scope *s = scope_new(SCOPE_CAP, entropy_system());
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(a_head_follows_from_the_last, s), cmocka_unit_test_prestate(a_log_is_opened_once, s),
        cmocka_unit_test_prestate(the_history_has_an_end, s),       cmocka_unit_test_prestate(what_is_remembered_reads_back, s),
        cmocka_unit_test_prestate(what_was_edited_is_noticed, s),   cmocka_unit_test_prestate(a_year_begins_by_the_clock, s),
    };

    if (!s || seal_init() != OK)
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    scope_free(s);
    return failed;
}
