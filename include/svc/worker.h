#ifndef KM_SVC_WORKER_H
#define KM_SVC_WORKER_H

#include "base/cleanup.h"
#include "db/conn.h"
#include "seal/keyring.h"
#include "svc/pass.h"
#include "svc/service.h"

/* The engine under svc_main, apart from sockets and clocks so that the simulator can drive it: frames in, frames out, time given. */

enum { BATCH_MAX = 64, SLOTS_MAX = 192 };

/* Where frames go: the bus, or the simulator's network. */
struct port {
    enum status (*send)(void *ctx, struct scope *s, const struct frame *f);
    void *ctx;
};

/* Points between which a simulated crash can fall. */
enum step { STEP_BEGIN, STEP_LOADED, STEP_HANDLED, STEP_BEFORE_COMMIT, STEP_COMMITTED, STEP_SENT_SOME };

struct worker_setup {
    const struct service *svc;
    const char *instance; /* "intake.0" */
    const struct keyring *ring;
    struct conn *db; /* NULL = none; borrowed */
    const struct pass *pass; /* that `db` wears; NULL only without db; whoever owns it renews it between calls */
    void *own;
    struct port port;
    int64_t (*now_us)(void *ctx);
    const struct entropy *entropy;
    bool (*crash)(void *ctx, enum step at); /* NULL in production: true = stop dead here */
    void *ctx;                              /* of now_us and crash */
};

struct worker_counts {
    int64_t requests, answers, refusals, applied, replayed, gaps, nacks, dropped, sent, resent, acked, batches, rollbacks;
};

struct worker;

/* worker_new: an engine with empty slots; what the setup points to is borrowed until worker_free.
 *   fails  UNAVAILABLE no memory */
enum status worker_new(const struct worker_setup *setup, struct worker **ret_worker) MUST_CHECK;
void worker_free(struct worker *w);
DEFINE_AUTO(worker)

/* worker_has_room: false = leave frames in the queue. worker_scope: the scope the next frame is to be received into. */
bool worker_has_room(const struct worker *w);
struct scope *worker_scope(struct worker *w);

/* worker_take: a frame received into worker_scope: checked, authenticated, sorted in. Bad ones are counted and dropped. */
void worker_take(struct worker *w, const struct frame *f);

/* worker_run: works on all that is ready, in batches; returns when nothing is, or after one that took long.
 *   fails  UNAVAILABLE the database connection broke: reopen it and call again, nothing is lost · INTERNAL simulated crash */
enum status worker_run(struct worker *w) MUST_CHECK;

/* worker_tick: what time asks for: resends, acknowledgements not yet closed, jobs, requests for keys that went unanswered.
 *   ret    wait_ms  at most how long until the next tick */
enum status worker_tick(struct worker *w, int *ret_wait_ms) MUST_CHECK;

/* worker_is_busy: something is held that a clean stop should finish first. */
bool worker_is_busy(const struct worker *w);

/* worker_counts_of: for metrics and tests. */
const struct worker_counts *worker_counts_of(const struct worker *w);

#endif
