#ifndef KM_CTL_SUPERVISE_H
#define KM_CTL_SUPERVISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the supervisor decides, without processes or clocks: events go in with their time, actions come out one by one.
 * All times are monotonic µs. */

/* In this order they start; in the opposite order they stop. */
enum rank { RANK_DATABASE, RANK_MIGRATE, RANK_RELAY, RANK_WORKER, RANK_GATEWAY, RANK_N };

enum life {
    LIFE_WAITING,  /* starts when due and when those it leans on have settled */
    LIFE_RUNNING,
    LIFE_STOPPING, /* was told to stop */
    LIFE_DONE,     /* the migration, after it went well */
    LIFE_BROKEN,   /* refuses its settings; stays down until the next roll */
    LIFE_ENDED     /* down for good: the supervisor stops */
};

enum {
    BACKOFF_FIRST_US = 100000, BACKOFF_MOST_US = 5000000, LIVED_WELL_US = 10000000, SETTLED_US = 2000000, PATIENCE_DATABASE = 10,
    CODE_TEMPORARY = 75, CODE_CONFIG = 78
};

struct child {
    enum rank rank;
    const char *program;
    int instance;
    enum life life;
    bool is_ready;  /* said so itself */
    bool to_roll, was_rolled;
    int pid;
    int signals;    /* sent since it was first told to stop */
    int failures;   /* in a row */
    int64_t started_us, due_us, kill_us;
    int64_t restarts;
    int64_t *recent; /* times of the latest restarts, a ring of policy.most */
    size_t recent_n, recent_at;
};

struct policy {
    int64_t most, window_us; /* restarts of one child within the window before giving up */
    int64_t grace_us;
};

struct fleet {
    struct child *v;
    size_t n;
    struct policy policy;
    bool is_ready;    /* everything was up once */
    bool is_stopping;
    int exit_code;
};

enum act { ACT_WAIT, ACT_START, ACT_SIGNAL, ACT_READY, ACT_END };

struct action {
    enum act what;
    size_t child;    /* ACT_START, ACT_SIGNAL */
    int signal;      /* ACT_SIGNAL; SIGKILL is meant for its whole process group */
    int64_t wait_us; /* ACT_WAIT: at most this long; −1 = no limit of its own */
};

/* How a process ended; a number of a signal, or an exit code. */
struct ending {
    bool by_signal;
    int code;
};

enum verdict { VERDICT_ASKED, VERDICT_RESTART, VERDICT_DONE, VERDICT_BROKEN, VERDICT_GIVE_UP };

/* fleet_next: what to do now; asked again until it says ACT_WAIT or ACT_END. After ACT_START the caller says fleet_started or
 * fleet_ended.
 *   pure   but for *f */
struct action fleet_next(struct fleet *f, int64_t now_us);

/* fleet_started: child i runs as pid. fleet_heard: the process pid said that it is ready. fleet_ended: child i is gone.
 *   ret    (ended) what follows from it */
void fleet_started(struct fleet *f, size_t i, int pid, int64_t now_us);
void fleet_heard(struct fleet *f, int pid);
enum verdict fleet_ended(struct fleet *f, size_t i, struct ending how, int64_t now_us);

/* fleet_stop: begins the orderly stop, which ends with `code`; a stop that has begun keeps its code. fleet_roll: replaces workers
 * and gateway one after the other, and tries what is broken again. */
void fleet_stop(struct fleet *f, int code);
void fleet_roll(struct fleet *f, int64_t now_us);

/* fleet_find: the child that runs as pid, f->n when none does. backoff_us: pause before the next start. */
size_t fleet_find(const struct fleet *f, int pid);
int64_t backoff_us(int failures);

#endif
