#ifndef KM_SIGNER_DISK_H
#define KM_SIGNER_DISK_H

#include "base/scope.h"

/* The signer's folder, by a descriptor of it. */

/* disk_lock: opens the folder, made 0700 when missing, for one process alone: until the descriptor is closed, or it dies.
 *   fails  CONFLICT another process has it · DENIED others may enter it · UNAVAILABLE */
enum status disk_lock(struct scope *s, const char *path, int *ret_fd) MUST_CHECK;

/* disk_read: a whole file, in the folder or, with AT_FDCWD, anywhere; owned by the scope.
 *   fails  NOT_FOUND · TOO_LARGE over cap · UNAVAILABLE */
enum status disk_read(struct scope *s, int fd, const char *name, size_t cap, struct span *ret_bytes) MUST_CHECK;

/* disk_put: a file of the folder, whole or as it was before, and on the disk itself before this returns. The bytes may be secret: they go
 * to the file only.
 *   fails  UNAVAILABLE the file is the old one or the new one */
enum status disk_put(struct scope *s, int fd, const char *name, struct span bytes) MUST_CHECK;

/* disk_keep_aside: gives a file another name; one that is not there is no failure.
 *   fails  UNAVAILABLE */
enum status disk_keep_aside(struct scope *s, int fd, const char *name, const char *aside) MUST_CHECK;

/* disk_sweep: removes every file whose name begins and ends so, but this one (NULL: none is spared).
 *   ret    (count) how many there are, nothing is removed
 *   fails  UNAVAILABLE */
enum status disk_sweep(struct scope *s, int fd, const char *prefix, const char *suffix, const char *but) MUST_CHECK;
enum status disk_count(struct scope *s, int fd, const char *prefix, const char *suffix, size_t *ret_n) MUST_CHECK;

#endif
