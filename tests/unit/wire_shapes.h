#ifndef KM_TESTS_WIRE_SHAPES_H
#define KM_TESTS_WIRE_SHAPES_H

#include "wire/message.h"

/* What must hold for every shape is tried on every shape. */

/* Every message, then every record; NULL behind the last. */
static inline const struct shape *every_shape(size_t i)
{
    size_t n = 0;

    while (n < i && message_at(n))
        n++;
    return message_at(n) ? message_at(n) : record_at(i - n);
}

#endif
