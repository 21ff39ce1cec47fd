/* The asking side of a request. An answer counts only if its tag proves the service asked, or if it is the relay's own word that
 * nobody is there; the body is opened here and nowhere else on this side. */
#include "svc/client.h"

#include <string.h>

#include "seal/envelope.h"
#include "wire/codec.h"

static struct header header_of(struct scope *s, const struct keyring *ring, const struct asking *a)
{
    struct header h = {.id = a->id, .type = span_str(a->type), .minor = SCHEMA_MINOR, .from = span_str(keyring_self(ring)->name),
                       .to = span_str(a->service), .has_key = a->has_key, .key = a->key, .sent = s->now_us,
                       .has_reply_to = true, .reply_to = span_str(a->instance), .has_role = true, .role = s->actor.role};

    h.has_actor = s->actor.user[0] != 0;
    h.actor = span_str(s->actor.user);
    h.has_agency = s->actor.agency.code[0] != 0;
    h.agency = s->actor.agency;
    h.has_ticket = a->ticket.n > 0;
    h.ticket = a->ticket;
    h.has_trace = s->trace[0] != 0;
    h.trace = span_str(s->trace);
    return h;
}

enum status client_ask(struct scope *s, struct bus *bus, const struct keyring *ring, const struct asking *a)
{
    struct header h = header_of(s, ring, a);
    struct span body = {0};
    struct frame f;
    uint8_t tag[ENVELOPE_TAG_MAX];

    if (a->sealed.n)
        TRY(envelope_seal_body(s, ring, a->service, span_of(a->id.b, UUID_LEN), a->sealed, &body));
    TRY(frame_build(s, &h, a->payload, body, &f));
    TRY(envelope_mark(s, ring, a->service, f.part, PART_TAG, tag, &f.part[PART_TAG]));
    return bus_send(s, bus, &f);
}

enum status client_answer(struct scope *s, const struct keyring *ring, const struct frame *f, struct answered *ret_a)
{
    const struct header *h = &f->header;
    const char *from = (const char *)h->from.p;
    struct answered a = {.re = h->re, .type = h->type, .payload = f->part[PART_PAYLOAD]};

    if (!h->has_re)
        return fail(s, INVALID, "応答ではありません", "not an answer");
    bool is_refusal = span_is(h->type, "refusal");
    if (!(is_refusal && span_is(h->from, "relay")))
        TRY(envelope_check(s, ring, from, f->part, PART_TAG, f->part[PART_TAG]));
    if (f->part[PART_BODY].n)
        TRY(envelope_open_body(s, ring, from, span_of(h->id.b, UUID_LEN), f->part[PART_BODY], &a.sealed));
    if (is_refusal) {
        TRY(codec_decode(s, shape_refusal(), a.payload, h->minor, &a.why));
        a.refused = status_parse((const char *)a.why.status.p);
        if (span_is(h->from, "relay") && a.refused != UNAVAILABLE)
            return fail(s, CORRUPT, "中継からの不正な応答です", "the relay may only say that a service is not there");
        if (a.refused == OK)
            a.refused = INTERNAL;
    }
    *ret_a = a;
    return OK;
}

bool client_key(struct scope *s, const struct shape *shape, struct span payload, struct uuid *ret_key)
{
    static const char *const NAMES[] = {"case_id", "ref_id", "meeting_id"};
    uint8_t *msg = scope_alloc(s, shape->size + 1);

    if (!msg || codec_decode(s, shape, payload, SCHEMA_MINOR, msg) != OK)
        return false;
    for (size_t i = 0; i < COUNT(NAMES); i++) {
        const struct field *f = shape_field(shape, span_str(NAMES[i]));
        if (!f || f->kind != K_UUID || f->is_list || !field_present(msg, f))
            continue;
        memcpy(ret_key, field_at(msg, f), sizeof *ret_key);
        return true;
    }
    return false;
}
