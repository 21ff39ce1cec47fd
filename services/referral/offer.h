#ifndef KM_REFERRAL_OFFER_H
#define KM_REFERRAL_OFFER_H

#include "referral.h"

/* offer_decide: may this disclosure be made to this receiver?
 *   in     regime   enum legal_regime of the receiver
 *   fails  INVALID no basis, or one that does not cover the items (the why names them)
 *   pure   yes                                      source  field.md DR-05, C5 */
enum status offer_decide(struct scope *s, enum referral_kind kind, enum legal_basis basis, enum consent_state consent, int regime,
                         const int64_t *items, size_t item_n) MUST_CHECK;

/* offer_due_us: when the answer is due.
 *   in     closes_min  the receiver's closing time, minutes after 00:00 Asia/Tokyo
 *   pure   yes                                      source  formats.md §1 "Clocks" */
int64_t offer_due_us(int64_t at_us, enum urgency urgency, int closes_min);

#endif
