#ifndef KM_BUS_BUS_H
#define KM_BUS_BUS_H

#include "base/cleanup.h"
#include "base/scope.h"
#include "seal/keyring.h"
#include "wire/frame.h"

/* A worker's line to the relay: one DEALER socket under CURVE. Queues are caches (HWM 1,000): losing them loses nothing. */

struct bus;

enum { WAIT_FDS_MAX = 31, INSTANCE_TEXT_MAX = 25 };

/* bus_open: connects to the relay at `endpoint` (ipc:// or tcp://) as this keyring's identity.
 *   in     ring      borrowed as long as the bus lives
 *   in     instance  "intake.0": name the relay knows this worker by; before the dot the keyring's own name
 *   fails  INVALID endpoint or instance · NOT_FOUND the keyring has no "relay" · UNAVAILABLE no socket can be had */
enum status bus_open(struct scope *s, const char *endpoint, const struct keyring *ring, const char *instance,
                     struct bus **ret_bus) MUST_CHECK;
void bus_free(struct bus *b);
DEFINE_AUTO(bus)

/* bus_hello: tells the relay that this worker is alive (leaving: that it goes); sent every second, and once before the first
 * request, or its answer finds no way back. Goes untagged: CURVE names the sender and only the relay reads it.
 * Also opens the line anew when the relay had refused it, so a key that is let in later needs no restart.
 *   fails  UNAVAILABLE the queue is full, or no socket can be had: try again in a second */
enum status bus_hello(struct scope *s, struct bus *b, bool leaving) MUST_CHECK;

/* bus_send: queues a frame without blocking; the tag must be set.
 *   fails  UNAVAILABLE the queue is full: nothing was sent, the outbox will send it again */
enum status bus_send(struct scope *s, struct bus *b, const struct frame *f) MUST_CHECK;

/* bus_receive: the next frame that waits, without blocking; its bytes are copied into the scope.
 *   ret    got  false: nothing waits
 *   fails  INVALID, TOO_LARGE a malformed frame was dropped (count it and go on) */
enum status bus_receive(struct scope *s, struct bus *b, struct frame *ret_frame, bool *ret_got) MUST_CHECK;

/* bus_wait: sleeps until a frame waits, one of the fds is readable or broken, wait_ms passed (−1 = no end) or a signal came.
 *   in     n      at most WAIT_FDS_MAX; further ones are not looked at
 *   ret    ready  bit 0 the bus, bit i+1 fds[i] */
unsigned bus_wait(struct bus *b, const int *fds, size_t n, int wait_ms);

/* bus_refused: how often the relay refused this key, as seen by the last bus_hello. */
int64_t bus_refused(const struct bus *b);

#endif
