/* Rows of referral as the structs its rules decide on, and a decided change as rows, messages and events: all of it in the turn's
 * transaction, so that a referral, the baton, the members and what other services hear of them cannot part. */
#include "store.h"

#include "directory.h"
#include "meet.h"
#include "permit.h"

struct by turn_by(const struct turn *t)
{
    return (struct by){.agency = t->s->actor.agency, .role = (enum role)t->s->actor.role, .is_clock = !t->frame};
}

enum status referral_load(struct turn *t, struct uuid ref_id, struct referral *ret_r)
{
    struct q_referral_lock_rows rows;

    TRY(q_referral_lock(t->tx, &(struct q_referral_lock){.id = ref_id}, &rows));
    TRY(tx_flush(t->tx));
    if (!rows.n)
        return fail(t->s, NOT_FOUND, "該当するつなぎはありません", "no such referral");
    const struct q_referral_lock_row *r = &rows.v[0];
    *ret_r = (struct referral){
        .id = ref_id, .case_id = r->case_id, .has_broadcast = r->has_broadcast, .broadcast = r->broadcast,
        .has_meeting = r->has_meeting_id, .meeting_id = r->meeting_id, .kind = (enum referral_kind)r->kind,
        .state = (enum referral_state)r->state, .sender = r->sender, .receiver = r->receiver, .lead = r->lead,
        .basis = (enum legal_basis)r->basis, .purpose = (enum purpose)r->purpose, .has_consent = r->has_consent_id,
        .consent_id = r->consent_id, .has_session = r->has_session, .session = r->session,
        .urgency = (enum urgency)r->urgency, .visit = (enum visit)r->visit,
        .version = r->version, .baton_version = r->baton_version, .returns = r->returns, .has_due = r->has_due_at,
        .due_us = r->due_at, .is_closed = r->is_closed, .is_read = r->has_read_at, .is_member = r->is_member, .has_other_support = r->has_other,
        .area = (enum area)r->area, .age = (enum age_band)r->age,
        .needs = {r->needs.v, r->needs.n}, .items = {r->items.v, r->items.n}, .case_needs = {r->case_needs.v, r->case_needs.n}};
    return OK;
}

static enum status tell_access(struct turn *t, struct uuid case_id, struct agency_id agency, enum access_level level,
                               const int64_t *items, size_t item_n)
{
    return EMIT(t, "intake", case_id, case_access, .case_id = case_id, .agency = agency, .level = level, .items = {items, item_n},
                .at = t->s->now_us);
}

/* Who may read a case has its key wrapped; keys hears it in the same order as intake. */
static enum status tell_keys(struct turn *t, struct uuid case_id, struct agency_id agency, enum access_level level)
{
    if (level == ACCESS_NONE)
        return EMIT(t, "keys", case_id, key_unshare, .case_id = case_id, .agency = agency, .keeps_past = false, .at = t->s->now_us);
    return EMIT(t, "keys", case_id, key_share, .case_id = case_id, .agency = agency, .at = t->s->now_us);
}

/* What an agency may read follows from the rows as they now stand, not from the one referral that changed: it may hold others. */
enum status referral_reach(struct turn *t, struct uuid case_id, struct agency_id agency)
{
    struct q_reach_now_row now;

    TRY(q_reach_now(t->tx, &(struct q_reach_now){.id = case_id, .agency = agency}, &now));
    TRY(tx_flush(t->tx));
    if (now.is_whole)
        return OK; /* who reads everything by its place does so before and after */
    enum access_level level = now.is_member ? ACCESS_MEMBER : now.items.n ? ACCESS_OFFERED : ACCESS_NONE;
    TRY(tell_access(t, case_id, agency, level, now.items.v, now.items.n));
    return tell_keys(t, case_id, agency, level);
}

enum status referral_leave(struct turn *t, struct uuid case_id, struct agency_id agency, struct uuid about)
{
    TRY(q_member_end(t->tx, &(struct q_member_end){.id = case_id, .agency = agency, .at = t->s->now_us}));
    TRY(EMIT(t, "keys", case_id, key_unshare, .case_id = case_id, .agency = agency, .keeps_past = true, .at = t->s->now_us));
    return RECORD_EVENT(t, .what = HAPPENED_MEMBER_ENDED, .case_id = case_id, .counterpart = agency, .about = about);
}

static struct offer offer_of(const struct referral *was, enum referral_kind kind, struct agency_id receiver,
                             const struct routing_agency *to)
{
    return (struct offer){.kind = kind, .code = was->basis, .named = was->has_consent ? &was->consent_id : NULL,
                          .has_session = was->has_session, .purpose = was->purpose, .receiver = receiver,
                          .regime = to ? to->regime : REGIME_PRIVATE, .items = was->items.v, .item_n = was->items.n};
}

/* Who joins reads more than it was offered. As far as the ground of the offer covers that for it, this is disclosed now and written
 * down; the rest stays closed to it, for access is membership and a ground, and refusing the accept instead would
 * leave a case where nobody wants it over notes the new agency can do without. The consents are read once it is a member, who
 * sees them. */
static enum status join(struct turn *t, const struct referral *was)
{
    struct q_member_limit place = {.id = was->case_id, .agency = was->receiver};
    struct q_member_join_row joined;
    struct q_reach_now_row now;
    const struct routing_directory *dir;
    struct grounds grounds;
    struct permit more;
    const int64_t *items;
    size_t n;

    TRY(q_member_join(t->tx, &(struct q_member_join){.id = was->case_id, .agency = was->receiver, .at = t->s->now_us,
                                                     .items = {was->items.v, was->items.n}}, &joined));
    TRY(q_reach_now(t->tx, &(struct q_reach_now){.id = was->case_id, .agency = was->receiver}, &now));
    TRY(grounds_load(t, was->case_id, &grounds));
    TRY(directory_load(t, &dir));
    const struct routing_agency *to = directory_agency(dir, was->receiver, t->s->now_us);
    unsigned held = items_bits(joined.items.v, joined.items.n), reads = items_bits(now.items.v, now.items.n);
    TRY(permit_joining(t, &grounds, offer_of(was, was->kind, was->receiver, to), held, &more));
    if (more.discloses) {
        unsigned opened = items_bits(more.items.v, more.items.n);
        TRY(items_list(t, held | opened, &place.items.v, &place.items.n));
        TRY(q_member_limit(t->tx, &place));
        TRY(permit_store(t, was, &more));
        reads |= opened;
    }
    TRY(items_list(t, reads, &items, &n));
    TRY(tell_access(t, was->case_id, was->receiver, ACCESS_MEMBER, items, n));
    return was->items.n ? OK : tell_keys(t, was->case_id, was->receiver, ACCESS_MEMBER); /* an offer with items shared it already */
}

/* The only place where a baton moves. Who held it stays as a member if that still has a ground. */
static enum status move_baton(struct turn *t, const struct referral *was)
{
    struct q_standing_of_row before;

    TRY(q_standing_of(t->tx, &(struct q_standing_of){.id = was->case_id, .agency = was->lead}, &before));
    TRY(join(t, was));
    TRY(q_lead_stop(t->tx, &(struct q_lead_stop){.id = was->case_id}));
    TRY(q_lead_start(t->tx, &(struct q_lead_start){.id = was->case_id, .agency = was->receiver}));
    TRY(q_baton_move(t->tx, &(struct q_baton_move){.id = was->case_id, .lead = was->receiver, .was = was->baton_version,
                                                   .at = t->s->now_us}));
    TRY(RECORD_EVENT(t, .what = HAPPENED_BATON_MOVED, .case_id = was->case_id, .counterpart = was->lead, .about = was->id));
    if (before.stands)
        return OK;
    TRY(referral_leave(t, was->case_id, was->lead, was->id));
    return referral_reach(t, was->case_id, was->lead);
}

static enum status leave(struct turn *t, const struct referral *was, const struct referral_change *next)
{
    if (next->leaves_member && was->is_member)
        TRY(referral_leave(t, was->case_id, was->receiver, was->id));
    return referral_reach(t, was->case_id, was->receiver);
}

/* The first accept of a broadcast wins; the row locks on the baton make "first" well defined. */
static enum status withdraw_rivals(struct turn *t, const struct referral *was)
{
    struct q_rivals_of_rows rivals;

    TRY(q_rivals_of(t->tx, &(struct q_rivals_of){.broadcast = was->broadcast, .id = was->id}, &rivals));
    TRY(tx_flush(t->tx));
    for (size_t i = 0; i < rivals.n; i++) {
        const struct q_rivals_of_row *r = &rivals.v[i];
        TRY(q_referral_move(t->tx, &(struct q_referral_move){.id = r->id, .was = r->version, .state = REF_WITHDRAWN,
                                                             .has_reason = true, .reason = REASON_TAKEN_BY_ANOTHER}));
        TRY(referral_reach(t, was->case_id, r->receiver));
        TRY(RECORD_EVENT(t, .what = HAPPENED_REFERRAL, .case_id = was->case_id, .counterpart = r->receiver, .about = r->id,
                         .detail = words_at(words_referral_event(), EV_WITHDRAW),
                         .reason = words_at(words_reason(), REASON_TAKEN_BY_ANOTHER)));
    }
    return OK;
}

/* May what a referral names be shown to this receiver today? */
static enum status permit_of(struct turn *t, const struct referral *was, enum referral_kind kind, struct agency_id receiver,
                             const struct routing_agency *to, struct permit *ret_permit)
{
    struct grounds grounds;

    TRY(grounds_load(t, was->case_id, &grounds));
    TRY(tx_flush(t->tx));
    return permit_decide(t, &grounds, offer_of(was, kind, receiver, to), ret_permit);
}

/* An accepted pull request: the lead offers the case to the agency that asked for it. */
static enum status offer_transfer(struct turn *t, const struct referral *was)
{
    const struct routing_directory *dir;
    struct uuid id = turn_sibling(t, was->case_id);
    struct permit permit;

    TRY(directory_load(t, &dir));
    const struct routing_agency *to = directory_agency(dir, was->sender, t->s->now_us);
    TRY(permit_of(t, was, KIND_TRANSFER, was->sender, to, &permit));
    int64_t due = offer_due_us(t->s->now_us, was->urgency, to ? to->closes_min : 1035);
    TRY(q_referral_add(t->tx, &(struct q_referral_add){
        .id = id, .case_id = was->case_id, .kind = KIND_TRANSFER, .sender = was->receiver, .receiver = was->sender,
        .state = REF_OFFERED, .needs = {was->needs.v, was->needs.n}, .items = {was->items.v, was->items.n}, .basis = was->basis,
        .urgency = was->urgency, .at = t->s->now_us, .has_due = true,
        .due = due, .has_replaces = true, .replaces = was->id,
        .purpose = was->purpose, .has_session = was->has_session, .session = was->session, .has_consent = permit.has_consent,
        .consent = permit.consent, .discloses = permit.discloses, .disclosure = turn_sibling(t, was->case_id), .law = permit.law,
        .approver = span_str(t->s->actor.user)}));
    if (was->items.n)
        TRY(referral_reach(t, was->case_id, was->sender));
    TRY(RECORD_EVENT(t, .what = HAPPENED_REFERRAL, .case_id = was->case_id, .counterpart = was->sender, .about = id, .due_us = due,
                     .detail = words_at(words_referral_event(), EV_SEND)));
    return permit.discloses ? permit_told(t, was->case_id, id, was->sender, was->basis) : OK;
}

static enum status count_return(struct turn *t, const struct referral *was, const struct referral_change *next,
                                struct uuid *ret_meeting)
{
    struct meeting_call call = {.case_id = was->case_id, .why = CALLED_SECOND_RETURN, .returned_now = was->receiver};

    if (next->calls_meeting)
        *ret_meeting = call.meeting_id = turn_sibling(t, was->case_id);
    TRY(q_decline_add(t->tx, &(struct q_decline_add){.id = was->case_id, .agency = was->receiver,
        .needs = {was->needs.v, was->needs.n}, .ref_id = was->id, .at = t->s->now_us}));
    TRY(q_return_count(t->tx, &(struct q_return_count){.id = was->case_id, .has_meeting = next->calls_meeting,
                                                       .meeting = call.meeting_id}));
    return next->calls_meeting ? meeting_call(t, &call) : OK;
}

static enum status apply_effects(struct turn *t, const struct referral *was, const struct referral_change *next)
{
    if (next->moves_baton)
        TRY(move_baton(t, was));
    if (next->joins_member) {
        TRY(join(t, was));
        TRY(RECORD_EVENT(t, .what = HAPPENED_MEMBER_ADDED, .case_id = was->case_id, .counterpart = was->receiver, .about = was->id));
    }
    if (next->rule->event == EV_ACCEPT && was->has_broadcast)
        TRY(withdraw_rivals(t, was));
    if (next->asks_transfer)
        TRY(offer_transfer(t, was));
    if (next->opens_items && was->items.n)
        TRY(referral_reach(t, was->case_id, was->receiver));
    if (next->closes_access && !(was->kind == KIND_TRANSFER && was->state != REF_OFFERED && !next->leaves_member))
        TRY(leave(t, was, next));
    return OK;
}

enum status referral_apply(struct turn *t, const struct referral *was, const struct referral_change *next, bool has_review,
                           int64_t review_us, struct uuid *ret_meeting)
{
    const struct rule *rule = next->rule;
    int64_t now = t->s->now_us;
    struct q_referral_move move = {.id = was->id, .was = was->version, .state = rule->to, .has_reason = next->has_reason,
                                   .reason = next->reason, .has_answered = next->is_answer, .answered = now,
                                   .has_read = rule->by == BY_RECEIVER, .read = now, .has_review = has_review, .review = review_us};
    struct permit permit = {.discloses = false};

    if (rule->event == EV_SEND) {
        const struct routing_directory *dir;
        TRY(directory_load(t, &dir));
        const struct routing_agency *to = directory_agency(dir, was->receiver, now);
        TRY(permit_of(t, was, was->kind, was->receiver, to, &permit));
        move.has_due = true;
        move.due = offer_due_us(now, was->urgency, to ? to->closes_min : 1035);
        move.has_consent = permit.has_consent;
        move.consent = permit.consent;
    }
    TRY(q_referral_move(t->tx, &move));
    TRY(RECORD_EVENT(t, .what = HAPPENED_REFERRAL, .case_id = was->case_id, .due_us = move.has_due ? move.due : 0,
                     .counterpart = rule->by == BY_RECEIVER ? was->sender : was->receiver, .about = was->id,
                     .detail = words_at(words_referral_event(), rule->event),
                     .reason = next->has_reason ? words_at(words_reason(), next->reason) : NULL));
    TRY(permit_store(t, was, &permit));
    TRY(apply_effects(t, was, next));
    return next->is_return ? count_return(t, was, next, ret_meeting) : OK;
}

enum status referral_answer(struct turn *t, const struct standing *now)
{
    unsigned bits = rule_accepts(now->state, now->kind);
    int64_t accepts[referral_event_N_];
    size_t n = 0;

    for (int e = 0; e < referral_event_N_; e++)
        if (bits & (1u << e))
            accepts[n++] = e;
    return ANSWER(t, referral_state_is, .ref_id = now->id, .also = {now->also, now->also_n}, .state = now->state, .lead = now->lead,
                  .version = now->version, .has_due_at = now->has_due, .due_at = now->due_us, .accepts = {accepts, n},
                  .has_meeting_id = now->has_meeting, .meeting_id = now->meeting);
}
