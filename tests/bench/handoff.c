/* A handoff: a case that exists is offered, the offer is accepted, the baton has moved, intake has changed who may read, and both
 * messages about it have left referral's outbox. */
#include "bench.h"

static void hand_over_next(struct flight *f, struct call *c)
{
    struct bench *b = f->b;

    if (c->stage == STAGE_OFFER) {
        ask_accept(c);
    } else {
        if (c->stage == STAGE_ACCEPT) {
            f->done++;
            if (b->late_n < b->late_most)
                b->late_us[b->late_n++] = clock_mono_us() - c->due_us;
        }
        c->stage = STAGE_FREE;
        if (clock_mono_us() >= f->until_us || b->case_at == b->case_n)
            return;
        c->case_id = b->cases[b->case_at++];
        c->due_us = clock_mono_us();
        ask_offer(c);
    }
    flight_send(f, c);
}

double handoff_rate(struct bench *b, int clients)
{
    static const char MEMBERS[] = "select count(*) from intake.access a where level = 'member' and until is null and agency = 'A059'";
    AUTO(flight) f = flight_new(b, (size_t)clients, hand_over_next);
    int64_t before = watch_number(b, MEMBERS), events = watch_number(b, "select count(*) from audit.event where happened = 'baton_moved'");

    flight_turn(f, 0);
    b->cpu = b->counts_cpu ? cpu_us(b) : 0;
    int64_t start = clock_mono_us();
    f->until_us = start + b->window_us;
    for (size_t i = 0; i < f->n; i++)
        hand_over_next(f, &f->calls[i]);
    while (!flight_is_empty(f))
        flight_turn(f, 100);
    watch_empty(b);
    int64_t took = clock_mono_us() - start;
    b->cpu = b->counts_cpu ? cpu_us(b) - b->cpu : 0;
    if (watch_number(b, MEMBERS) - before != f->done ||
        watch_number(b, "select count(*) from audit.event where happened = 'baton_moved'") - events != f->done)
        stop("handoff", "intake or the history does not hold what referral acknowledged");
    b->counted = f->done;
    return (double)f->done * US_PER_S / (double)took;
}
