#ifndef KM_GATEWAY_PROBLEM_H
#define KM_GATEWAY_PROBLEM_H

#include "base/scope.h"
#include "base/shape.h"

/* problem_print: why a request was refused, as application/problem+json (RFC 9457): type urn:kashimaru:problem:<status word>,
 * title and detail in Japanese with English beside them, instance = the request's id.
 *   in     http  the HTTP code sent      why  its state and accepts are said when state is not ""
 *   ret    json  in the scope
 *   fails  TOO_LARGE · INVALID the why is not UTF-8
 *   pure   yes */
enum status problem_print(struct scope *s, enum status st, unsigned http, const struct why *why, struct uuid id,
                          struct span *ret_json) MUST_CHECK;

/* shape_problem: the same document as a shape, for the published schema. */
const struct shape *shape_problem(void);

#endif
