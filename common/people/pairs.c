/* Only records that share an index are ever looked at together, so the work grows with the pairs there are and not with the
 * square of the records; and each pair is weighed by all its tokens, whichever of them brought it here. */
#include "people/pairs.h"

#include <stdlib.h>

/* One token as it is searched for. */
struct entry {
    struct people_token token;
    uint32_t record;
};

struct pair {
    uint32_t a, b;
};

/* A growing array of one size of element. */
struct heap {
    void *p;
    size_t n, cap;
};

struct people_book {
    struct heap tokens; /* struct people_token, record after record */
    struct heap begins; /* size_t: where each record's tokens begin */
};

/* Room for more elements behind the last; NULL when there is no memory. */
static void *room(struct heap *h, size_t size, size_t more)
{
    if (h->n + more > h->cap) {
        size_t cap = h->cap ? 2 * h->cap : 1024;
        while (cap < h->n + more)
            cap *= 2;
        void *p = reallocarray(h->p, cap, size);
        if (!p)
            return NULL;
        h->p = p;
        h->cap = cap;
    }
    return (uint8_t *)h->p + h->n * size;
}

struct people_book *people_book_new(void)
{
    return calloc(1, sizeof(struct people_book));
}

void people_book_free(struct people_book *b)
{
    if (!b)
        return;
    free(b->tokens.p);
    free(b->begins.p);
    free(b);
}

enum status people_book_add(struct people_book *b, const struct people_token *tokens, size_t n)
{
    if (b->begins.n == BOOK_RECORDS_MAX)
        return TOO_LARGE;
    size_t *begin = room(&b->begins, sizeof *begin, 1);
    struct people_token *to = room(&b->tokens, sizeof *to, n + 1);
    if (!begin || !to)
        return UNAVAILABLE;
    if (n)
        memcpy(to, tokens, n * sizeof *to);
    *begin = b->tokens.n;
    b->begins.n++;
    b->tokens.n += n;
    return OK;
}

/* One record's tokens. */
static const struct people_token *tokens_of(const struct people_book *b, size_t record, size_t *ret_n)
{
    const size_t *begins = b->begins.p;

    *ret_n = (record + 1 < b->begins.n ? begins[record + 1] : b->tokens.n) - begins[record];
    return (const struct people_token *)b->tokens.p + begins[record];
}

static enum status entries_of(const struct people_book *b, struct heap *ret_entries)
{
    for (size_t i = 0; i < b->begins.n; i++) {
        size_t n;
        const struct people_token *v = tokens_of(b, i, &n);
        struct entry *to = room(ret_entries, sizeof *to, n + 1);
        if (!to)
            return UNAVAILABLE;
        for (size_t k = 0; k < n; k++)
            if (people_rule_row(v[k].rule)->finds) {
                *to++ = (struct entry){v[k], (uint32_t)i};
                ret_entries->n++;
            }
    }
    return OK;
}

static int by_token(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int order = memcmp(&x->token, &y->token, sizeof x->token);

    return order ? order : (x->record > y->record) - (x->record < y->record);
}

static int by_records(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;

    if (x->a != y->a)
        return x->a < y->a ? -1 : 1;
    return (x->b > y->b) - (x->b < y->b);
}

/* Every two records among n entries of one index. */
static enum status add_pairs(struct heap *pairs, const struct entry *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct pair *to = room(pairs, sizeof *to, n);
        if (!to)
            return UNAVAILABLE;
        for (size_t k = i + 1; k < n; k++)
            if (v[i].record != v[k].record) {
                *to++ = (struct pair){v[i].record, v[k].record};
                pairs->n++;
            }
        if (pairs->n > BOOK_PAIRS_MAX)
            return TOO_LARGE;
    }
    return OK;
}

static enum status gather(const struct people_book *b, struct heap *entries, struct heap *ret_pairs, size_t *ret_crowded)
{
    TRY(entries_of(b, entries));
    struct entry *v = entries->p;
    if (entries->n)
        qsort(v, entries->n, sizeof *v, by_token);
    for (size_t i = 0, end; i < entries->n; i = end) {
        for (end = i + 1; end < entries->n && memcmp(&v[i].token, &v[end].token, sizeof v[i].token) == 0;)
            end++;
        if (end - i > BOOK_SAME_INDEX_MAX)
            ++*ret_crowded;
        else
            TRY(add_pairs(ret_pairs, v + i, end - i));
    }
    if (ret_pairs->n)
        qsort(ret_pairs->p, ret_pairs->n, sizeof(struct pair), by_records);
    return OK;
}

enum status people_book_pairs(struct people_book *b, people_pair_fn *take_pair, void *ctx, size_t *ret_crowded)
{
    struct heap entries = {NULL, 0, 0}, pairs = {NULL, 0, 0};

    *ret_crowded = 0;
    enum status st = gather(b, &entries, &pairs, ret_crowded);
    const struct pair *v = pairs.p;
    for (size_t i = 0; st == OK && i < pairs.n; i++) {
        size_t a_n, b_n;
        if (i && by_records(&v[i - 1], &v[i]) == 0)
            continue;
        const struct people_token *x = tokens_of(b, v[i].a, &a_n), *y = tokens_of(b, v[i].b, &b_n);
        struct people_score score = people_score(people_compare(x, a_n, y, b_n));
        if (score.decision != PEOPLE_NO)
            take_pair(ctx, v[i].a, v[i].b, &score);
    }
    free(entries.p);
    free(pairs.p);
    return st;
}
