#ifndef KM_GATEWAY_GRANTS_H
#define KM_GATEWAY_GRANTS_H

#include "base/cleanup.h"
#include "base/scope.h"
#include "seal/digest.h"
#include "seal/ticket.h"

/* Who was behind a token a moment ago: so that not every request of a page asks account again. Kept under the token's digest, never
 * under the token; what account takes back is therefore still let in for GRANT_HOLD_US at most. */

enum { GRANTS_MAX = 4096, CSRF_MAX = 65, GRANT_HOLD_US = 30 * 1000000, GRANT_SPARE_US = 10 * 1000000 };

struct grant {
    struct actor actor;
    char ticket[TICKET_MAX + 1];
    char csrf[CSRF_MAX];
};

struct grants;

/* grants_new: empty; NULL when the machine has no memory. grants_free wipes. */
struct grants *grants_new(void);
void grants_free(struct grants *g);
DEFINE_AUTO(grants)

/* grants_find: NULL when there is none or its time is up; borrowed until the next grants_put or grants_drop.
 *   in     now_us    monotonic */
const struct grant *grants_find(struct grants *g, const uint8_t token[DIGEST32_LEN], int64_t now_us);

/* grants_put: keeps or replaces one; the one that was not asked for the longest makes room.
 *   in     now_us    monotonic      left_us   of the ticket's life; one that is nearly over is not kept */
void grants_put(struct grants *g, const uint8_t token[DIGEST32_LEN], const struct grant *grant, int64_t now_us, int64_t left_us);

/* grants_drop: forgets one, if it is there. grants_count: how many there are. */
void grants_drop(struct grants *g, const uint8_t token[DIGEST32_LEN]);
size_t grants_count(const struct grants *g);

#endif
