/* Histories as they were written, in order. Who sees which rows is said by the row-level security of audit.event, and only there: an
 * agency the time it had a part in the case, auditors and coordinators all; for others a case that is not theirs does not exist. */
#include "audit.h"

#include "q_audit.h"
#include "svc/audited.h"

/* That somebody reported a case is known to the named staff of one desk; a reading of who it was would tell all the others. So would a
 * key that was given when nothing else was read: who is given keys is seen by those who watch, as in the list of readings. What auditors
 * look at, those who settle every case may know. */
static bool may_know(const struct turn *t, enum happening what)
{
    enum role role = (enum role)t->s->actor.role;

    if (what == HAPPENED_KEY_READ)
        return role == ROLE_AUDITOR || role == ROLE_COORDINATOR || role == ROLE_TEAM_LEAD;
    if (what == HAPPENED_AUDITED)
        return role == ROLE_AUDITOR || role == ROLE_COORDINATOR;
    return what != HAPPENED_NOTIFIER_READ || role == ROLE_AUDITOR;
}

HANDLER(history_show, t, in)
{
    struct q_history_of_rows rows;
    struct history out = {.case_id = in->case_id};

    TRY(q_history_of(t->tx, &(struct q_history_of){.id = in->case_id,
                                                             .after = in->has_after ? in->after : 0}, &rows));
    TRY(tx_flush(t->tx));
    if (!rows.n)
        return fail(t->s, NOT_FOUND, "該当するケースはありません", "no such case");
    struct history_line *lines = scope_alloc(t->s, rows.n * sizeof *lines);
    if (!lines)
        return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    size_t n = 0;
    for (size_t i = 0; i < rows.n; i++) {
        const struct q_history_of_row *r = &rows.v[i];
        if (!may_know(t, (enum happening)r->happened))
            continue;
        lines[n++] = (struct history_line){
            .at = r->at, .happened = r->happened, .service = r->source, .has_agency = r->has_agency, .agency = r->agency,
            .has_actor = r->has_actor, .actor = r->actor, .has_counterpart = r->has_counterpart, .counterpart = r->counterpart,
            .has_about = r->has_about, .about = r->about, .has_detail = r->has_detail, .detail = r->detail,
            .has_reason = r->has_reason, .reason = r->reason};
    }
    out.events.v = lines;
    out.events.n = n;
    TRY(AUDITED(t, history_show, in));
    return turn_answer(t, shape_history(), &out);
}
