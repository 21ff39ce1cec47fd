/* A frame is passed as it came or dropped and counted; nothing a peer sends ends the process, and no reason for a drop
 * quotes what was sent. A request never vanishes: if nobody can take it, its sender is told at once. */
#include "relay.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "bus/hub.h"
#include "router.h"
#include "wire/codec.h"
#include "wire/frame.h"

enum { BATCH = 256, TICK_US = US_PER_S, REPORT_US = 60 * US_PER_S };

struct relay {
    struct hub *hub;
    struct keyring *ring;
    struct scope *s; /* of the frame that passes */
    struct router router;
    struct relay_counters n, told; /* told: as of the last warning */
    int64_t tick_us, report_us;    /* monotonic: when next */
    enum status reload;            /* how the last one went */
};

enum status relay_open(struct scope *s, const char *endpoint, struct keyring *ring,
                       struct relay **ret_relay)
{
    AUTO(relay) r = calloc(1, sizeof *r);

    if (r)
        r->s = scope_new(SCOPE_CAP, s->entropy);
    if (!r || !r->s)
        return fail(s, UNAVAILABLE, "メモリが足りません", "out of memory");
    r->ring = ring;
    TRY(hub_open(s, endpoint, ring, &r->hub));
    *ret_relay = take(&r);
    return OK;
}

void relay_free(struct relay *r)
{
    if (!r)
        return;
    hub_free(r->hub);
    scope_free(r->s);
    free(r);
}

const struct relay_counters *relay_counters(const struct relay *r)
{
    return &r->n;
}

/* ---- one frame ---- */

static const char BUSY_JA[] = "宛先のサービスが混み合っています。少し待ってやり直してください。";
static const char BUSY_EN[] = "the service addressed is busy; try again shortly";
static const char ABSENT_JA[] = "宛先のサービスが動いていません。少し待ってやり直してください。";
static const char ABSENT_EN[] = "the service addressed is not running; try again shortly";

/* Untagged: the relay holds no pair key, and its receivers take nothing else from it. */
static enum status refusal_build(struct scope *s, const struct header *asked, bool is_full,
                                 struct frame *ret_frame)
{
    struct refusal no = {
        .has_status = true, .status = span_str(status_trait(UNAVAILABLE)->word),
        .has_why_ja = true,
        .why_ja = span_str(is_full ? BUSY_JA : ABSENT_JA),
        .has_why_en = true,
        .why_en = span_str(is_full ? BUSY_EN : ABSENT_EN),
    };
    struct header h = {
        .has_id = true, .id = scope_uuid(s),
        .has_type = true, .type = SPAN_LIT("refusal"),
        .has_minor = true, .minor = SCHEMA_MINOR,
        .has_from = true, .from = SPAN_LIT("relay"),
        .has_to = true, .to = asked->from,
        .has_sent = true, .sent = clock_now_us(),
        .has_trace = asked->has_trace, .trace = asked->trace,
        .has_reply_to = asked->has_reply_to, .reply_to = asked->reply_to,
        .has_re = true, .re = asked->id,
    };
    struct span payload;

    TRY(codec_encode(s, shape_refusal(), &no, &payload));
    return frame_build(s, &h, payload, (struct span){0}, ret_frame);
}

/* Counted whether or not it can be sent: an asker that takes nothing hears nothing. */
static void busy(struct relay *r, const struct passing *p, const struct header *asked, bool is_full)
{
    struct frame f;

    r->n.busy++;
    if (refusal_build(r->s, asked, is_full, &f) != OK ||
        hub_send(r->s, r->hub, p->route, p->route_n, f.part) != OK)
        LOG(LOG_NOTICE, "refusal_unsent", LOG_WORD("to", p->peer));
}

static void pass(struct relay *r, const struct passing *p, const struct header *h, enum node to,
                 enum traffic traffic)
{
    const struct worker *w;
    enum status st = NOT_FOUND;

    /* every turn of the loop that finds its worker gone makes the pool smaller */
    while (st == NOT_FOUND && (w = router_pick(&r->router, to, traffic, h)) != NULL) {
        uint8_t route[ROUTE_LEN];
        memcpy(route, w->route, ROUTE_LEN);
        st = hub_send(r->s, r->hub, route, ROUTE_LEN, p->part);
        if (st == NOT_FOUND)
            router_forget(&r->router, to, route);
    }
    if (st == OK)
        r->n.passed++;
    else if (traffic == TRAFFIC_REQUEST)
        busy(r, p, h, st == UNAVAILABLE);
    else if (traffic == TRAFFIC_ANSWER)
        r->n.lost_answers++;
    else
        r->n.undelivered++;
}

static void hello_take(struct relay *r, const struct passing *p, const struct frame *f)
{
    struct hello hello;
    enum status st =
        codec_decode(r->s, shape_hello(), f->part[PART_PAYLOAD], f->header.minor, &hello);

    if (st == OK)
        st = router_hello(r->s, &r->router, span_str(p->peer), hello.instance, hello.leaving, p->route,
                          clock_mono_us());
    if (st == OK)
        r->n.hellos++;
    else if (st == DENIED)
        r->n.forged++;
    else
        r->n.malformed++;
}

static void frame_take(struct relay *r, const struct passing *p)
{
    struct frame f;
    int from = node_find(span_str(p->peer));

    if (p->is_revoked) {
        r->n.revoked++;
        return;
    }
    if (p->part_n != FRAME_PARTS || frame_parse(r->s, p->part, p->part_n, &f) != OK) {
        r->n.malformed++;
        return;
    }
    if (!span_is(f.header.from, p->peer)) {
        r->n.forged++;
        return;
    }
    enum traffic traffic = traffic_of(&f.header);
    int to = node_find(f.header.to);
    if (from >= 0 && traffic == TRAFFIC_HELLO && span_is(f.header.to, "relay")) {
        hello_take(r, p, &f);
        return;
    }
    if (from < 0 || to < 0 ||
        !is_permitted((enum node)from, (enum node)to, traffic, f.header.type)) {
        r->n.denied++;
        return;
    }
    router_heard(&r->router, (enum node)from, p->route, clock_mono_us());
    pass(r, p, &f.header, (enum node)to, traffic);
}

/* ---- the clock ---- */

static void keys_reload(struct relay *r)
{
    enum status st = keyring_reload_status(r->s, r->ring);
    int64_t now_us = clock_now_us();
    size_t n;
    const struct peer *peers = keyring_peers(r->ring, &n);

    if (st != r->reload)
        LOG(st == OK ? LOG_NOTICE : LOG_ERROR, "key_status_reload",
            LOG_WORD("status", status_trait(st)->word));
    r->reload = st;
    for (size_t i = 0; i < n; i++)
        if (!peer_counts(&peers[i], now_us))
            router_forget_all(&r->router, span_str(peers[i].name));
    scope_reset(r->s);
}

static int64_t suspicious(const struct relay_counters *n)
{
    return n->malformed + n->forged + n->denied + n->revoked;
}

/* Once a second at most, however much is sent. */
static void warn(struct relay *r)
{
    const struct relay_counters *n = &r->n, *t = &r->told;

    if (suspicious(n) != suspicious(t))
        LOG(LOG_WARN, "frames_dropped", LOG_NUM("malformed", n->malformed - t->malformed),
            LOG_NUM("forged", n->forged - t->forged), LOG_NUM("denied", n->denied - t->denied),
            LOG_NUM("revoked", n->revoked - t->revoked));
    r->told = r->n;
}

static void report(const struct relay *r)
{
    const struct relay_counters *n = &r->n;
    size_t workers = 0;

    for (size_t i = 0; i < NODE_N; i++)
        workers += r->router.pool[i].n;
    LOG(LOG_INFO, "relay_counters", LOG_NUM("workers", workers), LOG_NUM("passed", n->passed),
        LOG_NUM("hellos", n->hellos), LOG_NUM("busy", n->busy),
        LOG_NUM("undelivered", n->undelivered), LOG_NUM("lost_answers", n->lost_answers),
        LOG_NUM("malformed", n->malformed),
        LOG_NUM("forged", n->forged), LOG_NUM("denied", n->denied), LOG_NUM("revoked", n->revoked),
        LOG_NUM("refused", hub_refused(r->hub)));
}

/* ret: how long until the next, ms */
static int tick(struct relay *r)
{
    int64_t now_us = clock_mono_us();

    if (now_us >= r->tick_us) {
        keys_reload(r);
        router_expire(&r->router, now_us);
        warn(r);
        r->tick_us = now_us + TICK_US;
    }
    if (now_us >= r->report_us) {
        report(r);
        r->report_us = now_us + REPORT_US;
    }
    return (int)((r->tick_us - now_us) / US_PER_MS) + 1;
}

/* ---- running ---- */

/* What waits, so much that the clock is not forgotten. */
static enum status drain(struct scope *s, struct relay *r)
{
    struct passing p;
    bool got = true;

    for (int i = 0; got && i < BATCH; i++) {
        TRY(hub_receive(s, r->hub, &p, &got));
        if (got)
            frame_take(r, &p);
        scope_reset(r->s);
    }
    return OK;
}

enum status relay_serve(struct scope *s, struct relay *r, const int *stop_fd)
{
    enum { BUS_READY = 1, STOP_READY = 2 };
    unsigned ready = 0;

    r->report_us = clock_mono_us() + REPORT_US;
    while (!(ready & STOP_READY)) {
        ready = hub_wait(r->hub, stop_fd, stop_fd ? 1 : 0, tick(r));
        if (ready & BUS_READY)
            TRY(drain(s, r));
    }
    warn(r);
    report(r);
    return OK;
}

enum status relay_run(struct scope *s, const char *endpoint, struct keyring *ring,
                      const int *stop_fd)
{
    AUTO(relay) r = NULL;

    TRY(relay_open(s, endpoint, ring, &r));
    return relay_serve(s, r, stop_fd);
}
