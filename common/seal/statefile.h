#ifndef KM_SEAL_STATEFILE_H
#define KM_SEAL_STATEFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/scope.h"
#include "seal/keyring.h"
#include "seal/secret.h"

/* The files of the state folder, from bytes on disk to keys; shared by the files of this folder only. */

/* ---- files of the state folder (statefile.c) ---- */

/* A descriptor that closes itself; −1 is none. */
void fd_close(int *fd);
#define AUTO_FD __attribute__((cleanup(fd_close))) int

enum { STATE_PATH_MAX = 512, SECRET_FILE_MAX = 1024, PEERS_FILE_MAX = 256 << 10 };

/* statefile_path: dir "/" name into STATE_PATH_MAX bytes.
 *   fails  TOO_LARGE */
enum status statefile_path(struct scope *s, const char *dir, const char *name, char *ret_path) MUST_CHECK;

/* statefile_read: a whole small file; a private one must be closed to group and others.
 *   fails  NOT_FOUND · DENIED mode · TOO_LARGE over cap · UNAVAILABLE anything else */
enum status statefile_read(struct scope *s, const char *path, bool is_private, uint8_t *to, size_t cap, size_t *ret_n) MUST_CHECK;

/* statefile_write: appears whole or not at all, and on disk before this returns.
 *   in     is_new  true: never replaces a file; false: replaces it
 *   fails  CONFLICT is_new and it exists · UNAVAILABLE */
enum status statefile_write(struct scope *s, const char *dir, const char *name, unsigned mode,
                            bool is_new, struct span bytes) MUST_CHECK;

/* statefile_lock: makes the folder when missing and locks it against other writers until the descriptor (AUTO_FD) is closed.
 *   fails  UNAVAILABLE */
enum status statefile_lock(struct scope *s, const char *dir, int *ret_fd) MUST_CHECK;

/* ---- their lines (lines.c) ---- */

/* A file being read line by line. */
struct lines {
    const char *path;
    struct span rest;
    struct span line; /* without its newline */
    int number;
};

/* A word and the bytes that stand behind it as hex. */
struct word_hex {
    const char *word;
    struct span bytes;
};

/* line_fail: INVALID with file and line. lines_next: false at the end. word_cut: cuts the next word, up to one blank, off a line.
 * hex_bytes: exactly n bytes from hex. */
enum status line_fail(struct scope *s, const struct lines *l, const char *ja, const char *en);
bool lines_next(struct lines *l);
struct span word_cut(struct span *line);
bool hex_bytes(struct span text, uint8_t *to, size_t n);

/* expect_text: the next line is exactly `text`. expect_hex: it is "<word> <hex of n bytes>". expect_end: there is none.
 *   fails  INVALID anything else, naming the line */
enum status expect_text(struct scope *s, struct lines *l, const char *text) MUST_CHECK;
enum status expect_hex(struct scope *s, struct lines *l, const char *word, uint8_t *to, size_t n) MUST_CHECK;
enum status expect_end(struct scope *s, struct lines *l) MUST_CHECK;

/* secret_text: a private file in locked memory. secret_file_write: heading and hex lines, without a secret leaving locked memory.
 *   fails  as statefile_read, statefile_write */
enum status secret_text(struct scope *s, const char *path, struct secret **ret_buf, struct lines *ret_lines) MUST_CHECK;
enum status secret_file_write(struct scope *s, const char *dir, const char *file, bool is_new, const char *head,
                              const struct word_hex *v, size_t n) MUST_CHECK;

/* ---- what stands in them (keyfile.c, peers.c; shared.c; host.c) ---- */

/* One identity's secrets as they lie in locked memory. */
struct key_pairs {
    uint8_t curve_secret[KEY_LEN];
    uint8_t kx_secret[KEY_LEN];
};

/* peer_name_check: whether a name may name a key file.
 *   fails  INVALID */
bool peer_name_is_good(struct span name);
enum status peer_name_check(struct scope *s, const char *name) MUST_CHECK;

/* keyfile_create, keyfile_read: <dir>/<name>.key; `ret_pairs` holds a struct key_pairs. keyfile_public: the public halves. */
enum status keyfile_create(struct scope *s, const char *dir, const char *name,
                           struct secret **ret_pairs) MUST_CHECK;
enum status keyfile_read(struct scope *s, const char *dir, const char *name,
                         struct secret **ret_pairs) MUST_CHECK;
void keyfile_public(const struct secret *pairs, struct peer *ret_peer);

/* peers_read: peers.pub, sorted by name, in the scope. peers_parse: the lines that are left, into PEERS_MAX places, *n of them taken;
 * not sorted. peers_write: replaces peers.pub. peer_print: a line of it, with its newline, into PEER_LINE_MAX bytes; ret its length. */
enum { PEER_LINE_MAX = 400 };
enum status peers_read(struct scope *s, const char *dir, struct peer **ret_v, size_t *ret_n) MUST_CHECK;
enum status peers_parse(struct scope *s, struct lines *l, struct peer *v, size_t *n) MUST_CHECK;
enum status peers_write(struct scope *s, const char *dir, const struct peer *v, size_t n) MUST_CHECK;
size_t peer_print(const struct peer *p, char to[PEER_LINE_MAX]);
struct peer *peers_find(struct peer *v, size_t n, const char *name);
void peers_sort(struct peer *v, size_t n);

/* peer_is_usable: neither public key is of small order: such a key gives a secret everyone knows, and stops the transport. */
bool peer_is_usable(const struct peer *p);

/* host_name_is_good: host-<agency>-…, short enough for the header of a frame. */
bool host_name_is_good(struct span name, struct agency_id agency);

/* ring_build: a keyring of these peers, `name` among them, from own secrets (struct key_pairs); `sign` NULL or taken over.
 *   in     v     sorted by name     list  path they were read from, for reasons
 *   fails  as keyring_open */
enum status ring_build(struct scope *s, const char *list, const char *name, const struct secret *own, const struct peer *v, size_t n,
                       struct secret **sign, struct keyring **ret_ring) MUST_CHECK;

#endif
