/* A batch is one transaction for everything that waits, up to 64 messages, and one COMMIT. A message that is refused before it wrote
 * anything is simply left out; any other failure rolls the whole batch back and plays its messages one by one, so that only
 * the guilty one fails. Nothing is sent before the COMMIT came back. */
#include "batch.h"
#include "parts.h"

static void turn_clear(struct held *slot)
{
    struct turn *t = &slot->turn;

    t->answer = t->answer_sealed = (struct span){0};
    t->answer_type = NULL;
    t->out = NULL;
    t->incidents = NULL;
    slot->s->why = (struct why){0};
    slot->st = OK;
    slot->fate = FATE_NONE;
    slot->is_known = false;
    slot->refused = (struct span){0};
}

struct span own_ticket(const struct worker *w)
{
    return w->set.pass ? span_str(w->set.pass->line) : (struct span){0};
}

enum status begin_as(struct worker *w, struct scope *s, struct span line, struct tx **ret_tx)
{
    TRY(tx_begin(w->set.db, s, ret_tx));
    enum status st = line.n ? q_ticket_wear(*ret_tx, &(struct q_ticket_wear){.line = line}) : OK;
    if (st != OK)
        tx_rollback(*ret_tx);
    return st;
}

/* Puts a ticket on unless it is the one in force. */
static enum status wear(struct batch *b, struct span line)
{
    if (span_eq(b->worn, line))
        return OK;
    b->worn = line;
    return q_ticket_wear(b->tx, &(struct q_ticket_wear){.line = line});
}

enum status turn_self(struct turn *t)
{
    struct batch *b = t->batch;

    if (!b)
        return fail(t->s, INTERNAL, "ここではサービスの権限を使えません", "not in a handler");
    struct span line = own_ticket(b->w);
    if (span_eq(b->worn, line))
        return OK;
    b->worn = line;
    return q_ticket_self(b->tx, &(struct q_ticket_self){.line = line}, &b->self);
}

/* What a batch is known by from its first statement on. */
static enum status begin(struct batch *b)
{
    b->worn = own_ticket(b->w);
    return begin_as(b->w, b->w->own, b->worn, &b->tx);
}

static void turn_ready(struct batch *b, struct held *slot)
{
    slot->turn.tx = b->tx;
    slot->turn.batch = b;
    slot->turn.key = slot->has_key ? slot->key : NULL;
    slot->turn.older = slot->has_key ? slot->older : NULL;
    slot->turn.key_epoch = slot->key_epoch;
}

static enum status run_handler(struct batch *b, struct held *slot)
{
    tx_scope(b->tx, slot->s);
    TRY(wear(b, slot->ticket.n ? slot->ticket : own_ticket(b->w)));
    struct tx_mark before = tx_mark(b->tx);

    turn_ready(b, slot);
    slot->st = slot->route ? slot->route->handler(&slot->turn, slot->msg) : turn_skipped(&slot->turn);
    tx_scope(b->tx, b->w->own);
    if (slot->st == OK) {
        b->turns[b->turn_n++] = &slot->turn;
        return OK;
    }
    if (tx_is_unchanged(b->tx, before)) {
        slot->fate = slot_waits(b->w, slot, slot->st) ? FATE_LATER : FATE_REFUSED;
        return OK;
    }
    return slot->st;
}

/* Is this the message its stream goes on with? Every other has its fate by then. */
static bool is_next(struct batch *b, struct held *slot)
{
    const struct stream *st = delivery_stream(b, slot);
    int64_t seq = slot->f.header.seq;

    if (st->is_stuck) {
        slot->fate = FATE_AGAIN;
    } else if (seq <= st->last) {
        slot->fate = FATE_REPLAYED;
        slot->mark_seq = st->last;
        b->w->counts.replayed++;
    } else if (seq > st->last + 1) {
        slot->fate = FATE_GAP;
        slot->mark_seq = st->last + 1;
        b->w->counts.gaps++;
    } else {
        return true;
    }
    return false;
}

static void stream_advance(struct batch *b, struct held *slot)
{
    delivery_stream(b, slot)->last = slot->mark_seq = slot->f.header.seq;
    slot->fate = FATE_APPLIED;
    b->w->counts.applied++;
}

static enum status handle_stream(struct batch *b, struct held *slot)
{
    if (!is_next(b, slot))
        return OK;
    TRY(run_handler(b, slot));
    if (slot->fate == FATE_REFUSED)
        delivery_stream(b, slot)->is_stuck = true;
    else
        stream_advance(b, slot);
    return OK;
}

static bool goes_together(const struct held *a, const struct held *b)
{
    return a->route && a->route->many && a->route == b->route;
}

/* One transaction, one failure: what one of them is refused for is found out when they are played again one by one. */
static enum status handle_many(struct batch *b, struct held **slots, size_t n)
{
    struct turn *turns[BATCH_MAX];
    const void *in[BATCH_MAX];
    size_t k = 0;

    for (size_t i = 0; i < n; i++) {
        if (!is_next(b, slots[i]))
            continue;
        stream_advance(b, slots[i]);
        turn_ready(b, slots[i]);
        turns[k] = b->turns[b->turn_n++] = &slots[i]->turn;
        in[k++] = slots[i]->msg;
    }
    if (!k)
        return OK;
    tx_scope(b->tx, turns[0]->s);
    TRY(wear(b, own_ticket(b->w)));
    TRY(slots[0]->route->many(turns, in, k));
    tx_scope(b->tx, b->w->own);
    return OK;
}

static enum status handle_request(struct batch *b, struct held *slot)
{
    const struct q_request_find_row *known = delivery_known(b, slot);

    b->w->counts.requests++;
    slot->is_known = known != NULL;
    if (!known)
        return run_handler(b, slot);
    if (!span_eq(known->digest, span_of(slot->digest, sizeof slot->digest))) {
        slot->st = fail(slot->s, CONFLICT, "同じ要求番号が別の内容で使われています",
                        "this idempotency key was used for another request");
        slot->fate = FATE_REFUSED;
        return OK;
    }
    slot->turn.answer = known->answer;
    slot->turn.answer_type = (const char *)known->type.p;
    slot->fate = FATE_REPLAYED;
    return OK;
}

/* Sends what a committed batch has to say; a crash in the midst of it loses only copies. */
static enum status send_all(struct batch *b)
{
    struct worker *w = b->w;

    for (size_t i = 0; i < b->turn_n; i++) {
        reply_emits(w, b->turns[i]);
        if (worker_crashes(w, STEP_SENT_SOME))
            return INTERNAL;
    }
    for (size_t i = 0; i < b->n; i++) {
        struct held *slot = b->slots[i];
        if (slot->fate == FATE_LATER)
            continue;
        if (slot->fate == FATE_REFUSED)
            (slot_is_stream(slot) ? reply_nack : reply_refusal)(w, slot);
        else if (!slot_is_stream(slot))
            reply_answer(w, slot);
    }
    reply_marks(w, b->slots, b->n);
    for (size_t i = 0; i < b->n; i++)
        if (b->slots[i]->fate != FATE_LATER)
            slot_release(b->slots[i]);
    return OK;
}

static enum status play(struct batch *b)
{
    struct worker *w = b->w;

    TRY(delivery_load(b));
    if (worker_crashes(w, STEP_LOADED))
        return INTERNAL;
    for (size_t i = 0, n; i < b->n; i += n) {
        struct held *slot = b->slots[i];
        for (n = 1; i + n < b->n && goes_together(slot, b->slots[i + n]);)
            n++;
        TRY(n > 1 ? handle_many(b, &b->slots[i], n) : slot_is_stream(slot) ? handle_stream(b, slot) : handle_request(b, slot));
        if (worker_crashes(w, STEP_HANDLED))
            return INTERNAL;
    }
    TRY(wear(b, own_ticket(b->w)));
    TRY(delivery_store(b));
    if (worker_crashes(w, STEP_BEFORE_COMMIT))
        return INTERNAL;
    return OK;
}

/* One try of one transaction; on failure nothing happened (or, with UNAVAILABLE at COMMIT, the outcome is unknown). */
static enum status batch_once(struct worker *w, struct held **slots, size_t n)
{
    struct batch b = {.w = w, .slots = slots, .n = n};

    scope_reset(w->own);
    w->own->now_us = worker_now(w);
    for (size_t i = 0; i < n; i++)
        turn_clear(slots[i]);
    w->counts.batches++;
    TRY(begin(&b));
    enum status st = play(&b);
    if (st != OK) {
        w->counts.rollbacks++;
        tx_rollback(b.tx);
        if (n == 1 && slots[0]->st == OK) {
            slots[0]->st = st;
            slots[0]->s->why = w->own->why;
        }
        return st;
    }
    st = delivery_commit(&b);
    if (st != OK) {
        w->counts.rollbacks++;
        if (n == 1) {
            slots[0]->st = st;
            slots[0]->s->why = w->own->why;
        }
        return st;
    }
    w->acked_n = 0;
    if (worker_crashes(w, STEP_COMMITTED))
        return INTERNAL;
    return send_all(&b);
}

static bool is_dead(const struct worker *w, enum status st)
{
    return st != OK && !conn_is_alive(w->set.db);
}

/* One message by itself: what still fails is its own fault and is answered so; contention is tried again a few times. */
static enum status play_single(struct worker *w, struct held *slot)
{
    enum { TRIES = 4 };
    enum status st = OK;

    for (int i = 0; i < TRIES; i++) {
        st = batch_once(w, &slot, 1);
        if (st == OK)
            return OK;
        if (worker_crashed(w) || is_dead(w, st))
            return worker_crashed(w) ? INTERNAL : UNAVAILABLE;
        if (st == INTERNAL || st == CORRUPT || st == TOO_LARGE || st == DENIED)
            break;
    }
    slot->st = st;
    slot->refused = (struct span){0}; /* of a try that was rolled back */
    (slot_is_stream(slot) ? reply_nack : reply_refusal)(w, slot);
    slot_release(slot);
    return OK;
}

enum status batch_run(struct worker *w, struct held **slots, size_t n)
{
    enum status st;

    if (n == 1)
        return play_single(w, slots[0]);
    st = batch_once(w, slots, n);
    if (st == OK)
        return OK;
    if (worker_crashed(w))
        return INTERNAL;
    if (is_dead(w, st))
        return UNAVAILABLE;
    for (size_t i = 0; i < n; i++)
        TRY(play_single(w, slots[i]));
    return OK;
}

enum status batch_job(struct worker *w, const struct job *job, bool *ret_more)
{
    struct batch b = {.w = w};
    struct turn t = {.s = w->own, .service = w->set.svc->name, .own = w->set.own};
    enum status st;

    scope_reset(w->own);
    w->own->now_us = worker_now(w);
    w->own->actor.role = ROLE_SERVICE;
    TRY(begin(&b));
    t.tx = b.tx;
    t.batch = &b;
    b.turns[b.turn_n++] = &t;
    st = job->run ? job->run(&t, ret_more) : OK;
    if (st == OK)
        st = delivery_store(&b);
    if (st != OK || worker_crashes(w, STEP_BEFORE_COMMIT)) {
        tx_rollback(b.tx);
        return st != OK ? st : INTERNAL;
    }
    TRY(delivery_commit(&b));
    w->acked_n = 0;
    if (worker_crashes(w, STEP_COMMITTED))
        return INTERNAL;
    reply_emits(w, &t);
    return OK;
}
