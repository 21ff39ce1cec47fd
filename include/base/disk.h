#ifndef KM_BASE_DISK_H
#define KM_BASE_DISK_H

#include "base/scope.h"
#include "base/span.h"

/* The folder of a process that must not forget what it said, by a descriptor of it. */

/* disk_open: an existing folder that is closed to others. disk_lock: makes it when missing (0700), opens it, and has it for this process
 * alone: until the descriptor is closed, or the process dies.
 *   fails  NOT_FOUND disk_open only · CONFLICT another process has it · DENIED others may enter it · UNAVAILABLE */
enum status disk_open(struct scope *s, const char *path, int *ret_fd) MUST_CHECK;
enum status disk_lock(struct scope *s, const char *path, int *ret_fd) MUST_CHECK;

/* disk_read: a whole file, in the folder or, with AT_FDCWD, anywhere; owned by the scope.
 *   fails  NOT_FOUND · TOO_LARGE over cap · UNAVAILABLE */
enum status disk_read(struct scope *s, int fd, const char *name, size_t cap, struct span *ret_bytes) MUST_CHECK;

/* disk_put: a file of the folder, mode 0600, whole or as it was before, and on the disk itself before this returns. The bytes may be
 * secret: they go to the file only.
 *   in     fd   of disk_lock: what is written aside has one name
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
