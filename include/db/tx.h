#ifndef KM_DB_TX_H
#define KM_DB_TX_H

#include "base/scope.h"
#include "db/conn.h"

/* One transaction in pipeline mode: statements are queued, sent together and answered together. Two flushes carry a whole handler:
 * its reads, then its writes with COMMIT. */

enum { TX_QUEUE_MAX = 1024 };

struct tx;

/* tx_begin: queues BEGIN (no round trip yet). One transaction a connection at a time.
 *   in     s   scope that rows and reasons go to; tx_scope changes it, so that each message of a batch has its own
 *   fails  UNAVAILABLE the connection is broken (the caller reopens it) */
enum status tx_begin(struct conn *c, struct scope *s, struct tx **ret_tx) MUST_CHECK;
void tx_scope(struct tx *tx, struct scope *s);

/* tx_queue: queues one prepared statement; the generated q_<name> call it.
 *   in     in      struct of q->in          ret_rows  QUERY_ONE: struct of q->out · QUERY_MANY: struct {const T *v; size_t n;} ·
 *          both are filled at the next flush, in the scope current when queued
 *   fails  INVALID a parameter breaks its shape · UNAVAILABLE broken connection · TOO_LARGE queue full: nothing was queued, a flush
 *          makes room. `in` may go once this returns; ret_rows must live until the flush, not until a rollback. */
enum status tx_queue(struct tx *tx, const struct query *q, const void *in, void *ret_rows) MUST_CHECK;

/* tx_flush: sends what is queued and takes all answers.
 *   fails  the first failure's word by SQLSTATE (common/db/reason.c), with a why that holds the SQLSTATE and the query's name, never
 *          row data · NOT_FOUND a QUERY_ONE had no row · CONFLICT an EXEC n touched another number of rows. After any failure the
 *          transaction can only be rolled back. */
enum status tx_flush(struct tx *tx) MUST_CHECK;

/* tx_commit: flushes what is queued together with COMMIT; the tx is gone afterwards whatever the answer. When a count is still to be
 * checked (EXEC n, ONE, MANY) the COMMIT leaves in a round trip of its own behind it: the server would commit a wrong count.
 *   fails  as tx_flush · UNAVAILABLE the outcome is unknown: the connection broke, or a notice says that synchronous replication
 *          was not waited for; the caller retries the same ids */
enum status tx_commit(struct tx *tx) MUST_CHECK;

/* tx_rollback: forgets it; never fails (a broken connection rolls back by itself). */
void tx_rollback(struct tx *tx);

/* tx_mark: where a transaction stands. tx_is_unchanged: since the mark nothing failed in it, no QUERY_EXEC was queued and no statement
 * is left unanswered, so a handler that now refuses its message has changed nothing and needs no rollback. */
struct tx_mark {
    int64_t writes, flushes;
    size_t queued;
};
struct tx_mark tx_mark(const struct tx *tx);
bool tx_is_unchanged(const struct tx *tx, struct tx_mark since);

/* status_of_sqlstate: 23505, 23P01 → CONFLICT; 40001, 40P01, 55P03, 57014, 08*, 57P0*, 53*, 25006 (the primary became a
 * standby) → UNAVAILABLE; 23514, 23503, 22* →
 * INVALID; 42501 → DENIED; else INTERNAL. */
enum status status_of_sqlstate(const char *state);

#endif
