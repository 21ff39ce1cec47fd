/* A whole log is one walk over its entries: each leaf is hashed and appended, and every hash that becomes complete on the way must be the
 * one that the tiles publish. So a tile, an entry or a head that disagrees is found where it stands, in memory that does not grow. */
#include <inttypes.h>
#include <string.h>

#include "ledger/verify.h"

enum { TILE_LEVELS = (TREE_LEVELS + TILE_HEIGHT - 1) / TILE_HEIGHT };

/* The tile that is being filled at one level. */
struct growing {
    uint8_t hash[TILE_WIDTH * TREE_HASH_LEN];
    uint64_t index;
    unsigned n;
};

struct walk {
    struct scope *s;
    log_file *read;
    void *own;
    struct frontier frontier;
    struct tree_hash leaf[TILE_WIDTH];
    struct growing level[TILE_LEVELS];
};

/* As it is published; where a partial one is gone, the full one that has replaced it, of which `t` is the beginning. */
static enum status fetch(struct walk *w, struct tile *t, struct span *ret_bytes)
{
    enum status st = w->read(w->own, t, ret_bytes);

    if (st != NOT_FOUND || t->width == TILE_WIDTH)
        return st;
    struct why why = w->s->why;
    struct tile full = *t;
    full.width = TILE_WIDTH;
    st = w->read(w->own, &full, ret_bytes);
    if (st == OK)
        *t = full;
    if (st == NOT_FOUND)
        w->s->why = why;
    return st;
}

static enum status blame_hash(struct walk *w, const struct tile *t, unsigned at)
{
    struct tile entries = {.is_entries = true, .index = t->index, .width = t->width};
    char path[TILE_PATH_MAX], below[TILE_PATH_MAX];

    tile_path(t, path);
    tile_path(&entries, below);
    if (t->level == 0)
        return fail(w->s, CORRUPT, "リーフ %" PRIu64 "（%s）は %s にあるハッシュと一致しません",
                    "leaf %" PRIu64 " in %s is not the one whose hash is in %s", t->index * TILE_WIDTH + at, below, path);
    return fail(w->s, CORRUPT, "%s の %u 番目のハッシュが下の段から計算したものと一致しません",
                "%s: hash %u does not follow from the level below", path, at);
}

static enum status check_tile(struct walk *w, unsigned level)
{
    const struct growing *g = &w->level[level];
    struct tile t = {.level = level, .index = g->index, .width = g->n};
    char path[TILE_PATH_MAX];
    struct span bytes;

    TRY(fetch(w, &t, &bytes));
    tile_path(&t, path);
    if (bytes.n != (size_t)t.width * TREE_HASH_LEN)
        return fail(w->s, CORRUPT, "%s の大きさが %zu バイトです（%d のはず）", "%s has %zu bytes instead of %d", path, bytes.n,
                    (int)t.width * TREE_HASH_LEN);
    for (unsigned i = 0; i < g->n; i++)
        if (memcmp(bytes.p + (size_t)i * TREE_HASH_LEN, g->hash + (size_t)i * TREE_HASH_LEN, TREE_HASH_LEN) != 0)
            return blame_hash(w, &t, i);
    return OK;
}

static enum status keep(void *ctx, unsigned level, uint64_t index, const struct tree_hash *hash)
{
    struct walk *w = ctx;

    if (level % TILE_HEIGHT != 0)
        return OK;
    struct growing *g = &w->level[level / TILE_HEIGHT];
    g->index = index / TILE_WIDTH;
    memcpy(g->hash + index % TILE_WIDTH * TREE_HASH_LEN, hash->b, TREE_HASH_LEN);
    g->n = (unsigned)(index % TILE_WIDTH) + 1;
    return g->n == TILE_WIDTH ? check_tile(w, level / TILE_HEIGHT) : OK;
}

static bool is_leaf(struct span entry)
{
    static const uint8_t HEAD[] = {'K', 'M', 'L', '1', 0x01, 0, 0, 0};

    return entry.n == LEAF_LEN && memcmp(entry.p, HEAD, sizeof HEAD) == 0;
}

/* The leaves of one bundle, as hashes, before anything else is read. */
static enum status read_entries(struct walk *w, const struct tile *wanted)
{
    struct tile t = *wanted;
    char path[TILE_PATH_MAX];
    struct span rest, entry;

    TRY(fetch(w, &t, &rest));
    tile_path(&t, path);
    for (unsigned i = 0; i < t.width; i++) {
        uint64_t leaf = t.index * TILE_WIDTH + i;
        if (!rest.n)
            return fail(w->s, CORRUPT, "%s の要素が %u 件しかありません（%u 件のはず）", "%s holds %u entries instead of %u", path, i,
                        t.width);
        if (entries_next(w->s, &rest, &entry) != OK)
            return fail(w->s, CORRUPT, "%s がリーフ %" PRIu64 " の途中で切れています", "%s is cut short in leaf %" PRIu64, path, leaf);
        if (!is_leaf(entry))
            return fail(w->s, CORRUPT, "%s のリーフ %" PRIu64 " が出来事のリーフ（KML1）ではありません",
                        "%s: leaf %" PRIu64 " is no leaf of an event (KML1)", path, leaf);
        tree_leaf(entry, &w->leaf[i]);
    }
    if (rest.n)
        return fail(w->s, CORRUPT, "%s に余分な %zu バイトがあります", "%s has %zu bytes too many", path, rest.n);
    return OK;
}

static enum status walk(struct walk *w, uint64_t size)
{
    for (uint64_t from = 0; from < size; from += TILE_WIDTH) {
        struct tile t = {.is_entries = true, .index = from / TILE_WIDTH,
                         .width = size - from < TILE_WIDTH ? (unsigned)(size - from) : TILE_WIDTH};
        TRY(read_entries(w, &t));
        for (unsigned i = 0; i < t.width; i++)
            TRY(frontier_append(w->s, &w->frontier, &w->leaf[i], keep, w));
    }
    for (unsigned level = 0; level < TILE_LEVELS; level++)
        if (w->level[level].n % TILE_WIDTH)
            TRY(check_tile(w, level));
    return OK;
}

enum status verify_log(struct scope *s, const struct checkpoint *head, log_file *read, void *own)
{
    struct walk *w = SCOPE_NEW(s, struct walk);
    struct tree_hash root;

    if (!w)
        return fail(s, TOO_LARGE, "作業領域が足りません", "no room in the scope");
    w->s = s;
    w->read = read;
    w->own = own;
    TRY(walk(w, head->size));
    frontier_root(&w->frontier, &root);
    if (memcmp(root.b, head->root.b, TREE_HASH_LEN) != 0)
        return fail(s, CORRUPT, "すべてのリーフから計算した根がチェックポイント（大きさ %" PRIu64 "）の根と一致しません",
                    "the root that follows from all leaves is not that of the checkpoint (%" PRIu64 " leaves)", head->size);
    return OK;
}
