#ifndef KM_SEAL_BLIND_H
#define KM_SEAL_BLIND_H

#include <stdint.h>

#include "base/span.h"
#include "seal/secret.h"

/* Blind indexes: equal inputs can be found without being told. Keyed, of several fields together, and cut short, so that a stolen
 * table neither proves a guess without the key nor tells how often one name alone occurs. */

enum { BLIND_LEN = 8 };

/* blind_index: first BLIND_LEN bytes of HMAC-SHA-256(key, "KM1/blind" ‖ NUL ‖ rule ‖ NUL ‖ text).
 *   in     rule  which compound this is, such as "kana+birth"      text  the compound as people_compounds made it
 *   pure   yes                                       source  RFC 2104 */
void blind_index(const struct secret *key, const char *rule, struct span text, uint8_t ret_index[BLIND_LEN]);

#endif
