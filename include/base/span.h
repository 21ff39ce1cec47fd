#ifndef KM_BASE_SPAN_H
#define KM_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Bytes with a length; always borrowed, never owned, not NUL-terminated. {NULL,0} is the empty span. */
struct span {
    const uint8_t *p;
    size_t n;
};

#define SPAN_LIT(s) ((struct span){(const uint8_t *)(s), sizeof(s) - 1})

static inline struct span span_of(const void *p, size_t n)
{
    return (struct span){(const uint8_t *)p, n};
}

static inline struct span span_str(const char *s)
{
    return span_of(s, s ? strlen(s) : 0);
}

static inline bool span_eq(struct span a, struct span b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool span_is(struct span a, const char *s)
{
    return span_eq(a, span_str(s));
}

/* span_word: takes the next word of a line off, blanks and tabs before it passed over; empty at its end. */
struct span span_word(struct span *line);

/* span_is_utf8: well-formed UTF-8 (no surrogates, no overlong forms, ≤ U+10FFFF) without NUL. */
bool span_is_utf8(struct span s);

#endif
