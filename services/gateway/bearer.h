#ifndef KM_GATEWAY_BEARER_H
#define KM_GATEWAY_BEARER_H

#include <stdbool.h>

#include "base/span.h"

/* What a request carries to say whose it is. */

#define SESSION_COOKIE "__Host-kashimaru"
enum { TOKEN_LEN = 64 };

/* bearer_header: the token of an Authorization header; the empty span unless it is "Bearer TOKEN".
 *   pure   yes                                       source  RFC 6750 §2.1 */
struct span bearer_header(struct span header);

/* bearer_cookie: the value of SESSION_COOKIE in a Cookie header; the empty span when it is not there, or there twice.
 *   pure   yes                                       source  RFC 6265 §4.2.1 */
struct span bearer_cookie(struct span header);

/* bearer_is_formed: whether a session could have this token: 64 lower-case hex digits.
 *   pure   yes */
bool bearer_is_formed(struct span token);

/* origin_is: whether an Origin header names the host (and port) of a Host header.
 *   pure   yes                                       source  RFC 6454 §7, RFC 9110 §7.2 */
bool origin_is(struct span origin, struct span host);

#endif
