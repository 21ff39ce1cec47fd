#ifndef KM_TEST_RUN_H
#define KM_TEST_RUN_H

#include "driver.h"
#include "world.h"

/* One shard at work. */
struct run {
    struct world *world;
    struct driver *driver;
    int64_t late; /* requests that were refused and of which a copy took effect afterwards */
};

/* seed.c: one seed from its first request to rest, its weather drawn from its number.
 *   ret    false when anything is wrong: said on stderr unless the world is quiet; world_end is the caller's */
struct weather weather_of(uint64_t seed);
bool run_seed(struct run *r, const struct weather *weather) MUST_CHECK;

/* load.c: the catalogue of sql/seed through the REFERRAL worker, as requests. */
bool load_directory(struct world *w, struct driver *d) MUST_CHECK;

/* proof.c: the checks see what they are for. */
bool proof_run(struct run *r) MUST_CHECK;

#endif
