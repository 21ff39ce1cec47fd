#ifndef KM_LEDGER_TREE_H
#define KM_LEDGER_TREE_H

#include <stddef.h>
#include <stdint.h>

#include "base/scope.h"
#include "base/span.h"
#include "base/status.h"

/* The Merkle tree of RFC 6962 §2.1: leaf = SHA-256(0x00 ‖ data), node = SHA-256(0x01 ‖ left ‖ right), empty tree = SHA-256(""). */

enum { TREE_HASH_LEN = 32, TREE_LEVELS = 63, PROOF_MOST = 2 * TREE_LEVELS };

struct tree_hash {
    uint8_t b[TREE_HASH_LEN];
};

/* tree_leaf, tree_node: one hash each; ret_hash may be left or right itself.                  pure yes */
void tree_leaf(struct span data, struct tree_hash *ret_hash);
void tree_node(const struct tree_hash *left, const struct tree_hash *right, struct tree_hash *ret_hash);

/* The roots of the complete subtrees a tree of `size` leaves is made of, the largest first: as many as size has bits set. It is all that is
 * needed to append and to know the root. */
struct frontier {
    uint64_t size;
    size_t n;
    struct tree_hash hash[TREE_LEVELS];
};

/* frontier_append: one leaf hash more. A hash that becomes complete on the way is handed to `keep` with its level (0 = leaf) and its index
 * there, the leaf itself too; keep may be NULL.
 *   fails  what keep fails with; the frontier is then as before · CORRUPT as frontier_check · TOO_LARGE 2^63 leaves */
typedef enum status tree_keep(void *own, unsigned level, uint64_t index, const struct tree_hash *hash);
enum status frontier_append(struct scope *s, struct frontier *f, const struct tree_hash *leaf, tree_keep *keep, void *own) MUST_CHECK;
/* frontier_root: of a frontier that frontier_check would take.                                pure yes */
void frontier_root(const struct frontier *f, struct tree_hash *ret_root);

/* frontier_check: as many hashes as the size asks for.
 *   fails  CORRUPT */
enum status frontier_check(struct scope *s, const struct frontier *f) MUST_CHECK;

/* Where the hash of a complete subtree is read from: leaves [index << level, (index + 1) << level). */
typedef enum status tree_read(void *own, unsigned level, uint64_t index, struct tree_hash *ret_hash);

/* inclusion_proof, consistency_proof: RFC 6962 §2.1.1, §2.1.2. tree_root: of the first `size` leaves.
 *   in     read is asked only for complete subtrees of a tree of `size` leaves; index < size; old ≤ size
 *   fails  INVALID outside the tree · what read fails with */
struct tree_proof {
    size_t n;
    struct tree_hash hash[PROOF_MOST];
};
enum status tree_root(struct scope *s, tree_read *read, void *own, uint64_t size, struct tree_hash *ret_root) MUST_CHECK;
enum status inclusion_proof(struct scope *s, tree_read *read, void *own, uint64_t index, uint64_t size, struct tree_proof *ret_p) MUST_CHECK;
enum status consistency_proof(struct scope *s, tree_read *read, void *own, uint64_t old, uint64_t size, struct tree_proof *ret_p) MUST_CHECK;

/* inclusion_check, consistency_check: RFC 9162 §2.1.3.2, §2.1.4.2. A tree of 0 is consistent with every later one, by an empty proof; its
 * root can only be SHA-256("").
 *   fails  CORRUPT the proof does not lead from the one to the other · INVALID outside the tree */
enum status inclusion_check(struct scope *s, const struct tree_hash *leaf, uint64_t index, uint64_t size, const struct tree_proof *p,
                            const struct tree_hash *root) MUST_CHECK;
enum status consistency_check(struct scope *s, uint64_t old, const struct tree_hash *old_root, uint64_t size,
                              const struct tree_hash *root, const struct tree_proof *p) MUST_CHECK;

#endif
