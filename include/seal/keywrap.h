#ifndef KM_SEAL_KEYWRAP_H
#define KM_SEAL_KEYWRAP_H

#include <stdint.h>

#include "base/scope.h"
#include "base/span.h"
#include "base/status.h"
#include "base/uuid.h"
#include "seal/secret.h"

/* KMW1: a case's data key, readable by one recipient: an agency, or the city's escrow key.
 * Integers are big-endian; offset, field, length:
 *     0 "KMW1"          4 suite 1: HPKE base, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305      5 kind
 *     6 zero, 2         8 case id, 16        24 epoch, 4           28 agency, 4
 *    32 key id, 8      40 created_s, 8       48 HPKE's enc, 32     80 sealed data key ‖ tag, 48
 * HPKE's info is "KMW1" ‖ the first 48 bytes, its associated data empty. */

enum { KEYWRAP_LEN = 128, KEY_ID_LEN = 8 };
enum keywrap_kind { KEYWRAP_AGENCY = 1, KEYWRAP_ESCROW = 2, KEYWRAP_HOSTED = 3, KEYWRAP_USER = 4 };

/* What a wrap says of itself; all of it is bound into the key derivation. */
struct keywrap {
    enum keywrap_kind kind;
    struct uuid case_id;
    uint32_t epoch;
    uint32_t agency; /* number of the directory code: A056 = 56; 0 for escrow */
    uint8_t key_id[KEY_ID_LEN];
    int64_t created_s;
};

/* keywrap_key_id: first 8 bytes of SHA-256("KM-x25519" ‖ public key).                         pure yes */
void keywrap_key_id(const uint8_t public_key[32], uint8_t ret_id[KEY_ID_LEN]);

/* keywrap_seal: data key for the holder of `to`'s secret half.
 *   in     w        key_id is filled in from `to`      data_key  32 bytes
 *   ret    wrap     KEYWRAP_LEN bytes, owned by the scope
 *   fails  INVALID a key of another length or of small order · TOO_LARGE the scope's cap
 *   source RFC 9180 §5, §6 */
enum status keywrap_seal(struct scope *s, const struct keywrap *w, const uint8_t to[32], const struct secret *data_key,
                         struct span *ret_wrap) MUST_CHECK;

/* keywrap_parse: the layout, without any key.
 *   fails  CORRUPT magic, suite, kind, reserved bytes or length
 *   pure   yes                                       source  the layout above */
enum status keywrap_parse(struct scope *s, struct span wrap, struct keywrap *ret_w) MUST_CHECK;

/* keywrap_open: the data key, if the wrap is for this case, epoch, kind, agency and key.
 *   in     want     what it must be; key_id and created_s are not compared
 *   in     to       32 bytes, overwritten; zeroed on failure
 *   fails  CORRUPT a wrap moved from another case, epoch or recipient, or any byte changed
 *   source RFC 9180 §5, §6 */
enum status keywrap_open(struct scope *s, const struct keywrap *want, const struct secret *mine, const uint8_t mine_public[32],
                         struct span wrap, struct secret *to) MUST_CHECK;

#endif
