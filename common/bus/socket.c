/* Every line of the system has the same limits, whichever end opens it: bounded queues, bounded parts, bounded
 * handshakes, a peer that falls silent is noticed, closing never waits long. A message is read whole or not at all, and
 * nothing here blocks but poll_wait. */
#include <errno.h>
#include <string.h>
#include <sys/un.h>

#include "internal.h"

static const struct {
    int name;
    int value;
} LIMITS[] = {
    {ZMQ_SNDHWM, QUEUE_MAX},
    {ZMQ_RCVHWM, QUEUE_MAX},
    {ZMQ_LINGER, LINGER_MS},
    {ZMQ_HANDSHAKE_IVL, HANDSHAKE_MS},
    {ZMQ_HEARTBEAT_IVL, HEARTBEAT_MS},
    {ZMQ_HEARTBEAT_TIMEOUT, HEARTBEAT_LOST_MS},
    {ZMQ_HEARTBEAT_TTL, HEARTBEAT_LOST_MS},
    {ZMQ_RECONNECT_IVL, RECONNECT_MS},
    {ZMQ_RECONNECT_IVL_MAX, RECONNECT_MOST_MS},
};

enum status endpoint_check(struct scope *s, const char *endpoint, bool *ret_is_tcp)
{
    struct sockaddr_un address;
    bool is_ipc = strncmp(endpoint, "ipc://", 6) == 0;
    bool is_tcp = strncmp(endpoint, "tcp://", 6) == 0;
    const char *rest = endpoint + 6;

    if (!is_ipc && !is_tcp)
        return fail(s, INVALID, "接続先は ipc:// か tcp:// で始めてください",
                    "an endpoint starts with ipc:// or tcp://");
    if (is_ipc && (*rest == '\0' || *rest == '@' || *rest == '*'))
        return fail(s, INVALID, "ipc:// の後にはソケットのパスを書いてください",
                    "ipc:// needs the path of a socket");
    if (is_ipc && strlen(rest) >= sizeof address.sun_path)
        return fail(s, INVALID, "ソケットのパスが長すぎます（%zu バイトまで）",
                    "the path of the socket is too long (at most %zu bytes)",
                    sizeof address.sun_path - 1);
    *ret_is_tcp = is_tcp;
    return OK;
}

enum status socket_int(struct scope *s, void *socket, int option, int value)
{
    return socket_bytes(s, socket, option, &value, sizeof value);
}

enum status socket_bytes(struct scope *s, void *socket, int option, const void *p, size_t n)
{
    if (zmq_setsockopt(socket, option, p, n) == 0)
        return OK;
    return fail(s, INTERNAL, "ソケットの設定 %d を拒まれました（errno %d）",
                "socket option %d was not taken (errno %d)", option, errno);
}

static enum status limits_set(struct scope *s, void *socket, bool is_tcp)
{
    int64_t part_max = FRAME_MAX;

    for (size_t i = 0; i < COUNT(LIMITS); i++)
        TRY(socket_int(s, socket, LIMITS[i].name, LIMITS[i].value));
    TRY(socket_bytes(s, socket, ZMQ_MAXMSGSIZE, &part_max, sizeof part_max));
    return is_tcp ? socket_int(s, socket, ZMQ_IPV6, 1) : OK;
}

enum status socket_open(struct scope *s, void *ctx, int type, bool is_tcp, void **ret_socket)
{
    void *socket = zmq_socket(ctx, type);
    if (!socket)
        return fail(s, UNAVAILABLE, "ソケットを作れません（errno %d）", "no socket (errno %d)", errno);
    enum status st = limits_set(s, socket, is_tcp);
    if (st != OK) {
        socket_close(socket);
        return st;
    }
    *ret_socket = socket;
    return OK;
}

void socket_close(void *socket)
{
    if (socket)
        zmq_close(socket);
}

void context_close(void *ctx)
{
    if (!ctx)
        return;
    while (zmq_ctx_term(ctx) != 0 && errno == EINTR)
        ; /* interrupted by a signal: what is open must still be waited for */
}

int parts_receive(void *socket, zmq_msg_t *part, size_t most, size_t *ret_n)
{
    zmq_msg_t rest;
    size_t n = 0;
    bool is_more = true;
    int reason = 0;

    zmq_msg_init(&rest);
    while (is_more) {
        zmq_msg_t *to = n < most ? &part[n] : &rest;
        if (zmq_msg_recv(to, socket, ZMQ_DONTWAIT) < 0) {
            reason = errno;
            break;
        }
        is_more = zmq_msg_more(to);
        n++;
    }
    zmq_msg_close(&rest);
    *ret_n = n;
    return n > 0 || reason == EAGAIN || reason == EINTR ? 0 : reason;
}

int parts_send(void *socket, zmq_msg_t *part, size_t n)
{
    int reason = 0;

    for (size_t i = 0; i < n && !(i == 1 && reason); i++) {
        /* A first part that is not taken ends the message. After a later one the library has undone the message and waits for its
         * last part, so the others are still offered. */
        int flags = ZMQ_DONTWAIT | (i + 1 < n ? ZMQ_SNDMORE : 0);
        if (zmq_msg_send(&part[i], socket, flags) < 0 && !reason)
            reason = errno;
    }
    for (size_t i = 0; i < n; i++)
        zmq_msg_close(&part[i]); /* empty where it was sent */
    return reason;
}

enum status part_fill(struct scope *s, zmq_msg_t *part, struct span from)
{
    if (zmq_msg_init_size(part, from.n) != 0) {
        zmq_msg_init(part);
        return fail(s, UNAVAILABLE, "メモリが足りません", "out of memory");
    }
    if (from.n)
        memcpy(zmq_msg_data(part), from.p, from.n);
    return OK;
}

unsigned poll_wait(zmq_pollitem_t *items, size_t own, const int *fds, size_t n, int64_t wait_ms)
{
    unsigned ready = 0;

    if (n > WAIT_FDS_MAX)
        n = WAIT_FDS_MAX;
    for (size_t i = 0; i < n; i++)
        items[own + i] = (zmq_pollitem_t){.fd = fds[i], .events = ZMQ_POLLIN | ZMQ_POLLERR};
    for (size_t i = 0; i < own + n; i++)
        items[i].revents = 0;
    /* never epoll on ZMQ_FD: it is edge-triggered, and an edge consumed elsewhere leaves frames waiting */
    if (zmq_poll(items, (int)(own + n), (long)wait_ms) <= 0)
        return 0;
    for (size_t i = 0; i < n; i++)
        if (items[own + i].revents)
            ready |= 1u << i;
    return ready;
}

enum status monitor_open(struct scope *s, void *ctx, void *of, const char *name, int events,
                         void **ret_monitor)
{
    if (zmq_socket_monitor(of, name, events) != 0)
        return fail(s, UNAVAILABLE, "接続を見張れません（errno %d）", "cannot watch connections (errno %d)",
                    errno);
    void *monitor = zmq_socket(ctx, ZMQ_PAIR);
    int unbounded = 0; /* the library's own thread writes events and would stop at a full queue */
    if (!monitor || zmq_setsockopt(monitor, ZMQ_RCVHWM, &unbounded, sizeof unbounded) != 0 ||
        zmq_connect(monitor, name) != 0) {
        int reason = errno;
        socket_close(monitor);
        return fail(s, UNAVAILABLE, "接続を見張れません（errno %d）", "cannot watch connections (errno %d)",
                    reason);
    }
    *ret_monitor = monitor;
    return OK;
}

int monitor_next(void *monitor, uint32_t *ret_value)
{
    zmq_msg_t part;
    uint16_t event = 0;
    bool is_more = true;

    zmq_msg_init(&part);
    for (int i = 0; is_more && zmq_msg_recv(&part, monitor, ZMQ_DONTWAIT) >= 0; i++) {
        const uint8_t *p = zmq_msg_data(&part);
        if (i == 0 && zmq_msg_size(&part) == sizeof event + sizeof *ret_value) {
            memcpy(&event, p, sizeof event);
            memcpy(ret_value, p + sizeof event, sizeof *ret_value);
        }
        is_more = zmq_msg_more(&part);
    }
    zmq_msg_close(&part);
    return event;
}
