/* Every proof of every tree of up to TREES leaves is the one that the RFC's definition gives; with anything changed in it, or for another
 * leaf or tree, it is refused. */
#include "ledger_help.h"

enum { FLIPPED_WHOLE = 12 }; /* up to so many leaves every bit is flipped, above that some */

/* What a proof claims; size and from are never changed, all else is. */
struct claim {
    bool is_inclusion;
    uint64_t from, size;
    struct tree_hash start, root; /* leaf or old root, new root */
    struct tree_proof p;
};

static enum status judge(struct scope *s, const struct claim *c)
{
    return c->is_inclusion ? inclusion_check(s, &c->start, c->from, c->size, &c->p, &c->root) :
                             consistency_check(s, c->from, &c->start, c->size, &c->root, &c->p);
}

static void refuse_flips(struct scope *s, struct claim *c, struct tree_hash *h, size_t salt)
{
    bool is_whole = c->size <= FLIPPED_WHOLE;
    for (size_t bit = is_whole ? 0 : (salt * 37 + c->from * 11 + c->size) % 256; bit < 256; bit += is_whole ? 1 : 97) {
        h->b[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_equal(judge(s, c), CORRUPT);
        h->b[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

/* Hash i left out; a hash more at i: a copy of its neighbour, and zeros; i and the next one swapped. */
static void refuse_reshaping(struct scope *s, const struct claim *c)
{
    for (size_t i = 0; i <= c->p.n; i++)
        for (int what = 0; what < 4; what++) {
            struct claim x = *c;
            struct tree_hash *at = &x.p.hash[i];
            if ((what == 0 || what == 3) && i + (what == 3) >= c->p.n)
                continue;
            if (what == 0) {
                memmove(at, at + 1, (x.p.n-- - i - 1) * sizeof *at);
            } else if (what == 3) {
                at[0] = c->p.hash[i + 1];
                at[1] = c->p.hash[i];
            } else {
                memmove(at + 1, at, (x.p.n++ - i) * sizeof *at);
                if (what == 2 || i == c->p.n)
                    *at = (struct tree_hash){{0}};
            }
            assert_int_equal(judge(s, &x), CORRUPT);
        }
}

/* One hash more above the root, and the root that it would lead to. */
static void refuse_a_storey_more(struct scope *s, const struct claim *c)
{
    struct claim x = *c;
    x.p.hash[x.p.n++] = (struct tree_hash){{3}};
    tree_node(&x.p.hash[c->p.n], &c->root, &x.root);
    assert_int_equal(judge(s, &x), CORRUPT);
    if (!c->is_inclusion)
        tree_node(&x.p.hash[c->p.n], &c->start, &x.start);
    assert_int_equal(judge(s, &x), CORRUPT);
}

static void refuse_all_but(struct scope *s, struct claim *c)
{
    assert_int_equal(judge(s, c), OK);
    for (size_t i = 0; i < c->p.n; i++)
        refuse_flips(s, c, &c->p.hash[i], i);
    refuse_flips(s, c, &c->start, 100);
    if (c->is_inclusion || c->from > 0 || c->size == 0) /* nothing goes before whatever comes */
        refuse_flips(s, c, &c->root, 101);
    refuse_reshaping(s, c);
    refuse_a_storey_more(s, c);
    assert_int_equal(judge(s, c), OK);
}

static void every_inclusion_is_proved_and_nothing_else(void **state)
{
    AUTO(scope) s = test_scope();
    (void)state;
    for (size_t n = 1; n <= TREES; n++) {
        struct forest f = forest_of(n);
        for (size_t m = 0; m < n; m++) {
            struct claim c = {.is_inclusion = true, .from = m, .size = n, .start = f.leaf[m], .root = mth(f.leaf, n)};
            struct tree_proof want = {0};
            assert_int_equal(inclusion_proof(s, forest_read, &f, m, n, &c.p), OK);
            path(m, f.leaf, n, &want);
            assert_proof(&c.p, &want);
            refuse_all_but(s, &c);
            for (c.from = 0; c.from < n; c.from++)
                assert_int_equal(judge(s, &c), c.from == m ? OK : CORRUPT);
        }
    }
}

static void every_consistency_is_proved_and_nothing_else(void **state)
{
    AUTO(scope) s = test_scope();
    (void)state;
    for (size_t n = 0; n <= TREES; n++) {
        struct forest f = forest_of(n);
        for (size_t m = 0; m <= n; m++) {
            struct claim c = {.from = m, .size = n, .start = mth(f.leaf, m), .root = mth(f.leaf, n)};
            struct tree_proof want = {0};
            assert_int_equal(consistency_proof(s, forest_read, &f, m, n, &c.p), OK);
            if (m > 0)
                subproof(m, f.leaf, n, true, &want);
            assert_proof(&c.p, &want);
            refuse_all_but(s, &c);
            for (c.from = 0; c.from <= n; c.from++)
                assert_int_equal(judge(s, &c), c.from == m ? OK : CORRUPT);
        }
    }
}

/* ---- what goes wrong on the way ---- */

static void a_hash_that_cannot_be_read_is_no_proof(void **state)
{
    AUTO(scope) s = test_scope();
    (void)state;
    for (size_t at = 0;; at++) {
        struct forest f = forest_of(TREES), g = f, h = f;
        struct tree_proof p = {.n = 77};
        struct tree_hash root = {{9}};
        f.fails_at = g.fails_at = h.fails_at = at;
        enum status a = inclusion_proof(s, forest_read, &f, 41, TREES - 1, &p);
        enum status b = consistency_proof(s, forest_read, &g, 41, TREES - 1, &p);
        enum status c = tree_root(s, forest_read, &h, TREES - 1, &root);
        if (a == OK && b == OK && c == OK) {
            assert_true(at > 5);
            return;
        }
        assert_true(a == OK || (a == UNAVAILABLE && f.reads == at + 1));
        assert_true(b == OK || (b == UNAVAILABLE && g.reads == at + 1));
        assert_true(c == OK || (c == UNAVAILABLE && h.reads == at + 1 && root.b[0] == 9));
        if (a != OK && b != OK)
            assert_int_equal(p.n, 77);
    }
}

static void outside_the_tree_nothing_is_proved(void **state)
{
    static const struct {
        uint64_t from, size;
        enum status inclusion, consistency;
    } CASES[] = {
        {0, 0, INVALID, OK},
        {1, 0, INVALID, INVALID},
        {3, 3, INVALID, OK},
        {4, 3, INVALID, INVALID},
        {UINT64_MAX, 3, INVALID, INVALID},
        {UINT64_MAX, UINT64_MAX, INVALID, INVALID},
        {0, UINT64_C(1) << 63, INVALID, INVALID},
        {5, UINT64_MAX, INVALID, INVALID},
    };
    AUTO(scope) s = test_scope();
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct forest f = forest_of(TREES);
        struct tree_hash root = mth(f.leaf, (size_t)(CASES[i].size < TREES ? CASES[i].size : 0));
        struct tree_proof p;
        assert_int_equal(inclusion_proof(s, forest_read, &f, CASES[i].from, CASES[i].size, &p), CASES[i].inclusion);
        assert_int_equal(consistency_proof(s, forest_read, &f, CASES[i].from, CASES[i].size, &p), CASES[i].consistency);
        p.n = 0;
        assert_int_equal(inclusion_check(s, &root, CASES[i].from, CASES[i].size, &p, &root), CASES[i].inclusion);
        assert_int_equal(consistency_check(s, CASES[i].from, &root, CASES[i].size, &root, &p), CASES[i].consistency);
    }
    struct tree_hash root;
    assert_int_equal(tree_root(s, forest_read, NULL, UINT64_C(1) << 63, &root), INVALID);
}

static void a_proof_that_says_it_is_longer_than_any_is_refused(void **state)
{
    static const size_t N[] = {PROOF_MOST, PROOF_MOST + 1, SIZE_MAX};
    AUTO(scope) s = test_scope();
    struct tree_hash h = {{1}};
    struct tree_proof p = {0};
    (void)state;
    for (size_t i = 0; i < COUNT(N); i++) {
        p.n = N[i];
        assert_int_equal(inclusion_check(s, &h, 7, INT64_MAX, &p, &h), CORRUPT);
        assert_int_equal(consistency_check(s, 7, &h, INT64_MAX, &h, &p), CORRUPT);
    }
}

/* A tree whose leaves are all the same: any part of it is known without being stored. */
static enum status even_read(void *own, unsigned level, uint64_t index, struct tree_hash *ret_hash)
{
    uint64_t *size = own;
    assert_true(level < TREE_LEVELS && index < *size >> level);
    *ret_hash = (struct tree_hash){{5}};
    while (level-- > 0)
        tree_node(ret_hash, ret_hash, ret_hash);
    return OK;
}

static void the_largest_trees_are_no_different(void **state)
{
    static const uint64_t SIZES[] = {INT64_MAX, INT64_MAX - 1, UINT64_C(1) << 62, (UINT64_C(1) << 62) + 1, UINT64_C(0x5555555555555555)};
    AUTO(scope) s = test_scope();
    (void)state;
    for (size_t i = 0; i < COUNT(SIZES); i++)
        for (uint64_t at = 0; at < 12; at++) {
            uint64_t size = SIZES[i], from = at < 6 ? (SIZES[i] - 1) >> (11 * at) : (at - 6) * 0x060f0a5c3e1 % SIZES[i];
            struct claim c = {.is_inclusion = true, .from = from, .size = size, .start = {{5}}};
            assert_int_equal(tree_root(s, even_read, &size, size, &c.root), OK);
            assert_int_equal(inclusion_proof(s, even_read, &size, from, size, &c.p), OK);
            refuse_all_but(s, &c);
            c = (struct claim){.from = from, .size = size, .root = c.root};
            assert_int_equal(tree_root(s, even_read, &size, from, &c.start), OK);
            assert_int_equal(consistency_proof(s, even_read, &size, from, size, &c.p), OK);
            assert_int_equal(judge(s, &c), OK);
            for (size_t k = 0; k < c.p.n; k++)
                refuse_flips(s, &c, &c.p.hash[k], k);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_inclusion_is_proved_and_nothing_else),
        cmocka_unit_test(every_consistency_is_proved_and_nothing_else),
        cmocka_unit_test(a_hash_that_cannot_be_read_is_no_proof),
        cmocka_unit_test(outside_the_tree_nothing_is_proved),
        cmocka_unit_test(a_proof_that_says_it_is_longer_than_any_is_refused),
        cmocka_unit_test(the_largest_trees_are_no_different),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
