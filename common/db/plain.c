/* SQL outside transactions of a service: migrations, set-up, tests. It leaves pipeline mode for as long as one call lasts and
 * brings the connection back to it, whatever the answer was. */
#include "internal.h"

#include <stdlib.h>

/* The connection as libpq's simple functions want it: blocking, and not in pipeline mode. */
static enum status enter_plain(struct scope *s, struct conn *c)
{
    if (!conn_is_alive(c))
        return conn_lost(s);
    if (c->tx.is_open)
        return fail(s, INTERNAL, "この接続では別の処理が続いています",
                    "this connection has a transaction open");
    if (PQexitPipelineMode(c->pg) && PQsetnonblocking(c->pg, 0) == 0)
        return OK;
    conn_broken(c);
    return conn_lost(s);
}

static void leave_plain(struct conn *c)
{
    if (PQstatus(c->pg) != CONNECTION_OK || PQsetnonblocking(c->pg, 1) != 0 ||
        !PQenterPipelineMode(c->pg))
        conn_broken(c);
}

/* The word of an answer; a connection that it ends is closed. */
static enum status judge(struct scope *s, struct conn *c, const struct pg_result *r,
                         const char *sql)
{
    ExecStatusType kind = PQresultStatus(r);
    enum status st = OK;

    if (kind == PGRES_EMPTY_QUERY || kind == PGRES_COMMAND_OK || kind == PGRES_TUPLES_OK)
        st = OK;
    else if (kind == PGRES_COPY_IN || kind == PGRES_COPY_OUT || kind == PGRES_COPY_BOTH)
        st = fail(s, UNSUPPORTED, "COPY は使えません", "COPY cannot be used here");
    else
        st = script_failed(s, r, "script", sql);
    leave_plain(c);
    if (conn_is_alive(c) && r && result_ends_connection(r))
        conn_broken(c);
    return st;
}

enum status conn_script(struct scope *s, struct conn *c, const char *sql)
{
    TRY(enter_plain(s, c));
    AUTO(pg_result) r = PQexec(c->pg, sql);
    return judge(s, c, r, sql);
}

enum status conn_text(struct scope *s, struct conn *c, const char *sql, const char *const *params,
                      int n, struct span *ret_value)
{
    struct span value = {0};

    TRY(enter_plain(s, c));
    AUTO(pg_result) r = PQexecParams(c->pg, sql, n, NULL, params, NULL, NULL, 0);
    TRY(judge(s, c, r, sql));
    if (PQntuples(r) > 0 && PQnfields(r) > 0)
        value = span_of(PQgetvalue(r, 0, 0), (size_t)PQgetlength(r, 0, 0));
    if (scope_copy(s, value, ret_value) != OK)
        return fail(s, TOO_LARGE, "結果が大きすぎます", "the result is too large");
    return OK;
}

/* All lines of a one-column answer. */
static enum status explain(struct scope *s, struct conn *c, const char *sql, struct span *ret_plan)
{
    const char *plan = "";

    TRY(enter_plain(s, c));
    AUTO(pg_result) r = PQexec(c->pg, sql);
    TRY(judge(s, c, r, sql));
    for (int i = 0; i < PQntuples(r); i++)
        plan = scope_print(s, "%s%s\n", plan, PQgetvalue(r, i, 0));
    *ret_plan = span_str(plan);
    return OK;
}

/* The generic plan, as a NULL known to the planner lets it drop the whole query; made now and thrown away afterwards, as a
 * plan made without sequential scans must not stay with the statement. */
enum status conn_plan(struct scope *s, struct conn *c, const struct query *q, struct span *ret_plan)
{
    const char *nulls = "";

    for (size_t i = 0; q->in && i < q->in->n; i++)
        nulls = scope_print(s, "%s%snull", nulls, i ? ", " : "");
    bool has_params = *nulls != '\0';
    const char *sql = scope_print(s, "explain execute \"%s\"%s%s%s", q->name, has_params ? "(" : "",
                                  nulls, has_params ? ")" : "");
    TRY(conn_script(s, c,
                    "discard plans; begin; set local enable_seqscan = off; set local "
                    "plan_cache_mode = force_generic_plan"));
    enum status st = explain(s, c, sql, ret_plan);
    struct why why = s->why;
    enum status undone =
        conn_is_alive(c) ? conn_script(s, c, "rollback; discard plans") : conn_lost(s);
    if (st != OK)
        s->why = why;
    return st != OK ? st : undone;
}
