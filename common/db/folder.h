#ifndef KM_DB_FOLDER_H
#define KM_DB_FOLDER_H

#include "base/scope.h"

/* The SQL files of a folder, in order of their names. */

enum { FOLDER_MAX = 4096, SQL_FILE_MAX = 1 << 20 };

struct folder_file {
    int64_t number; /* folder_numbered: from the name; folder_scripts: 0 */
    const char *name;
};
struct folder_list {
    const struct folder_file *v;
    size_t n;
};

/* folder_numbered: the files NNNN_name.sql, which must count 1, 2, 3 … without a gap.
 *   fails  CORRUPT a number is missing or twice, or a file has another name · NOT_FOUND no such folder · TOO_LARGE */
enum status folder_numbered(struct scope *s, const char *path,
                            struct folder_list *ret_list) MUST_CHECK;

/* folder_scripts: every file *.sql.
 *   fails  NOT_FOUND no such folder · TOO_LARGE */
enum status folder_scripts(struct scope *s, const char *path,
                           struct folder_list *ret_list) MUST_CHECK;

/* folder_read: one file as text, with a NUL after it.
 *   fails  NOT_FOUND · TOO_LARGE over SQL_FILE_MAX · CORRUPT not UTF-8 */
enum status folder_read(struct scope *s, const char *path, const char *name,
                        const char **ret_sql) MUST_CHECK;

#endif
