#ifndef KM_LEDGER_SUBMISSION_H
#define KM_LEDGER_SUBMISSION_H

#include "base/scope.h"
#include "base/span.h"
#include "base/status.h"
#include "ledger/note.h"
#include "ledger/tree.h"

/* What a log sends a witness to have a head cosigned: the body of C2SP tlog-witness add-checkpoint: `old <size>`, a consistency proof from
 * there, a hash a line in base 64, an empty line, and the checkpoint with its signatures. */

enum { SUBMISSION_MAX = 64 << 10, SUBMISSION_PROOF_MOST = 63 };

struct submission {
    uint64_t old;
    struct tree_proof proof;
    struct note note;
    struct checkpoint head; /* as checkpoint_read_any */
};

/* submission_read: that, and nothing after it; of any log. Nothing is believed yet. Borrows from the body.
 *   fails  INVALID not of this form, too many lines of proof or of signatures · TOO_LARGE over SUBMISSION_MAX, the scope's cap */
enum status submission_read(struct scope *s, struct span body, struct submission *ret_m) MUST_CHECK;

/* submission_write: the body to send.
 *   in     note  a checkpoint, signed
 *   fails  INVALID a longer proof than may be sent · TOO_LARGE */
enum status submission_write(struct scope *s, uint64_t old, const struct tree_proof *proof, struct span note, struct span *ret_body) MUST_CHECK;

#endif
