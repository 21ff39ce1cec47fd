#ifndef KM_TEST_KEYS_SETUP_H
#define KM_TEST_KEYS_SETUP_H

#include "keys_wants.h"

/* The installation each of these tests begins with: identities, shared keys, the migrated database, a running worker. */

static inline void setup_key(struct world *w, const char *issuer, const char *kinds, const struct secret *key)
{
    char hex[DIGEST_HEX_MAX];

    digest_hex(secret_span(key), hex);
    assert_ok(w->s, conn_script(w->s, w->admin,
                                scope_print(w->s, "select kashimaru.ticket_key_put('%s', '%s', '\\x%s')", issuer, kinds, hex)));
}

static inline void setup_database(struct world *w, const char *name)
{
    const char *dsn = getenv("KM_TEST_DSN");
    const struct query **all = scope_alloc(w->s, 256 * sizeof(struct query *));
    const struct query *const *lists[] = {QUERIES_svc, QUERIES_keys, QUERIES_keys_erasure};
    struct migration_report done;
    size_t n = 0;

    assert_ok(w->s, conn_open(w->s, dsn, NULL, &w->admin));
    assert_ok(w->s, conn_script(w->s, w->admin, scope_print(w->s, "create database %s", name)));
    conn_free(w->admin);
    assert_ok(w->s, conn_open(w->s, scope_print(w->s, "%s dbname=%s", dsn, name), NULL, &w->admin));
    assert_ok(w->s, migrate_run(w->s, w->admin, KM_SOURCE_DIR "/sql/migrations/keys", NULL, &done));
    setup_key(w, "keys", "s", keyring_ticket_key(w->ring[FROM_KEYS]));
    setup_key(w, "account", "uh", w->tickets);
    for (size_t i = 0; i < COUNT(lists); i++)
        for (const struct query *const *q = lists[i]; *q; q++)
            all[n++] = *q;
    assert_true(n < 256);
    assert_ok(w->s, conn_open(w->s, scope_print(w->s, "%s dbname=%s user=km_keys", dsn, name), all, &w->db));
    assert_ok(w->s, conn_open(w->s, scope_print(w->s, "%s dbname=%s user=km_keys", dsn, name), all, &w->second));
    assert_ok(w->s, pass_renew(w->s, w->second, w->ring[FROM_KEYS], clock_now_us(), &w->pass));
    assert_ok(w->s, pass_renew(w->s, w->db, w->ring[FROM_KEYS], clock_now_us(), &w->pass));
}

static inline void setup_keys(struct world *w, struct settings *cfg)
{
    static const char *const NAMES[SPEAKERS] = {"keys", "gateway", "intake", "meeting", "referral", "audit", "sequencer"};
    struct span passphrase;

    cfg->keys_dir = w->keys_dir;
    cfg->passphrase_file = scope_print(w->s, "%s/passphrase", w->keys_dir);
    assert_ok(w->s, keyring_create(w->s, w->keys_dir, NAMES, COUNT(NAMES)));
    assert_ok(w->s, passphrase_create(w->s, cfg->passphrase_file));
    assert_ok(w->s, passphrase_read(w->s, cfg->passphrase_file, &passphrase));
    assert_ok(w->s, shared_key_create(w->s, w->keys_dir, SHARED_MASTER, passphrase));
    assert_ok(w->s, shared_key_create(w->s, w->keys_dir, SHARED_TICKETS, (struct span){0}));
    assert_ok(w->s, shared_key_open(w->s, w->keys_dir, SHARED_TICKETS, (struct span){0}, &w->tickets));
    for (size_t i = 0; i < COUNT(NAMES); i++)
        assert_ok(w->s, keyring_open(w->s, w->keys_dir, NAMES[i], &w->ring[i]));
}

/* meddle: called between the worker's steps; NULL = none */
static inline struct world *setup_world(const char *database, int64_t soft, int64_t hard, int64_t agency,
                                        bool (*meddle)(void *ctx, enum step at))
{
    struct settings cfg = {.reads_soft = soft, .reads_hard = hard, .reads_agency = agency};
    struct world *w = calloc(1, sizeof *w);
    void *own;

    assert_non_null(w);
    assert_int_equal(seal_init(), OK);
    w->s = scope_new(256 << 20, entropy_system());
    snprintf(w->keys_dir, sizeof w->keys_dir, "%s/kmkeys.XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    assert_non_null(mkdtemp(w->keys_dir));
    setup_keys(w, &cfg);
    setup_database(w, database);
    assert_ok(w->s, KEYS.start(w->s, &cfg, w->ring[FROM_KEYS], &own));
    w->own = own;
    assert_int_equal(worker_new(&(struct worker_setup){.svc = &KEYS, .instance = "keys.0", .ring = w->ring[FROM_KEYS], .db = w->db,
                                                       .own = own, .port = {world_take, w}, .now_us = world_now,
                                                       .entropy = entropy_system(), .ctx = w, .crash = meddle, .pass = &w->pass}, &w->worker), OK);
    return w;
}

static inline void setup_end(struct world *w)
{
    static const char *const FILES[] = {"keys.key", "gateway.key", "intake.key", "meeting.key", "referral.key", "audit.key",
                                        "sequencer.key", "peers.pub", "master.key", "tickets.key", "passphrase"};

    worker_free(w->worker);
    for (size_t i = 0; i < w->own->opened_n; i++)
        secret_free(w->own->opened[i].secret);
    secret_free(w->own->master);
    secret_free(w->own->tickets);
    secret_free(w->own->blind);
    secret_free(w->own->pseudonyms);
    secret_free(w->own->scratch);
    secret_free(w->tickets);
    conn_free(w->db);
    conn_free(w->second);
    conn_free(w->admin);
    for (size_t i = 0; i < SPEAKERS; i++)
        keyring_free(w->ring[i]);
    for (size_t i = 0; i < COUNT(FILES); i++)
        (void)unlink(scope_print(w->s, "%s/%s", w->keys_dir, FILES[i]));
    (void)unlink(scope_print(w->s, "%s/.lock", w->keys_dir));
    (void)rmdir(w->keys_dir);
    scope_free(w->s);
    free(w);
}

#endif
