#ifndef KM_SVC_PASS_H
#define KM_SVC_PASS_H

#include "db/conn.h"
#include "seal/keyring.h"
#include "seal/ticket.h"

/* The ticket a service holds itself, for what it does without a person: its delivery rows, what other services tell it, its jobs. */

struct pass {
    char line[TICKET_MAX + 1];
    int64_t until_us;
};

/* pass_renew: a fresh ticket of the keyring's own service, put on for the whole session of `db`. To be called when a connection was
 * opened or opened anew, and again when pass_is_old; never while a transaction is open.
 *   in     now_us  by the wall clock: the database compares it with its own
 *   fails  UNAVAILABLE the connection broke · as ticket_mint; the pass is as it was */
enum status pass_renew(struct scope *s, struct conn *db, const struct keyring *ring, int64_t now_us, struct pass *pass) MUST_CHECK;

/* pass_is_old: less than half of its time is left, or it was never made.
 *   pure   yes */
bool pass_is_old(const struct pass *pass, int64_t now_us);

#endif
