/* One thread, three sources: the relay, MHD's epoll, the stop signal. Nothing that comes in ends the process; an answer is given
 * to whoever waits for it, and whoever waited too long is told so by the clock. */
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "inside.h"
#include "openapi.h"
#include "svc/process.h"

enum { SECOND_US = US_PER_S, FRAMES_AT_ONCE = 64, WAIT_MOST_MS = 1000, HTTP_TIMEOUT = 504, LAST_TURNS = 50, LAST_WAIT_MS = 10 };

enum status gateway_open(struct scope *s, const struct settings *cfg, struct keyring *ring, const char *instance,
                         struct gateway **ret_gateway)
{
    AUTO(gateway) g = calloc(1, sizeof *g);

    if (!g)
        return fail(s, UNAVAILABLE, "メモリがありません", "no memory");
    g->cfg = cfg;
    g->ring = ring;
    g->instance = instance;
    g->listen_fd = -1;
    g->s = scope_new(SCOPE_CAP, entropy_system());
    g->own = scope_new(SCOPE_CAP, entropy_system());
    g->grants = grants_new();
    if (!g->s || !g->own || !g->grants)
        return fail(s, UNAVAILABLE, "メモリがありません", "no memory");
    if (openapi_print(g->own, &g->openapi) != OK)
        return fail(s, INTERNAL, "OpenAPI 文書を作れません", "cannot print the OpenAPI document");
    TRY(bus_open(s, cfg->relay_endpoint, ring, instance, &g->bus));
    health_ask(&g->health, g->s, g->bus, ring, instance);
    TRY(listen_open(s, cfg, &g->listen_fd));
    TRY(http_open(s, g));
    *ret_gateway = take(&g);
    return OK;
}

void gateway_free(struct gateway *g)
{
    if (!g)
        return;
    if (g->daemon)
        MHD_stop_daemon(g->daemon);
    else if (g->listen_fd >= 0)
        close(g->listen_fd);
    bus_free(g->bus);
    grants_free(g->grants);
    scope_free(g->s);
    scope_free(g->own);
    free(g);
}

/* ---- the relay ---- */

static void frame_take(struct gateway *g, const struct frame *f)
{
    struct answered a;
    struct request *r;
    int64_t now_us = clock_mono_us();
    size_t n = 0;

    g->s->now_us = clock_now_us();
    if (client_answer(g->s, g->ring, f, &a) != OK) {
        g->metrics.dropped++;
        return;
    }
    if (health_take(&g->health, g->s, &a, now_us) || streams_take(g, g->s, &a, now_us))
        return;
    for (; (r = pending_take(&g->pending, a.re)); n++) {
        if (r->phase == PHASE_NAMING)
            front_told(r, &a);
        else
            answer_give(r, &a);
        request_resume(r);
    }
    if (n == 0)
        g->metrics.late++;
}

static void drain(struct gateway *g)
{
    struct frame f;
    bool got = true;

    for (int i = 0; got && i < FRAMES_AT_ONCE; i++) {
        scope_reset(g->s);
        if (bus_receive(g->s, g->bus, &f, &got) != OK) {
            g->metrics.dropped++;
            got = true;
        } else if (got) {
            frame_take(g, &f);
        }
    }
    scope_reset(g->s);
}

/* ---- the clock ---- */

static void second(struct gateway *g, int64_t now_us)
{
    scope_reset(g->s);
    if (keyring_reload_status(g->s, g->ring) != OK)
        LOG(LOG_DEBUG, "keys_unreadable", LOG_WORD("why", g->s->why.en));
    scope_reset(g->s);
    health_ask(&g->health, g->s, g->bus, g->ring, g->instance);
    streams_tick(g, now_us);
    http_sweep(g, now_us);
}

static void overdue(struct gateway *g, int64_t now_us)
{
    struct request *r;

    while ((r = pending_overdue(&g->pending, now_us))) {
        if (r->phase == PHASE_NAMING)
            front_told(r, NULL);
        else
            refuse(r, fail(r->s, UNAVAILABLE, "時間内に応答がなく、結果が分かりません。同じ Idempotency-Key で送り直してください。",
                           "no answer in time, the outcome is unknown; send it again with the same Idempotency-Key"), HTTP_TIMEOUT);
        request_resume(r);
    }
}

/* How long nothing needs to be done unless something comes. */
static int wait_of(struct gateway *g, int64_t next_us, int64_t until_us)
{
    int64_t now_us = clock_mono_us(), due_us = pending_due_us(&g->pending);
    MHD_UNSIGNED_LONG_LONG http_ms;
    int64_t ms;

    due_us = due_us < next_us ? due_us : next_us;
    if (g->is_stopping && until_us < due_us)
        due_us = until_us;
    ms = due_us > now_us ? (due_us - now_us) / US_PER_MS + 1 : 0;
    if (MHD_get_timeout(g->daemon, &http_ms) == MHD_YES && (int64_t)http_ms < ms)
        ms = (int64_t)http_ms;
    return (int)(ms < WAIT_MOST_MS ? ms : WAIT_MOST_MS);
}

static void turn(struct gateway *g, unsigned ready, int64_t *next_us)
{
    int64_t now_us = clock_mono_us();

    if (ready & 1u)
        drain(g);
    overdue(g, now_us);
    if (now_us >= *next_us) {
        second(g, now_us);
        *next_us = now_us + SECOND_US;
    }
    (void)MHD_run(g->daemon);
}

/* ---- the end ---- */

static void stop_begin(struct gateway *g)
{
    int fd = MHD_quiesce_daemon(g->daemon);

    LOG(LOG_NOTICE, "stopping", LOG_NUM("requests", g->live));
    process_notify("STOPPING=1");
    g->is_stopping = true;
    streams_end(g, NULL);
    if (fd >= 0)
        close(fd);
    g->listen_fd = -1;
}

/* Who still waits is told; MHD is given the turns it needs to say so. */
static void stop_end(struct gateway *g)
{
    struct request *r;

    while ((r = pending_overdue(&g->pending, INT64_MAX))) {
        if (r->phase == PHASE_NAMING)
            front_told(r, NULL);
        else
            refuse(r, fail(r->s, UNAVAILABLE, "停止しました。結果が分かりません。同じ Idempotency-Key で送り直してください。",
                           "stopped, the outcome is unknown; send it again with the same Idempotency-Key"), 0);
        request_resume(r);
    }
    for (int i = 0; i < LAST_TURNS && g->live; i++) {
        (void)MHD_run(g->daemon);
        (void)bus_wait(g->bus, &g->epoll_fd, 1, LAST_WAIT_MS);
    }
    scope_reset(g->s);
    if (bus_hello(g->s, g->bus, true) != OK)
        LOG(LOG_DEBUG, "hello_failed", LOG_WORD("why", g->s->why.en));
}

void gateway_serve(struct gateway *g, int stop_fd)
{
    enum { STOP_READY = 1u << 2 };
    const int fds[] = {g->epoll_fd, stop_fd};
    int64_t next_us = clock_mono_us() + SECOND_US, until_us = 0;

    while (!g->is_stopping || (g->live && clock_mono_us() < until_us)) {
        unsigned ready = bus_wait(g->bus, fds, g->is_stopping ? 1 : 2, wait_of(g, next_us, until_us));
        if (ready & STOP_READY) {
            stop_begin(g);
            until_us = clock_mono_us() + g->cfg->grace_ms * US_PER_MS;
        }
        turn(g, ready, &next_us);
    }
    stop_end(g);
}
