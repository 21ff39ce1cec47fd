/* Every request that waits for an answer stands here exactly once and leaves by the answer or by the clock, whichever comes
 * first; an answer that finds nobody is late and is dropped by whoever brought it. */
#include "pending.h"

bool pending_has_room(const struct pending *p)
{
    return p->n < PENDING_MAX;
}

void pending_add(struct pending *p, struct uuid id, struct request *r, int64_t due_us)
{
    p->v[p->n++] = (struct waiting){.id = id, .r = r, .due_us = due_us};
}

static struct request *remove_at(struct pending *p, size_t i)
{
    struct request *r = p->v[i].r;

    p->v[i] = p->v[--p->n];
    return r;
}

struct request *pending_take(struct pending *p, struct uuid id)
{
    for (size_t i = 0; i < p->n; i++)
        if (uuid_eq(p->v[i].id, id))
            return remove_at(p, i);
    return NULL;
}

struct request *pending_overdue(struct pending *p, int64_t now_us)
{
    for (size_t i = 0; i < p->n; i++)
        if (now_us >= p->v[i].due_us)
            return remove_at(p, i);
    return NULL;
}

int64_t pending_due_us(const struct pending *p)
{
    int64_t due_us = INT64_MAX;

    for (size_t i = 0; i < p->n; i++)
        if (p->v[i].due_us < due_us)
            due_us = p->v[i].due_us;
    return due_us;
}
