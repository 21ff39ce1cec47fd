#ifndef KM_GATEWAY_IDEM_H
#define KM_GATEWAY_IDEM_H

#include "base/scope.h"
#include "wire/api.h"

enum { IDEM_KEY_MAX = 200 };

/* idem_key_is_valid: 1 … 200 visible ASCII characters.
 *   pure   yes */
bool idem_key_is_valid(struct span key);

/* idem_id: the request id a key stands for: the same for the same user, agency, method, path and key, and for nothing else.
 *   in     path  as sent, without query
 *   ret    a version 8 (custom) uuid: digest16("KM-idem" ‖ user ‖ agency ‖ method ‖ path ‖ key), each part with its length
 *   pure   yes                                       source  RFC 9562 §5.8 */
struct uuid idem_id(const struct actor *who, struct span method, struct span path, struct span key);

/* idem_is_told: whether a request asked before anybody is known says itself, in its field `once`, what the key stands for: account tells
 * one attempt from the next by it together with all that was sent.
 *   pure   yes */
bool idem_is_told(const struct api *api);

#endif
