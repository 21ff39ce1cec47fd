/* Every hash that a proof or a tile needs is in the database: leaves below, roots of every eighth level above; what lies between is
 * computed. The files can be lost and come back the same. */
#include "sequencer.h"

#include "q_sequencer.h"

enum status frontier_read(struct scope *s, int64_t size, struct span hashes, struct frontier *ret_f)
{
    struct frontier f = {.size = (uint64_t)size, .n = hashes.n / TREE_HASH_LEN};

    if (f.n > TREE_LEVELS || hashes.n % TREE_HASH_LEN)
        return fail(s, CORRUPT, "台帳の末尾が壊れています", "the frontier of the log is damaged");
    for (size_t i = 0; i < f.n; i++)
        memcpy(f.hash[i].b, hashes.p + i * TREE_HASH_LEN, TREE_HASH_LEN);
    TRY(frontier_check(s, &f));
    *ret_f = f;
    return OK;
}

static enum status missing(struct shelf *h)
{
    return fail(h->s, CORRUPT, "台帳に欠けた葉があります", "the log in the database lacks a leaf or a node");
}

enum status shelf_leaves(struct shelf *h, uint64_t from, unsigned n, struct span *ret_leaves)
{
    struct q_leaves_between_rows rows;

    TRY(q_leaves_between(h->tx, &(struct q_leaves_between){.shard = h->shard, .from = (int64_t)from, .to = (int64_t)(from + n)}, &rows));
    TRY(tx_flush(h->tx));
    if (rows.n != n)
        return missing(h);
    for (size_t i = 0; i < n; i++)
        ret_leaves[i] = rows.v[i].leaf;
    return OK;
}

static enum status node_hashes(struct shelf *h, unsigned level, uint64_t from, unsigned n, struct tree_hash *ret_hashes)
{
    struct q_nodes_between_rows rows;

    TRY(q_nodes_between(h->tx, &(struct q_nodes_between){.shard = h->shard, .level = TILE_HEIGHT * (int64_t)level, .from = (int64_t)from,
                                                         .to = (int64_t)(from + n)}, &rows));
    TRY(tx_flush(h->tx));
    if (rows.n != n)
        return missing(h);
    for (size_t i = 0; i < n; i++) {
        if (rows.v[i].hash.n != TREE_HASH_LEN)
            return missing(h);
        memcpy(ret_hashes[i].b, rows.v[i].hash.p, TREE_HASH_LEN);
    }
    return OK;
}

enum status shelf_hashes(struct shelf *h, unsigned level, uint64_t from, unsigned n, struct tree_hash *ret_hashes)
{
    struct span leaves[TILE_WIDTH];

    if (n > TILE_WIDTH)
        return fail(h->s, INVALID, "一度に読める数を超えています", "more hashes than a tile has");
    if (level)
        return node_hashes(h, level, from, n, ret_hashes);
    TRY(shelf_leaves(h, from, n, leaves));
    for (size_t i = 0; i < n; i++)
        tree_leaf(leaves[i], &ret_hashes[i]);
    return OK;
}

/* The tile with this hash, as far as the tree goes: kept, or read now. */
static enum status tile_take(struct shelf *h, unsigned level, uint64_t hash, const struct shelf_tile **ret_tile)
{
    struct shelf_tile *t = &h->tile[level];
    uint64_t index = hash / TILE_WIDTH, from = index * TILE_WIDTH, there = h->size >> TILE_HEIGHT * level;

    *ret_tile = t;
    if (t->n && t->index == index)
        return OK;
    t->v = t->v ? t->v : scope_alloc(h->s, TILE_WIDTH * sizeof *t->v);
    if (!t->v)
        return fail(h->s, TOO_LARGE, "処理領域が不足しました", "no room for a tile");
    if (hash >= there)
        return missing(h);
    unsigned n = there - from < TILE_WIDTH ? (unsigned)(there - from) : (unsigned)TILE_WIDTH;
    t->n = 0;
    TRY(shelf_hashes(h, level, from, n, t->v));
    t->index = index;
    t->n = n;
    return OK;
}

enum status shelf_read(void *own, unsigned level, uint64_t index, struct tree_hash *ret_hash)
{
    struct tree_hash v[TILE_WIDTH];
    unsigned n = 1u << level % TILE_HEIGHT;
    uint64_t from = index * n;
    const struct shelf_tile *t;

    TRY(tile_take(own, level / TILE_HEIGHT, from, &t));
    if (from % TILE_WIDTH + n > t->n)
        return missing(own);
    memcpy(v, t->v + from % TILE_WIDTH, n * sizeof v[0]);
    for (; n > 1; n /= 2)
        for (size_t i = 0; i < n / 2; i++)
            tree_node(&v[2 * i], &v[2 * i + 1], &v[i]);
    *ret_hash = v[0];
    return OK;
}
