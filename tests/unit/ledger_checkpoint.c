/* A head is written in one way and read in no other. */
#include "ledger_notes.h"

static void a_head_reads_and_writes(void **state)
{
    static const struct {
        const char *text, *origin;
        uint64_t size;
        uint8_t first, last; /* bytes of the root */
    } CASES[] = {
        {HEAD, ORIGIN, 20852163, 0x0a, 0x62},
        {"a\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", "a", 0, 0xe3, 0x55},
        {"相談/記録\n9223372036854775807\n/////////////////////////////////////////w8=\n", "相談/記録", INT64_MAX, 0xff, 0x0f},
    };
    AUTO(scope) s = test_scope();
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct checkpoint c;
        struct span text;
        assert_int_equal(checkpoint_read(s, span_str(CASES[i].text), &c), OK);
        assert_true(span_is(c.origin, CASES[i].origin));
        assert_true(c.size == CASES[i].size);
        assert_int_equal(c.root.b[0], CASES[i].first);
        assert_int_equal(c.root.b[TREE_HASH_LEN - 1], CASES[i].last);
        assert_int_equal(checkpoint_write(s, &c, &text), OK);
        assert_true(span_is(text, CASES[i].text));
    }
}

#define ROOT "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="

static const struct {
    const char *name, *text;
} WRONG[] = {
    {"nothing", ""},
    {"no origin", "\n1\n" ROOT "\n"},
    {"an origin of two words", "a b\n1\n" ROOT "\n"},
    {"an origin with a plus", "a+b\n1\n" ROOT "\n"},
    {"no size", "a\n\n" ROOT "\n"},
    {"a nought before", "a\n01\n" ROOT "\n"},
    {"noughts", "a\n00\n" ROOT "\n"},
    {"a sign", "a\n+1\n" ROOT "\n"},
    {"a minus", "a\n-1\n" ROOT "\n"},
    {"a blank", "a\n1 \n" ROOT "\n"},
    {"hexadecimal", "a\n1f\n" ROOT "\n"},
    {"a colon, the character after nine", "a\n1:\n" ROOT "\n"},
    {"2^63", "a\n9223372036854775808\n" ROOT "\n"},
    {"2^64 and a bit", "a\n18446744073709551617\n" ROOT "\n"},
    {"ten times 2^63", "a\n92233720368547758070\n" ROOT "\n"},
    {"very large", "a\n100000000000000000000000000000\n" ROOT "\n"},
    {"no root", "a\n1\n"},
    {"an empty root", "a\n1\n\n"},
    {"a short root", "a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxqw==\n"},
    {"a long root", "a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2Ji\n"},
    {"bits beyond the root", "a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n"},
    {"no newline at the end", "a\n1\n" ROOT},
    {"an extension line", HEAD "more\n"},
    {"an empty line", HEAD "\n"},
};

static void any_other_text_is_none(void **state)
{
    AUTO(scope) s = test_scope();
    struct checkpoint c;
    (void)state;
    for (size_t i = 0; i < COUNT(WRONG); i++)
        must_be(checkpoint_read(s, span_str(WRONG[i].text), &c), CORRUPT, WRONG[i].name);
    for (size_t i = 0; i < sizeof HEAD - 1; i++)
        assert_int_equal(checkpoint_read(s, span_of(HEAD, i), &c), CORRUPT);
}

static void a_head_that_cannot_be_read_is_not_written(void **state)
{
    static const char *const ORIGINS[] = {"", "a b", "a\nb", "a+b", "\xff"};
    AUTO(scope) s = test_scope();
    AUTO(scope) small = scope_new(64, entropy_system());
    struct checkpoint c = {.size = 1};
    char name[NOTE_NAME_MAX];
    struct span text;
    (void)state;
    for (size_t i = 0; i < COUNT(ORIGINS); i++) {
        c.origin = span_str(ORIGINS[i]);
        assert_int_equal(checkpoint_write(s, &c, &text), INVALID);
    }
    memset(name, 'n', sizeof name);
    c.origin = span_of(name, sizeof name);
    assert_int_equal(checkpoint_write(s, &c, &text), INVALID);
    c.origin.n--;
    assert_int_equal(checkpoint_write(s, &c, &text), OK);
    assert_int_equal(checkpoint_read(s, text, &c), OK);
    assert_int_equal(checkpoint_write(small, &c, &text), TOO_LARGE);
    c.size = (uint64_t)INT64_MAX + 1;
    assert_int_equal(checkpoint_write(s, &c, &text), INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_head_reads_and_writes),
        cmocka_unit_test(any_other_text_is_none),
        cmocka_unit_test(a_head_that_cannot_be_read_is_not_written),
    };
    if (seal_init() != OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
