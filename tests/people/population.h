#ifndef KM_TESTS_PEOPLE_POPULATION_H
#define KM_TESTS_PEOPLE_POPULATION_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "people/person.h"

/* A made-up town: households with their families, and the records several desks wrote of them, with the errors desks make. The
 * same seed gives the same town. Nobody in it is taken from anywhere: names are drawn part by part. */

enum { NAME_SIZE = 96, TEXT_SIZE = 120 };

struct seeded {
    uint64_t state;
};

uint64_t seeded_next(struct seeded *r);
size_t seeded_below(struct seeded *r, size_t n);
bool seeded_chance(struct seeded *r, double p);

/* What can be wrong with a record, or have changed since the other was written. */
enum error_kind {
    ERROR_KANA,    /* voicing, long vowel, or a wrong kana */
    ERROR_OLD,     /* old or variant characters */
    ERROR_KANJI,   /* another character of the same reading */
    ERROR_DATE,    /* digits exchanged, day and month exchanged, a wrong digit */
    ERROR_DAY,     /* unknown day */
    ERROR_MOVED,   /* another address, often with another telephone */
    ERROR_PHONE,   /* another telephone */
    ERROR_SURNAME, /* married */
    ERROR_ALIAS,   /* written under the 通称 */
    ERROR_MISSING, /* one or two fields left empty */
    ERROR_SPACE,   /* no space between family and given name */
    ERROR_N
};

enum { KANJI_SIZE = 20, KANA_SIZE = 40 };

/* A surname or given name: how it is written and how it is read. */
struct name_part {
    char kanji[KANJI_SIZE], kana[KANA_SIZE];
};

struct person {
    struct name_part family, given, maiden; /* maiden: the surname before marriage, or empty */
    struct name_part alias_family, alias_given;
    char romaji[NAME_SIZE], romaji_kana[NAME_SIZE]; /* foreign residents; empty for others */
    bool is_woman, has_alias;
    int year, month, day;
    char phone[12];
    size_t town;
    int block, house;
};

struct made_record {
    char name[NAME_SIZE], kana[NAME_SIZE], alias[NAME_SIZE], alias_kana[NAME_SIZE], former[NAME_SIZE];
    char birth[TEXT_SIZE], phone[TEXT_SIZE], address[TEXT_SIZE];
    uint32_t person, errors; /* bits of enum error_kind */
};

struct population {
    struct made_record *records;
    size_t n, people;
};

/* population_make: `people` persons and about 1.45 records of each; all zero when there is no memory. */
struct population population_make(size_t people, uint64_t seed);
void population_free(struct population *p);
struct person_fields made_fields(const struct made_record *r);
const char *error_word(enum error_kind kind);

/* population_csv: with a header, quoted where needed. */
bool population_csv(const struct population *p, FILE *to);

/* names.c: drawn by how often they are met; given names as they were given in the year. */
struct name_part draw_family(struct seeded *r);
struct name_part draw_given(struct seeded *r, bool is_woman, int year);
bool other_writing(struct seeded *r, struct name_part *name); /* another character of the same reading; false: there is none */
void draw_romaji(struct seeded *r, bool is_woman, char romaji[NAME_SIZE], char kana[NAME_SIZE]);
const char *town_name(size_t town);
size_t town_count(void);

/* record.c: writes one record of a person with the errors asked for; those that cannot apply are taken out of r->errors. */
void record_write(struct seeded *rnd, const struct person *p, uint32_t person, uint32_t errors, struct made_record *r);

#endif
