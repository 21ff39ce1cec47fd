/* A service's own ticket is always younger than it need be: renewed at half its time, so that neither a lost connection nor a clock a
 * few minutes off leaves the service without sight of its own rows. */
#include "svc/pass.h"

#include <string.h>

#include "base/clock.h"
#include "wire/words.h"

_Static_assert(sizeof((struct ticket *)0)->issuer == PEER_NAME_MAX &&
                   sizeof((struct ticket *)0)->user >= PEER_NAME_MAX,
               "a service's name fits its ticket");

enum status pass_renew(struct scope *s, struct conn *db, const struct keyring *ring, int64_t now_us, struct pass *pass)
{
    static const char WEAR[] = "select set_config('kashimaru.ticket', $1, false)";
    const char *name = keyring_self(ring)->name;
    struct ticket t = {.kind = TICKET_SERVICE, .role = ROLE_SERVICE, .issued_s = now_us / US_PER_S};
    struct span line, worn;

    t.expires_s = t.issued_s + TICKET_SERVICE_S;
    memcpy(t.issuer, name, PEER_NAME_MAX);
    memcpy(t.user, name, PEER_NAME_MAX);
    TRY(ticket_mint(s, keyring_ticket_key(ring), &t, &line));
    const char *const params[] = {scope_print(s, "%.*s", (int)line.n, (const char *)line.p)};
    TRY(conn_text(s, db, WEAR, params, COUNT(params), &worn));
    memcpy(pass->line, line.p, line.n);
    pass->line[line.n] = 0;
    pass->until_us = t.expires_s * US_PER_S;
    return OK;
}

bool pass_is_old(const struct pass *pass, int64_t now_us)
{
    return pass->until_us - now_us < TICKET_SERVICE_S * (int64_t)US_PER_S / 2;
}
