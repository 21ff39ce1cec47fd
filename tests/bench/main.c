/* One run over a running installation: raw and the system take turns at each number of clients, so that a disk that gets slower in
 * between slows both. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "seal/secret.h"

static const int CLIENTS[] = {1, 8, 16, 32};
enum { CLIENT_STEPS = COUNT(CLIENTS), PACE = 100, HANDOFFS_MOST = 2000, PACED_CASES = 2000, SETTLED_CASES = 1000, PID_MOST = 10000000 };

static void open_all(struct bench *b, const char *config)
{
    b->s = scope_new(SCOPE_CAP, entropy_system());
    b->cases = calloc(CASES_MAX, sizeof *b->cases);
    if (!b->s || !b->cases || seal_init() != OK)
        stop("start", "no memory");
    snprintf(b->instance, sizeof b->instance, "ctl.%d", (int)getpid() % PID_MOST);
    enum status st = settings_load(b->s, config, NULL, &b->cfg);
    if (st == OK)
        st = keyring_open(b->s, b->cfg.keys_dir, "ctl", &b->ring);
    if (st == OK)
        st = bus_open(b->s, b->cfg.relay_endpoint, b->ring, b->instance, &b->bus);
    if (st != OK)
        stop("start", b->s->why.en);
    b->watch = PQconnectdb(scope_print(b->s, "%s user=%s", b->cfg.db_dsn, b->cfg.db_admin_user));
    if (PQstatus(b->watch) != CONNECTION_OK)
        stop("start", PQerrorMessage(b->watch));
}

static void close_all(struct bench *b)
{
    PQfinish(b->watch);
    bus_free(b->bus);
    keyring_free(b->ring);
    scope_free(b->s);
    free(b->cases);
}

static bool wants(const char *only, char what)
{
    return !only || strchr(only, what);
}

static void prepare(struct bench *b, size_t n)
{
    while (b->case_n - b->case_at < n && b->case_n < CASES_MAX)
        (void)hop_rate(b, 32);
}

void cases_prepare(struct bench *b)
{
    prepare(b, (size_t)(b->window_us * HANDOFFS_MOST / US_PER_S) + HANDOFFS_MOST);
}

static void rates(struct bench *b, const char *only, int just)
{
    for (size_t i = 0; i < CLIENT_STEPS; i++) {
        int n = CLIENTS[i];
        if (just && n != just)
            continue;
        if (wants(only, 'r'))
            report("rate", "raw", n, raw_rate(b, n, false), "/s");
        if (wants(only, 'p'))
            report("rate", "raw piped", n, raw_rate(b, n, true), "/s");
        if (wants(only, 'o'))
            report("rate", "hop", n, hop_rate(b, n), "/s");
        if (wants(only, 'h'))
            report("rate", "http", n, http_rate(b, n), "/s");
        if (wants(only, 'a') && (just || n != 16)) {
            cases_prepare(b);
            report("rate", "handoff", n, handoff_rate(b, n), "/s");
        }
    }
}

/* cost BARE-CONFIG CONFIG SECONDS ROUNDS */
static int main_cost(char **argv)
{
    struct bench bare = {0}, full = {0};

    bare.window_us = full.window_us = (int64_t)(strtod(argv[4], NULL) * US_PER_S);
    open_all(&bare, argv[2]);
    open_all(&full, argv[3]);
    cost_report(&bare, &full, (int)strtol(argv[5], NULL, 10));
    report("sanity", "refused by either", 0, (double)(bare.refused + full.refused), "answers");
    close_all(&bare);
    close_all(&full);
    return bare.refused + full.refused ? 70 : 0;
}

/* toll CONFIG-WITHOUT-LOG CONFIG SECONDS ROUNDS */
static int main_toll(char **argv)
{
    struct bench without = {0}, with = {0};

    without.window_us = with.window_us = (int64_t)(strtod(argv[4], NULL) * US_PER_S);
    open_all(&without, argv[2]);
    open_all(&with, argv[3]);
    toll_report(&without, &with, (int)strtol(argv[5], NULL, 10));
    report("sanity", "refused by either", 0, (double)(without.refused + with.refused), "answers");
    close_all(&without);
    close_all(&with);
    return without.refused + with.refused ? 70 : 0;
}

/* follow CONFIG EVENTS-PER-SECOND SECONDS */
static int main_follow(char **argv)
{
    struct bench b = {.window_us = US_PER_S};

    open_all(&b, argv[2]);
    follow_report(&b, (int)strtol(argv[3], NULL, 10), (int)strtol(argv[4], NULL, 10));
    report("sanity", "refused", 0, (double)b.refused, "answers");
    close_all(&b);
    return b.refused ? 70 : 0;
}

int main(int argc, char **argv)
{
    struct bench b = {0};

    if (argc == 6 && strcmp(argv[1], "toll") == 0)
        return main_toll(argv);
    if (argc == 5 && strcmp(argv[1], "follow") == 0)
        return main_follow(argv);
    if (argc == 5 && strcmp(argv[1], "million") == 0)
        return million_report(argv[2], argv[3], strtoull(argv[4], NULL, 10));

    if (argc == 6 && strcmp(argv[1], "cost") == 0)
        return main_cost(argv);
    if (argc < 3) {
        fprintf(stderr, "usage: bench CONFIG SECONDS-PER-RATE [letters: r raw, p raw piped, o hop, h http, a handoff, l latency [CLIENTS]]\n"
                        "       bench cost CONFIG-OF-THE-BARE-ONE CONFIG SECONDS-PER-WINDOW ROUNDS\n"
                        "       bench follow CONFIG EVENTS-PER-SECOND SECONDS\n"
                        "       bench toll CONFIG-WITHOUT-LOG CONFIG SECONDS-PER-WINDOW ROUNDS\n"
                        "       bench million KASHIMARU FOLDER LEAVES\n");
        return 64;
    }
    b.window_us = (int64_t)(strtod(argv[2], NULL) * US_PER_S);
    const char *only = argc > 3 ? argv[3] : NULL;
    open_all(&b, argv[1]);
    disk_report(&b);
    prepare(&b, SETTLED_CASES);
    watch_settle(&b);
    rates(&b, only, argc > 4 ? (int)strtol(argv[4], NULL, 10) : 0);
    if (wants(only, 'l')) {
        prepare(&b, PACED_CASES);
        watch_do(&b, "checkpoint"); /* as between a day's checkpoints: log files that were used before are used again, none is made new */
        pace_hops(&b, PACE);
        pace_handoffs(&b, PACE);
    }
    report("sanity", "refused", 0, (double)b.refused, "answers");
    close_all(&b);
    return b.refused ? 70 : 0;
}
