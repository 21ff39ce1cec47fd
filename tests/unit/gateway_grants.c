/* The memory of tickets: for how long one is remembered, which one gives way, and that the table stays whole through anything. */
#include "gateway/grants.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

enum { S = 1000000 };

struct digest {
    uint8_t b[DIGEST32_LEN];
};

/* Many share a bucket: the first two bytes choose it. */
static struct digest token(unsigned n)
{
    struct digest d = {.b = {(uint8_t)(n % 7), 5}};

    memcpy(d.b + 2, &n, sizeof n);
    return d;
}

static struct grant grant(unsigned n)
{
    struct grant g = {.actor = {.role = 1}};

    snprintf(g.actor.user, sizeof g.actor.user, "kaku-%u", n);
    return g;
}

static bool is_there(struct grants *g, unsigned n, int64_t now_us)
{
    struct digest d = token(n);
    const struct grant *found = grants_find(g, d.b, now_us), want = grant(n);

    if (found)
        assert_string_equal(found->actor.user, want.actor.user);
    return found != NULL;
}

static void put(struct grants *g, unsigned n, int64_t now_us, int64_t left_us)
{
    struct digest d = token(n);
    struct grant x = grant(n);

    grants_put(g, d.b, &x, now_us, left_us);
}

static const struct {
    int64_t left_us; /* of the ticket */
    int64_t last_us; /* last moment at which it is remembered; −1 = never */
} LIVES[] = {
    {300 * S, 30 * S - 1}, {41 * S, 30 * S - 1}, {40 * S, 30 * S - 1}, {39 * S, 29 * S - 1},
    {11 * S, 1 * S - 1},   {10 * S, -1},         {9 * S, -1},          {-5 * S, -1},
};

static void test_lives(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(LIVES); i++) {
        AUTO(grants) g = grants_new();
        int64_t now = 77 * S;
        put(g, 1, now, LIVES[i].left_us);
        assert_int_equal(grants_count(g), LIVES[i].last_us >= 0);
        if (LIVES[i].last_us < 0)
            continue;
        if (!is_there(g, 1, now + LIVES[i].last_us) || is_there(g, 1, now + LIVES[i].last_us + 1))
            fail_msg("life %zu", i);
        assert_int_equal(grants_count(g), 0);
    }
}

static void test_replaced_and_dropped(void **state)
{
    AUTO(grants) g = grants_new();
    struct digest d = token(1);
    struct grant other = grant(2);

    (void)state;
    put(g, 1, 0, 300 * S);
    grants_put(g, d.b, &other, 0, 300 * S);
    assert_int_equal(grants_count(g), 1);
    assert_string_equal(grants_find(g, d.b, 1)->actor.user, "kaku-2");
    grants_put(g, d.b, &other, 0, S); /* nearly over: what was there before is gone, too */
    assert_null(grants_find(g, d.b, 1));
    put(g, 3, 0, 300 * S);
    grants_drop(g, d.b);
    assert_true(is_there(g, 3, 1));
    d = token(3);
    grants_drop(g, d.b);
    assert_false(is_there(g, 3, 1));
}

/* One more than there is room for: the one asked for the longest ago is gone, whoever came first. */
static void test_room(void **state)
{
    AUTO(grants) g = grants_new();

    (void)state;
    for (unsigned i = 0; i < GRANTS_MAX; i++)
        put(g, i, 0, 300 * S);
    assert_true(is_there(g, 0, 1));
    put(g, GRANTS_MAX, 1, 300 * S);
    assert_int_equal(grants_count(g), GRANTS_MAX);
    assert_true(is_there(g, 0, 2));
    assert_false(is_there(g, 1, 2));
    for (unsigned i = 2; i <= GRANTS_MAX; i++)
        assert_true(is_there(g, i, 2));
}

/* Against a plain table, through a long run of everything. */
static void test_whole(void **state)
{
    enum { NAMES = 300, STEPS = 20000 };
    AUTO(grants) g = grants_new();
    bool has[NAMES] = {0};
    uint64_t x = 42;

    (void)state;
    for (int i = 0; i < STEPS; i++) {
        x = x * 6364136223846793005u + 1442695040888963407u;
        unsigned n = (unsigned)(x >> 33) % NAMES, what = (unsigned)(x >> 20) % 3;
        struct digest d = token(n);
        if (what == 0)
            put(g, n, 0, 300 * S);
        else if (what == 1)
            grants_drop(g, d.b);
        has[n] = what == 2 ? has[n] : what == 0;
        assert_int_equal(is_there(g, n, 1), has[n]);
    }
    size_t n = 0;
    for (unsigned i = 0; i < NAMES; i++) {
        assert_int_equal(is_there(g, i, 1), has[i]);
        n += has[i];
    }
    assert_int_equal(grants_count(g), n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lives),
        cmocka_unit_test(test_replaced_and_dropped),
        cmocka_unit_test(test_room),
        cmocka_unit_test(test_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
