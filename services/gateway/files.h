#ifndef KM_GATEWAY_FILES_H
#define KM_GATEWAY_FILES_H

#include "base/scope.h"
#include "base/span.h"
#include "base/status.h"

/* file_below: the bytes of a regular file below a folder; every folder on the way is opened by itself, so that no link leads elsewhere. The
 * caller has judged the path: here it is only walked.
 *   in     what  "log" or so, for the reason
 *   fails  NOT_FOUND there is none · CORRUPT larger than `most` · UNAVAILABLE · TOO_LARGE the scope is full */
enum status file_below(struct scope *s, const char *folder, struct span path, size_t most, struct span *ret_bytes) MUST_CHECK;

#endif
