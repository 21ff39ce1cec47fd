/* What intake takes, from whom, and with which rights. */
#include "intake.h"
#include "q_intake.h"

static const struct route ROUTES[] = {
    ROUTE(ROUTE_CHANGE, case_open, ROLES_CASEWORK, KEY_NEW, "gateway,ctl"),
    ROUTE(ROUTE_CHANGE, note_add, ROLES_CASEWORK, KEY_OF_CASE, "gateway,ctl"),
    ROUTE(ROUTE_QUERY, case_show, ROLES_CASEWORK, KEY_OF_CASE, "gateway,ctl"),
    ROUTE(ROUTE_QUERY, case_list, ROLES_CASEWORK, KEY_NONE, "gateway,ctl"),
    ROUTE(ROUTE_STREAM, case_access, 0, KEY_NONE, "referral"),
};

const struct service INTAKE = {
    .name = "intake",
    .db_role = "km_intake",
    .routes = ROUTES,
    .route_n = COUNT(ROUTES),
    .queries = QUERIES_intake,
};
