#ifndef KM_LEDGER_EVENT_H
#define KM_LEDGER_EVENT_H

#include <stdint.h>

#include "base/scope.h"
#include "base/span.h"
#include "base/status.h"
#include "base/uuid.h"
#include "seal/secret.h"
#include "seal/sign.h"

/* KME1: what happened to a case, 288 bytes, signed by the agency that did it and chained to what happened to that case before. KML1: the
 * 40 bytes the log holds of it, which tell nothing without the event and its salt. All numbers are big-endian.
 *
 *   off len              off len                             off len
 *     0  4 "KME1"          52  4 agency that acts             112 32 payload: HMAC-SHA-256(r_payload, "KME1/payload" ‖ payload)
 *     4  2 type            56  4 counterpart, 0 = none        144 32 record: SHA-256 of what the flags say, or zero
 *     6  2 flags, below    60  4 reason, 0 = none             176 32 answers: leaf hash of the event this one answers, or zero
 *     8  8 Unix time, ms   64 16 pseudonym of who acts        208  8 id of the signing key (sign_key_id)
 *    16 16 id              80 32 prev: leaf hash of the       216  8 zero
 *    32 16 case               case's event before, or zero    224 64 Ed25519 over "KME1/sig" NUL ‖ bytes 0…223
 *    48  4 place in the case, from 0
 *
 * Leaf: "KML1" ‖ 0x01 ‖ three zero bytes ‖ HMAC-SHA-256(r_event, "KME1/leaf" ‖ event). Destroying r_event, r_payload and the event leaves
 * a leaf that nobody can tell from another. */

/* Flags. EVENT_HOST_REQUEST: record is the SHA-256 of the acting agency's own signed request (ledger/request.h). */
enum { EVENT_HOST_REQUEST = 1 };

enum { EVENT_LEN = 288, LEAF_LEN = 40, LEDGER_HASH_LEN = 32, SALT_LEN = 32, PSEUDONYM_LEN = 16, EVENT_KEY_ID_LEN = 8 };

enum event_type {
    EVENT_OFFER = 1, EVENT_DELIVER, EVENT_ACCEPT, EVENT_DECLINE, EVENT_EXPIRE, EVENT_CLOSE, EVENT_READ, EVENT_BREAKGLASS, EVENT_REVIEW,
    EVENT_ERASE, EVENT_MEETING, EVENT_KEYROT, EVENT_GRANT, EVENT_REVOKE, EVENT_OPEN, EVENT_WITHDRAW, EVENT_OUTCOME, EVENT_DISCLOSE,
    EVENT_TYPE_END
};

struct event {
    enum event_type type;
    uint16_t flags;
    int64_t at_ms;
    struct uuid id, case_id;
    uint32_t seq, agency, counterpart, reason; /* agencies as agency_number has them */
    uint8_t pseudonym[PSEUDONYM_LEN];
    uint8_t prev[LEDGER_HASH_LEN], payload[LEDGER_HASH_LEN], record[LEDGER_HASH_LEN], answers[LEDGER_HASH_LEN];
    uint8_t key_id[EVENT_KEY_ID_LEN];
    uint8_t signature[SIGN_LEN];
};

/* event_write: the 288 bytes, the signature as the struct has it.                              pure yes */
void event_write(const struct event *e, uint8_t ret_bytes[EVENT_LEN]);

/* event_read:
 *   fails  CORRUPT not 288 bytes, another magic, an unknown type, a byte that must be zero is not, a time before 1970 */
enum status event_read(struct scope *s, struct span bytes, struct event *ret_e) MUST_CHECK;

/* event_sign: puts key id and signature in; deterministic, so the same event signed again is the same bytes.
 *   fails  as sign_make */
enum status event_sign(struct scope *s, const struct secret *mine, struct event *e) MUST_CHECK;

/* event_check: signed by this key over exactly these bytes, and the key id is this key's.
 *   fails  CORRUPT */
enum status event_check(struct scope *s, const uint8_t public_key[SIGN_PUBLIC_LEN], struct span bytes) MUST_CHECK;

/* payload_commit, leaf_make: the commitments above, under a salt of SALT_LEN bytes.            pure yes */
void payload_commit(const uint8_t salt[SALT_LEN], struct span payload, uint8_t ret_hash[LEDGER_HASH_LEN]);
void leaf_make(const uint8_t salt[SALT_LEN], const uint8_t event[EVENT_LEN], uint8_t ret_leaf[LEAF_LEN]);

/* row_event_id: the id of the event that a row of the history becomes: always the same.        pure yes      source  RFC 9562 §5.8 */
struct uuid row_event_id(int64_t row);

/* event_type_word: "OFFER" … as in the table, "?" outside it.                                  pure yes */
const char *event_type_word(enum event_type type);

/* agency_number: an agency's code as four bytes, "A056" = 56; no two codes share a number. agency_of_number: back.
 *   fails  CORRUPT no code has this number                                                     pure yes */
uint32_t agency_number(struct agency_id agency);
enum status agency_of_number(struct scope *s, uint32_t number, struct agency_id *ret_agency) MUST_CHECK;

#endif
