/* The listening socket. The port in run/gateway.port is the one really bound, and the file appears whole or not at all, only
 * after connections can be made. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "inside.h"

enum { BACKLOG = 1024, FILE_PATH_MAX = 4096 };

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static socklen_t address_of(const struct settings *cfg, union address *to)
{
    in_port_t port = htons((uint16_t)cfg->gateway_port);

    *to = (union address){0};
    if (inet_pton(AF_INET, cfg->gateway_listen, &to->v4.sin_addr) == 1) {
        to->v4.sin_family = AF_INET;
        to->v4.sin_port = port;
        return sizeof to->v4;
    }
    if (inet_pton(AF_INET6, cfg->gateway_listen, &to->v6.sin6_addr) == 1) {
        to->v6.sin6_family = AF_INET6;
        to->v6.sin6_port = port;
        return sizeof to->v6;
    }
    return 0;
}

static enum status port_write(struct scope *s, const struct settings *cfg, int fd)
{
    char path[FILE_PATH_MAX], fresh[FILE_PATH_MAX];
    union address bound;
    socklen_t n = sizeof bound;

    if (getsockname(fd, &bound.any, &n) != 0)
        return fail(s, UNAVAILABLE, "待ち受けポートが分かりません（errno %d）", "no port (errno %d)", errno);
    unsigned port = ntohs(bound.any.sa_family == AF_INET6 ? bound.v6.sin6_port : bound.v4.sin_port);
    if (snprintf(path, sizeof path, "%s/run/gateway.port", cfg->state) >= (int)sizeof path ||
        snprintf(fresh, sizeof fresh, "%s/run/gateway.port.new", cfg->state) >= (int)sizeof fresh)
        return fail(s, INVALID, "state のパスが長すぎます", "the path of the state folder is too long");
    FILE *f = fopen(fresh, "we");
    bool is_written = f && fprintf(f, "%u\n", port) > 0;
    if (f && fclose(f) != 0)
        is_written = false;
    if (!is_written || rename(fresh, path) != 0)
        return fail(s, UNAVAILABLE, "%s に書けません（errno %d）", "cannot write %s (errno %d)", path, errno);
    return OK;
}

static enum status listen_on(struct scope *s, const struct settings *cfg, const union address *at, socklen_t n, int fd)
{
    const int on = 1;

    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, &at->any, n) != 0 || listen(fd, BACKLOG) != 0)
        return fail(s, UNAVAILABLE, "%s ポート %d で待ち受けられません（errno %d）", "cannot listen on %s port %d (errno %d)",
                    cfg->gateway_listen, (int)cfg->gateway_port, errno);
    return port_write(s, cfg, fd);
}

enum status listen_open(struct scope *s, const struct settings *cfg, int *ret_fd)
{
    union address at;
    socklen_t n = address_of(cfg, &at);

    if (!n)
        return fail(s, INVALID, "gateway.listen は IP アドレスです", "gateway.listen is not an IP address");
    int fd = socket(at.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return fail(s, UNAVAILABLE, "ソケットを作れません（errno %d）", "no socket (errno %d)", errno);
    enum status st = listen_on(s, cfg, &at, n, fd);
    if (st != OK)
        close(fd);
    else
        *ret_fd = fd;
    return st;
}
