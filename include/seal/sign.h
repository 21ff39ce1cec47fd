#ifndef KM_SEAL_SIGN_H
#define KM_SEAL_SIGN_H

#include <stdint.h>

#include "base/scope.h"
#include "base/span.h"
#include "base/status.h"
#include "seal/secret.h"

/* Ed25519 signatures of agencies and their hosts: what must convince third parties. */

enum { SIGN_PUBLIC_LEN = 32, SIGN_SECRET_LEN = 64, SIGN_LEN = 64 };

/* sign_keypair: secret half (SIGN_SECRET_LEN, libsodium's seed ‖ public) owned by the caller.
 *   fails  UNAVAILABLE no lockable memory */
enum status sign_keypair(struct scope *s, struct secret **ret_secret, uint8_t ret_public[SIGN_PUBLIC_LEN]) MUST_CHECK;

/* sign_key_id: first 8 bytes of SHA-256("KM-ed25519" ‖ public key).                           pure yes */
void sign_key_id(const uint8_t public_key[SIGN_PUBLIC_LEN], uint8_t ret_id[8]);

/* sign_make: over domain ‖ bytes; the domain (with its NUL, such as "KME1/sig") keeps one purpose's signatures out of another.
 *   fails  INVALID secret of another length · TOO_LARGE the scope's cap
 *   source RFC 8032 §5.1.6 */
enum status sign_make(struct scope *s, const struct secret *mine, const char *domain, struct span bytes,
                      uint8_t ret_signature[SIGN_LEN]) MUST_CHECK;

/* sign_check:
 *   fails  CORRUPT not this key's signature of these bytes for this domain
 *   source RFC 8032 §5.1.7 */
enum status sign_check(struct scope *s, const uint8_t public_key[SIGN_PUBLIC_LEN], const char *domain, struct span bytes,
                       struct span signature) MUST_CHECK;

/* sign_make_raw, sign_check_raw: over the bytes alone, for formats of others whose signatures have no domain (signed notes). The bytes must
 * be text without a NUL, so that none of them is a domain and what follows it.
 *   fails  INVALID secret of another length, a NUL in the bytes · CORRUPT not this key's signature of these bytes
 *   source RFC 8032 §5.1.6, §5.1.7 */
enum status sign_make_raw(struct scope *s, const struct secret *mine, struct span bytes, uint8_t ret_signature[SIGN_LEN]) MUST_CHECK;
enum status sign_check_raw(struct scope *s, const uint8_t public_key[SIGN_PUBLIC_LEN], struct span bytes,
                           struct span signature) MUST_CHECK;

#endif
