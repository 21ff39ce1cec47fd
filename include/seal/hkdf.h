#ifndef KM_SEAL_HKDF_H
#define KM_SEAL_HKDF_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "base/status.h"

enum { HKDF_PRK_LEN = 32, HKDF_OUT_MAX = 255 * 32 };

/* hkdf_extract: HKDF-SHA-256, step 1.
 *   in     salt  any length, empty allowed     ikm  input key material
 *   ret    prk   secret: the caller wipes it
 *   pure   yes                                       source  RFC 5869 §2.2 */
void hkdf_extract(struct span salt, struct span ikm, uint8_t ret_prk[HKDF_PRK_LEN]);

/* hkdf_expand: HKDF-SHA-256, step 2.
 *   in     info  any length     n  1 … HKDF_OUT_MAX
 *   ret    to    n bytes, secret: the caller wipes them; untouched unless OK
 *   fails  INVALID n out of bounds
 *   pure   yes                                       source  RFC 5869 §2.3 */
enum status hkdf_expand(const uint8_t prk[HKDF_PRK_LEN], struct span info, uint8_t *ret_to,
                        size_t n) MUST_CHECK;

#endif
