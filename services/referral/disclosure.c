/* What was disclosed, for those who answer for it: of one case to its agencies, of a year to the review board. A page begins where the
 * last one ended, by time and id, so that rows which come in meanwhile neither hide one nor show one twice. */
#include "base/clock.h"

#include "q_referral.h"
#include "referral.h"
#include "routes.h"
#include "svc/audited.h"

enum { PAGE = 200, FIRST_MONTH = 4, YEAR_LEAST = 1970 };

#define SAME_COLUMNS(q) \
    _Static_assert(sizeof(struct q_##q##_row) == sizeof(struct q_disclosures_of_case_row), #q " reads other columns")
SAME_COLUMNS(disclosures_of_year);
SAME_COLUMNS(disclosures_of_agency);

/* Where a page begins and ends. */
struct page {
    struct uuid after;
    int64_t after_us, until_us;
    bool bare; /* only those on no consent */
    int64_t most;
};

static enum status page_of(struct turn *t, const struct disclosure_list *in, struct page *ret_page)
{
    struct date today = date_of(t->s->now_us);
    int year = in->has_year ? (int)in->year : today.month < FIRST_MONTH ? today.year - 1 : today.year;
    struct q_disclosure_at_rows at;
    struct page p = {.bare = in->has_without_consent && in->without_consent, .most = in->has_limit ? in->limit : PAGE};

    if (year < YEAR_LEAST || year >= 9999)
        return fail(t->s, INVALID, "年度が正しくありません", "no such fiscal year");
    p.after_us = in->has_case_id ? 0 : date_start_us((struct date){year, FIRST_MONTH, 1});
    p.until_us = date_start_us((struct date){year + 1, FIRST_MONTH, 1});
    if (in->has_after) {
        TRY(q_disclosure_at(t->tx, &(struct q_disclosure_at){.id = in->after}, &at));
        TRY(tx_flush(t->tx));
        if (!at.n)
            return fail(t->s, NOT_FOUND, "該当する提供記録はありません", "no such disclosure");
        p.after = in->after;
        p.after_us = at.v[0].at > p.after_us ? at.v[0].at : p.after_us;
    }
    *ret_page = p;
    return OK;
}

static enum status answer_lines(struct turn *t, const struct q_disclosures_of_case_rows *rows)
{
    struct disclosure_line *lines = scope_alloc(t->s, rows->n * sizeof *lines + 1);

    if (!lines)
        return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    for (size_t i = 0; i < rows->n; i++) {
        const struct q_disclosures_of_case_row *r = &rows->v[i];
        lines[i] = (struct disclosure_line){
            .disclosure_id = r->disclosure_id, .case_id = r->case_id, .has_ref_id = r->has_ref_id, .ref_id = r->ref_id, .at = r->at,
            .from = r->sender, .receiver = r->receiver, .items = {r->items.v, r->items.n}, .basis = r->basis, .law = r->law,
            .has_consent_id = r->has_consent_id, .consent_id = r->consent_id, .has_session = r->has_session, .session = r->session,
            .purpose = r->purpose, .approver = r->approver};
    }
    return ANSWER(t, disclosure_lines, .disclosures = {lines, rows->n});
}

static enum status list_case(struct turn *t, const struct disclosure_list *in, const struct page *p)
{
    struct q_member_of_rows member;
    struct q_disclosures_of_case_rows rows;
    int role = t->s->actor.role;

    if (in->has_year)
        return fail(t->s, INVALID, "ケースか年度のどちらかを指定してください", "name a case or a year, not both");
    TRY(q_member_of(t->tx, &(struct q_member_of){.id = in->case_id, .agency = t->s->actor.agency}, &member));
    TRY(q_disclosures_of_case(t->tx, &(struct q_disclosures_of_case){
        .case_id = in->case_id, .after_at = p->after_us, .after = p->after, .bare = p->bare, .most = p->most}, &rows));
    TRY(tx_flush(t->tx));
    if (!member.n && role != ROLE_COORDINATOR && role != ROLE_AUDITOR)
        return fail(t->s, NOT_FOUND, "該当するケースはありません", "no such case");
    return answer_lines(t, &rows);
}

HANDLER(disclosure_list, t, in)
{
    struct q_disclosures_of_case_rows rows = {0};
    int role = t->s->actor.role;
    struct page p = {.most = PAGE};

    TRY(AUDITED(t, disclosure_list, in));
    TRY(page_of(t, in, &p));
    if (in->has_case_id)
        return list_case(t, in, &p);
    if (role == ROLE_COORDINATOR || role == ROLE_AUDITOR)
        TRY(q_disclosures_of_year(t->tx, &(struct q_disclosures_of_year){
            .until = p.until_us, .after_at = p.after_us, .after = p.after, .bare = p.bare, .most = p.most}, (void *)&rows));
    else
        TRY(q_disclosures_of_agency(t->tx, &(struct q_disclosures_of_agency){
            .agency = t->s->actor.agency, .until = p.until_us, .after_at = p.after_us, .after = p.after, .bare = p.bare,
            .most = p.most}, (void *)&rows));
    TRY(tx_flush(t->tx));
    return answer_lines(t, &rows);
}
