#ifndef KM_SQLGEN_H
#define KM_SQLGEN_H

#include <stdio.h>

#include "base/shape.h"

/* What one file of named queries says. Texts borrow from the file as it was read. */

enum { FIELDS_MAX = 64, QUERIES_MAX = 512, ROWS_MAX = 100000 };

struct gen_field {
    struct span name;
    struct span list; /* code list of an enum */
    enum kind kind;
    bool is_list, is_optional, is_used;
    int line;
};

struct gen_fields {
    struct gen_field v[FIELDS_MAX];
    size_t n;
};

enum gen_mode { GEN_EXEC, GEN_ONE, GEN_MANY };

struct gen_query {
    struct span name, plan, sql;
    enum gen_mode mode;
    int64_t count;
    struct gen_fields in, out;
    int line, sql_line;
};

struct gen {
    const char *service, *path;
    struct span text;
    struct gen_query *query;
    size_t n;
};

/* A stretch of SQL that is to be treated in one way. */
enum piece_kind { PIECE_TEXT, PIECE_PARAM, PIECE_COMMENT, PIECE_STOP, PIECE_END, PIECE_BAD };
struct piece {
    enum piece_kind kind;
    struct span text; /* PIECE_PARAM: the name alone */
    int line;         /* on which it begins */
    const char *bad;
};

/* sql_piece: takes the next piece off the front of `left`; quotes and comments are pieces of their own, PIECE_STOP is the `;`. */
struct piece sql_piece(struct span *left, int *line);

/* cut: up to the first `stop`, which is dropped; all of it when there is none. is_name: fit for C and SQL alike. */
struct span cut(struct span *left, char stop);
bool starts_with(struct span s, const char *prefix);
bool is_name_char(int c);
bool is_name(struct span s);

/* fields_find: index by name, −1 when there is none. */
int fields_find(const struct gen_fields *f, struct span name);

/* emit_header, emit_source: the two generated files; false when writing fails.
 *   in     header  file name as the source includes it */
bool emit_header(const struct gen *g, FILE *to);
bool emit_source(const struct gen *g, const char *header, FILE *to);

#endif
