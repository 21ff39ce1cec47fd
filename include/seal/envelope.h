#ifndef KM_SEAL_ENVELOPE_H
#define KM_SEAL_ENVELOPE_H

#include <stddef.h>
#include <stdint.h>

#include "base/scope.h"
#include "base/span.h"
#include "base/status.h"
#include "seal/keyring.h"

/* What makes a frame believable and its body private between two services, whoever carries it. Each pair has a key per
 * direction, so a frame reflected to its sender proves nothing. What an agency's own system sends must convince third parties: its
 * tag is an Ed25519 signature; what it gets back, and bodies both ways, are under pair keys as everywhere. */

enum {
    ENVELOPE_TAG_LEN = 32,
    ENVELOPE_TAG_MAX = 64, /* a host's */
    ENVELOPE_NONCE_LEN = 24,
    ENVELOPE_OVERHEAD = ENVELOPE_NONCE_LEN + 16,
    ENVELOPE_BODY_MAX = 512 << 10, /* sealed */
    ENVELOPE_PLAIN_MAX = ENVELOPE_BODY_MAX - ENVELOPE_OVERHEAD
};

enum direction { FROM_PEER, TO_PEER };

#define ENVELOPE_SIGN_DOMAIN "KM1/frame" /* of a host's signature (sign.h) */

/* envelope_tag: keyed BLAKE2b-256 over each part as 8-byte big-endian length ‖ bytes. Allocates nothing.
 *   in     peer    the other side's name      way  TO_PEER when sending
 *   fails  DENIED peer unknown, revoked or myself
 *   source RFC 7693 */
enum status envelope_tag(struct scope *s, const struct keyring *ring, const char *peer,
                         enum direction way, const struct span *parts, size_t n,
                         uint8_t ret_tag[ENVELOPE_TAG_LEN]) MUST_CHECK;

/* envelope_mark: the tag of a request: envelope_tag's, or, under a host's keyring, its signature over "KM1/frame" NUL and the same
 * length-prefixed parts.
 *   ret    mark    in `ret_tag`
 *   fails  as envelope_tag · TOO_LARGE the scope's cap
 *   source RFC 7693; RFC 8032 */
enum status envelope_mark(struct scope *s, const struct keyring *ring, const char *peer,
                          const struct span *parts, size_t n,
                          uint8_t ret_tag[ENVELOPE_TAG_MAX], struct span *ret_mark) MUST_CHECK;

/* envelope_check: the tag of a frame received from `peer` at scope's time, compared in constant time; a host's must be its signature.
 *   fails  DENIED peer unknown, revoked, outside of its dates or myself · CORRUPT wrong tag or length of tag
 *          TOO_LARGE the scope's cap (hosts only; else it allocates nothing)
 *   source RFC 7693; RFC 8032 */
enum status envelope_check(struct scope *s, const struct keyring *ring, const char *peer,
                           const struct span *parts, size_t n, struct span tag) MUST_CHECK;

/* envelope_seal_body: nonce 24 ‖ XChaCha20-Poly1305 of plain, under a key derived from the pair key of this direction
 * (crypto_kdf, context "KM1/body"); the nonce is random.
 *   in     ad      what the body belongs to: the header's id, 16 bytes      plain  ≤ ENVELOPE_PLAIN_MAX
 *   ret    sealed  owned by the scope
 *   fails  DENIED peer unknown, revoked or myself · TOO_LARGE plain or the scope's cap */
enum status envelope_seal_body(struct scope *s, const struct keyring *ring, const char *peer,
                               struct span ad, struct span plain,
                               struct span *ret_sealed) MUST_CHECK;

/* envelope_open_body: the inverse, for a body received from `peer`.
 *   ret    plain   owned by the scope
 *   fails  DENIED peer unknown, revoked or myself · TOO_LARGE
 *          CORRUPT any byte, the ad, the direction or the sender is another */
enum status envelope_open_body(struct scope *s, const struct keyring *ring, const char *peer,
                               struct span ad, struct span sealed,
                               struct span *ret_plain) MUST_CHECK;

#endif
