#ifndef KM_SVC_AUDITED_H
#define KM_SVC_AUDITED_H

#include "base/shape.h"
#include "svc/turn.h"

/* What an auditor asks is itself an event: of the request's name and of what was asked for. Other roles' questions are none. */

enum { ASKED_TEXT_MAX = 200 };

/* audited_text: what a request asks for, as `name=value` words: dates, codes, ids, numbers. Of a text only its name, because it may be
 * anything; of a list the first item and how many; the case is left out, because the event is of it. What does not fit ends with «…».
 *   ret    text  in the scope, at most ASKED_TEXT_MAX bytes; "" when nothing was said
 *   fails  TOO_LARGE the scope's cap
 *   pure   yes */
enum status audited_text(struct scope *s, const struct shape *shape, const void *msg, struct span *ret_text) MUST_CHECK;

/* audited_case: the case a request is about, nil when it is about none. */
struct uuid audited_case(const struct shape *shape, const void *msg);

/* audited_record: the event `audited` when an auditor asks, nothing else; for services whose database has the history.
 *   fails  as audited_text */
enum status audited_record(struct turn *t, const struct shape *shape, const void *msg) MUST_CHECK;

/* AUDITED(t, disclosure_list, in): by the message's name. */
#define AUDITED(t, msg, in) audited_record((t), shape_##msg(), (in))

#endif
