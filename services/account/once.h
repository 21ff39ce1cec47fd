#ifndef KM_ACCOUNT_ONCE_H
#define KM_ACCOUNT_ONCE_H

#include "rules.h"
#include "seal/digest.h"
#include "svc/turn.h"

/* The same attempt again, because its answer was lost. */

struct account;

/* One attempt, by all that was sent with it. */
struct once {
    uint8_t digest[DIGEST16_LEN];
    enum once_state state; /* NEW until once_find */
    int64_t at_us;         /* OPEN: the first time */
};

/* once_of: the attempt that `key` stands for together with its content; keyed, and nothing of the content can be told from it.
 *   in     what  kind of attempt; `parts` of each kind are always as many, at most ONCE_PARTS */
enum { ONCE_PARTS = 4 };
void once_of(const struct account *a, const char *what, struct uuid key, const struct span *parts, size_t n, struct once *ret_o);

/* once_find: what became of it, if that is known. Where two of them may meet, the account's row is locked before; flushes. */
enum status once_find(struct turn *t, struct once *o) MUST_CHECK;

/* once_refused, once_passed: keeps what became of it now. refused: is_counted false keeps nothing, with the same statement. passed: a
 * session it opened before stays, for which of the two answers arrives nobody knows here; one that reached nobody ends by being idle. It is
 * open for ONCE_S from the first time, not from the last. */
enum status once_refused(struct turn *t, const struct once *o, struct span user, bool is_counted) MUST_CHECK;
enum status once_passed(struct turn *t, const struct once *o, struct span user, bool has_session) MUST_CHECK;

#endif
