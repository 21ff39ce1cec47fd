#ifndef KM_SEAL_DIGEST_H
#define KM_SEAL_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "seal/secret.h"

/* Unkeyed fingerprints: idempotency keys, hashes of high-entropy tokens. Never of names or dates: those can be guessed. */

enum { DIGEST16_LEN = 16, DIGEST32_LEN = 32, DIGEST_HEX_MAX = 2 * DIGEST32_LEN + 1 };

/* digest16, digest32: BLAKE2b-128 and -256 over each part as 8-byte big-endian length ‖ bytes, so that moving a byte from one
 * part to the next gives another digest. They are different functions: one is no prefix of the other.
 *   pure   yes                                       source  RFC 7693 */
void digest16(const struct span *parts, size_t n, uint8_t ret_digest[DIGEST16_LEN]);
void digest32(const struct span *parts, size_t n, uint8_t ret_digest[DIGEST32_LEN]);

/* digest16_keyed: the same under a key of 16 to 64 bytes, for content that could be guessed; without the key it proves nothing.
 *   pure   yes                                       source  RFC 7693 §2.9 */
void digest16_keyed(const struct secret *key, const struct span *parts, size_t n, uint8_t ret_digest[DIGEST16_LEN]);

/* sha256_of: SHA-256 of the bytes alone, for what others must be able to recompute: a bearer's token as it is stored.
 *   pure   yes                                       source  FIPS 180-4 */
void sha256_of(struct span bytes, uint8_t ret_digest[DIGEST32_LEN]);

/* sha256_of_parts, hmac256_of_parts: SHA-256, and HMAC-SHA-256 under a key of any length, of the parts one after the other, without
 * lengths: the caller's format must say where one ends and the next begins.
 *   pure   yes                                       source  FIPS 180-4; RFC 2104 */
void sha256_of_parts(const struct span *parts, size_t n, uint8_t ret_digest[DIGEST32_LEN]);
void hmac256_of_parts(struct span key, const struct span *parts, size_t n, uint8_t ret_mac[DIGEST32_LEN]);

/* digest_hex: lower-case hex and a NUL.
 *   in     digest  ≤ DIGEST32_LEN bytes; longer input is cut
 *   ret    `to`, at least DIGEST_HEX_MAX bytes
 *   pure   yes */
char *digest_hex(struct span digest, char *to);

/* digest_eq: same length and bytes; time depends on the lengths only.
 *   pure   yes */
bool digest_eq(struct span a, struct span b);

#endif
