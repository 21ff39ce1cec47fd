/* What intake takes, from whom, and with which rights. */
#include "intake.h"
#include "q_draft.h"
#include "q_intake.h"
#include "seal/keyring.h"

#define PEOPLE "gateway,ctl"
#define ROLES_DRAFTING (ROLES_CASEWORK | ROLE_BIT(ROLE_SECRETARY) | ROLE_BIT(ROLE_AUDITOR) | ROLE_BIT(ROLE_ADMINISTRATOR))

static const struct route ROUTES[] = {
    ROUTE(ROUTE_CHANGE, case_open, ROLES_CASEWORK, KEY_NEW, PEOPLE),
    ROUTE(ROUTE_CHANGE, note_add, ROLES_CASEWORK, KEY_OF_CASE, PEOPLE),
    ROUTE(ROUTE_QUERY, case_show, ROLES_CASEWORK, KEY_OF_CASE, PEOPLE),
    ROUTE(ROUTE_QUERY, case_list, ROLES_CASEWORK, KEY_NONE, PEOPLE),
    ROUTE(ROUTE_STREAM, case_access, 0, KEY_NONE, "referral"),
    ROUTE(ROUTE_STREAM, case_emergency, 0, KEY_NONE, "keys"),
    ROUTE(ROUTE_CHANGE, person_put, ROLES_CASEWORK, KEY_OF_CASE, PEOPLE),
    ROUTE(ROUTE_QUERY, people_show, ROLES_CASEWORK, KEY_OF_CASE, PEOPLE),
    ROUTE(ROUTE_CHANGE, protection_put, ROLES_CASEWORK, KEY_OF_CASE, PEOPLE),
    ROUTE(ROUTE_CHANGE, notifier_put, ROLES_CASEWORK, KEY_OF_CASE, PEOPLE),
    ROUTE(ROUTE_QUERY, notifier_show, ROLES_CASEWORK, KEY_OF_CASE, PEOPLE),
    ROUTE(ROUTE_CHANGE, team_put, ROLES_CASEWORK, KEY_NONE, PEOPLE),
    ROUTE(ROUTE_QUERY, team_show, ROLES_CASEWORK, KEY_NONE, PEOPLE),
    ROUTE(ROUTE_STREAM, duplicate_found, 0, KEY_NONE, "keys"),
    ROUTE(ROUTE_QUERY, duplicate_list, ROLE_BIT(ROLE_COORDINATOR), KEY_NONE, PEOPLE),
    ROUTE(ROUTE_CHANGE, duplicate_decide, ROLE_BIT(ROLE_COORDINATOR), KEY_NONE, PEOPLE),
    ROUTE(ROUTE_CHANGE, draft_put, ROLES_DRAFTING, KEY_NONE, PEOPLE),
    ROUTE(ROUTE_QUERY, draft_show, ROLES_DRAFTING, KEY_NONE, PEOPLE),
    ROUTE(ROUTE_CHANGE, draft_drop, ROLES_DRAFTING, KEY_NONE, PEOPLE),
    ROUTE(ROUTE_QUERY, draft_list, ROLES_DRAFTING, KEY_NONE, PEOPLE),
};

static const struct job JOBS[] = {
    {.name = "remind", .every_ms = 10000, .run = remind},
    {.name = "forget_drafts", .every_ms = 600000, .run = forget_drafts},
};

static enum status start(struct scope *s, const struct settings *cfg, const struct keyring *ring, void **ret_own)
{
    struct intake_own *own = SCOPE_NEW(s, struct intake_own);

    (void)cfg;
    if (!own)
        return fail(s, TOO_LARGE, "メモリが足りません", "out of memory");
    TRY(keyring_rest_key(s, ring, &own->key));
    *ret_own = own;
    return OK;
}

const struct service INTAKE = {
    .name = "intake",
    .db_role = "km_intake",
    .routes = ROUTES,
    .route_n = COUNT(ROUTES),
    .queries = QUERIES_intake,
    .more_queries = {QUERIES_draft},
    .jobs = JOBS,
    .job_n = COUNT(JOBS),
    .start = start,
};
