#ifndef KM_GATEWAY_PATH_H
#define KM_GATEWAY_PATH_H

#include "base/scope.h"
#include "wire/codec.h"

/* What a request line asks for, taken apart: the path as sent, and the parameters decoded. */

enum { QUERY_MAX = 16, VARS_MAX = 4, PAIR_NAME_MAX = 48, PAIR_VALUE_MAX = 1024 };

struct request_target {
    struct span path; /* still percent-encoded */
    struct pair query[QUERY_MAX];
    size_t query_n;
};

/* target_parse: an origin-form request target, "/path?name=value&…". Every byte is one RFC 3986 allows there, names are words
 * of the schema (lower case, digits, '_'), values decode to UTF-8 without NUL; '+' in a value is a space.
 *   in     raw    any bytes; borrowed by the path
 *   fails  INVALID anything else · TOO_LARGE a name, a value or their number over its limit, or the scope
 *   pure   yes                                       source  RFC 9112 §3.2.1, RFC 3986 §2 */
enum status target_parse(struct scope *s, struct span raw, struct request_target *ret_target) MUST_CHECK;

/* path_match: whether a path fits a pattern of the request table, "/cases/{case_id}/notes".
 *   in     pattern  one of ours: well-formed, at most VARS_MAX variables      path  percent-encoded
 *   ret    vars     the variables in pattern order, decoded, in the scope; filled only when it fits
 *   pure   yes */
bool path_match(struct scope *s, const char *pattern, struct span path, struct pair vars[VARS_MAX], size_t *ret_n);

/* path_vars: the names of a pattern's variables, in the scope; returns how many. */
size_t path_vars(struct scope *s, const char *pattern, const char *names[VARS_MAX]);

#endif
