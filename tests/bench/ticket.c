/* As whom the measurements ask. Tickets are fetched between measurements, never during one: each lasts longer than any of them. */
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "wire/codec.h"
#include "wire/message.h"

enum { LEFT_US = 120 * US_PER_S, TRIES = 20, TRY_MS = 500 };

static const char NAME[] = "bench";

/* One request of account, answered. Whatever else comes is not for now. */
static void ask_account(struct bench *b, struct scope *s, const struct shape *shape, const void *msg, struct answered *ret_a)
{
    struct asking ask = {.id = scope_uuid(s), .service = "account", .type = shape->name, .instance = b->instance};
    struct frame frame;
    bool got = false;

    s->actor.role = ROLE_SERVICE;
    if (codec_encode(s, shape, msg, &ask.payload) != OK)
        stop(shape->name, s->why.en);
    for (int i = 0; i < TRIES; i++) {
        s->now_us = clock_now_us();
        if (bus_hello(s, b->bus, false) != OK || client_ask(s, b->bus, b->ring, &ask) != OK)
            continue;
        while (bus_wait(b->bus, NULL, 0, TRY_MS) & 1u)
            if (bus_receive(s, b->bus, &frame, &got) == OK && got && client_answer(s, b->ring, &frame, ret_a) == OK &&
                uuid_eq(ret_a->re, ask.id) && ret_a->refused != UNAVAILABLE)
                return;
    }
    stop(shape->name, "account does not answer");
}

static void keep(char *to, size_t cap, struct span text)
{
    if (text.n >= cap)
        stop("account", "an answer that is too long");
    memcpy(to, text.p, text.n);
    to[text.n] = '\0';
}

static void renew(struct bench *b, struct as *as)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    struct ticket_private secret;
    struct ticket_grant grant;
    struct answered a;

    if (!s)
        stop("account", "no memory");
    ask_account(b, s, shape_ticket_open(), &(struct ticket_open){.user = span_str(NAME), .agency = as->agency, .role = ROLE_WORKER}, &a);
    if (a.refused != OK || codec_decode(s, shape_ticket_grant(), a.payload, SCHEMA_MINOR, &grant) != OK ||
        codec_decode(s, shape_ticket_private(), a.sealed, SCHEMA_MINOR, &secret) != OK)
        stop("account", "gives no ticket; is demo = 1?");
    keep(as->ticket, sizeof as->ticket, secret.ticket);
    as->until_us = grant.expires;
}

void tickets_renew(struct bench *b)
{
    for (size_t i = 0; i < AS_N; i++) {
        b->as[i].agency = ask_agency((enum who)i);
        if (b->as[i].until_us - clock_now_us() < LEFT_US)
            renew(b, &b->as[i]);
    }
}

void token_open(struct bench *b, char *to, size_t cap)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    struct session_private secret;
    struct answered a;

    if (!s)
        stop("account", "no memory");
    ask_account(b, s, shape_session_open(),
                &(struct session_open){.user = span_str(NAME), .agency = ask_agency(AS_DESK), .role = ROLE_WORKER}, &a);
    if (a.refused != OK || codec_decode(s, shape_session_private(), a.sealed, SCHEMA_MINOR, &secret) != OK)
        stop("account", "opens no session; is demo = 1?");
    keep(to, cap, secret.token);
}
