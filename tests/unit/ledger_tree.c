/* The tree is the one of RFC 6962: the vectors everybody uses, and a recursive copy of the RFC's own definitions, agree with what grows
 * leaf by leaf. */
#include "ledger_help.h"

/* ---- the vectors: transparency-dev/merkle, testonly; certificate-transparency before it ---- */

static const char *const LEAVES[] = {"",     "00",       "10",               "2021",
                                     "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
static const char *const ROOTS[] = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};
#define HASH_1 "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
#define HASH_2_3 "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
#define HASH_4 "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
#define HASH_4_5 "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
#define HASH_4_7 "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
#define HASH_6 "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f"
#define HASH_6_7 "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"

static const struct {
    bool is_inclusion;
    size_t from, size;
    const char *hash[3];
} PROOFS[] = {
    {true, 0, 1, {0}},
    {true, 0, 8, {HASH_1, HASH_2_3, HASH_4_7}},
    {true, 5, 8, {HASH_4, HASH_6_7, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
    {true, 2, 3, {"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"}},
    {true, 1, 5, {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", HASH_2_3, HASH_4}},
    {false, 1, 1, {0}},
    {false, 1, 8, {HASH_1, HASH_2_3, HASH_4_7}},
    {false, 6, 8, {HASH_4_5, HASH_6_7, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
    {false, 6, 7, {HASH_4_5, HASH_6, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
    {false, 2, 5, {HASH_2_3, HASH_4}},
};

static struct tree_hash hash_of(struct scope *s, const char *hex)
{
    struct tree_hash h;
    memcpy(h.b, unhex(s, hex).p, TREE_HASH_LEN);
    return h;
}

static void the_vectors_everybody_uses(void **state)
{
    AUTO(scope) s = test_scope();
    struct forest f = {.fails_at = SIZE_MAX};
    struct frontier grown = {0};
    struct tree_hash root;
    (void)state;
    for (size_t i = 0; i <= COUNT(LEAVES); i++) {
        frontier_root(&grown, &root);
        assert_hash(root, hash_of(s, ROOTS[i]));
        if (i == COUNT(LEAVES))
            break;
        tree_leaf(unhex(s, LEAVES[i]), &f.leaf[i]);
        assert_int_equal(frontier_append(s, &grown, &f.leaf[i], NULL, NULL), OK);
    }
    for (size_t i = 0; i < COUNT(PROOFS); i++) {
        struct tree_proof want = {0}, have;
        struct tree_hash old = hash_of(s, ROOTS[PROOFS[i].from]), new = hash_of(s, ROOTS[PROOFS[i].size]);
        while (want.n < 3 && PROOFS[i].hash[want.n]) {
            want.hash[want.n] = hash_of(s, PROOFS[i].hash[want.n]);
            want.n++;
        }
        f.size = PROOFS[i].size;
        if (PROOFS[i].is_inclusion) {
            assert_int_equal(inclusion_proof(s, forest_read, &f, PROOFS[i].from, f.size, &have), OK);
            assert_int_equal(inclusion_check(s, &f.leaf[PROOFS[i].from], PROOFS[i].from, f.size, &want, &new), OK);
        } else {
            assert_int_equal(consistency_proof(s, forest_read, &f, PROOFS[i].from, f.size, &have), OK);
            assert_int_equal(consistency_check(s, PROOFS[i].from, &old, f.size, &new, &want), OK);
        }
        assert_proof(&have, &want);
    }
}

/* ---- every small tree ---- */

struct kept {
    const struct forest *f;
    size_t seen[8][TREES];
    size_t n, fails_at;
};

static enum status keep_checked(void *own, unsigned level, uint64_t index, const struct tree_hash *hash)
{
    struct kept *k = own;
    if (k->n++ == k->fails_at)
        return CONFLICT;
    assert_true(level < 8 && (index + 1) << level <= TREES);
    assert_hash(*hash, mth(k->f->leaf + (index << level), (size_t)1 << level));
    k->seen[level][index]++;
    return OK;
}

static void a_frontier_grows_to_the_root_and_hands_on_every_hash_once(void **state)
{
    AUTO(scope) s = test_scope();
    struct forest f = forest_of(TREES);
    struct kept kept = {.f = &f, .fails_at = SIZE_MAX};
    struct frontier grown = {0};
    (void)state;
    for (size_t n = 0; n < TREES; n++) {
        struct tree_hash root, read;
        f.size = n;
        frontier_root(&grown, &root);
        assert_hash(root, mth(f.leaf, n));
        assert_int_equal(tree_root(s, forest_read, &f, n, &read), OK);
        assert_hash(read, root);
        assert_int_equal(frontier_append(s, &grown, &f.leaf[n], keep_checked, &kept), OK);
        assert_int_equal(grown.size, n + 1);
        assert_int_equal(frontier_check(s, &grown), OK);
        for (unsigned level = 0; level < 8; level++)
            for (size_t i = 0; i < TREES; i++)
                assert_int_equal(kept.seen[level][i], (i + 1) << level <= n + 1);
    }
}

static void a_frontier_stays_as_it_was_when_a_hash_is_not_kept(void **state)
{
    AUTO(scope) s = test_scope();
    struct forest f = forest_of(TREES);
    struct frontier grown = {0};
    (void)state;
    for (size_t n = 0; n < TREES; n++) {
        size_t handed = 1 + (size_t)__builtin_ctzll(n + 1);
        for (size_t at = 0; at < handed; at++) {
            struct kept kept = {.f = &f, .fails_at = at};
            struct frontier was = grown;
            assert_int_equal(frontier_append(s, &grown, &f.leaf[n], keep_checked, &kept), CONFLICT);
            assert_memory_equal(&grown, &was, sizeof was);
        }
        assert_int_equal(frontier_append(s, &grown, &f.leaf[n], NULL, NULL), OK);
    }
}

static void a_frontier_has_a_hash_for_every_bit(void **state)
{
    static const struct {
        uint64_t size;
        size_t n;
        enum status check, append;
    } CASES[] = {
        {0, 0, OK, OK},
        {0, 1, CORRUPT, CORRUPT},
        {1, 0, CORRUPT, CORRUPT},
        {6, 2, OK, OK},
        {6, 3, CORRUPT, CORRUPT},
        {INT64_MAX, 62, CORRUPT, CORRUPT},
        {INT64_MAX - 1, 62, OK, OK},
        {INT64_MAX, 63, OK, TOO_LARGE},
        {UINT64_C(1) << 63, 1, CORRUPT, CORRUPT},
        {UINT64_MAX, 64, CORRUPT, CORRUPT},
    };
    AUTO(scope) s = test_scope();
    struct tree_hash leaf = {{1}};
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct frontier f = {.size = CASES[i].size, .n = CASES[i].n}, was = f;
        assert_int_equal(frontier_check(s, &f), CASES[i].check);
        assert_int_equal(frontier_append(s, &f, &leaf, NULL, NULL), CASES[i].append);
        if (CASES[i].append != OK)
            assert_memory_equal(&f, &was, sizeof f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vectors_everybody_uses),
        cmocka_unit_test(a_frontier_grows_to_the_root_and_hands_on_every_hash_once),
        cmocka_unit_test(a_frontier_stays_as_it_was_when_a_hash_is_not_kept),
        cmocka_unit_test(a_frontier_has_a_hash_for_every_bit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
