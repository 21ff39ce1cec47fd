/* There is one file for one proof: what is read is written again byte by byte, and no other text is read. */
#include "ledger_notes.h"

#include "ledger/log_proof.h"

#define FILE_HEAD "c2sp.org/tlog-proof@v1\n"
#define HASH_A "gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=\n"
#define HASH_B "B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=\n"
#define NOTE HEAD "\n" LOG_LINE

static void a_proof_reads_and_writes(void **state)
{
    static const struct {
        const char *text, *extra;
        uint64_t index;
        size_t n;
    } CASES[] = {
        {FILE_HEAD "extra Zm9vYg==\nindex 73894\n" HASH_A HASH_B "\n" NOTE, "foob", 73894, 2},
        {FILE_HEAD "index 73894\n" HASH_A HASH_B "\n" NOTE, "", 73894, 2},
        {FILE_HEAD "index 0\n\n" NOTE, "", 0, 0},
        {FILE_HEAD "index 9223372036854775806\n" HASH_A "\n" NOTE, "", INT64_MAX - 1, 1},
    };
    AUTO(scope) s = test_scope();
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct log_proof p;
        struct span text;
        assert_int_equal(log_proof_read(s, span_str(CASES[i].text), &p), OK);
        assert_true(span_is(p.extra, CASES[i].extra));
        assert_true(p.index == CASES[i].index);
        assert_int_equal(p.path.n, CASES[i].n);
        assert_true(p.path.n < 1 || (p.path.hash[0].b[0] == 0x81 && p.path.hash[0].b[31] == 0x54));
        assert_true(p.path.n < 2 || (p.path.hash[1].b[0] == 0x07 && p.path.hash[1].b[31] == 0x60));
        assert_true(span_is(p.checkpoint, NOTE));
        assert_int_equal(log_proof_write(s, &p, &text), OK);
        assert_true(span_is(text, CASES[i].text));
    }
}

static const struct {
    const char *name, *text;
} WRONG[] = {
    {"nothing", ""},
    {"another version", "c2sp.org/tlog-proof@v2\nindex 1\n\n" NOTE},
    {"no head", "index 1\n\n" NOTE},
    {"a blank before", " " FILE_HEAD "index 1\n\n" NOTE},
    {"no index", FILE_HEAD HASH_A "\n" NOTE},
    {"an empty extra", FILE_HEAD "extra \nindex 1\n\n" NOTE},
    {"extra that is no base 64", FILE_HEAD "extra Zm9vYg=\nindex 1\n\n" NOTE},
    {"extra twice", FILE_HEAD "extra Zm9v\nextra Zm9v\nindex 1\n\n" NOTE},
    {"extra after the index", FILE_HEAD "index 1\nextra Zm9v\n\n" NOTE},
    {"index with a nought before", FILE_HEAD "index 01\n\n" NOTE},
    {"negative index", FILE_HEAD "index -1\n\n" NOTE},
    {"index of no tree", FILE_HEAD "index 9223372036854775807\n\n" NOTE},
    {"a blank more", FILE_HEAD "index  1\n\n" NOTE},
    {"index without number", FILE_HEAD "index \n\n" NOTE},
    {"a short hash", FILE_HEAD "index 1\ngSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPg==\n\n" NOTE},
    {"hash with bits beyond", FILE_HEAD "index 1\ngSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlR=\n\n" NOTE},
    {"no empty line", FILE_HEAD "index 1\n" HASH_A NOTE},
    {"no checkpoint", FILE_HEAD "index 1\n" HASH_A "\n"},
    {"cut in the path", FILE_HEAD "index 1\n" HASH_A},
    {"cut in a hash", FILE_HEAD "index 1\ngSKyXoYZ"},
    {"carriage returns", "c2sp.org/tlog-proof@v1\r\nindex 1\r\n\r\n" NOTE},
};

static void any_other_text_is_none(void **state)
{
    AUTO(scope) s = test_scope();
    struct log_proof p;
    (void)state;
    for (size_t i = 0; i < COUNT(WRONG); i++)
        must_be(log_proof_read(s, span_str(WRONG[i].text), &p), CORRUPT, WRONG[i].name);
}

/* As long as the path of a tree of 2^63 leaves, and longer. */
static void a_path_has_its_length(void **state)
{
    AUTO(scope) s = test_scope();
    struct log_proof p = {.index = 5, .checkpoint = SPAN_LIT(NOTE)}, back;
    struct span text, more;
    (void)state;
    p.path.n = TREE_LEVELS;
    for (size_t i = 0; i <= TREE_LEVELS; i++)
        memset(p.path.hash[i].b, (int)i + 1, TREE_HASH_LEN);
    assert_int_equal(log_proof_write(s, &p, &text), OK);
    assert_int_equal(log_proof_read(s, text, &back), OK);
    assert_int_equal(back.path.n, TREE_LEVELS);
    assert_memory_equal(back.path.hash, p.path.hash, TREE_LEVELS * sizeof *p.path.hash);
    p.path.n++;
    assert_int_equal(log_proof_write(s, &p, &more), INVALID);
    size_t head = sizeof FILE_HEAD "index 5\n" - 1;
    more = span_str(scope_print(s, "%.*s" HASH_A "%.*s", (int)head, (const char *)text.p, (int)(text.n - head), (const char *)text.p + head));
    assert_int_equal(log_proof_read(s, more, &back), CORRUPT);
}

static void what_cannot_be_read_is_not_written(void **state)
{
    AUTO(scope) s = test_scope();
    AUTO(scope) small = scope_new(128, entropy_system());
    struct log_proof p = {.index = INT64_MAX, .checkpoint = SPAN_LIT(NOTE)};
    struct span text;
    (void)state;
    assert_int_equal(log_proof_write(s, &p, &text), INVALID);
    p.index = 0;
    assert_int_equal(log_proof_write(small, &p, &text), TOO_LARGE);
    p.checkpoint.n = 0;
    assert_int_equal(log_proof_write(s, &p, &text), INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_proof_reads_and_writes),
        cmocka_unit_test(any_other_text_is_none),
        cmocka_unit_test(a_path_has_its_length),
        cmocka_unit_test(what_cannot_be_read_is_not_written),
    };
    if (seal_init() != OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
