/* Text on its way to a terminal: it keeps its columns whatever the widths of its characters are, and it commands nothing, because
 * every character that a terminal would act on is replaced. */
#include "print.h"

enum { FIRST_CAP = 1024, REPLACEMENT_LEN = 3 };

static const char REPLACEMENT[REPLACEMENT_LEN + 1] = "\xEF\xBF\xBD";

void page_put(struct page *to, const void *p, size_t n)
{
    if (to->has_failed || n == 0)
        return;
    if (n > to->cap - to->n) {
        size_t cap = 2 * (to->n + n) + FIRST_CAP;
        char *more = scope_alloc(to->s, cap);
        to->has_failed = !more;
        if (!more)
            return;
        if (to->n)
            memcpy(more, to->p, to->n);
        to->p = more;
        to->cap = cap;
    }
    memcpy(to->p + to->n, p, n);
    to->n += n;
}

void page_str(struct page *to, const char *text)
{
    page_put(to, text, strlen(text));
}

void page_fill(struct page *to, char c, size_t n)
{
    while (n--)
        page_put(to, &c, 1);
}

/* The character at the front and its length; bytes that are no UTF-8 are taken one by one as U+FFFD. */
static uint32_t char_at(struct span text, size_t *ret_len)
{
    static const uint8_t MASK[] = {0, 0x7f, 0x1f, 0x0f, 0x07};

    for (size_t len = 1; len <= 4 && len <= text.n; len++)
        if (text.p[0] == 0 || span_is_utf8(span_of(text.p, len))) {
            uint32_t c = text.p[0] & MASK[len];
            for (size_t i = 1; i < len; i++)
                c = c << 6 | (text.p[i] & 0x3fu);
            *ret_len = len;
            return c;
        }
    *ret_len = 1;
    return 0xFFFD;
}

/* Control characters, and those that turn the direction of what follows. */
static bool is_command(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e ||
           c == 0x200f || c == 0x2028 || c == 0x2029;
}

static size_t width_of(uint32_t c)
{
    static const uint32_t WIDE[][2] = {
        {0x1100, 0x115f}, {0x2e80, 0x303e}, {0x3041, 0xa4cf}, {0xa960, 0xa97f},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},
        {0xfe30, 0xfe6f}, {0xff00, 0xff60}, {0xffe0, 0xffe6}, {0x1f300, 0x1faff}, {0x20000, 0x3fffd},
    };

    if ((c >= 0x300 && c <= 0x36f) || c == 0x3099 || c == 0x309a || (c >= 0xfe00 && c <= 0xfe0f) || c == 0x200b || c == 0x200d)
        return 0;
    for (size_t i = 0; i < COUNT(WIDE); i++)
        if (c >= WIDE[i][0] && c <= WIDE[i][1])
            return 2;
    return 1;
}

size_t print_width(struct span text)
{
    size_t width = 0, len;

    for (size_t i = 0; i < text.n; i += len)
        width += width_of(char_at(span_of(text.p + i, text.n - i), &len));
    return width;
}

void page_clean(struct page *to, struct span text, int indent)
{
    size_t len;

    for (size_t i = 0; i < text.n; i += len) {
        uint32_t c = char_at(span_of(text.p + i, text.n - i), &len);
        if (c == '\n' && indent >= 0) {
            page_put(to, "\n", 1);
            page_fill(to, ' ', (size_t)indent);
        } else if (c == '\n' || c == '\t' || c == '\r') {
            page_put(to, " ", 1);
        } else if (is_command(c) || c == 0xFFFD) {
            page_put(to, REPLACEMENT, REPLACEMENT_LEN);
        } else {
            page_put(to, text.p + i, len);
        }
    }
}

static size_t column_width(const struct span *cell, size_t rows, size_t columns, size_t column)
{
    size_t widest = 0;

    for (size_t r = 0; r < rows; r++) {
        size_t width = print_width(cell[r * columns + column]);
        widest = width > widest ? width : widest;
    }
    return widest;
}

void page_table(struct page *to, const struct span *cell, size_t rows, size_t columns, size_t indent)
{
    size_t *width = scope_alloc(to->s, (columns + 1) * sizeof *width);

    to->has_failed |= !width;
    if (!width)
        return;
    for (size_t c = 0; c < columns; c++)
        width[c] = column_width(cell, rows, columns, c);
    for (size_t r = 0; r < rows; r++) {
        page_fill(to, ' ', indent);
        for (size_t c = 0; c < columns; c++) {
            struct span text = cell[r * columns + c];
            page_put(to, text.p, text.n);
            if (c + 1 < columns)
                page_fill(to, ' ', width[c] - print_width(text) + 2);
        }
        while (to->n && to->p[to->n - 1] == ' ')
            to->n--;
        page_put(to, "\n", 1);
    }
}
