/* Frames leaving a worker: each gets its header, its sealed body and its tag here and nowhere else. Sending may fail (a full or
 * lost socket); nothing is lost by that, because stream messages stay in the outbox and requests are asked again. */
#include <string.h>

#include "parts.h"
#include "seal/envelope.h"
#include "wire/codec.h"

void reply_frame(struct worker *w, struct scope *s, struct header *h, struct span payload, struct span sealed_json)
{
    struct frame f;
    struct span body = {0};
    const char *to = (const char *)h->to.p;
    uint8_t tag[ENVELOPE_TAG_LEN];

    h->from = span_str(w->set.svc->name);
    h->minor = SCHEMA_MINOR;
    if (sealed_json.n &&
        envelope_seal_body(s, w->set.ring, to, span_of(h->id.b, UUID_LEN), sealed_json, &body) != OK)
        goto dropped;
    if (frame_build(s, h, payload, body, &f) != OK ||
        envelope_tag(s, w->set.ring, to, TO_PEER, f.part, PART_TAG, tag) != OK)
        goto dropped;
    f.part[PART_TAG] = span_of(tag, sizeof tag);
    if (w->set.port.send(w->set.port.ctx, s, &f) == OK)
        return;
dropped:
    w->counts.dropped++;
}

void reply_emits(struct worker *w, const struct turn *t)
{
    const struct header *from = t->frame ? &t->frame->header : NULL;

    for (const struct outgoing *o = t->out; o; o = o->next) {
        struct header h = {.id = o->id, .type = span_str(o->shape->name), .to = span_str(o->dest), .has_key = true,
                           .key = o->key, .has_seq = true, .seq = o->seq, .sent = t->s->now_us,
                           .has_reply_to = true, .reply_to = span_str(w->set.instance)};
        if (t->s->actor.user[0]) {
            h.has_actor = true;
            h.actor = span_str(t->s->actor.user);
        }
        if (t->s->actor.agency.code[0]) {
            h.has_agency = true;
            h.agency = t->s->actor.agency;
        }
        h.has_role = true;
        h.role = t->s->actor.role;
        if (from && from->has_trace) {
            h.has_trace = true;
            h.trace = from->trace;
        }
        w->counts.sent++;
        reply_frame(w, t->s, &h, o->payload, (struct span){0});
    }
}

/* The header of something that goes back to whoever sent `f`. */
static struct header back_to(struct worker *w, struct scope *s, const struct frame *f, const char *type, bool is_answer)
{
    const struct header *was = &f->header;
    struct header h = {.id = scope_uuid(s), .type = span_str(type), .to = was->from, .sent = worker_now(w),
                       .has_reply_to = was->has_reply_to, .reply_to = was->reply_to, .has_trace = was->has_trace,
                       .trace = was->trace};

    if (is_answer) {
        h.has_re = true;
        h.re = was->id;
    }
    return h;
}

void reply_answer(struct worker *w, struct held *slot)
{
    struct header h = back_to(w, slot->s, &slot->f, slot->turn.answer_type ? slot->turn.answer_type : "done", true);
    struct span payload = slot->turn.answer_type ? slot->turn.answer : SPAN_LIT("{}");

    w->counts.answers++;
    reply_frame(w, slot->s, &h, payload, slot->turn.answer_sealed);
}

enum status refusal_encode(struct held *slot)
{
    const struct why *why = &slot->s->why;
    struct refusal r = {.status = span_str(status_trait(slot->st)->word), .why_ja = span_str(why->ja), .why_en = span_str(why->en),
                        .has_state = why->state[0] != 0, .state = span_str(why->state),
                        .has_accepts = why->state[0] != 0, .accepts = span_str(why->accepts)};

    return codec_encode(slot->s, shape_refusal(), &r, &slot->refused);
}

void reply_refusal(struct worker *w, struct held *slot)
{
    struct header h = back_to(w, slot->s, &slot->f, "refusal", true);

    w->counts.refusals++;
    if (!slot->refused.n && refusal_encode(slot) != OK) {
        w->counts.dropped++;
        return;
    }
    reply_frame(w, slot->s, &h, slot->refused, (struct span){0});
}

void reply_nack(struct worker *w, struct held *slot)
{
    const struct header *was = &slot->f.header;
    struct nack n = {.key = was->key, .seq = was->seq, .status = span_str(status_trait(slot->st)->word),
                     .why = span_str(slot->s->why.en)};
    struct span payload;
    struct header h = back_to(w, slot->s, &slot->f, "nack", false);

    h.has_key = true;
    h.key = was->key;
    if (codec_encode(slot->s, shape_nack(), &n, &payload) != OK) {
        w->counts.dropped++;
        return;
    }
    reply_frame(w, slot->s, &h, payload, (struct span){0});
}

/* One frame of marks to the worker that sent these slots' messages: every `fate`d slot from `first` on with the same sender. */
static void send_marks(struct worker *w, struct held **slots, size_t n, size_t first, enum fate fate, const char *type)
{
    const struct frame *f = &slots[first]->f;
    struct stream_mark marks[BATCH_MAX];
    struct ack a = {.marks = {.v = marks}};
    struct span payload;

    for (size_t i = first; i < n; i++) {
        const struct header *h = &slots[i]->f.header;
        if (slots[i]->fate != fate || !span_eq(h->from, f->header.from) || !span_eq(h->reply_to, f->header.reply_to))
            continue;
        size_t k = 0;
        while (k < a.marks.n && !uuid_eq(marks[k].key, h->key))
            k++;
        if (k == a.marks.n)
            marks[a.marks.n++] = (struct stream_mark){.key = h->key, .seq = slots[i]->mark_seq};
        else if ((fate == FATE_GAP) == (slots[i]->mark_seq < marks[k].seq))
            marks[k].seq = slots[i]->mark_seq;
        slots[i]->fate = FATE_NONE;
    }
    struct header h = back_to(w, slots[first]->s, f, type, false);
    if (codec_encode(slots[first]->s, shape_ack(), &a, &payload) == OK)
        reply_frame(w, slots[first]->s, &h, payload, (struct span){0});
    else
        w->counts.dropped++;
}

/* Acknowledges what was applied (or had been) and asks for what is missing; one frame per sending worker. */
void reply_marks(struct worker *w, struct held **slots, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!slot_is_stream(slots[i]))
            continue; /* a repeated request has its answer again, and no position */
        if (slots[i]->fate == FATE_REPLAYED)
            slots[i]->fate = FATE_APPLIED;
        if (slots[i]->fate == FATE_APPLIED)
            send_marks(w, slots, n, i, FATE_APPLIED, "ack");
        else if (slots[i]->fate == FATE_GAP)
            send_marks(w, slots, n, i, FATE_GAP, "gap");
    }
}
