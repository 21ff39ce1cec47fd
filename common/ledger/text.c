/* Lines, words and numbers as the formats of signed notes have them: each value has one way to be written, and no other is read. */
#include "text.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/base64.h"

enum { BLANK = 0x20 };

/* The spaces of Unicode outside of ASCII, by UTF-8. */
static const char *const SPACES[] = {
    "\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80", "\xe2\x80\x80", "\xe2\x80\x81", "\xe2\x80\x82", "\xe2\x80\x83",
    "\xe2\x80\x84", "\xe2\x80\x85", "\xe2\x80\x86", "\xe2\x80\x87", "\xe2\x80\x88", "\xe2\x80\x89", "\xe2\x80\x8a",
    "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80",
};

bool line_cut(struct span *rest, struct span *ret_line)
{
    const uint8_t *end = rest->n > 0 ? memchr(rest->p, '\n', rest->n) : NULL;

    if (!end)
        return false;
    *ret_line = part_cut(rest, '\n');
    return true;
}

struct span part_cut(struct span *rest, char end)
{
    const uint8_t *at = rest->n > 0 ? memchr(rest->p, end, rest->n) : NULL;
    size_t n = at ? (size_t)(at - rest->p) : rest->n;
    size_t used = at ? n + 1 : n;
    struct span word = span_of(rest->p, n);

    *rest = used ? span_of(rest->p + used, rest->n - used) : *rest;
    return word;
}

bool head_cut(struct span *rest, const char *head)
{
    size_t n = strlen(head);

    if (rest->n < n || memcmp(rest->p, head, n) != 0)
        return false;
    *rest = span_of(rest->p + n, rest->n - n);
    return true;
}

bool decimal_read(struct span text, uint64_t *ret_v)
{
    uint64_t v = 0;

    if (text.n == 0 || text.n >= DECIMAL_MAX || (text.n > 1 && text.p[0] == '0'))
        return false;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
        uint64_t d = (uint64_t)(text.p[i] - '0');
        if (v > (INT64_MAX - d) / 10)
            return false;
        v = v * 10 + d;
    }
    *ret_v = v;
    return true;
}

bool name_is_good(struct span name)
{
    if (name.n == 0 || !span_is_utf8(name))
        return false;
    for (size_t i = 0; i < name.n; i++)
        if (name.p[i] <= BLANK || name.p[i] == '+')
            return false;
    for (size_t i = 0; i < COUNT(SPACES); i++)
        if (memmem(name.p, name.n, SPACES[i], strlen(SPACES[i])))
            return false;
    return true;
}

bool text_is_good(struct span text)
{
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] < BLANK && text.p[i] != '\n')
            return false;
    return span_is_utf8(text);
}

enum status sheet_new(struct scope *s, size_t most, struct sheet *ret_sheet)
{
    char *to = scope_alloc(s, most + 1);

    if (!to)
        return fail(s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    *ret_sheet = (struct sheet){.to = to, .most = most};
    return OK;
}

void put_span(struct sheet *sheet, struct span bytes)
{
    if (sheet->is_full || bytes.n > sheet->most - sheet->n) {
        sheet->is_full = true;
        return;
    }
    if (bytes.n > 0)
        memcpy(sheet->to + sheet->n, bytes.p, bytes.n);
    sheet->n += bytes.n;
}

void put_text(struct sheet *sheet, const char *text)
{
    put_span(sheet, span_str(text));
}

void put_decimal(struct sheet *sheet, uint64_t v)
{
    char digits[DECIMAL_MAX];

    snprintf(digits, sizeof digits, "%" PRIu64, v);
    put_text(sheet, digits);
}

void put_base64(struct sheet *sheet, struct span bytes)
{
    if (sheet->is_full || bytes.n > SIZE_MAX / 2 || BASE64_LEN(bytes.n) > sheet->most - sheet->n) {
        sheet->is_full = true;
        return;
    }
    sheet->n += base64_put(bytes, sheet->to + sheet->n);
}

enum status sheet_end(struct scope *s, const struct sheet *sheet, struct span *ret_text)
{
    if (sheet->is_full)
        return fail(s, TOO_LARGE, "書き込む先が足りません（%zu バイト）", "no room in %zu bytes", sheet->most);
    *ret_text = span_of(sheet->to, sheet->n);
    return OK;
}
