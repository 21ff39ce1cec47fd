#ifndef KM_SVC_BATCH_H
#define KM_SVC_BATCH_H

#include "engine.h"

/* One transaction's worth of work, shared by batch.c and delivery.c. */

/* One (source, key) stream met in a batch. */
struct stream {
    struct span source;
    struct uuid key;
    int64_t prior, last;
    bool is_loaded; /* prior and last are from the database */
    bool is_stuck;  /* a message of it was refused: what follows waits */
};

/* One transaction's worth of work; lives on the stack of batch.c, its arrays in the worker's own scope. */
struct batch {
    struct worker *w;
    struct tx *tx;
    struct held **slots;
    size_t n;
    struct stream streams[BATCH_MAX];
    size_t stream_n;
    struct q_inbox_marks_rows marks;
    struct q_request_find_rows known;
    struct turn *turns[BATCH_MAX];
    size_t turn_n;
    struct q_outbox_put_rows put;
    struct span worn; /* the ticket in force in the transaction */
    struct q_ticket_self_rows self;
};

/* delivery.c: the rows that make delivery exact. load flushes, store only queues, commit numbers what was emitted. */
enum status delivery_load(struct batch *b) MUST_CHECK;
struct stream *delivery_stream(struct batch *b, const struct held *slot);
const struct q_request_find_row *delivery_known(const struct batch *b, const struct held *slot);
enum status delivery_store(struct batch *b) MUST_CHECK;
enum status delivery_commit(struct batch *b) MUST_CHECK;

#endif
