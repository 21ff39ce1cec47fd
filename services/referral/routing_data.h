#ifndef KM_REFERRAL_ROUTING_DATA_H
#define KM_REFERRAL_ROUTING_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "base/uuid.h"

/* What a routing decision is made from. Words of the field arrive as small integers, in the order of the frozen code lists:
 *   need     position in needs.jsonl             target   bit n = position n of vocab.json "targets"
 *   kind     position in vocab.json "agency_kinds"        regime   0 public 1 private 2 civic officer
 *   area     0 north 1 central 2 south 3 east 4 unknown   urgency  0 emergency 1 urgent 2 routine
 *   age      0 child 1 youth 2 adult 3 elder 4 unknown    weekday  bit 0 Monday … bit 6 Sunday */
enum { ROUTING_NEED_N = 48, ROUTING_TARGET_N = 33, ROUTING_KIND_N = 14 };
enum { ROUTING_CASE_NEEDS_MAX = 12, ROUTING_AGENCIES_MAX = 2000, ROUTING_SUPPORTERS_MAX = 8, ROUTING_CRITERION_N = 7 };

/* A receiver the law names for a need. `ages` bit n = age band n of the case; an unknown band meets every duty. */
struct routing_duty {
    struct agency_id agency;
    unsigned ages;
    struct span law;
};

/* A line of needs.jsonl. `field` numbers the field of need (any numbering < 64, equal for equal fields). */
struct routing_need {
    struct span code, label;
    uint64_t targets;
    int first_target; /* the most specific one */
    int field;
    const struct routing_duty *duty;
    size_t duty_n;
};

/* An agency with its line of routing.jsonl, if it has one; without one the row says: needs 0, ages 0, no emergency, office hours
 * 510–1035 Monday to Friday, capacity −1, and takes_people and regime of its kind (routing_kind_trait). */
struct routing_agency {
    struct agency_id id, parent; /* parent "" = none */
    struct span name;
    int kind, regime;
    bool is_active, accepts;      /* accepts: can_receive_referral of the catalogue */
    bool is_named_receiver;       /* has a line in routing.jsonl: a receiver whatever its kind */
    int64_t from_us, until_us;    /* dated validity, [from, until); until 0 = open */
    unsigned areas, ages;         /* bit sets; 0 = the whole city, all ages */
    uint64_t targets, needs;      /* needs: those it specialises in */
    bool is_emergency_capable;
    int opens_min, closes_min;    /* minutes after 00:00 Asia/Tokyo; 1440 = midnight */
    unsigned weekdays;            /* all seven = holidays too */
    int64_t load, capacity;       /* open referrals; capacity −1 = none stated, 0 = takes nobody now */
    int64_t median_answer_min;    /* −1 = nothing known yet */
    const uint64_t *programs;     /* target sets of the programmes with referral_mode "person" that it or, if */
    size_t program_n;             /* it has none, its parent runs */
};

struct routing_directory {
    const struct routing_agency *agency;
    size_t agency_n;
    const struct routing_need *need; /* ROUTING_NEED_N rows */
    size_t need_n;
};

/* An agency that declined, returned or let expire a need of this case, unless a coordinator has overridden it. */
struct routing_decline {
    struct agency_id agency;
    int need;
};

struct routing_case {
    const int *need; /* most urgent first; a repeated one counts once */
    size_t need_n;
    int area, age, urgency;
    int64_t at_us;
    const struct routing_decline *declined;
    size_t declined_n;
    bool has_consent, has_basis; /* has_basis: a clause or a meeting's basis covers private receivers */
};

/* Defaults an agency without a line of routing.jsonl has by its kind. */
struct routing_kind_trait {
    bool takes_people; /* meeting bodies, networks, systems, groups, helpers and partner firms are no receivers by themselves */
    int regime;
};

/* routing_kind_trait: the row of one kind; a kind outside the list takes nobody and is private.   pure yes */
const struct routing_kind_trait *routing_kind_trait(int kind);

#endif
