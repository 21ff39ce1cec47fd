/* One thread, two sources: the relay and the stop signal. One request is worked on from its frame to its answer before the next is looked
 * at, so that nothing is ever decided on a memory that is about to change. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "inside.h"
#include "svc/process.h"

enum { SECOND_US = US_PER_S, FRAMES_AT_ONCE = 64 };

enum status signer_open(struct scope *s, const struct settings *cfg, struct keyring *ring, const char *instance,
                        struct signer **ret_signer)
{
    AUTO(signer) g = calloc(1, sizeof *g);

    if (g)
        g->s = scope_new(SCOPE_CAP, entropy_system());
    if (!g || !g->s)
        return fail(s, UNAVAILABLE, "メモリがありません", "no memory");
    g->cfg = cfg;
    g->ring = ring;
    g->instance = instance;
    TRY(memory_open(s, cfg, ring, &g->memory));
    TRY(bus_open(s, cfg->relay_endpoint, ring, instance, &g->bus));
    *ret_signer = take(&g);
    return OK;
}

void signer_free(struct signer *g)
{
    if (!g)
        return;
    bus_free(g->bus);
    memory_free(g->memory);
    scope_free(g->s);
    free(g);
}

static void drain(struct signer *g)
{
    struct frame f;
    bool got = true;

    for (int i = 0; got && i < FRAMES_AT_ONCE; i++) {
        scope_reset(g->s);
        g->s->now_us = clock_now_us();
        if (bus_receive(g->s, g->bus, &f, &got) != OK) {
            g->dropped++;
            got = true;
        } else if (got) {
            ask_take(g, &f);
        }
    }
}

static void hello(struct signer *g, bool is_leaving)
{
    scope_reset(g->s);
    g->s->now_us = clock_now_us();
    if (bus_hello(g->s, g->bus, is_leaving) != OK || keyring_reload_status(g->s, g->ring) != OK)
        LOG(LOG_DEBUG, "hello_failed", LOG_WORD("why", g->s->why.en));
}

void signer_serve(struct signer *g, int stop_fd)
{
    enum { BUS_READY = 1, STOP_READY = 2 };
    int64_t next_us = clock_mono_us();
    unsigned ready = 0;

    while (!(ready & STOP_READY)) {
        int64_t now_us = clock_mono_us();
        if (now_us >= next_us) {
            hello(g, false);
            next_us = now_us + SECOND_US;
        }
        ready = bus_wait(g->bus, &stop_fd, 1, (int)((next_us - now_us) / US_PER_MS) + 1);
        if (ready & BUS_READY)
            drain(g);
    }
    LOG(LOG_NOTICE, "stopping", LOG_NUM("dropped", g->dropped));
    process_notify("STOPPING=1");
    hello(g, true);
}
