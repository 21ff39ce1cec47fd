#ifndef KM_TEST_KEYS_HEAR_H
#define KM_TEST_KEYS_HEAR_H

#include "keys_world.h"

/* What keys says, heard as whoever it is for would hear it. */

static inline void world_hear(struct world *w, const struct frame *f)
{
    const struct header *h = &f->header;

    if (h->has_re) {
        assert_ok(w->s, client_answer(w->s, w->ring[w->asker], f, &w->answer));
        w->is_answered = true;
    } else if (span_is(h->type, "ack")) {
        w->is_acked = true;
    } else if (span_is(h->type, "nack")) {
        struct nack n;
        assert_ok(w->s, codec_decode(w->s, shape_nack(), f->part[PART_PAYLOAD], SCHEMA_MINOR, &n));
        w->nack = n.status;
    } else if (!span_is(h->type, "key_event")) { /* those stand in the outbox: keys_told.c */
        assert_true(w->emit_n < EMITS_MAX);
        w->emits[w->emit_n++] = (struct emitted){h->to, h->type, f->part[PART_PAYLOAD]};
    }
}

/* The port of the worker. */
static inline enum status world_take(void *ctx, struct scope *s, const struct frame *f)
{
    struct world *w = ctx;
    struct frame copy;

    (void)s;
    TRY(frame_kept(w->s, f, &copy));
    world_hear(w, &copy);
    return OK;
}

#endif
