#ifndef KM_BASE_STATUS_H
#define KM_BASE_STATUS_H

#include <stdbool.h>

/* The eleven words every function of the system answers with. Values are part of stored answers and never renumbered. */
enum status {
    OK = 0,
    INVALID,
    DENIED,
    NOT_FOUND,
    CONFLICT,
    EXPIRED,
    TOO_LARGE,
    UNAVAILABLE,
    CORRUPT,
    UNSUPPORTED,
    INTERNAL,
    STATUS_N
};

/* What a word means at every border of the system; one row per word (common/base/status.c). */
struct status_trait {
    const char *word;     /* lower case, the name in JSON and logs */
    const char *title_ja; /* problem+json title */
    const char *title_en;
    int http;          /* RFC 9110 status code */
    bool is_retryable; /* the same message may succeed later without anyone changing it */
    bool parks;        /* a stream message failing so is parked for an operator after a few tries */
    int exit_code;     /* of the command `kashimaru`; sysexits.h where one fits */
};

#define MUST_CHECK __attribute__((warn_unused_result))

/* status_trait: the row of one word.
 *   in     st     any value; one outside the enum is treated as INTERNAL
 *   ret    a row that lives as long as the process */
const struct status_trait *status_trait(enum status st);

/* status_parse: the word back from its name; INTERNAL for an unknown one. */
enum status status_parse(const char *word);

#define TRY(e)                                                                                    \
    do {                                                                                          \
        enum status try_ = (e);                                                                   \
        if (try_ != OK)                                                                           \
            return try_;                                                                          \
    } while (0)

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#endif
