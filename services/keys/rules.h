#ifndef KM_KEYS_RULES_H
#define KM_KEYS_RULES_H

#include "base/clock.h"
#include "keys.h"

/* What keys decides, apart from any row. */

enum { FRESH_S = 300, GLASS_MIN = 60, GLASS_TEXT_LEAST = 20, REVIEW_DAYS = 2, REVIEW_CLOSES_MIN = 17 * 60 + 15 };
enum { READS_WITHIN_S = 3600, WISH_DAYS = 7 };

/* rule_role: may a person in this role be given case keys through this service? Casework through any, secretaries through meeting.
 *   fails  DENIED
 *   pure   yes                        source  README "Who may see what" */
enum status rule_role(struct scope *s, int role, struct span service) MUST_CHECK;

/* rule_reads: one more case in this hour?
 *   in     user_n, agency_n   cases of the last hour, this one included
 *   fails  DENIED over a hard limit
 *   pure   yes                        source  README "Who may see what" */
enum status rule_reads(struct scope *s, const struct keys *limits, int64_t user_n, int64_t agency_n) MUST_CHECK;

/* rule_glass: may the glass be broken?
 *   in     who    ticket of the person      text  the reason in words
 *   fails  DENIED the second factor was given longer ago than FRESH_S, or never · INVALID fewer than GLASS_TEXT_LEAST characters
 *   pure   yes                        source  README "Who may see what", DR-18 */
enum status rule_glass(struct scope *s, const struct ticket *who, int64_t now_us, struct span text) MUST_CHECK;

#endif
