#ifndef KM_CTL_DATABASE_H
#define KM_CTL_DATABASE_H

#include "ctl.h"
#include "db/conn.h"

/* The two databases of an installation, seen as their administrator. */

struct database {
    const char *ja;
    const char *dsn;       /* with the administrator as user */
    const char *folder;    /* of its migrations */
    const char *functions; /* replayed after them; NULL = none */
    int64_t version;       /* that this program was made for */
};

enum { DATABASES = 2 };

/* database_of: number 0 the cases', 1 the keys'. */
struct database database_of(struct scope *s, const struct settings *cfg, int i);

/* database_name: the dbname of a connection string, unquoted.
 *   fails  INVALID there is none, or it holds other characters than letters, digits, - and _
 *   pure   yes */
enum status database_name(struct scope *s, const char *dsn, const char **ret_name) MUST_CHECK;

/* database_version: "ok", or in which way it differs, in Japanese.
 *   fails  UNAVAILABLE no connection */
enum status database_version(struct scope *s, const struct database *d, const char **ret_text, bool *ret_right) MUST_CHECK;

#endif
