#ifndef KM_SVC_TURN_H
#define KM_SVC_TURN_H

#include "base/scope.h"
#include "db/tx.h"
#include "seal/secret.h"
#include "seal/ticket.h"
#include "wire/frame.h"

/* One message's turn: what a handler sees and all it can do. A handler is load → decide (pure) → apply → emit; what it emits and
 * answers leaves the process only after the batch's COMMIT. */

/* Why an event of the history happened: a row of audit.event, written in the same transaction. */
struct happened {
    enum happening what;
    struct uuid case_id;
    struct agency_id counterpart; /* code "" = none */
    struct uuid about;            /* nil = none */
    const char *detail;           /* a word; NULL = none */
    const char *reason;           /* a word, or an operator's recorded sentence; NULL = none */
    int64_t due_us;               /* until when what is asked for by it is due; 0 = nothing is */
};

struct batch;
struct peer;
struct epoch_keys;
struct outgoing;
struct incident;

struct turn {
    struct scope *s;          /* this message's scope: memory, time, actor, why */
    struct tx *tx;            /* the batch's transaction */
    const struct frame *frame; /* NULL in a job */
    const struct secret *key; /* newest data key of the case the asker may use, for routes that ask for one; seal under this */
    int64_t key_epoch;
    struct epoch_keys *older; /* earlier epochs; NULL = none. Read by turn_key only */
    struct ticket ticket;     /* of the person who asks; kind 0 for stream messages and jobs */
    const struct peer *host;  /* the agency's own system that signed the frame, where that is kept (ledger/request.h); else NULL */
    const char *service;      /* my own name */
    void *own;                /* what service.start made */
    struct batch *batch;      /* the engine's; NULL where only a case is looked up */
    struct span answer;       /* payload JSON of the answer; set by turn_answer */
    const char *answer_type;
    struct span answer_sealed; /* JSON of its sealed part, not yet sealed for the asker */
    struct outgoing *out;     /* messages emitted, newest first */
    struct incident *incidents; /* events of the history, newest first */
};

/* turn_answer: the answer to a request; `msg` is a struct of the shape, its sealed field included.
 *   fails  INVALID a bound is broken (a defect of ours) · TOO_LARGE */
enum status turn_answer(struct turn *t, const struct shape *shape, const void *msg) MUST_CHECK;

/* turn_emit: queues a message for another service in the stream (dest, key); it is stored with this transaction. */
enum status turn_emit(struct turn *t, const char *dest, struct uuid key, const struct shape *shape,
                      const void *msg) MUST_CHECK;

/* turn_record: an event of the case's history, by the turn's actor at the turn's time. */
enum status turn_record(struct turn *t, const struct happened *h) MUST_CHECK;

/* turn_key: the data key of one epoch, borrowed until the next call for this turn.
 *   fails  DENIED the asker was not given this epoch (it was written before the agency came, or after it left) */
enum status turn_key(struct turn *t, int64_t epoch, const struct secret **ret_key) MUST_CHECK;

/* turn_self: what the handler does from here on it does as the service, under the service's own ticket: sees rows the person may not,
 * for a decision or a consequence that is the service's to take. The call says why beside it. Nothing changes for stream messages and jobs.
 *   fails  as tx_queue · INTERNAL not in a handler */
enum status turn_self(struct turn *t) MUST_CHECK;

/* turn_sibling: a fresh id that the relay hands to the same worker as `of` (they share the last four bytes). */
struct uuid turn_sibling(struct turn *t, struct uuid of);

#define ANSWER(t, msg, ...) turn_answer((t), shape_##msg(), &(struct msg){__VA_ARGS__})
#define EMIT(t, dest, key, msg, ...) turn_emit((t), (dest), (key), shape_##msg(), &(struct msg){__VA_ARGS__})
#define RECORD_EVENT(t, ...) turn_record((t), &(struct happened){__VA_ARGS__})

/* HANDLER(case_open, t, in) { … }: a handler whose input is typed by its message. */
#define HANDLER(msg, t, in)                                                                       \
    static enum status msg##_turn_(struct turn *t, const struct msg *in);                         \
    enum status handle_##msg(struct turn *t, const void *in);                                     \
    enum status handle_##msg(struct turn *t, const void *in)                                      \
    {                                                                                             \
        return msg##_turn_(t, in);                                                                \
    }                                                                                             \
    static enum status msg##_turn_(struct turn *t, const struct msg *in)

#endif
