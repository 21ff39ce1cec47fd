#ifndef KM_TEST_INTEROP_H
#define KM_TEST_INTEROP_H

#include <stdbool.h>

#include "base/scope.h"
#include "base/span.h"

/* What the two halves of the driver share. */

#define ORIGIN "example.com/kashimaru/2026"
#define WITNESS "witness.example/w1"

enum { PATH_MOST = 512, FILE_MOST = 1 << 16, SCOPE_MOST = 256 << 20, COSIGNED_AT = 1679315147 };

/* must: says what failed and ends the program, unless the claim is true. */
void must(bool claim, const char *what);

/* file_write, file_read: whole files of the folder. folder_of: makes the folders of a path. */
void file_write(const char *dir, const char *name, struct span bytes);
struct span file_read(struct scope *s, const char *dir, const char *name);
bool folder_of(const char *path);

/* log_make, log_judge: the two things the driver does. */
void log_make(struct scope *s, const char *dir);
void log_judge(struct scope *s, const char *dir);

#endif
