#ifndef KM_SEAL_WRAP_H
#define KM_SEAL_WRAP_H

#include <stdint.h>

#include "base/scope.h"
#include "base/span.h"
#include "base/status.h"
#include "base/uuid.h"
#include "seal/secret.h"

/* How the first releases stored a case's data key: nonce 24 ‖ XChaCha20-Poly1305 of the 32 key bytes under the master key, bound to case
 * and epoch. Read only, to turn it into wraps (keywrap.h). */

enum { WRAPPED_KEY_LEN = 24 + 32 + 16 };

/* unwrap_key: the data key.
 *   ret    data_key  owned by the caller, not by the scope
 *   fails  CORRUPT other master, case or epoch, or any byte changed · INVALID master of another length
 *          UNAVAILABLE no lockable memory */
enum status unwrap_key(struct scope *s, const struct secret *master, struct uuid case_id,
                       uint32_t epoch, struct span wrapped,
                       struct secret **ret_data_key) MUST_CHECK;

#endif
