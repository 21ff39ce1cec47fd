#ifndef KM_PEOPLE_RULE_H
#define KM_PEOPLE_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/* Which fields are compared together. A rule's name is part of every stored index: it is never given another meaning. */

/* What a part of a compound is. Each belongs to one group; within a group only the strongest agreement counts, so that two rules
 * which hold for the same reason are not counted twice. */
enum people_part {
    PART_NAME,       /* whole written name */
    PART_KANA,       /* whole reading */
    PART_SOUND,      /* reading without voicing and long vowels */
    PART_GIVEN,      /* given name, written */
    PART_GIVEN_KANA, /* given name, reading */
    PART_HEAD,       /* first two kana */
    PART_BIRTH,      /* whole birth date */
    PART_DIGITS,     /* its digits in any order */
    PART_YEAR_DAY,
    PART_MONTH_DAY,
    PART_MONTH, /* year and month */
    PART_PHONE,
    PART_BLOCK, /* 町字 with 丁目 */
    PART_TOWN,  /* 町字 */
    PART_N
};

enum people_group { GROUP_NAME, GROUP_BIRTH, GROUP_PHONE, GROUP_PLACE, GROUP_N };

enum people_rule {
    RULE_KANA_BIRTH,
    RULE_NAME_BIRTH,
    RULE_SOUND_BIRTH,
    RULE_GIVEN_KANA_BIRTH,
    RULE_GIVEN_BIRTH,
    RULE_HEAD_BIRTH,
    RULE_KANA_MONTH,
    RULE_NAME_MONTH,
    RULE_KANA_DIGITS,
    RULE_NAME_DIGITS,
    RULE_KANA_MONTH_DAY,
    RULE_NAME_MONTH_DAY,
    RULE_KANA_YEAR_DAY,
    RULE_PHONE_BIRTH,
    RULE_PHONE_KANA,
    RULE_PHONE_NAME,
    RULE_PHONE_SOUND,
    RULE_PHONE_GIVEN_KANA,
    RULE_PHONE_GIVEN,
    RULE_TOWN_BIRTH,
    RULE_TOWN_KANA,
    RULE_TOWN_NAME,
    RULE_BLOCK_GIVEN_KANA_MONTH,
    PEOPLE_RULE_N
};

enum { RULE_PARTS_MAX = 3 };

struct people_rule_row {
    const char *name; /* in the index and in explanations */
    enum people_part part[RULE_PARTS_MAX];
    size_t part_n;       /* ≥ 2 */
    bool takes_variants; /* also made for 通称 and former names */
    bool finds;          /* pairs are looked for by it; a rule without only adds evidence: a whole family may share it */
    const char *ja, *en; /* why this is compared */
};

/* people_rule_row: of one rule; NULL past the last.   people_rule_find: its number by name, −1 for an unknown one.
 *   pure   yes */
const struct people_rule_row *people_rule_row(size_t rule);
int people_rule_find(const char *name);

struct people_part_row {
    enum people_group group;
    uint32_t implies; /* bits of the parts that are equal whenever this is */
    uint32_t excuses; /* bits of the parts whose difference says nothing more when this is equal */
    int equal;        /* tenths of a bit of evidence when it is equal in both */
    int differs;      /* when it is known in both and differs; ≤ 0 */
    bool names;       /* says who within a family it is */
    const char *equal_ja, *equal_en, *differs_ja, *differs_en;
};

/* people_part_row: of one part; part < PART_N.
 *   pure   yes */
const struct people_part_row *people_part_row(enum people_part part);

#endif
