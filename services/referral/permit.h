#ifndef KM_REFERRAL_PERMIT_H
#define KM_REFERRAL_PERMIT_H

#include "offer.h"
#include "q_referral.h"

/* What a disclosure is decided on, loaded, and what is written of it once decided. */

/* The consents of the person supported, as they are under the case's lock. */
struct grounds {
    struct q_consents_live_rows rows;
};

/* What a sending, or a joining, discloses. */
struct permit {
    bool discloses, has_consent;
    struct uuid consent;
    struct span law;
    struct {
        const int64_t *v;
        size_t n;
    } items;
};

/* grounds_load: queued behind the statement that locks the case; filled at the next flush. */
enum status grounds_load(struct turn *t, struct uuid case_id, struct grounds *ret_grounds) MUST_CHECK;

/* grounds_carry: is there any consent at all just now? */
bool grounds_carry(const struct grounds *g);

/* permit_decide: may it be sent, and on what does it stand?  `o` needs neither basis nor consents: they are filled in here.
 *   ret    permit  discloses is false for a pull request and where no items are
 *   fails  as offer_decide */
enum status permit_decide(struct turn *t, const struct grounds *g, struct offer o, struct permit *ret_permit) MUST_CHECK;

/* permit_joining: what joining a case discloses beyond the items held already: all that the ground of the accepted offer covers for
 * this receiver, on the same consent. What it does not cover stays closed to a member, too: an accept is no new ground.
 *   in     o      as for permit_decide          held   bit per enum item
 *   ret    permit discloses is false when nothing more is covered
 *   fails  TOO_LARGE                            source  DR-05, C5 */
enum status permit_joining(struct turn *t, const struct grounds *g, struct offer o, unsigned held, struct permit *ret_permit) MUST_CHECK;

/* items_list: the items of a set of bits, as messages and rows have them; in the scope. */
enum status items_list(struct turn *t, unsigned bits, const int64_t **ret_v, size_t *ret_n) MUST_CHECK;

/* permit_told: the event of the history.  permit_store: the disclosure of a stored referral by what is permitted now, and its event. */
enum status permit_told(struct turn *t, struct uuid case_id, struct uuid ref_id, struct agency_id other, enum legal_basis basis) MUST_CHECK;
enum status permit_store(struct turn *t, const struct referral *was, const struct permit *p) MUST_CHECK;

#endif
