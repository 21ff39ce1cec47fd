/* An answer belongs to a wish only when it is believed and names the wish's id. A wish is asked again under the same id, so the
 * service does once what was asked, and always ends: with an answer, a refusal, or the word that nothing came. */
#include "line.h"

#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"

enum { HELLO_EVERY_MS = 1000, BUSY_RETRY_MS = 500, TAKE_MOST = 256, PID_MOST = 10000000 };

static void greet(struct line *l, bool is_leaving)
{
    int64_t now = clock_mono_us();

    if (!is_leaving && l->hello_us && now - l->hello_us < HELLO_EVERY_MS * (int64_t)US_PER_MS)
        return;
    l->hello_us = now;
    scope_reset(l->in);
    if (bus_hello(l->in, l->bus, is_leaving) != OK)
        l->hello_us = 0; /* the queue was full: at the next turn */
}

enum status line_open(struct scope *s, const struct settings *cfg, const struct keyring *ring, struct line *ret_line)
{
    struct line l = {.ring = ring};

    snprintf(l.instance, sizeof l.instance, "%.16s.%u", keyring_self(ring)->name, (unsigned)getpid() % (unsigned)PID_MOST);
    TRY(bus_open(s, cfg->relay_endpoint, ring, l.instance, &l.bus));
    l.in = scope_new(SCOPE_CAP, s->entropy);
    if (!l.in) {
        bus_free(l.bus);
        return fail(s, UNAVAILABLE, "メモリが足りません", "out of memory");
    }
    *ret_line = l;
    greet(ret_line, false);
    return OK;
}

void line_close(struct line *l)
{
    if (l->bus) {
        greet(l, true);
        bus_free(l->bus);
    }
    scope_free(l->in);
    *l = (struct line){0};
}

static void end(struct wish *w, enum status st)
{
    w->is_done = true;
    w->st = st;
}

void line_send(struct line *l, struct wish *w)
{
    w->sent_us = clock_mono_us();
    if (!w->first_us)
        w->first_us = w->sent_us;
    w->tries++;
    w->s->now_us = clock_now_us();
    w->ask.instance = l->instance;
    enum status st = client_ask(w->s, l->bus, l->ring, &w->ask);
    if (st != OK && st != UNAVAILABLE)
        end(w, st);
}

/* What came lives in the line's scope only until the next frame: the wish keeps its own copy. */
static enum status keep(struct wish *w, const struct answered *got)
{
    struct answered mine = *got;

    TRY(scope_copy(w->s, got->type, &mine.type));
    TRY(scope_copy(w->s, got->payload, &mine.payload));
    TRY(scope_copy(w->s, got->sealed, &mine.sealed));
    TRY(scope_copy(w->s, got->why.why_ja, &mine.why.why_ja));
    TRY(scope_copy(w->s, got->why.why_en, &mine.why.why_en));
    TRY(scope_copy(w->s, got->why.state, &mine.why.state));
    TRY(scope_copy(w->s, got->why.accepts, &mine.why.accepts));
    w->got = mine;
    return OK;
}

static void take_answer(struct line *l, struct wish *const *v, size_t n, const struct frame *f)
{
    struct answered got;

    if (client_answer(l->in, l->ring, f, &got) != OK)
        return; /* anyone may send anything; only an answer that is believed ends a wish */
    for (size_t i = 0; i < n; i++) {
        struct wish *w = v[i];
        if (!w || w->is_done || !uuid_eq(w->ask.id, got.re))
            continue;
        enum status st = keep(w, &got);
        w->minor = f->header.minor;
        if (st == OK && got.refused == UNAVAILABLE && w->tries < w->most_tries)
            return; /* asked again when its time comes */
        end(w, st);
    }
}

/* Due for another try, or given up. */
static void watch(struct line *l, struct wish *w)
{
    int64_t now = clock_mono_us();
    bool is_refused = w->got.refused == UNAVAILABLE;
    int64_t pause = (is_refused && w->most_tries > 2 ? BUSY_RETRY_MS : LINE_RETRY_MS) * (int64_t)US_PER_MS;

    if (now - w->first_us >= LINE_GIVE_UP_MS * (int64_t)US_PER_MS) {
        if (is_refused)
            end(w, OK); /* the refusal is the answer */
        else if (bus_refused(l->bus))
            end(w, fail(w->s, DENIED, "中継がこの鍵を受け付けません（未登録・失効・期限切れ）",
                        "the relay does not take this key (not registered, revoked or over)"));
        else
            end(w, fail(w->s, UNAVAILABLE, "%s から応答がありません（%d 秒）", "no answer from %s within %d s", w->ask.service,
                        LINE_GIVE_UP_MS / 1000));
    } else if (now - w->sent_us >= pause && w->tries < w->most_tries) {
        w->got.refused = OK;
        line_send(l, w);
    }
}

void line_turn(struct line *l, struct wish *const *v, size_t n, int wait_ms)
{
    bool got = true;

    greet(l, false);
    if (bus_wait(l->bus, NULL, 0, wait_ms) & 1u)
        for (int i = 0; i < TAKE_MOST && got; i++) {
            struct frame f;
            scope_reset(l->in);
            enum status st = bus_receive(l->in, l->bus, &f, &got);
            if (st == OK && got)
                take_answer(l, v, n, &f);
            else if (st == INVALID || st == TOO_LARGE)
                got = true; /* dropped; the next one may be ours */
        }
    for (size_t i = 0; i < n; i++)
        if (v[i] && !v[i]->is_done)
            watch(l, v[i]);
}

enum status line_ask(struct line *l, struct wish *w)
{
    if (!w->most_tries)
        w->most_tries = 2;
    line_send(l, w);
    while (!w->is_done)
        line_turn(l, &w, 1, 100);
    return w->st;
}
