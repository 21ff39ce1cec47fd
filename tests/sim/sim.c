/* 1,000 seeds of loss, duplication, reordering and crashes at any step: nothing lost, nothing done twice, always exactly one
 * holder of the baton. Seeds are divided among a few processes, each with databases of its own in one throw-away cluster.
 *   KM_SIM_SEEDS   how many (otherwise 1,000)      KM_SIM_SEED   this one alone, every step shown
 *   KM_SIM_SHARDS  processes (otherwise 2)                                KM_TEST_DSN, KM_SIM_DIR   set by run.sh */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "run.h"
#include "seal/secret.h"

enum { SEEDS = 1000, SHARDS_MAX = 8, FAILURES_MAX = 3 };

struct totals {
    int64_t seeds, failed, late, answers, refusals, retries, requests;
    struct net_counts net;
    struct tally tally;
};

static int64_t number(const char *name, int64_t otherwise)
{
    const char *text = getenv(name);

    return text && *text ? strtoll(text, NULL, 10) : otherwise;
}

static void add(struct totals *t, const struct run *r)
{
    const struct driver *d = r->driver;

    t->seeds++;
    t->answers += d->answers;
    t->refusals += d->refusals;
    t->retries += d->retries;
    t->requests += d->op_n;
    t->late = r->late;
    t->tally = r->world->tally;
    t->net = *net_counts_of(r->world->net);
}

static void run_one(struct run *r, uint64_t seed, struct totals *t)
{
    struct weather weather = weather_of(seed);

    if (!run_seed(r, &weather)) {
        t->failed++;
        journal_show(&r->world->journal);
        fprintf(stderr, "sim: seed %llu failed; again with every step: KM_SIM_SEED=%llu tests/sim/run.sh <program>\n",
                (unsigned long long)seed, (unsigned long long)seed);
    }
    world_end(r->world);
    add(t, r);
}

static bool open_run(const struct plan *plan, struct run *r)
{
    struct scope *home = scope_new(SMALL_CAP, entropy_system());

    r->world = calloc(1, sizeof *r->world);
    if (!home || !r->world)
        return false;
    r->world->s = home;
    if (setup_world(r->world, plan) == OK && driver_new(r->world, &r->driver) == OK)
        return load_directory(r->world, r->driver);
    fprintf(stderr, "sim: %s\n", r->world->s->why.en);
    return false;
}

/* One process: its share of the seeds. It ends in here, with all it owns still in reach, so that only what was lost counts as a leak. */
_Noreturn static void shard_run(const struct plan *plan, int shards, int64_t only, int64_t seeds, int out)
{
    struct run r = {0};
    struct totals t = {0};

    log_open("sim", plan->shard, LOG_ERROR);
    if (!open_run(plan, &r))
        exit(2);
    if (only < 0 && plan->shard == 0 && !proof_run(&r))
        exit(3);
    r.world->tally = (struct tally){0};
    r.late = 0;
    r.world->journal.is_loud = plan->is_loud;
    if (only >= 0)
        run_one(&r, (uint64_t)only, &t);
    else
        for (int64_t seed = 1 + plan->shard; seed <= seeds && t.failed < FAILURES_MAX; seed += shards)
            run_one(&r, (uint64_t)seed, &t);
    exit(write(out, &t, sizeof t) == (ssize_t)sizeof t && !t.failed ? 0 : 1);
}

static void sum(struct totals *all, const struct totals *t)
{
    const int64_t *from = (const int64_t *)t;
    int64_t *to = (int64_t *)all;

    _Static_assert(sizeof *t % sizeof *from == 0, "totals are numbers and nothing else");
    for (size_t i = 0; i < sizeof *t / sizeof *from; i++)
        to[i] += from[i];
}

static void print(const struct totals *t, double seconds)
{
    const struct tally *y = &t->tally;

    printf("sim: %lld seeds in %.1f s (%.1f seeds/s), %lld failed\n", (long long)t->seeds, seconds, (double)t->seeds / seconds,
           (long long)t->failed);
    printf("     %lld requests, %lld sent again, %lld answers, %lld refusals, %lld refused of which a copy took effect later\n",
           (long long)t->requests, (long long)t->retries, (long long)t->answers, (long long)t->refusals, (long long)t->late);
    printf("     %lld frames: %lld lost, %lld doubled, %lld late, %lld came where nobody was\n", (long long)t->net.sent,
           (long long)t->net.dropped, (long long)t->net.doubled, (long long)t->net.delayed, (long long)t->net.nowhere);
    printf("     crashes: begin %lld, loaded %lld, handled %lld, before commit %lld, committed %lld, sent some %lld; "
           "connections cut %lld; siblings inside a step %lld\n", (long long)y->crashes[0], (long long)y->crashes[1],
           (long long)y->crashes[2], (long long)y->crashes[3], (long long)y->crashes[4], (long long)y->crashes[5], (long long)y->cuts,
           (long long)y->races);
    printf("     stream messages: %lld applied, %lld replayed, %lld gaps, %lld refused, %lld sent from the outbox; batches %lld, "
           "rolled back %lld\n", (long long)y->applied, (long long)y->replayed, (long long)y->gaps, (long long)y->refused,
           (long long)y->resent, (long long)y->batches, (long long)y->rollbacks);
}

static int collect(int shards, int in, struct totals *all)
{
    int worst = 0, status;
    struct totals t;

    while (read(in, &t, sizeof t) == (ssize_t)sizeof t)
        sum(all, &t);
    for (int i = 0; i < shards; i++) {
        if (wait(&status) < 0)
            worst = 2;
        else if (!WIFEXITED(status) || WEXITSTATUS(status))
            worst = WIFEXITED(status) ? WEXITSTATUS(status) : 2;
    }
    return worst;
}

int main(void)
{
    int64_t only = number("KM_SIM_SEED", -1), seeds = number("KM_SIM_SEEDS", SEEDS), began = clock_mono_us();
    int shards = only >= 0 ? 1 : (int)number("KM_SIM_SHARDS", 2), ends[2];
    struct plan plan = {.dsn = getenv("KM_TEST_DSN"), .keys_dir = getenv("KM_SIM_DIR")};
    AUTO(scope) s = scope_new(SMALL_CAP, entropy_system());
    struct totals all = {0};

    if (!plan.dsn || !plan.keys_dir || shards < 1 || shards > SHARDS_MAX || !s || seal_init() != OK || pipe(ends) != 0) {
        fprintf(stderr, "sim: start it with tests/sim/run.sh\n");
        return 2;
    }
    if (setup_cluster(s, &plan, shards) != OK) {
        fprintf(stderr, "sim: %s\n", s->why.en);
        return 2;
    }
    fflush(stdout);
    for (int i = 0; i < shards; i++) {
        if (fork() == 0) {
            close(ends[0]);
            plan.shard = i;
            plan.is_loud = only >= 0;
            shard_run(&plan, shards, only, seeds, ends[1]);
        }
    }
    close(ends[1]);
    int code = collect(shards, ends[0], &all);
    print(&all, (double)(clock_mono_us() - began) / (double)US_PER_S);
    return code;
}
