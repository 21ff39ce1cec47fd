/* What audit takes, from whom, and what it does by the clock. */
#include "audit.h"

#include <string.h>

#include "q_audit.h"

#define ROLES_SUPERVISE (ROLE_BIT(ROLE_TEAM_LEAD) | ROLE_BIT(ROLE_COORDINATOR) | ROLE_BIT(ROLE_AUDITOR))
#define PEOPLE "gateway,ctl"

static const struct route ROUTES[] = {
    ROUTE(ROUTE_QUERY, history_show, ROLES_CASEWORK | ROLE_BIT(ROLE_AUDITOR), KEY_NONE, PEOPLE),
    ROUTE(ROUTE_STREAM, glass_broken, 0, KEY_NONE, "keys"),
    ROUTE(ROUTE_STREAM, key_event, 0, KEY_NONE, "keys"),
    ROUTE(ROUTE_STREAM, many_reads, 0, KEY_NONE, "keys"),
    ROUTE(ROUTE_STREAM, notice_put, 0, KEY_NONE, "intake,referral,keys"),
    ROUTE(ROUTE_QUERY, notice_list, ROLES_SUPERVISE, KEY_NONE, PEOPLE),
    ROUTE(ROUTE_CHANGE, notice_seen, ROLES_SUPERVISE, KEY_NONE, PEOPLE),
    ROUTE(ROUTE_QUERY, review_list, ROLES_SUPERVISE, KEY_NONE, PEOPLE),
    ROUTE(ROUTE_CHANGE, review_do, ROLES_SUPERVISE, KEY_NONE, PEOPLE),
    ROUTE(ROUTE_QUERY, evidence_list, ROLE_BIT(ROLE_AUDITOR), KEY_NONE, PEOPLE),
};

static const struct job JOBS[] = {
    {.name = "remind_late", .every_ms = 60000, .run = remind_late},
};

static enum status start(struct scope *s, const struct settings *cfg, const struct keyring *ring, void **ret_own)
{
    struct audit_own *own = SCOPE_NEW(s, struct audit_own);

    (void)cfg;
    if (!own)
        return fail(s, TOO_LARGE, "メモリが足りません", "out of memory");
    own->ring = ring;
    TRY(keyring_rest_key(s, ring, &own->key));
    *ret_own = own;
    return OK;
}

const struct service AUDIT = {
    .name = "audit",
    .db_role = "km_audit",
    .routes = ROUTES,
    .route_n = COUNT(ROUTES),
    .queries = QUERIES_audit,
    .jobs = JOBS,
    .job_n = COUNT(JOBS),
    .start = start,
};
