#ifndef KM_DB_MIGRATE_H
#define KM_DB_MIGRATE_H

#include "db/conn.h"

/* Forward-only migrations: files NNNN_name.sql of one folder, each run once in a transaction of its own under an advisory lock,
 * remembered with its SHA-256 (as sha256sum prints it; the server computes it) in kashimaru.migration; functions/ is replayed whole
 * after them, each file in a transaction. A file must not end its transaction itself. */

struct migration_report {
    int64_t applied, already; /* how many ran now, how many had */
    int64_t version;          /* of the database now */
};

/* migrate_run: brings a database to the newest migration of `folder`.
 *   fails  CORRUPT a file that ran has changed, or a number is missing · UNSUPPORTED the database is newer than the folder (the why
 *          gives both versions) */
enum status migrate_run(struct scope *s, struct conn *c, const char *folder, const char *functions,
                        struct migration_report *ret_report) MUST_CHECK;

/* migrate_check: the database is exactly at `version` (SCHEMA_VERSION of this binary).
 *   fails  UNSUPPORTED older or newer; the why gives both versions */
enum status migrate_check(struct scope *s, struct conn *c, int64_t version) MUST_CHECK;

#endif
