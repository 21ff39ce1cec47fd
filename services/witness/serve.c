/* One thread, two sources: MHD's epoll and the stop signal. A request that was judged when the signal comes is still answered. */
#include "http.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/daemon.h"
#include "base/log.h"

enum { BACKLOG = 256, ADDRESS_MAX = 64, WAIT_MOST_MS = 500, LAST_TURNS = 100, LAST_WAIT_MS = 10 };

/* ---- listening ---- */

static enum status address_of(struct scope *s, const char *at, struct addrinfo **ret_to)
{
    const struct addrinfo want = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE, .ai_socktype = SOCK_STREAM};
    const char *colon = strrchr(at, ':');
    size_t n = colon ? (size_t)(colon - at) : 0;
    char host[ADDRESS_MAX] = "";

    if (n > 2 && at[0] == '[' && at[n - 1] == ']') {
        at++;
        n -= 2;
    }
    if (n > 0 && n < sizeof host) {
        memcpy(host, at, n);
        if (getaddrinfo(host, colon + 1, &want, ret_to) == 0)
            return OK;
    }
    return fail(s, INVALID, "--listen は IPアドレス:ポート です", "--listen takes an IP address and a port, ADDRESS:PORT");
}

static enum status listen_on(struct scope *s, const struct addrinfo *to, int *ret_fd)
{
    const int on = 1;
    int fd = socket(to->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 && bind(fd, to->ai_addr, to->ai_addrlen) == 0 &&
        listen(fd, BACKLOG) == 0) {
        *ret_fd = fd;
        return OK;
    }
    int error = errno;
    if (fd >= 0)
        close(fd);
    return fail(s, UNAVAILABLE, "待ち受けられません（%s）", "cannot listen (%s)", strerrorname_np(error));
}

static unsigned port_of(int fd)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } at = {0};
    socklen_t n = sizeof at;

    if (getsockname(fd, &at.any, &n) != 0)
        return 0;
    return ntohs(at.any.sa_family == AF_INET6 ? at.v6.sin6_port : at.v4.sin_port);
}

enum status witness_open(struct scope *s, struct memory *m, const char *at, struct witness **ret_w, unsigned *ret_port)
{
    AUTO(witness) w = calloc(1, sizeof *w);
    struct addrinfo *to = NULL;

    if (!w)
        return fail(s, UNAVAILABLE, "メモリがありません", "no memory");
    w->memory = m;
    w->listen_fd = -1;
    TRY(address_of(s, at, &to));
    enum status st = listen_on(s, to, &w->listen_fd);
    freeaddrinfo(to);
    TRY(st);
    TRY(http_open(s, w));
    *ret_port = port_of(w->listen_fd);
    *ret_w = take(&w);
    return OK;
}

void witness_free(struct witness *w)
{
    if (!w)
        return;
    if (w->daemon)
        MHD_stop_daemon(w->daemon);
    else if (w->listen_fd >= 0)
        close(w->listen_fd);
    free(w);
}

/* ---- serving ---- */

static int wait_of(const struct witness *w)
{
    MHD_UNSIGNED_LONG_LONG ms;

    return MHD_get_timeout(w->daemon, &ms) == MHD_YES && ms < WAIT_MOST_MS ? (int)ms : WAIT_MOST_MS;
}

/* Who is being heard is answered; nobody new is let in. */
static void finish(struct witness *w)
{
    int fd = MHD_quiesce_daemon(w->daemon);

    if (fd >= 0)
        close(fd);
    w->listen_fd = -1;
    for (int i = 0; i < LAST_TURNS && w->live; i++) {
        struct pollfd ready = {.fd = w->epoll_fd, .events = POLLIN};
        (void)poll(&ready, 1, LAST_WAIT_MS);
        (void)MHD_run(w->daemon);
    }
}

void witness_serve(struct witness *w, int stop_fd)
{
    struct pollfd ready[2] = {{.fd = w->epoll_fd, .events = POLLIN}, {.fd = stop_fd, .events = POLLIN}};

    while (!(ready[1].revents & POLLIN)) {
        (void)poll(ready, COUNT(ready), wait_of(w));
        http_sweep(w, clock_mono_us());
        (void)MHD_run(w->daemon);
    }
    LOG(LOG_NOTICE, "stopping", LOG_NUM("requests", w->live));
    daemon_notify("STOPPING=1");
    finish(w);
}
