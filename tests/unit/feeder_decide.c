/* What a witness says by HTTP, whether its cosignature is taken, and what it is asked next: tables of answers, of times and of sizes. */
#include "ledger_notes.h"

#include "base/clock.h"
#include "feeder/decide.h"

#define SIZE_TYPE "text/x.tlog.size"

static const struct {
    const char *name;
    long code;
    const char *type, *body;
    enum answered want;
    uint64_t size;
} ANSWERS[] = {
    {"a cosignature", 200, "text/plain", DASH "w.example AAAA\n", ANSWER_SIGNED, 0},
    {"of no type", 200, NULL, "x", ANSWER_SIGNED, 0},
    {"an empty one", 200, "text/plain", "", ANSWER_NONE, 0},
    {"nobody there", 0, NULL, "", ANSWER_NONE, 0},
    {"no answer at all is no size", 0, SIZE_TYPE, "5\n", ANSWER_NONE, 0},
    {"its size", 409, SIZE_TYPE, "20852014\n", ANSWER_SIZE, 20852014},
    {"nothing yet", 409, SIZE_TYPE, "0\n", ANSWER_SIZE, 0},
    {"the largest", 409, SIZE_TYPE, "9223372036854775807\n", ANSWER_SIZE, INT64_MAX},
    {"larger", 409, SIZE_TYPE, "9223372036854775808\n", ANSWER_NONE, 0},
    {"much larger", 409, SIZE_TYPE, "18446744073709551617\n", ANSWER_NONE, 0},
    {"with a parameter, in capitals", 409, "Text/X.tlog.Size; charset=utf-8", "7\n", ANSWER_SIZE, 7},
    {"another type that begins so", 409, SIZE_TYPE "s", "7\n", ANSWER_FORK, 0},
    {"a conflict of roots", 409, "text/plain", "", ANSWER_FORK, 0},
    {"a conflict of no type", 409, NULL, "7\n", ANSWER_FORK, 0},
    {"no newline", 409, SIZE_TYPE, "7", ANSWER_NONE, 0},
    {"nothing but that", 409, SIZE_TYPE, "\n", ANSWER_NONE, 0},
    {"nothing", 409, SIZE_TYPE, "", ANSWER_NONE, 0},
    {"a zero before it", 409, SIZE_TYPE, "07\n", ANSWER_NONE, 0},
    {"a sign", 409, SIZE_TYPE, "+7\n", ANSWER_NONE, 0},
    {"negative", 409, SIZE_TYPE, "-7\n", ANSWER_NONE, 0},
    {"more lines", 409, SIZE_TYPE, "7\n8\n", ANSWER_NONE, 0},
    {"not convinced", 422, "text/plain", "no", ANSWER_FORK, 0},
    {"another log's key", 403, "text/plain", "no", ANSWER_STRANGER, 0},
    {"no such log", 404, "text/plain", "no", ANSWER_STRANGER, 0},
    {"elsewhere", 301, "text/plain", DASH "w.example AAAA\n", ANSWER_NONE, 0},
    {"bad request", 400, "text/plain", "no", ANSWER_NONE, 0},
    {"broken", 500, SIZE_TYPE, "7\n", ANSWER_NONE, 0},
    {"too often", 429, NULL, "", ANSWER_NONE, 0},
};

static void answers_are_read_by_their_form(void **state)
{
    AUTO(scope) s = test_scope();
    (void)state;
    for (size_t i = 0; i < COUNT(ANSWERS); i++) {
        struct answer a = answer_read(ANSWERS[i].code, ANSWERS[i].type, span_str(ANSWERS[i].body));
        if (a.what != ANSWERS[i].want || a.size != ANSWERS[i].size)
            must_be(OK, INVALID, scope_print(s, "%s: %s, %llu", ANSWERS[i].name, answer_word(a.what), (unsigned long long)a.size));
        assert_int_equal(a.lines.n, a.what == ANSWER_SIGNED ? strlen(ANSWERS[i].body) : 0);
    }
}

/* ---- cosignatures ---- */

struct signers {
    struct note_key mine, other, namesake;
    struct span good, older, others, of_other_text, namesakes, false_one;
};

static struct span line_of(struct scope *s, const struct note_key *key, const struct secret *secret, const char *text, int64_t at_s)
{
    struct span line;
    assert_int_equal(note_sign(s, key, secret, span_str(text), at_s, &line), OK);
    return line;
}

static struct signers signers_new(struct scope *s)
{
    struct signers g;
    struct secret *mine, *other, *namesake;
    uint8_t public_key[SIGN_PUBLIC_LEN];

    assert_int_equal(sign_keypair(s, &mine, public_key), OK);
    assert_int_equal(note_key_make(s, "w.example", NOTE_COSIGNATURE, public_key, &g.mine), OK);
    assert_int_equal(sign_keypair(s, &other, public_key), OK);
    assert_int_equal(note_key_make(s, "v.example", NOTE_COSIGNATURE, public_key, &g.other), OK);
    assert_int_equal(sign_keypair(s, &namesake, public_key), OK);
    assert_int_equal(note_key_make(s, "w.example", NOTE_COSIGNATURE, public_key, &g.namesake), OK);
    g.good = line_of(s, &g.mine, mine, HEAD, 1000);
    g.older = line_of(s, &g.mine, mine, HEAD, 900);
    g.others = line_of(s, &g.other, other, HEAD, 1000);
    g.of_other_text = line_of(s, &g.mine, mine, HEAD "more\n", 1000);
    g.namesakes = line_of(s, &g.namesake, namesake, HEAD, 1000);
    char *bad = (char *)scope_alloc(s, g.good.n + 1);
    memcpy(bad, g.good.p, g.good.n);
    bad[g.good.n - 20] = bad[g.good.n - 20] == 'A' ? 'B' : 'A';
    g.false_one = span_of(bad, g.good.n);
    secret_free(mine);
    secret_free(other);
    secret_free(namesake);
    return g;
}

static struct span together(struct scope *s, struct span a, struct span b)
{
    return span_str(scope_print(s, "%.*s%.*s", (int)a.n, (const char *)a.p, (int)b.n, (const char *)b.p));
}

static void a_cosignature_is_of_that_key_and_that_text(void **state)
{
    AUTO(scope) s = test_scope();
    struct signers g = signers_new(s);
    const struct {
        const char *name;
        struct span lines;
        enum status want;
    } CASES[] = {
        {"alone", g.good, OK},
        {"after another's", together(s, g.others, g.good), OK},
        {"before another's", together(s, g.good, g.others), OK},
        {"beside a namesake's", together(s, g.namesakes, g.good), OK},
        {"two of it", together(s, g.good, g.older), OK},
        {"another's", g.others, NOT_FOUND},
        {"a namesake's", g.namesakes, NOT_FOUND},
        {"of another text", g.of_other_text, CORRUPT},
        {"of another text, behind an empty line", together(s, SPAN_LIT("more\n\n"), g.of_other_text), CORRUPT},
        {"true, and behind an empty line false", together(s, together(s, g.good, SPAN_LIT("\n")), g.good), CORRUPT},
        {"false", g.false_one, CORRUPT},
        {"true and false", together(s, g.good, g.false_one), CORRUPT},
        {"cut short", span_of(g.good.p, g.good.n - 1), CORRUPT},
        {"no lines", SPAN_LIT("hello\n"), CORRUPT},
        {"bytes", span_of("\xe2\x80\x94 \0\n", 6), CORRUPT},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct span line = {0};
        must_be(cosignature_take(s, SPAN_LIT(HEAD), CASES[i].lines, &g.mine, &line), CASES[i].want, CASES[i].name);
        if (CASES[i].want == OK)
            assert_true(span_eq(line, g.good));
    }
}

/* ---- what next ---- */

enum { NOW = 1000 * US_PER_S };

static const struct {
    const char *name;
    struct standing was;
    struct answer a;
    uint64_t from, size;
    bool is_old; /* the head asked for is another by now */
    uint64_t next;      /* size to prove from, for a head of 100 */
    bool has_signed, is_ahead, is_due;
    unsigned failures;
} TURNS[] = {
    {"signed", {.size = 40}, {.what = ANSWER_SIGNED}, 40, 100, false, 100, true, false, false, 0},
    {"signed after failures", {.size = 40, .failures = 3, .due_us = 1}, {.what = ANSWER_SIGNED}, 40, 100, false, 100, true, false, false, 0},
    {"signed the head before", {.size = 40}, {.what = ANSWER_SIGNED}, 40, 90, true, 90, false, false, true, 0},
    {"it has less", {.size = 40}, {.what = ANSWER_SIZE, .size = 30}, 40, 100, false, 30, false, false, true, 0},
    {"it has more", {.size = 40}, {.what = ANSWER_SIZE, .size = 60}, 40, 100, false, 60, false, false, true, 0},
    {"it has nothing", {.size = 40}, {.what = ANSWER_SIZE, .size = 0}, 40, 100, false, 0, false, false, true, 0},
    {"it has this very size", {.size = 40}, {.what = ANSWER_SIZE, .size = 100}, 40, 100, false, 100, false, false, true, 0},
    {"it is ahead", {.size = 40}, {.what = ANSWER_SIZE, .size = 101}, 40, 100, false, 0, false, true, false, 1},
    {"ahead of the head before", {.size = 40}, {.what = ANSWER_SIZE, .size = 95}, 40, 90, true, 95, false, false, true, 0},
    {"it says what was said", {.size = 40}, {.what = ANSWER_SIZE, .size = 40}, 40, 100, false, 40, false, false, false, 1},
    {"once more", {.size = 40, .tries = TRIES_MOST - 2}, {.what = ANSWER_SIZE, .size = 41}, 40, 100, false, 41, false, false, true, 0},
    {"too often another", {.size = 40, .tries = TRIES_MOST - 1}, {.what = ANSWER_SIZE, .size = 41}, 40, 100, false, 41, false, false, false, 1},
    {"another tree", {.size = 40}, {.what = ANSWER_FORK}, 40, 100, false, 40, false, false, false, 1},
    {"false", {.size = 40}, {.what = ANSWER_FALSE}, 40, 100, false, 40, false, false, false, 1},
    {"a stranger", {.size = 40}, {.what = ANSWER_STRANGER}, 40, 100, false, 40, false, false, false, 1},
    {"none", {.size = 40, .failures = 4}, {.what = ANSWER_NONE}, 40, 100, false, 40, false, false, false, 5},
    {"none for the head before", {.size = 40}, {.what = ANSWER_NONE}, 40, 90, true, 40, false, false, false, 1},
};

static void an_answer_says_what_is_asked_next(void **state)
{
    AUTO(scope) s = test_scope();
    (void)state;
    for (size_t i = 0; i < COUNT(TURNS); i++) {
        struct standing w = TURNS[i].was;
        w.is_asked = true;
        assert_false(standing_is_due(&w, NOW));
        standing_take(&w, &TURNS[i].a, TURNS[i].from, TURNS[i].size, !TURNS[i].is_old, NOW);
        if (standing_from(&w, 100) != TURNS[i].next || w.has_signed != TURNS[i].has_signed || w.is_ahead != TURNS[i].is_ahead ||
            standing_is_due(&w, NOW) != TURNS[i].is_due || w.failures != TURNS[i].failures || w.is_asked)
            must_be(OK, INVALID, scope_print(s, "%s: from %llu, signed %d, ahead %d, due %d, failures %u", TURNS[i].name,
                                             (unsigned long long)standing_from(&w, 100), w.has_signed, w.is_ahead,
                                             standing_is_due(&w, NOW), w.failures));
        if (w.failures)
            assert_true(standing_is_due(&w, NOW + backoff_s(w.failures) * (int64_t)US_PER_S) &&
                        !standing_is_due(&w, NOW + backoff_s(w.failures) * (int64_t)US_PER_S - 1));
    }
}

static void another_head_is_asked_for_anew(void **state)
{
    struct standing w = {.size = 5, .tries = 2, .has_signed = true}, failing = {.due_us = NOW, .failures = 2},
                    ahead = {.size = 200, .due_us = NOW, .failures = 1, .is_ahead = true};
    (void)state;
    standing_anew(&w);
    assert_true(standing_is_due(&w, 0) && w.tries == 0 && w.size == 5);
    standing_anew(&failing);
    assert_false(standing_is_due(&failing, NOW - 1)); /* a new head is no reason to hurry one that does not answer */
    standing_anew(&ahead);
    assert_true(standing_is_due(&ahead, 0) && !ahead.is_ahead);
    assert_int_equal(standing_from(&ahead, 199), 0);
    assert_int_equal(standing_from(&ahead, 200), 200);
}

static void pauses_grow_to_a_minute(void **state)
{
    static const int WANT[] = {1, 1, 2, 4, 8, 16, 32, 60, 60};
    (void)state;
    for (unsigned i = 0; i < COUNT(WANT); i++)
        assert_int_equal(backoff_s(i), WANT[i]);
    assert_int_equal(backoff_s(UINT32_MAX), BACKOFF_MOST_S);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_read_by_their_form),
        cmocka_unit_test(a_cosignature_is_of_that_key_and_that_text),
        cmocka_unit_test(an_answer_says_what_is_asked_next),
        cmocka_unit_test(another_head_is_asked_for_anew),
        cmocka_unit_test(pauses_grow_to_a_minute),
    };
    if (seal_init() != OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
