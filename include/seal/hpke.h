#ifndef KM_SEAL_HPKE_H
#define KM_SEAL_HPKE_H

#include <stdint.h>

#include "base/scope.h"
#include "base/span.h"
#include "base/status.h"
#include "seal/secret.h"

/* Public-key sealing to one recipient: HPKE, base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305, single shot.
 * It does not say who sealed. */

enum { HPKE_KEY_LEN = 32, HPKE_ENC_LEN = 32, HPKE_TAG_LEN = 16 };

/* hpke_keypair: a fresh key pair; the secret half owned by the caller. hpke_public: the public half of a secret.
 *   fails  UNAVAILABLE no lockable memory · INVALID secret of another length */
enum status hpke_keypair(struct scope *s, struct secret **ret_secret, uint8_t ret_public[HPKE_KEY_LEN]) MUST_CHECK;
enum status hpke_public(struct scope *s, const struct secret *secret, uint8_t ret_public[HPKE_KEY_LEN]) MUST_CHECK;

/* hpke_seal: plain for the holder of `to`'s secret half, under a fresh ephemeral key.
 *   ret    enc     the ephemeral public key      sealed  plain.n + HPKE_TAG_LEN bytes at `ret_sealed`
 *   fails  INVALID a public key of small order
 *   source RFC 9180 §5.1.1, §6.1 */
enum status hpke_seal(struct scope *s, const uint8_t to[HPKE_KEY_LEN], struct span info, struct span ad, struct span plain,
                      uint8_t ret_enc[HPKE_ENC_LEN], uint8_t *ret_sealed) MUST_CHECK;

/* hpke_seal_with: the same under a given ephemeral secret; for vectors only. */
enum status hpke_seal_with(struct scope *s, const struct secret *ephemeral, const uint8_t to[HPKE_KEY_LEN], struct span info,
                           struct span ad, struct span plain, uint8_t ret_enc[HPKE_ENC_LEN], uint8_t *ret_sealed) MUST_CHECK;

/* hpke_open: the inverse, into sealed.n − HPKE_TAG_LEN bytes at `ret_plain`, zeroed on failure.
 *   in     mine, mine_public  the two halves; the public one is given so that it is not computed anew each time
 *   fails  CORRUPT other key, info, ad, or any byte changed · INVALID secret of another length
 *   source RFC 9180 §5.1.1, §6.1 */
enum status hpke_open(struct scope *s, const struct secret *mine, const uint8_t mine_public[HPKE_KEY_LEN],
                      const uint8_t enc[HPKE_ENC_LEN], struct span info, struct span ad, struct span sealed,
                      uint8_t *ret_plain) MUST_CHECK;

#endif
