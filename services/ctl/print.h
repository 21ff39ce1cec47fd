#ifndef KM_CTL_PRINT_H
#define KM_CTL_PRINT_H

#include "base/scope.h"
#include "base/shape.h"

/* Any struct of any shape as people read it: a record as lines, a list of flat records as a table. Japanese labels, the code lists'
 * own words, times of Asia/Tokyo. What a service or a person wrote can hold no terminal commands afterwards. */

/* print_shape: the whole text, ending with a newline.
 *   fails  TOO_LARGE the scope's cap
 *   pure   yes */
enum status print_shape(struct scope *s, const struct shape *shape, const void *msg, struct span *ret_text) MUST_CHECK;

/* print_time: a moment as all texts have it, in the scope.
 *   pure   yes */
const char *print_time(struct scope *s, int64_t us);

/* print_width: columns a text takes in a terminal; East Asian wide characters take two.
 *   pure   yes */
size_t print_width(struct span text);

/* label_of: Japanese name of a field, its own name when there is none.
 *   pure   yes */
const char *label_of(const char *field);

/* label_in: the same where its record is known: some names mean something else there.
 *   pure   yes */
const char *label_in(const struct shape *shape, const struct field *f);

/* is_duration: is that number one of seconds? print_duration: such a number in its two greatest units, in the scope: 2日3時間.
 *   pure   yes */
bool is_duration(const char *field);
const char *print_duration(struct scope *s, int64_t seconds);

/* A text that grows in a scope; `has_failed` once it could not. */
struct page {
    struct scope *s;
    char *p;
    size_t n, cap;
    bool has_failed;
};

/* page_put, page_str, page_fill: bytes, a text, or n times one character. page_clean: a text without its control characters;
 * new lines are followed by `indent` blanks, or become one blank when indent is negative. */
void page_put(struct page *to, const void *p, size_t n);
void page_str(struct page *to, const char *text);
void page_fill(struct page *to, char c, size_t n);
void page_clean(struct page *to, struct span text, int indent);

/* page_table: rows × columns cells, row 0 being the head; every column as wide as its widest cell. */
void page_table(struct page *to, const struct span *cell, size_t rows, size_t columns, size_t indent);

#endif
