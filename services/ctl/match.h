#ifndef KM_CTL_MATCH_H
#define KM_CTL_MATCH_H

#include <stdio.h>

#include "people/pairs.h"

/* What `kashimaru match` keeps of a file: identifiers, labels as blind indexes, tokens. Names and dates are forgotten with their
 * row. */

enum { MATCH_ID_MAX = 64, MATCH_LEVELS = 2 };

/* A row that was understood. */
struct match_row {
    size_t id_at;             /* in the identifiers */
    uint8_t label[BLIND_LEN]; /* who it is in truth, when the file says so */
    bool is_labelled;
};

struct match {
    struct people_book *book;
    struct match_row *row;
    size_t row_n, row_cap;
    char *ids; /* NUL-terminated, one after the other */
    size_t ids_n, ids_cap;
    size_t bad, unreadable_dates, unfindable, crowded;
    bool has_labels;
    FILE *to;
    bool as_csv;
    size_t right[MATCH_LEVELS], wrong[MATCH_LEVELS]; /* pairs: 0 = same likely, 1 = at least possible */
};

/* match_read: every row of a CSV file; bad lines are named on stderr and counted.
 *   fails  INVALID the header names no column of a name, or one twice · TOO_LARGE more rows than a book holds · UNAVAILABLE */
enum status match_read(struct scope *s, struct match *m, FILE *from, const struct secret *key) MUST_CHECK;

/* match_pair: a people_pair_fn; ctx is the struct match. match_summary: counts; of a labelled file
 * precision, recall and F1. */
void match_pair(void *ctx, size_t a, size_t b, const struct people_score *score);
void match_summary(const struct match *m);

#endif
