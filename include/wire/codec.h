#ifndef KM_WIRE_CODEC_H
#define KM_WIRE_CODEC_H

#include "base/scope.h"
#include "base/shape.h"

/* Shape ↔ JSON. UTF-8, sorted keys, compact; ids, codes and times as strings (RFC 3339), numbers as int64.
 * A SEALED field is never part of the payload: it has a JSON of its own that travels in the frame's body. */

enum { JSON_DEPTH_MAX = 32 };

/* codec_decode: JSON to a struct of `shape`.
 *   in     json   UTF-8; payload of a message, or a record      minor  the sender's schema: a newer one may carry unknown fields
 *   ret    to     struct of shape->size bytes, zeroed first; texts borrow from the scope, not from json
 *   fails  INVALID not JSON, duplicate key, depth > 32, NUL, unknown or missing field, wrong kind, over a bound (the why names
 *          the field) · TOO_LARGE the scope is full
 *   pure   yes */
enum status codec_decode(struct scope *s, const struct shape *shape, struct span json, int64_t minor,
                         void *ret_to) MUST_CHECK;

/* codec_encode: a struct to compact JSON in the scope; sealed fields are left out.
 *   fails  INVALID a bound is broken (a defect of ours) · TOO_LARGE */
enum status codec_encode(struct scope *s, const struct shape *shape, const void *from,
                         struct span *ret_json) MUST_CHECK;

/* codec_merge: payload JSON with the sealed part's JSON put in as field `name`, for people (HTTP, command line).
 *   in     sealed  empty = none */
enum status codec_merge(struct scope *s, struct span payload, const char *name, struct span sealed,
                        struct span *ret_json) MUST_CHECK;

/* codec_split: the inverse: a request as people write it → payload JSON and the sealed field's JSON (empty when absent).
 *   in     extra   name/value pairs laid over the object first (path and query parameters), NULL-terminated names
 *   fails  INVALID not an object, or an extra value that the field's kind cannot take */
struct pair {
    const char *name;
    struct span value;
};
enum status codec_split(struct scope *s, const struct shape *shape, struct span json, const struct pair *extra,
                        size_t extra_n, struct span *ret_payload, struct span *ret_sealed) MUST_CHECK;

/* codec_schema: JSON Schema (2020-12) of a shape, sealed field included under its own name; refs to "#/components/schemas/…". */
enum status codec_schema(struct scope *s, const struct shape *shape, struct span *ret_json) MUST_CHECK;

#endif
