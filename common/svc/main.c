/* The life of every service: set-up, READY, a loop of receive – work – tick until told to stop, then what is held is finished.
 * Between READY and the stop signal nothing that comes from outside ends the process: not input, not peers, not the database. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "bus/bus.h"
#include "db/migrate.h"
#include "engine.h"
#include "svc/process.h"

enum { HELLO_EVERY_US = US_PER_S, REOPEN_FIRST_MS = 50, REOPEN_MOST_MS = 2000 };

struct life {
    struct process p;
    const struct service *svc;
    struct scope *tick; /* scope of what the loop itself does */
    struct conn *db;
    struct pass pass; /* that db wears */
    struct bus *bus;
    struct worker *w;
    int64_t hello_us, reopen_us; /* monotonic: last hello, next try to reach the database */
    int reopen_ms;
};

static enum status send_on_bus(void *ctx, struct scope *s, const struct frame *f)
{
    return bus_send(s, ((struct life *)ctx)->bus, f);
}

static int64_t wall_clock(void *ctx)
{
    (void)ctx;
    return clock_now_us();
}

/* All statements the process will ever run: delivery's, the history's (which the database of the keys has not) and the service's own. */
static const struct query *const *all_queries(struct scope *s, const struct service *svc)
{
    const struct query *const *lists[] = {svc->queries, svc->more_queries[0], svc->more_queries[1], QUERIES_svc,
                                           svc->uses_keys_database ? NULL : QUERIES_event};
    size_t n = 0, at = 0;

    for (size_t i = 0; i < COUNT(lists); i++)
        for (const struct query *const *q = lists[i]; q && *q; q++)
            n++;
    const struct query **all = scope_alloc(s, (n + 1) * sizeof(struct query *));
    for (size_t i = 0; all && i < COUNT(lists); i++)
        for (const struct query *const *q = lists[i]; q && *q; q++)
            all[at++] = *q;
    return all;
}

static enum status open_database(struct life *l)
{
    struct process *p = &l->p;
    const char *dsn = l->svc->uses_keys_database ? p->cfg.db_keys_dsn : p->cfg.db_dsn;

    if (!l->svc->db_role)
        return OK;
    TRY(conn_open(p->s, scope_print(p->s, "%s user=%s application_name=%s", dsn, l->svc->db_role, p->instance), NULL, &l->db));
    TRY(pass_renew(p->s, l->db, p->ring, clock_now_us(), &l->pass));
    TRY(migrate_check(p->s, l->db, l->svc->uses_keys_database ? KEYS_SCHEMA_VERSION : SCHEMA_VERSION));
    conn_free(take(&l->db));
    TRY(conn_open(p->s, scope_print(p->s, "%s user=%s application_name=%s", dsn, l->svc->db_role, p->instance),
                  all_queries(p->s, l->svc), &l->db));
    return pass_renew(p->s, l->db, p->ring, clock_now_us(), &l->pass);
}

static enum status start(struct life *l)
{
    struct process *p = &l->p;
    struct worker_setup set = {.svc = l->svc, .instance = p->instance, .ring = p->ring, .port = {send_on_bus, l},
                               .now_us = wall_clock, .entropy = entropy_system()};

    l->tick = scope_new(SCOPE_CAP, entropy_system());
    if (!l->tick)
        return fail(p->s, UNAVAILABLE, "メモリがありません", "no memory");
    TRY(open_database(l));
    if (l->svc->start)
        TRY(l->svc->start(p->s, &p->cfg, p->ring, &set.own));
    TRY(bus_open(p->s, p->cfg.relay_endpoint, p->ring, p->instance, &l->bus));
    set.db = l->db;
    set.pass = &l->pass;
    return worker_new(&set, &l->w);
}

static void receive(struct life *l)
{
    struct frame f;
    bool got = true;

    for (int i = 0; i < BATCH_MAX && got && worker_has_room(l->w); i++) {
        struct scope *s = worker_scope(l->w);
        if (bus_receive(s, l->bus, &f, &got) != OK) {
            scope_reset(s);
            continue;
        }
        if (got)
            worker_take(l->w, &f);
    }
}

static void keep_alive(struct life *l, bool is_leaving)
{
    int64_t now = clock_mono_us();

    if (now - l->hello_us < HELLO_EVERY_US && !is_leaving)
        return;
    l->hello_us = now;
    scope_reset(l->tick);
    l->tick->now_us = clock_now_us();
    if (bus_hello(l->tick, l->bus, is_leaving) != OK || keyring_reload_status(l->tick, l->p.ring) != OK)
        LOG(LOG_DEBUG, "hello_failed", LOG_WORD("why", l->tick->why.en));
}

/* A lost database: askers have been told; try again with growing pauses while the loop goes on answering. */
static void reopen(struct life *l)
{
    int64_t now = clock_mono_us();

    if (now < l->reopen_us)
        return;
    scope_reset(l->tick);
    l->pass.until_us = 0; /* what the session wore went with it */
    if (conn_reopen(l->tick, l->db) == OK && pass_renew(l->tick, l->db, l->p.ring, clock_now_us(), &l->pass) == OK) {
        LOG(LOG_NOTICE, "database_back", LOG_NUM("after_ms", l->reopen_ms));
        l->reopen_ms = 0;
        return;
    }
    if (!l->reopen_ms)
        LOG(LOG_WARN, "database_lost", LOG_WORD("why", l->tick->why.en));
    l->reopen_ms = l->reopen_ms ? l->reopen_ms * 2 : REOPEN_FIRST_MS;
    if (l->reopen_ms > REOPEN_MOST_MS)
        l->reopen_ms = REOPEN_MOST_MS;
    l->reopen_us = now + l->reopen_ms * US_PER_MS;
}

/* Between transactions, long before it ends. Were a session left without, it would see no row and write none. */
static void keep_pass(struct life *l)
{
    if (!l->db || !conn_is_alive(l->db) || !pass_is_old(&l->pass, clock_now_us()))
        return;
    scope_reset(l->tick);
    if (pass_renew(l->tick, l->db, l->p.ring, clock_now_us(), &l->pass) != OK && conn_is_alive(l->db))
        LOG(LOG_WARN, "ticket_not_renewed", LOG_WORD("why", l->tick->why.en));
}

static int work(struct life *l)
{
    int wait_ms = 0;

    receive(l);
    keep_pass(l);
    enum status st = worker_run(l->w);
    if (st == OK)
        st = worker_tick(l->w, &wait_ms);
    if (l->db && !conn_is_alive(l->db)) {
        reopen(l);
        wait_ms = l->reopen_ms;
    } else if (st != OK) {
        LOG(LOG_ERROR, "work_failed", LOG_WORD("status", status_trait(st)->word));
    }
    keep_alive(l, false);
    return wait_ms;
}

static void loop(struct life *l)
{
    int64_t until = 0;
    int wait_ms = 0;

    for (;;) {
        unsigned ready = bus_wait(l->bus, until ? NULL : &l->p.stop_fd, until ? 0 : 1, wait_ms);
        if (ready & 2u) {
            LOG(LOG_NOTICE, "stopping");
            process_notify("STOPPING=1");
            keep_alive(l, true);
            until = clock_mono_us() + l->p.cfg.grace_ms * US_PER_MS;
        }
        wait_ms = work(l);
        if (until && (!worker_is_busy(l->w) || clock_mono_us() > until))
            return;
    }
}

int svc_main(int argc, char **argv, const struct service *svc)
{
    struct life l = {.svc = svc};
    int code = process_open(argc, argv, svc->name, &l.p);

    if (code < 0) {
        enum status st = start(&l);
        if (st == OK) {
            keep_alive(&l, false);
            process_ready(&l.p);
            loop(&l);
        } else {
            fprintf(stderr, "kashimaru-%s: %s / %s\n", svc->name, l.p.s->why.ja, l.p.s->why.en);
        }
        code = st == OK ? 0 : st == UNAVAILABLE ? 69 : st == UNSUPPORTED || st == INVALID || st == CORRUPT ? 78 : 70;
    }
    if (l.w)
        worker_free(l.w);
    if (l.bus)
        bus_free(l.bus);
    if (l.db)
        conn_free(l.db);
    if (l.tick)
        scope_free(l.tick);
    process_close(&l.p);
    return code;
}
