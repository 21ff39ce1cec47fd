#ifndef KM_GATEWAY_INSIDE_H
#define KM_GATEWAY_INSIDE_H

#include <microhttpd.h>

#include "attempts.h"
#include "bearer.h"
#include "bus/bus.h"
#include "gateway.h"
#include "health.h"
#include "metrics.h"
#include "pending.h"
#include "request.h"
#include "streams.h"

/* What the files of this folder share. */

enum {
    CONNECTIONS_MAX = 512,
    CONNECTIONS_PER_ADDRESS = 64,
    CONNECTIONS_OF_PROXY = 448, /* all that come from this machine itself: through a proxy everybody does */
    BODY_SWALLOW_MAX = 1 << 20, /* of a body that is refused: read and thrown away so that the client sees why */
    HEAD_WAIT_US = 8 * US_PER_S,
    BODY_WAIT_US = 30 * US_PER_S,
    SEND_WAIT_US = 60 * US_PER_S,
    ANSWER_WAIT_US = 5 * US_PER_S,
    REQUEST_CAP = 8 << 20
};

_Static_assert(NAMES_MAX < (int)CONNECTIONS_PER_ADDRESS && NAMES_PER_CALLER < NAMES_MAX,
               "behind a proxy, too, which is one address, strangers leave room for whoever is known, and one stranger for others");
_Static_assert(STREAMS_MAX + (int)CONNECTIONS_PER_ADDRESS <= (int)CONNECTIONS_OF_PROXY &&
               (int)CONNECTIONS_OF_PROXY + (int)CONNECTIONS_PER_ADDRESS <= (int)CONNECTIONS_MAX &&
               2 * STREAMS_PER_ADDRESS <= (int)CONNECTIONS_PER_ADDRESS,
               "whoever listens leaves room for whoever asks");
_Static_assert((int)CONNECTIONS_MAX < PENDING_MAX, "whoever has a connection finds a place to wait in");

/* A connection, and until when what is going on must be over; MHD's own time-out is reset by every byte. */
struct link {
    bool is_used;
    int fd;
    struct caller from; /* its other end, whatever a proxy says */
    int64_t due_us; /* monotonic; 0 = it waits for us */
};

struct gateway {
    const struct settings *cfg;
    struct keyring *ring;
    const char *instance;
    struct MHD_Daemon *daemon;
    int listen_fd, epoll_fd;
    struct bus *bus;
    struct grants *grants;
    struct attempts attempts;
    struct scope *s;   /* of the frame, or of the second, that is worked on */
    struct scope *own; /* as long as the gateway */
    struct span openapi;
    struct pending pending;
    struct health health;
    struct metrics metrics;
    struct streams streams;
    struct link links[CONNECTIONS_MAX + 1];
    size_t live; /* requests not yet completed */
    bool is_stopping;
};

/* listen.c · http.c */
enum status listen_open(struct scope *s, const struct settings *cfg, int *ret_fd) MUST_CHECK;
enum status http_open(struct scope *s, struct gateway *g) MUST_CHECK;
void http_sweep(struct gateway *g, int64_t now_us);
void request_resume(struct request *r);

#endif
