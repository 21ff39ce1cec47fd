#ifndef KM_LEDGER_LOG_PROOF_H
#define KM_LEDGER_LOG_PROOF_H

#include <stdint.h>

#include "base/scope.h"
#include "base/span.h"
#include "base/status.h"
#include "ledger/tree.h"

/* C2SP tlog-proof: that one leaf is in a signed head, as a file that needs nothing else. */
struct log_proof {
    struct span extra; /* empty = none; what proves what the leaf means: event ‖ salt. Not vouched for by anything in the file */
    uint64_t index;    /* < 2^63 */
    struct tree_proof path;
    struct span checkpoint; /* the signed note, bytes as served */
};

/* log_proof_write: the file.
 *   fails  INVALID an index or path no tree has, or no checkpoint · TOO_LARGE */
enum status log_proof_write(struct scope *s, const struct log_proof *p, struct span *ret_text) MUST_CHECK;

/* log_proof_read: borrows the checkpoint from the text. What it says is not looked at: note_read, policy_check, checkpoint_read and
 * inclusion_check come next.
 *   fails  CORRUPT anything log_proof_write would not have written */
enum status log_proof_read(struct scope *s, struct span text, struct log_proof *ret_p) MUST_CHECK;

#endif
