/* What the signed log costs a handoff: two installations side by side, one as it is and one without the log (sequencer and signer stopped,
 * no trigger that asks for an event, no index of the log's on the history), measured in short windows that take turns as in cost.c. Handoffs
 * end without waiting for the log, so the rate alone says too little where the log falls behind: told beside it is how far it was behind at
 * the end of a window, how long until all of it was signed and published, the rate until then, and the processor time until then. */
#include <stdlib.h>

#include "log.h"
#include "quantile.h"

enum { WITHOUT, WITH, SIDES, ROUNDS_MOST = 64, HANDOFFS_MOST = 1500, PREPARING_US = US_PER_S / 4, PREPARING_CLIENTS = 32 };

static const char *const SIDE[SIDES] = {"without log", "with log"};
static const int CLIENTS[] = {16, 32};
static const char OURSELVES[] = "session of km_admin"; /* this program's looks at the database */

struct side {
    struct bench *b;
    double rate[ROUNDS_MOST], whole_rate[ROUNDS_MOST], behind[ROUNDS_MOST], wait_ms[ROUNDS_MOST];
    int64_t done, events;
    struct cpu_part parts[CPU_PARTS_MOST];
    size_t part_n;
};

static struct cpu_part *part_of(struct cpu_part *parts, size_t *n, const char *name)
{
    size_t i = 0;

    while (i < *n && strcmp(parts[i].name, name) != 0)
        i++;
    if (i == CPU_PARTS_MOST)
        stop("cpu", "more kinds of processes than expected");
    if (i == *n) {
        memcpy(parts[i].name, name, strlen(name) + 1);
        parts[(*n)++].us = 0;
    }
    return &parts[i];
}

/* What each kind of process needed since `before`. One that ended meanwhile took what it had counted with it. */
static void add_parts(struct side *x, const struct cpu_part *before, size_t before_n, int64_t sign)
{
    for (size_t i = 0; i < before_n; i++)
        if (strcmp(before[i].name, OURSELVES) != 0)
            part_of(x->parts, &x->part_n, before[i].name)->us += sign * before[i].us;
}

/* More cases than a window can hand over; opened in short windows, for each event they are has to be signed before what is measured. */
static void prepare(struct bench *b)
{
    int64_t window_us = b->window_us;
    size_t enough = (size_t)(window_us * HANDOFFS_MOST / US_PER_S);

    b->window_us = PREPARING_US;
    while (b->case_n - b->case_at < enough && b->case_n < CASES_MAX)
        (void)hop_rate(b, PREPARING_CLIENTS);
    b->window_us = window_us;
}

static int64_t events_of(struct bench *b)
{
    return watch_number(b, "select count(*) from audit.event");
}

static void window(struct side *x, bool has_log, int clients, int round)
{
    struct cpu_part before[CPU_PARTS_MOST], after[CPU_PARTS_MOST];
    struct bench *b = x->b;

    prepare(b);
    if (has_log)
        log_wait(b);
    int64_t events = events_of(b);
    size_t before_n = cpu_parts(b, before);
    x->rate[round] = handoff_rate(b, clients);
    int64_t start = clock_mono_us();
    x->behind[round] = has_log ? (double)log_behind(b) : 0;
    if (has_log)
        log_wait(b);
    double waited_us = has_log ? (double)(clock_mono_us() - start) : 0, took_us = (double)b->counted * US_PER_S / x->rate[round];
    size_t after_n = cpu_parts(b, after);
    add_parts(x, before, before_n, -1);
    add_parts(x, after, after_n, 1);
    x->wait_ms[round] = waited_us / US_PER_MS;
    x->whole_rate[round] = (double)b->counted * US_PER_S / (took_us + waited_us);
    x->done += b->counted;
    x->events += events_of(b) - events;
}

static double cpu_each(const struct side *x)
{
    int64_t us = 0;

    for (size_t i = 0; i < x->part_n; i++)
        us += x->parts[i].us;
    return (double)us / (double)x->done;
}

static void tell_parts(struct side *without, struct side *with, int clients)
{
    char name[96];

    for (size_t i = 0; i < with->part_n; i++) {
        double more = (double)with->parts[i].us / (double)with->done;
        double less = (double)part_of(without->parts, &without->part_n, with->parts[i].name)->us / (double)without->done;
        if (more < 1 && less < 1)
            continue;
        snprintf(name, sizeof name, "%s, without", with->parts[i].name);
        report("log cpu", name, clients, less, "us each");
        snprintf(name, sizeof name, "%s, with", with->parts[i].name);
        report("log cpu", name, clients, more, "us each");
    }
}

static void tell(struct side *side, double *loss, double *whole_loss, int clients, int rounds)
{
    struct side *with = &side[WITH];
    char name[96];

    for (int i = 0; i < SIDES; i++) {
        snprintf(name, sizeof name, "handoff %s", SIDE[i]);
        report("log", name, clients, quantile(side[i].rate, rounds, 500), "/s");
    }
    report("log", "handoff with log, all of it published", clients, quantile(with->whole_rate, rounds, 500), "/s");
    report("log", "handoff loses by the log", clients, quantile(loss, rounds, 500), "%");
    report("log", "… low quartile", clients, quantile(loss, rounds, 250), "%");
    report("log", "… high quartile", clients, quantile(loss, rounds, 750), "%");
    report("log", "handoff loses, all of it published", clients, quantile(whole_loss, rounds, 500), "%");
    report("log", "behind at the end of a window", clients, quantile(with->behind, rounds, 500), "events");
    report("log", "… and published after", clients, quantile(with->wait_ms, rounds, 500), "ms");
    report("log", "events a handoff", clients, (double)with->events / (double)with->done, "events");
    for (int i = 0; i < SIDES; i++) {
        snprintf(name, sizeof name, "handoff %s, processor time", SIDE[i]);
        report("log", name, clients, cpu_each(&side[i]), "us each");
    }
    tell_parts(&side[WITHOUT], with, clients);
}

/* A first round, whose numbers are thrown away, fills tables and caches. */
static void compare(struct bench *without, struct bench *with, int clients, int rounds)
{
    struct side *side = calloc(SIDES, sizeof *side);
    double loss[ROUNDS_MOST], whole_loss[ROUNDS_MOST];

    if (!side)
        stop("log", "no memory");
    side[WITHOUT].b = without;
    side[WITH].b = with;
    for (int r = -1; r < rounds; r++) {
        int at = r < 0 ? 0 : r;
        for (int i = 0; i < SIDES; i++)
            window(&side[i ^ (at & 1)], (i ^ (at & 1)) == WITH, clients, at);
        loss[at] = 100 - 100 * side[WITH].rate[at] / side[WITHOUT].rate[at];
        whole_loss[at] = 100 - 100 * side[WITH].whole_rate[at] / side[WITHOUT].rate[at];
        for (int i = 0; i < SIDES && r < 0; i++) {
            watch_settle(side[i].b);
            side[i] = (struct side){.b = side[i].b};
        }
    }
    tell(side, loss, whole_loss, clients, rounds);
    free(side);
}

void toll_report(struct bench *without, struct bench *with, int rounds)
{
    static const char TRIGGERS[] = "select count(*) from pg_trigger where tgname like '%\\_has\\_event'";

    if (rounds < 1 || rounds > ROUNDS_MOST)
        stop("log", "1 to 64 rounds");
    if (watch_number(without, TRIGGERS) || !watch_number(with, TRIGGERS))
        stop("log", "first the installation without the log, then the other");
    for (size_t i = 0; i < COUNT(CLIENTS); i++)
        compare(without, with, CLIENTS[i], rounds);
}
