#ifndef KM_CTL_SHARE_H
#define KM_CTL_SHARE_H

#include <stdbool.h>

#include "base/scope.h"
#include "seal/hpke.h"
#include "seal/secret.h"

/* The city's escrow key is in nobody's hands: its secret half is split (Shamir, GF(2^8), libgfshare), each share a file a person can keep on
 * paper. With `need` of them it is put together again, and only if they are the right ones. */

enum { SHARES_MAX = 16, SHARE_LEN = HPKE_KEY_LEN, SHARE_SET_MAX = 17 };

struct share {
    char set[SHARE_SET_MAX]; /* of the shares that were made together, hex */
    int index, of, need;     /* index 1 … of */
    uint8_t public_key[HPKE_KEY_LEN]; /* whose secret half it is a part of: what a rebuilt secret is held against */
    struct secret *bytes;
};

/* share_split: a secret into `of` shares of which any `need` suffice.
 *   ret    shares  room for `of`; each owns its bytes
 *   fails  INVALID not 2 ≤ need ≤ of ≤ SHARES_MAX · UNAVAILABLE no lockable memory
 *   source A. Shamir, How to Share a Secret, CACM 22 (1979) */
enum status share_split(struct scope *s, const struct secret *secret, int of, int need, struct share *ret_shares) MUST_CHECK;

/* share_print: as a text of lines, with a check over all it says. share_parse: back; capitals or not, groups or not.
 *   in     name   of the file, for what is said about it
 *   fails  INVALID a line is missing or malformed, naming it · CORRUPT the check does not fit: something was mistyped */
enum status share_print(struct scope *s, const struct share *share, struct span *ret_text) MUST_CHECK;
enum status share_parse(struct scope *s, const char *name, struct span text, struct share *ret_share) MUST_CHECK;

/* share_join: the secret again.
 *   fails  INVALID shares of different sets, one share twice, or too few, saying which and how many
 *          CORRUPT what comes out is not the secret half of the public key the shares name */
enum status share_join(struct scope *s, const struct share *shares, size_t n, struct secret **ret_secret) MUST_CHECK;

void shares_free(struct share *shares, size_t n);

#endif
