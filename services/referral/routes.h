#ifndef KM_REFERRAL_ROUTES_H
#define KM_REFERRAL_ROUTES_H

#include "svc/turn.h"

/* The handlers of referral, one line each; service.c puts them into the route table. */

enum status handle_case_opened(struct turn *t, const void *in);
enum status handle_candidate_list(struct turn *t, const void *in);
enum status handle_referral_draft(struct turn *t, const void *in);
enum status handle_referral_act(struct turn *t, const void *in);
enum status handle_referral_visit(struct turn *t, const void *in);
enum status handle_referral_show(struct turn *t, const void *in);
enum status handle_referral_list(struct turn *t, const void *in);
enum status handle_work_list(struct turn *t, const void *in);
enum status handle_custody_show(struct turn *t, const void *in);
enum status handle_case_close(struct turn *t, const void *in);
enum status handle_meeting_propose(struct turn *t, const void *in);
enum status handle_meeting_fixed(struct turn *t, const void *in);
enum status handle_agency_show(struct turn *t, const void *in);
enum status handle_agency_find(struct turn *t, const void *in);
enum status handle_directory_entries(struct turn *t, const void *in);
enum status handle_agency_put(struct turn *t, const void *in);
enum status handle_programme_put(struct turn *t, const void *in);
enum status handle_need_put(struct turn *t, const void *in);
enum status handle_routing_put(struct turn *t, const void *in);
enum status handle_indicator_put(struct turn *t, const void *in);
enum status handle_code_put(struct turn *t, const void *in);
enum status handle_basis_put(struct turn *t, const void *in);
enum status handle_basis_list(struct turn *t, const void *in);
enum status handle_consent_give(struct turn *t, const void *in);
enum status handle_consent_list(struct turn *t, const void *in);
enum status handle_consent_withdraw(struct turn *t, const void *in);
enum status handle_recall_list(struct turn *t, const void *in);
enum status handle_recall_ack(struct turn *t, const void *in);
enum status handle_disclosure_list(struct turn *t, const void *in);

/* expire_due: the clock's event on offers whose deadline passed; a job. */
enum status expire_due(struct turn *t, bool *ret_more);

/* leads_tell: a job: once for each day that has ended, who leads which case, counted for audit. */
enum status leads_tell(struct turn *t, bool *ret_more);

#endif
