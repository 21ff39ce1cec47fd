#ifndef KM_SIGNER_KEY_H
#define KM_SIGNER_KEY_H

#include "head.h"
#include "seal/sign.h"

/* Keys that sign heads, as files of the signer's folder. */

/* key_make: a fresh key pair, SIGN_SECRET_LEN bytes. key_put: its file, on the disk when this returns. key_open: that file.
 *   in     rest   the key it is sealed under      id  hex of sign_key_id
 *   fails  NOT_FOUND · CORRUPT malformed, sealed under another key, or another key than its name says · UNAVAILABLE */
enum status key_make(struct scope *s, char ret_id[KEY_ID_TEXT], struct secret **ret_key) MUST_CHECK;
enum status key_put(struct scope *s, int fd, const struct secret *rest, const struct secret *key) MUST_CHECK;
enum status key_open(struct scope *s, int fd, const struct secret *rest, const char *id, struct secret **ret_key) MUST_CHECK;

/* key_sweep: no key but this one (NULL: none) is left. key_count: how many there are.
 *   fails  UNAVAILABLE */
enum status key_sweep(struct scope *s, int fd, const char *id) MUST_CHECK;
enum status key_count(struct scope *s, int fd, size_t *ret_n) MUST_CHECK;

/* key_public: its public half. key_mac: the key that proves the head's file, derived (HKDF) from it.
 *   fails  UNAVAILABLE no lockable memory */
void key_public(const struct secret *key, uint8_t ret_public[SIGN_PUBLIC_LEN]);
enum status key_mac(struct scope *s, const struct secret *key, struct secret **ret_mac) MUST_CHECK;

#endif
