/* The signer as it runs: grown heads get its signature, shortened and forked ones its refusal; and however often it is killed, no two roots
 * of one size are ever signed, nor a smaller head after a larger. */
#include "signer_ask.h"

/* ---- growing, shrinking, forking ---- */

static void a_growing_log_is_signed(void **state)
{
    struct place *p = *state;
    struct grove tree = {.fork = 0};
    struct head_signed m;
    char first[4096];
    uint64_t old = 0;

    for (uint64_t size = 1; size < 3000; size = size * 5 / 3 + 1) {
        assert_int_equal(sign(p, LOG "/2026", &tree, old, size, &m), OK);
        snprintf(first, sizeof first, "%.*s", (int)m.note.n, (const char *)m.note.p);
        old = size;
        if (size % 2)
            restart(p, SIGTERM);
        assert_int_equal(sign(p, LOG "/2026", &tree, old, size, &m), OK);
        assert_true(span_is(m.note, first)); /* asked again: the same bytes */
    }
}

static const struct {
    const char *name;
    struct grove tree;
    uint64_t old, size;
    enum status want;
    const char *says;
} REFUSED[] = {
    {"restored to yesterday", {.fork = 0}, 60, 60, CONFLICT, "restored to an earlier time; see kashimaru audit reshard"},
    {"restored to the beginning", {.fork = 0}, 0, 0, CONFLICT, "restored to an earlier time; see kashimaru audit reshard"},
    {"restored, and grown to the same size", {.fork = 60, .salt = 1}, 60, 100, CORRUPT, "forked"},
    {"restored, and grown further", {.fork = 60, .salt = 1}, 100, 130, CORRUPT, "forked"},
    {"a leaf of long ago was changed", {.fork = 7, .salt = 1}, 100, 130, CORRUPT, "forked"},
    {"a signer that was restored", {.fork = 0}, 120, 130, CONFLICT, "its memory was restored to an earlier time"},
};

static void what_does_not_follow_is_refused(void **state)
{
    struct place *p = *state;
    struct grove tree = {.fork = 0};
    struct head_signed m;

    assert_int_equal(sign(p, LOG "/2026", &tree, 0, 100, &m), OK);
    for (size_t k = 0; k < 2 * COUNT(REFUSED); k++) { /* twice: what is refused does not stay in the memory either */
        size_t i = k % COUNT(REFUSED);
        struct grove asked = REFUSED[i].tree;
        enum status st = sign(p, LOG "/2026", &asked, REFUSED[i].old, REFUSED[i].size, &m);
        if (st != REFUSED[i].want || !strstr(p->s->why.en, REFUSED[i].says))
            fail_msg("%s: %s (%s)", REFUSED[i].name, status_trait(st)->word, p->s->why.en);
        if (k == COUNT(REFUSED) - 1)
            restart(p, SIGKILL);
    }
    assert_int_equal(sign(p, LOG "/2026", &tree, 100, 130, &m), OK);
}

/* ---- who may ---- */

static const struct {
    const char *name;
    bool is_ctl;
    int role;
    struct told ticket;
    enum status want;
} OPENERS[] = {
    {"the sequencer, for a year that has not come", false, ROLE_ADMINISTRATOR, {"u", "kanri", "A001", "administrator", "99999999999"}, DENIED},
    {"a worker", true, ROLE_WORKER, {"u", "kanri", "A001", "worker", "99999999999"}, DENIED},
    {"an administrator without a ticket", true, ROLE_ADMINISTRATOR, {.kind = NULL}, DENIED},
    {"with another's ticket", true, ROLE_ADMINISTRATOR, {"u", "kanri2", "A001", "administrator", "99999999999"}, DENIED},
    {"with another agency's ticket", true, ROLE_ADMINISTRATOR, {"u", "kanri", "A002", "administrator", "99999999999"}, DENIED},
    {"with a worker's ticket", true, ROLE_ADMINISTRATOR, {"u", "kanri", "A001", "worker", "99999999999"}, DENIED},
    {"with a service's ticket", true, ROLE_ADMINISTRATOR, {"s", "kanri", "A001", "administrator", "99999999999"}, DENIED},
    {"with an old ticket", true, ROLE_ADMINISTRATOR, {"u", "kanri", "A001", "administrator", "1000"}, EXPIRED},
    {"an administrator", true, ROLE_ADMINISTRATOR, {"u", "kanri", "A001", "administrator", "99999999999"}, OK},
};

static void only_an_administrator_opens_a_log(void **state)
{
    struct place *p = *state;
    struct grove tree = {.fork = 0};
    struct head_signed m;
    struct answered got;

    for (size_t i = 0; i < COUNT(OPENERS); i++) {
        enum status st = open_log(p, OPENERS[i].is_ctl, OPENERS[i].role, LOG "/2999", &OPENERS[i].ticket);
        if (st != OPENERS[i].want)
            fail_msg("%s: %s", OPENERS[i].name, status_trait(st)->word);
    }
    assert_int_equal(sign(p, LOG "/2026", &tree, 0, 1, &m), DENIED);
    scope_reset(p->s);
    struct asking a = head_asking(p, LOG "/2999", &tree, 0, 1);
    assert_int_equal(ask(p, true, &a, &got), DENIED); /* heads are the sequencer's to ask for */
    assert_int_equal(sign(p, LOG "/2999", &tree, 0, 1, &m), OK);
}

/* ---- killed ---- */

enum { KILLS = 80, SIZES = 4 * KILLS };

struct signed_heads {
    char root[SIZES][65]; /* hex of what was signed at each size, "" = nothing */
    uint64_t most;        /* the largest size signed so far */
};

/* A note is of a size not signed otherwise, and of none that is smaller than one before. */
static void note_heard(struct place *p, const struct answered *got)
{
    struct signed_heads *h = p->own;
    struct head_signed m;
    struct note note;
    struct checkpoint c;
    struct span hex;

    if (got->refused != OK || !span_is(got->type, "head_signed"))
        return;
    assert_int_equal(codec_decode(p->s, shape_head_signed(), got->payload, SCHEMA_MINOR, &m), OK);
    assert_int_equal(note_read(p->s, m.note, &note), OK);
    assert_int_equal(checkpoint_read(p->s, note.text, &c), OK);
    assert_int_equal(hex_print(p->s, span_of(c.root.b, TREE_HASH_LEN), &hex), OK);
    assert_true(c.size < SIZES);
    if (h->root[c.size][0] ? !span_is(hex, h->root[c.size]) : c.size <= h->most)
        fail_msg("a second root, or a smaller head: %llu leaves", (unsigned long long)c.size);
    memcpy(h->root[c.size], hex.p, hex.n);
    h->most = c.size > h->most ? c.size : h->most;
}

/* A head is asked for and the signer killed, as soon as the answer is there or at any moment before. */
static void ask_and_kill(struct place *p, int i, struct grove *tree, uint64_t old, uint64_t size)
{
    const struct signed_heads *h = p->own;
    struct answered got;

    scope_reset(p->s);
    struct asking a = head_asking(p, LOG "/2026", tree, old, size);
    ask_once(p, false, &a);
    if (i % 2)
        for (int64_t since_us = clock_mono_us(); h->most != size; (void)hear(p, false, 10, &got))
            assert_true(is_patient(since_us));
    else
        usleep((useconds_t)(i * 37 % 6000));
    restart(p, SIGKILL);
    while (hear(p, false, 1, &got))
        ;
}

/* After each kill the database was restored, too, as it were: another log of the same size is asked for. One of the two goes on; and if
 * anybody ever heard of the first, it does. */
static void a_killed_signer_signs_one_log(void **state)
{
    struct place *p = *state;
    struct signed_heads *h = calloc(1, sizeof *h);
    uint8_t trunk[SIZES] = {0};
    int firsts = 0, seconds = 0;

    assert_non_null(h);
    p->own = h;
    p->each = note_heard;
    for (int i = 0; i < KILLS; i++) {
        uint64_t old = h->most, size = old + 1 + (uint64_t)i % 3;
        struct grove first = {.fork = old, .salt = 1, .trunk = trunk}, second = {.fork = old, .salt = 2, .trunk = trunk};
        struct head_signed m;
        struct head_shown is;
        shown(p, &is); /* it runs */
        assert_int_equal(is.has_size ? is.size : 0, old);
        ask_and_kill(p, i, &first, old, size);
        enum status st = sign(p, LOG "/2026", &second, old, size, &m); /* never OK when the first was heard: note_heard says so */
        if (st != OK) {
            assert_int_equal(st, CORRUPT);
            assert_int_equal(sign(p, LOG "/2026", &first, old, size, &m), OK);
        }
        firsts += st != OK;
        seconds += st == OK;
        memset(trunk + old, st == OK ? 2 : 1, size - old);
    }
    print_message("%d kills: %d heads were remembered, %d were not\n", KILLS, firsts, seconds);
    assert_true(firsts >= KILLS / 2);
    free(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_growing_log_is_signed, open_place, close_place),
        cmocka_unit_test_setup_teardown(what_does_not_follow_is_refused, open_place, close_place),
        cmocka_unit_test_setup_teardown(only_an_administrator_opens_a_log, open_place, close_place),
        cmocka_unit_test_setup_teardown(a_killed_signer_signs_one_log, open_place, close_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
