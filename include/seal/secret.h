#ifndef KM_SEAL_SECRET_H
#define KM_SEAL_SECRET_H

#include <stddef.h>

#include "base/cleanup.h"
#include "base/span.h"
#include "base/status.h"

/* Key bytes in memory of their own: between guard pages, locked against swapping, left out of core files, wiped when freed.
 * The struct is opaque and nothing prints it; nothing compares it but secret_eq. */
struct secret;

enum { SECRET_MAX = 1 << 20 };

/* seal_init: readies the library and proves once that memory can be locked; call before anything else of this floor.
 *   fails  UNAVAILABLE no randomness, or RLIMIT_MEMLOCK too small: the process must not start
 *   source mlock(2) */
enum status seal_init(void) MUST_CHECK;

/* secret_new: n zeroed bytes.
 *   in     n     1 … SECRET_MAX
 *   ret    NULL when n is out of bounds or the memory cannot be had *and* locked */
struct secret *secret_new(size_t n);

/* secret_free: wipes, unlocks and releases; NULL is allowed. */
void secret_free(struct secret *x);
DEFINE_AUTO(secret)

/* secret_random: n fresh random bytes. secret_from: a copy of `bytes` (wiping the original is the caller's part).
 *   ret    as secret_new */
struct secret *secret_random(size_t n);
struct secret *secret_from(struct span bytes);

/* secret_set: other bytes of the same length, for a secret that outlives what it holds; false when the length differs.
 * secret_renew: fresh random bytes instead. secret_wipe: zeroes it. Its memory stays locked: none of them costs a system call
 * for that, where a secret of its own costs a dozen. */
bool secret_set(struct secret *x, struct span bytes);
void secret_renew(struct secret *x);
void secret_wipe(struct secret *x);

/* secret_span: the bytes, borrowed until secret_free. For this floor, for the socket option that takes the CURVE key, and
 * for the plaintext of a sealed body; never for a printer, a log or a file outside this floor. */
struct span secret_span(const struct secret *x);

/* secret_eq: same length and bytes; time depends on the lengths only. */
bool secret_eq(const struct secret *a, const struct secret *b);

#endif
