#ifndef KM_SEAL_WRAP_H
#define KM_SEAL_WRAP_H

#include <stdint.h>

#include "base/scope.h"
#include "base/span.h"
#include "base/status.h"
#include "base/uuid.h"
#include "seal/secret.h"

/* A case's data key at rest: nonce 24 ‖ XChaCha20-Poly1305 of the 32 key bytes under the master key, bound to case and epoch. */

enum { WRAPPED_KEY_LEN = 24 + 32 + 16 };

/* wrap_key: for storage by the service `keys`.
 *   in     master, data_key   32 bytes each
 *   ret    wrapped  WRAPPED_KEY_LEN bytes, owned by the scope
 *   fails  INVALID a key of another length · TOO_LARGE the scope's cap */
enum status wrap_key(struct scope *s, const struct secret *master, struct uuid case_id,
                     uint32_t epoch, const struct secret *data_key,
                     struct span *ret_wrapped) MUST_CHECK;

/* unwrap_key: the data key back.
 *   ret    data_key  owned by the caller, not by the scope
 *   fails  CORRUPT other master, case or epoch, or any byte changed · INVALID master of another length
 *          UNAVAILABLE no lockable memory */
enum status unwrap_key(struct scope *s, const struct secret *master, struct uuid case_id,
                       uint32_t epoch, struct span wrapped,
                       struct secret **ret_data_key) MUST_CHECK;

/* unwrap_key_to: the same into a secret of the caller's, so that many keys one after the other need locked memory once.
 *   in     to     32 bytes, overwritten; zeroed on CORRUPT */
enum status unwrap_key_to(struct scope *s, const struct secret *master, struct uuid case_id,
                          uint32_t epoch, struct span wrapped, struct secret *to) MUST_CHECK;

#endif
