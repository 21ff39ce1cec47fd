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

/* referral_reach: intake and keys hear what an agency may now read of a case, by the rows as they stand.
 * referral_leave: a member leaves; what was written until now stays readable to it. The reach is told behind it.
 *   in     about  the referral or consent it is because of */
enum status referral_reach(struct turn *t, struct uuid case_id, struct agency_id agency) MUST_CHECK;
enum status referral_leave(struct turn *t, struct uuid case_id, struct agency_id agency, struct uuid about) MUST_CHECK;

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
