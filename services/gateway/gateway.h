#ifndef KM_GATEWAY_GATEWAY_H
#define KM_GATEWAY_GATEWAY_H

#include "base/cleanup.h"
#include "base/scope.h"
#include "seal/keyring.h"
#include "svc/settings.h"

/* The only process that speaks HTTP. It holds neither database access nor case keys: it turns a request into a
 * message, waits for the answer by the request's id, and says it in JSON. */

struct gateway;

/* gateway_open: connects to the relay, listens, and writes the port into <state>/run/gateway.port.
 *   in     cfg, ring, instance  borrowed as long as the gateway lives
 *   fails  INVALID listening address, naming it · UNAVAILABLE address in use, no memory, no socket
 *          NOT_FOUND the keyring has no relay */
enum status gateway_open(struct scope *s, const struct settings *cfg, struct keyring *ring, const char *instance,
                         struct gateway **ret_gateway) MUST_CHECK;
void gateway_free(struct gateway *g);
DEFINE_AUTO(gateway)

/* gateway_serve: answers until stop_fd is readable, then takes no new connection and answers what is pending for at most
 * grace_ms. */
void gateway_serve(struct gateway *g, int stop_fd);

#endif
