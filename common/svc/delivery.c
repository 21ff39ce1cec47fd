/* The rows that make delivery exact, for a whole batch at once: stream positions are read under lock before any handler runs and
 * advanced in the same transaction; answers are stored with the effect they report; what is emitted gets its number in the
 * statement that stores it. One statement a batch for each, whatever its size. */
#include "base/log.h"
#include "batch.h"
#include "ledger/request.h"
#include "parts.h"

enum { RETRY_AFTER_US = RESEND_AFTER_MS * US_PER_MS };

#define NEW_ARRAY(b, n, T) ((T *)scope_alloc((b)->w->own, ((n) + 1) * sizeof(T)))

static enum status no_room(struct batch *b)
{
    return fail(b->w->own, TOO_LARGE, "処理領域が不足しました", "the batch needs too much memory");
}

static struct stream *stream_find(struct batch *b, struct span source, struct uuid key)
{
    for (size_t i = 0; i < b->stream_n; i++)
        if (uuid_eq(b->streams[i].key, key) && span_eq(b->streams[i].source, source))
            return &b->streams[i];
    return NULL;
}

struct stream *delivery_stream(struct batch *b, const struct held *slot)
{
    struct stream *st = stream_find(b, slot->f.header.from, slot->f.header.key);

    if (!st->is_loaded) {
        st->is_loaded = true;
        for (size_t i = 0; i < b->marks.n; i++)
            if (uuid_eq(b->marks.v[i].key, st->key) && span_eq(b->marks.v[i].source, st->source))
                st->prior = st->last = b->marks.v[i].last;
    }
    return st;
}

const struct q_request_find_row *delivery_known(const struct batch *b, const struct held *slot)
{
    if (slot->route->kind == ROUTE_CHANGE)
        for (size_t i = 0; i < b->known.n; i++)
            if (uuid_eq(b->known.v[i].id, slot->f.header.id))
                return &b->known.v[i];
    return NULL;
}

enum status delivery_load(struct batch *b)
{
    struct span *sources = NEW_ARRAY(b, b->n, struct span);
    struct uuid *keys = NEW_ARRAY(b, b->n, struct uuid);
    struct uuid *ids = NEW_ARRAY(b, b->n, struct uuid);
    size_t id_n = 0;

    if (!sources || !keys || !ids)
        return no_room(b);
    for (size_t i = 0; i < b->n; i++) {
        const struct header *h = &b->slots[i]->f.header;
        if (!slot_is_stream(b->slots[i])) {
            if (b->slots[i]->route->kind == ROUTE_CHANGE)
                ids[id_n++] = h->id;
        } else if (!stream_find(b, h->from, h->key)) {
            sources[b->stream_n] = h->from;
            keys[b->stream_n] = h->key;
            b->streams[b->stream_n++] = (struct stream){.source = h->from, .key = h->key};
        }
    }
    if (b->stream_n)
        TRY(q_inbox_marks(b->tx, &(struct q_inbox_marks){.sources = {sources, b->stream_n}, .keys = {keys, b->stream_n}},
                          &b->marks));
    if (id_n)
        TRY(q_request_find(b->tx, &(struct q_request_find){.ids = {ids, id_n}}, &b->known));
    if (!b->stream_n && !id_n)
        return OK;
    return tx_flush(b->tx);
}

static enum status store_positions(struct batch *b)
{
    struct span *sources = NEW_ARRAY(b, b->stream_n, struct span);
    struct uuid *keys = NEW_ARRAY(b, b->stream_n, struct uuid);
    int64_t *priors = NEW_ARRAY(b, b->stream_n, int64_t), *lasts = NEW_ARRAY(b, b->stream_n, int64_t);
    size_t n = 0;

    if (!sources || !keys || !priors || !lasts)
        return no_room(b);
    for (size_t i = 0; i < b->stream_n; i++) {
        const struct stream *st = &b->streams[i];
        if (st->last == 0)
            continue; /* nothing of it was ever applied: no row to make */
        sources[n] = st->source;
        keys[n] = st->key;
        priors[n] = st->prior;
        lasts[n++] = st->last;
    }
    if (!n)
        return OK;
    return q_inbox_advance(b->tx, &(struct q_inbox_advance){.sources = {sources, n}, .keys = {keys, n}, .priors = {priors, n},
                                                            .lasts = {lasts, n}});
}

/* Is this the last word on a change? A refusal is one too: whoever was told that nothing changed must not find that a late copy of the
 * same request did change something. "No such case" is not: the case may be on its way, and the same id may ask again. */
static bool is_final(const struct held *slot)
{
    if (slot_is_stream(slot) || slot->route->kind != ROUTE_CHANGE || slot->is_known)
        return false;
    return slot->fate == FATE_NONE || (slot->fate == FATE_REFUSED && !status_trait(slot->st)->is_retryable && slot->st != NOT_FOUND);
}

static enum status store_answers(struct batch *b)
{
    struct uuid *ids = NEW_ARRAY(b, b->n, struct uuid);
    struct span *digests = NEW_ARRAY(b, b->n, struct span), *types = NEW_ARRAY(b, b->n, struct span);
    struct span *answers = NEW_ARRAY(b, b->n, struct span);
    size_t n = 0;

    if (!ids || !digests || !types || !answers)
        return no_room(b);
    for (size_t i = 0; i < b->n; i++) {
        struct held *slot = b->slots[i];
        if (!is_final(slot))
            continue;
        bool is_refused = slot->fate == FATE_REFUSED;
        if (is_refused)
            TRY(refusal_encode(slot));
        ids[n] = slot->f.header.id;
        digests[n] = span_of(slot->digest, sizeof slot->digest);
        types[n] = span_str(is_refused ? "refusal" : slot->turn.answer_type ? slot->turn.answer_type : "done");
        answers[n++] = is_refused ? slot->refused : slot->turn.answer_type ? slot->turn.answer : SPAN_LIT("{}");
    }
    if (!n)
        return OK;
    return q_request_store(b->tx, &(struct q_request_store){.ids = {ids, n}, .digests = {digests, n}, .types = {types, n},
                                                            .answers = {answers, n}, .at = b->w->own->now_us});
}

/* Lists grow newest first; what leaves the process keeps the order in which the handler said it. */
static size_t order_emits(struct batch *b)
{
    size_t n = 0;

    for (size_t i = 0; i < b->turn_n; i++) {
        struct outgoing *in_order = NULL;
        while (b->turns[i]->out) {
            struct outgoing *o = b->turns[i]->out;
            b->turns[i]->out = o->next;
            o->next = in_order;
            in_order = o;
            n++;
        }
        b->turns[i]->out = in_order;
    }
    return n;
}

/* What is put into the outbox, in order, and the streams it belongs to. */
struct put {
    size_t n, stream_n;
    struct span *dests, *stream_dests, *text;
    struct uuid *keys, *stream_keys, *ids;
    int64_t *behinds, *counts;
};

static bool put_new(struct batch *b, size_t n, struct put *p)
{
    *p = (struct put){.n = n, .dests = NEW_ARRAY(b, n, struct span), .stream_dests = NEW_ARRAY(b, n, struct span),
                      .text = NEW_ARRAY(b, n * 6, struct span), .keys = NEW_ARRAY(b, n, struct uuid),
                      .stream_keys = NEW_ARRAY(b, n, struct uuid), .ids = NEW_ARRAY(b, n, struct uuid),
                      .behinds = NEW_ARRAY(b, n, int64_t), .counts = NEW_ARRAY(b, n, int64_t)};
    return p->dests && p->stream_dests && p->text && p->keys && p->stream_keys && p->ids && p->behinds && p->counts;
}

/* From the last to the first, so that each learns how many of its stream come behind it. */
static void put_count(struct put *p)
{
    for (size_t k = p->n; k-- > 0;) {
        size_t i = 0;
        while (i < p->stream_n && !(uuid_eq(p->stream_keys[i], p->keys[k]) && span_eq(p->stream_dests[i], p->dests[k])))
            i++;
        if (i == p->stream_n) {
            p->stream_keys[i] = p->keys[k];
            p->stream_dests[i] = p->dests[k];
            p->counts[i] = 0;
            p->stream_n++;
        }
        p->behinds[k] = p->counts[i]++;
    }
}

static enum status store_emits(struct batch *b)
{
    size_t n = order_emits(b), k = 0;
    int64_t now = b->w->own->now_us;
    struct put p;

    if (!n)
        return OK;
    if (!put_new(b, n, &p))
        return no_room(b);
    for (size_t i = 0; i < b->turn_n; i++) {
        for (const struct outgoing *o = b->turns[i]->out; o; o = o->next, k++) {
            const struct actor *a = &o->turn->s->actor;
            p.dests[k] = span_str(o->dest);
            p.keys[k] = o->key;
            p.ids[k] = o->id;
            p.text[k] = span_str(o->shape->name);
            p.text[n + k] = o->payload;
            p.text[2 * n + k] = span_str(a->user);
            p.text[3 * n + k] = span_str(words_at(words_role(), a->role));
            p.text[4 * n + k] = span_str(a->agency.code);
            p.text[5 * n + k] = span_str(o->turn->s->trace);
        }
    }
    put_count(&p);
    return q_outbox_put(b->tx, &(struct q_outbox_put){
        .stream_dests = {p.stream_dests, p.stream_n}, .stream_keys = {p.stream_keys, p.stream_n}, .counts = {p.counts, p.stream_n},
        .dests = {p.dests, n}, .keys = {p.keys, n}, .behinds = {p.behinds, n}, .ids = {p.ids, n}, .types = {p.text, n},
        .payloads = {p.text + n, n}, .actors = {p.text + 2 * n, n}, .roles = {p.text + 3 * n, n}, .agencies = {p.text + 4 * n, n},
        .traces = {p.text + 5 * n, n}, .at = now, .next = now + RETRY_AFTER_US}, &b->put);
}

/* The database of the keys has no history of cases: its own tables say who read what, and what happened to a stream is logged. */
static enum status log_incidents(const struct batch *b)
{
    for (size_t i = 0; i < b->turn_n; i++)
        for (const struct incident *e = b->turns[i]->incidents; e; e = e->next)
            LOG(LOG_NOTICE, "happened", LOG_WORD("what", words_at(words_happening(), e->h.what)));
    return OK;
}

/* Requests of agencies' own systems, each with the first event of its turn; of none when nobody else than people asked. */
static enum status gather_requests(struct batch *b, size_t n, struct span **ret_requests)
{
    struct span *to = NULL;
    size_t k = 0;

    for (size_t i = 0; i < b->turn_n; i++) {
        const struct turn *t = b->turns[i];
        if (t->host && t->incidents) {
            if (!to && !(to = NEW_ARRAY(b, n, struct span)))
                return no_room(b);
            TRY(request_make(b->w->own, t->host->sign_public, t->frame->part, &to[k]));
        }
        for (const struct incident *e = t->incidents; e; e = e->next)
            k++;
    }
    *ret_requests = to;
    return OK;
}

static enum status store_incidents(struct batch *b)
{
    struct span *requests = NULL;
    size_t n = 0, k;

    if (b->w->set.svc->uses_keys_database)
        return log_incidents(b);
    for (size_t i = 0; i < b->turn_n; i++)
        for (const struct incident *e = b->turns[i]->incidents; e; e = e->next)
            n++;
    struct span *text = NEW_ARRAY(b, n * 7, struct span);
    struct uuid *cases = NEW_ARRAY(b, n, struct uuid), *abouts = NEW_ARRAY(b, n, struct uuid);
    int64_t *ats = NEW_ARRAY(b, n, int64_t), *dues = NEW_ARRAY(b, n, int64_t);
    if (!text || !cases || !abouts || !ats || !dues)
        return no_room(b);
    TRY(gather_requests(b, n, &requests));
    k = n; /* newest first in each turn, so filled from the end */
    for (size_t i = b->turn_n; i-- > 0;) {
        const struct turn *t = b->turns[i];
        for (const struct incident *e = t->incidents; e; e = e->next) {
            cases[--k] = e->h.case_id;
            abouts[k] = e->h.about;
            ats[k] = t->s->now_us;
            dues[k] = e->h.due_us;
            text[k] = span_str(words_at(words_happening(), e->h.what));
            text[n + k] = span_str(t->s->actor.agency.code);
            text[2 * n + k] = span_str(t->s->actor.user);
            text[3 * n + k] = span_str(e->h.counterpart.code);
            text[4 * n + k] = span_str(e->h.detail);
            text[5 * n + k] = span_str(e->h.reason);
            text[6 * n + k] = span_str(t->s->trace);
        }
    }
    if (!n)
        return OK;
    return q_event_put(b->tx, &(struct q_event_put){.cases = {cases, n}, .whats = {text, n}, .agencies = {text + n, n},
        .actors = {text + 2 * n, n}, .counterparts = {text + 3 * n, n}, .abouts = {abouts, n}, .details = {text + 4 * n, n},
        .reasons = {text + 5 * n, n}, .traces = {text + 6 * n, n}, .dues = {dues, n}, .ats = {ats, n},
        .requests = {requests, requests ? n : 0}});
}

static enum status close_acked(struct batch *b)
{
    const struct worker *w = b->w;
    size_t n = w->acked_n;
    struct span *dests = NEW_ARRAY(b, n, struct span);
    struct uuid *keys = NEW_ARRAY(b, n, struct uuid);
    int64_t *seqs = NEW_ARRAY(b, n, int64_t);

    if (!dests || !keys || !seqs)
        return no_room(b);
    if (!n)
        return OK;
    for (size_t i = 0; i < n; i++) {
        dests[i] = span_str(w->acked[i].peer);
        keys[i] = w->acked[i].key;
        seqs[i] = w->acked[i].seq;
    }
    return q_outbox_close(b->tx, &(struct q_outbox_close){.dests = {dests, n}, .keys = {keys, n}, .seqs = {seqs, n}});
}

enum status delivery_store(struct batch *b)
{
    TRY(store_positions(b));
    TRY(store_answers(b));
    TRY(store_emits(b));
    TRY(store_incidents(b));
    return close_acked(b);
}

/* COMMIT; then the emitted messages learn the numbers their rows got. */
enum status delivery_commit(struct batch *b)
{
    TRY(tx_commit(b->tx));
    b->w->counts.acked += (int64_t)b->w->acked_n;
    for (size_t i = 0; i < b->turn_n; i++)
        for (struct outgoing *o = b->turns[i]->out; o; o = o->next)
            for (size_t k = 0; k < b->put.n; k++)
                if (uuid_eq(b->put.v[k].id, o->id))
                    o->seq = b->put.v[k].seq;
    return OK;
}
