#ifndef KM_REFERRAL_MEET_H
#define KM_REFERRAL_MEET_H

#include "referral.h"

/* meeting_call: proposes a かしまる小会議 for a case: lead, members, those that returned it, those that match its needs. */
struct meeting_call {
    struct uuid case_id, meeting_id;
    enum meeting_why why;
    const struct agency_id *also;
    size_t also_n;
    struct agency_id returned_now; /* the return that is being applied in this very turn; "" = none */
};
enum status meeting_call(struct turn *t, const struct meeting_call *c) MUST_CHECK;

/* candidates_of: the routing decision for a case as stored. */
enum status candidates_of(struct turn *t, struct uuid case_id, bool has_basis, struct routing_result *ret_result) MUST_CHECK;

#endif
