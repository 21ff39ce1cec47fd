#ifndef KM_INTAKE_DUPLICATE_H
#define KM_INTAKE_DUPLICATE_H

#include "base/scope.h"
#include "wire/words.h"

/* What becomes of a pair; pure. */

enum found_effect { FOUND_NOTHING, FOUND_UPDATE, FOUND_REOPEN };

/* duplicate_decide_found: a pair that is known is found again.
 *   in     was    its state           was_score, score   per mille, then and now
 *   ret    REOPEN only for one that was decided not to be a duplicate, and only by a higher score; the same pair never asks twice.
 *          UPDATE also to a lower one: a reason that holds no more, as by a telephone that is hidden by now, is shown no more
 *   pure   yes */
enum found_effect duplicate_decide_found(enum duplicate_state was, int64_t was_score, int64_t score);

/* duplicate_decide_state: from one state to another, with what it means for the two histories.
 *   ret    happened  HAPPENED_MERGED, HAPPENED_UNMERGED, or −1
 *   fails  CONFLICT it is in that state already · INVALID no reason
 *   pure   yes */
enum status duplicate_decide_state(struct scope *s, enum duplicate_state was, enum duplicate_state next, struct span reason,
                                   int *ret_happened) MUST_CHECK;

#endif
