/* Bytes as digits of five bits and back; a text is read only when printing its bytes again would give the same digits. */
#include "base/base32.h"

#include <string.h>

static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

enum { DIGIT_BITS = 5, BYTE_BITS = 8, DIGIT_MASK = 31, BYTE_MASK = 255 };

static size_t digits_of(size_t n)
{
    return n / DIGIT_BITS * BYTE_BITS + (n % DIGIT_BITS * BYTE_BITS + DIGIT_BITS - 1) / DIGIT_BITS;
}

enum status base32_print(struct scope *s, struct span bytes, struct span *ret_text)
{
    uint8_t *to = scope_alloc(s, digits_of(bytes.n) + 1);
    unsigned bits = 0, held = 0;
    size_t n = 0;

    if (!to)
        return fail(s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    for (size_t i = 0; i < bytes.n; i++) {
        bits = (bits << BYTE_BITS | bytes.p[i]) & 0xffff;
        for (held += BYTE_BITS; held >= DIGIT_BITS; held -= DIGIT_BITS)
            to[n++] = (uint8_t)DIGITS[bits >> (held - DIGIT_BITS) & DIGIT_MASK];
    }
    if (held)
        to[n++] = (uint8_t)DIGITS[bits << (DIGIT_BITS - held) & DIGIT_MASK];
    *ret_text = span_of(to, n);
    return OK;
}

static int digit(uint8_t c)
{
    const char *at = memchr(DIGITS, c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c, sizeof DIGITS - 1);

    return at ? (int)(at - DIGITS) : -1;
}

bool base32_to(struct span text, uint8_t *to, size_t n)
{
    unsigned bits = 0, held = 0;

    if (text.n != digits_of(n))
        return false;
    for (size_t i = 0; i < text.n; i++) {
        int v = digit(text.p[i]);
        if (v < 0)
            return false;
        bits = (bits << DIGIT_BITS | (unsigned)v) & 0xffff;
        held += DIGIT_BITS;
        if (held >= BYTE_BITS) {
            held -= BYTE_BITS;
            *to++ = (uint8_t)(bits >> held & BYTE_MASK);
        }
    }
    return (bits & ((1u << held) - 1)) == 0;
}
