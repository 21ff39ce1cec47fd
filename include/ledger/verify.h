#ifndef KM_LEDGER_VERIFY_H
#define KM_LEDGER_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/scope.h"
#include "base/span.h"
#include "base/status.h"
#include "ledger/event.h"
#include "ledger/note.h"
#include "ledger/tile.h"
#include "wire/message.h"

/* What an outsider checks with nothing but files: heads, proofs and whole logs. The why of every refusal is one sentence that says what is
 * wrong and where. CORRUPT and INVALID mean that it is wrong; every other status that it cannot be judged: something is missing. */

struct trusted_log {
    const struct note_key *key;  /* its name is the log's; must have signed every head */
    const struct policy *policy; /* who must have cosigned it; NULL = nobody */
};
struct verify_trust {
    const struct trusted_log *v;
    size_t n;
};

/* verify_head: signed by the log it names, and cosigned by a quorum if there is a policy.
 *   ret    head    borrows from the note
 *   fails  CORRUPT · NOT_FOUND no key of that log is trusted · DENIED the quorum is missing */
enum status verify_head(struct scope *s, const struct verify_trust *trust, struct span note, struct checkpoint *ret_head) MUST_CHECK;

/* The keys that agencies sign events with. */
struct agency_signer {
    uint32_t agency;
    uint8_t public_key[SIGN_PUBLIC_LEN];
    uint8_t key_id[EVENT_KEY_ID_LEN];
    int64_t from_us, until_us;
    bool is_own; /* of a system of the agency's own, which signs its requests; all others sign events */
};
struct agency_signers {
    const struct agency_signer *v;
    size_t n;
};

/* signers_of: from records. signers_read: from a JSON file, one record `agency_keys`.
 *   fails  INVALID a key that is none, a span of time that ends before it begins, a key twice; signers_read also not
 *          such a file · TOO_LARGE */
enum status signers_of(struct scope *s, const struct agency_key *v, size_t n, struct agency_signers *ret_keys) MUST_CHECK;
enum status signers_read(struct scope *s, struct span json, struct agency_signers *ret_keys) MUST_CHECK;

/* signers_check: the event is signed by the agency that acts, with a key of it for events that was valid at that time.
 *   fails  CORRUPT · NOT_FOUND the key is not among these */
enum status signers_check(struct scope *s, const struct agency_signers *keys, const struct event *e, struct span bytes) MUST_CHECK;

/* agency_text: "A056", or its number where no code has it.                                      pure yes */
const char *agency_text(struct scope *s, uint32_t agency);

/* request_check: the event names exactly these bytes (EVENT_HOST_REQUEST, record), a system of the acting agency signed them with a key
 * that was valid then, at most FRAME_WINDOW_S from the event, and asked for what the event says. A key counts REQUEST_LATE_S longer than
 * its time: so long may it take until every service has heard of its end.
 *   in     says      the event's payload; NULL = erased, and then what was asked is not compared with it
 *   ret    id        of the request; it stands for one event only
 *   fails  CORRUPT   · NOT_FOUND the key is not among these */
enum status request_check(struct scope *s, const struct agency_signers *keys, const struct event *e, const struct event_payload *says,
                          struct span bytes, struct uuid *ret_id) MUST_CHECK;

/* verify_proof: a tlog-proof whose extra is event ‖ r_event: the leaf follows from them and is in the signed head.
 *   in     keys    NULL = the event's own signature is not looked at
 *   fails  CORRUPT, INVALID it is not · NOT_FOUND the proof does not tell its event, or no key for it · DENIED, NOT_FOUND as verify_head */
struct verified_proof {
    struct event event;
    uint64_t index;
    struct checkpoint head; /* borrows from file */
};
enum status verify_proof(struct scope *s, const struct verify_trust *trust, const struct agency_signers *keys, struct span file,
                         struct verified_proof *ret_p) MUST_CHECK;

/* Where a tile's bytes come from; they are good until the next call.
 *   fails  NOT_FOUND there is no such file */
typedef enum status log_file(void *own, const struct tile *t, struct span *ret_bytes);

/* verify_log: every entry is a leaf of ours, and from them follow every hash of every tile and the head's root. Reads each tile of the
 * head's tree once; where a partial one is missing, the full one that has replaced it.
 *   fails  CORRUPT  naming the leaf or the tile · what read fails with */
enum status verify_log(struct scope *s, const struct checkpoint *head, log_file *read, void *own) MUST_CHECK;

/* log_consistency: that the tree of `old` leaves is the beginning of the one of `size`, from the tiles of the latter.
 *   fails  INVALID old > size · CORRUPT a tile is of another length · what read fails with */
enum status log_consistency(struct scope *s, uint64_t old, uint64_t size, log_file *read, void *own, struct tree_proof *ret_p) MUST_CHECK;

/* verify_heads: the tree of the old head is the beginning of the new one's, proven from the tiles of the new.
 *   fails  CORRUPT rolled back, forked, of two logs, or the tiles are of neither · what read fails with */
enum status verify_heads(struct scope *s, const struct checkpoint *old, const struct checkpoint *now, log_file *read, void *own) MUST_CHECK;

#endif
