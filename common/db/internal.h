#ifndef KM_DB_INTERNAL_H
#define KM_DB_INTERNAL_H

#include <libpq-fe.h>

#include "db/conn.h"
#include "db/query.h"
#include "db/tx.h"

/* What the files of this floor share. A conn is in pipeline mode and non-blocking from conn_open on; only plain.c leaves
 * that mode, and comes back to it before it returns. */

static inline void pg_result_free(struct pg_result *r)
{
    PQclear(r);
}
DEFINE_AUTO(pg_result)

/* One statement sent or waiting to be sent; the answers come in this order. */
struct queued {
    const struct query *q; /* NULL: `own`, a word of transaction control */
    const char *own;
    void *ret_rows;
    struct scope *scope;
};

struct tx {
    struct conn *conn;
    struct scope *scope;
    bool is_open; /* between tx_begin and tx_commit or tx_rollback */
    bool is_begun; /* BEGIN was queued: with the first statement, so that an empty transaction costs nothing */
    int64_t writes, flushes; /* QUERY_EXEC statements queued, and round trips made, so far */
    bool needs_check;   /* something queued can still fail here after the server called it good */
    enum status failed; /* first failure; nothing but a rollback follows it */
    size_t n;
    struct queued queue[TX_QUEUE_MAX + 2];
};

struct conn {
    PGconn *pg; /* NULL once the connection broke */
    char *dsn;
    const struct query *const *queries;
    bool is_unreplicated; /* a notice said that a commit did not wait for its standby */
    struct tx tx;
};

/* pump_send: hands everything queued to the server, taking what it answers meanwhile, so that neither waits for the other.
 * pump_next: the next result, NULL at the end of a statement's results or when the connection broke (conn_is_alive tells).
 * pump_sync: takes the answer to PQpipelineSync.
 *   fails  UNAVAILABLE the connection broke, or the server was silent too long; it is closed then */
enum status pump_send(struct conn *c) MUST_CHECK;
struct pg_result *pump_next(struct conn *c) MUST_CHECK;
enum status pump_sync(struct conn *c) MUST_CHECK;

/* conn_broken: closes for good; every later call answers UNAVAILABLE until conn_reopen. conn_lost: that answer. */
void conn_broken(struct conn *c);
enum status conn_lost(struct scope *s);

/* tx_close: forgets the transaction without a word to the server. */
void tx_close(struct tx *tx);

/* prepare_all: prepares transaction control and every query, and compares each with its declared shape. */
enum status prepare_all(struct scope *s, struct conn *c) MUST_CHECK;

/* kind_oid: PostgreSQL type of a field; 0 for what no column can hold. oid_fits: a column of this type can be read as it. */
Oid kind_oid(const struct field *f);
Oid kind_item_oid(const struct field *f);
bool oid_fits(const struct field *f, Oid oid);

/* Parameters of one statement as libpq takes them. */
struct params {
    int n;
    const char **values;
    int *lengths;
    int *formats;
};

/* bind_params: a struct of q->in as binary parameters, in the scope or borrowed from `in`.
 *   fails  INVALID a value breaks its field · TOO_LARGE */
enum status bind_params(struct scope *s, const struct query *q, const void *in,
                        struct params *ret_params) MUST_CHECK;

/* row_one, row_all: result to a struct of q->out, to a list of them; texts are copied to the scope.
 *   fails  CORRUPT a value is not what its field says · TOO_LARGE */
enum status row_one(struct scope *s, const struct query *q, const struct pg_result *r,
                    void *ret_row) MUST_CHECK;
enum status row_all(struct scope *s, const struct query *q, const struct pg_result *r,
                    struct list *ret_rows) MUST_CHECK;

/* result_failed: the why and the word of an error result: SQLSTATE, `what` and the constraint, never the server's text.
 * script_failed: for SQL of our own making (class 42 speaks of names in it only), also where in `sql` it went wrong. */
enum status result_failed(struct scope *s, const struct pg_result *r, const char *what) MUST_CHECK;
enum status script_failed(struct scope *s, const struct pg_result *r, const char *what,
                          const char *sql) MUST_CHECK;

/* result_ends_connection: after this error the connection is of no more use: it is closing, or its server became read-only. */
bool result_ends_connection(const struct pg_result *r);

/* conn_in_transaction: the session has a transaction open and not failed. */
bool conn_in_transaction(const struct conn *c);

#endif
