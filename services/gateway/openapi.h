#ifndef KM_GATEWAY_OPENAPI_H
#define KM_GATEWAY_OPENAPI_H

#include "base/scope.h"
#include "wire/api.h"

/* openapi_print: the OpenAPI 3.1 document of the whole request table, schemas of all messages and records it reaches included.
 *   fails  TOO_LARGE
 *   pure   yes                                       source  OpenAPI Specification 3.1.0 */
enum status openapi_print(struct scope *s, struct span *ret_json) MUST_CHECK;

/* api_creates: a POST that mints an id unless the client did, so it answers 201.
 *   pure   yes */
bool api_creates(const struct api *api);

#endif
