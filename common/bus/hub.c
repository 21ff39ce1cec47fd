/* Nobody talks here unnamed: ZAP is bound and demanded before the socket is, the self-test proves it, and each frame
 * carries the name ZAP gave its connection together with that key's status now, because ZAP is asked only once per
 * connection. Payload bytes are never copied on their way through: a part sent on is the received message itself,
 * counted twice. */
#include "bus/hub.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "internal.h"

enum { IN_ROUTER, IN_ZAP, IN_MONITOR, OWN_SOCKETS, ENDPOINT_MAX = 256, IN_PARTS = 1 + FRAME_PARTS };

/* libzmq 4.3.4 knows both in every build, but its header names them only for draft builds. */
enum { ENFORCE_DOMAIN = 93 };
static const char USER_ID[] = "User-Id";

struct hub {
    void *ctx, *router, *monitor;
    struct zap zap; /* socket NULL under GUARD_NONE */
    struct keyring *ring;
    int64_t refused;          /* beside what ZAP refused */
    zmq_msg_t part[IN_PARTS]; /* routing id and parts of the frame that passes */
};

/* libzmq unlinks a socket path before it binds, so a second hub would silently take it from a living one. */
static enum status path_is_free(struct scope *s, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return fail(s, UNAVAILABLE, "ソケットを作れません（errno %d）", "no socket (errno %d)", errno);
    memcpy(address.sun_path, path, strlen(path) + 1); /* fits: endpoint_check */
    bool is_taken = connect(fd, (const struct sockaddr *)&address, sizeof address) == 0;
    close(fd);
    return is_taken ? fail(s, UNAVAILABLE, "この接続先は使用中です", "the endpoint is taken") : OK;
}

static enum status curve_set(struct scope *s, struct hub *h, enum guard guard)
{
    struct span secret = secret_span(keyring_curve_secret(h->ring));
    int is_enforced = 0;
    size_t n = sizeof is_enforced;

    TRY(socket_int(s, h->router, ZMQ_CURVE_SERVER, 1));
    TRY(socket_bytes(s, h->router, ZMQ_CURVE_SECRETKEY, secret.p, secret.n));
    TRY(socket_int(s, h->router, ZMQ_ROUTER_MANDATORY, 1));
    if (guard == GUARD_NONE)
        return OK;
    TRY(socket_bytes(s, h->router, ZMQ_ZAP_DOMAIN, ZAP_DOMAIN, sizeof ZAP_DOMAIN - 1));
    TRY(socket_int(s, h->router, ENFORCE_DOMAIN, 1));
    if (zmq_getsockopt(h->router, ENFORCE_DOMAIN, &is_enforced, &n) == 0 && is_enforced == 1)
        return OK;
    return fail(s, UNAVAILABLE, "この libzmq は ZAP を必須にできません", "this libzmq cannot enforce ZAP");
}

static enum status router_bind(struct scope *s, struct hub *h, const char *endpoint, bool is_tcp)
{
    if (!is_tcp)
        TRY(path_is_free(s, endpoint + 6));
    if (zmq_bind(h->router, endpoint) == 0)
        return OK;
    enum status st = errno == EINVAL || errno == ENODEV ? INVALID : UNAVAILABLE;
    return fail(s, st, "この接続先では待ち受けできません（errno %d）",
                "cannot listen at this endpoint (errno %d)", errno);
}

static enum status hub_start(struct scope *s, struct hub *h, const char *endpoint, enum guard guard)
{
    bool is_tcp = false;
    char bound[ENDPOINT_MAX];
    size_t bound_n = sizeof bound;

    TRY(endpoint_check(s, endpoint, &is_tcp));
    h->ctx = zmq_ctx_new();
    if (!h->ctx)
        return fail(s, UNAVAILABLE, "メモリが足りません", "out of memory");
    if (guard == GUARD_ZAP)
        TRY(zap_open(s, h->ctx, h->ring, &h->zap));
    TRY(socket_open(s, h->ctx, ZMQ_ROUTER, is_tcp, &h->router));
    TRY(curve_set(s, h, guard));
    TRY(monitor_open(s, h->ctx, h->router, "inproc://refused",
                     ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL,
                     &h->monitor));
    TRY(router_bind(s, h, endpoint, is_tcp));
    if (zmq_getsockopt(h->router, ZMQ_LAST_ENDPOINT, bound, &bound_n) != 0)
        return fail(s, INTERNAL, "接続先を読めません（errno %d）", "cannot read the endpoint (errno %d)",
                    errno);
    return self_test(s, h->ctx, bound, is_tcp, keyring_self(h->ring)->curve_public, &h->zap);
}

enum status hub_open_guarded(struct scope *s, const char *endpoint, struct keyring *ring,
                             enum guard guard, struct hub **ret_hub)
{
    AUTO(hub) h = calloc(1, sizeof *h);

    if (!h)
        return fail(s, UNAVAILABLE, "メモリが足りません", "out of memory");
    h->ring = ring;
    for (int i = 0; i < IN_PARTS; i++)
        zmq_msg_init(&h->part[i]);
    TRY(hub_start(s, h, endpoint, guard));
    *ret_hub = take(&h);
    return OK;
}

enum status hub_open(struct scope *s, const char *endpoint, struct keyring *ring,
                     struct hub **ret_hub)
{
    return hub_open_guarded(s, endpoint, ring, GUARD_ZAP, ret_hub);
}

void hub_free(struct hub *h)
{
    if (!h)
        return;
    for (int i = 0; i < IN_PARTS; i++)
        zmq_msg_close(&h->part[i]);
    if (h->router)
        zmq_socket_monitor(h->router, NULL, 0);
    socket_close(h->monitor);
    socket_close(h->router);
    socket_close(h->zap.socket);
    context_close(h->ctx);
    free(h);
}

/* The route and name of a frame. A connection that chose its own route could choose one that another had. */
static bool sender_name(struct hub *h, struct passing *f)
{
    const uint8_t *route = zmq_msg_data(&h->part[0]);
    const char *name = zmq_msg_gets(&h->part[1], USER_ID);

    if (zmq_msg_size(&h->part[0]) != ROUTE_LEN || route[0] != 0 || !name ||
        strlen(name) >= sizeof f->peer)
        return false;
    memcpy(f->route, route, ROUTE_LEN);
    f->route_n = ROUTE_LEN;
    memcpy(f->peer, name, strlen(name) + 1);
    const struct peer *p = keyring_peer(h->ring, name);
    f->is_revoked = !p || !peer_counts(p, clock_now_us());
    return true;
}

enum status hub_receive(struct scope *s, struct hub *h, struct passing *ret_frame, bool *ret_got)
{
    struct passing f = {0};
    size_t n = 0;

    int reason = parts_receive(h->router, h->part, IN_PARTS, &n);
    if (reason)
        return fail(s, INTERNAL, "ソケットから読めません（errno %d）", "cannot read the socket (errno %d)",
                    reason);
    *ret_got = n > 1 && sender_name(h, &f);
    if (n > 0 && !*ret_got)
        h->refused++;
    if (!*ret_got)
        return OK;
    f.part_n = n - 1;
    for (size_t i = 0; i < f.part_n && i < FRAME_PARTS; i++)
        f.part[i] = part_span(&h->part[1 + i]);
    *ret_frame = f;
    return OK;
}

/* A message that holds the bytes: the received one again when they are its own, else a copy. */
static enum status part_again(struct scope *s, struct hub *h, struct span from, zmq_msg_t *to)
{
    for (size_t i = 1; i < IN_PARTS; i++)
        if (from.n && from.p == zmq_msg_data(&h->part[i]) && from.n == zmq_msg_size(&h->part[i])) {
            zmq_msg_init(to);
            if (zmq_msg_copy(to, &h->part[i]) == 0)
                return OK;
        }
    return part_fill(s, to, from);
}

enum status hub_send(struct scope *s, struct hub *h, const uint8_t *route, size_t route_n,
                     const struct span part[FRAME_PARTS])
{
    zmq_msg_t out[IN_PARTS];
    enum status st = part_fill(s, &out[0], span_of(route, route_n));

    for (size_t i = 0; i < FRAME_PARTS; i++) {
        enum status one = part_again(s, h, part[i], &out[1 + i]);
        st = st == OK ? one : st;
    }
    if (st != OK) {
        for (int i = 0; i < IN_PARTS; i++)
            zmq_msg_close(&out[i]);
        return st;
    }
    switch (parts_send(h->router, out, IN_PARTS)) {
    case 0:
        return OK;
    case EHOSTUNREACH:
        return fail(s, NOT_FOUND, "相手の接続は切れています", "that connection is gone");
    default:
        return fail(s, UNAVAILABLE, "相手の待ち行列が一杯です", "the queue to that peer is full");
    }
}

unsigned hub_wait(struct hub *h, const int *fds, size_t n, int wait_ms)
{
    zmq_pollitem_t items[OWN_SOCKETS + WAIT_FDS_MAX] = {
        [IN_ROUTER] = {.socket = h->router, .events = ZMQ_POLLIN},
        [IN_ZAP] = {.socket = h->zap.socket, .events = ZMQ_POLLIN},
        [IN_MONITOR] = {.socket = h->monitor, .events = ZMQ_POLLIN},
    };
    int64_t until_us = clock_mono_us() + (int64_t)wait_ms * US_PER_MS;
    uint32_t value;

    for (;;) {
        int64_t left_ms = (until_us - clock_mono_us()) / US_PER_MS;
        if (wait_ms < 0 || left_ms < 0)
            left_ms = wait_ms < 0 ? -1 : 0;
        unsigned ready = poll_wait(items, OWN_SOCKETS, fds, n, left_ms);
        bool was_zap = items[IN_ZAP].revents, was_monitor = items[IN_MONITOR].revents;
        if (was_zap)
            zap_serve(&h->zap);
        while (was_monitor && monitor_next(h->monitor, &value) != 0)
            h->refused++;
        ready = ready << 1 | (items[IN_ROUTER].revents ? 1u : 0u);
        if (ready || (!was_zap && !was_monitor) || (wait_ms >= 0 && left_ms <= 0))
            return ready;
    }
}

int64_t hub_refused(const struct hub *h)
{
    return h->refused + h->zap.refused;
}
