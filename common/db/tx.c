/* A transaction is a queue of statements whose answers come back in order. What stays true: after the first failure nothing
 * is committed; a COMMIT leaves only when every row count before it was seen to be right; and whatever happened, a rollback
 * leaves the connection either usable, in step with the server, or closed. */
#include "internal.h"

#include <stdlib.h>

enum status tx_begin(struct conn *c, struct scope *s, struct tx **ret_tx)
{
    if (!conn_is_alive(c))
        return conn_lost(s);
    if (c->tx.is_open)
        return fail(s, INTERNAL, "この接続では別の処理が続いています",
                    "this connection has a transaction open");
    c->tx.scope = s;
    c->tx.is_open = true;
    c->tx.is_begun = false;
    c->tx.needs_check = false;
    c->tx.writes = c->tx.flushes = 0;
    c->tx.failed = OK;
    c->tx.n = 0;
    *ret_tx = &c->tx;
    return OK;
}

void tx_scope(struct tx *tx, struct scope *s)
{
    tx->scope = s;
}

/* Remembers the first failure, for whoever goes on in spite of it. */
static enum status tx_failed(struct tx *tx, enum status st)
{
    if (tx->failed == OK)
        tx->failed = st;
    return st;
}

void tx_close(struct tx *tx)
{
    tx->n = 0;
    tx->is_open = false;
    tx->failed = INTERNAL; /* a caller that goes on with it is refused */
}

static enum status refuse_failed(struct tx *tx)
{
    return fail(tx->scope, tx->failed, "この処理はすでに失敗しています",
                "this transaction has failed before");
}

static enum status send_statement(struct tx *tx, const char *name, const struct params *p,
                                  struct queued entry)
{
    struct conn *c = tx->conn;

    if (!conn_is_alive(c))
        return UNAVAILABLE;
    if (!PQsendQueryPrepared(c->pg, name, p->n, p->values, p->lengths, p->formats, 1)) {
        conn_broken(c);
        return UNAVAILABLE;
    }
    tx->queue[tx->n++] = entry;
    return OK;
}

/* Transaction control; the queue has two places more than TX_QUEUE_MAX for it. */
static enum status send_own(struct tx *tx, const char *word)
{
    return send_statement(tx, word, &(struct params){0},
                          (struct queued){.own = word, .scope = tx->scope});
}

enum status tx_queue(struct tx *tx, const struct query *q, const void *in, void *ret_rows)
{
    struct params p;

    if (tx->failed != OK)
        return refuse_failed(tx);
    if (tx->n - (tx->n > 0 && tx->queue[0].own) >= TX_QUEUE_MAX)
        return fail(tx->scope, TOO_LARGE, "一度に送る処理が多すぎます（%d 件まで）",
                    "too many statements at once (at most %d)", TX_QUEUE_MAX);
    enum status st = bind_params(tx->scope, q, in, &p);
    if (st != OK)
        return tx_failed(tx, st);
    if (!tx->is_begun) {
        if (send_own(tx, "begin") != OK)
            return tx_failed(tx, conn_lost(tx->scope));
        tx->is_begun = true;
    }
    if (send_statement(tx, q->name, &p,
                       (struct queued){.q = q, .ret_rows = ret_rows, .scope = tx->scope}) != OK)
        return tx_failed(tx, conn_lost(tx->scope));
    if (q->mode != QUERY_EXEC || q->count >= 0)
        tx->needs_check = true;
    if (q->mode == QUERY_EXEC)
        tx->writes++;
    return OK;
}

static enum status read_exec(const struct queued *e, const struct pg_result *r)
{
    /* libpq only lacks const here: it reads the command tag */
    int64_t touched = strtoll(PQcmdTuples((PGresult *)(uintptr_t)r), NULL, 10);

    if (e->q->count < 0 || touched == e->q->count)
        return OK;
    return fail(e->scope, CONFLICT, "ほかの処理が先に変更しました（%s）",
                "something else changed it first (%s)", e->q->name);
}

/* What one statement's answer means. */
static enum status read_answer(struct conn *c, const struct queued *e, const struct pg_result *r)
{
    ExecStatusType kind = PQresultStatus(r);

    if (kind == PGRES_FATAL_ERROR) {
        enum status st = result_failed(e->scope, r, e->q ? e->q->name : e->own);
        if (result_ends_connection(r))
            conn_broken(c);
        return st;
    }
    if (kind == PGRES_PIPELINE_ABORTED)
        return INTERNAL; /* follows an error, whose word was kept */
    if (kind != PGRES_COMMAND_OK && kind != PGRES_TUPLES_OK) {
        conn_broken(c); /* COPY and the like: not of this pipeline */
        return fail(e->scope, INTERNAL, "想定外の応答です（%s）", "unexpected kind of answer (%s)",
                    e->q ? e->q->name : e->own);
    }
    if (!e->q) {
        bool is_done = strcasecmp(PQcmdStatus((PGresult *)(uintptr_t)r), e->own) == 0;
        return is_done ? OK
                       : fail(e->scope, INTERNAL, "確定できませんでした（%s）",
                              "the server did not %s", e->own);
    }
    if (e->q->mode == QUERY_ONE)
        return row_one(e->scope, e->q, r, e->ret_rows);
    if (e->q->mode == QUERY_MANY)
        return row_all(e->scope, e->q, r, e->ret_rows);
    return read_exec(e, r);
}

/* The answer to one statement and the NULL behind it. After a failure answers are taken off unread. */
static enum status take_answer(struct tx *tx, const struct queued *e, enum status st)
{
    struct conn *c = tx->conn;
    AUTO(pg_result) r = pump_next(c);

    if (!r && st == OK)
        st = conn_lost(e->scope);
    if (st == OK)
        st = read_answer(c, e, r);
    AUTO(pg_result) end = pump_next(c);
    if (end || !r)
        conn_broken(c);
    return st;
}

/* Sends the queue and takes every answer; the queue is empty afterwards, and the connection in step or closed. With `st` other
 * than OK the answers are thrown away: whoever asked for them has left, and the memory they were meant for with him. */
static enum status exchange(struct tx *tx, enum status st)
{
    struct conn *c = tx->conn;
    const struct queued *failed = NULL;

    if (conn_is_alive(c) && !PQpipelineSync(c->pg))
        conn_broken(c);
    if (pump_send(c) != OK && st == OK)
        st = conn_lost(tx->scope);
    for (size_t i = 0; i < tx->n && conn_is_alive(c); i++) {
        enum status now = take_answer(tx, &tx->queue[i], st);
        if (st == OK && now != OK)
            failed = &tx->queue[i];
        st = now;
    }
    if (conn_is_alive(c) && pump_sync(c) != OK && st == OK)
        st = conn_lost(tx->scope);
    /* whoever waits for the answer looks in the scope it works in, not in the one the statement was queued for */
    if (failed && failed->scope != tx->scope)
        tx->scope->why = failed->scope->why;
    tx->n = 0;
    tx->needs_check = false;
    return st;
}

enum status tx_flush(struct tx *tx)
{
    if (tx->failed != OK)
        return refuse_failed(tx);
    if (!conn_is_alive(tx->conn))
        return tx_failed(tx, conn_lost(tx->scope));
    if (tx->n == 0)
        return OK;
    enum status st = exchange(tx, OK);
    tx->flushes++;
    return st == OK ? OK : tx_failed(tx, st);
}

static enum status commit_begun(struct tx *tx)
{
    struct conn *c = tx->conn;

    if (tx->needs_check)
        TRY(tx_flush(tx));
    c->is_unreplicated = false;
    if (send_own(tx, "commit") != OK)
        return conn_lost(tx->scope);
    TRY(exchange(tx, OK));
    if (c->is_unreplicated)
        return fail(tx->scope, UNAVAILABLE, "予備機への複製を確認できませんでした",
                    "replication to the standby was not confirmed");
    return OK;
}

enum status tx_commit(struct tx *tx)
{
    enum status st = tx->failed != OK ? refuse_failed(tx) : OK;

    if (st == OK && !conn_is_alive(tx->conn))
        st = conn_lost(tx->scope);
    if (st == OK && tx->is_begun)
        st = commit_begun(tx);
    tx_rollback(tx);
    return st;
}

void tx_rollback(struct tx *tx)
{
    struct conn *c = tx->conn;

    /* A statement still queued may fail and take the ROLLBACK behind it with it: hence a second one. */
    for (int i = 0; i < 2 && conn_is_alive(c); i++) {
        if (tx->n == 0 && PQtransactionStatus(c->pg) == PQTRANS_IDLE)
            break;
        if (send_own(tx, "rollback") == OK)
            (void)!exchange(tx, INTERNAL);
    }
    if (conn_is_alive(c) && PQtransactionStatus(c->pg) != PQTRANS_IDLE)
        conn_broken(c);
    tx_close(tx);
}

struct tx_mark tx_mark(const struct tx *tx)
{
    return (struct tx_mark){.writes = tx->writes, .flushes = tx->flushes, .queued = tx->n};
}

bool tx_is_unchanged(const struct tx *tx, struct tx_mark since)
{
    if (tx->failed != OK || tx->writes != since.writes)
        return false;
    return tx->n == 0 || (tx->n == since.queued && tx->flushes == since.flushes);
}
