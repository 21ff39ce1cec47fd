#ifndef KM_SEQUENCER_TAKE_H
#define KM_SEQUENCER_TAKE_H

#include "base/scope.h"
#include "wire/message.h"

struct q_rows_new_row; /* of sql/queries/sequencer.sql */

enum { PAYLOAD_TEXT_MAX = 1024 }; /* of event_wanted.payload */

/* take_row: what a row of the history says, as the event it becomes; seq, prev and answers are the chain's to fill in.
 *   ret    texts live as long as the scope and the row
 *   fails  TOO_LARGE the scope's cap
 *   pure   yes */
enum status take_row(struct scope *s, const struct q_rows_new_row *row, struct event_wanted *ret_event) MUST_CHECK;

#endif
