#ifndef KM_SEAL_TICKET_H
#define KM_SEAL_TICKET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/scope.h"
#include "base/span.h"
#include "base/status.h"
#include "seal/secret.h"

/* A ticket says for a few minutes who somebody is: `account` issues it at sign-in, every request carries it, and the database lets
 * no row be seen without one (kashimaru.me() in sql/migrations/0008_tickets.sql checks the same bytes). Services hold one of their own
 * for what they do without a person. One line of ASCII:
 *
 *   KMT1|issuer|kind|user|agency|role|session|issued|expires|fresh|mac
 *
 * kind u user, h agency host, s service; role a word; session 16 hex or empty; times in s since 1970; fresh = when a second factor was last
 * given, 0 = never; mac = 64 hex of HMAC-SHA-256(the issuer's key, everything before the last '|'). */

enum {
    TICKET_MAX = 320,
    TICKET_USER_S = 300,     /* a person's */
    TICKET_SERVICE_S = 3600, /* a service's own */
    TICKET_KEY_LEN = 32,
    TICKET_SESSION_MAX = 17
};

enum ticket_kind { TICKET_USER = 'u', TICKET_HOST = 'h', TICKET_SERVICE = 's' };

struct ticket {
    char issuer[32];
    enum ticket_kind kind;
    char user[USER_MAX];
    struct agency_id agency;
    int role; /* enum role */
    char session[TICKET_SESSION_MAX];
    int64_t issued_s, expires_s, fresh_s;
};

/* ticket_mint: the line, owned by the scope.
 *   fails  INVALID a text holds '|' or a byte outside printable ASCII, or the key has another length · TOO_LARGE */
enum status ticket_mint(struct scope *s, const struct secret *key, const struct ticket *t, struct span *ret_line) MUST_CHECK;

/* ticket_read: what a line says, its mac not checked: for who has no key and lets the database judge.
 *   fails  DENIED not a ticket
 *   pure   yes */
enum status ticket_read(struct scope *s, struct span line, struct ticket *ret_t) MUST_CHECK;

/* ticket_check: the same, and true: issued by who holds `key`, and valid at now_us.
 *   fails  DENIED not a ticket, or forged (compared in constant time) · EXPIRED */
enum status ticket_check(struct scope *s, const struct secret *key, struct span line, int64_t now_us,
                         struct ticket *ret_t) MUST_CHECK;

#endif
