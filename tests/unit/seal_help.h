#ifndef KM_TEST_SEAL_HELP_H
#define KM_TEST_SEAL_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#undef fail /* the system has a function of that name */

#include "base/scope.h"
#include "base/span.h"

/* What the tests of the seal floor share. */

static inline uint8_t nibble(char c)
{
    return (uint8_t)(c <= '9' ? c - '0' : c - 'a' + 10);
}

/* The bytes of lower-case hex, in the scope. */
static inline struct span unhex(struct scope *s, const char *hex)
{
    size_t n = strlen(hex) / 2;
    uint8_t *to = scope_alloc(s, n + 1);
    assert_non_null(to);
    for (size_t i = 0; i < n; i++)
        to[i] = (uint8_t)(nibble(hex[2 * i]) << 4 | nibble(hex[2 * i + 1]));
    return span_of(to, n);
}

/* Bytes that count up from `from`, in the scope. */
static inline struct span counting(struct scope *s, uint8_t from, size_t n)
{
    uint8_t *to = scope_alloc(s, n + 1);
    assert_non_null(to);
    for (size_t i = 0; i < n; i++)
        to[i] = (uint8_t)(from + i);
    return span_of(to, n);
}

/* A copy that may be changed. */
static inline uint8_t *mutable_copy(struct scope *s, struct span from)
{
    uint8_t *to = scope_alloc(s, from.n + 1);
    assert_non_null(to);
    if (from.n > 0)
        memcpy(to, from.p, from.n);
    return to;
}

static inline void assert_span(struct span have, struct span want)
{
    assert_int_equal(have.n, want.n);
    if (want.n > 0)
        assert_memory_equal(have.p, want.p, want.n);
}

static inline struct scope *test_scope(void)
{
    struct scope *s = scope_new(SCOPE_CAP, entropy_system());
    assert_non_null(s);
    return s;
}

#endif
