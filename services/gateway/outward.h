#ifndef KM_GATEWAY_OUTWARD_H
#define KM_GATEWAY_OUTWARD_H

#include "base/scope.h"
#include "base/shape.h"

/* outward_shape: a message or record as those outside see it: tickets are left out, a session's token is there only when it was asked
 * for. Most are what they are; a changed one is the scope's, with the same struct, name and fields.
 *   fails  returns NULL when the scope is full
 *   pure   yes */
const struct shape *outward_shape(struct scope *s, const struct shape *shape);

#endif
