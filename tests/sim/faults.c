/* Doors that refuse: in front of the two stream handlers whose services keep nothing of their own in turn->own stands one that
 * refuses a message a given number of times, before the handler or after it has written, and then lets it through. What
 * follows (rollback, negative acknowledgement, retry, parking, an operator's answer) is the engine's, unchanged. */
#include <string.h>

#include "intake/intake.h"
#include "world.h"

/* meeting.h and intake.h each have a record_type of their own */
extern const struct service MEETING;
enum status handle_meeting_wanted(struct turn *t, const void *in);

static enum status refuse(struct turn *t, const void *in, enum status (*handler)(struct turn *t, const void *in))
{
    struct fault *f = t->own;

    if (f->left <= 0)
        return handler(t, in);
    f->left--;
    f->refused++;
    if (f->is_late)
        TRY(handler(t, in));
    return fail(t->s, f->as, "試験のための拒否です", "refused for the test");
}

static enum status refuse_access(struct turn *t, const void *in)
{
    return refuse(t, in, handle_case_access);
}

static enum status refuse_meeting(struct turn *t, const void *in)
{
    return refuse(t, in, handle_meeting_wanted);
}

static struct service doored(const struct service *svc, struct route *routes, size_t most, const char *type,
                             enum status (*door)(struct turn *t, const void *in))
{
    struct service with = *svc;

    for (size_t i = 0; i < svc->route_n && i < most; i++) {
        routes[i] = svc->routes[i];
        if (strcmp(routes[i].shape()->name, type) == 0)
            routes[i].handler = door;
    }
    with.routes = routes;
    return with;
}

void faults_install(struct world *w)
{
    w->intake = doored(&INTAKE, w->routes, COUNT(w->routes), "case_access", refuse_access);
    w->meeting = doored(&MEETING, w->meeting_routes, COUNT(w->meeting_routes), "meeting_wanted", refuse_meeting);
}
