#ifndef KM_SVC_ENGINE_H
#define KM_SVC_ENGINE_H

#include <string.h>

#include "base/clock.h"
#include "q_event.h"
#include "q_svc.h"
#include "svc/worker.h"

/* Inside of the worker; private to this folder. */

enum { MARKS_MAX = 256, ATTEMPTS_MAX = 5, RESEND_AFTER_MS = 2000, REQUEST_KEEP_H = 24 };
enum { PATIENCE_US = 400 * US_PER_MS, LOOK_AGAIN_US = 20 * US_PER_MS };

/* Earlier data keys of one case, in one locked memory. */
enum { OLDER_MAX = 64 };
struct epoch_keys {
    size_t n;
    int64_t epoch[OLDER_MAX];
    struct secret *all; /* OLDER_MAX keys, one after the other */
    struct secret *one; /* what turn_key hands out */
};

enum held_state { SLOT_FREE, SLOT_READY, SLOT_WANTS_KEY, SLOT_ASKED_KEY };

/* What became of a stream message or request within a batch. */
enum fate { FATE_NONE, FATE_APPLIED, FATE_REPLAYED, FATE_GAP, FATE_AGAIN, FATE_LATER, FATE_REFUSED };

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
    bool is_known; /* its id was used before: nothing is stored under it */
    struct span refused; /* the refusal, encoded to be stored and sent */
    enum status st;
    struct uuid case_id; /* whose key it wants */
    bool has_case;       /* find_case has found it */
    struct secret *key; /* stays with the place, wiped, when the message goes; NULL until first needed */
    bool has_key;
    struct epoch_keys *older; /* stays as key does; NULL until a case with several epochs comes */
    int64_t key_epoch, asked_us, want_nr;
    int64_t again_us; /* not to be worked on before this */
    struct uuid asked_as;
    struct span plain; /* of the sealed body */
    uint8_t digest[16];
    struct turn turn;
    struct span ticket; /* the line turn.ticket was read from; empty: none was needed */
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
    int64_t next_resend_us, next_purge_us, acked_us; /* acked_us: since when acknowledgements wait, 0 = none */
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

static inline bool slot_is_slow(const struct held *slot)
{
    return slot->route && slot->route->is_slow;
}

static inline bool slot_is_stream(const struct held *slot)
{
    return slot->f.header.has_seq;
}

#endif
