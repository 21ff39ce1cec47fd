/* Meetings as people look at them: one with who can come when, a list, and the times that would suit. */
#include "base/clock.h"
#include "meeting.h"
#include "q_meeting.h"
#include "seal/seal.h"
#include "wire/codec.h"

enum { LOOK_AHEAD_DAYS = 14 };

static enum status no_room(struct turn *t)
{
    return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
}

/* A sealed record of the case under the key of its own epoch. */
static enum status open_record(struct turn *t, const struct record_id_fields *want, struct span sealed, const struct shape *shape,
                               void *ret_private)
{
    const struct secret *key;
    struct span plain;

    TRY(turn_key(t, (int64_t)want->epoch, &key));
    TRY(unseal_record(t->s, key, want, sealed, &plain));
    return codec_decode(t->s, shape, plain, SCHEMA_MINOR, ret_private);
}

/* Is the place kept from this reader? Somebody in the household is protected and the reader is not named by all who are; what the
 * reader's key does not open counts as so. */
static enum status place_hidden(struct turn *t, const struct gathering *g, const struct q_care_of_rows *care, bool *ret_is_hidden)
{
    const char *me = scope_print(t->s, "%s@%s", t->s->actor.user, t->s->actor.agency.code);
    struct care_private heed;

    *ret_is_hidden = false;
    if (!care->n)
        return OK;
    struct record_id_fields want = {.type = RECORD_CARE, .case_id = g->case_id, .record_id = g->case_id,
                                    .epoch = (uint32_t)care->v[0].epoch, .version = (uint32_t)care->v[0].version};
    enum status st = open_record(t, &want, care->v[0].sealed, shape_care_private(), &heed);
    *ret_is_hidden = st == DENIED;
    if (st != OK)
        return st == DENIED ? OK : st;
    *ret_is_hidden = heed.hides_place;
    for (size_t i = 0; i < heed.named.n && *ret_is_hidden; i++)
        *ret_is_hidden = !span_is(heed.named.v[i], me);
    return OK;
}

static enum status unseal(struct turn *t, const struct gathering *g, const struct q_care_of_rows *care,
                          struct meeting_private *ret_private)
{
    struct record_id_fields want = {.type = RECORD_MEETING, .case_id = g->case_id, .record_id = g->id,
                                    .epoch = (uint32_t)g->epoch, .version = (uint32_t)g->version};
    bool is_hidden;

    TRY(place_hidden(t, g, care, &is_hidden));
    TRY(open_record(t, &want, g->sealed, shape_meeting_private(), ret_private));
    ret_private->has_is_hidden = is_hidden;
    ret_private->is_hidden = is_hidden;
    if (is_hidden)
        ret_private->place = (struct span){0};
    return OK;
}

static enum status lines_of(struct turn *t, const struct gathering *g, struct invitee_line **ret_lines)
{
    struct invitee_line *lines = scope_alloc(t->s, (g->guest_n + 1) * sizeof *lines);

    if (!lines)
        return no_room(t);
    for (size_t i = 0; i < g->guest_n; i++) {
        const struct guest *guest = &g->guests[i];
        struct window *windows = scope_alloc(t->s, (guest->can_n + 1) * sizeof *windows);
        if (!windows)
            return no_room(t);
        for (size_t k = 0; k < guest->can_n; k++)
            windows[k] = (struct window){.starts = guest->can[k].starts_us, .ends = guest->can[k].ends_us};
        lines[i] = (struct invitee_line){.agency = guest->agency, .invited_as = g->invited_as[i], .is_required = guest->is_required,
                                         .has_answered_at = guest->has_answered, .answered_at = g->answered_us[i],
                                         .windows = {windows, guest->can_n}};
    }
    *ret_lines = lines;
    return OK;
}

HANDLER(meeting_show, t, in)
{
    struct gathering g;
    struct meeting_view v = {.meeting_id = in->meeting_id};
    struct invitee_line *lines = NULL;
    struct q_care_of_rows care;

    TRY(q_care_of(t->tx, &(struct q_care_of){.id = in->meeting_id}, &care));
    TRY(gathering_load(t, in->meeting_id, &g));
    TRY(lines_of(t, &g, &lines));
    v.case_id = g.case_id;
    v.kind = g.kind;
    v.state = g.state;
    v.called_by = g.called_by;
    v.area = g.area;
    v.basis = g.basis;
    v.needs.v = g.needs.v;
    v.needs.n = g.needs.n;
    v.has_starts = v.has_ends = g.has_time;
    v.starts = g.at.starts_us;
    v.ends = g.at.ends_us;
    v.invitees.v = lines;
    v.invitees.n = g.guest_n;
    v.accommodations.v = g.accommodations;
    v.accommodations.n = g.accommodation_n;
    v.has_sealed = g.has_sealed;
    if (g.has_sealed)
        TRY(unseal(t, &g, &care, &v.sealed));
    return turn_answer(t, shape_meeting_view(), &v);
}

HANDLER(meeting_list, t, in)
{
    struct q_meetings_of_rows rows;

    TRY(q_meetings_of(t->tx, &(struct q_meetings_of){.agency = t->s->actor.agency, .most = in->has_limit ? in->limit : 50}, &rows));
    TRY(tx_flush(t->tx));
    struct meeting_line *lines = scope_alloc(t->s, (rows.n + 1) * sizeof *lines);
    if (!lines)
        return no_room(t);
    for (size_t i = 0; i < rows.n; i++) {
        const struct q_meetings_of_row *r = &rows.v[i];
        lines[i] = (struct meeting_line){.meeting_id = r->meeting_id, .case_id = r->case_id, .state = r->state,
                                         .called_by = r->called_by, .area = r->area, .called_at = r->called_at,
                                         .has_starts = r->has_starts, .starts = r->starts, .answered = r->answered,
                                         .invited = r->invited};
    }
    return ANSWER(t, meeting_lines, .meetings = {lines, rows.n});
}

static enum status slot_of(struct turn *t, const struct gathering *g, const struct slot_found *found, struct slot *ret_slot)
{
    struct agency_id *names = scope_alloc(t->s, (g->guest_n + 1) * sizeof *names);
    size_t can = 0, cannot = 0, total = g->guest_n;

    if (!names)
        return no_room(t);
    for (size_t i = 0; i < total; i++) {
        if (found->can & (1u << i))
            names[can++] = g->guests[i].agency;
        else
            names[total - ++cannot] = g->guests[i].agency;
    }
    *ret_slot = (struct slot){
        .starts = found->at.starts_us, .ends = found->at.ends_us, .can = {names, can}, .cannot = {names + can, cannot},
        .ja = span_str(scope_print(t->s, "必ず出席する機関がすべて出席でき、%zu機関中%zu機関が出られます", total, can)),
        .en = span_str(scope_print(t->s, "every required agency can come; %zu of %zu agencies can", can, total))};
    return OK;
}

HANDLER(slot_list, t, in)
{
    struct stretch within = {in->has_from && in->from > t->s->now_us ? in->from : t->s->now_us, 0};
    struct agency_id silent[INVITEES_MAX];
    const struct slot_found *found;
    struct gathering g;
    size_t n, silent_n = 0;

    within.ends_us = in->has_to ? in->to : within.starts_us + LOOK_AHEAD_DAYS * 86400LL * US_PER_S;
    TRY(gathering_load(t, in->meeting_id, &g));
    TRY(gathering_busy(t, &g, within));
    TRY(slots_find(t->s, g.guests, g.guest_n, within.starts_us, within.ends_us, in->has_minutes ? in->minutes : MEETING_MIN, &found,
                   &n));
    struct slot *slots = scope_alloc(t->s, (n + 1) * sizeof *slots);
    if (!slots)
        return no_room(t);
    for (size_t i = 0; i < n; i++)
        TRY(slot_of(t, &g, &found[i], &slots[i]));
    for (size_t i = 0; i < g.guest_n; i++)
        if (!g.guests[i].has_answered)
            silent[silent_n++] = g.guests[i].agency;
    return ANSWER(t, slots, .meeting_id = in->meeting_id, .slots = {slots, n}, .silent = {silent, silent_n});
}
