/* A written name keeps its order of family and given name; a romaji name has none, because every office writes it in another. */
#include <stdlib.h>

#include "internal.h"
#include "people/normal.h"

enum { WORDS_MAX = 16 };

struct word {
    const uint32_t *c;
    size_t n;
};

static bool is_letter(uint32_t c)
{
    return c >= 'A' && c <= 'Z';
}

static uint32_t closing(uint32_t c)
{
    static const uint32_t PAIRS[] = U"()[]〔〕【】「」『』〈〉";

    for (size_t i = 0; PAIRS[i]; i += 2)
        if (PAIRS[i] == c)
            return PAIRS[i + 1];
    return 0;
}

/* Drops what stands in brackets, makes small kana large and every break a blank. A bracket that never closes is dropped alone. */
static void tidy(struct runes *r, bool is_latin)
{
    size_t n = 0;

    for (size_t i = 0; i < r->n; i++) {
        uint32_t c = r->c[i], end = closing(c);
        if (end) {
            size_t at = runes_find(r, i, &end, 1);
            i = at < r->n ? at : i;
            c = ' ';
        } else if (rune_is_break(c) || (is_latin && rune_is_dash(c))) {
            c = ' ';
        } else if (is_latin && !is_letter(c)) {
            continue; /* O'Brien */
        }
        r->c[n++] = rune_large(c);
    }
    r->n = n;
}

static size_t split(const struct runes *r, struct word words[WORDS_MAX])
{
    size_t n = 0;

    for (size_t i = 0; i < r->n && n < WORDS_MAX;) {
        size_t from = i;
        while (i < r->n && r->c[i] != ' ')
            i++;
        if (i > from)
            words[n++] = (struct word){r->c + from, i - from};
        while (i < r->n && r->c[i] == ' ')
            i++;
    }
    return n;
}

static int by_letters(const void *a, const void *b)
{
    const struct word *x = a, *y = b;

    for (size_t i = 0; i < x->n && i < y->n; i++)
        if (x->c[i] != y->c[i])
            return x->c[i] < y->c[i] ? -1 : 1;
    return (x->n > y->n) - (x->n < y->n);
}

static enum status join(struct scope *s, const struct word *words, size_t n, uint32_t between, struct span *ret_text)
{
    struct runes all = {.n = 0};

    for (size_t i = 0; i < n; i++) {
        if (i && between)
            runes_put(&all, between);
        for (size_t k = 0; k < words[i].n; k++)
            runes_put(&all, words[i].c[k]);
    }
    return runes_text(s, all.c, all.n, ret_text);
}

/* Only letters and what may stand between them. */
static bool all_latin(const struct runes *r)
{
    bool has_letter = false;

    for (size_t i = 0; i < r->n; i++) {
        has_letter |= is_letter(r->c[i]);
        if (!is_letter(r->c[i]) && !rune_is_break(r->c[i]) && !rune_is_dash(r->c[i]) && r->c[i] != '\'' && r->c[i] != U'’' &&
            !closing(r->c[i]) && r->c[i] != ')')
            return false;
    }
    return has_letter;
}

enum status people_fold_name(struct scope *s, struct span text, struct folded_name *ret_name)
{
    struct folded_name name = {0};
    struct word words[WORDS_MAX];
    struct runes r;

    TRY(runes_read(text, &r));
    name.is_latin = all_latin(&r);
    tidy(&r, name.is_latin);
    size_t n = split(&r, words);
    if (n == 0)
        return INVALID;
    if (name.is_latin) {
        qsort(words, n, sizeof words[0], by_letters);
        TRY(join(s, words, n, ' ', &name.all));
    } else {
        TRY(join(s, words, n, 0, &name.all));
        if (n > 1) {
            TRY(join(s, words, 1, 0, &name.family));
            TRY(join(s, words + 1, n - 1, 0, &name.given));
        }
    }
    *ret_name = name;
    return OK;
}
