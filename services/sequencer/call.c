/* A question is asked until its answer comes, the other side refuses, or too long has passed; nothing but an answer that is believed and
 * names the question ends the wait well. Asking twice does no harm: what is asked here always has the same answer. */
#include "sequencer.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "svc/client.h"
#include "wire/codec.h"
#include "wire/words.h"

enum { HELLO_EVERY_MS = 1000, AGAIN_MS = 1500, GIVE_UP_MS = 8000, ABSENT_MS = 3000, WAIT_MS = 200 };

void sequencer_alive(struct sequencer *q)
{
    int64_t now = clock_mono_us();

    q->is_stopping |= (bus_wait(q->bus, &q->p.stop_fd, 1, 0) & 2u) != 0;
    if (now - q->hello_us < HELLO_EVERY_MS * (int64_t)US_PER_MS)
        return;
    q->hello_us = now;
    scope_reset(q->in);
    q->in->now_us = clock_now_us();
    if (bus_hello(q->in, q->bus, false) != OK || keyring_reload_status(q->in, q->p.ring) != OK)
        LOG(LOG_DEBUG, "hello_failed", LOG_WORD("why", q->in->why.en));
}

static void copy_text(char *to, size_t cap, struct span from)
{
    size_t n = from.n < cap ? from.n : cap - 1;

    if (n)
        memcpy(to, from.p, n);
    to[n] = '\0';
}

static enum status refused(struct scope *s, const struct answered *got)
{
    copy_text(s->why.ja, sizeof s->why.ja, got->why.why_ja);
    copy_text(s->why.en, sizeof s->why.en, got->why.why_en);
    copy_text(s->why.state, sizeof s->why.state, got->why.has_state ? got->why.state : (struct span){0});
    return got->refused;
}

/* All frames that wait; true when one of them was the answer, or the last word on it. */
static bool take_answers(struct sequencer *q, struct scope *s, struct uuid id, const struct shape *answer, void *ret_answer,
                         enum status *ret_st)
{
    for (bool got_one = true; got_one;) {
        struct answered got;
        struct frame f;
        scope_reset(q->in);
        q->in->now_us = clock_now_us();
        enum status st = bus_receive(q->in, q->bus, &f, &got_one);
        if (st != OK || !got_one || client_answer(q->in, q->p.ring, &f, &got) != OK || !uuid_eq(got.re, id))
            continue; /* anyone may send anything */
        if (got.refused == UNAVAILABLE) {
            (void)refused(s, &got);
            continue; /* it may be there when it is asked again */
        }
        if (got.refused != OK)
            *ret_st = refused(s, &got);
        else if (!span_is(got.type, answer->name))
            *ret_st = fail(s, INVALID, "想定外の応答です", "an answer of another type");
        else
            *ret_st = codec_decode(s, answer, got.payload, f.header.minor, ret_answer);
        return true;
    }
    return false;
}

/* While the signer is waited for no row becomes a leaf, and none needs it for that. */
static int64_t patience_us(const char *service, bool is_absent)
{
    return (is_absent && strcmp(service, "signer") == 0 ? ABSENT_MS : GIVE_UP_MS) * (int64_t)US_PER_MS;
}

enum status call(struct sequencer *q, struct scope *s, const char *service, const struct shape *ask, const void *msg,
                 const struct shape *answer, void *ret_answer)
{
    struct asking a = {.id = scope_uuid(s), .service = service, .type = ask->name, .instance = q->p.instance};
    int64_t first = clock_mono_us(), sent = 0;
    enum status st = OK;

    TRY(codec_encode(s, ask, msg, &a.payload));
    s->actor = (struct actor){.role = ROLE_SERVICE};
    s->why = (struct why){.ja = ""};
    for (;;) {
        int64_t now = clock_mono_us();
        bool is_absent = s->why.ja[0] != 0;
        if (now - first > patience_us(service, is_absent))
            return is_absent ? UNAVAILABLE : fail(s, UNAVAILABLE, "%s から応答がありません", "no answer from %s", service);
        sequencer_alive(q);
        if (q->is_stopping)
            return fail(s, UNAVAILABLE, "停止します", "stopping");
        if (!sent || now - sent > AGAIN_MS * (int64_t)US_PER_MS) {
            sent = now;
            s->now_us = clock_now_us();
            st = client_ask(s, q->bus, q->p.ring, &a);
            if (st != OK && st != UNAVAILABLE)
                return st;
        }
        if ((bus_wait(q->bus, &q->p.stop_fd, 1, WAIT_MS) & 1u) && take_answers(q, s, a.id, answer, ret_answer, &st))
            return st;
    }
}
