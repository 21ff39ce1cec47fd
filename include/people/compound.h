#ifndef KM_PEOPLE_COMPOUND_H
#define KM_PEOPLE_COMPOUND_H

#include "base/scope.h"
#include "people/person.h"
#include "people/rule.h"
#include "seal/blind.h"

/* What is indexed blindly of a person: never one field alone, because a name or a birth date by itself could be counted and so
 * guessed in a stolen table. */

enum { COMPOUNDS_MAX = 48, COMPOUND_BYTES_MAX = 300 };

struct compound {
    const char *rule; /* name of the rule, lives as long as the process */
    struct span text; /* folded, ≤ COMPOUND_BYTES_MAX bytes; in the scope */
};

/* people_compounds: every compound the fields allow, none twice. 通称 and former names come under the same rules as the name, so
 * that one person's former name finds another record's name.
 *   in     fields   as written; a field that cannot be read as what it is counts as unknown, and so does what would make a
 *                   compound over COMPOUND_BYTES_MAX bytes: nobody's name is that long
 *   ret    list     room for COMPOUNDS_MAX; in the order of the rules
 *   fails  INVALID a field is not UTF-8 · TOO_LARGE a field over PERSON_FIELD_MAX, or the scope's cap
 *   pure   yes, but for the scope                     source  the rules of common/people/rule.c */
enum status people_compounds(struct scope *s, const struct person_fields *fields, struct compound ret_list[COMPOUNDS_MAX],
                             size_t *ret_n) MUST_CHECK;

/* A compound as it is stored and compared: which rule, and the blind index of the text. */
struct people_token {
    uint8_t rule; /* enum people_rule */
    uint8_t index[BLIND_LEN];
};

/* people_tokens: the blind indexes of compounds, sorted by rule and index as people_compare needs them.
 *   in     list   n ≤ COMPOUNDS_MAX of people_compounds
 *   ret    tokens as many as compounds
 *   pure   yes */
void people_tokens(const struct secret *key, const struct compound *list, size_t n, struct people_token *ret_tokens);

#endif
