#ifndef KM_BASE_BIGENDIAN_H
#define KM_BASE_BIGENDIAN_H

#include <stddef.h>
#include <stdint.h>

/* put_be, get_be: numbers as they stand in records, keys and proofs, the highest byte first; `bytes` is 1…8.        pure yes */
static inline void put_be(uint8_t *to, uint64_t v, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        to[i] = (uint8_t)(v >> (8 * (bytes - 1 - i)));
}

static inline uint64_t get_be(const uint8_t *from, size_t bytes)
{
    uint64_t v = 0;

    for (size_t i = 0; i < bytes; i++)
        v = v << 8 | from[i];
    return v;
}

#endif
