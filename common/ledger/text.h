#ifndef KM_LEDGER_TEXT_H
#define KM_LEDGER_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/scope.h"
#include "base/span.h"

/* Shared by the files of this folder that read and write lines of text. */

enum { DECIMAL_MAX = 21 };

/* line_cut: takes the first line off, without its newline; false when there is none that ends in one. */
bool line_cut(struct span *rest, struct span *ret_line);

/* part_cut: takes what stands before the first `end` off, and that byte; all of it when there is none. */
struct span part_cut(struct span *rest, char end);

/* head_cut: takes this beginning off; false, and untouched, when it is another. */
bool head_cut(struct span *rest, const char *head);

/* decimal_read: digits, no zero before them, below 2^63. */
bool decimal_read(struct span text, uint64_t *ret_v);

/* name_is_good: a key's name: UTF-8, not empty, without spaces, plus signs and control characters, of any length.
 * text_is_good: of a note: UTF-8, no control characters but newlines. */
bool name_is_good(struct span name);
bool text_is_good(struct span text);

/* A text that grows in room it was given; `put` past its end writes nothing more and is_full says so. */
struct sheet {
    char *to;
    size_t n, most;
    bool is_full;
};

/* sheet_new: room for `most` bytes in the scope.
 *   fails  TOO_LARGE */
enum status sheet_new(struct scope *s, size_t most, struct sheet *ret_sheet) MUST_CHECK;
void put_span(struct sheet *sheet, struct span bytes);
void put_text(struct sheet *sheet, const char *text);
void put_decimal(struct sheet *sheet, uint64_t v);
void put_base64(struct sheet *sheet, struct span bytes);

/* sheet_end: what was put.
 *   fails  TOO_LARGE it did not all fit */
enum status sheet_end(struct scope *s, const struct sheet *sheet, struct span *ret_text) MUST_CHECK;

#endif
