#ifndef KM_BENCH_H
#define KM_BENCH_H

#include <libpq-fe.h>
#include <stdio.h>

#include "base/clock.h"
#include "bus/bus.h"
#include "seal/keyring.h"
#include "seal/ticket.h"
#include "svc/client.h"
#include "svc/settings.h"

/* Measures a running installation; every measurement is one tab-separated line on stdout, which tests/bench/run lays out. Files:
 * raw.c the database by itself · flight.c requests on their way · ask.c what is asked · ticket.c as whom · hop.c, handoff.c, http.c rates ·
 * pace.c latency at a given rate · cost.c, cpu.c what protection costs · disk.c what one fsync costs. */

enum { CALLS_MAX = 256, CASES_MAX = 400000 };

enum who { AS_DESK, AS_RECEIVER, AS_N };

/* Somebody of an agency, and account's ticket for it. */
struct as {
    struct agency_id agency;
    char ticket[TICKET_MAX + 1];
    int64_t until_us; /* UTC */
};

struct bench {
    struct as as[AS_N];
    struct scope *s;
    struct settings cfg;
    struct keyring *ring;
    struct bus *bus;
    char instance[24];
    PGconn *watch;        /* looks at every schema */
    int64_t window_us;    /* of one rate */
    struct uuid *cases;   /* opened so far, not yet handed over */
    size_t case_n, case_at;
    int64_t refused;      /* answers that should not have been */
    bool counts_cpu;
    int64_t cpu, counted; /* of the last hop_rate or handoff_rate: processor time in us where that is counted, and how many there were */
    int64_t *late_us;     /* offer asked until accept answered, of handoffs, while there is room; NULL = nobody wants to know */
    size_t late_n, late_most;
};

/* report: one measurement. `clients` 0 = none. */
void report(const char *group, const char *name, int clients, double value, const char *unit);

/* ---- flight.c ---- */

enum stage { STAGE_FREE, STAGE_OPEN, STAGE_OFFER, STAGE_ACCEPT, STAGE_APPLY };

/* One request on its way, and what it belongs to. */
struct call {
    struct scope *s;
    const struct as *as; /* all of them */
    enum who who;
    struct asking ask;
    enum stage stage;
    bool is_flying;
    struct uuid case_id, ref_id;
    int64_t due_us, sent_us; /* monotonic: when it should have begun, when it was last sent */
};

struct flight;
typedef void step(struct flight *f, struct call *c);

struct flight {
    struct bench *b;
    struct scope *in;
    struct call calls[CALLS_MAX];
    size_t n;      /* calls in use */
    step *landed;  /* a call was answered well; it may be sent again */
    int64_t until_us, hello_us;
    int64_t done;  /* what the measurement counts */
    int64_t *late_us; /* per done, when asked for */
    size_t late_n, late_most;
};

struct flight *flight_new(struct bench *b, size_t n, step *landed);
void flight_free(struct flight *f);
DEFINE_AUTO(flight)

/* flight_send: sends the call's ask. flight_turn: receives what is there, waits at most wait_ms for it, sends again what was lost. */
void flight_send(struct flight *f, struct call *c);
void flight_turn(struct flight *f, int wait_ms);
bool flight_is_empty(const struct flight *f);
/* ---- ask.c: fill c->ask and the actor; nothing is sent ---- */
void ask_open(struct call *c);
void ask_offer(struct call *c);
void ask_accept(struct call *c);
struct agency_id ask_agency(enum who who);
/* the same case_open as people write it, for HTTP */
struct span ask_open_json(struct scope *s);

/* ---- ticket.c: tickets_renew: between measurements. token_open: of a session, for HTTP ---- */
void tickets_renew(struct bench *b);
void token_open(struct bench *b, char *to, size_t cap);

/* ---- measurements ---- */
double raw_rate(struct bench *b, int clients, bool is_piped);
double hop_rate(struct bench *b, int clients);
double handoff_rate(struct bench *b, int clients);
double http_rate(struct bench *b, int clients);
void cases_prepare(struct bench *b); /* as many as a window of handoffs may need: their time holds no intake */
int64_t cpu_us(const struct bench *b);
void cost_report(struct bench *bare, struct bench *full, int rounds);
void pace_hops(struct bench *b, int per_second);
void pace_handoffs(struct bench *b, int per_second);
void disk_report(struct bench *b);
/* watch.c: wait until nothing of ours is left in any outbox; rows of a table; statistics as of a database in use; percentiles. */
void watch_empty(struct bench *b);
int64_t watch_number(struct bench *b, const char *sql);
void watch_do(struct bench *b, const char *sql);
void watch_settle(struct bench *b);
void percentiles(const char *group, const char *name, int64_t *us, size_t n);
_Noreturn void stop(const char *what, const char *why);

#endif
