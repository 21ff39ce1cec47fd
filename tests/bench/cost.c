/* What protection costs: two installations stand side by side, one as it is and one without what protects (bare/bare.c, row security
 * switched off), and are measured in short windows that take turns: bare full, full bare, bare full … Whatever else slows the machine
 * slows both, so each pair of windows says for itself what the difference is; told is the median pair, with the quartiles beside it. Where
 * others use the machine at the same time even that is rough: processor time for each thing done is told too, which they hardly touch. */
#include <stdlib.h>

#include "bench.h"
#include "quantile.h"

enum { SIDE_BARE, SIDE_FULL, SIDES, ROUNDS_MOST = 64, LATE_MOST = 1 << 20 };

typedef double rate(struct bench *b, int clients);

static const char *const SIDE[SIDES] = {"bare", "full"};
static const int CLIENTS[] = {16, 32};

struct measured {
    const char *name;
    rate *measure;
    double rates[SIDES][ROUNDS_MOST], cost[ROUNDS_MOST]; /* per cent */
    int64_t cpu[SIDES], done[SIDES];
};

static void tell(struct measured *k, int clients, int rounds)
{
    static const struct {
        const char *word;
        int permille;
    } OF_PAIRS[] = {{"cost", 500}, {"cost, low quartile", 250}, {"cost, high quartile", 750}};
    char name[64];

    for (int i = 0; i < SIDES; i++) {
        snprintf(name, sizeof name, "%s %s", k->name, SIDE[i]);
        report("cost", name, clients, quantile(k->rates[i], rounds, 500), "/s");
    }
    for (size_t i = 0; i < COUNT(OF_PAIRS); i++) {
        snprintf(name, sizeof name, "%s %s", k->name, OF_PAIRS[i].word);
        report("cost", name, clients, quantile(k->cost, rounds, OF_PAIRS[i].permille), "%");
    }
    for (int i = 0; i < SIDES; i++) {
        snprintf(name, sizeof name, "%s %s, processor time", k->name, SIDE[i]);
        report("cost", name, clients, (double)k->cpu[i] / (double)k->done[i], "us each");
    }
}

static void pair(struct bench *const side[SIDES], struct measured *k, int clients, int round)
{
    for (int i = 0; i < SIDES; i++) {
        int at = i ^ (round & 1);
        k->rates[at][round] = k->measure(side[at], clients);
        k->cpu[at] += side[at]->cpu;
        k->done[at] += side[at]->counted;
    }
    k->cost[round] = 100 - 100 * k->rates[SIDE_FULL][round] / k->rates[SIDE_BARE][round];
}

/* Hops come first: they open the cases that are handed over. */
static void round_of(struct bench *const side[SIDES], struct measured *hop, struct measured *handoff, int clients, int round)
{
    pair(side, hop, clients, round);
    for (int i = 0; i < SIDES; i++)
        cases_prepare(side[i]);
    pair(side, handoff, clients, round);
}

/* A first round, whose numbers are thrown away, fills tables and caches. */
static void compare(struct bench *const side[SIDES], int clients, int rounds)
{
    struct measured hop = {.name = "hop", .measure = hop_rate}, handoff = {.name = "handoff", .measure = handoff_rate};
    struct measured no_hop = hop, no_handoff = handoff;
    char name[64];

    round_of(side, &no_hop, &no_handoff, clients, 0);
    for (int i = 0; i < SIDES; i++) {
        watch_settle(side[i]);
        side[i]->late_n = 0;
    }
    for (int r = 0; r < rounds; r++)
        round_of(side, &hop, &handoff, clients, r);
    tell(&hop, clients, rounds);
    tell(&handoff, clients, rounds);
    for (int i = 0; i < SIDES; i++) {
        snprintf(name, sizeof name, "handoff %s with %d clients", SIDE[i], clients);
        percentiles("cost", name, side[i]->late_us, side[i]->late_n);
        side[i]->late_n = 0;
    }
}

void cost_report(struct bench *bare, struct bench *full, int rounds)
{
    struct bench *const side[SIDES] = {bare, full};

    if (rounds < 1 || rounds > ROUNDS_MOST)
        stop("cost", "1 to 64 rounds");
    for (int i = 0; i < SIDES; i++) {
        side[i]->late_us = calloc(LATE_MOST, sizeof side[i]->late_us[0]);
        if (!side[i]->late_us)
            stop("cost", "no memory");
        side[i]->late_most = LATE_MOST;
        side[i]->counts_cpu = true;
    }
    if (!watch_number(full, "select (count(*) > 0)::int from pg_class where relrowsecurity") ||
        watch_number(bare, "select (count(*) > 0)::int from pg_class where relrowsecurity"))
        stop("cost", "first the bare installation, then the other");
    for (size_t i = 0; i < COUNT(CLIENTS); i++)
        compare(side, CLIENTS[i], rounds);
    for (int i = 0; i < SIDES; i++)
        free(side[i]->late_us);
}
