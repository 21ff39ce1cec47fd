/* The bar: what the same database does for a bare client that writes one intake a transaction, with the very statements of the
 * services (their text is taken from the generated queries), prepared, one connection a thread. Once statement by statement, once
 * with all of a transaction's statements in one pipeline. It is the administrator, whom row security does not bind: no ticket, no policy.
 * Its outbox rows are due tomorrow, so the running services leave them. */
#include <pthread.h>
#include <stdlib.h>

#include "bench.h"
#include "q_event.h"
#include "q_intake.h"
#include "q_svc.h"
#include "seal/seal.h"

enum { STATEMENTS = 4, PARAMS_MOST = 16, SEALED_LEN = RECORD_HEADER_LEN + 1024 + RECORD_TAG_LEN, TEXT_MOST = 900, UNTIL_TOMORROW_S = 86400 };

static const struct query *const USED[STATEMENTS] = {&QUERY_reception_add, &QUERY_request_store, &QUERY_outbox_put, &QUERY_event_put};
static const char NIL[] = "{00000000-0000-0000-0000-000000000000}", EMPTY[] = "{\"\"}";

struct client {
    PGconn *pg;
    bool is_piped;
    int64_t until_us, done;
    pthread_t thread;
};

/* Parameters of one intake; all text but the sealed record. */
struct intake {
    char id[UUID_TEXT_MAX], ids[UUID_TEXT_MAX + 2], out_ids[UUID_TEXT_MAX + 2], at[TIME_TEXT_MAX], ats[TIME_TEXT_MAX + 4],
        next[TIME_TEXT_MAX], answers[TEXT_MOST], payloads[TEXT_MOST];
    uint8_t sealed[SEALED_LEN];
    const char *value[STATEMENTS][PARAMS_MOST];
    int length[STATEMENTS][PARAMS_MOST], format[STATEMENTS][PARAMS_MOST];
};

static void uuid_text(char *to)
{
    struct uuid id;

    entropy_system()->fill(NULL, id.b, sizeof id.b);
    uuid_print(id, to);
}

static void intake_make(struct intake *t)
{
    char out[UUID_TEXT_MAX];
    int64_t now = clock_now_us();

    uuid_text(t->id);
    uuid_text(out);
    time_print(now, t->at);
    time_print(now + UNTIL_TOMORROW_S * (int64_t)US_PER_S, t->next);
    snprintf(t->ids, sizeof t->ids, "{%s}", t->id);
    snprintf(t->out_ids, sizeof t->out_ids, "{%s}", out);
    snprintf(t->ats, sizeof t->ats, "{\"%s\"}", t->at);
    snprintf(t->answers, sizeof t->answers, "{\"{\\\"case_id\\\":\\\"%s\\\",\\\"lead\\\":\\\"A056\\\",\\\"received_at\\\":\\\"%s\\\"}\"}",
             t->id, t->at);
    snprintf(t->payloads, sizeof t->payloads,
             "{\"{\\\"age_band\\\":\\\"adult\\\",\\\"area\\\":\\\"central\\\",\\\"case_id\\\":\\\"%s\\\",\\\"consent\\\":\\\"given\\\","
             "\\\"needs\\\":[\\\"poverty\\\",\\\"housing_unstable\\\"],\\\"received_at\\\":\\\"%s\\\",\\\"received_by\\\":\\\"A056\\\","
             "\\\"urgency\\\":\\\"routine\\\"}\"}", t->id, t->at);
    entropy_system()->fill(NULL, t->sealed, sizeof t->sealed);
    memcpy(t->sealed, "KMR1", 4);
}

/* In the order of the queries' `in:` lines. */
static void intake_bind(struct intake *t)
{
    const char *values[STATEMENTS][PARAMS_MOST] = {
        {t->id, t->at, "A056", "visit_self", "central", "adult", "{poverty,housing_unstable}", "routine", "given", "1", "1",
         (const char *)t->sealed, "{identity,contact,narrative,notes}", "bench"},
        {t->ids, "{\"\\\\x000102030405060708090a0b0c0d0e0f\"}", "{case_receipt}", t->answers, t->at},
        {"{referral}", t->ids, "{1}", "{referral}", t->ids, "{0}", t->out_ids, "{case_opened}", t->payloads, "{bench}",
         "{worker}", "{A056}", EMPTY, t->at, t->next},
        {t->ids, "{case_opened}", "{A056}", "{bench}", EMPTY, NIL, "{visit_self}", EMPTY, EMPTY, t->ats},
    };

    memcpy(t->value, values, sizeof values);
    memset(t->length, 0, sizeof t->length);
    memset(t->format, 0, sizeof t->format);
    t->length[0][11] = SEALED_LEN;
    t->format[0][11] = 1;
}

static void check(PGconn *pg, PGresult *r)
{
    ExecStatusType st = PQresultStatus(r);

    if (st != PGRES_COMMAND_OK && st != PGRES_TUPLES_OK && st != PGRES_PIPELINE_SYNC)
        stop("raw", PQerrorMessage(pg));
    PQclear(r);
}

static void write_stepwise(struct client *c, const struct intake *t)
{
    check(c->pg, PQexecPrepared(c->pg, "begin", 0, NULL, NULL, NULL, 1));
    for (int i = 0; i < STATEMENTS; i++)
        check(c->pg, PQexecPrepared(c->pg, USED[i]->name, (int)USED[i]->in->n, t->value[i], t->length[i], t->format[i], 1));
    check(c->pg, PQexecPrepared(c->pg, "commit", 0, NULL, NULL, NULL, 1));
}

static void write_piped(struct client *c, const struct intake *t)
{
    int sent = PQsendQueryPrepared(c->pg, "begin", 0, NULL, NULL, NULL, 1);

    for (int i = 0; i < STATEMENTS; i++)
        sent &= PQsendQueryPrepared(c->pg, USED[i]->name, (int)USED[i]->in->n, t->value[i], t->length[i], t->format[i], 1);
    sent &= PQsendQueryPrepared(c->pg, "commit", 0, NULL, NULL, NULL, 1);
    if (!sent || !PQpipelineSync(c->pg))
        stop("raw", PQerrorMessage(c->pg));
    for (int i = 0; i < STATEMENTS + 2; i++) {
        check(c->pg, PQgetResult(c->pg));
        PQgetResult(c->pg); /* the NULL behind each */
    }
    check(c->pg, PQgetResult(c->pg));
}

static void *run(void *arg)
{
    struct client *c = arg;
    struct intake *t = calloc(1, sizeof *t);

    while (t && clock_mono_us() < c->until_us) {
        intake_make(t);
        intake_bind(t);
        (c->is_piped ? write_piped : write_stepwise)(c, t);
        c->done++;
    }
    free(t);
    return NULL;
}

static void connect_client(struct bench *b, struct client *c)
{
    c->pg = PQconnectdb(scope_print(b->s, "%s user=%s application_name=bench options='-c search_path=intake'", b->cfg.db_dsn,
                                    b->cfg.db_admin_user));
    if (PQstatus(c->pg) != CONNECTION_OK)
        stop("raw", PQerrorMessage(c->pg));
    check(c->pg, PQprepare(c->pg, "begin", "begin", 0, NULL));
    check(c->pg, PQprepare(c->pg, "commit", "commit", 0, NULL));
    for (int i = 0; i < STATEMENTS; i++)
        check(c->pg, PQprepare(c->pg, USED[i]->name, USED[i]->sql, 0, NULL));
    if (c->is_piped && !PQenterPipelineMode(c->pg))
        stop("raw", PQerrorMessage(c->pg));
}

double raw_rate(struct bench *b, int clients, bool is_piped)
{
    struct client *c = calloc((size_t)clients, sizeof *c);
    int64_t done = 0;

    if (!c)
        stop("raw", "no memory");
    for (int i = 0; i < clients; i++) {
        c[i].is_piped = is_piped;
        connect_client(b, &c[i]);
    }
    int64_t start = clock_mono_us();
    for (int i = 0; i < clients; i++) {
        c[i].until_us = start + b->window_us;
        if (pthread_create(&c[i].thread, NULL, run, &c[i]) != 0)
            stop("raw", "no thread");
    }
    for (int i = 0; i < clients; i++) {
        pthread_join(c[i].thread, NULL);
        done += c[i].done;
    }
    int64_t took = clock_mono_us() - start;
    for (int i = 0; i < clients; i++)
        PQfinish(c[i].pg);
    free(c);
    watch_do(b, "delete from intake.outbox where next_try > now() + interval '1 hour'");
    watch_do(b, "vacuum intake.outbox");
    return (double)done * US_PER_S / (double)took;
}
