#ifndef KM_TEST_AUDIT_SETUP_H
#define KM_TEST_AUDIT_SETUP_H

#include "audit_talk.h"

/* A database migrated as an installation's is, the keys that tickets are checked with, and audit's worker on it. */

static inline void put_key(struct world *w, const char *issuer, const char *kinds, const struct secret *key)
{
    char hex[DIGEST_HEX_MAX];

    digest_hex(secret_span(key), hex);
    world_sql(w, scope_print(w->s, "select kashimaru.ticket_key_put('%s', '%s', '\\x%s')", issuer, kinds, hex));
}

static inline struct conn *open_as(struct world *w, const char *user, const struct query *const *const *lists, size_t lists_n)
{
    const struct query **all = scope_alloc(w->s, 256 * sizeof(struct query *));
    struct conn *c = NULL;
    size_t n = 0;

    for (size_t i = 0; i < lists_n; i++)
        for (const struct query *const *q = lists[i]; *q; q++)
            all[n++] = *q;
    assert_true(n < 256);
    assert_ok(w->s, conn_open(w->s, scope_print(w->s, "%s dbname=audit_story user=%s", getenv("KM_TEST_DSN"), user), n ? all : NULL, &c));
    return c;
}

static inline void open_database(struct world *w)
{
    static const struct query *const *const OF_AUDIT[] = {QUERIES_svc, QUERIES_event, QUERIES_audit, QUERIES_erasure, QUERIES_flows};
    static const struct query *const *const OF_REFERRAL[] = {QUERIES_directory};
    struct migration_report done;

    assert_ok(w->s, conn_open(w->s, getenv("KM_TEST_DSN"), NULL, &w->admin));
    world_sql(w, "create database audit_story");
    conn_free(w->admin);
    w->admin = open_as(w, "kashimaru", NULL, 0);
    w->other = open_as(w, "kashimaru", NULL, 0);
    assert_ok(w->s, migrate_run(w->s, w->admin, KM_SOURCE_DIR "/sql/migrations", KM_SOURCE_DIR "/sql/functions", &done));
    put_key(w, "audit", "s", keyring_ticket_key(w->ring[FROM_AUDIT]));
    put_key(w, "referral", "s", keyring_ticket_key(w->ring[FROM_REFERRAL]));
    put_key(w, "account", "uh", w->tickets);
    w->db = open_as(w, "km_audit", OF_AUDIT, COUNT(OF_AUDIT));
    assert_ok(w->s, pass_renew(w->s, w->db, w->ring[FROM_AUDIT], clock_now_us(), &w->pass));
    w->referral = open_as(w, "km_referral", OF_REFERRAL, COUNT(OF_REFERRAL));
    assert_ok(w->s, pass_renew(w->s, w->referral, w->ring[FROM_REFERRAL], clock_now_us(), &w->referral_pass));
}

static inline int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    struct settings cfg = {.keys_dir = NULL};
    void *own;

    assert_non_null(w);
    assert_int_equal(seal_init(), OK);
    w->s = scope_new(256 << 20, entropy_system());
    snprintf(w->keys_dir, sizeof w->keys_dir, "%s/kmaudit.XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    assert_non_null(mkdtemp(w->keys_dir));
    cfg.keys_dir = w->keys_dir;
    assert_ok(w->s, keyring_create(w->s, w->keys_dir, RING_NAMES, RINGS));
    assert_ok(w->s, shared_key_create(w->s, w->keys_dir, SHARED_TICKETS, (struct span){0}));
    assert_ok(w->s, shared_key_open(w->s, w->keys_dir, SHARED_TICKETS, (struct span){0}, &w->tickets));
    for (size_t i = 0; i < RINGS; i++)
        assert_ok(w->s, keyring_open(w->s, w->keys_dir, RING_NAMES[i], &w->ring[i]));
    open_database(w);
    assert_ok(w->s, AUDIT.start(w->s, &cfg, w->ring[FROM_AUDIT], &own));
    w->own = own;
    const struct worker_setup set = {.svc = &AUDIT, .instance = "audit.0", .ring = w->ring[FROM_AUDIT], .db = w->db, .own = own,
                                     .pass = &w->pass, .port = {world_take, w}, .now_us = world_now, .entropy = entropy_system(),
                                     .ctx = w};
    assert_ok(w->s, worker_new(&set, &w->worker));
    *state = w;
    return 0;
}

static inline int teardown(void **state)
{
    static const char *const FILES[] = {"audit.key", "gateway.key", "referral.key", "peers.pub", "tickets.key", ".lock"};
    struct world *w = *state;

    worker_free(w->worker);
    conn_free(w->db);
    conn_free(w->admin);
    conn_free(w->other);
    conn_free(w->referral);
    for (int i = 0; i < RINGS; i++)
        keyring_free(w->ring[i]);
    secret_free(w->tickets);
    secret_free(w->own->key);
    for (size_t i = 0; i < COUNT(FILES); i++)
        unlink(scope_print(w->s, "%s/%s", w->keys_dir, FILES[i]));
    rmdir(w->keys_dir);
    scope_free(w->s);
    free(w);
    return 0;
}

#endif
