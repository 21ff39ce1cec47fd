#ifndef KM_SVC_ENGINE_H
#define KM_SVC_ENGINE_H

#include <string.h>

#include "base/clock.h"
#include "q_event.h"
#include "q_svc.h"
#include "svc/worker.h"

/* Inside of the worker; private to this folder. */

enum { MARKS_MAX = 256, EMITS_MAX = 256, NACKS_MAX = 64, ATTEMPTS_MAX = 5, RESEND_AFTER_MS = 2000, REQUEST_KEEP_H = 24 };

enum held_state { SLOT_FREE, SLOT_READY, SLOT_WANTS_KEY, SLOT_ASKED_KEY };

/* What became of a stream message or request within a batch. */
enum fate { FATE_NONE, FATE_APPLIED, FATE_REPLAYED, FATE_GAP, FATE_AGAIN, FATE_REFUSED };

struct outgoing {
    const char *dest;
    struct uuid key, id;
    const struct shape *shape;
    struct span payload;
    int64_t seq; /* known after the outbox row is written */
    struct turn *turn;
    struct outgoing *next;
};

struct incident {
    struct happened h;
    struct incident *next;
};

/* One frame being worked on; its scope is its own, so that one bad message cannot spoil another's answer. */
struct held {
    struct scope *s;
    struct frame f;
    const struct route *route;
    void *msg;
    enum held_state state;
    enum fate fate;
    enum status st;
    struct uuid case_id; /* whose key it wants */
    bool has_case;       /* find_case has found it */
    struct secret *key;
    int64_t key_epoch, asked_us;
    struct uuid asked_as;
    uint8_t digest[16];
    struct turn turn;
    int64_t mark_seq; /* what to acknowledge, or to ask for */
    uint64_t order;   /* of arrival */
};

/* A position that came back: acknowledged, or asked for again. */
struct mark {
    char peer[16];
    struct uuid key;
    int64_t seq;
};

struct worker {
    struct worker_setup set;
    struct held slots[SLOTS_MAX];
    struct scope *own; /* for what belongs to no message; reset at every run */
    struct mark acked[MARKS_MAX];
    size_t acked_n;
    struct mark wanted[MARKS_MAX]; /* gaps others reported to me */
    size_t wanted_n;
    uint64_t order;
    int64_t next_resend_us, next_purge_us, closed_us;
    int64_t job_due_us[16];
    struct worker_counts counts;
    bool has_crashed; /* simulated: nothing more happens in this worker */
};

static inline int64_t worker_now(const struct worker *w)
{
    return w->set.now_us(w->set.ctx);
}

static inline bool worker_crashes(struct worker *w, enum step at)
{
    w->has_crashed = w->has_crashed || (w->set.crash && w->set.crash(w->set.ctx, at));
    return w->has_crashed;
}

static inline bool worker_crashed(const struct worker *w)
{
    return w->has_crashed;
}

/* take.c: checks a frame on entry; on OK the slot is READY or WANTS_KEY. */
enum status take_check(struct worker *w, struct held *slot) MUST_CHECK;
bool take_control(struct worker *w, struct scope *s, const struct frame *f);
void slot_release(struct held *slot);

/* keyhold.c: data keys for the slots that want one. */
void keyhold_ask(struct worker *w);
void keyhold_answer(struct worker *w, struct scope *s, const struct frame *f);
void keyhold_expire(struct worker *w);

/* batch.c: n slots in one transaction; INTERNAL only for a simulated crash, UNAVAILABLE for a broken connection. */
enum status batch_run(struct worker *w, struct held **slots, size_t n) MUST_CHECK;
enum status batch_job(struct worker *w, const struct job *job, bool *ret_more) MUST_CHECK;

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
};

/* delivery.c: the rows that make delivery exact. load flushes; store only queues; settled is asked after COMMIT's flush. */
enum status delivery_load(struct batch *b) MUST_CHECK;
struct stream *delivery_stream(struct batch *b, const struct held *slot);
const struct q_request_find_row *delivery_known(const struct batch *b, const struct held *slot);
enum status delivery_store(struct batch *b) MUST_CHECK;
enum status delivery_commit(struct batch *b) MUST_CHECK;

/* outbox.c: what time and others ask of the outbox, each in a transaction of its own. */
enum status outbox_resend(struct worker *w, bool *ret_more) MUST_CHECK;
enum status outbox_wanted(struct worker *w) MUST_CHECK;
enum status outbox_nacked(struct worker *w, struct scope *s, const struct frame *f) MUST_CHECK;
enum status outbox_purge(struct worker *w) MUST_CHECK;
enum status outbox_flush_acked(struct worker *w) MUST_CHECK;

/* reply.c: frames leaving the worker. */
void reply_frame(struct worker *w, struct scope *s, struct header *h, struct span payload, struct span sealed_json);
void reply_emits(struct worker *w, const struct turn *t);
void reply_answer(struct worker *w, struct held *slot);
void reply_refusal(struct worker *w, struct held *slot);
void reply_nack(struct worker *w, struct held *slot);
void reply_marks(struct worker *w, struct held **slots, size_t n);

/* queue.c: a tombstone was applied: that the stream went on without a message is itself an event of the history. */
enum status turn_skipped(struct turn *t) MUST_CHECK;

/* queue.c: the routes every service has. */
extern const struct route QUEUE_ROUTES[];
extern const size_t QUEUE_ROUTE_N;

static inline bool slot_is_stream(const struct held *slot)
{
    return slot->f.header.has_seq;
}

#endif
