#ifndef KM_PEOPLE_SCORE_H
#define KM_PEOPLE_SCORE_H

#include "people/compound.h"

/* How likely two records are one person, from nothing but which of their blind indexes are equal. The weights are those of
 * Fellegi and Sunter: log2 of how much more often a part agrees in records of one person than of two. */

enum people_decision { PEOPLE_NO, PEOPLE_POSSIBLE, PEOPLE_SAME_LIKELY };

enum {
    SCORE_PRIOR = -156,       /* tenths of a bit: of 50,000 clients one other record is the same person */
    SCORE_POSSIBLE = 45,      /* from here on into the coordinator's queue: 22 to 1 */
    SCORE_SAME_LIKELY = 130,  /* 8,000 to 1, and nothing that tells persons apart speaks against it */
    SCORE_AGAINST = -30,      /* a difference this large: somebody must look, however much agrees */
    REASONS_MAX = 2 * GROUP_N + 4
};

/* What was found between two records: bit r of each for rule r. */
struct people_evidence {
    uint32_t equal; /* an index of this rule is equal */
    uint32_t both;  /* both have an index of this rule, equal or not */
};
_Static_assert(PEOPLE_RULE_N <= 32, "a rule is a bit");

struct people_reason {
    enum people_part part;
    int points;         /* tenths of a bit, for or against */
    const char *ja, *en; /* what agrees or differs; says nothing of what it is */
};

struct people_score {
    int points; /* tenths of a bit, SCORE_PRIOR included */
    enum people_decision decision;
    struct people_reason reason[REASONS_MAX]; /* what speaks for it, then what against, each by group */
    size_t reason_n;
};

/* people_compare: two records' tokens, each sorted by people_tokens.
 *   pure   yes */
struct people_evidence people_compare(const struct people_token *a, size_t a_n, const struct people_token *b, size_t b_n);

/* people_score: weighs the evidence. Of each group the strongest equal part counts; a part differs when a rule known of both is
 * unequal although all its other parts are known to be equal. Without an equal part that names one of a family the answer is
 * PEOPLE_NO.
 *   pure   yes        source  I. P. Fellegi, A. B. Sunter: A Theory for Record Linkage, JASA 64 (1969) 1183–1210 */
struct people_score people_score(struct people_evidence found);

/* people_score_per_mille: the probability, 0–1000, that a score stands for.
 *   pure   yes */
int people_score_per_mille(int points);

/* people_decision_word: "same_likely", "possible", "no". */
const char *people_decision_word(enum people_decision d);

#endif
