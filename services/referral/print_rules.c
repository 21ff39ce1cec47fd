/* The rules as people and tests read them; a test holds this output against the copy in tests/lint, so that no rule changes unseen. */
#include "print_rules.h"

#include <stdio.h>

#include "referral.h"

static void print_needs(unsigned needs)
{
    static const struct {
        unsigned bit;
        const char *word;
    } NEEDS[] = {{NEEDS_REASON, "reason"},       {NEEDS_NO_BATON, "no_baton"}, {NEEDS_NOT_LEAD, "not_lead"},
                 {IS_RETURN, "counts_as_return"}, {ENDS_ACCESS, "ends_access"}, {IS_ANSWER, "answers"}};
    const char *sep = "";

    for (size_t i = 0; i < COUNT(NEEDS); i++) {
        if (needs & NEEDS[i].bit) {
            printf("%s%s", sep, NEEDS[i].word);
            sep = ",";
        }
    }
}

int print_rules(void)
{
    const struct rule *r;
    struct routing_rule routing;

    for (size_t i = 0; (r = rule_at(i)); i++) {
        printf("referral\t%s\t%s\t%s\t%s\t", words_at(words_referral_state(), r->from), words_at(words_referral_event(), r->event),
               words_at(words_party(), r->by), words_at(words_referral_state(), r->to));
        print_needs(r->needs);
        printf("\t%s\t%s\n", r->ja, r->en);
    }
    for (size_t i = 0; routing_rule_at(i, &routing); i++)
        printf("routing\t%s\t%s\t%s\t%s\n", routing.is_filter ? "filter" : "criterion", routing.name, routing.ja, routing.en);
    return fflush(stdout) == 0 ? 0 : 1;
}
