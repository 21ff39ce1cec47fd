/* A text never holds half a piece: what does not fit marks the whole as failed, so that a truncated document is never served. */
#include "text.h"

#include <stdarg.h>
#include <stdio.h>

enum { TEXT_FIRST = 1024 };

static bool make_room(struct text *t, size_t more)
{
    if (t->has_failed)
        return false;
    if (t->cap - t->n > more)
        return true;
    size_t cap = t->cap ? t->cap : TEXT_FIRST;
    while (cap - t->n <= more)
        cap *= 2;
    char *p = scope_alloc(t->s, cap);
    if (!p) {
        t->has_failed = true;
        return false;
    }
    if (t->n)
        memcpy(p, t->p, t->n);
    t->p = p;
    t->cap = cap;
    return true;
}

void text_span(struct text *t, struct span bytes)
{
    if (!bytes.n || !make_room(t, bytes.n))
        return;
    memcpy(t->p + t->n, bytes.p, bytes.n);
    t->n += bytes.n;
}

void text_put(struct text *t, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (n < 0 || !make_room(t, (size_t)n)) {
        t->has_failed = true;
        return;
    }
    va_start(args, fmt);
    vsnprintf(t->p + t->n, (size_t)n + 1, fmt, args);
    va_end(args);
    t->n += (size_t)n;
}

void text_json(struct text *t, const char *utf8)
{
    text_put(t, "\"");
    for (const char *c = utf8; *c; c++) {
        if (*c == '"' || *c == '\\')
            text_put(t, "\\%c", *c);
        else if ((unsigned char)*c < 0x20)
            text_put(t, "\\u%04x", (unsigned)(unsigned char)*c);
        else
            text_span(t, span_of(c, 1));
    }
    text_put(t, "\"");
}

enum status text_done(const struct text *t, struct span *ret_text)
{
    if (t->has_failed)
        return fail(t->s, TOO_LARGE, "作業領域が足りません", "the scope is full");
    *ret_text = span_of(t->p, t->n);
    return OK;
}
