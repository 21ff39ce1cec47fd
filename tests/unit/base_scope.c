/* A scope: what it grants is aligned, zero, apart and never past its cap; a reset leaves no byte of the last message. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#undef fail /* cmocka's; the one under test is ours */

#include "base/scope.h"

/* counts up from *ctx, so that a test sees exactly which bytes were taken */
static void fill_counting(void *ctx, void *to, size_t n)
{
    uint8_t *next = ctx;
    for (size_t i = 0; i < n; i++)
        ((uint8_t *)to)[i] = (*next)++;
}

static bool all_zero(const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i])
            return false;
    return true;
}

static void pieces_are_aligned_zero_and_apart(void **state)
{
    static const size_t SIZES[] = {0, 1, 15, 16, 17, 100, 4096, 16384, 40000, 3, 1 << 20, 2 << 20, 7, 0, 65536};
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    uint8_t *piece[COUNT(SIZES)];

    (void)state;
    assert_non_null(s);
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < COUNT(SIZES); i++) {
            piece[i] = scope_alloc(s, SIZES[i]);
            assert_non_null(piece[i]);
            assert_int_equal((uintptr_t)piece[i] % 16, 0);
            assert_true(all_zero(piece[i], SIZES[i]));
            memset(piece[i], (int)i + 1, SIZES[i]);
            for (size_t k = 0; k < i; k++)
                assert_ptr_not_equal(piece[i], piece[k]);
        }
        for (size_t i = 0; i < COUNT(SIZES); i++)
            for (size_t k = 0; k < SIZES[i]; k++)
                assert_int_equal(piece[i][k], i + 1);
        scope_reset(s);
    }
}

static const struct {
    size_t cap, each;
    int fit; /* how many pieces of `each` bytes the cap lets through */
} CAPS[] = {
    {0, 0, 0},       {0, 1, 0},     {15, 1, 0},          {16, 1, 1},          {16, 16, 1},
    {16, 17, 0},     {64, 0, 4},    {64, 16, 4},         {64, 17, 2},         {1 << 20, 1 << 20, 1},
    {1 << 20, (1 << 20) + 1, 0},    {1 << 20, 4096, 256}, {1 << 20, 1000, 1040},
};

static void the_cap_holds_and_comes_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(CAPS); i++) {
        AUTO(scope) s = scope_new(CAPS[i].cap, entropy_system());
        for (int round = 0; round < 2; round++) {
            int got = 0;
            while (got <= CAPS[i].fit && scope_alloc(s, CAPS[i].each))
                got++;
            assert_int_equal(got, CAPS[i].fit);
            scope_reset(s);
        }
    }
}

static void sizes_near_the_end_of_numbers_are_refused(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    struct span out = SPAN_LIT("untouched");

    (void)state;
    assert_null(scope_alloc(s, SIZE_MAX));
    assert_null(scope_alloc(s, SIZE_MAX - 15));
    assert_int_equal(scope_copy(s, span_of("", SIZE_MAX), &out), TOO_LARGE);
    assert_int_equal(scope_copy(s, span_of("", SCOPE_CAP), &out), TOO_LARGE);
    assert_true(span_is(out, "untouched"));
    assert_non_null(scope_alloc(s, SCOPE_CAP));
    assert_null(scope_alloc(s, 1));
}

static void reset_wipes_and_reuses_the_first_block(void **state)
{
    uint8_t seed = 0;
    struct entropy counting = {fill_counting, &seed};
    AUTO(scope) s = scope_new(1 << 20, &counting);
    uint8_t *first = scope_alloc(s, 1000);

    (void)state;
    memset(first, 0xee, 1000);
    assert_non_null(scope_alloc(s, 100000));
    s->now_us = 5;
    s->actor = (struct actor){"worker-7", {"A056"}, 3};
    memcpy(s->trace, "00-11", 6);
    assert_int_equal(fail(s, CONFLICT, "状態 %d", "state %d", 4), CONFLICT);
    memcpy(s->why.state, "offered", 8);
    memcpy(s->why.accepts, "accept", 7);
    scope_reset(s);
    assert_true(all_zero((const uint8_t *)&s->actor, sizeof s->actor));
    assert_true(all_zero((const uint8_t *)s->trace, sizeof s->trace));
    assert_true(all_zero((const uint8_t *)&s->why, sizeof s->why));
    assert_int_equal(s->now_us, 5);
    assert_ptr_equal(s->entropy, &counting);
    assert_ptr_equal(scope_alloc(s, 1000), first);
    assert_true(all_zero(first, 1000));
}

static void text_is_copied_and_printed(void **state)
{
    AUTO(scope) s = scope_new(4096, entropy_system());
    char from[] = "架空 太郎";
    struct span to;

    (void)state;
    assert_int_equal(scope_copy(s, span_str(from), &to), OK);
    from[0] = '?';
    assert_true(span_is(to, "架空 太郎"));
    assert_int_equal(to.p[to.n], 0);
    assert_int_equal(scope_copy(s, (struct span){NULL, 0}, &to), OK);
    assert_int_equal(to.n, 0);
    assert_int_equal(to.p[0], 0);
    assert_string_equal(scope_print(s, "%s-%03d", "A", 56), "A-056");
    assert_string_equal(scope_print(s, "%s", ""), "");
    assert_int_equal(strlen(scope_print(s, "%2000d", 1)), 2000);
    assert_string_equal(scope_print(s, "%4096d", 1), "");
}

static void ids_are_version_4_from_the_scopes_entropy(void **state)
{
    static const struct uuid WANT = {{0xf8, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd, 0x4e, 0xff, 0x80, 1, 2, 3, 4, 5, 6, 7}};
    uint8_t seed = 0xf8;
    struct entropy counting = {fill_counting, &seed};
    AUTO(scope) s = scope_new(64, &counting);
    AUTO(scope) real = scope_new(64, entropy_system());

    (void)state;
    assert_true(uuid_eq(scope_uuid(s), WANT));
    struct uuid a = scope_uuid(real);
    struct uuid b = scope_uuid(real);
    assert_false(uuid_eq(a, b));
    assert_int_equal(a.b[6] >> 4, 4);
    assert_int_equal(a.b[8] >> 6, 2);
}

/* both languages take the same arguments, and a long reason is cut between characters */
static void a_reason_is_written_whole_or_cut_cleanly(void **state)
{
    AUTO(scope) s = scope_new(64, entropy_system());

    (void)state;
    enum status st = fail(s, EXPIRED, "期限(%s)を%d分過ぎています", "%s was due %d minutes ago", "answer", 5);
    assert_int_equal(st, EXPIRED);
    assert_string_equal(s->why.ja, "期限(answer)を5分過ぎています");
    assert_string_equal(s->why.en, "answer was due 5 minutes ago");
    for (int pad = 0; pad < 4; pad++) {
        static const char LONG[] = "理理理理理理理理理理理理理理理理理理理理理理理理理理理理理理理理理理理理理理理理理理理"
                                   "理理理理理理理理理理理理理理理理理理理理理理理理理理理理理理理理理理理理理理理理理理理"
                                   "理理理理理理理理理理理理理理理理理理理理理理理理理理理理理理理理理理理理理理理理理理理𠮷";
        assert_int_equal(fail(s, INVALID, "%*s%s", "%*s%s", pad, "", LONG), INVALID);
        assert_true(span_is_utf8(span_str(s->why.ja)));
        assert_true(span_is_utf8(span_str(s->why.en)));
        assert_true(strlen(s->why.ja) >= WHY_MAX - 4);
    }
}

static void take_hands_over(void **state)
{
    AUTO(scope) s = scope_new(64, entropy_system());
    struct scope *mine = take(&s);

    (void)state;
    assert_null(s);
    assert_non_null(mine);
    scope_free(mine);
    scope_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_aligned_zero_and_apart),
        cmocka_unit_test(the_cap_holds_and_comes_back),
        cmocka_unit_test(sizes_near_the_end_of_numbers_are_refused),
        cmocka_unit_test(reset_wipes_and_reuses_the_first_block),
        cmocka_unit_test(text_is_copied_and_printed),
        cmocka_unit_test(ids_are_version_4_from_the_scopes_entropy),
        cmocka_unit_test(a_reason_is_written_whole_or_cut_cleanly),
        cmocka_unit_test(take_hands_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
