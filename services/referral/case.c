/* The case as referral knows it: opened once, held by one agency, closed with a reason. */
#include "q_referral.h"
#include "referral.h"
#include "svc/audited.h"

HANDLER(case_opened, t, in)
{
    static const int64_t ALL[] = {ITEM_IDENTITY, ITEM_CONTACT, ITEM_NARRATIVE, ITEM_NOTES};
    struct uuid consent_id = turn_sibling(t, in->case_id);

    _Static_assert(COUNT(ALL) == item_N_, "a consent told at the first call covers every item there is");
    TRY(q_file_open(t->tx, &(struct q_file_open){.id = in->case_id, .at = in->received_at, .by = in->received_by, .area = in->area,
        .age = in->age_band, .needs = {in->needs.v, in->needs.n}, .urgency = in->urgency, .consent = in->consent,
        .consent_id = consent_id, .items = {ALL, COUNT(ALL)}, .recorder = span_str(t->s->actor.user)}));
    TRY(RECORD_EVENT(t, .what = HAPPENED_BATON_CREATED, .case_id = in->case_id, .counterpart = in->received_by));
    if (in->consent != CONSENT_GIVEN)
        return OK;
    return RECORD_EVENT(t, .what = HAPPENED_CONSENT_GIVEN, .case_id = in->case_id, .about = consent_id,
                        .detail = words_at(words_purpose(), PURPOSE_SUPPORT));
}

static bool is_on_case(const struct turn *t, const struct q_members_of_rows *rows)
{
    if (t->s->actor.role == ROLE_AUDITOR || t->s->actor.role == ROLE_COORDINATOR)
        return true;
    for (size_t i = 0; i < rows->n; i++)
        if (agency_eq(rows->v[i].agency, t->s->actor.agency))
            return true;
    return false;
}

HANDLER(custody_show, t, in)
{
    struct q_case_lock_rows file;
    struct q_members_of_rows rows;
    struct custody out = {.case_id = in->case_id};

    TRY(AUDITED(t, custody_show, in));
    TRY(q_case_lock(t->tx, &(struct q_case_lock){.id = in->case_id}, &file));
    TRY(q_members_of(t->tx, &(struct q_members_of){.id = in->case_id}, &rows));
    TRY(tx_flush(t->tx));
    if (!file.n || !is_on_case(t, &rows))
        return fail(t->s, NOT_FOUND, "該当するケースはありません", "no such case");
    struct case_member *members = scope_alloc(t->s, rows.n * sizeof *members + 1);
    if (!members)
        return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    for (size_t i = 0; i < rows.n; i++)
        members[i] = (struct case_member){.agency = rows.v[i].agency, .is_lead = rows.v[i].is_lead, .since = rows.v[i].since,
                                          .has_until = rows.v[i].has_until, .until = rows.v[i].until};
    out.lead = file.v[0].lead;
    out.since = file.v[0].since;
    out.version = file.v[0].version;
    out.returns = file.v[0].returns;
    out.is_closed = file.v[0].is_closed;
    out.members.v = members;
    out.members.n = rows.n;
    return turn_answer(t, shape_custody(), &out);
}

static bool may_end_with(enum reason reason)
{
    return reason == REASON_GOAL_REACHED || reason == REASON_MOVED || reason == REASON_DIED || reason == REASON_NO_LONGER_NEEDED ||
           reason == REASON_PERSON_DECLINED;
}

/* A case ends with an evaluation and a reason or successor; "not ours" is none (DR-02, DR-15). */
HANDLER(case_close, t, in)
{
    struct q_case_lock_rows file;
    struct q_open_referrals_row open;
    struct q_member_of_rows member;

    TRY(q_case_lock(t->tx, &(struct q_case_lock){.id = in->case_id}, &file));
    TRY(q_member_of(t->tx, &(struct q_member_of){.id = in->case_id, .agency = t->s->actor.agency}, &member));
    TRY(q_open_referrals(t->tx, &(struct q_open_referrals){.id = in->case_id}, &open));
    TRY(tx_flush(t->tx));
    if (!file.n || (!member.n && t->s->actor.role != ROLE_COORDINATOR))
        return fail(t->s, NOT_FOUND, "該当するケースはありません", "no such case");
    if (!agency_eq(file.v[0].lead, t->s->actor.agency))
        return fail(t->s, DENIED, "終結できるのは主担当機関だけです", "only the lead may close the case");
    if (file.v[0].is_closed)
        return fail(t->s, CONFLICT, "すでに終結しています", "the case is closed already");
    if (!may_end_with((enum reason)in->reason))
        return fail(t->s, INVALID, "この理由では終結できません", "this is no reason to close a case");
    if (open.n)
        return fail(t->s, CONFLICT, "回答待ちのつなぎがあります", "referrals are still waiting for an answer");
    TRY(q_baton_close(t->tx, &(struct q_baton_close){.id = in->case_id, .was = file.v[0].version, .at = t->s->now_us,
        .reason = in->reason, .has_successor = in->has_successor, .successor = in->successor, .evaluation = in->evaluation_note}));
    TRY(RECORD_EVENT(t, .what = HAPPENED_CASE_CLOSED, .case_id = in->case_id,
                     .counterpart = in->has_successor ? in->successor : (struct agency_id){""}, .about = in->evaluation_note,
                     .reason = words_at(words_reason(), in->reason)));
    return ANSWER(t, done, .has_id = true, .id = in->case_id, .has_state = true, .state = SPAN_LIT("closed"));
}
