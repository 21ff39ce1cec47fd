/* A scope's memory is a chain of blocks from which pieces are cut in order and given back only all at once. Three things
 * stay true: what was granted never passes the cap; memory not granted is all zero, because a reset wipes what was used, so
 * that no narrative outlives the message it came with; and under AddressSanitizer memory not granted is also poisoned, with a
 * gap after each piece, so reading past one is caught as it would be with malloc. */
#include "base/scope.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#if defined(__SANITIZE_ADDRESS__)
#define IS_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define IS_ASAN 1
#endif
#endif

#ifdef IS_ASAN
#include <sanitizer/asan_interface.h>
enum { GAP = 16 };
#else
#define ASAN_POISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
enum { GAP = 0 };
#endif

enum { ALIGN = 16, FIRST_BLOCK = 16 << 10, LARGEST_STEP = 1 << 20 };

_Static_assert(_Alignof(max_align_t) >= ALIGN,
               "calloc must return memory aligned as scope_alloc promises");

struct block {
    struct block *older; /* NULL in the first, which a reset keeps */
    size_t size;
    size_t used;
    _Alignas(ALIGN) uint8_t data[];
};

struct arena {
    size_t cap;
    size_t granted; /* bytes given out, rounded up; what the cap counts, so it is the same on every build */
    struct block *newest;
};

/* One allocation for both, so that a scope is never half made. */
struct holder {
    struct scope scope;
    struct arena arena;
};

static struct block *block_new(size_t size, struct block *older)
{
    struct block *b = calloc(1, sizeof *b + size);

    if (!b)
        return NULL;
    b->older = older;
    b->size = size;
    ASAN_POISON_MEMORY_REGION(b->data, size);
    return b;
}

static void block_wipe(struct block *b)
{
    ASAN_UNPOISON_MEMORY_REGION(b->data, b->size);
    explicit_bzero(b->data, b->used);
    b->used = 0;
}

struct scope *scope_new(size_t cap, const struct entropy *entropy)
{
    struct holder *h = calloc(1, sizeof *h);

    if (!h)
        return NULL;
    h->arena.cap = cap;
    h->arena.newest = block_new(FIRST_BLOCK, NULL);
    h->scope.arena = &h->arena;
    h->scope.entropy = entropy;
    if (!h->arena.newest) {
        free(h);
        return NULL;
    }
    return &h->scope;
}

/* Gives back every block but the first, which is wiped. */
static void arena_reset(struct arena *a)
{
    while (a->newest->older) {
        struct block *b = a->newest;
        a->newest = b->older;
        block_wipe(b);
        free(b);
    }
    block_wipe(a->newest);
    a->granted = 0;
}

void scope_free(struct scope *s)
{
    if (!s)
        return;
    struct holder *h = (struct holder *)s; /* its first member */
    arena_reset(&h->arena);
    free(h->arena.newest);
    explicit_bzero(h, sizeof *h);
    free(h);
}

void scope_reset(struct scope *s)
{
    arena_reset(s->arena);
    ASAN_POISON_MEMORY_REGION(s->arena->newest->data, s->arena->newest->size);
    explicit_bzero(&s->actor, sizeof s->actor);
    explicit_bzero(s->trace, sizeof s->trace);
    explicit_bzero(&s->why, sizeof s->why);
}

/* A newer block with room for n; blocks double so that a large message costs few of them. */
static struct block *arena_grow(struct arena *a, size_t n)
{
    size_t size = a->newest->size * 2;

    if (size > LARGEST_STEP)
        size = LARGEST_STEP;
    struct block *b = block_new(size > n ? size : n, a->newest);
    if (b)
        a->newest = b;
    return b;
}

void *scope_alloc(struct scope *s, size_t n)
{
    struct arena *a = s->arena;
    struct block *b = a->newest;

    if (n > a->cap)
        return NULL;
    /* at least one unit, so that two pieces never share an address */
    size_t rounded = n ? (n + ALIGN - 1) / ALIGN * ALIGN : ALIGN;
    if (rounded > a->cap - a->granted)
        return NULL;
    if (rounded + GAP > b->size - b->used)
        b = arena_grow(a, rounded + GAP);
    if (!b)
        return NULL;
    uint8_t *p = b->data + b->used;
    b->used += rounded + GAP;
    a->granted += rounded;
    ASAN_UNPOISON_MEMORY_REGION(p, n);
    return p;
}

enum status scope_copy(struct scope *s, struct span from, struct span *ret_to)
{
    uint8_t *p = from.n < SIZE_MAX ? scope_alloc(s, from.n + 1) : NULL;

    if (!p)
        return TOO_LARGE;
    if (from.n)
        memcpy(p, from.p, from.n);
    *ret_to = span_of(p, from.n);
    return OK;
}

const char *scope_print(struct scope *s, const char *fmt, ...)
{
    va_list args, again;

    va_start(args, fmt);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    char *p = n < 0 ? NULL : scope_alloc(s, (size_t)n + 1);
    if (p)
        vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    return p ? p : "";
}

struct uuid scope_uuid(struct scope *s)
{
    struct uuid id;

    s->entropy->fill(s->entropy->ctx, id.b, sizeof id.b);
    id.b[6] = (uint8_t)((id.b[6] & 0x0f) | 0x40);
    id.b[8] = (uint8_t)((id.b[8] & 0x3f) | 0x80);
    return id;
}

/* A text cut at WHY_MAX must not end inside a character: it goes into JSON as it is. */
static void trim_cut(char *text)
{
    size_t n = strlen(text);

    for (int i = 0; i < 3 && n > 0 && !span_is_utf8(span_of(text, n)); i++)
        text[--n] = '\0';
}

enum status fail(struct scope *s, enum status st, const char *ja, const char *en, ...)
{
    va_list args, again;

    va_start(args, en);
    va_copy(again, args);
    if (vsnprintf(s->why.ja, sizeof s->why.ja, ja, args) >= WHY_MAX)
        trim_cut(s->why.ja);
    if (vsnprintf(s->why.en, sizeof s->why.en, en, again) >= WHY_MAX)
        trim_cut(s->why.en);
    va_end(again);
    va_end(args);
    return st;
}

static void system_fill(void *ctx, void *to, size_t n)
{
    uint8_t *p = to;

    (void)ctx;
    while (n > 0) {
        ssize_t got = getrandom(p, n, 0);
        if (got < 0 && errno == EINTR)
            continue;
        /* ids and keys would repeat: going on is worse than stopping */
        if (got <= 0)
            abort();
        p += got;
        n -= (size_t)got;
    }
}

const struct entropy *entropy_system(void)
{
    static const struct entropy SYSTEM = {.fill = system_fill};

    return &SYSTEM;
}
