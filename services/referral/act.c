/* Events on a referral: people answering, and the clock. */
#include "base/log.h"
#include "q_referral.h"
#include "routes.h"
#include "store.h"

HANDLER(referral_act, t, in)
{
    struct by by = turn_by(t);
    struct referral was;
    struct referral_change next;
    struct uuid meeting = {0};

    TRY(referral_load(t, in->ref_id, &was));
    if (referral_parties(&was, &by) == 1u << BY_OUTSIDER)
        return fail(t->s, NOT_FOUND, "該当するつなぎはありません", "no such referral");
    TRY(referral_decide(t->s, &was, (enum referral_event)in->event, &by, in->has_reason, (enum reason)in->reason, &next));
    int64_t version = was.version + 1;
    if (in->event == EV_HOLD && !in->has_review_at)
        return fail(t->s, INVALID, "保留には見直しの日時が必要です", "a hold needs the time of its review");
    TRY(referral_apply(t, &was, &next, in->has_review_at, in->review_at, &meeting));
    if (next.opens_items) /* the deadline began with the sending */
        TRY(referral_load(t, in->ref_id, &was));
    return referral_answer(t, &(struct standing){.id = was.id, .kind = was.kind, .state = next.rule->to,
                                                 .lead = next.moves_baton ? was.receiver : was.lead, .version = version,
                                                 .has_due = was.has_due, .due_us = was.due_us, .has_meeting = next.calls_meeting,
                                                 .meeting = meeting});
}

HANDLER(referral_visit, t, in)
{
    struct by by = turn_by(t);
    struct referral was;

    TRY(referral_load(t, in->ref_id, &was));
    if (!(referral_parties(&was, &by) & (1u << BY_RECEIVER)))
        return fail(t->s, NOT_FOUND, "該当するつなぎはありません", "no such referral");
    if (was.state != REF_ACCEPTED && was.state != REF_IN_SERVICE && was.state != REF_ON_HOLD)
        return fail(t->s, CONFLICT, "受け入れたつなぎだけに記録できます", "visits belong to an accepted referral");
    TRY(q_referral_visited(t->tx, &(struct q_referral_visited){.id = was.id, .was = was.version, .visit = in->visit,
                                                               .has_at = in->has_at, .at = in->at}));
    TRY(RECORD_EVENT(t, .what = HAPPENED_VISIT, .case_id = was.case_id, .counterpart = was.sender, .about = was.id,
                     .detail = words_at(words_visit(), in->visit)));
    return referral_answer(t, &(struct standing){.id = was.id, .kind = was.kind, .state = was.state, .lead = was.lead, .version = was.version + 1,
                                                 .has_due = was.has_due, .due_us = was.due_us});
}

/* Offers whose deadline passed, a few at a time; one that was answered meanwhile no longer takes the event and is left alone. */
enum status expire_due(struct turn *t, bool *ret_more)
{
    struct q_due_now_rows rows;
    struct by clock = {.is_clock = true};

    TRY(q_due_now(t->tx, &(struct q_due_now){.now = t->s->now_us}, &rows));
    TRY(tx_flush(t->tx));
    for (size_t i = 0; i < rows.n; i++) {
        struct referral was;
        struct referral_change next;
        struct uuid meeting;
        TRY(referral_load(t, rows.v[i].id, &was));
        if (was.state != REF_OFFERED)
            continue;
        TRY(referral_decide(t->s, &was, EV_DUE, &clock, false, REASON_SILENCE, &next));
        TRY(referral_apply(t, &was, &next, false, 0, &meeting));
    }
    if (rows.n)
        LOG(LOG_NOTICE, "referrals_expired", LOG_NUM("n", rows.n));
    *ret_more = rows.n == 16;
    return OK;
}
