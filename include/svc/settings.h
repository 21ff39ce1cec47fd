#ifndef KM_SVC_SETTINGS_H
#define KM_SVC_SETTINGS_H

#include <stddef.h>
#include <stdint.h>

#include "base/scope.h"

/* settings.def expanded: one struct for every process of an installation. Texts live as long as the scope that loaded them. */
#define TEXT_KEY(field, key, def, prose) const char *field;
#define NUM_KEY(field, key, def, least, most, prose) int64_t field;
struct settings {
#include "svc/settings.def"
};
#undef TEXT_KEY
#undef NUM_KEY

/* settings_load: defaults, then the file, then the environment, then `overrides` ("key=value", NULL-terminated, may be NULL).
 *   in     path   NULL = no file. Lines are `key = value`; # starts a comment line
 *   fails  INVALID unknown or repeated key, or value out of bounds: the why names file and line · NOT_FOUND no such file */
enum status settings_load(struct scope *s, const char *path, const char *const *overrides,
                          struct settings *ret_settings) MUST_CHECK;

/* settings_print: the settings as a file that settings_load reads back, with prose as comments, in the scope. */
const char *settings_print(struct scope *s, const struct settings *cfg);

#endif
