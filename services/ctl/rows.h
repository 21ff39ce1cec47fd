#ifndef KM_CTL_ROWS_H
#define KM_CTL_ROWS_H

#include <stdio.h>

#include "base/scope.h"

/* Rows of a CSV file one after the other (RFC 4180; LF also ends a line, a byte order mark in front is skipped). Memory does not
 * grow with the file. */

enum { ROW_MAX = 16 << 10, CELLS_MAX = 64 };

struct rows {
    FILE *from;
    size_t line;  /* on which the last row began, from 1 */
    size_t lines; /* line ends read so far */
    size_t cell_n;
    struct span cell[CELLS_MAX]; /* of the last row, until the next is read */
    uint8_t row[ROW_MAX];
};

/* rows_open: begins at what `from` stands at; it stays the caller's. */
void rows_open(struct rows *c, FILE *from);

/* rows_next: the next row that is not an empty line. After a failure the rest of its line is skipped and the next call goes on.
 *   fails  NOT_FOUND the end · INVALID a quote where none may be, an open quote, not UTF-8, or more than CELLS_MAX cells
 *          TOO_LARGE over ROW_MAX bytes · UNAVAILABLE the file cannot be read */
enum status rows_next(struct rows *c) MUST_CHECK;

#endif
