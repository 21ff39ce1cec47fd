/* The short way in agrees with the library: what it takes, the library takes too and reads the same values from; what the library
 * refuses, it never takes. The library is asked by a space in front of the text, which only it accepts. Texts lie in memory of
 * exactly their length, so that a read past the end is seen. */
#include "../../common/wire/internal.h"
#include "wire/codec.h"
#include "wire/message.h"
#include "wire_random.h"
#include "wire_shapes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

enum { SEEDS = 40, MUTANTS = 60, AMPLE = 256 << 20, SHORT = 400, LISTS = 20 };

struct seen {
    size_t texts, taken, refused;
};

typedef void visit(struct scope *s, const struct shape *shape, struct rnd *r, struct span json, struct seen *seen);

static void for_every_text(visit *v, uint64_t seeds, struct seen *seen)
{
    AUTO(scope) s = scope_new(AMPLE, entropy_system());

    for (size_t i = 0; every_shape(i); i++)
        for (uint64_t seed = 0; seed < seeds; seed++) {
            const struct shape *shape = every_shape(i);
            struct rnd r = {.s = s, .state = seed, .wants_most = seed == 0};
            struct span json;
            scope_reset(s);
            void *value = scope_alloc(s, shape->size);
            rnd_fill(&r, shape, value, 0);
            assert_int_equal(codec_encode(s, shape, value, &json), OK);
            v(s, shape, &r, json, seen);
        }
}

static bool flat(struct scope *s, const struct shape *shape, struct span json, void *to)
{
    uint8_t *exact = malloc(json.n ? json.n : 1);

    assert_non_null(exact);
    memcpy(exact, json.p, json.n);
    memset(to, 0, shape->size);
    bool is_taken = flat_decode(s, shape, span_of(exact, json.n), to);
    free(exact);
    return is_taken;
}

static enum status library(struct scope *s, const struct shape *shape, struct span json, void *to)
{
    uint8_t *p = scope_alloc(s, json.n + 1);

    p[0] = ' ';
    memcpy(p + 1, json.p, json.n);
    assert_false(flat(s, shape, span_of(p, json.n + 1), to));
    return codec_decode(s, shape, span_of(p, json.n + 1), SCHEMA_MINOR, to);
}

/* Both read `json`; their verdicts and values are held against each other.
 *   ret    whether the short way took it */
static bool agrees(struct scope *s, const struct shape *shape, struct span json, struct seen *seen)
{
    void *a = scope_alloc(s, shape->size), *b = scope_alloc(s, shape->size);
    struct span again_a, again_b;
    bool is_taken = flat(s, shape, json, a);
    enum status st = library(s, shape, json, b);

    seen->texts++;
    seen->taken += is_taken;
    seen->refused += st != OK;
    if (!is_taken)
        return false;
    assert_int_equal(st, OK);
    assert_int_equal(codec_encode(s, shape, a, &again_a), OK);
    assert_int_equal(codec_encode(s, shape, b, &again_b), OK);
    assert_true(span_eq(again_a, again_b));
    for (size_t i = 0; i < shape->n; i++) {
        size_t at = shape->field[i].has_offset;
        assert_int_equal(*((const bool *)a + at), *((const bool *)b + at));
    }
    return true;
}

/* The same text without any escape, as most of our texts are. */
static struct span plain(struct scope *s, struct span json)
{
    uint8_t *p = scope_alloc(s, json.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < json.n; i++) {
        if (json.p[i] != '\\') {
            p[n++] = json.p[i];
            continue;
        }
        p[n++] = '-';
        i += json.p[i + 1] == 'u' ? 5 : 1;
    }
    return span_of(p, n);
}

static void as_written(struct scope *s, const struct shape *shape, struct rnd *r, struct span json, struct seen *seen)
{
    (void)r;
    (void)agrees(s, shape, json, seen);
    (void)agrees(s, shape, plain(s, json), seen);
}

static void own_texts_are_read_alike(void **state)
{
    struct seen seen = {0};

    (void)state;
    for_every_text(as_written, SEEDS, &seen);
    assert_int_equal(seen.refused, 0);
    assert_true(seen.texts > 2000 && seen.taken > seen.texts / 3);
}

static struct span spliced(struct rnd *r, struct span json, size_t at, size_t cut, struct span in)
{
    uint8_t *p = scope_alloc(r->s, json.n - cut + in.n + 1);

    memcpy(p, json.p, at);
    memcpy(p + at, in.p, in.n);
    memcpy(p + at + in.n, json.p + at + cut, json.n - at - cut);
    return span_of(p, json.n - cut + in.n);
}

static struct span mutant(struct rnd *r, struct span json)
{
    static const struct span TOKEN[] = {
        SPAN_LIT(""), SPAN_LIT(","), SPAN_LIT(":"), SPAN_LIT("\""), SPAN_LIT("{"), SPAN_LIT("}"), SPAN_LIT("["), SPAN_LIT("]"),
        SPAN_LIT("{}"), SPAN_LIT("[]"), SPAN_LIT("null"), SPAN_LIT("true"), SPAN_LIT("false"), SPAN_LIT("-"), SPAN_LIT("0"),
        SPAN_LIT("1"), SPAN_LIT("01"), SPAN_LIT("-1"), SPAN_LIT("1.5"), SPAN_LIT("1e3"), SPAN_LIT("9223372036854775808"),
        SPAN_LIT("999999999999999999"), SPAN_LIT(" "), SPAN_LIT("\n"), SPAN_LIT("\\"), SPAN_LIT("\\u0041"), SPAN_LIT("\\u0000"),
        SPAN_LIT("\\ud800"), SPAN_LIT("\0"), SPAN_LIT("\x1f"), SPAN_LIT("\x7f"), SPAN_LIT("\x80"), SPAN_LIT("\xc0\x80"),
        SPAN_LIT("\xe3\x81"), SPAN_LIT("\xed\xa0\x80"), SPAN_LIT("\xf4\x90\x80\x80"), SPAN_LIT("\xff"), SPAN_LIT("\"\":0,"),
        SPAN_LIT("\"zz\":\"\","), SPAN_LIT("//"),
    };
    size_t at = rnd_below(r, json.n), left = json.n - at, cut = rnd_below(r, left < 12 ? left + 1 : 12);
    size_t from = rnd_below(r, json.n), most = json.n - from;

    switch (rnd_below(r, 5)) {
    case 0: /* one byte is another */
        return spliced(r, json, at, 1, span_of(&(uint8_t){(uint8_t)rnd_next(r)}, 1));
    case 1:
        return spliced(r, json, at, cut, TOKEN[0]);
    case 2: /* a piece of itself again, elsewhere */
        return spliced(r, json, at, rnd_below(r, 2) ? cut : 0, span_of(json.p + from, 1 + rnd_below(r, most < 60 ? most : 60)));
    default:
        return spliced(r, json, at, rnd_below(r, 2) ? cut : 0, TOKEN[rnd_below(r, COUNT(TOKEN))]);
    }
}

static void mutated(struct scope *s, const struct shape *shape, struct rnd *r, struct span json, struct seen *seen)
{
    struct span base = plain(s, json);

    if (base.n > SHORT * 4)
        return;
    for (int i = 0; i < MUTANTS; i++) {
        struct span text = mutant(r, base);
        for (size_t more = rnd_below(r, 3); more && text.n; more--)
            text = mutant(r, text);
        (void)agrees(s, shape, text, seen);
    }
}

static void changed_texts_are_judged_alike(void **state)
{
    struct seen seen = {0};

    (void)state;
    for_every_text(mutated, SEEDS, &seen);
    assert_true(seen.texts > 50000 && seen.refused > seen.texts / 4 && seen.taken > seen.texts / 50);
}

/* Cut anywhere, doubled, wrapped or followed by anything, a text is none. */
static void broken(struct scope *s, const struct shape *shape, struct rnd *r, struct span json, struct seen *seen)
{
    static const struct span BEHIND[] = {SPAN_LIT("x"), SPAN_LIT("}"), SPAN_LIT(","), SPAN_LIT("{}"), SPAN_LIT("\0"),
                                         SPAN_LIT("\"")};
    static const struct span BEFORE[] = {SPAN_LIT("["), SPAN_LIT("{"), SPAN_LIT("\xef\xbb\xbf"), SPAN_LIT(","), SPAN_LIT("\0")};
    struct span base = plain(s, json);
    size_t before = seen->texts;

    if (base.n > SHORT || base.n < 3)
        return;
    for (size_t n = 0; n < base.n; n++)
        assert_false(agrees(s, shape, span_of(base.p, n), seen));
    for (size_t i = 0; i < COUNT(BEHIND); i++)
        assert_false(agrees(s, shape, spliced(r, base, base.n, 0, BEHIND[i]), seen));
    for (size_t i = 0; i < COUNT(BEFORE); i++)
        assert_false(agrees(s, shape, spliced(r, base, 0, 0, BEFORE[i]), seen));
    /* every member twice */
    struct span twice = spliced(r, base, base.n - 1, 0, span_of(base.p, base.n - 1));
    ((uint8_t *)(uintptr_t)twice.p)[base.n - 1] = ',';
    assert_false(agrees(s, shape, twice, seen));
    /* the library says so of each of them */
    assert_int_equal(seen->refused, seen->texts);
    assert_true(seen->texts > before);
}

static void broken_texts_are_refused_by_both(void **state)
{
    struct seen seen = {0};

    (void)state;
    for_every_text(broken, 6, &seen);
    assert_true(seen.texts > 10000);
}

/* Where the string or bracket that opens at `at` has closed. */
static size_t behind(struct span json, size_t at)
{
    int depth = 0;
    bool is_string = false;

    do {
        uint8_t c = json.p[at++];
        if (c == '"')
            is_string = !is_string;
        else if (!is_string)
            depth += (c == '{' || c == '[') - (c == '}' || c == ']');
    } while (at < json.n && (is_string || depth > 0));
    return at;
}

static size_t find(struct span json, size_t from, struct span what)
{
    while (from + what.n <= json.n && memcmp(json.p + from, what.p, what.n) != 0)
        from++;
    return from + what.n <= json.n ? from : json.n;
}

/* Every list with its items twice, which is one too many for those that were more than half full. */
static void overfull(struct scope *s, const struct shape *shape, struct rnd *r, struct span json, struct seen *seen)
{
    struct span base = plain(s, json);
    size_t at = 0;

    for (int lists = 0; lists < LISTS && (at = find(base, at + 1, SPAN_LIT(":["))) < base.n; lists++) {
        size_t end = behind(base, at + 1), n = end - at - 3;
        uint8_t *more = scope_alloc(s, n + 2);
        if (!n)
            continue;
        more[0] = ',';
        memcpy(more + 1, base.p + at + 2, n);
        (void)agrees(s, shape, spliced(r, base, end - 1, 0, span_of(more, n + 1)), seen);
    }
}

static void lists_keep_their_bounds(void **state)
{
    struct seen seen = {0};

    (void)state;
    for_every_text(overfull, 4, &seen);
    assert_true(seen.refused > 10 && seen.taken > 10);
}

static void retimed(struct scope *s, const struct shape *shape, struct rnd *r, struct span json, struct seen *seen)
{
    static const struct span WHEN[] = {
        SPAN_LIT("9999-12-31T23:59:59Z"), SPAN_LIT("9999-12-31T15:00:00Z"), SPAN_LIT("9999-12-31T14:59:59.999999Z"),
        SPAN_LIT("0000-01-01T00:00:00+09:00"), SPAN_LIT("0000-01-01T00:00:00+10:00"), SPAN_LIT("2026-02-30T00:00:00Z"),
        SPAN_LIT("2026-01-01T00:00:60Z"), SPAN_LIT("2026-01-01t00:00:00z"), SPAN_LIT("2026-01-01"), SPAN_LIT(""),
    };
    static const struct span TAIL = SPAN_LIT("+09:00\"");
    struct span base = plain(s, json);

    for (size_t at = find(base, 0, TAIL); at < base.n && base.n < SHORT * 4; at = find(base, at + 1, TAIL)) {
        size_t end = at + TAIL.n - 1, from = at;
        while (base.p[from - 1] != '"')
            from--;
        for (size_t i = 0; i < COUNT(WHEN); i++)
            (void)agrees(s, shape, spliced(r, base, from, end - from, WHEN[i]), seen);
    }
}

static void instants_keep_their_bounds(void **state)
{
    struct seen seen = {0};

    (void)state;
    for_every_text(retimed, 4, &seen);
    assert_true(seen.refused > 100 && seen.taken > 10);
}

/* What may only travel sealed, at every place a member may stand. */
static void unsealed(struct scope *s, const struct shape *shape, struct rnd *r, struct span json, struct seen *seen)
{
    struct span base = plain(s, json), inner;

    for (size_t i = 0; i < shape->n && base.n < SHORT * 4; i++) {
        const struct field *f = &shape->field[i];
        if (!f->is_sealed)
            continue;
        void *value = scope_alloc(s, f->shape()->size);
        rnd_fill(r, f->shape(), value, 1);
        assert_int_equal(codec_encode(s, f->shape(), value, &inner), OK);
        const char *member = scope_print(s, "\"%s\":%.*s", f->name, (int)inner.n, (const char *)inner.p);
        struct span first = span_str(scope_print(s, "%s,", member)), last = span_str(scope_print(s, ",%s", member));
        for (size_t at = 1; at < base.n; at++)
            if (base.p[at - 1] == '{' || base.p[at - 1] == ',')
                assert_false(agrees(s, shape, spliced(r, base, at, 0, plain(s, first)), seen));
        assert_false(agrees(s, shape, spliced(r, base, base.n - 1, 0, plain(s, last)), seen));
    }
}

static void sealed_fields_are_not_taken_open(void **state)
{
    struct seen seen = {0};

    (void)state;
    for_every_text(unsealed, 8, &seen);
    assert_true(seen.texts > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_texts_are_read_alike),
        cmocka_unit_test(changed_texts_are_judged_alike),
        cmocka_unit_test(broken_texts_are_refused_by_both),
        cmocka_unit_test(lists_keep_their_bounds),
        cmocka_unit_test(instants_keep_their_bounds),
        cmocka_unit_test(sealed_fields_are_not_taken_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
