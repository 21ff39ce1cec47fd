/* Scores: two records of one person are told from two of a family and from strangers with one name, by equal indexes alone; and
 * a fact counts once, however many rules hold because of it. */
#include "people/pairs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
#undef fail /* cmocka's; ours is meant */

struct asked {
    const char *name, *kana, *birth, *phone, *address, *former, *alias;
};

#define HOME .phone = "09000000001", .address = "柏市柏1-2-3"
#define P(n, k, b, ...)                                                                                                          \
    {                                                                                                                            \
        .name = n, .kana = k, .birth = b, __VA_ARGS__                                                                            \
    }

static const struct {
    const char *what;
    struct asked a, b;
    enum people_decision want;
    int points;
} PAIRS[] = {
    {"the same record", P("架空 太郎", "かくう たろう", "1985-03-01", HOME), P("架空 太郎", "カクウ タロウ", "S60.3.1", HOME),
     PEOPLE_SAME_LIKELY, -156 + 170 + 140 + 135 + 85},
    {"old characters", P("髙澤 架空", "", "1985-03-01"), P("高沢 架空", "", "1985-03-01"), PEOPLE_SAME_LIKELY, -156 + 170 + 140},
    {"another reading of the surname", P("中島 架空", "なかじま かくう", "1985-03-01"),
     P("中島 架空", "なかしま かくう", "1985-03-01"), PEOPLE_SAME_LIKELY, -156 + 170 + 140 - 20},
    {"only the sound", P("", "なかじま かくう", "1985-03-01", HOME), P("", "なかしま かくう", "1985-03-01", HOME),
     PEOPLE_SAME_LIKELY, -156 + 155 + 140 + 135 + 85 - 20},
    {"moved, new telephone", P("架空 太郎", "かくう たろう", "1985-03-01", HOME),
     P("架空 太郎", "かくう たろう", "1985-03-01", .phone = "09000000002", .address = "柏市布施1"), PEOPLE_SAME_LIKELY,
     -156 + 170 + 140 - 5 - 10},
    {"unknown day", P("架空 太郎", "かくう たろう", "1985-03-01"), P("架空 太郎", "かくう たろう", "1985-03"), PEOPLE_POSSIBLE,
     -156 + 170 + 95},
    {"day and month exchanged", P("架空 太郎", "かくう たろう", "1985-03-01"), P("架空 太郎", "かくう たろう", "1985-01-03"),
     PEOPLE_POSSIBLE, -156 + 170 + 120 - 60},
    {"another date at the same telephone: somebody must look", P("架空 太郎", "かくう たろう", "1985-03-01", HOME),
     P("架空 太郎", "かくう たろう", "1972-06-30", HOME), PEOPLE_POSSIBLE, -156 + 170 + 135 + 70 - 60},
    {"married", P("架空 花子", "かくう はなこ", "1985-03-01"), P("見本 花子", "みほん はなこ", "1985-03-01"), PEOPLE_POSSIBLE,
     -156 + 100 + 140 - 30},
    {"married, the former name known", P("架空 花子", "かくう はなこ", "1985-03-01"),
     P("見本 花子", "みほん はなこ", "1985-03-01", .former = "架空"), PEOPLE_SAME_LIKELY, -156 + 170 + 140 - 20},
    {"written under the 通称", P("SAMPLE ANN", "", "1985-03-01", .alias = "架空 花子"), P("架空 花子", "", "1985-03-01"),
     PEOPLE_SAME_LIKELY, -156 + 170 + 140},
    {"romaji in another order", P("SAMPLE ANN", "", "1985-03-01"), P("Ann Sample", "", "1985-03-01"), PEOPLE_SAME_LIKELY,
     -156 + 170 + 140},
    {"twins", P("架空 太郎", "かくう たろう", "2015-03-01", HOME), P("架空 次郎", "かくう じろう", "2015-03-01", HOME), PEOPLE_NO,
     -156 + 40 + 140 + 135 + 70 - 60},
    {"twins without readings", P("架空 太郎", "", "2015-03-01", HOME), P("架空 次郎", "", "2015-03-01", HOME), PEOPLE_NO,
     -156 + 140 + 135 + 70 - 50},
    {"mother and daughter", P("架空 花子", "かくう はなこ", "1985-03-01", HOME), P("架空 咲", "かくう さき", "2015-06-02", HOME),
     PEOPLE_NO, -156},
    {"strangers of one name", P("架空 太郎", "かくう たろう", "1985-03-01", HOME),
     P("架空 太郎", "かくう たろう", "1972-06-30", .phone = "09000000002", .address = "柏市布施1"), PEOPLE_NO, -156},
    {"strangers of one name in one town", P("架空 太郎", "かくう たろう", "1985-03-01", .phone = "", .address = "柏市柏1"),
     P("架空 太郎", "かくう たろう", "1972-06-30", .phone = "", .address = "柏市柏9"), PEOPLE_NO, -156 + 170 + 70 - 60},
    {"the same day of birth", P("架空 太郎", "かくう たろう", "1985-03-01"), P("見本 花子", "みほん はなこ", "1985-03-01"),
     PEOPLE_NO, -156},
    {"one given name, one day, other characters", P("架空 洋子", "かくう ようこ", "1985-03-01"),
     P("見本 陽子", "みほん ようこ", "1985-03-01"), PEOPLE_NO, -156 + 80 + 140 - 50},
    {"one reading, one day, other characters", P("架空 洋子", "かくう ようこ", "1985-03-01"),
     P("架空 陽子", "かくう ようこ", "1985-03-01"), PEOPLE_POSSIBLE, -156 + 165 + 140 - 30},
    {"too little known", P("架空 太郎", "かくう たろう", ""), P("架空 太郎", "かくう たろう", "1985-03-01", HOME), PEOPLE_NO,
     -156},
};

static size_t tokens_of(struct scope *s, const struct secret *key, const struct asked *p,
                        struct people_token tokens[COMPOUNDS_MAX])
{
    struct person_fields fields = {.name = span_str(p->name),
                                   .kana = span_str(p->kana),
                                   .alias = span_str(p->alias),
                                   .former_name = span_str(p->former),
                                   .birth_date = span_str(p->birth),
                                   .phone = span_str(p->phone),
                                   .address = span_str(p->address)};
    struct compound list[COMPOUNDS_MAX];
    size_t n;

    assert_int_equal(people_compounds(s, &fields, list, &n), OK);
    people_tokens(key, list, n, tokens);
    return n;
}

static void pairs_are_told_apart(void **state)
{
    AUTO(scope) s = scope_new(1 << 20, entropy_system());
    AUTO(secret) key = secret_random(32);
    struct people_token a[COMPOUNDS_MAX], b[COMPOUNDS_MAX];

    (void)state;
    for (size_t i = 0; i < COUNT(PAIRS); i++) {
        size_t a_n = tokens_of(s, key, &PAIRS[i].a, a), b_n = tokens_of(s, key, &PAIRS[i].b, b);
        struct people_evidence there = people_compare(a, a_n, b, b_n), back = people_compare(b, b_n, a, a_n);
        struct people_score score = people_score(there);
        assert_true(there.equal == back.equal && there.both == back.both);
        if (score.points != PAIRS[i].points || score.decision != PAIRS[i].want)
            printf("%s: %s %d\n", PAIRS[i].what, people_decision_word(score.decision), score.points);
        assert_int_equal(score.points, PAIRS[i].points);
        assert_int_equal(score.decision, PAIRS[i].want);
    }
}

/* Whatever is equal: the reasons add up to the score, no group speaks twice, and one more equal rule never weakens it. */
static void every_point_has_its_reason(void **state)
{
    (void)state;
    for (uint32_t equal = 0; equal < 1u << PEOPLE_RULE_N; equal = equal * 5 / 4 + 1) {
        struct people_score score = people_score((struct people_evidence){equal, equal});
        int sum = SCORE_PRIOR;
        unsigned spoken = 0;
        for (size_t i = 0; i < score.reason_n; i++) {
            unsigned group = 1u << people_part_row(score.reason[i].part)->group;
            sum += score.reason[i].points;
            assert_true(score.reason[i].points > 0 && !(spoken & group)); /* nothing differs where all that both have is equal */
            assert_true(score.reason[i].ja[0] && score.reason[i].en[0]);
            spoken |= group;
        }
        assert_int_equal(score.points, sum);
        for (size_t r = 0; r < PEOPLE_RULE_N; r++) {
            uint32_t more = equal | 1u << r;
            assert_true(people_score((struct people_evidence){more, more}).points >= score.points);
        }
    }
}

static void points_are_probabilities(void **state)
{
    static const int WANT[][2] = {{0, 500},    {10, 667}, {-10, 333}, {5, 586},  {-5, 414},    {45, 958},
                                  {130, 1000}, {99, 999}, {-45, 42},  {-156, 0}, {5000, 1000}, {-5000, 0}};

    (void)state;
    for (size_t i = 0; i < COUNT(WANT); i++)
        assert_int_equal(people_score_per_mille(WANT[i][0]), WANT[i][1]);
    for (int p = -300; p < 300; p++)
        assert_true(people_score_per_mille(p) <= people_score_per_mille(p + 1));
}

struct found {
    size_t n, a[8], b[8];
};

static void keep(void *ctx, size_t a, size_t b, const struct people_score *score)
{
    struct found *f = ctx;

    assert_true(score->decision != PEOPLE_NO && f->n < COUNT(f->a));
    f->a[f->n] = a;
    f->b[f->n++] = b;
}

static void a_book_finds_each_pair_once(void **state)
{
    static const struct asked WHO[] = {
        P("架空 太郎", "かくう たろう", "1985-03-01", HOME),
        P("見本 花子", "みほん はなこ", "1990-01-02", HOME),
        P("", "", "", .phone = ""),
        P("架空 太郎", "かくう たろう", "S60.3.1", .phone = "09000000002", .address = ""),
        P("例示 花子", "れいじ はなこ", "1990-01-02", HOME),
        P("架空 太郎", "", "1985-03", .phone = ""),
    };
    AUTO(scope) s = scope_new(1 << 20, entropy_system());
    AUTO(secret) key = secret_random(32);
    AUTO(people_book) book = people_book_new();
    struct people_token tokens[COMPOUNDS_MAX];
    struct found f = {.n = 0};
    size_t crowded;

    (void)state;
    for (size_t i = 0; i < COUNT(WHO); i++)
        assert_int_equal(people_book_add(book, tokens, tokens_of(s, key, &WHO[i], tokens)), OK);
    assert_int_equal(people_book_pairs(book, keep, &f, &crowded), OK);
    static const size_t WANT[][2] = {{0, 3}, {0, 5}, {1, 4}, {3, 5}};
    assert_int_equal(f.n, COUNT(WANT));
    for (size_t i = 0; i < COUNT(WANT); i++)
        assert_true(f.a[i] == WANT[i][0] && f.b[i] == WANT[i][1]);
    assert_int_equal(crowded, 0);
}

static void count(void *ctx, size_t a, size_t b, const struct people_score *score)
{
    assert_true(a < b && score->points >= SCORE_POSSIBLE);
    ++*(size_t *)ctx;
}

/* A value somebody typed for everybody is left out, and said to be. */
static void crowds_are_left_out(void **state)
{
    AUTO(scope) s = scope_new(1 << 20, entropy_system());
    AUTO(secret) key = secret_random(32);
    struct people_token tokens[COMPOUNDS_MAX];
    struct asked who = P("不詳 不詳", "ふしょう ふしょう", "1900-01");
    size_t n = tokens_of(s, key, &who, tokens), crowded;

    (void)state;
    for (size_t many = BOOK_SAME_INDEX_MAX; many <= BOOK_SAME_INDEX_MAX + 1; many++) {
        AUTO(people_book) book = people_book_new();
        bool is_crowd = many > BOOK_SAME_INDEX_MAX;
        size_t pairs = 0;
        for (size_t i = 0; i < many; i++)
            assert_int_equal(people_book_add(book, tokens, n), OK);
        assert_int_equal(people_book_pairs(book, count, &pairs, &crowded), OK);
        assert_int_equal(pairs, is_crowd ? 0 : many * (many - 1) / 2);
        assert_int_equal(crowded, is_crowd ? n : 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_are_told_apart),     cmocka_unit_test(every_point_has_its_reason),
        cmocka_unit_test(points_are_probabilities), cmocka_unit_test(a_book_finds_each_pair_once),
        cmocka_unit_test(crowds_are_left_out),
    };

    if (seal_init() != OK)
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
