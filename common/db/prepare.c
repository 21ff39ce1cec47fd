/* Every statement is prepared when the connection opens and described by the server; what the server says must be what the
 * declared shape says, name by name and type by type, so that a schema that drifted away stops the start and not a request.
 * Parameters are prepared with the declared types: a statement that cannot take them does not prepare. */
#include "internal.h"

enum { PARAMS_MAX = 64 };

static const char *const OWN[] = {"begin", "commit", "rollback"};

static enum status send_query(struct scope *s, struct conn *c, const struct query *q)
{
    Oid types[PARAMS_MAX];
    size_t n = q->in ? q->in->n : 0;

    if (n > PARAMS_MAX)
        return fail(s, CORRUPT, "問い合わせ %s の引数が多すぎます",
                    "query %s has too many parameters", q->name);
    for (size_t i = 0; i < n; i++)
        types[i] = kind_oid(&q->in->field[i]);
    if (!PQsendPrepare(c->pg, q->name, q->sql, (int)n, types) ||
        !PQsendDescribePrepared(c->pg, q->name)) {
        conn_broken(c);
        return conn_lost(s);
    }
    return OK;
}

static enum status send_all(struct scope *s, struct conn *c)
{
    for (size_t i = 0; i < COUNT(OWN); i++)
        if (!PQsendPrepare(c->pg, OWN[i], OWN[i], 0, NULL))
            conn_broken(c);
    for (size_t i = 0; conn_is_alive(c) && c->queries && c->queries[i]; i++)
        TRY(send_query(s, c, c->queries[i]));
    if (conn_is_alive(c) && !PQpipelineSync(c->pg))
        conn_broken(c);
    return pump_send(c) == OK ? OK : conn_lost(s);
}

static enum status compare_params(struct scope *s, const struct query *q, const struct pg_result *r)
{
    size_t n = q->in ? q->in->n : 0;

    if ((size_t)PQnparams(r) != n)
        return fail(s, CORRUPT, "問い合わせ %s: 引数は %d 個、宣言は %zu 個",
                    "query %s takes %d parameters, %zu are declared", q->name, PQnparams(r), n);
    for (size_t i = 0; i < n; i++)
        if (!oid_fits(&q->in->field[i], PQparamtype(r, (int)i)))
            return fail(s, CORRUPT, "問い合わせ %s: 引数 %s の型が違います（OID %u）",
                        "query %s: parameter %s has another type (oid %u)", q->name,
                        q->in->field[i].name, PQparamtype(r, (int)i));
    return OK;
}

static enum status compare_columns(struct scope *s, const struct query *q,
                                   const struct pg_result *r)
{
    size_t n = q->out ? q->out->n : 0;

    if (q->mode == QUERY_EXEC)
        return OK;
    if ((size_t)PQnfields(r) != n)
        return fail(s, CORRUPT, "問い合わせ %s: 列は %d 個、宣言は %zu 個",
                    "query %s gives %d columns, %zu are declared", q->name, PQnfields(r), n);
    for (size_t i = 0; i < n; i++) {
        const struct field *f = &q->out->field[i];
        if (strcmp(PQfname(r, (int)i), f->name) != 0)
            return fail(s, CORRUPT, "問い合わせ %s: 列 %s の位置に %s があります",
                        "query %s: column %s is %s in the database", q->name, f->name,
                        PQfname(r, (int)i));
        if (!oid_fits(f, PQftype(r, (int)i)))
            return fail(s, CORRUPT, "問い合わせ %s: 列 %s の型が違います（OID %u、期待 %u）",
                        "query %s: column %s has another type (oid %u, expected %u)", q->name,
                        f->name, PQftype(r, (int)i), kind_oid(f));
    }
    return OK;
}

/* One result and the NULL after it; `st` is the first failure so far, after which results are only taken off. */
static enum status take_result(struct scope *s, struct conn *c, const struct query *q,
                               bool is_described, enum status st)
{
    AUTO(pg_result) r = pump_next(c);

    if (!r)
        return st != OK ? st : conn_lost(s);
    if (st == OK && PQresultStatus(r) != PGRES_COMMAND_OK) {
        st = script_failed(s, r, q ? q->name : "begin", q ? q->sql : "");
        if (st != UNAVAILABLE)
            st = CORRUPT;
    }
    if (st == OK && is_described)
        st = compare_params(s, q, r);
    if (st == OK && is_described)
        st = compare_columns(s, q, r);
    AUTO(pg_result) end = pump_next(c);
    if (end)
        conn_broken(c);
    return st;
}

enum status prepare_all(struct scope *s, struct conn *c)
{
    enum status st = OK;

    TRY(send_all(s, c));
    for (size_t i = 0; i < COUNT(OWN); i++)
        st = take_result(s, c, NULL, false, st);
    for (size_t i = 0; c->queries && c->queries[i]; i++) {
        st = take_result(s, c, c->queries[i], false, st);
        st = take_result(s, c, c->queries[i], true, st);
    }
    if (st != OK)
        return st;
    return pump_sync(c) == OK ? OK : conn_lost(s);
}
