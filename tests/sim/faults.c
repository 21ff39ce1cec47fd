/* Doors that refuse: in front of two stream handlers stands one that refuses a message a given number of times, before the handler
 * or after it has written, and then lets it through. What follows (rollback, negative acknowledgement, retry, parking, an
 * operator's answer) is the engine's, unchanged. */
#include <string.h>

#include "intake/intake.h"
#include "world.h"

/* meeting.h and intake.h each have a record_type of their own */
extern const struct service MEETING;
enum status handle_meeting_wanted(struct turn *t, const void *in);

/* Of this process's only world. A turn's `own` is its service's, and nothing else in it leads back to the world. */
static struct fault *door;

static enum status refuse(struct turn *t, const void *in, enum status (*handler)(struct turn *t, const void *in))
{
    struct fault *f = door;

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

static enum status doored(struct scope *s, const struct service *svc, const char *type,
                          enum status (*handler)(struct turn *t, const void *in), struct service *ret_with)
{
    struct route *routes = scope_alloc(s, svc->route_n * sizeof *routes);

    if (!routes)
        return TOO_LARGE;
    for (size_t i = 0; i < svc->route_n; i++) {
        routes[i] = svc->routes[i];
        if (strcmp(routes[i].shape()->name, type) == 0)
            routes[i].handler = handler;
    }
    *ret_with = *svc;
    ret_with->routes = routes;
    return OK;
}

enum status faults_install(struct world *w)
{
    door = &w->fault;
    TRY(doored(w->home, &INTAKE, "case_access", refuse_access, &w->intake));
    return doored(w->home, &MEETING, "meeting_wanted", refuse_meeting, &w->meeting);
}
