#ifndef KM_ACCOUNT_HOSTS_H
#define KM_ACCOUNT_HOSTS_H

#include "account.h"

/* Tickets as they are given, to people and to agencies' own systems. */

/* Whom a ticket is for. */
struct bearer {
    struct span user;
    struct agency_id agency;
    int64_t role;
    struct span session; /* empty = none */
    int64_t ends_us, fresh_us;
    struct span csrf;
};

/* ticket_answer: a ticket for five minutes, or until ends_us, as this turn's answer (session.c). */
enum status ticket_answer(struct turn *t, const struct bearer *b) MUST_CHECK;

/* ---- hosts.c ---- */
enum status handle_host_put(struct turn *t, const void *in);
enum status handle_host_list(struct turn *t, const void *in);
enum status handle_host_ticket(struct turn *t, const void *in);

#endif
