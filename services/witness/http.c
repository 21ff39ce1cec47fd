/* MHD's callbacks. Whatever is sent, a connection takes a bounded time and a request bounded memory; and what is refused is read to its
 * end, as far as that is not too long, so that the sender sees why. */
#include "http.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/log.h"

enum { POOL = 32 << 10, IDLE_WAIT_S = 60, SCOPE_MOST = 4 << 20, BAD_METHOD = 405, NOWHERE = 404, TOO_LONG = 413 };

struct request {
    struct scope *s;
    struct answer answer; /* code 0 = not judged yet */
    const char *allow;
    uint8_t *body; /* SUBMISSION_MAX */
    size_t n, swallowed;
    bool is_head, is_queued;
};

/* ---- a connection ---- */

static void on_connection(void *cls, struct MHD_Connection *conn, void **at, enum MHD_ConnectionNotificationCode what)
{
    struct witness *w = cls;

    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
        if (*at)
            ((struct link *)*at)->is_used = false;
        return;
    }
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(conn, MHD_CONNECTION_INFO_CONNECTION_FD);
    *at = NULL;
    for (size_t i = 0; info && i < COUNT(w->links) && !*at; i++)
        if (!w->links[i].is_used) {
            w->links[i] = (struct link){.is_used = true, .fd = info->connect_fd, .due_us = clock_mono_us() + STEP_WAIT_US};
            *at = &w->links[i];
        }
}

static struct link *link_of(struct MHD_Connection *conn)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(conn, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    return info ? info->socket_context : NULL;
}

static void wait_anew(struct MHD_Connection *conn, int64_t most_us)
{
    struct link *l = link_of(conn);

    if (l && l->due_us)
        l->due_us = clock_mono_us() + most_us;
}

/* The socket stays MHD's: shut down, it reads as ended, and MHD closes it. */
static void cut(struct link *l)
{
    if (!l)
        return;
    (void)shutdown(l->fd, SHUT_RDWR);
    l->due_us = 0;
}

void http_sweep(struct witness *w, int64_t now_us)
{
    for (size_t i = 0; i < COUNT(w->links); i++)
        if (w->links[i].is_used && w->links[i].due_us && now_us >= w->links[i].due_us) {
            cut(&w->links[i]);
            LOG(LOG_INFO, "connection_cut");
        }
}

/* ---- a request ---- */

static void refuse(struct request *r, unsigned code, const char *ja, const char *en)
{
    (void)fail(r->s, INVALID, "%s%.0s", "%.0s%s", ja, en);
    r->answer = answer_refusal(r->s, code);
}

/* Two addresses; everything else is not here. */
static void route(struct request *r, const struct witness *w, const char *url, const char *method)
{
    bool is_post = strcmp(method, "POST") == 0, is_get = strcmp(method, "GET") == 0 || r->is_head;

    if (strcmp(url, "/add-checkpoint") == 0) {
        r->allow = is_post ? NULL : "POST";
    } else if (strcmp(url, "/") == 0) {
        r->allow = is_get ? NULL : "GET, HEAD";
        if (is_get)
            r->answer = answer_who(r->s, w->memory);
    } else {
        refuse(r, NOWHERE, "そのパスはありません", "no such path");
    }
    if (r->allow)
        refuse(r, BAD_METHOD, "このパスでは使えない方法です", "not a method of this path");
}

static void too_long(struct request *r)
{
    refuse(r, TOO_LONG, "本文が長すぎます（64 KiB まで）", "the body is too long (at most 64 KiB)");
}

static struct request *begin(struct witness *w, const char *method)
{
    AUTO(scope) s = scope_new(SCOPE_MOST, entropy_system());
    struct request *r = s ? SCOPE_NEW(s, struct request) : NULL;

    if (!r)
        return NULL;
    r->is_head = strcmp(method, "HEAD") == 0;
    r->s = take(&s);
    w->live++;
    return r;
}

static enum MHD_Result queue(struct request *r, struct MHD_Connection *conn, bool closes)
{
    /* MHD takes a pointer to non-const for a buffer that it promises not to change; it lives as long as the request */
    void *body = (void *)(uintptr_t)r->answer.body.p;
    struct MHD_Response *to = MHD_create_response_from_buffer(r->answer.body.n, body, MHD_RESPMEM_PERSISTENT);

    if (!to)
        return MHD_NO;
    bool is_good = MHD_add_response_header(to, "Content-Type", r->answer.type) == MHD_YES &&
                   MHD_add_response_header(to, "Cache-Control", "no-store") == MHD_YES &&
                   MHD_add_response_header(to, "X-Content-Type-Options", "nosniff") == MHD_YES &&
                   (!r->allow || MHD_add_response_header(to, "Allow", r->allow) == MHD_YES) &&
                   (!closes || MHD_add_response_header(to, "Connection", "close") == MHD_YES);
    wait_anew(conn, STEP_WAIT_US);
    enum MHD_Result queued = is_good ? MHD_queue_response(conn, r->answer.code, to) : MHD_NO;
    MHD_destroy_response(to);
    r->is_queued = true;
    return queued;
}

/* The head of a request; a body that is longer than it is worth to be thrown away is not waited for. */
static enum MHD_Result head_take(struct request *r, struct witness *w, struct MHD_Connection *conn, const char *url, const char *method)
{
    const char *length = MHD_lookup_connection_value(conn, MHD_HEADER_KIND, "Content-Length");
    unsigned long long n = length ? strtoull(length, NULL, 10) : 0;

    wait_anew(conn, STEP_WAIT_US);
    route(r, w, url, method);
    if (!r->answer.code && n > SUBMISSION_MAX)
        too_long(r);
    if (!r->answer.code && !(r->body = scope_alloc(r->s, SUBMISSION_MAX)))
        return MHD_NO;
    return r->answer.code && n > SWALLOW_MAX ? queue(r, conn, true) : MHD_YES;
}

static void body_take(struct request *r, struct MHD_Connection *conn, const char *data, size_t n)
{
    if (!r->answer.code && n > SUBMISSION_MAX - r->n)
        too_long(r);
    if (!r->answer.code) {
        memcpy(r->body + r->n, data, n);
        r->n += n;
        return;
    }
    r->swallowed += n;
    if (r->swallowed > SWALLOW_MAX)
        cut(link_of(conn));
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *conn, const char *url, const char *method, const char *version,
                                  const char *data, size_t *n, void **at)
{
    struct witness *w = cls;
    struct request *r = *at;

    (void)version;
    if (!r) {
        *at = r = begin(w, method);
        return r ? head_take(r, w, conn, url, method) : MHD_NO;
    }
    if (*n > 0) {
        body_take(r, conn, data, *n);
        *n = 0;
        return MHD_YES;
    }
    if (r->is_queued)
        return MHD_YES;
    if (!r->answer.code) {
        r->s->now_us = clock_now_us();
        r->answer = answer_submission(r->s, w->memory, span_of(r->body, r->n));
    }
    return queue(r, conn, r->answer.code == TOO_LONG);
}

static void on_completed(void *cls, struct MHD_Connection *conn, void **at, enum MHD_RequestTerminationCode why)
{
    struct witness *w = cls;
    struct request *r = *at;

    (void)why;
    if (!r)
        return;
    wait_anew(conn, NEXT_WAIT_US);
    w->live--;
    *at = NULL;
    scope_free(r->s);
}

enum status http_open(struct scope *s, struct witness *w)
{
    w->daemon = MHD_start_daemon(
        MHD_USE_EPOLL, 0, NULL, NULL, on_request, w,
        MHD_OPTION_LISTEN_SOCKET, w->listen_fd,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)CONNECTIONS_PER_ADDRESS,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)POOL,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_WAIT_S,
        MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, w,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, w,
        MHD_OPTION_END);
    if (!w->daemon)
        return fail(s, UNAVAILABLE, "HTTP サーバーを始められません", "cannot start the HTTP server");
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(w->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    if (!info)
        return fail(s, INTERNAL, "epoll がありません", "the HTTP server has no epoll");
    w->epoll_fd = info->epoll_fd;
    return OK;
}
