/* Every emergency reading is reviewed within two business days, by somebody else than its user. The words given for it are a person's
 * own: they come sealed by keys for this process alone and rest sealed under its key. */
#include "audit.h"

#include "base/calendar.h"
#include "base/hex.h"
#include "q_audit.h"
#include "seal/envelope.h"
#include "seal/vault.h"
#include "svc/audited.h"

enum { REVIEW_DAYS = 2, OFFICE_CLOSES_MIN = 17 * 60 + 15 };

static const struct audit_own *own_of(const struct turn *t)
{
    return t->own;
}

/* what: "words" of who read, "finding" of who reviewed; neither opens as the other. */
static const char *owner_of(struct turn *t, const char *what, struct uuid id)
{
    char text[UUID_TEXT_MAX];

    return scope_print(t->s, "audit.emergency %s %s", what, uuid_print(id, text));
}

static enum status words_put(struct turn *t, const char *what, struct uuid id, struct span plain, struct span *ret_sealed)
{
    return vault_put(t->s, own_of(t)->key, owner_of(t, what, id), plain, ret_sealed);
}

static enum status words_take(struct turn *t, const char *what, struct uuid id, struct span sealed, struct span *ret_plain)
{
    AUTO(secret) plain = NULL;

    if (!sealed.n) { /* erased with the case */
        *ret_plain = sealed;
        return OK;
    }
    TRY(vault_take(t->s, own_of(t)->key, owner_of(t, what, id), sealed, &plain));
    return scope_copy(t->s, secret_span(plain), ret_plain);
}

HANDLER(glass_broken, t, in)
{
    struct span sealed, plain, words;
    int64_t due = business_due_us(in->at, REVIEW_DAYS, OFFICE_CLOSES_MIN);

    TRY(hex_parse(t->s, in->text, &sealed));
    TRY(envelope_open_body(t->s, own_of(t)->ring, "keys", span_of(in->id.b, UUID_LEN), sealed, &plain));
    TRY(words_put(t, "words", in->id, plain, &words));
    TRY(q_emergency_add(t->tx, &(struct q_emergency_add){
        .id = in->id, .case_id = in->case_id, .agency = in->agency, .user = in->user, .reason = in->reason, .words = words,
        .at = in->at, .until = in->until, .due = due}));
    TRY(q_notice_add(t->tx, &(struct q_notice_add){
        .id = in->id, .kind = NOTICE_BREAK_GLASS, .has_case_id = true, .case_id = in->case_id, .has_agency = true, .agency = in->agency,
        .has_user = true, .user = in->user, .has_detail = true, .detail = span_str(words_at(words_emergency_reason(), in->reason)),
        .has_due = true, .due = due, .at = in->at}));
    return RECORD_EVENT(t, .what = HAPPENED_BREAK_GLASS, .case_id = in->case_id, .about = in->id,
                        .reason = words_at(words_emergency_reason(), in->reason));
}

HANDLER(review_list, t, in)
{
    struct q_emergencies_of_rows rows;
    struct review_lines out = {0};

    TRY(AUDITED(t, review_list, in));
    TRY(q_emergencies_of(t->tx, &(struct q_emergencies_of){.all = in->has_all && in->all, .most = in->has_limit ? in->limit : 50}, &rows));
    TRY(tx_flush(t->tx));
    struct review_line *lines = scope_alloc(t->s, (rows.n + 1) * sizeof *lines);
    if (!lines)
        return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    for (size_t i = 0; i < rows.n; i++) {
        const struct q_emergencies_of_row *r = &rows.v[i];
        struct span words, finding = {0};
        TRY(words_take(t, "words", r->id, r->words, &words));
        if (r->has_finding)
            TRY(words_take(t, "finding", r->id, r->finding, &finding));
        lines[i] = (struct review_line){
            .id = r->id, .case_id = r->case_id, .agency = r->agency, .user = r->user_name, .reason = r->reason, .text = words,
            .at = r->at, .until = r->until, .due = r->due, .has_reviewed_at = r->has_reviewed_at, .reviewed_at = r->reviewed_at,
            .has_reviewed_by = r->has_reviewed_by, .reviewed_by = r->reviewed_by, .has_outcome = r->has_outcome, .outcome = r->outcome,
            .has_finding = r->has_finding, .finding = finding};
    }
    out.reviews.v = lines;
    out.reviews.n = rows.n;
    return turn_answer(t, shape_review_lines(), &out);
}

HANDLER(review_do, t, in)
{
    struct q_emergency_one_rows rows;
    struct span finding = {0};

    TRY(q_emergency_one(t->tx, &(struct q_emergency_one){.id = in->id}, &rows));
    TRY(tx_flush(t->tx));
    if (!rows.n)
        return fail(t->s, NOT_FOUND, "該当する緊急閲覧はありません", "no such emergency reading");
    if (span_is(rows.v[0].user_name, t->s->actor.user))
        return fail(t->s, DENIED, "自分の緊急閲覧は確認できません", "nobody reviews their own emergency reading");
    if (rows.v[0].has_reviewed_at)
        return fail(t->s, CONFLICT, "すでに確認されています", "it is reviewed already");
    if (in->has_text && in->text.n)
        TRY(words_put(t, "finding", in->id, in->text, &finding));
    TRY(q_emergency_review(t->tx, &(struct q_emergency_review){
        .id = in->id, .by = span_str(t->s->actor.user), .outcome = in->outcome, .has_finding = finding.n > 0, .finding = finding,
        .at = t->s->now_us}));
    TRY(RECORD_EVENT(t, .what = HAPPENED_REVIEW, .case_id = rows.v[0].case_id, .counterpart = rows.v[0].agency, .about = in->id,
                     .detail = words_at(words_review_outcome(), in->outcome)));
    return ANSWER(t, done, .has_id = true, .id = in->id);
}

enum status remind_late(struct turn *t, bool *ret_more)
{
    struct q_emergencies_late_rows rows;

    TRY(q_emergencies_late(t->tx, &(struct q_emergencies_late){.now = t->s->now_us}, &rows));
    TRY(tx_flush(t->tx));
    for (size_t i = 0; i < rows.n; i++)
        TRY(q_notice_add(t->tx, &(struct q_notice_add){
            .id = scope_uuid(t->s), .kind = NOTICE_REVIEW_DUE, .has_case_id = true, .case_id = rows.v[i].case_id, .has_agency = true,
            .agency = rows.v[i].agency, .has_user = true, .user = rows.v[i].user_name, .has_due = true, .due = rows.v[i].due,
            .at = t->s->now_us}));
    *ret_more = rows.n == 16;
    return OK;
}
