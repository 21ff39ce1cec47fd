#ifndef KM_REFERRAL_OFFER_H
#define KM_REFERRAL_OFFER_H

#include "referral.h"

/* A ground for sharing, as the law has it from one day on: a row of directory.basis. */
struct basis {
    enum legal_basis code;
    struct span law;
    bool needs_consent, is_meeting;
    unsigned receivers, items; /* bits by enum legal_regime, enum item */
    int64_t from_us, until_us; /* [from, until); until 0 = open */
};

/* A consent of the person supported that was not withdrawn. */
struct consent {
    struct uuid id;
    enum purpose purpose;
    unsigned items;
    const struct agency_id *receiver; /* none = every agency that supports the case */
    size_t receiver_n;
    int64_t from_us, until_us; /* [from, until) */
};

/* What is to be shown to whom, and what it could stand on. */
struct offer {
    enum referral_kind kind;
    enum legal_basis code;
    const struct basis *basis; /* of that day; NULL = none is in force */
    const struct consent *consent;
    size_t consent_n;
    const struct uuid *named; /* the consent the sender means; NULL = any */
    bool has_session;
    enum purpose purpose;
    struct agency_id receiver;
    int regime; /* enum legal_regime of the receiver */
    const int64_t *items;
    size_t item_n;
};

/* basis_on: the row of a ground at an instant; NULL when none is in force.              pure yes */
const struct basis *basis_on(const struct basis *v, size_t n, enum legal_basis code, int64_t at_us);

/* items_bits: bit per enum item of a list.              pure yes */
unsigned items_bits(const int64_t *v, size_t n);

/* offer_decide: may this disclosure be made to this receiver, at the scope's time?  A pull request shows nothing yet: who may receive
 * and whether the person consents is judged when the lead agrees to it.
 *   ret    consent  what it stands on; NULL when it needs none
 *   fails  INVALID no ground in force, or one that does not cover the items (the why names them), the receiver or the purpose
 *   pure   yes                                      source  DR-05, DR-08, C3, C5 */
enum status offer_decide(struct scope *s, const struct offer *o, const struct consent **ret_consent) MUST_CHECK;

/* offer_covers: of all items, those this ground covers for this receiver, each asked for itself; of `o` neither items nor reason count.
 *   ret    bits   bit per enum item
 *   pure   yes                                      source  DR-05 */
unsigned offer_covers(struct scope *s, const struct offer *o) MUST_CHECK;

/* offer_due_us: when the answer is due.
 *   in     closes_min  the receiver's closing time, minutes after 00:00 Asia/Tokyo
 *   pure   yes                                      source  services/RULES.md DR-03, DR-12 */
int64_t offer_due_us(int64_t at_us, enum urgency urgency, int closes_min);

#endif
