#ifndef KM_SEAL_PASSWORD_H
#define KM_SEAL_PASSWORD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/scope.h"
#include "base/span.h"
#include "base/status.h"
#include "seal/secret.h"

/* Argon2id, t = 3, 64 MiB: for people's passwords and for the passphrase that seals the master key. */

enum { PASSWORD_HASH_MAX = 128, PASSPHRASE_MAX = 1024, KDF_SALT_LEN = 16 };

/* password_hash: the PHC string ("$argon2id$v=19$m=65536,t=3,p=1$…"), owned by the scope.
 *   fails  UNAVAILABLE no memory for it
 *   source RFC 9106 */
enum status password_hash(struct scope *s, struct span password, struct span *ret_hash) MUST_CHECK;

/* password_is: does the password match? With an empty hash (no such user) the same work is done against a fixed hash and the answer
 * is false, so that time does not tell. password_is_dated: the hash was made with other costs: hash again at the next sign-in. */
bool password_is(struct span hash, struct span password);
bool password_is_dated(struct span hash);

/* passphrase_key: 32 key bytes from a passphrase, for sealing a key file.
 *   fails  INVALID empty · TOO_LARGE over PASSPHRASE_MAX · UNAVAILABLE no memory */
enum status passphrase_key(struct scope *s, struct span passphrase, const uint8_t salt[KDF_SALT_LEN],
                           struct secret **ret_key) MUST_CHECK;

#endif
