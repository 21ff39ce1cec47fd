#ifndef KM_BASE_UUID_H
#define KM_BASE_UUID_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/span.h"
#include "base/status.h"

enum { UUID_LEN = 16, UUID_TEXT_MAX = 37, AGENCY_CODE_MAX = 8 };

struct uuid {
    uint8_t b[UUID_LEN];
};

/* An agency's directory code ("A056"), NUL-terminated; a struct so that it cannot be swapped with other text. */
struct agency_id {
    char code[AGENCY_CODE_MAX];
};

/* uuid_print: RFC 9562 text, lower case, into at least UUID_TEXT_MAX bytes; returns `to`. */
char *uuid_print(struct uuid id, char *to);

/* uuid_parse: the 36-character form only.
 *   fails  INVALID anything else */
enum status uuid_parse(struct span text, struct uuid *ret_id) MUST_CHECK;

/* agency_parse: one capital letter and three to six digits.
 *   fails  INVALID anything else */
enum status agency_parse(struct span text, struct agency_id *ret_id) MUST_CHECK;

static inline bool uuid_eq(struct uuid a, struct uuid b)
{
    return memcmp(a.b, b.b, UUID_LEN) == 0;
}

static inline bool uuid_is_nil(struct uuid a)
{
    static const struct uuid NIL;
    return uuid_eq(a, NIL);
}

static inline bool agency_eq(struct agency_id a, struct agency_id b)
{
    return strncmp(a.code, b.code, AGENCY_CODE_MAX) == 0;
}

#endif
