#ifndef KM_BASE_BASE32_H
#define KM_BASE_BASE32_H

#include <stdbool.h>

#include "base/scope.h"
#include "base/span.h"

/* Base 32 with the alphabet of RFC 4648 §6, without padding. */

/* base32_print: capitals, owned by the scope.
 *   fails  TOO_LARGE the scope's cap */
enum status base32_print(struct scope *s, struct span bytes, struct span *ret_text) MUST_CHECK;

/* base32_to: exactly n bytes from as many digits as they take, either case; false when the text is anything else, bits beyond the last
 * byte included, and then `to` may be half written.
 *   pure   yes */
bool base32_to(struct span text, uint8_t *to, size_t n);

#endif
