#ifndef KM_TEST_KEYS_TALK_H
#define KM_TEST_KEYS_TALK_H

#include "keys_hear.h"

/* What the test says to keys, as the services and people it stands for. */

static inline void world_send(struct world *w, enum speaker from, struct header *h, const struct shape *shape, const void *msg)
{
    uint8_t tag[ENVELOPE_TAG_LEN];
    struct span payload;
    struct frame f, heard;

    h->type = span_str(shape->name);
    h->minor = SCHEMA_MINOR;
    h->to = SPAN_LIT("keys");
    h->from = span_str(keyring_self(w->ring[from])->name);
    h->sent = world_now(w);
    h->has_reply_to = true;
    h->reply_to = SPAN_LIT("test.0");
    w->asker = from;
    w->is_answered = w->is_acked = false;
    w->nack = (struct span){0};
    assert_ok(w->s, codec_encode(w->s, shape, msg, &payload));
    assert_ok(w->s, frame_build(w->s, h, payload, (struct span){0}, &f));
    assert_ok(w->s, envelope_tag(w->s, w->ring[from], "keys", TO_PEER, f.part, PART_TAG, tag));
    f.part[PART_TAG] = span_of(tag, sizeof tag);
    assert_ok(w->s, frame_parse(worker_scope(w->worker), f.part, FRAME_PARTS, &heard));
    worker_take(w->worker, &heard);
    assert_ok(w->s, worker_run(w->worker));
    if (h->has_seq || w->is_answered)
        return;
    w->ahead_us += US_PER_S; /* what is not found is looked for once more before it is refused */
    assert_ok(w->s, worker_run(w->worker));
}

static inline enum status world_answer(struct world *w, const struct shape *answer, void *ret_answer)
{
    const struct field *secret = shape_sealed(answer);

    assert_true(w->is_answered);
    if (w->answer.refused != OK)
        return w->answer.refused;
    assert_true(span_is(w->answer.type, answer->name));
    assert_ok(w->s, codec_decode(w->s, answer, w->answer.payload, SCHEMA_MINOR, ret_answer));
    if (secret)
        assert_ok(w->s, codec_decode(w->s, secret->shape(), w->answer.sealed, SCHEMA_MINOR, field_mut(ret_answer, secret)));
    return OK;
}

/* world_ask: a person's request. world_stream: a stream message; OK when it was acknowledged, else the word of its refusal. */
static inline enum status world_ask(struct world *w, const struct who *who, const struct shape *shape, const void *msg,
                                    const struct shape *answer, void *ret_answer)
{
    struct header h = {.id = scope_uuid(w->s), .has_ticket = true, .ticket = world_ticket(w, who), .has_actor = true,
                       .actor = span_str(who->user), .has_role = true, .role = who->role, .has_agency = who->agency[0] != 0};

    if (h.has_agency)
        assert_ok(w->s, agency_parse(span_str(who->agency), &h.agency));
    world_send(w, FROM_GATEWAY, &h, shape, msg);
    return world_answer(w, answer, ret_answer);
}

static inline enum status world_stream(struct world *w, enum speaker from, struct uuid key, const struct shape *shape, const void *msg)
{
    struct header h = {.id = scope_uuid(w->s), .has_key = true, .key = key, .has_seq = true, .has_role = true, .role = ROLE_SERVICE};
    size_t i = 0;

    while (i < w->stream_n && !(w->streams[i].from == from && uuid_eq(w->streams[i].key, key)))
        i++;
    assert_true(i < STREAMS_MAX);
    if (i == w->stream_n) {
        w->streams[i].from = from;
        w->streams[i].key = key;
        w->stream_n++;
    }
    h.seq = w->streams[i].seq + 1;
    world_send(w, from, &h, shape, msg);
    w->streams[i].seq += w->is_acked;
    return w->is_acked ? OK : status_parse(scope_print(w->s, "%.*s", (int)w->nack.n, (const char *)w->nack.p));
}

#endif
