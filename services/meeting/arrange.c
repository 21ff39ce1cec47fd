/* From a proposal to a fixed time: invited agencies answer, participants' needs are settled, a time is fixed with its basis. Nothing
 * is fixed while a required agency cannot come, an accommodation is open, or someone sits elsewhere at that time. */
#include "base/hex.h"
#include "meeting.h"
#include "q_meeting.h"
#include "seal/seal.h"
#include "wire/codec.h"

/* Those it calls hear that something about it changed, and nobody else does (DR-06). */
static enum status tell(struct turn *t, struct uuid meeting_id, struct uuid case_id, const struct agency_id *called, size_t n)
{
    return EMIT(t, "audit", case_id, meeting_told, .meeting_id = meeting_id, .invitees = {called, n});
}

static enum status tell_guests(struct turn *t, const struct gathering *g)
{
    struct agency_id called[INVITEES_MAX];

    for (size_t i = 0; i < g->guest_n; i++)
        called[i] = g->guests[i].agency;
    return tell(t, g->id, g->case_id, called, g->guest_n);
}

HANDLER(meeting_wanted, t, in)
{
    struct agency_id agencies[INVITEES_MAX];
    int64_t as[INVITEES_MAX];
    bool required[INVITEES_MAX];
    size_t n = in->invitees.n;

    for (size_t i = 0; i < n; i++) {
        agencies[i] = in->invitees.v[i].agency;
        as[i] = in->invitees.v[i].invited_as;
        required[i] = in->invitees.v[i].is_required;
    }
    TRY(q_meeting_add(t->tx, &(struct q_meeting_add){.id = in->meeting_id, .case_id = in->case_id, .called_by = in->called_by,
        .at = in->at, .needs = {in->needs.v, in->needs.n}, .area = in->area, .urgency = in->urgency}));
    TRY(q_invitee_add(t->tx, &(struct q_invitee_add){.id = in->meeting_id, .agencies = {agencies, n}, .invited_as = {as, n},
                                                     .required = {required, n}}));
    return tell(t, in->meeting_id, in->case_id, agencies, n);
}

/* How a case is to be handled, as intake sealed it; it is opened only for a reader, with that reader's key. */
HANDLER(case_care, t, in)
{
    struct record_parts parts;
    struct span sealed;

    TRY(hex_parse(t->s, in->record, &sealed));
    TRY(record_parse(t->s, sealed, &parts));
    if (parts.id.type != RECORD_CARE || !uuid_eq(parts.id.case_id, in->case_id) || parts.id.version != in->version ||
        parts.id.epoch != in->epoch)
        return fail(t->s, CORRUPT, "別の記録が届きました", "this is another record than announced");
    return q_care_put(t->tx, &(struct q_care_put){.case_id = in->case_id, .epoch = in->epoch, .version = in->version, .sealed = sealed});
}

static enum status check_open(struct turn *t, const struct gathering *g)
{
    if (g->state == MEETING_PROPOSED || g->state == MEETING_FIXED)
        return OK;
    return fail(t->s, CONFLICT, "この会議は「%s」です", "this meeting is %s already", words_meeting_state()->v[g->state].label_ja);
}

static const struct guest *guest_of(const struct gathering *g, struct agency_id agency)
{
    for (size_t i = 0; i < g->guest_n; i++)
        if (agency_eq(g->guests[i].agency, agency))
            return &g->guests[i];
    return NULL;
}

HANDLER(availability, t, in)
{
    struct gathering g;
    int64_t starts[WINDOWS_MAX], ends[WINDOWS_MAX];
    struct agency_id me = t->s->actor.agency;

    for (size_t i = 0; i < in->windows.n; i++) {
        starts[i] = in->windows.v[i].starts;
        ends[i] = in->windows.v[i].ends;
        if (ends[i] <= starts[i])
            return fail(t->s, INVALID, "終わりは始まりより後です", "a window must end after it starts");
    }
    TRY(gathering_load(t, in->meeting_id, &g));
    if (!guest_of(&g, me))
        return fail(t->s, DENIED, "招かれた機関だけが回答できます", "only an invited agency may answer");
    if (g.state != MEETING_PROPOSED)
        return fail(t->s, CONFLICT, "日時はすでに決まっています", "the time is settled already");
    TRY(q_availability_clear(t->tx, &(struct q_availability_clear){.id = g.id, .agency = me}));
    TRY(q_availability_add(t->tx, &(struct q_availability_add){.id = g.id, .agency = me, .starts = {starts, in->windows.n},
                                                               .ends = {ends, in->windows.n}}));
    TRY(q_invitee_answered(t->tx, &(struct q_invitee_answered){.id = g.id, .agency = me, .at = t->s->now_us}));
    TRY(RECORD_EVENT(t, .what = HAPPENED_AVAILABILITY, .case_id = g.case_id, .about = g.id,
                     .detail = in->windows.n ? "can" : "cannot"));
    TRY(tell_guests(t, &g));
    return ANSWER(t, done, .has_id = true, .id = g.id, .has_state = true,
                  .state = span_str(words_at(words_meeting_state(), g.state)));
}

HANDLER(accommodate, t, in)
{
    struct gathering g;

    TRY(gathering_load(t, in->meeting_id, &g));
    TRY(check_open(t, &g));
    TRY(q_accommodation_set(t->tx, &(struct q_accommodation_set){.id = g.id, .accommodation = in->accommodation,
                                                                 .arranged = in->is_arranged}));
    TRY(tell_guests(t, &g));
    return ANSWER(t, done, .has_id = true, .id = g.id, .has_state = true,
                  .state = span_str(words_at(words_meeting_state(), g.state)));
}

/* Everything that must be true of a time before it is fixed. */
static enum status check_fix(struct turn *t, const struct gathering *g, const struct meeting_fix *in)
{
    struct stretch at = {in->starts, in->ends};

    TRY(check_open(t, g));
    if (in->ends <= in->starts || in->starts < t->s->now_us)
        return fail(t->s, INVALID, "日時が正しくありません", "the time is not valid or has passed");
    for (size_t i = 0; i < g->accommodation_n; i++)
        if (!g->accommodations[i].is_arranged)
            return fail(t->s, CONFLICT, "手配が済んでいません: %s", "not yet arranged: %s",
                        words_accommodation()->v[g->accommodations[i].accommodation].label_ja);
    for (size_t i = 0; i < g->guest_n; i++)
        if (g->guests[i].is_required && !slots_can(&g->guests[i], at))
            return fail(t->s, CONFLICT, "必ず出席する機関 %s がその時間に出られません", "required agency %s cannot come then",
                        g->guests[i].agency.code);
    return OK;
}

static enum status seal(struct turn *t, const struct gathering *g, const struct meeting_fix *in, struct span *ret_sealed)
{
    struct record_id_fields id = {.type = RECORD_MEETING, .case_id = g->case_id, .record_id = g->id,
                                  .epoch = (uint32_t)t->key_epoch, .version = (uint32_t)g->version + 1};
    struct span plain;

    TRY(codec_encode(t->s, shape_meeting_private(), &in->sealed, &plain));
    return seal_record(t->s, t->key, &id, plain, ret_sealed);
}

HANDLER(meeting_fix, t, in)
{
    struct stretch at = {in->starts, in->ends};
    struct agency_id coming[INVITEES_MAX], called[INVITEES_MAX];
    struct gathering g;
    struct span sealed;
    size_t n = 0;

    TRY(gathering_load(t, in->meeting_id, &g));
    TRY(gathering_busy(t, &g, at));
    TRY(check_fix(t, &g, in));
    TRY(seal(t, &g, in, &sealed));
    for (size_t i = 0; i < g.guest_n; i++) {
        called[i] = g.guests[i].agency;
        if (slots_can(&g.guests[i], at))
            coming[n++] = called[i];
    }
    TRY(q_seats_clear(t->tx, &(struct q_seats_clear){.id = g.id}));
    TRY(q_seats_take(t->tx, &(struct q_seats_take){.id = g.id, .agencies = {coming, n}, .starts = in->starts, .ends = in->ends}));
    TRY(q_meeting_set_fixed(t->tx, &(struct q_meeting_set_fixed){.id = g.id, .was = g.version, .starts = in->starts, .ends = in->ends,
        .basis = in->basis, .epoch = t->key_epoch, .sealed = sealed}));
    if (in->sealed.has_agenda && in->sealed.agenda.n) /* else its papers say nothing of the case */
        TRY(EMIT(t, "referral", g.case_id, meeting_fixed, .meeting_id = g.id, .case_id = g.case_id, .basis = in->basis,
                 .invitees = {called, g.guest_n}));
    TRY(RECORD_EVENT(t, .what = HAPPENED_MEETING_FIXED, .case_id = g.case_id, .about = g.id,
                     .detail = words_at(words_legal_basis(), in->basis)));
    TRY(tell(t, g.id, g.case_id, called, g.guest_n));
    return ANSWER(t, done, .has_id = true, .id = g.id, .has_state = true, .state = SPAN_LIT("fixed"));
}

HANDLER(meeting_cancel, t, in)
{
    struct gathering g;

    TRY(gathering_load(t, in->meeting_id, &g));
    TRY(check_open(t, &g));
    TRY(q_seats_clear(t->tx, &(struct q_seats_clear){.id = g.id}));
    TRY(q_meeting_set_cancelled(t->tx, &(struct q_meeting_set_cancelled){.id = g.id, .was = g.version}));
    TRY(RECORD_EVENT(t, .what = HAPPENED_MEETING_CANCELLED, .case_id = g.case_id, .about = g.id,
                     .reason = words_at(words_reason(), in->reason)));
    TRY(tell_guests(t, &g));
    return ANSWER(t, done, .has_id = true, .id = g.id, .has_state = true, .state = SPAN_LIT("cancelled"));
}
