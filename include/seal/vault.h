#ifndef KM_SEAL_VAULT_H
#define KM_SEAL_VAULT_H

#include "base/scope.h"
#include "base/span.h"
#include "base/status.h"
#include "seal/secret.h"

/* Secrets at rest under a key of this installation: nonce 24 ‖ XChaCha20-Poly1305, bound to what they belong to. Hosted agencies'
 * private keys under the master key, people's TOTP secrets under account's own key. */

enum { VAULT_OVERHEAD = 24 + 16, VAULT_PLAIN_MAX = 4096 };

/* vault_put: sealed, owned by the scope.
 *   in     key   32 bytes      belongs_to  such as "agency-key A056 x25519": the same must be given to open it
 *   fails  INVALID key of another length · TOO_LARGE plain or the scope's cap */
enum status vault_put(struct scope *s, const struct secret *key, const char *belongs_to, struct span plain,
                      struct span *ret_sealed) MUST_CHECK;

/* vault_take: the inverse, into locked memory owned by the caller.
 * vault_fill: into a secret that is there already, whose length it must have; for many, one after the other: new locked memory costs
 * more than opening does. What it held is lost when it fails.
 *   fails  CORRUPT other key, other owner, another length, or any byte changed · UNAVAILABLE no lockable memory · INVALID key of another
 *          length */
enum status vault_take(struct scope *s, const struct secret *key, const char *belongs_to, struct span sealed,
                       struct secret **ret_plain) MUST_CHECK;
enum status vault_fill(struct scope *s, const struct secret *key, const char *belongs_to, struct span sealed,
                       struct secret *plain) MUST_CHECK;

#endif
