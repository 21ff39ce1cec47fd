#ifndef KM_KEYS_KEYS_H
#define KM_KEYS_KEYS_H

#include "svc/service.h"

/* The only holder of case keys: makes them, keeps them wrapped under the master key, releases them to the services that serve a
 * request on the case. */
extern const struct service KEYS;

enum status handle_key_release(struct turn *t, const void *in);

#endif
