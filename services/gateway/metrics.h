#ifndef KM_GATEWAY_METRICS_H
#define KM_GATEWAY_METRICS_H

#include "health.h"

/* What /metrics tells: counts and ages only, never an id of a case or a person. */

enum { METHOD_N = 5, CODE_N = 600, BUCKET_N = 10 };

struct metrics {
    int64_t requests[METHOD_N][CODE_N];
    int64_t bucket[BUCKET_N + 1]; /* by duration; the last holds what is longer than every bound */
    int64_t duration_us;          /* sum */
    int64_t late;                 /* answers nobody waited for any more */
    int64_t dropped;              /* frames that were no believable answer */
};

/* What is measured at the moment of asking. */
struct gauges {
    int64_t resident_bytes, connections, waiting;
};

/* metrics_count: one request answered.
 *   in     method  any text; those not ours count as OTHER      code  100 … 599      us  from first line to answer */
void metrics_count(struct metrics *m, const char *method, unsigned code, int64_t us);

/* metrics_print: the Prometheus text exposition format 0.0.4, in the scope.
 *   fails  TOO_LARGE
 *   pure   yes */
enum status metrics_print(struct scope *s, const struct metrics *m, const struct health *h, const struct gauges *now,
                          int64_t now_us, struct span *ret_text) MUST_CHECK;

/* resident_bytes: of this process, 0 when the kernel does not say. */
int64_t resident_bytes(void);

#endif
