/* How soon an event is in a signed head, while handoffs arrive at an even rate: from the time the event itself says, which is that of the
 * transaction it is written in and so before its commit, until the head was kept, and until this program saw it published. What the
 * database says are milliseconds cut off, what is published is looked for once a millisecond: the numbers are too large by that, never
 * too small. */
#include <stdlib.h>
#include <time.h>

#include "log.h"

enum { HEADS_MOST = 1 << 16, TELLING_HANDOFFS = 16, PATIENCE_S = 180, ORIGIN_MOST = 512, HEAD_TEXT = 4096 };

struct seen_head {
    int64_t size, at_us;
};

struct follow {
    struct bench *b;
    const char *path;
    struct seen_head *heads;
    size_t n;
};

int64_t log_behind(struct bench *b)
{
    return watch_number(b, "select (select count(*) from audit.event) - (select count(*) from ledger.entry)");
}

void log_wait(struct bench *b)
{
    static const struct timespec PAUSE = {.tv_nsec = 20000000};
    int64_t give_up_us = clock_mono_us() + PATIENCE_S * (int64_t)US_PER_S;

    while (watch_number(b, "select ((select sum(size) from ledger.frontier) < (select count(*) from audit.event)"
                           " or (select max(size) from ledger.head) < (select max(size) from ledger.frontier))::int")) {
        if (clock_mono_us() > give_up_us)
            stop("log", "behind for three minutes; do sequencer and signer run?");
        nanosleep(&PAUSE, NULL);
    }
}

static void text_of(struct bench *b, const char *sql, char *to, size_t cap)
{
    PGresult *r = PQexec(b->watch, sql);

    if (PQresultStatus(r) != PGRES_TUPLES_OK || PQntuples(r) != 1)
        stop("database", PQerrorMessage(b->watch));
    snprintf(to, cap, "%s", PQgetvalue(r, 0, 0));
    PQclear(r);
}

/* The second line of the checkpoint is its size. */
static void look(void *own)
{
    struct follow *l = own;
    char text[HEAD_TEXT];
    FILE *f = fopen(l->path, "re");
    size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;

    if (f)
        fclose(f);
    text[n] = '\0';
    const char *line = strchr(text, '\n');
    int64_t size = line ? strtoll(line + 1, NULL, 10) : 0;
    if (size <= (l->n ? l->heads[l->n - 1].size : 0) || l->n == HEADS_MOST)
        return;
    l->heads[l->n++] = (struct seen_head){size, clock_now_us()};
}

static void wait_published(struct follow *l, int64_t size)
{
    static const struct timespec PAUSE = {.tv_nsec = 1000000};
    int64_t give_up_us = clock_mono_us() + PATIENCE_S * (int64_t)US_PER_S;

    for (look(l); !l->n || l->heads[l->n - 1].size < size; look(l)) {
        if (clock_mono_us() > give_up_us)
            stop("log", "what is signed is not published");
        nanosleep(&PAUSE, NULL);
    }
}

/* Leaves from..to of the open log: when the event was, and how long after it the first head that has it was there. */
static void tell(struct follow *l, int64_t from, int64_t to)
{
    const char *sql = scope_print(l->b->s,
        "select e.idx, (extract(epoch from e.at) * 1000000)::bigint, (extract(epoch from h.signed_at) * 1000000)::bigint"
        " from ledger.entry e, lateral (select signed_at from ledger.head h where h.shard = e.shard and h.size > e.idx order by h.size limit 1) h"
        " where e.shard = (select shard from ledger.shard where closed_at is null) and e.idx >= %lld and e.idx < %lld order by e.idx",
        (long long)from, (long long)to);
    PGresult *r = PQexec(l->b->watch, sql);
    int n = PQntuples(r);
    int64_t *head = calloc((size_t)n + 1, sizeof *head), *published = calloc((size_t)n + 1, sizeof *published);
    size_t at = 0;

    if (PQresultStatus(r) != PGRES_TUPLES_OK || n != (int)(to - from) || !head || !published)
        stop("log", "not every leaf has its head");
    for (int i = 0; i < n; i++) {
        int64_t idx = strtoll(PQgetvalue(r, i, 0), NULL, 10), happened = strtoll(PQgetvalue(r, i, 1), NULL, 10);
        while (at < l->n && l->heads[at].size <= idx)
            at++;
        if (at == l->n)
            stop("log", "a leaf was not seen published");
        head[i] = strtoll(PQgetvalue(r, i, 2), NULL, 10) - happened;
        published[i] = l->heads[at].at_us - happened;
    }
    PQclear(r);
    percentiles("log", "event until its head is signed", head, (size_t)n);
    percentiles("log", "event until it is published", published, (size_t)n);
    free(head);
    free(published);
}

/* How many events a handoff is, told by some. */
static double events_each(struct bench *b)
{
    int64_t before = watch_number(b, "select count(*) from audit.event");

    (void)handoff_rate(b, TELLING_HANDOFFS);
    return (double)(watch_number(b, "select count(*) from audit.event") - before) / (double)b->counted;
}

void follow_report(struct bench *b, int events_per_second, int seconds)
{
    struct follow l = {.b = b, .heads = calloc(HEADS_MOST, sizeof *l.heads)};
    char origin[ORIGIN_MOST];

    cases_prepare(b);
    watch_settle(b);
    double each = events_each(b);
    int per_second = (int)((double)events_per_second / each) + 1;
    if (b->case_n - b->case_at < (size_t)per_second * (size_t)seconds)
        cases_prepare(b);
    text_of(b, "select origin from ledger.shard where closed_at is null", origin, sizeof origin);
    const char *year = strrchr(origin, '/');
    l.path = scope_print(b->s, "%s/%s/checkpoint", b->cfg.log_dir, year ? year + 1 : origin);
    log_wait(b);
    int64_t from = watch_number(b, "select size from ledger.frontier order by shard desc limit 1");
    wait_published(&l, from);
    int64_t start = clock_mono_us();
    pace_watched(b, per_second, seconds, look, &l);
    int64_t took = clock_mono_us() - start;
    log_wait(b);
    int64_t to = watch_number(b, "select size from ledger.frontier order by shard desc limit 1");
    wait_published(&l, to);
    report("log", "events a handoff", 0, each, "events");
    report("log", "events meanwhile", 0, (double)(to - from) * US_PER_S / (double)took, "/s");
    tell(&l, from, to);
    report("log", "heads meanwhile", 0, (double)l.n * US_PER_S / (double)took, "/s");
    free(l.heads);
}
