#ifndef KM_RELAY_RELAY_H
#define KM_RELAY_RELAY_H

#include "base/cleanup.h"
#include "base/scope.h"
#include "seal/keyring.h"

/* The relay moves frames it cannot read between services that are introduced to one another. It keeps nothing: what it loses, its
 * sender sends again. */

struct relay;

/* What became of the frames received, each counted once; hellos are not frames passed. */
struct relay_counters {
    int64_t passed;      /* queued to a worker */
    int64_t hellos;      /* taken */
    int64_t malformed;   /* part count, sizes or header; a hello that says nothing sensible */
    int64_t forged;      /* header.from or a hello's instance is not the peer that CURVE proved */
    int64_t denied;      /* sender and destination are not introduced */
    int64_t revoked;     /* the sender's key is revoked, or its time is over */
    int64_t busy;        /* requests answered with a refusal: no worker, or its queue is full */
    int64_t undelivered; /* stream messages and receipts nobody could take; they come again */
    int64_t lost_answers; /* answers to an instance that is gone */
};

/* relay_open: listens, guarded, before it returns.
 *   in     ring   of "relay"; borrowed as long as the relay lives, its status is reloaded every second
 *   fails  as hub_open */
enum status relay_open(struct scope *s, const char *endpoint, struct keyring *ring,
                       struct relay **ret_relay) MUST_CHECK;
void relay_free(struct relay *r);
DEFINE_AUTO(relay)

/* relay_serve: passes frames until *stop_fd is readable (NULL: for ever). No input ends it.
 *   fails  INTERNAL the socket became unusable */
enum status relay_serve(struct scope *s, struct relay *r, const int *stop_fd) MUST_CHECK;

/* relay_counters: borrowed; not to be read while another thread serves. */
const struct relay_counters *relay_counters(const struct relay *r);

/* relay_run: relay_open and relay_serve. */
enum status relay_run(struct scope *s, const char *endpoint, struct keyring *ring,
                      const int *stop_fd) MUST_CHECK;

#endif
