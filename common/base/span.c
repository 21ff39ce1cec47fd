/* Text is accepted as UTF-8 exactly as RFC 3629 defines it, and without NUL: PostgreSQL stores no NUL, and an overlong or
 * surrogate form would let two different byte strings be read as the same name. */
#include "base/span.h"

/* What may follow a leading byte: how many bytes, and the range of the first of them, which is where overlong forms,
 * surrogates and values above U+10FFFF are told apart (RFC 3629 §4). */
struct lead {
    uint8_t first, last;
    uint8_t more;
    uint8_t low, high;
};

static const struct lead LEAD[] = {
    {0x01, 0x7f, 0, 0x00, 0x00}, {0xc2, 0xdf, 1, 0x80, 0xbf}, {0xe0, 0xe0, 2, 0xa0, 0xbf},
    {0xe1, 0xec, 2, 0x80, 0xbf}, {0xed, 0xed, 2, 0x80, 0x9f}, {0xee, 0xef, 2, 0x80, 0xbf},
    {0xf0, 0xf0, 3, 0x90, 0xbf}, {0xf1, 0xf3, 3, 0x80, 0xbf}, {0xf4, 0xf4, 3, 0x80, 0x8f},
};

/* Length of the character at the front, 0 when there is no well-formed one. */
static size_t char_len(const uint8_t *p, size_t n)
{
    const struct lead *lead = LEAD;
    const struct lead *end = LEAD + sizeof(LEAD) / sizeof(LEAD[0]);

    while (lead < end && (p[0] < lead->first || p[0] > lead->last))
        lead++;
    if (lead == end || n <= lead->more)
        return 0;
    for (size_t i = 1; i <= lead->more; i++) {
        uint8_t low = i == 1 ? lead->low : 0x80;
        uint8_t high = i == 1 ? lead->high : 0xbf;
        if (p[i] < low || p[i] > high)
            return 0;
    }
    return 1 + (size_t)lead->more;
}

struct span span_word(struct span *line)
{
    size_t from = 0, to;

    while (from < line->n && (line->p[from] == ' ' || line->p[from] == '\t'))
        from++;
    for (to = from; to < line->n && line->p[to] != ' ' && line->p[to] != '\t';)
        to++;
    struct span word = span_of(line->p + from, to - from);
    *line = span_of(line->p + to, line->n - to);
    return word;
}

bool span_is_utf8(struct span s)
{
    size_t i = 0;

    while (i < s.n) {
        size_t len = char_len(s.p + i, s.n - i);
        if (len == 0)
            return false;
        i += len;
    }
    return true;
}
