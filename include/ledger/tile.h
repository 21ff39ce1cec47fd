#ifndef KM_LEDGER_TILE_H
#define KM_LEDGER_TILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/scope.h"
#include "base/span.h"
#include "base/status.h"
#include "ledger/tree.h"

/* C2SP tlog-tiles: the tree cut into tiles of 256 hashes, eight levels high, and the leaves into bundles of 256, each a file that never
 * changes once it is full. Paths are `tile/<L>/<N>[.p/<W>]` and `tile/entries/<N>[.p/<W>]`, N as x001/x234/067. */

enum { TILE_WIDTH = 256, TILE_HEIGHT = 8, TILE_PATH_MAX = 96 };

struct tile {
    bool is_entries;
    unsigned level; /* of the tile: its hashes are of tree level TILE_HEIGHT · level */
    uint64_t index;
    unsigned width; /* 1…256; below 256 it is partial */
};

/* tile_path: NUL-terminated, without a leading slash. tile_parse: only what tile_path would print, of a tile that a tree of fewer than
 * 2^63 leaves can have.
 *   fails  INVALID not a path of a tile                                                        pure yes */
void tile_path(const struct tile *t, char ret_path[TILE_PATH_MAX]);
enum status tile_parse(struct scope *s, struct span path, struct tile *ret_t) MUST_CHECK;

/* tiles_new: the tiles that a tree of `size` leaves has and one of `old` had not, or had narrower; every level, partial ones too, and the
 * bundles of entries. Calls `each` in the order in which they are to be written: bundles, then tiles from the leaves up.
 *   fails  what each fails with */
typedef enum status tile_each(void *own, const struct tile *t);
enum status tiles_new(uint64_t old, uint64_t size, tile_each *each, void *own) MUST_CHECK;

/* tile_holding: the tile of a tree of `size` leaves that has (or whose hashes make up) the complete subtree at (level, index); from and n:
 * which of its hashes, n = 2^k of them, make it up.
 *   fails  INVALID the subtree is not complete in that tree */
enum status tile_holding(struct scope *s, uint64_t size, unsigned level, uint64_t index, struct tile *ret_t, unsigned *ret_from,
                         unsigned *ret_n) MUST_CHECK;

/* entries_write, entries_next: a bundle of leaves: each a 2-byte big-endian length ‖ bytes.
 *   fails  TOO_LARGE a leaf over 65,535 bytes, the scope's cap · CORRUPT cut short, or nothing left; rest is then as before
 *   source C2SP tlog-tiles */
enum status entries_write(struct scope *s, const struct span *leaves, size_t n, struct span *ret_bytes) MUST_CHECK;
enum status entries_next(struct scope *s, struct span *rest, struct span *ret_leaf) MUST_CHECK;

#endif
