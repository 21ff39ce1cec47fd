/* One case as an auditor sees it: who held it from when to when and why it moved, and how each referral of it was answered. Times, agencies and
 * words of lists, and never what the case is about; row-level security gives these rows to auditors alone. */
#include "audit.h"

#include "base/clock.h"
#include "q_audit.h"
#include "svc/audited.h"

enum { STRETCHES_MOST = 200, STEPS_MOST = 300 };

static int64_t seconds(int64_t from_us, int64_t to_us)
{
    return to_us > from_us ? (to_us - from_us) / US_PER_S : 0;
}

static struct custody_stretch stretch_of(const struct q_custody_of_row *r, int64_t now_us)
{
    return (struct custody_stretch){
        .agency = r->agency, .cause = r->cause, .has_ref_id = r->has_ref_id, .ref_id = r->ref_id, .since = r->since,
        .has_until = r->has_until, .until = r->until, .seconds = seconds(r->since, r->has_until ? r->until : now_us),
        .has_ended_by = r->has_ended_by, .ended_by = r->ended_by, .has_reason = r->has_reason, .reason = r->reason};
}

/* Silence until it was due is late as well. */
static bool is_late(const struct q_steps_of_row *r, int64_t now_us)
{
    if (r->has_answer && r->answer == EV_DUE)
        return true;
    return r->has_due && (r->has_answered_at ? r->answered_at : now_us) > r->due;
}

static struct audit_step step_of(const struct q_steps_of_row *r, int64_t now_us)
{
    return (struct audit_step){
        .ref_id = r->ref_id, .sender = r->sender, .receiver = r->receiver, .drafted_at = r->drafted_at,
        .has_offered_at = r->has_offered_at, .offered_at = r->offered_at, .has_due_at = r->has_due, .due_at = r->due,
        .has_opened_at = r->has_opened_at, .opened_at = r->opened_at,
        .has_opened_after = r->has_opened_at && r->has_offered_at, .opened_after = seconds(r->offered_at, r->opened_at),
        .has_answered_at = r->has_answered_at, .answered_at = r->answered_at,
        .has_answered_after = r->has_answered_at && r->has_offered_at, .answered_after = seconds(r->offered_at, r->answered_at),
        .has_answer = r->has_answer, .answer = r->answer, .has_reason = r->has_reason, .reason = r->reason, .is_late = is_late(r, now_us),
        .has_ended_at = r->has_ended_at, .ended_at = r->ended_at, .has_outcome = r->has_outcome, .outcome = r->outcome,
        .has_outcome_reason = r->has_outcome_reason, .outcome_reason = r->outcome_reason, .is_return = r->is_return};
}

HANDLER(audit_timeline, t, in)
{
    struct q_dossier_one_rows file;
    struct q_custody_of_rows held;
    struct q_steps_of_rows steps;
    struct audit_timeline_is out = {.case_id = in->case_id, .has_opened_at = true};

    TRY(q_dossier_one(t->tx, &(struct q_dossier_one){.id = in->case_id}, &file));
    TRY(q_custody_of(t->tx, &(struct q_custody_of){.id = in->case_id}, &held));
    TRY(q_steps_of(t->tx, &(struct q_steps_of){.id = in->case_id}, &steps));
    TRY(tx_flush(t->tx));
    if (!file.n)
        return fail(t->s, NOT_FOUND, "該当するケースはありません", "no such case");
    struct custody_stretch *stretches = scope_alloc(t->s, (held.n + 1) * sizeof *stretches);
    struct audit_step *list = scope_alloc(t->s, (steps.n + 1) * sizeof *list);
    if (!stretches || !list)
        return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    out.is_cut = held.n > STRETCHES_MOST || steps.n > STEPS_MOST;
    out.custody.v = stretches;
    out.steps.v = list;
    for (; out.custody.n < held.n && out.custody.n < STRETCHES_MOST; out.custody.n++)
        stretches[out.custody.n] = stretch_of(&held.v[out.custody.n], t->s->now_us);
    for (; out.steps.n < steps.n && out.steps.n < STEPS_MOST; out.steps.n++)
        list[out.steps.n] = step_of(&steps.v[out.steps.n], t->s->now_us);
    const struct q_dossier_one_row *d = &file.v[0];
    out.opened_at = d->opened_at;
    out.has_opened_by = d->has_opened_by;
    out.opened_by = d->opened_by;
    out.has_closed_at = d->has_closed_at;
    out.closed_at = d->closed_at;
    out.has_lead = d->has_lead;
    out.lead = d->lead;
    out.handoffs = d->handoffs;
    out.returns = d->returns;
    out.last_at = d->last_at;
    TRY(AUDITED(t, audit_timeline, in));
    return turn_answer(t, shape_audit_timeline_is(), &out);
}
