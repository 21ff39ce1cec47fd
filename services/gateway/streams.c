/* A listener is told hints in the order they were told here and never one twice; what it is too slow to take is not kept for it: it stands at
 * a position of the feed, and who falls behind the feed's floor is told that it missed something. A stream lives no longer than its session
 * is known to live, and no longer than audit answers: a line that says nothing would look as if nothing happened. */
#include "streams.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "inside.h"
#include "wire/codec.h"

enum {
    HTTP_OK = 200,
    POLL_US = 900 * US_PER_MS,
    POLL_AGAIN_US = 3 * US_PER_S,  /* the question or its answer is lost */
    SILENT_US = 15 * US_PER_S,     /* of audit */
    STALE_US = 60 * US_PER_S,      /* nobody listened for so long: the feed begins anew */
    BEAT_US = 15 * US_PER_S,       /* proxies cut what says nothing */
    LOOK_US = 12 * US_PER_S,
    LOOK_AGAIN_US = 3 * US_PER_S,
    SURE_US = 27 * US_PER_S,       /* a session that has not been seen for so long is taken for ended */
    TAKE_WAIT_US = 20 * US_PER_S,  /* a listener that takes nothing of what it is sent is cut */
    BLOCK = 4 << 10,
    UNTAKEN_MAX = 16 << 10,        /* bytes that the kernel keeps for a listener: left to itself it keeps megabytes */
    POSITION_DIGITS = 18
};

struct stream {
    struct request *r;
    bool is_placed, is_suspended, is_over;
    int64_t after;             /* where it stands, or says it stands; −1 = it does not say */
    int64_t began_us, beat_us; /* monotonic, as all times here */
    int64_t sure_us, looked_us;
    struct uuid look;
    size_t n, at;
    char text[FEED_TEXT_MAX + 96];
};

/* ---- what is said ---- */

static void say(struct stream *st, int64_t now_us, const char *event, const char *data)
{
    const long long at = (long long)st->r->g->streams.feed.position;

    st->after = at;
    st->at = 0;
    st->n = (size_t)(event ? snprintf(st->text, sizeof st->text, "event: %s\nid: %lld\ndata: %s\n\n", event, at, data)
                           : snprintf(st->text, sizeof st->text, ":\nid: %lld\n\n", at));
    st->beat_us = now_us;
}

static void fill(struct stream *st, int64_t now_us)
{
    const struct feed *f = &st->r->g->streams.feed;
    char words[FEED_TEXT_MAX + 1];

    if (st->at < st->n || st->is_over)
        return;
    st->at = st->n = 0;
    if (!st->is_placed)
        return;
    switch (feed_hear(f, &st->r->s->actor, st->after, words)) {
    case TOLD_HINT:
        say(st, now_us, "hint", words);
        break;
    case TOLD_MISSED:
        say(st, now_us, "missed", "all");
        break;
    case TOLD_NOTHING:
        st->after = f->position;
        if (now_us - st->beat_us >= BEAT_US)
            say(st, now_us, NULL, NULL);
        break;
    }
}

/* Whoever does not say where it stands begins here; the first thing it is told is where that is. */
static void place(struct stream *st)
{
    if (st->after < 0)
        st->after = st->r->g->streams.feed.position;
    st->is_placed = true;
    st->beat_us = clock_mono_us() - BEAT_US;
}

static void wake(struct stream *st, int64_t now_us)
{
    fill(st, now_us);
    if (!st->is_suspended || (st->at == st->n && !st->is_over))
        return;
    st->is_suspended = false;
    MHD_resume_connection(st->r->conn);
}

/* MHD asks for more only when what it was given is on its way. */
static ssize_t read_on(void *cls, uint64_t from, char *to, size_t most)
{
    struct stream *st = cls;
    struct link *link = st->r->link;
    int64_t now_us = clock_mono_us();
    size_t n;

    (void)from;
    fill(st, now_us);
    n = st->n - st->at < most ? st->n - st->at : most;
    if (n) {
        memcpy(to, st->text + st->at, n);
        st->at += n;
        if (link)
            link->due_us = now_us + TAKE_WAIT_US;
        return (ssize_t)n;
    }
    if (st->is_over)
        return MHD_CONTENT_READER_END_OF_STREAM;
    if (link)
        link->due_us = 0;
    st->is_suspended = true;
    MHD_suspend_connection(st->r->conn);
    return 0;
}

/* ---- beginning and end ---- */

static int64_t position_of(struct span text)
{
    int64_t n = 0;

    if (!text.n)
        return -1;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9' || text.n > POSITION_DIGITS)
            return 0; /* older than everything */
        n = 10 * n + (text.p[i] - '0');
    }
    return n;
}

static enum status has_room(const struct request *r)
{
    const struct streams *all = &r->g->streams;
    bool is_proxy = !r->link || caller_is_here(r->link->from);
    size_t session = 0, address = 0;

    for (size_t i = 0; i < all->n; i++) {
        const struct request *o = all->v[i]->r;
        session += memcmp(o->token, r->token, DIGEST32_LEN) == 0;
        address += !is_proxy && o->link && memcmp(o->link->from.b, r->link->from.b, CALLER_LEN) == 0;
    }
    if (all->n >= STREAMS_MAX || session >= STREAMS_PER_SESSION || address >= STREAMS_PER_ADDRESS)
        return fail(r->s, UNAVAILABLE, "受信中の接続が多すぎます。少し待ってやり直してください。", "too many listen already; try again shortly");
    if (r->g->is_stopping || !health_is_up(&r->g->health, (size_t)service_find(SPAN_LIT("audit")), clock_mono_us()))
        return fail(r->s, UNAVAILABLE, "いまは新着を受け取れません。少し待ってやり直してください。", "there are no news at the moment; try again shortly");
    return OK;
}

void stream_open(struct request *r)
{
    const int untaken = UNTAKEN_MAX;
    struct streams *all = &r->g->streams;
    struct stream *st = SCOPE_NEW(r->s, struct stream);
    enum status ok = st ? has_room(r) : fail(r->s, TOO_LARGE, "作業領域が足りません", "the scope is full");

    if (ok != OK) {
        refuse(r, ok, 0);
        return;
    }
    *st = (struct stream){.r = r, .after = position_of(request_header(r, "Last-Event-ID")), .began_us = clock_mono_us()};
    st->beat_us = st->sure_us = st->looked_us = st->began_us;
    st->n = (size_t)snprintf(st->text, sizeof st->text, ":\nretry: 2000\n\n");
    if (!all->n) /* the next question is asked at once */
        all->asked_us = st->began_us - POLL_US;
    all->v[all->n++] = st;
    r->stream = st;
    if (r->link)
        (void)setsockopt(r->link->fd, SOL_SOCKET, SO_SNDBUF, &untaken, sizeof untaken);
    r->reply = (struct reply){.code = HTTP_OK, .type = "text/event-stream"};
}

struct MHD_Response *stream_response(struct request *r)
{
    return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, read_on, r->stream, NULL);
}

void stream_gone(struct request *r)
{
    struct streams *all = &r->g->streams;

    for (size_t i = 0; i < all->n; i++)
        if (all->v[i] == r->stream) {
            all->v[i] = all->v[--all->n];
            break;
        }
    r->stream = NULL;
}

void streams_end(struct gateway *g, const uint8_t *token)
{
    for (size_t i = 0; i < g->streams.n; i++) {
        struct stream *st = g->streams.v[i];
        if (token && memcmp(st->r->token, token, DIGEST32_LEN) != 0)
            continue;
        st->at = st->n = 0;
        st->is_over = true;
        wake(st, clock_mono_us());
    }
}

/* A suspended connection is not looked at by MHD. */
static bool is_gone(const struct stream *st)
{
    char byte;
    ssize_t n = st->is_suspended && st->r->link ? recv(st->r->link->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) : 1;

    return n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

/* ---- what is asked for them ---- */

static void poll_audit(struct gateway *g, int64_t now_us, int64_t wait_us)
{
    struct streams *all = &g->streams;
    struct scope *s = g->s;
    bool is_fresh = all->feed.is_begun && now_us - all->answered_us < STALE_US;
    struct feed_list in = {.has_after = is_fresh, .after = all->feed.position};
    struct asking a = {.service = "audit", .type = shape_feed_list()->name, .instance = g->instance};

    if (!all->n || now_us - all->asked_us < (all->is_asked ? POLL_AGAIN_US : wait_us))
        return;
    s->now_us = clock_now_us();
    s->actor = (struct actor){.role = ROLE_SERVICE};
    a.id = scope_uuid(s);
    if (codec_encode(s, shape_feed_list(), &in, &a.payload) != OK || client_ask(s, g->bus, g->ring, &a) != OK)
        return; /* the next second does */
    all->asked = a.id;
    all->asked_us = now_us;
    all->is_asked = true;
    all->is_anew = !is_fresh;
}

static void news(struct gateway *g, const struct feed_lines *in)
{
    struct streams *all = &g->streams;
    struct feed *f = &all->feed;
    bool is_same = !all->is_anew && !in->cut && span_eq(in->server, span_str(all->server));

    if (!is_same)
        feed_begin(f, in->position);
    for (size_t i = 0; is_same && i < in->lines.n; i++)
        feed_put(f, in->position, &in->lines.v[i]);
    f->position = in->position;
    if (in->server.n)
        memcpy(all->server, in->server.p, in->server.n);
    all->server[in->server.n] = '\0';
}

static void told(struct gateway *g, struct scope *s, const struct answered *a, int64_t now_us)
{
    struct streams *all = &g->streams;
    struct feed_lines in;

    all->is_asked = false;
    if (a->refused != OK || !span_is(a->type, shape_feed_lines()->name) ||
        codec_decode(s, shape_feed_lines(), a->payload, SCHEMA_MINOR, &in) != OK || in.server.n >= sizeof all->server)
        return;
    news(g, &in);
    all->answered_us = now_us;
    for (size_t i = 0; i < all->n; i++) {
        struct stream *st = all->v[i];
        if (!st->is_placed && all->asked_us >= st->began_us && !in.more)
            place(st);
        wake(st, now_us);
    }
    if (in.more)
        poll_audit(g, now_us, 0);
}

static void looked(struct stream *st, const struct answered *a, int64_t now_us)
{
    st->look = (struct uuid){{0}};
    if (a->refused == OK && span_is(a->type, shape_ticket_grant()->name))
        st->sure_us = now_us;
    else if (a->refused == DENIED || a->refused == NOT_FOUND || a->refused == EXPIRED || a->refused == INVALID)
        st->is_over = true;
    wake(st, now_us);
}

bool streams_take(struct gateway *g, struct scope *s, const struct answered *a, int64_t now_us)
{
    struct streams *all = &g->streams;

    if (all->is_asked && uuid_eq(all->asked, a->re)) {
        told(g, s, a, now_us);
        return true;
    }
    for (size_t i = 0; i < all->n; i++)
        if (!uuid_is_nil(all->v[i]->look) && uuid_eq(all->v[i]->look, a->re)) {
            looked(all->v[i], a, now_us);
            return true;
        }
    return false;
}

static void look(struct gateway *g, struct stream *st, int64_t now_us)
{
    if (now_us - st->sure_us < LOOK_US || now_us - st->looked_us < LOOK_AGAIN_US)
        return;
    scope_reset(g->s);
    if (who_look(g->s, st->r, &st->look) == OK)
        st->looked_us = now_us;
}

void streams_tick(struct gateway *g, int64_t now_us)
{
    struct streams *all = &g->streams;

    scope_reset(g->s);
    poll_audit(g, now_us, POLL_US);
    for (size_t i = 0; i < all->n; i++) {
        struct stream *st = all->v[i];
        int64_t heard_us = all->answered_us > st->began_us ? all->answered_us : st->began_us;
        if (is_gone(st) || now_us - st->sure_us >= SURE_US || now_us - heard_us >= SILENT_US)
            st->is_over = true;
        else
            look(g, st, now_us);
        wake(st, now_us);
    }
    scope_reset(g->s);
}
