#ifndef KM_TEST_ACCOUNT_SETUP_H
#define KM_TEST_ACCOUNT_SETUP_H

#include "account_world.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A database migrated as an installation's is, the keys that tickets are checked with, and account's worker on it. */

/* The answer on its way back, opened as its asker would. */
static inline enum status world_take(void *ctx, struct scope *s, const struct frame *f)
{
    struct world *w = ctx;
    struct span part[FRAME_PARTS];
    struct frame copy;

    (void)s;
    for (int i = 0; i < FRAME_PARTS; i++)
        TRY(scope_copy(w->s, f->part[i], &part[i]));
    TRY(frame_parse(w->s, part, FRAME_PARTS, &copy));
    TRY(client_answer(w->s, w->ring[w->asker], &copy, &w->answer));
    w->is_answered = true;
    return OK;
}

static inline void put_key(struct world *w, const char *kinds, const struct secret *key)
{
    char hex[DIGEST_HEX_MAX];

    digest_hex(secret_span(key), hex);
    assert_ok(w->s, conn_script(w->s, w->admin, scope_print(w->s, "select kashimaru.ticket_key_put('account', '%s', '\\x%s')", kinds, hex)));
}

static inline void open_database(struct world *w)
{
    const char *dsn = getenv("KM_TEST_DSN");
    const struct query **all = scope_alloc(w->s, 256 * sizeof(struct query *));
    const struct query *const *lists[] = {QUERIES_svc, QUERIES_event, QUERIES_account};
    struct migration_report done;
    size_t n = 0;

    assert_ok(w->s, conn_open(w->s, dsn, NULL, &w->admin));
    assert_ok(w->s, conn_script(w->s, w->admin, "create database account_flow"));
    conn_free(w->admin);
    assert_ok(w->s, conn_open(w->s, scope_print(w->s, "%s dbname=account_flow", dsn), NULL, &w->admin));
    assert_ok(w->s, migrate_run(w->s, w->admin, KM_SOURCE_DIR "/sql/migrations", KM_SOURCE_DIR "/sql/functions", &done));
    put_key(w, "s", keyring_ticket_key(w->ring[FROM_ACCOUNT]));
    put_key(w, "uh", w->tickets);
    for (size_t i = 0; i < COUNT(lists); i++)
        for (const struct query *const *q = lists[i]; *q; q++)
            all[n++] = *q;
    assert_true(n < 256);
    assert_ok(w->s, conn_open(w->s, scope_print(w->s, "%s dbname=account_flow user=km_account", dsn), all, &w->db));
    assert_ok(w->s, pass_renew(w->s, w->db, w->ring[FROM_ACCOUNT], clock_now_us(), &w->pass));
}

static inline int setup(void **state)
{
    static const char *const NAMES[] = {"account", "gateway", "ctl"};
    struct world *w = calloc(1, sizeof *w);
    struct settings cfg = {.session_idle_min = 15, .session_hours = 8};
    void *own;

    assert_non_null(w);
    assert_int_equal(seal_init(), OK);
    w->s = scope_new(64 << 20, entropy_system());
    snprintf(w->keys_dir, sizeof w->keys_dir, "%s/kmaccount.XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    assert_non_null(mkdtemp(w->keys_dir));
    cfg.keys_dir = w->keys_dir;
    assert_ok(w->s, keyring_create(w->s, w->keys_dir, NAMES, COUNT(NAMES)));
    assert_ok(w->s, shared_key_create(w->s, w->keys_dir, SHARED_TICKETS, (struct span){0}));
    assert_ok(w->s, shared_key_open(w->s, w->keys_dir, SHARED_TICKETS, (struct span){0}, &w->tickets));
    for (size_t i = 0; i < COUNT(NAMES); i++)
        assert_ok(w->s, keyring_open(w->s, w->keys_dir, NAMES[i], &w->ring[i]));
    open_database(w);
    assert_ok(w->s, ACCOUNT.start(w->s, &cfg, w->ring[FROM_ACCOUNT], &own));
    w->own = own;
    const struct worker_setup set = {.svc = &ACCOUNT, .instance = "account.0", .ring = w->ring[FROM_ACCOUNT], .db = w->db, .own = own,
                                     .pass = &w->pass, .port = {world_take, w}, .now_us = world_now, .entropy = entropy_system(),
                                     .ctx = w};
    assert_ok(w->s, worker_new(&set, &w->worker));
    *state = w;
    return 0;
}

static inline int teardown(void **state)
{
    struct world *w = *state;

    worker_free(w->worker);
    conn_free(w->db);
    conn_free(w->admin);
    for (int i = 0; i < RINGS; i++)
        keyring_free(w->ring[i]);
    secret_free(w->tickets);
    secret_free(w->own->own);
    secret_free(w->own->tickets);
    static const char *const FILES[] = {"account.key", "gateway.key", "ctl.key", "peers.pub", "tickets.key", ".lock"};
    for (size_t i = 0; i < COUNT(FILES); i++)
        unlink(scope_print(w->s, "%s/%s", w->keys_dir, FILES[i]));
    rmdir(w->keys_dir);
    scope_free(w->s);
    free(w);
    return 0;
}

#endif
