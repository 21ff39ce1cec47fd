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
enum status handle_notice_list(struct turn *t, const void *in);
enum status handle_notice_seen(struct turn *t, const void *in);
enum status handle_review_list(struct turn *t, const void *in);
enum status handle_review_do(struct turn *t, const void *in);
enum status handle_evidence_list(struct turn *t, const void *in);

/* remind_late: a job: reviews whose two business days have passed are told to the auditors, each once. */
enum status remind_late(struct turn *t, bool *ret_more);

#endif
