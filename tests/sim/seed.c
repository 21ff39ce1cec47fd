/* A seed: requests under bad weather, then calm until everything is answered, delivered and acknowledged, then the checks. The
 * weather comes from the seed's number alone, so a number is all that is needed to see a run again. */
#include <stdio.h>
#include <stdlib.h>

#include "run.h"

enum { TURNS_MAX = 6000, CHECK_EVERY = 12, TWO_HOURS_S = 7800 };

struct weather weather_of(uint64_t seed)
{
    struct dice d = {seed * 77 + 5};
    struct weather w = {.seed = seed, .ops = 24 + dice_below(&d, 24), .flight = 1 + dice_below(&d, 8)};

    w.rates = (struct rates){dice_below(&d, 200), dice_below(&d, 200), dice_below(&d, 250)};
    w.crash = dice_chance(&d, 850) ? 1 + dice_below(&d, 30) : 0;
    w.cut = dice_chance(&d, 150) ? 1 + dice_below(&d, 6) : 0;
    w.two_each = dice_chance(&d, 600);
    w.race = w.two_each && dice_chance(&d, 500) ? 60 : 0;
    w.waits = dice_chance(&d, 400);
    if (dice_chance(&d, 200)) {
        w.refusals = 1 + dice_below(&d, 12);
        w.refused_as = dice_chance(&d, 800) ? INVALID : UNAVAILABLE;
        w.refused_late = dice_chance(&d, 500);
    }
    return w;
}

static bool failed(struct world *w, const char *why)
{
    if (!w->is_quiet)
        fprintf(stderr, "sim: seed %llu: %s\n", (unsigned long long)w->weather.seed, why);
    return false;
}

static int64_t outbox_left(struct world *w, bool parked)
{
    return strtoll(world_text(w, parked ? "select count(parked_at) from sim.outbox" : "select count(*) from sim.outbox", NULL, 0), NULL,
                   10);
}

static int64_t keys_left(struct world *w)
{
    struct span n;

    scope_reset(w->s);
    return conn_text(w->s, w->keys_admin, "select count(*) from keys.outbox", NULL, 0, &n) == OK ? strtoll((const char *)n.p, NULL, 10) : 1;
}

static bool turn(struct world *w, struct driver *d, int i)
{
    driver_send(d);
    if (world_turn(w, d) != OK)
        return failed(w, "the engine failed with a living connection, or could not start again");
    if (d->is_wrong)
        return failed(w, "a wrong answer");
    if (net_counts_of(w->net)->forbidden)
        return failed(w, "a frame the relay would not pass");
    return i % CHECK_EVERY || check_often(w);
}

/* Until everything asked is answered, delivered and acknowledged. */
static bool drain(struct world *w, struct driver *d)
{
    for (int i = 1; i < TURNS_MAX; i++) {
        if (!turn(w, d, i))
            return false;
        if (d->open_n || net_pending(w->net) || i % 3)
            continue;
        int64_t left = outbox_left(w, false);
        if (!left && !keys_left(w))
            return true;
        if (w->weather.refusals && outbox_left(w, true))
            acts_operate(d);
    }
    return failed(w, "does not come to rest");
}

static bool storm(struct world *w, struct driver *d)
{
    for (int i = 1; i < TURNS_MAX; i++) {
        while (d->made < w->weather.ops && d->open_n < w->weather.flight && dice_chance(&w->dice, 700))
            acts_make(d);
        if (w->weather.waits && d->made > w->weather.ops / 2 && dice_chance(&w->dice, 8)) {
            world_pass(w, INT64_C(1) * TWO_HOURS_S * US_PER_S);
            w->weather.waits = false;
        }
        if (w->weather.loses_row && d->made > w->weather.ops / 2)
            world_text(w, "with x as (select ctid from intake.outbox limit 1) delete from intake.outbox where ctid in (select ctid from x)"
                          " returning 1", NULL, 0);
        if (!turn(w, d, i))
            return false;
        if (d->made >= w->weather.ops && (!d->open_n || dice_chance(&w->dice, 20)))
            return true;
    }
    return true;
}

bool run_seed(struct run *r, const struct weather *weather)
{
    struct world *w = r->world;
    struct driver *d = r->driver;

    if (world_begin(w, weather) != OK)
        return failed(w, w->s->why.en);
    driver_begin(d);
    if (!storm(w, d))
        return false;
    world_calm(w);
    if (!drain(w, d))
        return false;
    if (dice_chance(&w->dice, 400)) {
        world_pass(w, INT64_C(1) * TWO_HOURS_S * US_PER_S);
        world_pass(w, 0);
        for (int i = 1; i < 12; i++)
            if (!turn(w, d, i))
                return false;
    }
    driver_again(d);
    acts_read(d);
    return drain(w, d) && check_rest(w, d, &r->late);
}
