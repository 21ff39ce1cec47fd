#ifndef KM_BASE_HEX_H
#define KM_BASE_HEX_H

#include <stdbool.h>

#include "base/scope.h"
#include "base/span.h"

/* hex_print: lower-case hex, owned by the scope.
 *   fails  TOO_LARGE the scope's cap */
enum status hex_print(struct scope *s, struct span bytes, struct span *ret_text) MUST_CHECK;

/* hex_to: exactly n bytes from 2 n digits, either case; false when the text is anything else, and then `to` may be half written.
 *   pure   yes */
bool hex_to(struct span text, uint8_t *to, size_t n);

/* hex_parse: as many bytes as there are, owned by the scope.
 *   fails  INVALID an odd number of digits, or another character · TOO_LARGE */
enum status hex_parse(struct scope *s, struct span text, struct span *ret_bytes) MUST_CHECK;

#endif
