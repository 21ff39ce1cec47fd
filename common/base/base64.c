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

/* Of a digit its place in DIGITS, from 1; of everything else 0. Looked up: comparisons of random digits are what a processor guesses wrong. */
static const uint8_t PLACE[BYTE_MASK + 1] = {
    ['A'] = 1, ['B'] = 2, ['C'] = 3, ['D'] = 4, ['E'] = 5, ['F'] = 6, ['G'] = 7, ['H'] = 8, ['I'] = 9, ['J'] = 10,
    ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16, ['Q'] = 17, ['R'] = 18, ['S'] = 19,
    ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24, ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28,
    ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32, ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36, ['k'] = 37,
    ['l'] = 38, ['m'] = 39, ['n'] = 40, ['o'] = 41, ['p'] = 42, ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46,
    ['u'] = 47, ['v'] = 48, ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55,
    ['3'] = 56, ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['+'] = 63, ['/'] = 64,
};

static int digit(uint8_t c)
{
    return PLACE[c] - 1;
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
