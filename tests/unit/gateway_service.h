#ifndef KM_TESTS_GATEWAY_SERVICE_H
#define KM_TESTS_GATEWAY_SERVICE_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "bus/bus.h"
#include "gateway/gateway.h"
#include "gateway_lines.h"
#include "seal/envelope.h"
#include "svc/settings.h"
#include "wire/message.h"

/* Two services that answer by heart, for a gateway to speak to. */

enum { TRIES = 300, TRY_MS = 100 };

/* Four threads beside the test: relay, intake, account, gateway; each with its own scope, keyring and sockets,
 * all stopped by one pipe. */
struct world {
    char dir[32], endpoint[64];
    struct scope *s;
    struct settings cfg;
    struct keyring *ring; /* the gateway's */
    struct gateway *g;
    int stop[2];
    int port;
    pthread_t relay, intake, account, gateway;
    atomic_int asked, looked; /* how often account was asked whose a token is, and how often it was only to look */
    atomic_bool is_over; /* account says that no session is one any more */
    atomic_ullong once; /* the first eight digits of which attempt the last sign_in said it was; 0 = it did not */
    atomic_int ticket; /* the last character of the ticket the last case_show came with */
};

static struct keyring *ring_of(struct scope *s, const struct world *w, const char *name)
{
    struct keyring *ring = NULL;

    if (keyring_open(s, scope_print(s, "%s/keys", w->dir), name, &ring) != OK)
        abort();
    return ring;
}

static void say(struct scope *s, struct bus *bus, const struct keyring *ring, const struct frame *f, const struct line *line)
{
    struct header h = {.id = scope_uuid(s), .type = span_str(line->answer), .from = span_str(line->service),
                       .to = f->header.from, .sent = clock_now_us(), .has_reply_to = true, .reply_to = f->header.reply_to,
                       .has_re = true, .re = f->header.id};
    struct span body = {0};
    struct frame out;
    uint8_t tag[ENVELOPE_TAG_LEN];

    struct span sealed = span_str(line->sealed);
    if (sealed.n && envelope_seal_body(s, ring, "gateway", span_of(h.id.b, UUID_LEN), sealed, &body) != OK)
        abort();
    if (frame_build(s, &h, span_str(line->payload), body, &out) != OK ||
        envelope_tag(s, ring, "gateway", TO_PEER, out.part, PART_TAG, tag) != OK)
        abort();
    out.part[PART_TAG] = span_of(tag, sizeof tag);
    if (bus_send(s, bus, &out) != OK)
        abort();
}

static bool is_for(struct scope *s, const struct keyring *ring, const struct frame *f, const struct line *line)
{
    struct span told;

    if (!span_is(f->header.type, line->type))
        return false;
    if (!line->has)
        return true;
    if (envelope_open_body(s, ring, "gateway", span_of(f->header.id.b, UUID_LEN), f->part[PART_BODY], &told) != OK)
        abort();
    return memmem(told.p, told.n, line->has, strlen(line->has)) != NULL;
}

static void serve(struct world *w, const char *name)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    AUTO(keyring) ring = ring_of(s, w, name);
    AUTO(bus) bus = NULL;

    if (bus_open(s, w->endpoint, ring, scope_print(s, "%s.0", name), &bus) != OK)
        abort();
    for (unsigned ready = 0; !(ready & 2u); ready = bus_wait(bus, &w->stop[0], 1, TRY_MS)) {
        struct frame f;
        bool got = true;
        scope_reset(s);
        if (bus_hello(s, bus, false) != OK)
            abort();
        while (bus_receive(s, bus, &f, &got) == OK && got) {
            bool is_use = span_is(f.header.type, "session_use");
            w->asked += is_use;
            w->looked += is_use && span_is(f.part[PART_PAYLOAD], "{\"look\":true}");
            w->once = span_is(f.header.type, "sign_in") ? once_of(f.part[PART_PAYLOAD]) : w->once;
            if (span_is(f.header.type, "case_show"))
                w->ticket = f.header.has_ticket && f.header.ticket.n ? f.header.ticket.p[f.header.ticket.n - 1] : 0;
            size_t i = is_use && w->is_over ? 0 : 1; /* the first line is for that alone */
            while (i && i < COUNT(LINES) && !(strcmp(LINES[i].service, name) == 0 && is_for(s, ring, &f, &LINES[i])))
                i++;
            if (i < COUNT(LINES))
                say(s, bus, ring, &f, &LINES[i]);
        }
    }
}

static inline void *run_intake(void *arg)
{
    serve(arg, "intake");
    return NULL;
}

static void *run_account(void *arg)
{
    serve(arg, "account");
    return NULL;
}

#endif
