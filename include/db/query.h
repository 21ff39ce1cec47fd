#ifndef KM_DB_QUERY_H
#define KM_DB_QUERY_H

#include "base/shape.h"

/* A named statement of sql/queries/<service>.sql as sqlgen compiles it. Parameters and columns are shapes, sent and read in
 * binary: K_UUID uuid · K_AGENCY, K_TEXT, K_ENUM text · K_BYTES bytea · K_I64 bigint · K_TIME timestamptz · K_BOOL boolean, and
 * their arrays. */

enum query_mode { QUERY_EXEC, QUERY_ONE, QUERY_MANY };

struct query {
    const char *name;
    const char *sql; /* $1 … $n in the order of `in` */
    const struct shape *in;
    const struct shape *out; /* NULL for QUERY_EXEC */
    enum query_mode mode;
    int64_t count;          /* EXEC: rows that must be touched, −1 = any; MANY: greatest number of rows, more is INTERNAL */
    const char *uses_index; /* index its plan must use (annotation `-- plan: index_name`), NULL = none demanded */
};

#endif
