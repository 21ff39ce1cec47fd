#ifndef KM_TEST_SIGNER_WORLD_H
#define KM_TEST_SIGNER_WORLD_H

#include "base/hex.h"
#include "ledger/note.h"
#include "signer_place.h"
#include "wire/codec.h"

/* Those who ask the signer, and what they are answered. */

static inline struct asking question(struct place *p, const struct shape *shape, const void *msg)
{
    struct asking a = {.id = scope_uuid(p->s), .service = "signer", .type = shape->name};

    p->s->now_us = clock_now_us();
    assert_int_equal(codec_encode(p->s, shape, msg, &a.payload), OK);
    return a;
}

static inline const struct keyring *ring_of(const struct place *p, bool is_ctl)
{
    size_t i = 0;

    while (strcmp(NAMES[i], is_ctl ? "ctl" : "sequencer") != 0)
        i++;
    return p->w->rings[i];
}

static inline void ask_once(struct place *p, bool is_ctl, struct asking *a)
{
    a->instance = is_ctl ? "ctl.0" : "sequencer.0";
    beat(p->w);
    assert_int_equal(client_ask(p->s, is_ctl ? p->ctl : p->sequencer, ring_of(p, is_ctl), a), OK);
}

/* The next answer that is believed, if there is one; whatever it answers. */
static inline bool hear(struct place *p, bool is_ctl, int wait_ms, struct answered *ret_a)
{
    struct bus *b = is_ctl ? p->ctl : p->sequencer;
    struct frame f;
    bool got = false;

    bus_wait(b, NULL, 0, wait_ms);
    assert_int_equal(bus_receive(p->s, b, &f, &got), OK);
    got = got && client_answer(p->s, ring_of(p, is_ctl), &f, ret_a) == OK;
    if (got && p->each)
        p->each(p, ret_a);
    return got;
}

/* Asks until the signer itself answers; ret: OK, or what it refused with (ret_a has why). */
static inline enum status ask(struct place *p, bool is_ctl, struct asking *a, struct answered *ret_a)
{
    int64_t since_us = clock_mono_us(), sent_us = 0;

    for (;;) {
        assert_true(is_patient(since_us));
        if (clock_mono_us() - sent_us > 200 * US_PER_MS) {
            ask_once(p, is_ctl, a);
            sent_us = clock_mono_us();
        }
        if (hear(p, is_ctl, 20, ret_a) && uuid_eq(ret_a->re, a->id) && ret_a->refused != UNAVAILABLE)
            return ret_a->refused;
    }
}

#endif
