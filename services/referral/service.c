/* What referral takes, from whom, with which rights, and what it does by the clock. */
#include "directory.h"
#include "q_directory.h"
#include "q_referral.h"
#include "q_work.h"
#include "routes.h"

#define ROLES_LOOK ROLES_ANY
#define ROLES_CUSTODY (ROLES_CASEWORK | ROLE_BIT(ROLE_AUDITOR))
#define ROLES_MEETING (ROLES_CASEWORK | ROLE_BIT(ROLE_SECRETARY))
#define ROLES_ANSWER (ROLES_CASEWORK | ROLE_BIT(ROLE_AGENCY_HOST))
#define ROLES_LOAD ROLE_BIT(ROLE_ADMINISTRATOR)
#define PEOPLE "gateway,ctl"

static const struct route ROUTES[] = {
    ROUTE(ROUTE_STREAM, case_opened, 0, KEY_NONE, "intake"),
    ROUTE(ROUTE_STREAM, meeting_fixed, 0, KEY_NONE, "meeting"),
    ROUTE(ROUTE_QUERY, candidate_list, ROLES_CASEWORK, KEY_NONE, PEOPLE),
    ROUTE(ROUTE_CHANGE, referral_draft, ROLES_CASEWORK, KEY_NONE, PEOPLE),
    ROUTE(ROUTE_CHANGE, referral_act, ROLES_ANSWER, KEY_NONE, PEOPLE ",host"),
    ROUTE(ROUTE_CHANGE, referral_visit, ROLES_ANSWER, KEY_NONE, PEOPLE ",host"),
    ROUTE(ROUTE_QUERY, referral_show, ROLES_ANSWER, KEY_NONE, PEOPLE ",host"),
    ROUTE(ROUTE_QUERY, referral_list, ROLES_ANSWER, KEY_NONE, PEOPLE ",host"),
    ROUTE(ROUTE_QUERY, work_list, ROLES_CASEWORK, KEY_NONE, PEOPLE),
    ROUTE(ROUTE_QUERY, custody_show, ROLES_CUSTODY, KEY_NONE, PEOPLE),
    ROUTE(ROUTE_CHANGE, case_close, ROLES_CASEWORK, KEY_NONE, PEOPLE),
    ROUTE(ROUTE_CHANGE, meeting_propose, ROLES_MEETING, KEY_NONE, PEOPLE),
    ROUTE(ROUTE_QUERY, agency_show, ROLES_LOOK, KEY_NONE, PEOPLE ",host"),
    ROUTE(ROUTE_QUERY, agency_find, ROLES_LOOK, KEY_NONE, PEOPLE ",host"),
    ROUTE(ROUTE_QUERY, directory_entries, ROLES_LOAD, KEY_NONE, PEOPLE),
    ROUTE(ROUTE_CHANGE, agency_put, ROLES_LOAD, KEY_NONE, PEOPLE),
    ROUTE(ROUTE_CHANGE, programme_put, ROLES_LOAD, KEY_NONE, PEOPLE),
    ROUTE(ROUTE_CHANGE, need_put, ROLES_LOAD, KEY_NONE, PEOPLE),
    ROUTE(ROUTE_CHANGE, routing_put, ROLES_LOAD, KEY_NONE, PEOPLE),
    ROUTE(ROUTE_CHANGE, indicator_put, ROLES_LOAD, KEY_NONE, PEOPLE),
    ROUTE(ROUTE_CHANGE, code_put, ROLES_LOAD, KEY_NONE, PEOPLE),
    ROUTE(ROUTE_CHANGE, basis_put, ROLES_LOAD, KEY_NONE, PEOPLE),
    ROUTE(ROUTE_QUERY, basis_list, ROLES_LOOK, KEY_NONE, PEOPLE ",host"),
    ROUTE(ROUTE_CHANGE, consent_give, ROLES_CASEWORK, KEY_NONE, PEOPLE),
    ROUTE(ROUTE_CHANGE, consent_withdraw, ROLES_CASEWORK, KEY_NONE, PEOPLE),
    ROUTE(ROUTE_QUERY, consent_list, ROLES_CUSTODY, KEY_NONE, PEOPLE),
    ROUTE(ROUTE_QUERY, recall_list, ROLES_ANSWER, KEY_NONE, PEOPLE ",host"),
    ROUTE(ROUTE_CHANGE, recall_ack, ROLES_ANSWER, KEY_NONE, PEOPLE ",host"),
    ROUTE(ROUTE_QUERY, disclosure_list, ROLES_CUSTODY, KEY_NONE, PEOPLE),
};

static enum status answer_times(struct turn *t, bool *ret_more)
{
    *ret_more = false;
    return q_answer_times_update(t->tx, &(struct q_answer_times_update){.at = t->s->now_us});
}

static const struct job JOBS[] = {
    {.name = "expire_due", .every_ms = 1000, .run = expire_due},
    {.name = "answer_times", .every_ms = 600000, .run = answer_times},
    {.name = "leads_tell", .every_ms = 60000, .run = leads_tell},
};

const struct service REFERRAL = {
    .name = "referral",
    .db_role = "km_referral",
    .routes = ROUTES,
    .route_n = COUNT(ROUTES),
    .queries = QUERIES_referral,
    .more_queries = {QUERIES_directory, QUERIES_work},
    .jobs = JOBS,
    .job_n = COUNT(JOBS),
    .start = directory_start,
};
