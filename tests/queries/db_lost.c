/* A connection that dies, a schema that drifted, a commit no standby confirmed: each is told by its own word, and after it the
 * service goes on as soon as there is a server again. */
#include "db_test.h"

static const struct uuid ID = {{0xab, 1}};

static const struct q_thing_put THING = {.id = {{0xab, 1}}, .version = 1, .by = {"A056"}};

/* Where in a transaction the server is cut off. */
enum cut { CUT_IDLE, CUT_QUEUED, CUT_FLUSHED, CUT_RUNNING, CUT_N };

static void cut_at(struct scope *s, struct conn *c, enum cut cut)
{
    struct tx *tx = NULL;
    struct q_thing_get_row row;
    struct q_thing_put in = THING;

    in.at = 1;
    if (cut == CUT_IDLE)
        server("pg_crash");
    assert_ok(s, tx_begin(c, s, &tx));
    enum status st = q_thing_put(tx, &in);
    if (cut == CUT_QUEUED)
        server("pg_crash");
    if (cut == CUT_FLUSHED) {
        assert_ok(s, tx_flush(tx));
        server("pg_crash");
    }
    if (st == OK)
        st = q_thing_get(tx, &(struct q_thing_get){.id = ID}, &row);
    pid_t killer = -1;
    if (cut == CUT_RUNNING) {
        assert_ok(s, q_hang(tx));
        killer = server_start("pg_crash");
    }
    if (st == OK)
        st = tx_flush(tx);
    assert_int_equal(st, UNAVAILABLE);
    if (killer > 0)
        server_wait(killer);
    assert_false(conn_is_alive(c));
    assert_int_equal(tx_flush(tx), UNAVAILABLE);
    if (cut % 2)
        assert_int_equal(tx_commit(tx), UNAVAILABLE);
    else
        tx_rollback(tx);
}

static void a_dead_server_is_told_and_left(void **state)
{
    AUTO(scope) s = test_scope();
    AUTO(conn) c = fresh_schema(s);
    struct tx *tx;

    (void)state;
    for (int cut = CUT_IDLE; cut < CUT_N; cut++) {
        cut_at(s, c, (enum cut)cut);
        assert_int_equal(tx_begin(c, s, &tx), UNAVAILABLE);
        assert_int_equal(conn_script(s, c, "select 1"), UNAVAILABLE);
        assert_int_equal(conn_reopen(s, c), UNAVAILABLE);
        assert_false(conn_is_alive(c));
        server("pg_resume");
        assert_ok(s, conn_reopen(s, c));
        assert_int_equal(count_things(s, c), 0);
    }
}

static void an_ended_session_is_told(void **state)
{
    AUTO(scope) s = test_scope();
    AUTO(conn) c = fresh_schema(s);
    struct tx *tx;

    (void)state;
    assert_ok(s, tx_begin(c, s, &tx));
    assert_ok(s, q_end_session(tx));
    assert_int_equal(tx_commit(tx), UNAVAILABLE);
    assert_false(conn_is_alive(c));
    assert_ok(s, conn_reopen(s, c));
    assert_int_equal(conn_script(s, c, "select pg_terminate_backend(pg_backend_pid())"),
                     UNAVAILABLE);
    assert_false(conn_is_alive(c));
    assert_ok(s, conn_reopen(s, c));
    assert_int_equal(count_things(s, c), 0);
}

/* Frees every commit that waits for a standby, until one was. */
static pid_t start_canceller(void)
{
    pid_t pid = fork();

    if (pid != 0)
        return pid;
    AUTO(scope) s = test_scope();
    AUTO(conn) c = test_conn(s, NULL);
    struct span n = {0};
    while (conn_text(s, c,
                     "select count(pg_cancel_backend(pid)) from pg_stat_activity where wait_event "
                     "= 'SyncRep'",
                     NULL, 0, &n) == OK &&
           span_is(n, "0"))
        usleep(10000);
    _exit(span_is(n, "1") ? 0 : 1);
}

static void an_unconfirmed_commit_is_unavailable(void **state)
{
    AUTO(scope) s = test_scope();
    AUTO(conn) c = fresh_schema(s);
    struct q_thing_put in = THING;
    struct tx *tx;
    enum status st = OK;

    (void)state;
    assert_ok(s, conn_script(s, c, "alter system set synchronous_standby_names = 'nobody'"));
    assert_ok(s, conn_script(s, c, "select pg_reload_conf()"));
    pid_t canceller = start_canceller();
    /* the server takes the setting in its own time: commits before that are confirmed */
    for (int i = 1; st == OK; i++) {
        in.id.b[15] = (uint8_t)i;
        in.id.b[14] = (uint8_t)(i >> 8);
        assert_ok(s, tx_begin(c, s, &tx));
        assert_ok(s, q_thing_put(tx, &in));
        st = tx_commit(tx);
        usleep(1000);
    }
    assert_int_equal(st, UNAVAILABLE);
    assert_non_null(strstr(s->why.en, "standby"));
    server_wait(canceller);
    assert_true(conn_is_alive(c));
    assert_ok(s, conn_script(s, c, "alter system reset synchronous_standby_names"));
    assert_ok(s, conn_script(s, c, "select pg_reload_conf()"));
    /* committed all the same: the caller's retry with the same id finds it */
    struct q_thing_get_row row;
    assert_ok(s, tx_begin(c, s, &tx));
    assert_ok(s, q_thing_get(tx, &(struct q_thing_get){.id = in.id}, &row));
    assert_ok(s, tx_commit(tx));
}

static const struct {
    const char *change;
    const char *query, *name; /* both must be in the reason */
} DRIFTS[] = {
    {"alter table t.thing alter column number type integer", "thing_get", "number"},
    {"alter table t.thing alter column at type timestamp", "thing_get", "column at "},
    {"alter table t.thing alter column ids type text[] using ids::text[]", "thing_get", "ids"},
    {"alter table t.thing alter column at type bigint using 1", "thing_put", "\"at\""},
    {"alter table t.thing rename column note to remark", "thing_put", "note"},
    {"alter table t.bulk alter column number type numeric", "bulk_all", "number"},
    {"drop table t.child", "child_put", "t.child"},
};

static void drift_refuses_to_start(void **state)
{
    AUTO(scope) s = test_scope();
    AUTO(conn) c = fresh_schema(s);

    (void)state;
    for (size_t i = 0; i < COUNT(DRIFTS); i++) {
        struct conn *drifted = NULL;
        assert_ok(s, conn_script(s, c, SCHEMA));
        assert_ok(s, conn_script(s, c, DRIFTS[i].change));
        assert_int_equal(conn_open(s, getenv("KM_TEST_DSN"), QUERIES_dbtest, &drifted), CORRUPT);
        assert_null(drifted);
        if (!strstr(s->why.en, DRIFTS[i].query) || !strstr(s->why.en, DRIFTS[i].name))
            fail_msg("%s: %s", DRIFTS[i].change, s->why.en);
    }
}

/* The declared shapes against a schema that has not drifted: names in another order, a column too many. */
static void shapes_are_compared_by_name(void **state)
{
    struct query swapped = QUERY_bulk_all, more = QUERY_bulk_all;
    const struct query *const A[] = {&swapped, NULL}, *const B[] = {&more, NULL};
    AUTO(scope) s = test_scope();
    AUTO(conn) c = fresh_schema(s);
    struct conn *none = NULL;

    (void)state;
    swapped.sql = "select id, note as memo, number from t.bulk";
    more.sql = "select id, note, number, 1 as one from t.bulk";
    assert_true(conn_is_alive(c));
    assert_int_equal(conn_open(s, getenv("KM_TEST_DSN"), A, &none), CORRUPT);
    assert_non_null(strstr(s->why.en, "memo"));
    assert_int_equal(conn_open(s, getenv("KM_TEST_DSN"), B, &none), CORRUPT);
    assert_null(none);
}

static const struct {
    const char *dsn;
    enum status want;
} DSNS[] = {
    {"host=/nonexistent user=kashimaru", UNAVAILABLE},
    {"host=/nonexistent nonsense", INVALID},
    {"nosuchkey=1", INVALID},
};

static void wrong_servers_are_refused(void **state)
{
    AUTO(scope) s = test_scope();
    struct conn *none = NULL;

    (void)state;
    for (size_t i = 0; i < COUNT(DSNS); i++)
        assert_int_equal(conn_open(s, DSNS[i].dsn, NULL, &none), DSNS[i].want);
    AUTO(conn) c = test_conn(s, NULL);
    assert_ok(s, conn_script(s, c, "drop database if exists latin"));
    assert_ok(
        s,
        conn_script(s, c, "create database latin template template0 encoding 'LATIN1' locale 'C'"));
    const char *dsn = scope_print(s, "%s dbname=latin", getenv("KM_TEST_DSN"));
    assert_int_equal(conn_open(s, dsn, NULL, &none), UNSUPPORTED);
    assert_null(none);
}

static const struct {
    const char *setting, *dsn_more, *want;
} SETTINGS[] = {
    {"timezone", "", "UTC"},
    {"statement_timeout", "", "30s"},
    {"idle_in_transaction_session_timeout", "", "1min"},
    {"client_encoding", "", "UTF8"},
    {"statement_timeout", " options='-c statement_timeout=5s'", "5s"},
    {"timezone", " options='-c timezone=Asia/Tokyo'", "UTC"},
};

static void sessions_are_set(void **state)
{
    AUTO(scope) s = test_scope();

    (void)state;
    for (size_t i = 0; i < COUNT(SETTINGS); i++) {
        struct conn *c = NULL;
        struct span value;
        const char *dsn = scope_print(s, "%s%s", getenv("KM_TEST_DSN"), SETTINGS[i].dsn_more);
        assert_ok(s, conn_open(s, dsn, NULL, &c));
        assert_ok(s,
                  conn_text(s, c, "select current_setting($1)", &SETTINGS[i].setting, 1, &value));
        assert_string_equal((const char *)value.p, SETTINGS[i].want);
        conn_free(c);
    }
}

static void plans_show_their_index(void **state)
{
    AUTO(scope) s = test_scope();
    AUTO(conn) c = fresh_schema(s);
    struct span plan;

    (void)state;
    assert_ok(s, conn_plan(s, c, &QUERY_thing_get, &plan));
    assert_non_null(strstr((const char *)plan.p, QUERY_thing_get.uses_index));
    assert_ok(s, conn_plan(s, c, &QUERY_thing_count, &plan));
    assert_non_null(strstr((const char *)plan.p, "Aggregate"));
    struct query unknown = QUERY_thing_get;
    unknown.name = "unknown";
    assert_int_equal(conn_plan(s, c, &unknown, &plan), INTERNAL);
    assert_int_equal(count_things(s, c), 0);
}

static void plain_sql_keeps_the_connection(void **state)
{
    AUTO(scope) s = test_scope();
    AUTO(conn) c = fresh_schema(s);
    struct span value;
    struct tx *tx;

    (void)state;
    assert_int_equal(conn_script(s, c, "select 1;\nselect 2;\nselect wrong;"), INTERNAL);
    assert_non_null(strstr(s->why.en, "line 3"));
    assert_int_equal(conn_script(s, c, "copy t.bulk to stdout"), UNSUPPORTED);
    if (!conn_is_alive(c))
        assert_ok(s, conn_reopen(s, c));
    assert_ok(s, conn_text(s, c, "select 1 where false", NULL, 0, &value));
    assert_int_equal(value.n, 0);
    assert_ok(s, tx_begin(c, s, &tx));
    assert_int_equal(conn_script(s, c, "select 1"), INTERNAL);
    tx_rollback(tx);
    assert_int_equal(count_things(s, c), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dead_server_is_told_and_left),
        cmocka_unit_test(an_ended_session_is_told),
        cmocka_unit_test(an_unconfirmed_commit_is_unavailable),
        cmocka_unit_test(drift_refuses_to_start),
        cmocka_unit_test(shapes_are_compared_by_name),
        cmocka_unit_test(wrong_servers_are_refused),
        cmocka_unit_test(sessions_are_set),
        cmocka_unit_test(plans_show_their_index),
        cmocka_unit_test(plain_sql_keeps_the_connection),
    };
    return cmocka_run_group_tests_name("db_lost", tests, NULL, NULL);
}
