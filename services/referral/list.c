/* What waits for whom, as lists: referrals to answer, sent, taken on or come back, all of one case; open cases an agency is on, and those
 * that stand alone. Nobody gets more than a page, everybody gets the next one, and what must be answered is never behind what need not. */
#include "base/clock.h"
#include "q_referral.h"
#include "q_work.h"
#include "store.h"

/* The list queries read the same columns, in the order of struct q_referral_one_row. */
#define SAME_COLUMNS(q) _Static_assert(sizeof(struct q_##q##_row) == sizeof(struct q_referral_one_row), #q " reads other columns")
SAME_COLUMNS(referrals_in);
SAME_COLUMNS(referrals_to_answer);
SAME_COLUMNS(referrals_active);
SAME_COLUMNS(referrals_sent);
SAME_COLUMNS(referrals_awaited);
SAME_COLUMNS(referrals_running);
SAME_COLUMNS(referrals_back);
SAME_COLUMNS(referrals_returned);
SAME_COLUMNS(referrals_lost);
SAME_COLUMNS(referrals_of_case);
_Static_assert(sizeof(struct q_cases_held_row) == sizeof(struct q_cases_alone_row), "both lists of cases read the same columns");

/* As wide as every list's rows: the lists differ in the type of a row's name alone. */
struct some_rows {
    const void *v;
    size_t n;
};

static const struct uuid FIRST = {{0}}, LAST = {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};
static const int64_t CENTURY_US = 36525 * INT64_C(86400) * US_PER_S;

static struct referral_line line_of(const struct q_referral_one_row *r)
{
    return (struct referral_line){
        .ref_id = r->ref_id, .case_id = r->case_id, .kind = r->kind, .from = r->sender, .to = r->receiver, .state = r->state,
        .needs = {r->needs.v, r->needs.n}, .items = {r->items.v, r->items.n}, .basis = r->basis, .urgency = r->urgency,
        .has_reason = r->has_reason, .reason = r->reason, .visit = r->visit, .drafted_at = r->drafted_at, .has_due_at = r->has_due_at,
        .due_at = r->due_at, .has_read_at = r->has_read_at, .read_at = r->read_at, .has_answered_at = r->has_answered_at,
        .answered_at = r->answered_at, .version = r->version};
}

static enum status answer_page(struct turn *t, struct some_rows rows_of, const int64_t *total)
{
    const struct q_referral_one_row *rows = rows_of.v;
    struct referral_line *lines = scope_alloc(t->s, rows_of.n * sizeof *lines + 1);

    if (!lines)
        return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    for (size_t i = 0; i < rows_of.n; i++)
        lines[i] = line_of(&rows[i]);
    return ANSWER(t, referral_lines, .referrals = {lines, rows_of.n}, .has_total = total != NULL, .total = total ? *total : 0);
}

static enum status answer_lines(struct turn *t, const void *rows, size_t n)
{
    return answer_page(t, (struct some_rows){rows, n}, NULL);
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

/* The boxes people work through. Those that begin with what is due first go forward from their page's last line, those that begin with the
 * latest go back from it. */
enum paged { ANSWER_BOX, ACTIVE, AWAITED, RUNNING, BACK, RETURNED, UNANSWERED, REFUSED, PAGED_N };
static const struct {
    const char *name;
    bool goes_back, is_board;
} PAGED[PAGED_N] = {
    [ANSWER_BOX] = {"answer", false, false}, [ACTIVE] = {"active", true, false},     [AWAITED] = {"awaited", false, false},
    [RUNNING] = {"running", true, false},    [BACK] = {"back", false, false},        [RETURNED] = {"returned", false, true},
    [UNANSWERED] = {"expired", false, true}, [REFUSED] = {"refused", false, true},
};

static enum paged paged_find(struct span box)
{
    for (size_t i = 0; i < PAGED_N; i++)
        if (span_is(box, PAGED[i].name))
            return (enum paged)i;
    return PAGED_N;
}

static enum status queue_page(struct turn *t, enum paged box, int64_t at, struct uuid ref, int64_t most, void *ret_rows)
{
    struct agency_id agency = t->s->actor.agency;

#define OWN(list) q_referrals_##list(t->tx, &(struct q_referrals_##list){.agency = agency, .after = at, .after_ref = ref, .most = most}, ret_rows)
    switch (box) {
    case ANSWER_BOX:
        return OWN(to_answer);
    case ACTIVE:
        return OWN(active);
    case AWAITED:
        return OWN(awaited);
    case RUNNING:
        return OWN(running);
    case BACK:
        return OWN(back);
    case UNANSWERED:
    case REFUSED:
        return q_referrals_lost(t->tx, &(struct q_referrals_lost){.expired = box == UNANSWERED, .after = at, .after_ref = ref,
                                                                  .most = most}, ret_rows);
    case RETURNED:
    case PAGED_N:
        break;
    }
#undef OWN
    return q_referrals_returned(t->tx, &(struct q_referrals_returned){.after = at, .after_ref = ref, .most = most}, ret_rows);
}

/* A first page that is not full says by itself how many there are. */
static enum status list_paged(struct turn *t, const struct referral_list *in, enum paged box, int64_t most)
{
    struct some_rows rows = {0};
    struct q_referrals_count_row all;
    bool goes_back = PAGED[box].goes_back;
    int64_t start = goes_back ? t->s->now_us + CENTURY_US : 0;

    if (in->has_after != in->has_after_ref)
        return fail(t->s, INVALID, "after と after_ref は一緒に指定してください", "after and after_ref go together");
    if (PAGED[box].is_board && t->s->actor.role != ROLE_COORDINATOR)
        return fail(t->s, DENIED, "コーディネーターだけが見られます", "only coordinators may see these");
    TRY(queue_page(t, box, in->has_after ? in->after : start, in->has_after ? in->after_ref : goes_back ? LAST : FIRST, most, &rows));
    TRY(tx_flush(t->tx));
    if (in->has_after)
        return answer_page(t, rows, NULL);
    all.n = (int64_t)rows.n;
    if (all.n == most) {
        TRY(q_referrals_count(t->tx, &(struct q_referrals_count){.box = in->box, .agency = t->s->actor.agency}, &all));
        TRY(tx_flush(t->tx));
    }
    return answer_page(t, rows, &all.n);
}

HANDLER(referral_list, t, in)
{
    int64_t most = in->has_limit ? in->limit : 50;
    struct span box = in->has_box ? in->box : SPAN_LIT("inbox");
    enum paged paged = paged_find(box);
    struct some_rows rows = {0};

    if (paged != PAGED_N)
        return list_paged(t, in, paged, most);
    if (span_is(box, "case"))
        return list_case(t, in, most);
    if (span_is(box, "inbox"))
        TRY(q_referrals_in(t->tx, &(struct q_referrals_in){.agency = t->s->actor.agency, .most = most}, (void *)&rows));
    else if (span_is(box, "sent"))
        TRY(q_referrals_sent(t->tx, &(struct q_referrals_sent){.agency = t->s->actor.agency, .most = most}, (void *)&rows));
    else
        return fail(t->s, INVALID, "box は inbox, answer, active, sent, awaited, running, back, returned, expired, refused, case のいずれかです",
                    "box is inbox, answer, active, sent, awaited, running, back, returned, expired, refused or case");
    TRY(tx_flush(t->tx));
    return answer_lines(t, rows.v, rows.n);
}

static enum status answer_cases(struct turn *t, struct some_rows rows_of, const int64_t *total)
{
    const struct q_cases_held_row *r = rows_of.v;
    struct work_line *lines = scope_alloc(t->s, rows_of.n * sizeof *lines + 1);

    if (!lines)
        return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    for (size_t i = 0; i < rows_of.n; i++)
        lines[i] = (struct work_line){
            .case_id = r[i].case_id, .received_at = r[i].received_at, .since = r[i].since, .lead = r[i].lead,
            .is_lead = agency_eq(r[i].lead, t->s->actor.agency), .area = r[i].area, .age_band = r[i].age,
            .needs = {r[i].needs.v, r[i].needs.n}, .urgency = r[i].urgency, .returns = r[i].returns};
    return ANSWER(t, work_lines, .cases = {lines, rows_of.n}, .has_total = total != NULL, .total = total ? *total : 0);
}

HANDLER(work_list, t, in)
{
    int64_t most = in->has_limit ? in->limit : 50;
    struct span box = in->has_box ? in->box : SPAN_LIT("held");
    bool is_alone = span_is(box, "alone");
    struct some_rows rows = {0};
    struct q_cases_count_row all;

    if (!is_alone && !span_is(box, "held"))
        return fail(t->s, INVALID, "box は held, alone のいずれかです", "box is held or alone");
    if (is_alone && t->s->actor.role != ROLE_COORDINATOR)
        return fail(t->s, DENIED, "コーディネーターだけが見られます", "only coordinators may see these");
    if (in->has_after != in->has_after_case)
        return fail(t->s, INVALID, "after と after_case は一緒に指定してください", "after and after_case go together");
    if (is_alone)
        TRY(q_cases_alone(t->tx, &(struct q_cases_alone){.after = in->has_after ? in->after : 0,
            .after_case = in->has_after ? in->after_case : FIRST, .most = most}, (void *)&rows));
    else
        TRY(q_cases_held(t->tx, &(struct q_cases_held){.agency = t->s->actor.agency,
            .after = in->has_after ? in->after : t->s->now_us + CENTURY_US, .after_case = in->has_after ? in->after_case : LAST,
            .most = most}, (void *)&rows));
    TRY(tx_flush(t->tx));
    if (in->has_after)
        return answer_cases(t, rows, NULL);
    all.n = (int64_t)rows.n;
    if (all.n == most) {
        TRY(q_cases_count(t->tx, &(struct q_cases_count){.alone = is_alone, .agency = t->s->actor.agency}, &all));
        TRY(tx_flush(t->tx));
    }
    return answer_cases(t, rows, &all.n);
}
