#ifndef KM_TEST_AUDIT_TALK_H
#define KM_TEST_AUDIT_TALK_H

#include "audit_world.h"

/* What the test says to audit, as the people and the service it stands for. */

/* What audit says, heard as whoever it is for would hear it. */
static inline enum status world_take(void *ctx, struct scope *s, const struct frame *f)
{
    struct world *w = ctx;
    struct frame copy;

    (void)s;
    TRY(frame_kept(w->s, f, &copy));
    w->is_acked |= span_is(copy.header.type, "ack");
    if (!copy.header.has_re)
        return OK;
    TRY(client_answer(w->s, w->ring[FROM_GATEWAY], &copy, &w->answer));
    w->is_answered = true;
    return OK;
}

static inline void world_send(struct world *w, int from, struct header *h, const struct shape *shape, const void *msg)
{
    uint8_t tag[ENVELOPE_TAG_LEN];
    struct span payload;
    struct frame f, heard;

    h->id = scope_uuid(w->s);
    h->type = span_str(shape->name);
    h->minor = SCHEMA_MINOR;
    h->to = SPAN_LIT("audit");
    h->from = span_str(RING_NAMES[from]);
    h->sent = w->now_us;
    h->has_reply_to = true;
    h->reply_to = SPAN_LIT("test.0");
    h->has_role = true;
    w->is_answered = w->is_acked = false;
    assert_ok(w->s, codec_encode(w->s, shape, msg, &payload));
    assert_ok(w->s, frame_build(w->s, h, payload, (struct span){0}, &f));
    assert_ok(w->s, envelope_tag(w->s, w->ring[from], "audit", TO_PEER, f.part, PART_TAG, tag));
    f.part[PART_TAG] = span_of(tag, sizeof tag);
    assert_ok(w->s, frame_parse(worker_scope(w->worker), f.part, FRAME_PARTS, &heard));
    worker_take(w->worker, &heard);
    assert_ok(w->s, worker_run(w->worker));
    for (int i = 0; i < 30 && !h->has_seq && !w->is_answered; i++) { /* what is not found is looked for again for a moment */
        w->now_us += 20 * US_PER_MS;
        assert_ok(w->s, worker_run(w->worker));
    }
}

/* world_ask: a person's request; ret_answer is filled only for an answer. */
static inline enum status world_ask(struct world *w, enum role role, const struct shape *shape, const void *msg,
                                    const struct shape *answer, void *ret_answer)
{
    struct ticket t = {.issuer = "account", .kind = TICKET_USER, .user = "sample-person", .role = (int)role,
                       .issued_s = w->now_us / US_PER_S, .expires_s = clock_now_us() / US_PER_S + TICKET_USER_S};
    struct header h = {.has_ticket = true, .has_actor = true, .actor = SPAN_LIT("sample-person"), .role = role, .has_agency = true};

    assert_ok(w->s, agency_parse(SPAN_LIT("A900"), &h.agency));
    t.agency = h.agency;
    assert_ok(w->s, ticket_mint(w->s, w->tickets, &t, &h.ticket));
    world_send(w, FROM_GATEWAY, &h, shape, msg);
    assert_true(w->is_answered);
    if (w->answer.refused != OK)
        return w->answer.refused;
    assert_true(span_is(w->answer.type, answer->name));
    assert_ok(w->s, codec_decode(w->s, answer, w->answer.payload, SCHEMA_MINOR, ret_answer));
    return OK;
}

/* world_tell: the first message of a stream. */
static inline void world_tell(struct world *w, int from, const struct shape *shape, const void *msg)
{
    struct header h = {.has_key = true, .key = scope_uuid(w->s), .has_seq = true, .seq = 1, .role = ROLE_SERVICE};

    world_send(w, from, &h, shape, msg);
    assert_true(w->is_acked);
}

#endif
