#ifndef KM_REFERRAL_DIRECTORY_H
#define KM_REFERRAL_DIRECTORY_H

#include "offer.h"

/* A process's copy of the directory; read again whenever its version in the database moved. */
struct directory;

/* directory_load: today's directory; flushes. directory_weigh: its loads and answer times as they are now, which only ranking needs.
 *   ret    dir  borrowed until the next call */
enum status directory_load(struct turn *t, const struct routing_directory **ret_dir) MUST_CHECK;
enum status directory_weigh(struct turn *t) MUST_CHECK;
const struct routing_agency *directory_agency(const struct routing_directory *dir, struct agency_id id, int64_t at_us);

/* directory_basis: a ground as it is at the turn's time, of what directory_load read last; NULL when it is not in force. */
const struct basis *directory_basis(const struct turn *t, enum legal_basis code);
enum status directory_start(struct scope *s, const struct settings *cfg, const struct keyring *ring, void **ret_own) MUST_CHECK;

#endif
