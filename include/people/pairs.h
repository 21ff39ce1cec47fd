#ifndef KM_PEOPLE_PAIRS_H
#define KM_PEOPLE_PAIRS_H

#include "people/score.h"

/* Many records at once: which pairs of them are, or may be, one person. Holds tokens only. */

enum {
    BOOK_RECORDS_MAX = 1 << 20,
    BOOK_SAME_INDEX_MAX = 100, /* records that share one index; more is a default value somebody typed, not a person */
    BOOK_PAIRS_MAX = 1 << 24
};

struct people_book;

/* people_book_new: NULL when there is no memory. */
struct people_book *people_book_new(void);
void people_book_free(struct people_book *b);
DEFINE_AUTO(people_book)

/* people_book_add: the next record, numbered from 0.
 *   in     tokens  n ≤ COMPOUNDS_MAX, sorted by people_tokens; n = 0 is a record nothing can be said of
 *   fails  TOO_LARGE over BOOK_RECORDS_MAX · UNAVAILABLE no memory */
enum status people_book_add(struct people_book *b, const struct people_token *tokens, size_t n) MUST_CHECK;

/* Takes one pair, a < b, of which the decision is not PEOPLE_NO. */
typedef void people_pair_fn(void *ctx, size_t a, size_t b, const struct people_score *score);

/* people_book_pairs: every such pair once, in ascending order.
 *   ret    crowded  indexes left out because more than BOOK_SAME_INDEX_MAX records share them
 *   fails  TOO_LARGE over BOOK_PAIRS_MAX pairs to look at · UNAVAILABLE no memory */
enum status people_book_pairs(struct people_book *b, people_pair_fn *take_pair, void *ctx, size_t *ret_crowded) MUST_CHECK;

#endif
