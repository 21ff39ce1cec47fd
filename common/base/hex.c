/* Bytes as text and back; nothing but whole pairs of digits is ever read as bytes. */
#include "base/hex.h"

static int digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

enum status hex_print(struct scope *s, struct span bytes, struct span *ret_text)
{
    static const char DIGITS[] = "0123456789abcdef";
    uint8_t *to = scope_alloc(s, 2 * bytes.n + 1);

    if (!to)
        return fail(s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    for (size_t i = 0; i < bytes.n; i++) {
        to[2 * i] = (uint8_t)DIGITS[bytes.p[i] >> 4];
        to[2 * i + 1] = (uint8_t)DIGITS[bytes.p[i] & 15];
    }
    *ret_text = span_of(to, 2 * bytes.n);
    return OK;
}

bool hex_to(struct span text, uint8_t *to, size_t n)
{
    if (text.n != 2 * n)
        return false;
    for (size_t i = 0; i < n; i++) {
        int hi = digit(text.p[2 * i]), lo = digit(text.p[2 * i + 1]);
        if (hi < 0 || lo < 0)
            return false;
        to[i] = (uint8_t)(hi << 4 | lo);
    }
    return true;
}

enum status hex_parse(struct scope *s, struct span text, struct span *ret_bytes)
{
    uint8_t *to = scope_alloc(s, text.n / 2 + 1);

    if (!to)
        return fail(s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    if (!hex_to(text, to, text.n / 2))
        return fail(s, INVALID, "16進数ではありません", "not hexadecimal");
    *ret_bytes = span_of(to, text.n / 2);
    return OK;
}
