#ifndef KM_DB_CONN_H
#define KM_DB_CONN_H

#include "base/cleanup.h"
#include "base/scope.h"
#include "db/query.h"

/* One connection to PostgreSQL with its statements prepared. */

struct conn;

/* conn_open: connects, sets the session (UTC, statement time-out, synchronous_commit as configured by the role), prepares every query and compares each
 * with its declared shape.
 *   in     dsn      libpq connection string      queries  NULL-terminated list, may be NULL; lives as long as the connection
 *   fails  UNAVAILABLE no server, or it is starting · UNSUPPORTED server older than 15, or not UTF8 · INVALID dsn · CORRUPT a statement does not prepare or
 *          differs from its shape (the why names query and column): the caller refuses to start */
enum status conn_open(struct scope *s, const char *dsn, const struct query *const *queries,
                      struct conn **ret_conn) MUST_CHECK;
void conn_free(struct conn *c);
DEFINE_AUTO(conn)

/* conn_is_alive: false once the connection broke; conn_reopen makes it new with the same dsn and queries. */
bool conn_is_alive(const struct conn *c);
enum status conn_reopen(struct scope *s, struct conn *c) MUST_CHECK;

/* conn_script: runs plain SQL of several statements outside pipeline mode; for migrations and set-up only. */
enum status conn_script(struct scope *s, struct conn *c, const char *sql) MUST_CHECK;

/* conn_text: one statement with text parameters, first column of the first row as text ("" when there is none); for migrations,
 * doctor and tests. */
enum status conn_text(struct scope *s, struct conn *c, const char *sql, const char *const *params, int n,
                      struct span *ret_value) MUST_CHECK;

/* conn_plan: EXPLAIN of a prepared query with NULL parameters and enable_seqscan off, as text; tests check `uses_index` in it. */
enum status conn_plan(struct scope *s, struct conn *c, const struct query *q, struct span *ret_plan) MUST_CHECK;

#endif
