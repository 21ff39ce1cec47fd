/* The same leaves always have the same root, whoever computes it: by appending, from stored hashes, or from a proof; and a proof is
 * believed only when every one of its hashes was needed and it ends in the root that was given. */
#include "ledger/tree.h"

#include <string.h>

#include "seal/digest.h"

_Static_assert((int)TREE_HASH_LEN == (int)DIGEST32_LEN, "SHA-256");

void tree_leaf(struct span data, struct tree_hash *ret_hash)
{
    static const uint8_t LEAF = 0x00;

    sha256_of_parts((struct span[]){span_of(&LEAF, 1), data}, 2, ret_hash->b);
}

void tree_node(const struct tree_hash *left, const struct tree_hash *right, struct tree_hash *ret_hash)
{
    uint8_t both[1 + 2 * TREE_HASH_LEN] = {0x01};

    memcpy(both + 1, left->b, TREE_HASH_LEN);
    memcpy(both + 1 + TREE_HASH_LEN, right->b, TREE_HASH_LEN);
    sha256_of(span_of(both, sizeof both), ret_hash->b);
}

static bool hash_eq(const struct tree_hash *a, const struct tree_hash *b)
{
    return memcmp(a->b, b->b, TREE_HASH_LEN) == 0;
}

static bool is_size(uint64_t n)
{
    return n <= (uint64_t)INT64_MAX;
}

/* ---- appending ---- */

enum status frontier_check(struct scope *s, const struct frontier *f)
{
    if (!is_size(f->size) || f->n != (size_t)__builtin_popcountll(f->size))
        return fail(s, CORRUPT, "木の縁のハッシュが%zu個あり、葉の数と合いません", "%zu hashes of a frontier do not fit its size", f->n);
    return OK;
}

static enum status keep_one(tree_keep *keep, void *own, unsigned level, uint64_t index, const struct tree_hash *hash)
{
    return keep ? keep(own, level, index, hash) : OK;
}

enum status frontier_append(struct scope *s, struct frontier *f, const struct tree_hash *leaf, tree_keep *keep, void *own)
{
    struct tree_hash h = *leaf;
    unsigned level = 0;

    TRY(frontier_check(s, f));
    if (!is_size(f->size + 1))
        return fail(s, TOO_LARGE, "木がいっぱいです", "the tree is full");
    TRY(keep_one(keep, own, 0, f->size, &h));
    size_t n = f->n;
    for (; f->size >> level & 1; level++) {
        tree_node(&f->hash[--n], &h, &h);
        TRY(keep_one(keep, own, level + 1, f->size >> (level + 1), &h));
    }
    f->hash[n] = h;
    f->n = n + 1;
    f->size++;
    return OK;
}

void frontier_root(const struct frontier *f, struct tree_hash *ret_root)
{
    if (f->n == 0) {
        sha256_of(span_of("", 0), ret_root->b);
        return;
    }
    struct tree_hash h = f->hash[f->n - 1];
    for (size_t i = f->n - 1; i-- > 0;)
        tree_node(&f->hash[i], &h, &h);
    *ret_root = h;
}

/* ---- proving ---- */

/* Leaves [begin, begin + n); begin is a multiple of every power of two up to the greatest within n, as in all that follows. */
struct range {
    uint64_t begin, n;
};

static uint64_t split_of(uint64_t n)
{
    return UINT64_C(1) << (63 - __builtin_clzll(n - 1)); /* the greatest power of two below n, n > 1 */
}

/* The root of a range: its complete subtrees, the largest first, are a frontier. */
static enum status range_root(tree_read *read, void *own, struct range r, struct tree_hash *ret_root)
{
    struct frontier f = {.size = r.n};
    uint64_t at = r.begin;

    for (unsigned level = TREE_LEVELS; level-- > 0;) {
        if (!(r.n >> level & 1))
            continue;
        TRY(read(own, level, at >> level, &f.hash[f.n++]));
        at += UINT64_C(1) << level;
    }
    frontier_root(&f, ret_root);
    return OK;
}

enum status tree_root(struct scope *s, tree_read *read, void *own, uint64_t size, struct tree_hash *ret_root)
{
    if (!is_size(size))
        return fail(s, INVALID, "木が大きすぎます", "too many leaves for a tree");
    return range_root(read, own, (struct range){0, size}, ret_root);
}

/* The halves that are left aside on the way down from the whole tree; a proof has their roots, the lowest first. */
struct aside {
    size_t n;
    struct range v[PROOF_MOST];
};

/* One step towards leaf `at`: the half it is not in is put aside, the other returned. */
static struct range step_down(struct aside *a, struct range r, uint64_t at)
{
    uint64_t k = split_of(r.n);
    struct range left = {r.begin, k}, right = {r.begin + k, r.n - k};
    bool is_left = at < right.begin;

    a->v[a->n++] = is_left ? right : left;
    return is_left ? left : right;
}

static enum status prove(tree_read *read, void *own, const struct aside *a, struct tree_proof *ret_p)
{
    struct tree_proof p = {0};

    for (size_t i = a->n; i-- > 0;)
        TRY(range_root(read, own, a->v[i], &p.hash[p.n++]));
    *ret_p = p;
    return OK;
}

enum status inclusion_proof(struct scope *s, tree_read *read, void *own, uint64_t index, uint64_t size, struct tree_proof *ret_p)
{
    struct aside a = {0};
    struct range r = {0, size};

    if (!is_size(size) || index >= size)
        return fail(s, INVALID, "その番号の葉はこの木にありません", "the tree has no leaf of that index");
    while (r.n > 1)
        r = step_down(&a, r, index);
    return prove(read, own, &a, ret_p);
}

enum status consistency_proof(struct scope *s, tree_read *read, void *own, uint64_t old, uint64_t size, struct tree_proof *ret_p)
{
    struct aside a = {0};
    struct range r = {0, size};

    if (!is_size(size) || old > size)
        return fail(s, INVALID, "前の木のほうが大きくなっています", "the old tree is larger than the new one");
    if (old > 0) {
        while (r.begin + r.n > old)
            r = step_down(&a, r, old - 1);
        if (r.begin > 0) /* else it is the old tree, whose root the reader has */
            a.v[a.n++] = r;
    }
    return prove(read, own, &a, ret_p);
}

/* ---- checking ---- */

/* Where a check stands: the node's index on its level, and the last index there. At the root, after at most TREE_LEVELS steps, nothing
 * more may come, whatever number of hashes a proof says it has. */
struct climb {
    uint64_t fn, sn;
};

static bool is_right(const struct climb *c)
{
    return (c->fn & 1) || c->fn == c->sn;
}

static void up(struct climb *c)
{
    c->fn >>= 1;
    c->sn >>= 1;
}

/* Past the levels where a last node without a sibling only moves up. */
static void up_alone(struct climb *c)
{
    while (!(c->fn & 1) && c->fn != 0)
        up(c);
}

static enum status untrue(struct scope *s)
{
    return fail(s, CORRUPT, "証明が木の根と一致しません", "the proof does not lead to the root of the tree");
}

enum status inclusion_check(struct scope *s, const struct tree_hash *leaf, uint64_t index, uint64_t size,
                            const struct tree_proof *p, const struct tree_hash *root)
{
    struct climb c = {index, size - 1};
    struct tree_hash h = *leaf;

    if (!is_size(size) || index >= size)
        return fail(s, INVALID, "その番号の葉はこの木にありません", "the tree has no leaf of that index");
    for (size_t i = 0; i < p->n; i++) {
        if (c.sn == 0)
            return untrue(s);
        if (is_right(&c)) {
            tree_node(&p->hash[i], &h, &h);
            up_alone(&c);
        } else {
            tree_node(&h, &p->hash[i], &h);
        }
        up(&c);
    }
    return c.sn == 0 && hash_eq(&h, root) ? OK : untrue(s);
}

/* 0 < old < size */
static bool leads_on(uint64_t old, const struct tree_hash *old_root, uint64_t size, const struct tree_hash *root,
                     const struct tree_proof *p)
{
    struct climb c = {old - 1, size - 1};
    bool is_whole = (old & (old - 1)) == 0; /* the old tree is a node of the new one */
    size_t i = is_whole ? 0 : 1;

    if (p->n < i)
        return false;
    struct tree_hash fr = is_whole ? *old_root : p->hash[0], sr = fr;
    while (c.fn & 1)
        up(&c);
    for (; i < p->n; i++) {
        if (c.sn == 0)
            return false;
        if (is_right(&c)) {
            tree_node(&p->hash[i], &fr, &fr);
            tree_node(&p->hash[i], &sr, &sr);
            up_alone(&c);
        } else {
            tree_node(&sr, &p->hash[i], &sr);
        }
        up(&c);
    }
    return c.sn == 0 && hash_eq(&fr, old_root) && hash_eq(&sr, root);
}

enum status consistency_check(struct scope *s, uint64_t old, const struct tree_hash *old_root, uint64_t size,
                              const struct tree_hash *root, const struct tree_proof *p)
{
    struct tree_hash empty;

    if (!is_size(size) || old > size)
        return fail(s, INVALID, "前の木のほうが大きくなっています", "the old tree is larger than the new one");
    sha256_of(span_of("", 0), empty.b);
    if (old == 0 && !hash_eq(old_root, &empty))
        return untrue(s);
    if (old == size)
        return p->n == 0 && hash_eq(old_root, root) ? OK : untrue(s);
    if (old == 0)
        return p->n == 0 ? OK : untrue(s);
    return leads_on(old, old_root, size, root, p) ? OK : untrue(s);
}
