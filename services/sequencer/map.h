#ifndef KM_SEQUENCER_MAP_H
#define KM_SEQUENCER_MAP_H

#include "base/span.h"
#include "ledger/event.h"
#include "wire/words.h"

/* What of the history becomes which event. Every row becomes one. */

/* happening_type: the event a happening is; a referral is told apart by what happened to it, which is the row's detail. A word that is
 * not known here (−1) is an OUTCOME: something happened, and the payload says what.
 *   pure   yes */
enum event_type happening_type(int what, struct span detail);

/* type_answers: does it answer the offer of the same referral?  happening_reason: the code of a reason: its place, from 1, in the
 * list this happening takes its reasons from; 0 = none, or words of somebody's own.
 *   pure   yes */
bool type_answers(enum event_type type);
uint32_t happening_reason(int what, struct span reason);

#endif
