#ifndef KM_CTL_REQUEST_H
#define KM_CTL_REQUEST_H

#include "ctl.h"
#include "line.h"

/* request_fill: from what stands on the command line to a wish ready to be sent, in w->s.
 *   in     service   who answers; NULL = the row's own
 *   fails  INVALID a field is missing, unknown or wrong */
enum status request_fill(struct ctl *c, const struct api *row, const char *service, const struct pair *fixed, size_t fixed_n,
                         struct wish *w) MUST_CHECK;

/* request_actor: who asks: --as; else, for what operators do, "ctl" as administrator, and otherwise $KASHIMARU_AS.
 *   fails  INVALID nobody is named and the request needs somebody, or malformed */
enum status request_actor(struct ctl *c, bool is_operator, struct actor *ret_actor) MUST_CHECK;

/* request_open: keys and the line to the relay. */
enum status request_open(struct ctl *c, struct line *ret_line) MUST_CHECK;

/* request_decode: the answer of a wish as a struct of `shape`, its sealed part included.
 *   fails  INVALID, CORRUPT the answer is not what the row promises · a refusal: its own status, with its reason */
enum status request_decode(struct ctl *c, const struct wish *w, const struct shape *shape, const void **ret_msg) MUST_CHECK;

/* request_show: the answer on stdout, as people read it or as JSON. */
enum status request_show(struct ctl *c, const struct wish *w, const struct shape *shape) MUST_CHECK;

#endif
