#ifndef KM_BENCH_LOG_H
#define KM_BENCH_LOG_H

#include "bench.h"

/* What the signed log costs and how late it is: follow.c how soon an event is in a signed head · toll.c what handoffs lose by it and where
 * its processor time goes · million.c checking a log and a proof. */

enum { CPU_NAME_MAX = 40, CPU_PARTS_MOST = 40 };

/* Processor time of processes of one kind. */
struct cpu_part {
    char name[CPU_NAME_MAX];
    int64_t us;
};

/* cpu_parts: of an installation; how many kinds there are.        log_wait: until every event is in a published head. */
size_t cpu_parts(const struct bench *b, struct cpu_part parts[CPU_PARTS_MOST]);
void log_wait(struct bench *b);
int64_t log_behind(struct bench *b); /* events that are no leaf yet */

/* pace_watched: as pace_handoffs, for so long, and `also` is called about once a millisecond. */
void pace_watched(struct bench *b, int per_second, int seconds, void (*also)(void *own), void *own);

void follow_report(struct bench *b, int events_per_second, int seconds);
void toll_report(struct bench *without, struct bench *with, int rounds);
int million_report(const char *verifier, const char *folder, uint64_t leaves);

#endif
