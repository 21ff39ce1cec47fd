/* Requests on their way, as the gateway would send them: each has an id, a scope and a step that follows its answer. What the relay
 * calls busy is asked again under the same id; what is refused otherwise is a fault of the measurement and is told. */
#include <stdlib.h>

#include "bench.h"

enum { HELLO_US = US_PER_S, LOST_US = 3 * US_PER_S, CALL_CAP = 1 << 20 };

struct flight *flight_new(struct bench *b, size_t n, step *landed)
{
    struct flight *f = calloc(1, sizeof *f);

    if (!f || n > CALLS_MAX)
        stop("flight", "no memory");
    f->b = b;
    f->n = n;
    f->landed = landed;
    tickets_renew(b);
    f->in = scope_new(SCOPE_CAP, entropy_system());
    for (size_t i = 0; i < n; i++) {
        f->calls[i].s = scope_new(CALL_CAP, entropy_system());
        f->calls[i].as = b->as;
        if (!f->in || !f->calls[i].s)
            stop("flight", "no memory");
    }
    return f;
}

void flight_free(struct flight *f)
{
    for (size_t i = 0; i < f->n; i++)
        scope_free(f->calls[i].s);
    scope_free(f->in);
    free(f->late_us);
    free(f);
}

bool flight_is_empty(const struct flight *f)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->calls[i].is_flying)
            return false;
    return true;
}

void flight_send(struct flight *f, struct call *c)
{
    c->s->now_us = clock_now_us();
    c->ask.instance = f->b->instance;
    c->sent_us = clock_mono_us();
    c->is_flying = true;
    enum status st = client_ask(c->s, f->b->bus, f->b->ring, &c->ask);
    if (st != OK && st != UNAVAILABLE)
        stop(c->ask.type, c->s->why.en);
}

static void land(struct flight *f, const struct frame *frame)
{
    struct answered got;

    if (client_answer(f->in, f->b->ring, frame, &got) != OK)
        return;
    for (size_t i = 0; i < f->n; i++) {
        struct call *c = &f->calls[i];
        if (!c->is_flying || !uuid_eq(c->ask.id, got.re))
            continue;
        if (got.refused == UNAVAILABLE)
            return; /* sent again when its time comes */
        c->is_flying = false;
        if (got.refused != OK) {
            if (f->b->refused++ == 0)
                fprintf(stderr, "bench: %s: %.*s\n", c->ask.type, (int)got.why.why_en.n, (const char *)got.why.why_en.p);
            c->stage = STAGE_FREE;
            return;
        }
        f->landed(f, c);
        return;
    }
}

static void greet(struct flight *f)
{
    int64_t now = clock_mono_us();

    if (f->hello_us && now - f->hello_us < HELLO_US)
        return;
    f->hello_us = now;
    scope_reset(f->in);
    if (bus_hello(f->in, f->b->bus, false) != OK)
        f->hello_us = 0;
    for (size_t i = 0; i < f->n; i++)
        if (f->calls[i].is_flying && now - f->calls[i].sent_us > LOST_US)
            flight_send(f, &f->calls[i]);
}

void flight_turn(struct flight *f, int wait_ms)
{
    struct frame frame;
    bool got = true;

    greet(f);
    if (!(bus_wait(f->b->bus, NULL, 0, wait_ms) & 1u))
        return;
    while (got) {
        scope_reset(f->in);
        if (bus_receive(f->in, f->b->bus, &frame, &got) != OK) {
            got = true;
            continue;
        }
        if (got)
            land(f, &frame);
    }
}
