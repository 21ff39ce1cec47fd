/* The schema only moves forward, one numbered file at a time: a file and the row that remembers it commit together, under a
 * lock that lets one process migrate at a time. The digest of a file is computed by the server (SHA-256, as sha256sum prints
 * it) from the text it is about to run. Whatever fails leaves the database at the last file that was whole. */
#include "db/migrate.h"

#include "folder.h"
#include "internal.h"

#include <stdlib.h>

/* "kashimar" as a number: the advisory lock every migration of every version takes. */
#define LOCK "x'6b617368696d6172'::bigint"

static const char BOOTSTRAP[] =
    "create schema if not exists kashimaru;"
    "create table if not exists kashimaru.migration ("
    " number bigint primary key check (number > 0), name text not null, sha256 text not null,"
    " applied_at timestamptz not null default now());"
    "grant usage on schema kashimaru to public;"
    "grant select on kashimaru.migration to public";

static int64_t span_number(struct span text)
{
    return strtoll((const char *)text.p, NULL, 10); /* conn_text ends it with a NUL */
}

static enum status database_version(struct scope *s, struct conn *c, int64_t *ret_version)
{
    struct span text;

    TRY(conn_text(s, c, "select to_regclass('kashimaru.migration')", NULL, 0, &text));
    if (text.n == 0) {
        *ret_version = 0;
        return OK;
    }
    TRY(conn_text(s, c, "select coalesce(max(number), 0) from kashimaru.migration", NULL, 0,
                  &text));
    *ret_version = span_number(text);
    return OK;
}

/* Puts the file's name before the reason, which knows only lines. */
static enum status name_file(struct scope *s, enum status st, const char *name)
{
    struct why was = s->why;

    fail(s, st, "%s: %s", "%s: %s", name, was.en);
    memcpy(was.en, s->why.en, sizeof was.en);
    fail(s, st, "%s: %s", "%s: %s", name, was.ja);
    memcpy(s->why.en, was.en, sizeof was.en);
    return st;
}

/* Opens a transaction that may take its time and runs a file in it; `finish` ends it, well or not. */
static enum status run_script(struct scope *s, struct conn *c, const char *sql)
{
    TRY(conn_script(s, c,
                    "begin; set local statement_timeout = 0; set local "
                    "idle_in_transaction_session_timeout = 0"));
    TRY(conn_script(s, c, sql));
    if (!conn_in_transaction(c))
        return fail(s, CORRUPT, "ファイルの中でトランザクションを終えています",
                    "the file ends the transaction by itself");
    return OK;
}

static enum status remember(struct scope *s, struct conn *c, const struct folder_file *f,
                            const char *sql)
{
    struct span none;
    const char *params[] = {scope_print(s, "%lld", (long long)f->number), f->name, sql};

    return conn_text(s, c,
                     "insert into kashimaru.migration (number, name, sha256)"
                     " values ($1, $2, encode(sha256(convert_to($3, 'UTF8')), 'hex'))",
                     params, COUNT(params), &none);
}

/* Ends what run_script began, and keeps the reason of a failure. */
static enum status finish(struct scope *s, struct conn *c, enum status st, const char *name)
{
    if (st == OK)
        st = conn_script(s, c, "commit");
    if (st == OK)
        return OK;
    struct why why = s->why;
    if (conn_is_alive(c) && conn_script(s, c, "rollback") != OK)
        conn_broken(c);
    s->why = why;
    return name_file(s, st, name);
}

static enum status apply(struct scope *s, struct conn *c, const char *folder,
                         const struct folder_file *f)
{
    const char *sql;

    TRY(folder_read(s, folder, f->name, &sql));
    enum status st = run_script(s, c, sql);
    if (st == OK)
        st = remember(s, c, f, sql);
    return finish(s, c, st, f->name);
}

static enum status check_applied(struct scope *s, struct conn *c, const char *folder,
                                 const struct folder_file *f)
{
    struct span same;
    const char *sql;

    TRY(folder_read(s, folder, f->name, &sql));
    const char *params[] = {scope_print(s, "%lld", (long long)f->number), sql};
    TRY(conn_text(s, c,
                  "select sha256 = encode(sha256(convert_to($2, 'UTF8')), 'hex') from "
                  "kashimaru.migration where number = $1",
                  params, COUNT(params), &same));
    if (span_is(same, "t"))
        return OK;
    if (same.n == 0)
        return fail(s, CORRUPT, "移行 %s の記録がありません",
                    "migration %s is missing in the database", f->name);
    return fail(s, CORRUPT, "適用済みの移行 %s が変更されています",
                "migration %s was changed after it ran", f->name);
}

static enum status replay(struct scope *s, struct conn *c, const char *folder)
{
    struct folder_list list;
    const char *sql;

    TRY(folder_scripts(s, folder, &list));
    for (size_t i = 0; i < list.n; i++) {
        TRY(folder_read(s, folder, list.v[i].name, &sql));
        TRY(finish(s, c, run_script(s, c, sql), list.v[i].name));
    }
    return OK;
}

static enum status differs(struct scope *s, int64_t database, int64_t program)
{
    return fail(s, UNSUPPORTED, "データベースは版 %lld、プログラムは版 %lld です",
                "the database is at version %lld, the program at %lld", (long long)database,
                (long long)program);
}

static enum status run_locked(struct scope *s, struct conn *c, const char *folder,
                              const char *functions, struct migration_report *ret_report)
{
    struct migration_report report = {0};
    struct folder_list list;

    TRY(folder_numbered(s, folder, &list));
    TRY(conn_script(s, c, BOOTSTRAP));
    TRY(database_version(s, c, &report.version));
    if (report.version > (int64_t)list.n)
        return differs(s, report.version, (int64_t)list.n);
    for (size_t i = 0; i < list.n; i++) {
        bool is_applied = list.v[i].number <= report.version;
        TRY(is_applied ? check_applied(s, c, folder, &list.v[i]) : apply(s, c, folder, &list.v[i]));
        report.already += is_applied;
        report.applied += !is_applied;
    }
    report.version = (int64_t)list.n;
    if (functions)
        TRY(replay(s, c, functions));
    *ret_report = report;
    return OK;
}

enum status migrate_run(struct scope *s, struct conn *c, const char *folder, const char *functions,
                        struct migration_report *ret_report)
{
    TRY(conn_script(s, c,
                    "set statement_timeout = 0; select pg_advisory_lock(" LOCK
                    "); reset statement_timeout"));
    enum status st = run_locked(s, c, folder, functions, ret_report);
    struct why why = s->why;
    /* a connection that ended has given the lock back already */
    if (conn_is_alive(c) && conn_script(s, c, "select pg_advisory_unlock(" LOCK ")") != OK)
        conn_broken(c);
    s->why = why;
    return st;
}

enum status migrate_check(struct scope *s, struct conn *c, int64_t version)
{
    int64_t now;

    TRY(database_version(s, c, &now));
    return now == version ? OK : differs(s, now, version);
}
