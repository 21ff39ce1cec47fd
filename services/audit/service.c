/* What audit takes, from whom, and what it does by the clock. */
#include "audit.h"

#include <string.h>

#include "q_audit.h"
#include "q_erasure.h"
#include "q_flows.h"

#define ROLES_SUPERVISE (ROLE_BIT(ROLE_TEAM_LEAD) | ROLE_BIT(ROLE_COORDINATOR) | ROLE_BIT(ROLE_AUDITOR))
#define ROLES_ERASE (ROLE_BIT(ROLE_ADMINISTRATOR) | ROLE_BIT(ROLE_COORDINATOR)) /* may agree to an erasure, and are told of one */
#define PEOPLE "gateway,ctl"

static const struct route ROUTES[] = {
    ROUTE(ROUTE_QUERY, history_show, ROLES_CASEWORK | ROLE_BIT(ROLE_AUDITOR), KEY_NONE, PEOPLE),
    ROUTE(ROUTE_STREAM, glass_broken, 0, KEY_NONE, "keys"),
    ROUTE(ROUTE_STREAM, key_event, 0, KEY_NONE, "keys"),
    ROUTE(ROUTE_STREAM, many_reads, 0, KEY_NONE, "keys"),
    ROUTE(ROUTE_STREAM, notice_put, 0, KEY_NONE, "intake,referral,keys"),
    ROUTE(ROUTE_STREAM, meeting_told, 0, KEY_NONE, "meeting"),
    ROUTE(ROUTE_QUERY, notice_list, ROLES_SUPERVISE | ROLES_ERASE, KEY_NONE, PEOPLE),
    ROUTE(ROUTE_CHANGE, notice_seen, ROLES_SUPERVISE | ROLES_ERASE, KEY_NONE, PEOPLE),
    ROUTE(ROUTE_QUERY, review_list, ROLES_SUPERVISE, KEY_NONE, PEOPLE),
    ROUTE(ROUTE_CHANGE, review_do, ROLES_SUPERVISE, KEY_NONE, PEOPLE),
    ROUTE(ROUTE_QUERY, evidence_list, ROLE_BIT(ROLE_AUDITOR), KEY_NONE, PEOPLE),
    ROUTE(ROUTE_QUERY, audit_timeline, ROLE_BIT(ROLE_AUDITOR), KEY_NONE, PEOPLE),
    ROUTE(ROUTE_QUERY, audit_search, ROLE_BIT(ROLE_AUDITOR), KEY_NONE, PEOPLE),
    ROUTE(ROUTE_QUERY, audit_report, ROLE_BIT(ROLE_AUDITOR), KEY_NONE, PEOPLE),
    ROUTE(ROUTE_QUERY, audit_proofs, ROLE_BIT(ROLE_AUDITOR), KEY_NONE, PEOPLE),
    ROUTE(ROUTE_QUERY, flow_show, ROLE_BIT(ROLE_COORDINATOR) | ROLE_BIT(ROLE_AUDITOR), KEY_NONE, PEOPLE),
    ROUTE(ROUTE_QUERY, load_show, ROLE_BIT(ROLE_COORDINATOR) | ROLE_BIT(ROLE_AUDITOR), KEY_NONE, PEOPLE),
    ROUTE(ROUTE_STREAM, leads_counted, 0, KEY_NONE, "referral"),
    ROUTE(ROUTE_QUERY, erasure_list, ROLES_ERASE | ROLE_BIT(ROLE_AUDITOR), KEY_NONE, PEOPLE),
    ROUTE(ROUTE_STREAM, erasure_wanted, 0, KEY_NONE, "keys"),
    ROUTE(ROUTE_STREAM, erasure_agreed, 0, KEY_NONE, "keys"),
    ROUTE(ROUTE_STREAM, events_blanked, 0, KEY_NONE, "keys"),
    ROUTE_OPEN(ROUTE_QUERY, feed_list, ROLES_ANY, KEY_NONE, "gateway"), /* for nobody: the gateway says to each what concerns them */
};

static const struct job JOBS[] = {
    {.name = "remind_late", .every_ms = 60000, .run = remind_late},
    {.name = "history_read", .every_ms = 1000, .run = history_read},
    {.name = "leads_prove", .every_ms = 60000, .run = leads_prove},
    {.name = "erasure_closed", .every_ms = 1000, .run = erasure_closed},
    {.name = "erasure_run", .every_ms = 500, .run = erasure_run},
    {.name = "hints_forget", .every_ms = 600000, .run = hints_forget},
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
    .more_queries = {QUERIES_erasure, QUERIES_flows},
    .jobs = JOBS,
    .job_n = COUNT(JOBS),
    .start = start,
};
