/* A JSON text under construction. Escapes are the fewest RFC 8259 §7 asks for, in the one form the JSON library also writes,
 * so that equal values give equal bytes whichever of the two wrote them. */
#include "internal.h"

enum { FIRST_ROOM = 512 };

static enum status full(struct writer *w)
{
    return fail(w->s, TOO_LARGE, "JSON が大きすぎます", "JSON is too large");
}

enum status writer_room(struct writer *w, size_t n)
{
    if (n <= w->cap - w->n)
        return OK;
    if (n > JSON_MAX - w->n)
        return full(w);
    size_t cap = w->cap ? w->cap * 2 : FIRST_ROOM;
    while (cap < w->n + n)
        cap *= 2;
    uint8_t *p = scope_alloc(w->s, cap);
    if (!p)
        return full(w);
    if (w->n)
        memcpy(p, w->p, w->n);
    w->p = p;
    w->cap = cap;
    return OK;
}

enum status writer_put(struct writer *w, const void *p, size_t n)
{
    TRY(writer_room(w, n));
    memcpy(w->p + w->n, p, n);
    w->n += n;
    return OK;
}

/* Bytes at the front that stand for themselves. */
static size_t plain_run(struct span t, bool *ret_wide)
{
    size_t i = 0;

    for (; i < t.n && t.p[i] >= 0x20 && t.p[i] != '"' && t.p[i] != '\\'; i++)
        *ret_wide |= t.p[i] >= 0x80;
    return i;
}

static enum status put_escape(struct writer *w, uint8_t c)
{
    static const char SHORT[] = "\"\"\\\\\bb\ff\nn\rr\tt"; /* pairs: the byte, its letter */
    static const char HEX[] = "0123456789ABCDEF";

    for (size_t i = 0; i + 1 < sizeof SHORT; i += 2)
        if (c == (uint8_t)SHORT[i])
            return writer_put(w, (char[]){'\\', SHORT[i + 1]}, 2);
    return writer_put(w, (char[]){'\\', 'u', '0', '0', HEX[c >> 4], HEX[c & 15]}, 6);
}

enum status writer_text(struct writer *w, struct span text)
{
    bool is_wide = false;
    struct span rest = text;

    TRY(writer_room(w, text.n + 2));
    w->p[w->n++] = '"';
    for (;;) {
        size_t n = plain_run(rest, &is_wide);
        if (n)
            TRY(writer_put(w, rest.p, n));
        if (n == rest.n)
            break;
        if (rest.p[n] == 0)
            return fail(w->s, INVALID, "NUL 文字は書けません", "NUL cannot be written");
        TRY(put_escape(w, rest.p[n]));
        rest = span_of(rest.p + n + 1, rest.n - n - 1);
    }
    if (is_wide && !span_is_utf8(text))
        return fail(w->s, INVALID, "UTF-8 ではない文字は書けません", "text is not UTF-8");
    return writer_put(w, "\"", 1);
}

enum status writer_i64(struct writer *w, int64_t value)
{
    char digits[20]; /* 2^63 has 19 */
    size_t at = sizeof digits;
    uint64_t v = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    do
        digits[--at] = (char)('0' + v % 10);
    while ((v /= 10) != 0);
    if (value < 0)
        digits[--at] = '-';
    return writer_put(w, digits + at, sizeof digits - at);
}
