/* What somebody must look at. Who sees which notice is said by the row-level security of audit.notice, and only there; seeing one is
 * each reader's own. */
#include "audit.h"
#include "q_audit.h"

HANDLER(notice_put, t, in)
{
    return q_notice_add(t->tx, &(struct q_notice_add){
        .id = in->notice_id, .kind = in->kind, .has_case_id = in->has_case_id, .case_id = in->case_id, .has_agency = in->has_agency,
        .agency = in->agency, .has_user = in->has_user, .user = in->user, .has_detail = in->has_detail, .detail = in->detail,
        .has_due = in->has_due, .due = in->due, .at = t->s->now_us});
}

HANDLER(many_reads, t, in)
{
    return q_notice_add(t->tx, &(struct q_notice_add){
        .id = scope_uuid(t->s), .kind = NOTICE_MANY_READS, .has_agency = true, .agency = in->agency, .has_user = true, .user = in->user,
        .has_detail = true, .detail = span_str(scope_print(t->s, "%lld", (long long)in->cases)), .at = in->at});
}

HANDLER(notice_list, t, in)
{
    struct q_notices_of_rows rows;
    struct notice_lines out = {0};

    TRY(q_notices_of(t->tx, &(struct q_notices_of){.user = span_str(t->s->actor.user), .all = in->has_all && in->all,
                                                   .most = in->has_limit ? in->limit : 50}, &rows));
    TRY(tx_flush(t->tx));
    struct notice_line *lines = scope_alloc(t->s, (rows.n + 1) * sizeof *lines);
    if (!lines)
        return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    for (size_t i = 0; i < rows.n; i++) {
        const struct q_notices_of_row *r = &rows.v[i];
        lines[i] = (struct notice_line){
            .notice_id = r->notice_id, .kind = r->kind, .has_case_id = r->has_case_id, .case_id = r->case_id,
            .has_agency = r->has_agency, .agency = r->agency, .has_user = r->has_user_name, .user = r->user_name,
            .has_detail = r->has_detail, .detail = r->detail, .at = r->at, .has_due = r->has_due, .due = r->due,
            .has_seen_at = r->has_seen_at, .seen_at = r->seen_at};
    }
    out.notices.v = lines;
    out.notices.n = rows.n;
    return turn_answer(t, shape_notice_lines(), &out);
}

HANDLER(notice_seen, t, in)
{
    struct q_notice_one_rows rows;

    TRY(q_notice_one(t->tx, &(struct q_notice_one){.id = in->notice_id}, &rows));
    TRY(tx_flush(t->tx));
    if (!rows.n)
        return fail(t->s, NOT_FOUND, "該当するお知らせはありません", "no such notice");
    TRY(q_notice_mark(t->tx, &(struct q_notice_mark){.id = in->notice_id, .user = span_str(t->s->actor.user), .at = t->s->now_us}));
    return ANSWER(t, done, .has_id = true, .id = in->notice_id);
}
