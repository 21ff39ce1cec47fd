/* Taking a consultation on and adding to its record. What the person told is sealed under the case's own key before it is queued
 * for the database; only codes, areas and times stay plain. */
#include "household.h"
#include "q_intake.h"

static const int64_t ALL_ITEMS[] = {ITEM_IDENTITY, ITEM_CONTACT, ITEM_NARRATIVE, ITEM_NOTES};

HANDLER(case_open, t, in)
{
    struct agency_id by = t->s->actor.agency;
    int64_t at = t->s->now_us;
    struct record_ref ref = {.type = RECORD_CASE, .case_id = in->case_id, .record_id = in->case_id, .version = 1};
    struct person_private person = person_told(&in->sealed);
    struct span sealed;

    if (!by.code[0])
        return fail(t->s, DENIED, "受け付ける機関がわかりません", "the receiving agency is not known");
    if (!in->needs.n)
        return fail(t->s, INVALID, "課題を1つ以上選んでください", "at least one need is required");
    TRY(record_seal(t, &ref, shape_case_private(), &in->sealed, 0, &sealed));
    TRY(q_reception_add(t->tx, &(struct q_reception_add){
        .id = in->case_id, .at = at, .by = by, .channel = in->channel, .area = in->area, .age = in->age_band,
        .needs = {in->needs.v, in->needs.n}, .urgency = in->urgency, .consent = in->consent, .type = RECORD_CASE,
        .epoch = t->key_epoch, .sealed = sealed, .items = {ALL_ITEMS, COUNT(ALL_ITEMS)},
        .actor = span_str(t->s->actor.user)}));
    TRY(RECORD_EVENT(t, .what = HAPPENED_CASE_OPENED, .case_id = in->case_id,
                     .detail = words_at(words_intake_channel(), in->channel)));
    TRY(EMIT(t, "referral", in->case_id, case_opened, .case_id = in->case_id, .received_by = by, .received_at = at, .area = in->area,
             .age_band = in->age_band, .needs = {in->needs.v, in->needs.n}, .urgency = in->urgency, .consent = in->consent));
    TRY(index_emit(t, in->case_id, in->case_id, 1, &person, 0));
    return ANSWER(t, case_receipt, .case_id = in->case_id, .lead = by, .received_at = at);
}

HANDLER(note_add, t, in)
{
    struct uuid note_id = in->has_note_id ? in->note_id : turn_sibling(t, in->case_id);
    struct record_ref ref = {.type = RECORD_NOTE, .case_id = in->case_id, .record_id = note_id, .version = 1};
    struct reach reach;
    struct span sealed;

    TRY(member_load(t, in->case_id, &reach));
    TRY(record_seal(t, &ref, shape_note_private(), &in->sealed, 0, &sealed));
    TRY(q_note_put(t->tx, &(struct q_note_put){
        .id = in->case_id, .note_id = note_id, .at = t->s->now_us, .by = t->s->actor.agency, .actor = span_str(t->s->actor.user),
        .kind = in->kind, .has_corrects = in->has_corrects, .corrects = in->corrects, .type = RECORD_NOTE, .epoch = t->key_epoch,
        .sealed = sealed}));
    TRY(RECORD_EVENT(t, .what = HAPPENED_NOTE_ADDED, .case_id = in->case_id, .about = note_id,
                     .detail = words_at(words_note_kind(), in->kind)));
    return ANSWER(t, done, .has_id = true, .id = note_id);
}

/* What referral says about access is applied as it comes, in its order; the level before ends where the next begins. */
HANDLER(case_access, t, in)
{
    TRY(q_access_end(t->tx, &(struct q_access_end){.id = in->case_id, .agency = in->agency, .at = in->at}));
    if (in->level == ACCESS_NONE)
        return OK;
    return q_access_begin(t->tx, &(struct q_access_begin){.id = in->case_id, .agency = in->agency, .level = in->level,
                                                          .items = {in->items.v, in->items.n}, .at = in->at});
}

/* What keys says of broken glass; the minutes run by the clock of who reads. */
HANDLER(case_emergency, t, in)
{
    return q_emergency_begin(t->tx, &(struct q_emergency_begin){.id = in->case_id, .agency = in->agency, .user = in->user, .at = in->at,
                                                            .until = in->until});
}
