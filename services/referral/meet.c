/* Whom a かしまる小会議 calls: the lead, the agencies on the case, those that returned it, those that match its needs, and the body
 * that coordinates. The meeting itself is the meeting service's; it hears of it by message. What a fixed one shows of the case to
 * agencies that are not on it is a disclosure of that session. */
#include "meet.h"

#include "directory.h"
#include "permit.h"
#include "routes.h"

enum { INVITEES_MAX = 24, MATCHES_INVITED = 3 };

/* 福祉政策課 runs the かしまる meetings (agencies.jsonl, P023). */
static const struct agency_id COORDINATING_BODY = {"A001"};

struct guests {
    struct invitee v[INVITEES_MAX];
    size_t n;
};

/* The first reason for inviting an agency stands. */
static void invite(struct guests *l, struct agency_id agency, enum invited_as as, bool is_required)
{
    for (size_t i = 0; i < l->n; i++) {
        if (agency_eq(l->v[i].agency, agency)) {
            l->v[i].is_required = l->v[i].is_required || is_required;
            return;
        }
    }
    if (l->n < INVITEES_MAX)
        l->v[l->n++] = (struct invitee){.agency = agency, .invited_as = as, .is_required = is_required};
}

static void invite_matches(struct guests *l, const struct routing_result *r)
{
    for (size_t i = 0; i < r->candidate_n && i < MATCHES_INVITED; i++)
        invite(l, r->candidate[i].agency->id, AS_MATCHES, false);
    for (size_t i = 0; i < r->supporter_n; i++)
        invite(l, r->supporter[i].agency, AS_MATCHES, false);
}

enum status meeting_call(struct turn *t, const struct meeting_call *c)
{
    struct q_case_lock_rows file;
    struct q_members_of_rows members;
    struct q_returned_by_rows returned;
    struct routing_result result;
    struct guests l = {.n = 0};

    TRY(q_case_lock(t->tx, &(struct q_case_lock){.id = c->case_id}, &file));
    TRY(q_members_of(t->tx, &(struct q_members_of){.id = c->case_id}, &members));
    TRY(q_returned_by(t->tx, &(struct q_returned_by){.id = c->case_id}, &returned));
    TRY(candidates_of(t, c->case_id, true, &result));
    if (!file.n)
        return fail(t->s, NOT_FOUND, "該当するケースはありません", "no such case");
    invite(&l, file.v[0].lead, AS_LEAD, true);
    invite(&l, COORDINATING_BODY, AS_COORDINATOR, true);
    if (c->returned_now.code[0])
        invite(&l, c->returned_now, AS_RETURNED, false);
    for (size_t i = 0; i < returned.n; i++)
        invite(&l, returned.v[i].agency, AS_RETURNED, false);
    for (size_t i = 0; i < members.n; i++)
        if (!members.v[i].has_until)
            invite(&l, members.v[i].agency, AS_MEMBER, false);
    invite_matches(&l, &result);
    for (size_t i = 0; i < c->also_n; i++)
        invite(&l, c->also[i], AS_MATCHES, false);
    TRY(EMIT(t, "meeting", c->case_id, meeting_wanted, .meeting_id = c->meeting_id, .case_id = c->case_id, .called_by = c->why,
             .needs = {file.v[0].needs.v, file.v[0].needs.n}, .area = file.v[0].area, .urgency = file.v[0].urgency,
             .invitees = {l.v, l.n}, .at = t->s->now_us));
    for (size_t i = 0; i < l.n; i++) {
        if (l.v[i].invited_as == AS_LEAD || l.v[i].invited_as == AS_MEMBER)
            continue; /* the case's key is theirs already */
        TRY(EMIT(t, "keys", c->case_id, key_share, .case_id = c->case_id, .agency = l.v[i].agency, .at = t->s->now_us,
                 .has_for_meeting = true, .for_meeting = true));
    }
    return RECORD_EVENT(t, .what = HAPPENED_MEETING_PROPOSED, .case_id = c->case_id, .about = c->meeting_id,
                        .detail = words_at(words_meeting_why(), c->why));
}

HANDLER(meeting_propose, t, in)
{
    struct q_case_lock_rows file;
    struct q_member_of_rows member;
    struct routing_result result;
    struct meeting_call call = {.case_id = in->case_id, .also = in->also_invite.v, .also_n = in->also_invite.n};

    TRY(q_case_lock(t->tx, &(struct q_case_lock){.id = in->case_id}, &file));
    TRY(q_member_of(t->tx, &(struct q_member_of){.id = in->case_id, .agency = t->s->actor.agency}, &member));
    TRY(candidates_of(t, in->case_id, true, &result));
    if (!file.n || (!member.n && t->s->actor.role != ROLE_COORDINATOR))
        return fail(t->s, NOT_FOUND, "該当するケースはありません", "no such case");
    if (file.v[0].is_closed)
        return fail(t->s, CONFLICT, "終結したケースです", "the case is closed");
    call.meeting_id = in->has_meeting_id ? in->meeting_id : turn_sibling(t, in->case_id);
    call.why = result.is_complex ? CALLED_COMPLEX : CALLED_REQUESTED;
    TRY(meeting_call(t, &call));
    TRY(q_meeting_note(t->tx, &(struct q_meeting_note){.id = in->case_id, .meeting = call.meeting_id}));
    return ANSWER(t, done, .has_id = true, .id = call.meeting_id, .has_state = true,
                  .state = span_str(words_at(words_meeting_state(), MEETING_PROPOSED)));
}

static bool is_on_case(const struct q_members_of_rows *members, struct agency_id agency)
{
    for (size_t i = 0; i < members->n; i++)
        if (agency_eq(members->v[i].agency, agency) && !members->v[i].has_until)
            return true;
    return false;
}

/* The agenda is words about the case. Where the session's ground does not cover one who is called, nothing is written down, because
 * nothing may be shown: such a meeting's papers are to be without the person. */
static enum status disclose_papers(struct turn *t, const struct meeting_fixed *in, const struct grounds *grounds,
                                   const struct routing_agency *to)
{
    static const int64_t PAPERS[] = {ITEM_NARRATIVE};
    const struct basis *basis = directory_basis(t, (enum legal_basis)in->basis);
    struct why why = t->s->why;
    struct permit p;

    enum status st = permit_decide(t, grounds, (struct offer){
        .kind = KIND_CONSULT, .code = (enum legal_basis)in->basis, .has_session = basis && basis->is_meeting,
        .purpose = PURPOSE_CONFERENCE, .receiver = to->id, .regime = to->regime, .items = PAPERS, .item_n = COUNT(PAPERS)}, &p);
    if (st == INVALID)
        t->s->why = why;
    if (st != OK)
        return st == INVALID ? OK : st;
    TRY(q_disclosure_of_session(t->tx, &(struct q_disclosure_of_session){
        .id = turn_sibling(t, in->case_id), .case_id = in->case_id, .at = t->s->now_us, .sender = t->s->actor.agency, .receiver = to->id,
        .items = {p.items.v, p.items.n}, .basis = in->basis, .law = p.law, .has_consent = p.has_consent, .consent = p.consent,
        .session = in->meeting_id, .purpose = PURPOSE_CONFERENCE, .approver = span_str(t->s->actor.user)}));
    return permit_told(t, in->case_id, in->meeting_id, to->id, (enum legal_basis)in->basis);
}

HANDLER(meeting_fixed, t, in)
{
    const struct routing_directory *dir;
    struct q_members_of_rows members;
    struct grounds grounds;

    TRY(q_members_of(t->tx, &(struct q_members_of){.id = in->case_id}, &members));
    TRY(grounds_load(t, in->case_id, &grounds));
    TRY(directory_load(t, &dir));
    for (size_t i = 0; i < in->invitees.n; i++) {
        const struct routing_agency *to = directory_agency(dir, in->invitees.v[i], t->s->now_us);
        if (to && !is_on_case(&members, to->id) && !agency_eq(to->id, t->s->actor.agency))
            TRY(disclose_papers(t, in, &grounds, to));
    }
    return OK;
}
