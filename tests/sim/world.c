/* Workers that can die at any step. A crash stops the worker where it is: its memory goes, its transaction is rolled back by
 * the server, and it comes back later under the same name with nothing but the database. A connection may break under a
 * worker, and a sibling may work between two of its steps. Only processes die here, not the server, which is why the cluster
 * runs without fsync. */
#include <stdlib.h>

#include "base/clock.h"
#include "driver.h"
#include "world.h"

enum { DOWN_MAX_US = 2500000, TICK_LEAST_US = 250000, TICK_SPREAD_US = 1200000, FRESH_PERMILLE = 100 };

static const char *const STEP_NAMES[STEPS] = {"begin", "loaded", "handled", "before_commit", "committed", "sent_some"};

const char *world_text(struct world *w, const char *sql, const char *const *params, int n)
{
    struct span value;

    scope_reset(w->s);
    if (conn_text(w->s, w->admin, sql, params, n, &value) == OK)
        return (const char *)value.p;
    journal_note(&w->journal, "the checker's statement failed: %s", w->s->why.en);
    return "";
}

static int64_t clock_of(void *ctx)
{
    return ((struct hand *)ctx)->world->now_us;
}

static enum status send_frame(void *ctx, struct scope *s, const struct frame *f)
{
    struct world *w = ((struct hand *)ctx)->world;

    (void)s;
    net_send(w->net, f, w->now_us);
    return OK;
}

static void remember_pid(struct hand *h)
{
    struct world *w = h->world;
    struct span pid;

    scope_reset(w->s);
    if (conn_text(w->s, h->db, "select pg_backend_pid()", NULL, 0, &pid) == OK)
        h->pid = (int)strtol((const char *)pid.p, NULL, 10);
}

/* Its server process ends, as after an administrator's word or a crash of its own. */
static void cut(struct hand *h)
{
    struct world *w = h->world;
    const char *params[1];

    w->tally.cuts++;
    journal_note(&w->journal, "CUT %s", h->instance);
    scope_reset(w->s);
    params[0] = scope_print(w->s, "%d", h->pid);
    struct span done;
    if (conn_text(w->s, w->admin, "select pg_terminate_backend($1::int, 2000)", params, 1, &done) != OK)
        journal_note(&w->journal, "the connection could not be cut");
}

static void hand_run(struct hand *h);

static struct scope *room(void *ctx, int place)
{
    struct driver *d = ctx;
    struct world *w = driver_world(d);

    if (place == GATEWAY)
        return driver_scope(d);
    struct hand *h = &w->hand[place];
    return h->w && !h->is_running && worker_has_room(h->w) ? worker_scope(h->w) : NULL;
}

static void deliver(struct world *w, struct driver *d)
{
    struct frame f;
    int place;

    while ((place = net_take(w->net, room, d, w->now_us, &f)) != -1) {
        if (place == GATEWAY)
            driver_take(d, &f);
        else if (place >= 0)
            worker_take(w->hand[place].w, &f);
    }
}

/* Between two steps of one worker its sibling takes what arrives meanwhile, copies of the same messages among it. */
static void race(struct hand *h)
{
    struct world *w = h->world;

    for (int i = 0; i < CREW; i++) {
        struct hand *other = &w->hand[i];
        if (other == h || other->svc != h->svc || !other->w)
            continue;
        w->is_racing = true;
        w->tally.races++;
        journal_note(&w->journal, "RACE %s inside %s", other->instance, h->instance);
        deliver(w, w->driver);
        hand_run(other);
        w->is_racing = false;
        return;
    }
}

static bool at_step(void *ctx, enum step at)
{
    struct hand *h = ctx;
    struct world *w = h->world;

    w->tally.steps[at]++;
    if (w->is_calm)
        return false;
    if (dice_chance(&w->dice, w->weather.crash)) {
        w->tally.crashes[at]++;
        journal_note(&w->journal, "CRASH %s at %s", h->instance, STEP_NAMES[at]);
        return true;
    }
    if (dice_chance(&w->dice, w->weather.cut))
        cut(h);
    if ((at == STEP_LOADED || at == STEP_HANDLED) && !w->is_racing && dice_chance(&w->dice, w->weather.race))
        race(h);
    return false;
}

static void count(struct world *w, const struct worker *worker)
{
    const struct worker_counts *c = worker_counts_of(worker);

    w->tally.applied += c->applied;
    w->tally.replayed += c->replayed;
    w->tally.gaps += c->gaps;
    w->tally.nacks += c->nacks;
    w->tally.resent += c->resent;
    w->tally.rollbacks += c->rollbacks;
    w->tally.batches += c->batches;
}

static enum status hand_start(struct hand *h)
{
    struct world *w = h->world;
    struct worker_setup set = {.svc = h->svc, .instance = h->instance, .ring = h->ring, .db = h->db, .pass = &h->pass, .own = h->own,
                               .port = {send_frame, h}, .now_us = clock_of, .entropy = &w->entropy, .crash = at_step, .ctx = h};

    TRY(worker_new(&set, &h->w));
    h->tick_us = w->now_us + dice_below(&w->dice, TICK_SPREAD_US);
    net_join(w->net, h->place, h->instance, w->now_us);
    return OK;
}

static void hand_stop(struct hand *h)
{
    count(h->world, h->w);
    worker_free(h->w);
    h->w = NULL;
}

/* It is gone; the relay may notice at once, or only when it is back. */
static void hand_crashed(struct hand *h)
{
    struct world *w = h->world;

    hand_stop(h);
    h->up_us = w->now_us + dice_below(&w->dice, DOWN_MAX_US);
    if (dice_chance(&w->dice, 500))
        net_leave(w->net, h->place, h->svc->name);
}

enum status hand_dress(struct hand *h)
{
    AUTO(scope) s = scope_new(SMALL_CAP, entropy_system());

    return s ? pass_renew(s, h->db, h->ring, clock_now_us(), &h->pass) : UNAVAILABLE;
}

static void hand_reopen(struct hand *h)
{
    struct world *w = h->world;

    scope_reset(w->s);
    if (conn_reopen(w->s, h->db) != OK || hand_dress(h) != OK)
        journal_note(&w->journal, "%s cannot connect: %s", h->instance, w->s->why.en);
    else
        remember_pid(h);
}

static void hand_run(struct hand *h)
{
    struct world *w = h->world;
    int wait_ms;

    if (!h->w || h->is_running)
        return;
    h->is_running = true;
    if (pass_is_old(&h->pass, clock_now_us()) && hand_dress(h) != OK)
        w->is_broken = conn_is_alive(h->db);
    enum status st = worker_run(h->w);
    if (st == OK && w->now_us >= h->tick_us) {
        st = worker_tick(h->w, &wait_ms);
        h->tick_us = w->now_us + (wait_ms ? TICK_LEAST_US + dice_below(&w->dice, TICK_SPREAD_US) : 0);
    }
    h->is_running = false;
    if (st == INTERNAL)
        hand_crashed(h);
    else if (st != OK && conn_is_alive(h->db))
        w->is_broken = true; /* the engine may only fail with its connection */
    if (!conn_is_alive(h->db))
        hand_reopen(h);
}

static void restart(struct world *w)
{
    for (int i = 0; i < CREW; i++) {
        struct hand *h = &w->hand[i];
        if (!h->is_used || h->w || (w->now_us < h->up_us && !w->is_calm))
            continue;
        w->tally.restarts++;
        if (dice_chance(&w->dice, FRESH_PERMILLE))
            hand_reopen(h);
        journal_note(&w->journal, "START %s", h->instance);
        if (hand_start(h) != OK)
            w->is_broken = true;
    }
}

/* To the next arrival, or a little further. */
static void pass(struct world *w)
{
    int64_t next = net_next_us(w->net), least = w->now_us + US_PER_MS;
    int64_t most = w->now_us + (w->is_calm ? 700 : 120) * US_PER_MS;

    next = next < most ? next : most;
    w->now_us = (next > least ? next : least) + dice_below(&w->dice, 12 * US_PER_MS);
}

enum status world_turn(struct world *w, struct driver *d)
{
    int first = dice_below(&w->dice, CREW);

    w->driver = d;
    restart(w);
    deliver(w, d);
    for (int i = 0; i < CREW; i++)
        hand_run(&w->hand[(first + i) % CREW]);
    pass(w);
    return w->is_broken ? INTERNAL : OK;
}

void world_calm(struct world *w)
{
    w->is_calm = true;
    net_rates(w->net, (struct rates){0});
}

void world_pass(struct world *w, int64_t us)
{
    journal_note(&w->journal, "TIME passes: %lld s", (long long)(us / US_PER_S));
    w->now_us += us;
}

enum status world_begin(struct world *w, const struct weather *weather)
{
    w->weather = *weather;
    w->dice = (struct dice){weather->seed * 0x2545f4914f6cdd1du + 1};
    w->now_us = INT64_C(1775005200000000) + INT64_C(86400) * US_PER_S * dice_below(&w->dice, 300) +
                INT64_C(60) * US_PER_S * dice_below(&w->dice, 600);
    w->journal.n = 0;
    w->found[0] = 0;
    w->is_calm = w->is_racing = w->is_broken = false;
    w->fault = (struct fault){.left = weather->refusals, .as = weather->refused_as, .is_late = weather->refused_late};
    TRY(setup_clear(w));
    net_reset(w->net);
    net_rates(w->net, weather->rates);
    net_join(w->net, GATEWAY, "gateway.0", w->now_us);
    for (int i = 0; i < CREW; i++) {
        struct hand *h = &w->hand[i];
        h->is_used = weather->two_each || (i != 1 && i != 3);
        if (!h->pid)
            remember_pid(h);
        if (h->is_used)
            TRY(hand_start(h));
    }
    return OK;
}

void world_end(struct world *w)
{
    w->tally.refused += w->fault.refused;
    for (int i = 0; i < CREW; i++)
        if (w->hand[i].w)
            hand_stop(&w->hand[i]);
}
