#ifndef KM_TEST_SIGNER_TREE_H
#define KM_TEST_SIGNER_TREE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/tree.h"

/* last: its macro fail() would take the place of ours */
#include <cmocka.h>

/* Logs made of the numbers of their leaves; those of another salt are another log from their `fork`-th leaf on. */

struct grove {
    uint64_t fork; /* leaves from here on have this salt */
    uint8_t salt;
    const uint8_t *trunk; /* salts of the leaves before it; NULL = all 0 */
};

static inline enum status grove_read(void *own, unsigned level, uint64_t index, struct tree_hash *ret_hash)
{
    const struct grove *g = own;
    struct tree_hash left, right;

    if (level == 0) {
        char text[40];
        snprintf(text, sizeof text, "leaf %llu %u", (unsigned long long)index, index >= g->fork ? g->salt : g->trunk ? g->trunk[index] : 0u);
        tree_leaf(span_str(text), ret_hash);
        return OK;
    }
    enum status st = grove_read(own, level - 1, 2 * index, &left);
    if (st == OK)
        st = grove_read(own, level - 1, 2 * index + 1, &right);
    if (st == OK)
        tree_node(&left, &right, ret_hash);
    return st;
}

static inline void grove_root(struct scope *s, struct grove *g, uint64_t size, struct tree_hash *ret_root)
{
    assert_int_equal(tree_root(s, grove_read, g, size, ret_root), OK);
}

static inline void grove_proof(struct scope *s, struct grove *g, uint64_t old, uint64_t size, struct tree_proof *ret_p)
{
    *ret_p = (struct tree_proof){.n = 0};
    if (old <= size)
        assert_int_equal(consistency_proof(s, grove_read, g, old, size, ret_p), OK);
}

#endif
