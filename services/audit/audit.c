/* Histories as they were written, in order. The agency that asks must stand in the history itself, unless an auditor or coordinator
 * asks; for others a case that is not theirs does not exist. */
#include "audit.h"

#include "q_audit.h"

static bool may_see(const struct turn *t, const struct q_history_of_rows *rows)
{
    if (t->s->actor.role == ROLE_AUDITOR || t->s->actor.role == ROLE_COORDINATOR)
        return true;
    for (size_t i = 0; i < rows->n; i++)
        if ((rows->v[i].has_agency && agency_eq(rows->v[i].agency, t->s->actor.agency)) ||
            (rows->v[i].has_counterpart && agency_eq(rows->v[i].counterpart, t->s->actor.agency)))
            return true;
    return false;
}

HANDLER(history_show, t, in)
{
    struct q_history_of_rows rows;
    struct history out = {.case_id = in->case_id};

    TRY(q_history_of(t->tx, &(struct q_history_of){.id = in->case_id,
                                                             .after = in->has_after ? in->after : 0}, &rows));
    TRY(tx_flush(t->tx));
    if (!rows.n || !may_see(t, &rows))
        return fail(t->s, NOT_FOUND, "該当するケースはありません", "no such case");
    struct history_line *lines = scope_alloc(t->s, rows.n * sizeof *lines);
    if (!lines)
        return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    for (size_t i = 0; i < rows.n; i++) {
        const struct q_history_of_row *r = &rows.v[i];
        lines[i] = (struct history_line){
            .at = r->at, .happened = r->happened, .service = r->source, .has_agency = r->has_agency, .agency = r->agency,
            .has_actor = r->has_actor, .actor = r->actor, .has_counterpart = r->has_counterpart, .counterpart = r->counterpart,
            .has_about = r->has_about, .about = r->about, .has_detail = r->has_detail, .detail = r->detail,
            .has_reason = r->has_reason, .reason = r->reason};
    }
    out.events.v = lines;
    out.events.n = rows.n;
    return turn_answer(t, shape_history(), &out);
}

static const struct route ROUTES[] = {
    ROUTE(ROUTE_QUERY, history_show, ROLES_CASEWORK | ROLE_BIT(ROLE_AUDITOR), KEY_NONE, "gateway,ctl"),
};

const struct service AUDIT = {
    .name = "audit",
    .db_role = "km_audit",
    .routes = ROUTES,
    .route_n = COUNT(ROUTES),
    .queries = QUERIES_audit,
};
