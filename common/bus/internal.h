#ifndef KM_BUS_INTERNAL_H
#define KM_BUS_INTERNAL_H

#include <stdint.h>
#include <zmq.h>

#include "bus/bus.h"
#include "bus/hub.h"

/* What both ends of a line share, and what tests need to see: not for other floors. */

enum {
    QUEUE_MAX = 1000,
    HANDSHAKE_MS = 3000,
    LINGER_MS = 200,
    HEARTBEAT_MS = 1000,
    HEARTBEAT_LOST_MS = 5000,
    RECONNECT_MS = 50,
    RECONNECT_MOST_MS = 500,
    SELF_TEST_MS = 10000
};

/* ---- sockets (socket.c) ---- */

/* endpoint_check: ipc:// with a path that fits a socket address, or tcp://; abstract ipc names have no folder rights.
 *   fails  INVALID */
enum status endpoint_check(struct scope *s, const char *endpoint, bool *ret_is_tcp) MUST_CHECK;

/* socket_open: a socket with the limits every line has, before CURVE, bind or connect.
 *   fails  UNAVAILABLE */
enum status socket_open(struct scope *s, void *ctx, int type, bool is_tcp, void **ret_socket) MUST_CHECK;

/* socket_int, socket_bytes: one option.  fails INTERNAL the library does not take it */
enum status socket_int(struct scope *s, void *socket, int option, int value) MUST_CHECK;
enum status socket_bytes(struct scope *s, void *socket, int option, const void *p, size_t n) MUST_CHECK;

/* socket_close, context_close: NULL is allowed. */
void socket_close(void *socket);
void context_close(void *ctx);

/* parts_receive: one whole message without blocking; the first `most` parts are kept, further ones are read and let go.
 *   in     part   `most` initialised messages; those received into are replaced
 *   ret    n      parts as received, 0 = nothing waits
 *   ret    0, or the errno that says the socket is unusable */
int parts_receive(void *socket, zmq_msg_t *part, size_t most, size_t *ret_n) MUST_CHECK;

static inline struct span part_span(zmq_msg_t *part)
{
    return span_of(zmq_msg_data(part), zmq_msg_size(part));
}

/* parts_send: passes n messages on as one, without blocking; they are consumed in every case.
 *   ret    0, or the errno of the first part: then nothing was sent */
int parts_send(void *socket, zmq_msg_t *part, size_t n);

/* part_fill: an initialised message that holds a copy of the bytes.  fails UNAVAILABLE no memory; then it is empty */
enum status part_fill(struct scope *s, zmq_msg_t *part, struct span from) MUST_CHECK;

/* poll_wait: items[0 … own) are sockets, then the n fds are added; items has room for own + WAIT_FDS_MAX.
 *   ret    bit i: fds[i] readable or broken; revents of the sockets are in items */
unsigned poll_wait(zmq_pollitem_t *items, size_t own, const int *fds, size_t n, int64_t wait_ms);

/* monitor_open: a socket that reports the `events` of another; it never holds the library's thread up.
 *   fails  UNAVAILABLE */
enum status monitor_open(struct scope *s, void *ctx, void *of, const char *name, int events,
                         void **ret_monitor) MUST_CHECK;

/* monitor_next: the next event that waits, 0 when none does. */
int monitor_next(void *monitor, uint32_t *ret_value);

/* ---- ZAP (zap.c) ---- */

/* The handler libzmq asks once per connection; single-threaded: it must be served while anyone may connect. */
struct zap {
    void *socket;
    const struct keyring *ring;
    int64_t refused;
};

#define ZAP_DOMAIN "kashimaru" /* what the socket demands and the handler checks */

enum status zap_open(struct scope *s, void *ctx, const struct keyring *ring, struct zap *ret_zap) MUST_CHECK;

/* zap_serve: answers every request that waits. */
void zap_serve(struct zap *z);

/* ---- hub (hub.c, selftest.c) ---- */

/* How a hub is guarded. GUARD_NONE leaves ZAP out, so that a test can show the self-test catching exactly that. */
enum guard { GUARD_ZAP, GUARD_NONE };

enum status hub_open_guarded(struct scope *s, const char *endpoint, struct keyring *ring,
                             enum guard guard, struct hub **ret_hub) MUST_CHECK;

/* self_test: connects to `endpoint` with a random key; `z` is served meanwhile, its socket NULL when there is none.
 *   fails  DENIED the stranger got in · UNAVAILABLE no answer in SELF_TEST_MS */
enum status self_test(struct scope *s, void *ctx, const char *endpoint, bool is_tcp,
                      const uint8_t server_key[KEY_LEN], struct zap *z) MUST_CHECK;

#endif
