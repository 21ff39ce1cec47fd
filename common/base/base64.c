/* Three bytes as four digits and back; a text is read only when printing its bytes again would give the same digits. */
#include "base/base64.h"

#include <string.h>

static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

enum { GROUP = 3, GROUP_DIGITS = 4, DIGIT_BITS = 6, BYTE_BITS = 8, DIGIT_MASK = 63, BYTE_MASK = 255 };

size_t base64_put(struct span bytes, char *to)
{
    char *at = to;

    for (size_t i = 0; i < bytes.n; i += GROUP) {
        size_t have = bytes.n - i < GROUP ? bytes.n - i : GROUP;
        uint32_t bits = 0;
        for (size_t k = 0; k < GROUP; k++)
            bits = bits << BYTE_BITS | (k < have ? bytes.p[i + k] : 0u);
        for (size_t k = 0; k < GROUP_DIGITS; k++)
            *at++ = k <= have ? DIGITS[bits >> (DIGIT_BITS * (GROUP - k)) & DIGIT_MASK] : '=';
    }
    return (size_t)(at - to);
}

enum status base64_print(struct scope *s, struct span bytes, struct span *ret_text)
{
    char *to = bytes.n < SIZE_MAX / 2 ? scope_alloc(s, BASE64_LEN(bytes.n) + 1) : NULL;

    if (!to)
        return fail(s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    *ret_text = span_of(to, base64_put(bytes, to));
    return OK;
}

static int digit(uint8_t c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* One group of four digits as `have` bytes; the rest must be padding, and no bit may be set that no byte has. */
static bool group_to(const uint8_t *text, uint8_t *to, size_t have)
{
    uint32_t bits = 0;

    for (size_t k = 0; k < GROUP_DIGITS; k++) {
        int v = k <= have ? digit(text[k]) : text[k] == '=' ? 0 : -1;
        if (v < 0)
            return false;
        bits = bits << DIGIT_BITS | (uint32_t)v;
    }
    for (size_t k = 0; k < have; k++)
        to[k] = (uint8_t)(bits >> (BYTE_BITS * (GROUP - 1 - k)) & BYTE_MASK);
    return (bits & ((1u << (BYTE_BITS * (GROUP - have))) - 1)) == 0;
}

bool base64_to(struct span text, uint8_t *to, size_t n)
{
    if (n > SIZE_MAX / 2 || text.n != BASE64_LEN(n))
        return false;
    for (size_t i = 0; i < n; i += GROUP)
        if (!group_to(text.p + i / GROUP * GROUP_DIGITS, to + i, n - i < GROUP ? n - i : GROUP))
            return false;
    return true;
}

enum status base64_parse(struct scope *s, struct span text, struct span *ret_bytes)
{
    size_t n = text.n / GROUP_DIGITS * GROUP;
    uint8_t *to;

    for (size_t k = 0; k < 2 && n > 0 && text.p[text.n - 1 - k] == '='; k++)
        n--;
    to = scope_alloc(s, n + 1);
    if (!to)
        return fail(s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    if (!base64_to(text, to, n))
        return fail(s, INVALID, "base64ではありません", "not base 64");
    *ret_bytes = span_of(to, n);
    return OK;
}
