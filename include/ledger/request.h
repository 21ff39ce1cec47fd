#ifndef KM_LEDGER_REQUEST_H
#define KM_LEDGER_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/scope.h"
#include "base/span.h"
#include "base/status.h"
#include "seal/sign.h"
#include "wire/frame.h"

/* KMQ1: what an agency's own system asked for, as it signed it, kept beside the history so that anybody can see who asked without trusting
 * the keeper, who has the agency's hosted key but not this one. Numbers are big-endian.
 *
 *   off len
 *     0  4 "KMQ1"
 *     4 32 Ed25519 public key of the system
 *    36 64 its signature of all bytes from 100 on (RFC 8032, nothing before or after them)
 *   100 10 "KM1/frame" NUL
 *   110  … the first four parts of frame KM1, each as 8 bytes of length and its bytes: "KM1", header JSON, payload JSON, body (empty)
 *
 * The header says who asked (from, actor, agency, role), what (type), when (sent, µs) and under which id; the payload names the referral,
 * meeting or withdrawal and the act. With stock tools: bytes 100… are the message, 36…99 the signature, and the key as SubjectPublicKeyInfo
 * is 302a300506032b6570032100 (hex) followed by bytes 4…35.
 *
 * It lies open beside ids, so only a request is kept in which there is no room for anything about a person: ids, code words, times and
 * numbers; a text of a request, sealed or not, keeps the whole of it out, and so does a field this version does not know. The ticket in the
 * header ends within five minutes. One request is kept once: with the first event of its turn, which is the act itself; what follows from
 * it in the same transaction stands in the history beside it. Mere reading is not kept. */

enum { REQUEST_MAX = 64 << 10, REQUEST_SIGNED_AT = 100, REQUEST_LATE_S = 5 };

/* request_is_plain: has a request of this shape room for nothing but ids, code words, times, numbers and agencies?     pure yes */
bool request_is_plain(const struct shape *asked);

/* request_make: of a frame whose signature was checked.
 *   ret    request   in the scope; empty when it would be larger than REQUEST_MAX: then it is not kept
 *   fails  TOO_LARGE the scope's cap */
enum status request_make(struct scope *s, const uint8_t public_key[SIGN_PUBLIC_LEN], const struct span part[FRAME_PARTS],
                         struct span *ret_request) MUST_CHECK;

/* request_read: laid out as above, signed by the key it names, and a frame.
 *   ret    r         borrows from bytes and s
 *   fails  CORRUPT */
struct request {
    uint8_t public_key[SIGN_PUBLIC_LEN];
    struct frame frame;
};
enum status request_read(struct scope *s, struct span bytes, struct request *ret_r) MUST_CHECK;

#endif
