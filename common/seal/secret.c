/* Key bytes never leave locked, guarded memory unnoticed: a secret exists only if its pages could be locked, it is
 * wiped before its memory is given back, and its address is the only thing the rest of the program holds. */
#include "seal/secret.h"

#include <sodium.h>

#include "internal.h"

struct secret {
    size_t n;
    _Alignas(16) uint8_t b[];
};

enum status seal_init(void)
{
    if (sodium_init() < 0)
        return UNAVAILABLE;
    AUTO(secret) probe = secret_new(KEY_LEN);
    return probe ? OK : UNAVAILABLE;
}

struct secret *secret_new(size_t n)
{
    if (n == 0 || n > SECRET_MAX)
        return NULL;
    /* sodium_malloc sets the end of the block against a guard page, so only a multiple of 16 keeps the start aligned. */
    size_t size = sizeof(struct secret) + ((n + 15) & ~(size_t)15);
    struct secret *x = sodium_malloc(size);
    if (!x)
        return NULL;
    /* sodium_malloc locks too, but keeps quiet when the kernel refuses. */
    if (sodium_mlock(x, size) != 0) {
        sodium_free(x);
        return NULL;
    }
    sodium_memzero(x, size);
    x->n = n;
    return x;
}

void secret_free(struct secret *x)
{
    sodium_free(x);
}

struct secret *secret_random(size_t n)
{
    struct secret *x = secret_new(n);
    if (x)
        randombytes_buf(x->b, n);
    return x;
}

struct secret *secret_from(struct span bytes)
{
    struct secret *x = secret_new(bytes.n);
    if (x)
        memcpy(x->b, bytes.p, bytes.n);
    return x;
}

bool secret_set(struct secret *x, struct span bytes)
{
    if (bytes.n != x->n)
        return false;
    memcpy(x->b, bytes.p, bytes.n);
    return true;
}

void secret_renew(struct secret *x)
{
    randombytes_buf(x->b, x->n);
}

void secret_wipe(struct secret *x)
{
    sodium_memzero(x->b, x->n);
}

struct span secret_span(const struct secret *x)
{
    return span_of(x->b, x->n);
}

uint8_t *secret_bytes(struct secret *x)
{
    return x->b;
}

bool secret_eq(const struct secret *a, const struct secret *b)
{
    return a->n == b->n && sodium_memcmp(a->b, b->b, a->n) == 0;
}

enum status secret_need(struct scope *s, size_t n, struct secret **ret_x)
{
    struct secret *x = secret_new(n);
    if (!x)
        return fail(
            s, UNAVAILABLE,
            "鍵のための保護メモリを %zu バイト確保できません（RLIMIT_MEMLOCK を確認してください）",
            "cannot lock %zu bytes of memory for a key (check RLIMIT_MEMLOCK)", n);
    *ret_x = x;
    return OK;
}

enum status key_len_check(struct scope *s, const struct secret *key, size_t n)
{
    if (key->n != n)
        return fail(s, INVALID, "鍵の長さが %zu バイトです（%zu が必要）", "key of %zu bytes, %zu needed", key->n, n);
    return OK;
}
