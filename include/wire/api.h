#ifndef KM_WIRE_API_H
#define KM_WIRE_API_H

#include <stddef.h>

#include "base/shape.h"

/* Every request people and agency systems can make, once: HTTP method and path, command line noun and verb, the service that
 * answers, the message sent and the answer expected. The gateway, `kashimaru`, and the OpenAPI document all walk this table. */

enum api_kind { API_QUERY, API_CHANGE };
enum { API_ANYBODY = 1 << 30 }; /* in `roles`: may be asked before signing in */

struct api {
    const char *method; /* HTTP method */
    const char *path;   /* under /api/v1; {x} is a field of the message */
    const char *noun, *verb; /* kashimaru NOUN VERB */
    const char *service;
    const struct shape *(*request)(void);
    const struct shape *(*answer)(void);
    enum api_kind kind;
    unsigned roles; /* bit per enum role that may ask */
    const char *ja, *en;
};

/* api_at: rows in document order; NULL past the end. api_find: by noun and verb. */
const struct api *api_at(size_t i);
const struct api *api_find(const char *noun, const char *verb);

#endif
