#ifndef KM_GATEWAY_TEXT_H
#define KM_GATEWAY_TEXT_H

#include "base/scope.h"

/* A text that grows in a scope: metrics, and the OpenAPI document. */
struct text {
    struct scope *s;
    char *p;
    size_t n, cap;
    bool has_failed; /* the scope was full: what was written since is missing */
};

/* text_put: printf at the end. text_span: bytes as they are. text_json: a JSON string, quoted and escaped.
 *   in     t     {.s = scope} is an empty text
 *   fails  sets has_failed; asked once, in text_done */
void text_put(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void text_span(struct text *t, struct span bytes);
void text_json(struct text *t, const char *utf8);

/* text_done: all that was written, borrowed from the scope.
 *   fails  TOO_LARGE */
enum status text_done(const struct text *t, struct span *ret_text) MUST_CHECK;

#endif
