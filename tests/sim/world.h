#ifndef KM_TEST_WORLD_H
#define KM_TEST_WORLD_H

#include "sim.h"
#include "svc/worker.h"

/* world.c, setup.c, faults.c: workers on their own connections, a clock, a network, and accidents. */

/* One worker and what outlives it: its name, its keys, its connection. */
struct hand {
    struct world *world;
    const struct service *svc;
    char instance[INSTANCE_MAX];
    int place;
    struct keyring *ring;
    struct conn *db;
    struct pass pass; /* that db wears, by the real clock: the server judges by its own */
    void *own;
    struct worker *w; /* NULL while it is down */
    bool is_used;     /* in this seed */
    bool is_running;
    int64_t up_us, tick_us;
    int pid;          /* of its server process */
};

/* A service whose receiver refuses one kind of message for a while. */
struct fault {
    int left;
    enum status as;
    bool is_late;
    int64_t refused;
};

struct tally {
    int64_t crashes[STEPS], steps[STEPS], cuts, races, restarts, refused, applied, replayed, gaps, nacks, resent, rollbacks, batches;
};

struct world {
    const struct plan *plan;
    struct weather weather;
    struct dice dice;
    int64_t now_us;
    struct journal journal;
    struct net *net;
    struct entropy entropy;
    struct scope *home; /* what lives as long as the process: connections and services borrow from it */
    struct scope *s; /* for the world's own doings; reset at each use */
    struct conn *admin, *keys_admin;
    struct secret *people; /* signs the tickets of who asks */
    struct keyring *rings[6]; /* by place of `crew_service`, the gateway's last */
    struct hand hand[CREW];
    struct fault fault;
    struct service intake, meeting; /* with a door that can refuse */
    struct driver *driver;
    bool is_calm;   /* no accidents */
    bool is_broken; /* the engine did what it never may */
    bool is_quiet;  /* a failure is expected: say nothing */
    char found[4000]; /* by the last check that failed */
    bool is_racing; /* a sibling is at work inside another's step */
    struct tally tally;
};

/* setup_cluster: databases and keys, once. setup_world: connections of one shard. */
enum status setup_cluster(struct scope *s, const struct plan *plan, int shards) MUST_CHECK;
enum status setup_world(struct world *w, const struct plan *plan) MUST_CHECK;
enum status setup_clear(struct world *w) MUST_CHECK;

/* faults_install: puts the doors that can refuse in front of two stream handlers. */
enum status faults_install(struct world *w) MUST_CHECK;

/* world_begin: an empty world under a weather. world_turn: time goes on; frames arrive, workers work. */
enum status world_begin(struct world *w, const struct weather *weather) MUST_CHECK;
enum status world_turn(struct world *w, struct driver *d) MUST_CHECK;
void world_calm(struct world *w);
void world_pass(struct world *w, int64_t us);
void world_end(struct world *w);

/* hand_dress: the worker's connection wears its service's ticket. */
enum status hand_dress(struct hand *h) MUST_CHECK;

/* world_text: one statement as the owner of the databases; "" and a note in the journal when it fails. */
const char *world_text(struct world *w, const char *sql, const char *const *params, int n);

#endif
