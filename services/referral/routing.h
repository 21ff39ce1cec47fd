#ifndef KM_REFERRAL_ROUTING_H
#define KM_REFERRAL_ROUTING_H

#include "base/scope.h"
#include "base/status.h"
#include "routing_data.h"

/* Which agencies could carry a case, in which order and why. Pure: plain arrays in, explained lists out; no names of people, no
 * narrative, no clock of its own, no database. */
struct routing_reason {
    const char *criterion, *ja, *en;
    int64_t value; /* what the rank compared */
};

struct routing_candidate {
    const struct routing_agency *agency;
    uint64_t covers; /* needs of the case it specialises in or must receive by law; bit = need */
    bool is_duty;
    struct routing_reason reason[ROUTING_CRITERION_N]; /* in rank order */
};

struct routing_rejection {
    const struct routing_agency *agency;
    const char *filter, *ja, *en;
};

/* A proposed role in a complex case, for the needs it adds to the agencies before it. */
struct routing_role {
    struct agency_id agency;
    uint64_t needs;
};

struct routing_result {
    const char *rules; /* rule-set version */
    const struct routing_candidate *candidate; /* best first */
    size_t candidate_n;
    const struct routing_rejection *rejected; /* those that match a need first, then by code */
    size_t rejected_n;
    bool is_after_hours; /* nobody is open in time: the candidates are those that open next */
    bool is_complex; /* two or more fields of need and no single agency for all: propose lead, supporters and a 小会議 */
    bool has_lead;
    struct routing_role lead, supporter[ROUTING_SUPPORTERS_MAX];
    size_t supporter_n;
    uint64_t uncovered; /* needs no candidate specialises in */
};

/* A row of the rule set, for printing it. */
struct routing_rule {
    bool is_filter;
    const char *name, *ja, *en;
};

/* routing_decide: filters and ranks a directory for one case.
 *   in     dir   unique agency codes     c   codes within their lists; need_n 1…ROUTING_CASE_NEEDS_MAX
 *   ret    lists live in the scope and borrow agencies from dir; the same whatever order dir is in
 *   fails  INVALID a code out of range · TOO_LARGE directory or scope
 *   pure   yes                           source  services/RULES.md DR-02 */
enum status routing_decide(struct scope *s, const struct routing_directory *dir,
                           const struct routing_case *c, struct routing_result *ret_result) MUST_CHECK;

/* routing_rule_at: the i-th row, filters first, then criteria, in order; false past the last.      pure yes */
bool routing_rule_at(size_t i, struct routing_rule *ret_rule);

#endif
