#ifndef KM_CTL_FILE_H
#define KM_CTL_FILE_H

#include <sys/types.h>

#include "base/scope.h"

/* Files and folders of the state folder. */

/* folder_make: a folder and those above it; what is made here is closed to others (0700), what exists stays as it is.
 *   fails  UNAVAILABLE it cannot be made, or something else has its name */
enum status folder_make(struct scope *s, const char *path) MUST_CHECK;

/* file_put: a file whole or not at all: written aside with `mode`, synced, renamed.
 *   fails  UNAVAILABLE */
enum status file_put(struct scope *s, const char *path, mode_t mode, struct span text) MUST_CHECK;

#endif
