/* An agency's own system that stays connected: reads one command a line and says in one word what became of it.
 *   ticket          gets a fresh ticket from account; with an AGENCY behind it the header claims that one
 *   list            asks for its inbox, as itself
 *   as AGENCY       the same, but the header claims another agency
 *   called NAME     the same, but the header claims another user
 *   role WORD       the same, but the header claims another role
 *   bare            the same, without a ticket
 *   draft           asks for what it may not ask for
 * Prints "ok", the word of a refusal, or "unheard" when nothing comes back. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "seal/host.h"
#include "seal/secret.h"
#include "svc/client.h"
#include "wire/codec.h"
#include "wire/words.h"

enum { HEARD_MS = 4000, AGAIN_MS = 500, TICKET_TEXT = 400 };

struct host {
    struct scope *s, *in;
    struct keyring *ring;
    struct bus *bus;
    char instance[INSTANCE_TEXT_MAX], ticket[TICKET_TEXT];
};

static void act_as_self(struct host *h)
{
    const struct peer *me = keyring_self(h->ring);

    scope_reset(h->s);
    h->s->now_us = clock_now_us();
    h->s->actor = (struct actor){.agency = me->agency, .role = ROLE_AGENCY_HOST};
    memcpy(h->s->actor.user, me->name, sizeof me->name);
}

/* The answer to `a`, sent again until it comes; false when none does. */
static bool exchange(struct host *h, const struct asking *a, struct answered *ret_got)
{
    int64_t since_us = clock_mono_us(), sent_us = 0;
    struct frame f;
    bool got;

    while (clock_mono_us() - since_us < HEARD_MS * (int64_t)US_PER_MS) {
        scope_reset(h->in);
        h->in->now_us = clock_now_us();
        if (clock_mono_us() - sent_us > AGAIN_MS * (int64_t)US_PER_MS) {
            sent_us = clock_mono_us();
            if (bus_hello(h->in, h->bus, false) != OK || client_ask(h->s, h->bus, h->ring, a) != OK)
                continue;
        }
        bus_wait(h->bus, NULL, 0, 100);
        if (bus_receive(h->in, h->bus, &f, &got) == OK && got && client_answer(h->in, h->ring, &f, ret_got) == OK &&
            uuid_eq(ret_got->re, a->id))
            return true;
    }
    return false;
}

static const char *outcome(bool is_heard, const struct answered *got)
{
    return !is_heard ? "unheard" : got->refused == OK ? "ok" : status_trait(got->refused)->word;
}

static const char *get_ticket(struct host *h)
{
    struct asking a = {.id = scope_uuid(h->s), .service = "account", .type = "host_ticket", .payload = SPAN_LIT("{}"),
                       .instance = h->instance};
    struct ticket_private t;
    struct answered got;
    bool is_heard = exchange(h, &a, &got);

    if (is_heard && got.refused == OK) {
        if (codec_decode(h->in, shape_ticket_private(), got.sealed, SCHEMA_MINOR, &t) != OK || t.ticket.n >= sizeof h->ticket)
            return "garbled";
        snprintf(h->ticket, sizeof h->ticket, "%.*s", (int)t.ticket.n, (const char *)t.ticket.p);
    }
    return outcome(is_heard, &got);
}

static const char *do_line(struct host *h, const char *word, const char *value)
{
    struct asking a = {.service = "referral", .type = "referral_list", .payload = SPAN_LIT("{}"), .instance = h->instance};
    struct answered got;

    act_as_self(h);
    a.id = scope_uuid(h->s);
    bool is_ticket = strcmp(word, "ticket") == 0;
    if ((strcmp(word, "as") == 0 || (is_ticket && *value)) && agency_parse(span_str(value), &h->s->actor.agency) != OK)
        return "usage";
    if (is_ticket)
        return get_ticket(h);
    if (strcmp(word, "called") == 0)
        snprintf(h->s->actor.user, sizeof h->s->actor.user, "%s", value);
    if (strcmp(word, "role") == 0)
        h->s->actor.role = words_find(words_role(), span_str(value));
    if (strcmp(word, "draft") == 0)
        a.type = "referral_draft";
    if (strcmp(word, "bare") != 0)
        a.ticket = span_str(h->ticket);
    return outcome(exchange(h, &a, &got), &got);
}

int main(int argc, char **argv)
{
    struct host h = {.s = scope_new(SCOPE_CAP, entropy_system()), .in = scope_new(SCOPE_CAP, entropy_system())};
    char text[200], word[20], value[64];
    const char *endpoint;

    if (argc != 2 || !h.s || !h.in || seal_init() != OK)
        return 64;
    if (keyring_open_host(h.s, argv[1], &h.ring, &endpoint) != OK) {
        fprintf(stderr, "%s\n", h.s->why.en);
        return 1;
    }
    snprintf(h.instance, sizeof h.instance, "%.20s.7", keyring_self(h.ring)->name);
    if (bus_open(h.s, endpoint, h.ring, h.instance, &h.bus) != OK)
        return 1;
    while (fgets(text, sizeof text, stdin)) {
        value[0] = '\0';
        if (sscanf(text, "%19s %63s", word, value) >= 1)
            puts(do_line(&h, word, value));
        fflush(stdout);
    }
    bus_free(h.bus);
    keyring_free(h.ring);
    scope_free(h.in);
    scope_free(h.s);
    return 0;
}
