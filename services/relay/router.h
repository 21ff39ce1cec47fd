#ifndef KM_RELAY_ROUTER_H
#define KM_RELAY_ROUTER_H

#include "base/uuid.h"
#include "bus/bus.h"
#include "bus/hub.h"
#include "wire/message.h"

/* Who is alive and to whom a frame goes: no sockets, no clock, no memory of its own. */

/* The services a relay introduces to one another, and all agencies' own systems together; permit.c says who may ask whom. */
enum node { NODE_GATEWAY, NODE_CTL, NODE_INTAKE, NODE_REFERRAL, NODE_MEETING, NODE_AUDIT, NODE_KEYS, NODE_ACCOUNT, NODE_SEQUENCER, NODE_SIGNER,
            NODE_HOST, NODE_N };

/* What a frame is, read from its header alone. */
enum traffic {
    TRAFFIC_HELLO,   /* to the relay itself */
    TRAFFIC_STREAM,  /* numbered; its sender repeats it until it is acknowledged */
    TRAFFIC_REQUEST, /* somebody waits for the answer */
    TRAFFIC_ANSWER,  /* to the instance that asked, useless to any other */
    TRAFFIC_RECEIPT  /* ack, nack or gap: best to the instance that sent, good for any of its siblings */
};

enum { POOL_MAX = 64, HOST_LINES_MAX = 8, HOSTS_MAX = 512, SILENT_US = 3000000 };

struct worker {
    char instance[INSTANCE_TEXT_MAX];
    uint8_t route[ROUTE_LEN];
    uint64_t hash;    /* of the instance name */
    int64_t heard_us; /* monotonic */
};

/* Of a service at most POOL_MAX workers; of hosts HOSTS_MAX lines in all, HOST_LINES_MAX of one, so that none crowds out the others. */
struct pool {
    struct worker worker[HOSTS_MAX];
    size_t n;
    uint64_t turn; /* round robin for what has no key */
};

struct router {
    struct pool pool[NODE_N];
};

/* node_find: −1 for a name that is no service and no host's.  node_name: its name.  pure yes */
int node_find(struct span name);
const char *node_name(enum node node);

/* is_permitted: may `from` send a frame of this kind and type to `to`. Answers and receipts run against every allowed direction;
 * a host only asks, and only gets answers; a hello goes to nobody.
 *   pure   yes                          source  the table of permit.c */
bool is_permitted(enum node from, enum node to, enum traffic traffic, struct span type);

/* traffic_of: by type and by which of re and seq the header carries.  pure yes */
enum traffic traffic_of(const struct header *h);

/* router_hello: a worker is there, again there at another route, or leaves.
 *   in     peer      name that CURVE proved     instance  must be "<peer>.<number>"     route  ROUTE_LEN bytes
 *   fails  DENIED instance of another · INVALID malformed instance · TOO_LARGE as many as there may be are there already */
enum status router_hello(struct scope *s, struct router *r, struct span peer, struct span instance,
                         bool leaving, const uint8_t *route, int64_t now_us) MUST_CHECK;

/* router_heard: any frame shows that its worker lives. */
void router_heard(struct router *r, enum node node, const uint8_t *route, int64_t now_us);

/* router_expire: forgets workers silent for longer than SILENT_US. router_forget: those at a route that is gone.
 * router_forget_all: those of a service or host whose key was revoked.  ret  how many were forgotten */
size_t router_expire(struct router *r, int64_t now_us);
size_t router_forget(struct router *r, enum node node, const uint8_t *route);
size_t router_forget_all(struct router *r, struct span peer);

/* router_pick: the worker of `to` a frame goes to. A key goes to the worker with the highest score of (key, instance), so a
 * worker's death moves only its own keys; of a key the last four bytes count, so ids made to share them share a worker.
 *   ret    NULL when there is none; borrowed until the next change of the router */
const struct worker *router_pick(struct router *r, enum node to, enum traffic traffic,
                                 const struct header *h);

#endif
