#ifndef KM_WIRE_INTERNAL_H
#define KM_WIRE_INTERNAL_H

#include <jansson.h>

#include "base/scope.h"
#include "base/shape.h"

/* Shared by the files of this folder only. */

/* Bounds of any JSON text read here: jansson's memory grows with the number of values, not with the length of the text.
 * The fullest message the schema allows has about 2,000 objects and lists. */
enum { JSON_MAX = 1 << 20, JSON_PARTS_MAX = 10000, FIELDS_MAX = 64 };

#define AUTO_JSON __attribute__((cleanup(json_drop))) json_t *

static inline void json_drop(json_t **v)
{
    json_decref(*v);
}

/* json_read: text to a tree whose root is an object; numbers, strings and nesting within the bounds of codec.h.
 *   fails  INVALID · TOO_LARGE */
enum status json_read(struct scope *s, struct span text, json_t **ret_root) MUST_CHECK;

/* json_write: a tree to compact text with sorted keys, in the scope.
 *   fails  TOO_LARGE */
enum status json_write(struct scope *s, const json_t *root, struct span *ret_text) MUST_CHECK;

/* decode_noting: codec_decode that always steps over unknown fields and says whether there were any. For the frame header,
 * which carries the very number that says whether they are allowed. */
enum status decode_noting(struct scope *s, const struct shape *shape, struct span json,
                          void *ret_to, bool *ret_skipped) MUST_CHECK;

/* flat_decode: the same as reading the text with the library, for texts as our own encoder writes them.
 *   ret    false: not such a text, or not valid; `to` and the scope may have been written to, and the library must judge */
bool flat_decode(struct scope *s, const struct shape *shape, struct span json, void *to) MUST_CHECK;

/* name_for_people: a field name that came from outside, or "?" unless it is a plain identifier: a reason repeats no free text. */
const char *name_for_people(const char *name);

enum { NAME_SHOWN_MAX = 48 };

/* time_is_writable: the year in Asia/Tokyo has four digits, so that what was read can be written again. */
bool time_is_writable(int64_t us);

/* A growing text in a scope. What it outgrows stays in the scope until reset, at most as much again as the text. */
struct writer {
    struct scope *s;
    uint8_t *p;
    size_t n, cap;
};

/* writer_room: room for n more bytes at p + n, not yet counted. writer_put: bytes as they are. writer_text: as a JSON string.
 *   fails  TOO_LARGE · writer_text also INVALID: not UTF-8 */
enum status writer_room(struct writer *w, size_t n) MUST_CHECK;
enum status writer_put(struct writer *w, const void *p, size_t n) MUST_CHECK;
enum status writer_text(struct writer *w, struct span text) MUST_CHECK;
enum status writer_i64(struct writer *w, int64_t value) MUST_CHECK;

#endif
