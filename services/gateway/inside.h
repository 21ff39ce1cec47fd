#ifndef KM_GATEWAY_INSIDE_H
#define KM_GATEWAY_INSIDE_H

#include <microhttpd.h>

#include "accounts.h"
#include "bus/bus.h"
#include "gateway.h"
#include "health.h"
#include "metrics.h"
#include "path.h"
#include "pending.h"
#include "svc/client.h"

/* What the files of this folder share. */

enum {
    CONNECTIONS_MAX = 512,
    CONNECTIONS_PER_ADDRESS = 64,
    BODY_SWALLOW_MAX = 1 << 20, /* of a body that is refused: read and thrown away so that the client sees why */
    HEAD_WAIT_US = 8 * US_PER_S,
    BODY_WAIT_US = 30 * US_PER_S,
    SEND_WAIT_US = 60 * US_PER_S,
    ANSWER_WAIT_US = 5 * US_PER_S,
    REQUEST_CAP = 8 << 20
};

/* A connection, and until when what is going on must be over; MHD's own time-out is reset by every byte. */
struct link {
    bool is_used;
    int fd;
    int64_t due_us; /* monotonic; 0 = it waits for us */
};

enum phase { PHASE_HEAD, PHASE_BODY, PHASE_ASKED, PHASE_ANSWERED, PHASE_SENT };

struct reply {
    unsigned code; /* 0 = none yet */
    const char *type;
    struct span body;
    const char *allow; /* 405: the methods there are */
    bool challenges;   /* 401 */
    bool retries;      /* the same may succeed soon */
    bool closes;
};

struct page;

/* One HTTP request from its first line to its last byte; lives in its own scope. */
struct request {
    struct scope *s;
    struct gateway *g;
    struct MHD_Connection *conn;
    struct link *link;
    enum phase phase;
    int64_t began_us; /* monotonic */
    struct span raw;  /* request target as sent */
    struct request_target target;
    char method[8];
    const struct page *page; /* one of the gateway's own, or */
    const struct api *api;   /* a row of the request table */
    struct pair vars[VARS_MAX];
    size_t var_n;
    const char *service;
    const char *idem; /* Idempotency-Key, NULL = none */
    struct uuid id;
    uint64_t length;  /* of the body as announced, 0 = not */
    bool is_cut;
    bool is_hopeless; /* refused by its head, and not worth reading on */
    uint8_t *body;
    size_t body_n, body_cap, swallowed;
    struct reply reply;
};

struct gateway {
    const struct settings *cfg;
    struct keyring *ring;
    const char *instance;
    struct MHD_Daemon *daemon;
    int listen_fd, epoll_fd;
    struct bus *bus;
    struct account_book *book;
    struct scope *s;   /* of the frame, or of the second, that is worked on */
    struct scope *own; /* as long as the gateway */
    struct span openapi;
    struct pending pending;
    struct health health;
    struct metrics metrics;
    struct link links[CONNECTIONS_MAX + 1];
    size_t live; /* requests not yet completed */
    bool is_stopping;
};

/* listen.c · http.c */
enum status listen_open(struct scope *s, const struct settings *cfg, int *ret_fd) MUST_CHECK;
enum status http_open(struct scope *s, struct gateway *g) MUST_CHECK;
void http_sweep(struct gateway *g, int64_t now_us);
void request_resume(struct request *r);

/* front.c: what the head of a request already decides. reply is set when it is refused. */
void front_head(struct request *r, const char *method);

/* ask.c: the message a request becomes, sent; false: refused, reply is set. answer_give: what came back, as reply. */
bool ask_send(struct request *r);
void answer_give(struct request *r, const struct answered *a);

/* answer.c: refuse: as problem+json, from the scope's why; http 0 = the status word's own code. reply_queue: hands it to MHD. */
void refuse(struct request *r, enum status st, unsigned http);
void reply_json(struct request *r, unsigned code, struct span body);
enum MHD_Result reply_queue(struct request *r);

/* pages.c */
const struct page *page_find(struct span path);
void page_show(struct request *r);

#endif
