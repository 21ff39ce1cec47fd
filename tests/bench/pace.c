/* Latency at a given rate, open loop: arrivals are scheduled evenly and each is timed from its schedule, however late the system (or
 * this program) is. The end is the moment the effect is seen in the other service's table by a plain query, which PostgreSQL
 * answers only after the commit is on disk; commit timestamps would be taken before that. The query is repeated once a
 * millisecond, so the numbers are too large by at most that and its own duration, never too small. */
#include <stdlib.h>

#include "log.h"

enum { SECONDS = 10, ARRAY_MOST = CALLS_MAX * UUID_TEXT_MAX + 3 };

struct pace {
    const char *name;
    bool is_handoff;
    const char *seen; /* case ids of $1 that have arrived */
};

/* Who looks at something else meanwhile, once a turn. */
struct other {
    void (*look)(void *own);
    void *own;
};

static const struct pace HOPS = {.name = "hop", .seen = "select case_id::text from referral.case_file where case_id = any($1::uuid[])"};
static const struct pace HANDOFFS = {.name = "handoff", .is_handoff = true,
    .seen = "select case_id::text from intake.access where case_id = any($1::uuid[]) and agency = 'A059' and level = 'member'"
            " and until is null"};

static void next_stage(struct flight *f, struct call *c)
{
    if (c->stage == STAGE_OFFER) {
        ask_accept(c);
        flight_send(f, c);
    } else {
        c->stage = STAGE_APPLY;
    }
}

static void arrive(struct flight *f, const struct pace *p, int64_t due_us)
{
    struct call *c = NULL;

    for (size_t i = 0; i < f->n && !c; i++)
        if (f->calls[i].stage == STAGE_FREE)
            c = &f->calls[i];
    if (!c)
        stop(p->name, "too slow: every place is taken");
    c->due_us = due_us;
    if (p->is_handoff) {
        if (f->b->case_at == f->b->case_n)
            stop(p->name, "no case left");
        c->case_id = f->b->cases[f->b->case_at++];
        ask_offer(c);
    } else {
        ask_open(c);
    }
    flight_send(f, c);
}

static void seen(struct flight *f, const char *id)
{
    struct uuid got;

    for (size_t i = 0; uuid_parse(span_str(id), &got) == OK && i < f->n; i++) {
        struct call *c = &f->calls[i];
        if (c->stage != STAGE_APPLY || !uuid_eq(c->case_id, got))
            continue;
        c->stage = STAGE_FREE;
        if (f->late_n < f->late_most)
            f->late_us[f->late_n++] = clock_mono_us() - c->due_us;
        f->done++;
    }
}

static void look(struct flight *f)
{
    char ids[ARRAY_MOST] = "{", *to = ids + 1;
    const char *param = ids;

    for (size_t i = 0; i < f->n; i++) {
        if (f->calls[i].stage != STAGE_APPLY)
            continue;
        if (to > ids + 1)
            *to++ = ',';
        to = uuid_print(f->calls[i].case_id, to) + UUID_TEXT_MAX - 1;
    }
    if (to == ids + 1)
        return;
    memcpy(to, "}", 2);
    PGresult *r = PQexecPrepared(f->b->watch, "seen", 1, &param, NULL, NULL, 0);
    if (PQresultStatus(r) != PGRES_TUPLES_OK)
        stop("latency", PQerrorMessage(f->b->watch));
    for (int i = 0; i < PQntuples(r); i++)
        seen(f, PQgetvalue(r, i, 0));
    PQclear(r);
}

static void run(struct bench *b, const struct pace *p, int per_second, int seconds, const struct other *other)
{
    AUTO(flight) f = flight_new(b, CALLS_MAX, next_stage);
    size_t total = (size_t)per_second * (size_t)seconds, sent = 0;
    char name[40];

    f->late_most = total;
    f->late_us = calloc(total, sizeof *f->late_us);
    PGresult *r = PQprepare(b->watch, "seen", p->seen, 1, NULL);
    if (!f->late_us || PQresultStatus(r) != PGRES_COMMAND_OK)
        stop("latency", PQerrorMessage(b->watch));
    PQclear(r);
    flight_turn(f, 0);
    int64_t start = clock_mono_us() + 10 * US_PER_MS;
    while (f->late_n + (size_t)b->refused < total) {
        int64_t due = start + (int64_t)sent * US_PER_S / per_second;
        if (sent < total && clock_mono_us() >= due) {
            arrive(f, p, due);
            sent++;
        }
        flight_turn(f, 1);
        look(f);
        if (other)
            other->look(other->own);
    }
    watch_do(b, "deallocate seen");
    snprintf(name, sizeof name, "%s at %d/s", p->name, per_second);
    percentiles(other ? "log" : "latency", name, f->late_us, f->late_n);
    watch_empty(b);
}

void pace_hops(struct bench *b, int per_second)
{
    run(b, &HOPS, per_second, SECONDS, NULL);
}

void pace_handoffs(struct bench *b, int per_second)
{
    run(b, &HANDOFFS, per_second, SECONDS, NULL);
}

void pace_watched(struct bench *b, int per_second, int seconds, void (*also)(void *own), void *own)
{
    run(b, &HANDOFFS, per_second, seconds, &(struct other){also, own});
}
