/* A token becomes a ticket here and nowhere else: account is asked whose it is, at most once in GRANT_HOLD_US, and every reason for
 * which it may be no good is told in the same words. A request that only a browser's cookie vouches for must also prove that our own
 * page sent it. */
#include <strings.h>

#include "base/clock.h"
#include "inside.h"
#include "wire/codec.h"
#include "wire/message.h"

enum { UNAUTHORIZED = 401, TOO_MANY = 429 };

static void unknown(struct request *r)
{
    refuse(r, fail(r->s, DENIED, "有効なトークンが必要です", "a valid token is needed"), UNAUTHORIZED);
}

/* A proxy may add to the line it was sent or put one of its own behind it: the last line is the nearest proxy's. */
static enum MHD_Result keep_last(void *cls, enum MHD_ValueKind kind, const char *key, const char *value)
{
    (void)kind;
    if (value && strcasecmp(key, "X-Forwarded-For") == 0)
        *(struct span *)cls = span_str(value);
    return MHD_YES;
}

static struct caller caller_here(const struct request *r)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(r->conn, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    struct span forwarded = {0};

    (void)MHD_get_connection_values(r->conn, MHD_HEADER_KIND, keep_last, &forwarded);
    return caller_of(info ? info->client_addr : NULL, forwarded);
}

/* What anybody may ask, an address may ask only so often. */
static enum who take_attempt(struct request *r)
{
    int64_t wait_us = 0;

    r->s->actor.role = ROLE_SERVICE;
    if (attempts_take(&r->g->attempts, caller_here(r), clock_mono_us(), &wait_us))
        return WHO_KNOWN;
    refuse(r, fail(r->s, UNAVAILABLE, "試みが多すぎます。しばらく待ってやり直してください。", "too many attempts; wait before the next"), TOO_MANY);
    r->reply.retry_s = (wait_us + US_PER_S - 1) / US_PER_S;
    return WHO_REFUSED;
}

static struct span token_of(struct request *r)
{
    struct span given = request_header(r, "Authorization");

    if (given.n)
        return bearer_header(given);
    r->is_cookie = true;
    return bearer_cookie(request_header(r, "Cookie"));
}

/* A token costs nothing to make up: strangers wait in a few places of their own, and one of them never in all of those. */
static bool has_room(const struct gateway *g, struct caller from)
{
    size_t all = 0, own = 0;

    for (size_t i = 0; i < g->pending.n; i++) {
        const struct request *r = g->pending.v[i].r;
        bool is_naming = r->phase == PHASE_NAMING;
        all += is_naming;
        own += is_naming && memcmp(r->from.b, from.b, CALLER_LEN) == 0;
    }
    return all < NAMES_MAX && own < NAMES_PER_CALLER && pending_has_room(&g->pending);
}

/* Who only listens does not use the session: it goes on being idle. */
static enum status use(struct scope *s, struct gateway *g, struct span token, bool is_look, struct uuid *ret_asked)
{
    struct asking a = {.id = scope_uuid(s), .service = "account", .type = shape_session_use()->name, .instance = g->instance,
                       .payload = is_look ? SPAN_LIT("{\"look\":true}") : SPAN_LIT("{}")};

    TRY(codec_encode(s, shape_token_private(), &(struct token_private){.token = token}, &a.sealed));
    s->now_us = clock_now_us();
    s->actor.role = ROLE_SERVICE;
    TRY(client_ask(s, g->bus, g->ring, &a));
    *ret_asked = a.id;
    return OK;
}

enum status who_look(struct scope *s, struct request *r, struct uuid *ret_asked)
{
    return use(s, r->g, token_of(r), true, ret_asked);
}

static enum status ask(struct request *r, struct span token)
{
    struct gateway *g = r->g;
    struct uuid id;

    if (!health_is_up(&g->health, SERVICE_N, clock_mono_us()))
        return fail(r->s, UNAVAILABLE, "中継につながっていません。少し待ってやり直してください。", "no relay; try again shortly");
    r->from = caller_here(r);
    if (!has_room(g, r->from))
        return fail(r->s, UNAVAILABLE, "混み合っています。少し待ってやり直してください。", "busy; try again shortly");
    TRY(use(r->s, g, token, r->is_feed, &id));
    pending_add(&g->pending, id, r, clock_mono_us() + ANSWER_WAIT_US);
    return OK;
}

enum who who_begin(struct request *r)
{
    struct span token;
    const struct grant *known;

    if (r->api && (r->api->roles & API_ANYBODY))
        return take_attempt(r);
    token = token_of(r);
    if (!bearer_is_formed(token)) {
        unknown(r);
        return WHO_REFUSED;
    }
    digest32(&token, 1, r->token);
    r->has_token = true;
    known = grants_find(r->g->grants, r->token, clock_mono_us());
    if (known) {
        r->who = *known;
        r->s->actor = known->actor;
        return WHO_KNOWN;
    }
    enum status st = ask(r, token);
    if (st == OK)
        return WHO_ASKED;
    refuse(r, st, 0);
    return WHO_REFUSED;
}

enum status who_keep(struct request *r, const struct answered *a)
{
    struct scope *s = r->s;
    struct ticket_grant in;
    struct grant who = {0};

    if (!span_is(a->type, shape_ticket_grant()->name))
        return fail(s, CORRUPT, "サービスの応答の種類が違います", "the service answered with another message");
    TRY(codec_decode(s, shape_ticket_grant(), a->payload, SCHEMA_MINOR, &in));
    TRY(codec_decode(s, shape_ticket_private(), a->sealed, SCHEMA_MINOR, &in.sealed));
    if (!in.user.n || in.user.n >= sizeof who.actor.user || in.sealed.ticket.n >= sizeof who.ticket || !in.sealed.ticket.n ||
        in.sealed.csrf.n >= sizeof who.csrf || in.role == ROLE_SERVICE)
        return fail(s, CORRUPT, "サービスの応答が正しくありません", "the service's answer is not valid");
    memcpy(who.actor.user, in.user.p, in.user.n);
    who.actor.agency = in.agency;
    who.actor.role = (int)in.role;
    memcpy(who.ticket, in.sealed.ticket.p, in.sealed.ticket.n);
    if (in.sealed.csrf.n)
        memcpy(who.csrf, in.sealed.csrf.p, in.sealed.csrf.n);
    else /* the session stays the same, and so does this */
        memcpy(who.csrf, r->who.csrf, sizeof who.csrf);
    if (!r->is_feed) /* what is kept lets requests through that are to count as use */
        grants_put(r->g->grants, r->token, &who, clock_mono_us(), in.expires - clock_now_us());
    r->who = who;
    s->actor = who.actor;
    return OK;
}

bool who_told(struct request *r, const struct answered *a)
{
    enum status st = a ? a->refused : UNAVAILABLE;

    if (st == DENIED || st == NOT_FOUND || st == EXPIRED || st == INVALID) {
        unknown(r);
        return false;
    }
    if (st == OK)
        st = who_keep(r, a);
    if (st != OK)
        refuse(r, fail(r->s, UNAVAILABLE, "だれの要求か確かめられません。少し待ってやり直してください。",
                       "cannot find out whose request this is; try again shortly"), 0);
    return st == OK;
}

/* Of a change: a form on a stranger's page would send the cookie, but can neither read nor send what the header repeats. */
enum status who_check(struct request *r)
{
    struct span origin = request_header(r, "Origin"), csrf = request_header(r, "X-CSRF-Token");

    if (is_method(r, "GET") || (r->has_token && !r->is_cookie))
        return OK;
    if (origin.n && !origin_is(origin, request_header(r, "Host")))
        return fail(r->s, DENIED, "別のサイトからの要求は受け付けません", "a request from another site is not taken");
    if (r->has_token && (!csrf.n || !digest_eq(csrf, span_str(r->who.csrf))))
        return fail(r->s, DENIED, "X-CSRF-Token がないか違います", "X-CSRF-Token is missing or wrong");
    return OK;
}

void who_forget(struct request *r)
{
    grants_drop(r->g->grants, r->token);
    streams_end(r->g, r->token);
}
