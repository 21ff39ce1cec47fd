#ifndef KM_WITNESS_ANSWER_H
#define KM_WITNESS_ANSWER_H

#include "memory.h"

/* An answer as HTTP has it; body and type live as long as the scope. */
struct answer {
    unsigned code;
    const char *type;
    struct span body;
};

/* answer_submission: add-checkpoint. 200 and the cosignature, which is remembered; else 409 and the size of what was cosigned last, or a
 * reason in Japanese and English.
 *   in     s->now_us  when it is cosigned */
struct answer answer_submission(struct scope *s, struct memory *m, struct span body);

/* answer_who: one line that says whose address this is. answer_refusal: the reason in the scope. */
struct answer answer_who(struct scope *s, const struct memory *m);
struct answer answer_refusal(struct scope *s, unsigned code);

#endif
