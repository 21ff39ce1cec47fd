#ifndef KM_BUS_HUB_H
#define KM_BUS_HUB_H

#include "base/cleanup.h"
#include "base/scope.h"
#include "seal/keyring.h"
#include "wire/frame.h"

/* The relay's side: a ROUTER under CURVE with its own ZAP handler bound before the socket. Only the User-Id that ZAP set names a
 * peer; its key's status is looked up again on every message. */

struct hub;

enum { ROUTE_LEN = 5 };

/* A frame as it passes through: parts are borrowed from ZeroMQ until the next hub_receive. */
struct passing {
    char peer[PEER_NAME_MAX]; /* User-Id: identity name of the keyring */
    uint8_t route[ROUTE_LEN]; /* routing id to answer on; always one that ZeroMQ chose, never the peer */
    size_t route_n;
    struct span part[FRAME_PARTS];
    size_t part_n;   /* as received; a number other than FRAME_PARTS is malformed, then only part[0 … least of both] are set */
    bool is_revoked; /* the key was revoked, or its time ended, after the connection was made */
};

/* hub_open: binds ZAP, then the ROUTER, then connects to itself with a random key and must be refused.
 *   in     ring   borrowed as long as the hub lives; reload its status to revoke
 *   fails  INVALID endpoint · UNAVAILABLE the endpoint is taken, or the self-test got no answer
 *          DENIED the self-test got through: the process must exit */
enum status hub_open(struct scope *s, const char *endpoint, struct keyring *ring, struct hub **ret_hub) MUST_CHECK;
void hub_free(struct hub *h);
DEFINE_AUTO(hub)

/* hub_receive: the next frame that waits, without blocking.
 *   ret    got    false: nothing for the caller; wait again (a frame of a connection that named its own route was dropped, or
 *                 nothing waits)
 *   fails  INTERNAL the socket is unusable */
enum status hub_receive(struct scope *s, struct hub *h, struct passing *ret_frame, bool *ret_got) MUST_CHECK;

/* hub_send: passes five parts to a routing id, without blocking.
 *   fails  NOT_FOUND that peer is gone · UNAVAILABLE its queue is full */
enum status hub_send(struct scope *s, struct hub *h, const uint8_t *route, size_t route_n,
                     const struct span part[FRAME_PARTS]) MUST_CHECK;

/* hub_wait: as bus_wait; also serves ZAP requests while it waits, so nobody connects unless this is called. */
unsigned hub_wait(struct hub *h, const int *fds, size_t n, int wait_ms);

/* hub_refused: connections that ended before they had proved an active key (refused by ZAP, no CURVE, another server's key,
 * silence), and frames of connections that named their own route. */
int64_t hub_refused(const struct hub *h);

#endif
