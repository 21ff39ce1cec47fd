/* What meeting takes, from whom, and with which rights. */
#include "meeting.h"
#include "q_meeting.h"

#define ROLES_INVITED (ROLES_CASEWORK | ROLE_BIT(ROLE_SECRETARY) | ROLE_BIT(ROLE_AGENCY_HOST))
#define ROLES_CALL (ROLES_CASEWORK | ROLE_BIT(ROLE_SECRETARY))

static enum status case_of(struct turn *t, struct uuid meeting_id, struct uuid *ret_case)
{
    struct q_case_of_meeting_rows rows;

    TRY(q_case_of_meeting(t->tx, &(struct q_case_of_meeting){.id = meeting_id}, &rows));
    TRY(tx_flush(t->tx));
    if (!rows.n)
        return fail(t->s, NOT_FOUND, "該当する会議はありません", "no such meeting");
    *ret_case = rows.v[0].case_id;
    return OK;
}

static enum status case_of_fix(struct turn *t, const void *in, struct uuid *ret_case)
{
    return case_of(t, ((const struct meeting_fix *)in)->meeting_id, ret_case);
}

static enum status case_of_show(struct turn *t, const void *in, struct uuid *ret_case)
{
    return case_of(t, ((const struct meeting_show *)in)->meeting_id, ret_case);
}

/* A route whose message names a meeting: its place and agenda are sealed under the key of the meeting's case. */
#define ROUTE_OF(kind_, msg, roles_, from_, find_)                                                \
    {.shape = shape_##msg, .handler = handle_##msg, .kind = (kind_), .roles = (roles_), .key = KEY_OF_CASE, .from = (from_),     \
     .find_case = (find_)}

static const struct route ROUTES[] = {
    ROUTE(ROUTE_STREAM, meeting_wanted, 0, KEY_NONE, "referral"),
    ROUTE(ROUTE_STREAM, case_care, 0, KEY_NONE, "intake"),
    ROUTE(ROUTE_CHANGE, availability, ROLES_INVITED, KEY_NONE, "gateway,ctl,host"),
    ROUTE(ROUTE_CHANGE, accommodate, ROLES_CALL, KEY_NONE, "gateway,ctl"),
    ROUTE(ROUTE_QUERY, slot_list, ROLES_CALL, KEY_NONE, "gateway,ctl"),
    ROUTE_OF(ROUTE_CHANGE, meeting_fix, ROLES_CALL, "gateway,ctl", case_of_fix),
    ROUTE(ROUTE_CHANGE, meeting_cancel, ROLES_CALL, KEY_NONE, "gateway,ctl"),
    ROUTE_OF(ROUTE_QUERY, meeting_show, ROLES_CALL, "gateway,ctl", case_of_show),
    ROUTE(ROUTE_QUERY, meeting_list, ROLES_INVITED, KEY_NONE, "gateway,ctl,host"),
};

const struct service MEETING = {
    .name = "meeting",
    .db_role = "km_meeting",
    .routes = ROUTES,
    .route_n = COUNT(ROUTES),
    .queries = QUERIES_meeting,
};
