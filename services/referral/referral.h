#ifndef KM_REFERRAL_REFERRAL_H
#define KM_REFERRAL_REFERRAL_H

#include "routing.h"
#include "svc/service.h"

/* つなぎ: the directory, routing, referrals, their deadlines, and the baton: the one row per case that says who holds it. */

extern const struct service REFERRAL;

/* ---- rules.c: what a referral can become, as rows ----------------------------------------- */

enum rule_need {
    NEEDS_NOTHING = 0,
    NEEDS_REASON = 1,     /* a reason from the catalogue */
    NEEDS_NO_BATON = 2,   /* only kinds whose acceptance did not move the baton */
    NEEDS_NOT_LEAD = 4,   /* the receiver must not hold the baton by it: CONFLICT, hand off first */
    IS_RETURN = 8,        /* counts as a return of the case */
    ENDS_ACCESS = 16,     /* what was opened for the receiver closes */
    IS_ANSWER = 32        /* answers the offer */
};

struct rule {
    enum referral_state from;
    enum referral_event event;
    enum party by;
    enum referral_state to;
    unsigned needs;
    const char *ja, *en; /* because */
};

/* rule_at: rows in table order; NULL past the end. rule_find: the row of a state, an event and one of the parties in the set.
 *   pure   yes                        source  HL7 SDOHCC Task; services/RULES.md DR-03 */
const struct rule *rule_at(size_t i);
const struct rule *rule_find(enum referral_state from, enum referral_event event, unsigned parties);

/* rule_accepts: the events a state accepts from any party for this kind, as bits by enum referral_event.      pure yes */
unsigned rule_accepts(enum referral_state from, enum referral_kind kind);

/* A referral as stored, with what its case says about it. */
struct referral {
    struct uuid id, case_id, broadcast, meeting_id, consent_id, session;
    enum referral_kind kind;
    enum referral_state state;
    struct agency_id sender, receiver, lead;
    enum legal_basis basis;
    enum purpose purpose;
    enum urgency urgency;
    enum visit visit;
    int64_t version, baton_version, returns, due_us;
    bool has_broadcast, has_meeting, is_closed, is_read, has_due;
    bool is_member;         /* the receiver is on the case, by this referral or another */
    bool has_other_support; /* another accepted added_support keeps it there */
    bool has_consent, has_session;
    enum area area;
    enum age_band age;
    struct {
        const int64_t *v;
        size_t n;
    } needs, items, case_needs;
};

/* Who acts: agency, role, and whether it is the clock. */
struct by {
    struct agency_id agency;
    enum role role;
    bool is_clock;
};

/* What an event does beside moving the state; decided purely, applied by store.c. */
struct referral_change {
    const struct rule *rule;
    bool moves_baton, joins_member, leaves_member, opens_items, closes_access, is_return, is_answer, asks_transfer, calls_meeting;
    bool has_reason;
    enum reason reason;
};

/* referral_parties: in which capacities somebody may act on a referral, as bits by enum party.     pure yes */
unsigned referral_parties(const struct referral *r, const struct by *by);

/* referral_decide: what an event does.
 *   in     was   referral as stored, any state      by   who acts
 *   in     at    UTC µs, the scope's clock          has_reason, reason   from the catalogue
 *   ret    next  what to write and send; untouched unless OK
 *   fails  CONFLICT the state does not accept the event (the why lists what it does accept); a moved baton; a case that moved on ·
 *          DENIED the event is another party's · EXPIRED accepted after the deadline · INVALID a reason is missing
 *   pure   yes                                      source  DR-01, DR-03, DR-04 */
enum status referral_decide(struct scope *s, const struct referral *was, enum referral_event event, const struct by *by,
                            bool has_reason, enum reason reason, struct referral_change *ret_next) MUST_CHECK;

#endif
