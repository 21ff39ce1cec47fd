#ifndef KM_SEAL_SEAL_H
#define KM_SEAL_SEAL_H

#include <stdint.h>

#include "base/scope.h"
#include "base/span.h"
#include "base/status.h"
#include "base/uuid.h"
#include "seal/secret.h"

/* The sealed record KMR1: one narrative or personal field set, readable only with the data key of its case and epoch.
 * The plaintext is padded (0x80, then zeros: ISO/IEC 7816-4) to the next of five sizes, so at least one byte is padding.
 * Integers are big-endian; offset, field, length:
 *     0 "KMR1"          4 suite 1: HKDF-SHA-256, ChaCha20-Poly1305, commitment of 32 bytes      5 flags: bit 0, padded
 *     6 type, 2         8 case id, 16        24 record id, 16      40 epoch, 4      44 version, 4
 *    48 salt, 32       80 commitment, 32    112 length of all that follows the header, 4         116 zero, 4
 *   120 ciphertext ‖ tag, 16; the 120 bytes before are its associated data
 * HKDF-Expand(HKDF-Extract(salt, data key), "KMR1" ‖ the first 48 bytes, 76) is key, 32 ‖ nonce, 12 ‖ commitment, 32. */

enum {
    RECORD_HEADER_LEN = 120,
    RECORD_TAG_LEN = 16,
    RECORD_SALT_LEN = 32,
    RECORD_COMMIT_LEN = 32,
    RECORD_PADDED_MIN = 256,
    RECORD_PADDED_MAX = 64 << 10,
    RECORD_PLAIN_MAX = RECORD_PADDED_MAX - 1,
    RECORD_SEALED_MAX = RECORD_HEADER_LEN + RECORD_PADDED_MAX + RECORD_TAG_LEN,
    DATA_KEY_LEN = 32
};

/* Record types that more than one service knows. */
enum { RECORD_INDEX = 5, RECORD_CARE = 6, RECORD_EVENT = 8 };

/* What a record is; bound into the key derivation and the associated data. */
struct record_id_fields {
    uint16_t type;
    struct uuid case_id;
    struct uuid record_id;
    uint32_t epoch;   /* of the case's data key */
    uint32_t version; /* of the record */
};

/* A record taken apart, nothing verified yet; spans borrow from the sealed bytes. */
struct record_parts {
    struct record_id_fields id;
    struct span header;     /* RECORD_HEADER_LEN: the associated data */
    struct span salt;       /* RECORD_SALT_LEN */
    struct span commitment; /* RECORD_COMMIT_LEN */
    struct span cipher;     /* padded length, without the tag */
    struct span tag;        /* RECORD_TAG_LEN */
};

/* record_parse: the layout of a sealed record, without any key; use it to learn the epoch before asking for the key.
 *   in     sealed  any bytes whatever
 *   fails  CORRUPT magic, suite, flags, reserved bytes or any length is not what KMR1 allows
 *   pure   yes                                       source  the layout above */
enum status record_parse(struct scope *s, struct span sealed,
                         struct record_parts *ret_parts) MUST_CHECK;

/* seal_record: a fresh salt each time, so sealing the same bytes twice gives unrelated records.
 *   in     data_key  DATA_KEY_LEN bytes      plain  ≤ RECORD_PLAIN_MAX bytes, may be empty
 *   ret    sealed    owned by the scope
 *   fails  TOO_LARGE plain or the scope's cap · INVALID data key of another length
 *   source RFC 5869, RFC 8439 */
enum status seal_record(struct scope *s, const struct secret *data_key,
                        const struct record_id_fields *id, struct span plain,
                        struct span *ret_sealed) MUST_CHECK;

/* unseal_record: opens it only if it is the very record expected; the commitment is compared in constant time before anything
 * is decrypted, so no ciphertext opens under two keys.
 *   in     want     all five fields must match the header
 *   ret    plain    owned by the scope
 *   fails  CORRUPT other record, other key, or any byte changed · TOO_LARGE scope's cap · INVALID key of another length
 *   source RFC 5869, RFC 8439 */
enum status unseal_record(struct scope *s, const struct secret *data_key,
                          const struct record_id_fields *want, struct span sealed,
                          struct span *ret_plain) MUST_CHECK;

#endif
