#ifndef KM_BENCH_QUANTILE_H
#define KM_BENCH_QUANTILE_H

#include <stdlib.h>

/* Where most of what was measured lies. */

static inline int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* The value that `permille` of n values stay below; sorts them. */
static inline double quantile(double *v, int n, int permille)
{
    qsort(v, (size_t)n, sizeof v[0], by_size);
    return v[(n - 1) * permille / 1000];
}

#endif
