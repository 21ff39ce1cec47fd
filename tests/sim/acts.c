/* What people do with cases, at random but mostly sensibly: they open them, hand them over, answer, meet, close; some try what
 * they may not. Only what an answer told is known here, so the requests go on from acknowledged things as real ones do. */
#include <stdio.h>

#include "driver.h"
#include "wire/codec.h"
#include "world.h"

#define PICK(d, list) ((list)[dice_below(&(d)->world->dice, (int)COUNT(list))])

static const char *const AGENCIES[] = {"A001", "A002", "A003", "A004", "A005", "A006", "A007", "A008"};
static const char OUTSIDER[] = "A012"; /* takes no part in any case */

static struct agency_id agency(const char *code)
{
    struct agency_id id = {""};

    snprintf(id.code, sizeof id.code, "%s", code);
    return id;
}

static struct actor person(struct agency_id of, enum role role)
{
    struct actor a = {.agency = of, .role = (int)role};

    snprintf(a.user, sizeof a.user, "u-%s-%d", of.code, (int)role);
    return a;
}

static struct actor worker_of(struct agency_id of)
{
    return person(of, ROLE_WORKER);
}

static struct known_case *any_case(struct driver *d)
{
    return d->case_n ? &d->kase[dice_below(&d->world->dice, d->case_n)] : NULL;
}

static void open_case(struct driver *d)
{
    struct dice *dice = &d->world->dice;
    static const int64_t NEEDS[][2] = {{NEED_POVERTY, NEED_HOUSING_UNSTABLE}, {NEED_HIKIKOMORI, NEED_JOB_SEEKING},
                                       {NEED_LONG_TERM_CARE, NEED_DEMENTIA}, {NEED_DISABILITY, NEED_DEBT}};
    struct actor by = worker_of(agency(PICK(d, AGENCIES)));
    struct case_open msg = {.has_case_id = dice_chance(dice, 700), .case_id = scope_uuid(d->s), .channel = CHANNEL_VISIT_SELF,
                            .area = dice_below(dice, AREA_UNKNOWN), .age_band = AGE_ADULT, .needs = {PICK(d, NEEDS), 2},
                            .urgency = dice_chance(dice, 800) ? URGENCY_EMERGENCY : URGENCY_ROUTINE, .consent = CONSENT_GIVEN,
                            .has_sealed = true};

    msg.sealed.narrative = span_str(scope_print(d->s, "架空の相談です %d", d->op_n));
    msg.sealed.has_name = true;
    msg.sealed.name = SPAN_LIT("架空 太郎");
    struct op *op = driver_add(d, "intake", shape_case_open(), &msg, &by);
    if (op)
        op->at = -1;
}

static void add_note(struct driver *d)
{
    struct known_case *c = any_case(d);
    bool is_outside = dice_chance(&d->world->dice, 80);
    struct actor by = worker_of(is_outside ? agency(OUTSIDER) : c->member[dice_below(&d->world->dice, c->member_n)]);
    struct note_add msg = {.case_id = c->id, .kind = NOTE_VISIT, .has_note_id = dice_chance(&d->world->dice, 500),
                           .note_id = scope_uuid(d->s), .has_sealed = true, .sealed.text = SPAN_LIT("架空の経過記録")};
    struct op *op = driver_add(d, "intake", shape_note_add(), &msg, &by);

    if (!op)
        return;
    op->at = (int)(c - d->kase);
    op->must_refuse = is_outside;
    op->is_patient = !is_outside;
}

static void draft(struct driver *d)
{
    struct dice *dice = &d->world->dice;
    struct known_case *c = any_case(d);
    static const int64_t KINDS[] = {KIND_TRANSFER, KIND_TRANSFER, KIND_TRANSFER, KIND_ADDED_SUPPORT, KIND_ADDED_SUPPORT, KIND_CONSULT,
                                    KIND_INFORMATION, KIND_PULL_REQUEST};
    static const int64_t ITEMS[] = {ITEM_IDENTITY, ITEM_NARRATIVE, ITEM_NOTES}, NEEDS[] = {NEED_POVERTY};
    struct agency_id to[3];
    struct referral_draft msg = {.case_id = c->id, .kind = PICK(d, KINDS), .needs = {NEEDS, 1}, .basis = BASIS_CONSENT,
                                 .has_ref_id = dice_chance(dice, 500), .ref_id = scope_uuid(d->s), .send = dice_chance(dice, 850)};
    bool is_pull = msg.kind == KIND_PULL_REQUEST, is_outside = !is_pull && dice_chance(dice, 60);
    size_t n = !is_pull && dice_chance(dice, 350) ? 2 + (size_t)dice_below(dice, 2) : 1;
    int first = dice_below(dice, (int)COUNT(AGENCIES));
    struct actor by = worker_of(is_outside ? agency(OUTSIDER) : is_pull ? agency(AGENCIES[first]) : c->lead);

    for (size_t i = 0; i < n; i++)
        to[i] = is_pull ? c->lead : agency(AGENCIES[((size_t)first + i * 3) % COUNT(AGENCIES)]);
    msg.to.v = to;
    msg.to.n = n;
    if (msg.kind != KIND_INFORMATION && dice_chance(dice, 750)) {
        msg.items.v = ITEMS + dice_below(dice, 2);
        msg.items.n = 1 + (size_t)dice_below(dice, 2);
    }
    if (!is_outside && !is_pull && dice_chance(dice, 150)) {
        by = person(c->lead, ROLE_COORDINATOR);
        msg.has_override = true;
        msg.override = SPAN_LIT("試験の再打診");
    }
    struct op *op = driver_add(d, "referral", shape_referral_draft(), &msg, &by);
    if (!op)
        return;
    op->at = (int)(c - d->kase);
    op->n = (int)n;
    op->overrides = msg.has_override;
    op->must_refuse = is_outside;
    op->is_patient = !is_outside;
}

/* The events a state takes, likelier ones more often. */
static int likely_event(struct driver *d, int state)
{
    static const int DRAFTED[] = {EV_SEND, EV_SEND, EV_RETRACT};
    static const int OFFERED[] = {EV_ACCEPT, EV_ACCEPT, EV_ACCEPT, EV_DECLINE, EV_DECLINE, EV_WITHDRAW, EV_DELIVER, EV_RETRACT};
    static const int TAKEN[] = {EV_START, EV_HOLD, EV_COMPLETE, EV_FAIL, EV_DECLINE, EV_REQUEST_CANCEL, EV_RETRACT};
    static const int HELD[] = {EV_RESUME, EV_COMPLETE, EV_FAIL, EV_REQUEST_CANCEL};
    static const int CANCEL[] = {EV_CONFIRM, EV_COMPLETE, EV_REFUSE};

    if (dice_chance(&d->world->dice, 150))
        return dice_below(&d->world->dice, referral_event_N_);
    if (state == REF_DRAFT)
        return PICK(d, DRAFTED);
    if (state == REF_OFFERED)
        return PICK(d, OFFERED);
    if (state == REF_ACCEPTED || state == REF_IN_SERVICE)
        return PICK(d, TAKEN);
    return state == REF_ON_HOLD ? PICK(d, HELD) : PICK(d, CANCEL);
}

static bool is_over(int state)
{
    return state >= REF_COMPLETED;
}

static struct known_referral *any_referral(struct driver *d)
{
    for (int i = 0; i < 4 && d->ref_n; i++) {
        struct known_referral *r = &d->ref[dice_below(&d->world->dice, d->ref_n)];
        if (!is_over(r->state) || dice_chance(&d->world->dice, 60))
            return r;
    }
    return NULL;
}

static void act(struct driver *d)
{
    struct dice *dice = &d->world->dice;
    struct known_referral *r = any_referral(d);

    if (!r)
        return;
    int event = likely_event(d, r->state);
    bool is_senders = event == EV_SEND || event == EV_WITHDRAW || event == EV_REQUEST_CANCEL || event == EV_RETRACT;
    bool is_outside = dice_chance(dice, 50), is_coordinator = event == EV_RETRACT && r->state >= REF_ACCEPTED;
    struct actor by = worker_of(is_outside ? agency(OUTSIDER) : is_senders ? r->from : r->to);
    struct referral_act msg = {.ref_id = r->id, .event = event, .has_reason = dice_chance(dice, 950), .reason = REASON_OTHER,
                               .has_review_at = event == EV_HOLD, .review_at = INT64_C(1900000000000000)};

    if (is_coordinator && !is_outside)
        by.role = ROLE_COORDINATOR;
    struct op *op = driver_add(d, "referral", shape_referral_act(), &msg, &by);
    if (!op)
        return;
    op->at = (int)(r - d->ref);
    op->event = event;
    op->must_refuse = is_outside;
}

static void visit(struct driver *d)
{
    struct known_referral *r = any_referral(d);

    if (!r)
        return;
    struct actor by = worker_of(r->to);
    struct referral_visit msg = {.ref_id = r->id, .visit = VISIT_VISITED};
    struct op *op = driver_add(d, "referral", shape_referral_visit(), &msg, &by);
    if (op)
        op->at = (int)(r - d->ref);
}

static void look(struct driver *d)
{
    struct known_case *c = any_case(d);
    struct actor by = worker_of(c->lead);
    struct op *op;

    switch (dice_below(&d->world->dice, 5)) {
    case 0:
        op = driver_add(d, "intake", shape_case_show(), &(struct case_show){.case_id = c->id}, &by);
        break;
    case 1:
        op = driver_add(d, "referral", shape_custody_show(), &(struct custody_show){.case_id = c->id}, &by);
        break;
    case 2:
        op = driver_add(d, "audit", shape_history_show(), &(struct history_show){.case_id = c->id}, &by);
        break;
    case 3:
        op = driver_add(d, "referral", shape_candidate_list(), &(struct candidate_list){.case_id = c->id}, &by);
        break;
    default:
        op = driver_add(d, "meeting", shape_meeting_list(), &(struct meeting_list){.limit = 20}, &by);
        break;
    }
    if (op)
        op->is_query = true;
}

static void meet(struct driver *d)
{
    struct dice *dice = &d->world->dice;
    struct known_case *c = any_case(d);

    if (!d->meeting_n || dice_chance(dice, 150)) {
        struct meeting_propose msg = {.case_id = c->id};
        struct actor by = worker_of(c->lead);
        struct op *op = driver_add(d, "referral", shape_meeting_propose(), &msg, &by);
        if (op) {
            op->at = (int)(c - d->kase);
            op->is_patient = true;
        }
        return;
    }
    struct known_meeting *m = &d->meeting[dice_below(dice, d->meeting_n)];
    int64_t day = (d->world->now_us / (86400LL * US_PER_S) + 7) * 86400LL * US_PER_S;
    struct window open[] = {{.starts = day, .ends = day + 86400LL * US_PER_S}};
    struct actor lead = person(d->kase[m->at].lead, ROLE_COORDINATOR), body = person(agency("A001"), ROLE_COORDINATOR);
    struct op *op;
    int which = dice_below(dice, 10);

    if (which < 7) {
        struct availability msg = {.meeting_id = m->id, .windows = {open, dice_chance(dice, 850)}};
        op = driver_add(d, "meeting", shape_availability(), &msg, which < 3 ? &lead : &body);
    } else if (which < 9) {
        struct meeting_fix msg = {.meeting_id = m->id, .starts = day + 3600LL * US_PER_S * (1 + dice_below(dice, 6)),
                                  .basis = BASIS_SWA_106_6, .has_sealed = true, .sealed.place = SPAN_LIT("架空の会議室"),
                                  .sealed.has_agenda = true, .sealed.agenda = SPAN_LIT("架空の議題")};
        msg.ends = msg.starts + 3600LL * US_PER_S;
        op = driver_add(d, "meeting", shape_meeting_fix(), &msg, &body);
    } else {
        struct meeting_cancel msg = {.meeting_id = m->id, .reason = REASON_NO_LONGER_NEEDED};
        op = driver_add(d, "meeting", shape_meeting_cancel(), &msg, &body);
    }
    if (op) {
        op->at = (int)(m - d->meeting);
        op->is_patient = true;
    }
}

static void close_case(struct driver *d)
{
    struct known_case *c = any_case(d);
    bool is_outside = dice_chance(&d->world->dice, 300);
    struct actor by = worker_of(is_outside ? agency(OUTSIDER) : c->lead);
    struct case_close msg = {.case_id = c->id, .reason = REASON_GOAL_REACHED, .evaluation_note = scope_uuid(d->s)};
    struct op *op = driver_add(d, "referral", shape_case_close(), &msg, &by);

    if (!op)
        return;
    op->at = (int)(c - d->kase);
    op->must_refuse = is_outside;
    op->is_patient = !is_outside;
}

void acts_make(struct driver *d)
{
    int roll = dice_below(&d->world->dice, 100);

    d->made++;
    if (!d->case_n || (d->case_n < CASES_MAX - 1 && roll < 7))
        open_case(d);
    else if (roll < 20)
        add_note(d);
    else if (roll < 44)
        draft(d);
    else if (roll < 78)
        act(d);
    else if (roll < 81)
        visit(d);
    else if (roll < 87)
        look(d);
    else if (roll < 97)
        meet(d);
    else
        close_case(d);
}

void acts_operate(struct driver *d)
{
    struct actor by = person(agency("A001"), ROLE_COORDINATOR);
    struct op *op = driver_add(d, "referral", shape_queue_parked(), &(struct queue_parked){}, &by);

    if (op)
        op->is_query = true;
}

void acts_read(struct driver *d)
{
    for (int i = 0; i < d->case_n; i++) {
        struct actor by = worker_of(d->kase[i].lead);
        struct op *op = driver_add(d, "intake", shape_case_show(), &(struct case_show){.case_id = d->kase[i].id}, &by);
        if (!op)
            return;
        op->is_query = op->reads_all = true;
        op->at = i;
    }
}
