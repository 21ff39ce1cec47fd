#ifndef KM_BASE_SCOPE_H
#define KM_BASE_SCOPE_H

#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/span.h"
#include "base/status.h"
#include "base/uuid.h"

/* Everything one message needs while it is worked on: memory, time, randomness, who acts, and the reason when it fails.
 * Freed whole. A handler reads time and randomness only here, so that the same input gives the same output. */

enum { SCOPE_CAP = 8 << 20, WHY_MAX = 320, USER_MAX = 64, TRACE_MAX = 56, ACCEPTS_MAX = 200 };

/* Who acts. `role` is an enum role of wire/enums.def; kept as int because base knows no words of the field. */
struct actor {
    char user[USER_MAX]; /* pseudonymous account name, empty for a service acting by itself */
    struct agency_id agency;
    int role;
};

/* Why something was refused: Japanese for people, English second; never personal data. */
struct why {
    char ja[WHY_MAX];
    char en[WHY_MAX];
    char state[24];            /* refused transition: the state the thing is in, else "" */
    char accepts[ACCEPTS_MAX]; /* refused transition: events that state accepts, comma separated */
};

/* Source of random bytes: getrandom(2) in production, a seeded generator in the simulator. */
struct entropy {
    void (*fill)(void *ctx, void *to, size_t n);
    void *ctx;
};

struct scope {
    struct arena *arena;
    int64_t now_us;      /* UTC µs at which the message is worked on; fixed for the scope */
    int64_t deadline_us; /* monotonic deadline of the request, 0 = none */
    struct actor actor;
    char trace[TRACE_MAX]; /* W3C traceparent, "" = none */
    const struct entropy *entropy;
    struct why why;
};

/* scope_new: an empty scope that may allocate up to `cap` bytes; NULL only when the machine has no memory. */
struct scope *scope_new(size_t cap, const struct entropy *entropy);
void scope_free(struct scope *s);
DEFINE_AUTO(scope)

/* scope_reset: wipes and frees all that was allocated in it, forgets actor, trace and why; keeps the first block for reuse.
 * now_us and deadline_us stay: whoever takes up the next message sets them. */
void scope_reset(struct scope *s);

/* scope_alloc: n zeroed bytes, 16-byte aligned, that live until reset.
 *   fails  returns NULL when the scope's cap would be passed (the caller answers TOO_LARGE) */
void *scope_alloc(struct scope *s, size_t n);

/* scope_copy: the bytes of `from` again, owned by the scope, with a NUL after them that the span does not count.
 *   fails  TOO_LARGE */
enum status scope_copy(struct scope *s, struct span from, struct span *ret_to) MUST_CHECK;

/* scope_print: printf into the scope; "" when the cap is reached. */
const char *scope_print(struct scope *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* scope_uuid: a fresh random RFC 9562 version 4 id from the scope's entropy. */
struct uuid scope_uuid(struct scope *s);

/* fail: writes the reason once, at the spot that knows it, and returns `st`. Both texts take the same arguments,
 * which are codes, numbers and states: never names or narratives. */
enum status fail(struct scope *s, enum status st, const char *ja, const char *en, ...)
    __attribute__((format(printf, 3, 5), format(printf, 4, 5)));

/* entropy_system: getrandom(2); ends the process if the kernel cannot give randomness. */
const struct entropy *entropy_system(void);

#define SCOPE_NEW(s, T) ((T *)scope_alloc((s), sizeof(T)))

#endif
