/* The head of a request is judged in one order: is there such a thing, may it be done that way, who asks, may they. A refusal
 * never depends on the body, which is read only when account has said whose token it is. */
#include <stdlib.h>
#include <strings.h>

#include "idem.h"
#include "inside.h"
#include "trace.h"
#include "wire/codec.h"
#include "wire/frame.h"

enum { BAD_REQUEST = 400, METHOD_NOT_ALLOWED = 405, UNSUPPORTED_TYPE = 415 };

static const char PREFIX[] = "/api/v1";

struct span request_header(const struct request *r, const char *name)
{
    return span_str(MHD_lookup_connection_value(r->conn, MHD_HEADER_KIND, name));
}

bool is_method(const struct request *r, const char *method)
{
    return strcmp(r->method, method) == 0 || (strcmp(r->method, "HEAD") == 0 && strcmp(method, "GET") == 0);
}

static enum status route(struct request *r)
{
    struct span path = r->target.path;
    const char *allow = NULL;
    size_t n = sizeof PREFIX - 1;

    r->page = page_find(path);
    if (span_is(path, FEED_PATH)) {
        r->is_feed = strcmp(r->method, "GET") == 0;
        allow = "GET";
    } else if (r->page) {
        if (is_method(r, "GET"))
            return OK;
        allow = "GET, HEAD";
    } else if (path.n > n && memcmp(path.p, PREFIX, n) == 0) {
        path = span_of(path.p + n, path.n - n);
        for (size_t i = 0; api_at(i) && !r->api; i++) {
            const struct api *api = api_at(i);
            if (!path_match(r->s, api->path, path, r->vars, &r->var_n))
                continue;
            if (is_method(r, api->method))
                r->api = api;
            else
                allow = scope_print(r->s, "%s%s%s", allow ? allow : "", allow ? ", " : "",
                                    strcmp(api->method, "GET") == 0 ? "GET, HEAD" : api->method);
        }
    }
    if (r->api || r->is_feed)
        return OK;
    r->page = NULL;
    r->reply.allow = allow;
    if (allow)
        return fail(r->s, UNSUPPORTED, "このパスでは使えない方法です（使えるもの: %s）", "not a method of this path (%s)", allow);
    return fail(r->s, NOT_FOUND, "そのパスはありません", "no such path");
}

static enum status destination(struct request *r)
{
    r->service = r->api->service;
    for (size_t i = 0; !r->service && i < r->var_n; i++) {
        int k = strcmp(r->vars[i].name, "service") == 0 ? service_find(r->vars[i].value) : -1;
        if (k >= 0)
            r->service = service_name((size_t)k);
    }
    return r->service ? OK : fail(r->s, NOT_FOUND, "そのサービスはありません", "no such service");
}

/* The id: what the Idempotency-Key stands for, else a fresh one (which on_target has given already). Who is nobody yet gets a fresh
 * one always: a key somebody else could guess must never bring up the answer to another's sign-in. What it stands for goes along inside the
 * message, for account to judge together with everything else that was sent. */
static enum status identify(struct request *r)
{
    struct span key = request_header(r, "Idempotency-Key");
    const bool is_told = idem_is_told(r->api);

    if (!key.n || r->api->kind == API_QUERY || (!r->who.ticket[0] && !is_told))
        return OK;
    if (!idem_key_is_valid(key))
        return fail(r->s, INVALID, "Idempotency-Key は表示できる ASCII 文字で 200 字までです",
                    "an Idempotency-Key is at most 200 visible ASCII characters");
    struct uuid id = idem_id(&r->s->actor, span_str(r->method), r->target.path, key);
    if (!is_told) {
        r->id = id;
        return OK;
    }
    char *text = scope_alloc(r->s, UUID_TEXT_MAX);
    if (!text)
        return fail(r->s, TOO_LARGE, "作業領域が足りません", "the scope is full");
    r->once = uuid_print(id, text);
    return OK;
}

static bool is_json(struct span type)
{
    static const char JSON[] = "application/json";
    size_t n = sizeof JSON - 1;

    if (type.n < n || strncasecmp((const char *)type.p, JSON, n) != 0)
        return false;
    type = span_of(type.p + n, type.n - n);
    while (type.n && (type.p[0] == ' ' || type.p[0] == ';'))
        type = span_of(type.p + 1, type.n - 1);
    return type.n == 0 || (type.n <= 15 && (strncasecmp((const char *)type.p, "charset=utf-8", type.n) == 0 ||
                                            strncasecmp((const char *)type.p, "charset=\"utf-8\"", type.n) == 0));
}

static void body_judge(struct request *r)
{
    if (r->length == 0 && !request_header(r, "Transfer-Encoding").n)
        return;
    if (is_method(r, "GET"))
        refuse(r, fail(r->s, INVALID, "GET に本文は付けられません", "GET takes no body"), BAD_REQUEST);
    else if (!is_json(request_header(r, "Content-Type")))
        refuse(r, fail(r->s, UNSUPPORTED, "本文は application/json で送ってください", "send the body as application/json"),
               UNSUPPORTED_TYPE);
    else if (r->length > PAYLOAD_MAX)
        refuse(r, fail(r->s, TOO_LARGE, "本文は %d バイトまでです", "a body has at most %d bytes", (int)PAYLOAD_MAX), 0);
}

static enum status admit(struct request *r)
{
    TRY(destination(r));
    if (!(r->api->roles & API_ANYBODY) && !(r->api->roles >> r->s->actor.role & 1))
        return fail(r->s, DENIED, "あなたの役割ではできません", "your role does not permit this");
    TRY(who_check(r));
    if (r->target.query_n && !is_method(r, "GET"))
        return fail(r->s, INVALID, "%s では項目を URL に書けません。本文で送ってください", "%s takes its fields in the body only",
                    r->method);
    return identify(r);
}

/* Who asks is known, or nobody needs to be. */
static void go_on(struct request *r)
{
    enum status st;

    if (!r->reply.code && r->api && (st = admit(r)) != OK)
        refuse(r, st, 0);
    if (!r->reply.code && r->is_feed && r->target.query_n)
        refuse(r, fail(r->s, INVALID, "項目は付けられません", "there are no fields to give"), 0);
    if (!r->reply.code)
        body_judge(r);
    r->is_hopeless = r->reply.code && (r->length > BODY_SWALLOW_MAX || request_header(r, "Expect").n);
}

bool front_head(struct request *r, const char *method)
{
    struct span length = request_header(r, "Content-Length");
    enum status st;

    memcpy(r->method, method, strnlen(method, sizeof r->method - 1));
    r->length = length.n ? strtoull((const char *)length.p, NULL, 10) : 0;
    trace_begin(r->s, request_header(r, "traceparent"), r->s->trace);
    if (target_parse(r->s, r->raw, &r->target) != OK)
        refuse(r, INVALID, BAD_REQUEST);
    else if ((st = route(r)) != OK)
        refuse(r, st, st == UNSUPPORTED ? METHOD_NOT_ALLOWED : 0);
    else if ((r->api || r->is_feed) && r->g->is_stopping)
        refuse(r, fail(r->s, UNAVAILABLE, "停止中です。少し待ってやり直してください。", "stopping; try again shortly"), 0);
    else if ((r->api || r->is_feed) && who_begin(r) == WHO_ASKED)
        return false;
    go_on(r);
    return true;
}

void front_told(struct request *r, const struct answered *a)
{
    (void)who_told(r, a);
    go_on(r);
}
