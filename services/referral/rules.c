/* The life of a referral as a table: a row that is not here cannot happen. The functions only look up; what a row asks for and what
 * follows from it are flags of the row. */
#include "referral.h"

#include <stdio.h>

#define ROW(from, event, by, to, needs, ja, en) {REF_##from, EV_##event, BY_##by, REF_##to, needs, ja, en}
static const struct rule RULES[] = {
    ROW(NEW, DRAFT, SENDER, DRAFT, 0, "主担当が下書きする", "the lead drafts it"),
    ROW(DRAFT, SEND, SENDER, OFFERED, 0, "受け手に打診する", "the receiver is asked"),
    ROW(OFFERED, DELIVER, RECEIVER, OFFERED, 0, "最初の開封を記録する", "its first opening is recorded"),
    ROW(OFFERED, ACCEPT, RECEIVER, ACCEPTED, IS_ANSWER, "受け手が引き受ける", "the receiver takes it on"),
    ROW(OFFERED, DECLINE, RECEIVER, DECLINED, NEEDS_REASON | IS_RETURN | ENDS_ACCESS | IS_ANSWER,
        "つなぎ元は次を探す", "the sender must look elsewhere"),
    ROW(OFFERED, WITHDRAW, SENDER, WITHDRAWN, NEEDS_REASON | ENDS_ACCESS, "つなぎ元が取り下げる", "the sender takes it back"),
    ROW(OFFERED, DUE, CLOCK, EXPIRED, IS_RETURN | ENDS_ACCESS | IS_ANSWER, "回答がないままコーディネーターへ",
        "silence goes to the coordinator; the lead has not changed"),
    ROW(ACCEPTED, START, RECEIVER, IN_SERVICE, 0, "支援が始まる", "support begins"),
    ROW(ACCEPTED, HOLD, RECEIVER, ON_HOLD, NEEDS_REASON, "時計を止める", "clocks pause"),
    ROW(IN_SERVICE, HOLD, RECEIVER, ON_HOLD, NEEDS_REASON, "時計を止める", "clocks pause"),
    ROW(ON_HOLD, RESUME, RECEIVER, IN_SERVICE, 0, "再開する", "it goes on"),
    ROW(ACCEPTED, COMPLETE, RECEIVER, COMPLETED, NEEDS_REASON | ENDS_ACCESS, "結果をつなぎ元に返す", "the outcome goes back to the sender"),
    ROW(IN_SERVICE, COMPLETE, RECEIVER, COMPLETED, NEEDS_REASON | ENDS_ACCESS, "結果をつなぎ元に返す", "the outcome goes back to the sender"),
    ROW(ON_HOLD, COMPLETE, RECEIVER, COMPLETED, NEEDS_REASON | ENDS_ACCESS, "結果をつなぎ元に返す", "the outcome goes back to the sender"),
    ROW(ACCEPTED, FAIL, RECEIVER, FAILED, NEEDS_REASON | IS_RETURN | ENDS_ACCESS, "つなぎ元に知らせる", "the sender is told"),
    ROW(IN_SERVICE, FAIL, RECEIVER, FAILED, NEEDS_REASON | IS_RETURN | ENDS_ACCESS, "つなぎ元に知らせる", "the sender is told"),
    ROW(ON_HOLD, FAIL, RECEIVER, FAILED, NEEDS_REASON | IS_RETURN | ENDS_ACCESS, "つなぎ元に知らせる", "the sender is told"),
    ROW(ACCEPTED, DECLINE, RECEIVER, DECLINED, NEEDS_REASON | NEEDS_NO_BATON | IS_RETURN | ENDS_ACCESS,
        "引継ぎ以外は後から辞退できる", "a late decline, where no baton moved"),
    ROW(ACCEPTED, REQUEST_CANCEL, SENDER, CANCEL_REQUESTED, NEEDS_REASON, "つなぎ元が取消を求める", "the sender asks to cancel"),
    ROW(IN_SERVICE, REQUEST_CANCEL, SENDER, CANCEL_REQUESTED, NEEDS_REASON, "つなぎ元が取消を求める", "the sender asks to cancel"),
    ROW(ON_HOLD, REQUEST_CANCEL, SENDER, CANCEL_REQUESTED, NEEDS_REASON, "つなぎ元が取消を求める", "the sender asks to cancel"),
    ROW(CANCEL_REQUESTED, CONFIRM, RECEIVER, CANCELLED, ENDS_ACCESS, "受け手が応じる", "the receiver agrees"),
    ROW(CANCEL_REQUESTED, COMPLETE, RECEIVER, COMPLETED, NEEDS_REASON | ENDS_ACCESS, "求めより先に終わっていた", "the work was done before"),
    ROW(CANCEL_REQUESTED, REFUSE, RECEIVER, IN_SERVICE, NEEDS_REASON, "受け手が続ける", "the receiver goes on"),
    ROW(DRAFT, RETRACT, SENDER, ENTERED_IN_ERROR, 0, "消さずに誤りと記す", "never deleted"),
    ROW(OFFERED, RETRACT, SENDER, ENTERED_IN_ERROR, ENDS_ACCESS, "消さずに誤りと記す", "never deleted"),
    ROW(ACCEPTED, RETRACT, COORDINATOR, ENTERED_IN_ERROR, NEEDS_REASON | NEEDS_NOT_LEAD | ENDS_ACCESS,
        "支援機関から外す", "membership ends"),
    ROW(IN_SERVICE, RETRACT, COORDINATOR, ENTERED_IN_ERROR, NEEDS_REASON | NEEDS_NOT_LEAD | ENDS_ACCESS,
        "支援機関から外す", "membership ends"),
    ROW(ON_HOLD, RETRACT, COORDINATOR, ENTERED_IN_ERROR, NEEDS_REASON | NEEDS_NOT_LEAD | ENDS_ACCESS,
        "支援機関から外す", "membership ends"),
    ROW(CANCEL_REQUESTED, RETRACT, COORDINATOR, ENTERED_IN_ERROR, NEEDS_REASON | NEEDS_NOT_LEAD | ENDS_ACCESS,
        "支援機関から外す", "membership ends"),
};
#undef ROW

const struct rule *rule_at(size_t i)
{
    return i < COUNT(RULES) ? &RULES[i] : NULL;
}

const struct rule *rule_find(enum referral_state from, enum referral_event event, unsigned parties)
{
    for (size_t i = 0; i < COUNT(RULES); i++)
        if (RULES[i].from == from && RULES[i].event == event && (parties & (1u << RULES[i].by)))
            return &RULES[i];
    return NULL;
}

unsigned rule_accepts(enum referral_state from, enum referral_kind kind)
{
    unsigned events = 0;

    for (size_t i = 0; i < COUNT(RULES); i++)
        if (RULES[i].from == from && !((RULES[i].needs & NEEDS_NO_BATON) && kind == KIND_TRANSFER))
            events |= 1u << RULES[i].event;
    return events;
}

unsigned referral_parties(const struct referral *r, const struct by *by)
{
    unsigned parties = 0;

    if (by->is_clock)
        return 1u << BY_CLOCK;
    if (by->role == ROLE_COORDINATOR)
        parties |= 1u << BY_COORDINATOR;
    if (agency_eq(by->agency, r->sender))
        parties |= 1u << BY_SENDER;
    if (agency_eq(by->agency, r->receiver))
        parties |= 1u << BY_RECEIVER;
    return parties ? parties : 1u << BY_OUTSIDER;
}

/* A refusal that helps: which state this is and which events it does accept. */
static enum status refuse(struct scope *s, enum status st, const struct referral *was, enum referral_event event)
{
    const struct words *states = words_referral_state(), *events = words_referral_event();
    unsigned accepts = rule_accepts(was->state, was->kind);
    size_t at = 0;

    fail(s, st, "「%s」の状態で「%s」はできません", "a referral that is %s does not take %s from you",
         states->v[was->state].label_ja, events->v[event].label_ja);
    snprintf(s->why.en, sizeof s->why.en, "a referral that is %s does not take %s from you", states->v[was->state].word,
             events->v[event].word);
    snprintf(s->why.state, sizeof s->why.state, "%s", states->v[was->state].word);
    s->why.accepts[0] = 0;
    for (int e = 0; e < referral_event_N_; e++)
        if (accepts & (1u << e))
            at += (size_t)snprintf(s->why.accepts + at, sizeof s->why.accepts - at, "%s%s", at ? "," : "", events->v[e].word);
    return st;
}

static enum status check_needs(struct scope *s, const struct rule *rule, const struct referral *was, bool has_reason)
{
    bool holds = agency_eq(was->receiver, was->lead);

    if ((rule->needs & NEEDS_REASON) && !has_reason)
        return fail(s, INVALID, "理由を選んでください", "a reason is required");
    if ((rule->needs & NEEDS_NO_BATON) && was->kind == KIND_TRANSFER)
        return refuse(s, CONFLICT, was, rule->event);
    if ((rule->needs & NEEDS_NOT_LEAD) && was->kind == KIND_TRANSFER && holds)
        return fail(s, CONFLICT, "主担当は先に引き継いでください", "hand the baton on first");
    return OK;
}

static enum status check_accept(struct scope *s, const struct referral *was)
{
    if (was->has_due && s->now_us > was->due_us)
        return fail(s, EXPIRED, "回答期限を過ぎています", "answered after its deadline");
    if (was->is_closed)
        return fail(s, CONFLICT, "終結したケースです", "the case is closed");
    if (was->kind == KIND_TRANSFER && !agency_eq(was->lead, was->sender))
        return fail(s, CONFLICT, "主担当がすでに替わっています", "the case has another lead by now");
    if (was->kind == KIND_PULL_REQUEST && !agency_eq(was->lead, was->receiver))
        return fail(s, CONFLICT, "主担当がすでに替わっています", "the case has another lead by now");
    return OK;
}

enum status referral_decide(struct scope *s, const struct referral *was, enum referral_event event, const struct by *by,
                            bool has_reason, enum reason reason, struct referral_change *ret_next)
{
    unsigned parties = referral_parties(was, by);
    const struct rule *rule = rule_find(was->state, event, parties);
    struct referral_change next = {.rule = rule, .has_reason = has_reason, .reason = reason};
    bool is_accept = event == EV_ACCEPT, supports = was->kind == KIND_ADDED_SUPPORT;

    if (!rule)
        return refuse(s, rule_find(was->state, event, ~0u) ? DENIED : CONFLICT, was, event);
    TRY(check_needs(s, rule, was, has_reason));
    if (is_accept)
        TRY(check_accept(s, was));
    next.moves_baton = is_accept && was->kind == KIND_TRANSFER;
    next.joins_member = is_accept && supports;
    next.asks_transfer = is_accept && was->kind == KIND_PULL_REQUEST;
    next.opens_items = event == EV_SEND;
    next.closes_access = (rule->needs & ENDS_ACCESS) != 0;
    next.leaves_member = next.closes_access && was->state != REF_OFFERED && !agency_eq(was->receiver, was->lead) &&
                         !was->has_other_support &&
                         (supports || (event == EV_RETRACT && was->kind == KIND_TRANSFER));
    next.is_return = (rule->needs & IS_RETURN) != 0;
    next.is_answer = (rule->needs & (IS_ANSWER | IS_RETURN)) != 0;
    next.calls_meeting = next.is_return && was->returns + 1 >= 2 && !was->has_meeting;
    if (event == EV_DUE) {
        next.has_reason = true;
        next.reason = REASON_SILENCE;
    }
    *ret_next = next;
    return OK;
}
