/* A new つなぎ: drafted by the lead (or by an agency that asks for the case), to one agency or to several at once. */
#include "directory.h"
#include "permit.h"
#include "store.h"

/* What a draft is decided on. */
struct asked {
    const struct referral_draft *in;
    const struct q_case_lock_row *file;
    const struct routing_directory *dir;
    struct q_declines_of_rows declines;
    struct q_member_of_rows member; /* the asker's place on the case */
    struct grounds grounds;
};

/* Who is asked, and what may be shown to it. */
struct receiver {
    struct agency_id id;
    const struct routing_agency *agency;
    struct permit permit;
};

static enum status check_sender(struct turn *t, const struct asked *a)
{
    const struct actor *by = &t->s->actor;
    bool is_pull = a->in->kind == KIND_PULL_REQUEST;

    if (!is_pull && !a->member.n && by->role != ROLE_COORDINATOR)
        return fail(t->s, NOT_FOUND, "該当するケースはありません", "no such case");
    if (a->file->is_closed)
        return fail(t->s, CONFLICT, "終結したケースです", "the case is closed");
    if (is_pull) {
        if (a->in->to.n != 1 || !agency_eq(a->in->to.v[0], a->file->lead))
            return fail(t->s, NOT_FOUND, "該当するケースはありません", "no such case"); /* who leads it is nobody's guess */
        return OK;
    }
    if (!agency_eq(by->agency, a->file->lead) && by->role != ROLE_COORDINATOR)
        return fail(t->s, DENIED, "つなぎを作れるのは主担当機関とコーディネーターです",
                    "only the lead or a coordinator may refer the case");
    return OK;
}

static bool shares_need(const struct referral_draft *in, const struct q_declines_of_row *d)
{
    for (size_t i = 0; i < in->needs.n; i++)
        if (in->needs.v[i] == d->need)
            return true;
    return false;
}

/* Nobody is sent back where they were declined, unless a coordinator says why. */
static enum status check_declined(struct turn *t, const struct asked *a, struct agency_id to)
{
    for (size_t i = 0; i < a->declines.n; i++) {
        if (!agency_eq(a->declines.v[i].agency, to) || !shares_need(a->in, &a->declines.v[i]))
            continue;
        if (t->s->actor.role != ROLE_COORDINATOR || !a->in->has_override || !a->in->override.n)
            return fail(t->s, CONFLICT, "%s はこの課題を一度辞退しています（再打診はコーディネーターが理由を付けて行います）",
                        "%s has declined this need before; only a coordinator with a reason may ask again", to.code);
    }
    return OK;
}

/* The sender is the lead, also when a coordinator acts for it; in a pull request it is the agency that asks. */
static struct agency_id sender_of(const struct turn *t, const struct asked *a)
{
    return a->in->kind == KIND_PULL_REQUEST ? t->s->actor.agency : a->file->lead;
}

static enum purpose purpose_of(const struct referral_draft *in)
{
    return in->has_purpose ? (enum purpose)in->purpose : PURPOSE_REFERRAL;
}

static enum status check_receiver(struct turn *t, const struct asked *a, struct agency_id to, struct receiver *ret_to)
{
    const struct routing_agency *agency = directory_agency(a->dir, to, t->s->now_us);
    const struct referral_draft *in = a->in;
    struct permit permit;

    if (!agency || !agency->is_active)
        return fail(t->s, INVALID, "機関 %s は名簿にありません", "agency %s is not in the directory", to.code);
    if (agency_eq(to, sender_of(t, a)))
        return fail(t->s, INVALID, "自分の機関にはつなげません", "an agency cannot refer to itself");
    if (!agency->accepts && a->in->kind != KIND_PULL_REQUEST)
        return fail(t->s, INVALID, "%s は人を受け入れる機関ではありません", "%s does not receive referrals", to.code);
    TRY(permit_decide(t, &a->grounds, (struct offer){
        .kind = (enum referral_kind)in->kind, .code = (enum legal_basis)in->basis, .named = in->has_consent_id ? &in->consent_id : NULL,
        .has_session = in->has_session, .purpose = purpose_of(in), .receiver = to, .regime = agency->regime, .items = in->items.v,
        .item_n = in->items.n}, &permit));
    *ret_to = (struct receiver){.id = to, .agency = agency, .permit = permit};
    return check_declined(t, a, to);
}

static enum status add(struct turn *t, const struct asked *a, struct uuid id, const struct receiver *to, struct uuid broadcast,
                       int64_t *ret_due_us)
{
    const struct referral_draft *in = a->in;
    int64_t due = offer_due_us(t->s->now_us, (enum urgency)a->file->urgency, to->agency->closes_min);
    bool discloses = in->send && to->permit.discloses;

    TRY(q_referral_add(t->tx, &(struct q_referral_add){
        .id = id, .case_id = in->case_id, .kind = in->kind, .sender = sender_of(t, a), .receiver = to->id,
        .state = in->send ? REF_OFFERED : REF_DRAFT, .needs = {in->needs.v, in->needs.n}, .items = {in->items.v, in->items.n},
        .basis = in->basis, .urgency = a->file->urgency, .at = t->s->now_us, .has_due = in->send, .due = due,
        .has_broadcast = in->to.n > 1, .broadcast = broadcast, .has_replaces = in->has_replaces, .replaces = in->replaces,
        .has_override = in->has_override, .override = in->override, .purpose = purpose_of(in), .has_session = in->has_session,
        .session = in->session, .has_consent = to->permit.has_consent && (in->send || in->has_consent_id),
        .consent = to->permit.consent, .discloses = discloses,
        .disclosure = turn_sibling(t, in->case_id), .law = to->permit.law, .approver = span_str(t->s->actor.user)}));
    TRY(RECORD_EVENT(t, .what = HAPPENED_REFERRAL, .case_id = in->case_id, .counterpart = to->id, .about = id,
                     .due_us = in->send ? due : 0,
                     .detail = words_at(words_referral_event(), in->send ? EV_SEND : EV_DRAFT)));
    if (discloses)
        TRY(permit_told(t, in->case_id, id, to->id, (enum legal_basis)in->basis));
    if (in->send && in->items.n && in->kind != KIND_PULL_REQUEST)
        TRY(referral_reach(t, in->case_id, to->id));
    *ret_due_us = due;
    return OK;
}

static enum status check_input(struct turn *t, const struct referral_draft *in)
{
    if (!in->to.n || !in->needs.n)
        return fail(t->s, INVALID, "つなぎ先と課題を1つ以上選んでください", "at least one receiver and one need are required");
    for (size_t i = 0; i < in->to.n; i++)
        for (size_t k = i + 1; k < in->to.n; k++)
            if (agency_eq(in->to.v[i], in->to.v[k]))
                return fail(t->s, INVALID, "同じ機関が二度あります", "the same agency stands twice");
    return OK;
}

/* Who has no part in the case sees no row of it, and learns only that it named the lead. */
static enum status load_asked(struct turn *t, struct asked *a)
{
    struct q_case_lock_row *file = SCOPE_NEW(t->s, struct q_case_lock_row);
    struct q_case_asked_rows rows;

    if (!file)
        return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    TRY(q_case_asked(t->tx, &(struct q_case_asked){.id = a->in->case_id, .lead = a->in->to.v[0]}, &rows));
    TRY(tx_flush(t->tx));
    if (!rows.n)
        return fail(t->s, NOT_FOUND, "該当するケースはありません", "no such case");
    *file = (struct q_case_lock_row){.lead = a->in->to.v[0], .urgency = rows.v[0].urgency, .is_closed = rows.v[0].is_closed};
    a->file = file;
    return OK;
}

static enum status load(struct turn *t, struct asked *a)
{
    struct q_case_lock_rows rows;

    TRY(q_case_lock(t->tx, &(struct q_case_lock){.id = a->in->case_id}, &rows));
    TRY(q_declines_of(t->tx, &(struct q_declines_of){.id = a->in->case_id}, &a->declines));
    TRY(q_member_of(t->tx, &(struct q_member_of){.id = a->in->case_id, .agency = t->s->actor.agency}, &a->member));
    TRY(grounds_load(t, a->in->case_id, &a->grounds));
    TRY(directory_load(t, &a->dir));
    if (!rows.n)
        return a->in->kind == KIND_PULL_REQUEST ? load_asked(t, a) : fail(t->s, NOT_FOUND, "該当するケースはありません", "no such case");
    a->file = &rows.v[0];
    return OK;
}

HANDLER(referral_draft, t, in)
{
    struct asked a = {.in = in};
    struct receiver to[8];
    struct uuid first_id = in->has_ref_id ? in->ref_id : turn_sibling(t, in->case_id), also[8], broadcast;
    int64_t due_us = 0;

    TRY(check_input(t, in));
    TRY(load(t, &a));
    TRY(check_sender(t, &a));
    for (size_t i = 0; i < in->to.n; i++)
        TRY(check_receiver(t, &a, in->to.v[i], &to[i]));
    broadcast = turn_sibling(t, in->case_id);
    for (size_t i = 0; i < in->to.n; i++) {
        struct uuid id = i ? turn_sibling(t, in->case_id) : first_id;
        if (i)
            also[i - 1] = id;
        TRY(add(t, &a, id, &to[i], broadcast, &due_us));
    }
    if (in->has_override) {
        TRY(q_decline_override(t->tx, &(struct q_decline_override){.id = in->case_id, .agencies = {in->to.v, in->to.n},
                                                                   .ref_id = first_id}));
        TRY(RECORD_EVENT(t, .what = HAPPENED_OVERRIDE, .case_id = in->case_id, .counterpart = in->to.v[0], .about = first_id));
    }
    return referral_answer(t, &(struct standing){.id = first_id, .kind = (enum referral_kind)in->kind, .state = in->send ? REF_OFFERED : REF_DRAFT, .lead = a.file->lead,
                                                 .version = 1, .has_due = in->send, .due_us = due_us, .also = also,
                                                 .also_n = in->to.n - 1});
}
