#ifndef KM_TEST_SIM_H
#define KM_TEST_SIM_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "db/conn.h"
#include "seal/keyring.h"
#include "wire/frame.h"

/* The simulator: all services in one process on a seeded clock, a seeded network and real PostgreSQL. */

enum { CREW = 7, GATEWAY = CREW, INSTANCE_MAX = 24, LINES_MAX = 400, LINE_MAX = 200, STEPS = 6, SMALL_CAP = 8 << 20 };

/* ---- dice: everything that is left to chance, from one seed ---------------------------- */
struct dice {
    uint64_t state;
};

static inline uint64_t dice_roll(struct dice *d)
{
    uint64_t x = d->state += 0x9e3779b97f4a7c15u;

    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

static inline int dice_below(struct dice *d, int n)
{
    return (int)(dice_roll(d) % (uint64_t)n);
}

/* how often out of 1,000 */
static inline bool dice_chance(struct dice *d, int permille)
{
    return dice_below(d, 1000) < permille;
}

/* ---- journal.c: the last lines of what happened, shown when a seed fails ---------------- */
struct journal {
    char line[LINES_MAX][LINE_MAX];
    size_t n;
    bool is_loud; /* every line at once on stderr */
    const int64_t *now_us;
};

void journal_note(struct journal *j, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void journal_show(const struct journal *j);

/* ---- net.c: frames under way, routed by the relay's own router --------------------------- */
struct rates {
    int drop, twice, late; /* permille of the frames */
};

struct net_counts {
    int64_t sent, delivered, dropped, doubled, delayed, nowhere, forbidden;
};

struct net;

struct net *net_new(struct dice *dice, struct journal *j);
void net_free(struct net *net);
void net_reset(struct net *net);
void net_rates(struct net *net, struct rates rates);
size_t net_pending(const struct net *net);
const struct net_counts *net_counts_of(const struct net *net);

/* net_join: an instance says hello at `place`. net_leave: the relay notices that it is gone. */
void net_join(struct net *net, int place, const char *instance, int64_t now_us);
void net_leave(struct net *net, int place, const char *service);

void net_send(struct net *net, const struct frame *f, int64_t now_us);

/* net_take: the next frame that has arrived, its parts owned by the caller's scope.
 *   ret    place to deliver to; −1 = nothing more has arrived by now; −2 = it went nowhere, ask again */
int net_take(struct net *net, struct scope *(*room)(void *ctx, int place), void *ctx, int64_t now_us, struct frame *ret_frame);

/* net_next_us: when the next frame arrives; INT64_MAX = none is under way. */
int64_t net_next_us(const struct net *net);

/* ---- settings of a run ------------------------------------------------------------------ */
struct plan {
    const char *dsn;  /* of the cluster, as its owner; without a database */
    const char *keys_dir;
    int shard;
    bool is_loud;
};

/* What a seed is about: chosen from its number, so that a run of many covers all of it. */
struct weather {
    uint64_t seed;
    struct rates rates;
    int crash, cut, race; /* permille of the steps: a worker dies, its connection breaks, a sibling gets in between */
    int ops, flight;      /* requests to make; at most so many unanswered at once */
    bool two_each;        /* two workers for intake and referral */
    bool waits;           /* deadlines pass */
    int refusals;         /* so often is a message refused by its receiver before it is taken */
    enum status refused_as;
    bool refused_late;    /* … after the handler has written */
    bool forgets_ids;     /* defect, for the proof that it is seen: a retry gets a new idempotency id */
    bool loses_row;       /* defect: one outbox row vanishes */
};

/* ---- check.c ---------------------------------------------------------------------------- */
struct world;
struct driver;

/* check_often: what must hold between any two transactions. check_rest: what must hold when all is delivered.
 *   ret    false when something is wrong: in world->found, and said on stderr unless the world is quiet */
bool check_often(struct world *w) MUST_CHECK;
bool check_rest(struct world *w, struct driver *d, int64_t *ret_late) MUST_CHECK;

#endif
