/* The asking side, as the gateway is one: a request is sent under one id until an answer comes, however often; an answer that
 * was given once is the answer for ever. What is acknowledged here is what must be found in the databases. */
#include "driver.h"

#include <stdio.h>
#include <stdlib.h>

#include "seal/envelope.h"
#include "svc/client.h"
#include "wire/codec.h"
#include "world.h"

enum { RETRY_LEAST_US = 700000, RETRY_SPREAD_US = 1800000, PATIENCE = 8, GATEWAY_RING = 5, MODEL_CAP = 64 << 20 };

struct world *driver_world(struct driver *d)
{
    return d->world;
}

struct scope *driver_scope(struct driver *d)
{
    scope_reset(d->in);
    return d->in;
}

enum status driver_new(struct world *w, struct driver **ret_d)
{
    struct driver *d = calloc(1, sizeof *d);

    if (d) {
        d->world = w;
        d->s = scope_new(MODEL_CAP, &w->entropy);
        d->in = scope_new(SMALL_CAP, &w->entropy);
    }
    if (!d || !d->s || !d->in)
        return UNAVAILABLE;
    *ret_d = d;
    return OK;
}

void driver_begin(struct driver *d)
{
    struct world *w = d->world;
    struct scope *s = d->s, *in = d->in;

    scope_reset(s);
    *d = (struct driver){.world = w, .s = s, .in = in};
}

/* A trace of its own for each request: by it the history says which request did what. */
static void set_trace(struct driver *d, struct op *op)
{
    uint64_t a = dice_roll(&d->world->dice), b = dice_roll(&d->world->dice);

    snprintf(op->trace, sizeof op->trace, "00-%016llx%016llx-%016llx-01", (unsigned long long)a, (unsigned long long)b,
             (unsigned long long)(a ^ b) | 1);
}

struct op *driver_raw(struct driver *d, const char *service, const struct shape *shape, struct span payload,
                      const struct actor *actor)
{
    if (d->op_n == OPS_MAX)
        return NULL;
    struct op *op = &d->op[d->op_n++];
    *op = (struct op){.id = scope_uuid(d->s), .service = service, .shape = shape, .payload = payload, .actor = *actor, .at = -1,
                      .is_open = true, .next_us = d->world->now_us};
    set_trace(d, op);
    d->open_n++;
    return op;
}

struct op *driver_add(struct driver *d, const char *service, const struct shape *shape, const void *msg,
                      const struct actor *actor)
{
    const struct field *sealed = shape_sealed(shape);
    struct span payload, body = {0};
    struct uuid key;

    if (codec_encode(d->s, shape, msg, &payload) != OK ||
        (sealed && codec_encode(d->s, sealed->shape(), field_at(msg, sealed), &body) != OK)) {
        d->is_wrong = true;
        journal_note(&d->world->journal, "cannot encode %s: %s", shape->name, d->s->why.en);
        return NULL;
    }
    struct op *op = driver_raw(d, service, shape, payload, actor);
    if (op) {
        op->sealed = body;
        op->has_key = client_key(d->s, shape, payload, &key);
        if (op->has_key)
            op->key = key;
    }
    return op;
}

static struct header header_of(const struct driver *d, const struct op *op)
{
    return (struct header){.id = op->id, .type = span_str(op->shape->name), .minor = SCHEMA_MINOR, .from = SPAN_LIT("gateway"),
                           .to = span_str(op->service), .has_key = op->has_key, .key = op->key,
                           .has_actor = true, .actor = span_str(op->actor.user), .has_role = true, .role = op->actor.role,
                           .has_agency = op->actor.agency.code[0] != 0, .agency = op->actor.agency, .has_trace = true,
                           .trace = span_str(op->trace), .sent = d->world->now_us, .has_reply_to = true,
                           .reply_to = SPAN_LIT("gateway.0")};
}

/* As account would issue it. It outlives the run, which has two clocks: the simulated one and the server's own. */
static enum status ticket_of(struct driver *d, struct scope *s, const struct op *op, struct span *ret_line)
{
    struct ticket t = {.issuer = "account", .kind = TICKET_USER, .agency = op->actor.agency, .role = op->actor.role,
                       .issued_s = 1, .expires_s = INT64_C(4102444800)};

    memcpy(t.user, op->actor.user, sizeof t.user);
    return ticket_mint(s, d->world->people, &t, ret_line);
}

static void send_op(struct driver *d, struct op *op)
{
    const struct keyring *ring = d->world->rings[GATEWAY_RING];
    struct scope *s = driver_scope(d);
    struct dice *dice = &d->world->dice;
    uint8_t tag[ENVELOPE_TAG_LEN];
    struct span body = {0};
    struct frame f;

    if (op->is_sent && d->world->weather.forgets_ids)
        op->id = scope_uuid(d->s);
    struct header h = header_of(d, op);
    h.has_ticket = true;
    if (ticket_of(d, s, op, &h.ticket) != OK || (op->sealed.n && envelope_seal_body(s, ring, op->service, span_of(op->id.b, UUID_LEN), op->sealed, &body) != OK) ||
        frame_build(s, &h, op->payload, body, &f) != OK ||
        envelope_tag(s, ring, op->service, TO_PEER, f.part, PART_TAG, tag) != OK) {
        d->is_wrong = true;
        journal_note(&d->world->journal, "cannot send %s: %s", op->shape->name, s->why.en);
        return;
    }
    f.part[PART_TAG] = span_of(tag, sizeof tag);
    d->retries += op->is_sent;
    op->is_sent = true;
    op->tries++;
    op->next_us = d->world->now_us + RETRY_LEAST_US + dice_below(dice, RETRY_SPREAD_US);
    net_send(d->world->net, &f, d->world->now_us);
}

void driver_send(struct driver *d)
{
    for (int i = 0; i < d->op_n; i++)
        if (d->op[i].is_open && d->op[i].next_us <= d->world->now_us)
            send_op(d, &d->op[i]);
}

/* By id and trace: two requests may have come under one id, and a late copy of the first is answered too. */
static struct op *op_find(struct driver *d, struct uuid id, struct span trace)
{
    for (int i = d->op_n; i-- > 0;)
        if (uuid_eq(d->op[i].id, id) && span_is(trace, d->op[i].trace))
            return &d->op[i];
    return NULL;
}

static void wrong(struct driver *d, const struct op *op, const char *what)
{
    char id[UUID_TEXT_MAX];

    d->is_wrong = true;
    journal_note(&d->world->journal, "WRONG: %s (%s %s)", what, op->shape->name, uuid_print(op->id, id));
}

static void end(struct driver *d, struct op *op)
{
    d->open_n -= op->is_open;
    op->is_open = false;
}

static void take_refusal(struct driver *d, struct op *op, const struct answered *a)
{
    bool may_pass = a->refused == UNAVAILABLE || a->refused == EXPIRED || (op->is_patient && a->refused == NOT_FOUND);

    d->refusals++;
    journal_note(&d->world->journal, "refused %s: %.*s", op->shape->name, (int)a->why.why_en.n, (const char *)a->why.why_en.p);
    if (a->refused == INTERNAL || a->refused == CORRUPT)
        wrong(d, op, "an internal error");
    if (memmem(a->why.why_en.p, a->why.why_en.n, "_has_event", strlen("_has_event")))
        wrong(d, op, "a change of state without its event");
    if (op->is_clash && a->refused != CONFLICT && a->refused != UNAVAILABLE)
        wrong(d, op, "another request under a known id must be a conflict");
    if (op->is_answered)
        return;
    op->said = a->refused;
    if (!may_pass || (a->refused != UNAVAILABLE && ++op->refused >= PATIENCE))
        end(d, op);
}

static void take_answer(struct driver *d, struct op *op, const struct answered *a)
{
    d->answers++;
    if (op->must_refuse)
        wrong(d, op, "allowed what must be refused");
    if (op->is_answered) {
        /* a query may be answered anew; a change has one answer */
        if (!op->is_query && (!span_eq(op->answer, a->payload) || !span_eq(op->type, a->type)))
            wrong(d, op, "a second answer differs from the first");
        end(d, op);
        return;
    }
    if (scope_copy(d->s, a->payload, &op->answer) != OK || scope_copy(d->s, a->type, &op->type) != OK ||
        (a->sealed.n && scope_copy(d->s, a->sealed, &op->opened) != OK))
        wrong(d, op, "no memory");
    op->is_answered = true;
    op->said = OK;
    end(d, op);
    acts_learn(d, op);
}

void driver_take(struct driver *d, const struct frame *f)
{
    struct answered a;

    if (client_answer(d->in, d->world->rings[GATEWAY_RING], f, &a) != OK) {
        d->is_wrong = true;
        journal_note(&d->world->journal, "WRONG: an answer that does not open: %s", d->in->why.en);
        return;
    }
    struct op *op = op_find(d, a.re, f->header.trace);
    if (!op)
        return; /* of a request whose id was forgotten */
    if (a.refused != OK)
        take_refusal(d, op, &a);
    else
        take_answer(d, op, &a);
    if (op->tries > TRIES_MAX && op->is_open) {
        wrong(d, op, "no answer after all these tries");
        end(d, op);
    }
}

const char *driver_json(struct driver *d, struct scope *s)
{
    size_t room = 512, n = 0;
    char id[UUID_TEXT_MAX];

    for (int i = 0; i < d->op_n; i++)
        room += 512 + d->op[i].answer.n * 2;
    char *text = scope_alloc(s, room);
    if (!text)
        return "[]";
    text[n++] = '[';
    for (int i = 0; i < d->op_n; i++) {
        const struct op *op = &d->op[i];
        if (op->is_clash)
            continue;
        n += (size_t)snprintf(text + n, room - n,
                              "%s{\"t\":\"%s\",\"id\":\"%s\",\"svc\":\"%s\",\"type\":\"%s\",\"ok\":%s,\"refuse\":%s,\"query\":%s,"
                              "\"ev\":\"%s\",\"n\":%d,\"over\":%s,\"ans\":\"",
                              n > 1 ? "," : "", op->trace, uuid_print(op->id, id), op->service, op->shape->name,
                              op->is_answered ? "true" : "false", op->must_refuse ? "true" : "false", op->is_query ? "true" : "false",
                              op->event >= 0 ? words_at(words_referral_event(), op->event) : "", op->n, op->overrides ? "true" : "false");
        for (size_t k = 0; k < op->answer.n; k++) {
            if (op->answer.p[k] == '"' || op->answer.p[k] == '\\')
                text[n++] = '\\';
            text[n++] = (char)op->answer.p[k];
        }
        n += (size_t)snprintf(text + n, room - n, "\"}");
    }
    text[n++] = ']';
    text[n] = 0;
    return text;
}

/* Somebody else's request under an id that is taken. */
static void clash(struct driver *d, const struct op *with)
{
    struct actor other = with->actor;

    snprintf(other.user, sizeof other.user, "u-other");
    struct op *op = driver_raw(d, with->service, with->shape, with->payload, &other);
    if (!op)
        return;
    op->id = with->id;
    op->sealed = with->sealed;
    op->has_key = with->has_key;
    op->key = with->key;
    op->is_clash = op->must_refuse = true;
}

void driver_again(struct driver *d)
{
    int n = d->op_n, from = n ? dice_below(&d->world->dice, n) : 0, asked = 0;

    for (int i = 0; i < n && asked < 3; i++) {
        struct op *op = &d->op[(from + i) % n];
        if (op->is_query || !op->is_answered || op->is_open || d->world->weather.forgets_ids)
            continue;
        asked++;
        if (asked == 2) {
            clash(d, op);
            continue;
        }
        op->is_open = true;
        op->next_us = d->world->now_us;
        d->open_n++;
    }
}
