#ifndef KM_WITNESS_HTTP_H
#define KM_WITNESS_HTTP_H

#include <microhttpd.h>

#include "answer.h"
#include "base/clock.h"
#include "witness.h"

/* What the loop and MHD's callbacks share. */

enum {
    CONNECTIONS_MAX = 256,
    CONNECTIONS_PER_ADDRESS = 32,
    SWALLOW_MAX = 1 << 20, /* of a body that is refused: read and thrown away so that the sender sees why */
    STEP_WAIT_US = 10 * US_PER_S, /* for the first head, for a body, for an answer */
    NEXT_WAIT_US = 70 * US_PER_S  /* for the next head; MHD ends a connection before that on which nothing comes */
};

/* A connection, and until when what is going on must be over; MHD's own time-out is reset by every byte. */
struct link {
    bool is_used;
    int fd;
    int64_t due_us; /* monotonic; 0 = it was shut down */
};

struct witness {
    struct memory *memory;
    struct MHD_Daemon *daemon;
    int listen_fd, epoll_fd;
    struct link links[CONNECTIONS_MAX + 1];
    size_t live; /* requests not yet completed */
};

/* http_open: MHD on listen_fd. http_sweep: ends the connections that take too long.
 *   fails  UNAVAILABLE · INTERNAL */
enum status http_open(struct scope *s, struct witness *w) MUST_CHECK;
void http_sweep(struct witness *w, int64_t now_us);

#endif
