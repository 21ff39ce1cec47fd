/* Every day is proven after it has ended: that no case that was open in it was ever without a lead, by the history, and that the history's
 * leads are those of the cases themselves, as referral counted them. A day is proven once, by one worker, in the order of days; what was found is
 * an event of the ledger, and each case without a lead is told to those who supervise. */
#include "audit.h"

#include "base/clock.h"
#include "base/hex.h"
#include "q_audit.h"
#include "svc/audited.h"

enum { DAY_LEN = 10, DAYS_MOST = 31, CASES_MOST = 20, DIGEST_LEN = 8 };

static bool is_day(struct span text)
{
    int n[3] = {0};

    if (text.n != DAY_LEN)
        return false;
    for (size_t i = 0, part = 0; i < DAY_LEN; i++) {
        if (i == 4 || i == 7) {
            if (text.p[i] != '-')
                return false;
            part++;
        } else if (text.p[i] < '0' || text.p[i] > '9') {
            return false;
        } else {
            n[part] = 10 * n[part] + text.p[i] - '0';
        }
    }
    return date_is_valid((struct date){.year = n[0], .month = n[1], .day = n[2]});
}

static enum status check_day(struct turn *t, bool is_given, struct span text)
{
    return !is_given || is_day(text) ? OK : fail(t->s, INVALID, "日付は YYYY-MM-DD です", "a day is YYYY-MM-DD");
}

HANDLER(audit_proofs, t, in)
{
    struct q_proofs_of_rows rows;

    TRY(check_day(t, in->has_since, in->since));
    TRY(check_day(t, in->has_until, in->until));
    TRY(q_proofs_of(t->tx, &(struct q_proofs_of){.has_since = in->has_since, .since = in->since, .has_until = in->has_until,
                                                 .until = in->until, .most = in->has_limit ? in->limit : DAYS_MOST}, &rows));
    TRY(tx_flush(t->tx));
    struct lead_proof *list = scope_alloc(t->s, (rows.n + 1) * sizeof *list);
    if (!list)
        return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    for (size_t i = 0; i < rows.n; i++) {
        const struct q_proofs_of_row *r = &rows.v[i];
        list[i] = (struct lead_proof){.day = r->day, .at = r->at, .open = r->open, .with_lead = r->with_lead,
                                      .without_lead = r->without_lead, .cases = {r->cases.v, r->cases.n}, .has_is_same = r->has_is_same,
                                      .is_same = r->is_same};
    }
    TRY(AUDITED(t, audit_proofs, in));
    return ANSWER(t, audit_proofs_are, .days = {list, rows.n});
}

/* Kept until the history is read as far as the snapshot goes. */
HANDLER(leads_counted, t, in)
{
    struct span digest;

    TRY(hex_parse(t->s, in->digest, &digest));
    if (!is_day(in->day) || digest.n != DIGEST_LEN)
        return fail(t->s, INVALID, "主担当機関の集計が壊れています", "the count of leads is damaged");
    return q_leads_counted_put(t->tx, &(struct q_leads_counted_put){.day = in->day, .snapshot = in->snapshot, .open = in->open,
                                                                    .digest = digest, .at = t->s->now_us});
}

static enum status tell(struct turn *t, struct span day, const struct uuid *case_id)
{
    struct q_notice_add notice = {.id = scope_uuid(t->s), .kind = NOTICE_LEAD_MISSING, .has_case_id = case_id != NULL,
                                  .has_detail = true, .detail = day, .at = t->s->now_us};

    if (case_id)
        notice.case_id = *case_id;
    return q_notice_add(t->tx, &notice);
}

static enum status keep(struct turn *t, struct span day, const struct q_proof_make_row *found, const struct q_leads_compare_rows *same)
{
    const char *is_same = !same->n ? "unknown" : same->v[0].is_same ? "yes" : "no";
    const char *said = scope_print(t->s, "%.10s open=%lld with=%lld without=%lld same=%s", (const char *)day.p, (long long)found->open,
                                   (long long)(found->open - found->without_lead), (long long)found->without_lead, is_same);

    TRY(q_proof_put(t->tx, &(struct q_proof_put){
        .day = day, .at = t->s->now_us, .open = found->open, .without_lead = found->without_lead,
        .cases = {found->cases.v, found->cases.n < CASES_MOST ? found->cases.n : CASES_MOST}, .has_is_same = same->n > 0,
        .is_same = same->n && same->v[0].is_same}));
    for (size_t i = 0; i < found->cases.n; i++)
        TRY(tell(t, day, &found->cases.v[i]));
    if (same->n && !same->v[0].is_same)
        TRY(tell(t, day, NULL));
    return RECORD_EVENT(t, .what = HAPPENED_LEADS_PROVEN, .detail = said);
}

enum status leads_prove(struct turn *t, bool *ret_more)
{
    struct q_proof_next_rows next;
    struct q_proof_make_row found;
    struct q_leads_compare_rows same = {.n = 0};
    bool is_mine;

    TRY(history_lock(t, &is_mine));
    if (!is_mine)
        return OK;
    TRY(q_proof_next(t->tx, &(struct q_proof_next){.now = t->s->now_us}, &next));
    TRY(tx_flush(t->tx));
    if (!next.n)
        return OK;
    TRY(q_proof_make(t->tx, &(struct q_proof_make){.starts = next.v[0].starts, .ends = next.v[0].ends}, &found));
    if (next.v[0].has_count)
        TRY(q_leads_compare(t->tx, &(struct q_leads_compare){.day = next.v[0].day}, &same));
    TRY(tx_flush(t->tx));
    *ret_more = true;
    return keep(t, next.v[0].day, &found, &same);
}
