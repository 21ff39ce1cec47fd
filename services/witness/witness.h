#ifndef KM_WITNESS_WITNESS_H
#define KM_WITNESS_WITNESS_H

#include "base/cleanup.h"
#include "base/scope.h"
#include "memory.h"

/* Cosigns heads of logs over HTTP. One thread: a request is judged, remembered and answered before the next is looked at. */

struct witness;

/* witness_open: listens. `at` is ADDRESS:PORT or [ADDRESS]:PORT; port 0 takes any.
 *   in     m  borrowed as long as the witness lives
 *   ret    port  the one that was taken
 *   fails  INVALID at · UNAVAILABLE */
enum status witness_open(struct scope *s, struct memory *m, const char *at, struct witness **ret_w, unsigned *ret_port) MUST_CHECK;
void witness_free(struct witness *w);
DEFINE_AUTO(witness)

/* witness_serve: answers until stop_fd is readable, and then those that are being heard, for a moment. Nothing that comes in ends it. */
void witness_serve(struct witness *w, int stop_fd);

#endif
