#ifndef KM_REFERRAL_PRINT_RULES_H
#define KM_REFERRAL_PRINT_RULES_H

/* print_rules: the transition table and the routing rules on stdout, one tab-separated row each; the same on every machine. */
int print_rules(void);

#endif
