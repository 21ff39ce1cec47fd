#ifndef KM_CTL_LOAD_H
#define KM_CTL_LOAD_H

#include "base/scope.h"

/* The catalogue as requests: every line of its files, every entry of its vocabulary. */

enum { ENTRIES_MAX = 20000, SEED_FILE_MAX = 8 << 20 };

/* One request to come: line `number` of its file, or entry `number` of list `part`. */
struct entry {
    const char *part; /* NULL for lines */
    int64_t number;
    struct span payload;
};

struct entries {
    struct entry *v;
    size_t n;
};

/* seed_lines: a .jsonl file as it stands, empty lines left out. seed_indicators: the same, each line wrapped as an
 * indicator_put under its id. seed_codes: vocab.json as code_put requests. seed_file: how a file of the catalogue is read.
 *   fails  NOT_FOUND, UNAVAILABLE no such file · INVALID not what it should be, naming the line · TOO_LARGE */
typedef enum status seed_reader(struct scope *s, const char *path, struct entries *ret_entries);
seed_reader seed_lines, seed_indicators, seed_codes;

#endif
