#ifndef KM_WITNESS_INSIDE_H
#define KM_WITNESS_INSIDE_H

#include "memory.h"

/* The files of the folder, each with what it holds. */

/* key.c: the file `key`.
 *   fails  NOT_FOUND · CORRUPT · UNAVAILABLE */
enum status key_load(struct scope *s, int fd, struct secret **ret_secret, struct note_key *ret_key) MUST_CHECK;
enum status key_create(struct scope *s, int fd, const char *name, struct note_key *ret_key) MUST_CHECK;

/* head.c: the file head-<id>. head_load fills w from it; where that cannot be believed w is lost, which is no failure. head_put: an empty note:
 * nothing is cosigned yet.
 *   fails  UNAVAILABLE, TOO_LARGE */
enum status head_load(struct scope *s, const struct memory *m, struct watched *w) MUST_CHECK;
enum status head_put(struct scope *s, const struct memory *m, const struct watched *w, struct span note) MUST_CHECK;

/* head_file: the name of a file of this log. */
const char *head_file(struct scope *s, const char *prefix, const struct watched *w);
extern const char HEAD_PREFIX[], FORK_PREFIX[];

/* logs.c: the file `logs`; a missing one is empty.
 *   fails  INVALID naming the line · TOO_LARGE · UNAVAILABLE */
enum status logs_load(struct scope *s, struct memory *m) MUST_CHECK;
enum status logs_add(struct scope *s, const struct memory *m, const struct note_key *log) MUST_CHECK;
enum status logs_remove(struct scope *s, const struct memory *m, struct span name) MUST_CHECK;

#endif
