#ifndef KM_TEST_RELAY_FRAMES_H
#define KM_TEST_RELAY_FRAMES_H

#include "relay_help.h"

/* Frames as services send them through the relay, and what tests wait for. */

static inline bool peek(struct world *w, struct bus *b, struct frame *f)
{
    bool got = false;
    bus_wait(b, NULL, 0, 50);
    assert_int_equal(bus_receive(w->home.s, b, f, &got), OK);
    return got;
}

static const uint8_t TAG[TAG_LEN] = {'a', ' ', 't', 'a', 'g', 0, 1, 2, 255};

static inline struct header head(struct world *w, const char *type, const char *from, const char *to)
{
    return (struct header){
        .has_id = true, .id = scope_uuid(w->home.s),
        .has_type = true, .type = span_str(type),
        .has_minor = true, .minor = SCHEMA_MINOR,
        .has_from = true, .from = span_str(from),
        .has_to = true, .to = span_str(to),
        .has_sent = true, .sent = 1,
    };
}

static inline struct header request(struct world *w, const char *type, const char *from, const char *to, const char *me)
{
    struct header h = head(w, type, from, to);
    h.has_reply_to = me != NULL;
    h.reply_to = span_str(me);
    return h;
}

static inline struct frame framed(struct world *w, const struct header *h)
{
    struct frame f;
    assert_int_equal(frame_build(w->home.s, h, SPAN_LIT("{\"told\":\"bytes the relay need not know\"}"),
                                 SPAN_LIT("\0sealed\xff"), &f), OK);
    f.part[PART_TAG] = span_of(TAG, TAG_LEN);
    return f;
}

static inline void post(struct world *w, struct bus *b, const struct header *h)
{
    struct frame f = framed(w, h);
    assert_int_equal(bus_send(w->home.s, b, &f), OK);
}

static inline bool is_refusal_of(const struct frame *f, const struct header *h)
{
    return span_is(f->header.type, "refusal") && f->header.has_re && uuid_eq(f->header.re, h->id);
}

static inline void assert_same(const struct frame *have, const struct frame *want)
{
    for (int i = 0; i < FRAME_PARTS; i++)
        assert_true(span_eq(have->part[i], want->part[i]));
}

/* Posts until the worker has it: as long as the relay has not heard of the worker it refuses, and the asker asks again. */
static inline void deliver(struct world *w, struct bus *asker, struct bus *worker, const struct header *h,
                           struct frame *ret_frame)
{
    struct frame sent = framed(w, h), back;
    int64_t since_us = clock_mono_us();
    beat(w);
    assert_int_equal(bus_send(w->home.s, asker, &sent), OK);
    while (!peek(w, worker, ret_frame)) {
        assert_true(is_patient(since_us));
        beat(w);
        if (peek(w, asker, &back) && is_refusal_of(&back, h))
            assert_int_equal(bus_send(w->home.s, asker, &sent), OK);
    }
    assert_same(ret_frame, &sent);
}

/* Posts a request to a service that has no worker: when its refusal is back, the relay has seen all the line sent before. */
static inline void flush(struct world *w, struct bus *b, const char *from, const char *absent, const char *me)
{
    struct header h = request(w, "queue_status", from, absent, me);
    struct frame f;
    int64_t since_us = clock_mono_us();
    post(w, b, &h);
    do
        assert_true(is_patient(since_us));
    while (!peek(w, b, &f) || !is_refusal_of(&f, &h));
}

/* Asks until the relay refuses: the worker is no longer counted on. */
static inline void ask_until_refused(struct world *w, struct bus *asker, const char *to)
{
    int64_t since_us = clock_mono_us();
    for (bool is_refused = false; !is_refused;) {
        struct header h = request(w, "case_show", "gateway", to, "gateway.0");
        struct frame f;
        assert_true(is_patient(since_us));
        beat(w);
        post(w, asker, &h);
        is_refused = peek(w, asker, &f) && is_refusal_of(&f, &h);
        scope_reset(w->home.s);
    }
}

#endif
