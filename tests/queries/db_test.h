#ifndef KM_TEST_DB_H
#define KM_TEST_DB_H

#include "db/conn.h"
#include "db/tx.h"
#include "q_dbtest.h"

#include "lib/assert_ok.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* What both test programs of the database floor need: a scope, a connection, and power over the server. */

enum { TEST_CAP = 128 << 20 };

static const char SCHEMA[] =
    "drop schema if exists t cascade; create schema t;"
    "create table t.thing (id uuid primary key, version bigint not null, state text not null "
    "constraint thing_state check"
    " (state <> 'failed'), by text not null, at timestamptz not null, needs text[], note text, "
    "body bytea, flag boolean,"
    " seen timestamptz, lead text, number bigint, kind text, ids uuid[], numbers bigint[], times "
    "timestamptz[],"
    " flags boolean[], bodies bytea[], agencies text[], notes varchar(40)[]);"
    "create table t.child (thing_id uuid constraint child_thing references t.thing deferrable "
    "initially deferred);"
    "create table t.bulk (id uuid primary key, note text not null, number bigint not null);"
    "create function t.raise(state text) returns void language plpgsql as"
    " $$ begin raise exception 'secret 架空 太郎' using errcode = state; end $$;";

static inline struct scope *test_scope(void)
{
    struct scope *s = scope_new(TEST_CAP, entropy_system());

    assert_non_null(s);
    return s;
}

static inline struct conn *test_conn(struct scope *s, const struct query *const *queries)
{
    struct conn *c = NULL;

    assert_ok(s, conn_open(s, getenv("KM_TEST_DSN"), queries, &c));
    return c;
}

static inline struct conn *fresh_schema(struct scope *s)
{
    AUTO(conn) c = test_conn(s, NULL);

    assert_ok(s, conn_script(s, c, SCHEMA));
    return test_conn(s, QUERIES_dbtest);
}

static inline int64_t count_things(struct scope *s, struct conn *c)
{
    struct tx *tx;
    struct q_thing_count_row row;

    assert_ok(s, tx_begin(c, s, &tx));
    assert_ok(s, q_thing_count(tx, &row));
    assert_ok(s, tx_commit(tx));
    return row.n;
}

/* Starts pg_crash or pg_resume of tests/lib/pg.sh; server_wait takes its end. */
static inline pid_t server_start(const char *what)
{
    pid_t pid = fork();

    if (pid == 0) {
        execl("/bin/sh", "sh", "-c", ". \"$KM_TEST_PG\"; \"$0\"", what, (char *)NULL);
        _exit(127);
    }
    return pid;
}

static inline void server_wait(pid_t pid)
{
    int how = -1;

    assert_int_equal(waitpid(pid, &how, 0), pid);
    assert_int_equal(how, 0);
}

static inline void server(const char *what)
{
    server_wait(server_start(what));
}

#endif
