/* A connection is either alive, with every statement prepared and equal to its declared shape, or it is closed; nothing in
 * between is ever handed out. A connection that broke is closed at once, so that the server drops its locks early. */
#include "internal.h"

#include <stdlib.h>

enum { SERVER_MIN = 150000, OPTIONS_MAX = 1024 };

/* The session a service works in: the dsn may change the time-outs, never the time zone. */
#define SESSION_TIMEOUTS "-c statement_timeout=30s -c idle_in_transaction_session_timeout=60s "
#define SESSION_FIXED " -c timezone=UTC"
/* The plans the tests demand are the plans that run: one per statement, by index. Queue tables are nearly empty whenever they are
 * counted and full of the just deleted whenever they are read, so the planner would choose to read them whole. Its prices are then far from the truth, and would
 * call the compiler in for statements of a millisecond. */
#define SESSION_PLANS "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c jit=off "

/* A commit that its standby did not confirm is announced by a notice only. The function's name is asked because the text is
 * translated; the text in case a server was built without source locations. */
static void on_notice(void *ctx, const PGresult *r)
{
    struct conn *c = ctx;
    const char *function = PQresultErrorField(r, PG_DIAG_SOURCE_FUNCTION);
    const char *text = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);

    if ((function && strcmp(function, "SyncRepWaitForLSN") == 0) ||
        (text && strstr(text, "wait for synchronous replication")))
        c->is_unreplicated = true;
}

bool conn_is_alive(const struct conn *c)
{
    return c->pg != NULL;
}

void conn_broken(struct conn *c)
{
    PQfinish(take(&c->pg));
}

enum status conn_lost(struct scope *s)
{
    return fail(s, UNAVAILABLE, "データベースとの接続が切れました",
                "the connection to the database is lost");
}

bool conn_in_transaction(const struct conn *c)
{
    return conn_is_alive(c) && PQtransactionStatus(c->pg) == PQTRANS_INTRANS;
}

/* Session options with the dsn's own between ours. */
static enum status session_options(struct scope *s, const char *dsn, char options[OPTIONS_MAX])
{
    PQconninfoOption *parsed = PQconninfoParse(dsn, NULL);
    size_t n = 0;

    if (!parsed)
        return fail(s, INVALID, "データベースの接続文字列が正しくありません",
                    "the database connection string is not valid");
    const char *own = "";
    for (const PQconninfoOption *o = parsed; o->keyword; o++)
        if (strcmp(o->keyword, "options") == 0 && o->val)
            own = o->val;
    const char *parts[] = {SESSION_TIMEOUTS, SESSION_PLANS, own, SESSION_FIXED};
    for (size_t i = 0; i < COUNT(parts) && n < OPTIONS_MAX; i++) {
        size_t len = strlen(parts[i]);
        if (len < OPTIONS_MAX - n)
            memcpy(options + n, parts[i], len + 1);
        n += len;
    }
    PQconninfoFree(parsed);
    return n < OPTIONS_MAX ? OK
                           : fail(s, INVALID, "接続文字列の options が長すぎます",
                                  "options of the connection string are too long");
}

static enum status check_server(struct scope *s, const struct conn *c)
{
    const char *encoding = PQparameterStatus(c->pg, "server_encoding");
    int version = PQserverVersion(c->pg);

    if (version < SERVER_MIN)
        return fail(s, UNSUPPORTED, "PostgreSQL %d は古すぎます（%d 以上が必要）",
                    "PostgreSQL %d is too old (%d or newer needed)", version / 10000,
                    SERVER_MIN / 10000);
    if (!encoding || strcmp(encoding, "UTF8") != 0)
        return fail(s, UNSUPPORTED, "データベースの文字コードが UTF8 ではありません",
                    "the database's encoding is not UTF8");
    return OK;
}

/* Keywords after the dsn win over it, those before it are defaults. */
static enum status connect_server(struct scope *s, struct conn *c)
{
    char options[OPTIONS_MAX];

    TRY(session_options(s, c->dsn, options));
    const char *keys[] = {"connect_timeout",
                          "tcp_user_timeout",
                          "fallback_application_name",
                          "dbname",
                          "client_encoding",
                          "options",
                          NULL};
    const char *values[] = {"5", "10000", "kashimaru", c->dsn, "UTF8", options, NULL};
    c->pg = PQconnectdbParams(keys, values, 1);
    if (PQstatus(c->pg) != CONNECTION_OK) {
        /* speaks of host, port, user and database only */
        const char *text = PQerrorMessage(c->pg);
        return fail(s, UNAVAILABLE, "データベースに接続できません: %.*s",
                    "cannot connect to the database: %.*s", (int)strcspn(text, "\n"), text);
    }
    TRY(check_server(s, c));
    PQsetNoticeReceiver(c->pg, on_notice, c);
    if (PQsetnonblocking(c->pg, 1) != 0 || !PQenterPipelineMode(c->pg))
        return conn_lost(s);
    return prepare_all(s, c);
}

enum status conn_reopen(struct scope *s, struct conn *c)
{
    conn_broken(c);
    tx_close(&c->tx);
    enum status st = connect_server(s, c);
    if (st != OK)
        conn_broken(c);
    return st;
}

enum status conn_open(struct scope *s, const char *dsn, const struct query *const *queries,
                      struct conn **ret_conn)
{
    AUTO(conn) c = calloc(1, sizeof *c);

    if (c)
        c->dsn = strdup(dsn);
    if (!c || !c->dsn)
        return fail(s, UNAVAILABLE, "メモリが足りません", "out of memory");
    c->queries = queries;
    c->tx.conn = c;
    TRY(conn_reopen(s, c));
    *ret_conn = take(&c);
    return OK;
}

void conn_free(struct conn *c)
{
    if (!c)
        return;
    conn_broken(c);
    if (c->dsn)
        explicit_bzero(c->dsn, strlen(c->dsn)); /* may hold a password */
    free(c->dsn);
    free(c);
}
