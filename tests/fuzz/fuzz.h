#ifndef KM_FUZZ_H
#define KM_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* What every fuzzer is: one function of any bytes, which ends the process where a claim does not hold. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static inline void must(bool claim)
{
    if (!claim)
        abort();
}

#endif
