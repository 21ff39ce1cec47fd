/* Nothing of the history is without its event: a happening or a referral event that is added and not mapped here does not compile (it
 * comes last), or fails the test that walks the lists. */
#include "map.h"

static const enum event_type OF_HAPPENING[] = {
    [HAPPENED_CASE_OPENED] = EVENT_OPEN,
    [HAPPENED_NOTE_ADDED] = EVENT_OUTCOME,
    [HAPPENED_CASE_READ] = EVENT_READ,
    [HAPPENED_BATON_CREATED] = EVENT_GRANT,
    [HAPPENED_BATON_MOVED] = EVENT_GRANT,
    [HAPPENED_MEMBER_ADDED] = EVENT_GRANT,
    [HAPPENED_MEMBER_ENDED] = EVENT_REVOKE,
    [HAPPENED_REFERRAL] = EVENT_OUTCOME, /* of which kind, OF_REFERRAL says */
    [HAPPENED_VISIT] = EVENT_OUTCOME,
    [HAPPENED_OVERRIDE] = EVENT_REVIEW,
    [HAPPENED_MEETING_PROPOSED] = EVENT_MEETING,
    [HAPPENED_AVAILABILITY] = EVENT_MEETING,
    [HAPPENED_MEETING_FIXED] = EVENT_MEETING,
    [HAPPENED_MEETING_CANCELLED] = EVENT_MEETING,
    [HAPPENED_CASE_CLOSED] = EVENT_CLOSE,
    [HAPPENED_SKIP_REQUESTED] = EVENT_REVIEW,
    [HAPPENED_SKIPPED] = EVENT_REVIEW,
    [HAPPENED_CONSENT_GIVEN] = EVENT_GRANT,
    [HAPPENED_CONSENT_WITHDRAWN] = EVENT_REVOKE,
    [HAPPENED_RECALL_SENT] = EVENT_REVOKE,
    [HAPPENED_RECALL_DONE] = EVENT_REVOKE,
    [HAPPENED_DISCLOSED] = EVENT_DISCLOSE,
    [HAPPENED_PERSON] = EVENT_OUTCOME,
    [HAPPENED_TEAM] = EVENT_GRANT,
    [HAPPENED_BREAK_GLASS] = EVENT_BREAKGLASS,
    [HAPPENED_REVIEW] = EVENT_REVIEW,
    [HAPPENED_MERGED] = EVENT_OUTCOME,
    [HAPPENED_UNMERGED] = EVENT_OUTCOME,
    [HAPPENED_NOTIFIER_READ] = EVENT_READ,
    [HAPPENED_KEY_READ] = EVENT_READ,
    [HAPPENED_KEY_ROTATED] = EVENT_KEYROT,
    [HAPPENED_CASE_ERASED] = EVENT_ERASE,
    [HAPPENED_AUDITED] = EVENT_READ,
    [HAPPENED_LEADS_PROVEN] = EVENT_REVIEW,
    [HAPPENED_ERASURE_ASKED] = EVENT_REVIEW,
    [HAPPENED_PAYLOAD_ERASED] = EVENT_ERASE,
};
_Static_assert(COUNT(OF_HAPPENING) == happening_N_, "every happening has its event");

static const enum event_type OF_REFERRAL[] = {
    [EV_DRAFT] = EVENT_OUTCOME, /* nobody is asked yet */
    [EV_SEND] = EVENT_OFFER,
    [EV_DELIVER] = EVENT_DELIVER,
    [EV_ACCEPT] = EVENT_ACCEPT,
    [EV_DECLINE] = EVENT_DECLINE,
    [EV_WITHDRAW] = EVENT_WITHDRAW,
    [EV_DUE] = EVENT_EXPIRE,
    [EV_START] = EVENT_OUTCOME,
    [EV_HOLD] = EVENT_OUTCOME,
    [EV_RESUME] = EVENT_OUTCOME,
    [EV_COMPLETE] = EVENT_OUTCOME,
    [EV_FAIL] = EVENT_OUTCOME,
    [EV_REQUEST_CANCEL] = EVENT_OUTCOME,
    [EV_CONFIRM] = EVENT_WITHDRAW,
    [EV_REFUSE] = EVENT_OUTCOME,
    [EV_RETRACT] = EVENT_WITHDRAW,
};
_Static_assert(COUNT(OF_REFERRAL) == referral_event_N_, "every event of a referral has its event");

enum event_type happening_type(int what, struct span detail)
{
    if (what < 0 || (size_t)what >= COUNT(OF_HAPPENING))
        return EVENT_OUTCOME;
    if (what == HAPPENED_REFERRAL) {
        int of = words_find(words_referral_event(), detail);
        return of < 0 ? EVENT_OUTCOME : OF_REFERRAL[of];
    }
    return OF_HAPPENING[what];
}

bool type_answers(enum event_type type)
{
    return type == EVENT_ACCEPT || type == EVENT_DECLINE || type == EVENT_WITHDRAW || type == EVENT_EXPIRE;
}

uint32_t happening_reason(int what, struct span reason)
{
    const struct words *list = what == HAPPENED_BREAK_GLASS ? words_emergency_reason() : words_reason();

    return reason.n ? (uint32_t)(words_find(list, reason) + 1) : 0;
}
