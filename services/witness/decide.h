#ifndef KM_WITNESS_DECIDE_H
#define KM_WITNESS_DECIDE_H

#include "memory.h"

/* cosign_decide: may this head of a log be cosigned after the one that was cosigned last?
 *   in     w   the log whose name the head has
 *   fails  DENIED the log's key has not signed it · INVALID old is larger than the head · UNAVAILABLE the log's memory is lost · CONFLICT old
 *          is not what was cosigned last, whose size is then why.state, in decimal; or the same size with another root, and why.state
 *          is "" · CORRUPT the proof does not lead there
 *   pure   yes                                       source  C2SP tlog-witness */
enum status cosign_decide(struct scope *s, const struct watched *w, const struct submission *m) MUST_CHECK;

/* is_fork: this head and the one cosigned last cannot both be of one log. As far as that can be told without a proof; the log signed it.
 *   pure   yes */
bool is_fork(const struct watched *w, const struct checkpoint *head);

#endif
