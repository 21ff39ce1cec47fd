/* The migrations of this release, one by one: from the empty database and from every version in between to the newest one, each file
 * once; the schema is the same whichever way it was reached; applying again does nothing; a file that changed after it ran is refused
 * and changes nothing. */
#include "db/conn.h"
#include "db/migrate.h"
#include "svc/service.h"

#include "lib/assert_ok.h"
#include "lib/folder.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILE_MAX = 64 << 10, FINGERPRINT_LEN = 32 };

/* The two databases of an installation. */
static const struct {
    const char *folder;
    int64_t version;
} SETS[] = {{"sql/migrations", SCHEMA_VERSION}, {"sql/migrations/keys", KEYS_SCHEMA_VERSION}};

/* Everything the migrations made, as one digest. */
static const char FINGERPRINT[] =
    "select md5(string_agg(line, chr(10) order by line)) from ("
    " select 'c ' || c.relname || ' ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull || ' '"
    "        || coalesce(a.attacl::text, '') || ' ' || coalesce(c.relacl::text, '') as line"
    "   from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum > 0"
    "  where n.nspname !~ '^(pg_|information_schema$|kashimaru$)'"
    " union all select 'k ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) from pg_constraint"
    "  where connamespace::regnamespace::text !~ '^(pg_|information_schema$|kashimaru$)'"
    " union all select 'i ' || indexdef from pg_indexes where schemaname !~ '^(pg_|information_schema$|kashimaru$)'"
    " union all select 'f ' || p.proname || md5(p.prosrc) from pg_proc p where p.pronamespace::regnamespace::text = 'kashimaru'"
    " union all select 'p ' || polrelid::regclass || ' ' || polname || ' ' || polcmd::text || coalesce(' using ' || pg_get_expr(polqual, polrelid), '')"
    "        || coalesce(' check ' || pg_get_expr(polwithcheck, polrelid), '') from pg_policy"
    " union all select 'r ' || oid::regclass || relrowsecurity || relforcerowsecurity from pg_class where relkind = 'r'"
    "        and relnamespace::regnamespace::text !~ '^(pg_|information_schema$)'"
    " union all select 'n ' || nspname || coalesce(nspacl::text, '') from pg_namespace where nspname !~ '^pg_') x";

struct place {
    struct scope *scope;
    char folder[FOLDER_MAX];
};

static int setup(void **state)
{
    struct place *p = calloc(1, sizeof *p);

    assert_non_null(p);
    p->scope = scope_new(8 * SCOPE_CAP, entropy_system());
    assert_non_null(p->scope);
    folder_new(p->folder);
    *state = p;
    return 0;
}

static void empty_folder(const struct place *p)
{
    DIR *dir = opendir(p->folder);

    assert_non_null(dir);
    for (struct dirent *e = readdir(dir); e; e = readdir(dir))
        if (e->d_name[0] != '.')
            assert_int_equal(unlinkat(dirfd(dir), e->d_name, 0), 0);
    closedir(dir);
}

static int teardown(void **state)
{
    struct place *p = *state;

    folder_remove(p->folder);
    scope_free(p->scope);
    free(p);
    return 0;
}

/* Copies the file of one number into the test's folder, with `more` behind it. */
static void put_file(struct place *p, size_t set, int64_t number, const char *more)
{
    const char *from = scope_print(p->scope, "%s/%s", KM_SOURCE_DIR, SETS[set].folder);
    const char *lead = scope_print(p->scope, "%04d_", (int)number);
    char text[FILE_MAX];
    DIR *dir = opendir(from);
    bool is_found = false;

    assert_non_null(dir);
    for (struct dirent *e = readdir(dir); e && !is_found; e = readdir(dir)) {
        if (strncmp(e->d_name, lead, 5) != 0)
            continue;
        FILE *in = fopen(scope_print(p->scope, "%s/%s", from, e->d_name), "re");
        FILE *out = fopen(scope_print(p->scope, "%s/%s", p->folder, e->d_name), "we");
        assert_non_null(in);
        assert_non_null(out);
        size_t n = fread(text, 1, FILE_MAX, in);
        assert_true(n > 0 && n < FILE_MAX);
        assert_int_equal(fwrite(text, 1, n, out), n);
        assert_true(fputs(more, out) >= 0);
        assert_int_equal(fclose(out) | fclose(in), 0);
        is_found = true;
    }
    closedir(dir);
    assert_true(is_found);
}

static struct conn *fresh_database(struct place *p)
{
    const char *dsn = getenv("KM_TEST_DSN");
    struct conn *c = NULL;
    AUTO(conn) helper = NULL;

    assert_ok(p->scope, conn_open(p->scope, dsn, NULL, &helper));
    assert_ok(p->scope, conn_script(p->scope, helper, "drop database if exists steps"));
    assert_ok(p->scope, conn_script(p->scope, helper, "create database steps"));
    assert_ok(p->scope, conn_open(p->scope, scope_print(p->scope, "%s dbname=steps", dsn), NULL, &c));
    return c;
}

static const char *fingerprint(struct place *p, struct conn *c)
{
    struct span text;

    assert_ok(p->scope, conn_text(p->scope, c, FINGERPRINT, NULL, 0, &text));
    assert_int_equal(text.n, FINGERPRINT_LEN);
    return (const char *)text.p;
}

static void run(struct place *p, struct conn *c, int64_t applied, int64_t already)
{
    struct migration_report report;

    assert_ok(p->scope, migrate_run(p->scope, c, p->folder, NULL, &report));
    assert_int_equal(report.applied, applied);
    assert_int_equal(report.already, already);
    assert_int_equal(report.version, applied + already);
}

static void test_from_every_version(void **state)
{
    struct place *p = *state;

    for (size_t set = 0; set < COUNT(SETS); set++) {
        char whole[FINGERPRINT_LEN + 1] = "";
        for (int64_t from = 0; from <= SETS[set].version; from++) {
            scope_reset(p->scope); /* every file was read again and again */
            AUTO(conn) c = fresh_database(p);
            empty_folder(p);
            for (int64_t i = 1; i <= from; i++) {
                put_file(p, set, i, "");
                run(p, c, 1, i - 1);
            }
            for (int64_t i = from + 1; i <= SETS[set].version; i++)
                put_file(p, set, i, "");
            assert_int_equal(migrate_check(p->scope, c, SETS[set].version), from == SETS[set].version ? OK : UNSUPPORTED);
            run(p, c, SETS[set].version - from, from);
            assert_ok(p->scope, migrate_check(p->scope, c, SETS[set].version));
            if (!whole[0])
                snprintf(whole, sizeof whole, "%s", fingerprint(p, c));
            assert_string_equal(fingerprint(p, c), whole);
            run(p, c, 0, SETS[set].version);
            assert_string_equal(fingerprint(p, c), whole);
        }
    }
}

static void test_changed_file(void **state)
{
    struct place *p = *state;

    for (size_t set = 0; set < COUNT(SETS); set++) {
        AUTO(conn) c = fresh_database(p);
        struct migration_report report;
        empty_folder(p);
        for (int64_t i = 1; i <= SETS[set].version; i++)
            put_file(p, set, i, "");
        run(p, c, SETS[set].version, 0);
        const char *whole = fingerprint(p, c);
        for (int64_t i = 1; i <= SETS[set].version; i++) {
            put_file(p, set, i, "\n-- one remark more\n");
            assert_int_equal(migrate_run(p->scope, c, p->folder, NULL, &report), CORRUPT);
            assert_non_null(strstr(p->scope->why.en, scope_print(p->scope, "%04d_", (int)i)));
            put_file(p, set, i, "");
        }
        assert_string_equal(fingerprint(p, c), whole);
        run(p, c, 0, SETS[set].version);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_from_every_version, setup, teardown),
        cmocka_unit_test_setup_teardown(test_changed_file, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
