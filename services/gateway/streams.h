#ifndef KM_GATEWAY_STREAMS_H
#define KM_GATEWAY_STREAMS_H

#include "attempts.h"
#include "feed.h"
#include "svc/client.h"

/* Who listens to hints: answers that go on until the listener, its session or the gateway ends. Audit is asked what happened once a second for
 * all of them together, and only while somebody listens; whose session it is is looked at again and again, which is no use of it. */

enum { STREAMS_MAX = 256, STREAMS_PER_SESSION = 4, STREAMS_PER_ADDRESS = 32, SERVER_NAME_MAX = 25 };

#define FEED_PATH "/api/v1/feed"

struct gateway;
struct request;
struct stream;

struct streams {
    struct feed feed;
    char server[SERVER_NAME_MAX]; /* of which database server its positions are */
    struct uuid asked;            /* audit, last */
    bool is_asked, is_anew;       /* the answer is still to come; and begins the feed anew */
    int64_t asked_us, answered_us;
    struct stream *v[STREAMS_MAX]; /* each in its request's scope */
    size_t n;
};

/* stream_open: the reply to a request for the feed, or why there is none. stream_response: what MHD reads it from; NULL: no memory.
 * stream_gone: its request is over. */
void stream_open(struct request *r);
struct MHD_Response *stream_response(struct request *r);
void stream_gone(struct request *r);

/* streams_tick: once a second. streams_take: an answer to something asked for the streams; false: it is the answer to something else.
 * streams_end: those of one token, NULL = all; nothing more is read of theirs. */
void streams_tick(struct gateway *g, int64_t now_us);
bool streams_take(struct gateway *g, struct scope *s, const struct answered *a, int64_t now_us);
void streams_end(struct gateway *g, const uint8_t *token);

#endif
