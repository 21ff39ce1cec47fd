/* A worker's line is one socket that is never waited on: sending either queues a whole frame or nothing, receiving takes
 * what is there, and a frame that is not well-formed is dropped before anyone sees it. The relay is known by its key,
 * not its address. libzmq gives a line up for good when a handshake is refused; so the line is watched and, once cut,
 * opened anew at the next hello: a worker whose key is listed or reactivated later gets in without a restart. */
#include "bus/bus.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "internal.h"
#include "wire/codec.h"

static const char RELAY[] = "relay";

enum { ENDPOINT_MAX = 256, MONITOR_MAX = 40 };

struct line {
    void *socket, *monitor;
};

struct bus {
    void *ctx;
    struct line line;
    const struct keyring *ring;
    char name[PEER_NAME_MAX];
    char instance[INSTANCE_TEXT_MAX];
    char endpoint[ENDPOINT_MAX];
    bool is_tcp;
    bool is_cut;      /* nothing will reconnect this socket */
    unsigned lines;   /* opened so far: names the monitor, whose name libzmq releases late */
    int64_t refused;
};

/* "<name>.<digits>", as the relay will demand. */
static bool instance_is_of(const char *instance, const char *name)
{
    size_t n = strlen(name);

    if (strlen(instance) >= INSTANCE_TEXT_MAX || strncmp(instance, name, n) != 0 ||
        instance[n] != '.')
        return false;
    const char *number = instance + n + 1;
    return *number && number[strspn(number, "0123456789")] == '\0';
}

static enum status curve_set(struct scope *s, void *socket, const struct keyring *ring)
{
    const struct peer *relay = keyring_peer(ring, RELAY);
    struct span secret = secret_span(keyring_curve_secret(ring));

    if (!relay)
        return fail(s, NOT_FOUND, "peers.pub に relay がありません", "peers.pub has no relay");
    TRY(socket_bytes(s, socket, ZMQ_CURVE_SERVERKEY, relay->curve_public, KEY_LEN));
    TRY(socket_bytes(s, socket, ZMQ_CURVE_PUBLICKEY, keyring_self(ring)->curve_public, KEY_LEN));
    return socket_bytes(s, socket, ZMQ_CURVE_SECRETKEY, secret.p, secret.n);
}

static void line_close(struct line *l)
{
    if (l->socket)
        zmq_socket_monitor(l->socket, NULL, 0);
    socket_close(l->monitor);
    socket_close(l->socket);
    *l = (struct line){0};
}

static enum status line_connect(struct scope *s, struct bus *b, struct line *l)
{
    char name[MONITOR_MAX];
    int events = ZMQ_EVENT_CONNECTED | ZMQ_EVENT_CONNECT_DELAYED | ZMQ_EVENT_CONNECT_RETRIED |
                 ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_DISCONNECTED |
                 ZMQ_EVENT_HANDSHAKE_FAILED_AUTH | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL;

    snprintf(name, sizeof name, "inproc://line-%u", b->lines++);
    TRY(socket_open(s, b->ctx, ZMQ_DEALER, b->is_tcp, &l->socket));
    TRY(curve_set(s, l->socket, b->ring));
    TRY(monitor_open(s, b->ctx, l->socket, name, events, &l->monitor));
    if (zmq_connect(l->socket, b->endpoint) == 0)
        return OK;
    return fail(s, errno == EINVAL ? INVALID : UNAVAILABLE, "中継に接続できません（errno %d）",
                "cannot connect to the relay (errno %d)", errno);
}

/* The old line stays if the new one cannot be had. */
static enum status line_renew(struct scope *s, struct bus *b)
{
    struct line fresh = {0};
    enum status st = line_connect(s, b, &fresh);

    line_close(st == OK ? &b->line : &fresh);
    if (st == OK)
        b->line = fresh;
    return st;
}

static enum status bus_start(struct scope *s, struct bus *b, const char *endpoint)
{
    TRY(endpoint_check(s, endpoint, &b->is_tcp));
    if (strlen(endpoint) >= sizeof b->endpoint)
        return fail(s, INVALID, "接続先が長すぎます", "the endpoint is too long");
    memcpy(b->endpoint, endpoint, strlen(endpoint) + 1);
    b->ctx = zmq_ctx_new();
    if (!b->ctx)
        return fail(s, UNAVAILABLE, "メモリが足りません", "out of memory");
    return line_renew(s, b);
}

enum status bus_open(struct scope *s, const char *endpoint, const struct keyring *ring,
                     const char *instance, struct bus **ret_bus)
{
    const char *name = keyring_self(ring)->name;
    AUTO(bus) b = calloc(1, sizeof *b);

    if (!b)
        return fail(s, UNAVAILABLE, "メモリが足りません", "out of memory");
    if (!instance_is_of(instance, name))
        return fail(s, INVALID, "ワーカーの名前は %s.番号 です", "a worker's name is %s.number", name);
    b->ring = ring;
    memcpy(b->name, name, strlen(name) + 1);
    memcpy(b->instance, instance, strlen(instance) + 1);
    TRY(bus_start(s, b, endpoint));
    *ret_bus = take(&b);
    return OK;
}

void bus_free(struct bus *b)
{
    if (!b)
        return;
    line_close(&b->line);
    context_close(b->ctx);
    free(b);
}

/* A cut is told by the last thing that happened: whatever libzmq means to do about it follows at once. */
static enum status line_mend(struct scope *s, struct bus *b)
{
    uint32_t value;

    for (int event; (event = monitor_next(b->line.monitor, &value)) != 0;) {
        bool is_refusal = event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH ||
                          event == ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL;
        b->is_cut = is_refusal || event == ZMQ_EVENT_DISCONNECTED;
        b->refused += is_refusal;
    }
    if (!b->is_cut)
        return OK;
    TRY(line_renew(s, b));
    b->is_cut = false;
    return OK;
}

enum status bus_hello(struct scope *s, struct bus *b, bool leaving)
{
    struct hello hello = {.has_instance = true, .instance = span_str(b->instance),
                          .has_leaving = true, .leaving = leaving};
    struct header h = {
        .has_id = true, .id = scope_uuid(s),
        .has_type = true, .type = SPAN_LIT("hello"),
        .has_minor = true, .minor = SCHEMA_MINOR,
        .has_from = true, .from = span_str(b->name),
        .has_to = true, .to = span_str(RELAY),
        .has_sent = true, .sent = clock_now_us(),
    };
    struct span payload;
    struct frame f;

    TRY(line_mend(s, b));
    TRY(codec_encode(s, shape_hello(), &hello, &payload));
    TRY(frame_build(s, &h, payload, (struct span){0}, &f));
    return bus_send(s, b, &f);
}

enum status bus_send(struct scope *s, struct bus *b, const struct frame *f)
{
    zmq_msg_t part[FRAME_PARTS];
    enum status st = OK;

    for (int i = 0; i < FRAME_PARTS; i++) {
        enum status one = part_fill(s, &part[i], f->part[i]);
        st = st == OK ? one : st;
    }
    if (st != OK) {
        for (int i = 0; i < FRAME_PARTS; i++)
            zmq_msg_close(&part[i]);
        return st;
    }
    return parts_send(b->line.socket, part, FRAME_PARTS) == 0
               ? OK
               : fail(s, UNAVAILABLE, "中継への待ち行列が一杯です", "the queue to the relay is full");
}

/* The received parts again in the scope, parsed. */
static enum status frame_take(struct scope *s, zmq_msg_t *part, size_t n, struct frame *ret_frame)
{
    struct span copy[FRAME_PARTS];

    if (n != FRAME_PARTS)
        return fail(s, INVALID, "枠の部分の数が %zu です", "a frame of %zu parts", n);
    for (size_t i = 0; i < n; i++)
        if (scope_copy(s, part_span(&part[i]), &copy[i]) != OK)
            return fail(s, TOO_LARGE, "作業領域が足りません", "no room in the scope for a frame");
    return frame_parse(s, copy, n, ret_frame);
}

enum status bus_receive(struct scope *s, struct bus *b, struct frame *ret_frame, bool *ret_got)
{
    zmq_msg_t part[FRAME_PARTS];
    size_t n = 0;
    enum status st = OK;

    *ret_got = false;
    for (int i = 0; i < FRAME_PARTS; i++)
        zmq_msg_init(&part[i]);
    int reason = parts_receive(b->line.socket, part, FRAME_PARTS, &n);
    if (reason)
        st = fail(s, INTERNAL, "ソケットから読めません（errno %d）", "cannot read the socket (errno %d)",
                  reason);
    else if (n > 0)
        st = frame_take(s, part, n, ret_frame);
    for (int i = 0; i < FRAME_PARTS; i++)
        zmq_msg_close(&part[i]);
    *ret_got = st == OK && n > 0;
    return st;
}

unsigned bus_wait(struct bus *b, const int *fds, size_t n, int wait_ms)
{
    zmq_pollitem_t items[1 + WAIT_FDS_MAX] = {{.socket = b->line.socket, .events = ZMQ_POLLIN}};
    unsigned ready = poll_wait(items, 1, fds, n, wait_ms);

    return ready << 1 | (items[0].revents ? 1u : 0u);
}

int64_t bus_refused(const struct bus *b)
{
    return b->refused;
}
