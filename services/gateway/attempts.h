#ifndef KM_GATEWAY_ATTEMPTS_H
#define KM_GATEWAY_ATTEMPTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/span.h"

/* How often an address may try to sign in or to enrol: ATTEMPTS_MOST times within ATTEMPTS_WINDOW_US. */

enum { ATTEMPTS_MOST = 10, ATTEMPTS_WINDOW_US = 60 * 1000000, CALLERS_MAX = 1024, CALLER_LEN = 16 };

/* An IPv6 address, an IPv4 one mapped into it; of IPv6 only the first 64 bits, for the rest is the client's to choose. */
struct caller {
    uint8_t b[CALLER_LEN];
};

struct attempts {
    size_t n;
    struct tried {
        struct caller from;
        int64_t at_us[ATTEMPTS_MOST]; /* monotonic; a ring, next names the oldest */
        size_t next, n;
        int64_t last_us;
    } v[CALLERS_MAX];
};

/* caller_of: whose connection it is. Where the connection comes from this machine itself, a proxy stands in front of us, and the last
 * address of X-Forwarded-For is the one it saw; what stands before that is the client's own claim.
 *   in     forwarded  the header, empty = none
 *   pure   yes */
struct caller caller_of(const struct sockaddr *peer, struct span forwarded);

/* caller_is_here: whether what caller_of says is this machine itself.
 *   pure   yes */
bool caller_is_here(struct caller from);

/* attempts_take: counts one more; false: too many, and how long until one is free. The address that was silent the longest makes room.
 *   in     now_us    monotonic
 *   ret    wait_us   set when false */
bool attempts_take(struct attempts *a, struct caller from, int64_t now_us, int64_t *ret_wait_us);

#endif
