#ifndef KM_SIGNER_SIGNER_H
#define KM_SIGNER_SIGNER_H

#include "base/cleanup.h"
#include "base/scope.h"
#include "seal/keyring.h"
#include "svc/settings.h"

/* Signs the heads of the log, each only if it follows from the one before as the signer itself remembers it. No database, no state but
 * its folder; asked by the sequencer, and by an administrator when another log is to begin before the year is over. */

struct signer;

/* signer_open: memory and line to the relay.
 *   in     cfg, ring, instance  borrowed as long as the signer lives
 *   fails  as memory_open, bus_open */
enum status signer_open(struct scope *s, const struct settings *cfg, struct keyring *ring, const char *instance,
                        struct signer **ret_signer) MUST_CHECK;
void signer_free(struct signer *g);
DEFINE_AUTO(signer)

/* signer_serve: answers until stop_fd is readable. Nothing that comes in ends it. */
void signer_serve(struct signer *g, int stop_fd);

#endif
