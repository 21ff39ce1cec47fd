#ifndef KM_LEDGER_REPLAY_H
#define KM_LEDGER_REPLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/scope.h"
#include "base/span.h"
#include "base/status.h"
#include "base/uuid.h"
#include "ledger/event.h"

/* The life of a case replayed from its events alone: did everything that is told happen in an order in which it can happen? */

/* One event as the replay needs it. A hole tells nothing but its leaf; of a blank the payload was erased, so about … reason are empty. */
struct replay_step {
    bool is_hole, is_blank;
    enum event_type type;
    uint32_t agency, counterpart;
    uint8_t leaf[LEDGER_HASH_LEN], answers[LEDGER_HASH_LEN]; /* leaf hashes; answers zero = none */
    bool has_about;
    struct uuid about;
    struct span happened, detail, reason;
};

struct replay; /* opaque, lives in the scope it was made in */

/* replay_new: a case nothing has happened to.
 *   fails  TOO_LARGE the scope's cap */
enum status replay_new(struct scope *s, struct replay **ret_r) MUST_CHECK;

/* replay_step: the next event of the case, in its order.
 *   in     step     its texts are not kept
 *   fails  CORRUPT  it cannot have happened then, or not by this agency; the why says what is wrong
 *          TOO_LARGE  the scope's cap
 *   pure   yes      source  field.md DR-02 … DR-15; the rules of referrals (kashimaru rules)
 *
 * What must hold: OPEN is the first event and no other. One agency leads at any time: the one named when the baton was made, then whoever
 * accepted the transfer that moved it from the lead of that moment. Each referral goes through the states the rules allow; only its
 * receiver opens, accepts or declines it, and an ACCEPT answers the very OFFER of it. Only the lead closes, once, with no offer open; after
 * that nothing is offered, answered or moved. After a hole what it may have changed is unknown, and what needs it is not judged. */
enum status replay_step(struct scope *s, struct replay *r, const struct replay_step *step) MUST_CHECK;

/* What a replay came to. */
struct replay_end {
    bool has_lead, is_closed;
    uint32_t lead;
    size_t handoffs; /* offers accepted, with both events here */
    size_t open_offers;
};
void replay_end(const struct replay *r, struct replay_end *ret_end);

#endif
