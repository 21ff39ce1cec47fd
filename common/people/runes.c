/* Whatever a text was typed on, the same characters come out: one width, one kana, no selectors, no marks beside their letter.
 * Folding never lengthens a text beyond its bytes, so that the bound on bytes is the bound on characters. */
#include "internal.h"

enum { VOICED = 0x3099, HALF_VOICED = 0x309a, LONG_MARK = 0x30fc };

/* Half-width katakana U+FF65–FF9D. */
static const uint16_t FULL[] = {
    0x30fb, 0x30f2, 0x30a1, 0x30a3, 0x30a5, 0x30a7, 0x30a9, 0x30e3, 0x30e5, 0x30e7, 0x30c3, 0x30fc, 0x30a2, 0x30a4, 0x30a6,
    0x30a8, 0x30aa, 0x30ab, 0x30ad, 0x30af, 0x30b1, 0x30b3, 0x30b5, 0x30b7, 0x30b9, 0x30bb, 0x30bd, 0x30bf, 0x30c1, 0x30c4,
    0x30c6, 0x30c8, 0x30ca, 0x30cb, 0x30cc, 0x30cd, 0x30ce, 0x30cf, 0x30d2, 0x30d5, 0x30d8, 0x30db, 0x30de, 0x30df, 0x30e0,
    0x30e1, 0x30e2, 0x30e4, 0x30e6, 0x30e8, 0x30e9, 0x30ea, 0x30eb, 0x30ec, 0x30ed, 0x30ef, 0x30f3,
};
_Static_assert(COUNT(FULL) == 0xff9d - 0xff65 + 1, "one each");

static bool in(uint32_t c, uint32_t first, uint32_t last)
{
    return c >= first && c <= last;
}

static size_t decode(const uint8_t *p, uint32_t *ret_c)
{
    if (p[0] < 0x80) {
        *ret_c = p[0];
        return 1;
    }
    size_t n = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    uint32_t c = p[0] & (0xffu >> (n + 1));
    for (size_t i = 1; i < n; i++)
        c = c << 6 | (p[i] & 0x3fu);
    *ret_c = c;
    return n;
}

void runes_put(struct runes *to, uint32_t c)
{
    if (to->n < RUNES_MAX)
        to->c[to->n++] = c;
}

/* Joins a voicing mark to the kana before it; one that fits none is dropped. */
static void voice(struct runes *to, bool is_half)
{
    uint32_t *last = to->n ? &to->c[to->n - 1] : NULL;

    if (!last)
        return;
    bool is_ha = in(*last, 0x30cf, 0x30db) && (*last - 0x30cf) % 3 == 0;
    if (is_half)
        *last += is_ha ? 2 : 0;
    else if (is_ha || (in(*last, 0x30ab, 0x30c1) && (*last - 0x30ab) % 2 == 0) || (in(*last, 0x30c4, 0x30c8) && *last % 2 == 0))
        *last += 1;
    else if (*last == 0x30a6)
        *last = 0x30f4;
}

static bool is_dropped(uint32_t c)
{
    return in(c, 0xfe00, 0xfe0f) || in(c, 0xe0100, 0xe01ef) || in(c, 0x200b, 0x200f) || c == 0x2060 || c == 0xfeff || c == 0xad ||
           in(c, 0x300, 0x36f);
}

static bool is_blank(uint32_t c)
{
    return in(c, 0x09, 0x0d) || c == ' ' || c == 0xa0 || c == 0x3000 || in(c, 0x2000, 0x200a) || c == 0x202f || c == 0x205f;
}

static void put_folded(struct runes *to, uint32_t c)
{
    uint32_t letters[2];

    if (in(c, 0xff01, 0xff5e))
        c -= 0xff01 - '!';
    else if (in(c, 0xff65, 0xff9d))
        c = FULL[c - 0xff65];
    else if (in(c, 0x3041, 0x3096))
        c += 0x60;
    size_t n = latin_fold(c, letters);
    if (n) {
        for (size_t i = 0; i < n; i++)
            runes_put(to, letters[i]);
    } else if (c == 0xff9e || c == 0x309b || c == VOICED) {
        voice(to, false);
    } else if (c == 0xff9f || c == 0x309c || c == HALF_VOICED) {
        voice(to, true);
    } else if ((c == 0x309d || c == 0x30fd || c == U'々' || c == U'〻') && to->n) {
        runes_put(to, to->c[to->n - 1]); /* repeats the character before it */
    } else if ((c == 0x309e || c == 0x30fe) && to->n) {
        runes_put(to, to->c[to->n - 1]);
        voice(to, false);
    } else if (is_blank(c)) {
        runes_put(to, ' ');
    } else if (!is_dropped(c)) {
        runes_put(to, ideograph_fold(c));
    }
}

enum status runes_read(struct span text, struct runes *ret_runes)
{
    uint32_t c;

    ret_runes->n = 0;
    if (text.n > PERSON_FIELD_MAX)
        return TOO_LARGE;
    if (!span_is_utf8(text))
        return INVALID;
    for (size_t i = 0; i < text.n; put_folded(ret_runes, c))
        i += decode(text.p + i, &c);
    return OK;
}

enum status runes_text(struct scope *s, const uint32_t *c, size_t n, struct span *ret_text)
{
    uint8_t *p = scope_alloc(s, 4 * n + 1);
    size_t at = 0;

    if (!p)
        return TOO_LARGE;
    for (size_t i = 0; i < n; i++) {
        size_t more = c[i] < 0x80 ? 0 : c[i] < 0x800 ? 1 : c[i] < 0x10000 ? 2 : 3;
        static const uint8_t LEAD[] = {0, 0xc0, 0xe0, 0xf0};
        p[at++] = (uint8_t)(LEAD[more] | c[i] >> (6 * more));
        while (more-- > 0)
            p[at++] = (uint8_t)(0x80 | (c[i] >> (6 * more) & 0x3f));
    }
    *ret_text = span_of(p, at);
    return OK;
}

bool rune_is_katakana(uint32_t c)
{
    return in(c, 0x30a1, 0x30fa);
}

bool rune_is_dash(uint32_t c)
{
    return c == '-' || c == '~' || c == LONG_MARK || in(c, 0x2010, 0x2015) || c == 0x2212 || c == 0x301c ||
           in(c, 0x2500, 0x2501) || c == 0xfe63 || c == 0x2043;
}

bool rune_is_break(uint32_t c)
{
    return c == ' ' || c == 0x30fb || c == 0xb7 || c == 0x2022 || c == 0x2027 || c == 0x22c5 || c == ',' || c == 0x3001 ||
           c == 0x30a0 || c == '=' || c == '.';
}

uint32_t rune_large(uint32_t c)
{
    static const uint16_t SAME[][2] = {
        {0x30c3, 0x30c4}, {0x30ee, 0x30ef}, {0x30f5, 0x30ab}, {0x30f6, 0x30b1}, {0x30c2, 0x30b8},
        {0x30c5, 0x30ba}, {0x30f2, 0x30aa}, {0x30f0, 0x30a4}, {0x30f1, 0x30a8},
    };

    if ((in(c, 0x30a1, 0x30a9) && c % 2 == 1) || (in(c, 0x30e3, 0x30e7) && c % 2 == 1))
        return c + 1;
    for (size_t i = 0; i < COUNT(SAME); i++)
        if (c == SAME[i][0])
            return SAME[i][1];
    return c;
}

int rune_digit(uint32_t c)
{
    static const uint32_t KANJI[] = U"〇一二三四五六七八九";

    if (in(c, '0', '9'))
        return (int)(c - '0');
    for (int i = 0; i < 10; i++)
        if (KANJI[i] == c)
            return i;
    return -1;
}

int runes_number(const struct runes *r, size_t *at)
{
    int sum = 0, now = 0, digits = 0;
    size_t i = *at;

    for (; i < r->n; i++) {
        int digit = rune_digit(r->c[i]), unit = r->c[i] == U'十' ? 10 : r->c[i] == U'百' ? 100 : 0;
        if (digit >= 0) {
            now = now * 10 + digit;
        } else if (unit) {
            if (now > 99) /* nobody writes 100百: what comes before a unit is no house number */
                return -1;
            sum += (now ? now : 1) * unit;
            now = 0;
        } else {
            break;
        }
        if (++digits > 8)
            return -1;
    }
    if (i == *at)
        return -1;
    *at = i;
    return sum + now;
}

size_t runes_find(const struct runes *r, size_t from, const uint32_t *word, size_t n)
{
    for (size_t i = from; i + n <= r->n; i++)
        if (memcmp(r->c + i, word, n * sizeof *word) == 0)
            return i;
    return r->n;
}
