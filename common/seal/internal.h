#ifndef KM_SEAL_INTERNAL_H
#define KM_SEAL_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

#include "base/bigendian.h"
#include "base/scope.h"
#include "seal/keyring.h"
#include "seal/secret.h"

/* Shared by the files of this folder only. */

/* secret_bytes: the bytes to write to, while a secret is being made. */
uint8_t *secret_bytes(struct secret *x);

/* secret_need: secret_new that says why.
 *   fails  UNAVAILABLE no lockable memory */
enum status secret_need(struct scope *s, size_t n, struct secret **ret_x) MUST_CHECK;

/* key_len_check: a key of exactly n bytes.
 *   fails  INVALID any other length */
enum status key_len_check(struct scope *s, const struct secret *key, size_t n) MUST_CHECK;

/* key_id_of: first 8 bytes of SHA-256(label ‖ public key). */
void key_id_of(struct span label, struct span public_key, uint8_t ret_id[8]);

/* hkdf_extract_parts, hkdf_expand_parts: as in hkdf.h, of the parts one after the other; n within HKDF_OUT_MAX. */
void hkdf_extract_parts(struct span salt, const struct span *parts, size_t n, uint8_t *ret_prk);
void hkdf_expand_parts(const uint8_t *prk, const struct span *parts, size_t parts_n, uint8_t *ret_to, size_t n);

/* The four keys shared with one peer; the index is an enum direction. */
struct pair_keys {
    uint8_t tag[2][KEY_LEN];
    uint8_t body[2][KEY_LEN];
};

/* keyring_pair: the keys shared with a peer that counts at scope's time.
 *   fails  DENIED unknown, revoked, outside of its dates or myself */
enum status keyring_pair(struct scope *s, const struct keyring *ring, const char *name,
                         const struct pair_keys **ret_keys) MUST_CHECK;

/* keyring_sign: the signing key of a host's keyring, NULL in every other. */
const struct secret *keyring_sign(const struct keyring *ring);

#endif
