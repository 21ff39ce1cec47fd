/* Referrals as lists: what waits for an answer, what was sent, what came back, and all of one case. */
#include <string.h>

#include "q_referral.h"
#include "store.h"

/* The list queries read the same columns, in the order of struct q_referral_one_row. */
#define SAME_COLUMNS(q) _Static_assert(sizeof(struct q_##q##_row) == sizeof(struct q_referral_one_row), #q " reads other columns")
SAME_COLUMNS(referrals_in);
SAME_COLUMNS(referrals_sent);
SAME_COLUMNS(referrals_returned);
SAME_COLUMNS(referrals_of_case);

static struct referral_line line_of(const struct q_referral_one_row *r)
{
    return (struct referral_line){
        .ref_id = r->ref_id, .case_id = r->case_id, .kind = r->kind, .from = r->sender, .to = r->receiver, .state = r->state,
        .needs = {r->needs.v, r->needs.n}, .items = {r->items.v, r->items.n}, .basis = r->basis, .urgency = r->urgency,
        .has_reason = r->has_reason, .reason = r->reason, .visit = r->visit, .drafted_at = r->drafted_at, .has_due_at = r->has_due_at,
        .due_at = r->due_at, .has_read_at = r->has_read_at, .read_at = r->read_at, .has_answered_at = r->has_answered_at,
        .answered_at = r->answered_at, .version = r->version};
}

static enum status answer_lines(struct turn *t, const void *rows_v, size_t n)
{
    const struct q_referral_one_row *rows = rows_v;
    struct referral_line *lines = scope_alloc(t->s, n * sizeof *lines + 1);

    if (!lines)
        return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    for (size_t i = 0; i < n; i++)
        lines[i] = line_of(&rows[i]);
    return ANSWER(t, referral_lines, .referrals = {lines, n});
}

/* Opening it for the first time by the receiver is recorded: the sender sees that it was read. */
HANDLER(referral_show, t, in)
{
    struct by by = turn_by(t);
    struct referral was;
    struct referral_change next;
    struct uuid meeting;
    struct q_referral_one_rows rows;

    TRY(referral_load(t, in->ref_id, &was));
    unsigned parties = referral_parties(&was, &by);
    if (parties == 1u << BY_OUTSIDER)
        return fail(t->s, NOT_FOUND, "該当するつなぎはありません", "no such referral");
    if ((parties & (1u << BY_RECEIVER)) && !was.is_read && was.state == REF_OFFERED) {
        TRY(referral_decide(t->s, &was, EV_DELIVER, &by, false, REASON_OTHER, &next));
        TRY(referral_apply(t, &was, &next, false, 0, &meeting));
    }
    TRY(q_referral_one(t->tx, &(struct q_referral_one){.id = in->ref_id}, &rows));
    TRY(tx_flush(t->tx));
    return answer_lines(t, rows.v, rows.n);
}

static enum status list_case(struct turn *t, const struct referral_list *in, int64_t most)
{
    struct q_referrals_of_case_rows rows;
    struct q_member_of_rows member;

    if (!in->has_case_id)
        return fail(t->s, INVALID, "ケースを指定してください", "name the case");
    TRY(q_member_of(t->tx, &(struct q_member_of){.id = in->case_id, .agency = t->s->actor.agency}, &member));
    TRY(q_referrals_of_case(t->tx, &(struct q_referrals_of_case){.id = in->case_id, .most = most}, &rows));
    TRY(tx_flush(t->tx));
    if (!member.n && t->s->actor.role != ROLE_COORDINATOR)
        return fail(t->s, NOT_FOUND, "該当するケースはありません", "no such case");
    return answer_lines(t, rows.v, rows.n);
}

HANDLER(referral_list, t, in)
{
    int64_t most = in->has_limit ? in->limit : 50;
    struct span box = in->has_box ? in->box : SPAN_LIT("inbox");
    struct {
        const void *v;
        size_t n;
    } rows = {0};

    if (span_is(box, "case"))
        return list_case(t, in, most);
    if (span_is(box, "inbox")) {
        TRY(q_referrals_in(t->tx, &(struct q_referrals_in){.agency = t->s->actor.agency, .most = most}, (void *)&rows));
    } else if (span_is(box, "sent")) {
        TRY(q_referrals_sent(t->tx, &(struct q_referrals_sent){.agency = t->s->actor.agency, .most = most}, (void *)&rows));
    } else if (span_is(box, "returned")) {
        if (t->s->actor.role != ROLE_COORDINATOR)
            return fail(t->s, DENIED, "コーディネーターだけが見られます", "only coordinators may see these");
        TRY(q_referrals_returned(t->tx, &(struct q_referrals_returned){.most = most}, (void *)&rows));
    } else {
        return fail(t->s, INVALID, "box は inbox, sent, returned, case のいずれかです", "box is inbox, sent, returned or case");
    }
    TRY(tx_flush(t->tx));
    return answer_lines(t, rows.v, rows.n);
}
