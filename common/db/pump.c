/* Bytes to and from the server. While something is left to send, what the server answers is taken too: otherwise a long
 * pipeline stops for good once both socket buffers are full, each side waiting for the other to read. No wait is for ever:
 * a server that is silent for longer than it may take for one statement counts as gone. */
#include "internal.h"

#include <errno.h>
#include <poll.h>

/* Above the session's statement_timeout, so that a slow statement is told by the server, not guessed here. */
enum { SILENCE_MAX_MS = 40000 };

static bool wait_for(struct conn *c, short events)
{
    struct pollfd p = {.fd = PQsocket(c->pg), .events = events};
    int n;

    do
        n = poll(&p, 1, SILENCE_MAX_MS);
    while (n < 0 && errno == EINTR);
    return n > 0;
}

enum status pump_send(struct conn *c)
{
    if (!conn_is_alive(c))
        return UNAVAILABLE;
    for (;;) {
        int left = PQflush(c->pg);
        if (left == 0)
            return OK;
        if (left < 0 || !wait_for(c, POLLIN | POLLOUT) || !PQconsumeInput(c->pg)) {
            conn_broken(c);
            return UNAVAILABLE;
        }
    }
}

struct pg_result *pump_next(struct conn *c)
{
    if (!conn_is_alive(c))
        return NULL;
    while (PQisBusy(c->pg)) {
        if (!wait_for(c, POLLIN) || !PQconsumeInput(c->pg)) {
            conn_broken(c);
            return NULL;
        }
    }
    struct pg_result *r = PQgetResult(c->pg);
    /* an error libpq made up itself: the connection ended between two results */
    if (PQstatus(c->pg) != CONNECTION_OK) {
        PQclear(r);
        conn_broken(c);
        return NULL;
    }
    return r;
}

enum status pump_sync(struct conn *c)
{
    AUTO(pg_result) r = pump_next(c);

    if (r && PQresultStatus(r) == PGRES_PIPELINE_SYNC)
        return OK;
    conn_broken(c);
    return UNAVAILABLE;
}
