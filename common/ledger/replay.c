/* The story a case's events tell is one that can have happened, as far as the events say: states, parties and the lead follow the tables
 * below and nothing else. What an erasure took away is taken as possible, never as wrong. */
#include "ledger/replay.h"

#include <string.h>

#include "ledger/verify.h"
#include "wire/words.h"

enum { ANY_STATE = referral_state_N_, CITY = 0 };

struct tie {
    struct uuid id;
    int state; /* enum referral_state, or ANY_STATE: a hole may have changed it */
    uint32_t asker, lead_then, receiver;
    bool has_lead_then, moved_baton;
    uint8_t offer[LEDGER_HASH_LEN]; /* its leaf, once offered */
    bool is_offered;
};

struct past {
    uint8_t leaf[LEDGER_HASH_LEN];
    bool is_dark; /* hole or blank */
};

struct replay {
    struct tie *tie;
    struct past *past;
    size_t tie_n, tie_cap, past_n, past_cap, handoffs;
    bool is_dark, has_baton, has_lead, is_closed;
    uint32_t lead;
};

/* Which type what is told must have; types that stand here tell nothing else. */
static const struct {
    const char *happened, *detail; /* detail NULL = any */
    enum event_type type;
} TOLD[] = {
    {"case_opened", NULL, EVENT_OPEN},         {"case_closed", NULL, EVENT_CLOSE},      {"referral", "send", EVENT_OFFER},
    {"referral", "deliver", EVENT_DELIVER},    {"referral", "accept", EVENT_ACCEPT},    {"referral", "decline", EVENT_DECLINE},
    {"referral", "due", EVENT_EXPIRE},         {"referral", "withdraw", EVENT_WITHDRAW}, {"referral", "confirm", EVENT_WITHDRAW},
    {"referral", "retract", EVENT_WITHDRAW},
};

/* The life of a referral: from any of these states, this event, by this party, leads there. A sender is who asked, or the lead of that
 * moment in whose place a coordinator asked. */
#define IN(state) (1u << REF_##state)
enum { RUNNING = IN(ACCEPTED) | IN(IN_SERVICE) | IN(ON_HOLD) };
static const struct {
    enum referral_event event;
    unsigned from;
    enum party by;
    enum referral_state to;
} MOVES[] = {
    {EV_DRAFT, IN(NEW), BY_OUTSIDER, REF_DRAFT},
    {EV_SEND, IN(NEW), BY_OUTSIDER, REF_OFFERED},
    {EV_SEND, IN(DRAFT), BY_SENDER, REF_OFFERED},
    {EV_DELIVER, IN(OFFERED), BY_RECEIVER, REF_OFFERED},
    {EV_ACCEPT, IN(OFFERED), BY_RECEIVER, REF_ACCEPTED},
    {EV_DECLINE, IN(OFFERED) | IN(ACCEPTED), BY_RECEIVER, REF_DECLINED},
    {EV_WITHDRAW, IN(OFFERED), BY_SENDER, REF_WITHDRAWN},
    {EV_DUE, IN(OFFERED), BY_CLOCK, REF_EXPIRED},
    {EV_START, IN(ACCEPTED), BY_RECEIVER, REF_IN_SERVICE},
    {EV_HOLD, IN(ACCEPTED) | IN(IN_SERVICE), BY_RECEIVER, REF_ON_HOLD},
    {EV_RESUME, IN(ON_HOLD), BY_RECEIVER, REF_IN_SERVICE},
    {EV_COMPLETE, RUNNING | IN(CANCEL_REQUESTED), BY_RECEIVER, REF_COMPLETED},
    {EV_FAIL, RUNNING, BY_RECEIVER, REF_FAILED},
    {EV_REQUEST_CANCEL, RUNNING, BY_SENDER, REF_CANCEL_REQUESTED},
    {EV_CONFIRM, IN(CANCEL_REQUESTED), BY_RECEIVER, REF_CANCELLED},
    {EV_REFUSE, IN(CANCEL_REQUESTED), BY_RECEIVER, REF_IN_SERVICE},
    {EV_RETRACT, IN(DRAFT) | IN(OFFERED), BY_SENDER, REF_ENTERED_IN_ERROR},
    {EV_RETRACT, RUNNING | IN(CANCEL_REQUESTED), BY_OUTSIDER, REF_ENTERED_IN_ERROR}, /* a coordinator, of whatever agency */
};
#undef IN

enum status replay_new(struct scope *s, struct replay **ret_r)
{
    struct replay *r = SCOPE_NEW(s, struct replay);

    if (!r)
        return fail(s, TOO_LARGE, "作業領域が足りません", "no room in the scope");
    *ret_r = r;
    return OK;
}

/* Room for one more; what is outgrown stays in the scope, at most as much again. */
static enum status grow(struct scope *s, void **list, size_t n, size_t *cap, size_t size)
{
    if (n < *cap)
        return OK;
    size_t more = *cap ? 2 * *cap : 16;
    void *to = scope_alloc(s, more * size);
    if (!to)
        return fail(s, TOO_LARGE, "出来事が多すぎます", "too many events");
    if (n)
        memcpy(to, *list, n * size);
    *list = to;
    *cap = more;
    return OK;
}

static enum status keep_past(struct scope *s, struct replay *r, const struct replay_step *step)
{
    void *list = r->past;

    TRY(grow(s, &list, r->past_n, &r->past_cap, sizeof *r->past));
    r->past = list;
    struct past *past = &r->past[r->past_n++];
    memcpy(past->leaf, step->leaf, LEDGER_HASH_LEN);
    past->is_dark = step->is_hole || step->is_blank;
    return OK;
}

static bool is_zero(const uint8_t hash[LEDGER_HASH_LEN])
{
    static const uint8_t ZERO[LEDGER_HASH_LEN];

    return memcmp(hash, ZERO, LEDGER_HASH_LEN) == 0;
}

static const struct past *find_past(const struct replay *r, const uint8_t leaf[LEDGER_HASH_LEN])
{
    for (size_t i = r->past_n; i-- > 0;)
        if (memcmp(r->past[i].leaf, leaf, LEDGER_HASH_LEN) == 0)
            return &r->past[i];
    return NULL;
}

/* What an erased event may have changed is not known from here on. */
static void darken(struct replay *r)
{
    r->is_dark = true;
    r->has_lead = false;
    for (size_t i = 0; i < r->tie_n; i++)
        r->tie[i].state = ANY_STATE;
}

static enum status find_tie(struct scope *s, struct replay *r, const struct replay_step *step, struct tie **ret_tie)
{
    void *list = r->tie;

    if (!step->has_about)
        return fail(s, CORRUPT, "どのつなぎのことか書かれていません", "it does not say of which referral");
    for (size_t i = 0; i < r->tie_n; i++)
        if (uuid_eq(r->tie[i].id, step->about)) {
            *ret_tie = &r->tie[i];
            return OK;
        }
    TRY(grow(s, &list, r->tie_n, &r->tie_cap, sizeof *r->tie));
    r->tie = list;
    struct tie *tie = &r->tie[r->tie_n++];
    *tie = (struct tie){.id = step->about, .state = r->is_dark ? ANY_STATE : REF_NEW};
    *ret_tie = tie;
    return OK;
}

/* May this agency do what only that party does? What is not known of a referral is not judged. */
static bool is_party(const struct replay *r, const struct tie *tie, const struct replay_step *step, enum party by)
{
    bool is_sender = step->agency == tie->asker || (tie->has_lead_then ? step->agency == tie->lead_then : r->is_dark);

    switch (by) {
    case BY_RECEIVER:
        return step->agency == tie->receiver;
    case BY_SENDER: /* the first to accept takes the offer from the others */
        return is_sender || span_is(step->reason, words_at(words_reason(), REASON_TAKEN_BY_ANOTHER));
    case BY_CLOCK:
        return step->agency == CITY;
    case BY_COORDINATOR:
    case BY_OUTSIDER:
        return true;
    case party_N_:
        break;
    }
    return false;
}

static void begin_tie(const struct replay *r, struct tie *tie, const struct replay_step *step)
{
    if (!tie->receiver) {
        tie->asker = step->agency;
        tie->has_lead_then = r->has_lead;
        tie->lead_then = r->lead;
    }
    tie->receiver = step->counterpart;
}

static enum status move_tie(struct scope *s, const struct replay *r, struct tie *tie, const struct replay_step *step)
{
    int event = words_find(words_referral_event(), step->detail);
    bool is_possible = false;

    if (event < 0)
        return fail(s, CORRUPT, "つなぎの出来事の語が正しくありません", "an event of a referral that is no word of the list");
    if (event == EV_DRAFT || event == EV_SEND)
        begin_tie(r, tie, step);
    if (tie->state == ANY_STATE && !tie->receiver)
        return OK; /* it began in a hole */
    for (size_t i = 0; i < COUNT(MOVES); i++) {
        if ((int)MOVES[i].event != event || (tie->state != ANY_STATE && !(MOVES[i].from & 1u << tie->state)))
            continue;
        is_possible = true;
        if (!is_party(r, tie, step, MOVES[i].by))
            continue;
        tie->state = (int)MOVES[i].to;
        return OK;
    }
    if (is_possible)
        return fail(s, CORRUPT, "この機関 %s にできることではありません", "not for %s to do", agency_text(s, step->agency));
    return fail(s, CORRUPT, "つなぎの状態が「%s」のときには起こりえません", "cannot happen to a referral that is %s",
                words_at(words_referral_state(), tie->state));
}

/* An accepted handoff has two signatures: the offer of the one is what the other answers. */
static enum status check_accept(struct scope *s, struct replay *r, const struct tie *tie, const struct replay_step *step)
{
    const struct past *past = find_past(r, step->answers);

    if (!past)
        return fail(s, CORRUPT, "このケースにある打診への回答ではありません", "answers no offer of this case");
    if (past->is_dark)
        return OK;
    if (!tie->is_offered || memcmp(tie->offer, step->answers, LEDGER_HASH_LEN) != 0)
        return fail(s, CORRUPT, "そのつなぎの打診への回答ではありません", "answers another event than the offer of its referral");
    r->handoffs++;
    return OK;
}

static enum status step_tie(struct scope *s, struct replay *r, const struct replay_step *step)
{
    struct tie *tie;

    TRY(find_tie(s, r, step, &tie));
    if (step->type == EVENT_OFFER && !r->has_baton && !r->is_dark)
        return fail(s, CORRUPT, "主担当が決まる前の打診です", "an offer before the case has a lead");
    TRY(move_tie(s, r, tie, step));
    if (step->type == EVENT_OFFER) {
        memcpy(tie->offer, step->leaf, LEDGER_HASH_LEN);
        tie->is_offered = true;
    }
    return step->type == EVENT_ACCEPT ? check_accept(s, r, tie, step) : OK;
}

static enum status make_baton(struct scope *s, struct replay *r, const struct replay_step *step)
{
    if (r->has_baton)
        return fail(s, CORRUPT, "主担当が二度決められています", "the case was given a first lead twice");
    if (!step->counterpart)
        return fail(s, CORRUPT, "主担当が誰か書かれていません", "it does not say who leads");
    r->has_baton = true;
    r->has_lead = true;
    r->lead = step->counterpart;
    return OK;
}

static enum status move_baton(struct scope *s, struct replay *r, const struct replay_step *step)
{
    struct tie *tie;

    TRY(find_tie(s, r, step, &tie));
    if (!r->has_baton && !r->is_dark)
        return fail(s, CORRUPT, "主担当が決まる前の引継ぎです", "the baton moves before there is one");
    if (r->has_lead && step->counterpart != r->lead)
        return fail(s, CORRUPT, "主担当は %s であり %s ではありません", "the lead is %s, not %s", agency_text(s, r->lead),
                    agency_text(s, step->counterpart));
    if (tie->state != ANY_STATE && (tie->state != REF_ACCEPTED || tie->receiver != step->agency || tie->moved_baton))
        return fail(s, CORRUPT, "受入のない引継ぎです", "the baton moves to an agency that has not accepted it");
    tie->moved_baton = true;
    r->has_baton = true;
    r->has_lead = true;
    r->lead = step->agency;
    return OK;
}

static size_t open_offers(const struct replay *r)
{
    size_t n = 0;

    for (size_t i = 0; i < r->tie_n; i++)
        n += r->tie[i].state == REF_OFFERED;
    return n;
}

static enum status close_case(struct scope *s, struct replay *r, const struct replay_step *step)
{
    if (r->has_lead && step->agency != r->lead)
        return fail(s, CORRUPT, "主担当 %s ではない %s が終結しています", "the lead is %s, but %s closes the case", agency_text(s, r->lead),
                    agency_text(s, step->agency));
    if (open_offers(r))
        return fail(s, CORRUPT, "打診中のつなぎがあるのに終結しています", "the case is closed while an offer is open");
    return OK;
}

static enum status check_told(struct scope *s, const struct replay_step *step)
{
    bool is_told = false, is_of_table = false;

    for (size_t i = 0; i < COUNT(TOLD); i++) {
        bool tells = span_is(step->happened, TOLD[i].happened) && (!TOLD[i].detail || span_is(step->detail, TOLD[i].detail));
        is_told |= tells && TOLD[i].type == step->type;
        is_of_table |= tells || TOLD[i].type == step->type;
    }
    if (is_of_table && !is_told)
        return fail(s, CORRUPT, "種類 %s と内容が合いません", "its type is %s and its payload tells something else",
                    event_type_word(step->type));
    return OK;
}

/* By its type alone, so also where the payload is erased. */
static enum status check_place(struct scope *s, const struct replay *r, const struct replay_step *step)
{
    static const unsigned ENDED = 1u << EVENT_OPEN | 1u << EVENT_OFFER | 1u << EVENT_DELIVER | 1u << EVENT_ACCEPT | 1u << EVENT_EXPIRE |
                                  1u << EVENT_CLOSE;
    bool moves = span_is(step->happened, "baton_created") || span_is(step->happened, "baton_moved");

    if ((step->type == EVENT_OPEN) != (r->past_n == 0))
        return r->past_n ? fail(s, CORRUPT, "受付が二度あります", "the case is opened twice")
                         : fail(s, CORRUPT, "最初の出来事が受付（OPEN）ではありません", "the first event is not OPEN");
    if (r->is_closed && (moves || (ENDED & 1u << step->type)))
        return fail(s, CORRUPT, "終結の後には起こりえません", "cannot happen after the case was closed");
    if (!is_zero(step->answers) && !find_past(r, step->answers))
        return fail(s, CORRUPT, "このケースのそれまでの出来事への回答ではありません", "answers an event that does not stand before it");
    return OK;
}

static enum status judge(struct scope *s, struct replay *r, const struct replay_step *step)
{
    TRY(check_place(s, r, step));
    if (step->is_blank) {
        darken(r);
        return OK;
    }
    TRY(check_told(s, step));
    if (span_is(step->happened, "referral"))
        TRY(step_tie(s, r, step));
    else if (span_is(step->happened, "baton_created"))
        TRY(make_baton(s, r, step));
    else if (span_is(step->happened, "baton_moved"))
        TRY(move_baton(s, r, step));
    return step->type == EVENT_CLOSE ? close_case(s, r, step) : OK;
}

enum status replay_step(struct scope *s, struct replay *r, const struct replay_step *step)
{
    if (step->is_hole)
        darken(r);
    else
        TRY(judge(s, r, step));
    r->is_closed |= !step->is_hole && step->type == EVENT_CLOSE;
    return keep_past(s, r, step);
}

void replay_end(const struct replay *r, struct replay_end *ret_end)
{
    *ret_end = (struct replay_end){.has_lead = r->has_lead, .is_closed = r->is_closed, .lead = r->lead, .handoffs = r->handoffs,
                                   .open_offers = open_offers(r)};
}
