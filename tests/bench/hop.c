/* One hop: case_open asked of intake over the bus, until referral has applied it and intake's outbox row is gone. The window ends
 * when the database shows all of that, so what is still on its way counts as time and not as work. */
#include "bench.h"

static void open_next(struct flight *f, struct call *c)
{
    if (c->stage == STAGE_OPEN) {
        f->done++;
        if (f->b->case_n < CASES_MAX)
            f->b->cases[f->b->case_n++] = c->case_id;
    }
    c->stage = STAGE_FREE;
    if (clock_mono_us() >= f->until_us)
        return;
    ask_open(c);
    flight_send(f, c);
}

double hop_rate(struct bench *b, int clients)
{
    AUTO(flight) f = flight_new(b, (size_t)clients, open_next);
    int64_t before = watch_number(b, "select count(*) from referral.case_file");

    flight_turn(f, 0);
    b->cpu = b->counts_cpu ? cpu_us(b) : 0;
    int64_t start = clock_mono_us();
    f->until_us = start + b->window_us;
    for (size_t i = 0; i < f->n; i++)
        open_next(f, &f->calls[i]);
    while (!flight_is_empty(f))
        flight_turn(f, 100);
    watch_empty(b);
    int64_t took = clock_mono_us() - start;
    b->cpu = b->counts_cpu ? cpu_us(b) - b->cpu : 0;
    int64_t applied = watch_number(b, "select count(*) from referral.case_file") - before;
    if (applied != f->done)
        stop("hop", "referral does not hold what intake acknowledged");
    b->counted = applied;
    return (double)applied * US_PER_S / (double)took;
}
