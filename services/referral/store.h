#ifndef KM_REFERRAL_STORE_H
#define KM_REFERRAL_STORE_H

#include "referral.h"

/* referral_load: a referral with its case, both locked.
 *   ret    r     lists live in the turn's scope
 *   fails  NOT_FOUND no such referral */
enum status referral_load(struct turn *t, struct uuid ref_id, struct referral *ret_r) MUST_CHECK;

/* referral_apply: writes a decided change: the referral, the baton and members, what intake and meeting hear of it, the history.
 *   in     review_us  hold: when to look again
 *   ret    meeting    id of the 小会議 the change called, if next->calls_meeting
 *   fails  INVALID a draft is sent on a basis that no longer covers it · as queries do */
enum status referral_apply(struct turn *t, const struct referral *was, const struct referral_change *next, bool has_review,
                           int64_t review_us, struct uuid *ret_meeting) MUST_CHECK;

/* referral_open_access: intake hears what an agency may now read of a case, after a referral that discloses item_n items was opened. */
enum status referral_open_access(struct turn *t, struct uuid case_id, struct agency_id agency, size_t item_n) MUST_CHECK;

/* Where a referral stands after a request: what every such request is answered with. */
struct standing {
    struct uuid id, meeting;
    enum referral_state state;
    enum referral_kind kind;
    struct agency_id lead;
    int64_t version, due_us;
    bool has_due, has_meeting;
    const struct uuid *also; /* the other referrals of a broadcast */
    size_t also_n;
};
enum status referral_answer(struct turn *t, const struct standing *now) MUST_CHECK;

/* turn_by: who acts in this turn; the clock when there is no message. */
struct by turn_by(const struct turn *t);

#endif
