#ifndef KM_GATEWAY_TRACE_H
#define KM_GATEWAY_TRACE_H

#include "base/scope.h"

/* trace_is_valid: a W3C traceparent of version 00: lower-case hex, trace id and parent id not zero, nothing after it.
 *   pure   yes                                       source  W3C Trace Context level 1 §3.2 */
bool trace_is_valid(struct span text);

/* trace_begin: the caller's traceparent if it is valid, else a fresh one, not sampled, from the scope's entropy.
 *   ret    `to`, TRACE_MAX bytes */
char *trace_begin(struct scope *s, struct span given, char to[TRACE_MAX]);

#endif
