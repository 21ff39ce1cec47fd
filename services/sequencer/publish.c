/* A head is published only when all tiles of its tree are on the disk. Tiles come from the database alone: whatever is missing, for
 * whatever reason, is written again, and is the same. */
#include "sequencer.h"

#include "base/clock.h"
#include "ledger/event.h"
#include "ledger/folder.h"

enum { ENTRY_LEN = 2 + LEAF_LEN };

struct publishing {
    struct sequencer *q;
    struct scope *s;
    const char *folder, *aside;
    bool looks; /* for what is there already: the first time */
};

static size_t tile_length(const struct tile *t)
{
    return (size_t)t->width * (t->is_entries ? (size_t)ENTRY_LEN : (size_t)TREE_HASH_LEN);
}

static enum status tile_bytes(struct publishing *p, const struct tile *t, struct span *ret_bytes)
{
    struct shelf shelf = {.s = p->s, .shard = p->q->shard};
    uint64_t from = t->index * TILE_WIDTH;
    struct span *leaves = scope_alloc(p->s, TILE_WIDTH * sizeof *leaves);
    struct tree_hash *hashes = scope_alloc(p->s, TILE_WIDTH * sizeof *hashes);

    if (!leaves || !hashes)
        return fail(p->s, TOO_LARGE, "処理領域が不足しました", "no room for a tile");
    TRY(tx_begin(p->q->db, p->s, &shelf.tx));
    enum status st = t->is_entries ? shelf_leaves(&shelf, from, t->width, leaves) : shelf_hashes(&shelf, t->level, from, t->width, hashes);
    tx_rollback(shelf.tx);
    if (st != OK)
        return st;
    if (t->is_entries)
        return entries_write(p->s, leaves, t->width, ret_bytes);
    *ret_bytes = span_of(hashes, t->width * sizeof *hashes);
    return OK;
}

static enum status put_tile(void *own, const struct tile *t)
{
    struct publishing *p = own;
    char name[TILE_PATH_MAX];
    struct span bytes;

    scope_reset(p->s);
    tile_path(t, name);
    const char *path = scope_print(p->s, "%s/%s", p->folder, name);
    if (!p->looks || !file_has(path, tile_length(t))) {
        TRY(tile_bytes(p, t, &bytes));
        TRY(file_publish(p->s, p->aside, path, bytes));
    }
    if (t->width == TILE_WIDTH)
        file_partials(p->s, path);
    sequencer_alive(p->q);
    return p->q->is_stopping ? fail(p->s, UNAVAILABLE, "停止します", "stopping") : OK;
}

enum status publish(struct sequencer *q, struct span note, uint64_t size)
{
    const char *year = strrchr(q->origin, '/');
    struct publishing p = {.q = q, .s = q->batch, .looks = q->published == 0};

    if (size == q->published)
        return OK;
    p.folder = scope_print(q->message, "%s/%s", q->p.cfg.log_dir, year ? year + 1 : q->origin);
    p.aside = scope_print(q->message, "%s/.new", p.folder);
    enum status st = tiles_new(q->published, size, put_tile, &p);
    if (st == OK)
        st = file_publish(p.s, p.aside, scope_print(p.s, "%s/%s", p.folder, *q->p.cfg.log_policy ? "head" : "checkpoint"), note);
    if (st != OK) {
        q->message->why = p.s->why;
        return st;
    }
    q->published = size;
    return OK;
}
