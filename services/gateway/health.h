#ifndef KM_GATEWAY_HEALTH_H
#define KM_GATEWAY_HEALTH_H

#include "base/clock.h"
#include "svc/client.h"

/* Whether the services behind the gateway answer, and how their outboxes stand: each is asked queue_status once a second. */

enum { SERVICE_N = 6, QUEUE_LINES_MAX = 16, QUEUE_NAME_MAX = 17, UP_WITHIN_US = 10 * US_PER_S };

struct queue_seen {
    char to[QUEUE_NAME_MAX];
    int64_t waiting, parked, oldest_ms;
};

struct health {
    struct service_seen {
        struct uuid asked;   /* id of the last question */
        int64_t answered_us; /* monotonic, 0 = never */
        struct queue_seen queue[QUEUE_LINES_MAX];
        size_t queue_n;
    } service[SERVICE_N];
    int64_t relay_us; /* monotonic: when the relay last brought anything, 0 = never */
};

/* service_name: of the services requests can be for, by number. service_find: the number, −1 for any other name. */
const char *service_name(size_t i);
int service_find(struct span name);

/* health_ask: says hello to the relay and asks every service; a full bus only makes this second count for nothing. */
void health_ask(struct health *h, struct scope *s, struct bus *bus, const struct keyring *ring, const char *instance);

/* health_take: an answer to one of the questions; false: it is the answer to something else. */
bool health_take(struct health *h, struct scope *s, const struct answered *a, int64_t now_us);

/* health_is_up: answered within the last 10 s.
 *   in     i     number of the service; SERVICE_N = the relay
 *   pure   yes */
bool health_is_up(const struct health *h, size_t i, int64_t now_us);

/* health_print: {"missing":[…],"status":"ok"}; what is missing is named, the relay included.
 *   ret    is_ready  nothing is missing
 *   pure   yes */
enum status health_print(struct scope *s, const struct health *h, int64_t now_us, struct span *ret_json,
                         bool *ret_is_ready) MUST_CHECK;

#endif
