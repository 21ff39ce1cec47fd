#ifndef KM_TEST_LEDGER_HELP_H
#define KM_TEST_LEDGER_HELP_H

#include "seal_help.h"

#include "ledger/tree.h"

enum { TREES = 70 }; /* the trees that are gone through one by one have up to so many leaves */

/* ---- the definitions of RFC 6962 §2.1, word for word ---- */

static inline struct tree_hash leaf_at(size_t i)
{
    uint8_t data[2] = {(uint8_t)(i >> 8), (uint8_t)i};
    struct tree_hash h;
    tree_leaf(span_of(data, sizeof data), &h);
    return h;
}

static inline size_t half(size_t n)
{
    size_t k = 1;
    while (2 * k < n)
        k *= 2;
    return k;
}

static inline struct tree_hash mth(const struct tree_hash *d, size_t n)
{
    struct tree_hash left, right;
    if (n == 0)
        return (struct tree_hash){{0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
                                   0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55}};
    if (n == 1)
        return d[0];
    left = mth(d, half(n));
    right = mth(d + half(n), n - half(n));
    tree_node(&left, &right, &left);
    return left;
}

static inline void path(size_t m, const struct tree_hash *d, size_t n, struct tree_proof *p)
{
    size_t k = half(n);
    if (n == 1)
        return;
    path(m < k ? m : m - k, m < k ? d : d + k, m < k ? k : n - k, p);
    p->hash[p->n++] = m < k ? mth(d + k, n - k) : mth(d, k);
}

static inline void subproof(size_t m, const struct tree_hash *d, size_t n, bool b, struct tree_proof *p)
{
    size_t k = half(n);
    if (m == n) {
        if (!b)
            p->hash[p->n++] = mth(d, n);
    } else if (m <= k) {
        subproof(m, d, k, b, p);
        p->hash[p->n++] = mth(d + k, n - k);
    } else {
        subproof(m - k, d + k, n - k, false, p);
        p->hash[p->n++] = mth(d, k);
    }
}

/* ---- a tree to read from ---- */

struct forest {
    struct tree_hash leaf[TREES];
    size_t size; /* as far as may be read */
    size_t reads, fails_at;
};

static inline struct forest forest_of(size_t size)
{
    struct forest f = {.size = size, .fails_at = SIZE_MAX};
    for (size_t i = 0; i < TREES; i++)
        f.leaf[i] = leaf_at(i);
    return f;
}

static inline enum status forest_read(void *own, unsigned level, uint64_t index, struct tree_hash *ret_hash)
{
    struct forest *f = own;
    size_t n = (size_t)1 << level;
    if (f->reads++ == f->fails_at)
        return UNAVAILABLE;
    assert_true(level < TREE_LEVELS && (index + 1) * n <= f->size); /* only what is complete is asked for */
    *ret_hash = mth(f->leaf + index * n, n);
    return OK;
}

static inline void assert_hash(struct tree_hash have, struct tree_hash want)
{
    assert_memory_equal(have.b, want.b, TREE_HASH_LEN);
}

static inline void assert_proof(const struct tree_proof *have, const struct tree_proof *want)
{
    assert_int_equal(have->n, want->n);
    assert_memory_equal(have->hash, want->hash, want->n * TREE_HASH_LEN);
}

#endif
