#ifndef KM_TESTS_WIRE_RANDOM_H
#define KM_TESTS_WIRE_RANDOM_H

/* Values for any shape from a seed, within the shape's bounds: one walk serves every message. */

#include "base/scope.h"
#include "base/shape.h"

struct rnd {
    struct scope *s;
    uint64_t state; /* of splitmix64 */
    bool wants_most; /* outermost lists and texts as long as allowed, every optional field there */
};

static inline uint64_t rnd_next(struct rnd *r)
{
    uint64_t z = (r->state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static inline size_t rnd_below(struct rnd *r, size_t n)
{
    return n ? (size_t)(rnd_next(r) % n) : 0;
}

/* Exactly n bytes of UTF-8 in characters of every width, with all that JSON must escape. */
static inline struct span rnd_text(struct rnd *r, size_t n)
{
    static const char *const CHAR[] = {
        "a",    "Z", " ",  "\"", "\\", "/",  "\n",               "\t",           "\x01",
        "\x1f", "é", "架", "空", "ー", "\x7f", "\xf0\xa9\xb8\xbd", "\xef\xbf\xbf", "\xf4\x8f\xbf\xbf",
    };
    uint8_t *p = scope_alloc(r->s, n + 1);
    size_t at = 0;

    while (at < n) {
        const char *c = CHAR[rnd_below(r, COUNT(CHAR))];
        size_t len = strlen(c) <= n - at ? strlen(c) : 0; /* a one-byte character will come */
        memcpy(p + at, c, len);
        at += len;
    }
    return span_of(p, n);
}

static inline void rnd_fill(struct rnd *r, const struct shape *shape, void *to, int level);

static inline void rnd_item(struct rnd *r, const struct field *f, void *to, int level)
{
    size_t limit = (size_t)f->limit;
    size_t n = r->wants_most && level == 0 && !f->is_list
                   ? limit
                   : rnd_below(r, limit < 24 ? limit + 1 : 24);

    if (f->kind == K_UUID)
        for (size_t i = 0; i < UUID_LEN; i++)
            ((struct uuid *)to)->b[i] = (uint8_t)rnd_next(r);
    else if (f->kind == K_AGENCY)
        for (size_t i = 0, len = 4 + rnd_below(r, 4); i < len; i++)
            ((struct agency_id *)to)->code[i] =
                (char)(i ? '0' + rnd_below(r, 10) : 'A' + rnd_below(r, 26));
    else if (f->kind == K_TEXT || f->kind == K_BYTES)
        *(struct span *)to = rnd_text(r, n);
    else if (f->kind == K_I64)
        *(int64_t *)to =
            rnd_below(r, 4) ? (int64_t)(rnd_next(r) % ((uint64_t)f->limit + 1)) : f->limit;
    else if (f->kind == K_TIME)
        *(int64_t *)to = (int64_t)(rnd_next(r) % 253402300000000000u) -
                         (rnd_below(r, 2) ? 62000000000000000 : 0);
    else if (f->kind == K_ENUM)
        *(int64_t *)to = (int64_t)rnd_below(r, f->words()->n);
    else if (f->kind == K_BOOL)
        *(bool *)to = rnd_below(r, 2);
    else
        rnd_fill(r, f->shape(), to, level + 1);
}

/* A list of n items for field f. */
static inline struct list rnd_list(struct rnd *r, const struct field *f, size_t n, int level)
{
    size_t size = field_item_size(f);
    uint8_t *v = n ? scope_alloc(r->s, n * size) : NULL;

    for (size_t i = 0; i < n; i++)
        rnd_item(r, f, v + i * size, level);
    return (struct list){v, n};
}

static inline void rnd_fill(struct rnd *r, const struct shape *shape, void *to, int level)
{
    memset(to, 0, shape->size);
    for (size_t i = 0; i < shape->n; i++) {
        const struct field *f = &shape->field[i];
        bool is_there = !f->is_sealed && (!f->is_optional || r->wants_most || rnd_below(r, 2));
        *((bool *)((uint8_t *)to + f->has_offset)) = is_there;
        if (is_there && f->is_list)
            *(struct list *)field_mut(to, f) = rnd_list(
                r, f,
                r->wants_most && level == 0 ? f->most : rnd_below(r, f->most < 5 ? f->most + 1 : 5),
                level);
        else if (is_there)
            rnd_item(r, f, field_mut(to, f), level);
    }
}

#endif
