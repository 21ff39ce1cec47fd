#ifndef KM_INTAKE_INTAKE_H
#define KM_INTAKE_INTAKE_H

#include "svc/service.h"

/* 相談受付: households, cases, notes, and who may read them. */

/* What a sealed record is (KMR1 record type), beside those of seal/seal.h; never renumbered. 4 is a meeting's. */
enum intake_record { RECORD_CASE = 1, RECORD_NOTE = 2, RECORD_PERSON = 3, RECORD_NOTIFIER = 7, RECORD_DRAFT = 9 };

enum { HOUSEHOLD_MAX = 24, TEAM_MAX = 40, NOTIFIERS_MAX = 16, REMIND_MONTHS = 11 };

extern const struct service INTAKE;

/* What a handler of this service finds in turn->own. */
struct intake_own {
    struct secret *key; /* under which drafts rest */
};

enum status handle_case_open(struct turn *t, const void *in);
enum status handle_note_add(struct turn *t, const void *in);
enum status handle_case_show(struct turn *t, const void *in);
enum status handle_case_list(struct turn *t, const void *in);
enum status handle_case_access(struct turn *t, const void *in);
enum status handle_case_emergency(struct turn *t, const void *in);
enum status handle_person_put(struct turn *t, const void *in);
enum status handle_people_show(struct turn *t, const void *in);
enum status handle_protection_put(struct turn *t, const void *in);
enum status handle_notifier_put(struct turn *t, const void *in);
enum status handle_notifier_show(struct turn *t, const void *in);
enum status handle_team_put(struct turn *t, const void *in);
enum status handle_team_show(struct turn *t, const void *in);
enum status handle_duplicate_found(struct turn *t, const void *in);
enum status handle_duplicate_list(struct turn *t, const void *in);
enum status handle_duplicate_decide(struct turn *t, const void *in);
enum status handle_draft_put(struct turn *t, const void *in);
enum status handle_draft_show(struct turn *t, const void *in);
enum status handle_draft_drop(struct turn *t, const void *in);
enum status handle_draft_list(struct turn *t, const void *in);

/* remind: a job; tells that a member's record has stood for eleven months, the same way for every one. */
enum status remind(struct turn *t, bool *ret_more);

/* forget_drafts: a job; what nobody has touched for thirty days is thrown away. */
enum status forget_drafts(struct turn *t, bool *ret_more);

/* How far somebody may read one case; level ACCESS_NONE when they never could. */
struct reach {
    enum access_level level;
    struct {
        const int64_t *v;
        size_t n;
    } items;
    int64_t until_us; /* INT64_MAX while it lasts */
    bool has_team, on_team; /* the agency has named who works on the case; the asker is one of them */
};

/* reach_decide: the rows as they stand to what the asker may do. While an agency has named nobody, all its workers may open a case it
 * has; afterwards only those named, its team leads and its coordinators. A live emergency opens what all this keeps closed.
 *   in     was   by the agency's access rows     role  enum role     is_emergency  of this user, on this case, now
 *   fails  NOT_FOUND no access: the same answer as for a case that does not exist · DENIED not on the agency's team
 *   pure   yes                        source  DR-18 */
enum status reach_decide(struct scope *s, const struct reach *was, int role, bool is_emergency, struct reach *ret_reach) MUST_CHECK;

/* reach_items: the items a reader sees: all of them in an emergency, else those that were disclosed to its agency, by an offer or by
 * the ground on which it is a member; all of them for the agency that took the case on.
 *   ret    bits   bit per enum item
 *   pure   yes                        source  DR-05 */
unsigned reach_items(const struct reach *r);

/* reach_may_write: only a member whose membership lasts writes.  reach_may_change: and changes who somebody is only if it reads that.
 *   pure   yes */
bool reach_may_write(const struct reach *r);
bool reach_may_change(const struct reach *r);

/* team_decide: may the asker change their agency's team so? Never so that nobody is left by their own hand.
 *   in     n     live members       is_on  the user named is one of them       role  enum role, of the asker
 *   fails  DENIED neither on the team nor leading · NOT_FOUND removes who is not on it · CONFLICT the last one, by a worker ·
 *          TOO_LARGE over TEAM_MAX
 *   pure   yes */
enum status team_decide(struct scope *s, const struct reach *by, int role, enum team_action action, bool is_on, size_t n) MUST_CHECK;

#endif
