#ifndef KM_SVC_CLIENT_H
#define KM_SVC_CLIENT_H

#include "base/scope.h"
#include "bus/bus.h"
#include "seal/keyring.h"
#include "wire/api.h"
#include "wire/frame.h"

/* The asking side of a request, for the processes that speak for people: the gateway, `kashimaru`, the bench. */

struct asking {
    struct uuid id;       /* idempotency id: the same id asked again gives the first answer */
    const char *service;
    const char *type;     /* message name */
    struct span payload;  /* JSON */
    struct span sealed;   /* JSON of the sealed field, empty = none */
    bool has_key;
    struct uuid key;      /* case id where known: its requests go to one worker */
    const char *instance; /* mine, for the way back */
    struct span ticket;   /* of the person who asks; empty only for what is asked before signing in */
};

/* What came back. `refused` is OK for an answer; otherwise payload is a `refusal`. */
struct answered {
    struct uuid re;
    struct span type, payload, sealed;
    enum status refused;
    struct refusal why; /* only when refused */
};

/* client_ask: seals, tags and sends a request as scope's actor at scope's time, under scope's trace.
 *   fails  UNAVAILABLE the bus is full · TOO_LARGE · DENIED service unknown to the keyring */
enum status client_ask(struct scope *s, struct bus *bus, const struct keyring *ring, const struct asking *a) MUST_CHECK;

/* client_answer: checks and opens a frame that came in.
 *   fails  CORRUPT wrong tag or body · INVALID not an answer: drop it and go on */
enum status client_answer(struct scope *s, const struct keyring *ring, const struct frame *f, struct answered *ret_a) MUST_CHECK;

/* client_key: which case (or referral, or meeting) a request belongs to: its field case_id, else ref_id, else meeting_id; false when
 * it has none. `payload` is the request's JSON. */
bool client_key(struct scope *s, const struct shape *shape, struct span payload, struct uuid *ret_key);

#endif
