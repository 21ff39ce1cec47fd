#ifndef KM_GATEWAY_FEED_H
#define KM_GATEWAY_FEED_H

#include "base/scope.h"
#include "wire/message.h"

/* The last that happened anywhere, and what of it somebody may be told: words and ids, never what happened. Audit says whom it concerns. */

enum { HINTS_MAX = 2000, CONCERNED_MAX = 16, FEED_TEXT_MAX = 4000 };

struct hint {
    int64_t at; /* the position it was told with */
    unsigned topics;
    bool has_notice;
    int64_t notice; /* enum notice_kind */
    struct uuid case_id, about; /* nil = none */
    struct agency_id to[CONCERNED_MAX];
    size_t n;
};

struct feed {
    bool is_begun;
    int64_t floor, position; /* of what happened after floor and up to position all that is anybody's business is here */
    struct hint v[HINTS_MAX];
    size_t first, n;
};

enum told { TOLD_NOTHING, TOLD_HINT, TOLD_MISSED };

/* feed_begin: forgets everything; what happens after `position` will be here. */
void feed_begin(struct feed *f, int64_t position);

/* feed_put: one line told with `position`. What is nobody's business is left out; the oldest makes room. */
void feed_put(struct feed *f, int64_t position, const struct feed_line *line);

/* feed_hear: the topics of what happened after a position, as far as they are for `who`, each once, parted by blanks.
 *   in     after  where the listener stands      to  FEED_TEXT_MAX + 1 bytes
 *   ret    TOLD_MISSED: it stands before the floor or past the position, or there is too much to say
 *   pure   yes */
enum told feed_hear(const struct feed *f, const struct actor *who, int64_t after, char *to);

#endif
