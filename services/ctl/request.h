#ifndef KM_CTL_REQUEST_H
#define KM_CTL_REQUEST_H

#include "ctl.h"
#include "grant.h"
#include "line.h"

/* request_fill: from what stands on the command line to a wish ready to be sent, in w->s.
 *   in     service   who answers; NULL = the row's own
 *   fails  INVALID a field is missing, unknown or wrong */
enum status request_fill(struct ctl *c, const struct api *row, const char *service, const struct pair *fixed, size_t fixed_n,
                         struct wish *w) MUST_CHECK;

/* request_open: who asks, keys, the line to the relay, and a ticket from account; nothing is connected while nobody is named.
 *   fails  as grant_choose, grant_get, line_open */
enum status request_open(struct ctl *c, struct line *ret_line, enum ask ask) MUST_CHECK;

/* request_tell: one request of a command's own, asked as who c->s->actor is, its answer as a struct.
 *   in     msg, sealed  structs of shape and of its sealed field; sealed NULL = none
 *   ret    w            in c->s, with the answer as it came
 *   fails  as line_ask and request_decode */
enum status request_tell(struct ctl *c, struct line *l, const struct shape *shape, const void *msg, const void *sealed,
                         const struct shape *answer, struct wish *w, const void **ret_msg) MUST_CHECK;

/* request_decode: the answer of a wish as a struct of `shape`, its sealed part included.
 *   fails  INVALID, CORRUPT the answer is not what the row promises · a refusal: its own status, with its reason */
enum status request_decode(struct ctl *c, const struct wish *w, const struct shape *shape, const void **ret_msg) MUST_CHECK;

/* request_show: the answer on stdout, as people read it or as JSON. */
enum status request_show(struct ctl *c, const struct wish *w, const struct shape *shape) MUST_CHECK;

#endif
