#ifndef KM_REFERRAL_ROUTING_VIEW_H
#define KM_REFERRAL_ROUTING_VIEW_H

#include "base/clock.h"
#include "routing.h"

/* Private to the routing files: a case looked at once, and an agency looked at against it. */

/* The targets of vocab.json that say who is served; the others say with what. */
#define ROUTING_TARGET(n) (UINT64_C(1) << (n))
#define ROUTING_PEOPLE                                                                            \
    (ROUTING_TARGET(ELDERLY) | ROUTING_TARGET(DISABILITY) | ROUTING_TARGET(CHILD) |               \
     ROUTING_TARGET(CHILD_REARING) | ROUTING_TARGET(MATERNITY) | ROUTING_TARGET(YOUTH) |          \
     ROUTING_TARGET(HIKIKOMORI) | ROUTING_TARGET(FOREIGN_RESIDENT) | ROUTING_TARGET(WOMEN))
enum { ELDERLY = 0, DISABILITY = 1, CHILD = 2, CHILD_REARING = 3, MATERNITY = 4, YOUTH = 5 };
enum { HIKIKOMORI = 7, FOREIGN_RESIDENT = 8, WOMEN = 9 };
enum { EMERGENCY, URGENT, ROUTINE };
enum { AREA_NOT_KNOWN = 4 };
enum { OF_CHILD, OF_YOUTH, OF_ADULT, OF_ELDER, AGE_NOT_KNOWN, ALL_AGES = 0xf };

/* Needs are looked at by their position in the case, so that one small bit set says which of them an agency meets. */
struct routing_view {
    const struct routing_directory *dir;
    const struct routing_case *c;
    int need[ROUTING_CASE_NEEDS_MAX]; /* without repetitions */
    size_t need_n;
    uint64_t targets;  /* of all needs, and of the age band */
    uint64_t people;   /* the population targets among them */
    unsigned ages;     /* the case's band, and those its needs speak of: a household has more than one age */
    struct date today; /* in Asia/Tokyo */
    int minute;        /* of today */
};

struct routing_hit {
    const struct routing_agency *a;
    unsigned topical;  /* positions whose need it can serve at all */
    unsigned of_age;   /* of these, for somebody whose age it serves */
    unsigned standing; /* of these, not already declined by it */
    unsigned special;  /* of these, those it specialises in or must receive */
    unsigned own;      /* of these, not met by a desk of its own that is a candidate too; duties stay */
    unsigned duty;     /* positions it must receive by law */
    int64_t key[ROUTING_CRITERION_N];
};

/* routing_receives: the catalogue lets it, and its kind or a line of routing.jsonl makes it a receiver of people.   pure yes */
bool routing_receives(const struct routing_agency *a);

/* routing_look: fills everything of a hit but `own` and the keys.   pure yes */
struct routing_hit routing_look(const struct routing_view *v, const struct routing_agency *a);

/* routing_refuses: the first filter that stops this hit, NULL when none does. after_hours: a closed desk stops nobody.   pure yes */
const struct routing_rule *routing_refuses(const struct routing_view *v, const struct routing_hit *h,
                                           bool after_hours);

/* routing_rank: own and keys of all hits, then the total order: criteria in turn, code last.   pure yes */
void routing_rank(const struct routing_view *v, struct routing_hit *hit, size_t n);

/* routing_reasons: one candidate's sentences.
 *   fails  TOO_LARGE scope */
enum status routing_reasons(struct scope *s, const struct routing_view *v,
                            const struct routing_hit *h, struct routing_candidate *ret_candidate) MUST_CHECK;

/* routing_needs: positions of the case as a set of needs.   pure yes */
uint64_t routing_needs(const struct routing_view *v, unsigned positions);

/* The rows of both tables, for routing_rule_at. */
bool routing_filter_row(size_t i, struct routing_rule *ret_rule);
bool routing_criterion_row(size_t i, struct routing_rule *ret_rule);
size_t routing_filter_n(void);

#endif
