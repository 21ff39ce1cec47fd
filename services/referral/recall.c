/* A consent that ends: from the same moment nothing new is shown on it, offers that stand on it are taken back by the rules of every
 * withdrawal, who joined on it alone leaves, and each agency that holds something is asked to say what it did. What was shown stays on
 * record. Only the lead stays whatever it stood on, because a case is never with nobody: the coordinators are told to find another. */
#include "routes.h"
#include "store.h"

#include "q_referral.h"

/* An offer is taken back in the sender's name, whoever of the case the person told it to. */
static enum status withdraw_offers(struct turn *t, struct uuid case_id, struct uuid consent)
{
    struct q_offers_on_rows offers;

    TRY(q_offers_on(t->tx, &(struct q_offers_on){.case_id = case_id, .consent = consent}, &offers));
    TRY(tx_flush(t->tx));
    for (size_t i = 0; i < offers.n; i++) {
        struct referral was;
        struct referral_change next;
        struct uuid meeting;
        TRY(referral_load(t, offers.v[i].id, &was));
        struct by sender = {.agency = was.sender, .role = (enum role)t->s->actor.role};
        TRY(referral_decide(t->s, &was, EV_WITHDRAW, &sender, true, REASON_PERSON_DECLINED, &next));
        TRY(referral_apply(t, &was, &next, false, 0, &meeting));
    }
    return OK;
}

static enum status call_back(struct turn *t, struct uuid consent, const struct q_consent_lock_row *c)
{
    struct q_holders_of_rows holders;

    TRY(q_holders_of(t->tx, &(struct q_holders_of){.consent = consent, .recorder = c->recorded_by}, &holders));
    TRY(tx_flush(t->tx));
    for (size_t i = 0; i < holders.n; i++) {
        const struct q_holders_of_row *h = &holders.v[i];
        struct uuid id = turn_sibling(t, c->case_id);
        TRY(q_recall_add(t->tx, &(struct q_recall_add){.id = id, .consent = consent, .case_id = c->case_id, .agency = h->agency,
                                                       .items = {h->items.v, h->items.n}, .at = t->s->now_us}));
        TRY(RECORD_EVENT(t, .what = HAPPENED_RECALL_SENT, .case_id = c->case_id, .counterpart = h->agency, .about = id));
        TRY(EMIT(t, "audit", c->case_id, notice_put, .notice_id = id, .kind = NOTICE_RECALL, .has_case_id = true,
                 .case_id = c->case_id, .has_agency = true, .agency = h->agency));
    }
    return OK;
}

/* The case goes on being led; somebody has to see to it that it is led on another ground, or by another. */
static enum status tell_coordinators(struct turn *t, struct uuid case_id)
{
    return EMIT(t, "audit", case_id, notice_put, .notice_id = scope_uuid(t->s), .kind = NOTICE_RECALL, .has_case_id = true,
                .case_id = case_id, .has_detail = true,
                .detail = SPAN_LIT("主担当機関は撤回された同意だけで支援しています。別の根拠か引継ぎ先を決めてください / "
                                   "the lead stands on the withdrawn consent alone: find another ground, or another lead"));
}

/* What one agency's place and referrals open without the consent. */
static enum status stop_sharing(struct turn *t, struct uuid case_id, struct uuid consent, struct agency_id agency,
                                const struct q_standing_of_row *now)
{
    if (now->is_lead)
        return now->stands ? OK : tell_coordinators(t, case_id);
    if (now->is_member && !now->stands)
        TRY(referral_leave(t, case_id, agency, consent));
    else if (now->is_member)
        TRY(q_member_limit(t->tx, &(struct q_member_limit){.id = case_id, .agency = agency, .items = {now->items.v, now->items.n}}));
    return referral_reach(t, case_id, agency);
}

/* What each stands on is asked before anybody leaves: among those who leave may be who asks. */
static enum status stop_all(struct turn *t, struct uuid case_id, struct uuid consent)
{
    struct q_referrals_lapse_rows holders;
    struct q_standing_of_row *now;

    TRY(q_referrals_lapse(t->tx, &(struct q_referrals_lapse){.case_id = case_id, .consent = consent, .at = t->s->now_us}, &holders));
    TRY(tx_flush(t->tx));
    now = scope_alloc(t->s, (holders.n + 1) * sizeof *now);
    if (!now)
        return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    for (size_t i = 0; i < holders.n; i++)
        TRY(q_standing_of(t->tx, &(struct q_standing_of){.id = case_id, .agency = holders.v[i].agency}, &now[i]));
    TRY(tx_flush(t->tx));
    for (size_t i = 0; i < holders.n; i++)
        TRY(stop_sharing(t, case_id, consent, holders.v[i].agency, &now[i]));
    return OK;
}

HANDLER(consent_withdraw, t, in)
{
    struct q_consent_lock_rows rows;

    TRY(q_consent_lock(t->tx, &(struct q_consent_lock){.id = in->consent_id, .agency = t->s->actor.agency}, &rows));
    TRY(tx_flush(t->tx));
    if (!rows.n || (!rows.v[0].is_member && t->s->actor.role != ROLE_COORDINATOR))
        return fail(t->s, NOT_FOUND, "該当する同意はありません", "no such consent");
    const struct q_consent_lock_row *c = &rows.v[0];
    if (c->is_withdrawn)
        return fail(t->s, CONFLICT, "すでに撤回されています", "the consent was withdrawn already");
    TRY(q_consent_end(t->tx, &(struct q_consent_end){.id = in->consent_id, .at = t->s->now_us, .by = t->s->actor.agency,
        .withdrawer = span_str(t->s->actor.user), .has_reason = in->has_reason, .reason = in->reason}));
    TRY(RECORD_EVENT(t, .what = HAPPENED_CONSENT_WITHDRAWN, .case_id = c->case_id, .about = in->consent_id,
                     .reason = in->has_reason ? words_at(words_reason(), in->reason) : NULL));
    TRY(withdraw_offers(t, c->case_id, in->consent_id));
    TRY(call_back(t, in->consent_id, c));
    TRY(stop_all(t, c->case_id, in->consent_id));
    return ANSWER(t, done, .has_id = true, .id = in->consent_id, .has_state = true, .state = SPAN_LIT("withdrawn"));
}

HANDLER(recall_list, t, in)
{
    struct q_recalls_of_rows rows;

    TRY(q_recalls_of(t->tx, &(struct q_recalls_of){.agency = t->s->actor.agency, .closed = in->has_all && in->all}, &rows));
    TRY(tx_flush(t->tx));
    struct recall_line *lines = scope_alloc(t->s, rows.n * sizeof *lines + 1);
    if (!lines)
        return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    for (size_t i = 0; i < rows.n; i++) {
        const struct q_recalls_of_row *r = &rows.v[i];
        lines[i] = (struct recall_line){
            .recall_id = r->recall_id, .case_id = r->case_id, .consent_id = r->consent_id, .agency = r->agency,
            .items = {r->items.v, r->items.n}, .sent_at = r->sent_at, .has_done_at = r->has_done_at, .done_at = r->done_at,
            .has_outcome = r->has_outcome, .outcome = r->outcome};
    }
    return ANSWER(t, recall_lines, .recalls = {lines, rows.n});
}

HANDLER(recall_ack, t, in)
{
    struct q_recall_lock_rows rows;

    TRY(q_recall_lock(t->tx, &(struct q_recall_lock){.id = in->recall_id, .agency = t->s->actor.agency}, &rows));
    TRY(tx_flush(t->tx));
    if (!rows.n)
        return fail(t->s, NOT_FOUND, "該当する回収依頼はありません", "no such recall");
    if (rows.v[0].is_done)
        return fail(t->s, CONFLICT, "すでに回答されています", "the recall was acknowledged already");
    TRY(q_recall_end(t->tx, &(struct q_recall_end){.id = in->recall_id, .at = t->s->now_us, .outcome = in->outcome,
                                                   .by = span_str(t->s->actor.user)}));
    TRY(RECORD_EVENT(t, .what = HAPPENED_RECALL_DONE, .case_id = rows.v[0].case_id, .about = in->recall_id,
                     .detail = words_at(words_recall_outcome(), in->outcome)));
    return ANSWER(t, done, .has_id = true, .id = in->recall_id, .has_state = true, .state = SPAN_LIT("done"));
}
