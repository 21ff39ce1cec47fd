#ifndef KM_AUDIT_AUDIT_H
#define KM_AUDIT_AUDIT_H

#include "svc/service.h"

/* The history of cases, notices and reviews, for those who hold the cases, supervise or audit them; it holds no case bodies. */
extern const struct service AUDIT;

/* What a handler of this service finds in turn->own. */
struct audit_own {
    const struct keyring *ring;
    struct secret *key; /* under which the words of emergencies rest */
};

enum status handle_history_show(struct turn *t, const void *in);
enum status handle_glass_broken(struct turn *t, const void *in);
enum status handle_many_reads(struct turn *t, const void *in);
enum status handle_key_event(struct turn *t, const void *in);
enum status handle_notice_put(struct turn *t, const void *in);
enum status handle_meeting_told(struct turn *t, const void *in);
enum status handle_notice_list(struct turn *t, const void *in);
enum status handle_notice_seen(struct turn *t, const void *in);
enum status handle_review_list(struct turn *t, const void *in);
enum status handle_review_do(struct turn *t, const void *in);
enum status handle_evidence_list(struct turn *t, const void *in);
enum status handle_audit_timeline(struct turn *t, const void *in);
enum status handle_audit_search(struct turn *t, const void *in);
enum status handle_audit_report(struct turn *t, const void *in);
enum status handle_audit_proofs(struct turn *t, const void *in);
enum status handle_flow_show(struct turn *t, const void *in);
enum status handle_load_show(struct turn *t, const void *in);
enum status handle_leads_counted(struct turn *t, const void *in);
enum status handle_erasure_list(struct turn *t, const void *in);
enum status handle_erasure_wanted(struct turn *t, const void *in);
enum status handle_erasure_agreed(struct turn *t, const void *in);
enum status handle_events_blanked(struct turn *t, const void *in);
enum status handle_feed_list(struct turn *t, const void *in);

/* remind_late: a job: reviews whose two business days have passed are told to the auditors, each once. */
enum status remind_late(struct turn *t, bool *ret_more);

/* history_read: a job: the history that is new, into what auditors ask for; a few thousand rows a turn, in the order of their commits.
 *   fails  as tx_flush */
enum status history_read(struct turn *t, bool *ret_more);

/* leads_prove: a job: the next day that has ended and is not proven, once what was written of it is read.
 *   fails  as history_read */
enum status leads_prove(struct turn *t, bool *ret_more);

/* history_lock: takes the one turn there is at reading and proving, until the transaction ends; on another server than before the reading
 * begins again.
 *   ret    is_mine  false: another worker has it, or the history is being looked through
 *   fails  as history_read */
enum status history_lock(struct turn *t, bool *ret_is_mine) MUST_CHECK;

/* hints_forget: a job: what a meeting's change was told with, after a day; whoever listens is told within seconds or asks for all anew. */
enum status hints_forget(struct turn *t, bool *ret_more);

/* Jobs of erasures: tells keys which of the cases that are to be erased are closed by now; explains and empties what was agreed to. */
enum status erasure_closed(struct turn *t, bool *ret_more);
enum status erasure_run(struct turn *t, bool *ret_more);

#endif
