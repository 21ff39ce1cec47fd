#ifndef KM_SIGNER_INSIDE_H
#define KM_SIGNER_INSIDE_H

#include "bus/bus.h"
#include "memory.h"
#include "signer.h"

/* What the files of this folder share. */

#define ADMINISTRATORS "ctl" /* the service they ask through */

struct signer {
    const struct settings *cfg;
    struct keyring *ring;
    const char *instance;
    struct memory *memory;
    struct bus *bus;
    struct scope *s; /* of the frame, or of the second, that is worked on */
    int64_t dropped; /* frames that were not believed */
};

/* A request that was believed, and its answer. */
struct asked {
    const struct frame *f;
    const void *in;
    const struct shape *shape; /* of the answer */
    const void *out;
};

/* ask_take: a frame from door to answer; who may ask what is a table of ask.c. Bad ones are counted and dropped. */
void ask_take(struct signer *g, const struct frame *f);

/* The handlers (answer.c): each fills a->shape and a->out. */
enum status answer_head_sign(struct signer *g, struct asked *a) MUST_CHECK;
enum status answer_head_show(struct signer *g, struct asked *a) MUST_CHECK;
enum status answer_shard_open(struct signer *g, struct asked *a) MUST_CHECK;

#endif
