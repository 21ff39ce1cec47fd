/* A look at the database from outside, and how numbers are told. */
#include <stdlib.h>
#include <time.h>

#include "bench.h"

_Noreturn void stop(const char *what, const char *why)
{
    fprintf(stderr, "bench: %s: %s\n", what, why);
    exit(70);
}

void report(const char *group, const char *name, int clients, double value, const char *unit)
{
    printf("%s\t%s\t%d\t%.3f\t%s\n", group, name, clients, value, unit);
    fflush(stdout);
}

void watch_do(struct bench *b, const char *sql)
{
    PGresult *r = PQexec(b->watch, sql);

    if (PQresultStatus(r) != PGRES_COMMAND_OK && PQresultStatus(r) != PGRES_TUPLES_OK)
        stop("database", PQerrorMessage(b->watch));
    PQclear(r);
}

int64_t watch_number(struct bench *b, const char *sql)
{
    PGresult *r = PQexec(b->watch, sql);

    if (PQresultStatus(r) != PGRES_TUPLES_OK || PQntuples(r) != 1)
        stop("database", PQerrorMessage(b->watch));
    int64_t n = strtoll(PQgetvalue(r, 0, 0), NULL, 10);
    PQclear(r);
    return n;
}

void watch_empty(struct bench *b)
{
    static const struct timespec PAUSE = {.tv_nsec = 3000000};
    int64_t give_up_us = clock_mono_us() + 60 * (int64_t)US_PER_S;

    while (watch_number(b, "select (exists (select from intake.outbox) or exists (select from referral.outbox))::int")) {
        if (clock_mono_us() > give_up_us)
            stop("outbox", "not empty after a minute");
        nanosleep(&PAUSE, NULL);
    }
}

/* On tables that were empty a minute ago plans are chosen that suit empty tables. */
void watch_settle(struct bench *b)
{
    PGconn *keys = PQconnectdb(scope_print(b->s, "%s user=%s", b->cfg.db_keys_dsn, b->cfg.db_admin_user));
    PGresult *r = PQexec(keys, "vacuum analyze");

    if (PQresultStatus(r) != PGRES_COMMAND_OK)
        stop("database", PQerrorMessage(keys));
    PQclear(r);
    PQfinish(keys);
    watch_do(b, "vacuum analyze");
    watch_do(b, "checkpoint");
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

void percentiles(const char *group, const char *name, int64_t *us, size_t n)
{
    static const struct {
        const char *word;
        size_t permille;
    } WANTED[] = {{"p50", 500}, {"p99", 990}, {"worst", 1000}};
    char full[64];

    qsort(us, n, sizeof us[0], by_size);
    for (size_t i = 0; i < COUNT(WANTED) && n; i++) {
        size_t at = n * WANTED[i].permille / 1000;
        snprintf(full, sizeof full, "%s %s", name, WANTED[i].word);
        report(group, full, 0, (double)us[at < n ? at : n - 1] / US_PER_MS, "ms");
    }
}
