/* What is sent to a witness is read in one form and no other, and never longer than may be sent. */
#include "ledger_notes.h"

#include "ledger/submission.h"

#define HASH "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n"
#define NOTE HEAD "\n" LOG_LINE
#define HASH_7 HASH HASH HASH HASH HASH HASH HASH
#define HASH_63 HASH_7 HASH_7 HASH_7 HASH_7 HASH_7 HASH_7 HASH_7 HASH_7 HASH_7

static const struct {
    const char *name, *body;
    enum status want;
    uint64_t old;
    size_t proof, signatures;
} CASES[] = {
    {"a first head", "old 0\n\n" NOTE, OK, 0, 0, 1},
    {"from another", "old 20852014\n" HASH HASH "\n" NOTE, OK, 20852014, 2, 1},
    {"old larger than the head", "old 9223372036854775807\n\n" NOTE, OK, INT64_MAX, 0, 1},
    {"as long a proof as there can be", "old 1\n" HASH_63 "\n" NOTE, OK, 1, 63, 1},
    {"signed by others, too", "old 1\n" HASH "\n" NOTE WITNESS_LINE PETER_LINE, OK, 1, 1, 3},
    {"a longer proof", "old 1\n" HASH_63 HASH "\n" NOTE, INVALID, 0, 0, 0},
    {"nothing", "", INVALID, 0, 0, 0},
    {"no old", HASH "\n" NOTE, INVALID, 0, 0, 0},
    {"no size", "old \n\n" NOTE, INVALID, 0, 0, 0},
    {"a nought before", "old 01\n\n" NOTE, INVALID, 0, 0, 0},
    {"a sign", "old +1\n\n" NOTE, INVALID, 0, 0, 0},
    {"below nothing", "old -1\n\n" NOTE, INVALID, 0, 0, 0},
    {"2^63", "old 9223372036854775808\n\n" NOTE, INVALID, 0, 0, 0},
    {"two blanks", "old  1\n\n" NOTE, INVALID, 0, 0, 0},
    {"a blank after", "old 1 \n\n" NOTE, INVALID, 0, 0, 0},
    {"in capitals", "OLD 1\n\n" NOTE, INVALID, 0, 0, 0},
    {"lines of a typewriter", "old 1\r\n\r\n" NOTE, INVALID, 0, 0, 0},
    {"no empty line", "old 1\n" NOTE, INVALID, 0, 0, 0},
    {"no empty line, and no more", "old 1\n" HASH, INVALID, 0, 0, 0},
    {"no note", "old 1\n" HASH "\n", INVALID, 0, 0, 0},
    {"no signature", "old 1\n" HASH "\n" HEAD "\n", INVALID, 0, 0, 0},
    {"a hash of another length", "old 1\nPlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpaw==\n\n" NOTE, INVALID, 0, 0, 0},
    {"a hash with a blank", "old 1\n PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n\n" NOTE, INVALID, 0, 0, 0},
    {"a head of words", "old 1\n\nx\ny\nz\n\n" LOG_LINE, INVALID, 0, 0, 0},
    {"something after it", "old 1\n\n" NOTE "x", INVALID, 0, 0, 0},
};

static void bodies_are_read_in_one_form(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        AUTO(scope) s = test_scope();
        struct submission m;
        struct span again;
        enum status st = submission_read(s, span_str(CASES[i].body), &m);
        must_be(st, CASES[i].want, CASES[i].name);
        if (st != OK) {
            assert_true(s->why.ja[0] && s->why.en[0]);
            continue;
        }
        assert_true(m.old == CASES[i].old && m.proof.n == CASES[i].proof && m.note.n == CASES[i].signatures);
        assert_true(span_is(m.note.text, HEAD) && span_is(m.head.origin, ORIGIN) && m.head.size == 20852163 && m.head.root.b[0] == 0x0a);
        const char *note = strstr(CASES[i].body, "\n\n") + 2;
        assert_int_equal(submission_write(s, m.old, &m.proof, span_str(note), &again), OK);
        assert_true(span_is(again, CASES[i].body));
    }
}

/* ---- heads of any log ---- */

#define ROOT "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"

static const struct {
    const char *name, *text, *origin;
    enum status want, strict; /* as checkpoint_read has it */
} HEADS[] = {
    {"one of ours", HEAD, ORIGIN, OK, OK},
    {"a name of two words", "a b\n1\n" ROOT, "a b", OK, CORRUPT},
    {"a name with a plus", "a+b\n1\n" ROOT, "a+b", OK, CORRUPT},
    {"a line more", "a\n1\n" ROOT "more\n", "a", OK, CORRUPT},
    {"three lines more", "a\n1\n" ROOT "more\n \n1\n", "a", OK, CORRUPT},
    {"no name", "\n1\n" ROOT, NULL, CORRUPT, CORRUPT},
    {"an empty line more", "a\n1\n" ROOT "\n", NULL, CORRUPT, CORRUPT},
    {"an empty line between", "a\n1\n" ROOT "more\n\nmore\n", NULL, CORRUPT, CORRUPT},
    {"a line that does not end", "a\n1\n" ROOT "more", NULL, CORRUPT, CORRUPT},
    {"no size", "a\n\n" ROOT, NULL, CORRUPT, CORRUPT},
    {"no root", "a\n1\n", NULL, CORRUPT, CORRUPT},
    {"nothing", "", NULL, CORRUPT, CORRUPT},
};

static void heads_of_other_logs_are_read(void **state)
{
    AUTO(scope) s = test_scope();

    (void)state;
    for (size_t i = 0; i < COUNT(HEADS); i++) {
        struct checkpoint c;
        must_be(checkpoint_read(s, span_str(HEADS[i].text), &c), HEADS[i].strict, HEADS[i].name);
        must_be(checkpoint_read_any(s, span_str(HEADS[i].text), &c), HEADS[i].want, HEADS[i].name);
        if (HEADS[i].want == OK)
            assert_true(span_is(c.origin, HEADS[i].origin) && c.root.b[0] == 0x0a);
    }
}

static void bounds_are_kept(void **state)
{
    static const size_t SIZES[] = {SUBMISSION_MAX - 1, SUBMISSION_MAX, SUBMISSION_MAX + 1};
    AUTO(scope) s = test_scope();
    struct tree_proof p = {.n = SUBMISSION_PROOF_MOST};
    struct submission m;
    struct span body;

    (void)state;
    for (size_t i = 0; i < COUNT(SIZES); i++) {
        char *text = scope_alloc(s, SIZES[i] + 1);
        assert_non_null(text);
        memset(text, 'x', SIZES[i]);
        memcpy(text, "old 0\n\n" HEAD, strlen("old 0\n\n" HEAD));
        text[SIZES[i] - strlen("\n\n" LOG_LINE)] = '\n'; /* one extension line up to here */
        memcpy(text + SIZES[i] - strlen("\n" LOG_LINE), "\n" LOG_LINE, strlen("\n" LOG_LINE));
        must_be(submission_read(s, span_of(text, SIZES[i]), &m), SIZES[i] > SUBMISSION_MAX ? TOO_LARGE : OK, "as long as may be");
    }
    must_be(submission_write(s, 1, &p, SPAN_LIT(NOTE), &body), OK, "the longest proof");
    p.n++;
    must_be(submission_write(s, 1, &p, SPAN_LIT(NOTE), &body), INVALID, "one hash more");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bodies_are_read_in_one_form),
        cmocka_unit_test(heads_of_other_logs_are_read),
        cmocka_unit_test(bounds_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
