#ifndef KM_INTAKE_PERSON_H
#define KM_INTAKE_PERSON_H

#include "base/scope.h"
#include "base/uuid.h"
#include "intake.h"
#include "people/compound.h"
#include "wire/message.h"

/* Members of a household and what each reader sees of them. Pure: no rows, no keys, no clock. */

struct member {
    struct uuid id;
    enum relation relation;
    int64_t version;                      /* 0 = never changed since the opening */
    struct person_private own;            /* as its record says */
    struct person_private person;         /* the same over what was told at the opening */
    bool has_protection;
    struct protection_private protection;
    bool is_unknown; /* there is a version the reader has no key of, or may no longer see: it may be a protected one */
};

struct household {
    struct member v[HOUSEHOLD_MAX];
    size_t n;
};

struct viewer {
    struct span who; /* user@agency */
    bool is_emergency; /* reads by breaking the glass: nothing hidden is ever shown so */
    bool may_change;   /* the household: reach_may_change */
    int role;          /* enum role */
};

/* person_lay: the fields of `over` laid on `under`; an absent one leaves what was there, an empty one takes it away.   pure yes */
void person_lay(struct person_private *under, const struct person_private *over);

/* person_told: what case_private says of the person supported.   pure yes */
struct person_private person_told(const struct case_private *told);

/* names_viewer: is who reads one of the list?   pure yes */
bool names_viewer(const struct span *names, size_t n, struct span who);

/* member_hidden: what of a member a reader does not see. All the fields of a protected or unknown member; of every other those that
 * are the same as one hidden of a protected member, so that nobody is found through those they live with.
 *   in     s      for what is folded on the way
 *   ret    bits   bit per enum masked_field
 *   pure   yes                        source  DR-10 */
unsigned member_hidden(struct scope *s, const struct household *h, size_t i, const struct viewer *v);

/* person_cut: what the items cover and is not hidden, into the reader's copy.   pure yes */
void person_cut(const struct person_private *all, unsigned items, unsigned hidden, struct person_contents *ret_c);

/* compounds_veil: what a person could be found by, without what is hidden of them: in the place of a text with a hidden telephone or
 * address stands another of its length that no person has. So a guess of either is confirmed by no pair that is found, by none of
 * its reasons and by no score; and how many indexes there are of how many bytes tells nothing.
 *   in     hidden  bit per enum masked_field
 *   fails  TOO_LARGE                  source  DR-10 ("incl. search") */
enum status compounds_veil(struct scope *s, struct compound *list, size_t n, unsigned hidden) MUST_CHECK;

/* masked_words: the hidden fields as a message lists them; NULL when the scope is full. */
const int64_t *masked_words(struct scope *s, unsigned hidden, size_t *ret_n);

/* protection_decide: 支援措置 on, renewed, other names, or off. On for a year; renewed from a month before the end for a year after it;
 * in between only who sees may change, and only by who sees already or leads. Its end in time changes nothing.
 *   in     was     NULL = never         who   of the asker, who is added to the names       role  enum role
 *   ret    next    lists in the scope
 *   fails  INVALID a name is not user@agency, too many names, no reason where one is needed · DENIED · CONFLICT is off already
 *   pure   yes                        source  支援措置 (1 year, renewal from 1 month before, lapse reveals nothing) */
enum status protection_decide(struct scope *s, const struct protection_private *was, const struct protection_wish *wish,
                              struct uuid person_id, struct span who, int role, int64_t at_us,
                              struct protection_private *ret_next) MUST_CHECK;

/* protection_tell: who is named, since when and why, to those alone who could change it as it stands: who is named, and who leads. To
 * everybody else there are no such people.
 *   pure   yes                        source  DR-10 */
void protection_tell(const struct member *m, const struct viewer *v, struct person_contents *ret_c);

/* household_care: what others must heed: somebody is protected, and who may see what that hides of all of them.
 *   pure   yes, but for the scope · fails TOO_LARGE */
enum status household_care(struct scope *s, const struct household *h, struct care_private *ret_care) MUST_CHECK;

/* months_later: 00:00 Asia/Tokyo of the same day some months on (the month's last day where it has no such day).   pure yes */
int64_t months_later(int64_t at_us, int months);

#endif
