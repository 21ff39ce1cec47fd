#ifndef KM_TEST_REFERRAL_ITEMS_H
#define KM_TEST_REFERRAL_ITEMS_H

#include "wire/words.h"

#include <stddef.h>
#include <stdint.h>

/* Sets of items as bits, so that every set can be tried. */

static inline size_t items_of(unsigned bits, int64_t items[item_N_])
{
    size_t n = 0;

    for (int i = 0; i < item_N_; i++)
        if (bits & (1U << i))
            items[n++] = i;
    return n;
}

#endif
