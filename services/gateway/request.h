#ifndef KM_GATEWAY_REQUEST_H
#define KM_GATEWAY_REQUEST_H

#include <microhttpd.h>

#include "attempts.h"
#include "grants.h"
#include "path.h"
#include "svc/client.h"

/* One HTTP request on its way, and what becomes of it. */

struct gateway;
struct link;
struct page;
struct stream;

/* NAMING: account is asked whose token it is; NAMED: it has answered, and MHD calls once more with the head. */
enum phase { PHASE_HEAD, PHASE_NAMING, PHASE_NAMED, PHASE_BODY, PHASE_ASKED, PHASE_ANSWERED, PHASE_SENT };

struct reply {
    unsigned code; /* 0 = none yet */
    const char *type;
    const char *cache; /* Cache-Control; NULL = not to be kept */
    const char *policy; /* Content-Security-Policy; NULL = nothing may be loaded or run */
    bool is_gzip;
    struct span body;
    const char *allow;  /* 405: the methods there are */
    const char *cookie; /* Set-Cookie */
    bool challenges;    /* 401 */
    int64_t retry_s;    /* the same may succeed after that; 0 = nothing is said */
    bool closes;
};

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
    const struct api *api;   /* a row of the request table, or */
    bool is_feed;            /* hints as they come (streams.h): */
    struct stream *stream;   /* once it is answered */
    struct pair vars[VARS_MAX];
    size_t var_n;
    const char *service;
    struct uuid id;
    const char *once; /* which attempt it is, as its message says it; NULL = not said */
    struct caller from; /* of whom account is asked; zero otherwise */
    struct grant who;   /* ticket "" = nobody */
    uint8_t token[DIGEST32_LEN];
    bool has_token, is_cookie; /* a cookie comes along without being asked: its changes are looked at twice */
    uint64_t length;  /* of the body as announced, 0 = not */
    bool is_cut;
    bool is_hopeless; /* refused by its head, and not worth reading on */
    uint8_t *body;
    size_t body_n, body_cap, swallowed;
    struct reply reply;
};

/* front.c: what the head of a request already decides. reply is set when it is refused.
 * front_head: false: account was asked whose token it is, and the rest is decided by front_told, once its answer is here (NULL: none
 * came in time). */
bool front_head(struct request *r, const char *method);
void front_told(struct request *r, const struct answered *a);
struct span request_header(const struct request *r, const char *name);
bool is_method(const struct request *r, const char *method);

/* who.c: who asks. who_begin: WHO_KNOWN also for what anybody may ask; WHO_REFUSED: reply is set. who_told: what account says; false:
 * refused, reply is set. who_check: whether a change made with a cookie was meant by its bearer. who_forget: the token is no longer good. */
enum who { WHO_KNOWN, WHO_ASKED, WHO_REFUSED };
enum who who_begin(struct request *r);
bool who_told(struct request *r, const struct answered *a);
enum status who_check(struct request *r) MUST_CHECK;
void who_forget(struct request *r);
/* who_look: account is asked whether the request's token is still good, which is no use of it; what is asked is said, and sent, in `s`.
 *   ret    asked  the question's id
 *   fails  as client_ask */
enum status who_look(struct scope *s, struct request *r, struct uuid *ret_asked) MUST_CHECK;
/* who_keep: of a ticket_grant: the ticket that the token's requests carry from now on.
 *   fails  CORRUPT it is none that could be used */
enum status who_keep(struct request *r, const struct answered *a) MUST_CHECK;

/* session.c: what people are told of an answer: no ticket leaves the gateway, a session's token leaves it as a cookie.
 *   ret    json  the answer; r->reply.cookie may be set
 *   fails  CORRUPT the answer is not what it should be */
enum status session_outward(struct request *r, const struct answered *a, struct span *ret_json) MUST_CHECK;

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

/* log.c: the files of the public log, as C2SP tlog-tiles names them: LOG_PREFIX <fiscal year> /checkpoint and /tile/…. log_is_below: whether
 * a path is one for log_show, which answers NOT_FOUND for everything that is no file of a log. */
#define LOG_PREFIX "/log/"
bool log_is_below(struct span path);
void log_show(struct request *r);

/* console.c: the console's pages, all of them one file, and what it loads, from console.dir. home_show: the console, or without one a page
 * that says what this is. */
bool console_is_below(struct span path);
void console_show(struct request *r);
void home_show(struct request *r);

#endif
