#ifndef KM_GATEWAY_PENDING_H
#define KM_GATEWAY_PENDING_H

#include "base/uuid.h"

/* NAMES: requests of which account is asked whose they are; anybody can make as many of those as there are tokens to guess. */
enum { PENDING_MAX = 1024, NAMES_MAX = 48, NAMES_PER_CALLER = 32 };

struct request;

/* Who waits for which answer. The same id may wait twice: a client that retries too soon gets the one answer on both. */
struct pending {
    size_t n;
    struct waiting {
        struct uuid id;
        struct request *r;
        int64_t due_us; /* monotonic */
    } v[PENDING_MAX];
};

/* pending_has_room: asked before pending_add, which takes it for granted. */
bool pending_has_room(const struct pending *p);
void pending_add(struct pending *p, struct uuid id, struct request *r, int64_t due_us);

/* pending_take: somebody who waits for this id, and no longer stands there; NULL when nobody does. pending_overdue: the same for
 * somebody whose time is up. pending_due_us: when the next one's will be, INT64_MAX when nobody waits. */
struct request *pending_take(struct pending *p, struct uuid id);
struct request *pending_overdue(struct pending *p, int64_t now_us);
int64_t pending_due_us(const struct pending *p);

#endif
