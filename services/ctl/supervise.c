/* The fleet comes up in the order in which one part leans on another and goes down in the opposite order. A process that ends is
 * started again, ever more slowly, until it fails too often; one that refuses its settings is not asked again and again. */
#include "supervise.h"

#include <signal.h>

int64_t backoff_us(int failures)
{
    int64_t pause = BACKOFF_FIRST_US;

    for (int i = 0; i < failures && pause < BACKOFF_MOST_US; i++)
        pause *= 2;
    return pause < BACKOFF_MOST_US ? pause : BACKOFF_MOST_US;
}

size_t fleet_find(const struct fleet *f, int pid)
{
    size_t i = 0;

    while (i < f->n && !(f->v[i].pid == pid && pid > 0))
        i++;
    return i;
}

static bool is_alive(const struct child *c)
{
    return c->life == LIFE_RUNNING || c->life == LIFE_STOPPING;
}

/* Up, as far as can be told: it said so, or it has lived long enough for a bad start to have shown. */
static bool is_settled(const struct child *c, int64_t now_us)
{
    if (c->rank == RANK_MIGRATE)
        return c->life == LIFE_DONE;
    if (c->rank == RANK_DATABASE) /* the migration waits for it by itself */
        return c->life == LIFE_RUNNING;
    return c->life == LIFE_RUNNING && (c->is_ready || now_us - c->started_us >= SETTLED_US);
}

static bool may_start(const struct fleet *f, const struct child *c, int64_t now_us)
{
    if (c->life != LIFE_WAITING || now_us < c->due_us)
        return false;
    for (size_t i = 0; i < f->n && !f->is_ready; i++)
        if (f->v[i].rank < c->rank && !is_settled(&f->v[i], now_us))
            return false;
    return true;
}

/* ---- events ---- */

void fleet_started(struct fleet *f, size_t i, int pid, int64_t now_us)
{
    struct child *c = &f->v[i];

    c->life = LIFE_RUNNING;
    c->pid = pid;
    c->is_ready = false;
    c->signals = 0;
    c->started_us = now_us;
}

void fleet_heard(struct fleet *f, int pid)
{
    size_t i = fleet_find(f, pid);

    if (i < f->n)
        f->v[i].is_ready = true;
}

void fleet_stop(struct fleet *f, int code)
{
    if (f->is_stopping)
        return;
    f->is_stopping = true;
    f->exit_code = code;
    for (size_t i = 0; i < f->n; i++)
        if (!is_alive(&f->v[i]))
            f->v[i].life = LIFE_ENDED;
}

void fleet_roll(struct fleet *f, int64_t now_us)
{
    for (size_t i = 0; i < f->n && !f->is_stopping; i++) {
        struct child *c = &f->v[i];
        c->was_rolled = false;
        c->to_roll = c->life == LIFE_RUNNING && (c->rank == RANK_WORKER || c->rank == RANK_GATEWAY);
        if (c->life == LIFE_BROKEN) {
            c->life = LIFE_WAITING;
            c->due_us = now_us;
            c->failures = 0;
        }
    }
}

static enum verdict give_up(struct fleet *f, int code)
{
    fleet_stop(f, code);
    return VERDICT_GIVE_UP;
}

/* Notes a restart; false when the window is full. */
static bool note_restart(struct child *c, const struct policy *p, int64_t now_us)
{
    size_t most = (size_t)p->most;

    if (c->recent_n == most && now_us - c->recent[c->recent_at] < p->window_us)
        return false;
    c->recent[c->recent_at] = now_us;
    c->recent_at = (c->recent_at + 1) % most;
    c->recent_n += c->recent_n < most;
    return true;
}

static enum verdict restart(struct fleet *f, struct child *c, int64_t now_us)
{
    if (now_us - c->started_us >= LIVED_WELL_US)
        c->failures = 0;
    if (!note_restart(c, &f->policy, now_us))
        return give_up(f, 1);
    c->life = LIFE_WAITING;
    c->due_us = now_us + backoff_us(c->failures);
    c->failures++;
    c->restarts++;
    return VERDICT_RESTART;
}

/* A changed setting that one process refuses ends the roll, so that the rest go on as they are. */
static enum verdict refuse_settings(struct fleet *f, struct child *c)
{
    if (!f->is_ready)
        return give_up(f, CODE_CONFIG);
    for (size_t i = 0; i < f->n; i++)
        f->v[i].to_roll = false;
    c->life = LIFE_BROKEN;
    return VERDICT_BROKEN;
}

enum verdict fleet_ended(struct fleet *f, size_t i, struct ending how, int64_t now_us)
{
    struct child *c = &f->v[i];
    bool was_asked = c->life == LIFE_STOPPING;

    c->pid = 0;
    c->is_ready = false;
    c->life = LIFE_ENDED;
    if (f->is_stopping)
        return VERDICT_ASKED;
    if (was_asked) {
        c->life = LIFE_WAITING;
        c->due_us = now_us;
        return VERDICT_ASKED;
    }
    if (c->rank == RANK_MIGRATE && !how.by_signal && how.code == 0) {
        c->life = LIFE_DONE;
        return VERDICT_DONE;
    }
    if (!how.by_signal && how.code == CODE_CONFIG)
        return refuse_settings(f, c);
    if (c->rank == RANK_MIGRATE && !how.by_signal && how.code != CODE_TEMPORARY)
        return give_up(f, 1);
    return restart(f, c, now_us);
}

/* ---- actions ---- */

static int64_t patience_us(const struct fleet *f, const struct child *c)
{
    /* a server that is cut off while it writes its last checkpoint has to recover at the next start */
    return c->rank == RANK_DATABASE ? f->policy.grace_us * PATIENCE_DATABASE : f->policy.grace_us;
}

/* SIGINT is PostgreSQL's fast shutdown, SIGQUIT its immediate one. */
static struct action tell(const struct fleet *f, size_t i, int64_t now_us)
{
    static const int SERVER[] = {SIGINT, SIGQUIT, SIGKILL}, PROCESS[] = {SIGTERM, SIGKILL, SIGKILL};
    struct child *c = &f->v[i];
    int step = c->signals < 2 ? c->signals : 2;

    c->life = LIFE_STOPPING;
    c->signals++;
    c->kill_us = now_us + patience_us(f, c);
    return (struct action){.what = ACT_SIGNAL, .child = i, .signal = (c->rank == RANK_DATABASE ? SERVER : PROCESS)[step]};
}

static void sooner(int64_t *wait_us, int64_t at_us, int64_t now_us)
{
    int64_t left = at_us > now_us ? at_us - now_us : 0;

    if (*wait_us < 0 || left < *wait_us)
        *wait_us = left;
}

/* The highest rank that still has somebody alive is told; the next waits until nobody is. */
static struct action next_stopping(struct fleet *f, int64_t now_us)
{
    struct action wait = {.what = ACT_WAIT, .wait_us = -1};

    for (int rank = RANK_N - 1; rank >= 0; rank--) {
        bool is_any = false;
        for (size_t i = 0; i < f->n; i++) {
            struct child *c = &f->v[i];
            if ((int)c->rank != rank || !is_alive(c))
                continue;
            if (c->life == LIFE_RUNNING || now_us >= c->kill_us)
                return tell(f, i, now_us);
            sooner(&wait.wait_us, c->kill_us, now_us);
            is_any = true;
        }
        if (is_any)
            return wait;
    }
    return (struct action){.what = ACT_END};
}

/* The next to be replaced, once the one before is up again; f->n when there is none now. */
static size_t next_to_roll(const struct fleet *f, int64_t now_us)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->v[i].was_rolled && !is_settled(&f->v[i], now_us))
            return f->n;
    for (size_t i = 0; i < f->n; i++)
        if (f->v[i].to_roll && f->v[i].life == LIFE_RUNNING)
            return i;
    return f->n;
}

static bool is_all_settled(const struct fleet *f, int64_t now_us)
{
    for (size_t i = 0; i < f->n; i++)
        if (!is_settled(&f->v[i], now_us))
            return false;
    return true;
}

/* When something changes by time alone. */
static int64_t next_moment(const struct fleet *f, int64_t now_us)
{
    int64_t wait_us = -1;

    for (size_t i = 0; i < f->n; i++) {
        const struct child *c = &f->v[i];
        if (c->life == LIFE_WAITING && c->due_us > now_us)
            sooner(&wait_us, c->due_us, now_us);
        if (c->life == LIFE_STOPPING)
            sooner(&wait_us, c->kill_us, now_us);
        if (c->life == LIFE_RUNNING && !is_settled(c, now_us))
            sooner(&wait_us, c->started_us + SETTLED_US, now_us);
    }
    return wait_us;
}

struct action fleet_next(struct fleet *f, int64_t now_us)
{
    if (f->is_stopping)
        return next_stopping(f, now_us);
    for (size_t i = 0; i < f->n; i++) {
        if (f->v[i].life == LIFE_STOPPING && now_us >= f->v[i].kill_us)
            return tell(f, i, now_us);
        if (may_start(f, &f->v[i], now_us))
            return (struct action){.what = ACT_START, .child = i};
    }
    if (!f->is_ready && is_all_settled(f, now_us)) {
        f->is_ready = true;
        return (struct action){.what = ACT_READY};
    }
    size_t i = next_to_roll(f, now_us);
    if (i < f->n) {
        f->v[i].to_roll = false;
        f->v[i].was_rolled = true;
        return tell(f, i, now_us);
    }
    return (struct action){.what = ACT_WAIT, .wait_us = next_moment(f, now_us)};
}
