/* Migrations: each file once, in order, whole or not at all; and every way in which folder and database can disagree. */
#include "db_test.h"

#include "db/migrate.h"
#include "lib/folder.h"

struct place {
    struct scope *scope;
    struct conn *conn;
    char folder[FOLDER_MAX], functions[FOLDER_MAX];
};

static void put_file(const char *folder, const char *name, const char *text)
{
    char path[FOLDER_MAX + 40];

    assert_true(snprintf(path, sizeof path, "%s/%s", folder, name) < (int)sizeof path);
    FILE *f = fopen(path, "we");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static void drop_file(const char *folder, const char *name)
{
    char path[FOLDER_MAX + 40];

    assert_true(snprintf(path, sizeof path, "%s/%s", folder, name) < (int)sizeof path);
    assert_int_equal(unlink(path), 0);
}

static int setup(void **state)
{
    struct place *p = calloc(1, sizeof *p);

    assert_non_null(p);
    p->scope = test_scope();
    p->conn = test_conn(p->scope, NULL);
    folder_new(p->folder);
    folder_new(p->functions);
    assert_ok(
        p->scope,
        conn_script(p->scope, p->conn,
                    "drop schema if exists kashimaru cascade; drop schema if exists m cascade"));
    put_file(p->folder, "0001_first.sql",
             "create schema m;\ncreate table m.a (n bigint); -- 日本語\n");
    put_file(p->folder, "0002_second.sql", "insert into m.a values (2);\n");
    put_file(p->folder, "README.md", "no migration\n");
    put_file(p->functions, "b.sql", "create or replace view m.b as select n + 1 as n from m.c;");
    put_file(p->functions, "a.sql", "create or replace view m.c as select n from m.a;");
    *state = p;
    return 0;
}

static int teardown(void **state)
{
    struct place *p = *state;

    folder_remove(p->folder);
    folder_remove(p->functions);
    conn_free(p->conn);
    scope_free(p->scope);
    free(p);
    return 0;
}

static void assert_sql(struct place *p, const char *sql, const char *want)
{
    struct span value;

    assert_ok(p->scope, conn_text(p->scope, p->conn, sql, NULL, 0, &value));
    assert_string_equal((const char *)value.p, want);
}

static void assert_refused(struct place *p, enum status want, const char *because)
{
    struct migration_report r;

    assert_int_equal(migrate_run(p->scope, p->conn, p->folder, NULL, &r), want);
    if (!strstr(p->scope->why.en, because))
        fail_msg("%s: %s", because, p->scope->why.en);
    /* the lock is free again, and no transaction was left open */
    assert_true(conn_is_alive(p->conn));
    assert_sql(p, "select count(*) from pg_locks where locktype = 'advisory'", "0");
}

static void files_run_once(void **state)
{
    struct place *p = *state;
    struct migration_report r;

    assert_int_equal(migrate_check(p->scope, p->conn, 2), UNSUPPORTED);
    assert_ok(p->scope, migrate_run(p->scope, p->conn, p->folder, p->functions, &r));
    assert_true(r.applied == 2 && r.already == 0 && r.version == 2);
    assert_ok(p->scope, migrate_check(p->scope, p->conn, 2));
    assert_ok(p->scope, migrate_run(p->scope, p->conn, p->folder, p->functions, &r));
    assert_true(r.applied == 0 && r.already == 2 && r.version == 2);
    assert_sql(p, "select n from m.b", "3");
    assert_sql(p, "select count(*) from m.a", "1");
    /* sha256sum of the file itself */
    assert_sql(p, "select sha256 from kashimaru.migration where number = 2",
               "4cda0b844a748fa76c655063dd85c730ff9bc63ce96effc6d286fcb93df7b335");
    put_file(p->folder, "0003_third.sql", "insert into m.a values (3)");
    assert_ok(p->scope, migrate_run(p->scope, p->conn, p->folder, NULL, &r));
    assert_true(r.applied == 1 && r.already == 2 && r.version == 3);
    assert_int_equal(migrate_check(p->scope, p->conn, 2), UNSUPPORTED);
    assert_non_null(strstr(p->scope->why.en, "version 3"));
}

static void disagreement_is_refused(void **state)
{
    struct place *p = *state;
    struct migration_report r;

    assert_ok(p->scope, migrate_run(p->scope, p->conn, p->folder, NULL, &r));
    put_file(p->folder, "0002_second.sql", "insert into m.a values (22);\n");
    assert_refused(p, CORRUPT, "0002_second.sql");
    put_file(p->folder, "0002_second.sql", "insert into m.a values (2);\n");
    put_file(p->folder, "0004_fourth.sql", "insert into m.a values (4)");
    assert_refused(p, CORRUPT, "migration 0003");
    drop_file(p->folder, "0004_fourth.sql");
    put_file(p->folder, "0002_again.sql", "insert into m.a values (2)");
    assert_refused(p, CORRUPT, "migration 0003");
    drop_file(p->folder, "0002_again.sql");
    put_file(p->folder, "3_short.sql", "select 1");
    assert_refused(p, CORRUPT, "3_short.sql");
    drop_file(p->folder, "3_short.sql");
    drop_file(p->folder, "0002_second.sql");
    assert_refused(p, UNSUPPORTED, "version 2");
    put_file(p->folder, "0002_second.sql", "insert into m.a values (2);\n");
    assert_ok(p->scope,
              conn_script(p->scope, p->conn, "delete from kashimaru.migration where number = 1"));
    assert_refused(p, CORRUPT, "0001_first.sql");
    assert_sql(p, "select string_agg(n::text, ',') from m.a", "2");
    assert_int_equal(migrate_run(p->scope, p->conn, "/nonexistent", NULL, &r), NOT_FOUND);
}

static void half_a_file_leaves_nothing(void **state)
{
    struct place *p = *state;
    struct migration_report r;

    put_file(p->folder, "0003_broken.sql",
             "insert into m.a values (3);\ninsert into m.missing values (3);\n");
    assert_refused(p, INTERNAL, "0003_broken.sql");
    assert_non_null(strstr(p->scope->why.en, "line 2"));
    assert_non_null(strstr(p->scope->why.ja, "0003_broken.sql"));
    assert_ok(p->scope, migrate_check(p->scope, p->conn, 2));
    assert_sql(p, "select count(*) from m.a", "1");
    put_file(p->folder, "0003_broken.sql", "insert into m.a values (3); commit;");
    assert_refused(p, CORRUPT, "0003_broken.sql");
    put_file(p->folder, "0003_broken.sql", "insert into m.a values ('\xff');");
    assert_refused(p, CORRUPT, "UTF-8");
    put_file(p->folder, "0003_broken.sql", "delete from m.a");
    assert_ok(p->scope, migrate_run(p->scope, p->conn, p->folder, NULL, &r));
    assert_true(r.applied == 1 && r.version == 3);
    put_file(p->functions, "a.sql", "create or replace view m.c as select wrong from m.a;");
    assert_int_equal(migrate_run(p->scope, p->conn, p->folder, p->functions, &r), INTERNAL);
    assert_non_null(strstr(p->scope->why.en, "a.sql"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(files_run_once, setup, teardown),
        cmocka_unit_test_setup_teardown(disagreement_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(half_a_file_leaves_nothing, setup, teardown),
    };
    return cmocka_run_group_tests_name("db_migrate", tests, NULL, NULL);
}
