/* Consents as people give them: each of one person, so that what one member of a household agreed to says nothing about another; kept
 * by codes and ids alone; seen by the agencies on the case, its coordinators and auditors. */
#include "directory.h"
#include "permit.h"
#include "routes.h"
#include "svc/audited.h"

#define A_YEAR_US (365 * 24 * 3600 * INT64_C(1000000))

static enum status check_given(struct turn *t, const struct consent_give *in)
{
    const struct routing_directory *dir;

    if (!in->items.n)
        return fail(t->s, INVALID, "同意の対象となる項目を1つ以上選んでください", "a consent names at least one item");
    if (in->has_until && in->until <= t->s->now_us)
        return fail(t->s, INVALID, "同意の期限が過ぎています", "the consent would have ended already");
    for (size_t i = 0; i < in->items.n; i++)
        for (size_t k = i + 1; k < in->items.n; k++)
            if (in->items.v[i] == in->items.v[k])
                return fail(t->s, INVALID, "同じ項目が二度あります", "the same item stands twice");
    TRY(directory_load(t, &dir));
    for (size_t i = 0; i < in->receivers.n; i++)
        if (!directory_agency(dir, in->receivers.v[i], t->s->now_us))
            return fail(t->s, INVALID, "機関 %s は名簿にありません", "agency %s is not in the directory", in->receivers.v[i].code);
    return OK;
}

HANDLER(consent_give, t, in)
{
    struct q_case_lock_rows file;
    struct q_member_of_rows member;
    struct uuid id = in->has_consent_id ? in->consent_id : turn_sibling(t, in->case_id);

    TRY(q_case_lock(t->tx, &(struct q_case_lock){.id = in->case_id}, &file));
    TRY(q_member_of(t->tx, &(struct q_member_of){.id = in->case_id, .agency = t->s->actor.agency}, &member));
    TRY(tx_flush(t->tx));
    if (!file.n || !member.n)
        return fail(t->s, NOT_FOUND, "該当するケースはありません", "no such case");
    if (file.v[0].is_closed)
        return fail(t->s, CONFLICT, "終結したケースです", "the case is closed");
    TRY(check_given(t, in));
    TRY(q_consent_add(t->tx, &(struct q_consent_add){
        .id = id, .case_id = in->case_id, .person = in->has_person_id ? in->person_id : in->case_id, .purpose = in->purpose,
        .items = {in->items.v, in->items.n}, .receivers = {in->receivers.v, in->receivers.n}, .at = t->s->now_us,
        .until = in->has_until ? in->until : t->s->now_us + A_YEAR_US, .evidence = in->evidence, .has_note = in->has_evidence_note,
        .note = in->evidence_note, .by = t->s->actor.agency, .recorder = span_str(t->s->actor.user)}));
    TRY(RECORD_EVENT(t, .what = HAPPENED_CONSENT_GIVEN, .case_id = in->case_id, .about = id,
                     .detail = words_at(words_purpose(), in->purpose)));
    return ANSWER(t, done, .has_id = true, .id = id, .has_state = true, .state = SPAN_LIT("given"));
}

HANDLER(consent_list, t, in)
{
    struct q_member_of_rows member;
    struct q_consents_of_rows rows;
    int role = t->s->actor.role;

    TRY(AUDITED(t, consent_list, in));
    TRY(q_member_of(t->tx, &(struct q_member_of){.id = in->case_id, .agency = t->s->actor.agency}, &member));
    TRY(q_consents_of(t->tx, &(struct q_consents_of){.id = in->case_id}, &rows));
    TRY(tx_flush(t->tx));
    if (!member.n && role != ROLE_COORDINATOR && role != ROLE_AUDITOR)
        return fail(t->s, NOT_FOUND, "該当するケースはありません", "no such case");
    struct consent_line *lines = scope_alloc(t->s, rows.n * sizeof *lines + 1);
    if (!lines)
        return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    for (size_t i = 0; i < rows.n; i++) {
        const struct q_consents_of_row *r = &rows.v[i];
        lines[i] = (struct consent_line){
            .consent_id = r->consent_id, .person_id = r->person_id, .purpose = r->purpose, .items = {r->items.v, r->items.n},
            .receivers = {r->receivers.v, r->receivers.n}, .given_at = r->given_at, .until = r->until,
            .has_withdrawn_at = r->has_withdrawn_at, .withdrawn_at = r->withdrawn_at, .evidence = r->evidence,
            .recorded_by = r->recorded_by, .recalls_open = r->recalls_open};
    }
    return ANSWER(t, consent_lines, .consents = {lines, rows.n});
}
