/* What account takes, from whom, and what it needs to begin. Requests made before anybody is known need no ticket and run as the
 * service itself (turn_self in their handlers). */
#include "account.h"

#include "hosts.h"
#include "seal/vault.h"

#define ADMINISTRATORS ROLE_BIT(ROLE_ADMINISTRATOR)
#define AUDITORS (ROLE_BIT(ROLE_AUDITOR) | ROLE_BIT(ROLE_ADMINISTRATOR))

static const struct route ROUTES[] = {
    ROUTE_SLOW(ROUTE_QUERY, sign_in, ROLES_ANY, KEY_NONE, "gateway,ctl", true),
    ROUTE_OPEN(ROUTE_QUERY, session_use, ROLES_ANY, KEY_NONE, "gateway,ctl"),
    ROUTE_OPEN(ROUTE_QUERY, ticket_open, ROLES_ANY, KEY_NONE, "ctl"),
    ROUTE_OPEN(ROUTE_QUERY, session_open, ROLES_ANY, KEY_NONE, "ctl"),
    ROUTE_OPEN(ROUTE_QUERY, user_first, ROLES_ANY, KEY_NONE, "ctl"),
    ROUTE_SLOW(ROUTE_QUERY, enrol_begin, ROLES_ANY, KEY_NONE, "gateway,ctl", true),
    ROUTE_OPEN(ROUTE_CHANGE, enrol_confirm, ROLES_ANY, KEY_NONE, "gateway,ctl"),
    ROUTE(ROUTE_QUERY, session_fresh, ROLES_ANY, KEY_NONE, "gateway,ctl"),
    ROUTE(ROUTE_CHANGE, sign_out, ROLES_ANY, KEY_NONE, "gateway,ctl"),
    ROUTE_SLOW(ROUTE_QUERY, password_change, ROLES_ANY, KEY_NONE, "gateway,ctl", false),
    ROUTE(ROUTE_QUERY, user_invite, ADMINISTRATORS, KEY_NONE, "gateway,ctl"),
    ROUTE(ROUTE_CHANGE, user_put, ADMINISTRATORS, KEY_NONE, "gateway,ctl"),
    ROUTE(ROUTE_QUERY, user_list, ADMINISTRATORS, KEY_NONE, "gateway,ctl"),
    ROUTE(ROUTE_QUERY, sign_in_list, AUDITORS, KEY_NONE, "gateway,ctl"),
    ROUTE(ROUTE_CHANGE, host_put, ADMINISTRATORS, KEY_NONE, "ctl"),
    ROUTE(ROUTE_QUERY, host_list, AUDITORS, KEY_NONE, "gateway,ctl"),
    ROUTE_OPEN(ROUTE_QUERY, host_ticket, ROLE_BIT(ROLE_AGENCY_HOST), KEY_NONE, "host"),
};

static const struct job JOBS[] = {
    {.name = "purge", .every_ms = 60000, .run = session_purge},
};

static enum status start(struct scope *s, const struct settings *cfg, const struct keyring *ring, void **ret_own)
{
    struct account *a = SCOPE_NEW(s, struct account);
    uint8_t nobody[TOTP_SECRET_LEN];

    if (!a)
        return fail(s, TOO_LARGE, "処理領域が不足しました", "no room in the scope");
    a->is_demo = cfg->demo == 1;
    a->ring = ring;
    a->idle_us = cfg->session_idle_min * 60 * US_PER_S;
    a->absolute_us = cfg->session_hours * US_PER_HOUR;
    TRY(keyring_rest_key(s, ring, &a->own));
    TRY(shared_key_open(s, cfg->keys_dir, SHARED_TICKETS, (struct span){0}, &a->tickets));
    s->entropy->fill(s->entropy->ctx, nobody, sizeof nobody);
    TRY(vault_put(s, a->own, totp_owner(s, (struct span){0}), span_of(nobody, sizeof nobody), &a->nobody));
    *ret_own = a;
    return OK;
}

const struct service ACCOUNT = {
    .name = "account",
    .db_role = "km_account",
    .routes = ROUTES,
    .route_n = COUNT(ROUTES),
    .queries = QUERIES_account,
    .jobs = JOBS,
    .job_n = COUNT(JOBS),
    .start = start,
};
