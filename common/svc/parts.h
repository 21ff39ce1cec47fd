#ifndef KM_SVC_PARTS_H
#define KM_SVC_PARTS_H

#include "engine.h"

/* What the files of the engine do for one another. */

/* take.c: checks a frame on entry; on OK the slot is READY or WANTS_KEY. */
enum status take_check(struct worker *w, struct held *slot) MUST_CHECK;
bool take_control(struct worker *w, struct scope *s, const struct frame *f);
void slot_release(struct held *slot);

/* slot_waits: what a request names may still be on its way from another service (a case just opened, a handoff just accepted), so a
 * request that finds nothing looks again for a moment before it is refused. True: it waits. */
bool slot_waits(struct worker *w, struct held *slot, enum status st);

/* keyhold.c: data keys for the slots that want one. */
void keyhold_ask(struct worker *w);
void keyhold_answer(struct worker *w, struct scope *s, const struct frame *f);
void keyhold_expire(struct worker *w);
void keyhold_forget(struct held *slot); /* wipes its keys; their memory stays for the next message */
void keyhold_free(struct held *slot);

/* begin_as: a transaction in which this ticket is worn from the first statement on. The session wears the service's own in any case; worn
 * in the transaction, too, it is checked once and not by every statement. own_ticket: "" where there is none (a simulated worker). */
enum status begin_as(struct worker *w, struct scope *s, struct span line, struct tx **ret_tx) MUST_CHECK;
struct span own_ticket(const struct worker *w);

/* batch.c: n slots in one transaction; INTERNAL only for a simulated crash, UNAVAILABLE for a broken connection. */
enum status batch_run(struct worker *w, struct held **slots, size_t n) MUST_CHECK;
enum status batch_job(struct worker *w, const struct job *job, bool *ret_more) MUST_CHECK;

/* outbox.c: what time and others ask of the outbox, each in a transaction of its own. */
enum status outbox_resend(struct worker *w, bool *ret_more) MUST_CHECK;
enum status outbox_wanted(struct worker *w) MUST_CHECK;
enum status outbox_nacked(struct worker *w, struct scope *s, const struct frame *f) MUST_CHECK;
enum status outbox_purge(struct worker *w) MUST_CHECK;

/* reply.c: frames leaving the worker. */
void reply_frame(struct worker *w, struct scope *s, struct header *h, struct span payload, struct span sealed_json);
void reply_emits(struct worker *w, const struct turn *t);
void reply_answer(struct worker *w, struct held *slot);
enum status refusal_encode(struct held *slot) MUST_CHECK;
void reply_refusal(struct worker *w, struct held *slot);
void reply_nack(struct worker *w, struct held *slot);
void reply_marks(struct worker *w, struct held **slots, size_t n);

/* queue.c: a tombstone was applied: that the stream went on without a message is itself an event of the history. */
enum status turn_skipped(struct turn *t) MUST_CHECK;

/* queue.c: the routes every service has. */
extern const struct route QUEUE_ROUTES[];
extern const size_t QUEUE_ROUTE_N;

#endif
