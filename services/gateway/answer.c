/* Everything the gateway says leaves here with the same headers: never sniffed, cached only where it says so (the public log), with
 * the request's id and trace. Bodies are not copied: they live in the request's scope, which is wiped when the request is over. */
#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "inside.h"
#include "problem.h"
#include "wire/codec.h"

enum { HTTP_UNAUTHORIZED = 401, HTTP_TOO_LARGE = 413 };

void reply_json(struct request *r, unsigned code, struct span body)
{
    r->reply.code = code;
    r->reply.type = "application/json; charset=utf-8";
    r->reply.body = body;
}

void refuse(struct request *r, enum status st, unsigned http)
{
    unsigned code = http ? http : (unsigned)status_trait(st)->http;

    if (problem_print(r->s, st, code, &r->s->why, r->id, &r->reply.body) != OK) {
        code = (unsigned)status_trait(INTERNAL)->http;
        r->reply.body = SPAN_LIT("{\"type\":\"urn:kashimaru:problem:internal\",\"title\":\"内部エラーが発生しました\"}");
    }
    r->reply.code = code;
    r->reply.type = "application/problem+json; charset=utf-8";
    r->reply.challenges = code == HTTP_UNAUTHORIZED;
    r->reply.retry_s = status_trait(st)->is_retryable ? 1 : 0;
    r->reply.closes = r->reply.closes || code == HTTP_TOO_LARGE;
}

static void add_headers(struct MHD_Response *to, const struct request *r)
{
    char id[UUID_TEXT_MAX];
    const char *retry = scope_print(r->s, "%lld", (long long)r->reply.retry_s);
    const struct {
        bool is_there;
        const char *name, *value;
    } headers[] = {
        {true, "Content-Type", r->reply.type},
        {true, "Cache-Control", r->reply.cache ? r->reply.cache : "no-store"},
        {true, "X-Content-Type-Options", "nosniff"},
        {true, "Content-Security-Policy", r->reply.policy ? r->reply.policy : "default-src 'none'; frame-ancestors 'none'"},
        {r->reply.is_gzip, "Content-Encoding", "gzip"},
        {r->reply.policy != NULL, "Vary", "Accept-Encoding"},
        {true, "Referrer-Policy", "no-referrer"},
        {true, "Request-Id", uuid_print(r->id, id)},
        {r->s->trace[0] != '\0', "traceparent", r->s->trace},
        {r->reply.allow != NULL, "Allow", r->reply.allow},
        {r->reply.challenges, "WWW-Authenticate", "Bearer realm=\"kashimaru\""},
        {r->reply.cookie != NULL, "Set-Cookie", r->reply.cookie},
        {r->stream != NULL, "X-Accel-Buffering", "no"}, /* to proxies: hand it on as it comes */
        {r->reply.retry_s > 0, "Retry-After", retry},
        {r->reply.closes || r->g->is_stopping, "Connection", "close"},
    };

    for (size_t i = 0; i < COUNT(headers); i++)
        if (headers[i].is_there && MHD_add_response_header(to, headers[i].name, headers[i].value) != MHD_YES)
            LOG(LOG_ERROR, "header_refused", LOG_WORD("header", headers[i].name));
}

/* Ids, codes and durations: never the target, whose query may hold what somebody typed. */
static void account_for(const struct request *r)
{
    char id[UUID_TEXT_MAX];
    int64_t us = clock_mono_us() - r->began_us;

    metrics_count(&r->g->metrics, r->method, r->reply.code, us);
    LOG(r->page ? LOG_DEBUG : LOG_INFO, "http", LOG_WORD("id", uuid_print(r->id, id)), LOG_NUM("code", r->reply.code),
        LOG_NUM("us", us), LOG_WORD("noun", r->api ? r->api->noun : ""), LOG_WORD("verb", r->api ? r->api->verb : ""),
        LOG_WORD("agency", r->s->actor.agency.code));
}

enum MHD_Result reply_queue(struct request *r)
{
    /* MHD takes a pointer to non-const for a buffer that it promises not to change */
    void *body = (void *)(uintptr_t)r->reply.body.p;
    struct MHD_Response *to =
        r->stream ? stream_response(r)
                  : MHD_create_response_from_buffer(r->reply.body.n, r->reply.body.n ? body : (void *)(uintptr_t)"", MHD_RESPMEM_PERSISTENT);

    if (!to)
        return MHD_NO;
    add_headers(to, r);
    r->phase = PHASE_SENT;
    if (r->link)
        r->link->due_us = clock_mono_us() + SEND_WAIT_US;
    enum MHD_Result queued = MHD_queue_response(r->conn, r->reply.code, to);
    MHD_destroy_response(to);
    account_for(r);
    return queued;
}
