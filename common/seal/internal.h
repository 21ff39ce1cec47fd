#ifndef KM_SEAL_INTERNAL_H
#define KM_SEAL_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

#include "base/scope.h"
#include "seal/keyring.h"
#include "seal/secret.h"

/* Shared by the files of this folder only. */

/* secret_bytes: the bytes to write to, while a secret is being made. */
uint8_t *secret_bytes(struct secret *x);

/* secret_need: secret_new that says why.
 *   fails  UNAVAILABLE no lockable memory */
enum status secret_need(struct scope *s, size_t n, struct secret **ret_x) MUST_CHECK;

static inline void put_be(uint8_t *to, uint64_t v, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        to[i] = (uint8_t)(v >> (8 * (bytes - 1 - i)));
}

static inline uint64_t get_be(const uint8_t *from, size_t bytes)
{
    uint64_t v = 0;
    for (size_t i = 0; i < bytes; i++)
        v = v << 8 | from[i];
    return v;
}

/* The four keys shared with one peer; the index is an enum direction. */
struct pair_keys {
    uint8_t tag[2][KEY_LEN];
    uint8_t body[2][KEY_LEN];
};

/* keyring_pair: the keys shared with an active peer.
 *   fails  DENIED unknown, revoked or myself */
enum status keyring_pair(struct scope *s, const struct keyring *ring, const char *name,
                         const struct pair_keys **ret_keys) MUST_CHECK;

/* ---- files of the state folder (statefile.c) ---- */

enum { STATE_PATH_MAX = 512, SECRET_FILE_MAX = 1024, PEERS_FILE_MAX = 128 << 10 };

/* statefile_path: dir "/" name into STATE_PATH_MAX bytes.
 *   fails  TOO_LARGE */
enum status statefile_path(struct scope *s, const char *dir, const char *name,
                           char *ret_path) MUST_CHECK;

/* statefile_read: a whole small file; a private one must be closed to group and others.
 *   fails  NOT_FOUND · DENIED mode · TOO_LARGE over cap · UNAVAILABLE anything else */
enum status statefile_read(struct scope *s, const char *path, bool is_private, uint8_t *to,
                           size_t cap, size_t *ret_n) MUST_CHECK;

/* statefile_write: appears whole or not at all, and on disk before this returns.
 *   in     is_new  true: never replaces a file; false: replaces it
 *   fails  CONFLICT is_new and it exists · UNAVAILABLE */
enum status statefile_write(struct scope *s, const char *dir, const char *name, unsigned mode,
                            bool is_new, struct span bytes) MUST_CHECK;

/* statefile_lock: makes the folder when missing and locks it against other writers; close(2) the descriptor to unlock.
 *   fails  UNAVAILABLE */
enum status statefile_lock(struct scope *s, const char *dir, int *ret_fd) MUST_CHECK;

/* ---- what stands in them (keyfile.c) ---- */

/* One identity's secrets as they lie in locked memory. */
struct key_pairs {
    uint8_t curve_secret[KEY_LEN];
    uint8_t kx_secret[KEY_LEN];
};

/* peer_name_check: whether a name may name a key file.
 *   fails  INVALID */
enum status peer_name_check(struct scope *s, const char *name) MUST_CHECK;

/* keyfile_create, keyfile_read: <dir>/<name>.key; `ret_pairs` holds a struct key_pairs. keyfile_public: the public halves. */
enum status keyfile_create(struct scope *s, const char *dir, const char *name,
                           struct secret **ret_pairs) MUST_CHECK;
enum status keyfile_read(struct scope *s, const char *dir, const char *name,
                         struct secret **ret_pairs) MUST_CHECK;
void keyfile_public(const struct secret *pairs, struct peer *ret_peer);

/* peers_read: peers.pub, sorted by name, in the scope. peers_write: replaces it. */
enum status peers_read(struct scope *s, const char *dir, struct peer **ret_v,
                       size_t *ret_n) MUST_CHECK;
enum status peers_write(struct scope *s, const char *dir, const struct peer *v,
                        size_t n) MUST_CHECK;
struct peer *peers_find(struct peer *v, size_t n, const char *name);
void peers_sort(struct peer *v, size_t n);

#endif
