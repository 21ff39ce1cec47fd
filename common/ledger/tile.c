/* A tile has one path and a path one tile, and a file once written under a path never needs other bytes: what grows is written under
 * the path of its new width. */
#include "ledger/tile.h"

#include <stdio.h>

#include "base/bigendian.h"

enum { TILE_LEVELS = (TREE_LEVELS + TILE_HEIGHT - 1) / TILE_HEIGHT, GROUP = 1000, ENTRY_MAX = UINT16_MAX, ENTRY_HEAD = 2 };

/* Hashes that a tree of `size` leaves has on a level of tiles. */
static uint64_t hashes_at(uint64_t size, unsigned level)
{
    return level < TILE_LEVELS ? size >> (TILE_HEIGHT * level) : 0;
}

static struct tile tile_at(uint64_t hashes, unsigned level, uint64_t index)
{
    uint64_t left = hashes - index * TILE_WIDTH;

    return (struct tile){.level = level, .index = index, .width = left < TILE_WIDTH ? (unsigned)left : TILE_WIDTH};
}

/* ---- paths ---- */

void tile_path(const struct tile *t, char ret_path[TILE_PATH_MAX])
{
    uint64_t unit = 1;
    int at = t->is_entries ? snprintf(ret_path, TILE_PATH_MAX, "tile/entries/") :
                             snprintf(ret_path, TILE_PATH_MAX, "tile/%u/", t->level);

    while (t->index / unit >= GROUP)
        unit *= GROUP;
    for (; unit > 0; unit /= GROUP)
        at += snprintf(ret_path + at, TILE_PATH_MAX - (size_t)at, unit > 1 ? "x%03u/" : "%03u",
                       (unsigned)(t->index / unit % GROUP));
    if (t->width < TILE_WIDTH)
        snprintf(ret_path + at, TILE_PATH_MAX - (size_t)at, ".p/%u", t->width);
}

static bool skip(struct span *rest, const char *word)
{
    size_t n = strlen(word);

    if (rest->n < n || memcmp(rest->p, word, n) != 0)
        return false;
    *rest = span_of(rest->p + n, rest->n - n);
    return true;
}

/* At most three digits. */
static bool number(struct span *rest, unsigned *ret_n)
{
    size_t i = 0;
    unsigned n = 0;

    for (; i < rest->n && i < 3 && rest->p[i] >= '0' && rest->p[i] <= '9'; i++)
        n = 10 * n + (unsigned)(rest->p[i] - '0');
    *rest = span_of(rest->p + i, rest->n - i);
    *ret_n = n;
    return i > 0;
}

/* The parts of a path, however they are spelled and whatever follows; tile_parse looks at that. */
static bool parts_of(struct span rest, struct tile *t)
{
    unsigned group;

    if (!skip(&rest, "tile/"))
        return false;
    t->is_entries = skip(&rest, "entries/");
    if (!t->is_entries && !(number(&rest, &t->level) && skip(&rest, "/")))
        return false;
    do {
        skip(&rest, "x");
        if (!number(&rest, &group))
            return false;
        t->index = t->index * GROUP + group;
    } while (skip(&rest, "/"));
    return !skip(&rest, ".p/") || number(&rest, &t->width);
}

enum status tile_parse(struct scope *s, struct span path, struct tile *ret_t)
{
    struct tile t = {.width = TILE_WIDTH};
    char again[TILE_PATH_MAX];

    if (!parts_of(path, &t))
        return fail(s, INVALID, "タイルのパスではありません", "not a path of a tile");
    uint64_t most = hashes_at(INT64_MAX, t.level);
    if (t.width < 1 || t.width > most || t.index > (most - t.width) / TILE_WIDTH)
        return fail(s, INVALID, "そのようなタイルのある木はありません", "no tree has such a tile");
    tile_path(&t, again);
    if (!span_is(path, again))
        return fail(s, INVALID, "タイルのパスではありません", "not a path of a tile");
    *ret_t = t;
    return OK;
}

/* ---- which tiles ---- */

enum status tiles_new(uint64_t old, uint64_t size, tile_each *each, void *own)
{
    for (int is_entries = 1; is_entries >= 0; is_entries--)
        for (unsigned level = 0; level < (is_entries ? 1 : TILE_LEVELS); level++) {
            uint64_t had = hashes_at(old, level), has = hashes_at(size, level);

            for (uint64_t i = had / TILE_WIDTH; had < has && i * TILE_WIDTH < has; i++) {
                struct tile t = tile_at(has, level, i);
                t.is_entries = is_entries;
                TRY(each(own, &t));
            }
        }
    return OK;
}

enum status tile_holding(struct scope *s, uint64_t size, unsigned level, uint64_t index, struct tile *ret_t, unsigned *ret_from,
                         unsigned *ret_n)
{
    if (size > (uint64_t)INT64_MAX || level >= TREE_LEVELS || index >= size >> level)
        return fail(s, INVALID, "この木にはまだないハッシュです", "the tree does not have that hash yet");
    uint64_t n = UINT64_C(1) << level % TILE_HEIGHT, first = index * n;
    unsigned of_tile = level / TILE_HEIGHT;

    *ret_t = tile_at(hashes_at(size, of_tile), of_tile, first / TILE_WIDTH);
    *ret_from = (unsigned)(first % TILE_WIDTH);
    *ret_n = (unsigned)n;
    return OK;
}

/* ---- bundles of entries ---- */

enum status entries_write(struct scope *s, const struct span *leaves, size_t n, struct span *ret_bytes)
{
    size_t all = 0, at = 0;

    for (size_t i = 0; i < n; i++) {
        if (leaves[i].n > ENTRY_MAX)
            return fail(s, TOO_LARGE, "%zuバイトの葉は束に入りません", "a leaf of %zu bytes fits no bundle", leaves[i].n);
        all += ENTRY_HEAD + leaves[i].n;
    }
    uint8_t *to = scope_alloc(s, all ? all : 1);
    if (!to)
        return fail(s, TOO_LARGE, "作業領域が足りません（%zu バイト）", "no room in the scope for %zu bytes", all);
    for (size_t i = 0; i < n; i++) {
        put_be(to + at, leaves[i].n, ENTRY_HEAD);
        if (leaves[i].n > 0)
            memcpy(to + at + ENTRY_HEAD, leaves[i].p, leaves[i].n);
        at += ENTRY_HEAD + leaves[i].n;
    }
    *ret_bytes = span_of(to, all);
    return OK;
}

enum status entries_next(struct scope *s, struct span *rest, struct span *ret_leaf)
{
    size_t n = rest->n < ENTRY_HEAD ? 0 : (size_t)get_be(rest->p, ENTRY_HEAD);

    if (rest->n < ENTRY_HEAD || rest->n - ENTRY_HEAD < n)
        return fail(s, CORRUPT, "束が途中で切れています", "the bundle is cut short");
    *ret_leaf = span_of(rest->p + ENTRY_HEAD, n);
    *rest = span_of(rest->p + ENTRY_HEAD + n, rest->n - ENTRY_HEAD - n);
    return OK;
}
