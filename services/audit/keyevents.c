/* What happens to cases' keys, and what auditors ask about them, happens in another database, where there is no history. It is told here by
 * a message of the very transaction that does it, and becomes an event once, of whoever did it and of when it was done: this process only
 * writes it down. */
#include "audit.h"
#include "q_audit.h"

HANDLER(key_event, t, in)
{
    if (in->happened != HAPPENED_KEY_READ && in->happened != HAPPENED_KEY_ROTATED && in->happened != HAPPENED_CASE_ERASED &&
        in->happened != HAPPENED_AUDITED)
        return fail(t->s, INVALID, "鍵の出来事ではありません", "this is nothing that happens to a key");
    return q_key_event_add(t->tx, &(struct q_key_event_add){
        .id = in->id, .case_id = in->case_id, .happened = in->happened, .has_agency = in->has_agency, .agency = in->agency,
        .has_actor = in->has_actor, .actor = in->actor, .has_detail = in->has_detail, .detail = in->detail,
        .has_reason = in->has_reason, .reason = in->reason,
        .trace = span_str(t->s->trace), .at = in->at});
}
