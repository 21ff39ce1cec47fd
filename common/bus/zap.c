/* Who gets in: a connection that proved the CURVE key of a peer of the keyring that is active and within its dates, nobody else; and the name it has
 * from then on is the one the keyring gives that key, whatever the peer says. Every request is answered, or libzmq would
 * wait until its handshake times out. */
#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "internal.h"

/* The parts of a request, RFC 27 (ZAP 1.0). */
enum zap_part {
    ZAP_VERSION,
    ZAP_ID,
    ZAP_DOMAIN_PART,
    ZAP_ADDRESS,
    ZAP_IDENTITY,
    ZAP_MECHANISM,
    ZAP_KEY,
    ZAP_PARTS
};

enum { REPLY_PARTS = 6 };

enum status zap_open(struct scope *s, void *ctx, const struct keyring *ring, struct zap *ret_zap)
{
    void *socket = zmq_socket(ctx, ZMQ_REP);
    int linger = 0;

    if (!socket || zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger) != 0 ||
        zmq_bind(socket, "inproc://zeromq.zap.01") != 0) {
        int reason = errno;
        socket_close(socket);
        return fail(s, UNAVAILABLE, "接続の検査役を置けません（errno %d）",
                    "cannot bind the ZAP handler (errno %d)", reason);
    }
    *ret_zap = (struct zap){.socket = socket, .ring = ring};
    return OK;
}

/* The peer a request proves, NULL when it is to be refused. */
static const struct peer *peer_of(const struct zap *z, zmq_msg_t part[ZAP_PARTS], size_t n)
{
    if (n != ZAP_PARTS || !span_is(part_span(&part[ZAP_VERSION]), "1.0") ||
        !span_is(part_span(&part[ZAP_DOMAIN_PART]), ZAP_DOMAIN) ||
        !span_is(part_span(&part[ZAP_MECHANISM]), "CURVE"))
        return NULL;
    struct span key = part_span(&part[ZAP_KEY]);
    const struct peer *p = key.n == KEY_LEN ? keyring_peer_by_curve(z->ring, key.p) : NULL;
    return p && peer_counts(p, clock_now_us()) ? p : NULL;
}

static void answer(struct zap *z, zmq_msg_t *id, const struct peer *p)
{
    const char *text[REPLY_PARTS] = {"1.0", NULL, p ? "200" : "400", p ? "OK" : "refused",
                                     p ? p->name : "", ""};

    for (int i = 0; i < REPLY_PARTS; i++) {
        struct span part = i == ZAP_ID ? part_span(id) : span_str(text[i]);
        zmq_send(z->socket, part.p, part.n, i + 1 < REPLY_PARTS ? ZMQ_SNDMORE : 0);
    }
}

void zap_serve(struct zap *z)
{
    zmq_msg_t part[ZAP_PARTS];

    for (int i = 0; i < ZAP_PARTS; i++)
        zmq_msg_init(&part[i]);
    for (;;) {
        size_t n = 0;
        if (parts_receive(z->socket, part, ZAP_PARTS, &n) != 0 || n == 0)
            break;
        const struct peer *p = peer_of(z, part, n);
        if (!p)
            z->refused++;
        answer(z, &part[ZAP_ID], p);
    }
    for (int i = 0; i < ZAP_PARTS; i++)
        zmq_msg_close(&part[i]);
}
