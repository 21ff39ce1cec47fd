#ifndef KM_BASE_BASE64_H
#define KM_BASE_BASE64_H

#include <stdbool.h>

#include "base/scope.h"
#include "base/span.h"

/* Base 64 with the alphabet of RFC 4648 §4 and its padding. Every byte string has one text: one with line breaks, without its padding, or
 * with bits set beyond the last byte is refused. */

/* BASE64_LEN: digits of n bytes, padding included. */
#define BASE64_LEN(n) (((n) + 2) / 3 * 4)

/* base64_put: BASE64_LEN(bytes.n) digits, no NUL; gives back how many.
 *   pure   yes */
size_t base64_put(struct span bytes, char *to);

/* base64_print: the same, owned by the scope.
 *   fails  TOO_LARGE the scope's cap */
enum status base64_print(struct scope *s, struct span bytes, struct span *ret_text) MUST_CHECK;

/* base64_to: exactly n bytes; false when the text is anything else, and then `to` may be half written.
 *   pure   yes */
bool base64_to(struct span text, uint8_t *to, size_t n);

/* base64_parse: as many bytes as there are, owned by the scope.
 *   fails  INVALID not base 64 · TOO_LARGE */
enum status base64_parse(struct scope *s, struct span text, struct span *ret_bytes) MUST_CHECK;

#endif
