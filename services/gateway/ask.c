/* From HTTP to a message and back. What the schema refuses is refused here, before anything is sent; what a service answers is
 * said as it was answered. The gateway mints no id of the field's: a service does, or the client did. */
#include "base/clock.h"
#include "inside.h"
#include "openapi.h"
#include "wire/codec.h"
#include "wire/message.h"

enum { HTTP_OK = 200, HTTP_CREATED = 201, HTTP_BAD_REQUEST = 400, HTTP_BAD_GATEWAY = 502, EXTRA_MAX = VARS_MAX + QUERY_MAX + 1 };

/* Path variables and query parameters that are fields, and which attempt it is; {service} of a queue row only says where to. */
static size_t extras_of(const struct request *r, struct pair extra[EXTRA_MAX])
{
    size_t n = 0;

    for (size_t i = 0; i < r->var_n; i++)
        if (r->api->service || strcmp(r->vars[i].name, "service") != 0)
            extra[n++] = r->vars[i];
    for (size_t i = 0; i < r->target.query_n; i++)
        extra[n++] = r->target.query[i];
    if (r->once)
        extra[n++] = (struct pair){.name = "once", .value = span_str(r->once)};
    return n;
}

/* The whole message against its shape, the sealed part included. */
static enum status check(struct scope *s, const struct shape *shape, struct span payload, struct span sealed)
{
    const struct field *f = shape_sealed(shape);
    void *msg = scope_alloc(s, shape->size + 1);

    if (!msg)
        return fail(s, TOO_LARGE, "作業領域が足りません", "the scope is full");
    TRY(codec_decode(s, shape, payload, SCHEMA_MINOR, msg));
    if (!f)
        return OK;
    if (!sealed.n)
        return f->is_optional ? OK : fail(s, INVALID, "項目 %s がありません", "field %s is missing", f->name);
    msg = scope_alloc(s, f->shape()->size + 1);
    if (!msg)
        return fail(s, TOO_LARGE, "作業領域が足りません", "the scope is full");
    return codec_decode(s, f->shape(), sealed, SCHEMA_MINOR, msg);
}

static enum status asking_of(struct request *r, struct span json, struct asking *ret_a)
{
    const struct shape *shape = r->api->request();
    struct pair extra[EXTRA_MAX];
    struct asking a = {.id = r->id, .service = r->service, .type = shape->name, .instance = r->g->instance,
                       .ticket = span_str(r->who.ticket)};

    TRY(codec_split(r->s, shape, json, extra, extras_of(r, extra), &a.payload, &a.sealed));
    TRY(check(r->s, shape, a.payload, a.sealed));
    a.has_key = client_key(r->s, shape, a.payload, &a.key);
    *ret_a = a;
    return OK;
}

/* Nothing is queued for a relay that is not there: it would be carried out long after its asker was told that nobody answers. */
bool ask_send(struct request *r)
{
    struct span json = span_of(r->body, r->body_n), same;
    struct asking a;
    enum status st = OK;

    r->s->now_us = clock_now_us();
    if (json.n && codec_merge(r->s, json, "", (struct span){0}, &same) != OK) {
        refuse(r, INVALID, HTTP_BAD_REQUEST);
        return false;
    }
    if (!health_is_up(&r->g->health, SERVICE_N, clock_mono_us()))
        st = fail(r->s, UNAVAILABLE, "中継につながっていません。少し待ってやり直してください。", "no relay; try again shortly");
    else if (!pending_has_room(&r->g->pending))
        st = fail(r->s, UNAVAILABLE, "混み合っています。少し待ってやり直してください。", "busy; try again shortly");
    if (st == OK)
        st = asking_of(r, json, &a);
    if (st == OK)
        st = client_ask(r->s, r->g->bus, r->g->ring, &a);
    if (st != OK) {
        refuse(r, st, 0);
        return false;
    }
    pending_add(&r->g->pending, r->id, r, clock_mono_us() + ANSWER_WAIT_US);
    return true;
}

/* Whole characters only. */
static void copy_text(char *to, size_t cap, struct span from)
{
    size_t n = from.n < cap ? from.n : cap - 1;

    while (n < from.n && n > 0 && (from.p[n] & 0xc0) == 0x80)
        n--;
    if (n)
        memcpy(to, from.p, n);
    to[n] = '\0';
}

static void give_refusal(struct request *r, const struct answered *a)
{
    struct why *why = &r->s->why;

    *why = (struct why){0};
    copy_text(why->ja, sizeof why->ja, a->why.why_ja);
    copy_text(why->en, sizeof why->en, a->why.why_en);
    if (a->why.has_state)
        copy_text(why->state, sizeof why->state, a->why.state);
    if (a->why.has_accepts)
        copy_text(why->accepts, sizeof why->accepts, a->why.accepts);
    refuse(r, a->refused, 0);
}

void answer_give(struct request *r, const struct answered *a)
{
    const struct shape *shape = r->api->answer();
    const struct field *f = shape_sealed(shape);
    struct span json;

    if (a->refused != OK) {
        give_refusal(r, a);
        return;
    }
    if (!span_is(a->type, shape->name) || (a->sealed.n && !f)) {
        refuse(r, fail(r->s, INTERNAL, "サービスの応答の種類が違います", "the service answered with another message"), HTTP_BAD_GATEWAY);
        return;
    }
    enum status st = session_outward(r, a, &json);
    if (st != OK)
        refuse(r, st, HTTP_BAD_GATEWAY);
    else
        reply_json(r, api_creates(r->api) ? HTTP_CREATED : HTTP_OK, json);
}
