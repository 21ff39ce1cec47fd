/* A worker between its sockets and its batches: it gives frames slots, asks for keys, forms batches in order of arrival and does
 * what time asks for. It owns no socket and no clock, so the simulator runs the very same code. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "parts.h"
#include "seal/envelope.h"

enum { TICK_MS = 250, CLOSE_AFTER_MS = 20, PURGE_EVERY_US = 60 * US_PER_S, MESSAGE_CAP = 4 << 20 };

enum status worker_new(const struct worker_setup *setup, struct worker **ret_worker)
{
    struct worker *w = calloc(1, sizeof *w);

    if (!w)
        return UNAVAILABLE;
    w->set = *setup;
    w->own = scope_new(SCOPE_CAP, setup->entropy);
    bool is_whole = w->own != NULL;
    for (size_t i = 0; i < SLOTS_MAX; i++) {
        w->slots[i].s = scope_new(MESSAGE_CAP, setup->entropy);
        is_whole = is_whole && w->slots[i].s;
    }
    if (!is_whole) {
        worker_free(w);
        return UNAVAILABLE;
    }
    *ret_worker = w;
    return OK;
}

void worker_free(struct worker *w)
{
    for (size_t i = 0; i < SLOTS_MAX; i++) {
        if (!w->slots[i].s)
            continue;
        slot_release(&w->slots[i]);
        keyhold_free(&w->slots[i]);
        scope_free(w->slots[i].s);
    }
    if (w->own)
        scope_free(w->own);
    free(w);
}

static struct held *free_slot(struct worker *w)
{
    for (size_t i = 0; i < SLOTS_MAX; i++)
        if (w->slots[i].state == SLOT_FREE)
            return &w->slots[i];
    return NULL;
}

bool worker_has_room(const struct worker *w)
{
    if (w->acked_n + BATCH_MAX > MARKS_MAX || w->wanted_n + BATCH_MAX > MARKS_MAX)
        return false;
    for (size_t i = 0; i < SLOTS_MAX; i++)
        if (w->slots[i].state == SLOT_FREE)
            return true;
    return false;
}

struct scope *worker_scope(struct worker *w)
{
    struct held *slot = free_slot(w);

    scope_reset(slot->s);
    slot->s->now_us = worker_now(w);
    return slot->s;
}

/* A refusal by the relay itself carries no tag: it holds no pair keys. It can only say that nobody is there, which silence says too. */
static bool is_authentic(struct worker *w, struct scope *s, const struct frame *f)
{
    const struct header *h = &f->header;

    if (span_is(h->from, "relay"))
        return h->has_re && span_is(h->type, "refusal");
    return envelope_check(s, w->set.ring, (const char *)h->from.p, f->part, PART_TAG, f->part[PART_TAG]) == OK;
}

void worker_take(struct worker *w, const struct frame *f)
{
    struct held *slot = free_slot(w);
    struct scope *s = slot->s;

    if (!is_authentic(w, s, f) || !span_is(f->header.to, w->set.svc->name)) {
        w->counts.dropped++;
        scope_reset(s);
        return;
    }
    if (take_control(w, s, f)) {
        scope_reset(s);
        return;
    }
    slot->f = *f;
    slot->order = ++w->order;
    slot->st = take_check(w, slot);
    if (slot->st != OK) {
        (slot_is_stream(slot) ? reply_nack : reply_refusal)(w, slot);
        slot_release(slot);
        return;
    }
    slot->state = slot->route && slot->route->key != KEY_NONE ? SLOT_WANTS_KEY : SLOT_READY;
}

bool slot_waits(struct worker *w, struct held *slot, enum status st)
{
    int64_t now = worker_now(w);

    if (st != NOT_FOUND || slot_is_stream(slot) || now - slot->s->now_us > PATIENCE_US)
        return false;
    slot->again_us = now + LOOK_AGAIN_US;
    return true;
}

/* Is the same request already in this batch? The copy waits for the next, where it finds the stored answer. */
static bool is_copy(struct held *const *batch, size_t n, const struct held *slot)
{
    if (!slot_is_stream(slot) && slot->route->kind == ROUTE_CHANGE)
        for (size_t i = 0; i < n; i++)
            if (uuid_eq(batch[i]->f.header.id, slot->f.header.id))
                return true;
    return false;
}

/* Up to BATCH_MAX slots that are ready, oldest first; what takes long only when nothing else is ready, and then one alone. */
static size_t pick(struct worker *w, struct held *batch[BATCH_MAX])
{
    int64_t now = worker_now(w);
    size_t n = 0;

    for (size_t i = 0; i < SLOTS_MAX; i++) {
        struct held *slot = &w->slots[i];
        if (slot->state != SLOT_READY || slot->again_us > now)
            continue;
        size_t at = n;
        while (at > 0 && batch[at - 1]->order > slot->order)
            at--;
        if (at == BATCH_MAX)
            continue;
        size_t tail = (n < BATCH_MAX ? n : BATCH_MAX - 1) - at;
        memmove(&batch[at + 1], &batch[at], tail * sizeof batch[0]);
        batch[at] = slot;
        n += n < BATCH_MAX;
    }
    bool has_quick = false;
    for (size_t i = 0; i < n; i++)
        has_quick = has_quick || !slot_is_slow(batch[i]);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (!(slot_is_slow(batch[i]) && (has_quick || kept)) && !is_copy(batch, kept, batch[i]))
            batch[kept++] = batch[i];
    return kept;
}

/* The database is gone: askers are told so (the outcome of what was being committed is unknown; the same id may be asked again),
 * stream messages are forgotten here because their senders still have them. */
static void refuse_all(struct worker *w)
{
    for (size_t i = 0; i < SLOTS_MAX; i++) {
        struct held *slot = &w->slots[i];
        if (slot->state != SLOT_READY)
            continue;
        if (!slot_is_stream(slot)) {
            slot->st = fail(slot->s, UNAVAILABLE, "データベースに接続できません。同じ要求番号で再送してください",
                            "the database is not reachable; ask again with the same idempotency key");
            reply_refusal(w, slot);
        }
        slot_release(slot);
    }
}

enum status worker_run(struct worker *w)
{
    struct held *batch[BATCH_MAX];
    size_t n;

    if (w->wanted_n && w->set.db && outbox_wanted(w) != OK && !conn_is_alive(w->set.db))
        return UNAVAILABLE;
    keyhold_ask(w);
    while ((n = pick(w, batch)) > 0) {
        if (worker_crashes(w, STEP_BEGIN))
            return INTERNAL;
        bool was_slow = slot_is_slow(batch[0]);
        enum status st = w->set.db ? batch_run(w, batch, n) : UNAVAILABLE;
        if (st == INTERNAL && w->has_crashed)
            return INTERNAL;
        if (st != OK) {
            refuse_all(w);
            return UNAVAILABLE;
        }
        if (was_slow)
            break; /* what came in meanwhile goes before the next slow one */
    }
    return OK;
}

static enum status run_jobs(struct worker *w, int64_t now, bool *ret_more)
{
    for (size_t i = 0; i < w->set.svc->job_n && i < COUNT(w->job_due_us); i++) {
        const struct job *job = &w->set.svc->jobs[i];
        bool more = false;
        if (now < w->job_due_us[i])
            continue;
        enum status st = batch_job(w, job, &more);
        if (w->has_crashed)
            return INTERNAL;
        if (st != OK && !conn_is_alive(w->set.db))
            return UNAVAILABLE;
        if (st != OK)
            LOG(LOG_WARN, "job_failed", LOG_WORD("job", job->name), LOG_WORD("status", status_trait(st)->word));
        w->job_due_us[i] = st == OK && more ? now : now + job->every_ms * US_PER_MS;
        *ret_more = *ret_more || (st == OK && more);
    }
    return OK;
}

/* Acknowledgements are closed with the next batch's writes; when no batch comes for a while, or no more fit, they are closed alone. */
static enum status close_idle(struct worker *w, int64_t now)
{
    static const struct job CLOSE = {.name = "close", .run = NULL};
    bool more = false;

    if (!w->acked_n || !w->acked_us)
        w->acked_us = w->acked_n ? now : 0;
    if (!w->acked_n || (now - w->acked_us < CLOSE_AFTER_MS * US_PER_MS && w->acked_n + BATCH_MAX <= MARKS_MAX))
        return OK;
    w->acked_us = 0;
    return batch_job(w, &CLOSE, &more);
}

static enum status tick_database(struct worker *w, int64_t now, bool *ret_more)
{
    enum status st = close_idle(w, now);

    if (st == OK && now >= w->next_resend_us) {
        bool more = false;
        st = outbox_resend(w, &more);
        w->next_resend_us = more ? now : now + 500 * US_PER_MS;
        *ret_more = more;
    }
    if (st == OK && now >= w->next_purge_us) {
        w->next_purge_us = now + PURGE_EVERY_US;
        st = outbox_purge(w);
    }
    if (w->has_crashed)
        return INTERNAL;
    return st != OK && !conn_is_alive(w->set.db) ? UNAVAILABLE : OK;
}

enum status worker_tick(struct worker *w, int *ret_wait_ms)
{
    int64_t now = worker_now(w);
    bool more = false;

    *ret_wait_ms = TICK_MS;
    keyhold_expire(w);
    if (!w->set.db)
        return OK;
    TRY(tick_database(w, now, &more));
    TRY(run_jobs(w, now, &more));
    if (w->acked_n)
        *ret_wait_ms = CLOSE_AFTER_MS;
    for (size_t i = 0; i < SLOTS_MAX; i++)
        more = more || (w->slots[i].state == SLOT_READY && slot_is_slow(&w->slots[i]) && w->slots[i].again_us <= now);
    for (size_t i = 0; i < SLOTS_MAX; i++)
        if (w->slots[i].state != SLOT_FREE && w->slots[i].again_us && *ret_wait_ms > LOOK_AGAIN_US / US_PER_MS)
            *ret_wait_ms = LOOK_AGAIN_US / US_PER_MS;
    if (more)
        *ret_wait_ms = 0;
    return OK;
}

bool worker_is_busy(const struct worker *w)
{
    for (size_t i = 0; i < SLOTS_MAX; i++)
        if (w->slots[i].state != SLOT_FREE)
            return true;
    return w->acked_n > 0;
}

const struct worker_counts *worker_counts_of(const struct worker *w)
{
    return &w->counts;
}
