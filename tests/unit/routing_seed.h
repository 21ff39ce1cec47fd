#ifndef KM_TEST_ROUTING_SEED_H
#define KM_TEST_ROUTING_SEED_H

#include "base/clock.h"
#include "referral/routing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

/* The seed files, line by line, and their words as the small integers routing knows. */

enum { SEED_AGENCIES_MAX = 300, SEED_PROGRAMS_MAX = 60, SEED_LINES_MAX = 300, SEED_DUTIES_MAX = 4 };

/* The seed files as a directory; one of these lives on the heap of a test. */
struct seed {
    json_t *vocab, *agency[SEED_LINES_MAX], *program[SEED_LINES_MAX];
    json_t *need[SEED_LINES_MAX], *routing[SEED_LINES_MAX];
    size_t agency_n, program_n, need_n, routing_n;
    struct routing_agency row[SEED_AGENCIES_MAX];
    struct routing_need need_row[ROUTING_NEED_N];
    struct routing_duty duty[ROUTING_NEED_N][SEED_DUTIES_MAX];
    uint64_t programs[SEED_AGENCIES_MAX][SEED_PROGRAMS_MAX];
    struct routing_directory dir;
};

static const char *const AGES[] = {"child", "youth", "adult", "elder", "unknown"};

static int seed_word(const char *const *list, size_t n, const char *word)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i], word) == 0)
            return (int)i;
    return -1;
}

static const char *text(const json_t *o, const char *key)
{
    const char *t = json_string_value(json_object_get(o, key));

    return t ? t : "";
}

static size_t read_lines(const char *name, json_t **row)
{
    char path[400], line[20000];
    size_t n = 0;

    snprintf(path, sizeof(path), "%s/sql/seed/%s", KM_SOURCE_DIR, name);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    while (fgets(line, sizeof(line), f)) {
        assert_true(n < SEED_LINES_MAX);
        row[n] = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
        assert_non_null(row[n]);
        n++;
    }
    fclose(f);
    return n;
}

static int vocab(const struct seed *s, const char *list, const char *key, const char *word)
{
    size_t i;
    json_t *entry;

    json_array_foreach(json_object_get(s->vocab, list), i, entry)
        if (strcmp(text(entry, key), word) == 0)
            return (int)i;
    return -1;
}

static uint64_t targets(const struct seed *s, const json_t *list, const char *key)
{
    size_t i;
    json_t *word;
    uint64_t set = 0;

    json_array_foreach(list, i, word) {
        int at = vocab(s, "targets", key, json_string_value(word));
        assert_true(at >= 0);
        set |= UINT64_C(1) << at;
    }
    return set;
}

static unsigned ages(const json_t *list)
{
    size_t i;
    json_t *word;
    unsigned set = 0;

    json_array_foreach(list, i, word) {
        int at = seed_word(AGES, COUNT(AGES), json_string_value(word));
        assert_true(at >= 0);
        set |= 1U << at;
    }
    return set;
}

static int seed_need(const struct seed *s, const char *code)
{
    for (size_t i = 0; i < s->need_n; i++)
        if (strcmp(text(s->need[i], "code"), code) == 0)
            return (int)i;
    return -1;
}

#endif
