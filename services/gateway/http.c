/* MHD's callbacks. A request is in exactly one phase; what is refused by its head is answered after its body was thrown away, so
 * that the client reads the reason, but only up to a limit; and no connection, however slowly it drips, is held beyond its
 * time. */
#include "inside.h"

#include <stdio.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/log.h"
#include "wire/frame.h"

enum { MHD_POOL = 32 << 10, IDLE_WAIT_S = 120, BODY_FIRST = 4 << 10 };

/* ---- a connection ---- */

static void on_connection(void *cls, struct MHD_Connection *conn, void **at, enum MHD_ConnectionNotificationCode what)
{
    struct gateway *g = cls;

    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
        if (*at)
            ((struct link *)*at)->is_used = false;
        return;
    }
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(conn, MHD_CONNECTION_INFO_CONNECTION_FD);
    const union MHD_ConnectionInfo *peer = MHD_get_connection_info(conn, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    for (size_t i = 0; info && i < COUNT(g->links); i++) {
        struct link *l = &g->links[i];
        if (l->is_used)
            continue;
        *l = (struct link){.is_used = true, .fd = info->connect_fd, .from = caller_of(peer ? peer->client_addr : NULL, (struct span){0}),
                           .due_us = clock_mono_us() + HEAD_WAIT_US};
        *at = l;
        return;
    }
    *at = NULL;
}

static size_t links_of(const struct gateway *g, struct caller from)
{
    size_t n = 0;

    for (size_t i = 0; i < COUNT(g->links); i++)
        n += g->links[i].is_used && memcmp(g->links[i].from.b, from.b, CALLER_LEN) == 0;
    return n;
}

static enum MHD_Result on_accept(void *cls, const struct sockaddr *peer, socklen_t n)
{
    struct caller from = caller_of(peer, (struct span){0});

    (void)n;
    return links_of(cls, from) < (size_t)(caller_is_here(from) ? CONNECTIONS_OF_PROXY : CONNECTIONS_PER_ADDRESS) ? MHD_YES : MHD_NO;
}

/* The socket stays MHD's: shut down, it reads as ended, and MHD closes it. */
static void cut(struct link *l)
{
    (void)shutdown(l->fd, SHUT_RDWR);
    l->due_us = 0;
}

void http_sweep(struct gateway *g, int64_t now_us)
{
    size_t n = 0;

    for (size_t i = 0; i < COUNT(g->links); i++)
        if (g->links[i].is_used && g->links[i].due_us && now_us >= g->links[i].due_us) {
            cut(&g->links[i]);
            n++;
        }
    if (n)
        LOG(LOG_INFO, "connections_cut", LOG_NUM("count", n));
}

/* ---- a request ---- */

/* MHD hands the request target over before anything is decoded. */
static void *on_target(void *cls, const char *raw, struct MHD_Connection *conn)
{
    struct gateway *g = cls;
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(conn, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    AUTO(scope) s = scope_new(REQUEST_CAP, entropy_system());
    struct request *r = s ? SCOPE_NEW(s, struct request) : NULL;

    if (!r || scope_copy(s, span_str(raw), &r->raw) != OK)
        return NULL;
    r->g = g;
    r->conn = conn;
    r->link = info ? info->socket_context : NULL;
    r->began_us = clock_mono_us();
    s->now_us = clock_now_us();
    r->id = scope_uuid(s);
    r->s = take(&s);
    g->live++;
    return r;
}

static void on_completed(void *cls, struct MHD_Connection *conn, void **at, enum MHD_RequestTerminationCode why)
{
    struct gateway *g = cls;
    struct request *r = *at;

    (void)conn;
    (void)why;
    if (!r)
        return;
    if (r->link)
        r->link->due_us = clock_mono_us() + HEAD_WAIT_US;
    if (r->stream)
        stream_gone(r);
    g->live--;
    *at = NULL;
    scope_free(r->s);
}

void request_resume(struct request *r)
{
    r->phase = r->phase == PHASE_NAMING ? PHASE_NAMED : PHASE_ANSWERED;
    MHD_resume_connection(r->conn);
}

static bool body_room(struct request *r, size_t more)
{
    size_t cap = r->body_cap ? r->body_cap : BODY_FIRST;

    if (r->body_cap - r->body_n >= more)
        return true;
    while (cap - r->body_n < more)
        cap *= 2;
    uint8_t *to = scope_alloc(r->s, cap);
    if (!to)
        return false;
    if (r->body_n)
        memcpy(to, r->body, r->body_n);
    r->body = to;
    r->body_cap = cap;
    return true;
}

/* In the middle of a body MHD takes no answer, so the code is said past it; the client may or may not get to read it. */
static void cut_saying_why(struct request *r)
{
    char line[96];
    int n = snprintf(line, sizeof line, "HTTP/1.1 %u Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", r->reply.code);

    if (!r->is_cut && send(r->link->fd, line, (size_t)n, MSG_DONTWAIT | MSG_NOSIGNAL) == n)
        metrics_count(&r->g->metrics, r->method, r->reply.code, clock_mono_us() - r->began_us);
    r->is_cut = true;
    cut(r->link);
}

/* Keeps what may still be asked; throws away what is refused already; ends what goes on too long. */
static void body_take(struct request *r, const char *data, size_t n)
{
    if (!r->reply.code && (r->body_n + n > PAYLOAD_MAX || !body_room(r, n)))
        refuse(r, fail(r->s, TOO_LARGE, "本文は %d バイトまでです", "a body has at most %d bytes", (int)PAYLOAD_MAX), 0);
    if (!r->reply.code) {
        memcpy(r->body + r->body_n, data, n);
        r->body_n += n;
        return;
    }
    r->swallowed += n;
    if (r->swallowed > BODY_SWALLOW_MAX && r->link)
        cut_saying_why(r);
}

static enum MHD_Result head_done(struct request *r)
{
    r->phase = PHASE_BODY;
    if (r->link)
        r->link->due_us = clock_mono_us() + BODY_WAIT_US;
    if (!r->is_hopeless)
        return MHD_YES;
    r->reply.closes = true;
    return reply_queue(r);
}

/* A suspended head comes again, as it came first, when its connection is resumed. */
static enum MHD_Result head_take(struct request *r, const char *method)
{
    if (front_head(r, method))
        return head_done(r);
    if (r->link)
        r->link->due_us = 0;
    r->phase = PHASE_NAMING;
    MHD_suspend_connection(r->conn);
    return MHD_YES;
}

static enum MHD_Result body_done(struct request *r)
{
    if (r->link)
        r->link->due_us = 0;
    if (!r->reply.code && r->page)
        page_show(r);
    else if (!r->reply.code && r->is_feed)
        stream_open(r);
    if (r->reply.code || !ask_send(r))
        return reply_queue(r);
    r->phase = PHASE_ASKED;
    MHD_suspend_connection(r->conn);
    return MHD_YES;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *conn, const char *url, const char *method,
                                  const char *version, const char *data, size_t *n, void **at)
{
    struct request *r = *at;

    (void)cls;
    (void)conn;
    (void)url;
    (void)version;
    if (!r)
        return MHD_NO;
    switch (r->phase) {
    case PHASE_HEAD:
        return head_take(r, method);
    case PHASE_NAMED:
        return head_done(r);
    case PHASE_BODY:
        if (*n == 0)
            return body_done(r);
        body_take(r, data, *n);
        *n = 0;
        return MHD_YES;
    case PHASE_ANSWERED:
        return reply_queue(r);
    case PHASE_NAMING:
    case PHASE_ASKED:
    case PHASE_SENT:
        break;
    }
    *n = 0;
    return MHD_YES;
}

/* ---- the daemon ---- */

/* Decoding is path.c's: MHD is to leave escapes alone. */
static size_t leave_escaped(void *cls, struct MHD_Connection *conn, char *text)
{
    (void)cls;
    (void)conn;
    return strlen(text);
}

enum status http_open(struct scope *s, struct gateway *g)
{
    g->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, on_accept, g, on_request, g,
        MHD_OPTION_LISTEN_SOCKET, g->listen_fd,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MHD_POOL,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_WAIT_S,
        MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, NULL,
        MHD_OPTION_URI_LOG_CALLBACK, on_target, g,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, g,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, g,
        MHD_OPTION_END);
    if (!g->daemon)
        return fail(s, UNAVAILABLE, "HTTP サーバーを始められません", "cannot start the HTTP server");
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(g->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    if (!info)
        return fail(s, INTERNAL, "epoll がありません", "the HTTP server has no epoll");
    g->epoll_fd = info->epoll_fd;
    return OK;
}
