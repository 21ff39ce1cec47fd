/* The city's escrow key comes out of any of its shares that suffice, out of no fewer, and every way of getting shares wrong is named. */
#include "ctl/share.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#undef fail /* cmocka's; ours is meant */

#include <stdlib.h>
#include <string.h>

enum { OF = 5, NEED = 3 };

struct kit {
    struct scope *s;
    struct secret *secret;
    struct share shares[OF];
};

static int make(void **state)
{
    struct kit *k = calloc(1, sizeof *k);

    assert_non_null(k);
    assert_int_equal(seal_init(), OK);
    k->s = scope_new(SCOPE_CAP, entropy_system());
    k->secret = secret_random(SHARE_LEN);
    assert_int_equal(share_split(k->s, k->secret, OF, NEED, k->shares), OK);
    *state = k;
    return 0;
}

static int drop(void **state)
{
    struct kit *k = *state;

    shares_free(k->shares, OF);
    secret_free(k->secret);
    scope_free(k->s);
    free(k);
    return 0;
}

static char *text_of(struct kit *k, int i)
{
    struct span text;

    assert_int_equal(share_print(k->s, &k->shares[i], &text), OK);
    char *copy = scope_alloc(k->s, text.n + 1);
    memcpy(copy, text.p, text.n);
    return copy;
}

/* Every choice of three out of five, through the text a person keeps. */
static void every_three_of_five(void **state)
{
    struct kit *k = *state;

    for (unsigned set = 0; set < 1u << OF; set++) {
        struct share some[OF] = {{.index = 0}};
        AUTO(secret) back = NULL;
        size_t n = 0;
        for (int i = 0; i < OF; i++)
            if (set & 1u << i)
                assert_int_equal(share_parse(k->s, "x", span_str(text_of(k, i)), &some[n++]), OK);
        enum status st = share_join(k->s, some, n, &back);
        assert_int_equal(st, n < NEED ? INVALID : OK);
        assert_true(st == OK ? secret_eq(back, k->secret) : back == NULL);
        shares_free(some, OF);
    }
}

/* Two shares say nothing of the secret: whatever third one is made up, what comes out is held against the public key. */
static void a_wrong_secret_is_seen(void **state)
{
    struct kit *k = *state;
    struct share some[NEED] = {k->shares[0], k->shares[1], k->shares[2]};
    AUTO(secret) made_up = secret_random(SHARE_LEN);
    AUTO(secret) back = NULL;

    some[2].bytes = made_up;
    assert_int_equal(share_join(k->s, some, NEED, &back), CORRUPT);
    assert_null(back);
}

static void sets_are_not_mixed(void **state)
{
    struct kit *k = *state;
    struct share others[OF] = {{.index = 0}};
    AUTO(secret) back = NULL;

    assert_int_equal(share_split(k->s, k->secret, OF, NEED, others), OK);
    struct share mixed[NEED] = {k->shares[0], k->shares[1], others[2]}, twice[NEED] = {k->shares[0], k->shares[1], k->shares[0]};
    assert_int_equal(share_join(k->s, mixed, NEED, &back), INVALID);
    assert_non_null(strstr(k->s->why.en, others[2].set));
    assert_int_equal(share_join(k->s, twice, NEED, &back), INVALID);
    assert_non_null(strstr(k->s->why.en, "number 1 is there twice"));
    assert_int_equal(share_join(k->s, k->shares, 2, &back), INVALID);
    assert_non_null(strstr(k->s->why.en, "3 shares are needed, there are 2"));
    assert_int_equal(share_join(k->s, k->shares, 0, &back), INVALID);
    shares_free(others, OF);
}

/* Each character that says something, changed into another of its kind. */
static void a_slip_is_named(void **state)
{
    static const char *const FIELDS[] = {"set ", "share ", "public ", "bytes ", "check "};
    struct kit *k = *state;
    size_t slips = 0;

    for (size_t f = 0; f < COUNT(FIELDS); f++) {
        char *text = text_of(k, 1), *line = strstr(text, FIELDS[f]);
        while (f == 1 && strncmp(line, "share 2 of", 10) != 0)
            line = strstr(line + 1, FIELDS[f]);
        for (char *at = line + strlen(FIELDS[f]); *at != '\n'; at++) {
            struct share x = {.index = 0};
            char was = *at;
            if (was == '-' || was == ' ' || (f == 1 && (was < '0' || was > '9')))
                continue;
            *at = was == '2' ? '3' : was == 'A' ? 'B' : f == 3 ? 'A' : '2';
            enum status st = share_parse(k->s, "paper", span_str(text), &x);
            assert_true(st == CORRUPT || st == INVALID); /* a slip can also make what is no share at all */
            assert_non_null(strstr(k->s->why.en, st == CORRUPT ? "paper was mistyped" : "paper: the line"));
            slips += st == CORRUPT;
            *at = was;
        }
    }
    assert_true(slips > 100);
}

static void other_texts_are_refused(void **state)
{
    static const struct {
        const char *from, *to;
    } CHANGES[] = {
        {"kashimaru-escrow-share 1", "kashimaru-escrow-share 2"}, {"kashimaru-escrow-share 1", "something else"}, {"set ", "sit "},
        {" of 5", " of 1"}, {"need 3", "need 9"}, {"need 3", "need 1"}, {"share 2 of", "share 0 of"}, {"share 2 of", "share 6 of"},
        {"need 3", "need 3x"}, {"bytes ", "bytes 1"}, {"bytes ", "bytes A"}, {"check ", "check g"}, {"public ", "public 0"},
        {"check ", "# check "},
    };
    struct kit *k = *state;
    struct share x = {.index = 0};

    for (size_t i = 0; i < COUNT(CHANGES); i++) {
        const char *text = text_of(k, 1), *at = strstr(text, CHANGES[i].from);
        assert_non_null(at);
        const char *bad = scope_print(k->s, "%.*s%s%s", (int)(at - text), text, CHANGES[i].to, at + strlen(CHANGES[i].from));
        print_message("  %s\n", CHANGES[i].to);
        assert_int_equal(share_parse(k->s, "x", span_str(bad), &x), INVALID);
    }
    assert_int_equal(share_parse(k->s, "x", span_str(""), &x), INVALID);
    assert_int_equal(share_parse(k->s, "x", span_str(scope_print(k->s, "%sset 00\n", text_of(k, 0))), &x), INVALID);
}

/* Typed off paper in small letters, with blanks for hyphens and another end of line. */
static void letters_may_be_small(void **state)
{
    struct kit *k = *state;
    char *text = text_of(k, 3), *line = strstr(text, "\nbytes ") + 7;
    struct share x = {.index = 0};

    for (char *at = line; *at != '\n'; at++)
        *at = *at == '-' ? ' ' : *at >= 'A' && *at <= 'Z' ? (char)(*at - 'A' + 'a') : *at;
    const char *dos = scope_print(k->s, "%.*s \r\n\n%s", (int)(strchr(line, '\n') - text), text, strchr(line, '\n') + 1);
    assert_int_equal(share_parse(k->s, "x", span_str(dos), &x), OK);
    assert_true(secret_eq(x.bytes, k->shares[3].bytes));
    assert_int_equal(x.index, 4);
    shares_free(&x, 1);
}

static void numbers_have_bounds(void **state)
{
    static const struct {
        int of, need;
        enum status want;
    } CASES[] = {{5, 3, OK}, {2, 2, OK}, {16, 16, OK}, {5, 1, INVALID}, {5, 0, INVALID}, {2, 3, INVALID}, {17, 3, INVALID}};
    struct kit *k = *state;

    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct share shares[SHARES_MAX] = {{.index = 0}};
        assert_int_equal(share_split(k->s, k->secret, CASES[i].of, CASES[i].need, shares), CASES[i].want);
        shares_free(shares, SHARES_MAX);
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make, drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_three_of_five), TEST(a_wrong_secret_is_seen), TEST(sets_are_not_mixed), TEST(a_slip_is_named),
        TEST(other_texts_are_refused), TEST(letters_may_be_small), TEST(numbers_have_bounds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
