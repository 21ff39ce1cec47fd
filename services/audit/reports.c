/* What auditors look for, over all cases. Every list is ordered and paged by the id its lines begin with, so that a page is neither missed nor
 * seen twice while the lists grow; and every asking is an event of the history, also when it is the same again. */
#include "audit.h"

#include "base/clock.h"
#include "q_audit.h"
#include "svc/audited.h"

enum { PAGE_ROWS = 50 };

static enum status no_room(struct turn *t)
{
    return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
}

HANDLER(audit_search, t, in)
{
    struct q_cases_found_rows rows;
    struct audit_cases out = {0};

    TRY(q_cases_found(t->tx, &(struct q_cases_found){
        .has_agency = in->has_agency, .agency = in->agency, .has_since = in->has_since, .since = in->since, .has_until = in->has_until,
        .until = in->until, .has_answer = in->has_answer, .answer = in->answer, .has_reason = in->has_reason, .reason = in->reason,
        .after = in->after, .most = in->has_limit ? in->limit : PAGE_ROWS}, &rows));
    TRY(tx_flush(t->tx));
    struct audit_case *list = scope_alloc(t->s, (rows.n + 1) * sizeof *list);
    if (!list)
        return no_room(t);
    for (size_t i = 0; i < rows.n; i++) {
        const struct q_cases_found_row *r = &rows.v[i];
        list[i] = (struct audit_case){
            .case_id = r->case_id, .has_opened_at = true, .opened_at = r->opened_at, .has_opened_by = r->has_opened_by,
            .opened_by = r->opened_by, .has_closed_at = r->has_closed_at, .closed_at = r->closed_at, .has_lead = r->has_lead,
            .lead = r->lead, .handoffs = r->handoffs, .returns = r->returns, .last_at = r->last_at};
    }
    out.cases.v = list;
    out.cases.n = rows.n;
    TRY(AUDITED(t, audit_search, in));
    return turn_answer(t, shape_audit_cases(), &out);
}

/* ---- one function a report: rows to lines ---- */

struct page {
    struct turn *t;
    const struct audit_report *in;
    int64_t most;
    struct audit_line *lines;
    size_t n;
};

/* The part of the question that all reports have. */
#define PERIOD(p) .has_since = (p)->in->has_since, .since = (p)->in->since, .has_until = (p)->in->has_until, .until = (p)->in->until, \
    .after = (p)->in->after, .most = (p)->most

static enum status room(struct page *p, size_t n)
{
    p->lines = scope_alloc(p->t->s, (n + 1) * sizeof *p->lines);
    return p->lines ? OK : no_room(p->t);
}

static int64_t late_s(int64_t due_us, int64_t at_us)
{
    return at_us > due_us ? (at_us - due_us) / US_PER_S : 0;
}

static enum status bounced(struct page *p)
{
    struct q_report_bounced_rows rows;

    TRY(q_report_bounced(p->t->tx, &(struct q_report_bounced){PERIOD(p)}, &rows));
    TRY(tx_flush(p->t->tx));
    TRY(room(p, rows.n));
    for (; p->n < rows.n; p->n++)
        p->lines[p->n] = (struct audit_line){
            .id = rows.v[p->n].case_id, .case_id = rows.v[p->n].case_id, .at = rows.v[p->n].at, .has_agency = rows.v[p->n].has_lead,
            .agency = rows.v[p->n].lead, .has_returns = true, .returns = rows.v[p->n].returns};
    return OK;
}

static enum status steps(struct page *p, bool is_expired)
{
    struct q_report_steps_rows rows;

    TRY(q_report_steps(p->t->tx, &(struct q_report_steps){PERIOD(p), .is_expired = is_expired}, &rows));
    TRY(tx_flush(p->t->tx));
    TRY(room(p, rows.n));
    for (; p->n < rows.n; p->n++) {
        const struct q_report_steps_row *r = &rows.v[p->n];
        p->lines[p->n] = (struct audit_line){
            .id = r->ref_id, .case_id = r->case_id, .at = r->answered_at, .has_agency = true, .agency = r->sender, .has_counterpart = true,
            .counterpart = r->receiver, .has_ref_id = true, .ref_id = r->ref_id, .has_due_at = r->has_due, .due_at = r->due,
            .has_late = r->has_due, .late = late_s(r->due, r->answered_at), .has_answer = true, .answer = r->answer,
            .has_reason = r->has_reason, .reason = r->reason};
    }
    return OK;
}

static enum status late(struct page *p)
{
    return steps(p, false);
}

static enum status expired(struct page *p)
{
    return steps(p, true);
}

static enum status unreviewed(struct page *p)
{
    struct q_report_unreviewed_rows rows;

    TRY(q_report_unreviewed(p->t->tx, &(struct q_report_unreviewed){PERIOD(p)}, &rows));
    TRY(tx_flush(p->t->tx));
    TRY(room(p, rows.n));
    for (; p->n < rows.n; p->n++) {
        const struct q_report_unreviewed_row *r = &rows.v[p->n];
        p->lines[p->n] = (struct audit_line){
            .id = r->id, .case_id = r->case_id, .at = r->at, .has_agency = true, .agency = r->agency, .has_due_at = true, .due_at = r->due,
            .has_late = p->t->s->now_us > r->due, .late = late_s(r->due, p->t->s->now_us), .has_emergency = true, .emergency = r->reason,
            .has_user = true, .user = r->user_name};
    }
    return OK;
}

static enum status without_consent(struct page *p)
{
    struct q_report_without_consent_rows rows;

    TRY(q_report_without_consent(p->t->tx, &(struct q_report_without_consent){PERIOD(p)}, &rows));
    TRY(tx_flush(p->t->tx));
    TRY(room(p, rows.n));
    for (; p->n < rows.n; p->n++) {
        const struct q_report_without_consent_row *r = &rows.v[p->n];
        p->lines[p->n] = (struct audit_line){
            .id = r->id, .case_id = r->case_id, .at = r->at, .has_agency = r->has_agency, .agency = r->agency,
            .has_counterpart = r->has_counterpart, .counterpart = r->counterpart, .has_ref_id = r->has_about, .ref_id = r->about,
            .has_basis = r->has_basis, .basis = r->basis};
    }
    return OK;
}

static enum status without_lead(struct page *p)
{
    struct q_report_without_lead_rows rows;

    TRY(q_report_without_lead(p->t->tx, &(struct q_report_without_lead){PERIOD(p)}, &rows));
    TRY(tx_flush(p->t->tx));
    TRY(room(p, rows.n));
    for (; p->n < rows.n; p->n++) {
        const struct q_report_without_lead_row *r = &rows.v[p->n];
        p->lines[p->n] = (struct audit_line){.id = r->case_id, .case_id = r->case_id, .at = r->opened_at,
                                             .has_agency = r->has_opened_by, .agency = r->opened_by};
    }
    return OK;
}

static enum status (*const REPORTS[])(struct page *) = {
    [REPORT_BOUNCED] = bounced,       [REPORT_LATE] = late,
    [REPORT_EXPIRED] = expired,       [REPORT_UNREVIEWED] = unreviewed,
    [REPORT_WITHOUT_CONSENT] = without_consent, [REPORT_WITHOUT_LEAD] = without_lead,
};
_Static_assert(COUNT(REPORTS) == report_N_, "every report is made");

HANDLER(audit_report, t, in)
{
    struct page p = {.t = t, .in = in, .most = in->has_limit ? in->limit : PAGE_ROWS};

    TRY(REPORTS[in->report](&p));
    TRY(AUDITED(t, audit_report, in));
    return ANSWER(t, audit_lines, .report = in->report, .lines = {p.lines, p.n});
}
