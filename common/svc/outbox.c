/* What time and other services ask of the outbox: rows nobody acknowledged are sent again, rows a receiver misses are sent from the
 * missing one on, rows a receiver refuses too often are parked. Each is a transaction of its own; none of them can lose a row,
 * because only an acknowledgement deletes. */
#include <string.h>

#include "parts.h"
#include "wire/codec.h"

/* Both queries that read rows for sending have the same columns. */
static void send_row(struct worker *w, const struct q_outbox_due_row *r)
{
    struct header h = {.id = r->id, .type = r->type, .to = r->dest, .has_key = true, .key = r->key, .has_seq = true, .seq = r->seq,
                       .sent = r->sent_at, .has_reply_to = true, .reply_to = span_str(w->set.instance)};
    int role = words_find(words_role(), r->role);

    h.has_actor = r->actor.n > 0;
    h.actor = r->actor;
    h.has_agency = r->agency.n > 0 && agency_parse(r->agency, &h.agency) == OK;
    h.has_role = role >= 0;
    h.role = role;
    h.has_trace = r->trace.n > 0;
    h.trace = r->trace;
    w->counts.resent++;
    reply_frame(w, w->own, &h, r->payload, (struct span){0});
}

static enum status begin(struct worker *w, struct tx **ret_tx)
{
    scope_reset(w->own);
    w->own->now_us = worker_now(w);
    return begin_as(w, w->own, own_ticket(w), ret_tx);
}

enum status outbox_resend(struct worker *w, bool *ret_more)
{
    struct q_outbox_due_rows rows = {0};
    struct tx *tx;

    TRY(begin(w, &tx));
    enum status st = q_outbox_due(tx, &(struct q_outbox_due){.now = w->own->now_us}, &rows);
    if (st != OK) {
        tx_rollback(tx);
        return st;
    }
    TRY(tx_commit(tx));
    for (size_t i = 0; i < rows.n; i++)
        send_row(w, &rows.v[i]);
    *ret_more = rows.n == 64;
    return OK;
}

enum status outbox_wanted(struct worker *w)
{
    while (w->wanted_n) {
        struct mark m = w->wanted[--w->wanted_n];
        struct q_outbox_from_rows rows = {0};
        struct tx *tx;
        TRY(begin(w, &tx));
        enum status st = q_outbox_from(tx, &(struct q_outbox_from){.dest = span_str(m.peer), .key = m.key, .seq = m.seq}, &rows);
        if (st != OK) {
            tx_rollback(tx);
            return st;
        }
        TRY(tx_commit(tx));
        for (size_t i = 0; i < rows.n; i++) {
            struct q_outbox_due_row r;
            _Static_assert(sizeof r == sizeof rows.v[0], "outbox_due and outbox_from read the same columns");
            memcpy(&r, &rows.v[i], sizeof r);
            send_row(w, &r);
        }
    }
    return OK;
}

enum status outbox_nacked(struct worker *w, struct scope *s, const struct frame *f)
{
    struct nack n;
    struct tx *tx;

    TRY(codec_decode(s, shape_nack(), f->part[PART_PAYLOAD], f->header.minor, &n));
    if (!w->set.db)
        return UNSUPPORTED;
    enum status said = status_parse((const char *)n.status.p);
    TRY(begin(w, &tx));
    enum status st = q_outbox_fail(tx, &(struct q_outbox_fail){.dest = f->header.from, .key = n.key, .seq = n.seq,
        .status = n.status, .why = n.why, .parks = status_trait(said)->parks, .most = ATTEMPTS_MAX, .at = w->own->now_us});
    if (st != OK) {
        tx_rollback(tx);
        return st;
    }
    return tx_commit(tx);
}

enum status outbox_purge(struct worker *w)
{
    struct tx *tx;

    TRY(begin(w, &tx));
    enum status st = q_request_purge(tx, &(struct q_request_purge){
        .before = w->own->now_us - (int64_t)REQUEST_KEEP_H * 3600 * US_PER_S});
    if (st != OK) {
        tx_rollback(tx);
        return st;
    }
    return tx_commit(tx);
}
