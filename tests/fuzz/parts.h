#ifndef KM_FUZZ_PARTS_H
#define KM_FUZZ_PARTS_H

#include "base/span.h"

/* Parts of a frame out of any bytes: each but the last is led by its length in two bytes, big-endian. */

/* Takes one part off the front; a length past the end means the rest. */
static inline struct span take_part(struct span *rest, bool is_last)
{
    size_t lead = !is_last && rest->n >= 2 ? 2 : 0;
    size_t len = lead ? (size_t)rest->p[0] << 8 | rest->p[1] : rest->n;

    if (len > rest->n - lead)
        len = rest->n - lead;
    struct span part = span_of(rest->p + lead, len);
    *rest = span_of(part.p + len, rest->n - lead - len);
    return part;
}

#endif
