#ifndef KM_GATEWAY_ACCOUNTS_H
#define KM_GATEWAY_ACCOUNTS_H

#include "base/cleanup.h"
#include "base/scope.h"

/* Who may use the HTTP API: lines "name agency role digest-hex", the digest being digest32 of the token; # starts a comment
 * line. The file never holds a token, and a token is never kept. */

enum { ACCOUNTS_MAX = 4096, ACCOUNTS_FILE_MAX = 1 << 20, TOKEN_MIN = 16, TOKEN_MAX = 256 };

struct accounts;

/* accounts_parse: the lines of one file.
 *   in     file     its name, for the reason      text  its bytes, not kept
 *   ret    list     independent of the scope; may be empty
 *   fails  INVALID a malformed line, or a digest that is there twice: the why names file and line · TOO_LARGE
 *   pure   yes */
enum status accounts_parse(struct scope *s, const char *file, struct span text, struct accounts **ret_list) MUST_CHECK;
void accounts_free(struct accounts *list);
DEFINE_AUTO(accounts)

size_t accounts_count(const struct accounts *list);

/* accounts_find: whose token this is, in a time that depends neither on the token nor on where its line stands.
 *   fails  returns false: nobody's, or no token at all
 *   pure   yes */
bool accounts_find(const struct accounts *list, struct span token, struct actor *ret_actor);

/* accounts_bearer: the token of an Authorization header; the empty span unless it is "Bearer TOKEN".
 *   pure   yes                                       source  RFC 6750 §2.1 */
struct span accounts_bearer(struct span header);

/* A file of accounts that is read again when it changes. */
struct account_book;

/* account_book_open: reads the file. A file that is not there yet is an empty list: nobody may ask until it appears.
 *   fails  as accounts_parse · UNAVAILABLE the file cannot be read */
enum status account_book_open(struct scope *s, const char *file, struct account_book **ret_book) MUST_CHECK;
void account_book_free(struct account_book *book);
DEFINE_AUTO(account_book)

/* account_book_refresh: takes a changed file over; one that is malformed or gone is logged and the list stays as it was. */
void account_book_refresh(struct scope *s, struct account_book *book);
const struct accounts *account_book_list(const struct account_book *book);

#endif
