/* How well one person's records find each other in a town of 50,000, and how seldom they find somebody else's: measured over
 * blind indexes only, on a town whose seed is not the one the weights were looked at with. The bounds are what is held, not
 * what is hoped. */
#include "people/pairs.h"
#include "people/population.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#undef fail /* cmocka's; ours is meant */

enum { PEOPLE = 50000, SEED = 20261122, KEY_LEN = 32 };

struct tally {
    size_t right, wrong;
};

struct measured {
    const struct population *town;
    struct tally at[2]; /* 0 = same likely, 1 = in the queue at all */
    size_t truth;
    struct {
        size_t truth, found[2], truth_alone, found_alone;
    } of[ERROR_N + 1]; /* the last: records without error */
};

/* The one error of two records, ERROR_N when there is none, −1 when there are several. */
static int only(uint32_t errors)
{
    for (int k = 0; k <= ERROR_N; k++)
        if (errors == (k < ERROR_N ? 1u << k : 0))
            return k;
    return -1;
}

static void count_pair(void *ctx, size_t a, size_t b, const struct people_score *score)
{
    struct measured *m = ctx;
    const struct made_record *x = &m->town->records[a], *y = &m->town->records[b];
    bool is_same = x->person == y->person;
    uint32_t errors = x->errors | y->errors;

    assert_true(a < b);
    for (int level = score->decision == PEOPLE_SAME_LIKELY ? 0 : 1; level < 2; level++) {
        is_same ? m->at[level].right++ : m->at[level].wrong++;
        for (int k = 0; is_same && k <= ERROR_N; k++)
            m->of[k].found[level] += k < ERROR_N ? errors >> k & 1 : !errors;
    }
    if (is_same && only(errors) >= 0)
        m->of[only(errors)].found_alone++;
}

/* Records of one person follow each other. */
static void count_truth(struct measured *m)
{
    for (size_t i = 0; i < m->town->n; i++)
        for (size_t k = i + 1; k < m->town->n && m->town->records[k].person == m->town->records[i].person; k++) {
            uint32_t errors = m->town->records[i].errors | m->town->records[k].errors;
            m->truth++;
            for (int e = 0; e <= ERROR_N; e++)
                m->of[e].truth += e < ERROR_N ? errors >> e & 1 : !errors;
            if (only(errors) >= 0)
                m->of[only(errors)].truth_alone++;
        }
}

static double share(size_t part, size_t whole)
{
    return whole ? (double)part / (double)whole : 0;
}

static void print(const struct measured *m)
{
    static const char *const LEVEL[] = {"same likely", "queue"};

    printf("%zu people, %zu records, %zu pairs of one person\n", m->town->people, m->town->n, m->truth);
    for (int l = 0; l < 2; l++)
        printf("  %-12s precision %.4f  recall %.4f  (%zu right, %zu wrong)\n", LEVEL[l],
               share(m->at[l].right, m->at[l].right + m->at[l].wrong), share(m->at[l].right, m->truth), m->at[l].right,
               m->at[l].wrong);
    puts("  recall by error       pairs  same likely   queue   with no other error");
    for (int e = 0; e <= ERROR_N; e++)
        printf("  %-20s %6zu       %.4f  %.4f  %.4f\n", e < ERROR_N ? error_word((enum error_kind)e) : "none", m->of[e].truth,
               share(m->of[e].found[0], m->of[e].truth), share(m->of[e].found[1], m->of[e].truth),
               share(m->of[e].found_alone, m->of[e].truth_alone));
}

static void add_all(struct people_book *book, const struct population *town, const struct secret *key)
{
    AUTO(scope) s = scope_new(1 << 20, entropy_system());
    struct compound list[COMPOUNDS_MAX];
    struct people_token tokens[COMPOUNDS_MAX];
    size_t n, most = 0, sum = 0;

    assert_non_null(s);
    for (size_t i = 0; i < town->n; i++) {
        struct person_fields fields = made_fields(&town->records[i]);
        assert_int_equal(people_compounds(s, &fields, list, &n), OK);
        people_tokens(key, list, n, tokens);
        assert_int_equal(people_book_add(book, tokens, n), OK);
        most = n > most ? n : most;
        sum += n;
        scope_reset(s);
    }
    printf("  %.1f indexes a record, at most %zu\n", share(sum, town->n), most);
    assert_true(most <= COMPOUNDS_MAX);
}

/* Least share of the pairs with an error, alone or with others, that must come into the queue; what is lost is mostly pairs with
 * two or three errors at once, of which too little is left to tell them from strangers. */
static const double QUEUE_RECALL[ERROR_N + 1] = {
    [ERROR_KANA] = 0.95,  [ERROR_OLD] = 0.96,     [ERROR_KANJI] = 0.81,  [ERROR_DATE] = 0.89,
    [ERROR_DAY] = 0.96,   [ERROR_MOVED] = 0.885,  [ERROR_PHONE] = 0.935, [ERROR_SURNAME] = 0.82,
    [ERROR_ALIAS] = 0.60, [ERROR_MISSING] = 0.87, [ERROR_SPACE] = 0.925, [ERROR_N] = 0.998,
};

static void check(const struct measured *m)
{
    for (int l = 0; l < 2; l++)
        assert_true(share(m->at[l].right, m->at[l].right + m->at[l].wrong) >= (l ? 0.99 : 0.999));
    assert_true(share(m->at[1].right, m->truth) >= 0.955);
    assert_true(share(m->at[0].right, m->truth) >= 0.72);
    for (int e = 0; e <= ERROR_N; e++) {
        assert_true(m->of[e].truth >= 100); /* enough of each kind to say anything */
        assert_true(share(m->of[e].found[1], m->of[e].truth) >= QUEUE_RECALL[e]);
    }
}

static void finds_people_and_not_others(void **state)
{
    const char *seed = getenv("KM_SEED");
    struct population town = population_make(PEOPLE, seed ? strtoull(seed, NULL, 10) : SEED);
    struct measured m = {.town = &town};
    size_t crowded;

    (void)state;
    assert_true(town.n > PEOPLE * 14 / 10);
    AUTO(secret) key = secret_random(KEY_LEN);
    AUTO(people_book) book = people_book_new();
    assert_non_null(key);
    assert_non_null(book);
    add_all(book, &town, key);
    count_truth(&m);
    assert_int_equal(people_book_pairs(book, count_pair, &m, &crowded), OK);
    print(&m);
    if (!seed) /* other towns are looked at, this one is held */
        check(&m);
    population_free(&town);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_people_and_not_others),
    };

    if (seal_init() != OK)
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
